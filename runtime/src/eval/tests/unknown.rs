//! Values that nobody knows yet, and the verdicts that depend on them.

use std::sync::Arc;

use super::*;
use crate::value::{Map, Node, Unknown, Value};

/// A Widget with this `spec`, in which `UNKNOWN` is a value that nobody knows, and `OPEN` one that
/// may also be null.
fn unknown_widget(spec: &str) -> Resource {
    let mut widget = widget(spec);
    let node = std::mem::replace(&mut widget.node, Node::new(Value::Null, 0, 0));
    widget.node = unknowing(node);
    widget.has_unknown = true;
    widget
}

fn unknowing(mut node: Node) -> Node {
    let unknown = |may_be_null| {
        Value::Unknown(Arc::new(Unknown {
            reason: "aws_kms_key.k.arn is known only after apply".to_owned(),
            may_be_null,
        }))
    };
    node.value = match node.value {
        Value::String(text) if &*text == "UNKNOWN" => unknown(false),
        Value::String(text) if &*text == "OPEN" => unknown(true),
        Value::List(items) => Value::List(items.into_iter().map(unknowing).collect()),
        Value::Map(map) => {
            let mut all = Map::new();
            for mut entry in map.into_entries() {
                entry.node = unknowing(entry.node);
                all.insert(entry);
            }
            Value::Map(all)
        }
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Unknown(_)) => other,
    };
    node
}

fn verdict_of(statements: Vec<Statement>, spec: &str) -> Verdict {
    outcome(
        rule(&["*"], statements),
        &unknown_widget(spec),
        &Context::default(),
    )
    .expect("matches")
    .verdict
}

/// Checks the verdict on `require` of each condition, and on that of its negation.
fn check_unknown(spec: &str, table: Vec<(Condition, Verdict)>) {
    for (row, (condition, expected)) in table.into_iter().enumerate() {
        let found = verdict_of(vec![require(0, condition.clone())], spec);
        assert_eq!(found, expected, "row {row} for {spec}: {condition:?}");
        let opposite = match expected {
            Verdict::Pass => Verdict::Fail,
            Verdict::Fail => Verdict::Pass,
            Verdict::Skip | Verdict::Error | Verdict::Unknown => expected,
        };
        let negated = verdict_of(vec![require(0, not(condition))], spec);
        assert_eq!(negated, opposite, "row {row} negated, for {spec}");
    }
}

use Verdict::{Fail, Pass, Skip};

const OPEN: Verdict = Verdict::Unknown;

#[test]
fn leaves() {
    check_unknown(
        "{u: UNKNOWN, o: OPEN, a: 5, list: [1, UNKNOWN], empty: []}",
        vec![
            (exists(p("spec.u")), Pass),
            (exists(p("spec.o")), OPEN),
            (exists(p("spec.u.inside")), Pass),
            (eq(p("spec.u"), n(5)), OPEN),
            (eq(p("spec.u"), p("spec.missing")), Fail),
            (eq(p("spec.a"), n(5)), Pass),
            (glob(p("spec.u"), "x*"), OPEN),
            (regex(p("spec.o"), "x"), OPEN),
            (text(TextOp::StartsWith, s("x"), p("spec.u")), OPEN),
            (member(n(1), p("spec.list"), Comparison::Scalar), Pass),
            (member(n(2), p("spec.list"), Comparison::Scalar), OPEN),
            (
                member(p("spec.u"), p("spec.list"), Comparison::Scalar),
                OPEN,
            ),
            (
                member(p("spec.u"), p("spec.empty"), Comparison::Scalar),
                Fail,
            ),
            (member(n(1), p("spec.u"), Comparison::Scalar), OPEN),
        ],
    );
}

#[test]
fn connectives_are_those_of_three_values() {
    let unknown = || eq(p("spec.u"), n(5));
    let yes = || cond(ConditionKind::Constant(true));
    let no = || cond(ConditionKind::Constant(false));
    check_unknown(
        "{u: UNKNOWN}",
        vec![
            (all(vec![unknown(), yes()]), OPEN),
            (all(vec![unknown(), no()]), Fail),
            (any(vec![unknown(), yes()]), Pass),
            (any(vec![unknown(), no()]), OPEN),
            (any(vec![all(vec![unknown(), no()]), not(unknown())]), OPEN),
            (all(vec![not(all(vec![unknown(), no()])), yes()]), Pass),
        ],
    );
}

#[test]
fn quantifiers_over_unknown_lists_and_elements() {
    let is_one = |variable| eq(rooted(local(variable), ""), n(1));
    let every = |path| quantified(Quantifier::Every, 0, lists(&[path]), is_one(0));
    let some = |path| quantified(Quantifier::Some, 0, lists(&[path]), is_one(0));
    check_unknown(
        "{u: UNKNOWN, ones: [1, UNKNOWN], twos: [2, UNKNOWN]}",
        vec![
            (every("spec.u"), OPEN),
            (some("spec.u"), OPEN),
            (every("spec.ones"), OPEN),
            (some("spec.ones"), Pass),
            (every("spec.twos"), Fail),
            (some("spec.twos"), OPEN),
        ],
    );
    let both = quantified(
        Quantifier::Every,
        0,
        lists(&["spec.u", "spec.twos"]),
        is_one(0),
    );
    check_unknown("{u: UNKNOWN, twos: [2]}", vec![(both, Fail)]);
}

#[test]
fn expressions_of_unknown_values() {
    let length = |path| call(Function::Length, vec![p(path)]);
    let joined = |path| call(Function::Join, vec![p(path), s(",")]);
    let filtered = expr(ExprKind::Filter {
        value: binding(0, "x"),
        over: lists(&["spec.list"]),
        condition: Box::new(eq(rooted(local(0), ""), n(1))),
    });
    let kept = expr(ExprKind::Filter {
        value: binding(0, "x"),
        over: lists(&["spec.known"]),
        condition: Box::new(eq(rooted(local(0), ""), n(1))),
    });
    check_unknown(
        "{u: UNKNOWN, o: OPEN, list: [1, UNKNOWN], known: [1, 2], map: {a: 1, x: UNKNOWN}, key: UNKNOWN}",
        vec![
            (eq(length("spec.list"), n(2)), Pass),
            (eq(length("spec.u"), n(2)), OPEN),
            (eq(joined("spec.list"), s("1,2")), OPEN),
            (eq(call(Function::Lower, vec![p("spec.u")]), s("x")), OPEN),
            (eq(coalesce(p("spec.u"), n(1)), n(1)), OPEN),
            (eq(coalesce(p("spec.missing"), n(1)), n(1)), Pass),
            (eq(keyed("spec.map", s("a")), n(1)), Pass),
            (eq(keyed("spec.map", p("spec.key")), n(1)), OPEN),
            (eq(call(Function::Length, vec![filtered]), n(1)), OPEN),
            (eq(call(Function::Length, vec![kept]), n(1)), Pass),
        ],
    );
}

#[test]
fn statements_and_preconditions() {
    let is = |path, value| eq(p(path), n(value));
    let spec = "{u: UNKNOWN, a: 1}";
    let branch = |condition, then, otherwise| Statement {
        id: StatementId(0),
        kind: StatementKind::If {
            condition,
            then: vec![require(1, then)],
            otherwise: vec![require(2, otherwise)],
        },
        message: None,
        origin: at(200),
    };
    let table = [
        (
            vec![require(0, is("spec.u", 1)), require(1, is("spec.a", 1))],
            OPEN,
        ),
        (
            vec![require(0, is("spec.u", 1)), require(1, is("spec.a", 2))],
            Fail,
        ),
        (
            vec![branch(is("spec.u", 1), is("spec.a", 1), is("spec.a", 1))],
            Pass,
        ),
        (
            vec![branch(is("spec.u", 1), is("spec.a", 1), is("spec.a", 2))],
            OPEN,
        ),
        (
            vec![branch(is("spec.a", 1), is("spec.a", 1), is("spec.u", 1))],
            Pass,
        ),
        (
            vec![for_each(
                0,
                0,
                lists(&["spec.u"]),
                vec![require(1, is("spec.a", 2))],
            )],
            OPEN,
        ),
    ];
    for (row, (statements, expected)) in table.into_iter().enumerate() {
        assert_eq!(verdict_of(statements, spec), expected, "row {row}");
    }
    for (precondition, statement, expected) in [
        (is("spec.u", 1), is("spec.a", 1), Pass),
        (is("spec.u", 1), is("spec.a", 2), OPEN),
        (is("spec.a", 2), is("spec.u", 2), Skip),
        (is("spec.a", 1), is("spec.u", 2), OPEN),
    ] {
        let mut rule = rule(&["*"], vec![require(0, statement)]);
        rule.preconditions.push(precondition);
        let found = outcome(rule, &unknown_widget(spec), &Context::default()).expect("matches");
        assert_eq!(found.verdict, expected);
    }
}

#[test]
fn the_reason_names_the_value() {
    let condition = all(vec![eq(p("spec.a"), n(1)), eq(p("spec.list[1].u"), n(5))]);
    let widget = unknown_widget("{a: 1, list: [1, {u: UNKNOWN}]}");
    let found = outcome(
        rule(&["*"], vec![require(0, condition)]),
        &widget,
        &Context::default(),
    )
    .expect("matches");
    assert_eq!(found.verdict, Verdict::Unknown);
    assert!(found.findings.is_empty());
    let reason = found.reason.expect("a reason");
    assert_eq!(
        reason.text,
        "`spec.list[1].u` is not known: aws_kms_key.k.arn is known only after apply"
    );
    assert!(reason.value.is_some());
}

#[test]
fn what_fails_for_sure_is_found_though_other_values_are_unknown() {
    let statements = vec![
        require(0, eq(p("spec.u"), n(1))),
        require(1, all(vec![eq(p("spec.u"), n(1)), eq(p("spec.a"), n(2))])),
        require(
            2,
            not(any(vec![eq(p("spec.u"), n(1)), eq(p("spec.a"), n(1))])),
        ),
    ];
    let found = outcome(
        rule(&["*"], statements),
        &unknown_widget("{u: UNKNOWN, a: 1}"),
        &Context::default(),
    )
    .expect("matches");
    assert_eq!(found.verdict, Fail);
    let paths: Vec<_> = found.findings.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["spec.a", "spec.a"]);
}
