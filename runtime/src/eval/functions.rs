//! Functions and arithmetic. An argument of a wrong type, or absent, makes the result absent.

use std::borrow::Cow;
use std::collections::HashSet;

use policyc_ir::scalar::{to_lower, to_upper};
use policyc_ir::{ArithmeticOp, Function};

use super::machine::{Exhausted, Machine};
use super::program::Expr;
use super::val::Val;
use super::visit::sorted;
use crate::value::Number;

/// Bytes of text that are made for the price of one step.
const BYTES_A_STEP: usize = 4;

impl<'a> Machine<'a, '_> {
    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: &'a [Expr],
    ) -> Result<Val<'a>, Exhausted> {
        if let Some(unknown) = self.unknown_argument(function, arguments)? {
            return Ok(Val::Node(unknown));
        }
        let argument = |machine: &mut Self, index: usize| match arguments.get(index) {
            Some(expr) => machine.eval(expr),
            None => Ok(Val::Absent),
        };
        let first = argument(self, 0)?;
        self.charge(1)?;
        self.charge_text(first.as_str())?;
        match function {
            Function::Length => Ok(length(&first)),
            Function::Lower => self.recased(first, to_lower),
            Function::Upper => self.recased(first, to_upper),
            Function::Trim => Ok(trimmed(first)),
            Function::Split => {
                let separator = argument(self, 1)?;
                self.split(first, &separator)
            }
            Function::Replace => {
                let from = argument(self, 1)?;
                let to = argument(self, 2)?;
                self.replaced(first, &from, &to)
            }
            Function::Join => {
                let separator = argument(self, 1)?;
                self.joined(&first, &separator)
            }
            Function::Distinct => self.distinct(&first),
            Function::Sort => self.sort(&first),
            Function::Keys => self.entries(&first, |key, _| Val::Text(key.into())),
            Function::Values => self.entries(&first, |_, value| value),
            Function::ToString => Ok(to_text(first)),
            Function::ToNumber => Ok(to_number(&first)),
        }
    }

    fn charge_made(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.charge(bytes / BYTES_A_STEP)
    }

    fn recased(
        &mut self,
        value: Val<'a>,
        recase: impl Fn(&str) -> String,
    ) -> Result<Val<'a>, Exhausted> {
        let Some(text) = value.into_text() else {
            return Ok(Val::Absent);
        };
        self.charge_made(text.len())?;
        Ok(Val::Text(recase(&text).into()))
    }

    fn split(&mut self, value: Val<'a>, separator: &Val) -> Result<Val<'a>, Exhausted> {
        let (Some(text), Some(separator)) = (value.into_text(), separator.as_str()) else {
            return Ok(Val::Absent);
        };
        let count = if separator.is_empty() {
            text.chars().count()
        } else {
            text.matches(separator).count() + 1
        };
        self.charge(count)?;
        let pieces = match text {
            Cow::Borrowed(text) => pieces(text, separator)
                .into_iter()
                .map(|piece| Val::Text(Cow::Borrowed(piece)))
                .collect(),
            Cow::Owned(text) => pieces(&text, separator)
                .into_iter()
                .map(|piece| Val::Text(Cow::Owned(piece.to_owned())))
                .collect(),
        };
        Ok(Val::List(pieces))
    }

    fn replaced(&mut self, value: Val<'a>, from: &Val, to: &Val) -> Result<Val<'a>, Exhausted> {
        let (Some(text), Some(from), Some(to)) = (value.into_text(), from.as_str(), to.as_str())
        else {
            return Ok(Val::Absent);
        };
        let count = text.matches(from).count();
        if count == 0 {
            return Ok(Val::Text(text));
        }
        self.charge_made(text.len().saturating_add(count.saturating_mul(to.len())))?;
        Ok(Val::Text(text.replace(from, to).into()))
    }

    fn joined(&mut self, list: &Val<'a>, separator: &Val) -> Result<Val<'a>, Exhausted> {
        let (Some(count), Some(separator)) = (list.list_len(), separator.as_str()) else {
            return Ok(Val::Absent);
        };
        let mut text = String::new();
        for index in 0..count {
            let item = list.at(index);
            let Some(piece) = item.as_str() else {
                return Ok(Val::Absent);
            };
            self.charge(1)?;
            self.charge_made(piece.len() + separator.len())?;
            if index > 0 {
                text.push_str(separator);
            }
            text.push_str(piece);
        }
        Ok(Val::Text(text.into()))
    }

    fn distinct(&mut self, list: &Val<'a>) -> Result<Val<'a>, Exhausted> {
        let Some(count) = list.list_len() else {
            return Ok(Val::Absent);
        };
        self.charge(count)?;
        let mut seen = HashSet::new();
        let mut items = Vec::new();
        for index in 0..count {
            let item = list.at(index);
            self.charge_text(item.as_str())?;
            if scalar_key(&item).is_some_and(|key| seen.insert(key)) {
                items.push(item);
            }
        }
        Ok(Val::List(items.into()))
    }

    fn sort(&mut self, list: &Val<'a>) -> Result<Val<'a>, Exhausted> {
        let Some(count) = list.list_len() else {
            return Ok(Val::Absent);
        };
        self.charge(count.saturating_mul(2))?;
        let mut items: Vec<_> = (0..count).map(|index| list.at(index)).collect();
        if items.iter().all(|item| item.as_number().is_some()) {
            items.sort_by_key(Val::as_number);
        } else if items.iter().all(|item| item.as_str().is_some()) {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        } else {
            return Ok(Val::Absent);
        }
        Ok(Val::List(items.into()))
    }

    fn entries(
        &mut self,
        map: &Val<'a>,
        part: impl Fn(&'a str, Val<'a>) -> Val<'a>,
    ) -> Result<Val<'a>, Exhausted> {
        let Some(map) = map.as_map() else {
            return Ok(Val::Absent);
        };
        let entries = map.entries();
        self.charge(entries.len())?;
        let of = |entry: &'a crate::value::Entry| part(&entry.key, Val::of(Some(&entry.node)));
        let items = match sorted(entries) {
            Some(sorted) => sorted.into_iter().map(of).collect(),
            None => entries.iter().map(of).collect(),
        };
        Ok(Val::List(items))
    }

    pub(super) fn arithmetic(
        &mut self,
        op: ArithmeticOp,
        left: &'a Expr,
        right: &'a Expr,
    ) -> Result<Val<'a>, Exhausted> {
        self.charge(1)?;
        let left = self.eval(left)?;
        let right = self.eval(right)?;
        if let Some(unknown) = left.unknown().or(right.unknown()) {
            return Ok(Val::Node(unknown));
        }
        let (left, right) = (left.as_number(), right.as_number());
        let (Some(left), Some(right)) = (left, right) else {
            return Ok(Val::Absent);
        };
        Ok(computed(op, left, right).map_or(Val::Absent, Val::Number))
    }
}

fn pieces<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    if separator.is_empty() {
        return text.split("").filter(|piece| !piece.is_empty()).collect();
    }
    text.split(separator).collect()
}

fn length<'a>(value: &Val<'a>) -> Val<'a> {
    let length = match (value.as_str(), value.list_len(), value.as_map()) {
        (Some(text), _, _) => text.chars().count(),
        (None, Some(length), _) => length,
        (None, None, Some(map)) => map.len(),
        (None, None, None) => return Val::Absent,
    };
    i64::try_from(length).map_or(Val::Absent, |length| Val::Number(length.into()))
}

fn trimmed(value: Val) -> Val {
    match value.into_text() {
        Some(Cow::Borrowed(text)) => Val::Text(Cow::Borrowed(text.trim())),
        Some(Cow::Owned(text)) => Val::Text(Cow::Owned(text.trim().to_owned())),
        None => Val::Absent,
    }
}

/// What tells a scalar from all others.
fn scalar_key(value: &Val) -> Option<ScalarKey> {
    match (value.as_str(), value.as_number(), value.as_bool()) {
        (Some(text), _, _) => Some(ScalarKey::Text(text.to_owned())),
        (None, Some(number), _) => Some(ScalarKey::Number(number)),
        (None, None, Some(value)) => Some(ScalarKey::Bool(value)),
        (None, None, None) => None,
    }
}

#[derive(PartialEq, Eq, Hash)]
enum ScalarKey {
    Text(String),
    Number(Number),
    Bool(bool),
}

fn to_text(value: Val) -> Val {
    if let Some(number) = value.as_number() {
        return Val::Text(number.to_string().into());
    }
    if let Some(value) = value.as_bool() {
        return Val::Text(if value { "true" } else { "false" }.into());
    }
    value.into_text().map_or(Val::Absent, Val::Text)
}

fn to_number<'a>(value: &Val<'a>) -> Val<'a> {
    let number = match (value.as_number(), value.as_str()) {
        (Some(number), _) => Some(number),
        (None, Some(text)) => parse_number(text),
        (None, None) => None,
    };
    number.map_or(Val::Absent, Val::Number)
}

/// `[+-]digits[.digits][e[+-]digits]`, exactly where it is an integer of 64 bits.
pub(super) fn parse_number(text: &str) -> Option<Number> {
    if let Ok(int) = text.parse::<i64>() {
        return Some(int.into());
    }
    if let Ok(int) = text.parse::<u64>() {
        return Some(int.into());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !fraction.is_none_or(digits) || !exponent.is_none_or(digits) {
        return None;
    }
    Number::from_f64(text.parse().ok()?)
}

fn computed(op: ArithmeticOp, left: Number, right: Number) -> Option<Number> {
    if op == ArithmeticOp::Remainder {
        return int(left.as_i128()?.checked_rem(right.as_i128()?)?);
    }
    if left.is_integer()
        && right.is_integer()
        && let (Some(a), Some(b)) = (left.as_i128(), right.as_i128())
    {
        match op {
            ArithmeticOp::Add => return int(a + b),
            ArithmeticOp::Subtract => return int(a - b),
            ArithmeticOp::Multiply => return int(a.checked_mul(b)?),
            ArithmeticOp::Divide => {
                if a.checked_rem(b)? == 0 {
                    return int(a / b);
                }
            }
            ArithmeticOp::Remainder => {}
        }
    }
    let (a, b) = (left.as_f64(), right.as_f64());
    Number::from_f64(match op {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Subtract => a - b,
        ArithmeticOp::Multiply => a * b,
        // By zero it is not finite.
        ArithmeticOp::Divide => a / b,
        ArithmeticOp::Remainder => return None,
    })
}

/// The integer as a number; none on overflow.
fn int(value: i128) -> Option<Number> {
    i64::try_from(value)
        .map(Number::from)
        .or_else(|_| u64::try_from(value).map(Number::from))
        .ok()
}
