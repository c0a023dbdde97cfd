//! No input makes the parser panic, overflow the stack or take more than linear time.

#![expect(clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use policyc_compiler::syntax::{self, MAX_FILE_BYTES, Parsed};
use policyc_diagnostics::{Code, SourceMap, to_json, to_text};

/// Parses, and checks what holds for every input: places lie in the text, on characters, the
/// messages are in order, few and printable, and a tree without errors is the whole.
fn parse(text: &str) -> Parsed {
    let mut sources = SourceMap::new();
    let source = sources.add("hostile.policy", text);
    let parsed = syntax::parse(text, source);
    let mut last = 0;
    for diagnostic in &parsed.diagnostics {
        for label in &diagnostic.labels {
            assert!(text.get(label.span.range()).is_some(), "{diagnostic:?}");
        }
        let start = diagnostic.span().map_or(0, |span| span.start);
        assert!(last <= start, "{diagnostic:?}");
        last = start;
        assert!(
            !diagnostic.message.is_empty() && diagnostic.message.len() < 1000,
            "{diagnostic:?}"
        );
    }
    assert!(parsed.diagnostics.len() <= 100);
    for comment in &parsed.file.comments {
        assert!(
            text.get(comment.span.range())
                .is_some_and(|text| text.starts_with("//"))
        );
    }
    if text.len() < 1 << 14 {
        let _ = to_text(&parsed.diagnostics, &sources, false);
        let _ = to_json(&parsed.diagnostics, &sources);
    }
    parsed
}

fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax");
    let mut texts = Vec::new();
    for part in ["tour", "errors"] {
        for entry in std::fs::read_dir(folder.join(part))
            .into_iter()
            .flatten()
            .flatten()
        {
            if entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "policy")
            {
                texts.extend(std::fs::read_to_string(entry.path()));
            }
        }
    }
    texts.sort();
    assert!(texts.len() > 10);
    texts
}

/// xorshift64*: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or(0) % limit.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const PIECES: [&str; 64] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "'",
    "\\",
    "{{",
    "}}",
    ".",
    ",",
    ":",
    ";",
    "=",
    "==",
    "!=",
    "&&",
    "//",
    "/*",
    "*/",
    "///",
    "//!",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\0",
    "\u{202e}",
    "é",
    "“",
    "”",
    "\u{feff}",
    "r\"",
    "r#\"",
    "\"#",
    "#",
    "policy",
    "rule",
    "match",
    "require",
    "for",
    "if",
    "else",
    "let",
    "in",
    "not",
    "any",
    "all",
    "message",
    "mutate",
    "lookup",
    "connected",
    "exception",
    "terraform",
    "label",
    "exists",
    "x",
    "0",
    "1h",
    "2Gi",
    "-",
    "*",
];

fn mutate(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(6) {
        let at = random.below(chars.len() + 1);
        let length = random.below(20).min(chars.len() - at);
        match random.below(5) {
            0 => drop(chars.drain(at..at + length)),
            1 => drop(chars.splice(at..at, random.pick(&PIECES).chars())),
            2 => drop(chars.splice(at..at + length.min(1), random.pick(&PIECES).chars())),
            3 => {
                let copy = chars[at..at + length].to_vec();
                let to = random.below(chars.len() + 1);
                drop(chars.splice(to..to, copy));
            }
            _ => chars.truncate(at.max(chars.len() / 2)),
        }
    }
    chars.into_iter().collect()
}

/// How often to try; `POLICYC_FUZZ_ROUNDS` for a longer search.
fn rounds(usual: usize) -> usize {
    std::env::var("POLICYC_FUZZ_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(usual)
}

#[test]
fn mutated_sources_do_not_break_the_parser() {
    let seeds = seeds();
    let mut random = Random(0x5eed);
    for round in 0..rounds(800) {
        let text = mutate(&seeds[round % seeds.len()], &mut random);
        let parsed = parse(&text);
        // What is wrong is said, and what is well formed is not complained about twice.
        let again = parse(&text);
        assert_eq!(parsed.diagnostics, again.diagnostics);
    }
}

#[test]
fn random_tokens_do_not_break_the_parser() {
    let mut random = Random(0xdead);
    for _ in 0..rounds(2000) {
        let mut text = String::new();
        for _ in 0..random.below(60) {
            text.push_str(random.pick(&PIECES));
            if random.below(3) > 0 {
                text.push(' ');
            }
        }
        parse(&text);
    }
}

/// A file of about `size` bytes, most of them copies of `unit`.
fn repeated(size: usize, prefix: &str, unit: &str, suffix: &str) -> String {
    format!("{prefix}{}{suffix}", unit.repeat(size / unit.len()))
}

/// Files that a careless parser would be slow on.
fn hostile(size: usize) -> Vec<(&'static str, String)> {
    let rule = "policy p { rule r { match Pod require ";
    vec![
        ("brackets", repeated(size, rule, "(", "")),
        ("closed brackets", {
            let half = "(".repeat(size / 2);
            format!("{rule}{half}{}}}}}", half.replace('(', ")"))
        }),
        ("braces on lines", {
            let lines = "{\n".repeat(size / 4);
            format!("{lines}{}", lines.replace('{', "}"))
        }),
        ("closing brackets", repeated(size, "[", ")", "")),
        ("mixed brackets", repeated(size, "", "([{", "")),
        ("not", repeated(size, rule, "not ", "a } }")),
        ("minus", repeated(size, rule, "- ", "a } }")),
        ("sum", repeated(size, rule, "a + ", "a } }")),
        ("and", repeated(size, rule, "a and ", "a } }")),
        ("comparisons", repeated(size, rule, "a == ", "a } }")),
        ("path", repeated(size, rule, "a.", "a } }")),
        (
            "indices",
            repeated(size, &format!("{rule} a"), "[0]", "} }"),
        ),
        ("quantifiers", repeated(size, rule, "any x in a: ", "a } }")),
        (
            "quantifiers without colon",
            repeated(size, rule, "any x in ", "a } }"),
        ),
        (
            "else if",
            repeated(size, "policy p { rule r { if a {} ", "else if a {} ", "} }"),
        ),
        (
            "else",
            repeated(size, "policy p { rule r { if a {} ", "else {} ", "} }"),
        ),
        (
            "list",
            repeated(size, &format!("{rule} a in ["), "1, ", "] } }"),
        ),
        ("types", repeated(size, "param p: ", "list<", "")),
        (
            "kinds",
            repeated(size, "policy p { rule r { match ", "a/", "} }"),
        ),
        (
            "kinds with stars",
            repeated(size, "policy p { rule r { match a", "/*", "} }"),
        ),
        ("block comments", repeated(size, "", " /*\n", "")),
        ("raw strings", repeated(size, "", "r#\"", "")),
        (
            "raw strings in a reserved block",
            repeated(size, "policy p { rule r { mutate { ", "r#\" ", "} } }"),
        ),
        (
            "quotes in a reserved block",
            repeated(
                size,
                "policy p { rule r { mutate { ",
                "message \"{ ",
                "} } }",
            ),
        ),
        ("hashes", repeated(size, "r", "#", "\"")),
        ("quotes", repeated(size, "", "\" ", "")),
        ("single quotes", repeated(size, "", "'", "")),
        ("messages", repeated(size, rule, "message \"{\"", "")),
        (
            "message braces",
            repeated(size, &format!("{rule} a message \""), "{(", ""),
        ),
        (
            "message quotes",
            repeated(size, &format!("{rule} a message \""), "{\"\"}", "\" } }"),
        ),
        (
            "escapes",
            repeated(size, "policy p { title \"", "\\q", "\" }"),
        ),
        (
            "unicode escapes",
            repeated(size, "policy p { title \"", "\\u{", "\" }"),
        ),
        ("docs", repeated(size, "", "/// doc\n", "const a = 1")),
        (
            "docs and comments",
            repeated(size, "", "/// doc\n//\n", "const a = 1"),
        ),
        (
            "policies",
            repeated(size, "", "policy a { severity high }\n", ""),
        ),
        ("open policies", repeated(size, "", "policy a {\n", "")),
        (
            "open rules",
            repeated(size, "policy p {\n", "rule a {\n", ""),
        ),
        ("words", repeated(size, "", "a ", "")),
        ("words on lines", repeated(size, "", "a\n", "")),
        ("one word", repeated(size, "", "a", "")),
        ("one name", repeated(size, "policy ", "a-", " {")),
        ("policy words", repeated(size, "", "\npolicy a-a-a", "")),
        (
            "broken statements",
            repeated(size, "policy p { rule r {\n", "require a b c\n", "} }"),
        ),
        ("broken blocks", {
            let depth = 60;
            let heads = "for a in b {\n".repeat(depth);
            let body = "require a b c\n".repeat(size / 14);
            format!(
                "policy p {{ rule r {{\n{heads}{body}{}}} }}",
                "}\n".repeat(depth)
            )
        }),
        ("control characters", repeated(size, "", "\0", "")),
        ("strange letters", repeated(size, "", "é ", "")),
        ("layout", repeated(size, "", " \n", "a")),
        (
            "reserved",
            repeated(size, "policy p { rule r {", "lookup a\n", "} }"),
        ),
        ("connected", repeated(size, rule, "connected(", "")),
    ]
}

fn time(text: &str) -> Duration {
    let start = Instant::now();
    parse(text);
    start.elapsed()
}

#[test]
fn hostile_files_take_linear_time() {
    const SMALL: usize = 1 << 15;
    const FACTOR: usize = 8;
    let mut slow = String::new();
    for ((name, small), (_, large)) in hostile(SMALL).into_iter().zip(hostile(SMALL * FACTOR)) {
        let (first, then) = (time(&small), time(&large));
        println!("{name}: {first:?}, {then:?}");
        // Linear is 8 times, quadratic 64 times; the rest is for a busy machine.
        if then > first * 30 + Duration::from_millis(500) {
            writeln!(slow, "{name}: {first:?}, {FACTOR} times the size {then:?}").ok();
        }
    }
    assert_eq!(slow, "");
}

#[test]
fn the_largest_file_is_read() {
    let text = repeated(
        MAX_FILE_BYTES - 100,
        "policy p { rule r { match Pod\n",
        "require exists a.b\n",
        "} }",
    );
    assert!(text.len() <= MAX_FILE_BYTES);
    assert_eq!(parse(&text).diagnostics, []);
}

#[test]
fn limits_are_reported() {
    let table = [
        (
            format!("const a = {}1{}", "(".repeat(65), ")".repeat(65)),
            true,
        ),
        (
            format!("const a = {}1{}", "(".repeat(64), ")".repeat(64)),
            false,
        ),
        (
            format!("const a = {}1{}", "[".repeat(64), "]".repeat(64)),
            false,
        ),
        (format!("const a = {}b", "not ".repeat(100)), false),
        (format!("const a = {}b", "not ".repeat(200)), true),
        (format!("const a = b{}", " + b".repeat(200)), false),
        (format!("const a = b{}", " + b".repeat(300)), true),
        (format!("const a = [{}]", "1, ".repeat(100_000)), false),
        (" ".repeat(MAX_FILE_BYTES), false),
        (" ".repeat(MAX_FILE_BYTES + 1), true),
    ];
    for (text, limited) in table {
        let parsed = parse(&text);
        let codes: Vec<Code> = parsed
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect();
        let expected = if limited {
            vec![Code::E0106]
        } else {
            Vec::new()
        };
        assert_eq!(
            codes,
            expected,
            "{}",
            &text.chars().take(80).collect::<String>()
        );
    }
}

#[test]
fn the_number_of_messages_is_bounded() {
    let parsed = parse(&"const = 1\n".repeat(500));
    assert_eq!(parsed.diagnostics.len(), 100);
    let last = parsed
        .diagnostics
        .last()
        .map(|diagnostic| diagnostic.notes.join(""));
    assert_eq!(
        last.as_deref(),
        Some("400 more mistakes of this file are not shown")
    );
}
