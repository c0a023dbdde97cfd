//! Calls of functions and what Terraform makes of them, as text.
//!
//! Of each case there is a line with the expression, and one with the result: `= TYPE JSON` for a
//! value, `! MESSAGE` for an error, `?` for a value that is unknown. A line `~ REASON` under it
//! says why the functions here differ.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use policyc_terraform::value::Value;

/// The files that functions read.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("files/hello.txt", "Hello, ${name}!\n"),
    ("files/empty.txt", ""),
    ("files/a.json", "{\"a\": 1}"),
    ("files/sub/b.json", "{}"),
    ("files/sub/deep/c.txt", "c"),
    ("files/.hidden", "h"),
    ("files/[x].txt", "x"),
    ("files/日本.txt", "日本"),
];

/// What stands for an unknown value in JSON.
pub(crate) const UNKNOWN: &str = "(unknown)";

/// A type that is not asked for.
pub(crate) const ANY: &str = "any";

/// Whether the cases of the file are about unknown values: `unknown.string` and its like.
pub(crate) fn is_unknown(path: &Path) -> bool {
    path.ends_with("unknown.txt")
}

/// A call, and what Terraform makes of it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) expression: String,
    pub(crate) expected: Expected,
    /// Why the result here is another one.
    pub(crate) exception: Option<String>,
}

/// What Terraform makes of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A value, written as `jsonencode` does.
    Value { of: serde_json::Value, json: String },
    /// An error.
    Error(String),
    /// A value that is unknown even when it is applied.
    Unknown,
    /// Not asked yet.
    Missing,
}

impl Case {
    /// The function that the case is about.
    pub(crate) fn function(&self) -> &str {
        let name = self.expression.split('(').next().unwrap_or_default();
        name.strip_prefix("core::").unwrap_or(name)
    }
}

/// The files with cases.
pub(crate) fn paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/functions");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is here")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    paths
}

/// All cases.
pub(crate) fn cases() -> Vec<Case> {
    paths().iter().flat_map(|path| read(path)).collect()
}

/// The cases of a file.
pub(crate) fn read(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).expect("the file can be read");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        let last = cases.last_mut();
        match (line.get(..2), last) {
            (Some("= "), Some(case)) => {
                let mut types = serde_json::Deserializer::from_str(&line[2..]).into_iter();
                let of = types.next().expect("a type").expect("a type");
                let json = line[2 + types.byte_offset()..].trim_start().to_owned();
                case.expected = Expected::Value { of, json };
            }
            (Some("! "), Some(case)) => case.expected = Expected::Error(line[2..].to_owned()),
            (Some("~ "), Some(case)) => case.exception = Some(line[2..].to_owned()),
            (_, Some(case)) if line == "?" => case.expected = Expected::Unknown,
            _ => cases.push(Case {
                expression: line.to_owned(),
                expected: Expected::Missing,
                exception: None,
            }),
        }
    }
    cases
}

/// The cases as text that [`read`] reads.
pub(crate) fn write(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        text.push_str(&case.expression);
        text.push('\n');
        match &case.expected {
            Expected::Value { of, json } => text.push_str(&format!("= {of} {json}\n")),
            Expected::Error(message) => text.push_str(&format!("! {message}\n")),
            Expected::Unknown => text.push_str("?\n"),
            Expected::Missing => {}
        }
        if let Some(reason) = &case.exception {
            text.push_str(&format!("~ {reason}\n"));
        }
    }
    text
}

/// Whether a value is of a type as Terraform writes types, as far as values know their types:
/// `null` and the elements of empty collections are of any.
pub(crate) fn is_of(value: &Value, of: &serde_json::Value) -> bool {
    let kind = of.get(0).unwrap_or(of).as_str().unwrap_or_default();
    let inner = of.get(1);
    if kind == ANY {
        return true;
    }
    match value {
        Value::Null => true,
        Value::Bool(_) => kind == "bool",
        Value::Number(_) => kind == "number",
        Value::String(_) => kind == "string",
        Value::List(items) => kind == "list" && all_of(items.iter(), inner),
        Value::Set(items) => kind == "set" && all_of(items.iter(), inner),
        Value::Map(entries) => kind == "map" && all_of(entries.values(), inner),
        Value::Tuple(items) => {
            let types = inner.and_then(serde_json::Value::as_array);
            kind == "tuple"
                && types.is_some_and(|types| {
                    types.len() == items.len()
                        && types
                            .iter()
                            .zip(items.iter())
                            .all(|(of, item)| is_of(item, of))
                })
        }
        Value::Object(entries) => {
            let types = inner.and_then(serde_json::Value::as_object);
            kind == "object"
                && types.is_some_and(|types| {
                    types.len() == entries.len()
                        && entries
                            .iter()
                            .all(|(key, item)| types.get(&**key).is_some_and(|of| is_of(item, of)))
                })
        }
        Value::Unknown(_) => false,
    }
}

fn all_of<'a>(mut values: impl Iterator<Item = &'a Value>, of: Option<&serde_json::Value>) -> bool {
    of.is_some_and(|of| values.all(|value| is_of(value, of)))
}
