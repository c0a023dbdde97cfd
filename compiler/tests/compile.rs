//! Whole compilations, as data: `tests/check/*.policy` with the diagnostics that people read
//! (`.stderr`), `tests/lower/*.policy` with the IR (`.ir`) and nothing to say about them.
//!
//! A source is one module named as its file; lines `//# module NAME` begin further modules of the
//! same file, which are not compiled but may be imported, and `//# param NAME = VALUE` sets a
//! parameter. `UPDATE=1 cargo test` writes what is expected.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use policyc_compiler::schema::{KubernetesVersion, Schema};
use policyc_compiler::{CompileOptions, ParamOverride, ParamValue, SourceInput, compile, dump};
use policyc_diagnostics::{Code, Diagnostic, SourceId, SourceMap, to_text};
use policyc_ir::Program;

struct Compiled {
    program: Program,
    diagnostics: Vec<Diagnostic>,
    rendered: String,
}

fn compile_text(name: &str, text: &str) -> Compiled {
    let mut map = SourceMap::new();
    let mut modules: Vec<(String, String, SourceId)> = Vec::new();
    let mut params = IndexMap::new();
    for (index, part) in split_modules(text).into_iter().enumerate() {
        let (module, text) = part;
        let module = module.unwrap_or_else(|| name.replace('-', "_"));
        let file = if index == 0 {
            format!("{name}.policy")
        } else {
            format!("{}.policy", module.replace('.', "/"))
        };
        for line in text.lines() {
            if let Some(setting) = line.strip_prefix("//# param ") {
                let (name, value) = setting.split_once(" = ").expect("NAME = VALUE");
                let value: serde_json::Value = serde_json::from_str(value).expect("JSON");
                let value = param(&value);
                params.insert(name.to_owned(), ParamOverride { value, span: None });
            }
        }
        let source = map.add(file, text.as_str());
        modules.push((module, text, source));
    }
    let inputs: Vec<SourceInput<'_>> = modules
        .iter()
        .enumerate()
        .map(|(index, (module, text, source))| SourceInput {
            module: module.clone(),
            source: *source,
            text,
            root: index == 0,
        })
        .collect();
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let options = CompileOptions {
        schema: &schema,
        params,
    };
    let mut diagnostics = Vec::new();
    let program = compile(&inputs, &options, &mut diagnostics);
    let rendered = to_text(&diagnostics, &map, false);
    Compiled {
        program,
        diagnostics,
        rendered,
    }
}

fn split_modules(text: &str) -> Vec<(Option<String>, String)> {
    let mut parts = vec![(None, String::new())];
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("//# module ") {
            parts.push((Some(name.trim().to_owned()), String::new()));
        }
        let (_, part) = parts.last_mut().unwrap();
        writeln!(part, "{line}").unwrap();
    }
    parts
}

fn param(value: &serde_json::Value) -> ParamValue {
    match value {
        serde_json::Value::Bool(value) => ParamValue::Bool(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(value) => ParamValue::Int(value),
            None => ParamValue::Float(number.as_f64().unwrap()),
        },
        serde_json::Value::String(text) => ParamValue::String(text.clone()),
        serde_json::Value::Array(items) => ParamValue::List(items.iter().map(param).collect()),
        serde_json::Value::Object(entries) => ParamValue::Map(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), param(value)))
                .collect(),
        ),
        serde_json::Value::Null => panic!("a parameter is never null"),
    }
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "policy"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// Compares what each source of a folder gives with the file beside it.
fn check(folder: &str, extension: &str, give: impl Fn(&str, Compiled) -> String) {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in sources(folder) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let given = give(name, compile_text(name, &text));
        let beside = path.with_extension(extension);
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        if given != expected {
            if update {
                std::fs::write(&beside, &given).unwrap();
            } else {
                let diff =
                    similar_asserts::SimpleDiff::from_str(&expected, &given, "expected", "given");
                wrong.push(format!("{name}: {diff}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn diagnostics() {
    check("check", "stderr", |name, compiled| {
        assert!(!compiled.diagnostics.is_empty(), "{name} has no diagnostic");
        compiled.rendered
    });
}

#[test]
fn lowering() {
    check("lower", "ir", |name, compiled| {
        assert_eq!(compiled.rendered, "", "{name}");
        dump(&compiled.program)
    });
}

/// Applying a fix takes its mistake away, and brings no syntax error.
#[test]
fn fixes_repair_what_they_are_for() {
    let mut fixed = 0;
    for path in sources("check") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let before = compile_text(name, &text);
        for diagnostic in &before.diagnostics {
            let Some((span, replacement)) = &diagnostic.fix else {
                continue;
            };
            // Other files of a test have offsets of their own.
            if span.source != SourceId(0) {
                continue;
            }
            let mut text = text.clone();
            text.replace_range(span.range(), replacement);
            let after = compile_text(name, &text);
            let remains =
                |of: &[Diagnostic]| of.iter().filter(|it| it.code == diagnostic.code).count();
            assert!(
                remains(&after.diagnostics) < remains(&before.diagnostics),
                "{name}: {diagnostic:?}\n{}",
                after.rendered
            );
            fixed += 1;
        }
    }
    assert!(fixed > 30, "{fixed}");
}

/// Of the two sources in an explanation, the first has the mistake and the second has none.
#[test]
fn explanations_show_what_they_explain() {
    let ours = ["E02", "E03", "E04", "W02", "W03", "W04", "E0511"];
    for code in Code::ALL {
        if !ours.iter().any(|prefix| code.as_str().starts_with(prefix)) {
            continue;
        }
        let examples: Vec<String> = code
            .explanation()
            .split("```policy\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .map(as_modules)
            .collect();
        let [wrong, right] = &examples[..] else {
            panic!("{code}: {} examples", examples.len())
        };
        let compiled = compile_text("wrong", wrong);
        assert!(
            compiled.diagnostics.iter().any(|it| it.code == *code),
            "{code}: {}",
            compiled.rendered
        );
        assert_eq!(compile_text("right", right).rendered, "", "{code}");
    }
}

/// The example with the module of the library that it may import. A line `// lib/a.policy` begins
/// another file.
fn as_modules(example: &str) -> String {
    let mut text = String::new();
    for line in example.lines() {
        let file = line.strip_prefix("// ");
        match file.and_then(|file| file.strip_suffix(".policy")) {
            Some(path) => writeln!(text, "//# module {}", path.replace('/', ".")).unwrap(),
            None => writeln!(text, "{line}").unwrap(),
        }
    }
    text.push_str("//# module std.kubernetes\nconst system_namespaces = [\"kube-system\"]\n");
    text
}
