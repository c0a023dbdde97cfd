//! The evaluator beside the reference.

use policyc_ir::Program;
use policyc_runtime::eval::{Compiled, Context, Options};
use policyc_runtime::load::Resource;

use super::{Reference, Request, Verdict, json, verdict};

/// What both say of one rule and a resource; no verdict where the rule does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Both {
    /// `policy/rule`
    pub rule: String,
    /// What the evaluator says.
    pub evaluator: Option<Verdict>,
    /// What the reference says.
    pub reference: Option<Verdict>,
}

impl Both {
    /// Whether they say the same.
    #[must_use]
    pub fn agree(&self) -> bool {
        self.evaluator == self.reference
    }
}

/// What both say of the rules of the policies that `asked` picks by their index, in the order of the
/// program; without rules that read a value which no API server would admit.
///
/// # Errors
/// When the evaluator gives up, or the reference meets what the compiler would not have accepted.
pub fn beside(
    (program, compiled): (&Program, &Compiled),
    reference: &Reference,
    resource: &Resource,
    context: &Context,
    request: &Request,
    asked: &dyn Fn(usize) -> bool,
) -> Result<Vec<Both>, String> {
    let outcomes = compiled.evaluate(resource, context, Options::default());
    let json = json(resource);
    let mut both = Vec::new();
    for (policy_index, policy) in program.policies.iter().enumerate() {
        if !asked(policy_index) {
            continue;
        }
        for (rule_index, rule) in policy.rules.iter().enumerate() {
            let place = (policy_index, rule_index);
            let outcome = outcomes.iter().find(|it| (it.policy, it.rule) == place);
            if outcome.is_some_and(|it| !it.invalid.is_empty()) {
                continue;
            }
            let name = format!("{}/{}", policy.name, rule.name);
            let evaluator = match outcome {
                None => None,
                Some(outcome) => {
                    let verdict = verdict(outcome.verdict);
                    Some(verdict.ok_or_else(|| format!("{name}: {:?}", outcome.reason))?)
                }
            };
            let by_reference = reference.verdict(&policy.name, &rule.name, &json, request);
            both.push(Both {
                evaluator,
                reference: by_reference.map_err(|error| format!("{name}: {error}"))?,
                rule: name,
            });
        }
    }
    Ok(both)
}
