//! Target `kyverno`: `kyverno.io/v1` ClusterPolicy, as running in clusters up to Kyverno 1.19.
//!
//! A demand becomes a condition of `deny`: one JMESPath expression that is true, false or null and
//! never an error. That is the form whose verdicts are the same as ours on every resource. Where a
//! pattern means exactly the same it stands instead ([`pattern`]); where a list element must be
//! compared with something outside of it, a `foreach` ([`foreach`]).
//!
//! What is left, on values that no resource should hold: integers beyond 2^53, which Kyverno reads
//! as doubles; quantities without digits or with exponents of three digits; durations of more than
//! a century.

mod document;
mod foreach;
mod jmespath;
mod lower;
mod message;
mod names;
mod pattern;
mod rule;
mod scope;

use indexmap::IndexMap;
use policyc_ir::{Path, Policy, Root, Rule, Segment, uses};

use self::document::{ClusterPolicy, Metadata, Prose, Spec};
use super::{Action, Artifact, ArtifactRule, Emission, EmitOptions, Unportable};

/// The first Kyverno with a `failureAction` in each rule.
const MIN_VERSION: &str = "1.13.0";

/// Emits a policy.
#[must_use]
pub fn emit(policy: &Policy, options: &EmitOptions) -> Emission {
    let autogen = is_made_by_autogen(policy);
    let mut names = names::Names::default();
    let mut rules = Vec::new();
    let mut reported = Vec::new();
    let mut refused = Vec::new();
    for rule in &policy.rules {
        match rule::emit(rule, autogen, &mut names, options) {
            Ok(documents) => {
                reported.push(ArtifactRule {
                    rule: rule.name.clone(),
                    reported: documents.iter().map(|rule| rule.name.clone()).collect(),
                });
                rules.extend(documents);
            }
            Err(blocked) => refused.extend(blocked.into_iter().map(|blocked| Unportable {
                rule: rule.name.clone(),
                construct: blocked.construct,
                reason: blocked.reason,
                origin: blocked.origin,
            })),
        }
    }
    if !refused.is_empty() {
        return Emission::Refused(refused);
    }
    let document = ClusterPolicy {
        api_version: "kyverno.io/v1",
        kind: "ClusterPolicy",
        metadata: Metadata {
            name: policy.name.clone(),
            annotations: annotations(policy, autogen),
        },
        spec: Spec {
            background: policy.rules.iter().all(can_run_in_background),
            emit_warning: (options.action == Action::Warn).then_some(true),
            rules,
        },
    };
    match document.to_yaml(options) {
        Ok(contents) => Emission::Files(vec![Artifact {
            path: format!("{}.yaml", policy.name),
            contents,
            rules: reported,
        }]),
        Err(reason) => Emission::Refused(vec![Unportable {
            rule: policy
                .rules
                .first()
                .map_or_else(String::new, |rule| rule.name.clone()),
            construct: "text",
            reason,
            origin: policy.origin,
        }]),
    }
}

/// Whether what Kyverno makes of the rules for the controllers of Pods is what we would write.
///
/// It decides for a whole policy: no rule may select by name, label or annotation, nor name a kind
/// beside Pod in a rule about templates (`pkg/autogen/v1/autogen.go`).
fn is_made_by_autogen(policy: &Policy) -> bool {
    let mut rules = policy.rules.iter();
    let any = policy.rules.iter().any(rule::has_templates);
    any && rules.all(|rule| {
        let (matches, excludes) = rule::clauses(rule);
        let mut clauses = matches.iter().chain(excludes);
        let plain = clauses.all(|clause| {
            clause.names.is_empty() && clause.labels.is_empty() && clause.annotations.is_empty()
        });
        let kinds = || {
            matches
                .iter()
                .chain(excludes)
                .flat_map(|clause| &clause.kinds)
        };
        let about_pods = if rule::has_templates(rule) {
            kinds().all(|kind| kind.templates)
                && matches
                    .iter()
                    .chain(excludes)
                    .all(|clause| clause.kinds.len() < 2)
        } else {
            kinds().all(|kind| kind.kind != "Pod" && !scope::has_template(&kind.kind))
        };
        plain && about_pods && has_only_what_templates_have(rule)
    })
}

/// Whether all that the rule reads of the Pod is rewritten for templates: `spec` and `metadata`.
fn has_only_what_templates_have(rule: &Rule) -> bool {
    let mut only = true;
    let mut visit = |path: &Path| {
        let focused = matches!(path.root, Root::Object | Root::Old);
        let rewritten = matches!(path.segments.first(), Some(Segment::Field(name))
            if name == "spec" || name == "metadata");
        only &= !focused || rewritten;
    };
    uses::of_rule(rule, &mut visit);
    only
}

/// Whether the rule needs nothing of the request but the resource. Kyverno refuses a background
/// policy that reads the user or selects every kind; a background scan has no operation and no
/// former state.
fn can_run_in_background(rule: &Rule) -> bool {
    let (matches, excludes) = rule::clauses(rule);
    let mut clauses = matches.iter().chain(excludes);
    let by_resource = clauses.all(|clause| {
        let users = clause.users.is_empty() && clause.groups.is_empty() && clause.roles.is_empty();
        users
            && clause
                .kinds
                .iter()
                .all(|kind| !kind.kind.contains('*') && kind.subresource.is_none())
    });
    let mut background = by_resource;
    uses::of_rule(rule, &mut |path| {
        background &= !matches!(path.root, Root::User | Root::Operation | Root::Old);
    });
    background
}

fn annotations(policy: &Policy, autogen: bool) -> IndexMap<&'static str, Prose> {
    let policyc_ir::Metadata {
        title,
        description,
        category,
        severity,
        controls,
        remediation,
    } = &policy.metadata;
    let mut kinds: Vec<&str> = Vec::new();
    for rule in &policy.rules {
        let (matches, _) = rule::clauses(rule);
        for kind in matches.iter().flat_map(|clause| &clause.kinds) {
            if !kinds.contains(&kind.kind.as_str()) {
                kinds.push(&kind.kind);
            }
        }
    }
    let mut annotations = IndexMap::new();
    let mut put = |key, value: &str| {
        if !value.is_empty() {
            annotations.insert(key, Prose(value.to_owned()));
        }
    };
    put("policies.kyverno.io/title", title);
    put(
        "policies.kyverno.io/category",
        category.as_deref().unwrap_or_default(),
    );
    put("policies.kyverno.io/severity", severity.as_str());
    put("policies.kyverno.io/subject", &kinds.join(", "));
    put("policies.kyverno.io/minversion", MIN_VERSION);
    put(
        "policies.kyverno.io/description",
        description.as_deref().unwrap_or_default(),
    );
    put("policyc.dev/controls", &controls.join(", "));
    put(
        "policyc.dev/remediation",
        remediation.as_deref().unwrap_or_default(),
    );
    if !autogen && kinds.contains(&"Pod") {
        put("pod-policies.kyverno.io/autogen-controllers", "none");
    }
    annotations
}

#[cfg(test)]
mod tests;
