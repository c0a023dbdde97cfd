use super::*;

/// Checks which types admit which values.
#[test]
fn values_that_their_type_does_not_admit_are_reported() {
    let of = |ty: Type| Type::List(Box::new(ty));
    let table = vec![
        (Type::Bool, "[true]", "['true', 1, [], {}]", "bool"),
        (
            Type::Int,
            "[1, 5.0, -3]",
            "['1', 1.5, true, []]",
            "whole number",
        ),
        (Type::Number, "[1, 1.5]", "['1', true]", "number"),
        (Type::String, "[x, '']", "[1, true, [], {}]", "string"),
        (
            Type::Quantity,
            "[1Gi, 500m, 1, 0.5, '1']",
            "[lots, true, [], 1GB]",
            "quantity",
        ),
        (Type::Duration, "[30s]", "[30]", "duration"),
        (Type::Version, "['1.28']", "[1.28]", "version"),
        (Type::Cidr, "['10.0.0.0/8']", "[10]", "CIDR block"),
        (Type::Ip, "['10.0.0.1']", "[10]", "IP address"),
        (Type::Date, "['2027-01-31']", "[2027]", "date"),
        (
            Type::IntOrString,
            "[1, 25%]",
            "[1.5, true, []]",
            "whole number or string",
        ),
        (of(Type::String), "[[], [1]]", "[x, {}]", "list of string"),
        (of(Type::Any), "[[]]", "[{}]", "list"),
        (Type::Map(Box::new(Type::String)), "[{}]", "[[], x]", "map"),
        (Type::Object, "[{a: 1}]", "[[], x]", "map"),
        (Type::Any, "[1, x, true, [], {}, null]", "[]", ""),
    ];
    for (ty, valid, invalid, name) in table {
        let body = exists(typed(rooted(local(0), ""), ty.clone()));
        let statement = for_each(
            0,
            0,
            lists(&["spec.good", "spec.bad"]),
            vec![require(1, body)],
        );
        let spec = format!("{{good: {valid}, bad: {invalid}}}");
        let outcome = outcome(
            rule(&["Widget"], vec![statement]),
            &widget(&spec),
            &Context::default(),
        )
        .expect("matches");
        // It does not change the verdict.
        assert_eq!(outcome.verdict, Verdict::Pass);
        let count = widget(&spec)
            .node
            .path(&["spec", "bad"])
            .and_then(|bad| bad.value.as_list())
            .map_or(0, <[_]>::len);
        let paths: Vec<_> = outcome
            .invalid
            .iter()
            .map(|value| value.path.clone())
            .collect();
        let expected: Vec<_> = (0..count)
            .map(|index| format!("spec.bad[{index}]"))
            .collect();
        assert_eq!(paths, expected, "{ty:?}");
        assert!(
            outcome.invalid.iter().all(|value| value.expected == name),
            "{:?}",
            outcome.invalid
        );
    }
}

#[test]
fn null_is_valid_and_each_value_is_reported_once() {
    let read = |path: &str| eq(typed(p(path), Type::Bool), b(true));
    let statements = vec![require(
        0,
        any(vec![
            read("spec.a"),
            read("spec.a"),
            read("spec.nothing"),
            read("spec.gone"),
        ]),
    )];
    let yaml = "apiVersion: v1\nkind: Widget\nspec:\n  a: 'true'\n  nothing: null\n";
    let outcome = outcome(
        rule(&["Widget"], statements),
        &resource(yaml),
        &Context::default(),
    )
    .expect("matches");
    assert_eq!(outcome.verdict, Verdict::Fail);
    assert_eq!(outcome.invalid.len(), 1);
    let invalid = &outcome.invalid[0];
    assert_eq!((invalid.path.as_str(), invalid.found), ("spec.a", "string"));
    assert_eq!(yaml.get(invalid.span.range()), Some("'true'"));
}
