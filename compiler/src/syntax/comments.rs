//! Comments of a file, and which of them document what.

use policyc_diagnostics::{SourceId, Span};

use super::ast::{Comment, Doc};

/// What a comment says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommentKind {
    /// `//`, and `////` and more
    Plain,
    /// `///`
    Item,
    /// `//!`
    File,
}

/// A comment as the scanner found it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) kind: CommentKind,
    pub(super) start: usize,
    /// End of the line, without the line break.
    pub(super) end: usize,
    /// Whether code stands before it on its line.
    pub(super) trailing: bool,
}

/// Every comment of a file in order. Comments that became a [`Doc`] are marked.
#[derive(Debug)]
pub(super) struct Comments {
    source: SourceId,
    found: Vec<(Found, bool)>,
}

impl Comments {
    pub(super) fn new(source: SourceId, found: Vec<Found>) -> Self {
        Self {
            source,
            found: found.into_iter().map(|found| (found, false)).collect(),
        }
    }

    /// Start of the comment that ends at `end`.
    pub(super) fn start_of_comment_ending_at(&self, end: usize) -> Option<usize> {
        let index = self
            .found
            .binary_search_by_key(&end, |(found, _)| found.end)
            .ok()?;
        self.found.get(index).map(|(found, _)| found.start)
    }

    /// The `//!` lines before any code.
    pub(super) fn take_file_doc(&mut self, text: &str) -> Option<Doc> {
        let first_code = text.len() - text.trim_start().len();
        let mut lines = Vec::new();
        let mut reached = first_code;
        for (found, taken) in &mut self.found {
            let layout = text.get(reached..found.start);
            if found.start > reached && !layout.is_some_and(|between| between.trim().is_empty()) {
                break;
            }
            reached = found.end;
            match found.kind {
                CommentKind::File => {
                    *taken = true;
                    lines.push(*found);
                }
                CommentKind::Plain if lines.is_empty() => {}
                CommentKind::Plain | CommentKind::Item => break,
            }
        }
        self.doc(text, &lines)
    }

    /// The `///` lines right before the item that starts at `start`; plain comments may stand
    /// between.
    pub(super) fn take_doc(&mut self, text: &str, start: usize) -> Option<Doc> {
        let count = self.found.partition_point(|(found, _)| found.end <= start);
        let mut lines = Vec::new();
        let mut reached = start;
        for (found, taken) in self.found.iter_mut().take(count).rev() {
            let between = text.get(found.end..reached).unwrap_or("x");
            if *taken || found.trailing || !between.trim().is_empty() {
                break;
            }
            reached = found.start;
            match found.kind {
                CommentKind::Item => {
                    *taken = true;
                    lines.push(*found);
                }
                CommentKind::Plain if lines.is_empty() => {}
                CommentKind::Plain | CommentKind::File => break,
            }
        }
        lines.reverse();
        self.doc(text, &lines)
    }

    fn doc(&self, text: &str, lines: &[Found]) -> Option<Doc> {
        let first = lines.first()?;
        let last = lines.last()?;
        let line = |found: &Found| {
            // Past the marker, which is three bytes long.
            let line = text.get(found.start + 3..found.end).unwrap_or("");
            line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()
        };
        Some(Doc {
            text: lines.iter().map(line).collect::<Vec<_>>().join("\n"),
            span: self.span(first.start, last.end),
        })
    }

    /// The comments that document nothing.
    pub(super) fn into_remaining(self) -> Vec<Comment> {
        self.found
            .iter()
            .filter(|(_, taken)| !taken)
            .map(|(found, _)| Comment {
                span: self.span(found.start, found.end),
                trailing: found.trailing,
            })
            .collect()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        super::span(self.source, start, end)
    }
}
