//! Asking Checkov.

use std::collections::BTreeMap;

use policyc_ir::BlockMode;

use super::{Answers, Unasked, artifacts};
use crate::conformance::compare::Answer;
use crate::conformance::engine::checkov::{Check, Checkov, Job, ModuleJob, Run, Verdict};
use crate::conformance::engine::{OracleError, Resource, Silence};
use crate::conformance::question::{Emitted, Question};

pub(super) fn ask(question: &Question, emitted: &[Emitted]) -> Result<Option<Answers>, Unasked> {
    if !question.given.is_empty() {
        // Checkov sees files, not requests.
        return Ok(None);
    }
    let checkov = Checkov::locate().map_err(Unasked::Missing)?;
    let mut checks = Vec::new();
    let mut rules: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (index, artifact, rule_of) in artifacts(question, emitted) {
        for rule in &artifact.rules {
            let Some(rule_index) = rule_of(&rule.rule) else {
                continue;
            };
            let policy = question.unit.program.policies.get(index);
            let known = policy.and_then(|policy| policy.rules.get(rule_index));
            if !known.is_some_and(|rule| question.is_about(rule)) {
                continue;
            }
            for id in &rule.reported {
                rules.insert(id.clone(), (index, rule_index));
                checks.push(Check {
                    id: id.clone(),
                    text: artifact.contents.clone(),
                });
            }
        }
    }
    if checks.is_empty() {
        return Ok(Some(Answers::default()));
    }
    if !question.modules.is_empty() {
        return ask_about_modules(question, &checkov, &checks, &rules).map(Some);
    }
    let mut resources: Vec<(usize, Resource)> = question
        .engine_resources()
        .map_err(Unasked::Question)?
        .into_iter()
        .enumerate()
        .collect();
    let mut answers = Answers::default();
    let mut run = ask_about(&checkov, &checks, &resources);
    if question.is_corpus
        && let Err(OracleError {
            silence: Silence::Unseen(unseen),
            ..
        }) = &run
    {
        // Checkov leaves out what looks like a template (`${NAME}`, `{{ .Values.x }}`), as it would
        // for its users.
        resources.retain(|(index, resource)| {
            let seen = !unseen.contains(&resource.id);
            if !seen {
                for (policy, rule) in rules.values() {
                    answers
                        .by_pair
                        .insert((*policy, *rule, *index), Answer::Unseen);
                }
            }
            seen
        });
        run = ask_about(&checkov, &checks, &resources);
    }
    let run = run.map_err(Unasked::Oracle)?;
    for row in &run.rows {
        let Some((policy, rule)) = rules.get(&row.check) else {
            continue;
        };
        let Some(&(place, _)) = resources.get(row.index) else {
            continue;
        };
        let answer = if row.exceptions.is_empty() {
            match row.verdict {
                Verdict::Passed => Answer::Pass,
                Verdict::Failed => Answer::Fail,
                Verdict::Skipped => Answer::Suppressed,
                Verdict::Unknown => Answer::Error,
                Verdict::None => Answer::Silent,
            }
        } else {
            Answer::Error
        };
        answers
            .by_pair
            .entry((*policy, *rule, place))
            .and_modify(|known| *known = known.with(answer))
            .or_insert(answer);
    }
    Ok(Some(answers))
}

fn ask_about_modules(
    question: &Question,
    checkov: &Checkov,
    checks: &[Check],
    rules: &BTreeMap<String, (usize, usize)>,
) -> Result<Answers, Unasked> {
    let jobs: Vec<ModuleJob> = question
        .modules
        .iter()
        .map(|module| ModuleJob {
            checks: checks.to_vec(),
            path: module.path.clone(),
            size: module.resources.len(),
        })
        .collect();
    let runs = checkov.run_modules(&jobs).map_err(Unasked::Oracle)?;
    let mut answers = Answers::default();
    for (module, run) in question.modules.iter().zip(&runs) {
        for index in module.resources.clone() {
            let Some((_, resource)) = question.resources.get(index) else {
                continue;
            };
            let Some(address) = address(resource) else {
                continue;
            };
            let is_open = resource.has_unknown || run.is_doubtful(&address);
            for (check, (policy, rule)) in rules {
                let answer = match run.of(check, &address) {
                    _ if run.raised(check, &address) => Answer::Error,
                    Verdict::Passed => Answer::Pass,
                    Verdict::Failed => Answer::Fail,
                    Verdict::Skipped => Answer::Suppressed,
                    Verdict::Unknown if is_open => Answer::Undecided,
                    Verdict::Unknown => Answer::Error,
                    Verdict::None if run.has(&address) || !is_managed(resource) => Answer::Silent,
                    Verdict::None => Answer::Unseen,
                };
                answers.add(*policy, *rule, index, answer);
            }
        }
    }
    Ok(answers)
}

/// Whether checks reach the block at all.
fn is_managed(resource: &policyc_runtime::load::Resource) -> bool {
    resource.block().is_some_and(|block| match block.mode {
        BlockMode::Resource | BlockMode::Data => true,
        BlockMode::Module | BlockMode::Provider | BlockMode::Variable | BlockMode::Output => false,
    })
}

/// What Checkov calls a block: resources and data sources have one sort of addresses.
fn address(resource: &policyc_runtime::load::Resource) -> Option<String> {
    let block = resource.block()?;
    if block.mode != BlockMode::Data {
        return Some(block.address.clone());
    }
    Some(match block.address.rsplit_once(".data.") {
        Some((module, rest)) => format!("{module}.{rest}"),
        None => block.address.strip_prefix("data.")?.to_owned(),
    })
}

fn ask_about(
    checkov: &Checkov,
    checks: &[Check],
    resources: &[(usize, Resource)],
) -> Result<Run, OracleError> {
    let resources = resources
        .iter()
        .map(|(_, resource)| resource.clone())
        .collect();
    checkov.run(&Job {
        checks: checks.to_vec(),
        resources,
    })
}
