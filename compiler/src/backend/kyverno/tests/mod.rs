//! What the backend makes of typical rules, and what it refuses.

pub(crate) mod ir;

use policyc_ir::{
    CompareOp, Comparison, KindSelector, LabelSelector, Literal, MessagePart, Operation, Policy,
    Quantifier, Root, Rule, Scope, Severity, TextOp, Type,
};

use self::ir::*;
use super::emit;
use crate::backend::{Action, Emission, EmitOptions};

fn options(action: Action) -> EmitOptions {
    EmitOptions {
        action,
        kyverno_namespace: None,
        version: "0.1.0".to_owned(),
        source: "policies/pods.policy".to_owned(),
    }
}

fn yaml(policy: &Policy, action: Action) -> String {
    match emit(policy, &options(action)) {
        Emission::Files(files) => files[0].contents.clone(),
        Emission::Refused(reasons) => panic!("refused: {reasons:#?}"),
    }
}

/// Compares the emitted file with the snapshot of the policy's name.
fn check(policy: &Policy) {
    insta::assert_snapshot!(policy.name.clone(), yaml(policy, Action::Audit));
}

fn refusals(policy: &Policy) -> Vec<(&'static str, String)> {
    match emit(policy, &options(Action::Audit)) {
        Emission::Files(files) => panic!("emitted: {}", files[0].contents),
        Emission::Refused(reasons) => {
            let pair = |reason: crate::backend::Unportable| (reason.construct, reason.reason);
            reasons.into_iter().map(pair).collect()
        }
    }
}

fn scope(
    rule: &mut Rule,
) -> (
    &mut Vec<policyc_ir::MatchClause>,
    &mut Vec<policyc_ir::MatchClause>,
) {
    let Scope::Kubernetes { matches, excludes } = &mut rule.scope else {
        panic!("a rule about Kubernetes");
    };
    (matches, excludes)
}

fn exclusion(change: impl FnOnce(&mut policyc_ir::MatchClause)) -> policyc_ir::MatchClause {
    let mut clause = clause(Vec::new());
    clause.operations.clear();
    change(&mut clause);
    clause
}

fn not_privileged() -> policyc_ir::Statement {
    for_each(
        1,
        containers(),
        vec![
            deny(eq(
                v(1, "securityContext.privileged"),
                Comparison::Bool,
                b(true),
            ))
            .says(vec![
                words("container `"),
                MessagePart::Value(v(1, "name")),
                words("` must not be privileged"),
            ]),
        ],
    )
}

#[test]
fn privileged_containers() {
    let mut rule = rule("privileged-containers", &["Pod"], vec![not_privileged()]);
    scope(&mut rule).1.push(exclusion(|clause| {
        clause.namespaces = vec!["kube-*".to_owned(), "ops".to_owned()];
    }));
    rule.preconditions = vec![not(eq(
        p("metadata.labels.policy~exception/privileged"),
        Comparison::String,
        s("approved"),
    ))];
    let mut policy = policy("disallow-privileged-containers", vec![rule]);
    policy.metadata.title = "Disallow privileged containers".to_owned();
    policy.metadata.description = Some(
        "Privileged containers share the host's devices and most of its kernel: whoever breaks out \
         of one owns the node."
            .to_owned(),
    );
    policy.metadata.category = Some("Pod Security Standards (Baseline)".to_owned());
    policy.metadata.severity = Severity::High;
    policy.metadata.controls = vec!["PSS:baseline".to_owned(), "CIS-5.2.2".to_owned()];
    policy.metadata.remediation =
        Some("Remove `securityContext.privileged`, or set it to false.".to_owned());
    check(&policy);
}

#[test]
fn image_registries() {
    let allowed =
        ["registry.k8s.io/*", "ghcr.io/*"].map(|glob| text(v(1, "image"), TextOp::Glob, s(glob)));
    let demand = require(any(allowed.into())).says(vec![
        words("`"),
        MessagePart::Value(v(1, "image")),
        words("` is not from an allowed registry"),
    ]);
    let rule = rule(
        "allowed-registries",
        &["Pod"],
        vec![for_each(1, containers(), vec![demand])],
    );
    check(&policy("image-registries", vec![rule]));
}

#[test]
fn resources() {
    let memory = |path: &str| typed(v(1, &format!("resources.{path}.memory")), Type::Quantity);
    let each = |demand| {
        for_each(
            1,
            vec![p("spec.template.spec.containers")],
            vec![require(demand)],
        )
    };
    let most = cmp(
        memory("limits"),
        CompareOp::LessOrEqual,
        Comparison::Quantity,
        q("2Gi"),
    );
    let same = eq(memory("requests"), Comparison::Quantity, memory("limits"));
    let kinds = ["Deployment", "StatefulSet"];
    let mut policy = policy(
        "resource-limits",
        vec![
            rule(
                "limit",
                &kinds,
                vec![each(exists(memory("limits"))), each(most)],
            ),
            rule("request", &kinds, vec![each(same)]),
        ],
    );
    scope(&mut policy.rules[0]).0[0].namespaces = vec!["prod-*".to_owned()];
    check(&policy);
}

#[test]
fn labels() {
    let label = |key: &str| typed(p(&format!("metadata.labels.{key}")), Type::String);
    let demands = ["cluster", "app~kubernetes~io/name"].map(|key| {
        require(all(vec![
            exists(label(key)),
            not(eq(label(key), Comparison::String, s(""))),
        ]))
    });
    let rule = rule("labels", &["Pod"], demands.into());
    check(&policy("required-labels", vec![rule]));
}

#[test]
fn replicas() {
    let replicas = || typed(p("spec.replicas"), Type::Int);
    let least = |count| {
        require(cmp(
            replicas(),
            CompareOp::GreaterOrEqual,
            Comparison::Number,
            n(count),
        ))
    };
    let prod = eq(at(Root::Namespace, ""), Comparison::String, s("prod"));
    let rules = vec![
        rule("two", &["Deployment"], vec![least(2)]),
        rule(
            "three-in-prod",
            &["Deployment"],
            vec![given(prod, vec![least(3)], vec![])],
        ),
    ];
    check(&policy("min-replicas", rules));
}

/// What a pattern would say in another way is said with `deny`.
#[test]
fn no_pattern() {
    let text = |path: &str| typed(p(path), Type::String);
    let of = |statement: policyc_ir::Statement| {
        let policy = policy("p", vec![rule("r", &["Thing"], vec![statement])]);
        yaml(&policy, Action::Audit).contains("pattern:")
    };
    let is = |value: &str| require(eq(text("spec.a"), Comparison::String, s(value)));
    assert!(of(is("Always")));
    for value in [
        "", "5", "1Gi", "1h", "*", "a*", "a|b", "!a", ">1", "a b", "{{x}}", "$(x)",
    ] {
        assert!(!of(is(value)), "{value}");
    }
    assert!(
        !of(require(eq(p("spec.a"), Comparison::String, s("Always")))),
        "no schema"
    );
    assert!(
        !of(deny(eq(text("spec.a"), Comparison::String, s("Always")))),
        "negation"
    );
    let either = ["a", "b"].map(|value| eq(text("spec.a"), Comparison::String, s(value)));
    assert!(!of(require(any(either.into()))), "`a | b` as data");
    assert!(!of(require(exists(p("spec.(a)")))), "an anchor");
    let each = |list: &str| for_each(1, vec![p(list)], vec![require(exists(v(1, "x")))]);
    assert!(of(each("spec.containers")));
    assert!(!of(each("spec.initContainers")), "an absent list");
    let mut deletion = policy("p", vec![rule("r", &["Thing"], vec![is("Always")])]);
    scope(&mut deletion.rules[0]).0[0]
        .operations
        .push(Operation::Delete);
    assert!(
        !yaml(&deletion, Action::Audit).contains("pattern:"),
        "deletion"
    );
}

/// Matching by name turns autogen off: the controllers get rules of their own.
#[test]
fn explicit_controllers() {
    let mut rule = rule("no-privileged", &["Pod"], vec![not_privileged()]);
    scope(&mut rule).1.push(exclusion(|clause| {
        clause.names = vec!["debug-*".to_owned()]
    }));
    check(&policy("by-name", vec![rule]));
}

/// A condition on the element that needs the resource takes a `foreach`.
#[test]
fn correlated() {
    let prefix = p("metadata.annotations.registry");
    let own = text(v(1, "image"), TextOp::StartsWith, prefix);
    let mount = |volume: u32| eq(v(volume, "name"), Comparison::String, v(1, "name"));
    let rules = vec![
        rule(
            "registry",
            &["Pod"],
            vec![for_each(1, containers(), vec![require(own)])],
        ),
        rule(
            "names",
            &["Pod"],
            vec![for_each(
                1,
                containers(),
                vec![for_each(
                    2,
                    vec![v(1, "volumeMounts")],
                    vec![
                        deny(mount(2)),
                        deny(text(v(2, "mountPath"), TextOp::Contains, v(1, "name"))),
                    ],
                )],
            )],
        ),
    ];
    check(&policy("correlated", rules));
}

#[test]
fn selection() {
    let mut rule = rule("selected", &["ConfigMap"], vec![require(exists(p("data")))]);
    let selector = |key: &str, values: Option<&[&str]>| LabelSelector {
        key: key.to_owned(),
        values: values.map(|values| values.iter().map(|value| (*value).to_owned()).collect()),
    };
    let (matches, excludes) = scope(&mut rule);
    let line = &mut matches[0];
    line.namespaces = vec!["*".to_owned()];
    line.labels = vec![
        selector("app", None),
        selector("tier", Some(&["front", "back-*"])),
    ];
    line.annotations = vec![selector("owner", Some(&["team-*"]))];
    line.namespace_labels = vec![selector("env", Some(&["prod", "stage"]))];
    line.operations = Operation::ALL.to_vec();
    line.users = vec!["system:serviceaccount:ci:*".to_owned()];
    line.kinds.push(KindSelector {
        group: Some("networking.k8s.io".to_owned()),
        ..kind("Ingress")
    });
    excludes.push(exclusion(|clause| {
        clause.roles = vec!["cluster-admin".to_owned(), "ops:admin".to_owned()]
    }));
    check(&policy("selection", vec![rule]));
}

#[test]
fn enforced() {
    let policy = policy(
        "enforced",
        vec![rule("r", &["Service"], vec![require(exists(p("spec")))])],
    );
    let text = yaml(&policy, Action::Enforce);
    assert!(
        text.contains("failureAction: Enforce\n      allowExistingViolations: false\n"),
        "{text}"
    );
}

#[test]
fn refused() {
    let of = |statement| refusals(&policy("p", vec![rule("r", &["Thing"], vec![statement])]));
    let labels = exists(at(Root::NamespaceLabels, "env"));
    assert_eq!(of(require(labels))[0].0, "namespace labels in a condition");
    assert_eq!(
        of(require(eq(p("spec.n"), Comparison::Number, n(1 << 60))))[0].0,
        "integer beyond 2^53"
    );
}

/// What JMESPath cannot say is said in CEL.
#[test]
fn beyond_jmespath() {
    let is_cel = |statement, kind: &str| {
        let text = yaml(
            &policy("p", vec![rule("r", &[kind], vec![statement])]),
            Action::Audit,
        );
        text.contains("    validate:\n      failureAction: Audit\n      cel:\n")
    };
    let cidr = policyc_ir::ConditionKind::WithinCidr {
        address: p("spec.ip"),
        block: lit(Literal::Cidr("fd00::/8".to_owned())),
    };
    assert!(is_cel(require(cond(cidr)), "Thing"));
    let distinct = call(policyc_ir::Function::Distinct, vec![p("spec.list")]);
    assert!(is_cel(require(exists(distinct.clone())), "Thing"));
    assert!(is_cel(require(exists(distinct.clone())), "Pod"));
    let inner = quantified(
        Quantifier::Some,
        2,
        vec![p("spec.b")],
        text(v(2, ""), TextOp::StartsWith, v(1, "")),
    );
    let outer = some(1, vec![p("spec.a")], inner);
    assert!(is_cel(require(outer), "Thing"));
    // The templates are written out: autogen knows expressions by their spelling only.
    let pods = yaml(
        &policy(
            "p",
            vec![rule("r", &["Pod"], vec![require(exists(distinct))])],
        ),
        Action::Audit,
    );
    assert!(pods.contains("autogen-controllers: none"), "{pods}");
    assert!(pods.contains("name: r-cronjob"), "{pods}");
}

/// Long code is broken between lines, and nowhere in strings.
#[test]
fn long_code_stays_the_same() {
    let words = "a || b, ".repeat(30);
    let ways = ["x", "y", "z"].map(|field| {
        text(
            p(&format!("spec.{field}")),
            TextOp::Contains,
            s(&format!("{field}{words}")),
        )
    });
    let policy = policy(
        "p",
        vec![rule("r", &["Thing"], vec![deny(any(ways.into()))])],
    );
    let text = yaml(&policy, Action::Audit);
    for field in ["x", "y", "z"] {
        assert!(text.contains(&format!("'{field}{words}'")), "{text}");
    }
    let document: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    let key = document["spec"]["rules"][0]["validate"]["deny"]["conditions"]["all"][0]["key"]
        .as_str()
        .unwrap();
    assert!(key.starts_with("{{ ") && key.ends_with(" }}"), "{key}");
}

/// Kyverno cuts names of more than 63 characters, so that two rules may get the same.
#[test]
fn long_names() {
    let name: String = "a-name-".repeat(9).chars().take(62).collect();
    let rules =
        ["a", "b"].map(|tail| rule(&format!("{name}{tail}"), &["Pod"], vec![not_privileged()]));
    let Emission::Files(files) = emit(&policy("p", rules.into()), &options(Action::Audit)) else {
        panic!("refused");
    };
    let reported: Vec<_> = files[0]
        .rules
        .iter()
        .flat_map(|rule| &rule.reported)
        .collect();
    assert!(reported.iter().all(|name| name.len() <= 47), "{reported:?}");
    assert_ne!(reported[0], reported[1]);
}

#[test]
fn messages_hold_no_variables() {
    for (text, expected) in [
        ("plain {x}", "plain {x}"),
        ("{{x}}", "\\{{x}}"),
        ("{{{x}}}", "{ { {x}}}"),
        ("$(x) and $$(y)", "\\$(x) and $\\$(y)"),
    ] {
        assert_eq!(super::message::escape(text), expected);
    }
}

/// The header is a comment, whatever the name of the source.
#[test]
fn header() {
    let policy = policy(
        "p",
        vec![rule("r", &["Thing"], vec![require(exists(p("spec")))])],
    );
    let options = EmitOptions {
        source: "a\nspec: {}".to_owned(),
        ..options(Action::Audit)
    };
    let Emission::Files(files) = emit(&policy, &options) else {
        panic!("refused");
    };
    assert!(
        files[0]
            .contents
            .starts_with("# Generated by policyc 0.1.0 from a spec: {}.\n#")
    );
}

#[test]
fn a_warning_is_an_audit_that_tells_the_client() {
    let demand = require(exists(p("spec")));
    let policy = policy("p", vec![rule("r", &["Service"], vec![demand])]);
    let text = yaml(&policy, Action::Warn);
    assert!(text.contains("emitWarning: true"), "{text}");
    assert!(text.contains("failureAction: Audit"), "{text}");
    assert!(!yaml(&policy, Action::Audit).contains("emitWarning"));
}
