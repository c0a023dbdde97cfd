//! Reads the values of a definition; what is not as it has to be is a [`Problem`].

use serde_json::{Map, Value};

/// A mistake in a definition; the path grows on the way out.
pub(super) struct Problem {
    pub(super) path: String,
    pub(super) message: String,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            message: message.into(),
        }
    }

    pub(super) fn within(mut self, outer: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{outer}{dot}{}", self.path);
        self
    }
}

/// What is read, or the first mistake.
pub(super) type Checked<T> = Result<T, Problem>;

/// The value as a mapping.
pub(super) fn mapping(value: &Value) -> Checked<&Map<String, Value>> {
    value
        .as_object()
        .ok_or_else(|| Problem::new("has to be a mapping"))
}

/// The value of a key, if it is there and not null, as `read` sees it.
pub(super) fn optional<'v, T>(
    map: &'v Map<String, Value>,
    key: &str,
    what: &str,
    read: impl FnOnce(&'v Value) -> Option<T>,
) -> Checked<Option<T>> {
    match map.get(key).filter(|value| !value.is_null()) {
        None => Ok(None),
        Some(value) => match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(Problem::new(format!("has to be {what}")).within(key)),
        },
    }
}

/// The value of a key, as `read` sees it.
pub(super) fn required<'v, T>(
    map: &'v Map<String, Value>,
    key: &str,
    what: &str,
    read: impl FnOnce(&'v Value) -> Option<T>,
) -> Checked<T> {
    optional(map, key, what, read)?
        .ok_or_else(|| Problem::new(format!("is missing; it has to be {what}")).within(key))
}

/// The string of a key, if it is there.
pub(super) fn string<'v>(map: &'v Map<String, Value>, key: &str) -> Checked<Option<&'v str>> {
    optional(map, key, "a string", Value::as_str)
}

/// The boolean of a key; false if it is not there.
pub(super) fn flag(map: &Map<String, Value>, key: &str) -> Checked<bool> {
    Ok(optional(map, key, "`true` or `false`", Value::as_bool)?.unwrap_or(false))
}

/// A name of small letters, digits, `-` and `.`.
pub(super) fn dns_name(value: &Value) -> Option<&str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    value
        .as_str()
        .filter(|name| (1..=253).contains(&name.len()) && name.chars().all(allowed))
}

/// A kind: letters and digits, the first a capital letter.
pub(super) fn kind_name(value: &Value) -> Option<&str> {
    value.as_str().filter(|name| {
        name.len() <= 63
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric())
    })
}
