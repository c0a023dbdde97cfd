//! `yamlencode`: YAML as libyaml's Go port writes it in block style, every string in quotes or as
//! a literal block.

use std::fmt::Write;

use crate::value::Value;

use super::signature::{Outcome, too_large, values};
use super::text::{MAX_TEXT, string};

/// After this column a string in double quotes goes on in the next line.
const BEST_WIDTH: usize = 80;

/// Spaces for each level.
const INDENT: usize = 2;

/// The longest key that stands before its colon on one line, in bytes.
const LONGEST_KEY: usize = 128;

pub(super) fn yamlencode(arguments: &[Value]) -> Outcome {
    let [value] = values(arguments)?;
    let mut emitter = Emitter::default();
    emitter.node(value, Place::Root, None);
    emitter.line(0);
    if matches!(value, Value::Null | Value::Bool(_) | Value::Number(_)) {
        // A plain scalar might go on.
        emitter.out.push_str("...\n");
    }
    if emitter.out.len() > MAX_TEXT {
        return Ok(too_large());
    }
    Ok(string(&emitter.out))
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Item,
    /// A key with its colon on the same line.
    SimpleKey,
    /// A key that is not simple, or a value.
    Entry,
}

struct Emitter {
    out: String,
    column: usize,
    /// Whether the last thing written was white space.
    whitespace: bool,
    /// Whether only indentation, and indicators that indent, were written in the line.
    indention: bool,
}

impl Default for Emitter {
    fn default() -> Self {
        Self {
            out: String::new(),
            column: 0,
            whitespace: true,
            indention: true,
        }
    }
}

impl Emitter {
    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// Begins a line with the indentation, unless one is begun that fits.
    fn line(&mut self, indent: usize) {
        let filled = self.column == indent && !self.whitespace;
        if !self.indention || self.column > indent || filled {
            self.line_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, indicator: &str, spaced: bool, indents: bool) {
        if spaced && !self.whitespace {
            self.put(' ');
        }
        for c in indicator.chars() {
            self.put(c);
        }
        self.whitespace = false;
        self.indention = self.indention && indents;
    }

    /// A node in a collection at `indent`; none for the root.
    fn node(&mut self, value: &Value, place: Place, indent: Option<usize>) {
        if self.out.len() > MAX_TEXT {
            return;
        }
        match value {
            Value::Null | Value::Unknown(_) => self.indicator("null", true, false),
            Value::Bool(value) => self.indicator(&value.to_string(), true, false),
            Value::Number(number) => self.indicator(&number.to_string(), true, false),
            Value::String(text) => self.text(text, place, indent.unwrap_or(0) + INDENT),
            Value::List(items) | Value::Set(items) | Value::Tuple(items) => {
                self.sequence(items, place, indent);
            }
            Value::Map(entries) | Value::Object(entries) => {
                if entries.is_empty() {
                    self.indicator("{", true, false);
                    self.indicator("}", false, false);
                    return;
                }
                let indent = indent.map_or(0, |indent| indent + INDENT);
                for (key, value) in entries.iter() {
                    self.entry(key, value, indent);
                }
            }
        }
    }

    fn sequence(&mut self, items: &[Value], place: Place, indent: Option<usize>) {
        if items.is_empty() {
            self.indicator("[", true, false);
            self.indicator("]", false, false);
            return;
        }
        let indent = match indent {
            None => 0,
            // A list after a key on the same line stands below the key.
            Some(indent) if place == Place::Entry && !self.indention => indent,
            Some(indent) => indent + INDENT,
        };
        for item in items {
            self.line(indent);
            self.indicator("-", true, true);
            self.node(item, Place::Item, Some(indent));
        }
    }

    fn entry(&mut self, key: &str, value: &Value, indent: usize) {
        self.line(indent);
        if key.chars().any(is_break) || key.len() > LONGEST_KEY {
            self.indicator("?", true, true);
            self.text(key, Place::Entry, indent + INDENT);
            self.line(indent);
            self.indicator(":", true, true);
        } else {
            self.text(key, Place::SimpleKey, indent + INDENT);
            self.indicator(":", false, false);
        }
        self.node(value, Place::Entry, Some(indent));
    }

    fn text(&mut self, text: &str, place: Place, indent: usize) {
        if text.contains('\n') && place != Place::SimpleKey && fits_block(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, place != Place::SimpleKey, indent);
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.indicator("|", true, false);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator(&INDENT.to_string(), false, false);
        }
        let mut last = text.chars().rev().map(is_break);
        match (last.next(), last.next()) {
            (Some(true), Some(true) | None) => self.indicator("+", false, false),
            (Some(true), Some(false)) => {}
            _ => self.indicator("-", false, false),
        }
        self.line_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        for c in text.chars() {
            if c == '\n' {
                self.line_break();
            } else if is_break(c) {
                self.out.push(c);
                self.column = 0;
            } else {
                if breaks {
                    self.line(indent);
                }
                self.put(c);
            }
            breaks = is_break(c);
            self.indention = breaks;
        }
    }

    fn quoted(&mut self, text: &str, may_break: bool, indent: usize) {
        self.indicator("\"", true, false);
        // The original escapes all of a text that begins with a byte order mark.
        let all = text.starts_with('\u{feff}');
        let mut spaces = false;
        let mut first = true;
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let next = rest.clone().next();
            let begins = std::mem::take(&mut first);
            if all || !is_printable(c) || is_break(c) || c == '"' || c == '\\' {
                self.escape(c);
                spaces = false;
            } else if c == ' ' {
                let inside = !begins && next.is_some();
                if may_break && !spaces && self.column > BEST_WIDTH && inside {
                    self.line(indent);
                    if next == Some(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else {
                self.put(c);
                spaces = false;
            }
        }
        self.indicator("\"", false, false);
        self.indention = false;
    }

    fn escape(&mut self, c: char) {
        let mut escaped = String::from("\\");
        let code = u32::from(c);
        match c {
            '\0' => escaped.push('0'),
            '\u{7}' => escaped.push('a'),
            '\u{8}' => escaped.push('b'),
            '\t' => escaped.push('t'),
            '\n' => escaped.push('n'),
            '\u{b}' => escaped.push('v'),
            '\u{c}' => escaped.push('f'),
            '\r' => escaped.push('r'),
            '\u{1b}' => escaped.push('e'),
            '"' | '\\' => escaped.push(c),
            '\u{85}' => escaped.push('N'),
            '\u{a0}' => escaped.push('_'),
            '\u{2028}' => escaped.push('L'),
            '\u{2029}' => escaped.push('P'),
            '\0'..='\u{ff}' => {
                let _ = write!(escaped, "x{code:02X}");
            }
            '\0'..='\u{ffff}' => {
                let _ = write!(escaped, "u{code:04X}");
            }
            _ => {
                let _ = write!(escaped, "U{code:08X}");
            }
        }
        for c in escaped.chars() {
            self.put(c);
        }
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Whether a text can be a literal block: it has only printable characters, and no spaces at its
/// end or before a line break.
fn fits_block(text: &str) -> bool {
    let mut before_break = false;
    for c in text.chars() {
        if !is_printable(c) || (is_break(c) && before_break) {
            return false;
        }
        before_break = c == ' ';
    }
    !before_break
}
