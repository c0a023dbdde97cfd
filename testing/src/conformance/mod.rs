//! Conformance: the same emitted files and the same resources, judged by the engines people really
//! run.

mod ask;
mod compare;
pub mod engine;
mod known;
mod question;
mod tally;

pub use ask::{Answers, Unasked, ask};
pub use compare::{Answer, Comparison, Disagreement, compare};
pub use known::{Known, KnownDisagreement};
pub use question::{Emitted, Module, Question, Verdicts, of_corpus, of_plan};
pub use tally::Tally;
