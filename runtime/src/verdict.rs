//! What a rule says about a resource.

use policyc_diagnostics::Span;
use policyc_ir::StatementId;
use serde::Serialize;

use crate::trace::Trace;

/// The verdict of a rule on a resource that it matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every statement holds.
    Pass,
    /// Some statement does not hold.
    Fail,
    /// A precondition does not hold.
    Skip,
    /// The rule could not be decided.
    Error,
    /// The verdict depends on a value that nobody knows yet: of Terraform, known after apply.
    Unknown,
}

impl Verdict {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}

/// What a rule says about a resource that it matched, and does not exclude.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleOutcome {
    /// Index of the policy in the program.
    pub policy: usize,
    /// Index of the rule in the policy.
    pub rule: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// Why the rule was skipped or not decided.
    pub reason: Option<Reason>,
    /// What failed, in the order of the statements and elements; only for *fail*.
    pub findings: Vec<Finding>,
    /// How many more findings there are than are listed.
    pub more_findings: usize,
    /// Values that the rule read and that their schema does not allow. They do not decide the
    /// verdict: they are read as what they are.
    pub invalid: Vec<InvalidValue>,
    /// How the conditions that hold came out, in order, if that was asked for: why a rule passes.
    pub traces: Vec<Trace>,
}

/// Why a rule was skipped, or could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The reason in words.
    pub text: String,
    /// What in the policy is responsible.
    pub origin: Span,
    /// The value in the resource that is responsible, if one is.
    pub value: Option<Span>,
}

/// A statement that does not hold, for one element if it stands in a `for`.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The author's message, or a text made from the condition.
    pub message: String,
    /// Path of what failed, in the submitted resource: `spec.containers[0].image`. Empty for the
    /// resource as a whole. It begins with `old`, `user`, `operation` or `namespace` when it is
    /// there that what failed stands.
    pub path: String,
    /// Place of what failed; of its nearest parent that is there when it is absent; of the
    /// resource when it is no part of it.
    pub span: Span,
    /// Whether what failed is absent.
    pub absent: bool,
    /// What would hold, in words.
    pub expected: Option<String>,
    /// The value that was found, shortened.
    pub found: Option<String>,
    /// The statement.
    pub statement: StatementId,
    /// Where the statement stands in the policy.
    pub origin: Span,
    /// Where the part of the condition that decided stands in the policy.
    pub condition: Span,
    /// The elements of the enclosing `for` statements, the outermost first.
    pub elements: Vec<Element>,
    /// How the condition came out, if that was asked for.
    pub trace: Option<Trace>,
}

/// An element of a `for` or a quantifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its place.
    pub position: Position,
    /// Its `name`, if it is a map with a string of that name; itself, if it is a string.
    pub name: Option<String>,
    /// Its path in the submitted resource, if it is a part of it.
    pub path: Option<String>,
}

/// The place of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// In a list, from 0.
    Index(usize),
    /// In a map.
    Key(String),
}

/// A value that its schema does not allow; no API server would admit the resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InvalidValue {
    /// Its path in the submitted resource.
    pub path: String,
    /// Its place.
    pub span: Span,
    /// What the schema wants, such as `bool` or `list of string`.
    pub expected: String,
    /// What it is, such as `string`; [`InvalidValue::MISSING`] if it is required and not there.
    pub found: &'static str,
}

impl InvalidValue {
    /// What `found` is for a required value that is not there.
    pub const MISSING: &'static str = "missing";
}

impl std::fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            path,
            expected,
            found,
            span: _,
        } = self;
        if *found == Self::MISSING {
            write!(f, "`{path}` is missing; it must be a {expected}")
        } else {
            write!(f, "`{path}` is a {found}; it must be a {expected}")
        }
    }
}
