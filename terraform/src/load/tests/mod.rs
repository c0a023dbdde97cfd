//! Whole configurations in memory.

mod files;
mod hostile;
mod modules;
mod places;
mod references;
mod unknown;

use policyc_diagnostics::SourceMap;
use policyc_runtime::value::{Node, Value};

use super::{Block, Loaded, Options, load};
use crate::files::MemoryFiles;

/// What is loaded of some files, with their texts.
pub(super) struct Run {
    pub(super) loaded: Loaded,
    pub(super) sources: SourceMap,
}

pub(super) fn run(files: &[(&str, &str)]) -> Run {
    run_with(files, "", &Options::default())
}

pub(super) fn run_with(files: &[(&str, &str)], folder: &str, options: &Options) -> Run {
    let files: MemoryFiles = files.iter().copied().collect();
    let mut sources = SourceMap::new();
    let loaded = load(&files, folder, options, &mut sources);
    Run { loaded, sources }
}

impl Run {
    pub(super) fn block(&self, address: &str) -> &Block {
        let blocks = &self.loaded.blocks;
        blocks
            .iter()
            .find(|block| block.address == address)
            .unwrap_or_else(|| panic!("no {address} among {:?}", self.addresses()))
    }

    pub(super) fn addresses(&self) -> Vec<&str> {
        let blocks = self.loaded.blocks.iter();
        blocks.map(|block| block.address.as_str()).collect()
    }

    /// A part of the body of a block as text: `ingress.0.from_port`.
    pub(super) fn show(&self, address: &str, path: &str) -> String {
        show(self.node(address, path))
    }

    pub(super) fn node(&self, address: &str, path: &str) -> &Node {
        let mut node = &self.block(address).body;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            let next = match step.parse() {
                Ok(index) => node.value.at(index),
                Err(_) => node.get(step),
            };
            node = next.unwrap_or_else(|| panic!("no {step} of {path} in {}", show(node)));
        }
        node
    }

    /// The text at the place of a part of a block.
    pub(super) fn text(&self, address: &str, path: &str) -> &str {
        let source = self.block(address).span.source;
        self.sources.slice(self.node(address, path).span(source))
    }

    /// The codes and messages of all diagnostics.
    pub(super) fn said(&self) -> Vec<String> {
        let diagnostics = self.loaded.diagnostics.iter();
        diagnostics
            .map(|diagnostic| format!("{} {}", diagnostic.code.as_str(), diagnostic.message))
            .collect()
    }
}

/// A value as text, unknown ones by their reason.
pub(super) fn show(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(name, node)| format!("{name} = {}", show(node)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Unknown(unknown) => format!("unknown: {}", unknown.reason),
    }
}
