//! JSON, written and read as Go's `encoding/json` does it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::value::{MAX_DEPTH, MAX_WEIGHT, Number, NumberError, Value};

use super::signature::{
    Function, Outcome, Parameter, call_error, number_or_unknown, texts, too_large, values,
};
use super::text::{MAX_TEXT, normal, string};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("jsondecode", &[Parameter::TEXT], jsondecode),
    Function::pure("jsonencode", &[Parameter::ANY.or_null()], jsonencode),
];

fn jsonencode(arguments: &[Value]) -> Outcome {
    let [value] = values(arguments)?;
    let text = to_json(value);
    if text.len() > MAX_TEXT {
        return Ok(too_large());
    }
    Ok(string(&text))
}

/// A value that is wholly known as JSON; a part of it when that is longer than [`MAX_TEXT`].
pub(super) fn to_json(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    if out.len() > MAX_TEXT {
        return;
    }
    match value {
        Value::Null | Value::Unknown(_) => out.push_str("null"),
        Value::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::String(text) => write_text(text, out),
        Value::List(items) | Value::Set(items) | Value::Tuple(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::Map(entries) | Value::Object(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_value(value, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // So that JSON may stand in HTML and in JavaScript.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn jsondecode(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    let mut reader = Reader {
        rest: text,
        values: 0,
    };
    let value = reader.value(0);
    match value {
        Ok(value) => {
            reader.space();
            if reader.rest.is_empty() {
                Ok(value)
            } else {
                Err(call_error("extraneous data after JSON object"))
            }
        }
        Err(Problem::Malformed(message)) => Err(call_error(message)),
        Err(Problem::TooLarge) => Ok(too_large()),
    }
}

enum Problem {
    Malformed(&'static str),
    TooLarge,
}

struct Reader<'t> {
    rest: &'t str,
    /// How many values were read.
    values: u32,
}

impl<'t> Reader<'t> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn skip(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What stands before the first character that does not fit, taken.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn value(&mut self, depth: u16) -> Result<Value, Problem> {
        self.values = self.values.saturating_add(1);
        if depth > MAX_DEPTH || self.values > MAX_WEIGHT {
            return Err(Problem::TooLarge);
        }
        self.space();
        match self.rest.chars().next() {
            None => Err(Problem::Malformed("unexpected end of JSON input")),
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => Ok(Value::from(self.text()?)),
            Some('-' | '0'..='9') => self.number(),
            Some(_) if self.skip("true") => Ok(true.into()),
            Some(_) if self.skip("false") => Ok(false.into()),
            Some(_) if self.skip("null") => Ok(Value::Null),
            Some(_) => Err(Problem::Malformed(
                "invalid character looking for beginning of value",
            )),
        }
    }

    fn object(&mut self, depth: u16) -> Result<Value, Problem> {
        self.skip("{");
        let mut entries: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        self.space();
        if self.skip("}") {
            return Ok(Value::object(entries));
        }
        loop {
            self.space();
            if !self.rest.starts_with('"') {
                return Err(Problem::Malformed(
                    "invalid character looking for beginning of object key string",
                ));
            }
            let key = self.text()?;
            self.space();
            if !self.skip(":") {
                return Err(Problem::Malformed("invalid character after object key"));
            }
            let value = self.value(depth + 1)?;
            entries.insert(key.into(), value);
            self.space();
            if self.skip("}") {
                return Ok(Value::object(entries));
            }
            if !self.skip(",") {
                return Err(Problem::Malformed(
                    "invalid character after object key:value pair",
                ));
            }
        }
    }

    fn array(&mut self, depth: u16) -> Result<Value, Problem> {
        self.skip("[");
        let mut items = Vec::new();
        self.space();
        if self.skip("]") {
            return Ok(Value::tuple(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.skip("]") {
                return Ok(Value::tuple(items));
            }
            if !self.skip(",") {
                return Err(Problem::Malformed("invalid character after array element"));
            }
        }
    }

    fn number(&mut self) -> Result<Value, Problem> {
        const WRONG: Problem = Problem::Malformed("invalid character in numeric literal");
        let text = self.rest;
        self.skip("-");
        let whole = self.take(|c| c.is_ascii_digit());
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(WRONG);
        }
        if self.skip(".") && self.take(|c| c.is_ascii_digit()).is_empty() {
            return Err(WRONG);
        }
        if self.skip("e") || self.skip("E") {
            let _ = self.skip("+") || self.skip("-");
            if self.take(|c| c.is_ascii_digit()).is_empty() {
                return Err(WRONG);
            }
        }
        let length = text.len().saturating_sub(self.rest.len());
        match Number::parse(text.get(..length).unwrap_or_default()) {
            Err(NumberError::Malformed) => Err(WRONG),
            number => Ok(number_or_unknown(number)),
        }
    }

    fn text(&mut self) -> Result<String, Problem> {
        self.skip("\"");
        let mut text = String::new();
        loop {
            text.push_str(self.take(|c| !matches!(c, '"' | '\\' | '\0'..='\u{1f}')));
            if self.skip("\"") {
                return Ok(normal(text));
            }
            if !self.skip("\\") {
                return Err(Problem::Malformed("invalid character in string literal"));
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        const ESCAPES: [(&str, char); 8] = [
            ("\"", '"'),
            ("\\", '\\'),
            ("/", '/'),
            ("b", '\u{8}'),
            ("f", '\u{c}'),
            ("n", '\n'),
            ("r", '\r'),
            ("t", '\t'),
        ];
        for (letter, c) in ESCAPES {
            if self.skip(letter) {
                return Ok(c);
            }
        }
        const WRONG: Problem = Problem::Malformed("invalid character in string escape code");
        if !self.skip("u") {
            return Err(WRONG);
        }
        let unit = self.unit().ok_or(WRONG)?;
        if let Some(c) = char::from_u32(unit) {
            return Ok(c);
        }
        // Half of a surrogate pair; alone it stands for nothing.
        let after = self.rest;
        if self.skip("\\u")
            && let Some(second) = self.unit()
            && let Some(Ok(c)) = char::decode_utf16([unit, second].map(|unit| unit as u16)).next()
        {
            return Ok(c);
        }
        self.rest = after;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.rest = rest;
        u32::from_str_radix(digits, 16).ok()
    }
}
