//! Makes the syntax tree from what the grammar gave.
//!
//! A mistake that the grammar lets through on purpose, such as `&&` or a wrong escape, is reported
//! here. A method gives `None` when what it should build cannot be built; then it has reported why.

mod expr;
mod item;
mod literal;
mod rule;

use pest::iterators::Pairs;
use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::ast::{Doc, Ident, Item, Reserved};
use super::comments::Comments;
use super::grammar::Rule;
use super::report::Reporter;

pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// Builds the tree of a piece of a file.
pub(super) struct Builder<'a> {
    source: SourceId,
    /// The clean text of the whole file.
    text: &'a str,
    /// Where the piece that is built starts in it.
    base: usize,
    comments: &'a mut Comments,
    report: &'a mut Reporter,
    /// Prefixes and brackets that the builder is inside of.
    nesting: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        source: SourceId,
        text: &'a str,
        comments: &'a mut Comments,
        report: &'a mut Reporter,
    ) -> Self {
        Self {
            source,
            text,
            base: 0,
            comments,
            report,
            nesting: 0,
        }
    }

    /// The items of a file, those that can be built.
    pub(super) fn items(&mut self, pairs: Pairs<'_, Rule>) -> Vec<Item> {
        pairs
            .filter(|pair| pair.as_rule() != Rule::EOI)
            .filter_map(|pair| self.item(pair))
            .collect()
    }

    /// Goes on with the piece of the file that starts at an offset.
    pub(super) fn start_at(&mut self, base: usize) {
        self.base = base;
        self.nesting = 0;
    }

    pub(super) fn source_text(&self) -> &'a str {
        self.text
    }

    /// Reports a mistake; `diagnostic` is not called when it would not be shown.
    pub(super) fn report(&mut self, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.report.is_full() {
            self.report.skip();
        } else {
            self.report.push(diagnostic());
        }
    }

    /// How many mistakes were reported so far.
    pub(super) fn reports(&self) -> usize {
        self.report.count()
    }

    pub(super) fn source(&self) -> SourceId {
        self.source
    }

    /// Its place, without the layout that the grammar takes after it.
    fn span(&self, pair: &Pair<'_>) -> Span {
        let range = pair.as_span();
        let start = self.base + range.start();
        let mut end = self.base + range.end();
        loop {
            let text = self.text.get(start..end).unwrap_or("");
            let trimmed = start + text.trim_end().len();
            match self.comments.start_of_comment_ending_at(trimmed) {
                Some(comment) if comment > start => end = comment,
                Some(_) | None => return super::span(self.source, start, trimmed),
            }
        }
    }

    /// The clean text of a place.
    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn ident(&self, pair: &Pair<'_>) -> Ident {
        Ident {
            text: pair.as_str().to_owned(),
            span: self.span(pair),
        }
    }

    pub(super) fn doc(&mut self, span: Span) -> Option<Doc> {
        self.comments.take_doc(self.text, span.start as usize)
    }

    /// A reserved construct, reported.
    fn reserved(&mut self, pair: Pair<'_>) -> Option<Reserved> {
        let span = self.span(&pair);
        let word = pair.into_inner().last().map(|word| self.ident(&word))?;
        self.report.push(
            Diagnostic::new(
                Code::E0102,
                word.span,
                format!("`{}` is reserved and not available yet", word.text),
            )
            .help("remove it: this version knows rules that validate"),
        );
        Some(Reserved { word, span })
    }

    fn syntax_error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report
            .push(Diagnostic::new(Code::E0101, span, message).help(help));
    }
}

/// Takes the next child if it is a `rule`.
fn next_if<'i>(pairs: &mut Pairs<'i, Rule>, rule: Rule) -> Option<Pair<'i>> {
    if pairs.peek().is_some_and(|pair| pair.as_rule() == rule) {
        pairs.next()
    } else {
        None
    }
}

/// The first child that is a `rule`, past those before it.
fn next_of<'i>(pairs: &mut Pairs<'i, Rule>, rule: Rule) -> Option<Pair<'i>> {
    pairs.find(|pair| pair.as_rule() == rule)
}
