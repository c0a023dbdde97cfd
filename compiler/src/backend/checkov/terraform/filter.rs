//! How values look on the vertices of Terraform's blocks, to the filters of JSONPath.
//!
//! As in manifests a filter must never raise; so numbers, which may be strings, are compared as
//! `` `str()` ``. It spells the booleans `True` and `False`, which no number and no other string is.

use crate::backend::checkov::jsonpath::{Predicate, Values, quote, refuse_length};
use crate::backend::checkov::pattern::Pattern;
use crate::backend::checkov::refusal::Refusals;
use crate::backend::checkov::term::{Leaf, Order, Scalar, Shape, Test};
use crate::backend::checkov::values::python_bool;

/// Values of configurations.
pub(super) struct Configuration;

impl Values for Configuration {
    fn top(&self) -> &'static str {
        ""
    }

    fn there(&self, path: &str, shape: Shape) -> Predicate {
        let length = format!("{path}.`len` >= 0");
        let text = format!("{path}.`str()` != 'None'");
        match shape {
            Shape::List | Shape::Map => Predicate::Term(length),
            Shape::Bool | Shape::Int | Shape::Number => Predicate::Term(text),
            Shape::String | Shape::Quantity | Shape::IntOrString | Shape::Any => {
                Predicate::AnyOf(vec![length, text])
            }
        }
    }

    fn predicate(&self, path: &str, leaf: &Leaf, refusals: &mut Refusals) -> Predicate {
        let text = format!("{path}.`str()`");
        match &leaf.test {
            Test::Exists => self.there(path, leaf.shape),
            Test::In(members) => {
                let mixed = "Checkov reads the strings `true` and `false` as booleans";
                Predicate::one_of(members, leaf, mixed, refusals, |member, refusals| {
                    equal(path, leaf, member, refusals)
                })
            }
            Test::Order(order, limit) => {
                Predicate::Term(format!("{text} {} {limit}", order.symbol()))
            }
            Test::Match(pattern) => {
                refuse_booleans(pattern, leaf, refusals);
                let found = format!("{text} =~ {}", quote(&pattern.search()));
                if pattern.matches_null {
                    // The string `None` is rarer than a null.
                    Predicate::AllOf(vec![format!("{text} != 'None'"), found])
                } else {
                    Predicate::Term(found)
                }
            }
            Test::Length(order, limit) => match (leaf.shape, lengths(*order, *limit)) {
                (Shape::String, Some(lengths)) => Predicate::AllOf(vec![
                    format!("{text} != 'None'"),
                    format!("{text} =~ {}", quote(&format!("^{lengths}"))),
                ]),
                _ => {
                    refuse_length(refusals, leaf.origin);
                    Predicate::Term(text)
                }
            },
        }
    }

    fn opposite(&self, leaf: &Leaf) -> Option<Vec<String>> {
        let text = "@.`str()`";
        match &leaf.test {
            Test::Exists | Test::Length(..) | Test::Order(Order::Equal | Order::NotEqual, _) => {
                None
            }
            Test::In(members) => members
                .iter()
                .map(|member| match (member, leaf.shape) {
                    (Scalar::String(value), Shape::String) if spells_bool(value) => None,
                    (Scalar::String(value), Shape::String) if spells_number(value) => {
                        Some(format!("{text} != {}", quote(value)))
                    }
                    (Scalar::String(value), Shape::String) => {
                        Some(format!("@ != {}", quote(value)))
                    }
                    (Scalar::Int(value), Shape::Number) => {
                        Some(format!("{text} =~ '^(?!{value}([.]0)?$)'"))
                    }
                    (Scalar::Float(value), Shape::Number) => Some(format!("{text} != '{value:?}'")),
                    _ => None,
                })
                .collect(),
            Test::Order(order, limit) => (leaf.shape == Shape::Number)
                .then(|| vec![format!("{text} {} {limit}", order.opposite().symbol())]),
            Test::Match(pattern) => (leaf.shape == Shape::String && reads_booleans_alike(pattern))
                .then(|| vec![format!("{text} =~ {}", quote(&pattern.no_match()))]),
        }
    }
}

fn equal(path: &str, leaf: &Leaf, value: &Scalar, refusals: &mut Refusals) -> Predicate {
    let text = format!("{path}.`str()`");
    match (value, leaf.shape) {
        (Scalar::Bool(value), Shape::Bool) => {
            Predicate::Term(format!("{text} == '{}'", python_bool(*value)))
        }
        (Scalar::Int(value), Shape::Number) => {
            Predicate::Term(format!("{text} =~ '^{value}([.]0)?$'"))
        }
        (Scalar::Float(value), Shape::Number) => Predicate::Term(format!("{text} == '{value:?}'")),
        (Scalar::String(value), Shape::String) if spells_bool(value) => {
            // Not the string `True`: to Python, the boolean is 1.
            let number = if value == "true" { "1.0" } else { "0.0" };
            let spelt = python_bool(value == "true");
            Predicate::AllOf(vec![
                format!("{path} == {number}"),
                format!("{text} == '{spelt}'"),
            ])
        }
        (Scalar::String(value), Shape::String) if spells_number(value) => {
            Predicate::Term(format!("{text} == {}", quote(value)))
        }
        (Scalar::String(value), Shape::String | Shape::Any) if !spells_bool(value) => {
            Predicate::Term(format!("{path} == {}", quote(value)))
        }
        _ => {
            refuse_type(leaf, refusals);
            Predicate::Term(text)
        }
    }
}

/// Refuses a question about a value whose type no schema knows.
pub(super) fn refuse_type(leaf: &Leaf, refusals: &mut Refusals) {
    refusals.add(
        "value of any type",
        "no schema says what the value is, and Checkov reads the strings `true` and `false` as \
         booleans",
        leaf.origin,
    );
}

/// Whether Checkov makes a boolean of the string.
pub(super) fn spells_bool(text: &str) -> bool {
    text == "true" || text == "false"
}

/// Whether a number of a configuration may look like the string.
pub(super) fn spells_number(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-.eE".contains(c))
}

/// Whether a pattern matches `true` and `false` exactly where it matches `True` and `False`.
fn reads_booleans_alike(pattern: &Pattern) -> bool {
    [("true", "True"), ("false", "False")]
        .iter()
        .all(|(ours, theirs)| pattern.accepts(ours) == pattern.accepts(theirs))
}

fn refuse_booleans(pattern: &Pattern, leaf: &Leaf, refusals: &mut Refusals) {
    if leaf.shape != Shape::String {
        refuse_type(leaf, refusals);
    } else if !reads_booleans_alike(pattern) {
        refusals.add(
            "pattern",
            "it matches one of `true` and `True`, or of `false` and `False`, and not the other: \
             Checkov reads the strings `true` and `false` as booleans, which are spelt `True` and \
             `False` in a filter",
            leaf.origin,
        );
    }
}

/// Matches strings whose length is in relation to the limit, from the start; `None` for a limit
/// that no length has.
pub(super) fn lengths(order: Order, limit: i64) -> Option<String> {
    /// What Python's `re` takes as a number of repetitions, and no string of a configuration has.
    const MOST: i64 = 1 << 20;
    if !(1..MOST).contains(&limit) {
        return None;
    }
    let (before, after) = (limit - 1, limit + 1);
    Some(match order {
        Order::Equal => format!(r"(?s:.){{{limit}}}\Z"),
        Order::NotEqual => format!(r"(?!(?s:.){{{limit}}}\Z)"),
        Order::Less => format!(r"(?s:.){{0,{before}}}\Z"),
        Order::LessOrEqual => format!(r"(?s:.){{0,{limit}}}\Z"),
        Order::Greater => format!(r"(?s:.){{{after}}}"),
        Order::GreaterOrEqual => format!(r"(?s:.){{{limit}}}"),
    })
}
