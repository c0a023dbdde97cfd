//! How values look on the vertices of Kubernetes manifests: as YAML reads them.

use super::jsonpath::{Predicate, Values, quote, refuse_length};
use super::refusal::Refusals;
use super::term::{Leaf, Order, Scalar, Shape, Test};

/// Values of manifests.
pub(super) struct Manifest;

impl Values for Manifest {
    /// A list of one element at the top is replaced by the element; not so in `config_`.
    fn top(&self) -> &'static str {
        ".config_"
    }

    fn there(&self, path: &str, shape: Shape) -> Predicate {
        let length = format!("{path}.`len` >= 0");
        let text = format!("{path}.`str()` != 'None'");
        match shape {
            Shape::String | Shape::List | Shape::Map => Predicate::Term(length),
            // No quantity is spelt `None`.
            Shape::Bool | Shape::Int | Shape::Number | Shape::Quantity => Predicate::Term(text),
            Shape::IntOrString | Shape::Any => Predicate::AnyOf(vec![length, text]),
        }
    }

    fn predicate(&self, path: &str, leaf: &Leaf, refusals: &mut Refusals) -> Predicate {
        let text = format!("{path}.`str()`");
        let length = format!("{path}.`len`");
        match &leaf.test {
            Test::Exists => self.there(path, leaf.shape),
            Test::In(members) => {
                let mixed = "the field has no schema, and Checkov takes `true` for 1";
                Predicate::one_of(members, leaf, mixed, refusals, |member, _| {
                    equal(path, leaf.shape, member)
                })
            }
            Test::Order(order, limit) => {
                let ordered = format!("{text} {} {limit}", order.symbol());
                match leaf.shape {
                    // To `int()`, the string `5` is 5.
                    Shape::IntOrString => Predicate::But(ordered, format!("{length} >= 0")),
                    Shape::Bool
                    | Shape::Int
                    | Shape::Number
                    | Shape::String
                    | Shape::Quantity
                    | Shape::List
                    | Shape::Map
                    | Shape::Any => Predicate::Term(ordered),
                }
            }
            Test::Match(pattern) => {
                let found = format!("{text} =~ {}", quote(&pattern.search()));
                match leaf.shape {
                    Shape::String if !pattern.matches_null => Predicate::Term(found),
                    // Of these, only strings have a length.
                    Shape::String | Shape::Quantity | Shape::IntOrString => {
                        Predicate::AllOf(vec![format!("{length} >= 0"), found])
                    }
                    // Of anything else, only strings can be split.
                    Shape::Bool
                    | Shape::Int
                    | Shape::Number
                    | Shape::List
                    | Shape::Map
                    | Shape::Any => {
                        Predicate::AllOf(vec![format!("{path}.`split(/, 0, -1)` =~ ''"), found])
                    }
                }
            }
            Test::Length(order, limit) => {
                if matches!(leaf.shape, Shape::Any | Shape::Map) {
                    refuse_length(refusals, leaf.origin);
                }
                Predicate::Term(format!("{length} {} {limit}", order.symbol()))
            }
        }
    }

    fn opposite(&self, leaf: &Leaf) -> Option<Vec<String>> {
        let text = "@.`str()`";
        match &leaf.test {
            Test::Exists | Test::Order(Order::Equal | Order::NotEqual, _) => None,
            Test::In(members) => members
                .iter()
                .map(|member| match (member, leaf.shape) {
                    (Scalar::String(value), _) => Some(format!("@ != {}", quote(value))),
                    (Scalar::Bool(value), Shape::Bool) => {
                        Some(format!("{text} != '{}'", python_bool(*value)))
                    }
                    (
                        Scalar::Int(value),
                        Shape::Int | Shape::Number | Shape::Quantity | Shape::IntOrString,
                    ) => Some(format!("@ != {value}.0")),
                    (Scalar::Float(value), Shape::Number | Shape::Quantity) => {
                        Some(format!("@ != {value:?}"))
                    }
                    (
                        Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_),
                        Shape::Bool
                        | Shape::Int
                        | Shape::Number
                        | Shape::String
                        | Shape::Quantity
                        | Shape::IntOrString
                        | Shape::List
                        | Shape::Map
                        | Shape::Any,
                    ) => None,
                })
                .collect(),
            Test::Order(order, limit) => (leaf.shape == Shape::Int)
                .then(|| vec![format!("{text} {} {limit}", order.opposite().symbol())]),
            Test::Match(pattern) => (leaf.shape == Shape::String)
                .then(|| vec![format!("{text} =~ {}", quote(&pattern.no_match()))]),
            Test::Length(order, limit) => (leaf.shape == Shape::String)
                .then(|| vec![format!("@.`len` {} {limit}", order.opposite().symbol())]),
        }
    }
}

fn equal(path: &str, shape: Shape, value: &Scalar) -> Predicate {
    let text = format!("{path}.`str()`");
    match value {
        Scalar::String(value) => Predicate::Term(format!("{path} == {}", quote(value))),
        Scalar::Bool(value) => {
            let spelt = format!("{text} == '{}'", python_bool(*value));
            match shape {
                Shape::Bool => Predicate::Term(spelt),
                // Not the string of that spelling: to Python, `true` is 1.
                Shape::Int
                | Shape::Number
                | Shape::String
                | Shape::Quantity
                | Shape::IntOrString
                | Shape::List
                | Shape::Map
                | Shape::Any => {
                    let number = if *value { "1.0" } else { "0.0" };
                    Predicate::AllOf(vec![format!("{path} == {number}"), spelt])
                }
            }
        }
        Scalar::Int(value) => {
            let same = format!("{path} == {value}.0");
            match (shape, value) {
                (Shape::Any, 0 | 1) => Predicate::AllOf(vec![
                    same,
                    format!("{text} != '{}'", python_bool(*value == 1)),
                ]),
                _ => Predicate::Term(same),
            }
        }
        Scalar::Float(value) => Predicate::Term(format!("{path} == {value:?}")),
    }
}

/// How Python writes a boolean.
pub(super) const fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}
