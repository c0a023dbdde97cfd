//! Asking Kyverno's command line, about both of its families of policies.

use std::collections::{BTreeMap, HashMap};

use policyc_compiler::backend::Artifact;
use policyc_ir::scalar::Glob;
use policyc_ir::{KindSelector, MatchClause, Root, Rule, Target, Workload, uses};

use super::{Answers, Unasked, artifacts};
use crate::conformance::compare::Answer;
use crate::conformance::engine::kyverno::{
    Given as KyvernoGiven, Job, Kyverno, Operation, Policy, RuleResult, User,
};
use crate::conformance::question::{Emitted, Question};
use crate::suite::{Given, GivenNamespace, GivenOperation};

/// Policies and the resources, by index, that they are asked about.
#[derive(Default)]
struct Group {
    policies: Vec<Policy>,
    resources: Vec<usize>,
}

/// A name that reports use, and the rule it is about.
struct Reported {
    policy: String,
    rule: String,
    of: (usize, usize),
    group: usize,
}

pub(super) fn ask(
    question: &Question,
    target: Target,
    emitted: &[Emitted],
    thorough: bool,
) -> Result<Option<Answers>, Unasked> {
    let Some(given) = given(&question.given) else {
        return Ok(None);
    };
    let kyverno = Kyverno::locate().map_err(Unasked::Missing)?;
    let resources = question.engine_resources().map_err(Unasked::Question)?;
    let mut groups: Vec<Group> = Vec::new();
    let mut rules: Vec<Reported> = Vec::new();
    for (index, artifact, rule_of) in artifacts(question, emitted) {
        let Some(policy) = question.unit.program.policies.get(index) else {
            continue;
        };
        let asked: Vec<usize> = (0..resources.len())
            .filter(|at| {
                target == Target::Kyverno || thorough || is_asked(question, index, artifact, *at)
            })
            .collect();
        let group = groups.iter().position(|group| group.resources == asked);
        let group = group.unwrap_or_else(|| {
            groups.push(Group {
                policies: Vec::new(),
                resources: asked,
            });
            groups.len() - 1
        });
        let mut names = Vec::new();
        let mut reported_policy = policy.name.clone();
        for rule in &artifact.rules {
            let Some(rule_index) = rule_of(&rule.rule) else {
                continue;
            };
            for reported in &rule.reported {
                let rule = if target == Target::KyvernoCel {
                    // A policy of its own, whose rows name no rule.
                    reported_policy.clone_from(reported);
                    String::new()
                } else {
                    names.push(reported.clone());
                    reported.clone()
                };
                rules.push(Reported {
                    policy: reported_policy.clone(),
                    rule,
                    of: (index, rule_index),
                    group,
                });
            }
        }
        if let Some(group) = groups.get_mut(group) {
            group.policies.push(Policy {
                name: reported_policy,
                text: artifact.contents.clone(),
                rules: names,
                // Rules without a row are seen pair by pair: a missing row is no pass.
                expects_rows: false,
            });
        }
    }
    let jobs: Vec<Job> = groups
        .iter()
        .map(|group| Job {
            policies: group.policies.clone(),
            resources: group
                .resources
                .iter()
                .filter_map(|at| resources.get(*at).cloned())
                .collect(),
            given: given.clone(),
            ..Job::default()
        })
        .collect();
    let mut by_name: HashMap<(String, String, usize), Vec<RuleResult>> = HashMap::new();
    for (group, run) in groups.iter().zip(kyverno.run_all(&jobs)) {
        for row in run.map_err(Unasked::Oracle)?.rows {
            let Some(resource) = group.resources.get(row.index) else {
                continue;
            };
            by_name
                .entry((row.policy, row.rule, *resource))
                .or_default()
                .push(row.result);
        }
    }
    let mut answers = Answers::default();
    for reported in &rules {
        let (policy, rule) = reported.of;
        // Without a user the command line passes over who asks; a request always has one.
        let someone = question.given.user.is_none() && asks_who(question, target, policy, rule);
        let asked = groups.get(reported.group).map(|group| &group.resources);
        for resource in 0..resources.len() {
            let answer = if someone {
                Answer::Unseen
            } else if asked.is_some_and(|asked| asked.binary_search(&resource).is_ok()) {
                let key = (reported.policy.clone(), reported.rule.clone(), resource);
                let rows = by_name.get(&key);
                Answer::of_kyverno(rows.map(Vec::as_slice).unwrap_or_default())
            } else {
                Answer::Unasked
            };
            answers.add(policy, rule, resource, answer);
        }
    }
    Ok(Some(answers))
}

/// Of how many fixtures of other policies a policy in CEL is asked about one.
const SAMPLE: usize = 4;

/// Of how many resources of other kinds a policy in CEL is asked about one.
const SAMPLE_OF_OTHERS: usize = 16;

/// Whether a policy in CEL is asked about a resource. Kyverno's command line compiles each anew for
/// every resource, of whatever kind: of those that no rule names, a sample shows that they are left
/// alone, and of those that are fixtures of other policies a larger one.
fn is_asked(question: &Question, index: usize, artifact: &Artifact, resource: usize) -> bool {
    let policy = question.unit.program.policies.get(index);
    let (Some(policy), Some((_, contents))) = (policy, question.resources.get(resource)) else {
        return false;
    };
    let kind = contents.kind();
    let names = |selector: &KindSelector| {
        Glob::new(&selector.kind).matches(kind)
            || (selector.templates && Workload::of_kind(kind).is_some())
    };
    let of_artifact = |rule: &&Rule| artifact.rules.iter().any(|it| it.rule == rule.name);
    let concerns = |rule: &Rule| {
        let (matches, _) = rule.scope.objects();
        let mut kinds = matches.iter().flat_map(|clause| &clause.kinds);
        kinds.any(names)
    };
    if policy.rules.iter().filter(of_artifact).any(concerns) {
        question.is_at_home(index, resource) || resource.is_multiple_of(SAMPLE)
    } else {
        resource.is_multiple_of(SAMPLE_OF_OTHERS)
    }
}

/// Whether a rule is about requests of some users only, or reads who asks.
///
/// JMESPath takes a user who is not there for no user, as the evaluator does; CEL is in error.
fn asks_who(question: &Question, target: Target, policy: usize, rule: usize) -> bool {
    let policy = question.unit.program.policies.get(policy);
    let Some(rule) = policy.and_then(|policy| policy.rules.get(rule)) else {
        return false;
    };
    let (matches, excludes) = rule.scope.objects();
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

/// The request for Kyverno's command line; `None` where it cannot be said.
fn given(given: &Given) -> Option<KyvernoGiven> {
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
    let labels = |(name, namespace): (&String, &GivenNamespace)| {
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
