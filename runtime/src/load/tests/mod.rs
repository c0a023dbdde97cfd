//! Tables of texts and what is read from them.

mod corpus;
mod documents;
mod hostile;
mod scalars;
mod spans;
mod structure;

use policyc_diagnostics::{Diagnostic, SourceId};

use super::{Document, DocumentKind, Format, Loaded, load, values};

const SOURCE: SourceId = SourceId(7);

fn read(text: &str) -> Loaded {
    load(text.as_bytes(), SOURCE, Format::Auto)
}

/// What a text is read as: one line of JSON a document, then one line of `CODE message` a
/// diagnostic.
fn outcome(text: &str, format: Format) -> String {
    let (nodes, diagnostics) = values(text.as_bytes(), SOURCE, format);
    let mut lines: Vec<String> = nodes
        .iter()
        .map(|node| node.value.to_json().to_string())
        .collect();
    lines.extend(diagnostics.iter().map(line));
    lines.join("\n")
}

fn line(diagnostic: &Diagnostic) -> String {
    format!("{} {}", diagnostic.code, diagnostic.message)
}

/// Compares what each text of the table is read as.
fn check(format: Format, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(outcome(text, format), *expected, "reading {text:?}");
    }
}

/// A document in a few words: `Deployment/prod/web`, `not: it is a list`, `template`.
fn summary(document: &Document) -> String {
    match &document.kind {
        DocumentKind::Object(resource) => resource.full_id(),
        DocumentKind::NotKubernetes { reason, .. } => format!("not: {}", reason.describe()),
        DocumentKind::Template => "template".to_owned(),
    }
}
