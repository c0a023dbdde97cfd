//! What loading gives: blocks.

use std::sync::Arc;

use policyc_diagnostics::Span;
use policyc_runtime::value::Node;

use crate::eval::InstanceKey;
use crate::value::Reason;

/// Which blocks there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`
    Resource,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
    /// `module`: the call, with its arguments
    Module,
    /// `provider`
    Provider,
    /// `variable`
    Variable,
    /// `output`
    Output,
    /// `locals`
    Locals,
    /// `terraform`
    Terraform,
}

impl Mode {
    pub(super) fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "resource" => Self::Resource,
            "data" => Self::Data,
            "ephemeral" => Self::Ephemeral,
            "module" => Self::Module,
            "provider" => Self::Provider,
            "variable" => Self::Variable,
            "output" => Self::Output,
            "locals" => Self::Locals,
            "terraform" => Self::Terraform,
            _ => return None,
        })
    }
}

/// A block, once for each instance of it.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it is.
    pub mode: Mode,
    /// The type of a resource (`aws_s3_bucket`), the name of a provider; empty for others.
    pub kind: Arc<str>,
    /// The name it is declared with; the alias of a provider.
    pub name: Arc<str>,
    /// `module.m["a"].aws_s3_bucket.b[0]`, `module.m`, `var.x`, `output.y`, `provider.aws.west`.
    pub address: String,
    /// The address of the module it is in: `module.m["a"]`; empty in the root module.
    pub module: String,
    /// The folder of that module, relative to the scanned one.
    pub folder: Arc<str>,
    /// Which instance of the block it is.
    pub key: InstanceKey,
    /// Why nobody knows how many instances of it there are, when that is so: of itself or of a
    /// module it is in.
    pub uncertain: Option<Reason>,
    /// Of a module call: why nothing of the module is among the blocks, when that is so.
    pub not_loaded: Option<Reason>,
    /// Its type and labels. All other spans of the block are in the same file.
    pub header: Span,
    /// All of it.
    pub span: Span,
    /// The headers of the module calls that lead to it, the outermost first.
    pub calls: Arc<[Span]>,
    /// Its arguments by name. Nested blocks are a list of maps under their type, always, those
    /// with labels each in a map of its own (`provisioner` is `[{"local-exec": {…}}]`); `dynamic`
    /// blocks are what they make. An argument or a number of nested blocks that is not known is
    /// an unknown value. `count` and `for_each` are left out; `depends_on`, `provider`,
    /// `providers`, `ignore_changes`, `replace_triggered_by`, `when`, `on_failure` and the type of a
    /// variable are the text as it is written.
    pub body: Node,
    /// What its expressions refer to.
    pub references: Vec<Reference>,
}

/// A resource, data source or module call that an expression of a block refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Its address. Without a key when that is not known or all instances are meant.
    pub address: Arc<str>,
    /// The attribute that is taken of it: `arn`.
    pub attribute: Option<Arc<str>>,
    /// Through what the reference goes, the nearest first: `local.bucket`, `var.name`,
    /// `module.m.out`. Empty when the block names the resource itself.
    pub through: Vec<Arc<str>>,
}

impl Reference {
    /// Whether the block names the resource itself.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.through.is_empty()
    }
}
