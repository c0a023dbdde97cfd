//! What the scanner reports: characters that have no meaning, strings without an end, brackets
//! nested too deeply.

use policyc_diagnostics::{Code, Diagnostic};

use super::super::MAX_NESTING;
use super::{Scanner, TokenKind};

/// Text that a help repeats is not longer, in bytes.
const LONGEST_HELP: usize = 80;

impl Scanner<'_> {
    pub(super) fn block_comment(&mut self) {
        let found = if self.no_block_end {
            None
        } else {
            self.rest().find("*/")
        };
        self.no_block_end = found.is_none();
        let end = found.map_or_else(|| self.line_end(), |length| self.at + length + 2);
        self.mistake(
            Diagnostic::new(
                Code::E0105,
                self.span(self.at, self.at + 2),
                "`/* … */` is not a comment here",
            )
            .help("begin each line of the comment with `//`"),
        );
        self.blank(self.at, end);
        self.at = end;
    }

    pub(super) fn hash(&mut self) {
        let end = self.line_end();
        self.mistake(
            Diagnostic::new(
                Code::E0105,
                self.span(self.at, self.at + 1),
                "`#` does not begin a comment here",
            )
            .help("comments begin with `//`")
            .fix(self.span(self.at, self.at + 1), "//"),
        );
        self.blank(self.at, end);
        self.at = end;
    }

    pub(super) fn semicolon(&mut self) {
        let span = self.span(self.at, self.at + 1);
        self.mistake(
            Diagnostic::new(Code::E0105, span, "`;` has no meaning here")
                .help("remove it: a statement ends where the next one begins")
                .fix(span, ""),
        );
        self.blank(self.at, self.at + 1);
        self.at += 1;
    }

    pub(super) fn unclosed_string(&mut self, length: usize) {
        let diagnostic = Diagnostic::new(
            Code::E0103,
            self.span(self.at, self.at + length),
            "the string is not closed",
        )
        .help("close it with `\"` on the same line")
        .note("only a raw string, `r\"…\"`, may run over several lines");
        self.barred.push(self.at);
        self.mistake(diagnostic);
        self.token(TokenKind::String, length);
    }

    pub(super) fn single_quotes(&mut self) {
        self.quotes(1, |c| c == '\'', "strings stand in double quotes");
    }

    pub(super) fn smart_quotes(&mut self) {
        let open = self.rest().chars().next().map_or(1, char::len_utf8);
        let closes = |c| c == '"' || is_smart_quote(c);
        self.quotes(open, closes, "typographic quotes do not make a string");
    }

    /// A string in wrong quotes, of which the first takes `open` bytes.
    fn quotes(&mut self, open: usize, closes: impl Fn(char) -> bool, message: &str) {
        let body = self.text.get(self.at + open..).unwrap_or("");
        let close = body
            .char_indices()
            .take_while(|(_, c)| *c != '\n')
            .find(|(_, c)| closes(*c));
        let Some((length, quote)) = close else {
            let end = self.at + open;
            let written = self.text.get(self.at..end).unwrap_or("");
            self.mistake(
                Diagnostic::new(
                    Code::E0105,
                    self.span(self.at, end),
                    format!("unexpected `{written}`"),
                )
                .help("strings stand in double quotes: `\"text\"`"),
            );
            self.blank(self.at, end);
            self.at = end;
            return;
        };
        let end = self.at + open + length + quote.len_utf8();
        let span = self.span(self.at, end);
        let content = body.get(..length).unwrap_or("");
        let fixed = format!("\"{}\"", content.replace('\\', "\\\\").replace('"', "\\\""));
        let help = if fixed.len() <= LONGEST_HELP {
            format!("write `{fixed}`")
        } else {
            "write the text in double quotes".to_owned()
        };
        self.mistake(
            Diagnostic::new(Code::E0105, span, message)
                .help(help)
                .fix(span, fixed),
        );
        // The grammar sees the same text in double quotes, without what would end or change it.
        let body = self.at + open..self.at + open + length;
        self.blank(self.at, body.start);
        self.blank_where(body.start, body.end, |byte| {
            matches!(byte, b'"' | b'\\' | b'{' | b'}')
        });
        self.blank(body.end, end);
        self.put(body.start - 1, b'"');
        self.put(body.end, b'"');
        self.token(TokenKind::String, end - self.at);
    }

    pub(super) fn bad_character(&mut self, c: char) {
        // A run of strange characters is one mistake.
        let length: usize = self
            .rest()
            .chars()
            .take_while(|c| !c.is_ascii() || c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
            .map(char::len_utf8)
            .sum();
        let end = self.at + length.max(c.len_utf8());
        let span = self.span(self.at, end);
        let diagnostic = if c.is_control() || is_reordering(c) {
            Diagnostic::new(
                Code::E0105,
                span,
                format!(
                    "the control character U+{:04X} may not stand here",
                    u32::from(c)
                ),
            )
            .help("remove it")
        } else if c.is_alphabetic() {
            Diagnostic::new(Code::E0105, span, format!("`{c}` may not stand in a name"))
                .help("names are made of the letters a to z, digits and `_`; other text stands in strings")
        } else {
            let mut shown = String::from(c);
            if c.is_whitespace() {
                shown = format!("U+{:04X}", u32::from(c));
            }
            Diagnostic::new(Code::E0105, span, format!("unexpected character `{shown}`"))
                .help("text stands in strings: `\"text\"`")
        };
        self.mistake(diagnostic);
        self.blank(self.at, end);
        self.at = end;
    }

    /// Reports characters that people do not see or that reorder what they see.
    pub(super) fn check_characters(&mut self, start: usize, end: usize, place: &str) {
        let piece = self.text.get(start..end).unwrap_or("");
        let hidden =
            |c: &char| c.is_control() && !matches!(c, '\n' | '\t' | '\r') || is_reordering(*c);
        let Some((offset, c)) = piece.char_indices().find(|(_, c)| hidden(c)) else {
            return;
        };
        let at = start + offset;
        let mut diagnostic = Diagnostic::new(
            Code::E0105,
            self.span(at, at + c.len_utf8()),
            format!(
                "the control character U+{:04X} may not stand in {place}",
                u32::from(c)
            ),
        );
        diagnostic = if place == "a comment" {
            diagnostic.help("remove it")
        } else {
            diagnostic.help(format!("write `\\u{{{:x}}}`", u32::from(c)))
        };
        self.mistake(diagnostic);
    }

    pub(super) fn check_depth(&mut self, depth: usize) {
        if depth <= MAX_NESTING {
            return;
        }
        // One message a file: what is inside is not read.
        if !std::mem::replace(&mut self.too_deep, true) {
            self.mistake(
                Diagnostic::new(
                    Code::E0106,
                    self.span(self.at, self.at + 1),
                    format!("brackets nest more than {MAX_NESTING} deep"),
                )
                .help("name a part of it with `let`, `const` or `fn`"),
            );
        }
        self.barred.push(self.at);
    }
}

pub(super) fn is_smart_quote(c: char) -> bool {
    matches!(
        c,
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}'
    )
}

/// The marks that change the order in which text is shown.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}
