//! Asking an engine about a batch, whatever single policies do to it.

use std::collections::{BTreeMap, BTreeSet};

use policyc_compiler::backend::Artifact;
use policyc_compiler::schema::{KubernetesVersion, Schema};
use policyc_ir::Target;
use policyc_runtime::verdict::Verdict;
use serde::Serialize;

use super::batch::Batch;
use crate::conformance::engine::{Missing, Silence};
use crate::conformance::{Comparison, Emitted, Question, Tally, Unasked, Verdicts, ask, compare};
use crate::reference::{self, Reference};

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

/// Whom the evaluator is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Against {
    /// The second interpreter.
    Reference,
    /// The engine of a target.
    Engine(Target),
}

impl Against {
    /// The one with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == "reference" {
            return Some(Self::Reference);
        }
        let target = Target::ALL.iter().find(|target| target.as_str() == name);
        target.copied().map(Self::Engine)
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Engine(target) => target.as_str(),
        }
    }
}

/// A rule and a resource on which the evaluator and another differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Who differs.
    pub against: Against,
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

/// Asks about every policy of a batch.
///
/// A policy that an engine does not take, or dies of, is a finding, and the others are asked about
/// again without it.
///
/// # Errors
/// When the engine is not there, or cannot be asked at all.
pub fn judge(batch: &Batch, question: &mut Question, against: Against) -> Result<Judged, Unasked> {
    match against {
        Against::Reference => interpret(batch, question).map_err(Unasked::Question),
        Against::Engine(target) => ask_engine(question, target),
    }
}

/// What the second interpreter says.
fn interpret(batch: &Batch, question: &Question) -> Result<Judged, String> {
    let mut judged = Judged::default();
    let source = batch.source();
    let source = reference::Source {
        module: "differential",
        text: &source,
        root: true,
    };
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let interpreter = Reference::new(&[source], &BTreeMap::new(), schema)?;
    let request = reference::requested(&question.context, &question.given);
    judged.pairs.rules = batch.rules.len();
    for (resource, verdicts) in question.verdicts().iter().enumerate() {
        let Some((_, loaded)) = question.resources.get(resource) else {
            continue;
        };
        let answers = interpreter.verdicts(&loaded.node.value.to_json(), &request)?;
        for (rule, answer) in answers.iter().enumerate() {
            let known = verdicts.get(&(rule, 0));
            if known.is_some_and(|(_, invalid)| *invalid) {
                judged.pairs.invalid += 1;
                continue;
            }
            let expected = known.map_or("unmatched", |(verdict, _)| verdict.as_str());
            let found = answer.verdict.map_or("unmatched", |verdict| match verdict {
                reference::Verdict::Pass => Verdict::Pass.as_str(),
                reference::Verdict::Fail => Verdict::Fail.as_str(),
                reference::Verdict::Skip => Verdict::Skip.as_str(),
            });
            if expected == found {
                judged.pairs.agree += 1;
                judged.pairs.decided += usize::from(known.is_some());
            } else {
                judged.findings.push(Finding {
                    against: Against::Reference,
                    rule,
                    resource: Some(resource),
                    expected: expected.to_owned(),
                    found: found.to_owned(),
                });
            }
        }
    }
    judged.forms.insert("interpreted", judged.pairs.decided);
    judged.pairs.disagree = judged.findings.len();
    Ok(judged)
}

fn ask_engine(question: &mut Question, target: Target) -> Result<Judged, Unasked> {
    let against = Against::Engine(target);
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
                            against,
                            rule,
                            resource: None,
                            expected: "a policy that is taken".to_owned(),
                            found: format!("refused: {}", words_about(rule, &error.said)),
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
                            against,
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

/// Of what an engine said about several policies, what is about one.
fn words_about(rule: usize, said: &str) -> String {
    let (bare, dotted) = (format!("p{rule} "), format!("p{rule}."));
    let about = |part: &&str| part.contains(&bare) || part.contains(&dotted);
    said.split("Error: ").find(about).unwrap_or(said).to_owned()
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
                against: Against::Engine(target),
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
