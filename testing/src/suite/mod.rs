//! Suites: declarative tests of policies.

mod format;

pub use format::{
    Detailed, Expectation, Expectations, Expected, Given, GivenNamespace, GivenOperation,
    GivenUser, SUFFIX, SuiteFile,
};
