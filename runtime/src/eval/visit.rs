//! Loops over the elements of lists and the entries of maps.

use std::ops::ControlFlow;

use super::machine::{Exhausted, Machine};
use super::program::{Bindings, Iterable};
use super::val::Val;
use crate::value::Entry;

/// An element in the course of a loop.
#[derive(Debug, Clone)]
pub(super) struct ElementRef<'a> {
    /// In its list, or in the order of the keys.
    pub(super) index: usize,
    pub(super) key: Option<&'a str>,
    pub(super) value: Val<'a>,
}

/// What is done with each element of a loop.
type Visitor<'v, 'a, 'm, B> =
    dyn FnMut(&mut Machine<'a, 'm>, &ElementRef<'a>) -> Result<ControlFlow<B>, Exhausted> + 'v;

impl<'a, 'm> Machine<'a, 'm> {
    /// Visits every element in order, as long as `visit` goes on.
    pub(super) fn visit<B>(
        &mut self,
        bindings: Bindings,
        over: &'a Iterable,
        visit: &mut Visitor<'_, 'a, 'm, B>,
    ) -> Result<Option<B>, Exhausted> {
        match over {
            Iterable::Lists(lists) => {
                for list in lists {
                    let list = self.eval(list)?;
                    for index in 0..list.list_len().unwrap_or(0) {
                        self.charge(1)?;
                        let value = list.at(index);
                        if value.is_absent() {
                            continue;
                        }
                        let element = ElementRef {
                            index,
                            key: None,
                            value,
                        };
                        if let ControlFlow::Break(result) = self.enter(bindings, &element, visit)? {
                            return Ok(Some(result));
                        }
                    }
                }
            }
            Iterable::Entries(map) => {
                let map = self.eval(map)?;
                let entries = map.as_map().map_or(&[][..], |map| map.entries());
                self.charge(entries.len())?;
                let sorted = sorted(entries);
                for index in 0..entries.len() {
                    let entry = match &sorted {
                        Some(sorted) => sorted.get(index).copied(),
                        None => entries.get(index),
                    };
                    let Some(entry) = entry.filter(|entry| !entry.node.value.is_null()) else {
                        continue;
                    };
                    let element = ElementRef {
                        index,
                        key: Some(&entry.key),
                        value: Val::Node(&entry.node),
                    };
                    if let ControlFlow::Break(result) = self.enter(bindings, &element, visit)? {
                        return Ok(Some(result));
                    }
                }
            }
        }
        Ok(None)
    }

    fn enter<B>(
        &mut self,
        bindings: Bindings,
        element: &ElementRef<'a>,
        visit: &mut Visitor<'_, 'a, 'm, B>,
    ) -> Result<ControlFlow<B>, Exhausted> {
        if let Some(key) = element.key {
            self.bind(bindings.key, Val::Text(key.into()));
        }
        self.bind(bindings.value, element.value.clone());
        visit(self, element)
    }

    fn bind(&mut self, local: Option<usize>, value: Val<'a>) {
        if let Some(slot) = local.and_then(|local| self.locals.get_mut(local)) {
            *slot = value;
        }
    }

    pub(super) fn collect(
        &mut self,
        value: usize,
        over: &'a Iterable,
        each: &mut dyn FnMut(&mut Self, &ElementRef<'a>) -> Result<(), Exhausted>,
    ) -> Result<(), Exhausted> {
        let bindings = Bindings {
            key: None,
            value: Some(value),
        };
        self.visit::<()>(bindings, over, &mut |machine, element| {
            each(machine, element)?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(())
    }
}

/// The entries in order of their keys; none when they already are.
pub(super) fn sorted(entries: &[Entry]) -> Option<Vec<&Entry>> {
    if entries.is_sorted_by(|a, b| a.key <= b.key) {
        return None;
    }
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Some(sorted)
}
