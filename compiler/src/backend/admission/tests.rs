//! What the CEL targets make of typical rules, and what they refuse.

use policyc_diagnostics::SourceId;
use policyc_ir::{Policy, Target};

use crate::backend::{Action, Emission, EmitOptions, emit};
use crate::compile::{CompileOptions, SourceInput, compile};
use crate::schema::{KubernetesVersion, Schema};

/// The first policy of a source.
fn policy(source: &str) -> Policy {
    let inputs = [SourceInput {
        module: "test".to_owned(),
        source: SourceId(0),
        text: source,
        root: true,
    }];
    let options = CompileOptions {
        schema: &Schema::kubernetes(KubernetesVersion::DEFAULT),
        params: indexmap::IndexMap::new(),
    };
    let mut diagnostics = Vec::new();
    let program = compile(&inputs, &options, &mut diagnostics);
    let errors: Vec<_> = diagnostics.iter().filter(|one| one.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    program.policies.into_iter().next().unwrap()
}

fn options(action: Action, namespace: Option<&str>) -> EmitOptions {
    EmitOptions {
        action,
        kyverno_namespace: namespace.map(str::to_owned),
        version: "0.1.0".to_owned(),
        source: "policies/test.policy".to_owned(),
    }
}

/// The files of a policy, one after the other.
fn files(source: &str, target: Target, options: &EmitOptions) -> String {
    match emit(&policy(source), target, options) {
        Emission::Files(files) => {
            let texts = files
                .iter()
                .map(|file| format!("## {}\n{}", file.path, file.contents));
            texts.collect::<Vec<_>>().join("\n")
        }
        Emission::Refused(reasons) => panic!("refused: {reasons:#?}"),
    }
}

/// Compares what both targets say with the snapshots.
fn check(name: &str, source: &str) {
    for target in [Target::KyvernoCel, Target::Vap] {
        let text = files(source, target, &options(Action::Audit, None));
        insta::assert_snapshot!(format!("{name}-{}", target.as_str()), text);
    }
}

/// The constructs in the way of a policy.
fn refusals(source: &str, target: Target, options: &EmitOptions) -> Vec<&'static str> {
    match emit(&policy(source), target, options) {
        Emission::Files(files) => panic!("emitted: {}", files[0].contents),
        Emission::Refused(reasons) => reasons.iter().map(|reason| reason.construct).collect(),
    }
}

#[test]
fn containers_of_pods_and_workloads() {
    check(
        "containers",
        r#"
        policy no-privileged-containers {
            title "No privileged containers"
            severity high
            rule containers {
                match Pod
                exclude namespace in ["kube-system", "ops-*"]
                unless label "policy" == "approved"
                for c in spec.{containers, initContainers, ephemeralContainers} {
                    deny c.securityContext.privileged == true
                        message "container `{c.name}` must not be privileged"
                }
            }
        }
        "#,
    );
}

#[test]
fn every_part_of_a_line() {
    check(
        "selection",
        r#"
        policy selection {
            rule parts {
                match Service, ConfigMap named "web-*" in namespace ["prod-*", "shop"]
                    with label "tier" in ["front", "back"] annotation "owner"
                    namespace label "env" == "prod" by group in ["ci", "ops-*"]
                exclude ConfigMap
                exclude by user "admin"
                exclude namespace label "off"
                exclude Service named "web-tmp"
                require exists metadata.labels
            }
            rule lines {
                match autoscaling/v2/HorizontalPodAutoscaler named "a-*"
                match Namespace, Widget in namespace "prod-*" on create, delete
                when request.operation == "CREATE"
                require exists request.user.username
            }
        }
        "#,
    );
}

#[test]
fn deletions_are_about_the_old_object() {
    check(
        "deletions",
        r#"
        policy deletions {
            rule only {
                match Secret on delete
                deny label "keep" == "true" message "`{name}` must be kept"
            }
            rule too {
                match Pod on update, delete
                if exists request.old { require request.old.metadata.labels["a"] == label "a" }
            }
        }
        "#,
    );
}

#[test]
fn actions() {
    let source = "policy p { rule p { match Service require exists spec } }";
    let of = |action, target| files(source, target, &options(action, None));
    for target in [Target::KyvernoCel, Target::Vap] {
        assert!(of(Action::Audit, target).contains("validationActions:\n  - Audit\n"));
        assert!(of(Action::Warn, target).contains("validationActions:\n  - Warn\n  - Audit\n"));
        let enforced = of(Action::Enforce, target);
        assert!(
            enforced.contains("validationActions:\n  - Deny\n"),
            "{enforced}"
        );
        assert!(enforced.contains("\n  name: p\n"), "{enforced}");
    }
}

#[test]
fn a_policy_in_a_namespace_sees_what_lies_there() {
    let inside = options(Action::Audit, Some("team-a"));
    let source = "policy p { rule r { match Service require exists spec } }";
    let text = files(source, Target::KyvernoCel, &inside);
    assert!(
        text.contains(
            "kind: NamespacedValidatingPolicy\nmetadata:\n  name: p.r\n  namespace: team-a\n"
        ),
        "{text}"
    );
    let source = "policy p { rule r { match Role, ClusterRole require exists rules } }";
    assert_eq!(
        refusals(source, Target::KyvernoCel, &inside),
        ["cluster-scoped kind"]
    );
}

#[test]
fn refused() {
    let of = |rule: &str, target| {
        let source = format!("policy p {{ rule r {{ {rule} }} }}");
        refusals(&source, target, &options(Action::Audit, None))
    };
    let by_role = "match Service by role \"admin\" require exists spec";
    assert_eq!(of(by_role, Target::KyvernoCel), ["role in match"]);
    let by_role = "match Service exclude by role \"admin\" require exists spec";
    assert_eq!(of(by_role, Target::Vap), ["role in exclude"]);
    let webhooks = "match ValidatingWebhookConfiguration require exists webhooks";
    assert_eq!(of(webhooks, Target::Vap), ["kind in match"]);
    let part = "match Widget/scale require exists request.user";
    assert_eq!(of(part, Target::Vap)[0], "sub-resource in match");
}

#[test]
fn requests_to_connect_name_the_resource() {
    let source = r#"
        policy p {
            rule r {
                match Pod/exec in namespace "prod" by group "developers"
                deny name starts_with "db-"
            }
        }
    "#;
    let text = files(source, Target::Vap, &options(Action::Enforce, None));
    assert!(text.contains("- pods/exec\n"), "{text}");
    assert!(text.contains("request.namespace == \"prod\""), "{text}");
    assert!(text.contains("!request.name.startsWith(\"db-\")"), "{text}");
}
