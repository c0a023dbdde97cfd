//! Policies of the root modules.

use policyc_diagnostics::{Code, Diagnostic};

use super::Resolver;
use super::hir::{Policy, Program};
use super::modules::{Definition, Item};
use super::scope::{Context, Local, Site};
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    /// Everything: the policies, and the definitions that none of them uses.
    pub(super) fn program(&mut self) -> Program {
        let mut program = Program::default();
        let mut names: Vec<&ast::Ident> = Vec::new();
        for module in self.modules.roots() {
            let Some(file) = self.modules.file(module) else {
                continue;
            };
            for item in &file.items {
                let ast::Item::Policy(policy) = item else {
                    continue;
                };
                let before = names.iter().find(|name| name.text == policy.name.text);
                if let Some(before) = before.map(|name| name.span) {
                    self.defined_twice(&policy.name, before);
                }
                names.push(&policy.name);
                let site = Site {
                    module,
                    policy: Some(self.modules.add_policy(&policy.name.text)),
                };
                program.policies.extend(self.policy(site, policy));
            }
        }
        self.check_definitions();
        program
    }

    fn policy(&mut self, site: Site, policy: &'a ast::Policy) -> Option<Policy> {
        self.check_label("policy", &policy.name);
        let id = site.policy?;
        for member in &policy.members {
            let item = match member {
                ast::PolicyMember::Param(item) => Item::Param(item),
                ast::PolicyMember::Const(item) => Item::Const(item),
                ast::PolicyMember::Let(item) => Item::Let(item),
                ast::PolicyMember::Function(item) => Item::Function(item),
                ast::PolicyMember::Field(_) | ast::PolicyMember::Rule(_) => continue,
            };
            self.define_in_policy(site, id, item);
        }
        let metadata = self.metadata(policy);
        let mut rules = Vec::new();
        let mut names: Vec<&ast::Ident> = Vec::new();
        let mut complete = true;
        for member in &policy.members {
            let ast::PolicyMember::Rule(rule) = member else {
                continue;
            };
            let before = names.iter().find(|name| name.text == rule.name.text);
            if let Some(before) = before.map(|name| name.span) {
                self.defined_twice(&rule.name, before);
            }
            names.push(&rule.name);
            match self.rule(site, rule) {
                Some(rule) => rules.push(rule),
                None => complete = false,
            }
        }
        if names.is_empty() {
            let message = format!("policy `{}` has no rule", policy.name.text);
            self.report(
                Diagnostic::new(Code::E0405, policy.name.span, message)
                    .help("add one: `rule name { match Pod  require … }`"),
            );
            return None;
        }
        let (metadata, targets) = metadata?;
        complete.then(|| Policy {
            name: policy.name.text.clone(),
            metadata,
            targets,
            rules,
            span: policy.span,
        })
    }

    /// Works out what is defined, used or not, so that its mistakes are found.
    fn check_definitions(&mut self) {
        let mut definitions: Vec<Definition<'a>> = Vec::new();
        for policy in self.modules.policies() {
            definitions.extend(self.modules.policy_items(policy));
        }
        for module in self.modules.all() {
            definitions.extend(self.modules.items(module));
        }
        for definition in &definitions {
            let name = definition.item.name();
            self.cx = Context::default();
            self.warn_if_hiding(&name.text, name.span);
        }
        self.check_values(definitions.clone());
        for definition in definitions {
            let name = definition.item.name();
            if self.checked.contains_key(&name.span) {
                continue;
            }
            self.cx = Context::of_definition(definition.site);
            match definition.item {
                Item::Let(item) => {
                    self.inline(definition, Vec::new(), &item.value, name.span);
                }
                Item::Function(function) => {
                    // Arguments are not known; their declared types are checked at least.
                    let mut locals = Vec::new();
                    for parameter in &function.parameters {
                        if let Some(ty) = &parameter.ty {
                            self.declared_type(ty);
                        }
                        locals.push(Local {
                            name: parameter.name.text.clone(),
                            span: parameter.name.span,
                            term: None,
                            used: false,
                            what: None,
                        });
                    }
                    self.inline(definition, locals, &function.body, name.span);
                }
                Item::Param(_) | Item::Const(_) => {}
            }
        }
        self.cx = Context::default();
    }
}
