//! What is emitted, read by the readers of YAML that the engines use: PyYAML in Checkov, and Go's in Kyverno.
//! Both read YAML 1.1, in which more texts are something else than texts.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use policyc_compiler::backend::{Action, Artifact, Emission, EmitOptions, emit};
use policyc_ir::{Program, Target};
use policyc_testing::conformance::engine::Engine;
use policyc_testing::conformance::engine::kyverno::{Job, Kyverno, Policy, RuleResult};
use policyc_testing::source;
use policyc_testing::suite::folder;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{located, resource};

/// Reads a list of texts, writes the documents of each. What JSON does not have is marked.
const READER: &str = "
import json, sys, yaml
mark = lambda value: {'no JSON': repr(value)}
read = [[list(yaml.load_all(text, loader)) for text in json.load(sys.stdin)]
        for loader in [yaml.SafeLoader]]
json.dump(read[0], sys.stdout, default=mark)
";

/// Texts that some reader of YAML takes for something else, or cannot take.
fn hostile() -> Vec<String> {
    let words = [
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "N",
        "true",
        "False",
        "null",
        "Null",
        "~",
        "",
        " ",
        "=",
        "<<",
        "-",
        "--",
        "---",
        "...",
        "- a",
        "-a",
        "?",
        "? a",
        "*",
        "*a",
        "&",
        "&a",
        "&a b",
        "!",
        "!!str",
        "!a b",
        "|",
        "|-",
        ">",
        ">- a",
        "%",
        "%YAML 1.1",
        "@a",
        "`a`",
        "#",
        "# a",
        "a #b",
        "a#b",
        ":",
        ": a",
        "a:",
        "a: b",
        "a:b",
        "::",
        "[",
        "[]",
        "[a]",
        "]",
        "{",
        "{a: b}",
        "}",
        ",",
        ", a",
        "'",
        "''",
        "'a'",
        "\"",
        "\"a\"",
        "a\"b'c",
        "\\",
        "\\n",
        "\\x41",
        "1e3",
        "1E3",
        "1e+3",
        ".5",
        "5.",
        "1.",
        "0x10",
        "0o10",
        "010",
        "08",
        "0b11",
        "1_000",
        "1_0.5",
        "190:20:30",
        "1:30",
        "12:30:45",
        ".inf",
        "-.INF",
        ".nan",
        "+1",
        "-1",
        "- 1",
        "1,000",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-1-1 0:0:0",
        "0",
        "00",
        "0.0",
        "18446744073709551616",
        "1e999",
        "a\nb",
        "a\n",
        "\na",
        "a\n\nb",
        "a\n - b",
        "a\n---\nb",
        "a\n# b",
        "a\tb",
        "\ta",
        "a\t",
        "a ",
        " a",
        "a  b",
        "a\rb",
        "a\r\nb",
        "\r",
        "a\u{85}b",
        "\u{85}",
        "a\u{2028}b",
        "a\u{2029}b",
        "\u{2028}",
        "\u{feff}",
        "\u{feff}a",
        "a\u{feff}b",
        "\u{0}",
        "a\u{1}b",
        "\u{7f}",
        "\u{80}",
        "a\u{9f}b",
        "\u{a0}",
        "a\u{a0}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{fffd}",
        "\u{1b}[31m",
        "\u{202e}abc",
        "é",
        "日本語",
        "😀",
        "e\u{301}",
        "%{a}",
        "${a}",
        "$(a)",
        "a\\\nb",
        "key: |\n  text",
        "\u{e000}",
        "\u{10ffff}",
    ];
    let mut all: Vec<String> = words.map(str::to_owned).to_vec();
    let long = "words of a text ".repeat(20);
    let long = long.trim();
    all.push(long.to_owned());
    all.push("x".repeat(3_000));
    // Long texts are folded, where the readers agree on what that means.
    for between in [
        "  ", "\n", "\t", "\u{85}", "\u{2028}", "\u{2029}", "\u{a0}", " # ", " : ", ": ", " - ",
        "\u{feff}", "\r", "\\", "\"", "\u{3000}", "\u{200b}",
    ] {
        all.push(format!("{long}{between}{long}"));
        all.push(format!("{between}{long}"));
        all.push(format!("{long}{between}"));
    }
    for start in [
        "- ", "# ", "? ", "* ", "& ", "! ", "| ", "> ", "% ", "@ ", "--- ", "{ ", "[ ", "' ", "\" ",
    ] {
        all.push(format!("{start}{long}"));
    }
    all
}

/// A text as a literal of the language.
fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            ' '..='~' => literal.push(c),
            _ => literal.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    literal + "\""
}

/// A policy that says the text wherever a policy can say one.
fn says(index: usize, text: &str) -> String {
    let value = literal(text);
    let message = value
        .replace("\\u{", "\u{0}")
        .replace('{', "{{")
        .replace('}', "}}");
    // The braces of an escape are no braces of a message.
    let mut parts = message.split('\u{0}');
    let mut escaped = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once("}}").unwrap();
        escaped.push_str(&format!("\\u{{{digits}}}{rest}"));
    }
    // What tells people about a policy is no empty text.
    let told = if text.trim().is_empty() {
        literal(&format!("x{text}x"))
    } else {
        value.clone()
    };
    format!(
        "policy h{index} {{\n\
             title {told}\n\
             description {told}\n\
             category {told}\n\
             remediation {told}\n\
             controls [{told}]\n\
             rule r {{\n\
                 match ConfigMap\n\
                 deny metadata.name == \"web\" message {escaped}\n\
             }}\n\
             rule compared {{\n\
                 match ConfigMap with label \"k\" == {value} annotation \"k\" in [{value}, \"x\"]\n\
                 require data.a in [{value}, \"x\"]\n\
                 require data.b == {value}\n\
             }}\n\
         }}\n"
    )
}

fn files(program: &Program, target: Target) -> Vec<Artifact> {
    let options = EmitOptions {
        action: Action::Audit,
        kyverno_namespace: None,
        version: "0\u{2028}evil: true\u{85}evil: true".to_owned(),
        source: "a\u{2028}evil: true\u{2029}evil: true\nevil: true.policy".to_owned(),
    };
    let mut files = Vec::new();
    for policy in &program.policies {
        match emit(policy, target, &options) {
            Emission::Files(more) => files.extend(more),
            Emission::Refused(_) => {}
        }
    }
    files
}

/// The library, the traps, and a policy for each hostile text that the language lets be written.
fn programs() -> Vec<Program> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut programs = Vec::new();
    for name in ["../stdlib-policies", "traps"] {
        let (plan, _) = folder(&root.join(name)).unwrap();
        programs.push(plan.main.unwrap().program.clone());
    }
    for (index, text) in hostile().iter().enumerate() {
        programs.push(
            source::compiled("hostile", &says(index, text))
                .unwrap_or_else(|said| panic!("{text:?}: {said}")),
        );
    }
    programs
}

/// What a reader of YAML 1.2 reads.
fn read(text: &str) -> Vec<Json> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| {
            Json::deserialize(document).unwrap_or_else(|error| panic!("{error}\n{text}"))
        })
        .collect()
}

#[test]
fn pyyaml_reads_what_was_meant() {
    let Some(checkov) = located(Engine::Checkov.locate()) else {
        return;
    };
    let programs = programs();
    let files: Vec<Artifact> = programs
        .iter()
        .flat_map(|program| {
            Target::ALL
                .iter()
                .flat_map(|target| files(program, *target))
        })
        .collect();
    assert!(files.len() > 1_000, "{} files", files.len());
    let texts: Vec<&str> = files.iter().map(|file| file.contents.as_str()).collect();
    let python = checkov.with_file_name("python");
    let mut child = Command::new(python)
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let asked = serde_json::to_vec(&texts).unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&asked));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "PyYAML cannot read a file");
    let theirs: Vec<Vec<Json>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(theirs.len(), files.len());
    let mut differences = Vec::new();
    for (file, theirs) in files.iter().zip(&theirs) {
        if read(&file.contents) != *theirs {
            differences.push(format!("{}\n{}", file.path, file.contents));
        }
    }
    let count = differences.len();
    assert!(
        count == 0,
        "{count} of {}:\n{}",
        files.len(),
        differences[0]
    );
}

/// Every place in the documents at which one of our texts stands has it whole.
#[test]
fn hostile_texts_are_read_whole() {
    for (index, text) in hostile().iter().enumerate() {
        let program = source::compiled("hostile", &says(index, text)).unwrap();
        let files = files(&program, Target::KyvernoCel);
        let documents: Vec<Json> = files.iter().flat_map(|file| read(&file.contents)).collect();
        let annotations = documents
            .iter()
            .find_map(|it| it.pointer("/metadata/annotations"));
        for key in ["policies.kyverno.io/category", "policyc.dev/remediation"] {
            let said = annotations
                .and_then(|it| it.get(key))
                .and_then(Json::as_str);
            let said = said.unwrap_or_default();
            let blank = text.trim().is_empty();
            let expected = if blank {
                format!("x{text}x")
            } else {
                text.clone()
            };
            // Long texts are folded, which gives them a line break at their end.
            let folded = said.strip_suffix('\n').filter(|it| it.chars().count() > 88);
            assert!(
                said == expected || folded == Some(&expected),
                "{key}: {said:?}"
            );
        }
    }
}

#[test]
fn kyverno_reads_what_was_meant() {
    let Some(program) = located(Kyverno::locate()) else {
        return;
    };
    let mut job = Job::default();
    let mut meant = Vec::new();
    for (index, text) in hostile().iter().enumerate() {
        let source = says(index, text);
        let only = source.split("rule compared").next().unwrap().to_owned() + "}\n";
        let program = source::compiled("hostile", &only).unwrap();
        for file in files(&program, Target::Kyverno) {
            job.policies.push(Policy {
                name: format!("h{index}"),
                text: file.contents,
                rules: vec!["r".to_owned()],
                expects_rows: true,
            });
            meant.push((index, text.clone()));
        }
    }
    assert!(meant.len() > 150, "{} policies", meant.len());
    job.resources = vec![resource(
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web","namespace":"default"}}"#,
    )];
    let run = program.run(&job).unwrap();
    let mut wrong = Vec::new();
    for (index, text) in meant {
        let rows: Vec<_> = run.of(&format!("h{index}"), "r", 0).collect();
        let [row] = rows.as_slice() else {
            panic!("h{index} drew {} rows", rows.len());
        };
        assert_eq!(row.result, RuleResult::Fail, "{text:?}: {}", row.message);
        if !row.message.contains(text.trim()) {
            wrong.push(format!("{text:?} is {:?}", row.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
