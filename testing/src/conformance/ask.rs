//! Asking the engines.

use std::collections::{BTreeMap, HashMap};

use policyc_ir::{MatchClause, Root, Scope, Target, uses};

use super::compare::Answer;
use super::engine::checkov::{
    Check, Checkov, Job as CheckovJob, Run as CheckovRun, Verdict as CheckovVerdict,
};
use super::engine::kyverno::{
    Given as KyvernoGiven, Job as KyvernoJob, Kyverno, Operation, Policy, RuleResult, User,
};
use super::engine::{Missing, OracleError, Resource, Silence};
use super::question::{Emitted, Question};
use crate::suite::{Given, GivenOperation};

/// What an engine says: by policy, rule and resource (indexes). A rule that the target cannot say
/// has no entry.
#[derive(Debug, Default)]
pub struct Answers {
    by_pair: HashMap<(usize, usize, usize), Answer>,
}

impl Answers {
    /// The answer for a rule and a resource.
    #[must_use]
    pub fn get(&self, policy: usize, rule: usize, resource: usize) -> Option<Answer> {
        self.by_pair.get(&(policy, rule, resource)).copied()
    }
}

/// Why an engine has no answers.
#[derive(Debug)]
pub enum Unasked {
    /// It is not installed.
    Missing(Missing),
    /// It did not speak.
    Oracle(OracleError),
    /// The question cannot be put to it.
    Question(String),
}

impl std::fmt::Display for Unasked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(missing) => missing.fmt(f),
            Self::Oracle(error) => error.fmt(f),
            Self::Question(why) => f.write_str(why),
        }
    }
}

/// Asks the engine of a target. `None` when the request around the resources cannot be put to it.
///
/// # Errors
/// When it is not installed, or its answer is not complete.
pub fn ask(
    question: &Question,
    target: Target,
    emitted: &[Emitted],
) -> Result<Option<Answers>, Unasked> {
    match target {
        Target::Kyverno | Target::KyvernoCel => ask_kyverno(question, target, emitted),
        // The API server is asked in a job of its own.
        Target::Vap => Ok(None),
        Target::Checkov => ask_checkov(question, emitted),
    }
}

fn ask_kyverno(
    question: &Question,
    target: Target,
    emitted: &[Emitted],
) -> Result<Option<Answers>, Unasked> {
    let Some(given) = kyverno_given(&question.given) else {
        return Ok(None);
    };
    let kyverno = Kyverno::locate().map_err(Unasked::Missing)?;
    let mut policies = Vec::new();
    // Names that reports use, and the rule they are about.
    let mut rules: Vec<(String, String, usize, usize)> = Vec::new();
    for (index, artifact, rule_of) in artifacts(question, emitted) {
        let Some(policy) = question.unit.program.policies.get(index) else {
            continue;
        };
        let mut names = Vec::new();
        let mut reported_policy = policy.name.clone();
        for rule in &artifact.rules {
            let Some(rule_index) = rule_of(&rule.rule) else {
                continue;
            };
            for reported in &rule.reported {
                if target == Target::KyvernoCel {
                    // A policy of its own, whose rows name no rule.
                    reported_policy.clone_from(reported);
                    rules.push((reported.clone(), String::new(), index, rule_index));
                } else {
                    names.push(reported.clone());
                    rules.push((policy.name.clone(), reported.clone(), index, rule_index));
                }
            }
        }
        policies.push(Policy {
            name: reported_policy,
            text: artifact.contents.clone(),
            rules: names,
            // Rules without a row are seen pair by pair: a missing row is no pass.
            expects_rows: false,
        });
    }
    if policies.is_empty() {
        return Ok(Some(Answers::default()));
    }
    let resources = question.engine_resources().map_err(Unasked::Question)?;
    let count = resources.len();
    let job = KyvernoJob {
        policies,
        resources,
        given,
        ..KyvernoJob::default()
    };
    let run = kyverno.run(&job).map_err(Unasked::Oracle)?;
    let mut by_name: HashMap<(&str, &str, usize), Vec<RuleResult>> = HashMap::new();
    for row in &run.rows {
        by_name
            .entry((row.policy.as_str(), row.rule.as_str(), row.index))
            .or_default()
            .push(row.result);
    }
    let mut answers = Answers::default();
    for (policy_name, reported, policy, rule) in &rules {
        // Without a user the command line passes over who asks; a request always has one.
        if question.given.user.is_none() && asks_who(question, target, *policy, *rule) {
            for resource in 0..count {
                let key = (*policy, *rule, resource);
                answers.by_pair.insert(key, Answer::Unseen);
            }
            continue;
        }
        for resource in 0..count {
            let rows = by_name.get(&(policy_name.as_str(), reported.as_str(), resource));
            let answer = Answer::of_kyverno(rows.map(Vec::as_slice).unwrap_or_default());
            answers
                .by_pair
                .entry((*policy, *rule, resource))
                .and_modify(|known| *known = known.with(answer))
                .or_insert(answer);
        }
    }
    Ok(Some(answers))
}

/// Whether a rule is about requests of some users only, or reads who asks.
///
/// JMESPath takes a user who is not there for no user, as the evaluator does; CEL is in error.
fn asks_who(question: &Question, target: Target, policy: usize, rule: usize) -> bool {
    let policy = question.unit.program.policies.get(policy);
    let Some(rule) = policy.and_then(|policy| policy.rules.get(rule)) else {
        return false;
    };
    let Scope::Kubernetes { matches, excludes } = &rule.scope;
    let names_someone = |clause: &MatchClause| {
        !(clause.users.is_empty() && clause.groups.is_empty() && clause.roles.is_empty())
    };
    let mut who = matches.iter().any(names_someone);
    if target == Target::KyvernoCel {
        who |= excludes.iter().any(names_someone);
        uses::of_rule(rule, &mut |path| who |= path.root == Root::User);
    }
    who
}

fn ask_checkov(question: &Question, emitted: &[Emitted]) -> Result<Option<Answers>, Unasked> {
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
                CheckovVerdict::Passed => Answer::Pass,
                CheckovVerdict::Failed => Answer::Fail,
                CheckovVerdict::Skipped => Answer::Suppressed,
                CheckovVerdict::Unknown => Answer::Error,
                CheckovVerdict::None => Answer::Silent,
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
) -> Result<CheckovRun, OracleError> {
    let resources = resources
        .iter()
        .map(|(_, resource)| resource.clone())
        .collect();
    checkov.run(&CheckovJob {
        checks: checks.to_vec(),
        resources,
    })
}

/// The artifacts, each with its policy's index and a way from names of rules to their indexes.
fn artifacts<'q>(
    question: &'q Question,
    emitted: &'q [Emitted],
) -> impl Iterator<
    Item = (
        usize,
        &'q policyc_compiler::backend::Artifact,
        impl Fn(&str) -> Option<usize> + 'q,
    ),
> {
    emitted.iter().flat_map(move |policy| {
        let index = policy.policy;
        let rule_of = move |name: &str| {
            let rules = &question.unit.program.policies.get(index)?.rules;
            rules.iter().position(|rule| rule.name == name)
        };
        let files = policy.result.as_deref().unwrap_or_default();
        files.iter().map(move |artifact| (index, artifact, rule_of))
    })
}

/// The request for Kyverno's command line; `None` where it cannot be said.
fn kyverno_given(given: &Given) -> Option<KyvernoGiven> {
    if given.old.is_some() {
        // The command line takes the new object for the old one.
        return None;
    }
    let operation = match given.operation {
        None => None,
        Some(GivenOperation::Create) => Some(Operation::Create),
        Some(GivenOperation::Update) => Some(Operation::Update),
        Some(GivenOperation::Delete) => Some(Operation::Delete),
        Some(GivenOperation::Connect) => return None,
    };
    let labels = |(name, namespace): (&String, &crate::suite::GivenNamespace)| {
        let mut labels: BTreeMap<String, String> = namespace
            .labels
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        // The API server sets it on every namespace; the command line does not.
        labels.insert("kubernetes.io/metadata.name".to_owned(), name.clone());
        (name.clone(), labels)
    };
    Some(KyvernoGiven {
        operation,
        namespace_labels: given.namespaces.iter().map(labels).collect(),
        user: given.user.as_ref().map(|user| User {
            name: user.username.clone(),
            groups: user.groups.clone(),
            roles: user.roles.clone(),
            cluster_roles: user.cluster_roles.clone(),
        }),
        variables: Vec::new(),
    })
}
