use super::*;
use crate::coverage::{Count, Coverage};
use crate::trace::Trace;

fn counts(counts: &[Option<Count>]) -> Vec<Option<(u64, u64)>> {
    counts
        .iter()
        .map(|count| count.as_ref().map(|count| (count.held, count.failed)))
        .collect()
}

fn covered_rule() -> Rule {
    let first = numbered(0, exists(rooted(local(0), "a")));
    let second = numbered(1, exists(rooted(local(0), "b")));
    let body = require(1, numbered(2, any(vec![first, second])));
    let mut rule = rule(
        &["Widget"],
        vec![
            for_each(0, 0, lists(&["spec.items"]), vec![body]),
            require(2, numbered(4, exists(p("spec")))),
        ],
    );
    rule.preconditions = vec![numbered(3, not(exists(p("spec.paused"))))];
    rule
}

#[test]
fn coverage_counts_outcomes_of_statements_and_conditions() {
    let compiled =
        Compiled::new(&program(vec![covered_rule(), rule(&["Pod"], vec![])])).expect("compiles");
    let mut coverage = compiled.coverage();
    let evaluate = |spec: &str, coverage: &mut Coverage| {
        let _ = compiled.evaluate_covered(
            &widget(spec),
            &Context::default(),
            Options::default(),
            coverage,
        );
    };
    evaluate("{items: [{a: 1}, {b: 1}, {}, {}]}", &mut coverage);
    evaluate("{paused: true}", &mut coverage);
    let rule = &coverage.rules[0];
    assert_eq!(
        (rule.policy, rule.rule, rule.matched, rule.skipped),
        (0, 0, 2, 1)
    );
    // The `for` failed once; its body held twice and failed twice; describing is not counted.
    assert_eq!(
        counts(&rule.statements),
        [Some((0, 1)), Some((2, 2)), Some((1, 0))]
    );
    assert_eq!(
        counts(&rule.conditions),
        [
            Some((1, 3)),
            Some((1, 2)),
            Some((2, 2)),
            Some((1, 1)),
            Some((1, 0))
        ]
    );
    assert_eq!(
        rule.statements[1]
            .as_ref()
            .map(|count| (count.origin, count.reached())),
        Some((at(201), 4))
    );
    assert_eq!(
        rule.conditions[3].as_ref().map(|count| count.origin),
        Some(at(103))
    );
    assert_eq!(coverage.rules[1].matched, 0);
    let mut twice = coverage.clone();
    twice.merge(&coverage);
    assert_eq!(
        counts(&twice.rules[0].statements),
        [Some((0, 2)), Some((4, 4)), Some((2, 0))]
    );
    assert_eq!(twice.rules[0].matched, 4);
}

#[test]
fn numbers_that_are_not_given_out_have_no_count() {
    let compiled = Compiled::new(&program(vec![rule(
        &["Pod"],
        vec![require(2, exists(p("a")))],
    )]))
    .expect("compiles");
    let coverage = compiled.coverage();
    assert_eq!(
        counts(&coverage.rules[0].statements),
        [None, None, Some((0, 0))]
    );
}

/// A trace in one line a part.
fn lines(trace: &Trace, depth: usize, out: &mut Vec<String>) {
    let values: Vec<_> = trace
        .values
        .iter()
        .map(|value| format!(" {}={}", value.text, value.value.as_deref().unwrap_or("-")))
        .collect();
    let element = trace
        .element
        .as_ref()
        .and_then(|element| element.path.clone());
    let element = element.map(|path| format!("{path}: ")).unwrap_or_default();
    out.push(format!(
        "{}{element}{} {}{}",
        "  ".repeat(depth),
        trace.label,
        trace.holds,
        values.concat()
    ));
    for part in &trace.parts {
        lines(part, depth + 1, out);
    }
}

#[test]
fn traces_show_each_part_that_was_asked() {
    let body = all(vec![
        glob(rooted(local(0), "image"), "ghcr.io/*"),
        not(eq(rooted(local(0), "bad"), b(true))),
        exists(p("spec.never")),
    ]);
    let condition = numbered(
        0,
        any(vec![
            exists(p("spec.gone")),
            quantified(Quantifier::Every, 0, lists(&["spec.items"]), body),
        ]),
    );
    let compiled = Compiled::new(&program(vec![rule(
        &["Widget"],
        vec![require(0, condition)],
    )]))
    .expect("compiles");
    let widget = widget("{items: [{image: ghcr.io/a, bad: true}, {image: x}], never: 1}");
    let explained = Options {
        explain: true,
        ..Options::default()
    };
    let outcomes = compiled.evaluate(&widget, &Context::default(), explained);
    let trace = outcomes[0].findings[0].trace.as_ref().expect("a trace");
    let mut out = Vec::new();
    lines(trace, 0, &mut out);
    assert_eq!(
        out,
        [
            "or false",
            "  exists false spec.gone=-",
            "  all false",
            "    spec.items[0]: and false",
            "      matches true spec.items[0].image=ghcr.io/a",
            "      not false",
            "        == true spec.items[0].bad=true",
        ]
    );
    assert_eq!((trace.id, trace.origin), (Some(ConditionId(0)), at(100)));
    let image = &trace.parts[1].parts[0].parts[0].values[0];
    assert_eq!(
        image.span,
        widget
            .node
            .path(&["spec", "items"])
            .and_then(|items| items.value.at(0))
            .and_then(|item| item.get("image"))
            .map(|node| node.span(SourceId(0)))
    );
    let plain = compiled.evaluate(&widget, &Context::default(), Options::default());
    assert!(plain[0].findings[0].trace.is_none());
}

#[test]
fn traces_of_long_lists_show_the_element_that_decides() {
    let body = exists(rooted(local(0), "a"));
    let condition = quantified(Quantifier::Every, 0, lists(&["spec.items"]), body);
    let compiled = Compiled::new(&program(vec![rule(
        &["Widget"],
        vec![require(0, condition)],
    )]))
    .expect("compiles");
    let items = "{a: 1},".repeat(50);
    let options = Options {
        explain: true,
        ..Options::default()
    };
    let outcomes = compiled.evaluate(
        &widget(&format!("{{items: [{items} {{}}]}}")),
        &Context::default(),
        options,
    );
    let trace = outcomes[0].findings[0].trace.as_ref().expect("a trace");
    assert_eq!((trace.parts.len(), trace.more_parts), (21, 30));
    let last = trace.parts[20]
        .element
        .as_ref()
        .and_then(|element| element.path.clone());
    assert_eq!(last.as_deref(), Some("spec.items[50]"));
}
