//! Terraform sources in, blocks with their values and places out.

mod eval;
pub mod files;
pub mod functions;
mod load;
mod module;
mod path;
mod syntax;
pub mod value;

pub use load::{
    Assignment, Block, InstanceKey, Loaded, Mode, Options, Reference, Statistics, load,
};
