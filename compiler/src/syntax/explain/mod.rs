//! Why the grammar refused a piece, in the words of its author.
//!
//! The grammar says how far it came and what it would have taken there. The usual mistakes have a
//! message of their own; what is left is "expected …, found …".

mod clause;
mod expression;
mod member;
mod phrase;

use std::ops::Range;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::grammar::Rule;
use super::outline::Outline;
use super::scan::{Token, TokenKind};
use super::words::{self, Level};

/// How far the grammar came, and what it would have taken there.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) at: usize,
    pub(super) expected: Vec<Rule>,
}

/// The piece that was refused.
pub(super) struct Place<'a> {
    pub(super) outline: &'a Outline<'a>,
    /// Whose braces it stands in.
    pub(super) level: Level,
    /// Its tokens.
    pub(super) piece: Range<usize>,
}

/// The message about a refused piece.
pub(super) fn explain(place: &Place<'_>, failure: &Failure, source: SourceId) -> Diagnostic {
    let mistake = Mistake::new(place, failure, source);
    None.or_else(|| mistake.in_template())
        .or_else(|| member::explain(&mistake))
        .or_else(|| clause::explain(&mistake))
        .or_else(|| expression::explain(&mistake))
        .unwrap_or_else(|| mistake.generic())
}

/// A refused piece, and the token at which the grammar stopped.
struct Mistake<'a> {
    outline: &'a Outline<'a>,
    level: Level,
    piece: Range<usize>,
    expected: &'a [Rule],
    at: usize,
    source: SourceId,
    /// Index of the token that was found; past the piece when it ends too early.
    found: usize,
}

impl<'a> Mistake<'a> {
    fn new(place: &Place<'a>, failure: &'a Failure, source: SourceId) -> Self {
        Self {
            outline: place.outline,
            level: place.level,
            piece: place.piece.clone(),
            expected: &failure.expected,
            at: failure.at,
            source,
            found: place
                .outline
                .token_at(failure.at)
                .max(place.piece.start)
                .min(place.piece.end),
        }
    }

    /// The first word of the piece.
    fn first(&self) -> &'a str {
        self.outline.word(self.piece.start)
    }

    /// The text of a token of the piece, counted from the one that was found; empty outside.
    fn word(&self, offset: isize) -> &'a str {
        match self.found.checked_add_signed(offset) {
            Some(index) if self.piece.contains(&index) => self.outline.word(index),
            Some(_) | None => "",
        }
    }

    fn token(&self, offset: isize) -> Option<&'a Token> {
        let index = self.found.checked_add_signed(offset)?;
        if self.piece.contains(&index) {
            self.outline.token(index)
        } else {
            None
        }
    }

    fn found_kind(&self) -> Option<TokenKind> {
        self.token(0).map(|token| token.kind)
    }

    fn expects(&self, wanted: Rule) -> bool {
        self.expected.contains(&wanted)
    }

    fn expects_any(&self, wanted: &[Rule]) -> bool {
        self.expected
            .iter()
            .any(|expected| wanted.contains(expected))
    }

    /// Whether a value should have stood here.
    fn expects_operand(&self) -> bool {
        self.expected
            .iter()
            .any(|expected| phrase::is_operand(*expected))
    }

    /// Place of what was found; the place after the token before when the piece ended too early.
    fn span(&self) -> Span {
        match (self.token(0), self.token(-1)) {
            (Some(token), _) => self.span_of(token.start, token.end),
            (None, Some(before)) => self.span_of(before.end, before.end),
            (None, None) => self.span_of(self.at, self.at),
        }
    }

    fn span_of(&self, start: usize, end: usize) -> Span {
        super::span(self.source, start, end)
    }

    /// From one token of the piece to another, counted from the one that was found.
    fn span_between(&self, first: isize, last: isize) -> Span {
        match (self.token(first), self.token(last)) {
            (Some(first), Some(last)) => self.span_of(first.start, last.end),
            _ => self.span(),
        }
    }

    fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::E0101, self.span(), message)
    }

    fn error_at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::E0101, span, message)
    }

    /// `, found …`, or ` after …` when the piece ended too early.
    fn found_phrase(&self) -> String {
        match (self.token(0), self.token(-1)) {
            (Some(_), _) => format!(", found {}", quoted(self.word(0))),
            (None, Some(_)) => format!(" after {}", quoted(self.word(-1))),
            (None, None) => String::new(),
        }
    }

    /// A mistake in the expression of a message: the token is the whole string.
    fn in_template(&self) -> Option<Diagnostic> {
        let token = self.token(0)?;
        if token.kind != TokenKind::String || self.at <= token.start {
            return None;
        }
        let rest = self.outline.text().get(self.at..token.end)?;
        let layout = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let length = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len())
            .max(rest.chars().next().map_or(0, char::len_utf8));
        let written = rest.get(..length).unwrap_or("");
        let start = self.at + layout;
        let expected = if self.expects_operand() {
            "a value".to_owned()
        } else {
            phrase::list(self.expected).unwrap_or_else(|| "`}` after the expression".to_owned())
        };
        let message = format!("expected {expected}, found {}", quoted(written));
        Some(
            Diagnostic::new(Code::E0108, self.span_of(start, start + length), message)
                .help("in a message `{…}` holds one expression; write `{{` and `}}` for braces"),
        )
    }

    fn generic(&self) -> Diagnostic {
        if self.expected.is_empty() {
            let what = if self.found_kind().is_some() {
                quoted(self.word(0))
            } else {
                "end".to_owned()
            };
            return self.error(format!("unexpected {what}"));
        }
        let expected =
            phrase::list(self.expected).unwrap_or_else(|| words::piece(self.level).to_owned());
        self.error(format!("expected {expected}{}", self.found_phrase()))
    }
}

/// Source text in backticks, cut when it is long.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > LONGEST || line.len() < text.len() {
        let start: String = line.chars().take(LONGEST).collect();
        format!("`{start}…`")
    } else {
        format!("`{line}`")
    }
}
