//! Values and expressions as texts for people.

use policyc_diagnostics::printable;
use policyc_ir::{ArithmeticOp, Function, Root};

use super::machine::{Exhausted, Machine};
use super::program::{Expr, ExprKind, Iterable, Part, Path, Segment};
use super::val::Val;
use crate::value::{Node, UNKNOWN, Value};

/// Bytes of a message.
const MAX_MESSAGE: usize = 8 << 10;

/// Characters of a value in a text that is made from a condition.
const MAX_VALUE: usize = 100;

/// What stands for the end of what was cut off.
const ELLIPSIS: &str = "\u{2026}";

impl<'a> Machine<'a, '_> {
    /// An author's message: strings bare, absent as `(absent)`, lists and maps as JSON.
    pub(super) fn render(&mut self, parts: &'a [Part]) -> Result<String, Exhausted> {
        let mut text = Limited::new(MAX_MESSAGE);
        for part in parts {
            match part {
                Part::Text(piece) => text.push(piece),
                Part::Value(expr) => write(&mut text, &self.eval(expr)?, Strings::Bare),
            }
        }
        self.charge(text.text.len() / 8)?;
        Ok(printable(&text.finish()))
    }

    /// What messages call an expression: the path in the resource, where it is one.
    pub(super) fn expr_text(&mut self, expr: &'a Expr) -> Result<String, Exhausted> {
        self.charge(1)?;
        Ok(match &expr.kind {
            ExprKind::Constant(_) => short(&self.eval(expr)?),
            ExprKind::Path(path) => match self.place(expr)? {
                Some(place) => whole_if_empty(place.path()),
                None => self.path_text(path)?,
            },
            ExprKind::Coalesce(first, _) => match self.place(expr)? {
                Some(place) => whole_if_empty(place.path()),
                None => self.expr_text(first)?,
            },
            ExprKind::Call {
                function,
                arguments,
            } => format!(
                "{}({})",
                function_name(*function),
                self.expr_texts(arguments)?
            ),
            ExprKind::Arithmetic { op, left, right } => format!(
                "{} {} {}",
                self.expr_text(left)?,
                arithmetic_sign(*op),
                self.expr_text(right)?
            ),
            ExprKind::List(items) => format!("[{}]", self.expr_texts(items)?),
            ExprKind::Map { over, .. } | ExprKind::Filter { over, .. } => self.over_text(over)?,
        })
    }

    fn expr_texts(&mut self, exprs: &'a [Expr]) -> Result<String, Exhausted> {
        let mut texts = Vec::new();
        for expr in exprs {
            texts.push(self.expr_text(expr)?);
        }
        Ok(texts.join(", "))
    }

    /// What messages call the lists of a quantifier.
    pub(super) fn over_text(&mut self, over: &'a Iterable) -> Result<String, Exhausted> {
        match over {
            Iterable::Lists(lists) => self.expr_texts(lists),
            Iterable::Entries(map) => self.expr_text(map),
        }
    }

    /// A path that is not in a resource, in the author's words.
    fn path_text(&mut self, path: &'a Path) -> Result<String, Exhausted> {
        let mut text = match path.root {
            Root::Local(id) => match self.names.get(id.0 as usize) {
                Some(name) => name.clone(),
                None => "?".to_owned(),
            },
            Root::Object | Root::Submitted => "resource".to_owned(),
            Root::Old => "old".to_owned(),
            Root::Name => "name".to_owned(),
            Root::Namespace => "namespace".to_owned(),
            Root::NamespaceLabels => "namespace.labels".to_owned(),
            Root::Operation => "operation".to_owned(),
            Root::User => "user".to_owned(),
            Root::Block(part) => format!("terraform.{}", part.as_str()),
        };
        for segment in &path.segments {
            match segment {
                Segment::Field(key) => text.push_str(&format!(".{key}")),
                Segment::Index(index) => text.push_str(&format!("[{index}]")),
                Segment::Single => {}
                Segment::Key(expr) => text.push_str(&format!("[{}]", self.expr_text(expr)?)),
            }
        }
        Ok(printable(&text))
    }
}

fn whole_if_empty(path: String) -> String {
    if path.is_empty() {
        return "resource".to_owned();
    }
    printable(&path)
}

/// The name of a function in the language.
fn function_name(function: Function) -> &'static str {
    match function {
        Function::Length => "length",
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Trim => "trim",
        Function::Split => "split",
        Function::Replace => "replace",
        Function::Join => "join",
        Function::Distinct => "distinct",
        Function::Sort => "sort",
        Function::Keys => "keys",
        Function::Values => "values",
        Function::ToString => "string",
        Function::ToNumber => "number",
    }
}

fn arithmetic_sign(op: ArithmeticOp) -> char {
    match op {
        ArithmeticOp::Add => '+',
        ArithmeticOp::Subtract => '-',
        ArithmeticOp::Multiply => '*',
        ArithmeticOp::Divide => '/',
        ArithmeticOp::Remainder => '%',
    }
}

/// A value in a few characters, on one line.
pub(super) fn short(value: &Val) -> String {
    let mut text = Limited::new(MAX_VALUE * 4);
    write(&mut text, value, Strings::Bare);
    let text = text.finish();
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == MAX_VALUE {
            out.push_str(ELLIPSIS);
            break;
        }
        match c {
            '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    printable(&out)
}

/// A text that takes no more than so many bytes.
struct Limited {
    text: String,
    left: usize,
    cut: bool,
}

impl Limited {
    fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            left: limit,
            cut: false,
        }
    }

    fn push(&mut self, piece: &str) {
        if self.cut {
            return;
        }
        let end = floor_char_boundary(piece, self.left);
        self.cut = end < piece.len();
        self.text.push_str(piece.get(..end).unwrap_or_default());
        self.left -= end;
    }

    fn finish(mut self) -> String {
        if self.cut {
            self.text.push_str(ELLIPSIS);
        }
        self.text
    }
}

/// The last place up to `end` where a text can be cut.
fn floor_char_boundary(text: &str, end: usize) -> usize {
    let end = end.min(text.len());
    let start = end.saturating_sub(3);
    (start..=end)
        .rev()
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or(0)
}

/// How to write a string.
#[derive(Clone, Copy)]
enum Strings {
    Bare,
    Quoted,
}

fn write(out: &mut Limited, value: &Val, strings: Strings) {
    match value {
        Val::Absent => out.push(match strings {
            Strings::Bare => "(absent)",
            Strings::Quoted => "null",
        }),
        Val::Node(node) => write_node(out, node, strings),
        Val::List(items) => {
            out.push("[");
            for (index, item) in items.iter().enumerate() {
                if out.cut {
                    return;
                }
                out.push(if index > 0 { "," } else { "" });
                write(out, item, Strings::Quoted);
            }
            out.push("]");
        }
        Val::Constant(_) | Val::Number(_) | Val::Text(_) => {
            if let Some(text) = value.as_str() {
                write_text(out, text, strings);
            } else if let Some(number) = value.as_number() {
                out.push(&number.to_string());
            } else {
                out.push(if value.as_bool() == Some(true) {
                    "true"
                } else {
                    "false"
                });
            }
        }
    }
}

fn write_node(out: &mut Limited, node: &Node, strings: Strings) {
    match &node.value {
        Value::Null => out.push("null"),
        Value::Bool(value) => out.push(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push(&number.to_string()),
        Value::String(text) => write_text(out, text, strings),
        Value::List(items) => {
            out.push("[");
            for (index, item) in items.iter().enumerate() {
                if out.cut {
                    return;
                }
                out.push(if index > 0 { "," } else { "" });
                write_node(out, item, Strings::Quoted);
            }
            out.push("]");
        }
        Value::Map(map) => {
            out.push("{");
            for (index, (key, node)) in map.iter().enumerate() {
                if out.cut {
                    return;
                }
                out.push(if index > 0 { "," } else { "" });
                write_text(out, key, Strings::Quoted);
                out.push(":");
                write_node(out, node, Strings::Quoted);
            }
            out.push("}");
        }
        Value::Unknown(_) => out.push(UNKNOWN),
    }
}

fn write_text(out: &mut Limited, text: &str, strings: Strings) {
    match strings {
        Strings::Bare => out.push(text),
        Strings::Quoted => {
            // No more than can be written is escaped.
            let end = floor_char_boundary(text, out.left.saturating_add(1));
            let head = text.get(..end).unwrap_or_default();
            out.push(&serde_json::Value::from(head).to_string());
            out.cut |= end < text.len();
        }
    }
}
