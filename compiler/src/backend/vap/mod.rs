//! Target `vap`: `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicy with its binding, which
//! the API server judges by itself.
//!
//! Each rule is a policy of its own, bound to everything that the policy selects.

mod document;

use indexmap::IndexMap;
use policyc_ir::scalar::Glob;
use policyc_ir::{Policy, Rule};

use self::document::{Binding, Document};
use super::admission::{self, Metadata};
use super::cel::{Blocked, Engine};
use super::prose;
use super::selected::kinds;
use super::{Action, Artifact, ArtifactRule, Emission, EmitOptions};

const API_VERSION: &str = "admissionregistration.k8s.io/v1";

/// The configuration of admission, which no admission policy judges: a bad one could not be mended
/// (`IsExemptAdmissionConfigurationResource` of the API server).
const EXEMPT: &[&str] = &[
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// Emits a policy.
#[must_use]
pub fn emit(policy: &Policy, options: &EmitOptions) -> Emission {
    admission::each_rule(policy, |rule| of_rule(policy, rule, options))
}

fn of_rule(policy: &Policy, rule: &Rule, options: &EmitOptions) -> Result<Artifact, Vec<Blocked>> {
    let mut blocked = exempt(rule);
    let parts = admission::parts(rule, Engine::ApiServer, Some("Invalid"))
        .map_err(|reasons| blocked.extend(reasons))
        .ok();
    let Some(parts) = parts.filter(|_| blocked.is_empty()) else {
        return Err(blocked);
    };
    let cost = parts.cost;
    let name = admission::name(policy, rule);
    let subject = kinds(std::slice::from_ref(rule)).join(", ");
    let metadata = |annotations| Metadata {
        name: name.clone(),
        namespace: None,
        annotations,
    };
    let described = prose::annotations(policy, rule.description.as_deref(), &subject, None);
    let documents = [
        prose::yaml(&Document {
            api_version: API_VERSION,
            kind: "ValidatingAdmissionPolicy",
            metadata: metadata(described),
            spec: document::Policy {
                failure_policy: "Fail",
                match_constraints: parts.match_constraints,
                match_conditions: parts.match_conditions,
                variables: parts.variables,
                validations: parts.validations,
            },
        }),
        prose::yaml(&Document {
            api_version: API_VERSION,
            kind: "ValidatingAdmissionPolicyBinding",
            metadata: metadata(IndexMap::new()),
            spec: Binding {
                policy_name: name.clone(),
                validation_actions: match options.action {
                    Action::Audit => vec!["Audit"],
                    Action::Warn => vec!["Warn", "Audit"],
                    Action::Enforce => vec!["Deny"],
                },
            },
        }),
    ];
    let documents = documents
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| vec![Blocked::new("text", reason, rule.origin)])?;
    Ok(Artifact {
        path: format!("{}.{}.yaml", policy.name, rule.name),
        contents: prose::file(options, Some((&policy.name, &rule.name)), &documents),
        rules: vec![ArtifactRule {
            rule: rule.name.clone(),
            reported: vec![name],
            cost: Some(cost),
        }],
    })
}

/// The `match` lines that name what the API server never asks admission policies about.
fn exempt(rule: &Rule) -> Vec<Blocked> {
    let (matches, _) = rule.scope.objects();
    let mut blocked = Vec::new();
    for clause in matches {
        let named = clause.kinds.iter().filter(|selector| {
            let group = selector.group.as_deref();
            !selector.kind.contains(['*', '?'])
                && EXEMPT.contains(&selector.kind.as_str())
                && group
                    .is_none_or(|group| Glob::new(group).matches("admissionregistration.k8s.io"))
        });
        for selector in named {
            let reason = format!(
                "the API server asks no admission policy about a `{}`",
                selector.kind
            );
            blocked.push(Blocked::new("kind in match", reason, clause.origin));
        }
    }
    blocked
}
