//! Source text in, IR and target files out. No I/O, no clock, no environment: the same input gives
//! the same bytes.

pub mod backend;
pub mod schema;
pub mod syntax;
