//! Values of manifests, each with the bytes of the text it was read from.
//!
//! Offsets count bytes of one source text; which text that is, the owner of the tree knows
//! (`Resource::source`, `Document::span`). Equality of nodes, values and maps compares what is
//! meant, never where it stands. Loaded trees are at most [`MAX_DEPTH`] levels deep, so walking
//! or dropping one by recursion is safe.

mod json;
mod map;
mod number;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use policyc_diagnostics::{SourceId, Span};

pub use map::{Entry, Map};
pub use number::Number;

/// How many lists and maps may stand inside each other in a loaded tree.
pub const MAX_DEPTH: usize = 128;

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Offset of its first byte. An absent value (`key:` with nothing after it) has the empty
    /// range after its key; the place of use for the target of an alias.
    pub start: u32,
    /// Offset past its last byte.
    pub end: u32,
}

impl Node {
    /// A value that stands at `start..end`.
    #[must_use]
    pub fn new(value: Value, start: u32, end: u32) -> Self {
        Self { value, start, end }
    }

    /// Its place in the text `source`.
    #[must_use]
    pub fn span(&self, source: SourceId) -> Span {
        Span::new(source, self.start, self.end)
    }

    /// The value of `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.value.get(key)
    }

    /// The node at the end of `keys`, as far as there are maps that have them.
    #[must_use]
    pub fn path(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The node at the end of `keys`, or the nearest parent there is: what a finding about an
    /// absent value points at.
    #[must_use]
    pub fn nearest(&self, keys: &[&str]) -> &Self {
        let mut node = self;
        for key in keys {
            match node.get(key) {
                Some(child) => node = child,
                None => break,
            }
        }
        node
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A value of a manifest.
///
/// A missing key is no value at all; whether an explicit `null` means the same is for the
/// evaluator to say.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An exact integer of 64 bits, or a finite double.
    Number(Number),
    /// Text.
    String(Arc<str>),
    /// Values in order.
    List(Vec<Node>),
    /// Keys with their values, in the order they were written; keys are unique.
    Map(Map),
    /// A value that nobody knows yet: of Terraform, known only after apply.
    Unknown(Arc<Unknown>),
}

/// How a value that nobody knows yet is written, as Terraform writes it.
pub const UNKNOWN: &str = "(known after apply)";

/// Why a value is not known, and what is known of it all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The reason in words: `aws_kms_key.k.arn is known only after apply`.
    pub reason: String,
    /// Whether it may turn out to be null.
    pub may_be_null: bool,
}

impl Value {
    /// A string.
    #[must_use]
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// What messages call it: `null`, `bool`, `number`, `string`, `list`, `map` or `unknown`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        if let Self::Number(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The elements, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        if let Self::List(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The entries, if it is a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        if let Self::Map(map) = self {
            Some(map)
        } else {
            None
        }
    }

    /// Why it is not known, if it is not.
    #[must_use]
    pub fn as_unknown(&self) -> Option<&Unknown> {
        if let Self::Unknown(unknown) = self {
            Some(unknown)
        } else {
            None
        }
    }

    /// The value of `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The element at `index`, if this is a list that long.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&Node> {
        self.as_list()?.get(index)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::string(value)
    }
}
