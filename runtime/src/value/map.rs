//! Maps that keep the order of their keys.

use std::collections::HashMap;
use std::sync::Arc;

use policyc_diagnostics::{SourceId, Span};

use super::Node;

/// Up to this many entries a key is found by looking at each.
const SCANNED: usize = 16;

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key; keys that are no strings (`1:`, `yes:`) are the text JSON gives them.
    pub key: Arc<str>,
    /// Offset of the first byte of the key.
    pub key_start: u32,
    /// Offset past the last byte of the key.
    pub key_end: u32,
    /// The value.
    pub node: Node,
}

impl Entry {
    /// The place of the key in the text `source`.
    #[must_use]
    pub fn key_span(&self, source: SourceId) -> Span {
        Span::new(source, self.key_start, self.key_end)
    }
}

/// Unique keys with their values, in order.
///
/// One pointer wide, so that a [`Value`](super::Value) is three words.
#[derive(Debug, Clone, Default)]
pub struct Map(Box<Entries>);

#[derive(Debug, Clone, Default)]
struct Entries {
    list: Vec<Entry>,
    /// Place of each key in `list`; only for more than [`SCANNED`] entries.
    index: Option<HashMap<Arc<str>, usize>>,
}

impl Map {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.list.is_empty()
    }

    /// The entries in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.0.list
    }

    /// Takes the entries out, in order.
    #[must_use]
    pub fn into_entries(self) -> Vec<Entry> {
        self.0.list
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Node)> + ExactSizeIterator {
        self.0.list.iter().map(|entry| (&*entry.key, &entry.node))
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value of `key`, to change it.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let place = self.position(key)?;
        self.0.list.get_mut(place).map(|entry| &mut entry.node)
    }

    /// The entry of `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.0.list.get(self.position(key)?)
    }

    /// Whether there is a value for `key`; it may be null.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.0.index {
            Some(index) => index.get(key).copied(),
            None => self.0.list.iter().position(|entry| &*entry.key == key),
        }
    }

    /// Adds an entry at the end, or gives it the place of the one with the same key, which is
    /// returned.
    pub fn insert(&mut self, entry: Entry) -> Option<Entry> {
        match self
            .position(&entry.key)
            .and_then(|place| self.0.list.get_mut(place))
        {
            Some(old) => Some(std::mem::replace(old, entry)),
            None => {
                self.push(entry);
                None
            }
        }
    }

    /// Adds an entry whose key is known to be new.
    fn push(&mut self, entry: Entry) {
        let Entries { list, index } = &mut *self.0;
        if let Some(index) = index {
            index.insert(Arc::clone(&entry.key), list.len());
        }
        list.push(entry);
        if index.is_none() && list.len() > SCANNED {
            *index = Some(indexed(list));
        }
    }

    /// Takes the entry of `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let place = self.position(key)?;
        let Entries { list, index } = &mut *self.0;
        let entry = list.remove(place);
        *index = (list.len() > SCANNED).then(|| indexed(list));
        Some(entry)
    }
}

fn indexed(list: &[Entry]) -> HashMap<Arc<str>, usize> {
    list.iter()
        .enumerate()
        .map(|(place, entry)| (Arc::clone(&entry.key), place))
        .collect()
}

/// The same keys with equal values, in whatever order.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, node)| other.get(key) == Some(node))
    }
}
