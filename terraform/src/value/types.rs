//! Types, as constraints of variables and arguments and as what a value is of.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::Value;

/// A type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Type {
    /// Any type: the type of `null`, of unknown values, of the elements of an empty collection.
    #[default]
    Any,
    /// True or false.
    Bool,
    /// A number.
    Number,
    /// Text.
    String,
    /// A list of elements of one type.
    List(Arc<Self>),
    /// A set of elements of one type.
    Set(Arc<Self>),
    /// A map of values of one type.
    Map(Arc<Self>),
    /// A tuple with a type for each element.
    Tuple(Arc<[Self]>),
    /// An object with a type for each attribute.
    Object(Arc<BTreeMap<Arc<str>, Attribute>>),
}

/// An attribute of an object type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The type of its value.
    pub of: Type,
    /// What it is when it is left out, for `optional(…)`; without a default that is `null`.
    pub optional: Option<Value>,
}

impl Type {
    /// The type of a value. Elements of lists, sets and maps are of one type, so the first one
    /// that is not `null` nor unknown decides.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null | Value::Unknown(_) => Self::Any,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::List(items) => Self::List(Arc::new(Self::element(items.iter()))),
            Value::Set(items) => Self::Set(Arc::new(Self::element(items.iter()))),
            Value::Map(entries) => Self::Map(Arc::new(Self::element(entries.values()))),
            Value::Tuple(items) => Self::Tuple(items.iter().map(Self::of).collect()),
            Value::Object(entries) => Self::Object(Arc::new(
                entries
                    .iter()
                    .map(|(name, value)| {
                        let attribute = Attribute {
                            of: Self::of(value),
                            optional: None,
                        };
                        (Arc::clone(name), attribute)
                    })
                    .collect(),
            )),
        }
    }

    fn element<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        values
            .map(Self::of)
            .find(|of| *of != Self::Any)
            .unwrap_or_default()
    }

    /// Whether values of it hold no other values.
    #[must_use]
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }
}

/// As Terraform's messages name it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any type"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(of) => write!(f, "list of {of}"),
            Self::Set(of) => write!(f, "set of {of}"),
            Self::Map(of) => write!(f, "map of {of}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}
