//! The diagnostics of a run.

use std::collections::BTreeSet;

use policyc_diagnostics::{Code, Diagnostic, Span};

/// Most diagnostics of one run; a generated source with a mistake in every line says enough.
const MAX_REPORTS: usize = 1_000;

/// Diagnostics in the order found, each once: a loop over constants and a function are resolved as
/// often as they are used.
#[derive(Debug, Default)]
pub(super) struct Reports {
    list: Vec<Diagnostic>,
    seen: BTreeSet<(Code, Option<Span>, Option<String>)>,
}

impl Reports {
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        let span = diagnostic.span();
        // Those without a place differ by their text only.
        let text = span.is_none().then(|| diagnostic.message.clone());
        if self.list.len() < MAX_REPORTS && self.seen.insert((diagnostic.code, span, text)) {
            self.list.push(diagnostic);
        }
    }

    /// The diagnostics, ordered by place.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut list = self.list;
        list.sort_by_key(|diagnostic| (diagnostic.span().is_none(), diagnostic.span()));
        list
    }
}

/// "did you mean `a`, or `b`?"
pub(super) fn did_you_mean<S: AsRef<str>>(names: &[S]) -> Option<String> {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => None,
        [only] => Some(format!("did you mean {only}?")),
        [first @ .., last] => Some(format!("did you mean {}, or {last}?", first.join(", "))),
    }
}

/// "`a`, `b`, `c`"
pub(super) fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    names.join(", ")
}

/// Help that names the nearest, and a fix where there is exactly one.
pub(super) fn suggest<S: AsRef<str>>(
    mut diagnostic: Diagnostic,
    at: Span,
    names: &[S],
) -> Diagnostic {
    if let Some(help) = did_you_mean(names) {
        diagnostic = diagnostic.help(help);
    }
    if let [only] = names {
        diagnostic = diagnostic.fix(at, only.as_ref());
    }
    diagnostic
}
