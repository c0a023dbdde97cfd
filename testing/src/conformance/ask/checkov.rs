//! Asking Checkov.

use std::collections::BTreeMap;

use super::{Answers, Unasked, artifacts};
use crate::conformance::compare::Answer;
use crate::conformance::engine::checkov::{Check, Checkov, Job, Run, Verdict};
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
