//! Bodies of blocks as the values that policies judge.

use std::sync::Arc;

use policyc_diagnostics::SourceId;
use policyc_runtime::value::{self as runtime, Entry, MAX_DEPTH, Map, Node, Unknown};

use crate::eval::{Evaluator, Nested, Scope};
use crate::syntax::tree::{Attribute, Body, Expr, Key, Kind, Name, Range};
use crate::value::{Number, Reason, Value};

/// Arguments whose expressions are names, not values.
fn is_written(block: &str, name: &str) -> bool {
    matches!(
        (block, name),
        (_, "depends_on")
            | ("resource" | "data" | "ephemeral", "provider")
            | ("module", "providers")
            | ("variable", "type")
            | ("lifecycle", "ignore_changes" | "replace_triggered_by")
            | ("provisioner", "when" | "on_failure")
            | ("terraform", "experiments" | "language")
            | ("required_providers", _)
    )
}

/// Arguments that say how many instances there are, not what they are.
fn is_number(block: &str, name: &str) -> bool {
    matches!(block, "resource" | "data" | "ephemeral" | "module")
        && matches!(name, "count" | "for_each")
}

/// Makes the nodes of one block.
pub(super) struct Nodes<'a, 'e> {
    pub(super) evaluator: &'a Evaluator<'e>,
    /// The file of the block.
    pub(super) source: SourceId,
    /// The place of what an override file gives: the header of the block.
    pub(super) header: Range,
}

impl Nodes<'_, '_> {
    /// The arguments and nested blocks of a body.
    pub(super) fn body(
        &self,
        kind: &str,
        body: &Body,
        range: Range,
        scope: &Scope<'_>,
        depth: usize,
    ) -> Node {
        if depth + 2 >= MAX_DEPTH {
            return unknown(range, "it is nested too deeply", false);
        }
        let mut map = Map::new();
        for attribute in &body.attributes {
            if is_number(kind, &attribute.name) {
                continue;
            }
            let (key, node) = self.attribute(kind, attribute, scope, depth + 1);
            insert(&mut map, &attribute.name, key, node);
        }
        self.evaluator.nested(body, scope, &mut |nested| {
            self.nested_block(nested, &mut map, depth);
        });
        Node::new(runtime::Value::Map(map), range.start, range.end)
    }

    fn nested_block(&self, nested: Nested<'_>, map: &mut Map, depth: usize) {
        let (name, range, item) = match nested {
            Nested::Unknown {
                kind,
                reason,
                range,
            } => (kind, range, Err(reason)),
            Nested::Block {
                kind,
                labels,
                body,
                range,
                scope,
            } => {
                let range = self.place(range, scope.source);
                let depth = depth + 2 + labels.len();
                let mut node = self.body(kind, body, range, scope, depth);
                for label in labels.iter().rev() {
                    let mut outer = Map::new();
                    insert(&mut outer, label, range, node);
                    node = Node::new(runtime::Value::Map(outer), range.start, range.end);
                }
                (kind, range, Ok(node))
            }
        };
        match (map.get_mut(name), item) {
            (Some(list), Ok(item)) => {
                if let runtime::Value::List(items) = &mut list.value {
                    list.start = list.start.min(item.start);
                    list.end = list.end.max(item.end);
                    items.push(item);
                }
            }
            (None, Ok(item)) => {
                let (start, end) = (item.start, item.end);
                let list = Node::new(runtime::Value::List(vec![item]), start, end);
                insert(map, name, range, list);
            }
            (_, Err(reason)) => {
                let range = self.place(range, self.source);
                // There may be none.
                insert(map, name, range, unknown(range, &reason, true));
            }
        }
    }

    /// Where something is in the file of the block.
    fn place(&self, range: Range, source: SourceId) -> Range {
        if source == self.source {
            range
        } else {
            self.header
        }
    }

    fn attribute(
        &self,
        kind: &str,
        attribute: &Attribute,
        scope: &Scope<'_>,
        depth: usize,
    ) -> (Range, Node) {
        let scope = scope.at(attribute.source);
        let node = if is_written(kind, &attribute.name) {
            self.written(&attribute.value, &scope, depth)
        } else {
            self.node(&attribute.value, &scope, depth)
        };
        let key = self.place(attribute.name_range, attribute.source);
        (key, node)
    }

    /// The value of an expression; what constructors of objects and tuples hold keeps its own
    /// place.
    pub(super) fn node(&self, expr: &Expr, scope: &Scope<'_>, depth: usize) -> Node {
        let range = self.place(expr.range, scope.source);
        if depth >= MAX_DEPTH {
            return unknown(range, "it is nested too deeply", true);
        }
        match &expr.kind {
            Kind::Tuple(items) => {
                let items = items.iter().map(|item| self.node(item, scope, depth + 1));
                let list = runtime::Value::List(items.collect());
                Node::new(list, range.start, range.end)
            }
            Kind::Object(items) => {
                let mut map = Map::new();
                let mut not_known = None;
                for item in items {
                    let node = self.node(&item.value, scope, depth + 1);
                    match self.key(&item.key, scope) {
                        Ok(name) => {
                            let place = self.place(item.key_range, scope.source);
                            insert(&mut map, &name, place, node);
                        }
                        Err(reason) => not_known = Some(reason),
                    }
                }
                match not_known {
                    Some(reason) => unknown(range, &reason, false),
                    None => Node::new(runtime::Value::Map(map), range.start, range.end),
                }
            }
            Kind::Literal(_)
            | Kind::Template(_)
            | Kind::Variable(_)
            | Kind::Get(_)
            | Kind::Conditional(_)
            | Kind::Call(_)
            | Kind::Not(_)
            | Kind::Negate(_)
            | Kind::Binary(_)
            | Kind::For(_) => {
                let value = self.evaluator.value(expr, scope);
                let place = expr.range.of(scope.source);
                if !self.evaluator.has_room(value.count(), place) {
                    return unknown(range, "there are too many values", true);
                }
                node_of(&value, range, depth)
            }
        }
    }

    fn key(&self, key: &Key, scope: &Scope<'_>) -> Result<Name, Reason> {
        match self.evaluator.key(key, scope) {
            Ok(key) => key,
            Err(fault) => Err(self.evaluator.reason(fault)),
        }
    }

    /// The expression as it is written; a string is its text.
    fn written(&self, expr: &Expr, scope: &Scope<'_>, depth: usize) -> Node {
        let range = self.place(expr.range, scope.source);
        if depth >= MAX_DEPTH {
            return unknown(range, "it is nested too deeply", true);
        }
        let value = match &expr.kind {
            Kind::Tuple(items) => runtime::Value::List(
                items
                    .iter()
                    .map(|item| self.written(item, scope, depth + 1))
                    .collect(),
            ),
            Kind::Object(items) => {
                let mut map = Map::new();
                for item in items {
                    let place = self.place(item.key_range, scope.source);
                    let name = match &item.key {
                        Key::Name(name) => Arc::clone(name),
                        Key::Computed(key) => Arc::from(self.evaluator.text(key.range, scope)),
                    };
                    insert(
                        &mut map,
                        &name,
                        place,
                        self.written(&item.value, scope, depth + 1),
                    );
                }
                runtime::Value::Map(map)
            }
            Kind::Literal(Value::String(text)) => runtime::Value::String(Arc::clone(text)),
            Kind::Literal(_)
            | Kind::Template(_)
            | Kind::Variable(_)
            | Kind::Get(_)
            | Kind::Conditional(_)
            | Kind::Call(_)
            | Kind::Not(_)
            | Kind::Negate(_)
            | Kind::Binary(_)
            | Kind::For(_) => runtime::Value::string(self.evaluator.text(expr.range, scope)),
        };
        Node::new(value, range.start, range.end)
    }
}

fn insert(map: &mut Map, name: &Name, key: Range, node: Node) {
    map.insert(Entry {
        key: Arc::clone(name),
        key_start: key.start,
        key_end: key.end,
        node,
    });
}

fn unknown(range: Range, reason: &str, may_be_null: bool) -> Node {
    let unknown = Unknown {
        reason: reason.to_owned(),
        may_be_null,
    };
    let value = runtime::Value::Unknown(Arc::new(unknown));
    Node::new(value, range.start, range.end)
}

/// A value whose parts all stand at one place.
fn node_of(value: &Value, range: Range, depth: usize) -> Node {
    if depth + usize::from(value.depth()) >= MAX_DEPTH {
        return unknown(range, "it is nested too deeply", false);
    }
    let inner = |value: &Value| node_of(value, range, depth + 1);
    let value = match value {
        Value::Null => runtime::Value::Null,
        Value::Bool(value) => runtime::Value::Bool(*value),
        Value::Number(number) => match number_of(number) {
            Some(number) => runtime::Value::Number(number),
            None => return unknown(range, "the number is out of range", false),
        },
        Value::String(text) => runtime::Value::String(Arc::clone(text)),
        Value::List(items) | Value::Set(items) | Value::Tuple(items) => {
            runtime::Value::List(items.iter().map(inner).collect())
        }
        Value::Map(entries) | Value::Object(entries) => {
            if let Some(reason) = entries.rest() {
                return unknown(range, reason, false);
            }
            let mut map = Map::new();
            for (name, value) in entries.iter() {
                insert(&mut map, name, range, inner(value));
            }
            runtime::Value::Map(map)
        }
        Value::Unknown(reason) => return unknown(range, reason, reason.may_be_null()),
    };
    Node::new(value, range.start, range.end)
}

fn number_of(number: &Number) -> Option<runtime::Number> {
    if let Some(integer) = number.as_i64() {
        return Some(integer.into());
    }
    if let Ok(integer) = number.to_string().parse::<u64>() {
        return Some(integer.into());
    }
    runtime::Number::from_f64(number.as_f64())
}
