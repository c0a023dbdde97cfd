//! The built-in functions against what the real Terraform says: the files beside this one hold
//! calls and their results, checked here; `functions_engine` asks Terraform for the results again.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that fails may panic, and so may what it is made of"
)]

#[path = "functions/golden.rs"]
mod golden;
#[path = "functions/reader.rs"]
mod reader;

use std::collections::BTreeMap;
use std::sync::Arc;

use golden::{Case, Expected};
use policyc_terraform::files::MemoryFiles;
use policyc_terraform::functions::{self, FunctionContext, FunctionError};
use policyc_terraform::value::{Entries, Value};

/// The files that functions read; those of the engine's test are the same.
fn files() -> MemoryFiles {
    golden::FILES.iter().copied().collect()
}

fn evaluate(expression: &str) -> Result<Value, FunctionError> {
    let files = files();
    let context = FunctionContext::new(&files, "");
    reader::evaluate(expression, &context)
}

/// The value with a text in the place of each unknown one.
fn without_unknowns(value: &Value) -> Value {
    let entries = |entries: &Entries| -> BTreeMap<Arc<str>, Value> {
        entries
            .iter()
            .map(|(key, value)| (key.clone(), without_unknowns(value)))
            .collect()
    };
    match value {
        Value::Unknown(_) => golden::UNKNOWN.into(),
        // A set would be sorted again.
        Value::List(items) | Value::Set(items) => {
            Value::list(items.iter().map(without_unknowns).collect())
        }
        Value::Tuple(items) => Value::tuple(items.iter().map(without_unknowns).collect()),
        Value::Map(map) => Value::map(entries(map)),
        Value::Object(object) => Value::object(entries(object)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// None when the result is what Terraform says.
fn difference(case: &Case) -> Option<String> {
    let result = evaluate(&case.expression);
    match (&case.expected, result) {
        (Expected::Error(message), Err(error)) => {
            let missing = error == FunctionError::NoFunction;
            let expected = message.starts_with("There is no function")
                || message.starts_with("The function namespace");
            (missing != expected).then(|| format!("{error:?} is not {message}"))
        }
        (Expected::Unknown, Ok(value)) if !value.is_wholly_known() => None,
        (Expected::Value { of, json }, Ok(value))
            if value.is_wholly_known() || *of == golden::ANY =>
        {
            let value = if *of == golden::ANY {
                without_unknowns(&value)
            } else {
                value
            };
            let files = files();
            let context = FunctionContext::new(&files, "");
            let written = functions::call("jsonencode", std::slice::from_ref(&value), &context);
            let written = written.expect("any value can be written as JSON");
            let written = written.as_str().unwrap_or_default().to_owned();
            if written != *json {
                return Some(format!("{written} is not {json}"));
            }
            (!golden::is_of(&value, of)).then(|| format!("{value:?} is not of the type {of}"))
        }
        (expected, result) => Some(format!("{result:?} is not {expected:?}")),
    }
}

#[test]
fn results_are_those_of_terraform() {
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for case in golden::cases() {
        let difference = difference(&case);
        let (agree, all) = counts.entry(case.function().to_owned()).or_default();
        *all += 1;
        *agree += usize::from(difference.is_none());
        match (difference, &case.exception) {
            (None, None) | (Some(_), Some(_)) => {}
            (Some(difference), None) => {
                wrong.push(format!("{}\n    {difference}", case.expression))
            }
            (None, Some(_)) => wrong.push(format!("{}\n    is no exception", case.expression)),
        }
    }
    for (function, (agree, all)) in &counts {
        println!("{function}: {agree} of {all}");
    }
    let (agree, all) = counts
        .values()
        .fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    println!("together: {agree} of {all}");
    assert!(all > 1_000, "{all} cases are too few");
    assert!(
        wrong.is_empty(),
        "{} results differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_function_has_cases() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for case in golden::cases() {
        *counts.entry(case.function().to_owned()).or_default() += 1;
    }
    for name in functions::names() {
        let count = counts.get(name).copied().unwrap_or(0);
        assert!(count >= 1, "`{name}` has {count} cases");
    }
}

/// Values at the edges of what functions take, whatever they take.
fn edges() -> Vec<Value> {
    let expressions = [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "9223372036854775807",
        "-9223372036854775808",
        "1e300",
        "\"\"",
        "\"é日\\n%s\"",
        "\"%9999999999999999999d\"",
        "\"%1000000.5f %[2]v\"",
        "\"/(a*)*|/\"",
        "\"0000-01-01T00:00:00-23:59\"",
        "\"-2562047h47m16.854775808s\"",
        "\"::/0\"",
        "\"255.255.255.255/32\"",
        "\"a,\\\"b\\nc\"",
        "\"&a [*a]\"",
        "[]",
        "[\"a\", null]",
        "[[1, [2]], {a = [3]}]",
        "tolist([\"b\", \"a\"])",
        "toset([1, 2])",
        "{a = 1, b = [null]}",
        "tomap({a = \"x\"})",
        "[unknown.string]",
        "unknown.string",
    ];
    expressions
        .iter()
        .map(|expression| evaluate(expression).expect("a value"))
        .collect()
}

#[test]
fn no_call_panics() {
    let files = files();
    let context = FunctionContext::new(&files, "");
    let edges = edges();
    for name in functions::names() {
        let _ = functions::call(name, &[], &context);
        for a in &edges {
            let _ = functions::call(name, std::slice::from_ref(a), &context);
            for b in &edges {
                let _ = functions::call(name, &[a.clone(), b.clone()], &context);
                for c in &edges {
                    let arguments = [a.clone(), b.clone(), c.clone()];
                    let _ = functions::call(name, &arguments, &context);
                }
            }
        }
    }
}
