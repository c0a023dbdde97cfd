//! What is in the way of an exact check.

use std::collections::BTreeSet;

use policyc_diagnostics::Span;

use super::formula::Formula;

/// What is in the way of an exact check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Refusal {
    /// Where the author wrote it.
    pub(super) origin: Span,
    /// The construct, as the portability table names it.
    pub(super) construct: &'static str,
    /// Why Checkov cannot say it.
    pub(super) reason: String,
}

/// Collects what is in the way, so that an author learns of all of it at once.
#[derive(Debug, Default)]
pub(super) struct Refusals(BTreeSet<Refusal>);

impl Refusals {
    /// Notes a refusal; the formula stands for what was refused and is never emitted.
    pub(super) fn add(
        &mut self,
        construct: &'static str,
        reason: impl Into<String>,
        origin: Span,
    ) -> Formula {
        self.0.insert(Refusal {
            origin,
            construct,
            reason: reason.into(),
        });
        Formula::Constant(true)
    }

    /// Whether nothing is in the way.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is in the way, by place.
    pub(super) fn into_iter(self) -> impl Iterator<Item = Refusal> {
        self.0.into_iter()
    }
}
