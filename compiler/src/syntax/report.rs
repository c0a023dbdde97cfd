//! Collects the diagnostics of one file, not more than people read.

use policyc_diagnostics::Diagnostic;

/// Diagnostics of one file that are kept; the rest is counted.
const MAX_DIAGNOSTICS: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Reporter {
    kept: Vec<Diagnostic>,
    dropped: usize,
}

impl Reporter {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.skip();
        } else {
            self.kept.push(diagnostic);
        }
    }

    /// Whether a further one would only be counted.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= MAX_DIAGNOSTICS
    }

    /// Counts a mistake that is not kept.
    pub(super) fn skip(&mut self) {
        self.dropped += 1;
    }

    /// How many there are, with those that are not kept.
    pub(super) fn count(&self) -> usize {
        self.kept.len() + self.dropped
    }

    /// In the order of their places.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.kept
            .sort_by_key(|diagnostic| diagnostic.span().map(|span| (span.start, span.end)));
        if self.dropped > 0
            && let Some(last) = self.kept.pop()
        {
            let dropped = self.dropped;
            self.kept.push(last.note(format!(
                "{dropped} more mistakes of this file are not shown"
            )));
        }
        self.kept
    }
}
