//! Literals and the escapes of strings.

use policyc_diagnostics::{Code, Diagnostic};

use super::super::ast::{Literal, Text};
use super::super::grammar::Rule;
use super::{Builder, Pair};

impl Builder<'_> {
    /// The literal of a `string`, `raw_string`, `number` or `boolean`; nothing for other rules.
    pub(super) fn literal(&mut self, pair: &Pair<'_>) -> Option<Literal> {
        let rule = pair.as_rule();
        let written = pair.as_str();
        if rule == Rule::string {
            Some(Literal::String(self.text(pair).value))
        } else if rule == Rule::raw_string {
            let hashed = written.strip_prefix('r').unwrap_or(written);
            let quoted = hashed.trim_start_matches('#');
            let hashes = hashed.len() - quoted.len();
            let body = quoted
                .get(1..(quoted.len() - 1).saturating_sub(hashes))
                .unwrap_or("");
            Some(Literal::String(body.to_owned()))
        } else if rule == Rule::boolean {
            Some(Literal::Bool(written == "true"))
        } else if rule == Rule::number {
            let number = pair.clone().into_inner().next()?;
            let text = written.to_owned();
            if number.as_rule() == Rule::int {
                Some(Literal::Int(text))
            } else if number.as_rule() == Rule::float {
                Some(Literal::Float(text))
            } else {
                Some(Literal::Unit(text))
            }
        } else {
            None
        }
    }

    /// The value of a `string`.
    pub(super) fn text(&mut self, pair: &Pair<'_>) -> Text {
        let written = pair.as_str();
        let body = written
            .get(1..written.len().saturating_sub(1))
            .unwrap_or("");
        Text {
            value: self.unescape(body, pair.as_span().start() + 1),
            span: self.span(pair),
        }
    }

    /// Resolves the escapes of text that starts at `start` of the piece; wrong ones are reported
    /// and left out.
    pub(super) fn unescape(&mut self, written: &str, start: usize) -> String {
        let mut value = String::with_capacity(written.len());
        let mut rest = written;
        while let Some((before, after)) = rest.split_once('\\') {
            value.push_str(before);
            let at = start + written.len() - after.len() - 1;
            let escape = after.chars().next().unwrap_or('\\');
            let mut length = escape.len_utf8();
            match escape {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                '"' => value.push('"'),
                '\\' => value.push('\\'),
                'u' if after.starts_with("u{") => {
                    let (taken, c) = unicode_escape(after);
                    length = taken;
                    match c {
                        Some(c) => value.push(c),
                        None => self.wrong_escape(
                            at,
                            1 + taken,
                            "is not a character",
                            "write one to six hexadecimal digits in braces, as in `\\u{e9}`",
                        ),
                    }
                }
                'u' => self.wrong_escape(
                    at,
                    2,
                    "has no braces",
                    "write the hexadecimal digits in braces, as in `\\u{e9}`",
                ),
                _ => self.wrong_escape(
                    at,
                    1 + length,
                    "is not an escape",
                    "write `\\\\` for a backslash, or a raw string for a regular expression, as in `r\"\\d+\"`",
                ),
            }
            rest = after.get(length..).unwrap_or("");
        }
        value.push_str(rest);
        value
    }

    fn wrong_escape(&mut self, at: usize, length: usize, what: &str, help: &str) {
        let span = super::super::span(self.source, self.base + at, self.base + at + length);
        let written = self.slice(span);
        let diagnostic =
            Diagnostic::new(Code::E0103, span, format!("`{written}` {what}")).help(help);
        self.report.push(diagnostic);
    }
}

/// The length of an escape that starts with `u{`, and its character if it names one.
fn unicode_escape(text: &str) -> (usize, Option<char>) {
    // Not further than the longest escape reaches.
    let Some(length) = text.bytes().take(9).position(|byte| byte == b'}') else {
        return (2, None);
    };
    let digits = text.get(2..length).unwrap_or("");
    if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return (2, None);
    }
    let c = u32::from_str_radix(digits, 16)
        .ok()
        .and_then(char::from_u32);
    (length + 1, c)
}
