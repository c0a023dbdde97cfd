//! Deciding what constants decide, before anything is numbered.

use crate::resolve::hir::{Condition, ConditionKind};

/// The condition without constants in it, or a constant.
pub(super) fn condition(condition: Condition) -> Condition {
    let Condition {
        kind,
        span,
        written,
    } = condition;
    let kind = match kind {
        ConditionKind::Not(inner) => {
            let inner = self::condition(*inner);
            if let ConditionKind::Constant { holds, named } = inner.kind {
                ConditionKind::Constant {
                    holds: !holds,
                    named,
                }
            } else {
                ConditionKind::Not(Box::new(inner))
            }
        }
        ConditionKind::And(parts) => return connective(parts, true, written, span),
        ConditionKind::Or(parts) | ConditionKind::OneOf(parts) => {
            return connective(parts, false, written, span);
        }
        ConditionKind::Quantified {
            word,
            bindings,
            over,
            body,
        } => ConditionKind::Quantified {
            word,
            bindings,
            over,
            body: Box::new(self::condition(*body)),
        },
        kind @ (ConditionKind::Constant { .. }
        | ConditionKind::Exists(_)
        | ConditionKind::Absent(_)
        | ConditionKind::Compare { .. }
        | ConditionKind::Text { .. }
        | ConditionKind::Regex { .. }
        | ConditionKind::Member { .. }
        | ConditionKind::Within { .. }) => kind,
    };
    Condition {
        kind,
        span,
        written,
    }
}

/// A chain of `and` or `or`: one constant decides it, the other makes no difference.
fn connective(
    parts: Vec<Condition>,
    and: bool,
    written: bool,
    span: policyc_diagnostics::Span,
) -> Condition {
    let mut kept = Vec::new();
    for part in parts {
        let part = condition(part);
        match part.known() {
            Some(holds) if holds == and => {}
            Some(_) => return Condition { span, ..part },
            None => kept.push(part),
        }
    }
    let kind = match kept.len() {
        0 => ConditionKind::Constant {
            holds: and,
            named: true,
        },
        1 => {
            let only = kept.into_iter().next();
            return only.map_or_else(
                || Condition::constant(and, true, span),
                |only| Condition {
                    written: written || only.written,
                    ..only
                },
            );
        }
        _ if and => ConditionKind::And(kept),
        _ => ConditionKind::Or(kept),
    };
    Condition {
        kind,
        span,
        written,
    }
}
