//! Functions. An argument that is absent or of a wrong type makes the result absent.

use policyc_compiler::schema::Schema;

use super::number::Number;
use super::text::recase;
use super::value::{Data, Reads, Value};

/// What a function gives; none when there is no such function.
pub(super) fn call<'a>(
    name: &str,
    arguments: &[Value<'a>],
    schema: &Schema,
) -> Option<Result<Value<'a>, String>> {
    let (first, second, third) = match arguments {
        [first] => (first, None, None),
        [first, second] => (first, Some(second), None),
        [first, second, third] => (first, Some(second), Some(third)),
        _ => return Some(Err(format!("`{name}` with {} arguments", arguments.len()))),
    };
    if let Some(reads) = Reads::named(name) {
        return Some(Ok(first.clone().declared(reads)));
    }
    let of_text = |made: &dyn Fn(&str) -> String| first.as_text().map(|it| Value::text(made(it)));
    let given = second.and_then(Value::as_text);
    let result = match name {
        "length" => length(first, schema),
        "lower" => of_text(&|text| recase(text, char::to_lowercase)),
        "upper" => of_text(&|text| recase(text, char::to_uppercase)),
        "trim" => of_text(&|text| text.trim().to_owned()),
        "split" => first.as_text().zip(given).map(|(text, by)| split(text, by)),
        "join" => first
            .elements(schema)
            .zip(given)
            .and_then(|(items, by)| join(&items, by)),
        "replace" => match (first.as_text(), given, third.and_then(Value::as_text)) {
            (Some(text), Some(from), Some(to)) => Some(Value::text(text.replace(from, to))),
            _ => None,
        },
        "distinct" => first.elements(schema).map(|items| distinct(items, schema)),
        "sort" => first.elements(schema).and_then(sort),
        "keys" => first.entries(schema).map(|entries| {
            let keys = entries.into_iter().map(|(key, _)| Value::text(key));
            Value::new(Data::List(keys.collect()))
        }),
        "values" => first.entries(schema).map(|entries| {
            let values = entries.into_iter().map(|(_, value)| value);
            Value::new(Data::List(values.collect()))
        }),
        "to_string" => to_string(first),
        "to_number" => match (first.as_number(), first.as_text()) {
            (Some(number), _) => Some(Value::number(Some(number))),
            (None, text) => text.map(|text| Value::number(Number::parse(text))),
        },
        _ => return None,
    };
    Some(Ok(result.unwrap_or(Value::ABSENT)))
}

fn length<'a>(value: &Value<'a>, schema: &Schema) -> Option<Value<'a>> {
    let length = match (
        value.as_text(),
        value.elements(schema),
        value.entries(schema),
    ) {
        (Some(text), _, _) => text.chars().count(),
        (None, Some(items), _) => items.len(),
        (None, None, entries) => entries?.len(),
    };
    Some(Value::number(Number::whole(i128::try_from(length).ok()?)))
}

/// Without a separator: the characters.
fn split<'a>(text: &str, by: &str) -> Value<'a> {
    let pieces: Vec<String> = if by.is_empty() {
        text.chars().map(String::from).collect()
    } else {
        text.split(by).map(str::to_owned).collect()
    };
    Value::new(Data::List(pieces.into_iter().map(Value::text).collect()))
}

fn join<'a>(items: &[Value<'a>], by: &str) -> Option<Value<'a>> {
    let texts: Option<Vec<&str>> = items.iter().map(Value::as_text).collect();
    Some(Value::text(texts?.join(by)))
}

/// Each scalar once, where it stands first. What is no scalar is left out.
fn distinct<'a>(items: Vec<Value<'a>>, schema: &Schema) -> Value<'a> {
    let mut kept: Vec<Value<'a>> = Vec::new();
    for item in items {
        // Two texts are the same only if they are spelt the same.
        let bare = Value::new(item.data.clone());
        let scalar = to_string(&item).is_some();
        let known = |kept: &Value<'a>| Value::new(kept.data.clone()).equals(&bare, schema);
        if scalar && !kept.iter().any(known) {
            kept.push(item);
        }
    }
    Value::new(Data::List(kept))
}

/// All numbers, or all strings.
fn sort(mut items: Vec<Value<'_>>) -> Option<Value<'_>> {
    if items.iter().all(|item| item.as_number().is_some()) {
        items.sort_by(|a, b| match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => a.order(b),
            _ => std::cmp::Ordering::Equal,
        });
    } else if items.iter().all(|item| item.as_text().is_some()) {
        items.sort_by(|a, b| a.as_text().cmp(&b.as_text()));
    } else {
        return None;
    }
    Some(Value::new(Data::List(items)))
}

fn to_string<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    match &value.data {
        Data::Bool(value) => Some(Value::text(value.to_string())),
        Data::Number(number) => Some(Value::text(number.text())),
        Data::Text(text) => Some(Value::text(text.clone())),
        Data::Absent | Data::List(_) | Data::Map(_) | Data::Part(_) => None,
    }
}
