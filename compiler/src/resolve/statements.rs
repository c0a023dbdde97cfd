//! Statements of a rule.

use super::Resolver;
use super::hir::{Iterable, Message, Statement, StatementKind};
use super::iterate::Visit;
use super::scope::Term;
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    /// The statements of a block; nothing where a mistake was reported. `around` is the message of
    /// the nearest statement around the block.
    pub(super) fn block(
        &mut self,
        statements: impl IntoIterator<Item = &'a ast::Statement>,
        around: Option<&Message>,
    ) -> Option<Vec<Statement>> {
        let locals = self.cx.locals.len();
        let mut block = Vec::new();
        let mut complete = true;
        for statement in statements {
            match self.statement(statement, around) {
                Some(more) => block.extend(more),
                None => complete = false,
            }
        }
        self.end_scope(locals);
        complete.then_some(block)
    }

    /// A statement as the statements it stands for: a loop over constants stands for many.
    pub(super) fn statement(
        &mut self,
        statement: &'a ast::Statement,
        around: Option<&Message>,
    ) -> Option<Vec<Statement>> {
        if !self.step(1, statement.span) || !self.deeper(statement.span) {
            return None;
        }
        let made = self.statement_of_kind(statement, around);
        self.cx.depth -= 1;
        made
    }

    fn statement_of_kind(
        &mut self,
        statement: &'a ast::Statement,
        around: Option<&Message>,
    ) -> Option<Vec<Statement>> {
        match &statement.kind {
            ast::StatementKind::Require(condition) => {
                self.demand(statement, false, condition, around)
            }
            ast::StatementKind::Deny(condition) => self.demand(statement, true, condition, around),
            ast::StatementKind::For {
                bindings,
                over,
                body,
            } => self.for_each(statement, bindings, over, body, around),
            ast::StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.condition(condition);
                let own = self.own_message(statement);
                let message = own.as_ref().map_or(around, Option::as_ref);
                let then = self.block(then, message);
                let otherwise = self.block(otherwise, message);
                let kind = StatementKind::If {
                    condition: condition?,
                    then: then?,
                    otherwise: otherwise?,
                };
                Some(vec![made(kind, statement)])
            }
            ast::StatementKind::Let(item) => {
                let term = self.term(&item.value);
                let term = self.admit(term, item.value.span);
                let failed = term.is_none();
                let term = term.map(as_named);
                self.add_local(&item.name, term, Some("value"));
                (!failed).then(Vec::new)
            }
        }
    }

    /// The message of a statement: the outer `None` says that it has none of its own.
    fn own_message(&mut self, statement: &'a ast::Statement) -> Option<Option<Message>> {
        let message = statement.message.as_ref()?;
        Some(self.message(message))
    }

    fn demand(
        &mut self,
        statement: &'a ast::Statement,
        deny: bool,
        condition: &'a ast::Expr,
        around: Option<&Message>,
    ) -> Option<Vec<Statement>> {
        let condition = self.condition(condition);
        let message = match self.own_message(statement) {
            Some(own) => Some(own?),
            None => self.inherited(around),
        };
        let kind = StatementKind::Demand {
            deny,
            condition: condition?,
            message,
        };
        Some(vec![made(kind, statement)])
    }

    fn for_each(
        &mut self,
        statement: &'a ast::Statement,
        names: &'a [ast::Ident],
        over: &'a [ast::Expr],
        body: &'a [ast::Statement],
        around: Option<&Message>,
    ) -> Option<Vec<Statement>> {
        let Some(visits) = self.visits(over, names) else {
            self.discard(names, |resolver| {
                resolver.body(statement, body, around);
            });
            return None;
        };
        let mut made_of = Vec::new();
        let mut complete = true;
        for visit in visits {
            let (over, key, ty) = match visit {
                Visit::Lists(lists, ty) => (Iterable::Lists(lists), false, ty),
                Visit::Entries(map, ty) => (Iterable::Entries(Box::new(map)), true, ty),
                Visit::Constants(entries) => {
                    if entries.is_empty() {
                        self.discard(names, |resolver| {
                            resolver.body(statement, body, around);
                        });
                    }
                    for entry in entries {
                        let bound = self.bind_constants(names, Some(entry));
                        match self.body(statement, body, around) {
                            Some(statements) => made_of.extend(statements),
                            None => complete = false,
                        }
                        self.unbind(&bound);
                        if self.cx.exhausted {
                            return None;
                        }
                    }
                    continue;
                }
            };
            let bound = self.bind(names, key, ty);
            let body = self.body(statement, body, around);
            self.unbind(&bound);
            match body {
                Some(body) => {
                    let kind = StatementKind::For {
                        bindings: bound.bindings,
                        over,
                        body,
                    };
                    made_of.push(made(kind, statement));
                }
                None => complete = false,
            }
        }
        complete.then_some(made_of)
    }

    /// The body of a `for`, whose message may use its variables.
    fn body(
        &mut self,
        statement: &'a ast::Statement,
        body: &'a [ast::Statement],
        around: Option<&Message>,
    ) -> Option<Vec<Statement>> {
        let own = self.own_message(statement);
        let failed = matches!(own, Some(None));
        let message = own.as_ref().map_or(around, Option::as_ref);
        let block = self.block(body, message);
        if failed { None } else { block }
    }
}

fn made(kind: StatementKind, statement: &ast::Statement) -> Statement {
    Statement {
        kind,
        span: statement.span,
    }
}

/// What goes by a name is no constant that the author spelt out where it is used.
fn as_named(term: Term) -> Term {
    match term {
        Term::Value(mut value) => {
            value.named = true;
            Term::Value(value)
        }
        Term::Condition(condition) => Term::Condition(condition),
    }
}
