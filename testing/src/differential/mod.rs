//! Differential testing: rules and resources made by chance, judged by the evaluator and by the
//! engines, and made smaller where they differ.

mod batch;
mod collections;
mod comparing;
mod conditions;
mod focus;
mod judge;
mod literals;
mod metadata;
mod place;
mod print;
mod random;
mod regression;
mod resources;
mod rule;
mod shrink;
mod smaller;
mod writing;

pub use batch::{Batch, Malformed};
pub use judge::{Against, Finding, Judged, judge, must_be_there};
pub use print::policy;
pub use regression::write as write_regression;
pub use rule::Rule;
pub use shrink::{Case, shrink, shrink_by};
