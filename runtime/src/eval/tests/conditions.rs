use super::*;
use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};

#[test]
fn constants_and_connectives() {
    let yes = || cond(ConditionKind::Constant(true));
    let no = || cond(ConditionKind::Constant(false));
    check(
        "{}",
        vec![
            (yes(), true),
            (no(), false),
            (not(no()), true),
            (all(vec![]), true),
            (all(vec![yes(), yes()]), true),
            (all(vec![yes(), no()]), false),
            (any(vec![]), false),
            (any(vec![no(), yes()]), true),
            (any(vec![no(), no()]), false),
        ],
    );
}

#[test]
fn absent_is_missing_or_under_a_missing_parent_or_null() {
    check(
        "{a: 1, nothing: null, text: '', list: [], map: {}, lie: false, items: [null, 5]}",
        vec![
            (exists(p("spec.a")), true),
            (exists(p("spec.b")), false),
            (exists(p("spec.b.c.d")), false),
            (exists(p("spec.nothing")), false),
            (exists(p("spec.nothing.x")), false),
            (exists(p("spec.text")), true),
            (exists(p("spec.list")), true),
            (exists(p("spec.map")), true),
            (exists(p("spec.lie")), true),
            (exists(p("spec.items[0]")), false),
            (exists(p("spec.items[1]")), true),
            (exists(p("spec.items[2]")), false),
            // Steps into what has no such member.
            (exists(p("spec.a.b")), false),
            (exists(p("spec.text.b")), false),
            (exists(p("spec.list.b")), false),
            (exists(p("spec.map[0]")), false),
            (exists(p("")), true),
        ],
    );
}

#[test]
fn every_comparison_with_an_absent_operand_is_false() {
    let mut table = Vec::new();
    let comparisons = [
        (Comparison::Bool, b(false)),
        (Comparison::Number, n(0)),
        (Comparison::String, s("")),
        (Comparison::Quantity, lit(Literal::Quantity("0".to_owned()))),
        (
            Comparison::Duration,
            lit(Literal::Duration("0s".to_owned())),
        ),
        (Comparison::Version, lit(Literal::Version("0".to_owned()))),
        (
            Comparison::Date,
            lit(Literal::Date("2027-01-31".to_owned())),
        ),
        (Comparison::Scalar, n(0)),
    ];
    for (comparison, literal) in comparisons {
        for op in [Equal, Less, LessOrEqual, Greater, GreaterOrEqual] {
            for path in ["spec.missing", "spec.nothing", "spec.list", "spec.map"] {
                table.push((compare(p(path), op, comparison, literal.clone()), false));
                table.push((compare(literal.clone(), op, comparison, p(path)), false));
                table.push((compare(p(path), op, comparison, p(path)), false));
            }
        }
    }
    check("{nothing: null, list: [0], map: {a: 0}}", table);
}

#[test]
fn booleans_are_only_equal() {
    let bool_ = |left, op, right| compare(left, op, Comparison::Bool, right);
    check(
        "{truth: true, lie: false, text: 'true', one: 1}",
        vec![
            (bool_(p("spec.truth"), Equal, b(true)), true),
            (bool_(p("spec.lie"), Equal, b(true)), false),
            (bool_(p("spec.lie"), Equal, b(false)), true),
            (bool_(p("spec.lie"), Less, b(true)), false),
            (bool_(p("spec.lie"), LessOrEqual, b(false)), false),
            (bool_(p("spec.text"), Equal, b(true)), false),
            (bool_(p("spec.one"), Equal, b(true)), false),
        ],
    );
}

#[test]
fn numbers_are_exact() {
    let number = |left, op, right| compare(left, op, Comparison::Number, right);
    check(
        "{five: 5, float: 5.0, big: 9007199254740993, huge: 18446744073709551615, text: '5'}",
        vec![
            (number(p("spec.five"), Equal, f(5.0)), true),
            (number(p("spec.float"), Equal, n(5)), true),
            (
                number(p("spec.big"), Equal, f(9_007_199_254_740_992.0)),
                false,
            ),
            (
                number(p("spec.big"), Greater, f(9_007_199_254_740_992.0)),
                true,
            ),
            (number(p("spec.huge"), Greater, n(i64::MAX)), true),
            (
                number(p("spec.huge"), Less, f(18_446_744_073_709_551_616.0)),
                true,
            ),
            (number(p("spec.five"), Less, n(6)), true),
            (number(p("spec.five"), Less, n(5)), false),
            (number(p("spec.five"), LessOrEqual, n(5)), true),
            (number(p("spec.five"), Greater, n(5)), false),
            (number(p("spec.five"), GreaterOrEqual, n(5)), true),
            (number(p("spec.text"), Equal, n(5)), false),
            (number(n(4), Less, p("spec.five")), true),
        ],
    );
}

#[test]
fn strings_are_ordered_by_code_point() {
    let string = |left, op, right| compare(left, op, Comparison::String, right);
    check(
        "{a: abc, upper: Zzz, umlaut: \u{e4}, astral: '\u{1f600}', private: '\u{fffd}', one: 1}",
        vec![
            (string(p("spec.a"), Equal, s("abc")), true),
            (string(p("spec.a"), Equal, s("Abc")), false),
            (string(p("spec.upper"), Less, p("spec.a")), true),
            (string(p("spec.umlaut"), Greater, s("z")), true),
            // UTF-16 would have it the other way round.
            (string(p("spec.astral"), Greater, p("spec.private")), true),
            (string(p("spec.one"), Equal, s("1")), false),
        ],
    );
}

#[test]
fn quantities_durations_versions_and_dates() {
    let quantity = |path: &str, op, text: &str| {
        let literal = lit(Literal::Quantity(text.to_owned()));
        compare(p(path), op, Comparison::Quantity, literal)
    };
    check(
        "{q: 2Gi, same: 2048Mi, m: 500m, number: 0.5, int: 2147483648, huge: 18446744073709551615, bad: lots, truth: true}",
        vec![
            (quantity("spec.q", Equal, "2Gi"), true),
            (quantity("spec.same", Equal, "2Gi"), true),
            (quantity("spec.q", Less, "2G"), false),
            (quantity("spec.int", Equal, "2Gi"), true),
            (quantity("spec.m", Equal, "0.5"), true),
            (quantity("spec.number", Equal, "500m"), true),
            (quantity("spec.huge", Equal, "18446744073709551615"), true),
            (quantity("spec.bad", Less, "1"), false),
            (quantity("spec.truth", Equal, "1"), false),
            (
                compare(p("spec.q"), Equal, Comparison::Quantity, p("spec.same")),
                true,
            ),
            (
                compare(p("spec.q"), Equal, Comparison::Quantity, n(2_147_483_648)),
                true,
            ),
            (
                compare(p("spec.m"), Equal, Comparison::Quantity, s("500m")),
                true,
            ),
            (
                compare(p("spec.m"), Equal, Comparison::Quantity, f(0.5)),
                true,
            ),
        ],
    );
    let duration = |path: &str, op, text: &str| {
        let literal = lit(Literal::Duration(text.to_owned()));
        compare(p(path), op, Comparison::Duration, literal)
    };
    check(
        "{d: 1h30m, bare: 90, zero: '0', bad: 1d}",
        vec![
            (duration("spec.d", Equal, "90m"), true),
            (duration("spec.d", Greater, "1h"), true),
            (duration("spec.bare", Equal, "90ns"), false),
            (duration("spec.zero", Equal, "0s"), true),
            (duration("spec.bad", Greater, "1s"), false),
        ],
    );
    let version = |path: &str, op, text: &str| {
        let literal = lit(Literal::Version(text.to_owned()));
        compare(p(path), op, Comparison::Version, literal)
    };
    check(
        "{v: v1.28, pre: 1.28.0-rc.1+x, ten: 1.10.0, number: 1.28}",
        vec![
            (version("spec.v", Equal, "1.28.0"), true),
            (version("spec.pre", Less, "1.28"), true),
            (version("spec.ten", Greater, "1.9"), true),
            (version("spec.number", Equal, "1.28"), false),
        ],
    );
    let date = |path: &str, op, text: &str| {
        let literal = lit(Literal::Date(text.to_owned()));
        compare(p(path), op, Comparison::Date, literal)
    };
    check(
        "{d: '2027-01-31', t: '2027-01-31T01:00:00+01:00', later: '2027-01-31T00:00:00.5Z', bad: soon}",
        vec![
            (date("spec.d", Equal, "2027-01-31T00:00:00Z"), true),
            (date("spec.t", Equal, "2027-01-31"), true),
            (date("spec.later", Greater, "2027-01-31"), true),
            (date("spec.bad", Less, "2027-01-31"), false),
        ],
    );
}

#[test]
fn scalars_are_equal_in_type_and_value() {
    let scalar = |left, op, right| compare(left, op, Comparison::Scalar, right);
    check(
        "{five: 5, text: '5', truth: true, truthtext: 'true', float: 5.0, list: [5]}",
        vec![
            (scalar(p("spec.five"), Equal, n(5)), true),
            (scalar(p("spec.float"), Equal, n(5)), true),
            (scalar(p("spec.text"), Equal, n(5)), false),
            (scalar(p("spec.text"), Equal, s("5")), true),
            (scalar(p("spec.truth"), Equal, b(true)), true),
            (scalar(p("spec.truthtext"), Equal, b(true)), false),
            (scalar(p("spec.list"), Equal, p("spec.list")), false),
            (scalar(p("spec.five"), LessOrEqual, n(5)), false),
        ],
    );
}

#[test]
fn texts_stand_in_relation_to_patterns() {
    check(
        "{image: 'ghcr.io/a/b:1', lines: \"a\\nb\", one: 1, pattern: 'ghcr.*', empty: '', list: [x]}",
        vec![
            (glob(p("spec.image"), "ghcr.io/*"), true),
            (glob(p("spec.image"), "*:1"), true),
            (glob(p("spec.image"), "GHCR*"), false),
            (glob(p("spec.image"), "ghcr?io/a/b:?"), true),
            (glob(p("spec.image"), "ghcr.io"), false),
            (glob(p("spec.lines"), "a*b"), true),
            (glob(p("spec.lines"), "a?b"), true),
            (glob(p("spec.empty"), ""), true),
            (glob(p("spec.empty"), "?*"), false),
            (glob(p("spec.one"), "*"), false),
            (glob(p("spec.missing"), "*"), false),
            (glob(p("spec.list"), "*"), false),
            (text(TextOp::Glob, p("spec.image"), p("spec.pattern")), true),
            (
                text(TextOp::Glob, p("spec.image"), p("spec.missing")),
                false,
            ),
            (text(TextOp::Glob, p("spec.image"), p("spec.one")), false),
            (text(TextOp::StartsWith, p("spec.image"), s("ghcr")), true),
            (text(TextOp::StartsWith, p("spec.image"), s("a")), false),
            (text(TextOp::EndsWith, p("spec.image"), s(":1")), true),
            (text(TextOp::Contains, p("spec.image"), s("/a/")), true),
            (text(TextOp::Contains, p("spec.image"), s("*")), false),
            (text(TextOp::Contains, p("spec.missing"), s("")), false),
            (text(TextOp::Contains, p("spec.list"), s("x")), false),
            (regex(p("spec.image"), "a/b"), true),
            (regex(p("spec.image"), "^a/b"), false),
            (regex(p("spec.image"), r"^ghcr\.io/.*:\d+$"), true),
            (regex(p("spec.lines"), "^a.b$"), false),
            (regex(p("spec.lines"), "(?s)^a.b$"), true),
            (regex(p("spec.one"), "1"), false),
            (regex(p("spec.missing"), ""), false),
        ],
    );
}

#[test]
fn members_equal_under_the_comparison() {
    let scalar = Comparison::Scalar;
    check(
        "{caps: [NET_ADMIN, 5, null, true], sizes: [1Gi, 500m], text: NET_ADMIN, one: 5}",
        vec![
            (member(s("NET_ADMIN"), p("spec.caps"), scalar), true),
            (member(s("net_admin"), p("spec.caps"), scalar), false),
            (member(p("spec.one"), p("spec.caps"), scalar), true),
            (member(b(true), p("spec.caps"), scalar), true),
            (member(s("5"), p("spec.caps"), scalar), false),
            (
                member(
                    p("spec.text"),
                    list(vec![s("A"), s("NET_ADMIN")]),
                    Comparison::String,
                ),
                true,
            ),
            (
                member(p("spec.text"), list(vec![]), Comparison::String),
                false,
            ),
            (member(s("NET_ADMIN"), p("spec.text"), scalar), false),
            (member(s("NET_ADMIN"), p("spec.missing"), scalar), false),
            (member(p("spec.missing"), p("spec.caps"), scalar), false),
            (
                member(s("1024Mi"), p("spec.sizes"), Comparison::Quantity),
                true,
            ),
            (
                member(s("1024Mi"), p("spec.sizes"), Comparison::String),
                false,
            ),
            (
                member(
                    p("spec.sizes[1]"),
                    list(vec![s("0.5")]),
                    Comparison::Quantity,
                ),
                true,
            ),
        ],
    );
}

#[test]
fn addresses_and_blocks_lie_wholly_in_a_block() {
    let within = |address, block: Expr| cond(ConditionKind::WithinCidr { address, block });
    let block = |text: &str| lit(Literal::Cidr(text.to_owned()));
    check(
        "{ip: 10.1.2.3, block: 10.1.0.0/16, wide: 0.0.0.0/0, v6: '::ffff:10.1.2.3', bad: 10.1, number: 10}",
        vec![
            (within(p("spec.ip"), block("10.0.0.0/8")), true),
            (within(p("spec.ip"), block("10.9.9.9/8")), true),
            (within(p("spec.ip"), block("192.168.0.0/16")), false),
            (within(p("spec.block"), block("10.0.0.0/8")), true),
            (within(p("spec.wide"), block("10.0.0.0/8")), false),
            (within(p("spec.v6"), block("10.0.0.0/8")), false),
            (within(p("spec.bad"), block("0.0.0.0/0")), false),
            (within(p("spec.number"), block("0.0.0.0/0")), false),
            (within(p("spec.missing"), block("0.0.0.0/0")), false),
            (within(p("spec.ip"), p("spec.block")), true),
            (within(p("spec.ip"), p("spec.ip")), false),
            (
                within(lit(Literal::Ip("10.1.9.9".to_owned())), p("spec.block")),
                true,
            ),
        ],
    );
}

#[test]
fn quantifiers_visit_elements_that_are_not_null() {
    let x_is = |word: &str| eq(rooted(local(0), ""), s(word));
    let every = |paths: &[&str], word| quantified(Quantifier::Every, 0, lists(paths), x_is(word));
    let some = |paths: &[&str], word| quantified(Quantifier::Some, 0, lists(paths), x_is(word));
    check(
        "{a: [x, x], b: [null, z], nulls: [null, null], empty: [], scalar: x, map: {k: x}}",
        vec![
            (every(&["spec.a"], "x"), true),
            (every(&["spec.a", "spec.b"], "x"), false),
            (every(&["spec.b"], "z"), true),
            (some(&["spec.a", "spec.b"], "z"), true),
            (some(&["spec.a"], "z"), false),
            // Nothing is visited.
            (every(&["spec.empty"], "x"), true),
            (some(&["spec.empty"], "x"), false),
            (every(&["spec.nulls"], "x"), true),
            (some(&["spec.nulls"], "x"), false),
            (every(&["spec.missing"], "x"), true),
            (some(&["spec.missing"], "x"), false),
            (every(&["spec.scalar"], "z"), true),
            (some(&["spec.map"], "x"), false),
            (every(&[], "x"), true),
        ],
    );
}

#[test]
fn quantifiers_nest_and_see_outer_variables() {
    // Every port of every item is in the list of its own item.
    let inner = quantified(
        Quantifier::Some,
        1,
        Iterable::Lists(vec![rooted(local(0), "allowed")]),
        eq(rooted(local(1), ""), rooted(local(0), "port")),
    );
    let outer = || quantified(Quantifier::Every, 0, lists(&["spec.items"]), inner.clone());
    check(
        "{items: [{port: 1, allowed: [1, 2]}, {port: 2, allowed: [2]}]}",
        vec![(outer(), true)],
    );
    check(
        "{items: [{port: 1, allowed: [1, 2]}, {port: 3, allowed: [2]}]}",
        vec![(outer(), false)],
    );
}

#[test]
fn entries_have_keys_and_values() {
    let entries = |quantifier, body| {
        cond(ConditionKind::Quantified {
            quantifier,
            key: Some(binding(0, "key")),
            value: Some(binding(1, "value")),
            over: Iterable::Entries(Box::new(p("spec.labels"))),
            body: Box::new(body),
        })
    };
    let key_is = |word: &str| eq(rooted(local(0), ""), s(word));
    let value_is = |word: &str| eq(rooted(local(1), ""), s(word));
    let every = |body| entries(Quantifier::Every, body);
    let some = |body| entries(Quantifier::Some, body);
    check(
        "{labels: {b: x, a: x, gone: null}}",
        vec![
            (every(value_is("x")), true),
            (some(key_is("a")), true),
            (some(key_is("gone")), false),
            (every(any(vec![key_is("a"), key_is("b")])), true),
        ],
    );
    for spec in ["{labels: [x]}", "{labels: x}", "{labels: {}}", "{}"] {
        check(
            spec,
            vec![(every(value_is("z")), true), (some(value_is("x")), false)],
        );
    }
}
