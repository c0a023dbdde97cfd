//! `.tf.json` and `.tfvars.json`: the same trees from JSON, by HCL's JSON rules.
//!
//! JSON does not tell blocks from arguments, and only the schema of a provider does. Blocks that
//! Terraform itself defines are read as blocks; in the body of a resource an object stays an
//! object and an array an array.

use std::sync::Arc;

use policyc_diagnostics::{Diagnostic, SourceId};
use policyc_runtime::load::{Format, values};
use policyc_runtime::value::{self as runtime, Node};

use super::tree::{Attribute, Block, Body, Expr, Item, Key, Kind, Name, Range};
use super::{SyntaxError, parse_expr, parse_template};
use crate::value::{Number, Value};

/// Reads JSON, and gives the mistakes in it.
struct Reader {
    source: SourceId,
    errors: Vec<SyntaxError>,
}

/// Reads a configuration file.
pub(crate) fn parse(bytes: &[u8], source: SourceId) -> (Body, Vec<SyntaxError>, Vec<Diagnostic>) {
    let (nodes, diagnostics) = values(bytes, source, Format::Json);
    let mut reader = Reader {
        source,
        errors: Vec::new(),
    };
    let mut body = Body::default();
    for node in &nodes {
        reader.file(node, &mut body);
    }
    (body, reader.errors, diagnostics)
}

/// Reads values of variables, in which nothing is computed.
pub(crate) fn parse_variables(bytes: &[u8], source: SourceId) -> (Body, Vec<Diagnostic>) {
    let (nodes, diagnostics) = values(bytes, source, Format::Json);
    let mut body = Body::default();
    for entry in nodes.iter().filter_map(|node| node.value.as_map()) {
        for entry in entry.entries() {
            body.attributes.push(Attribute {
                name: Arc::clone(&entry.key),
                name_range: Range {
                    start: entry.key_start,
                    end: entry.key_end,
                },
                value: Expr {
                    range: range(&entry.node),
                    kind: Kind::Literal(literal(&entry.node)),
                },
                source,
            });
        }
    }
    (body, diagnostics)
}

fn range(node: &Node) -> Range {
    Range {
        start: node.start,
        end: node.end,
    }
}

/// The value as it is written.
fn literal(node: &Node) -> Value {
    match &node.value {
        runtime::Value::Null => Value::Null,
        runtime::Value::Bool(value) => Value::Bool(*value),
        runtime::Value::Number(number) => number_of(*number),
        runtime::Value::String(text) => Value::string(Arc::clone(text)),
        runtime::Value::List(items) => Value::tuple(items.iter().map(literal).collect()),
        runtime::Value::Map(map) => Value::object(
            map.entries()
                .iter()
                .map(|entry| (Arc::clone(&entry.key), literal(&entry.node))),
        ),
        runtime::Value::Unknown(unknown) => Value::unknown(unknown.reason.as_str()),
    }
}

fn number_of(number: runtime::Number) -> Value {
    Number::parse(&number.to_string()).map_or_else(
        |_| Value::unknown("the number is out of range"),
        Value::Number,
    )
}

/// How many labels a block of a file has.
fn labels_of(kind: &str) -> Option<usize> {
    match kind {
        "resource" | "data" | "ephemeral" => Some(2),
        "module" | "provider" | "variable" | "output" | "check" => Some(1),
        "locals" | "terraform" | "moved" | "import" | "removed" => Some(0),
        _ => None,
    }
}

impl Reader {
    fn file(&mut self, node: &Node, body: &mut Body) {
        let Some(map) = node.value.as_map() else {
            self.error(range(node), "an object of blocks is required");
            return;
        };
        for entry in map.entries() {
            match labels_of(&entry.key) {
                Some(labels) => {
                    self.blocks(&entry.key, entry_range(entry), &entry.node, labels, body);
                }
                None if &*entry.key == "//" => {}
                None => {
                    let message = format!("there are no blocks of type `{}`", entry.key);
                    self.error(entry_range(entry), &message);
                }
            }
        }
    }

    fn error(&mut self, range: Range, message: &str) {
        self.errors.push(SyntaxError {
            range,
            message: message.to_owned(),
            limit: false,
        });
    }

    /// The blocks of a type: objects inside each other for the labels, and arrays of blocks
    /// wherever there is more than one.
    fn blocks(&mut self, kind: &Name, header: Range, node: &Node, labels: usize, into: &mut Body) {
        let mut open = vec![(node, Vec::new(), header)];
        while let Some((node, names, header)) = open.pop() {
            match &node.value {
                runtime::Value::List(items) => {
                    let items = items.iter().rev();
                    open.extend(items.map(|item| (item, names.clone(), header)));
                }
                runtime::Value::Map(map) if names.len() < labels => {
                    for entry in map
                        .entries()
                        .iter()
                        .rev()
                        .filter(|entry| &*entry.key != "//")
                    {
                        let mut names = names.clone();
                        names.push(Arc::clone(&entry.key));
                        open.push((&entry.node, names, entry_range(entry)));
                    }
                }
                runtime::Value::Map(map) => {
                    let mut body = Body::default();
                    for entry in map.entries() {
                        self.member(kind, entry, &mut body);
                    }
                    into.blocks.push(Block {
                        kind: Arc::clone(kind),
                        labels: names,
                        header,
                        range: Range {
                            start: header.start,
                            end: node.end,
                        },
                        body,
                        source: self.source,
                    });
                }
                runtime::Value::Null => {}
                runtime::Value::Bool(_)
                | runtime::Value::Number(_)
                | runtime::Value::String(_)
                | runtime::Value::Unknown(_) => {
                    self.error(range(node), "an object is required here");
                }
            }
        }
    }

    fn member(&mut self, kind: &str, entry: &runtime::Entry, body: &mut Body) {
        let nested = match (kind, &*entry.key) {
            (_, "//") => return,
            ("locals", _) => None,
            (_, "lifecycle" | "connection") => Some(0),
            ("resource" | "provisioner", "provisioner") | (_, "dynamic") => Some(1),
            ("dynamic", "content") => Some(0),
            ("variable", "validation") => Some(0),
            ("lifecycle" | "output", "precondition" | "postcondition") => Some(0),
            ("terraform", "backend") => Some(1),
            ("terraform", "required_providers" | "cloud") => Some(0),
            ("check", "data") => Some(2),
            ("check", "assert") => Some(0),
            _ => None,
        };
        if let Some(labels) = nested {
            self.blocks(&entry.key, entry_range(entry), &entry.node, labels, body);
            return;
        }
        let value = if kind == "variable" {
            self.variable_argument(&entry.key, &entry.node)
        } else {
            self.expr(&entry.node)
        };
        body.attributes.push(Attribute {
            name: Arc::clone(&entry.key),
            name_range: entry_range(entry),
            value,
            source: self.source,
        });
    }

    /// A type is an expression, everything else of a variable is as it is written.
    fn variable_argument(&mut self, name: &str, node: &Node) -> Expr {
        if let ("type", runtime::Value::String(text)) = (name, &node.value) {
            match parse_expr(text, self.source) {
                Ok(mut expr) => {
                    expr.range = range(node);
                    return expr;
                }
                Err(error) => self.error(range(node), &error.message),
            }
        }
        Expr {
            range: range(node),
            kind: Kind::Literal(literal(node)),
        }
    }

    fn expr(&mut self, node: &Node) -> Expr {
        let range = range(node);
        let kind = match &node.value {
            runtime::Value::Null
            | runtime::Value::Bool(_)
            | runtime::Value::Number(_)
            | runtime::Value::Unknown(_) => Kind::Literal(literal(node)),
            runtime::Value::String(text) => return self.template(text, range),
            runtime::Value::List(items) => {
                Kind::Tuple(items.iter().map(|item| self.expr(item)).collect())
            }
            runtime::Value::Map(map) => Kind::Object(
                map.entries()
                    .iter()
                    .filter(|entry| &*entry.key != "//")
                    .map(|entry| {
                        let key_range = entry_range(entry);
                        Item {
                            key: self.key(&entry.key, key_range),
                            key_range,
                            value: self.expr(&entry.node),
                        }
                    })
                    .collect(),
            ),
        };
        Expr { range, kind }
    }

    fn key(&mut self, text: &Arc<str>, range: Range) -> Key {
        let key = self.template(text, range);
        if matches!(key.kind, Kind::Literal(_)) {
            Key::Name(Arc::clone(text))
        } else {
            Key::Computed(key)
        }
    }

    fn template(&mut self, text: &Arc<str>, range: Range) -> Expr {
        if text.contains("${") || text.contains("%{") {
            match parse_template(text, self.source, range) {
                Ok(mut expr) => {
                    place(&mut expr, range);
                    return expr;
                }
                Err(error) => self.error(error.range, &error.message),
            }
        }
        Expr {
            range,
            kind: Kind::Literal(Value::string(Arc::clone(text))),
        }
    }
}

fn entry_range(entry: &runtime::Entry) -> Range {
    Range {
        start: entry.key_start,
        end: entry.key_end,
    }
}

/// Puts the constructors of objects and tuples in a template at the place of the string: escapes
/// of JSON make other places unknown.
fn place(expr: &mut Expr, range: Range) {
    expr.range = range;
    match &mut expr.kind {
        Kind::Tuple(items) => items.iter_mut().for_each(|item| place(item, range)),
        Kind::Object(items) => {
            for item in items {
                item.key_range = range;
                place(&mut item.value, range);
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
        | Kind::For(_) => {}
    }
}
