//! Spans, the source map, diagnostics, and the one table of their codes.
//!
//! Every mistake of a user, in a policy, a project file, a resource or a suite, is a
//! [`Diagnostic`] with a stable [`Code`]; nothing here does I/O.

mod codes;
mod diagnostic;
mod render;
mod source;
mod span;

pub use codes::Code;
pub use diagnostic::{Diagnostic, Label, Level};
pub use render::{JsonDiagnostic, JsonFix, JsonLabel, JsonPlace, printable, to_json, to_text};
pub use source::{Position, SourceFile, SourceMap};
pub use span::{SourceId, Span};
