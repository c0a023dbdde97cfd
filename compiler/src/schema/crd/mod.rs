//! Custom resources: reads CustomResourceDefinitions (apiextensions.k8s.io/v1) into a schema.
//!
//! The texts are users' files and may be hostile: aliases, depth and size are bounded.

mod builder;
mod checked;

use std::fmt;

use builder::Builder;
use serde_json::Value;

use super::Schema;

/// The largest text of one source. All of Kyverno's definitions together have a third of it.
const MAX_TEXT: usize = 16 << 20;
/// How deep YAML may nest. Each level of a schema takes two, so this bounds the recursion here too.
/// Kyverno's definitions reach 31.
const MAX_YAML_DEPTH: usize = 64;

/// A text with CustomResourceDefinitions.
#[derive(Debug, Clone, Copy)]
pub struct CrdSource<'a> {
    /// What to call it in errors: its path.
    pub name: &'a str,
    /// YAML or JSON, of one or more documents or a `List`.
    pub text: &'a str,
}

/// What is wrong with a source of CustomResourceDefinitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrdError {
    /// The name of the source.
    pub source: String,
    /// The line, where the text is no YAML.
    pub line: Option<u64>,
    /// The name of the definition, if it has one.
    pub definition: Option<String>,
    /// The path of the field, such as `spec.versions[0].name`; empty for the whole.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for CrdError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.source)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        out.write_str(": ")?;
        if let Some(definition) = &self.definition {
            write!(out, "`{definition}`: ")?;
        }
        if !self.path.is_empty() {
            write!(out, "`{}` ", self.path)?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for CrdError {}

impl Schema {
    /// This schema and the custom resources that the sources define. Documents that define none
    /// are passed over, but a source has to have a definition. Ids of this schema stay valid.
    ///
    /// # Errors
    /// What is wrong with each source, and the first mistake of each definition.
    pub fn with_crds(&self, sources: &[CrdSource<'_>]) -> Result<Self, Vec<CrdError>> {
        let mut builder = Builder::new(self);
        let mut errors = Vec::new();
        for source in sources {
            match documents(source) {
                Ok(documents) => errors.extend(builder.source(source, &documents)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(builder.finish())
        } else {
            Err(errors)
        }
    }
}

/// The documents of a text, those in `List`s one by one.
fn documents(source: &CrdSource<'_>) -> Result<Vec<Value>, CrdError> {
    let error = |line, message| CrdError {
        source: source.name.to_owned(),
        line,
        definition: None,
        path: String::new(),
        message,
    };
    if source.text.len() > MAX_TEXT {
        return Err(error(
            None,
            format!("is larger than {} MiB", MAX_TEXT >> 20),
        ));
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 4_000_000,
            max_nodes: 2_000_000,
            max_depth: MAX_YAML_DEPTH,
        },
        // Tools write definitions without aliases; this is for hand-written ones.
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
        },
        emit_comments: false,
        with_snippet: false,
    };
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(source.text, options)
        .map_err(|problem| {
            let line = problem.location().map(|location| location.line());
            error(
                line,
                format!(
                    "is no valid YAML: {}",
                    problem.render_with_formatter(&serde_saphyr::UserMessageFormatter)
                ),
            )
        })?;
    let mut flat = Vec::with_capacity(documents.len());
    for mut document in documents {
        let is_list = document
            .get("kind")
            .and_then(Value::as_str)
            .is_some_and(|kind| kind == "List" || kind == "CustomResourceDefinitionList");
        match document.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) if is_list => flat.extend(items),
            Some(items) if is_list => {
                drop(items);
                return Err(error(
                    None,
                    "has a `List` whose `items` are no list".to_owned(),
                ));
            }
            Some(_) | None => flat.push(document),
        }
    }
    Ok(flat)
}
