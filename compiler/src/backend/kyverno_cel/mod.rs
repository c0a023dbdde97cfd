//! Target `kyverno-cel`: `policies.kyverno.io/v1` ValidatingPolicy, the successor of ClusterPolicy.
//!
//! Each rule is a policy of its own: what Kyverno reports of a ValidatingPolicy names no rule. Kyverno
//! makes no policies for workloads from it: its rewriting of expressions passes over
//! `object.?spec` and over ReplicationControllers, so the pod templates are written out.

mod document;

use policyc_ir::{Policy, Rule};

use self::document::{Autogen, Evaluation, PodControllers, Spec, Switch, ValidatingPolicy};
use super::admission::{self, Metadata, Parts};
use super::cel::{Blocked, Engine};
use super::prose;
use super::selected::{can_run_in_background, kinds};
use super::{Action, Artifact, ArtifactRule, Emission, EmitOptions};

/// The first Kyverno that serves `policies.kyverno.io/v1`.
const MIN_VERSION: &str = "1.17.0";

/// Emits a policy.
#[must_use]
pub fn emit(policy: &Policy, options: &EmitOptions) -> Emission {
    admission::each_rule(policy, |rule| of_rule(policy, rule, options))
}

fn of_rule(policy: &Policy, rule: &Rule, options: &EmitOptions) -> Result<Artifact, Vec<Blocked>> {
    let mut blocked = Vec::new();
    if options.kyverno_namespace.is_some() {
        blocked.extend(without_namespace(rule));
    }
    let parts = admission::parts(rule, Engine::Kyverno, None)
        .map_err(|reasons| blocked.extend(reasons))
        .ok();
    let Some(parts) = parts.filter(|_| blocked.is_empty()) else {
        return Err(blocked);
    };
    let cost = parts.cost;
    let name = admission::name(policy, rule);
    let document = document(policy, rule, options, name.clone(), parts);
    let yaml =
        prose::yaml(&document).map_err(|reason| vec![Blocked::new("text", reason, rule.origin)])?;
    Ok(Artifact {
        path: format!("{}.{}.yaml", policy.name, rule.name),
        contents: prose::file(options, Some((&policy.name, &rule.name)), &[yaml]),
        rules: vec![ArtifactRule {
            rule: rule.name.clone(),
            reported: vec![name],
            cost: Some(cost),
        }],
    })
}

fn document(
    policy: &Policy,
    rule: &Rule,
    options: &EmitOptions,
    name: String,
    parts: Parts,
) -> ValidatingPolicy {
    let subject = kinds(std::slice::from_ref(rule)).join(", ");
    let description = rule.description.as_deref();
    ValidatingPolicy {
        api_version: "policies.kyverno.io/v1",
        kind: match options.kyverno_namespace {
            Some(_) => "NamespacedValidatingPolicy",
            None => "ValidatingPolicy",
        },
        metadata: Metadata {
            name,
            namespace: options.kyverno_namespace.clone(),
            annotations: prose::annotations(policy, description, &subject, Some(MIN_VERSION)),
        },
        spec: Spec {
            validation_actions: match options.action {
                Action::Audit => vec!["Audit"],
                Action::Warn => vec!["Warn", "Audit"],
                Action::Enforce => vec!["Deny"],
            },
            evaluation: Evaluation {
                admission: Switch { enabled: true },
                background: Switch {
                    enabled: can_run_in_background(rule),
                },
            },
            autogen: Autogen {
                pod_controllers: PodControllers {
                    controllers: Vec::new(),
                },
            },
            match_constraints: parts.match_constraints,
            match_conditions: parts.match_conditions,
            variables: parts.variables,
            validations: parts.validations,
        },
    }
}

/// The `match` lines that a policy in a namespace would pass over.
fn without_namespace(rule: &Rule) -> Vec<Blocked> {
    let (matches, _) = rule.scope.objects();
    let passed_over = matches.iter().filter(|clause| {
        let mut resources = clause.kinds.iter().flat_map(|kind| &kind.resources);
        resources.any(|resource| !resource.namespaced)
    });
    let reason = "a policy in a namespace judges no cluster-scoped resources; leave \
                  `kyvernoCel.namespace` out";
    passed_over
        .map(|clause| Blocked::new("cluster-scoped kind", reason, clause.origin))
        .collect()
}
