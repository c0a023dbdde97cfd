//! Comparisons of what stands in strings: quantities, durations, versions and dates.
//!
//! Kyverno's functions for them end in an error on any other string, so a regular expression stands
//! before each call. `divide` and `compare` are not used for order: the first rounds to a double,
//! the second gives a Go `int`, which JMESPath does not take for a number.

use policyc_diagnostics::Span;
use policyc_ir::scalar::{Quantity, Version};
use policyc_ir::{CompareOp, Literal};

use super::value::Alternative;
use super::{Blocked, Lowered};
use crate::backend::kyverno::jmespath::Jp;

/// Quantities. Exponents have two digits at most: with more of them Kyverno computes numbers that
/// do not fit into memory.
const QUANTITY: &str =
    r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?$";

/// Go durations: parts from hours to nanoseconds, or up to nine in any order. The numbers are
/// bounded, so that neither the sum nor the difference of two overflows: `999999h` are 114 years.
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
    r"(-(0|[1-9][0-9]{0,17}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)([.](0|[1-9][0-9]{0,17}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?",
    r"([+][0-9a-zA-Z-]+([.][0-9a-zA-Z-]+)*)?$"
);

/// RFC 3339 dates and times that the calendar has.
const DATE: &str = concat!(
    r"^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)",
    r"|02-(0[1-9]|1[0-9]|2[0-8]))",
    r"|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)",
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$"
);

fn call(function: &'static str, arguments: impl IntoIterator<Item = Jp>) -> Jp {
    Jp::Call(function, arguments.into_iter().collect())
}

/// Kyverno's `subtract` is exact for quantities and durations, and writes a minus before a negative
/// difference.
fn by_difference(op: CompareOp, left: Jp, right: Jp, zero: &str) -> Jp {
    let is_less = |a: Jp, b: Jp| {
        let difference = call("subtract", [a, b]);
        call("starts_with", [difference, Jp::text("-")])
    };
    match op {
        CompareOp::Equal => call("subtract", [left, right]).equals(Jp::text(zero)),
        CompareOp::Less => is_less(left, right),
        CompareOp::LessOrEqual => is_less(right, left).negated(),
        CompareOp::Greater => is_less(right, left),
        CompareOp::GreaterOrEqual => is_less(left, right).negated(),
    }
}

fn guarded(sides: [(Option<Jp>, Jp); 2], test: impl FnOnce(Jp, Jp) -> Jp) -> Jp {
    let [(left_guard, left), (right_guard, right)] = sides;
    let test = test(left, right);
    Jp::and(
        [left_guard, right_guard]
            .into_iter()
            .flatten()
            .chain([test]),
    )
}

/// `left op right`, both quantities: strings in quantity syntax, or numbers.
pub(super) fn quantities(op: CompareOp, left: &Alternative, right: &Alternative) -> Jp {
    let side = |side: &Alternative| {
        let constant = if let Jp::Literal(value) = &side.jp {
            let text = value.as_str().map(str::to_owned);
            text.or_else(|| value.is_number().then(|| value.to_string()))
        } else {
            None
        };
        if let Some(text) = constant.filter(|text| Quantity::parse(text).is_some()) {
            return (None, Jp::text(text));
        }
        let text = call("to_string", [side.jp.clone()]);
        let guard = call("regex_match", [Jp::text(QUANTITY), text.clone()]);
        (Some(guard), text)
    };
    guarded([side(left), side(right)], |left, right| {
        by_difference(op, left, right, "0")
    })
}

/// `left op right`, both strings that spell Go durations.
pub(super) fn durations(op: CompareOp, left: &Alternative, right: &Alternative) -> Jp {
    let side = |side: &Alternative| match &side.constant {
        // `30m` alone is a quantity for Kyverno, `30m0s` is not.
        Some(Literal::Duration(text)) if Quantity::parse(text).is_some() => {
            (None, Jp::text(format!("{text}0s")))
        }
        Some(Literal::Duration(text)) => (None, Jp::text(text.clone())),
        _ => {
            let jp = side.jp.clone();
            let guard = call("regex_match", [Jp::text(DURATION), jp.clone()]);
            let guard = Jp::and([jp.clone().of_type("string"), guard]);
            let parts = Jp::List(vec![jp, Jp::text("0s")]);
            (Some(guard), call("join", [Jp::text(""), parts]))
        }
    };
    guarded([side(left), side(right)], |left, right| {
        by_difference(op, left, right, "0s")
    })
}

/// `left op right`, both strings that spell versions. One side must be a constant: Kyverno reads
/// the other one from a range, and an `x` in a range is a wildcard.
pub(super) fn versions(
    op: CompareOp,
    left: &Alternative,
    right: &Alternative,
    origin: Span,
) -> Lowered<Jp> {
    let (op, subject, bound) = match (&left.constant, &right.constant) {
        (_, Some(bound)) => (op, left, bound),
        (Some(bound), None) => (mirrored(op), right, bound),
        (None, None) => {
            return Err(Blocked::new(
                "version compared with another field",
                "Kyverno's `semver_compare` takes a range, in which the letter `x` is a wildcard",
                origin,
            ));
        }
    };
    let (Literal::Version(bound) | Literal::String(bound)) = bound else {
        return Ok(Jp::bool(false));
    };
    if Version::parse(bound).is_none() {
        return Ok(Jp::bool(false));
    }
    let bound = full(bound);
    if bound.contains('x') {
        return Err(Blocked::new(
            "version with the letter `x`",
            "Kyverno's `semver_compare` takes it for a wildcard",
            origin,
        ));
    }
    let operator = match op {
        CompareOp::Equal => "=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    };
    let jp = subject.jp.clone();
    let replaced = |pattern: &str, text: Jp, with: &str| {
        call(
            "regex_replace_all",
            [Jp::text(pattern), text, Jp::text(with)],
        )
    };
    let text = call("trim_prefix", [jp.clone(), Jp::text("v")]);
    let text = replaced("^([0-9]+)([-+]|$)", text, "$1.0.0$2");
    let text = replaced("^([0-9]+)[.]([0-9]+)([-+]|$)", text, "$1.$2.0$3");
    Ok(Jp::and([
        jp.clone().of_type("string"),
        call("regex_match", [Jp::text(VERSION), jp]),
        call(
            "semver_compare",
            [text, Jp::text(format!("{operator}{bound}"))],
        ),
    ]))
}

/// The relation between the sides when they change places.
pub(super) const fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

/// The version with three numbers, without `v` and build metadata.
fn full(version: &str) -> String {
    let version = version.strip_prefix('v').unwrap_or(version);
    let version = version.split_once('+').map_or(version, |(head, _)| head);
    let (core, pre_release) = version
        .split_once('-')
        .map_or((version, None), |(core, pre)| (core, Some(pre)));
    let missing = 2_usize.saturating_sub(core.matches('.').count());
    let mut full = core.to_owned();
    full.push_str(&".0".repeat(missing));
    if let Some(pre_release) = pre_release {
        full.push('-');
        full.push_str(pre_release);
    }
    full
}

/// `left op right`, both strings that spell RFC 3339 dates or times.
pub(super) fn dates(op: CompareOp, left: &Alternative, right: &Alternative) -> Jp {
    let side = |side: &Alternative| match &side.constant {
        Some(Literal::Date(text)) if text.contains('T') => (None, Jp::text(text.clone())),
        Some(Literal::Date(text)) => (None, Jp::text(format!("{text}T00:00:00Z"))),
        _ => {
            let jp = side.jp.clone();
            let guard = Jp::and([
                jp.clone().of_type("string"),
                call("regex_match", [Jp::text(DATE), jp.clone()]),
            ]);
            let pattern = Jp::text("^([0-9-]{10})$");
            let time = call(
                "regex_replace_all",
                [pattern, jp, Jp::text("${1}T00:00:00Z")],
            );
            (Some(guard), time)
        }
    };
    guarded([side(left), side(right)], |left, right| {
        let before = || call("time_before", [left.clone(), right.clone()]);
        let after = || call("time_after", [left.clone(), right.clone()]);
        match op {
            CompareOp::Equal => Jp::and([before().negated(), after().negated()]),
            CompareOp::Less => before(),
            CompareOp::LessOrEqual => after().negated(),
            CompareOp::Greater => after(),
            CompareOp::GreaterOrEqual => before().negated(),
        }
    })
}
