//! From rules and resources to verdicts.
//!
//! [`Compiled::new`] prepares a program once; [`Compiled::evaluate`] then says of a resource what
//! each rule that concerns it says. Preparing may fail, evaluating cannot: it neither panics nor
//! takes more than a bounded number of steps for each rule and resource.

mod compare;
mod compile;
mod constant;
mod context;
mod decide;
mod decision;
mod describe;
mod explain;
mod functions;
mod locate;
mod machine;
mod program;
mod scope;
mod statements;
#[cfg(test)]
mod tests;
mod unknown;
mod val;
mod visit;

use std::collections::BTreeMap;

use policyc_ir::Program;

pub use compile::{CompileError, MAX_DEPTH};
pub use context::{Context, User};

use compile::Compiler;
use machine::Subject;
use program::Rule;

use crate::coverage::Coverage;
use crate::load::Resource;
use crate::verdict::RuleOutcome;

/// A program, ready to be evaluated. It can be shared between threads.
#[derive(Debug)]
pub struct Compiled {
    /// Ordered by policy and by place in it.
    rules: Vec<Rule>,
    /// For each kind, the rules that may match it, in order.
    by_kind: BTreeMap<String, Vec<usize>>,
    /// The rules that may match a kind that `by_kind` does not have, in order.
    for_any_kind: Vec<usize>,
    /// Coverage of nothing yet.
    uncovered: Coverage,
}

/// How to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether findings carry a trace.
    pub explain: bool,
    /// How many steps a rule may take on a resource; about the number of values it looks at.
    pub max_steps: u64,
}

impl Options {
    /// The usual budget: a second or so of work.
    pub const MAX_STEPS: u64 = 10_000_000;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            explain: false,
            max_steps: Self::MAX_STEPS,
        }
    }
}

impl Compiled {
    /// Prepares a program.
    ///
    /// # Errors
    /// When a rule cannot be evaluated: a regular expression or a typed literal that is none, or
    /// too deep nesting. The compiler lets no such rule pass.
    pub fn new(program: &Program) -> Result<Self, CompileError> {
        let mut compiler = Compiler::default();
        let mut rules = Vec::new();
        let mut uncovered = Coverage::default();
        for (policy, contents) in program.policies.iter().enumerate() {
            for (index, rule) in contents.rules.iter().enumerate() {
                let (rule, coverage) = compiler.rule(policy, index, rule)?;
                rules.push(rule);
                uncovered.rules.push(coverage);
            }
        }
        let (by_kind, for_any_kind) = index(&rules);
        Ok(Self {
            rules,
            by_kind,
            for_any_kind,
            uncovered,
        })
    }

    /// What the rules say about a resource: an outcome for each rule that matches it and does not
    /// exclude it, in the order of the program.
    #[must_use]
    pub fn evaluate(
        &self,
        resource: &Resource,
        context: &Context,
        options: Options,
    ) -> Vec<RuleOutcome> {
        self.evaluate_all(resource, context, options, None)
    }

    /// [`evaluate`](Self::evaluate), counting in `coverage` (from [`coverage`](Self::coverage))
    /// what is reached.
    #[must_use]
    pub fn evaluate_covered(
        &self,
        resource: &Resource,
        context: &Context,
        options: Options,
        coverage: &mut Coverage,
    ) -> Vec<RuleOutcome> {
        self.evaluate_all(resource, context, options, Some(coverage))
    }

    /// Coverage with every count at zero.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.uncovered.clone()
    }

    /// Whether some rule may concern resources of this kind.
    #[must_use]
    pub fn concerns(&self, kind: &str) -> bool {
        !self.candidates(kind).is_empty()
    }

    fn candidates(&self, kind: &str) -> &[usize] {
        self.by_kind.get(kind).unwrap_or(&self.for_any_kind)
    }

    fn evaluate_all(
        &self,
        resource: &Resource,
        context: &Context,
        options: Options,
        mut coverage: Option<&mut Coverage>,
    ) -> Vec<RuleOutcome> {
        let mut outcomes = Vec::new();
        for index in self.candidates(resource.kind()) {
            let Some(rule) = self.rules.get(*index) else {
                continue;
            };
            let Some(focus) = rule.scope.focus(resource, context) else {
                continue;
            };
            let subject = Subject {
                resource,
                context,
                focus,
            };
            let coverage = coverage
                .as_mut()
                .and_then(|coverage| coverage.rules.get_mut(*index));
            outcomes.push(statements::decide(rule, subject, options, coverage));
        }
        outcomes
    }
}

/// The rules by kind, and those for all other kinds.
fn index(rules: &[Rule]) -> (BTreeMap<String, Vec<usize>>, Vec<usize>) {
    let mut by_kind: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let all: Vec<Option<Vec<String>>> = rules.iter().map(|rule| rule.scope.kinds()).collect();
    for kind in all.iter().flatten().flatten() {
        by_kind.entry(kind.clone()).or_default();
    }
    let mut for_any_kind = Vec::new();
    for (place, named) in all.iter().enumerate() {
        let Some(named) = named else {
            for_any_kind.push(place);
            for rules in by_kind.values_mut() {
                rules.push(place);
            }
            continue;
        };
        for kind in named {
            match by_kind.get_mut(kind) {
                Some(rules) if rules.last() != Some(&place) => rules.push(place),
                Some(_) | None => {}
            }
        }
    }
    (by_kind, for_any_kind)
}
