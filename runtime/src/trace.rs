//! How a condition came out, part by part.

use policyc_diagnostics::Span;
use policyc_ir::ConditionId;

use crate::verdict::Element;

/// The outcome of a condition with those of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Where the author wrote it.
    pub origin: Span,
    /// Its number in the rule.
    pub id: Option<ConditionId>,
    /// What it is: `not`, `all`, `any`, `every`, `some`, `==`, `exists`, `matches`, …
    pub label: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// The element it was asked of, when it is the body of a quantifier.
    pub element: Option<Element>,
    /// Its operands, constants left out.
    pub values: Vec<TracedValue>,
    /// Its parts, as far as they were asked; what decides early hides the rest.
    pub parts: Vec<Trace>,
    /// How many more parts were left out for their number.
    pub more_parts: usize,
}

/// An operand with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedValue {
    /// Where the author wrote it.
    pub origin: Span,
    /// What was looked at: a path in the resource, or an expression with such paths.
    pub text: String,
    /// The value, shortened; none when it is absent.
    pub value: Option<String>,
    /// The place of the value, or of the nearest parent there is.
    pub span: Option<Span>,
}
