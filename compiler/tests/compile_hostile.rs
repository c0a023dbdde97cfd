//! Sources made to break the compiler: it answers with a diagnostic, soon, and within the stack of a
//! thread.

use std::fmt::Write as _;

use indexmap::IndexMap;
use policyc_compiler::schema::{KubernetesVersion, Schema};
use policyc_compiler::{CompileOptions, SourceInput, compile};
use policyc_diagnostics::{Code, SourceId};

/// The codes of the diagnostics, each once.
fn codes(text: &str) -> Vec<Code> {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let inputs = [SourceInput {
        module: "hostile".to_owned(),
        source: SourceId(0),
        text,
        root: true,
    }];
    let options = CompileOptions {
        schema: &schema,
        params: IndexMap::new(),
    };
    let mut diagnostics = Vec::new();
    let _ = compile(&inputs, &options, &mut diagnostics);
    let mut codes: Vec<Code> = diagnostics.iter().map(|it| it.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn rule(body: &str) -> String {
    format!("policy hostile {{ rule r {{ match Deployment\n{body} }} }}")
}

#[track_caller]
fn check(text: &str, expected: &[Code]) {
    let start = std::time::Instant::now();
    assert_eq!(codes(text), expected);
    let took = start.elapsed();
    assert!(took.as_secs() < 20, "{took:?}");
}

#[test]
fn deep_expressions() {
    let nots = "not ".repeat(120);
    check(&rule(&format!("require {nots} exists spec.replicas")), &[]);
    let sums = "spec.replicas + ".repeat(150);
    check(&rule(&format!("deny {sums} 1 > 3")), &[]);
    let sums = "spec.replicas + ".repeat(220);
    check(&rule(&format!("deny {sums} 1 > 3")), &[Code::E0313]);
    let fields = ".a".repeat(150);
    check(
        &rule(&format!("require exists resource{fields}")),
        &[Code::E0203],
    );
    let alls = "all c in spec.template.spec.containers: ".repeat(100);
    let text = rule(&format!("require {alls} c.name != \"\""));
    check(&text, &[Code::W0202]);
    let calls = "lower(".repeat(60);
    let ends = ")".repeat(60);
    check(
        &rule(&format!("require {calls}metadata.name{ends} == \"\"")),
        &[],
    );
    let open = "(".repeat(60);
    let close = ")".repeat(60);
    check(
        &rule(&format!("require {open}exists spec.replicas{close}")),
        &[],
    );
}

#[test]
fn deep_statements() {
    let loops = "for c in spec.template.spec.containers { ".repeat(50);
    let ends = "}".repeat(50);
    let text = rule(&format!("{loops} require c.name != \"\" {ends}"));
    check(&text, &[Code::W0202]);
    let ifs = "if exists spec.replicas { ".repeat(50);
    check(
        &rule(&format!("{ifs} require exists spec.paused {ends}")),
        &[],
    );
}

#[test]
fn functions_in_functions() {
    let nots = "not ".repeat(120);
    let mut text = String::from("fn f0(x) = exists x\n");
    for at in 1..60 {
        writeln!(text, "fn f{at}(x) = {nots} f{}(x)", at - 1).unwrap();
    }
    text.push_str(&rule("require f59(spec.replicas)"));
    check(&text, &[Code::E0313]);
    let alls = "all c in spec.template.spec.containers: ".repeat(100);
    let mut text = String::from("fn f0(x) = exists x\n");
    for at in 1..60 {
        writeln!(text, "fn f{at}(x) = {alls} f{}(x)", at - 1).unwrap();
    }
    text.push_str(&rule("require f59(spec.replicas)"));
    check(&text, &[Code::E0313]);
    let mut text = String::from("fn f0(x) = x\n");
    for at in 1..200 {
        writeln!(text, "fn f{at}(x) = f{}(x)", at - 1).unwrap();
    }
    text.push_str(&rule("require exists f199(spec.replicas)"));
    check(&text, &[Code::E0313]);
}

#[test]
fn values_in_values() {
    let mut text = String::from("let a0 = spec.replicas\n");
    for at in 1..300 {
        writeln!(text, "let a{at} = a{} + 1", at - 1).unwrap();
    }
    text.push_str("deny a299 > 3");
    check(&rule(&text), &[Code::E0313]);
    let mut text = String::from("const a0 = 1\n");
    for at in 1..500 {
        writeln!(text, "const a{at} = a{} + 1", at - 1).unwrap();
    }
    text.push_str(&rule("deny spec.replicas > a499"));
    check(&text, &[Code::E0313]);
}

#[test]
fn wide_lists() {
    let items: Vec<String> = (0..10_000).map(|at| format!("\"a{at}\"")).collect();
    let list = items.join(", ");
    let text = format!(
        "const every = [{list}]\n{}",
        rule("require metadata.name in every")
    );
    check(&text, &[]);
    let text = format!(
        "const every = [{list}]\n{}",
        rule("for a in every { for b in every { require a != b or metadata.name != a } }")
    );
    check(&text, &[Code::E0313]);
    let ands = vec!["exists spec.replicas"; 200].join(" and ");
    check(&rule(&format!("require {ands}")), &[]);
}

#[test]
fn many_rules_and_mistakes() {
    let mut text = String::from("policy hostile {\n");
    for at in 0..2_000 {
        writeln!(
            text,
            "rule r{at} {{ match Deployment  require spec.replica{at} == 3 }}"
        )
        .unwrap();
    }
    text.push('}');
    check(&text, &[Code::E0203]);
}

#[test]
fn imports_of_imports() {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let mut texts = vec![(String::from("m0"), rule("require exists spec.replicas"))];
    for at in 1..1_000 {
        texts.push((format!("m{at}"), String::from("const x = 1\n")));
    }
    for (at, (_, text)) in texts.iter_mut().take(999).enumerate() {
        *text = format!(
            "import m{}
{text}",
            at + 1
        );
    }
    let inputs: Vec<SourceInput<'_>> = texts
        .iter()
        .enumerate()
        .map(|(at, (module, text))| SourceInput {
            module: module.clone(),
            source: SourceId(u32::try_from(at).unwrap()),
            text,
            root: at == 0,
        })
        .collect();
    let options = CompileOptions {
        schema: &schema,
        params: IndexMap::new(),
    };
    let mut diagnostics = Vec::new();
    let program = compile(&inputs, &options, &mut diagnostics);
    assert_eq!(program.policies.len(), 1);
}
