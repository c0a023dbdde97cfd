//! Reading JSON (RFC 8259), one value or several after another.
//!
//! The YAML parser would read most of it too, but not all (tabs, `\/`, keys of more than 1,024
//! characters), and some of it with another meaning.

use std::borrow::Cow;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::build::{Builder, shown};
use super::limits::{Budget, MAX_DIAGNOSTICS, MAX_DOCUMENTS};
use super::{Content, Failure, Read};
use crate::value::{Number, Value};

/// Reads values until the end of the text, or until one is broken.
pub(super) fn read(text: &str, source: SourceId, read: &mut Read) {
    let mut reader = Reader {
        text,
        source,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
    };
    let mut budget = Budget::default();
    for index in 0..MAX_DOCUMENTS {
        reader.skip_space();
        if reader.peek().is_none() {
            return;
        }
        let mut builder = Builder::new(source, &mut budget);
        if let Err(error) = reader.value(&mut builder) {
            read.diagnostics.extend(builder.diagnostics);
            read.diagnostics.push(*error);
            return;
        }
        let (root, diagnostics) = builder.finish();
        read.diagnostics.extend(diagnostics);
        read.push(
            index,
            root.filter(|node| !node.value.is_null()).map(Content::Node),
        );
        if read.diagnostics.len() > MAX_DIAGNOSTICS {
            return;
        }
    }
    read.diagnostics.push(Diagnostic::new(
        Code::E0702,
        reader.span(reader.at, reader.at),
        format!("the file has more than {MAX_DOCUMENTS} documents"),
    ));
}

struct Reader<'t> {
    text: &'t str,
    source: SourceId,
    at: usize,
}

/// What may come next inside a list or map.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value, because one is due.
    Value,
    /// The first element or key, or the closing bracket.
    First,
    /// A comma or the closing bracket.
    Rest,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, offset(start), offset(end))
    }

    fn broken(&self, at: usize, what: &str) -> Failure {
        let length = self
            .text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        Diagnostic::new(
            Code::E0704,
            self.span(at, at + length),
            format!("this is not valid JSON: {what}"),
        )
        .into()
    }

    /// One value with all that is inside it.
    fn value(&mut self, builder: &mut Builder<'_>) -> Result<(), Failure> {
        let mut expect = Expect::Value;
        let mut brackets: Vec<u8> = Vec::new();
        loop {
            self.skip_space();
            let start = self.at;
            let next = self.peek();
            let inside = brackets.last().copied();
            if let (Some(close), Expect::First | Expect::Rest) = (inside, expect) {
                if next == Some(close) {
                    self.at += 1;
                    builder.close(Some(offset(self.at)))?;
                    brackets.pop();
                    expect = Expect::Rest;
                    if brackets.is_empty() {
                        return Ok(());
                    }
                    continue;
                }
                if expect == Expect::Rest {
                    if next != Some(b',') {
                        let what = if close == b']' {
                            "expected `,` or `]`"
                        } else {
                            "expected `,` or `}`"
                        };
                        return Err(self.broken(start, what));
                    }
                    self.at += 1;
                    self.skip_space();
                }
                if close == b'}' {
                    self.key(builder)?;
                    self.skip_space();
                }
            }
            let start = self.at;
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    self.at += 1;
                    let (from, to) = (offset(start), offset(self.at));
                    if open == b'{' {
                        builder.open_map(from, to, None)?;
                        brackets.push(b'}');
                    } else {
                        builder.open_list(from, to, None)?;
                        brackets.push(b']');
                    }
                    expect = Expect::First;
                }
                _ => {
                    let value = self.scalar()?;
                    builder.scalar(value, offset(start), offset(self.at), None)?;
                    if brackets.is_empty() {
                        return Ok(());
                    }
                    expect = Expect::Rest;
                }
            }
        }
    }

    fn key(&mut self, builder: &mut Builder<'_>) -> Result<(), Failure> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.broken(start, "expected a key in double quotes"));
        }
        let key = self.string()?;
        builder.key(key.into(), offset(start), offset(self.at));
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.broken(self.at, "expected `:` after the key"));
        }
        self.at += 1;
        Ok(())
    }

    fn scalar(&mut self) -> Result<Value, Failure> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => Ok(Value::string(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z') => {
                while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
                    self.at += 1;
                }
                match self.text.get(start..self.at) {
                    Some("true") => Ok(Value::Bool(true)),
                    Some("false") => Ok(Value::Bool(false)),
                    Some("null") => Ok(Value::Null),
                    Some(_) | None => Err(self.broken(start, "expected a value")),
                }
            }
            Some(_) => Err(self.broken(start, "expected a value")),
            None => Err(self.broken(start, "the text ends where a value is expected")),
        }
    }

    fn digits(&mut self) -> Result<(), Failure> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.broken(self.at, "expected a digit"));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, Failure> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.at;
        self.digits()?;
        if self.at - whole > 1 && self.text.as_bytes().get(whole) == Some(&b'0') {
            return Err(self.broken(whole, "a number cannot begin with 0"));
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let number = if integer {
            text.parse::<i64>()
                .map(Number::from)
                .or_else(|_| text.parse::<u64>().map(Number::from))
                .ok()
        } else {
            text.parse().ok().and_then(Number::from_f64)
        };
        number.map(Value::Number).ok_or_else(|| {
            Diagnostic::new(
                Code::E0706,
                self.span(start, self.at),
                format!("the number `{}` does not fit into 64 bits", shown(text)),
            )
            .help("put quotes around it if it is meant as a string")
            .into()
        })
    }

    /// The string whose opening quote is next.
    fn string(&mut self) -> Result<Cow<'t, str>, Failure> {
        let open = self.at;
        self.at += 1;
        let mut out = Cow::Borrowed("");
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1F)) {
                self.at += 1;
            }
            let piece = self.text.get(start..self.at).unwrap_or_default();
            if out.is_empty() {
                out = Cow::Borrowed(piece);
            } else {
                out.to_mut().push_str(piece);
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.to_mut().push(self.escape()?),
                Some(_) => {
                    return Err(
                        self.broken(self.at, "a control character in a string must be escaped")
                    );
                }
                None => return Err(self.broken(open, "the string has no closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        let start = self.at;
        let letter = self.text.as_bytes().get(start + 1).copied();
        self.at += 2;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = self.hex(start)?;
                let code = if (0xD800..0xDC00).contains(&unit) {
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    if !rest.starts_with("\\u") {
                        return Err(self.broken(start, "half a surrogate pair"));
                    }
                    self.at += 2;
                    let low = self.hex(start)?;
                    if !(0xDC00..0xE000).contains(&low) {
                        return Err(self.broken(start, "half a surrogate pair"));
                    }
                    0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    unit
                };
                char::from_u32(code).ok_or_else(|| self.broken(start, "half a surrogate pair"))?
            }
            Some(_) | None => {
                return Err(self.broken(start, "there is no such escape in a string"));
            }
        })
    }

    /// Four hexadecimal digits.
    fn hex(&mut self, escape: usize) -> Result<u32, Failure> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        value.ok_or_else(|| self.broken(escape, "`\\u` needs four hexadecimal digits"))
    }
}

/// Offsets fit: a file has at most `MAX_BYTES`.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
