//! The diagnostics of a run.

use std::collections::{BTreeMap, BTreeSet};

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

/// Most diagnostics of one run; a generated source with a mistake in every line says enough.
const MAX_REPORTS: usize = 1_000;

/// What is said where something is missing in the same file.
const MISSES_SOMETHING: &[Code] = &[
    Code::W0201,
    Code::W0202,
    Code::W0402,
    Code::E0404,
    Code::E0405,
    Code::E0407,
    Code::E0511,
];

/// What is said where a name is defined nowhere.
const MISSES_NAME: &[Code] = &[Code::E0201, Code::E0205, Code::E0208];

/// Diagnostics in the order found, each once: a loop over constants and a function are resolved as
/// often as they are used.
#[derive(Debug)]
pub(super) struct Reports<'a> {
    list: Vec<Diagnostic>,
    seen: BTreeSet<(Code, Option<Span>, Option<String>)>,
    /// Texts of which the parser could not read parts: what seems to be missing may stand there.
    broken: BTreeMap<SourceId, &'a str>,
}

impl<'a> Reports<'a> {
    pub(super) fn new(broken: impl Iterator<Item = (SourceId, &'a str)>) -> Self {
        Self {
            list: Vec::new(),
            seen: BTreeSet::new(),
            broken: broken.collect(),
        }
    }

    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        let span = diagnostic.span();
        if span.is_some_and(|span| self.may_be_unread(diagnostic.code, span)) {
            return;
        }
        // Those without a place differ by their text only.
        let text = span.is_none().then(|| diagnostic.message.clone());
        if self.list.len() < MAX_REPORTS && self.seen.insert((diagnostic.code, span, text)) {
            self.list.push(diagnostic);
        }
    }

    /// Whether a diagnostic may come from what could not be read.
    fn may_be_unread(&self, code: Code, span: Span) -> bool {
        if MISSES_SOMETHING.contains(&code) {
            self.broken.contains_key(&span.source)
        } else {
            MISSES_NAME.contains(&code) && self.is_defined_unread(span)
        }
    }

    /// Whether some broken text seems to define the name at a place.
    fn is_defined_unread(&self, span: Span) -> bool {
        let text = self.broken.get(&span.source);
        let Some(name) = text.and_then(|text| text.get(span.range())) else {
            return false;
        };
        self.broken.values().any(|text| {
            ["const", "param", "fn", "let", "import", "for"]
                .iter()
                .any(|word| text.contains(&format!("{word} {name}")))
        })
    }

    /// The diagnostics.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        self.list
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
