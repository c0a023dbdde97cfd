//! Source text in, IR and target files out. No I/O, no clock, no environment: the same input gives
//! the same bytes.

pub mod backend;
mod compile;
mod lower;
mod resolve;
pub mod schema;
pub mod syntax;

pub use compile::{CompileOptions, ParamOverride, ParamValue, SourceInput, compile};
pub use lower::dump::dump;
pub use resolve::{FUNCTIONS, FunctionRow, OPERATORS, Operator};
