//! Compiling the `policy` blocks.

use std::path::Path;
use std::sync::OnceLock;

use policyc_diagnostics::{Code, SourceMap, to_text};
use policyc_project::{Settings, Sources, compile};

use crate::block::Block;

/// What compiling gave.
pub(crate) struct Compiled {
    /// The codes of all diagnostics.
    pub(crate) codes: Vec<Code>,
    /// The diagnostics, for people.
    pub(crate) text: String,
}

/// Compiles a block on its own.
pub(crate) fn block(block: &Block) -> Compiled {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("example.policy");
    std::fs::write(&path, source(block)).unwrap();
    file(folder.path(), &path)
}

/// Compiles a file whose imports lie below `root`.
pub(crate) fn file(root: &Path, path: &Path) -> Compiled {
    // The schema is made once for all.
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    let settings = SETTINGS.get_or_init(Settings::default);
    let root = root.canonicalize().unwrap();
    let path = path.canonicalize().unwrap();
    let mut sources =
        Sources::of_paths(std::slice::from_ref(&root), &[path], &[], SourceMap::new());
    let mut diagnostics = std::mem::take(&mut sources.diagnostics);
    diagnostics.extend(compile(&sources, settings).1);
    Compiled {
        codes: diagnostics.iter().map(|it| it.code).collect(),
        text: to_text(&diagnostics, &sources.map, false),
    }
}

/// The text of a block as a whole file.
fn source(block: &Block) -> String {
    let text = &block.text;
    match block.get("in") {
        None => text.clone(),
        Some("policy") => format!("policy example {{\n{text}\n}}\n"),
        Some(line) => format!("policy example {{ rule example {{\n{line}\n{text}\n}} }}\n"),
    }
}
