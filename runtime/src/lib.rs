//! (see ARCHITECTURE.md)

pub mod value;
