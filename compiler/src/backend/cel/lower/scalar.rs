//! Comparisons of what stands in strings: quantities, durations, versions and dates.
//!
//! CEL's functions for them are errors for any other string, so a test stands before each call.

use policyc_diagnostics::Span;
use policyc_ir::scalar::{Date, Duration, Quantity, Version};
use policyc_ir::{CompareOp, Comparison, Literal};

use super::constant::operator;
use super::{Bound, Known, Value};
use crate::backend::cel::Lowered;
use crate::backend::cel::ast::Cel;
use crate::backend::cel::frame::Frame;

/// Go durations: parts from hours to nanoseconds, or up to nine in any order. The numbers are
/// bounded, so that no sum overflows: `999999h` are 114 years.
const DURATION: &str = concat!(
    r"^[+-]?(0|(([0-9]{1,6}([.][0-9]*)?|[.][0-9]+)h)?(([0-9]{1,6}([.][0-9]*)?|[.][0-9]+)m)?",
    r"(([0-9]{1,8}([.][0-9]*)?|[.][0-9]+)s)?(([0-9]{1,11}([.][0-9]*)?|[.][0-9]+)ms)?",
    r"(([0-9]{1,14}([.][0-9]*)?|[.][0-9]+)(us|µs|μs))?(([0-9]{1,17}([.][0-9]*)?|[.][0-9]+)ns)?",
    r"|(([0-9]{1,5}([.][0-9]*)?|[.][0-9]+)h|([0-9]{1,6}([.][0-9]*)?|[.][0-9]+)m",
    r"|([0-9]{1,8}([.][0-9]*)?|[.][0-9]+)s|([0-9]{1,11}([.][0-9]*)?|[.][0-9]+)ms",
    r"|([0-9]{1,14}([.][0-9]*)?|[.][0-9]+)(us|µs|μs)|([0-9]{1,17}([.][0-9]*)?|[.][0-9]+)ns){1,9})\b$"
);

/// Versions, with what people leave out. Numbers fit into 64 bits.
const VERSION: &str = concat!(
    r"^v?(0|[1-9][0-9]{0,17})([.](0|[1-9][0-9]{0,17})){0,2}",
    r"(-(0|[1-9][0-9]{0,17}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)",
    r"([.](0|[1-9][0-9]{0,17}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?",
    r"([+][0-9a-zA-Z-]+([.][0-9a-zA-Z-]+)*)?$"
);

/// RFC 3339 dates and times that the calendar has.
const DATE: &str = concat!(
    r"^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)",
    r"|02-(0[1-9]|1[0-9]|2[0-8]))",
    r"|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)",
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$"
);

impl Frame {
    /// `left op right`, both read as the comparison says.
    pub(super) fn compare_typed(
        &self,
        op: CompareOp,
        comparison: Comparison,
        left: &Value,
        right: &Value,
        _origin: Span,
    ) -> Lowered<Cel> {
        let by_order = match comparison {
            Comparison::Quantity | Comparison::Version => true,
            Comparison::Duration | Comparison::Date => false,
            Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => {
                return Ok(Cel::Bool(false));
            }
        };
        self.test_both(left, right, |_, left, right| {
            let (Some((left_guard, left)), Some((right_guard, right))) =
                (read(left, comparison), read(right, comparison))
            else {
                return Ok(Cel::Bool(false));
            };
            let relation = if by_order {
                left.method("compareTo", [right])
                    .binary(operator(op), Cel::Int(0))
            } else {
                left.binary(operator(op), right)
            };
            Ok(Cel::and([left_guard, right_guard, relation]))
        })
    }
}

/// What must hold for a value to be read so, and the value as it is read; none when it never is.
fn read(side: &Bound, comparison: Comparison) -> Option<(Cel, Cel)> {
    if let Some(literal) = &side.constant {
        return read_constant(literal, comparison).map(|cel| (Cel::Bool(true), cel));
    }
    let value = || side.cel.clone();
    let matches = |pattern: &str| value().method("matches", [Cel::text(pattern)]);
    let (guard, read) = match comparison {
        Comparison::Quantity => {
            let (guard, text) = match side.known {
                Known::Text => (Cel::Bool(true), value()),
                Known::Number | Known::TextOrNumber => {
                    (Cel::Bool(true), Cel::call("string", [value()]))
                }
                Known::Nothing | Known::NotNull => (
                    Cel::or([side.is_text(), side.is_number()]),
                    Cel::call("string", [value()]),
                ),
                Known::Bool | Known::List | Known::Map => return None,
            };
            let is_quantity = Cel::call("isQuantity", [text.clone()]);
            (
                Cel::and([guard, is_quantity]),
                Cel::call("quantity", [text]),
            )
        }
        Comparison::Duration => (
            Cel::and([side.is_text(), matches(DURATION)]),
            Cel::call("duration", [value()]),
        ),
        Comparison::Version => (
            Cel::and([side.is_text(), matches(VERSION)]),
            Cel::call("semver", [with_numbers(value()), Cel::Bool(true)]),
        ),
        Comparison::Date => {
            let is_day = Cel::call("size", [value()]).equals(Cel::Int(10));
            let midnight = value().binary(super::Operator::Add, Cel::text("T00:00:00Z"));
            let time = Cel::Ternary(Box::new(is_day), Box::new(midnight), Box::new(value()));
            (
                Cel::and([side.is_text(), matches(DATE)]),
                Cel::call("timestamp", [time]),
            )
        }
        Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => {
            return None;
        }
    };
    (guard != Cel::Bool(false)).then_some((guard, read))
}

/// A version with three numbers where something follows them; CEL adds missing ones only to a
/// version that ends there.
fn with_numbers(version: Cel) -> Cel {
    let is_short = |pattern: &str| version.clone().method("matches", [Cel::text(pattern)]);
    // Build metadata is ignored.
    let filled = |numbers: &str| {
        let parts = version.clone().method("split", [Cel::text("+")]);
        let core = parts.index(Cel::Int(0));
        core.method("replace", [Cel::text("-"), Cel::text(numbers), Cel::Int(1)])
    };
    let two = Cel::Ternary(
        Box::new(is_short("^v?[0-9]+[.][0-9]+[-+]")),
        Box::new(filled(".0-")),
        Box::new(version.clone()),
    );
    Cel::Ternary(
        Box::new(is_short("^v?[0-9]+[-+]")),
        Box::new(filled(".0.0-")),
        Box::new(two),
    )
}

fn read_constant(literal: &Literal, comparison: Comparison) -> Option<Cel> {
    let number = |text: String| (comparison == Comparison::Quantity).then_some(text);
    let text = match literal {
        Literal::Bool(_) => return None,
        Literal::Int(value) => number(value.to_string())?,
        Literal::Float(value) => number(format!("{value:e}"))?,
        Literal::String(text)
        | Literal::Quantity(text)
        | Literal::Duration(text)
        | Literal::Version(text)
        | Literal::Cidr(text)
        | Literal::Ip(text)
        | Literal::Date(text) => text.clone(),
    };
    match comparison {
        Comparison::Quantity => {
            Quantity::parse(&text)?;
            Some(Cel::call("quantity", [Cel::text(text)]))
        }
        Comparison::Duration => {
            Duration::parse(&text)?;
            Some(Cel::call("duration", [Cel::text(text)]))
        }
        Comparison::Version => {
            Version::parse(&text)?;
            Some(Cel::call("semver", [Cel::text(full(&text))]))
        }
        Comparison::Date => {
            Date::parse(&text)?;
            let time = if text.len() == 10 {
                format!("{text}T00:00:00Z")
            } else {
                text
            };
            Some(Cel::call("timestamp", [Cel::text(time)]))
        }
        Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => None,
    }
}

/// The version with three numbers and without `v`.
fn full(version: &str) -> String {
    let version = version.strip_prefix('v').unwrap_or(version);
    let end = version.find(['-', '+']).unwrap_or(version.len());
    let (core, rest) = version.split_at(end);
    let missing = 2_usize.saturating_sub(core.matches('.').count());
    format!("{core}{}{rest}", ".0".repeat(missing))
}
