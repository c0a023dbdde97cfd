//! Running a case.

use policyc_runtime::coverage::{Coverage, RuleCoverage};
use policyc_runtime::eval::Options;
use policyc_runtime::verdict::{RuleOutcome, Verdict};

use crate::suite::{Case, Expected};

/// What came out of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseOutcome {
    /// What the rule said; none when it does not apply to the resource.
    pub found: Option<RuleOutcome>,
    /// In what the outcome differs from what was expected; empty when the case passes.
    pub mismatches: Vec<Mismatch>,
}

/// A difference between what was expected and what came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// Another verdict.
    Verdict,
    /// No finding has the expected message; those there are.
    Message {
        /// The message that was expected.
        expected: String,
        /// The messages of the findings.
        found: Vec<String>,
    },
    /// No finding is at the expected path; those there are.
    Path {
        /// The path that was expected.
        expected: String,
        /// The paths of the findings.
        found: Vec<String>,
    },
    /// The fixture holds a value that its schema does not allow: no API server would admit it, so
    /// no verdict on it says anything. Its path, and what is wrong.
    Invalid(String),
}

/// Evaluates a case.
#[must_use]
pub fn run(case: &Case) -> CaseOutcome {
    judge(case, evaluate(case, Options::default(), None))
}

/// Evaluates a case once more, with the trace of what decided it.
#[must_use]
pub fn explain(case: &Case) -> CaseOutcome {
    judge(
        case,
        evaluate(
            case,
            Options {
                explain: true,
                ..Options::default()
            },
            None,
        ),
    )
}

/// Evaluates a case and counts what it reached in `coverage`, which is of the case's program.
#[must_use]
pub fn run_covered(case: &Case, coverage: &mut Coverage) -> CaseOutcome {
    judge(case, evaluate(case, Options::default(), Some(coverage)))
}

fn evaluate(case: &Case, options: Options, coverage: Option<&mut Coverage>) -> Option<RuleOutcome> {
    let compiled = &case.unit.compiled;
    let resource = &case.fixture.resource;
    let outcomes = match coverage {
        None => compiled.evaluate(resource, &case.context, options),
        Some(coverage) => {
            // Only the rule that the case is about counts: a rule is not covered by the fixtures
            // of another one.
            let mut all = compiled.coverage();
            let outcomes = compiled.evaluate_covered(resource, &case.context, options, &mut all);
            for rule in &mut all.rules {
                if (rule.policy, rule.rule) != (case.policy, case.rule) {
                    forget(rule);
                }
            }
            coverage.merge(&all);
            outcomes
        }
    };
    outcomes
        .into_iter()
        .find(|outcome| (outcome.policy, outcome.rule) == (case.policy, case.rule))
}

fn forget(rule: &mut RuleCoverage) {
    rule.matched = 0;
    rule.skipped = 0;
    for count in rule
        .statements
        .iter_mut()
        .chain(&mut rule.conditions)
        .flatten()
    {
        count.held = 0;
        count.failed = 0;
    }
}

fn judge(case: &Case, found: Option<RuleOutcome>) -> CaseOutcome {
    let mut mismatches = Vec::new();
    let verdict = found.as_ref().map(|outcome| outcome.verdict);
    let wanted = match case.expected {
        Expected::Pass => Some(Verdict::Pass),
        Expected::Fail => Some(Verdict::Fail),
        Expected::Skip => Some(Verdict::Skip),
        Expected::Unknown => Some(Verdict::Unknown),
        Expected::Unmatched => None,
    };
    if verdict != wanted {
        mismatches.push(Mismatch::Verdict);
    } else if let (Some(outcome), Some(details)) = (&found, &case.details) {
        if let Some(expected) = &details.message {
            let messages: Vec<String> =
                outcome.findings.iter().map(|f| f.message.clone()).collect();
            if !messages.contains(expected) {
                mismatches.push(Mismatch::Message {
                    expected: expected.clone(),
                    found: messages,
                });
            }
        }
        if let Some(expected) = &details.at {
            let paths: Vec<String> = outcome.findings.iter().map(|f| f.path.clone()).collect();
            if !paths.contains(expected) {
                mismatches.push(Mismatch::Path {
                    expected: expected.clone(),
                    found: paths,
                });
            }
        }
    }
    for value in found.iter().flat_map(|outcome| &outcome.invalid) {
        mismatches.push(Mismatch::Invalid(value.to_string()));
    }
    CaseOutcome { found, mismatches }
}
