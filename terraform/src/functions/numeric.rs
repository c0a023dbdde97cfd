//! Numeric functions.

use std::cmp::Ordering;

use crate::value::{Number, Type, Value, convert};

use super::go_math;
use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, number, number_or_unknown, too_large,
    values, whole,
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("abs", &[Parameter::NUMBER], abs),
    Function::pure("ceil", &[Parameter::NUMBER], ceil),
    Function::pure("floor", &[Parameter::NUMBER], floor),
    Function::pure("log", &[Parameter::NUMBER, Parameter::NUMBER], log),
    Function::pure("max", &[], max).and(Parameter::NUMBER),
    Function::pure("min", &[], min).and(Parameter::NUMBER),
    Function::pure("parseint", &[Parameter::ANY, Parameter::NUMBER], parseint),
    Function::pure("pow", &[Parameter::NUMBER, Parameter::NUMBER], pow),
    Function::pure("range", &[], range).and(Parameter::NUMBER),
    Function::pure("signum", &[Parameter::NUMBER], signum),
    Function::pure("sum", &[Parameter::ANY], sum),
];

/// The longest list that `range` makes; Terraform has the same limit.
const MAX_RANGE: usize = 1_024;

/// The longest text that `parseint` reads.
const MAX_DIGITS: usize = 1_000;

fn abs(arguments: &[Value]) -> Outcome {
    let [argument] = values(arguments)?;
    Ok(number(argument)?.absolute().into())
}

fn ceil(arguments: &[Value]) -> Outcome {
    let [argument] = values(arguments)?;
    Ok(number(argument)?.ceiling().into())
}

fn floor(arguments: &[Value]) -> Outcome {
    let [argument] = values(arguments)?;
    Ok(number(argument)?.floor().into())
}

fn log(arguments: &[Value]) -> Outcome {
    let [argument, base] = values(arguments)?;
    let quotient = go_math::log(number(argument)?.as_f64()) / go_math::log(number(base)?.as_f64());
    double(quotient)
}

fn pow(arguments: &[Value]) -> Outcome {
    let [argument, power] = values(arguments)?;
    double(go_math::pow(
        number(argument)?.as_f64(),
        number(power)?.as_f64(),
    ))
}

fn double(result: f64) -> Outcome {
    if result.is_nan() {
        return Err(call_error("the result is not a number"));
    }
    Ok(number_or_unknown(Number::from_f64(result)))
}

fn signum(arguments: &[Value]) -> Outcome {
    let [argument] = values(arguments)?;
    Ok(whole(0, argument)?.signum().into())
}

fn max(arguments: &[Value]) -> Outcome {
    extreme(arguments, Ordering::Greater)
}

fn min(arguments: &[Value]) -> Outcome {
    extreme(arguments, Ordering::Less)
}

fn extreme(arguments: &[Value], wanted: Ordering) -> Outcome {
    let mut best: Option<&Number> = None;
    for argument in arguments {
        let next = number(argument)?;
        if best.is_none_or(|best| next.cmp(best) == wanted) {
            best = Some(next);
        }
    }
    best.map(|best| best.clone().into())
        .ok_or_else(|| call_error("must pass at least one number"))
}

fn parseint(arguments: &[Value]) -> Outcome {
    let [argument, base] = values(arguments)?;
    let Some(digits) = argument.as_str() else {
        let message = format!(
            "first argument must be a string, not {}",
            argument.type_name()
        );
        return Err(argument_error(0, message));
    };
    let base = whole(1, base)?;
    if !(2..=62).contains(&base) {
        let message = "base must be a whole number between 2 and 62 inclusive";
        return Err(argument_error(1, message));
    }
    if digits.len() > MAX_DIGITS {
        return Ok(too_large());
    }
    parse_digits(digits, base).ok_or_else(|| {
        argument_error(
            0,
            format!("cannot parse {digits:?} as a base {base} integer"),
        )
    })
}

fn parse_digits(text: &str, base: i64) -> Option<Value> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() {
        return None;
    }
    let mut sum = Number::from(0_i64);
    for c in digits.chars() {
        let digit = match c {
            '0'..='9' => i64::from(u32::from(c)) - 48,
            'a'..='z' => i64::from(u32::from(c)) - 97 + 10,
            // Up to base 36 the case does not matter; above it the capitals come last.
            'A'..='Z' if base <= 36 => i64::from(u32::from(c)) - 65 + 10,
            'A'..='Z' => i64::from(u32::from(c)) - 65 + 36,
            _ => return None,
        };
        if digit >= base {
            return None;
        }
        let next = sum
            .multiply(&base.into())
            .and_then(|sum| sum.add(&digit.into()));
        match next {
            Ok(next) => sum = next,
            Err(error) => return Some(number_or_unknown(Err(error))),
        }
    }
    Some(if negative { sum.negate() } else { sum }.into())
}

fn sum(arguments: &[Value]) -> Outcome {
    const NO_NUMBERS: &str = "argument must be list, set, or tuple of number values";
    let [argument] = values(arguments)?;
    let Some(items) = argument.as_items() else {
        let message = match argument.as_entries() {
            Some(_) => format!(
                "argument must be list, set, or tuple; received {}",
                argument.type_name()
            ),
            None => "cannot sum noniterable".to_owned(),
        };
        return Err(argument_error(0, message));
    };
    if items.is_empty() {
        return Err(argument_error(0, "cannot sum an empty list"));
    }
    let mut sum = Number::from(0_i64);
    for item in items {
        let Ok(Value::Number(next)) = convert(item, &Type::Number) else {
            return Err(argument_error(0, NO_NUMBERS));
        };
        match sum.add(&next) {
            Ok(next) => sum = next,
            Err(error) => return Ok(number_or_unknown(Err(error))),
        }
    }
    Ok(sum.into())
}

fn range(arguments: &[Value]) -> Outcome {
    let numbers = arguments.iter().map(number);
    let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
    let zero = Number::from(0_i64);
    let (start, limit, step) = match *numbers.as_slice() {
        [limit] => (&zero, limit, None),
        [start, limit] => (start, limit, None),
        [start, limit, step] => (start, limit, Some(step.clone())),
        _ => return Err(call_error("must have one, two, or three arguments")),
    };
    let falls = limit < start;
    let step = step.unwrap_or_else(|| Number::from(if falls { -1_i64 } else { 1_i64 }));
    // A step of zero gives nothing, or too many.
    let down = step.is_negative();
    if down && limit > start {
        let message = "end must be less than start when step is negative";
        return Err(argument_error(1, message));
    }
    if !down && falls {
        let message = "end must be greater than start when step is positive";
        return Err(argument_error(1, message));
    }
    let mut list = Vec::new();
    let mut next = start.clone();
    while if down { next > *limit } else { next < *limit } {
        if list.len() >= MAX_RANGE {
            return Err(call_error(format!(
                "more than {MAX_RANGE} values were generated; either decrease the difference \
                 between start and end or use a smaller step"
            )));
        }
        list.push(next.clone().into());
        match next.add(&step) {
            Ok(sum) => next = sum,
            Err(error) => return Ok(number_or_unknown(Err(error))),
        }
    }
    Ok(Value::list(list))
}
