//! The built-in functions.
//!
//! Every function here is a pure function of its arguments and of the files it is given. Special
//! forms are none of them: `try`, `can`, `templatefile`, `templatestring`, `sensitive`,
//! `nonsensitive`, `ephemeralasnull` and `issensitive` need expressions, not values, and are the
//! evaluator's.

mod charset;
mod collections;
mod conversion;
mod csv;
mod datetime;
mod encoding;
mod filesystem;
mod format;
mod format_number;
mod go_math;
mod hash;
mod json;
mod maps;
mod network;
mod numeric;
mod regex;
mod sets;
mod signature;
mod text;
mod time;
mod wildcard;
mod yaml;
mod yaml_decode;
mod yaml_encode;

use std::sync::Arc;

use crate::files::{Files, Unreadable};
use crate::path;
use crate::value::{Reason, Value};

use signature::Function;

/// What a function may use besides its arguments.
#[derive(Clone, Copy)]
pub struct FunctionContext<'a> {
    files: &'a dyn Files,
    directory: &'a str,
}

impl<'a> FunctionContext<'a> {
    /// Functions that read `files`, with relative paths counted from `directory`, the folder of
    /// the root module.
    #[must_use]
    pub fn new(files: &'a dyn Files, directory: &'a str) -> Self {
        Self { files, directory }
    }

    /// The bytes of the file that `file(path)` means.
    ///
    /// # Errors
    ///
    /// With the reason when there is no such file in the scanned folder, or it is outside: what is
    /// made of it is unknown then, since Terraform may see another disk.
    pub fn read(&self, path: &str) -> Result<Arc<[u8]>, Reason> {
        let normal = self.resolve(path)?;
        self.files.read(&normal).map_err(|error| match error {
            Unreadable::Missing => format!("the file `{path}` is not here").into(),
            Unreadable::Refused(reason) => format!("the file `{path}` {reason}").into(),
        })
    }

    /// Every file below the folder `path`, by its path relative to it, in order.
    ///
    /// # Errors
    ///
    /// As for [`Self::read`].
    pub fn files_below(&self, path: &str) -> Result<Vec<String>, Reason> {
        let normal = self.resolve(path)?;
        let mut found = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let listing = self
                .files
                .list(&path::join(&normal, &folder))
                .map_err(|_| Arc::<str>::from(format!("the folder `{path}` is not here")))?;
            found.extend(listing.files.iter().map(|file| path::join(&folder, file)));
            if found.len() > MAX_FILES || folder.matches('/').count() > MAX_FOLDERS {
                return Err(format!("the folder `{path}` is too large").into());
            }
            folders.extend(listing.folders.iter().map(|name| path::join(&folder, name)));
        }
        found.sort();
        Ok(found)
    }

    fn resolve(&self, path: &str) -> Result<String, Reason> {
        path::resolve(self.directory, path)
            .ok_or_else(|| format!("`{path}` is outside of the scanned folder").into())
    }
}

/// How many files `fileset` looks at.
const MAX_FILES: usize = 100_000;

/// How many folders inside each other `fileset` enters.
const MAX_FOLDERS: usize = 32;

/// Why a function has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunctionError {
    /// Terraform has no function of this name.
    NoFunction,
    /// The argument at the index, from 0, is not what the function takes.
    Argument(usize, String),
    /// The call as a whole is wrong: the number of arguments, arguments that do not fit together.
    Call(String),
}

/// Every function, by family.
const FAMILIES: &[&[Function]] = &[
    charset::FUNCTIONS,
    collections::FUNCTIONS,
    conversion::FUNCTIONS,
    csv::FUNCTIONS,
    datetime::FUNCTIONS,
    encoding::FUNCTIONS,
    filesystem::FUNCTIONS,
    format::FUNCTIONS,
    hash::FUNCTIONS,
    json::FUNCTIONS,
    maps::FUNCTIONS,
    network::FUNCTIONS,
    numeric::FUNCTIONS,
    regex::FUNCTIONS,
    sets::FUNCTIONS,
    text::FUNCTIONS,
    yaml::FUNCTIONS,
];

/// The names of all functions here, without the `core::` that may stand before each.
pub fn names() -> impl Iterator<Item = &'static str> {
    FAMILIES
        .iter()
        .copied()
        .flatten()
        .map(|function| function.name)
}

/// Calls the function `name` with arguments that are already spread (`f(list...)`).
///
/// When an argument is not wholly known the result is unknown for the same reason, unless the
/// function can say something all the same: `length` of a list of unknown elements, `merge`. It is
/// unknown too when the result would be larger than this program makes values.
///
/// # Errors
///
/// When there is no such function, or Terraform would refuse the call.
pub fn call(
    name: &str,
    arguments: &[Value],
    context: &FunctionContext<'_>,
) -> Result<Value, FunctionError> {
    if name.starts_with("provider::") {
        return Ok(Value::unknown(format!(
            "`{name}` is a function of a provider"
        )));
    }
    let name = name.strip_prefix("core::").unwrap_or(name);
    FAMILIES
        .iter()
        .copied()
        .flatten()
        .find(|function| function.name == name)
        .ok_or(FunctionError::NoFunction)?
        .call(arguments, context)
}
