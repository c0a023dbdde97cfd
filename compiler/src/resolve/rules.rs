//! Rules.

use policyc_diagnostics::{Code, Diagnostic};
use policyc_ir::Scope;

use super::Resolver;
use super::blocks::Blocks;
use super::hir::{Precondition, Rule};
use super::matches::Clause;
use super::scope::{Context, Site, Subject};
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    pub(super) fn rule(&mut self, site: Site, rule: &'a ast::Rule) -> Option<Rule> {
        let mut complete = self.check_label("rule", &rule.name);
        self.cx = Context::of_constant(site);
        let about = self.about(rule);
        complete &= about.scope.is_some();
        // Without the kinds, what the rule reads cannot be checked.
        self.cx = match about.subject {
            Some(subject) => Context::in_rule(site, subject),
            None => Context::of_definition(site),
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
            scope: about.scope.unwrap_or_else(|| Scope::Kubernetes {
                matches: Vec::new(),
                excludes: Vec::new(),
            }),
            preconditions,
            statements,
            span: rule.span,
        };
        self.warn_about(&made);
        complete.then_some(made)
    }

    /// What the `match` and `exclude` lines of a rule say.
    fn about(&mut self, rule: &'a ast::Rule) -> About {
        let matches = || {
            rule.members.iter().filter_map(|member| match member {
                ast::RuleMember::Match(clause) => Some(clause),
                ast::RuleMember::Exclude(_)
                | ast::RuleMember::When(_)
                | ast::RuleMember::Unless(_)
                | ast::RuleMember::Statement(_)
                | ast::RuleMember::Reserved(_) => None,
            })
        };
        let Some(first) = matches().next() else {
            let message = format!("rule `{}` does not say what it is about", rule.name.text);
            self.report(
                Diagnostic::new(Code::E0404, rule.name.span, message)
                    .help("add a line such as `match Pod`"),
            );
            return About::default();
        };
        let terraform = first.terraform.is_some();
        if let Some(other) = matches().find(|clause| clause.terraform.is_some() != terraform) {
            let message = format!(
                "rule `{}` is about Kubernetes and about Terraform",
                rule.name.text
            );
            self.report(
                Diagnostic::new(Code::E0412, other.span, message)
                    .also(first.span, "this line is about the other")
                    .help("write a rule for each"),
            );
            return About {
                scope: None,
                subject: Some(self.block_subject(&[])),
            };
        }
        if terraform {
            self.about_terraform(rule)
        } else {
            self.about_kubernetes(rule)
        }
    }

    fn about_kubernetes(&mut self, rule: &'a ast::Rule) -> About {
        let mut complete = true;
        let mut matches = Vec::new();
        let mut excludes = Vec::new();
        let mut kinds = Vec::new();
        for member in &rule.members {
            match member {
                ast::RuleMember::Match(clause) => match self.clause(clause, false) {
                    Clause::Selects(made, matched) => {
                        matches.push(*made);
                        kinds.extend(matched);
                    }
                    Clause::SelectsNothing(matched) => {
                        self.selects_nothing(clause);
                        kinds.extend(matched);
                        complete = false;
                    }
                    Clause::Wrong => complete = false,
                },
                ast::RuleMember::Exclude(clause) if clause.terraform.is_some() => {
                    self.excludes_others(clause);
                    complete = false;
                }
                ast::RuleMember::Exclude(clause) => match self.clause(clause, true) {
                    Clause::Selects(made, _) => excludes.push(*made),
                    // It leaves nothing out.
                    Clause::SelectsNothing(_) => {}
                    Clause::Wrong => complete = false,
                },
                ast::RuleMember::When(_)
                | ast::RuleMember::Unless(_)
                | ast::RuleMember::Statement(_)
                | ast::RuleMember::Reserved(_) => {}
            }
        }
        self.check_templates(&kinds);
        About {
            scope: complete.then_some(Scope::Kubernetes { matches, excludes }),
            subject: (!kinds.is_empty()).then(|| self.subject(&kinds)),
        }
    }

    fn about_terraform(&mut self, rule: &'a ast::Rule) -> About {
        let mut complete = true;
        let mut matches = Vec::new();
        let mut excludes = Vec::new();
        let mut blocks = Vec::new();
        for member in &rule.members {
            match member {
                ast::RuleMember::Match(clause) => match self.block_clause(clause, false) {
                    Blocks::Selects(made, matched) => {
                        matches.push(*made);
                        blocks.extend(matched);
                    }
                    Blocks::SelectsNothing(matched) => {
                        self.selects_nothing(clause);
                        blocks.extend(matched);
                        complete = false;
                    }
                    Blocks::Wrong => complete = false,
                },
                ast::RuleMember::Exclude(clause)
                    if clause.terraform.is_none() && !clause.kinds.is_empty() =>
                {
                    self.excludes_others(clause);
                    complete = false;
                }
                ast::RuleMember::Exclude(clause) => match self.block_clause(clause, true) {
                    Blocks::Selects(made, _) => excludes.push(*made),
                    Blocks::SelectsNothing(_) => {}
                    Blocks::Wrong => complete = false,
                },
                ast::RuleMember::When(_)
                | ast::RuleMember::Unless(_)
                | ast::RuleMember::Statement(_)
                | ast::RuleMember::Reserved(_) => {}
            }
        }
        About {
            scope: complete.then_some(Scope::Terraform { matches, excludes }),
            // Without types every attribute is taken for granted.
            subject: Some(self.block_subject(&blocks)),
        }
    }

    fn selects_nothing(&mut self, clause: &ast::MatchClause) {
        let message = "this line selects nothing: a list in it is empty";
        self.report(Diagnostic::new(Code::E0410, clause.span, message));
    }

    fn excludes_others(&mut self, clause: &ast::MatchClause) {
        let message = "this line leaves out what the rule is not about";
        let help = match clause.terraform {
            Some(_) => "name kinds of Kubernetes, or remove the line",
            None => "write `exclude terraform`, with types of blocks",
        };
        self.report(Diagnostic::new(Code::E0412, clause.span, message).help(help));
    }
}

/// What a rule is about.
#[derive(Debug, Default)]
struct About {
    /// What it selects; nothing where there is a mistake in it.
    scope: Option<Scope>,
    /// What it can read; nothing where no kind is known.
    subject: Option<Subject>,
}
