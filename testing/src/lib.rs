//! Suites and their harness, coverage, conformance with the real engines, and the generated pages of
//! the docs.

pub mod conformance;
#[cfg(feature = "differential")]
pub mod differential;
pub mod generate;
pub mod harness;
pub mod properties;
pub mod reference;
pub mod source;
pub mod suite;
