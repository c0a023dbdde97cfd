//! Traces: the outcome of every part of a condition that was asked.

use std::ops::ControlFlow;

use policyc_ir::{CompareOp, Quantifier, TextOp};

use super::describe::short;
use super::machine::{Exhausted, Machine};
use super::program::{Condition, ConditionKind, Expr, ExprKind};
use crate::trace::{Trace, TracedValue};

/// Elements of a quantifier that are shown.
const MAX_ELEMENTS: usize = 20;

impl<'a> Machine<'a, '_> {
    /// How a condition comes out, part by part.
    pub(super) fn trace(&mut self, condition: &'a Condition) -> Result<Trace, Exhausted> {
        let mut trace = Trace {
            origin: condition.origin,
            id: condition.id,
            label: label(&condition.kind),
            holds: self.holds(condition)?,
            element: None,
            values: Vec::new(),
            parts: Vec::new(),
            more_parts: 0,
        };
        match &condition.kind {
            ConditionKind::Constant(_) => {}
            ConditionKind::Not(inner) => {
                let part = self.negated(|machine| machine.trace(inner))?;
                trace.parts.push(part);
            }
            ConditionKind::All(parts) => self.trace_until(&mut trace, parts, false)?,
            ConditionKind::Any(parts) => self.trace_until(&mut trace, parts, true)?,
            ConditionKind::Exists(expr) => self.trace_values(&mut trace, &[expr])?,
            ConditionKind::Compare { left, right, .. } => {
                self.trace_values(&mut trace, &[left, right])?;
            }
            ConditionKind::Text {
                subject, pattern, ..
            } => self.trace_values(&mut trace, &[subject, pattern])?,
            ConditionKind::Regex { subject, .. } => self.trace_values(&mut trace, &[subject])?,
            ConditionKind::Member { element, list, .. } => {
                self.trace_values(&mut trace, &[element, list])?;
            }
            ConditionKind::WithinCidr { address, block } => {
                self.trace_values(&mut trace, &[address, block])?;
            }
            ConditionKind::Quantified {
                quantifier,
                bindings,
                over,
                body,
            } => {
                let every = *quantifier == Quantifier::Every;
                self.visit::<()>(*bindings, over, &mut |machine, element| {
                    if trace.parts.len() >= MAX_ELEMENTS {
                        // The one that decides is shown in any case.
                        if machine.holds(body)? == every {
                            trace.more_parts += 1;
                            return Ok(ControlFlow::Continue(()));
                        }
                    }
                    let mut part = machine.trace(body)?;
                    part.element = Some(machine.element(element)?);
                    let decides = part.holds != every;
                    trace.parts.push(part);
                    Ok(if decides {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    })
                })?;
            }
        }
        Ok(trace)
    }

    /// The parts up to the first that comes out so.
    fn trace_until(
        &mut self,
        trace: &mut Trace,
        parts: &'a [Condition],
        outcome: bool,
    ) -> Result<(), Exhausted> {
        for part in parts {
            let part = self.trace(part)?;
            let decides = part.holds == outcome;
            trace.parts.push(part);
            if decides {
                break;
            }
        }
        Ok(())
    }

    fn trace_values(&mut self, trace: &mut Trace, exprs: &[&'a Expr]) -> Result<(), Exhausted> {
        for expr in exprs {
            if matches!(expr.kind, ExprKind::Constant(_)) {
                continue;
            }
            let value = self.eval(expr)?;
            let place = self.place(expr)?;
            trace.values.push(TracedValue {
                origin: expr.origin,
                text: self.expr_text(expr)?,
                value: (!value.is_absent()).then(|| short(&value)),
                span: place.map(|place| place.span),
            });
        }
        Ok(())
    }
}

fn label(kind: &ConditionKind) -> &'static str {
    match kind {
        ConditionKind::Constant(true) => "true",
        ConditionKind::Constant(false) => "false",
        ConditionKind::Not(_) => "not",
        ConditionKind::All(_) => "and",
        ConditionKind::Any(_) => "or",
        ConditionKind::Exists(_) => "exists",
        ConditionKind::Compare { op, .. } => match op {
            CompareOp::Equal => "==",
            CompareOp::Less => "<",
            CompareOp::LessOrEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterOrEqual => ">=",
        },
        ConditionKind::Text { op, .. } => match op {
            TextOp::Glob => "matches",
            TextOp::StartsWith => "starts with",
            TextOp::EndsWith => "ends with",
            TextOp::Contains => "contains",
        },
        ConditionKind::Regex { .. } => "matches regex",
        ConditionKind::Member { .. } => "in",
        ConditionKind::WithinCidr { .. } => "within",
        ConditionKind::Quantified {
            quantifier: Quantifier::Every,
            ..
        } => "all",
        ConditionKind::Quantified {
            quantifier: Quantifier::Some,
            ..
        } => "any",
    }
}
