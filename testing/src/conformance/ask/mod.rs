//! Asking the engines.

mod checkov;
mod kyverno;
#[cfg(feature = "cluster")]
mod vap;

use std::collections::HashMap;

use policyc_compiler::backend::Artifact;
use policyc_ir::Target;
use policyc_runtime::eval::Context;
use policyc_runtime::load::Resource;

use super::compare::Answer;
use super::engine::{Missing, OracleError};
use super::question::{Emitted, Question};

/// What an engine says: by policy, rule and resource (indexes). A rule that the target cannot say
/// has no entry.
#[derive(Debug, Default)]
pub struct Answers {
    by_pair: HashMap<(usize, usize, usize), Answer>,
    /// Requests, by the index of the resource, as policies saw them.
    seen: HashMap<usize, Seen>,
    /// Resources, by index, that the engine does not take, and why.
    unheard: Vec<(usize, String)>,
    /// Policies that the engine does not take, by name, and why.
    refused: Vec<(String, String)>,
}

/// A request as policies saw it, where that is not as it was given: an API server fills in defaults
/// (`imagePullPolicy`) before any policy is asked, knows the labels of every namespace, and knows who asks.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The resource.
    pub resource: Resource,
    /// What is known besides.
    pub context: Context,
}

impl Answers {
    /// The answer for a rule and a resource.
    #[must_use]
    pub fn get(&self, policy: usize, rule: usize, resource: usize) -> Option<Answer> {
        self.by_pair.get(&(policy, rule, resource)).copied()
    }

    /// The request about a resource as policies saw it, if that is known. The evaluator's verdict to
    /// compare with is the one on this.
    #[must_use]
    pub fn seen(&self, resource: usize) -> Option<&Seen> {
        self.seen.get(&resource)
    }

    /// Resources, by index, that the engine does not take, and why.
    #[must_use]
    pub fn unheard(&self) -> &[(usize, String)] {
        &self.unheard
    }

    /// Policies that the engine does not take, by name, and why: a fault of the backend.
    #[must_use]
    pub fn refused(&self) -> &[(String, String)] {
        &self.refused
    }

    /// Takes in an answer. Of several about one pair the worst counts.
    fn add(&mut self, policy: usize, rule: usize, resource: usize, answer: Answer) {
        self.by_pair
            .entry((policy, rule, resource))
            .and_modify(|known| *known = known.with(answer))
            .or_insert(answer);
    }
}

/// Why an engine has no answers.
#[derive(Debug, Clone)]
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

/// Asks the engine of a target. Unless the question is to be `thorough`, an engine that is slow with
/// policies about other kinds is asked a sample of those pairs. `None` when the request around the
/// resources cannot be put to it.
///
/// # Errors
/// When it is not installed, or its answer is not complete.
pub fn ask(
    question: &Question,
    target: Target,
    emitted: &[Emitted],
    thorough: bool,
) -> Result<Option<Answers>, Unasked> {
    match target {
        Target::Kyverno | Target::KyvernoCel => kyverno::ask(question, target, emitted, thorough),
        #[cfg(feature = "cluster")]
        Target::Vap => vap::ask(question, emitted),
        #[cfg(not(feature = "cluster"))]
        Target::Vap => Ok(None),
        Target::Checkov => checkov::ask(question, emitted),
    }
}

/// The artifacts, each with its policy's index and a way from names of rules to their indexes.
fn artifacts<'q>(
    question: &'q Question,
    emitted: &'q [Emitted],
) -> impl Iterator<Item = (usize, &'q Artifact, impl Fn(&str) -> Option<usize> + 'q)> {
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
