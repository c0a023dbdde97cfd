use policyc_ir::LabelSelector;

use super::*;
use crate::eval::User;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Checks whether clauses match a resource, as `match` and as `exclude`.
fn check_clauses(yaml: &str, context: &Context, table: Vec<(MatchClause, bool)>) {
    let resource = resource(yaml);
    for (row, (clause, expected)) in table.into_iter().enumerate() {
        let mut matching = rule(&["*"], vec![]);
        matching.scope = Scope::Kubernetes {
            matches: vec![clause.clone()],
            excludes: vec![],
        };
        let matched = outcome(matching, &resource, context).is_some();
        assert_eq!(matched, expected, "row {row} as match: {clause:?}");
        let mut excluding = rule(&["*"], vec![]);
        let Scope::Kubernetes { matches, excludes } = &mut excluding.scope else {
            panic!("a rule about Kubernetes");
        };
        matches[0].operations.clear();
        matches[0].kinds[0].subresource = context.subresource.clone();
        excludes.push(clause.clone());
        let excluded = outcome(excluding, &resource, context).is_none();
        assert_eq!(excluded, expected, "row {row} as exclude: {clause:?}");
    }
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-1\n  \
    namespace: prod-eu\n  labels: {app: web, empty: '', odd: 5, gone: null}\n  annotations: {a.b/c: x}\n";

fn with(kinds: &[&str], change: impl FnOnce(&mut MatchClause)) -> MatchClause {
    let mut clause = clause(kinds);
    change(&mut clause);
    clause
}

#[test]
fn kinds_groups_and_versions() {
    let selector = |group: Option<&str>, version: Option<&str>, name: &str| {
        with(&[name], |clause| {
            clause.kinds[0].group = group.map(str::to_owned);
            clause.kinds[0].version = version.map(str::to_owned);
        })
    };
    check_clauses(
        DEPLOYMENT,
        &Context::default(),
        vec![
            (clause(&["Deployment"]), true),
            (clause(&["deployment"]), false),
            (clause(&["StatefulSet", "Deployment"]), true),
            (clause(&["Deploy*"]), true),
            (clause(&["*"]), true),
            (clause(&["Service"]), false),
            (selector(Some("apps"), Some("v1"), "Deployment"), true),
            (selector(Some("apps"), None, "Deployment"), true),
            (selector(Some("extensions"), None, "Deployment"), false),
            (selector(Some(""), None, "Deployment"), false),
            (selector(Some("*"), Some("v?"), "*"), true),
            (selector(None, Some("v1beta*"), "Deployment"), false),
            // For an exclude: without kinds, every kind.
            (with(&[], |_| {}), true),
        ],
    );
    check_clauses(
        "apiVersion: v1\nkind: Service\n",
        &Context::default(),
        vec![
            (selector(Some(""), Some("v1"), "Service"), true),
            (selector(Some("core"), None, "Service"), false),
        ],
    );
}

#[test]
fn names_namespaces_labels_and_annotations() {
    let label = |key: &str, values: Option<&[&str]>| LabelSelector {
        key: key.to_owned(),
        values: values.map(strings),
    };
    let labelled = |key: &str, values| with(&["*"], |c| c.labels.push(label(key, values)));
    check_clauses(
        DEPLOYMENT,
        &Context::default(),
        vec![
            (with(&["*"], |c| c.names = strings(&["web-?"])), true),
            (
                with(&["*"], |c| c.names = strings(&["db-*", "web-*"])),
                true,
            ),
            (with(&["*"], |c| c.names = strings(&["web"])), false),
            (with(&["*"], |c| c.namespaces = strings(&["prod-*"])), true),
            (
                with(&["*"], |c| c.namespaces = strings(&["default"])),
                false,
            ),
            (labelled("app", Some(&["api", "w*"])), true),
            (labelled("app", Some(&["api"])), false),
            (labelled("app", None), true),
            (labelled("empty", None), true),
            (labelled("empty", Some(&["?*"])), false),
            (labelled("empty", Some(&["*"])), true),
            (labelled("odd", None), true),
            (labelled("odd", Some(&["*"])), false),
            (labelled("gone", None), false),
            (labelled("missing", None), false),
            (labelled("a*", None), false),
            (
                with(&["*"], |c| c.annotations.push(label("a.b/c", Some(&["x"])))),
                true,
            ),
            (
                with(&["*"], |c| c.annotations.push(label("app", None))),
                false,
            ),
            (
                with(&["*"], |c| {
                    c.labels.push(label("app", None));
                    c.labels.push(label("missing", None));
                }),
                false,
            ),
            (
                with(&["*"], |c| {
                    c.names = strings(&["web-*"]);
                    c.namespaces = strings(&["other"]);
                }),
                false,
            ),
        ],
    );
    check_clauses(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-}\n",
        &Context::default(),
        vec![
            (with(&["*"], |c| c.names = strings(&["migrate-*"])), true),
            (with(&["*"], |c| c.names = strings(&["migrate"])), false),
            (with(&["*"], |c| c.namespaces = strings(&["default"])), true),
        ],
    );
    check_clauses(
        "apiVersion: batch/v1\nkind: Job\n",
        &Context::default(),
        vec![
            (with(&["*"], |c| c.names = strings(&["*"])), false),
            (with(&["*"], |c| c.labels.push(label("app", None))), false),
        ],
    );
    check_clauses(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod-eu}\n",
        &Context::default(),
        vec![
            (with(&["*"], |c| c.namespaces = strings(&["prod-*"])), true),
            (with(&["*"], |c| c.names = strings(&["prod-*"])), true),
        ],
    );
    check_clauses(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x, namespace: y}\n",
        &Context::default(),
        vec![(with(&["*"], |c| c.namespaces = strings(&["*"])), false)],
    );
}

#[test]
fn labels_of_the_namespace() {
    let labelled = |key: &str, value: &str| {
        with(&["*"], |c| {
            c.namespace_labels.push(LabelSelector {
                key: key.to_owned(),
                values: Some(strings(&[value])),
            });
        })
    };
    let name = "kubernetes.io/metadata.name";
    let mut known = Context::default();
    known.set_namespace_labels("prod-eu", [("team".to_owned(), "a".to_owned())]);
    let both = || {
        let mut both = labelled(name, "prod-eu");
        both.namespace_labels
            .extend(labelled("team", "a").namespace_labels);
        both
    };
    check_clauses(
        DEPLOYMENT,
        &known,
        vec![
            (labelled("team", "a"), true),
            (labelled("team", "b"), false),
            (labelled(name, "prod-*"), true),
            (both(), true),
        ],
    );
    check_clauses(
        DEPLOYMENT,
        &Context::default(),
        vec![
            (labelled("team", "a"), false),
            (labelled("team", "*"), false),
            (labelled(name, "prod-eu"), true),
            (labelled(name, "other"), false),
            (both(), false),
        ],
    );
    let namespace =
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod-eu, labels: {team: a}}\n";
    check_clauses(
        namespace,
        &known,
        vec![(labelled("team", "a"), false), (labelled(name, "*"), false)],
    );
}

#[test]
fn operations() {
    let on = |operations: &[Operation]| with(&["*"], |c| c.operations = operations.to_vec());
    for operation in Operation::ALL {
        let context = Context::new(*operation);
        let changing = matches!(operation, Operation::Create | Operation::Update);
        check_clauses(
            DEPLOYMENT,
            &context,
            vec![
                (on(&[*operation]), true),
                (on(&[Operation::Create, Operation::Update]), changing),
                (on(&[]), true),
            ],
        );
    }
}

#[test]
fn users_groups_and_roles() {
    let users = |names: &[&str]| with(&["*"], |c| c.users = strings(names));
    let groups = |names: &[&str]| with(&["*"], |c| c.groups = strings(names));
    let roles = |names: &[&str]| with(&["*"], |c| c.roles = strings(names));
    let mut known = Context::default();
    known.set_user(User {
        username: "system:serviceaccount:ci:deployer".to_owned(),
        groups: strings(&["system:authenticated", "ci"]),
        roles: strings(&["ci:editor"]),
        cluster_roles: strings(&["cluster-admin"]),
        ..User::default()
    });
    assert_eq!(known.user().expect("known").groups.len(), 2);
    check_clauses(
        DEPLOYMENT,
        &known,
        vec![
            (users(&["system:serviceaccount:ci:*"]), true),
            (users(&["mona"]), false),
            (groups(&["admins", "c?"]), true),
            (groups(&["admins"]), false),
            (roles(&["cluster-admin"]), true),
            (roles(&["ci:editor"]), true),
            (roles(&["cluster-*"]), false),
            (
                with(&["*"], |c| {
                    c.users = strings(&["*deployer"]);
                    c.groups = strings(&["admins"]);
                }),
                false,
            ),
        ],
    );
    check_clauses(
        DEPLOYMENT,
        &Context::default(),
        vec![
            (users(&["*"]), false),
            (groups(&["*"]), false),
            (roles(&["x"]), false),
        ],
    );
}

#[test]
fn subresources() {
    let sub = |glob: Option<&str>| {
        with(&["Pod"], |c| {
            c.kinds[0].subresource = glob.map(str::to_owned);
            c.kinds[0].templates = false;
        })
    };
    let pod = "apiVersion: v1\nkind: Pod\n";
    let mut exec = Context::default();
    exec.subresource = Some("exec".to_owned());
    check_clauses(
        pod,
        &exec,
        vec![
            (sub(Some("exec")), true),
            (sub(Some("*")), true),
            (sub(Some("log")), false),
            (sub(None), false),
        ],
    );
    check_clauses(
        pod,
        &Context::default(),
        vec![(sub(Some("*")), false), (sub(None), true)],
    );
}

#[test]
fn any_match_is_enough_and_any_exclude_is_too_much() {
    let named = |name: &str| with(&["*"], |c| c.names = strings(&[name]));
    let table: [(&[&str], &[&str], bool); 4] = [
        (&["db", "web-1"], &[], true),
        (&["db"], &[], false),
        (&["web-1"], &["db", "cache"], true),
        (&["web-1"], &["db", "web-*"], false),
    ];
    for (matches, excludes, expected) in table {
        let mut rule = rule(&["*"], vec![]);
        rule.scope = Scope::Kubernetes {
            matches: matches.iter().map(|name| named(name)).collect(),
            excludes: excludes.iter().map(|name| named(name)).collect(),
        };
        let matched = outcome(rule, &resource(DEPLOYMENT), &Context::default()).is_some();
        assert_eq!(matched, expected, "{matches:?} {excludes:?}");
    }
}

/// The pod template of each controller, or the pod itself.
#[test]
fn pod_rules_are_about_pod_templates() {
    let pod_spec = "spec: {hostNetwork: true}";
    let template = format!("{{metadata: {{labels: {{app: web}}}}, {pod_spec}}}");
    let table = [
        ("v1", "Pod", pod_spec.to_owned(), Some("spec.hostNetwork")),
        (
            "apps/v1",
            "Deployment",
            format!("spec: {{template: {template}}}"),
            Some("spec.template.spec.hostNetwork"),
        ),
        (
            "apps/v1",
            "DaemonSet",
            format!("spec: {{template: {template}}}"),
            Some("spec.template.spec.hostNetwork"),
        ),
        (
            "apps/v1",
            "StatefulSet",
            format!("spec: {{template: {template}}}"),
            Some("spec.template.spec.hostNetwork"),
        ),
        (
            "apps/v1",
            "ReplicaSet",
            format!("spec: {{template: {template}}}"),
            Some("spec.template.spec.hostNetwork"),
        ),
        (
            "v1",
            "ReplicationController",
            format!("spec: {{template: {template}}}"),
            Some("spec.template.spec.hostNetwork"),
        ),
        (
            "batch/v1",
            "Job",
            format!("spec: {{template: {template}}}"),
            Some("spec.template.spec.hostNetwork"),
        ),
        (
            "batch/v1beta1",
            "CronJob",
            format!("spec: {{jobTemplate: {{spec: {{template: {template}}}}}}}"),
            Some("spec.jobTemplate.spec.template.spec.hostNetwork"),
        ),
        ("v1", "PodTemplate", format!("template: {template}"), None),
        (
            "argoproj.io/v1alpha1",
            "Rollout",
            format!("spec: {{template: {template}}}"),
            None,
        ),
    ];
    for (api_version, name, body, path) in table {
        let yaml =
            format!("apiVersion: {api_version}\nkind: {name}\nmetadata: {{name: x}}\n{body}\n");
        let condition = not(eq(p("spec.hostNetwork"), b(true)));
        let outcome = outcome(
            rule(&["Pod"], vec![require(0, condition)]),
            &resource(&yaml),
            &Context::default(),
        );
        let found = outcome.map(|outcome| outcome.findings[0].path.clone());
        assert_eq!(found.as_deref(), path, "{name}");
    }
}

#[test]
fn exactly_pod_is_not_about_templates() {
    let exactly = with(&["Pod"], |c| c.kinds[0].templates = false);
    check_clauses(
        DEPLOYMENT,
        &Context::default(),
        vec![(exactly, false), (clause(&["Pod"]), true)],
    );
}

#[test]
fn group_and_version_of_pod_do_not_keep_controllers_out() {
    let core = with(&["Pod"], |c| {
        c.kinds[0].group = Some(String::new());
        c.kinds[0].version = Some("v1".to_owned());
    });
    check_clauses(DEPLOYMENT, &Context::default(), vec![(core, true)]);
}

#[test]
fn a_controller_without_a_template_has_a_verdict() {
    let condition = exists(p("spec.containers"));
    let rule = rule(&["Pod"], vec![require(0, condition)]);
    let outcome = outcome(rule, &resource(DEPLOYMENT), &Context::default()).expect("matches");
    assert_eq!(outcome.verdict, Verdict::Fail);
    let finding = &outcome.findings[0];
    assert_eq!(finding.path, "spec.template.spec.containers");
    assert!(finding.absent);
}

/// The first kind that matches says what the rule is about.
#[test]
fn a_controller_named_first_is_itself() {
    let replicas = || exists(p("spec.replicas"));
    let yaml = "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 1, template: {}}\n";
    for (kinds, expected) in [
        (["Deployment", "Pod"], Verdict::Pass),
        (["Pod", "Deployment"], Verdict::Fail),
    ] {
        let rule = rule(&kinds, vec![require(0, replicas())]);
        let outcome = outcome(rule, &resource(yaml), &Context::default()).expect("matches");
        assert_eq!(outcome.verdict, expected, "{kinds:?}");
    }
}

#[test]
fn name_namespace_and_old_of_a_template() {
    let deployment = |image: &str| {
        resource(&format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: prod}}\n\
             spec: {{template: {{metadata: {{name: inner}}, spec: {{image: {image}}}}}}}\n"
        ))
    };
    let mut context = Context::new(Operation::Update);
    context.old = Some(deployment("old"));
    let condition = all(vec![
        eq(p("metadata.name"), s("inner")),
        eq(rooted(Root::Name, ""), s("web")),
        eq(rooted(Root::Namespace, ""), s("prod")),
        eq(rooted(Root::Submitted, "kind"), s("Deployment")),
        eq(rooted(Root::Old, "spec.image"), s("old")),
        not(exists(p("kind"))),
    ]);
    let rule = rule(&["Pod"], vec![require(0, condition)]);
    let outcome = outcome(rule, &deployment("new"), &context).expect("matches");
    assert_eq!(outcome.verdict, Verdict::Pass, "{:?}", outcome.findings);
}

/// Which rules are looked at depends on the kind alone; the order is that of the program.
#[test]
fn outcomes_come_in_the_order_of_the_program() {
    let rules = ["Service", "*", "Pod", "Dep*", "Deployment"];
    let rules = rules.iter().map(|name| rule(&[name], vec![])).collect();
    let compiled = Compiled::new(&program(rules)).expect("compiles");
    let matched = |yaml: &str| -> Vec<_> {
        let outcomes = compiled.evaluate(&resource(yaml), &Context::default(), Options::default());
        outcomes
            .iter()
            .map(|outcome| (outcome.policy, outcome.rule))
            .collect()
    };
    assert_eq!(matched(DEPLOYMENT), [(0, 1), (0, 2), (0, 3), (0, 4)]);
    assert_eq!(matched("apiVersion: v1\nkind: Service\n"), [(0, 0), (0, 1)]);
    assert_eq!(matched("apiVersion: v1\nkind: Secret\n"), [(0, 1)]);
    assert!(compiled.concerns("Secret"));
    let compiled = Compiled::new(&program(vec![rule(&["Pod"], vec![])])).expect("compiles");
    assert!(compiled.concerns("CronJob") && !compiled.concerns("Secret"));
}
