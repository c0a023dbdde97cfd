//! The expected values were taken from `sigs.k8s.io/yaml` v1.6.0 and Kyverno 1.19.1, except where
//! `scalar.rs` says that we refuse.

use super::{Format, check};

#[test]
fn plain_scalars_are_those_of_yaml_1_1_as_go_reads_them() {
    let mut failed = Vec::new();
    let table = [
        ("true", "yes on y Yes TRUE true True ON On Y YES"),
        ("false", "no off n NO False FALSE false OFF N"),
        ("null", "~ null Null NULL"),
        ("8", "010 0o10 +010 0O10"),
        ("16", "0x10 0X10 +0x10"),
        ("31", "0x1F 0x1f"),
        ("-16", "-0x10"),
        ("3", "0b11 +0b11 0B11"),
        ("-3", "-0b11"),
        ("1000", "1_000 1__0_0_0"),
        ("1000.0", "1e3 1E3 1e+3 1.e3"),
        ("12000.0", "12e03"),
        ("0.5", ".5 +.5 .5_0 5e-1"),
        ("5.0", "5. 5.0"),
        ("5", "+5 5"),
        ("9.0", "09"),
        ("0", "0 -0 00 +0"),
        ("-0.0", "-0.0"),
        ("5.5", "5_.5"),
        ("12345678901234567890", "12345678901234567890"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
    ];
    for (expected, texts) in table {
        for text in texts.split(' ') {
            let got = super::outcome(&format!("a: {text}"), Format::Yaml);
            if got != format!("{{\"a\":{expected}}}") {
                failed.push(format!("{text}: {got}, not {expected}"));
            }
        }
    }
    let strings = "1:30 1:30:20 2020-01-01 2020-01-01T00:00:00Z = << yEs oN nULL tRUE . .. ._5 .5_ .e3 \
        0o8 0x 0b2 1e 1e+ 1.2.3 10.0.0.1 1Gi 100m 1e400 0x1FFFFFFFFFFFFFFFFF _1 +-5 --5 0x-1 - .INf NaN nan \
        Infinity inf 1_000_m ~a nope";
    for text in strings.split_whitespace().filter(|text| *text != "-") {
        let got = super::outcome(&format!("a: {text}"), Format::Yaml);
        if got != format!("{{\"a\":\"{text}\"}}") {
            failed.push(format!("{text}: {got}, not a string"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn quotes_and_tags_decide() {
    check(
        Format::Yaml,
        &[
            (r#"a: "yes""#, r#"{"a":"yes"}"#),
            ("a: 'null'", r#"{"a":"null"}"#),
            ("a: |\n  5\n", r#"{"a":"5\n"}"#),
            ("a: !!str 5", r#"{"a":"5"}"#),
            ("a: !!str", r#"{"a":""}"#),
            ("a: !!str ~", r#"{"a":"~"}"#),
            ("a: !!int \"5\"", r#"{"a":5}"#),
            ("a: !!float 5", r#"{"a":5}"#),
            ("a: !!bool yes", r#"{"a":true}"#),
            ("a: !!null", r#"{"a":null}"#),
            ("a: ! 5", r#"{"a":"5"}"#),
            ("a: !foo 5", r#"{"a":"5"}"#),
            ("a: !Ref {b: 5}", r#"{"a":{"b":5}}"#),
            ("a: !!timestamp 2020-01-01", r#"{"a":"2020-01-01"}"#),
            ("a: !!binary aGVsbG8=", r#"{"a":"hello"}"#),
            ("a: !!set {x, y}", r#"{"a":{"x":null,"true":null}}"#),
            ("a: !<tag:yaml.org,2002:str> 5", r#"{"a":"5"}"#),
            ("a:", r#"{"a":null}"#),
            ("a: !!int x", "E0710 `x` is not what the tag `!!int` says"),
            (
                "a: !!int 1.5",
                "E0710 `1.5` is not what the tag `!!int` says",
            ),
            (
                "a: !!binary aGVsbG8",
                "E0710 `aGVsbG8` is not what the tag `!!binary` says",
            ),
            (
                "a: !!binary /w==",
                "E0710 `/w==` is not what the tag `!!binary` says",
            ),
        ],
    );
}

#[test]
fn numbers_that_cannot_be_held_are_refused() {
    check(
        Format::Yaml,
        &[
            (
                "a: .inf",
                "E0706 `.inf` is no number that JSON and Kubernetes know",
            ),
            (
                "a: -.Inf",
                "E0706 `-.Inf` is no number that JSON and Kubernetes know",
            ),
            (
                "a: .NaN",
                "E0706 `.NaN` is no number that JSON and Kubernetes know",
            ),
            (
                "a: 18446744073709551616",
                "E0706 the integer `18446744073709551616` does not fit into 64 bits",
            ),
            (
                "a: -9223372036854775809",
                "E0706 the integer `-9223372036854775809` does not fit into 64 bits",
            ),
        ],
    );
    check(
        Format::Json,
        &[
            (
                "[18446744073709551616]",
                "E0706 the number `18446744073709551616` does not fit into 64 bits",
            ),
            (
                "[1e400]",
                "E0706 the number `1e400` does not fit into 64 bits",
            ),
        ],
    );
}

#[test]
fn keys_are_the_text_that_json_gives_them() {
    check(
        Format::Yaml,
        &[
            ("y: 1", r#"{"true":1}"#),
            ("off: 1", r#"{"false":1}"#),
            ("010: 1", r#"{"8":1}"#),
            ("1.10: 1", r#"{"1.1":1}"#),
            ("1e3: 1", r#"{"1000":1}"#),
            ("1234567.5: 1", r#"{"1.2345675e+06":1}"#),
            ("0.00001: 1", r#"{"1e-05":1}"#),
            ("2020-01-01: 1", r#"{"2020-01-01":1}"#),
            ("\"y\": 1", r#"{"y":1}"#),
            ("? a\n? b\n", r#"{"a":null,"b":null}"#),
            ("~: 1", "E0707 a null cannot be a key"),
            ("18446744073709551615: 1", "E0707 a number cannot be a key"),
            ("[a]: 1", "E0707 a list cannot be a key"),
            ("? {a: 1}\n: 2", "E0707 a map cannot be a key"),
            ("? &k a\n: *k", r#"{"a":"a"}"#),
            ("x: &k a\n*k : 1", r#"{"x":"a","a":1}"#),
        ],
    );
}

#[test]
fn json_has_its_own_rules() {
    check(
        Format::Auto,
        &[
            (
                r#"{"a": "b\/c\ud83d\ude00\u00e9\n", "n": [1, -0, 1.5, 1e3, true, false, null]}"#,
                r#"{"a":"b/c😀é\n","n":[1,0,1.5,1000.0,true,false,null]}"#,
            ),
            ("{\n\t\"a\":\t{}\r\n}", r#"{"a":{}}"#),
            (
                r#"{"a":1}{"b":2} {"c":3}"#,
                "{\"a\":1}\n{\"b\":2}\n{\"c\":3}",
            ),
            ("\u{feff}{\"a\":1}", r#"{"a":1}"#),
            // Not JSON, but YAML, as kubectl reads it.
            ("{a: b, c: 010}", r#"{"a":"b","c":8}"#),
            ("{\"a\": 1,}", r#"{"a":1}"#),
            ("{\"a\": 1}\n---\n{\"b\": 2}\n", "{\"a\":1}\n{\"b\":2}"),
        ],
    );
    check(
        Format::Json,
        &[
            (
                r#"{"a": 1} {"b" 2}"#,
                "{\"a\":1}\nE0704 this is not valid JSON: expected `:` after the key",
            ),
            (
                "[1, \"a\" 2]",
                "E0704 this is not valid JSON: expected `,` or `]`",
            ),
            (
                "[\"\\ud83d\"]",
                "E0704 this is not valid JSON: half a surrogate pair",
            ),
            (
                "[\"\\x\"",
                "E0704 this is not valid JSON: there is no such escape in a string",
            ),
            (
                "{\"a\":",
                "E0704 this is not valid JSON: the text ends where a value is expected",
            ),
            (
                "[\"a",
                "E0704 this is not valid JSON: the string has no closing quote",
            ),
            ("", ""),
            ("  \n", ""),
        ],
    );
    let long = "k".repeat(5000);
    check(
        Format::Auto,
        &[(&format!("{{\"{long}\": 1}}"), &format!("{{\"{long}\":1}}"))],
    );
}
