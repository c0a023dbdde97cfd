//! What is shown of a case that fails: the rule, the statement, the value, and the trace of what
//! decided.

use std::fmt::Write as _;

use policyc_diagnostics::{SourceMap, Span, printable};
use policyc_runtime::trace::Trace;
use policyc_runtime::verdict::{Finding, RuleOutcome, Verdict};
use similar_asserts::SimpleDiff;

use super::run::{CaseOutcome, Mismatch};
use crate::suite::{Case, Expected};

/// Most findings and traces that are shown of one case.
const MAX_SHOWN: usize = 5;

/// The text for a case that fails; `outcome` should have traces.
#[must_use]
pub fn describe(case: &Case, outcome: &CaseOutcome, sources: &SourceMap) -> String {
    let mut out = String::new();
    for mismatch in &outcome.mismatches {
        one(&mut out, case, outcome, mismatch);
    }
    place(&mut out, "resource", case.fixture.resource.span(), sources);
    if let Some(rule) = rule_of(case) {
        place(&mut out, "rule", rule.origin.at_start(), sources);
    }
    if let Some(found) = &outcome.found {
        if let Some(reason) = &found.reason {
            let _ = writeln!(out, "because: {}", reason.text);
            quoted(&mut out, "at", reason.origin, sources);
        }
        for finding in found.findings.iter().take(MAX_SHOWN) {
            show_finding(&mut out, finding, sources);
        }
        let more = found.more_findings + found.findings.len().saturating_sub(MAX_SHOWN);
        if more > 0 {
            let _ = writeln!(out, "and {more} more findings");
        }
        if found.findings.is_empty() && found.verdict != Verdict::Skip {
            show_traces(&mut out, found, sources);
        }
    }
    printable(out.trim_end())
}

fn one(out: &mut String, case: &Case, outcome: &CaseOutcome, mismatch: &Mismatch) {
    match mismatch {
        Mismatch::Verdict => {
            let found = outcome
                .found
                .as_ref()
                .map_or("unmatched", |found| found.verdict.as_str());
            let _ = writeln!(out, "expected {}, found {found}", case.expected.as_str());
            if outcome.found.is_none() {
                out.push_str("the rule does not match the resource, or excludes it\n");
            } else if case.expected == Expected::Unmatched {
                out.push_str("the rule matches the resource and does not exclude it\n");
            }
        }
        Mismatch::Message { expected, found } => {
            out.push_str("no finding has the expected message\n");
            match found.as_slice() {
                [only] => {
                    let diff = SimpleDiff::from_str(expected, only, "expected", "found");
                    let _ = writeln!(out, "{diff}");
                }
                _ => {
                    let _ = writeln!(out, "expected: {expected}");
                    for message in found {
                        let _ = writeln!(out, "   found: {message}");
                    }
                }
            }
        }
        Mismatch::Path { expected, found } => {
            let _ = writeln!(out, "no finding is at the expected path");
            let _ = writeln!(out, "expected: {expected}");
            for path in found {
                let _ = writeln!(out, "   found: {path}");
            }
        }
        Mismatch::Invalid(why) => {
            let _ = writeln!(out, "the fixture is not valid: {why}");
        }
    }
}

fn rule_of(case: &Case) -> Option<&policyc_ir::Rule> {
    case.unit
        .program
        .policies
        .get(case.policy)?
        .rules
        .get(case.rule)
}

fn show_finding(out: &mut String, finding: &Finding, sources: &SourceMap) {
    let _ = writeln!(out, "finding: {}", finding.message);
    quoted(out, "statement", finding.origin, sources);
    let value = match (&finding.found, finding.absent) {
        (_, true) => "absent".to_owned(),
        (Some(found), false) => found.clone(),
        (None, false) => String::new(),
    };
    let _ = writeln!(out, "  value: {} {value}", finding.path);
    place(out, "  at", finding.span, sources);
    if let Some(trace) = &finding.trace {
        out.push_str("  because:\n");
        show_trace(out, trace, 2, sources);
    }
}

fn show_traces(out: &mut String, found: &RuleOutcome, sources: &SourceMap) {
    for trace in found.traces.iter().take(MAX_SHOWN) {
        quoted(out, "statement", trace.origin, sources);
        show_trace(out, trace, 1, sources);
    }
}

fn show_trace(out: &mut String, trace: &Trace, depth: usize, sources: &SourceMap) {
    let mark = if trace.holds { '✓' } else { '✗' };
    let indent = "  ".repeat(depth);
    let text = one_line(sources.slice(trace.origin));
    let _ = write!(out, "{indent}{mark} {text}");
    if let Some(element) = &trace.element
        && let Some(path) = &element.path
    {
        let _ = write!(out, "   for {path}");
    }
    for value in &trace.values {
        let shown = value.value.as_deref().unwrap_or("absent");
        let _ = write!(out, "   [{} = {shown}", value.text);
        if let Some((file, at)) = value.span.and_then(|span| sources.locate(span)) {
            let _ = write!(out, ", {file}:{}", at.line);
        }
        out.push(']');
    }
    out.push('\n');
    for part in &trace.parts {
        show_trace(out, part, depth + 1, sources);
    }
    if trace.more_parts > 0 {
        let _ = writeln!(out, "{indent}  … and {} more", trace.more_parts);
    }
}

fn place(out: &mut String, what: &str, span: Span, sources: &SourceMap) {
    if let Some((file, at)) = sources.locate(span) {
        let _ = writeln!(out, "{what}: {file}:{}:{}", at.line, at.column);
    }
}

fn quoted(out: &mut String, what: &str, span: Span, sources: &SourceMap) {
    if let Some((file, at)) = sources.locate(span) {
        let text = one_line(sources.slice(span));
        let _ = writeln!(out, "  {what}: {file}:{}: {text}", at.line);
    }
}

/// The first line of a piece of source, with a mark when there is more.
fn one_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or("").trim_end().to_owned();
    if lines.next().is_some() {
        format!("{first} …")
    } else {
        first
    }
}
