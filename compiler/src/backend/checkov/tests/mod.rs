//! What the checks look like, and what is refused. That they mean the same as the rules is shown
//! on the engine itself, in `testing`.

mod build;
mod terraform;

use policyc_ir::{
    CompareOp, Comparison, Condition, ConditionKind, Iterable, Literal, MatchClause, Policy, Root,
    Rule, TextOp, Type,
};

use self::build::*;
use crate::backend::{Action, Emission, EmitOptions, Target, Unportable, emit};

fn emitted(policy: &Policy) -> Emission {
    let options = EmitOptions {
        action: Action::Audit,
        kyverno_namespace: None,
        version: "0.1.0".to_owned(),
        source: "policies/example.policy".to_owned(),
    };
    emit(policy, Target::Checkov, &options)
}

/// Compares the check of a rule with its snapshot.
fn check(name: &str, rule: Rule) {
    let policy = policy(name, rule);
    let text = match emitted(&policy) {
        Emission::Files(files) => {
            assert_eq!(files.len(), 1);
            assert_eq!(files[0].path, format!("{name}.only.yaml"));
            files[0].contents.clone()
        }
        Emission::Refused(why) => panic!("{name} is refused: {why:?}"),
    };
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}

fn refused(policy: &Policy) -> Vec<Unportable> {
    match emitted(policy) {
        Emission::Files(files) => panic!("not refused: {}", files[0].contents),
        Emission::Refused(why) => why,
    }
}

fn element(field: &str, ty: Type) -> policyc_ir::Expr {
    local(0, field, ty)
}

fn about_pods(requirements: Vec<Condition>) -> Rule {
    rule(vec![clause(vec![pods()])], requirements)
}

fn about(kinds: &[&str], requirements: Vec<Condition>) -> Rule {
    let kinds = kinds.iter().map(|name| kind(name)).collect();
    rule(vec![clause(kinds)], requirements)
}

#[test]
fn no_container_may() {
    let privileged = is(
        element("securityContext.privileged", Type::Bool),
        boolean(true),
    );
    check(
        "privileged",
        about_pods(vec![every(0, containers(), not(privileged))]),
    );
}

#[test]
fn every_container_must_except_somewhere() {
    let pinned = all(vec![
        matches(element("image", Type::String), TextOp::Glob, "ghcr.io/*"),
        not(matches(
            element("image", Type::String),
            TextOp::EndsWith,
            ":latest",
        )),
    ]);
    let anywhere = MatchClause {
        operations: Vec::new(),
        ..in_namespaces(clause(Vec::new()), &["kube-system", "infra-*"])
    };
    let rule = about_pods(vec![every(0, containers(), pinned)]);
    check("images", excluding(rule, vec![anywhere]));
}

#[test]
fn every_container_has_an_element() {
    let dropped = element("securityContext.capabilities.drop", list(Type::String));
    check(
        "capabilities",
        about_pods(vec![every(0, containers(), member(text("ALL"), dropped))]),
    );
}

#[test]
fn lists_in_lists() {
    let port = compare(
        CompareOp::Greater,
        Comparison::Number,
        local(1, "hostPort", Type::Int),
        int(0),
    );
    let ports = every(1, vec![element("ports", list(Type::Object))], not(port));
    let named = not(is(element("name", Type::String), text("node-exporter")));
    check(
        "ports",
        about(
            &["Pod"],
            vec![every(0, containers(), any(vec![not(named), ports]))],
        ),
    );
}

#[test]
fn some_element_must() {
    let host = |field| {
        matches(
            local(0, field, Type::String),
            TextOp::StartsWith,
            "/var/run",
        )
    };
    let requirements = vec![
        some(
            0,
            vec![object("spec.volumes", list(Type::Object))],
            any(vec![
                host("hostPath.path"),
                exists(element("emptyDir", Type::Object)),
            ]),
        ),
        exists(object(
            "metadata.annotations['example.org/owner']",
            Type::String,
        )),
    ];
    check("volumes", about(&["Pod"], requirements));
}

#[test]
fn attributes() {
    let requirements = vec![
        exists(object(
            "metadata.labels['app.kubernetes.io/name']",
            Type::String,
        )),
        compare(
            CompareOp::GreaterOrEqual,
            Comparison::Number,
            object("spec.replicas", Type::Int),
            int(2),
        ),
        not(compare(
            CompareOp::Less,
            Comparison::Number,
            object("spec.minReadySeconds", Type::Int),
            int(5),
        )),
        member(
            object("spec.strategy.type", Type::String),
            texts(&["RollingUpdate", "Recreate"]),
        ),
        is(
            coalesce(object("spec.paused", Type::Bool), boolean(false)),
            boolean(false),
        ),
        compare(
            CompareOp::LessOrEqual,
            Comparison::Number,
            coalesce(object("spec.progressDeadlineSeconds", Type::Int), int(600)),
            int(900),
        ),
    ];
    check("attributes", about(&["Deployment"], requirements));
}

#[test]
fn a_workload_and_its_template() {
    let limited = exists(element("resources.limits.memory", Type::Quantity));
    let requirements = vec![
        exists(object("metadata.labels.team", Type::String)),
        every(
            0,
            vec![object("spec.template.spec.containers", list(Type::Object))],
            limited,
        ),
    ];
    let matched = in_namespaces(
        clause(vec![kind("Deployment"), kind("StatefulSet")]),
        &["prod-*"],
    );
    check("workload", rule(vec![matched], requirements));
}

#[test]
fn any_kind() {
    let team = object("metadata.labels.team", Type::String);
    let mut rule = about(&["*"], vec![regex(team, r"^[a-z]+(-\d+)?$")]);
    rule.preconditions
        .push(exists(object("metadata.labels", Type::Object)));
    check("any-kind", rule);
}

#[test]
fn lists_at_the_top() {
    let wildcard = |field| member(text("*"), local(0, field, list(Type::String)));
    let requirement = every(
        0,
        vec![object("rules", list(Type::Object))],
        not(all(vec![wildcard("verbs"), wildcard("resources")])),
    );
    check("roles", about(&["ClusterRole", "Role"], vec![requirement]));
}

#[test]
fn values_of_several_types() {
    let port = || local(1, "targetPort", Type::IntOrString);
    let requirements = vec![
        every(
            1,
            vec![object("spec.ports", list(Type::Object))],
            any(vec![
                is(port(), text("https")),
                number(port(), CompareOp::Greater, 1024),
            ]),
        ),
        matches(object("spec.project", Type::Any), TextOp::Glob, "team-*"),
        is(object("spec.paused", Type::Any), boolean(true)),
    ];
    check("types", about(&["Service"], requirements));
}

#[test]
fn identifiers_are_unique() {
    let ids = [
        ("a-b", "c"),
        ("a", "b-c"),
        ("a--b", "c"),
        ("a", "b--c"),
        ("a-b", "c-d"),
    ]
    .map(|(policy, rule)| super::document::check_id(policy, rule));
    assert_eq!(ids[0], "CKV2_POLICYC_A_B__C");
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id), "{id}");
    }
}

#[test]
fn what_cannot_be_said_is_refused() {
    let memory = || object("spec.memory", Type::Quantity);
    let name = || object("metadata.name", Type::String);
    let entries = condition(ConditionKind::Quantified {
        quantifier: policyc_ir::Quantifier::Every,
        key: None,
        value: None,
        over: Iterable::Entries(Box::new(object("metadata.labels", map(Type::String)))),
        body: Box::new(condition(ConditionKind::Constant(false))),
    });
    let limit = expr(
        policyc_ir::ExprKind::Literal(Literal::Quantity("2Gi".to_owned())),
        Type::Quantity,
    );
    for (construct, requirement) in [
        (
            "comparison of two attributes",
            is(name(), object("metadata.labels.app", Type::String)),
        ),
        (
            "quantity",
            compare(
                CompareOp::LessOrEqual,
                Comparison::Quantity,
                memory(),
                limit,
            ),
        ),
        ("map quantifier", entries),
        (
            "length",
            number(
                length(object("metadata.labels", map(Type::String))),
                CompareOp::Less,
                9,
            ),
        ),
        (
            "namespace labels",
            exists(path(Root::NamespaceLabels, "team", Type::String)),
        ),
        ("`old`", exists(path(Root::Old, "spec", Type::Object))),
        ("`user`", exists(path(Root::User, "username", Type::String))),
        (
            "`operation`",
            is(path(Root::Operation, "", Type::String), text("CREATE")),
        ),
        ("regular expression", regex(name(), r"\pL")),
        (
            "order of numbers",
            number(object("spec.port", Type::Any), CompareOp::Less, 9),
        ),
        ("key", exists(object("metadata.labels['*']", Type::String))),
        (
            "member of an element of any type",
            every(
                1,
                vec![object("spec.parts", Type::Any)],
                is(local(1, "name", Type::Any), text("a")),
            ),
        ),
    ] {
        let why = refused(&policy("refused", about(&["Service"], vec![requirement])));
        let constructs: Vec<_> = why.iter().map(|why| why.construct).collect();
        assert_eq!(constructs, [construct]);
    }
}

#[test]
fn a_rule_on_pods_cannot_see_the_workload() {
    let requirement = exists(path(Root::Submitted, "metadata.labels.team", Type::String));
    let why = refused(&policy("refused", about_pods(vec![requirement])));
    assert_eq!(why.len(), 1);
    assert_eq!(why[0].construct, "submitted resource");

    let both = any(vec![
        exists(object("metadata.labels.team", Type::String)),
        exists(object("spec.template.spec.hostNetwork", Type::Bool)),
    ]);
    let why = refused(&policy("refused", about(&["Deployment"], vec![both])));
    assert_eq!(why.len(), 1);
    assert_eq!(
        why[0].construct,
        "workload and its pod template in one condition"
    );
}
