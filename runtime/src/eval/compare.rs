//! Reading two values as one type, and relating them.

use std::cmp::Ordering;

use policyc_ir::scalar::{Cidr, Date, Duration, Ip, Quantity, Version};
use policyc_ir::{CompareOp, Comparison};

use super::program::{Constant, Typed};
use super::val::Val;

/// Whether both values can be read as the comparison says, and are so related.
pub(super) fn compare(op: CompareOp, comparison: Comparison, left: &Val, right: &Val) -> bool {
    match comparison {
        Comparison::Bool => equal(op, left.as_bool(), right.as_bool()),
        Comparison::Number => ordered(op, left.as_number(), right.as_number()),
        Comparison::String => ordered(op, left.as_str(), right.as_str()),
        Comparison::Quantity => ordered(op, quantity(left), quantity(right)),
        Comparison::Duration => ordered(op, duration(left), duration(right)),
        Comparison::Version => ordered(op, version(left), version(right)),
        Comparison::Date => ordered(op, date(left), date(right)),
        Comparison::Scalar => {
            equal(op, left.as_str(), right.as_str())
                || equal(op, left.as_number(), right.as_number())
                || equal(op, left.as_bool(), right.as_bool())
        }
    }
}

/// For types that have no order: every relation but equality is false.
fn equal<T: PartialEq>(op: CompareOp, left: Option<T>, right: Option<T>) -> bool {
    op == CompareOp::Equal && left.is_some() && left == right
}

fn ordered<T: Ord>(op: CompareOp, left: Option<T>, right: Option<T>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return false;
    };
    let order = left.cmp(&right);
    match op {
        CompareOp::Equal => order == Ordering::Equal,
        CompareOp::Less => order == Ordering::Less,
        CompareOp::LessOrEqual => order != Ordering::Greater,
        CompareOp::Greater => order == Ordering::Greater,
        CompareOp::GreaterOrEqual => order != Ordering::Less,
    }
}

/// Whether an address or a block lies wholly in a block.
pub(super) fn within(address: &Val, block: &Val) -> bool {
    let Some(block) = cidr(block) else {
        return false;
    };
    if let Some(ip) = ip(address) {
        return block.contains(ip);
    }
    cidr(address).is_some_and(|inner| block.contains_block(&inner))
}

/// Whether a value can be read as the comparison wants.
pub(super) fn is_readable(comparison: Comparison, value: &Val) -> bool {
    match comparison {
        Comparison::Bool => value.as_bool().is_some(),
        Comparison::Number => value.as_number().is_some(),
        Comparison::String => value.as_str().is_some(),
        Comparison::Quantity => quantity(value).is_some(),
        Comparison::Duration => duration(value).is_some(),
        Comparison::Version => version(value).is_some(),
        Comparison::Date => date(value).is_some(),
        Comparison::Scalar => {
            value.as_str().is_some() || value.as_number().is_some() || value.as_bool().is_some()
        }
    }
}

fn typed<'v>(value: &'v Val) -> Option<&'v Typed> {
    if let Val::Constant(Constant::Text { typed, .. }) = value {
        typed.as_ref()
    } else {
        None
    }
}

fn quantity(value: &Val) -> Option<Quantity> {
    if let Some(Typed::Quantity(quantity)) = typed(value) {
        return Some(quantity.clone());
    }
    match (value.as_str(), value.as_number()) {
        // The API server trims what it reads, see `Quantity.UnmarshalJSON`; Kyverno does not.
        (Some(text), _) => Quantity::parse(text),
        (None, Some(number)) if number.is_integer() => match number.as_i64() {
            Some(int) => Some(Quantity::from_integer(int)),
            None => Quantity::parse(&number.to_string()),
        },
        (None, Some(number)) => Quantity::from_float(number.as_f64()),
        (None, None) => None,
    }
}

fn duration(value: &Val) -> Option<Duration> {
    match typed(value) {
        Some(Typed::Duration(duration)) => Some(*duration),
        Some(_) | None => Duration::parse(value.as_str()?),
    }
}

fn version(value: &Val) -> Option<Version> {
    match typed(value) {
        Some(Typed::Version(version)) => Some(version.clone()),
        Some(_) | None => Version::parse(value.as_str()?),
    }
}

fn date(value: &Val) -> Option<Date> {
    match typed(value) {
        Some(Typed::Date(date)) => Some(*date),
        Some(_) | None => Date::parse(value.as_str()?),
    }
}

fn ip(value: &Val) -> Option<Ip> {
    match typed(value) {
        Some(Typed::Ip(ip)) => Some(*ip),
        Some(_) | None => Ip::parse(value.as_str()?),
    }
}

fn cidr(value: &Val) -> Option<Cidr> {
    match typed(value) {
        Some(Typed::Cidr(cidr)) => Some(*cidr),
        Some(_) | None => Cidr::parse(value.as_str()?),
    }
}
