//! Terraform sources in, blocks with their values and places out.
//!
//! [`load`] reads a root module as Terraform reads it, follows the modules it calls, and evaluates
//! all it can without a provider: variables with their types, defaults and the values of
//! `terraform.tfvars`, `*.auto.tfvars` and the command line, locals, functions, `count`,
//! `for_each`, `dynamic` blocks, override files, `.tf.json`. What is known only after apply, or
//! not from the sources at all, is an unknown value with a reason; so is what cannot be evaluated,
//! with a diagnostic.
//!
//! The crate does no I/O: the caller gives [`files::Files`], whose paths never leave the scanned
//! folder. No module is downloaded, and no `file()` is read outside of that folder.
//!
//! The way of a source: `syntax` parses each file (with hcl-edit) and lowers it to a small tree;
//! `module` puts the files of a folder together; `eval` evaluates each thing once, when it is asked
//! for, with the functions in [`functions`] and the values in [`value`]; `load` goes through the
//! blocks and gives their bodies as the values that policies judge.
//!
//! All input is hostile. What bounds it: nesting (hcl-edit's 64 levels, [`value::MAX_DEPTH`]), the
//! size of files and values, steps of evaluation, values that wait for each other, instances,
//! modules and blocks. Evaluation runs on a thread with a stack of its own, since values may wait
//! for each other thousands deep.
//!
//! # What differs from Terraform
//!
//! - `false && unknown` is `false`, `true || unknown` is `true`; Terraform calls both unknown.
//! - The types of unknown values and of `null` are not kept, so that what only depends on a type
//!   is unknown: `try(terraform_data.a.output.b, 1)`.
//! - Attributes that a configuration leaves out are unknown, also those that a schema would say
//!   are null.
//! - `list(…)` and `map(…)` are functions, as they were up to Terraform 0.14.
//! - Marks (`sensitive`, `ephemeral`) are not followed.
//! - Numbers are decimals of 150 digits, not binary ones of 512 bits ([`value::Number`]).
//! - Conditions of `validation`, `precondition`, `postcondition` and `check` are evaluated, not
//!   enforced.

mod eval;
pub mod files;
pub mod functions;
mod load;
mod module;
mod path;
mod syntax;
pub mod value;

pub use eval::InstanceKey;
pub use load::{Assignment, Block, Loaded, Mode, Options, Reference, Statistics, load};
