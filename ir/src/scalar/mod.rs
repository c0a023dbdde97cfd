//! The typed scalars: how their texts are read, and how they compare.
//!
//! One reading for everybody: the compiler checks literals with it, the runtime compares values
//! with it, backends canonicalize with it. Everything is exact, total and linear in the length of
//! the text.

mod case;
mod date;
mod duration;
mod glob;
mod network;
mod quantity;
mod re2;
#[cfg(test)]
mod tests;
mod version;

pub use case::{to_lower, to_upper};
pub use date::Date;
pub use duration::Duration;
pub use glob::Glob;
pub use network::{Cidr, Ip};
pub use quantity::Quantity;
pub use re2::re2_to_regex;
pub use version::Version;
