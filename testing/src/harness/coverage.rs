//! What the suites of a run decided both ways, and what they did not.

use policyc_diagnostics::{SourceMap, Span};
use policyc_runtime::coverage::{Count, Coverage, RuleCoverage};
use serde::Serialize;

use super::run::run_covered;
use crate::suite::{Case, Plan};

/// Coverage of the rules of a run.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageReport {
    /// Rules in the order of the program.
    pub rules: Vec<RuleReport>,
    /// Statements that held for some fixture and failed for another, of all statements.
    pub statements: Share,
    /// Conditions, and parts of conditions, that held once and did not once, of all of them.
    pub conditions: Share,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many are covered.
    pub covered: usize,
    /// How many there are.
    pub of: usize,
}

/// Coverage of a rule.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleReport {
    /// `policy/rule`
    pub rule: String,
    /// Fixtures that the rule matched.
    pub matched: u64,
    /// Its statements.
    pub statements: Share,
    /// Its conditions.
    pub conditions: Share,
    /// What was not decided both ways, in the order of the source.
    pub gaps: Vec<Gap>,
}

/// A statement or condition that was not decided both ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// `never reached`, `never holds` or `always holds`.
    pub why: &'static str,
}

/// Runs cases and measures what they reach.
#[must_use]
pub fn measure(cases: &[&Case], plan: &Plan) -> CoverageReport {
    let mut report = CoverageReport {
        rules: Vec::new(),
        statements: Share::default(),
        conditions: Share::default(),
    };
    let Some(main) = &plan.main else {
        return report;
    };
    let mut total = main.compiled.coverage();
    for case in cases {
        // A suite with parameters has a program of its own, whose counts are matched by place.
        let mut counts = case.unit.compiled.coverage();
        let _ = run_covered(case, &mut counts);
        add(&mut total, &counts);
    }
    for counts in &total.rules {
        let Some(policy) = main.program.policies.get(counts.policy) else {
            continue;
        };
        let Some(rule) = policy.rules.get(counts.rule) else {
            continue;
        };
        // The library is tested where it lies.
        if plan.sources.is_library(policy.origin.source) {
            continue;
        }
        let mut gaps = Vec::new();
        let statements = share(&counts.statements, &plan.sources.map, &mut gaps);
        let conditions = share(&counts.conditions, &plan.sources.map, &mut gaps);
        gaps.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        gaps.dedup();
        report.statements.covered += statements.covered;
        report.statements.of += statements.of;
        report.conditions.covered += conditions.covered;
        report.conditions.of += conditions.of;
        report.rules.push(RuleReport {
            rule: format!("{}/{}", policy.name, rule.name),
            matched: counts.matched,
            statements,
            conditions,
            gaps,
        });
    }
    report
}

/// Adds the counts of a program compiled with other parameters: rules and their parts are known by
/// their place in the source.
fn add(total: &mut Coverage, counts: &Coverage) {
    for from in &counts.rules {
        if from.matched == 0 {
            continue;
        }
        let key = anchor(from);
        if let Some(into) = total.rules.iter_mut().find(|rule| anchor(rule) == key) {
            into.matched += from.matched;
            into.skipped += from.skipped;
            add_by_place(&mut into.statements, &from.statements);
            add_by_place(&mut into.conditions, &from.conditions);
        }
    }
}

fn anchor(rule: &RuleCoverage) -> Option<Span> {
    rule.statements
        .iter()
        .flatten()
        .map(|count| count.origin)
        .next()
}

fn add_by_place(into: &mut [Option<Count>], from: &[Option<Count>]) {
    for count in from.iter().flatten() {
        for mine in into
            .iter_mut()
            .flatten()
            .filter(|mine| mine.origin == count.origin)
        {
            mine.held += count.held;
            mine.failed += count.failed;
        }
    }
}

/// How many places were decided both ways. What was unrolled from one place counts once.
fn share(counts: &[Option<Count>], sources: &SourceMap, gaps: &mut Vec<Gap>) -> Share {
    let mut places: Vec<(Span, u64, u64)> = Vec::new();
    for count in counts.iter().flatten() {
        match places
            .iter_mut()
            .find(|(origin, ..)| *origin == count.origin)
        {
            Some((_, held, failed)) => {
                *held += count.held;
                *failed += count.failed;
            }
            None => places.push((count.origin, count.held, count.failed)),
        }
    }
    let mut covered = 0;
    for (origin, held, failed) in &places {
        let why = match (held, failed) {
            (0, 0) => "never reached",
            (0, _) => "never holds",
            (_, 0) => "always holds",
            (_, _) => {
                covered += 1;
                continue;
            }
        };
        let (file, line) = sources
            .locate(*origin)
            .map_or((String::new(), 0), |(file, at)| (file.to_owned(), at.line));
        let text = sources
            .slice(*origin)
            .lines()
            .next()
            .unwrap_or("")
            .to_owned();
        gaps.push(Gap {
            file,
            line,
            text,
            why,
        });
    }
    Share {
        covered,
        of: places.len(),
    }
}
