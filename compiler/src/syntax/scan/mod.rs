//! Finds the tokens and comments of a file, and what is wrong below the grammar: characters that
//! may not stand there and strings without an end.
//!
//! The scanner gives the grammar a clean text of the same length, in which what was reported is
//! blank, so that a wrong character costs one message and not the whole item.

mod wrong;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::MAX_NESTING;
use super::comments::{CommentKind, Found};
use super::report::Reporter;
use super::template;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A number, with its unit.
    Number,
    /// Any string literal.
    String,
    /// `(`, `[`, `{`
    Open,
    /// `)`, `]`, `}`
    Close,
    /// An operator or a punctuation mark.
    Symbol,
}

/// A piece of text that stands for itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is the first of its line.
    pub(super) leads_line: bool,
}

/// What the scanner found.
#[derive(Debug)]
pub(super) struct Scan {
    /// The text for the grammar: as long as the source, what was reported blanked.
    pub(super) clean: String,
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Found>,
    /// Where mistakes were reported.
    pub(super) reported: Vec<usize>,
    /// Where something stands that the grammar must not see: a string without an end, brackets
    /// nested too deeply.
    pub(super) barred: Vec<usize>,
}

/// Symbols of more than one character, longest first.
const SYMBOLS: [&str; 13] = [
    "===", "!==", "==", "!=", "<=", ">=", "=~", "!~", "<>", "&&", "||", "??", "::",
];

/// Scans a whole file.
pub(super) fn scan(text: &str, source: SourceId, report: &mut Reporter) -> Scan {
    let mut scanner = Scanner {
        text,
        source,
        report,
        at: 0,
        in_line: false,
        clean: text.as_bytes().to_vec(),
        tokens: Vec::new(),
        comments: Vec::new(),
        reported: Vec::new(),
        barred: Vec::new(),
        depth: 0,
        too_deep: false,
        no_block_end: false,
        unclosed_hashes: usize::MAX,
    };
    if text.starts_with('\u{feff}') {
        scanner.blank(0, 3);
        scanner.at = 3;
    }
    while scanner.step() {}
    let Scanner {
        clean,
        tokens,
        comments,
        reported,
        barred,
        ..
    } = scanner;
    let clean = match String::from_utf8(clean) {
        Ok(clean) => clean,
        Err(broken) => String::from_utf8_lossy(broken.as_bytes()).into_owned(),
    };
    Scan {
        clean,
        tokens,
        comments,
        reported,
        barred,
    }
}

struct Scanner<'a> {
    text: &'a str,
    source: SourceId,
    report: &'a mut Reporter,
    at: usize,
    /// Whether a token stands on this line already.
    in_line: bool,
    clean: Vec<u8>,
    tokens: Vec<Token>,
    comments: Vec<Found>,
    reported: Vec<usize>,
    barred: Vec<usize>,
    /// Brackets open.
    depth: usize,
    too_deep: bool,
    /// No `*/` follows: it is not looked for again.
    no_block_end: bool,
    /// Raw strings with as many `#` or more find no end: they are not looked for again.
    unclosed_hashes: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Takes one token, comment, space or mistake; whether there was one.
    fn step(&mut self) -> bool {
        let Some(c) = self.rest().chars().next() else {
            return false;
        };
        match c {
            '\n' => {
                self.in_line = false;
                self.at += 1;
            }
            ' ' | '\t' | '\r' => self.at += 1,
            '/' if self.rest().starts_with("//") => self.comment(),
            '/' if self.rest().starts_with("/*") && !self.after_kind() => self.block_comment(),
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            '0'..='9' => {
                let length = number_length(self.rest());
                self.token(TokenKind::Number, length);
            }
            '"' => self.string(),
            '(' | '[' | '{' => self.open(),
            ')' | ']' | '}' => {
                self.depth = self.depth.saturating_sub(1);
                self.token(TokenKind::Close, 1);
            }
            '\'' => self.single_quotes(),
            quote if wrong::is_smart_quote(quote) => self.smart_quotes(),
            ';' => self.semicolon(),
            '#' => self.hash(),
            '=' | '!' | '<' | '>' | '?' | '&' | '|' | ':' | '.' | ',' | '+' | '-' | '*' | '/'
            | '%' => self.symbol(),
            other => self.bad_character(other),
        }
        true
    }

    fn token(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(Token {
            kind,
            start: self.at,
            end: self.at + length,
            leads_line: !self.in_line,
        });
        self.in_line = true;
        self.at += length;
    }

    fn open(&mut self) {
        self.depth += 1;
        self.check_depth(self.depth);
        self.token(TokenKind::Open, 1);
    }

    fn word(&mut self) {
        let length = word_length(self.rest());
        if self.rest().starts_with('r')
            && let Some(hashes) = raw_start(self.rest())
        {
            self.raw_string(hashes);
        } else {
            self.token(TokenKind::Word, length);
        }
    }

    fn symbol(&mut self) {
        let rest = self.rest();
        let length = SYMBOLS
            .iter()
            .find(|symbol| rest.starts_with(**symbol))
            .map_or(1, |symbol| symbol.len());
        if length == 1 && (rest.starts_with('&') || rest.starts_with('|')) {
            let (written, word) = if rest.starts_with('&') {
                ("&", "and")
            } else {
                ("|", "or")
            };
            self.mistake(
                Diagnostic::new(
                    Code::E0105,
                    self.span(self.at, self.at + 1),
                    format!("`{written}` is not an operator"),
                )
                .help(format!("write `{word}`")),
            );
        }
        self.token(TokenKind::Symbol, length);
    }

    /// Whether the text before continues a kind, as in `apps/*/Deployment`: no comment begins there.
    fn after_kind(&self) -> bool {
        self.text
            .get(..self.at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '*' | '?'))
    }

    fn line_end(&self) -> usize {
        let rest = self.rest();
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or("");
        self.at + line.trim_end_matches('\r').len()
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let text = self.text.get(self.at..end).unwrap_or("");
        let kind = if text.starts_with("//!") {
            CommentKind::File
        } else if text.starts_with("///") && !text.starts_with("////") {
            CommentKind::Item
        } else {
            CommentKind::Plain
        };
        self.check_characters(self.at, end, "a comment");
        self.comments.push(Found {
            kind,
            start: self.at,
            end,
            trailing: self.in_line,
        });
        self.at = end;
    }

    fn string(&mut self) {
        let after_message = self.tokens.last().is_some_and(|token| {
            token.kind == TokenKind::Word
                && self.text.get(token.start..token.end) == Some("message")
                && !self.follows_dot()
        });
        if after_message {
            let scanned = template::scan(self.text, self.at);
            for mistake in scanned.mistakes {
                if mistake.is_unclosed() {
                    self.barred.push(self.at);
                }
                let diagnostic = mistake.diagnostic(self.source);
                self.mistake(diagnostic);
            }
            self.check_depth(self.depth.min(MAX_NESTING) + scanned.depth);
            self.check_characters(self.at, scanned.end, "a string");
            self.token(TokenKind::String, scanned.end - self.at);
            return;
        }
        match string_length(self.rest()) {
            Ok(length) => {
                self.check_characters(self.at, self.at + length, "a string");
                self.token(TokenKind::String, length);
            }
            Err(length) => self.unclosed_string(length),
        }
    }

    /// Whether the last token follows a dot: then it is a field name, whatever the word.
    fn follows_dot(&self) -> bool {
        self.tokens
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|token| self.text.get(token.start..token.end) == Some("."))
    }

    fn raw_string(&mut self, hashes: usize) {
        let start = hashes + 2;
        let close: String = std::iter::once('"')
            .chain(std::iter::repeat_n('#', hashes))
            .collect();
        let found = if hashes < self.unclosed_hashes {
            self.rest().get(start..).and_then(|body| body.find(&close))
        } else {
            None
        };
        if let Some(length) = found {
            let length = start + length + close.len();
            self.check_characters(self.at, self.at + length, "a string");
            self.token(TokenKind::String, length);
        } else {
            let length = self.line_end() - self.at;
            self.unclosed_hashes = self.unclosed_hashes.min(hashes);
            self.barred.push(self.at);
            self.mistake(
                Diagnostic::new(
                    Code::E0103,
                    self.span(self.at, self.at + start),
                    "the raw string is not closed",
                )
                .help(format!("close it with `{close}`")),
            );
            self.token(TokenKind::String, length);
        }
    }

    fn mistake(&mut self, diagnostic: Diagnostic) {
        if let Some(span) = diagnostic.span() {
            self.reported.push(span.start as usize);
        }
        self.report.push(diagnostic);
    }

    fn span(&self, start: usize, end: usize) -> Span {
        super::span(self.source, start, end)
    }

    fn blank(&mut self, start: usize, end: usize) {
        self.blank_where(start, end, |_| true);
    }

    /// Line breaks stay: layout has a meaning.
    fn blank_where(&mut self, start: usize, end: usize, which: impl Fn(u8) -> bool) {
        if let Some(bytes) = self.clean.get_mut(start..end) {
            for byte in bytes {
                if *byte != b'\n' && which(*byte) {
                    *byte = b' ';
                }
            }
        }
    }

    fn put(&mut self, at: usize, byte: u8) {
        if let Some(place) = self.clean.get_mut(at) {
            *place = byte;
        }
    }
}

fn word_length(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

/// A number with its unit; whether it is well formed, the grammar knows.
fn number_length(text: &str) -> usize {
    let mut length = word_length(text);
    while let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix('.'))
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        length += 1 + word_length(rest);
    }
    length
}

/// How many `#` stand before the quote of a raw string, if `text` begins one.
fn raw_start(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('r')?;
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    rest.get(hashes..)?.starts_with('"').then_some(hashes)
}

/// The length of the string that `text` begins with, quotes included; as an error, the length to
/// the end of the line of a string that is not closed.
pub(super) fn string_length(text: &str) -> Result<usize, usize> {
    let mut escaped = false;
    let mut last = 0;
    for (at, c) in text.char_indices() {
        match c {
            '\n' => break,
            _ if at == 0 => {}
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Ok(at + 1),
            _ => {}
        }
        last = at + c.len_utf8();
    }
    let line = text.get(..last).unwrap_or("");
    Err(line.trim_end().len().max(1))
}
