//! The harness: runs the cases of a plan and reports them.
//!
//! For people it is libtest-mimic, so that filters, listing and output are those of `cargo test`;
//! for machines it is JSON and JUnit.

mod coverage;
mod failure;
mod report;
mod run;

use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use policyc_diagnostics::SourceMap;
use rayon::prelude::*;

use crate::suite::{Case, Plan};

pub use coverage::{CoverageReport, Gap, RuleReport, measure};
pub use failure::describe;
pub use report::{CaseReport, RunReport};
pub use run::{CaseOutcome, Mismatch, explain, run, run_covered};

/// Which cases of a plan are run.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only cases whose name contains this.
    pub filter: Option<String>,
    /// Only every so many-th case: the part from 1, and the number of parts.
    pub partition: Option<(usize, usize)>,
}

impl Selection {
    /// The cases of a plan that are run, in order.
    #[must_use]
    pub fn of<'p>(&self, plan: &'p Plan) -> Vec<&'p Case> {
        let named = |case: &&Case| {
            self.filter
                .as_ref()
                .is_none_or(|filter| case.name.contains(filter.as_str()))
        };
        plan.cases
            .iter()
            .filter(named)
            .enumerate()
            .filter(|(index, _)| {
                self.partition
                    .is_none_or(|(part, parts)| index % parts == part - 1)
            })
            .map(|(_, case)| case)
            .collect()
    }
}

/// Runs cases with libtest-mimic, which writes the results to standard output. True when all pass.
#[must_use]
pub fn run_for_people(cases: &[&Case], sources: &SourceMap, arguments: &Arguments) -> bool {
    !run_trials(trials(cases, sources), arguments).has_failed()
}

/// A trial of libtest-mimic for each case.
#[must_use]
pub fn trials(cases: &[&Case], sources: &SourceMap) -> Vec<Trial> {
    let sources = Arc::new(sources.clone());
    cases
        .iter()
        .map(|case| {
            let sources = Arc::clone(&sources);
            let case = (*case).clone();
            Trial::test(case.name.clone(), move || {
                match failure_of(&case, &sources) {
                    None => Ok(()),
                    Some(failure) => Err(Failed::from(failure)),
                }
            })
        })
        .collect()
}

fn run_trials(trials: Vec<Trial>, arguments: &Arguments) -> libtest_mimic::Conclusion {
    libtest_mimic::run(arguments, trials)
}

/// Runs cases for a machine to read.
#[must_use]
pub fn run_for_machines(cases: &[&Case], plan: &Plan) -> RunReport {
    let reports = cases
        .par_iter()
        .map(|case| {
            let failure = failure_of(case, &plan.sources.map);
            let suite = plan.suites.get(case.suite);
            CaseReport {
                name: case.name.clone(),
                suite: suite
                    .map(|s| s.path.display().to_string())
                    .unwrap_or_default(),
                rule: case.name.split("::").next().unwrap_or("").to_owned(),
                passed: failure.is_none(),
                failure,
            }
        })
        .collect();
    RunReport::new(reports)
}

fn failure_of(case: &Case, sources: &SourceMap) -> Option<String> {
    if run(case).mismatches.is_empty() {
        return None;
    }
    Some(describe(case, &explain(case), sources))
}
