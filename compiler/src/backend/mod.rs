//! Backends: from a policy of the IR to the files of a target.
//!
//! A backend says a policy exactly or refuses it: it never weakens. What it refuses it names as a
//! list of [`Unportable`], one for each construct in the way.

mod admission;
mod cel;
mod check;
pub mod checkov;
pub mod kyverno;
pub mod kyverno_cel;
mod label;
mod prose;
mod selected;
pub mod vap;
mod words;

use policyc_diagnostics::Span;
use policyc_ir::{Policy, Rule, Scope, Target};

/// What the environment of a build decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmitOptions {
    /// What a violation leads to at admission.
    pub action: Action,
    /// The namespace that Kyverno ValidatingPolicies are for, a DNS-1123 label; `None` for the whole
    /// cluster.
    pub kyverno_namespace: Option<String>,
    /// Version of the compiler, for the header of each file.
    pub version: String,
    /// Name of the source file the policy comes from, for the header of each file; `/` separates.
    pub source: String,
}

/// What a violation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Action {
    /// It is reported.
    #[default]
    Audit,
    /// It is reported, and the client is warned.
    Warn,
    /// It is refused.
    Enforce,
}

/// What a backend makes of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Emission {
    /// The files that say it exactly.
    Files(Vec<Artifact>),
    /// The target cannot say it exactly.
    Refused(Vec<Unportable>),
}

/// A file for a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the folder of the target, with `/`: made of DNS-1123 labels and `.yaml` only.
    pub path: String,
    /// The text.
    pub contents: String,
    /// The rules that the file checks, with the names that the target's engine reports for them.
    pub rules: Vec<ArtifactRule>,
}

/// A rule in an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactRule {
    /// Name of the rule in the source.
    pub rule: String,
    /// What the engine reports: for Kyverno the names of one or more rules, without the prefixes of
    /// autogen, for Checkov ids of checks. The rule fails when one of them fails.
    pub reported: Vec<String>,
    /// What it costs the engine, for targets whose engine bounds that.
    pub cost: Option<RuleCost>,
}

/// An estimate of what it costs to judge one resource with many elements by a rule, in units of CEL.
/// An engine stops an expression that costs more than [`EXPRESSION_LIMIT`](Self::EXPRESSION_LIMIT),
/// and a policy that costs more than [`POLICY_LIMIT`](Self::POLICY_LIMIT): then the request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleCost {
    /// The dearest expression.
    pub dearest: u64,
    /// All of them together.
    pub together: u64,
}

impl RuleCost {
    /// `PerCallLimit` of `k8s.io/apiserver/pkg/apis/cel`.
    pub const EXPRESSION_LIMIT: u64 = 1_000_000;
    /// `RuntimeCELCostBudget` there.
    pub const POLICY_LIMIT: u64 = 10_000_000;

    /// Whether an engine may stop it.
    #[must_use]
    pub const fn is_too_much(self) -> bool {
        self.dearest > Self::EXPRESSION_LIMIT || self.together > Self::POLICY_LIMIT
    }
}

/// Why a target cannot say a rule exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unportable {
    /// Name of the rule.
    pub rule: String,
    /// The construct in the way, as the portability table names it.
    pub construct: &'static str,
    /// Why the target cannot say it.
    pub reason: String,
    /// Where the author wrote it.
    pub origin: Span,
}

/// Emits a policy for a target.
#[must_use]
pub fn emit(policy: &Policy, target: Target, options: &EmitOptions) -> Emission {
    let foreign: Vec<Unportable> = policy
        .rules
        .iter()
        .filter_map(|rule| terraform(rule, target))
        .collect();
    if !foreign.is_empty() {
        return Emission::Refused(foreign);
    }
    match target {
        Target::Kyverno => kyverno::emit(policy, options),
        Target::KyvernoCel => kyverno_cel::emit(policy, options),
        Target::Vap => vap::emit(policy, options),
        Target::Checkov => checkov::emit(policy, options),
    }
}

/// Why a rule about blocks of Terraform does not reach a target.
fn terraform(rule: &Rule, target: Target) -> Option<Unportable> {
    let Scope::Terraform { matches, .. } = &rule.scope else {
        return None;
    };
    let reason = match target {
        Target::Kyverno | Target::KyvernoCel => "Kyverno judges objects of Kubernetes only",
        Target::Vap => "the API server judges objects of Kubernetes only",
        Target::Checkov => return None,
    };
    Some(Unportable {
        rule: rule.name.clone(),
        construct: "Terraform",
        reason: reason.to_owned(),
        origin: matches.first().map_or(rule.origin, |clause| clause.origin),
    })
}
