//! Suites and their harness, coverage, and conformance with the real engines.

pub mod conformance;
pub mod harness;
pub mod suite;
