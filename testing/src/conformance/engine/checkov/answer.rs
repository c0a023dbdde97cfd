//! The driver's answer, as JSON has it.

use serde::Deserialize;

use super::Verdict;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) version: String,
    pub(super) jobs: Vec<JobAnswer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JobAnswer {
    pub(super) error: Option<String>,
    pub(super) loaded: Vec<Loaded>,
    pub(super) vertices: Vec<Vertex>,
    pub(super) rows: Vec<AnswerRow>,
    pub(super) exceptions: Vec<Raised>,
    pub(super) log: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Loaded {
    pub(super) check: String,
}

#[derive(Deserialize)]
pub(super) struct Vertex {
    pub(super) vertex: Option<String>,
    pub(super) file: Option<String>,
    /// Whether there is something in it that Terraform has not: blocks made of `dynamic` ones, texts
    /// of expressions, what rendering made empty.
    pub(super) doubtful: bool,
}

#[derive(Deserialize)]
pub(super) struct AnswerRow {
    pub(super) check: String,
    pub(super) result: Said,
    pub(super) vertex: Option<String>,
    pub(super) file: Option<String>,
    pub(super) line: Option<usize>,
}

#[derive(Deserialize)]
pub(super) struct Raised {
    pub(super) check: Option<String>,
    pub(super) error: String,
    pub(super) vertex: Option<String>,
    pub(super) file: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Said {
    Passed,
    Failed,
    Skipped,
    Unknown,
}

impl From<Said> for Verdict {
    fn from(said: Said) -> Self {
        match said {
            Said::Passed => Self::Passed,
            Said::Failed => Self::Failed,
            Said::Skipped => Self::Skipped,
            Said::Unknown => Self::Unknown,
        }
    }
}
