//! Conditions.

use policyc_diagnostics::Span;
use policyc_ir as ir;

use super::{Lowering, simplify};
use crate::resolve::hir;

impl Lowering {
    /// A condition, or the opposite of it, which then is none that the author wrote.
    pub(super) fn condition(&mut self, condition: hir::Condition, negated: bool) -> ir::Condition {
        let origin = condition.span;
        let condition = self.simple(simplify::condition(condition));
        if negated {
            not(condition, None, origin)
        } else {
            condition
        }
    }

    /// A condition in which constants have decided what they decide.
    fn simple(&mut self, condition: hir::Condition) -> ir::Condition {
        let hir::Condition {
            kind,
            span: origin,
            written,
        } = condition;
        // Numbered before what it contains, in the order of the source.
        let id = written.then(|| {
            let id = ir::ConditionId(self.conditions);
            self.conditions += 1;
            id
        });
        let kind = match kind {
            hir::ConditionKind::Constant { holds, named: _ } => ir::ConditionKind::Constant(holds),
            hir::ConditionKind::Not(inner) => {
                return not(self.simple(*inner), id, origin);
            }
            hir::ConditionKind::And(parts) => {
                ir::ConditionKind::All(parts.into_iter().map(|it| self.simple(it)).collect())
            }
            hir::ConditionKind::Or(parts) | hir::ConditionKind::OneOf(parts) => {
                ir::ConditionKind::Any(parts.into_iter().map(|it| self.simple(it)).collect())
            }
            hir::ConditionKind::Exists(value) => ir::ConditionKind::Exists(self.expr(value)),
            hir::ConditionKind::Absent(value) => {
                let exists = ir::ConditionKind::Exists(self.expr(value));
                return not(ir::Condition::synthetic(exists, origin), id, origin);
            }
            hir::ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => ir::ConditionKind::Compare {
                op,
                comparison,
                left: self.expr(left),
                right: self.expr(right),
            },
            hir::ConditionKind::Text {
                op,
                subject,
                pattern,
            } => ir::ConditionKind::Text {
                op,
                subject: self.expr(subject),
                pattern: self.expr(pattern),
            },
            hir::ConditionKind::Regex { subject, pattern } => ir::ConditionKind::Regex {
                subject: self.expr(subject),
                pattern,
            },
            hir::ConditionKind::Member {
                element,
                list,
                comparison,
            } => ir::ConditionKind::Member {
                element: self.expr(element),
                list: self.expr(list),
                comparison,
            },
            hir::ConditionKind::Within { address, block } => ir::ConditionKind::WithinCidr {
                address: self.expr(address),
                block: self.expr(block),
            },
            hir::ConditionKind::Quantified {
                word,
                bindings,
                over,
                body,
            } => {
                let over = self.iterable(over);
                let bound = self.locals.enter(&bindings);
                let body = Box::new(self.simple(*body));
                self.locals.leave(&bindings);
                let (quantifier, none) = match word {
                    hir::Quantifier::All => (ir::Quantifier::Every, false),
                    hir::Quantifier::Any => (ir::Quantifier::Some, false),
                    hir::Quantifier::None => (ir::Quantifier::Some, true),
                };
                let kind = ir::ConditionKind::Quantified {
                    quantifier,
                    key: bound.key,
                    value: bound.value,
                    over,
                    body,
                };
                if none {
                    return not(ir::Condition::synthetic(kind, origin), id, origin);
                }
                kind
            }
        };
        ir::Condition { id, kind, origin }
    }
}

/// The opposite of a condition.
fn not(condition: ir::Condition, id: Option<ir::ConditionId>, origin: Span) -> ir::Condition {
    let kind = if let ir::ConditionKind::Constant(holds) = condition.kind {
        ir::ConditionKind::Constant(!holds)
    } else {
        ir::ConditionKind::Not(Box::new(condition))
    };
    ir::Condition { id, kind, origin }
}
