//! The smallest rule and resource on which two still differ.

use serde_json::Value as Json;

use super::batch::Batch;
use super::judge::{Against, Finding, judge};
use super::print::policy;
use super::rule::Rule;
use super::smaller;
use crate::suite::Given;

/// Most candidates that are asked about at once.
const AT_ONCE: usize = 60;

/// Most rounds of questions.
const ROUNDS: usize = 80;

/// A rule and a resource on which the evaluator and another differ.
#[derive(Debug, Clone)]
pub struct Case {
    /// The rule.
    pub rule: Rule,
    /// The resource.
    pub resource: String,
    /// The request around the resource.
    pub given: Given,
    /// What differs.
    pub finding: Finding,
}

/// Makes a rule and a resource smaller as long as they still make a difference.
#[must_use]
pub fn shrink(case: Case, against: Against) -> Case {
    let sort = case.finding.clone();
    shrink_by(case, &|batch| differing(batch, &sort, against))
}

/// The same, with anything that says on what rules and resources of a batch two differ.
#[must_use]
pub fn shrink_by(mut case: Case, differing: &dyn Fn(&Batch) -> Vec<Finding>) -> Case {
    for _ in 0..ROUNDS {
        let smaller = smaller_rule(&case, differing).or_else(|| smaller_resource(&case, differing));
        let Some(smaller) = smaller else {
            break;
        };
        case = smaller;
    }
    case
}

fn smaller_rule(case: &Case, differing: &dyn Fn(&Batch) -> Vec<Finding>) -> Option<Case> {
    let length = |rule: &Rule| policy("p", rule).len();
    let mut candidates: Vec<Rule> = smaller::rules(&case.rule);
    candidates.retain(|rule| length(rule) < length(&case.rule));
    candidates.sort_by_key(length);
    candidates.dedup();
    candidates.retain(|rule| super::batch::unit(std::slice::from_ref(rule)).is_ok());
    for some in candidates.chunks(AT_ONCE) {
        let batch = Batch {
            rules: some.to_vec(),
            resources: vec![case.resource.clone()],
            given: case.given.clone(),
        };
        let found = differing(&batch);
        if let Some((finding, rule)) = found
            .into_iter()
            .filter_map(|finding| Some((some.get(finding.rule)?.clone(), finding)))
            .map(|(rule, finding)| (finding, rule))
            .min_by_key(|(finding, _)| finding.rule)
        {
            return Some(Case {
                rule,
                resource: case.resource.clone(),
                given: case.given.clone(),
                finding,
            });
        }
    }
    None
}

fn smaller_resource(case: &Case, differing: &dyn Fn(&Batch) -> Vec<Finding>) -> Option<Case> {
    let resource: Json = serde_json::from_str(&case.resource).ok()?;
    let mut candidates: Vec<String> = smaller::resources(&resource)
        .iter()
        .map(Json::to_string)
        .collect();
    candidates.sort_by_key(String::len);
    candidates.dedup();
    for some in candidates.chunks(AT_ONCE) {
        let batch = Batch {
            rules: vec![case.rule.clone()],
            resources: some.to_vec(),
            given: case.given.clone(),
        };
        let found = differing(&batch);
        if let Some((at, finding)) = found
            .into_iter()
            .filter_map(|finding| Some((finding.resource?, finding)))
            .min_by_key(|(at, _)| *at)
        {
            return Some(Case {
                rule: case.rule.clone(),
                resource: some.get(at)?.clone(),
                given: case.given.clone(),
                finding,
            });
        }
    }
    None
}

/// The differences of a batch that are of the same sort.
fn differing(batch: &Batch, sort: &Finding, against: Against) -> Vec<Finding> {
    let Ok(mut question) = batch.question("smaller") else {
        return Vec::new();
    };
    let Ok(judged) = judge(batch, &mut question, against) else {
        return Vec::new();
    };
    judged
        .findings
        .into_iter()
        .filter(|finding| {
            finding.resource.is_some() == sort.resource.is_some()
                && (finding.resource.is_none() || finding.found == sort.found)
        })
        .collect()
}
