use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{Run, run};

/// Loads within a time that no honest source takes.
fn bounded(files: &[(&str, &str)]) -> Run {
    let start = Instant::now();
    let run = run(files);
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(60), "{taken:?}");
    run
}

fn codes(run: &Run) -> Vec<&str> {
    let diagnostics = run.loaded.diagnostics.iter();
    diagnostics
        .map(|diagnostic| diagnostic.code.as_str())
        .collect()
}

#[test]
fn nesting_without_end_is_refused() {
    let pieces = [
        ("(", ")"),
        ("[", "]"),
        ("{a=", "}"),
        ("\"${", "}\""),
        ("f(", ")"),
        ("a[", "]"),
        ("!", ""),
        ("-", ""),
        ("a?b:", ""),
        ("[for x in y: ", "]"),
        ("1+", ""),
        ("a.b.", "c"),
        ("<<E\n${", "}\nE\n"),
    ];
    for (open, close) in pieces {
        let text = format!(
            "locals {{\n  x = {}1{}\n}}\n",
            open.repeat(50_000),
            close.repeat(50_000)
        );
        let run = bounded(&[("main.tf", &text)]);
        assert!(run.loaded.blocks.len() <= 1, "{open}");
    }
    let blocks = format!("{}\n{}", "a {\n".repeat(50_000), "}\n".repeat(50_000));
    assert_eq!(codes(&bounded(&[("main.tf", &blocks)])), ["E0720"]);
    let json = format!("{}1{}", "{\"a\":".repeat(50_000), "}".repeat(50_000));
    assert!(!codes(&bounded(&[("main.tf.json", &json)])).is_empty());
}

#[test]
fn long_chains_of_values_end() {
    let mut text = String::from("locals {\n  a0 = 1\n");
    for index in 1..15_000 {
        let _ = writeln!(text, "  a{index} = [local.a{}]", index - 1);
    }
    text.push_str("}\noutput \"o\" {\n  value = local.a14999\n}\n");
    let run = bounded(&[("main.tf", &text)]);
    assert!(
        run.show("output.o", "value")
            .contains("unknown: it is nested too deeply")
    );

    let mut text = String::from("locals {\n");
    for index in 0..15_000 {
        let _ = writeln!(text, "  a{index} = local.a{}", index + 1);
    }
    text.push_str("  a15000 = 1\n}\noutput \"o\" {\n  value = local.a0\n}\n");
    let run = bounded(&[("main.tf", &text)]);
    assert_eq!(run.block("output.o").references, []);
    assert!(
        run.said()
            .iter()
            .all(|said| said.contains("too many values wait"))
    );
}

#[test]
fn values_that_double_end() {
    let mut text = String::from("locals {\n  s0 = \"xxxxxxxxxxxxxxxx\"\n  l0 = [1, 2]\n");
    for index in 1..60 {
        let last = index - 1;
        let _ = writeln!(
            text,
            "  s{index} = \"${{local.s{last}}}${{local.s{last}}}\""
        );
        let _ = writeln!(text, "  l{index} = [local.l{last}, local.l{last}]");
    }
    text.push_str("}\nresource \"x\" \"y\" {\n  count = 100\n  s = local.s59\n  l = local.l59\n  m = local.l18\n}\n");
    let run = bounded(&[("main.tf", &text)]);
    assert_eq!(run.show("x.y[99]", "s"), "unknown: it is too large");
    assert!(
        run.show("x.y[99]", "l")
            .contains("unknown: it is too large")
    );
}

#[test]
fn loops_inside_loops_end() {
    let run = bounded(&[(
        "main.tf",
        r#"
        locals { r = [for i in range(1000) : i] }
        output "a" { value = [for a in local.r : [for b in local.r : [for c in local.r : a + b + c]]] }
        output "b" { value = "%{for a in local.r}%{for b in local.r}%{for c in local.r}x%{endfor}%{endfor}%{endfor}" }
        "#,
    )]);
    assert!(
        codes(&run).iter().all(|code| *code == "E0723"),
        "{:?}",
        run.said()
    );
    assert!(run.show("output.a", "value").starts_with("unknown: "));
    assert!(run.show("output.b", "value").starts_with("unknown: "));
}

#[test]
fn numbers_of_instances_are_bounded() {
    let run = bounded(&[(
        "main.tf",
        r#"
        resource "x" "many" { count = 1000000000 }
        resource "x" "negative" { count = -1 }
        resource "x" "half" { count = 1.5 }
        resource "x" "list" { for_each = ["a"] }
        resource "x" "long" { for_each = toset([for i in range(1000) : "n${i}"]) }
        resource "x" "itself" { count = length(x.itself) }
        "#,
    )]);
    assert_eq!(
        codes(&run),
        ["E0723", "E0721", "E0721", "E0721", "E0722"],
        "{:?}",
        run.said()
    );
    assert_eq!(run.loaded.blocks.len(), 1_005);
    assert!(run.block("x.many[*]").uncertain.is_some());
}

#[test]
fn what_needs_itself_is_said() {
    let run = bounded(&[
        (
            "main.tf",
            r#"
            locals {
              a = local.b + 1
              b = local.a + 1
            }
            resource "x" "r" { a = x.s.b }
            resource "x" "s" { b = x.r.a }
            module "m" {
              source = "./m"
              i      = module.m.o
            }
            output "o" { value = [local.a, local.b, x.r.a] }
            "#,
        ),
        (
            "m/main.tf",
            "variable \"i\" {}\noutput \"o\" {\n  value = var.i\n}\n",
        ),
    ]);
    assert_eq!(
        run.said(),
        [
            "E0722 `local.b` needs itself",
            "E0722 `x.s.b` needs itself",
            "E0722 the output `o` needs itself",
        ]
    );
    assert!(run.show("output.o", "value.0").starts_with("unknown: "));
}

#[test]
fn modules_that_call_themselves_are_said() {
    let run = bounded(&[
        ("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"),
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        (
            "b/main.tf",
            "module \"a\" {\n  source = \"../a\"\n}\nmodule \"top\" {\n  source = \"./..\"\n}\n",
        ),
    ]);
    assert_eq!(
        run.said(),
        [
            "E0722 `module.a` is a module that calls itself",
            "E0722 `module.top` is a module that calls itself",
        ]
    );
}

#[test]
fn modules_that_multiply_end() {
    let mut files = Vec::new();
    for index in 0..12 {
        let next = index + 1;
        files.push((
            if index == 0 { "main.tf".to_owned() } else { format!("m{index}/main.tf") },
            format!(
                "module \"m\" {{\n  source = \"{}m{next}\"\n  count = 10\n}}\nresource \"x\" \"y\" {{}}\n",
                if index == 0 { "./" } else { "../" }
            ),
        ));
    }
    files.push((
        "m12/main.tf".to_owned(),
        "resource \"x\" \"y\" {}\n".to_owned(),
    ));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let run = bounded(&files);
    assert!(run.loaded.blocks.len() <= 200_000);
    assert!(codes(&run).contains(&"E0723"), "{:?}", run.said());
}

#[test]
fn large_objects_do_not_take_the_square_of_their_size() {
    let mut text = String::from("locals {\n  o = {\n");
    for index in 0..100_000 {
        let _ = writeln!(text, "    k{index} = 1");
    }
    text.push_str("  }\n}\n");
    let run = bounded(&[("main.tf", &text)]);
    assert_eq!(codes(&run), ["E0723"]);
}

#[test]
fn large_values_are_not_gone_through_without_end() {
    let run = bounded(&[
        (
            "main.tf",
            r#"
            locals {
              big = { for p in setproduct(range(250), range(200)) : "k${p[0]}-${p[1]}" => p }
            }
            resource "x" "y" {
              count = 10000
              a     = length(count.index >= 0 ? local.big : {})
              b     = local.big == local.big
              c     = length([for k, v in local.big : k if false])
            }
            module "m" {
              source = "./m"
              count  = 10000
              big    = local.big
            }
            "#,
        ),
        (
            "m/main.tf",
            "variable \"big\" {\n  type = map(list(string))\n}\noutput \"o\" {\n  value = length(var.big)\n}\n",
        ),
    ]);
    assert!(codes(&run).contains(&"E0723"), "{:?}", run.said());
    assert_eq!(run.show("x.y[0]", "a"), "50000");
}
