//! Regular expressions mean what they mean in RE2. Made with Go's `regexp`.

use super::*;

#[test]
fn expressions_match_what_go_matches() {
    let table: [(&str, &[&str], &[&str]); 26] = [
        (r"^\d$", &["1"], &["\u{663}", "a"]),
        (r"^\D$", &["\u{663}", "\n"], &["1"]),
        (r"^\w+$", &["a_1"], &["\u{e4}", "a-b"]),
        (r"^\W$", &["\u{e4}", "-"], &["a"]),
        (r"^\s$", &[" ", "\n"], &["\u{b}", "\u{a0}"]),
        (r"^\S$", &["\u{b}", "a"], &[" "]),
        (r"^[\d_]+$", &["1_"], &["\u{663}"]),
        (r"^[^\D]$", &["1"], &["a"]),
        (r"\bb", &["\u{e4}b", "a b"], &["ab"]),
        (r"^[[a]$", &["[", "a"], &["b"]),
        (r"^[a&&b]+$", &["a&b"], &["c"]),
        (r"^[]a]$", &["]", "a"], &["b"]),
        (r"^[+--]$", &["+", ",", "-"], &["."]),
        (r"^[[:alpha:]]$", &["a"], &["\u{e4}", ":"]),
        (r"^\pL$", &["\u{e4}"], &["1"]),
        (r"^\p{^Lu}$", &["a"], &["A"]),
        (r"^a{,2}$", &["a{,2}"], &["aa"]),
        (r"^a{2}$", &["aa"], &["a"]),
        (r"^(a{1,5}){200}$", &[&["a"; 300].concat()], &["a"]),
        (r"^(x{100}|y{3}){2}(z{9}){9}\p{Greek}$", &[], &["x"]),
        (r"^\Qa.b\E.$", &["a.bc"], &["axbc"]),
        (r"^\<\>\_\/$", &["<>_/"], &["_/"]),
        (r"^\x41\x{e4}\101$", &["A\u{e4}A"], &["Aa"]),
        (r"^.$", &["\u{1f600}", "\r"], &["\n", ""]),
        (r"a$", &["ba"], &["a\n"]),
        (
            r"(?i)^straSSE$",
            &["STRASSE", "\u{17f}trasse"],
            &["stra\u{df}e"],
        ),
    ];
    for (pattern, matching, others) in table {
        for (texts, expected) in [(matching, true), (others, false)] {
            for text in texts {
                let quoted = serde_json::Value::from(*text).to_string();
                let holds = holds_on(
                    regex(p("spec.text"), pattern),
                    &widget(&format!("{{text: {quoted}}}")),
                    &Context::default(),
                );
                assert_eq!(holds, expected, "`{pattern}` on {quoted}");
            }
        }
    }
}

#[test]
fn what_go_refuses_is_refused() {
    let refused = [
        r"(?=a)",
        r"(?!a)",
        r"(?<=a)",
        r"(?<!a)",
        r"(a)\1",
        r"(?P=n)",
        r"(?x)a",
        r"(?u)a",
        r"\Z",
        r"\C",
        r"\y",
        r"a**",
        r"a{2}{3}",
        r"a{1001}",
        r"(a{100}){11}",
        r"(x(a{2,}|b)+){501}",
        r"\p{Alphabetic}",
        r"\p{greek}",
        r"\p{C}",
        r"[z-a]",
        r"[a-\d]",
        r"[[:nope:]]",
        r"[a",
        r"\xZZ",
        r"\x{110000}",
        r"\",
        r"(a",
        r"*a",
        r"\p{Nope}",
        r"\p{",
        "(?",
        "[\\",
        r"[\b]",
    ];
    for pattern in refused {
        let rule = rule(&["Pod"], vec![require(0, regex(p("a"), pattern))]);
        let error = Compiled::new(&program(vec![rule])).expect_err(pattern);
        assert!(
            error
                .reason
                .starts_with("the regular expression cannot be used: "),
            "{error}"
        );
        assert_eq!(error.origin, at(1));
    }
}
