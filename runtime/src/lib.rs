//! (see ARCHITECTURE.md)

pub mod coverage;
pub mod eval;
pub mod load;
pub mod trace;
pub mod value;
pub mod verdict;
