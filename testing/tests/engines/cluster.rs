use std::collections::{BTreeMap, BTreeSet};

use policyc_testing::conformance::engine::cluster::{
    AdmissionPolicy, Asked, Cluster, Judged, Operation, Options, Request, User, Verdict, documents,
};
use serde_json::{Value, json};

use super::located;

/// A policy about kinds of a group, and its binding.
fn policy(name: &str, rule: &str, extra: &str, validations: &str) -> String {
    format!(
        r#"
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: {name}}}
spec:
  matchConstraints: {{resourceRules: [{rule}]}}
  {extra}
  validations: {validations}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{name: {name}}}
spec: {{policyName: {name}, validationActions: [Deny]}}
---
"#
    )
}

const PODS: &str = r#"{apiGroups: [""], apiVersions: [v1], operations: ["*"], resources: [pods]}"#;

fn policies(texts: &[String]) -> Vec<AdmissionPolicy> {
    AdmissionPolicy::of_documents(&documents(&texts.concat()).unwrap()).unwrap()
}

fn pod(name: &str, namespace: &str, privileged: bool) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {"containers": [{
            "name": "c", "image": "nginx", "securityContext": {"privileged": privileged},
        }]},
    })
}

fn request(operation: Operation, object: Value) -> Request {
    Request {
        operation,
        object,
        old: None,
        user: User {
            name: "alice".to_owned(),
            groups: vec!["builders".to_owned()],
        },
    }
}

fn create(object: Value) -> Request {
    request(Operation::Create, object)
}

fn judged(asked: &Asked) -> &Judged {
    match asked {
        Asked::Judged(judged) => judged,
        Asked::NotServed(why) | Asked::Invalid(why) => panic!("{why}"),
    }
}

fn started() -> Option<Cluster> {
    let programs = located(Cluster::locate())?;
    Some(Cluster::start(&programs, Options::default()).unwrap())
}

fn namespaces(all: &[(&str, &[(&str, &str)])]) -> BTreeMap<String, BTreeMap<String, String>> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    all.iter()
        .map(|(name, labels)| ((*name).to_owned(), labels.iter().map(owned).collect()))
        .collect()
}

fn failed(numbers: &[usize]) -> Verdict {
    Verdict::Fail(numbers.iter().copied().collect::<BTreeSet<_>>())
}

#[test]
fn what_each_policy_says_of_each_request() {
    let Some(mut cluster) = started() else {
        return;
    };
    let privileged =
        "object.spec.containers.all(c, !c.?securityContext.?privileged.orValue(false))";
    let policies = policies(&[
        policy(
            "privileged",
            PODS,
            "",
            &format!(
                r#"[{{expression: "request.operation == 'DELETE' || {privileged}", message: same}}, {{expression: "true"}}, {{expression: "request.operation != 'CREATE' || object.metadata.name != 'bad'", message: same}}]"#
            ),
        ),
        policy(
            "in-error",
            PODS,
            "",
            r#"[{expression: "request.operation == 'DELETE' || object.spec.nodeName == 'x'"}]"#,
        ),
        // The server's words on this error have a line end, and make no warning.
        policy(
            "in-error-over-lines",
            PODS,
            "",
            r#"[{expression: "request.operation == 'DELETE' ||\n object.spec.nodeName == 'x'"}]"#,
        ),
        policy(
            "conditions",
            PODS,
            r#"matchConditions: [{name: builders, expression: "'builders' in request.userInfo.groups && request.namespace == 'one'"}]"#,
            r#"[{expression: "namespaceObject.metadata.labels['team'] == 'a' && request.userInfo.username == 'alice'"}]"#,
        ),
        policy(
            "changes",
            PODS,
            r#"matchConditions: [{name: update, expression: "request.operation == 'UPDATE'"}]"#,
            r#"[{expression: "object.metadata.labels == oldObject.metadata.labels"}]"#,
        ),
        policy(
            "deletions",
            PODS,
            r#"matchConditions: [{name: delete, expression: "request.operation == 'DELETE'"}]"#,
            r#"[{expression: "oldObject.metadata.name == 'good'"}]"#,
        ),
    ]);
    let mut relabelled = pod("good", "one", false);
    relabelled["metadata"]["labels"]["app"] = "other".into();
    let requests = [
        create(pod("good", "one", false)),
        create(pod("bad", "two", true)),
        Request {
            old: Some(pod("good", "one", false)),
            ..request(Operation::Update, relabelled)
        },
        request(Operation::Delete, pod("bad", "one", false)),
        create(
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other", "namespace": "one"}}),
        ),
        create(
            json!({"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w"}}),
        ),
        create(
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "empty", "namespace": "one"}, "spec": {}}),
        ),
    ];
    let namespaces = namespaces(&[("one", &[("team", "a")]), ("two", &[])]);
    let asked = cluster
        .ask(&policies, &namespaces, &requests)
        .unwrap()
        .asked;

    let good = &judged(&asked[0]).verdicts;
    assert_eq!(good["privileged"], Verdict::Pass);
    assert!(matches!(&good["in-error"], Verdict::Error(said) if said.contains("no such key")));
    assert!(matches!(&good["in-error-over-lines"], Verdict::Error(_)));
    assert_eq!(good["conditions"], Verdict::Pass);
    assert!(!good.contains_key("changes") && !good.contains_key("deletions"));
    // The server's defaults are what policies see.
    let seen = &judged(&asked[0]).object;
    assert_eq!(seen["spec"]["restartPolicy"], "Always");

    let bad = &judged(&asked[1]).verdicts;
    assert_eq!(bad["privileged"], failed(&[0, 2]));
    assert!(!bad.contains_key("conditions"), "another namespace");

    let update = &judged(&asked[2]).verdicts;
    assert_eq!(update["changes"], failed(&[0]));
    assert_eq!(update["privileged"], Verdict::Pass);

    let delete = &judged(&asked[3]).verdicts;
    assert_eq!(delete["deletions"], failed(&[0]));
    assert_eq!(delete["in-error"], Verdict::Pass);

    assert!(judged(&asked[4]).verdicts.is_empty());
    assert!(matches!(asked[5], Asked::NotServed(_)));
    assert!(matches!(asked[6], Asked::Invalid(_)));

    // Another batch: a changed policy counts as changed, and what is gone says nothing.
    let other = policies_that_fail(45);
    let again = cluster
        .ask(&other, &namespaces, &requests[..1])
        .unwrap()
        .asked;
    let verdicts = &judged(&again[0]).verdicts;
    assert_eq!(verdicts.len(), 45);
    assert!(verdicts.values().all(|verdict| *verdict == failed(&[0])));
    cluster.check().unwrap();
}

/// More than one answer of the server has room for.
fn policies_that_fail(count: usize) -> Vec<AdmissionPolicy> {
    let texts: Vec<String> = (0..count)
        .map(|index| {
            let name = format!("a-policy-with-quite-a-long-name-to-fill-the-warnings-{index}");
            policy(&name, PODS, "", r#"[{expression: "false"}]"#)
        })
        .collect();
    policies(&texts)
}

#[test]
fn policies_that_the_server_does_not_take() {
    let Some(mut cluster) = started() else {
        return;
    };
    let bad = policies(&[policy("bad", PODS, "", r#"[{expression: "object."}]"#)]);
    let asking = cluster.ask(&bad, &BTreeMap::new(), &[]).unwrap();
    assert!(asking.refused["bad"].contains("Syntax error"), "{asking:?}");

    let unknown = documents(&policy("p", PODS, "unknownField: 1", "[]")).unwrap();
    let refusal = cluster.apply(&unknown[0]).unwrap().unwrap_err();
    assert!(refusal.message.contains("unknownField"), "{refusal}");

    let replicas =
        r#"{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}"#;
    let text = policy(
        "typo",
        replicas,
        "",
        r#"[{expression: "object.spec.replicaz > 1"}]"#,
    ) + &policy(
        "typed",
        replicas,
        "",
        r#"[{expression: "object.spec.replicas > 1"}]"#,
    );
    for document in documents(&text).unwrap() {
        cluster.apply(&document).unwrap().unwrap();
    }
    let warnings = cluster.type_check("typo").unwrap();
    assert!(
        warnings[0].contains("undefined field 'replicaz'"),
        "{warnings:?}"
    );
    assert_eq!(cluster.type_check("typed").unwrap(), Vec::<String>::new());
}
