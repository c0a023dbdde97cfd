//! Values of Terraform's type system, among them those that are not known before apply.
//!
//! A value is cheap to clone, and bounded: whatever would be nested deeper than [`MAX_DEPTH`] or
//! weigh more than [`MAX_WEIGHT`] becomes [`Value::Unknown`] with a reason when it is made. So
//! walking, comparing or dropping a value by recursion is safe, also when a source doubles a list
//! in each of a thousand locals.
//!
//! Not kept: the `sensitive` mark (a scanner judges the value all the same), and the types of
//! `null`, of unknown values and of the elements of empty collections.

mod collection;
mod convert;
mod number;
mod reason;
#[cfg(test)]
mod tests;
mod types;

use std::cmp::Ordering;
use std::sync::Arc;

pub use collection::{Entries, Items};
pub use convert::{ConvertError, convert, to_text, unify};
pub use number::{Number, NumberError};
pub use reason::Reason;
pub use types::{Attribute, Type};

use collection::Shape;

/// How many collections may stand inside each other.
pub const MAX_DEPTH: u16 = 100;

/// How heavy a value may be: a unit for each value in it, one for each 16 bytes of text. A value
/// that stands twice in a list weighs twice, though it is stored once.
pub const MAX_WEIGHT: u32 = 1_000_000;

/// A value.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// `null`, of any type.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(Arc<str>),
    /// Values of one type in order.
    List(Items),
    /// Values of one type without duplicates, in the order of [`Value::order`].
    Set(Items),
    /// Values of any types in order: what `[…]` makes.
    Tuple(Items),
    /// Values of one type by key.
    Map(Entries),
    /// Values of any types by name: what `{…}` makes.
    Object(Entries),
    /// What cannot be known before apply, or not from the sources alone, and why: "depends on
    /// `aws_s3_bucket.b.arn`, which is known after apply".
    Unknown(Reason),
}

impl Value {
    /// A string; unknown when it is too long.
    #[must_use]
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into()).bounded()
    }

    /// An unknown value for the reason.
    #[must_use]
    pub fn unknown(reason: impl Into<Reason>) -> Self {
        Self::Unknown(reason.into())
    }

    /// A list of elements that are of one type already; [`convert`] makes them so.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Items::new(items)).bounded()
    }

    /// A tuple.
    #[must_use]
    pub fn tuple(items: Vec<Self>) -> Self {
        Self::Tuple(Items::new(items)).bounded()
    }

    /// A set of elements that are of one type already, sorted and without duplicates here.
    #[must_use]
    pub fn set(mut items: Vec<Self>) -> Self {
        items.sort_by(Self::order);
        items.dedup_by(|a, b| a.is_known() && a == b);
        Self::Set(Items::new(items)).bounded()
    }

    /// A map of values that are of one type already.
    #[must_use]
    pub fn map(entries: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        Self::Map(Entries::new(entries.into_iter().collect(), None)).bounded()
    }

    /// An object.
    #[must_use]
    pub fn object(entries: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        Self::Object(Entries::new(entries.into_iter().collect(), None)).bounded()
    }

    /// An object that has more attributes than these, which are unknown for the reason `rest`.
    #[must_use]
    pub fn open_object(entries: impl IntoIterator<Item = (Arc<str>, Self)>, rest: Reason) -> Self {
        Self::Object(Entries::new(entries.into_iter().collect(), Some(rest))).bounded()
    }

    fn bounded(self) -> Self {
        let shape = self.shape();
        if shape.depth > MAX_DEPTH {
            return Self::unknown("it is nested too deeply");
        }
        if shape.weight > MAX_WEIGHT {
            return Self::unknown("it is too large");
        }
        self
    }

    /// How many collections stand inside each other in it.
    #[must_use]
    pub fn depth(&self) -> u16 {
        self.shape().depth
    }

    fn shape(&self) -> Shape {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => Shape::SCALAR,
            Self::String(text) => Shape::text(text.len()),
            Self::List(items) | Self::Set(items) | Self::Tuple(items) => items.shape(),
            Self::Map(entries) | Self::Object(entries) => entries.shape(),
            Self::Unknown(_) => Shape::UNKNOWN,
        }
    }

    /// How heavy it is, as [`MAX_WEIGHT`] counts.
    #[must_use]
    pub fn weight(&self) -> u32 {
        self.shape().weight
    }

    /// How many values there are in it, itself included.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.shape().count
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value itself is known; something inside may be unknown all the same.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// Whether it and everything inside is known. Takes no time.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        self.shape().known
    }

    /// The reason of the first unknown value in it, itself included.
    #[must_use]
    pub fn first_unknown(&self) -> Option<&Reason> {
        if self.is_wholly_known() {
            return None;
        }
        match self {
            Self::Unknown(reason) => Some(reason),
            Self::List(items) | Self::Set(items) | Self::Tuple(items) => {
                items.iter().find_map(Self::first_unknown)
            }
            Self::Map(entries) | Self::Object(entries) => entries
                .values()
                .find_map(Self::first_unknown)
                .or(entries.rest()),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
        }
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The reason, if it is unknown.
    #[must_use]
    pub fn as_unknown(&self) -> Option<&Reason> {
        if let Self::Unknown(reason) = self {
            Some(reason)
        } else {
            None
        }
    }

    /// The elements, if it is a list, set or tuple.
    #[must_use]
    pub fn as_items(&self) -> Option<&[Self]> {
        if let Self::List(items) | Self::Set(items) | Self::Tuple(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The entries, if it is a map or an object.
    #[must_use]
    pub fn as_entries(&self) -> Option<&Entries> {
        if let Self::Map(entries) | Self::Object(entries) = self {
            Some(entries)
        } else {
            None
        }
    }

    /// What messages call it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Tuple(_) => "tuple",
            Self::Map(_) => "map",
            Self::Object(_) => "object",
            Self::Unknown(_) => "unknown value",
        }
    }

    /// A total order, the one of sets: strings by their bytes, numbers by size; other values
    /// stand in an order of no meaning that is the same on every run.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::String(a), Self::String(b)) => a.cmp(b),
            (Self::Unknown(a), Self::Unknown(b)) => a.cmp(b),
            (Self::List(a), Self::List(b))
            | (Self::Set(a), Self::Set(b))
            | (Self::Tuple(a), Self::Tuple(b)) => order_items(a, b),
            (Self::Map(a), Self::Map(b)) | (Self::Object(a), Self::Object(b)) => {
                order_entries(a, b)
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::String(_) => 3,
            Self::List(_) => 4,
            Self::Set(_) => 5,
            Self::Tuple(_) => 6,
            Self::Map(_) => 7,
            Self::Object(_) => 8,
            // Terraform's sets have them at their end.
            Self::Null => 9,
            Self::Unknown(_) => 10,
        }
    }
}

fn order_items(a: &Items, b: &Items) -> Ordering {
    a.iter()
        .zip(b.iter())
        .map(|(a, b)| a.order(b))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn order_entries(a: &Entries, b: &Entries) -> Ordering {
    a.iter()
        .zip(b.iter())
        .map(|((a_key, a), (b_key, b))| a_key.cmp(b_key).then_with(|| a.order(b)))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Equality as `==` of Terraform has it for known values: no conversions, a list is not a tuple.
/// Unknown values are equal when their reasons are; the evaluator never asks that.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.order(other).is_eq()
    }
}

impl Eq for Value {}

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

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::string(value)
    }
}
