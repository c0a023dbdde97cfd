//! The demands of a rule, one by one: what must not be, with what is said then.

use policyc_diagnostics::Span;
use policyc_ir::{
    Binding, Condition, ConditionKind, Iterable, Message, Quantifier, Statement, StatementKind,
};

/// One demand: a condition that violates the rule when it holds.
#[derive(Debug, Clone)]
pub(in crate::backend) struct Check<'a> {
    /// What stands around it, the outermost first.
    pub(in crate::backend) around: Vec<Around<'a>>,
    /// What is demanded.
    pub(in crate::backend) demand: &'a Condition,
    /// What a finding says.
    pub(in crate::backend) message: Option<&'a Message>,
    /// The statement.
    pub(in crate::backend) origin: Span,
}

/// What stands around a demand.
#[derive(Debug, Clone)]
pub(in crate::backend) enum Around<'a> {
    /// It is made of every element.
    ForEach {
        key: Option<&'a Binding>,
        value: Option<&'a Binding>,
        over: &'a Iterable,
    },
    /// It is made only when the condition holds, or does not hold where the flag is false.
    If(&'a Condition, bool),
}

/// The demands of statements.
pub(in crate::backend) fn of(statements: &[Statement]) -> Vec<Check<'_>> {
    let mut checks = Vec::new();
    collect(statements, &[], None, &mut checks);
    checks
}

fn collect<'a>(
    statements: &'a [Statement],
    around: &[Around<'a>],
    inherited: Option<&'a Message>,
    checks: &mut Vec<Check<'a>>,
) {
    let within = |next: Around<'a>| {
        let mut longer = around.to_vec();
        longer.push(next);
        longer
    };
    for statement in statements {
        let message = statement.message.as_ref().or(inherited);
        match &statement.kind {
            StatementKind::Require(demand) => checks.push(Check {
                around: around.to_vec(),
                demand,
                message,
                origin: statement.origin,
            }),
            StatementKind::ForEach {
                key,
                value,
                over,
                body,
            } => {
                let next = within(Around::ForEach {
                    key: key.as_ref(),
                    value: value.as_ref(),
                    over,
                });
                collect(body, &next, message, checks);
            }
            StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                collect(then, &within(Around::If(condition, true)), message, checks);
                let not = within(Around::If(condition, false));
                collect(otherwise, &not, message, checks);
            }
        }
    }
}

impl Check<'_> {
    /// The variables that are bound around the demand.
    pub(in crate::backend) fn variables(&self) -> Vec<&Binding> {
        let bindings = self.around.iter().map(|around| match around {
            Around::ForEach { key, value, .. } => [*key, *value],
            Around::If(..) => [None, None],
        });
        bindings.flatten().flatten().collect()
    }

    /// The condition that holds exactly when the demand is not met, within the last `levels` of
    /// what stands around it.
    pub(in crate::backend) fn violation(&self, levels: usize) -> Condition {
        let synthetic = |kind| Condition::synthetic(kind, self.origin);
        let mut violation = synthetic(ConditionKind::Not(Box::new(self.demand.clone())));
        for around in self.around.iter().rev().take(levels) {
            violation = match around {
                Around::ForEach { key, value, over } => synthetic(ConditionKind::Quantified {
                    quantifier: Quantifier::Some,
                    key: key.cloned(),
                    value: value.cloned(),
                    over: (*over).clone(),
                    body: Box::new(violation),
                }),
                Around::If(condition, wanted) => {
                    let condition = (*condition).clone();
                    let given = if *wanted {
                        condition
                    } else {
                        synthetic(ConditionKind::Not(Box::new(condition)))
                    };
                    synthetic(ConditionKind::All(vec![given, violation]))
                }
            };
        }
        violation
    }
}
