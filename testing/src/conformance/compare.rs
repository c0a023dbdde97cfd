//! Comparing the evaluator's verdicts with an engine's answers. Three outcomes only: agree,
//! disagree, unportable.

use std::collections::HashMap;

use policyc_compiler::schema::Removed;
use policyc_ir::{Root, Rule, Target, Workload, uses};
use policyc_runtime::load::Resource;
use policyc_runtime::verdict::Verdict;

use super::ask::Answers;
use super::engine::kyverno::RuleResult;
use super::question::{Emitted, Question, Verdicts};
use super::tally::Tally;

/// What an engine says about a rule and a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// The engine was not asked.
    Unasked,
    /// Nothing.
    Silent,
    /// The API server does not serve the kind, or has no such request.
    Unserved,
    /// The API server refuses the resource before any policy sees it.
    Refused,
    /// The engine leaves the resource out, as it looks like a template.
    Unseen,
    /// The resource itself suppresses the check (`checkov.io/skip…`).
    Suppressed,
    /// It depends on what the engine does not know.
    Undecided,
    /// A precondition does not hold.
    Skip,
    /// It complies.
    Pass,
    /// It could not be evaluated.
    Error,
    /// It does not comply.
    Fail,
}

impl Answer {
    /// The answer of several rows of one rule.
    #[must_use]
    pub fn of_kyverno(rows: &[RuleResult]) -> Self {
        let one = |row: &RuleResult| match row {
            RuleResult::Pass => Self::Pass,
            RuleResult::Fail | RuleResult::Warn => Self::Fail,
            RuleResult::Error => Self::Error,
            RuleResult::Skip => Self::Skip,
        };
        rows.iter().map(one).max().unwrap_or(Self::Silent)
    }

    /// The answer of two rules that together say one: it fails when one of them fails.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        self.max(other)
    }

    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unasked => "not asked",
            Self::Silent => "no verdict",
            Self::Unserved => "not served",
            Self::Refused => "refused",
            Self::Unseen => "not seen",
            Self::Suppressed => "suppressed",
            Self::Undecided => "undecided",
            Self::Skip => "skip",
            Self::Pass => "pass",
            Self::Error => "error",
            Self::Fail => "fail",
        }
    }

    /// Whether this is what the evaluator's verdict looks like in an engine.
    fn agrees(self, target: Target, verdict: Option<Verdict>) -> bool {
        match target {
            Target::Kyverno => match verdict {
                None => self == Self::Silent,
                Some(Verdict::Pass) => self == Self::Pass,
                Some(Verdict::Fail) => self == Self::Fail,
                Some(Verdict::Skip) => self == Self::Skip,
                Some(Verdict::Error | Verdict::Unknown) => false,
            },
            // What `match` lines of CEL policies cannot say stands in their `matchConditions`, and one
            // that does not hold is a skip.
            Target::KyvernoCel => match verdict {
                None => matches!(self, Self::Silent | Self::Skip),
                Some(Verdict::Pass) => self == Self::Pass,
                Some(Verdict::Fail) => self == Self::Fail,
                Some(Verdict::Skip) => self == Self::Skip,
                Some(Verdict::Error | Verdict::Unknown) => false,
            },
            // The API server evaluates a policy, or it does not.
            Target::Vap => match verdict {
                None | Some(Verdict::Skip) => self == Self::Silent,
                Some(Verdict::Pass) => self == Self::Pass,
                Some(Verdict::Fail) => self == Self::Fail,
                Some(Verdict::Error | Verdict::Unknown) => false,
            },
            // Checkov has neither exclusions nor preconditions: a resource that a rule leaves alone
            // passes, or has no verdict.
            Target::Checkov => match verdict {
                None | Some(Verdict::Skip) => matches!(self, Self::Pass | Self::Silent),
                // What depends on values that nobody knows yet, Checkov leaves out.
                Some(Verdict::Unknown) => matches!(self, Self::Silent | Self::Undecided),
                Some(Verdict::Pass) => self == Self::Pass,
                Some(Verdict::Fail) => self == Self::Fail,
                Some(Verdict::Error) => false,
            },
        }
    }
}

/// An engine and the evaluator say different things.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disagreement {
    /// The target.
    pub target: Target,
    /// `policy/rule`
    pub rule: String,
    /// Where the resource comes from.
    pub resource: String,
    /// What the evaluator says.
    pub expected: String,
    /// What the engine says.
    pub found: &'static str,
}

/// What a comparison of one question with one engine gave.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The numbers.
    pub tally: Tally,
    /// The disagreements in order.
    pub disagreements: Vec<Disagreement>,
}

/// Whether the resource could reach the engine. Kyverno sees what an API server admits, and derives
/// rules for the controllers of `apps/v1`, `batch/v1` and `v1` only (`pkg/autogen/v1/internal`);
/// `scan` and Checkov read manifests of removed API versions too, and judge them.
fn is_served(target: Target, resource: &Resource) -> bool {
    match target {
        Target::Kyverno | Target::KyvernoCel | Target::Vap => {
            let (group, version) = (resource.group(), resource.version());
            Removed::find(Some(group), Some(version), resource.kind()).is_none()
                && workload(resource)
                    .is_none_or(|(api_version, _)| api_version == resource.api_version())
        }
        Target::Checkov => true,
    }
}

/// Whether an API server of the schema and the project's CustomResourceDefinitions has the resource.
/// A kind that one of its groups has, another may have that nobody told the compiler of: policies in
/// CEL select by groups and names of resources, which must be known when they are built.
fn is_known(target: Target, rule: &Rule, resource: &Resource) -> bool {
    match target {
        Target::Kyverno | Target::Checkov => true,
        Target::KyvernoCel | Target::Vap => {
            let (matches, _) = rule.scope.objects();
            let named = matches
                .iter()
                .flat_map(|clause| &clause.kinds)
                .filter(|selector| selector.kind == resource.kind());
            let mut groups = named
                .flat_map(|selector| &selector.resources)
                .map(|known| known.group.as_str())
                .peekable();
            groups.peek().is_none() || groups.any(|group| group == resource.group())
        }
    }
}

/// The version that serves a workload, and where its pod is.
fn workload(resource: &Resource) -> Option<(String, Vec<&'static str>)> {
    if resource.kind() == "Pod" {
        return Some(("v1".to_owned(), vec!["spec"]));
    }
    let workload = Workload::of_kind(resource.kind())?;
    let api_version = if workload.group.is_empty() {
        workload.version.to_owned()
    } else {
        format!("{}/{}", workload.group, workload.version)
    };
    let pod = workload.template.iter().copied().chain(["spec"]);
    Some((api_version, pod.collect()))
}

/// Whether it is a workload without a container, as in a patch of kustomize: no API server admits
/// one. Checkov takes pod templates out of workloads and cannot tell one that was never there, and a
/// pattern of Kyverno wants the list that the schema requires. Only asked of a corpus: a fixture that
/// disagrees is never excused.
fn is_fragment(resource: &Resource) -> bool {
    workload(resource).is_some_and(|(_, path)| {
        let pod = resource.node.path(&path);
        let containers = pod.and_then(|pod| pod.get("containers"));
        containers
            .and_then(|node| node.value.as_list())
            .is_none_or(<[_]>::is_empty)
    })
}

/// Whether the rule asks for labels of the namespace. The API server does not know them in
/// conditions, so such a rule lets what it leaves alone pass.
fn asks_namespaces(rule: &Rule) -> bool {
    let (matches, excludes) = rule.scope.objects();
    let mut clauses = matches.iter().chain(excludes);
    let mut asks = clauses.any(|clause| !clause.namespace_labels.is_empty());
    uses::of_rule(rule, &mut |path| {
        asks |= path.root == Root::NamespaceLabels;
    });
    asks
}

/// Compares the evaluator with an engine, for every rule and resource of a question.
#[must_use]
pub fn compare(
    question: &Question,
    target: Target,
    emitted: &[Emitted],
    verdicts: &[Verdicts],
    answers: &Answers,
) -> Comparison {
    let mut comparison = Comparison::default();
    // Verdicts on what the engine saw, where that is not what it was given.
    let seen: HashMap<usize, Verdicts> = (0..question.resources.len())
        .filter_map(|index| {
            let seen = answers.seen(index)?;
            Some((index, question.verdicts_in(&seen.resource, &seen.context)))
        })
        .collect();
    for policy in emitted {
        let Some(contents) = question.unit.program.policies.get(policy.policy) else {
            continue;
        };
        for (rule_index, rule) in contents.rules.iter().enumerate() {
            if !question.is_about(rule) {
                continue;
            }
            if policy.result.is_err() {
                comparison.tally.unportable += 1;
                continue;
            }
            comparison.tally.rules += 1;
            let guarded = target == Target::Vap && asks_namespaces(rule);
            for (index, (origin, resource)) in question.resources.iter().enumerate() {
                let known = seen
                    .get(&index)
                    .or_else(|| verdicts.get(index))
                    .and_then(|v| v.get(&(policy.policy, rule_index)));
                if known.is_some_and(|(_, invalid)| *invalid) {
                    comparison.tally.invalid += 1;
                    continue;
                }
                let verdict = known.map(|(verdict, _)| *verdict);
                let answer = answers
                    .get(policy.policy, rule_index, index)
                    .unwrap_or(Answer::Silent);
                let left_alone = verdict.is_none_or(|verdict| verdict == Verdict::Skip);
                let answer = if guarded && left_alone && answer == Answer::Pass {
                    Answer::Silent
                } else {
                    answer
                };
                let is_unserved = answer == Answer::Unserved
                    || answer == Answer::Silent
                        && verdict.is_some()
                        && !(is_served(target, resource) && is_known(target, rule, resource));
                if is_unserved {
                    comparison.tally.unserved += 1;
                } else if answer == Answer::Refused {
                    comparison.tally.invalid += 1;
                } else if answer == Answer::Unasked {
                    comparison.tally.unasked += 1;
                } else if answer == Answer::Unseen {
                    comparison.tally.unseen += 1;
                } else if answer == Answer::Suppressed {
                    comparison.tally.suppressed += 1;
                } else if answer.agrees(target, verdict) {
                    comparison.tally.agree += 1;
                    if verdict.is_some() {
                        comparison.tally.decided += 1;
                    }
                } else if answer == Answer::Undecided {
                    comparison.tally.undecided += 1;
                } else if question.is_corpus && is_fragment(resource) {
                    comparison.tally.invalid += 1;
                } else {
                    comparison.disagreements.push(Disagreement {
                        target,
                        rule: format!("{}/{}", contents.name, rule.name),
                        resource: origin.clone(),
                        expected: verdict.map_or("unmatched", Verdict::as_str).to_owned(),
                        found: answer.as_str(),
                    });
                }
            }
        }
    }
    comparison.tally.disagree = comparison.disagreements.len();
    comparison
}
