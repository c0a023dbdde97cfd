//! Modules as they are declared: the files of one folder together, nothing evaluated.

mod read;
mod redefine;
pub(crate) mod types;

use std::collections::BTreeMap;

use policyc_diagnostics::{SourceId, Span};

use crate::syntax::tree::{Block, Expr, Name, Range};

pub(crate) use read::{Reading, read_module, read_variables};

/// Which blocks a name of a resource is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Managed {
    Resource,
    Data,
    Ephemeral,
}

impl Managed {
    pub(crate) fn of(kind: &str) -> Option<Self> {
        match kind {
            "resource" => Some(Self::Resource),
            "data" => Some(Self::Data),
            "ephemeral" => Some(Self::Ephemeral),
            _ => None,
        }
    }

    /// What stands before the type in an address.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Resource => "",
            Self::Data => "data.",
            Self::Ephemeral => "ephemeral.",
        }
    }
}

/// A value with a name.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) value: Expr,
    pub(crate) name_range: Range,
    pub(crate) source: SourceId,
}

impl Local {
    pub(crate) fn span(&self) -> Span {
        self.name_range.of(self.source)
    }
}

/// The declarations of a folder. Indices are those of `blocks`.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// The folder, relative to the scanned one.
    pub(crate) folder: String,
    /// All blocks in the order of the files and of the text, with what override files change.
    pub(crate) blocks: Vec<Block>,
    pub(crate) variables: BTreeMap<Name, usize>,
    pub(crate) outputs: BTreeMap<Name, usize>,
    pub(crate) calls: BTreeMap<Name, usize>,
    pub(crate) resources: BTreeMap<(Managed, Name, Name), usize>,
    pub(crate) locals: Vec<Local>,
    pub(crate) local_names: BTreeMap<Name, usize>,
}

impl Module {
    pub(crate) fn block(&self, index: usize) -> Option<&Block> {
        self.blocks.get(index)
    }
}
