//! Drivers of the real engines: emitted files and resources in, rows of verdicts out.
//!
//! Nothing here knows the compiler or the evaluator. An engine that says nothing about a policy, drops a file
//! without a word or writes something unexpected is an [`OracleError`], never an empty list of verdicts:
//! both engines exit 0 in most of these cases.

pub mod checkov;
#[cfg(feature = "cluster")]
pub mod cluster;
pub mod kyverno;
mod locate;
mod process;
mod resource;

use std::fmt;
use std::time::Duration;

pub use locate::{Engines, Missing};
pub use resource::{Resource, ResourceId};

/// The engines that policies are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// Kyverno's command line, `kyverno apply`.
    Kyverno,
    /// Checkov with custom checks.
    Checkov,
    /// Kubernetes' API server with its store and controllers, and Kyverno's controllers.
    Cluster,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kyverno => "kyverno",
            Self::Checkov => "checkov",
            Self::Cluster => "cluster",
        })
    }
}

/// The oracle did not speak: there are no verdicts, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleError {
    /// Which engine was asked.
    pub engine: Engine,
    /// Why its answer cannot be used.
    pub silence: Silence,
    /// The engine's own words, cut to a readable length; empty if it said nothing.
    pub said: String,
}

/// Why an engine's answer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// What the engine was to be given is not usable: a resource without a name, a policy twice.
    Input(String),
    /// The engine could not be started, or its files not be written or read.
    Unreachable(String),
    /// It was still running at its time limit, and was ended.
    TimedOut(Duration),
    /// It ended as it should not; the exit code, none if a signal ended it.
    Crashed(Option<i32>),
    /// It did not take these policies or checks.
    Refused(Vec<String>),
    /// It wrote something that does not belong there.
    Garbled(String),
    /// It gave no row at all for these policies, though each was expected to draw one.
    NoRow(Vec<String>),
    /// It did not see these resources.
    Unseen(Vec<ResourceId>),
}

impl OracleError {
    /// Words longer than this are cut: a Go panic or a Python traceback repeats itself.
    const SAID: usize = 6000;

    fn new(engine: Engine, silence: Silence, said: &str) -> Self {
        let said = said.trim();
        let said = match said
            .char_indices()
            .nth(Self::SAID)
            .and_then(|(at, _)| said.get(..at))
        {
            Some(start) => format!("{start}…"),
            None => said.to_owned(),
        };
        Self {
            engine,
            silence,
            said,
        }
    }
}

impl fmt::Display for OracleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} gave no verdicts: ", self.engine)?;
        match &self.silence {
            Silence::Input(what) => write!(f, "{what}")?,
            Silence::Unreachable(what) => write!(f, "{what}")?,
            Silence::TimedOut(limit) => write!(f, "still running after {} s", limit.as_secs())?,
            Silence::Crashed(Some(code)) => write!(f, "it ended with exit code {code}")?,
            Silence::Crashed(None) => write!(f, "a signal ended it")?,
            Silence::Refused(names) => write!(f, "it did not take `{}`", names.join("`, `"))?,
            Silence::Garbled(what) => write!(f, "{what}")?,
            Silence::NoRow(names) => write!(f, "not one row for `{}`", names.join("`, `"))?,
            Silence::Unseen(resources) => {
                let names: Vec<String> = resources.iter().map(ToString::to_string).collect();
                write!(f, "it did not see `{}`", names.join("`, `"))?;
            }
        }
        if self.said.is_empty() {
            Ok(())
        } else {
            write!(f, "\n{}", self.said)
        }
    }
}

impl std::error::Error for OracleError {}
