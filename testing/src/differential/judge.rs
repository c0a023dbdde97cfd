//! Asking an engine about a batch, whatever single policies do to it.

use std::collections::{BTreeMap, BTreeSet};

use policyc_compiler::backend::Artifact;
use policyc_ir::Target;
use serde::Serialize;

use crate::conformance::engine::{Missing, Silence};
use crate::conformance::{Comparison, Emitted, Question, Tally, Unasked, Verdicts, ask, compare};

/// What came of asking one engine.
#[derive(Debug, Default, Serialize)]
pub struct Judged {
    /// Pairs of rule and resource.
    pub pairs: Tally,
    /// Pairs that were compared, by the form of the emitted rule.
    pub forms: BTreeMap<&'static str, usize>,
    /// Rules that the target refuses, by the construct in the way.
    pub refused: BTreeMap<String, usize>,
    /// What differs.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// A rule and a resource on which the evaluator and an engine differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The engine.
    pub target: Target,
    /// Index of the rule in the batch.
    pub rule: usize,
    /// Index of the resource; none where the engine does not take the policy at all.
    pub resource: Option<usize>,
    /// What the evaluator says.
    pub expected: String,
    /// What the engine says.
    pub found: String,
}

impl Judged {
    /// Adds what another batch gave.
    pub fn add(&mut self, other: Self) {
        self.pairs.add(&other.pairs);
        for (form, count) in other.forms {
            *self.forms.entry(form).or_default() += count;
        }
        for (construct, count) in other.refused {
            *self.refused.entry(construct).or_default() += count;
        }
        self.findings.extend(other.findings);
    }
}

/// Asks an engine about every policy of a question.
///
/// A policy that the engine does not take, or dies of, is a finding, and the others are asked about
/// again without it.
///
/// # Errors
/// When the engine is not there, or cannot be asked at all.
pub fn judge(question: &mut Question, target: Target) -> Result<Judged, Unasked> {
    let mut judged = Judged::default();
    let verdicts = question.verdicts();
    let mut open = vec![every(question)];
    while let Some(only) = open.pop() {
        question.only.clone_from(&only);
        let emitted = question.emit(target);
        match ask(question, target, &emitted, true) {
            Ok(Some(answers)) => {
                let compared = compare(question, target, &emitted, &verdicts, &answers);
                judged.take(question, target, &emitted, &verdicts, compared);
            }
            Ok(None) => {
                judged.pairs.unasked += only.len() * question.resources.len();
            }
            Err(Unasked::Oracle(error)) => match error.silence {
                Silence::Refused(names) if names.iter().any(|name| index(name).is_some()) => {
                    let mut rest = only;
                    for rule in names.iter().filter_map(|name| index(name)) {
                        rest.remove(&rule);
                        judged.findings.push(Finding {
                            target,
                            rule,
                            resource: None,
                            expected: "a policy that is taken".to_owned(),
                            found: format!("refused: {}", error.said),
                        });
                    }
                    if !rest.is_empty() {
                        open.push(rest);
                    }
                }
                Silence::Input(_)
                | Silence::Unreachable(_)
                | Silence::TimedOut(_)
                | Silence::Crashed(_)
                | Silence::Refused(_)
                | Silence::Garbled(_)
                | Silence::NoRow(_)
                | Silence::Unseen(_) => {
                    if let (1, Some(&rule)) = (only.len(), only.first()) {
                        judged.findings.push(Finding {
                            target,
                            rule,
                            resource: None,
                            expected: "an answer".to_owned(),
                            found: error.to_string(),
                        });
                    } else {
                        let (left, right) = halves(&only);
                        open.push(left);
                        open.push(right);
                    }
                }
            },
            Err(other @ (Unasked::Missing(_) | Unasked::Question(_))) => return Err(other),
        }
    }
    question.only = BTreeSet::new();
    judged.pairs.disagree = judged.findings.len();
    Ok(judged)
}

/// Whether a missing engine is a failure.
#[must_use]
pub fn must_be_there() -> bool {
    Missing::is_failure()
}

fn every(question: &Question) -> BTreeSet<usize> {
    (0..question.unit.program.policies.len()).collect()
}

fn halves(all: &BTreeSet<usize>) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let middle = all.len() / 2;
    let left = all.iter().copied().take(middle).collect();
    let right = all.iter().copied().skip(middle).collect();
    (left, right)
}

/// The index of a rule from the name of its policy in any target.
fn index(name: &str) -> Option<usize> {
    let digits: String = name
        .trim_start_matches(|char: char| !char.is_ascii_digit())
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// The index that a place in a batch is written with.
fn last_number(text: &str) -> Option<usize> {
    text.rsplit(' ').next()?.parse().ok()
}

impl Judged {
    fn take(
        &mut self,
        question: &Question,
        target: Target,
        emitted: &[Emitted],
        verdicts: &[Verdicts],
        compared: Comparison,
    ) {
        self.pairs.add(&compared.tally);
        for Emitted { policy, result } in emitted {
            match result {
                Ok(artifacts) => {
                    let compared = (0..question.resources.len()).filter(|resource| {
                        let known = verdicts.get(*resource);
                        let verdict = known.and_then(|known| known.get(&(*policy, 0)));
                        verdict.is_some_and(|(_, invalid)| !invalid)
                    });
                    *self.forms.entry(form(target, artifacts)).or_default() += compared.count();
                }
                Err(reasons) => {
                    let constructs: BTreeSet<&str> =
                        reasons.iter().map(|reason| reason.construct).collect();
                    for construct in constructs {
                        *self.refused.entry(construct.to_owned()).or_default() += 1;
                    }
                }
            }
        }
        for disagreement in compared.disagreements {
            let rule = disagreement.rule.split('/').next().and_then(index);
            self.findings.push(Finding {
                target,
                rule: rule.unwrap_or_default(),
                resource: last_number(&disagreement.resource),
                expected: disagreement.expected,
                found: disagreement.found.to_owned(),
            });
        }
    }
}

/// How the target says a rule.
fn form(target: Target, artifacts: &[Artifact]) -> &'static str {
    let has = |word: &str| artifacts.iter().any(|file| file.contents.contains(word));
    match target {
        Target::Kyverno if has("\n      foreach:") || has(" foreach:") => "foreach",
        Target::Kyverno if has(" pattern:") => "pattern",
        Target::Kyverno => "deny",
        Target::KyvernoCel | Target::Vap => "cel",
        Target::Checkov if has("jsonpath_") => "jsonpath",
        Target::Checkov => "attribute",
    }
}
