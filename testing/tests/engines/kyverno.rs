use std::collections::BTreeMap;

use policyc_testing::conformance::engine::kyverno::{
    Given, Job, Kyverno, Operation, Origin, Policy, RuleResult, Run, User, Variable,
};
use policyc_testing::conformance::engine::{Resource, Silence};

use super::{located, pods, resource};

/// A ClusterPolicy with one deny rule `r`.
fn deny(name: &str, kinds: &str, extra: &str, key: &str) -> Policy {
    let text = format!(
        r#"
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {{name: {name}}}
spec:
  background: false
  rules:
  - name: r
    match: {{any: [{{resources: {{kinds: [{kinds}]}}}}]}}
    {extra}
    validate:
      message: refused
      deny: {{conditions: {{all: [{{operator: Equals, value: true, key: "{{{{ {key} }}}}"}}]}}}}
"#
    );
    Policy {
        name: name.to_owned(),
        text,
        rules: vec!["r".to_owned()],
        expects_rows: true,
    }
}

/// Conditions on any resource; a bare literal would not be taken.
const ALWAYS: &str = "request.object.kind != ''";
const NEVER: &str = "request.object.kind == ''";

fn no_privileged() -> Policy {
    deny(
        "no-privileged",
        "Pod",
        "",
        "length(((not_null(request.object.spec, `{}`).[containers, initContainers, ephemeralContainers] \
         | [?type(@) == 'array'])[]) | [?type(@) == 'object' && (securityContext.privileged == `true`)]) > `0`",
    )
}

const VALIDATING: &str = r#"
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: no-privileged-v}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}]}
  validations:
  - message: never
    expression: "true"
  - message: privileged
    expression: "object.spec.containers.all(c, !has(c.securityContext) || c.securityContext.privileged != true)"
"#;

fn job(policies: Vec<Policy>, resources: Vec<Resource>) -> Job {
    Job {
        policies,
        resources,
        ..Job::default()
    }
}

fn results(run: &Run, policy: &str, rule: &str) -> Vec<(usize, Origin, RuleResult)> {
    run.rows
        .iter()
        .filter(|row| row.policy == policy && row.rule == rule)
        .map(|row| (row.index, row.origin, row.result))
        .collect()
}

#[test]
fn verdicts_of_pods_and_their_controllers() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let validating = Policy {
        name: "no-privileged-v".to_owned(),
        text: VALIDATING.to_owned(),
        rules: Vec::new(),
        expects_rows: true,
    };
    let job = job(
        vec![no_privileged(), validating],
        vec![
            pods("v1", "Pod", "good", &[None, Some(false)]),
            pods("v1", "Pod", "bad", &[None, Some(true)]),
            pods("apps/v1", "Deployment", "bad", &[Some(true)]),
            pods("batch/v1", "CronJob", "bad", &[Some(true)]),
            resource(r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other"}}"#),
        ],
    );
    let run = kyverno.run(&job).unwrap();
    assert_eq!(
        results(&run, "no-privileged", "r"),
        [
            (0, Origin::Written, RuleResult::Pass),
            (1, Origin::Written, RuleResult::Fail),
            (2, Origin::Autogen, RuleResult::Fail),
            (3, Origin::AutogenCronJob, RuleResult::Fail),
        ]
    );
    let fail = run.of("no-privileged", "r", 1).next().unwrap();
    assert_eq!((fail.message.as_str(), fail.validation), ("refused", None));
    assert_eq!(
        fail.resource.namespace, None,
        "as it was given, not as Kyverno fills it in"
    );
    let of_kind = results(&run, "no-privileged-v", "");
    let expected = [
        RuleResult::Pass,
        RuleResult::Fail,
        RuleResult::Fail,
        RuleResult::Fail,
    ];
    assert_eq!(
        of_kind
            .iter()
            .map(|(.., result)| *result)
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(
        run.of("no-privileged-v", "", 1).next().unwrap().validation,
        Some(1)
    );
    assert!(run.silent_rules(&job).is_empty());
}

#[test]
fn skip_error_and_no_row_are_three_things() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let precondition = r#"preconditions: {all: [{key: "{{ request.object.data.on || '' }}", operator: Equals, value: "yes"}]}"#;
    let job = job(
        vec![deny(
            "p",
            "ConfigMap",
            precondition,
            "request.object.data.bad",
        )],
        vec![
            resource(
                r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"skipped"},"data":{"on":"no"}}"#,
            ),
            resource(
                r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"unreadable"},"data":{"on":"yes"}}"#,
            ),
            resource(r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"unmatched"}}"#),
        ],
    );
    let run = kyverno.run(&job).unwrap();
    assert_eq!(
        results(&run, "p", "r"),
        [
            (0, Origin::Written, RuleResult::Skip),
            (1, Origin::Written, RuleResult::Error)
        ]
    );
}

#[test]
fn a_policy_that_draws_no_row_is_an_error_unless_it_is_meant_to() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let mut job = job(
        vec![deny("p", "Secret", "", NEVER)],
        vec![resource(
            r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#,
        )],
    );
    let error = kyverno.run(&job).unwrap_err();
    assert_eq!(error.silence, Silence::NoRow(vec!["p".to_owned()]));
    job.policies[0].expects_rows = false;
    let run = kyverno.run(&job).unwrap();
    assert!(!run.spoke("p", "r"));
    assert_eq!(run.silent_rules(&job), [("p", "r")]);
}

#[test]
fn dropped_policies_are_named() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let good = |name: &str| deny(name, "ConfigMap", "", "request.object.data.bad == 'x'");
    let mut unknown_field = good("unknown-field");
    unknown_field.text = unknown_field
        .text
        .replace("background: false", "background: false\n  rulez: []");
    let mut wrong_type = good("wrong-type");
    wrong_type.text = wrong_type
        .text
        .replace("message: refused", "message: false");
    let mut variable = good("undefined-variable");
    variable.text = variable
        .text
        .replace("request.object.data.bad", "nonsense.data");
    let mut cel = good("bad-cel");
    cel.text = VALIDATING
        .replace("no-privileged-v", "bad-cel")
        .replace("object.spec.containers.all(c,", "nonsense(");
    cel.rules.clear();
    cel.text = cel
        .text
        .replace("resources: [pods]", "resources: [configmaps]");
    let mut not_yaml = good("not-yaml");
    not_yaml.text = "a: [".to_owned();
    let policies = vec![
        good("a"),
        unknown_field,
        good("b"),
        wrong_type,
        variable,
        cel,
        not_yaml,
        good("c"),
    ];

    let refusals = kyverno.refusals(&policies).unwrap();
    let names: Vec<&str> = refusals
        .iter()
        .map(|refusal| refusal.policy.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "unknown-field",
            "wrong-type",
            "undefined-variable",
            "bad-cel",
            "not-yaml"
        ]
    );
    assert_eq!(refusals[0].index, 1);
    assert!(
        refusals[0].said.contains("spec.rulez"),
        "{}",
        refusals[0].said
    );
    assert!(
        refusals[3].said.contains("failed to compile policy"),
        "{}",
        refusals[3].said
    );

    let config = resource(r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#);
    let jobs: Vec<Job> = policies
        .into_iter()
        .map(|policy| job(vec![policy], vec![config.clone()]))
        .collect();
    let answers = kyverno.run_all(&jobs);
    let spoke: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(
        spoke,
        [true, false, true, false, false, false, false, true],
        "{answers:?}"
    );
    assert_eq!(
        answers[1].as_ref().unwrap_err().silence,
        Silence::Refused(vec!["unknown-field".to_owned()])
    );
}

#[test]
fn resources_of_one_name_are_judged_apart() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let config = |data: &str| {
        resource(&format!(
            r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"a"}},"data":{{"k":"{data}"}}}}"#
        ))
    };
    let widget = |group: &str| {
        resource(&format!(
            r#"{{"apiVersion":"{group}/v1","kind":"Widget","metadata":{{"name":"a"}},"data":{{"k":"bad"}}}}"#
        ))
    };
    let job = job(
        vec![deny(
            "p",
            "ConfigMap, Widget",
            "",
            "request.object.data.k == 'bad'",
        )],
        vec![
            config("good"),
            config("bad"),
            widget("one.example"),
            widget("two.example"),
        ],
    );
    let run = kyverno.run(&job).unwrap();
    let found: Vec<_> = results(&run, "p", "r")
        .iter()
        .map(|(index, _, result)| (*index, *result))
        .collect();
    assert_eq!(
        found,
        [
            (0, RuleResult::Pass),
            (1, RuleResult::Fail),
            (2, RuleResult::Fail),
            (3, RuleResult::Fail)
        ]
    );
}

#[test]
fn the_request_around_the_resource() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let config = resource(
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"prod"}}"#,
    );
    let labels = BTreeMap::from([("env".to_owned(), "prod".to_owned())]);
    let variable = |rule: &str, name: &str, json: &str| Variable {
        policy: "variables".to_owned(),
        rule: rule.to_owned(),
        name: name.to_owned(),
        json: json.to_owned(),
    };
    let given = Given {
        operation: Some(Operation::Update),
        namespace_labels: BTreeMap::from([("prod".to_owned(), labels)]),
        user: Some(User {
            name: "molly".to_owned(),
            groups: vec!["ops".to_owned()],
            ..User::default()
        }),
        variables: vec![
            variable("r", "one.data.k", "\"x\""),
            variable("r", "two.data.k", "\"y\""),
        ],
    };
    let context =
        |name: &str| format!("{{name: {name}, configMap: {{name: {name}, namespace: default}}}}");
    let mut variables = deny(
        "variables",
        "ConfigMap",
        &format!("context: [{}, {}]", context("one"), context("two")),
        "one.data.k == 'x' && two.data.k == 'y'",
    );
    variables.text = variables.text.replace(
        "message: refused",
        "message: refused\n      allowExistingViolations: false",
    );
    let policies = vec![
        deny(
            "operation",
            "ConfigMap",
            "",
            "request.operation == 'UPDATE'",
        ),
        deny(
            "user",
            "ConfigMap",
            "",
            "request.userInfo.username == 'molly' && contains(request.userInfo.groups, 'ops')",
        ),
        Policy {
            text: deny("labels", "ConfigMap", "", ALWAYS).text.replace(
                "kinds: [ConfigMap]",
                "kinds: [ConfigMap], namespaceSelector: {matchLabels: {env: prod}}",
            ),
            ..deny("labels", "", "", "")
        },
        variables,
    ];
    let job = Job {
        given,
        ..job(policies, vec![config])
    };
    let run = kyverno.run(&job).unwrap();
    assert_eq!(run.rows.len(), 4, "{:?}", run.rows);
    for row in &run.rows {
        assert_eq!(row.result, RuleResult::Fail, "{row:?}");
    }
    let without = Job {
        given: Given::default(),
        ..job
    };
    let error = kyverno.run(&without).unwrap_err();
    assert_eq!(
        error.silence,
        Silence::NoRow(vec!["labels".to_owned()]),
        "{error}"
    );
}

#[test]
fn a_panic_in_a_shared_process_spoils_only_its_own_job() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let config = |name: &str| {
        resource(&format!(
            r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}"}}}}"#
        ))
    };
    let good = deny("good", "ConfigMap", "", NEVER);
    let mut panics = deny("panics", "ConfigMap", "", "request.object.data.list");
    panics.text = panics.text.replace("Equals, value: true", "In, value: [a]");
    let list =
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":{"list":[1]}}"#;
    let jobs = [
        job(vec![good], vec![config("a")]),
        job(vec![panics], vec![resource(list)]),
    ];
    let answers = kyverno.run_all(&jobs);
    assert_eq!(answers[0].as_ref().unwrap().rows.len(), 1);
    let error = answers[1].as_ref().unwrap_err();
    assert_eq!(error.silence, Silence::Crashed(Some(2)), "{error}");
    assert!(error.said.contains("panic"), "{error}");
}

#[test]
fn companions_are_found_and_draw_no_rows() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let config = |name: &str| {
        resource(&format!(
            r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}"}}}}"#
        ))
    };
    let listing =
        "context: [{name: all, apiCall: {urlPath: /api/v1/namespaces/default/configmaps}}]";
    let mut job = job(
        vec![deny("p", "ConfigMap", listing, "length(all.items) == `2`")],
        vec![config("a")],
    );
    job.companions.push(config("b"));
    let run = kyverno.run(&job).unwrap();
    assert_eq!(
        results(&run, "p", "r"),
        [(0, Origin::Written, RuleResult::Fail)],
        "{:?}",
        run.rows
    );
}

#[test]
fn a_policy_exception_skips() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let config = resource(r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#);
    let mut job = job(vec![deny("p", "ConfigMap", "", ALWAYS)], vec![config]);
    job.exceptions.push(
        r#"
apiVersion: kyverno.io/v2
kind: PolicyException
metadata: {name: e, namespace: default}
spec:
  exceptions: [{policyName: p, ruleNames: [r]}]
  match: {any: [{resources: {kinds: [ConfigMap], names: [a]}}]}
"#
        .to_owned(),
    );
    let run = kyverno.run(&job).unwrap();
    assert_eq!(
        results(&run, "p", "r"),
        [(0, Origin::Written, RuleResult::Skip)]
    );
}

/// Kyverno logs as errors what its operators could not read, and gives the verdict all the same.
#[test]
fn noise_on_standard_error_is_no_complaint() {
    let Some(kyverno) = located(Kyverno::locate()) else {
        return;
    };
    let mut greater = deny("p", "ConfigMap", "", "request.object.data.k");
    greater.text = greater
        .text
        .replace("Equals, value: true", "GreaterThan, value: 5");
    let config = |name: &str, value: &str| {
        resource(&format!(
            r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}"}},"data":{{"k":"{value}"}}}}"#
        ))
    };
    let run = kyverno
        .run(&job(
            vec![greater],
            vec![config("word", "many"), config("number", "6")],
        ))
        .unwrap();
    assert_eq!(
        results(&run, "p", "r"),
        [
            (0, Origin::Written, RuleResult::Pass),
            (1, Origin::Written, RuleResult::Fail)
        ]
    );
}
