//! Target `kyverno`: `kyverno.io/v1` ClusterPolicy, as running in clusters up to Kyverno 1.19.
//!
//! A demand becomes a condition of `deny`: one JMESPath expression that is true, false or null and
//! never an error. That is the form whose verdicts are the same as ours on every resource. Where a
//! pattern means exactly the same it stands instead ([`pattern`]); where a list element must be
//! compared with something outside of it, a `foreach` ([`foreach`]). What JMESPath cannot say at all is
//! said in CEL ([`admission::judged`](super::admission::judged)), with the pod templates written out.
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
use policyc_ir::{Path, Policy, Root, Rule, Segment, Workload, uses};

use self::document::{ClusterPolicy, Metadata, Spec};
use super::prose::{self, Prose};
use super::selected::{can_run_in_background, has_templates, kinds};
use super::{Action, Artifact, ArtifactRule, Emission, EmitOptions, Unportable};

/// The first Kyverno with a `failureAction` in each rule.
const MIN_VERSION: &str = "1.13.0";

/// Emits a policy.
#[must_use]
pub fn emit(policy: &Policy, options: &EmitOptions) -> Emission {
    let autogen = is_made_by_autogen(policy);
    let emission = emit_with(policy, autogen, options);
    if autogen && matches!(emission, Emission::Refused(_)) {
        // Without autogen there is CEL for what JMESPath cannot say.
        return emit_with(policy, false, options);
    }
    emission
}

fn emit_with(policy: &Policy, autogen: bool, options: &EmitOptions) -> Emission {
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
                    cost: None,
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
    let any = policy.rules.iter().any(has_templates);
    any && rules.all(|rule| {
        let (matches, excludes) = rule.scope.objects();
        let mut clauses = matches.iter().chain(excludes);
        let plain = clauses.all(|clause| {
            clause.names.is_empty() && clause.labels.is_empty() && clause.annotations.is_empty()
        });
        let named = || {
            matches
                .iter()
                .chain(excludes)
                .flat_map(|clause| &clause.kinds)
        };
        let about_pods = if has_templates(rule) {
            named().all(|kind| kind.templates)
                && matches
                    .iter()
                    .chain(excludes)
                    .all(|clause| clause.kinds.len() < 2)
        } else {
            named().all(|kind| kind.kind != "Pod" && Workload::of_kind(&kind.kind).is_none())
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

fn annotations(policy: &Policy, autogen: bool) -> IndexMap<&'static str, Prose> {
    let kinds = kinds(&policy.rules);
    let subject = kinds.join(", ");
    let mut annotations = prose::annotations(policy, None, &subject, Some(MIN_VERSION));
    if !autogen && kinds.contains(&"Pod") {
        let none = Prose("none".to_owned());
        annotations.insert("pod-policies.kyverno.io/autogen-controllers", none);
    }
    annotations
}

#[cfg(test)]
pub(in crate::backend) mod tests;
