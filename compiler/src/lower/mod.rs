//! From the HIR to the IR. Nothing can be wrong here any more.
//!
//! The author's words become nodes: `deny` and `unless` are negations, `none` is not-some, `absent`
//! is not-exists. What constants decide is decided: a branch that is never taken is left out.

mod conditions;
pub(crate) mod dump;
mod exprs;
mod simplify;

use policyc_ir as ir;

use crate::resolve::hir;
use exprs::Locals;

/// The IR of a program.
pub(crate) fn lower(program: hir::Program) -> ir::Program {
    let hir::Program { policies } = program;
    ir::Program {
        policies: policies.into_iter().map(policy).collect(),
    }
}

fn policy(policy: hir::Policy) -> ir::Policy {
    let hir::Policy {
        name,
        metadata,
        targets,
        rules,
        span,
    } = policy;
    ir::Policy {
        name,
        metadata,
        targets,
        rules: rules.into_iter().map(rule).collect(),
        origin: span,
    }
}

fn rule(rule: hir::Rule) -> ir::Rule {
    let hir::Rule {
        name,
        description,
        scope,
        preconditions,
        statements,
        span,
    } = rule;
    let mut lowering = Lowering::default();
    let mut conditions = Vec::new();
    for hir::Precondition { unless, condition } in preconditions {
        let condition = lowering.condition(condition, unless);
        if condition.kind != ir::ConditionKind::Constant(true) {
            conditions.push(condition);
        }
    }
    let body = lowering.statements(statements);
    ir::Rule {
        name,
        description,
        scope,
        preconditions: conditions,
        body: ir::RuleBody::Validate(body),
        origin: span,
    }
}

/// What is counted in a rule.
#[derive(Debug, Default)]
struct Lowering {
    statements: u32,
    conditions: u32,
    locals: Locals,
}

impl Lowering {
    fn statements(&mut self, statements: Vec<hir::Statement>) -> Vec<ir::Statement> {
        let mut lowered = Vec::new();
        for statement in statements {
            self.statement(statement, &mut lowered);
        }
        lowered
    }

    /// Adds what a statement stands for.
    fn statement(&mut self, statement: hir::Statement, into: &mut Vec<ir::Statement>) {
        let hir::Statement { kind, span: origin } = statement;
        let (id, kind, message) = match kind {
            hir::StatementKind::Demand {
                deny,
                condition,
                message,
            } => {
                let id = self.statement_id();
                let condition = self.condition(condition, deny);
                let message = message.map(|message| self.message(message));
                (id, ir::StatementKind::Require(condition), message)
            }
            hir::StatementKind::For {
                bindings,
                over,
                body,
            } => {
                let id = self.statement_id();
                let over = self.iterable(over);
                let bound = self.locals.enter(&bindings);
                let body = self.statements(body);
                self.locals.leave(&bindings);
                let kind = ir::StatementKind::ForEach {
                    key: bound.key,
                    value: bound.value,
                    over,
                    body,
                };
                (id, kind, None)
            }
            hir::StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = simplify::condition(condition);
                if let hir::ConditionKind::Constant { holds, named: _ } = condition.kind {
                    let taken = if holds { then } else { otherwise };
                    for statement in taken {
                        self.statement(statement, into);
                    }
                    return;
                }
                let id = self.statement_id();
                let kind = ir::StatementKind::If {
                    condition: self.condition(condition, false),
                    then: self.statements(then),
                    otherwise: self.statements(otherwise),
                };
                (id, kind, None)
            }
        };
        into.push(ir::Statement {
            id,
            kind,
            message,
            origin,
        });
    }

    /// Statements are numbered before what they contain, in the order of the source.
    fn statement_id(&mut self) -> ir::StatementId {
        let id = ir::StatementId(self.statements);
        self.statements += 1;
        id
    }

    fn message(&mut self, message: hir::Message) -> ir::Message {
        let hir::Message { parts } = message;
        let parts = parts.into_iter().map(|part| match part {
            hir::MessagePart::Text(text) => ir::MessagePart::Text(text),
            hir::MessagePart::Value(value) => ir::MessagePart::Value(self.expr(value)),
        });
        ir::Message {
            parts: parts.collect(),
        }
    }
}
