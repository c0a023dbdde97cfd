use policyc_ir::ArithmeticOp;

use super::*;

/// Checks what expressions give, as JSON; none for absent.
fn check_values(spec: &str, table: Vec<(Expr, Option<&str>)>) {
    let widget = widget(spec);
    for (row, (expr, expected)) in table.into_iter().enumerate() {
        // A message renders lists as JSON, and absent elements of an `Expr::List` are left out.
        let parts = vec![value(list(vec![expr.clone()]))];
        let never = cond(ConditionKind::Constant(false));
        let rule = rule(&["Widget"], vec![saying(require(0, never), parts)]);
        let outcome = outcome(rule, &widget, &Context::default()).expect("matches");
        let expected = format!("[{}]", expected.unwrap_or_default());
        assert_eq!(
            outcome.findings[0].message, expected,
            "row {row} for {spec}: {expr:?}"
        );
    }
}

#[test]
fn coalesce_gives_the_first_value_there_is() {
    check_values(
        "{a: false, empty: '', nothing: null}",
        vec![
            (coalesce(p("spec.a"), b(true)), Some("false")),
            (coalesce(p("spec.empty"), s("x")), Some(r#""""#)),
            (coalesce(p("spec.nothing"), s("x")), Some(r#""x""#)),
            (coalesce(p("spec.b.c"), n(1)), Some("1")),
            (coalesce(p("spec.b"), p("spec.c")), None),
        ],
    );
}

#[test]
fn arithmetic_is_of_numbers() {
    use ArithmeticOp::{Add, Divide, Multiply, Remainder, Subtract};
    let calc = |left: Expr, op, right: Expr| {
        expr(ExprKind::Arithmetic {
            op,
            left: Box::new(left),
            right: Box::new(right),
        })
    };
    check_values(
        "{a: 7, f: 0.5, t: '7', huge: 18446744073709551615}",
        vec![
            (calc(p("spec.a"), Add, n(1)), Some("8")),
            (calc(p("spec.a"), Subtract, n(8)), Some("-1")),
            (calc(p("spec.a"), Multiply, p("spec.f")), Some("3.5")),
            (calc(n(1), Divide, n(2)), Some("0.5")),
            (calc(n(8), Divide, n(2)), Some("4")),
            (calc(n(-7), Remainder, n(2)), Some("-1")),
            (calc(n(7), Remainder, n(-2)), Some("1")),
            (calc(f(7.0), Remainder, n(4)), Some("3")),
            (calc(f(7.5), Remainder, n(2)), None),
            (calc(n(7), Remainder, n(0)), None),
            (calc(n(7), Divide, n(0)), None),
            (calc(f(7.5), Divide, n(0)), None),
            (
                calc(p("spec.huge"), Add, n(0)),
                Some("18446744073709551615"),
            ),
            (calc(p("spec.huge"), Add, n(1)), None),
            (calc(n(i64::MIN), Subtract, n(1)), None),
            (calc(n(i64::MAX), Multiply, n(i64::MAX)), None),
            (calc(f(1e300), Multiply, f(1e300)), None),
            (calc(p("spec.t"), Add, n(1)), None),
            (calc(n(1), Add, p("spec.missing")), None),
        ],
    );
}

#[test]
fn lists_maps_and_filters_keep_order_and_leave_absent_out() {
    let over = || lists(&["spec.items", "spec.more"]);
    let map = |body: Expr| {
        expr(ExprKind::Map {
            value: binding(0, "x"),
            over: over(),
            body: Box::new(body),
        })
    };
    let filter = |condition: Condition| {
        expr(ExprKind::Filter {
            value: binding(0, "x"),
            over: over(),
            condition: Box::new(condition),
        })
    };
    let named = filter(exists(rooted(local(0), "name")));
    let of_filter = expr(ExprKind::Map {
        value: binding(1, "y"),
        over: Iterable::Lists(vec![named.clone()]),
        body: Box::new(rooted(local(1), "name")),
    });
    check_values(
        "{items: [{name: b, num: 1}, null, {num: 2}], more: [{name: a}]}",
        vec![
            (
                list(vec![n(1), p("spec.missing"), s("x")]),
                Some(r#"[1,"x"]"#),
            ),
            (map(rooted(local(0), "name")), Some(r#"["b","a"]"#)),
            (map(n(1)), Some("[1,1,1]")),
            (
                filter(exists(rooted(local(0), "num"))),
                Some(r#"[{"name":"b","num":1},{"num":2}]"#),
            ),
            (of_filter, Some(r#"["b","a"]"#)),
        ],
    );
}

#[test]
fn functions() {
    use Function::{
        Distinct, Join, Keys, Length, Lower, Replace, Sort, Split, ToNumber, ToString, Trim, Upper,
        Values,
    };
    let one = |function, path: &str| call(function, vec![p(path)]);
    let split = |text: &str, separator: &str| call(Split, vec![s(text), s(separator)]);
    let replace = |text: &str, from: &str, to: &str| call(Replace, vec![s(text), s(from), s(to)]);
    let join = |path: &str, separator: Expr| call(Join, vec![p(path), separator]);
    let to_number = |text: &str| call(ToNumber, vec![s(text)]);
    check_values(
        "{t: ' \u{c4}b\u{df} ', l: [b, a, b], num: [2, 10, 1.5, 2.0], mixed: [a, 1], nulls: [null, a], \
          map: {z: 1, a: null, b: [x]}, big: 18446744073709551615, truth: true, empty: [], \
          all: [1, '1', true, 1.0, null, [1], true]}",
        vec![
            (one(Length, "spec.t"), Some("5")),
            (one(Length, "spec.nulls"), Some("2")),
            (one(Length, "spec.map"), Some("3")),
            (one(Length, "spec.big"), None),
            (one(Length, "spec.missing"), None),
            (call(Length, vec![split("a,b", ",")]), Some("2")),
            (one(Lower, "spec.t"), Some("\" \u{e4}b\u{df} \"")),
            (one(Upper, "spec.t"), Some("\" \u{c4}B\u{df} \"")),
            (one(Lower, "spec.big"), None),
            (one(Trim, "spec.t"), Some("\"\u{c4}b\u{df}\"")),
            (
                call(Trim, vec![call(Lower, vec![s("\u{2003}A\t")])]),
                Some(r#""a""#),
            ),
            (split("a,b,,c", ","), Some(r#"["a","b","","c"]"#)),
            (split("", ","), Some(r#"[""]"#)),
            (split("a\u{e4}c", ""), Some("[\"a\",\"\u{e4}\",\"c\"]")),
            (split("", ""), Some("[]")),
            (
                call(Split, vec![call(Upper, vec![s("a.b")]), s(".")]),
                Some(r#"["A","B"]"#),
            ),
            (call(Split, vec![s("a"), p("spec.missing")]), None),
            (call(Split, vec![p("spec.l"), s(",")]), None),
            (replace("aXbX", "X", "--"), Some(r#""a--b--""#)),
            (replace("ab", "", "-"), Some(r#""-a-b-""#)),
            (replace("ab", "x", "-"), Some(r#""ab""#)),
            (call(Replace, vec![s("a"), s("a"), n(1)]), None),
            (join("spec.l", s(",")), Some(r#""b,a,b""#)),
            (join("spec.empty", s(",")), Some(r#""""#)),
            (join("spec.mixed", s(",")), None),
            (join("spec.nulls", s(",")), None),
            (join("spec.l", n(1)), None),
            (one(Distinct, "spec.l"), Some(r#"["b","a"]"#)),
            (one(Distinct, "spec.all"), Some(r#"[1,"1",true]"#)),
            (one(Distinct, "spec.map"), None),
            (one(Sort, "spec.l"), Some(r#"["a","b","b"]"#)),
            (one(Sort, "spec.num"), Some("[1.5,2,2,10]")),
            (one(Sort, "spec.empty"), Some("[]")),
            (one(Sort, "spec.mixed"), None),
            (one(Sort, "spec.nulls"), None),
            (one(Keys, "spec.map"), Some(r#"["a","b","z"]"#)),
            (one(Keys, "spec.l"), None),
            (one(Values, "spec.map"), Some(r#"[null,["x"],1]"#)),
            (one(ToString, "spec.big"), Some(r#""18446744073709551615""#)),
            (one(ToString, "spec.truth"), Some(r#""true""#)),
            (one(ToString, "spec.l[0]"), Some(r#""b""#)),
            (one(ToString, "spec.l"), None),
            (
                call(ToString, vec![lit(Literal::Quantity("2Gi".to_owned()))]),
                Some(r#""2Gi""#),
            ),
            (call(ToString, vec![f(0.5)]), Some(r#""0.5""#)),
            (one(ToNumber, "spec.num[1]"), Some("10")),
            (to_number("-12"), Some("-12")),
            (
                to_number("18446744073709551615"),
                Some("18446744073709551615"),
            ),
            (to_number("1.50"), Some("1.5")),
            (to_number("+1e3"), Some("1000")),
            (to_number("1e999"), None),
            (to_number("0x10"), None),
            (to_number(" 1"), None),
            (to_number("1_0"), None),
            (to_number("inf"), None),
            (to_number(".5"), None),
            (to_number(""), None),
            (one(ToNumber, "spec.truth"), None),
        ],
    );
}

#[test]
fn keys_may_be_computed() {
    check_values(
        "{labels: {app.kubernetes.io/name: web, '5': five}, key: app.kubernetes.io/name, number: 5}",
        vec![
            (keyed("spec.labels", p("spec.key")), Some(r#""web""#)),
            (keyed("spec.labels", s("5")), Some(r#""five""#)),
            (keyed("spec.labels", p("spec.number")), None),
            (keyed("spec.labels", p("spec.missing")), None),
            (keyed("spec.key", s("x")), None),
        ],
    );
}

#[test]
fn roots() {
    let of = |root| rooted(root, "");
    let context = || {
        let mut context = Context::default();
        context.set_namespace_labels("prod", [("team".to_owned(), "a".to_owned())]);
        context.set_user(crate::eval::User {
            username: "mona".to_owned(),
            groups: vec!["dev".to_owned()],
            ..crate::eval::User::default()
        });
        context
    };
    let with_old = |operation| {
        let mut context = Context::new(operation);
        context.old = Some(widget("{a: old}"));
        context
    };
    let is = |root, path: &str, text: &str| eq(rooted(root, path), s(text));
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: web-}\n";
    let node = "apiVersion: v1\nkind: Node\nmetadata: {name: n1, namespace: x}\n";
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {team: b}}\n";
    let table = vec![
        (
            widget("{a: new}"),
            context(),
            is(Root::Object, "spec.a", "new"),
            true,
        ),
        (
            widget("{a: new}"),
            context(),
            is(Root::Submitted, "kind", "Widget"),
            true,
        ),
        (widget("{}"), context(), is(Root::Name, "", "w"), true),
        (resource(pod), context(), exists(of(Root::Name)), false),
        (
            widget("{}"),
            context(),
            is(Root::Namespace, "", "prod"),
            true,
        ),
        (
            resource(pod),
            context(),
            is(Root::Namespace, "", "default"),
            true,
        ),
        (
            resource(node),
            context(),
            exists(of(Root::Namespace)),
            false,
        ),
        (
            resource(namespace),
            context(),
            exists(of(Root::Namespace)),
            false,
        ),
        (
            widget("{}"),
            context(),
            is(Root::NamespaceLabels, "team", "a"),
            true,
        ),
        (
            widget("{}"),
            Context::default(),
            exists(of(Root::NamespaceLabels)),
            false,
        ),
        (
            resource(namespace),
            context(),
            exists(of(Root::NamespaceLabels)),
            false,
        ),
        (
            widget("{}"),
            context(),
            is(Root::Operation, "", "CREATE"),
            true,
        ),
        (
            widget("{}"),
            with_old(Operation::Connect),
            is(Root::Operation, "", "CONNECT"),
            true,
        ),
        (
            widget("{}"),
            context(),
            is(Root::User, "username", "mona"),
            true,
        ),
        (
            widget("{}"),
            context(),
            is(Root::User, "groups[0]", "dev"),
            true,
        ),
        (
            widget("{}"),
            context(),
            exists(rooted(Root::User, "uid")),
            false,
        ),
        (
            widget("{}"),
            context(),
            exists(rooted(Root::User, "extra")),
            true,
        ),
        (
            widget("{}"),
            Context::default(),
            exists(of(Root::User)),
            false,
        ),
        (
            widget("{}"),
            with_old(Operation::Update),
            is(Root::Old, "spec.a", "old"),
            true,
        ),
        (
            widget("{}"),
            with_old(Operation::Delete),
            is(Root::Old, "spec.a", "old"),
            true,
        ),
        (
            widget("{}"),
            with_old(Operation::Create),
            exists(of(Root::Old)),
            false,
        ),
        (
            widget("{}"),
            with_old(Operation::Connect),
            exists(of(Root::Old)),
            false,
        ),
        (
            widget("{a: itself}"),
            Context::new(Operation::Delete),
            is(Root::Old, "spec.a", "itself"),
            true,
        ),
        (
            widget("{}"),
            Context::new(Operation::Update),
            exists(of(Root::Old)),
            false,
        ),
    ];
    for (row, (resource, context, condition, expected)) in table.into_iter().enumerate() {
        assert_eq!(
            holds_on(condition.clone(), &resource, &context),
            expected,
            "row {row}: {condition:?}"
        );
    }
}
