use super::{Format, check, line, read};

#[test]
fn merge_keys_work_where_they_stand_as_in_go() {
    check(
        Format::Yaml,
        &[
            ("<<: {a: 2}\na: 1", r#"{"a":1}"#),
            ("a: 1\n<<: {a: 2, b: 3}", r#"{"a":2,"b":3}"#),
            (
                "x: &x {a: 1, b: 1}\nz: &z {a: 2, c: 2}\nw: {<<: [*x, *z], d: 3}",
                r#"{"x":{"a":1,"b":1},"z":{"a":2,"c":2},"w":{"a":1,"c":2,"b":1,"d":3}}"#,
            ),
            (
                "x: &x {a: 1}\nz: &z {<<: *x, b: 2}\nw: {<<: *z}",
                r#"{"x":{"a":1},"z":{"a":1,"b":2},"w":{"a":1,"b":2}}"#,
            ),
            ("\"<<\": {a: 1}", r#"{"<<":{"a":1}}"#),
            ("!!merge <<: {a: 1}", r#"{"a":1}"#),
            ("<<: {a: 1}\n<<: {b: 2}", r#"{"a":1,"b":2}"#),
            ("<<:", "E0708 `<<` needs a map or a list of maps"),
            ("<<: [1]", "E0708 `<<` needs a map or a list of maps"),
            (
                "x: &x 1\ny: {<<: *x}",
                "E0708 `<<` needs a map or a list of maps",
            ),
        ],
    );
}

#[test]
fn aliases_repeat_the_last_anchor_of_their_name() {
    check(
        Format::Yaml,
        &[
            (
                "a: &x 1\nb: *x\nc: &x 2\nd: *x",
                r#"{"a":1,"b":1,"c":2,"d":2}"#,
            ),
            (
                "a: &x [1, &y {b: 2}]\nc: [*x, *y]",
                r#"{"a":[1,{"b":2}],"c":[[1,{"b":2}],{"b":2}]}"#,
            ),
            (
                "a: *x",
                "E0709 no anchor of this name stands before the alias",
            ),
            ("a: &x [*x]", "E0709 the anchored value contains itself"),
            ("a: &x\n  b: *x", "E0709 the anchored value contains itself"),
            (
                "a: &x 1\n---\nb: *x",
                "{\"a\":1}\nE0709 no anchor of this name stands before the alias",
            ),
        ],
    );
}

#[test]
fn duplicate_keys_are_reported_with_both_places_and_the_last_is_kept() {
    let twice = "the key `a` stands here twice";
    for (text, value, messages, places) in [
        (
            "a: 1\nb: 2\na: 3",
            r#"{"a":3,"b":2}"#,
            vec![twice],
            vec![(10, 0)],
        ),
        (
            "x: {a: 1, 'a': 2}",
            r#"{"x":{"a":2}}"#,
            vec![twice],
            vec![(10, 4)],
        ),
        (
            "a: 1\n<<: {a: 2}\na: 3",
            r#"{"a":3}"#,
            vec![twice],
            vec![(16, 0)],
        ),
        (
            "<<: {a: 2}\na: 3\na: 4",
            r#"{"a":4}"#,
            vec![twice],
            vec![(16, 11)],
        ),
        (
            "1: a\n\"1\": b",
            r#"{"1":"b"}"#,
            vec!["the key `1` stands here twice"],
            vec![(5, 0)],
        ),
        (
            "{\"a\": 1, \"a\": 2}",
            r#"{"a":2}"#,
            vec![twice],
            vec![(9, 1)],
        ),
        (
            "a: 1\na: 2\na: 3",
            r#"{"a":3}"#,
            vec![twice, twice],
            vec![(5, 0), (10, 5)],
        ),
    ] {
        let (nodes, diagnostics) = super::values(text.as_bytes(), super::SOURCE, Format::Auto);
        assert_eq!(nodes[0].value.to_json().to_string(), value);
        let expected: Vec<String> = messages.iter().map(|m| format!("E0705 {m}")).collect();
        assert_eq!(
            diagnostics.iter().map(line).collect::<Vec<_>>(),
            expected,
            "{text:?}"
        );
        let found: Vec<(u32, u32)> = diagnostics
            .iter()
            .map(|d| (d.labels[0].span.start, d.labels[1].span.start))
            .collect();
        assert_eq!(found, places, "{text:?}");
    }
}

#[test]
fn large_maps_find_their_duplicates_too() {
    let mut text: String = (0..50).map(|n| format!("k{n}: {n}\n")).collect();
    text.push_str("k3: again\n");
    let (nodes, diagnostics) = super::values(text.as_bytes(), super::SOURCE, Format::Auto);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(nodes[0].get("k3").expect("there").value, "again".into());
}

#[test]
fn presentation_makes_no_difference() {
    check(
        Format::Yaml,
        &[
            ("\u{feff}a: 1", r#"{"a":1}"#),
            ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", r#"{"a":1,"b":"x\ny\n"}"#),
            ("%YAML 1.1\n---\na: yes", r#"{"a":true}"#),
            ("--- # comment\na: 1\n...\n", r#"{"a":1}"#),
            ("--- text\n", "\"text\""),
            ("---\n# only\n---\n~\n---\n\n---\na: 1\n", r#"{"a":1}"#),
            ("# nothing\n", ""),
            ("", ""),
            ("\n\n", ""),
            ("---", ""),
            ("a: |\n  \tx\n", r#"{"a":"\tx\n"}"#),
            ("a:\t1", r#"{"a":1}"#),
            ("a: >-\n  x\n  y\n\n  z\n", r#"{"a":"x y\nz"}"#),
            (
                "a: \"\\x41\\u00e9\\U0001F600\\ud83d\\ude00\\/\"",
                r#"{"a":"Aé😀😀/"}"#,
            ),
            ("a: 'it''s'", r#"{"a":"it's"}"#),
            ("a: |\n  x", r#"{"a":"x"}"#),
            ("- - 1\n  - 2\n- [3]\n", "[[1,2],[3]]"),
            ("a:\n- b: 1\n  c: 2\n- d\n", r#"{"a":[{"b":1,"c":2},"d"]}"#),
        ],
    );
}

#[test]
fn a_broken_document_costs_no_other() {
    let loaded =
        read("a: 1\n---\nb: [1, 2\n---\nc: \"open\n---\nd: 4\n---\ne:\n\tf: 5\n---\nf: 6\n");
    let values: Vec<String> = loaded
        .documents
        .iter()
        .map(|d| format!("{} {}", d.index, d.span.start))
        .collect();
    assert_eq!(values, ["0 0", "3 35", "5 57"]);
    let codes: Vec<String> = loaded
        .diagnostics
        .iter()
        .map(|d| d.code.to_string())
        .collect();
    assert_eq!(codes, ["E0703"; 3]);
    assert!(
        loaded.diagnostics[2].help[0].contains("tabs"),
        "{:?}",
        loaded.diagnostics[2]
    );
}

#[test]
fn line_ends_of_yaml_1_1_alone_are_refused() {
    let odd = |code: &str| {
        format!("E0703 the invisible character U+{code} ends a line for Kubernetes only")
    };
    let hidden = format!("{{\"a\":1}}\n{{\"d\":4}}\n{}", odd("2028"));
    for (text, expected) in [
        ("a: 1 # c\u{2028}b: 2\n", odd("2028")),
        ("a: 1\n# c\u{85}\n", odd("0085")),
        ("a: \"x\u{2029}y\"\n", odd("2029")),
        (
            "a: 1\n---\n# c\u{2028}b: 2\u{2028}\nc: 3\n---\nd: 4\n",
            hidden,
        ),
        (
            "a: [\u{2028}\n---\nb: 1\n",
            "{\"b\":1}\nE0703 this is not valid YAML: unclosed bracket '['".to_owned(),
        ),
        ("a: \"x\\u2028y\"\n", "{\"a\":\"x\u{2028}y\"}".to_owned()),
    ] {
        check(Format::Yaml, &[(text, &expected)]);
    }
    check(
        Format::Auto,
        &[("{\"a\": \"x\u{2028}y\"}", "{\"a\":\"x\u{2028}y\"}")],
    );
}
