//! Rules.

use policyc_diagnostics::{Code, Diagnostic};

use super::Resolver;
use super::hir::{Precondition, Rule};
use super::matches::Clause;
use super::scope::{Context, Site};
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    pub(super) fn rule(&mut self, site: Site, rule: &'a ast::Rule) -> Option<Rule> {
        let mut complete = self.check_label("rule", &rule.name);
        self.cx = Context::of_constant(site);
        let mut matches = Vec::new();
        let mut excludes = Vec::new();
        let mut kinds = Vec::new();
        let mut named_kinds = false;
        for member in &rule.members {
            match member {
                ast::RuleMember::Match(clause) => {
                    named_kinds = true;
                    match self.clause(clause, false) {
                        Clause::Selects(made, matched) => {
                            matches.push(*made);
                            kinds.extend(matched);
                        }
                        Clause::SelectsNothing(matched) => {
                            let message = "this line selects nothing: a list in it is empty";
                            self.report(Diagnostic::new(Code::E0410, clause.span, message));
                            kinds.extend(matched);
                            complete = false;
                        }
                        Clause::Wrong => complete = false,
                    }
                }
                ast::RuleMember::Exclude(clause) => match self.clause(clause, true) {
                    Clause::Selects(made, _) => excludes.push(*made),
                    // It leaves nothing out.
                    Clause::SelectsNothing(_) => {}
                    Clause::Wrong => complete = false,
                },
                // The parser has reported it; with `terraform` it names kinds.
                ast::RuleMember::Reserved(reserved) => {
                    named_kinds |= reserved.word.text == "terraform";
                    complete = false;
                }
                ast::RuleMember::When(_)
                | ast::RuleMember::Unless(_)
                | ast::RuleMember::Statement(_) => {}
            }
        }
        if !named_kinds {
            let message = format!("rule `{}` does not say what it is about", rule.name.text);
            self.report(
                Diagnostic::new(Code::E0404, rule.name.span, message)
                    .help("add a line such as `match Pod`"),
            );
            complete = false;
        }
        self.check_templates(&kinds);
        let subject = self.subject(&kinds);
        // Without the kinds, what the rule reads cannot be checked.
        self.cx = if kinds.is_empty() {
            Context::of_definition(site)
        } else {
            Context::in_rule(site, subject)
        };
        let mut preconditions = Vec::new();
        let mut statements = Vec::new();
        let mut said = false;
        for member in &rule.members {
            match member {
                ast::RuleMember::When(it) | ast::RuleMember::Unless(it) => {
                    let unless = matches!(member, ast::RuleMember::Unless(_));
                    match self.condition(&it.condition) {
                        Some(condition) => preconditions.push(Precondition { unless, condition }),
                        None => complete = false,
                    }
                }
                ast::RuleMember::Statement(statement) => {
                    said |= !matches!(statement.kind, ast::StatementKind::Let(_));
                    match self.statement(statement, None) {
                        Some(more) => statements.extend(more),
                        None => complete = false,
                    }
                }
                ast::RuleMember::Reserved(_) => said = true,
                ast::RuleMember::Match(_) | ast::RuleMember::Exclude(_) => {}
            }
        }
        self.end_scope(0);
        if !said {
            let message = format!(
                "rule `{}` demands nothing, so every resource passes",
                rule.name.text
            );
            self.report(
                Diagnostic::new(Code::W0402, rule.name.span, message)
                    .help("add a statement, such as `require …` or `deny …`"),
            );
        }
        let made = Rule {
            name: rule.name.text.clone(),
            description: rule.doc.as_ref().map(|doc| doc.text.trim().to_owned()),
            matches,
            excludes,
            preconditions,
            statements,
            span: rule.span,
        };
        self.warn_about(&made);
        complete.then_some(made)
    }
}
