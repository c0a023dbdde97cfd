use std::time::{Duration, Instant};

use super::*;
use crate::eval::MAX_DEPTH;
use crate::eval::statements::MAX_FINDINGS;

/// What one rule says about a resource when it may take so many steps.
fn outcome_within(max_steps: u64, rule: Rule, resource: &Resource) -> RuleOutcome {
    let compiled = Compiled::new(&program(vec![rule])).expect("compiles");
    let options = Options {
        max_steps,
        ..Options::default()
    };
    compiled
        .evaluate(resource, &Context::default(), options)
        .pop()
        .expect("matches")
}

/// A list of numbers that is as long as that.
fn numbers(count: usize) -> String {
    let items: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    format!("{{items: [{}]}}", items.join(","))
}

#[test]
fn a_rule_that_takes_too_many_steps_is_an_error_with_a_reason() {
    // Each element with each with each.
    let mut body = exists(p("spec"));
    for variable in 0..4 {
        body = quantified(Quantifier::Every, variable, lists(&["spec.items"]), body);
    }
    let rule = rule(&["Widget"], vec![require(0, body)]);
    let outcome = outcome_within(100_000, rule, &widget(&numbers(2_000)));
    assert_eq!(outcome.verdict, Verdict::Error);
    assert!(outcome.findings.is_empty());
    let reason = outcome.reason.expect("a reason");
    assert_eq!(
        reason.text,
        "the rule takes more than 100000 steps on this resource"
    );
    assert_eq!(reason.origin, at(3));
}

#[test]
fn texts_cannot_grow_without_bound() {
    // Doubles 60 times; with a budget it ends long before that.
    let mut text = p("spec.a");
    for _ in 0..60 {
        text = call(Function::Replace, vec![text, s("x"), s("xx")]);
    }
    let start = Instant::now();
    let rule = rule(&["Widget"], vec![require(0, exists(text))]);
    let outcome = outcome(rule, &widget("{a: xxxx}"), &Context::default()).expect("matches");
    assert_eq!(outcome.verdict, Verdict::Error);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn hostile_patterns_take_no_time() {
    let long = "a".repeat(500_000);
    let spec = format!("{{text: {long}, pattern: '{}b'}}", "*a?".repeat(100_000));
    let conditions = vec![
        text(TextOp::Glob, p("spec.text"), p("spec.pattern")),
        regex(p("spec.text"), "(a*)*b"),
        regex(p("spec.text"), "(a|a)*$b"),
    ];
    for condition in conditions {
        let start = Instant::now();
        let rule = rule(&["Widget"], vec![require(0, condition)]);
        let outcome = outcome(rule, &widget(&spec), &Context::default()).expect("matches");
        assert_ne!(outcome.verdict, Verdict::Pass);
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn findings_are_bounded_and_counted() {
    let fails = eq(rooted(local(0), ""), s("x"));
    let statement = for_each(0, 0, lists(&["spec.items"]), vec![require(1, fails)]);
    let outcome = outcome(
        rule(&["Widget"], vec![statement]),
        &widget(&numbers(5_000)),
        &Context::default(),
    )
    .expect("matches");
    assert_eq!(outcome.verdict, Verdict::Fail);
    assert_eq!(outcome.findings.len(), MAX_FINDINGS);
    assert_eq!(outcome.more_findings, 5_000 - MAX_FINDINGS);
    assert_eq!(outcome.findings[999].path, "spec.items[999]");
}

/// Too expensive to describe, but not to find.
#[test]
fn findings_without_a_description_still_say_which_element() {
    let missing = || member(n(-1), p("spec.items"), Comparison::Number);
    let fails = any((0..6).map(|_| missing()).collect());
    let statement = for_each(0, 0, lists(&["spec.items"]), vec![require(1, fails)]);
    let outcome = outcome(
        rule(&["Widget"], vec![statement]),
        &widget(&numbers(1_100)),
        &Context::default(),
    )
    .expect("matches");
    assert_eq!(outcome.verdict, Verdict::Fail);
    let last = &outcome.findings[999];
    assert_eq!(last.message, "the condition does not hold");
    assert_eq!(
        last.elements[0].position,
        crate::verdict::Position::Index(999)
    );
}

#[test]
fn what_cannot_be_evaluated_does_not_compile() {
    let refused = |statement| {
        let error =
            Compiled::new(&program(vec![rule(&["Pod"], vec![statement])])).expect_err("refused");
        error.to_string()
    };
    let mut deep = exists(p("spec"));
    for _ in 0..MAX_DEPTH {
        deep = not(deep);
    }
    let literal = |literal| require(0, eq(p("a"), lit(literal)));
    let table = [
        (
            require(0, deep),
            "the rule is nested more than 128 levels deep",
        ),
        (
            require(0, regex(p("a"), "(")),
            "the regular expression cannot be used: regex parse error",
        ),
        (
            require(0, regex(p("a"), "(?:a{1000}){1000}")),
            "the regular expression cannot be used: repetitions in",
        ),
        (
            require(0, regex(p("a"), r"(?:\pL{1000}|\pN{1000}|\pS{1000})")),
            "the regular expression cannot be used: Compiled regex exceeds",
        ),
        (
            literal(Literal::Quantity("2 Gi".to_owned())),
            "`2 Gi` is no quantity",
        ),
        (
            literal(Literal::Duration("1d".to_owned())),
            "`1d` is no duration",
        ),
        (
            literal(Literal::Version("x".to_owned())),
            "`x` is no version",
        ),
        (literal(Literal::Date("x".to_owned())), "`x` is no date"),
        (literal(Literal::Ip("x".to_owned())), "`x` is no IP address"),
        (
            literal(Literal::Cidr("x".to_owned())),
            "`x` is no CIDR block",
        ),
        (literal(Literal::Float(f64::NAN)), "a number must be finite"),
        (
            require(2_000_000, exists(p("a"))),
            "the rule has too many parts",
        ),
    ];
    for (statement, expected) in table {
        let error = refused(statement);
        assert!(error.starts_with(expected), "{error}");
    }
}

/// As deep as it may be, on the stack of a thread.
#[test]
fn the_deepest_rule_fits_the_stack() {
    let mut deep = exists(p("spec.gone"));
    for level in 0..MAX_DEPTH - 10 {
        deep = match level % 3 {
            0 => not(deep),
            1 => any(vec![deep]),
            _ => quantified(Quantifier::Some, level as u32, lists(&["spec.items"]), deep),
        };
    }
    let rule = rule(
        &["Widget"],
        vec![require(0, not(deep.clone())), require(1, deep)],
    );
    let work = move || {
        let compiled = Compiled::new(&program(vec![rule])).expect("compiles");
        let options = Options {
            explain: true,
            ..Options::default()
        };
        compiled.evaluate(&widget("{items: [1]}"), &Context::default(), options)[0].verdict
    };
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .expect("a thread");
    assert_eq!(thread.join().expect("fits"), Verdict::Fail);
}

#[test]
fn programs_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Compiled>();
    shared::<Context>();
    shared::<RuleOutcome>();
}

#[test]
fn an_unbound_variable_is_absent() {
    let unbound = exists(rooted(local(3), "x"));
    check("{}", vec![(unbound, false)]);
}
