//! What Terraform itself plans for the fixtures, compared with what is loaded.
//!
//! The fixtures use Terraform's built-in provider alone, so that nothing is downloaded. Without a
//! `terraform` on the path the test says what it leaves out; with `CI` set that is a failure.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use policyc_diagnostics::SourceMap;
use policyc_runtime::value::{Node, Value};
use policyc_terraform::files::MemoryFiles;
use policyc_terraform::{Loaded, Mode, Options, load};
use serde_json::Value as Json;

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn copy(from: &Path, to: &Path, path: &str, files: &mut MemoryFiles) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(&name), &below, files);
        } else {
            let bytes = std::fs::read(entry.path()).unwrap();
            std::fs::write(to.join(&name), &bytes).unwrap();
            files.add(below, bytes);
        }
    }
}

/// The one that `POLICYC_TERRAFORM` names, else the one on the path.
fn program() -> OsString {
    std::env::var_os("POLICYC_TERRAFORM").unwrap_or_else(|| "terraform".into())
}

fn terraform(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", folder.join("empty.tfrc"))
        .env("CHECKPOINT_DISABLE", "1")
        .env_remove("TF_WORKSPACE")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "terraform {arguments:?} in {}: {}{}",
        folder.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Compares a value with what Terraform knows of it before apply.
fn compare(node: &Node, known: &Json, unknown: &Json, path: &str, wrong: &mut Vec<String>) {
    if *unknown == Json::Bool(true) {
        if !matches!(node.value, Value::Unknown(_)) {
            wrong.push(format!(
                "{path}: unknown to Terraform, here {:?}",
                node.value
            ));
        }
        return;
    }
    match (&node.value, known) {
        (Value::Null, Json::Null) => {}
        (Value::Bool(a), Json::Bool(b)) if a == b => {}
        (Value::String(a), Json::String(b)) if **a == **b => {}
        (Value::Number(a), Json::Number(b)) if Some(a.as_f64()) == b.as_f64() => {}
        (Value::List(items), Json::Array(known)) if items.len() == known.len() => {
            for (index, (item, known)) in items.iter().zip(known).enumerate() {
                let unknown = &unknown[index];
                compare(item, known, unknown, &format!("{path}[{index}]"), wrong);
            }
        }
        (Value::Map(map), Json::Object(known)) => {
            let mut names: Vec<&str> = map.iter().map(|(name, _)| name).collect();
            names.extend(known.keys().map(String::as_str));
            if let Json::Object(unknown) = unknown {
                names.extend(unknown.keys().map(String::as_str));
            }
            names.sort_unstable();
            names.dedup();
            for name in names {
                let below = format!("{path}.{name}");
                let not_known = unknown.get(name).unwrap_or(&Json::Null);
                match (map.get(name), known.get(name)) {
                    (Some(node), known) if known.is_some() || *not_known == true => {
                        compare(node, known.unwrap_or(&Json::Null), not_known, &below, wrong);
                    }
                    (Some(node), _) => {
                        wrong.push(format!("{below}: not of Terraform, here {:?}", node.value));
                    }
                    (None, known) => wrong.push(format!("{below}: {known:?}, here nothing")),
                }
            }
        }
        (value, known) => wrong.push(format!("{path}: {known}, here {value:?}")),
    }
}

fn check(name: &str) -> Vec<String> {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let mut files = MemoryFiles::new();
    copy(&fixtures().join(name), folder, "", &mut files);
    std::fs::write(folder.join("empty.tfrc"), "").unwrap();
    terraform(folder, &["init", "-input=false", "-no-color"]);
    terraform(folder, &["plan", "-input=false", "-no-color", "-out=plan"]);
    let plan: Json =
        serde_json::from_slice(&terraform(folder, &["show", "-json", "plan"])).unwrap();

    let mut sources = SourceMap::new();
    let loaded = load(&files, "", &Options::default(), &mut sources);
    let mut wrong: Vec<String> = loaded
        .diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.code.as_str(), diagnostic.message))
        .collect();
    outputs(&loaded, &plan, &mut wrong);
    resources(&loaded, &plan, &mut wrong);
    wrong
        .iter()
        .map(|wrong| format!("{name}: {wrong}"))
        .collect()
}

fn outputs(loaded: &Loaded, plan: &Json, wrong: &mut Vec<String>) {
    let changes = plan["output_changes"].as_object().unwrap();
    let mut seen = 0;
    for block in &loaded.blocks {
        if block.mode != Mode::Output || !block.module.is_empty() {
            continue;
        }
        // An output that is null is none to Terraform.
        let null = serde_json::json!({"after": null});
        let change = changes.get(&*block.name).unwrap_or(&null);
        let value = block.body.get("value").unwrap();
        compare(
            value,
            &change["after"],
            &change["after_unknown"],
            &block.name,
            wrong,
        );
        seen += usize::from(changes.contains_key(&*block.name));
    }
    if seen != changes.len() {
        wrong.push(format!("{} outputs, here {seen}", changes.len()));
    }
}

fn resources(loaded: &Loaded, plan: &Json, wrong: &mut Vec<String>) {
    let none = Vec::new();
    let changes = plan["resource_changes"].as_array().unwrap_or(&none);
    let resources: Vec<_> = loaded
        .blocks
        .iter()
        .filter(|block| block.mode == Mode::Resource)
        .collect();
    if resources.len() != changes.len() {
        wrong.push(format!(
            "{} resources, here {}",
            changes.len(),
            resources.len()
        ));
    }
    for change in changes {
        let address = change["address"].as_str().unwrap();
        let Some(block) = resources.iter().find(|block| block.address == address) else {
            wrong.push(format!("{address}: not here"));
            continue;
        };
        for name in ["input", "triggers_replace"] {
            let Some(node) = block.body.get(name) else {
                continue;
            };
            let change = &change["change"];
            let (known, unknown) = (&change["after"][name], &change["after_unknown"][name]);
            compare(node, known, unknown, &format!("{address}.{name}"), wrong);
        }
    }
}

#[test]
fn values_are_those_that_terraform_plans() {
    if Command::new(program()).arg("version").output().is_err() {
        println!("left out: there is no terraform");
        assert!(std::env::var_os("CI").is_none(), "terraform is missing");
        return;
    }
    let mut names: Vec<String> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let wrong: Vec<String> = names.iter().flat_map(|name| check(name)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
