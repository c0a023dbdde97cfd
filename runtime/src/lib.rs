//! (see ARCHITECTURE.md)

pub mod load;
pub mod value;
