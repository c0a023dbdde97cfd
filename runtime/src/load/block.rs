//! What Terraform calls the blocks of a configuration.

use policyc_diagnostics::Span;
use policyc_ir::BlockMode;

/// What Terraform calls a block, and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What kind of block it is.
    pub mode: BlockMode,
    /// Type of the resource or data source, name of the provider; none for other blocks.
    pub ty: Option<String>,
    /// Its name in the configuration: the last label.
    pub name: String,
    /// The module it stands in, such as `module.logs["a"]`; none for the root module.
    pub module: Option<String>,
    /// All of it: `module.logs["a"].aws_s3_bucket.this[0]`.
    pub address: String,
    /// The calls of the modules it stands in, the outermost first.
    pub calls: Vec<Span>,
}

impl Block {
    /// What reports call its kind: the type as references name it, such as `aws_s3_bucket` or
    /// `data.aws_ami`, or the word of the mode.
    #[must_use]
    pub fn kind(&self) -> String {
        match (&self.ty, self.mode) {
            (Some(ty), BlockMode::Resource) => ty.clone(),
            (Some(ty), mode) => format!("{}.{ty}", mode.as_str()),
            (None, mode) => mode.as_str().to_owned(),
        }
    }
}
