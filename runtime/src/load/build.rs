//! Values from what the readers of YAML and JSON come across, one piece after the other.
//!
//! Nothing here recurses: open lists and maps are a stack, at most [`MAX_DEPTH`] high. What the
//! input can multiply, by aliases or by mere size, is counted against [`Limits`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::Failure;
use super::limits::{Budget, MAX_ANCHORED_NODES, MAX_NODES};
use super::scalar::key_text;
use crate::value::{Entry, MAX_DEPTH, Map, Node, Value};

/// The anchor of a node (`&a`), by the number the parser gives it.
pub(super) type Anchor = Option<usize>;

/// Puts one document together.
pub(super) struct Builder<'b> {
    source: SourceId,
    budget: &'b mut Budget,
    open: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    root: Option<Node>,
    /// Mistakes that leave a value: duplicate keys.
    pub(super) diagnostics: Vec<Diagnostic>,
}

struct Frame {
    start: u32,
    /// End of the last piece inside, where a block collection ends.
    last: u32,
    anchor: Anchor,
    /// Levels of lists and maps below this one.
    height: usize,
    nodes: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map(Map, Option<Key>, Option<Box<Merges>>),
}

enum Key {
    Text(Arc<str>, u32, u32),
    Merge,
}

/// Where the entries of a map with `<<` come from.
#[derive(Default)]
struct Merges {
    merged: HashSet<Arc<str>>,
    /// Written keys whose value a later `<<` replaced.
    replaced: HashMap<Arc<str>, (u32, u32)>,
}

struct Anchored {
    node: Node,
    height: usize,
    nodes: usize,
}

impl<'b> Builder<'b> {
    pub(super) fn new(source: SourceId, budget: &'b mut Budget) -> Self {
        Self {
            source,
            budget,
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            diagnostics: Vec::new(),
        }
    }

    /// The value of the document, once everything is closed.
    pub(super) fn finish(self) -> (Option<Node>, Vec<Diagnostic>) {
        (self.root, self.diagnostics)
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.source, start, end)
    }

    /// Whether the next piece is a key.
    pub(super) fn expects_key(&self) -> bool {
        matches!(
            self.open.last().map(|frame| &frame.content),
            Some(Content::Map(_, None, _))
        )
    }

    pub(super) fn open_list(
        &mut self,
        start: u32,
        end: u32,
        anchor: Anchor,
    ) -> Result<(), Failure> {
        self.open(start, end, anchor, Content::List(Vec::new()))
    }

    pub(super) fn open_map(&mut self, start: u32, end: u32, anchor: Anchor) -> Result<(), Failure> {
        self.open(start, end, anchor, Content::Map(Map::new(), None, None))
    }

    fn open(
        &mut self,
        start: u32,
        end: u32,
        anchor: Anchor,
        content: Content,
    ) -> Result<(), Failure> {
        let span = self.span(start, end);
        if self.expects_key() {
            let what = match content {
                Content::List(_) => "list",
                Content::Map(..) => "map",
            };
            return Err(unsupported_key(span, what));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(span));
        }
        self.open.push(Frame {
            start,
            last: end,
            anchor,
            height: 0,
            nodes: 1,
            content,
        });
        Ok(())
    }

    /// Ends the innermost list or map; without `end`, where its last piece ended.
    pub(super) fn close(&mut self, end: Option<u32>) -> Result<(), Failure> {
        let Some(frame) = self.open.pop() else {
            return Ok(());
        };
        let value = match frame.content {
            Content::List(items) => Value::List(items),
            Content::Map(map, ..) => Value::Map(map),
        };
        let node = Node::new(value, frame.start, end.unwrap_or(frame.last));
        self.place(node, frame.anchor, frame.height + 1, frame.nodes)
    }

    /// A key that is a string, whatever it looks like.
    pub(super) fn key(&mut self, text: Arc<str>, start: u32, end: u32) {
        self.set_key(Key::Text(text, start, end), end);
    }

    /// The key `<<`.
    pub(super) fn merge_key(&mut self, end: u32) {
        self.set_key(Key::Merge, end);
    }

    fn set_key(&mut self, new: Key, end: u32) {
        if let Some(frame) = self.open.last_mut() {
            frame.last = end;
            if let Content::Map(_, key, _) = &mut frame.content {
                *key = Some(new);
            }
        }
    }

    /// A scalar: a key where one is expected, else a value.
    pub(super) fn scalar(
        &mut self,
        value: Value,
        start: u32,
        end: u32,
        anchor: Anchor,
    ) -> Result<(), Failure> {
        if !self.expects_key() {
            return self.place(Node::new(value, start, end), anchor, 0, 1);
        }
        let text = match &value {
            Value::String(text) => Arc::clone(text),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Unknown(_) => match key_text(&value) {
                Some(text) => text.into(),
                None => {
                    return Err(unsupported_key(self.span(start, end), value.type_name()));
                }
            },
        };
        if let Some(id) = anchor {
            let node = Node::new(value, start, end);
            self.anchors.insert(
                id,
                Anchored {
                    node,
                    height: 0,
                    nodes: 1,
                },
            );
        }
        self.key(text, start, end);
        Ok(())
    }

    /// The node an alias stands for. The copy stands where the alias does; what is inside it
    /// stands where it was written.
    pub(super) fn alias(&mut self, id: usize, start: u32, end: u32) -> Result<(), Failure> {
        let span = self.span(start, end);
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(
                Diagnostic::new(Code::E0709, span, "the anchored value contains itself")
                    .help("an alias can only stand after the value it repeats, never inside it")
                    .into(),
            );
        };
        let (nodes, height) = (anchored.nodes, anchored.height);
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_deep(span));
        }
        spend_anchored(self.budget, nodes, span)?;
        let mut node = anchored.node.clone();
        (node.start, node.end) = (start, end);
        if self.expects_key() {
            return self.scalar(node.value, start, end, None);
        }
        self.place(node, None, height, nodes)
    }

    /// Puts a whole node where it belongs.
    fn place(
        &mut self,
        node: Node,
        anchor: Anchor,
        height: usize,
        nodes: usize,
    ) -> Result<(), Failure> {
        let span = node.span(self.source);
        self.budget.nodes += 1;
        if self.budget.nodes > MAX_NODES {
            return Err(Diagnostic::new(
                Code::E0702,
                span,
                format!("the file has more than {MAX_NODES} values"),
            )
            .help("split the file")
            .into());
        }
        if let Some(id) = anchor {
            spend_anchored(self.budget, nodes, span)?;
            let node = node.clone();
            self.anchors.insert(
                id,
                Anchored {
                    node,
                    height,
                    nodes,
                },
            );
        }
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        frame.last = node.end;
        frame.height = frame.height.max(height);
        frame.nodes += nodes;
        match &mut frame.content {
            Content::List(items) => items.push(node),
            Content::Map(map, key, merges) => match key.take() {
                Some(Key::Text(key, key_start, key_end)) => {
                    let entry = Entry {
                        key,
                        key_start,
                        key_end,
                        node,
                    };
                    let place = Span::new(self.source, key_start, key_end);
                    let first = written(map, merges.as_deref(), &entry.key);
                    if let Some((start, end)) = first {
                        let first = Span::new(self.source, start, end);
                        self.diagnostics.push(duplicate(&entry.key, place, first));
                    }
                    if let Some(merges) = merges {
                        merges.merged.remove(&entry.key);
                    }
                    map.insert(entry);
                }
                Some(Key::Merge) => {
                    merge(map, merges.get_or_insert_default(), node)
                        .map_err(|(start, end)| not_a_map(Span::new(self.source, start, end)))?;
                }
                None => {}
            },
        }
        Ok(())
    }
}

/// Where `key` was written already, if it was.
fn written(map: &Map, merges: Option<&Merges>, key: &str) -> Option<(u32, u32)> {
    if let Some(merges) = merges {
        if let Some(place) = merges.replaced.get(key) {
            return Some(*place);
        }
        if merges.merged.contains(key) {
            return None;
        }
    }
    map.entry(key).map(|entry| (entry.key_start, entry.key_end))
}

/// Adds the entries of the value of `<<`.
///
/// As in `go.yaml.in/yaml/v2` `decode.go`, merging happens where `<<` stands: keys written before
/// it are replaced, keys written after it replace. Of a list of maps the first wins.
fn merge(map: &mut Map, merges: &mut Merges, node: Node) -> Result<(), (u32, u32)> {
    let place = (node.start, node.end);
    let maps = match node.value {
        Value::Map(_) => vec![node],
        Value::List(items) => items,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Unknown(_) => {
            return Err(place);
        }
    };
    for node in maps.into_iter().rev() {
        let Value::Map(from) = node.value else {
            return Err((node.start, node.end));
        };
        for entry in from.into_entries() {
            let key = Arc::clone(&entry.key);
            let old = map.insert(entry);
            if !merges.merged.insert(Arc::clone(&key)) {
                continue;
            }
            if let Some(old) = old {
                merges
                    .replaced
                    .entry(key)
                    .or_insert((old.key_start, old.key_end));
            }
        }
    }
    Ok(())
}

fn spend_anchored(budget: &mut Budget, nodes: usize, span: Span) -> Result<(), Failure> {
    budget.anchored = budget.anchored.saturating_add(nodes);
    if budget.anchored <= MAX_ANCHORED_NODES {
        return Ok(());
    }
    Err(Diagnostic::new(
        Code::E0702,
        span,
        format!("anchors and aliases stand for more than {MAX_ANCHORED_NODES} values"),
    )
    .help("write the repeated values out, or split the file")
    .into())
}

pub(super) fn too_deep(span: Span) -> Failure {
    Diagnostic::new(
        Code::E0702,
        span,
        format!("more than {MAX_DEPTH} lists and maps stand inside each other"),
    )
    .into()
}

fn unsupported_key(span: Span, what: &str) -> Failure {
    Diagnostic::new(Code::E0707, span, format!("a {what} cannot be a key"))
        .help("put quotes around the text if it is meant as a string")
        .into()
}

fn not_a_map(span: Span) -> Failure {
    Diagnostic::new(Code::E0708, span, "`<<` needs a map or a list of maps")
        .help("write an alias of a map after it: `<<: *defaults`")
        .into()
}

fn duplicate(key: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0705,
        place,
        format!("the key `{}` stands here twice", shown(key)),
    )
    .label("again")
    .also(first, "first here")
    .note("the API server keeps the last one silently")
    .help("remove one of them")
}

/// The start of a text from the input, for a message.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
