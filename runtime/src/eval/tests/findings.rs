use policyc_ir::Binding;

use super::*;
use crate::verdict::{Element, Finding, Position};

/// The findings of a rule on a resource.
fn findings_on(rule: Rule, resource: &Resource, context: &Context) -> Vec<Finding> {
    let outcome = outcome(rule, resource, context).expect("matches");
    assert_eq!(outcome.verdict, Verdict::Fail);
    assert_eq!(outcome.more_findings, 0);
    outcome.findings
}

fn findings(statements: Vec<Statement>, spec: &str) -> Vec<Finding> {
    findings_on(
        rule(&["Widget"], statements),
        &widget(spec),
        &Context::default(),
    )
}

/// Checks the message and the path of the finding that a condition makes.
fn check_messages(spec: &str, table: Vec<(Condition, &str, &str)>) {
    for (condition, message, path) in table {
        let found = findings(vec![require(0, condition.clone())], spec);
        assert_eq!(found[0].message, message, "{condition:?}");
        assert_eq!(found[0].path, path, "{message}");
    }
}

#[test]
fn generated_messages_name_path_value_and_expectation() {
    use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    let number = |path: &str, op, value| compare(p(path), op, Comparison::Number, n(value));
    let bool_ = |path: &str, value| compare(p(path), Equal, Comparison::Bool, b(value));
    let pick = || list(vec![s("a"), s("b"), s("c")]);
    check_messages(
        "{replicas: 1, host: true, image: 'x:1', word: 'true', list: [a, b], ip: 192.168.0.1, other: 3, empty: []}",
        vec![
            (
                number("spec.replicas", GreaterOrEqual, 2),
                "`spec.replicas` is `1`, expected at least `2`",
                "spec.replicas",
            ),
            (
                number("spec.replicas", Greater, 2),
                "`spec.replicas` is `1`, expected more than `2`",
                "spec.replicas",
            ),
            (
                number("spec.other", Less, 2),
                "`spec.other` is `3`, expected less than `2`",
                "spec.other",
            ),
            (
                number("spec.other", LessOrEqual, 2),
                "`spec.other` is `3`, expected at most `2`",
                "spec.other",
            ),
            (
                number("spec.replicas", Equal, 2),
                "`spec.replicas` is `1`, expected `2`",
                "spec.replicas",
            ),
            (
                not(number("spec.other", Less, 5)),
                "`spec.other` is `3`, expected at least `5`",
                "spec.other",
            ),
            (
                compare(n(2), LessOrEqual, Comparison::Number, p("spec.replicas")),
                "`spec.replicas` is `1`, expected at least `2`",
                "spec.replicas",
            ),
            (
                compare(
                    p("spec.replicas"),
                    GreaterOrEqual,
                    Comparison::Number,
                    p("spec.other"),
                ),
                "`spec.replicas` is `1`, expected at least `3` (`spec.other`)",
                "spec.replicas",
            ),
            (
                compare(
                    p("spec.replicas"),
                    GreaterOrEqual,
                    Comparison::Number,
                    p("spec.gone"),
                ),
                "`spec.replicas` is `1`, expected at least `spec.gone`, which is not set",
                "spec.replicas",
            ),
            (
                not(bool_("spec.host", true)),
                "`spec.host` must not be `true`",
                "spec.host",
            ),
            (
                bool_("spec.gone.deep", true),
                "`spec.gone.deep` is not set, expected `true`",
                "spec.gone.deep",
            ),
            (
                bool_("spec.word", true),
                "`spec.word` is the string `true`, expected `true`",
                "spec.word",
            ),
            (
                exists(p("spec.gone")),
                "`spec.gone` is not set",
                "spec.gone",
            ),
            (
                not(exists(p("spec.host"))),
                "`spec.host` must not be set",
                "spec.host",
            ),
            (
                glob(p("spec.image"), "ghcr.io/*"),
                "`spec.image` is `x:1`, expected a match of `ghcr.io/*`",
                "spec.image",
            ),
            (
                not(glob(p("spec.image"), "*:1")),
                "`spec.image` is `x:1`, expected no match of `*:1`",
                "spec.image",
            ),
            (
                text(TextOp::StartsWith, p("spec.image"), s("a")),
                "`spec.image` is `x:1`, expected a string that starts with `a`",
                "spec.image",
            ),
            (
                regex(p("spec.image"), "^a"),
                "`spec.image` is `x:1`, expected a match of the regular expression `^a`",
                "spec.image",
            ),
            (
                member(p("spec.image"), pick(), Comparison::String),
                "`spec.image` is `x:1`, expected `a`, `b` or `c`",
                "spec.image",
            ),
            (
                not(member(p("spec.list[1]"), pick(), Comparison::String)),
                "`spec.list[1]` is `b`, expected none of `a`, `b` or `c`",
                "spec.list[1]",
            ),
            (
                member(s("ALL"), p("spec.list"), Comparison::String),
                "`spec.list` does not contain `ALL`",
                "spec.list",
            ),
            (
                not(member(s("b"), p("spec.list"), Comparison::String)),
                "`spec.list` must not contain `b`",
                "spec.list[1]",
            ),
            (
                cond(ConditionKind::WithinCidr {
                    address: p("spec.ip"),
                    block: lit(Literal::Cidr("10.0.0.0/8".to_owned())),
                }),
                "`spec.ip` is `192.168.0.1`, expected an address or block in `10.0.0.0/8`",
                "spec.ip",
            ),
            (
                compare(
                    call(Function::Length, vec![p("spec.list")]),
                    Greater,
                    Comparison::Number,
                    n(2),
                ),
                "`length(spec.list)` is `2`, expected more than `2`",
                "spec.list",
            ),
            (
                compare(
                    coalesce(p("spec.gone"), b(false)),
                    Equal,
                    Comparison::Bool,
                    b(true),
                ),
                "`spec.gone` is `false`, expected `true`",
                "spec.gone",
            ),
            (
                eq(rooted(Root::Operation, ""), s("DELETE")),
                "`operation` is `CREATE`, expected `DELETE`",
                "operation",
            ),
            (
                eq(rooted(Root::Name, ""), s("x")),
                "`metadata.name` is `w`, expected `x`",
                "metadata.name",
            ),
            (
                exists(keyed("spec", s("a.b/c"))),
                r#"`spec["a.b/c"]` is not set"#,
                r#"spec["a.b/c"]"#,
            ),
            (
                cond(ConditionKind::Constant(false)),
                "the condition never holds",
                "",
            ),
        ],
    );
}

#[test]
fn the_part_that_decides_is_what_failed() {
    let is = |path: &str, word: &str| eq(p(path), s(word));
    let some = |paths: &[&str], word: &str| {
        quantified(
            Quantifier::Some,
            0,
            lists(paths),
            eq(rooted(local(0), "v"), s(word)),
        )
    };
    let every = |paths: &[&str], word: &str| {
        quantified(
            Quantifier::Every,
            0,
            lists(paths),
            eq(rooted(local(0), "v"), s(word)),
        )
    };
    check_messages(
        "{a: x, b: z, items: [{v: x}, {v: q}, {}], one: [{v: x}], empty: []}",
        vec![
            (all(vec![is("spec.a", "x"), is("spec.b", "x")]), "`spec.b` is `z`, expected `x`", "spec.b"),
            (
                any(vec![is("spec.a", "q"), is("spec.a", "r")]),
                "`spec.a` is `x`, expected `q` or `r`",
                "spec.a",
            ),
            (
                any(vec![is("spec.a", "q"), is("spec.b", "r")]),
                "`spec.a` is `x`, expected `q`; alternatively, `spec.b` is `z`, expected `r`",
                "spec.a",
            ),
            (
                any(vec![not(exists(p("spec.a"))), is("spec.a", "q")]),
                "`spec.a` is `x`, expected `q`; alternatively, `spec.a` must not be set",
                "spec.a",
            ),
            // `deny exists a and a == "x"` is about the value.
            (
                not(all(vec![exists(p("spec.a")), is("spec.a", "x")])),
                "`spec.a` must not be `x`",
                "spec.a",
            ),
            (
                not(all(vec![is("spec.a", "x"), exists(p("spec.a"))])),
                "`spec.a` must not be `x`",
                "spec.a",
            ),
            (not(any(vec![is("spec.a", "q"), is("spec.b", "z")])), "`spec.b` must not be `z`", "spec.b"),
            (every(&["spec.items"], "x"), "`spec.items[1].v` is `q`, expected `x`", "spec.items[1].v"),
            (not(some(&["spec.items"], "q")), "`spec.items[1].v` must not be `q`", "spec.items[1].v"),
            (some(&["spec.one"], "q"), "`spec.one[0].v` is `x`, expected `q`", "spec.one[0].v"),
            (
                some(&["spec.items"], "none"),
                "no element of `spec.items` is as required; the first: `spec.items[0].v` is `x`, expected `none`",
                "spec.items",
            ),
            (some(&["spec.empty"], "x"), "`spec.empty` is empty, expected at least one element", "spec.empty"),
            (some(&["spec.gone"], "x"), "`spec.gone` is not set, expected at least one element", "spec.gone"),
            (not(every(&["spec.one"], "x")), "`spec.one[0].v` must not be `x`", "spec.one[0].v"),
            (not(any(vec![])), "", ""),
        ]
        .into_iter()
        .filter(|(_, message, _)| !message.is_empty())
        .collect(),
    );
}

#[test]
fn spans_are_those_of_the_value_or_of_the_nearest_parent() {
    let yaml =
        "apiVersion: v1\nkind: Widget\nspec:\n  replicas: 1\n  inner:\n    a: 2\n  nothing: ~\n";
    let widget = resource(yaml);
    let table = [
        ("spec.replicas", "1", false),
        ("spec.inner.a", "2", false),
        ("spec.inner.b.c", "a: 2", true),
        ("spec.nothing", "~", true),
        ("spec.nothing.deep", "~", true),
    ];
    for (path, piece, absent) in table {
        let statement = require(0, eq(p(path), s("x")));
        let found = findings_on(
            rule(&["Widget"], vec![statement]),
            &widget,
            &Context::default(),
        );
        let span = found[0].span;
        assert_eq!(span.source, SourceId(0));
        assert_eq!(
            yaml.get(span.range()).expect("in the text").trim_end(),
            piece,
            "{path}"
        );
        assert_eq!(found[0].absent, absent, "{path}");
        assert_eq!(found[0].found.is_none(), absent, "{path}");
        assert_eq!(found[0].path, path);
        assert_eq!(found[0].expected.as_deref(), Some("x"));
        assert_eq!(
            (found[0].statement, found[0].origin),
            (StatementId(0), at(200))
        );
        assert_eq!(found[0].condition, at(1));
    }
}

#[test]
fn each_failing_element_is_a_finding() {
    let denied = not(eq(rooted(local(0), "bad"), b(true)));
    let over = lists(&["spec.a", "spec.b"]);
    let found = findings(
        vec![
            for_each(0, 0, over, vec![require(1, denied)]),
            require(2, exists(p("spec.z"))),
        ],
        "{a: [{name: one, bad: true}, null, {bad: false}, {name: 5, bad: true}], b: [{name: two, bad: true}]}",
    );
    let places: Vec<_> = found.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(
        places,
        ["spec.a[0].bad", "spec.a[3].bad", "spec.b[0].bad", "spec.z"]
    );
    let element = |index, name: Option<&str>, path: &str| Element {
        position: Position::Index(index),
        name: name.map(str::to_owned),
        path: Some(path.to_owned()),
    };
    assert_eq!(found[0].elements, [element(0, Some("one"), "spec.a[0]")]);
    assert_eq!(found[1].elements, [element(3, None, "spec.a[3]")]);
    assert_eq!(found[2].elements, [element(0, Some("two"), "spec.b[0]")]);
    assert_eq!(found[3].elements, []);
    let statements: Vec<_> = found.iter().map(|finding| finding.statement.0).collect();
    assert_eq!(statements, [1, 1, 1, 2]);
}

#[test]
fn loops_nest_and_maps_go_in_order_of_their_keys() {
    let entries = Statement {
        id: StatementId(1),
        kind: StatementKind::ForEach {
            key: Some(binding(1, "key")),
            value: Some(binding(2, "v")),
            over: Iterable::Entries(Box::new(rooted(local(0), "ports"))),
            body: vec![saying(
                require(2, eq(rooted(local(2), ""), n(1))),
                vec![
                    words("port "),
                    value(rooted(local(1), "")),
                    words(" of "),
                    value(rooted(local(0), "name")),
                ],
            )],
        },
        message: None,
        origin: at(201),
    };
    let found = findings(
        vec![for_each(0, 0, lists(&["spec.items"]), vec![entries])],
        "{items: [{name: i, ports: {z: 2, b: 1, a: 3, gone: null}}]}",
    );
    let said: Vec<_> = found
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(said, ["port a of i", "port z of i"]);
    assert_eq!(found[0].elements[1].position, Position::Key("a".to_owned()));
    assert_eq!(found[0].elements[0].name.as_deref(), Some("i"));
    assert_eq!(found[0].path, "spec.items[0].ports.a");
}

#[test]
fn messages_render_values() {
    let parts = vec![
        words("a "),
        value(p("spec.text")),
        value(p("spec.gone")),
        value(p("spec.list")),
        value(p("spec.map")),
        value(p("spec.number")),
        value(p("spec.truth")),
        value(lit(Literal::Quantity("2Gi".to_owned()))),
        value(list(vec![s("q\"")])),
    ];
    let never = || cond(ConditionKind::Constant(false));
    let found = findings(
        vec![saying(require(0, never()), parts)],
        r#"{text: "b\tc\u001b[31m", list: [1, "x\n", null], map: {k: [true]}, number: 0.5, truth: true}"#,
    );
    let expected = "a b\tc\u{fffd}[31m(absent)[1,\"x\\n\",null]{\"k\":[true]}0.5true2Gi[\"q\\\"\"]";
    assert_eq!(found[0].message, expected);
}

/// The innermost statement with a message speaks.
#[test]
fn messages_of_outer_statements_speak_for_inner_ones() {
    let fails = || cond(ConditionKind::Constant(false));
    let outer = saying(
        for_each(
            0,
            0,
            lists(&["spec.items"]),
            vec![
                require(1, fails()),
                saying(require(2, fails()), vec![words("inner")]),
            ],
        ),
        vec![words("outer "), value(rooted(local(0), ""))],
    );
    let found = findings(vec![outer, require(3, exists(p("spec.x")))], "{items: [a]}");
    let said: Vec<_> = found
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(said, ["outer a", "inner", "`spec.x` is not set"]);
}

#[test]
fn branches_hold_by_their_condition() {
    let branch = |then: Vec<Statement>, otherwise: Vec<Statement>| Statement {
        id: StatementId(0),
        kind: StatementKind::If {
            condition: exists(p("spec.a")),
            then,
            otherwise,
        },
        message: None,
        origin: at(200),
    };
    let fails = |id| require(id, cond(ConditionKind::Constant(false)));
    let table = [
        ("{a: 1}", branch(vec![fails(1)], vec![]), Verdict::Fail),
        ("{}", branch(vec![fails(1)], vec![]), Verdict::Pass),
        ("{}", branch(vec![], vec![fails(2)]), Verdict::Fail),
        ("{a: 1}", branch(vec![], vec![fails(2)]), Verdict::Pass),
    ];
    for (spec, statement, expected) in table {
        // The statement and the condition that says the same agree.
        let same = require(0, statement.to_condition());
        for statement in [statement, same] {
            let outcome = outcome(
                rule(&["Widget"], vec![statement]),
                &widget(spec),
                &Context::default(),
            );
            assert_eq!(outcome.expect("matches").verdict, expected, "{spec}");
        }
    }
}

#[test]
fn preconditions_skip_and_say_why() {
    let mut skipped = rule(
        &["Widget"],
        vec![require(0, cond(ConditionKind::Constant(false)))],
    );
    skipped.preconditions = vec![exists(p("spec.a")), exists(p("spec.b"))];
    let outcome_of =
        |spec| outcome(skipped.clone(), &widget(spec), &Context::default()).expect("matches");
    let skip = outcome_of("{a: 1}");
    assert_eq!(skip.verdict, Verdict::Skip);
    assert!(skip.findings.is_empty());
    assert_eq!(skip.reason.expect("a reason").text, "`spec.b` is not set");
    assert_eq!(outcome_of("{a: 1, b: 1}").verdict, Verdict::Fail);
}

#[test]
fn values_of_elsewhere_have_places_too() {
    let mut context = Context::new(Operation::Update);
    let mut old = widget("{a: 1, items: [{v: x}]}");
    old.source = SourceId(5);
    context.old = Some(old);
    let changed = eq(rooted(Root::Old, "spec.a"), p("spec.a"));
    let found = findings_on(
        rule(&["Widget"], vec![require(0, changed)]),
        &widget("{a: 2}"),
        &context,
    );
    assert_eq!(
        found[0].message,
        "`old.spec.a` is `1`, expected `2` (`spec.a`)"
    );
    assert_eq!(
        (found[0].path.as_str(), found[0].span.source),
        ("old.spec.a", SourceId(5))
    );
    let over = Iterable::Lists(vec![rooted(Root::Old, "spec.items")]);
    let each = for_each(
        0,
        0,
        over,
        vec![require(1, eq(rooted(local(0), "v"), s("q")))],
    );
    let found = findings_on(rule(&["Widget"], vec![each]), &widget("{}"), &context);
    assert_eq!(found[0].path, "old.spec.items[0].v");
    let user = exists(rooted(Root::User, "username"));
    let found = findings_on(
        rule(&["Widget"], vec![require(0, user)]),
        &widget("{}"),
        &context,
    );
    assert_eq!(
        (found[0].path.as_str(), found[0].absent),
        ("user.username", true)
    );
}

/// Elements of filters, of computed lists and behind aliases.
#[test]
fn elements_are_found_wherever_they_come_from() {
    let filter = expr(ExprKind::Filter {
        value: Binding {
            id: LocalId(1),
            name: "f".to_owned(),
        },
        over: lists(&["spec.items"]),
        condition: Box::new(exists(rooted(local(1), "v"))),
    });
    let fails = || eq(rooted(local(0), "v"), s("nothing"));
    let each = |over| for_each(0, 0, over, vec![require(1, fails())]);
    let found = findings(
        vec![each(Iterable::Lists(vec![filter]))],
        "{items: [{w: 1}, {v: x}]}",
    );
    assert_eq!(found[0].path, "spec.items[1].v");
    let split = call(Function::Split, vec![p("spec.word"), s(",")]);
    let piece = eq(rooted(local(0), ""), s("a"));
    let pieces = for_each(0, 0, Iterable::Lists(vec![split]), vec![require(1, piece)]);
    let found = findings(vec![pieces], "{word: 'a,b'}");
    assert_eq!(found[0].message, "`x` is `b`, expected `a`");
    assert_eq!(found[0].elements[0].name.as_deref(), Some("b"));
    let yaml = "apiVersion: v1\nkind: Widget\nbase: &base [{v: x}]\nspec:\n  first: {items: *base}\n  items: *base\n";
    let found = findings_on(
        rule(&["Widget"], vec![each(lists(&["spec.items"]))]),
        &resource(yaml),
        &Context::default(),
    );
    assert_eq!(found[0].path, "spec.items[0].v");
}

#[test]
fn long_values_are_cut() {
    let long = "x".repeat(5_000);
    let found = findings(
        vec![require(0, eq(p("spec.a"), s("y")))],
        &format!("{{a: {long}}}"),
    );
    let shown = found[0].found.clone().expect("found");
    assert_eq!(shown.chars().count(), 101);
    assert!(shown.ends_with('\u{2026}'));
    let parts = vec![
        value(p("spec.a")),
        value(p("spec.a")),
        value(list(vec![p("spec.a")])),
    ];
    let said = findings(
        vec![saying(require(0, exists(p("b"))), parts)],
        &format!("{{a: {long}}}"),
    );
    assert!(said[0].message.len() < 9_000 && said[0].message.ends_with('\u{2026}'));
}

#[test]
fn a_condition_about_nothing_is_reported_at_the_element() {
    let never = cond(ConditionKind::Constant(false));
    let each = for_each(
        0,
        0,
        lists(&["spec.items"]),
        vec![require(1, never.clone())],
    );
    let found = findings(vec![each], "{items: [a, b]}");
    let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["spec.items[0]", "spec.items[1]"]);

    let whole = findings(vec![require(0, never)], "{items: [a, b]}");
    assert_eq!(whole[0].path, "");
}
