//! Sources under `tests/syntax`, and what the parser says about them.
//!
//! `POLICYC_UPDATE=1 cargo test --test syntax` rewrites the expected messages.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

#[path = "syntax/sexpr.rs"]
mod sexpr;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use policyc_compiler::syntax::ast::{Item, MessagePart, PolicyMember, RuleMember, StatementKind};
use policyc_compiler::syntax::{self, Parsed};
use policyc_diagnostics::{Code, SourceMap, to_text};

/// Parses `text`, and gives the tree with the diagnostics as people read them.
fn parse(name: &str, text: &str) -> (Parsed, String) {
    let mut sources = SourceMap::new();
    let source = sources.add(name, text);
    let parsed = syntax::parse(text, source);
    let rendered = to_text(&parsed.diagnostics, &sources, false);
    (parsed, rendered)
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/syntax")
        .join(folder);
    let mut found: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "policy")
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no sources in {}", folder.display());
    found
}

/// Compares with the file beside the source, or rewrites it.
fn check(source: &Path, extension: &str, actual: &str) {
    let expected = source.with_extension(extension);
    if std::env::var_os("POLICYC_UPDATE").is_some() {
        std::fs::write(&expected, actual).unwrap();
        return;
    }
    let text = std::fs::read_to_string(&expected)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    similar_asserts::assert_eq!(actual, text, "{}", expected.display());
}

#[test]
fn well_formed_sources_give_their_tree() {
    for path in sources("tour") {
        let text = std::fs::read_to_string(&path).unwrap();
        let (parsed, rendered) = parse("tour.policy", &text);
        assert_eq!(rendered, "", "{}", path.display());
        check(&path, "tree", &sexpr::file(&parsed.file));
    }
}

/// The messages, and after them the tree of what could be read nevertheless.
#[test]
fn mistakes_are_reported_together_and_the_rest_is_read() {
    for path in sources("errors") {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        let (parsed, rendered) = parse(&name, &text);
        assert_ne!(rendered, "", "{}", path.display());
        let mut actual = rendered;
        write!(actual, "---- tree ----\n{}", sexpr::file(&parsed.file)).unwrap();
        check(&path, "stderr", &actual);
    }
}

/// An expression in a policy, and what it means.
#[track_caller]
fn means(written: &str, expected: &str) {
    let text = format!("const x = {written}\n");
    let (parsed, rendered) = parse("expression.policy", &text);
    assert_eq!(rendered, "", "{written}");
    let tree = sexpr::file(&parsed.file);
    assert_eq!(tree, format!("const x {expected}\n"), "{written}");
}

#[test]
fn operators_bind_as_documented() {
    let table = [
        ("a or b and c", "(or a (and b c))"),
        ("a and b or c", "(or (and a b) c)"),
        ("a or b or c", "(or (or a b) c)"),
        ("not a and b", "(and (not a) b)"),
        ("not a == b", "(not (== a b))"),
        ("not not a", "(not (not a))"),
        ("a and not b or c", "(or (and a (not b)) c)"),
        ("a == b and c != d", "(and (== a b) (!= c d))"),
        ("a ?? b == c ?? d", "(== (?? a b) (?? c d))"),
        ("a ?? b ?? c", "(?? (?? a b) c)"),
        ("a + b ?? c", "(?? (+ a b) c)"),
        ("a - b - c", "(- (- a b) c)"),
        ("a + b * c % d", "(+ a (% (* b c) d))"),
        ("(a + b) * c", "(* (+ a b) c)"),
        ("-a * b", "(* (- a) b)"),
        ("- -a", "(- (- a))"),
        ("a - -1", "(- a (- 1))"),
        ("-a.b[0]", "(- a.b[0])"),
        ("exists a.b == c", "(== (exists a.b) c)"),
        (
            "not exists a.b and absent c",
            "(and (not (exists a.b)) (absent c))",
        ),
        ("exists (a ?? b)", "(exists (?? a b))"),
        ("a not in b", "(not-in a b)"),
        ("a not   matches b", "(not-matches a b)"),
        (
            "a starts_with b or c ends_with d",
            "(or (starts_with a b) (ends_with c d))",
        ),
        ("a =~ b and c !~ d", "(and (=~ a b) (!~ c d))"),
        ("a resembles b + 1", "(resembles a (+ b 1))"),
        ("a not resembles b", "(not-resembles a b)"),
        ("a\n    and b", "(and a b)"),
        ("a\n    not in b", "(not-in a b)"),
        ("a // why\n    ?? b", "(?? a b)"),
        ("all c in a.b: c.d and c.e", "(all (c) (a.b) (and c.d c.e))"),
        ("a and any c in l: c or d", "(and a (any (c) (l) (or c d)))"),
        ("not any c in l: c", "(not (any (c) (l) c))"),
        ("a == all c in l: c == d", "(== a (all (c) (l) (== c d)))"),
        ("(all c in l: c) and a", "(and (all (c) (l) c) a)"),
        (
            "all k, v in m, n: any x in v: x == k",
            "(all (k v) (m n) (any (x) (v) (== x k)))",
        ),
        ("any x in a ?? b: x", "(any (x) ((?? a b)) x)"),
        (
            "any x in (filter y in l: y.z): x",
            "(any (x) ((filter (y) (l) y.z)) x)",
        ),
        ("f(map x in a, b: x, c)", "(call f (map (x) (a b) x) c)"),
        ("f(a, any x in l: x)", "(call f a (any (x) (l) x))"),
        ("length(a.b) > 1", "(> (call length a.b) 1)"),
        ("std.images.tag(c.image)", "(call std.images.tag c.image)"),
        ("f()", "(call f)"),
        ("[a, [b], 1,]", "[a [b] 1]"),
        ("a[b[c]][\"d\"].e", "a[b[c]][\"d\"].e"),
        ("a.{b, c.d, \"e-f\"}.g", "a.{b c.d e-f}.g"),
        ("a.\"b-c\".d", "a.\"b-c\".d"),
        ("label \"k\" == \"v\"", "(== (label \"k\") \"v\")"),
        ("exists annotation \"k\"", "(exists (annotation \"k\"))"),
        (
            "spec.any.all.map.filter.label.match.in.not.true",
            "spec.any.all.map.filter.label.match.in.not.true",
        ),
        ("anything == informal", "(== anything informal)"),
        (
            "notable and matchesAll and labels",
            "(and (and notable matchesAll) labels)",
        ),
        ("r.x + rr", "(+ r.x rr)"),
    ];
    for (written, expected) in table {
        means(written, expected);
    }
}

#[test]
fn literals_are_read_as_written() {
    let table = [
        ("1_000", "1_000"),
        ("0", "0"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("1.5E-3", "1.5E-3"),
        ("2Gi", "'2Gi"),
        ("1.5Gi", "'1.5Gi"),
        ("500m", "'500m"),
        ("1E", "'1E"),
        ("1e3m", "'1e3m"),
        ("1h30m", "'1h30m"),
        ("1.5h", "'1.5h"),
        ("true", "true"),
        ("false and trueish", "(and false trueish)"),
        (r#""a\n\t\r\"\\\u{e9}\u{1f600}""#, r#""a\n\t\r\"\\é😀""#),
        (r#"r"\d+\.""#, r#""\\d+\\.""#),
        (r##"r#"a "b" c"#"##, r#""a \"b\" c""#),
        (r###"r##"a"#b"##"###, r##""a\"#b""##),
        ("r\"two\nlines\"", "\"two\\nlines\""),
        (r#""// no comment""#, r#""// no comment""#),
        (r#""{not} interpolated""#, r#""{not} interpolated""#),
        (r#""ünïcode""#, r#""ünïcode""#),
    ];
    for (written, expected) in table {
        means(written, expected);
    }
}

#[test]
fn layout_does_not_matter_where_it_should_not() {
    let text = include_str!("syntax/tour/validate.policy");
    let (parsed, _) = parse("a", text);
    let tree = sexpr::file(&parsed.file);
    let variants = [
        text.replace('\n', "\r\n"),
        text.replace("    ", "\t"),
        format!("\u{feff}{text}"),
        format!("// licence\n\n{text}// end"),
    ];
    for variant in variants {
        let (parsed, rendered) = parse("a", &variant);
        assert_eq!(rendered, "");
        similar_asserts::assert_eq!(sexpr::file(&parsed.file), tree);
    }
}

/// Comments and spans together give back the source.
#[test]
fn comments_and_places_are_kept() {
    let text = "// licence\n//! about\n//! this file\n\nconst a = 1 // one\n/// doc\n// aside\n/// two\npolicy p { // open\n    //// no doc\n    severity high\n    /// of the rule\n    rule r {\n        match Pod // kinds\n        require (a == 1) // last\n    }\n} // end";
    let (parsed, rendered) = parse("a", text);
    assert_eq!(rendered, "");
    let file = &parsed.file;
    let slice = |span: policyc_diagnostics::Span| &text[span.range()];
    let comments: Vec<(&str, bool)> = file
        .comments
        .iter()
        .map(|comment| (slice(comment.span), comment.trailing))
        .collect();
    assert_eq!(
        comments,
        [
            ("// licence", false),
            ("// one", true),
            ("/// doc", false),
            ("// aside", false),
            ("// open", true),
            ("//// no doc", false),
            ("// kinds", true),
            ("// last", true),
            ("// end", true),
        ]
    );
    assert_eq!(file.doc.as_ref().unwrap().text, "about\nthis file");
    let [Item::Const(constant), Item::Policy(policy)] = &file.items[..] else {
        panic!("{:?}", file.items)
    };
    assert_eq!(slice(constant.span), "const a = 1");
    assert_eq!(policy.doc.as_ref().unwrap().text, "two");
    let [PolicyMember::Field(field), PolicyMember::Rule(rule)] = &policy.members[..] else {
        panic!()
    };
    assert_eq!(slice(field.span), "severity high");
    assert_eq!(rule.doc.as_ref().unwrap().text, "of the rule");
    let [RuleMember::Match(clause), RuleMember::Statement(statement)] = &rule.members[..] else {
        panic!()
    };
    assert_eq!(slice(clause.span), "match Pod");
    assert_eq!(slice(statement.span), "require (a == 1)");
    let StatementKind::Require(condition) = &statement.kind else {
        panic!()
    };
    assert_eq!(slice(condition.span), "(a == 1)");
    assert_eq!(
        slice(policy.span),
        &text[text.find("policy p").unwrap()..text.len() - " // end".len()]
    );
}

#[test]
fn places_in_messages_are_exact() {
    let text = "policy p { rule r { match Pod\n require a message \"é {{ \\\" { labels[\"a\"] } and {c.d}\" } }";
    let (parsed, rendered) = parse("a", text);
    assert_eq!(rendered, "");
    let Item::Policy(policy) = &parsed.file.items[0] else {
        panic!()
    };
    let PolicyMember::Rule(rule) = &policy.members[0] else {
        panic!()
    };
    let RuleMember::Statement(statement) = &rule.members[1] else {
        panic!()
    };
    let message = statement.message.as_ref().unwrap();
    let places: Vec<&str> = message
        .parts
        .iter()
        .filter_map(|part| match part {
            MessagePart::Expr(expr) => Some(&text[expr.span.range()]),
            MessagePart::Text(_) => None,
        })
        .collect();
    assert_eq!(places, ["labels[\"a\"]", "c.d"]);
}

/// Of the two sources in an explanation, the first is wrong in that way and the second is right.
#[test]
fn explanations_show_what_they_explain() {
    let mut explained = 0;
    for code in Code::ALL
        .iter()
        .filter(|code| code.as_str().starts_with("E01"))
    {
        let examples: Vec<&str> = code
            .explanation()
            .split("```policy\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        let [wrong, right] = examples[..] else {
            panic!("{code}: {} examples", examples.len())
        };
        let (parsed, _) = parse("wrong.policy", wrong);
        assert!(
            parsed.diagnostics.iter().any(|of| of.code == *code),
            "{code}"
        );
        assert!(
            parsed.diagnostics.iter().all(|of| of.code <= *code),
            "{code}"
        );
        let (_, rendered) = parse("right.policy", right);
        assert_eq!(rendered, "", "{code}");
        explained += 1;
    }
    assert_eq!(explained, 8);
}

/// Applying the fixes of a source with simple mistakes leaves none.
#[test]
fn fixes_repair_the_source() {
    let mut text = String::from(
        "policy \"p\" {\n    title: 'x'\n    severity= high;\n    ruel r {\n        match Pod label \"a\" = \"b\"\n        \
         match Pod nmaed \"x\" and in namespace \"y\"\n        requires !spec.a&&spec.b===1 || spec.c <> 2\n        \
         require spec.d is not 3\n        require spec.e starts with “x”\n        require spec.f message \"}\"\n    }\n}\n\
         # end\nconst c == 1\n",
    );
    for _ in 0..40 {
        let (parsed, _) = parse("a", &text);
        let Some((span, replacement)) = parsed.diagnostics.iter().find_map(|of| of.fix.clone())
        else {
            break;
        };
        text.replace_range(span.range(), &replacement);
    }
    let (_, rendered) = parse("a", &text);
    assert_eq!(rendered, "", "{text}");
}
