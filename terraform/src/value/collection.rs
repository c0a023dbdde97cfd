//! Collections that know how deep and heavy they are.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use super::{Reason, Value};

/// What is known of a value without walking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Collections inside each other.
    pub(super) depth: u16,
    /// See [`super::MAX_WEIGHT`].
    pub(super) weight: u32,
    /// Values in it, itself included.
    pub(super) count: u32,
    /// Whether nothing in it is unknown.
    pub(super) known: bool,
}

impl Shape {
    pub(super) const SCALAR: Self = Self {
        depth: 0,
        weight: 1,
        count: 1,
        known: true,
    };
    pub(super) const UNKNOWN: Self = Self {
        depth: 0,
        weight: 1,
        count: 1,
        known: false,
    };

    pub(super) fn text(bytes: usize) -> Self {
        Self {
            weight: u32::try_from(bytes / 16)
                .unwrap_or(u32::MAX)
                .saturating_add(1),
            ..Self::SCALAR
        }
    }

    fn of<'a>(children: impl Iterator<Item = &'a Value>) -> Self {
        let mut shape = Self::SCALAR;
        for child in children {
            let child = child.shape();
            shape.depth = shape.depth.max(child.depth);
            shape.weight = shape.weight.saturating_add(child.weight);
            shape.count = shape.count.saturating_add(child.count);
            shape.known &= child.known;
        }
        shape.depth = shape.depth.saturating_add(1);
        shape
    }
}

/// The elements of a list, set or tuple.
#[derive(Debug, Clone)]
pub struct Items(Arc<(Shape, Vec<Value>)>);

impl Items {
    pub(super) fn new(items: Vec<Value>) -> Self {
        Self(Arc::new((Shape::of(items.iter()), items)))
    }

    pub(super) fn shape(&self) -> Shape {
        self.0.0
    }
}

impl Deref for Items {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0.1
    }
}

/// The entries of a map or an object, in the order of their keys.
#[derive(Debug, Clone)]
pub struct Entries(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shape: Shape,
    entries: BTreeMap<Arc<str>, Value>,
    rest: Option<Reason>,
}

impl Entries {
    pub(super) fn new(entries: BTreeMap<Arc<str>, Value>, rest: Option<Reason>) -> Self {
        let keys = entries.keys().fold(0_u32, |sum, key| {
            sum.saturating_add(Shape::text(key.len()).weight)
        });
        let mut shape = Shape::of(entries.values());
        shape.weight = shape.weight.saturating_add(keys);
        shape.known &= rest.is_none();
        Self(Arc::new(Inner {
            shape,
            entries,
            rest,
        }))
    }

    pub(super) fn shape(&self) -> Shape {
        self.0.shape
    }

    /// For a resource, of which only the arguments that are set are known: why an attribute that
    /// is not among the entries is unknown.
    #[must_use]
    pub fn rest(&self) -> Option<&Reason> {
        self.0.rest.as_ref()
    }
}

impl Deref for Entries {
    type Target = BTreeMap<Arc<str>, Value>;

    fn deref(&self) -> &BTreeMap<Arc<str>, Value> {
        &self.0.entries
    }
}
