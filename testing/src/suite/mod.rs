//! Suites: declarative tests of policies.

mod discover;
mod fixture;
mod folder;
mod format;
mod plan;
mod terraform;
mod unnamed;

pub use discover::{Suite, discover};
pub use fixture::{Fixture, Fixtures};
pub use folder::folder;
pub use format::{
    Detailed, Expectation, Expectations, Expected, Given, GivenNamespace, GivenOperation,
    GivenUser, SUFFIX, SuiteFile,
};
pub use plan::{Case, Plan, Unit, plan};
pub use terraform::blocks;
