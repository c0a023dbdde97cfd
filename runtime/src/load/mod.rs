//! Manifests from text.
//!
//! [`load`] reads YAML and JSON as Kubernetes does, and says of each document what it is. It does
//! no I/O, takes any bytes, and neither panics nor needs time or memory beyond what `limits.rs`
//! allows.

mod block;
mod build;
mod json;
pub mod limits;
mod list;
mod resource;
mod scalar;
mod scope;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod yaml;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use crate::value::Node;

pub use block::Block;
pub use resource::{NoObject, Resource};
pub use scope::is_cluster_scoped;

use limits::MAX_DIAGNOSTICS;

/// What the name of a file says about its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Nothing: JSON if it begins like JSON and is, else YAML.
    #[default]
    Auto,
    /// YAML. JSON is read too, as YAML.
    Yaml,
    /// JSON, or values of it one after another. YAML is read too, as kubectl does; mistakes are
    /// those in the JSON.
    Json,
}

/// What a file contains.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The documents that could be read, in order, without the empty ones. A list of objects
    /// (`kind: List`) counts as its items.
    pub documents: Vec<Document>,
    /// What is wrong, in order. A document with a mistake is missing, except that with duplicate
    /// keys the last one is kept.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// The Kubernetes objects in the file.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.documents
            .iter()
            .filter_map(|document| match &document.kind {
                DocumentKind::Object(resource) => Some(resource),
                DocumentKind::NotKubernetes { .. } | DocumentKind::Template => None,
            })
    }
}

/// A document, or an item of a list of objects.
#[derive(Debug, Clone)]
pub struct Document {
    /// Which document of the file it is, from 0; empty and broken ones count.
    pub index: usize,
    /// Which item it is, from 0, when the document is a list of objects.
    pub item: Option<usize>,
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: DocumentKind,
}

/// What a document is.
#[derive(Debug, Clone)]
pub enum DocumentKind {
    /// A Kubernetes object.
    Object(Resource),
    /// Something else: a values file, a list of JSON patches, a line of text.
    NotKubernetes {
        /// What it lacks.
        reason: NoObject,
        /// The value.
        node: Node,
    },
    /// A template (`{{ .Values.name }}`) that is no YAML before it is rendered.
    Template,
}

impl Document {
    /// A warning that says why the document is no Kubernetes object; none if it is one.
    #[must_use]
    pub fn warning(&self) -> Option<Diagnostic> {
        match &self.kind {
            DocumentKind::Object(_) => None,
            DocumentKind::NotKubernetes { reason, .. } => Some(
                Diagnostic::new(
                    Code::W0712,
                    self.span.at_start(),
                    format!("this is no Kubernetes object: {}", reason.describe()),
                )
                .help("no rule applies to it; leave the file out to be rid of this warning"),
            ),
            DocumentKind::Template => Some(
                Diagnostic::new(
                    Code::W0711,
                    self.span.at_start(),
                    "this is a template, not YAML",
                )
                .help("render it first, with `helm template` for a chart, and check the result"),
            ),
        }
    }
}

/// Reads the manifests in `bytes`, the text of `source`.
///
/// Spans are byte offsets into `bytes`. Nothing is fatal: what cannot be read is a diagnostic,
/// and the documents around it are there.
#[must_use]
pub fn load(bytes: &[u8], source: SourceId, format: Format) -> Loaded {
    let Read {
        documents,
        diagnostics,
    } = read(bytes, source, format);
    let mut loaded = Loaded {
        documents: Vec::with_capacity(documents.len()),
        diagnostics,
    };
    for Raw { index, content } in documents {
        match content {
            Content::Template(span) => loaded.documents.push(Document {
                index,
                item: None,
                span,
                kind: DocumentKind::Template,
            }),
            Content::Node(node) => {
                let before = loaded.documents.len();
                let place = Place {
                    source,
                    index,
                    before,
                };
                classify(node, place, false, &mut loaded.documents);
            }
        }
    }
    loaded
}

/// The values in `bytes`, one a document, for files that are no manifests: same rules, same
/// limits. Empty documents and templates are left out, the latter with a warning.
#[must_use]
pub fn values(bytes: &[u8], source: SourceId, format: Format) -> (Vec<Node>, Vec<Diagnostic>) {
    let mut nodes = Vec::new();
    let Read {
        documents,
        mut diagnostics,
    } = read(bytes, source, format);
    for Raw { index, content } in documents {
        match content {
            Content::Node(node) => nodes.push(node),
            Content::Template(span) => {
                let kind = DocumentKind::Template;
                diagnostics.extend(
                    Document {
                        index,
                        item: None,
                        span,
                        kind,
                    }
                    .warning(),
                );
            }
        }
    }
    (nodes, diagnostics)
}

/// A mistake that ends a document; boxed, for results are passed around much more than failures.
type Failure = Box<Diagnostic>;

/// What the readers make of a file.
#[derive(Default)]
struct Read {
    documents: Vec<Raw>,
    diagnostics: Vec<Diagnostic>,
}

struct Raw {
    index: usize,
    content: Content,
}

enum Content {
    Node(Node),
    Template(Span),
}

impl Read {
    fn push(&mut self, index: usize, content: Option<Content>) {
        self.documents
            .extend(content.map(|content| Raw { index, content }));
    }

    fn has_syntax_error(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| matches!(diagnostic.code, Code::E0703 | Code::E0704))
    }
}

fn read(bytes: &[u8], source: SourceId, format: Format) -> Read {
    let mut read = match text::decode(bytes, source) {
        Ok(text) => read_text(text, source, format),
        Err(error) => Read {
            documents: Vec::new(),
            diagnostics: vec![*error],
        },
    };
    let surplus = read.diagnostics.len().saturating_sub(MAX_DIAGNOSTICS);
    if surplus > 0 {
        read.diagnostics.truncate(MAX_DIAGNOSTICS);
        if let Some(last) = read.diagnostics.pop() {
            let note = "there are more mistakes in this file than are shown";
            read.diagnostics.push(last.note(note));
        }
    }
    read
}

fn read_text(text: &str, source: SourceId, format: Format) -> Read {
    let mut as_json = Read::default();
    let begins = text.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r']);
    let tried = match format {
        Format::Auto => begins.starts_with(['{', '[']),
        Format::Json => !begins.is_empty(),
        Format::Yaml => false,
    };
    if tried {
        json::read(text, source, &mut as_json);
        if !as_json.has_syntax_error() {
            return as_json;
        }
    }
    let mut as_yaml = Read::default();
    yaml::read(text, source, &mut as_yaml);
    let json_is_meant = format == Format::Json || !as_json.documents.is_empty();
    if tried && json_is_meant && as_yaml.has_syntax_error() {
        return as_json;
    }
    as_yaml
}

#[derive(Clone, Copy)]
struct Place {
    source: SourceId,
    index: usize,
    /// How many documents there were before this one.
    before: usize,
}

/// Adds what `node` is: an object, the objects of a list, or neither.
fn classify(mut node: Node, place: Place, in_list: bool, documents: &mut Vec<Document>) {
    if let Some(items) = list::take_items(&mut node) {
        let missing = list::ItemType::of(&node);
        for mut item in items {
            if let Some(missing) = &missing {
                missing.complete(&mut item);
            }
            classify(item, place, true, documents);
        }
        return;
    }
    let span = node.span(place.source);
    let kind = match Resource::new(node, place.source) {
        Ok(resource) => DocumentKind::Object(resource),
        Err((node, reason)) => DocumentKind::NotKubernetes { reason, node },
    };
    documents.push(Document {
        index: place.index,
        item: in_list.then(|| documents.len() - place.before),
        span,
        kind,
    });
}
