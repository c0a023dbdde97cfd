//! What functions make of constants.

use policyc_ir::scalar::{to_lower, to_upper};
use policyc_ir::{CompareOp, Comparison, Function};

use super::constants::{self, Constant};

/// Longest string, and largest list, that is made while compiling.
const MAX_TEXT: usize = 1 << 16;
const MAX_ITEMS: usize = 10_000;

/// The result of a function; absent where an argument has the wrong type, as in the evaluator.
/// `None` when it would be too large.
pub(super) fn fold(function: Function, arguments: &[Constant]) -> Option<Constant> {
    let text = |at: usize| arguments.get(at).and_then(Constant::text);
    let list = |at: usize| match arguments.get(at) {
        Some(Constant::List(items)) => Some(items),
        _ => None,
    };
    let result = match function {
        Function::Length => length(arguments.first()),
        Function::Lower => text(0).map(|it| Constant::String(to_lower(it))),
        Function::Upper => text(0).map(|it| Constant::String(to_upper(it))),
        Function::Trim => text(0).map(|it| Constant::String(it.trim().to_owned())),
        Function::Split => text(0).zip(text(1)).map(|(text, by)| split(text, by)),
        Function::Replace => match (text(0), text(1), text(2)) {
            (Some(text), Some(from), Some(to)) => {
                let most = text.len().saturating_add(1).saturating_mul(to.len());
                if most.saturating_add(text.len()) > 64 * MAX_TEXT {
                    return None;
                }
                Some(Constant::String(text.replace(from, to)))
            }
            _ => None,
        },
        Function::Join => list(0).zip(text(1)).and_then(|(items, by)| {
            let items: Option<Vec<&str>> = items.iter().map(Constant::text).collect();
            items.map(|items| Constant::String(items.join(by)))
        }),
        Function::Distinct => list(0).map(|items| {
            let mut kept: Vec<Constant> = Vec::new();
            for item in items {
                let equal = |known: &Constant| {
                    let same =
                        constants::compare(CompareOp::Equal, Comparison::Scalar, known, item);
                    known == item || same == Some(true)
                };
                if !kept.iter().any(equal) {
                    kept.push(item.clone());
                }
            }
            Constant::List(kept)
        }),
        Function::Sort => list(0).and_then(|items| sort(items)),
        Function::Keys => entries(arguments.first()).map(|entries| {
            let keys = entries.into_iter().map(|(key, _)| Constant::String(key));
            Constant::List(keys.collect())
        }),
        Function::Values => entries(arguments.first())
            .map(|entries| Constant::List(entries.into_iter().map(|(_, value)| value).collect())),
        Function::ToString => arguments
            .first()
            .filter(|value| {
                !matches!(
                    value,
                    Constant::Absent | Constant::List(_) | Constant::Map(_)
                )
            })
            .map(|scalar| Constant::String(scalar.shown())),
        Function::ToNumber => arguments.first().and_then(number),
    };
    let result = result.unwrap_or(Constant::Absent);
    let fits = match &result {
        Constant::String(text) => text.len() <= MAX_TEXT,
        Constant::List(items) => items.len() <= MAX_ITEMS,
        Constant::Absent
        | Constant::Bool(_)
        | Constant::Int(_)
        | Constant::Float(_)
        | Constant::Quantity(_)
        | Constant::Duration(_)
        | Constant::Version(_)
        | Constant::Cidr(_)
        | Constant::Ip(_)
        | Constant::Date(_)
        | Constant::Map(_) => true,
    };
    fits.then_some(result)
}

fn length(value: Option<&Constant>) -> Option<Constant> {
    let value = value?;
    let length = if let Constant::List(items) = value {
        items.len()
    } else if let Constant::Map(entries) = value {
        entries.len()
    } else {
        value.text()?.chars().count()
    };
    i64::try_from(length).ok().map(Constant::Int)
}

fn split(text: &str, by: &str) -> Constant {
    let pieces: Vec<Constant> = if by.is_empty() {
        text.chars().map(|c| Constant::String(c.into())).collect()
    } else {
        text.split(by)
            .map(|it| Constant::String(it.to_owned()))
            .collect()
    };
    Constant::List(pieces)
}

fn entries(value: Option<&Constant>) -> Option<Vec<(String, Constant)>> {
    let Some(Constant::Map(entries)) = value else {
        return None;
    };
    let mut entries = entries.clone();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Some(entries)
}

fn sort(items: &[Constant]) -> Option<Constant> {
    let mut sorted = items.to_vec();
    if items.iter().all(|item| item.text().is_some()) {
        sorted.sort_by(|a, b| a.text().cmp(&b.text()));
    } else if items.iter().all(is_number) {
        sorted.sort_by(|a, b| {
            let less = constants::compare(CompareOp::Less, Comparison::Number, a, b);
            let more = constants::compare(CompareOp::Greater, Comparison::Number, a, b);
            more.cmp(&less)
        });
    } else {
        return None;
    }
    Some(Constant::List(sorted))
}

fn is_number(value: &Constant) -> bool {
    matches!(value, Constant::Int(_) | Constant::Float(_))
}

fn number(value: &Constant) -> Option<Constant> {
    if is_number(value) {
        return Some(value.clone());
    }
    let text = value.text()?;
    if let Ok(whole) = text.parse() {
        return Some(Constant::Int(whole));
    }
    let decimal = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'));
    let number = text.parse::<f64>().ok();
    number
        .filter(|number| decimal && number.is_finite())
        .map(Constant::Float)
}
