//! The project file `policyc.yaml`, and reading policy sources from disk.
//!
//! The one place that knows how a project lies on disk: the command line, the test harness and the
//! conformance run all load sources through it. No path named in a project leaves the project.

mod compile;
mod file;
mod folder;
mod load;
mod paths;
mod yaml;

pub use compile::{SchemaCell, Settings, compile};
pub use file::{Environment, FILE_NAME, FailureAction, KyvernoCel, Namespace, ProjectFile, Value};
pub use folder::Folder;
pub use load::{Module, Project, Sources, find, library_module_name, roots_of, shown};
pub use paths::{Escape, contain};
pub use yaml::{diagnose_yaml, from_yaml};
