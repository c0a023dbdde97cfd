//! Values known while compiling, and what conditions and functions make of them.
//!
//! Folding has the meaning of the IR: a backend or the evaluator would come to the same result.

use std::cmp::Ordering;

use policyc_ir::scalar::{Cidr, Date, Duration, Glob, Ip, Quantity, Version};
use policyc_ir::{ArithmeticOp, CompareOp, Comparison, TextOp};

use super::types::Ty;

/// Below this, doubles without a fraction are written as whole numbers.
const WHOLE: f64 = 9e18;

/// A value known while compiling.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Constant {
    /// What a map parameter has under a key that it does not have.
    Absent,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    Quantity(String),
    Duration(String),
    Version(String),
    Cidr(String),
    Ip(String),
    Date(String),
    List(Vec<Constant>),
    Map(Vec<(String, Constant)>),
}

impl Constant {
    /// The most specific type.
    pub(crate) fn ty(&self) -> Ty {
        match self {
            Self::Absent => Ty::Any,
            Self::Bool(_) => Ty::Bool,
            Self::Int(_) => Ty::Int,
            Self::Float(_) => Ty::Number,
            Self::String(_) => Ty::String,
            Self::Quantity(_) => Ty::Quantity,
            Self::Duration(_) => Ty::Duration,
            Self::Version(_) => Ty::Version,
            Self::Cidr(_) => Ty::Cidr,
            Self::Ip(_) => Ty::Ip,
            Self::Date(_) => Ty::Date,
            Self::List(items) => Ty::List(Box::new(joined(items.iter()))),
            Self::Map(entries) => Ty::Map(Box::new(joined(entries.iter().map(|(_, value)| value)))),
        }
    }

    /// The text of a string or of a typed literal.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::String(text)
            | Self::Quantity(text)
            | Self::Duration(text)
            | Self::Version(text)
            | Self::Cidr(text)
            | Self::Ip(text)
            | Self::Date(text) => Some(text),
            Self::Absent
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// How much of a rule's budget a copy takes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Self::Map(entries) => 1 + entries.iter().map(|(_, value)| value.size()).sum::<usize>(),
            Self::String(text) => 1 + text.len() / 256,
            Self::Absent
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Quantity(_)
            | Self::Duration(_)
            | Self::Version(_)
            | Self::Cidr(_)
            | Self::Ip(_)
            | Self::Date(_) => 1,
        }
    }

    /// The text in a message: strings bare, absent as `(absent)`, lists and maps as JSON.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Absent => "(absent)".to_owned(),
            Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::List(_) | Self::Map(_) => {
                self.json().to_string()
            }
            Self::String(text)
            | Self::Quantity(text)
            | Self::Duration(text)
            | Self::Version(text)
            | Self::Cidr(text)
            | Self::Ip(text)
            | Self::Date(text) => text.clone(),
        }
    }

    fn json(&self) -> serde_json::Value {
        match self {
            Self::Absent => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            // As the evaluator writes it: `2`, not `2.0`.
            Self::Float(value) if value.fract() == 0.0 && value.abs() < WHOLE => {
                (*value as i64).into()
            }
            Self::Float(value) => (*value).into(),
            Self::String(text)
            | Self::Quantity(text)
            | Self::Duration(text)
            | Self::Version(text)
            | Self::Cidr(text)
            | Self::Ip(text)
            | Self::Date(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::json).collect(),
            Self::Map(entries) => entries
                .iter()
                .map(|(key, value)| (key.clone(), value.json()))
                .collect(),
        }
    }

    /// The text of a string, which no typed literal is.
    pub(crate) fn string(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The value under a key of a map.
    pub(crate) fn entry(&self, key: &str) -> Self {
        let Self::Map(entries) = self else {
            return Self::Absent;
        };
        entries
            .iter()
            .find(|(name, _)| name == key)
            .map_or(Self::Absent, |(_, value)| value.clone())
    }

    fn number(&self) -> Option<f64> {
        match self {
            // Folding gives up where a double would not be exact.
            Self::Int(value) => (value.unsigned_abs() < 1 << 53).then_some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Absent
            | Self::Bool(_)
            | Self::String(_)
            | Self::Quantity(_)
            | Self::Duration(_)
            | Self::Version(_)
            | Self::Cidr(_)
            | Self::Ip(_)
            | Self::Date(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }
}

fn joined<'a>(items: impl Iterator<Item = &'a Constant>) -> Ty {
    items.map(Constant::ty).reduce(Ty::join).unwrap_or(Ty::Any)
}

/// Whether a comparison of constants holds; `None` where only the evaluator can say.
pub(crate) fn compare(
    op: CompareOp,
    comparison: Comparison,
    left: &Constant,
    right: &Constant,
) -> Option<bool> {
    if *left == Constant::Absent || *right == Constant::Absent {
        return Some(false);
    }
    let ordering = match comparison {
        Comparison::Bool | Comparison::Scalar if op == CompareOp::Equal => {
            return Some(scalar_equal(left, right));
        }
        Comparison::Bool | Comparison::Scalar => return None,
        Comparison::Number => match (left, right) {
            (Constant::Int(a), Constant::Int(b)) => a.cmp(b),
            _ => left.number()?.partial_cmp(&right.number()?)?,
        },
        Comparison::String => left.text()?.cmp(right.text()?),
        Comparison::Quantity => quantity(left)?.cmp(&quantity(right)?),
        Comparison::Duration => {
            Duration::parse(left.text()?)?.cmp(&Duration::parse(right.text()?)?)
        }
        Comparison::Version => Version::parse(left.text()?)?.cmp(&Version::parse(right.text()?)?),
        Comparison::Date => Date::parse(left.text()?)?.cmp(&Date::parse(right.text()?)?),
    };
    Some(match op {
        CompareOp::Equal => ordering == Ordering::Equal,
        CompareOp::Less => ordering == Ordering::Less,
        CompareOp::LessOrEqual => ordering != Ordering::Greater,
        CompareOp::Greater => ordering == Ordering::Greater,
        CompareOp::GreaterOrEqual => ordering != Ordering::Less,
    })
}

fn quantity(constant: &Constant) -> Option<Quantity> {
    if let Constant::Int(value) = constant {
        Some(Quantity::from_integer(*value))
    } else if let Constant::Float(value) = constant {
        Quantity::from_float(*value)
    } else {
        Quantity::parse(constant.text()?)
    }
}

/// Two scalars of the same type are equal.
fn scalar_equal(left: &Constant, right: &Constant) -> bool {
    match (left, right) {
        (Constant::Bool(a), Constant::Bool(b)) => a == b,
        (Constant::Int(a), Constant::Int(b)) => a == b,
        (Constant::Int(_) | Constant::Float(_), Constant::Int(_) | Constant::Float(_)) => {
            left.number().is_some() && left.number() == right.number()
        }
        _ => matches!((left.text(), right.text()), (Some(a), Some(b)) if a == b),
    }
}

/// Whether a text stands in a relation to a pattern.
pub(crate) fn text(op: TextOp, subject: &Constant, pattern: &Constant) -> bool {
    let (Some(subject), Some(pattern)) = (subject.text(), pattern.text()) else {
        return false;
    };
    match op {
        TextOp::Glob => Glob::new(pattern).matches(subject),
        TextOp::StartsWith => subject.starts_with(pattern),
        TextOp::EndsWith => subject.ends_with(pattern),
        TextOp::Contains => subject.contains(pattern),
    }
}

/// Whether an address lies in a block.
pub(crate) fn within(address: &Constant, block: &Constant) -> Option<bool> {
    let block = Cidr::parse(block.text()?)?;
    let address = address.text()?;
    if let Some(ip) = Ip::parse(address) {
        return Some(block.contains(ip));
    }
    Some(block.contains_block(&Cidr::parse(address)?))
}

/// The result of an operation on numbers.
pub(crate) fn arithmetic(op: ArithmeticOp, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Constant::Int(a), Constant::Int(b)) = (left, right) {
        let whole = match op {
            ArithmeticOp::Add => a.checked_add(*b),
            ArithmeticOp::Subtract => a.checked_sub(*b),
            ArithmeticOp::Multiply => a.checked_mul(*b),
            ArithmeticOp::Divide if *b != 0 && a.checked_rem(*b) == Some(0) => a.checked_div(*b),
            ArithmeticOp::Divide => None,
            ArithmeticOp::Remainder => return a.checked_rem(*b).map(Constant::Int),
        };
        if let Some(whole) = whole {
            return Some(Constant::Int(whole));
        }
    }
    let (a, b) = (left.number()?, right.number()?);
    let result = match op {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Subtract => a - b,
        ArithmeticOp::Multiply => a * b,
        ArithmeticOp::Divide => a / b,
        ArithmeticOp::Remainder => return None,
    };
    result.is_finite().then_some(Constant::Float(result))
}
