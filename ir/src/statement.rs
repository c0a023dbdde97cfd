//! Statements of a validate rule.

use policyc_diagnostics::Span;

use crate::{Binding, Condition, ConditionKind, Expr, Iterable, Quantifier};

/// Identifies a statement in its rule; dense from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementId(pub u32);

/// A demand on the resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its number in the rule.
    pub id: StatementId,
    /// What it demands.
    pub kind: StatementKind,
    /// What a finding says, instead of a text made from the condition.
    pub message: Option<Message>,
    /// The whole statement.
    pub origin: Span,
}

/// What a statement demands.
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// The condition holds.
    Require(Condition),
    /// The body holds for every element; one finding for each element that fails.
    ForEach {
        /// The key, for the entries of a map.
        key: Option<Binding>,
        /// The element, or the value of the entry.
        value: Option<Binding>,
        /// What is visited.
        over: Iterable,
        /// All of it must hold.
        body: Vec<Statement>,
    },
    /// `then` holds if the condition does, `otherwise` if it does not.
    If {
        /// The condition.
        condition: Condition,
        /// All of it must hold when the condition does.
        then: Vec<Statement>,
        /// All of it must hold when the condition does not.
        otherwise: Vec<Statement>,
    },
}

impl Statement {
    /// The condition that holds exactly when this statement does.
    #[must_use]
    pub fn to_condition(&self) -> Condition {
        let kind = match &self.kind {
            StatementKind::Require(condition) => return condition.clone(),
            StatementKind::ForEach {
                key,
                value,
                over,
                body,
            } => ConditionKind::Quantified {
                quantifier: Quantifier::Every,
                key: key.clone(),
                value: value.clone(),
                over: over.clone(),
                body: Box::new(Self::all(body, self.origin)),
            },
            StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                let not = Condition::synthetic(
                    ConditionKind::Not(Box::new(condition.clone())),
                    condition.origin,
                );
                let mut both = vec![Condition::synthetic(
                    ConditionKind::Any(vec![not, Self::all(then, self.origin)]),
                    self.origin,
                )];
                if !otherwise.is_empty() {
                    both.push(Condition::synthetic(
                        ConditionKind::Any(vec![
                            condition.clone(),
                            Self::all(otherwise, self.origin),
                        ]),
                        self.origin,
                    ));
                }
                ConditionKind::All(both)
            }
        };
        Condition::synthetic(kind, self.origin)
    }

    /// The condition that holds exactly when all of `statements` do.
    #[must_use]
    pub fn all(statements: &[Self], origin: Span) -> Condition {
        if let [only] = statements {
            return only.to_condition();
        }
        let conditions = statements.iter().map(Self::to_condition).collect();
        Condition::synthetic(ConditionKind::All(conditions), origin)
    }
}

/// A text with values in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The pieces in order; no two texts follow each other.
    pub parts: Vec<MessagePart>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum MessagePart {
    /// Literal text.
    Text(String),
    /// The value of an expression: strings bare, absent as `(absent)`, lists and maps as JSON.
    Value(Expr),
}
