//! From conditions, expressions and messages of the IR to CEL, for Kyverno and for the API server.
//!
//! [`holds`] and [`fails`] give a `bool` that is never an error of CEL, whatever the resource holds;
//! [`text`] gives a string. What a root of the IR is in the engine says the [`Frame`]. [`print`]
//! writes the expression down.
//!
//! What is left, on values that no resource should hold: integers beyond 2^53, where Kyverno reads
//! every number as a double and arithmetic is done in doubles; fractions of a million and more, or of
//! less than a ten-thousandth, and `-0.0`, as strings; quantities without digits or with exponents of
//! three digits; durations of more than a century; dates in the year 0, or past the year 9999 by
//! their offset; IPv4 addresses in IPv6 clothes, and lengths of blocks with leading zeros; a list
//! where the schema wants a map, in which a step is an error of CEL.

mod ast;
mod cost;
mod frame;
mod lower;
mod print;
mod text;

use policyc_diagnostics::Span;

use super::Unportable;
pub(in crate::backend) use ast::{Cel, Macro};
pub(in crate::backend) use cost::{Cost, estimate};
pub(in crate::backend) use frame::{Engine, Frame, Place};
pub(in crate::backend) use lower::{elements, fails, holds, item_type};
pub(in crate::backend) use print::print;
pub(in crate::backend) use text::text;

/// Why something has no form in CEL.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::backend) struct Blocked {
    /// The construct in the way, as the portability table names it.
    pub(in crate::backend) construct: &'static str,
    /// Why it cannot be said.
    pub(in crate::backend) reason: String,
    /// Where the author wrote it.
    pub(in crate::backend) origin: Span,
}

impl Blocked {
    pub(in crate::backend) fn new(
        construct: &'static str,
        reason: impl Into<String>,
        origin: Span,
    ) -> Self {
        Self {
            construct,
            reason: reason.into(),
            origin,
        }
    }

    /// What the backend says of it.
    pub(in crate::backend) fn into_unportable(self, rule: &str) -> Unportable {
        Unportable {
            rule: rule.to_owned(),
            construct: self.construct,
            reason: self.reason,
            origin: self.origin,
        }
    }
}

type Lowered<T> = Result<T, Blocked>;

#[cfg(test)]
mod tests;
