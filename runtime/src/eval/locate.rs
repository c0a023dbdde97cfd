//! Finding the place of a value: its path in the resource, and its span.
//!
//! Evaluation keeps no paths. Only when there is something to report is the place of a value looked
//! for, by the identity of its node.

use std::borrow::Cow;

use policyc_diagnostics::Span;
use policyc_ir::Root;

use super::machine::{Exhausted, Machine};
use super::program::{Expr, ExprKind, Iterable, Path, Segment};
use super::scope::Focus;
use super::val::Val;
use super::visit::ElementRef;
use crate::load::Resource;
use crate::value::{Node, Value};
use crate::verdict::{Element, Position};

/// What paths in the former state begin with.
const OLD: &str = "old";

/// One step of a concrete path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Key(Cow<'a, str>),
    Index(usize),
}

/// Where a value stands, or would stand.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    /// `old`, `user`, …; empty for the submitted resource.
    root: &'static str,
    steps: Vec<Step<'a>>,
    /// Of the value, or of its nearest parent that is there.
    pub(super) span: Span,
    /// Whether it is not there.
    pub(super) absent: bool,
}

impl Place<'_> {
    /// The path as text: `spec.containers[0].image`, `metadata.labels["a.b/c"]`.
    pub(super) fn path(&self) -> String {
        let mut text = self.root.to_owned();
        push_steps(&mut text, &self.steps);
        text
    }
}

fn push_steps(text: &mut String, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Key(key) if is_identifier(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Key(key) => {
                text.push('[');
                text.push_str(&serde_json::Value::from(key.as_ref()).to_string());
                text.push(']');
            }
            Step::Index(index) => {
                text.push_str(&format!("[{index}]"));
            }
        }
    }
}

fn is_identifier(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl<'a> Machine<'a, '_> {
    /// The place of what an expression looks at; none when that is no part of any resource.
    pub(super) fn place(&mut self, expr: &'a Expr) -> Result<Option<Place<'a>>, Exhausted> {
        match &expr.kind {
            ExprKind::Constant(_) => Ok(None),
            ExprKind::Path(path) => self.place_of_path(path),
            ExprKind::Coalesce(first, second) => {
                if self.eval(first)?.is_absent()
                    && !self.eval(second)?.is_absent()
                    && let Some(place) = self.place(second)?
                {
                    return Ok(Some(place));
                }
                self.place(first)
            }
            ExprKind::Call { arguments, .. } => self.first_place(arguments),
            ExprKind::Arithmetic { left, right, .. } => match self.place(left)? {
                Some(place) => Ok(Some(place)),
                None => self.place(right),
            },
            ExprKind::List(items) => self.first_place(items),
            ExprKind::Map { over, .. } | ExprKind::Filter { over, .. } => self.place_of_all(over),
        }
    }

    fn first_place(&mut self, exprs: &'a [Expr]) -> Result<Option<Place<'a>>, Exhausted> {
        for expr in exprs {
            if let Some(place) = self.place(expr)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// The place of the first list, or of the map.
    pub(super) fn place_of_all(
        &mut self,
        over: &'a Iterable,
    ) -> Result<Option<Place<'a>>, Exhausted> {
        match over {
            Iterable::Lists(lists) => self.first_place(lists),
            Iterable::Entries(map) => self.place(map),
        }
    }

    fn place_of_path(&mut self, path: &'a Path) -> Result<Option<Place<'a>>, Exhausted> {
        let resource = self.subject.resource;
        let focus: &[&str] = match self.subject.focus {
            Focus::Whole => &[],
            Focus::Template(path) => path,
        };
        let mut trail = match path.root {
            Root::Object => Trail::new("", Some(resource), resource, focus),
            Root::Submitted => Trail::new("", Some(resource), resource, &[]),
            Root::Old => Trail::new(OLD, self.old(), resource, focus),
            Root::Name => Trail::new("", Some(resource), resource, &["metadata", "name"]),
            Root::Namespace => Trail::new("", Some(resource), resource, &["metadata", "namespace"]),
            Root::NamespaceLabels => Trail::new("namespace.labels", None, resource, &[]),
            Root::Operation => Trail::new("operation", None, resource, &[]),
            Root::User => Trail::new("user", None, resource, &[]),
            Root::Block(part) => Trail::new(part.as_str(), None, resource, &[]),
            Root::Local(_) => match self.root(path.root) {
                Val::Node(node) => match self.place_of_node(node)? {
                    Some(place) => Trail {
                        source: match self.old() {
                            Some(old) if place.root == OLD => old,
                            Some(_) | None => resource,
                        },
                        place,
                        last: Some(node),
                    },
                    None => return Ok(None),
                },
                Val::Absent | Val::Constant(_) | Val::Number(_) | Val::Text(_) | Val::List(_) => {
                    return Ok(None);
                }
            },
        };
        for segment in &path.segments {
            let step = match segment {
                Segment::Field(key) => Step::Key(Cow::Borrowed(key)),
                Segment::Index(index) => Step::Index(*index),
                Segment::Single if trail.is_list() => Step::Index(0),
                Segment::Single => continue,
                Segment::Key(expr) => match self.eval(expr)?.into_text() {
                    Some(key) => Step::Key(key),
                    None => Step::Key(Cow::Borrowed("?")),
                },
            };
            trail.go(step);
        }
        Ok(Some(trail.place))
    }

    /// The place of a node of the submitted resource or of its former state.
    pub(super) fn place_of_node(&mut self, node: &'a Node) -> Result<Option<Place<'a>>, Exhausted> {
        let submitted = Some(("", self.subject.resource));
        let old = self.old().map(|old| (OLD, old));
        for (root, resource) in submitted.into_iter().chain(old) {
            let mut steps = Vec::new();
            let found = self.search(&resource.node, node, Way::Spans, &mut steps)?
                || self.search(&resource.node, node, Way::All, &mut steps)?;
            if found {
                steps.reverse();
                return Ok(Some(Place {
                    root,
                    steps,
                    span: node.span(resource.source),
                    absent: false,
                }));
            }
        }
        Ok(None)
    }

    /// Looks for `target` in `node`; the steps to it, the last first.
    fn search(
        &mut self,
        node: &'a Node,
        target: &Node,
        way: Way,
        steps: &mut Vec<Step<'a>>,
    ) -> Result<bool, Exhausted> {
        self.charge(1)?;
        if std::ptr::eq(node, target) {
            return Ok(true);
        }
        match &node.value {
            Value::List(items) => {
                let range = match way {
                    Way::All => 0..items.len(),
                    Way::Spans => {
                        let end = items.partition_point(|item| item.start <= target.start);
                        end.saturating_sub(1)..end
                    }
                };
                for (index, item) in items
                    .get(range.clone())
                    .unwrap_or_default()
                    .iter()
                    .enumerate()
                {
                    if self.search(item, target, way, steps)? {
                        steps.push(Step::Index(range.start + index));
                        return Ok(true);
                    }
                }
            }
            Value::Map(map) => {
                self.charge(map.len() / 8)?;
                for entry in map.entries() {
                    let may_be = match way {
                        Way::All => true,
                        Way::Spans => {
                            entry.node.start <= target.start && target.end <= entry.node.end
                        }
                    };
                    if may_be && self.search(&entry.node, target, way, steps)? {
                        steps.push(Step::Key(Cow::Borrowed(&entry.key)));
                        return Ok(true);
                    }
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Unknown(_) => {}
        }
        Ok(false)
    }

    /// An element as findings show it.
    pub(super) fn element(&mut self, element: &ElementRef<'a>) -> Result<Element, Exhausted> {
        let mut described = element.position_only();
        if let Val::Node(node) = element.value {
            described.path = self.place_of_node(node)?.map(|place| place.path());
        }
        Ok(described)
    }
}

impl ElementRef<'_> {
    /// The element without its path.
    pub(super) fn position_only(&self) -> Element {
        let name = self.value.get("name");
        Element {
            position: match self.key {
                Some(key) => Position::Key(key.to_owned()),
                None => Position::Index(self.index),
            },
            name: name
                .as_str()
                .or_else(|| self.value.as_str())
                .map(str::to_owned),
            path: None,
        }
    }
}

/// How to look for a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Only where the text of the node lies: fast, but what an alias or a merge brought in stands
    /// elsewhere in the text.
    Spans,
    /// Everywhere.
    All,
}

/// A path as far as it was gone.
struct Trail<'a> {
    place: Place<'a>,
    /// The value at its end, if it is there.
    last: Option<&'a Node>,
    /// What the spans are of.
    source: &'a Resource,
}

impl<'a> Trail<'a> {
    /// The trail of `steps` in `tree`, or outside of all resources.
    fn new(
        root: &'static str,
        tree: Option<&'a Resource>,
        submitted: &'a Resource,
        steps: &[&'static str],
    ) -> Self {
        let source = tree.unwrap_or(submitted);
        let mut trail = Self {
            place: Place {
                root,
                steps: Vec::new(),
                span: source.span(),
                absent: tree.is_none(),
            },
            last: tree.map(|tree| &tree.node),
            source,
        };
        for step in steps {
            trail.go(Step::Key(Cow::Borrowed(step)));
        }
        trail
    }

    fn is_list(&self) -> bool {
        self.last.is_some_and(|node| node.value.as_list().is_some())
    }

    fn go(&mut self, step: Step<'a>) {
        let next = self.last.and_then(|node| match &step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.value.at(*index),
        });
        self.place.steps.push(step);
        if let Some(node) = next {
            self.place.span = node.span(self.source.source);
        }
        self.last = next.filter(|node| !node.value.is_null());
        self.place.absent = self.last.is_none();
    }
}
