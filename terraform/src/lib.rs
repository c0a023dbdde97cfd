//! Terraform sources in, blocks with their values and places out.

pub mod files;
pub mod functions;
mod path;
pub mod value;
