//! The diagnostics of an example in an explanation.

use std::process::Command;

use policyc_diagnostics::{Code, SourceId};
use policyc_runtime::load::{Format, load};

use crate::block::Block;

/// The codes that the example gives, where it belongs; `policy` is a policy that it is about.
pub(crate) fn codes(code: Code, policy: Option<&Block>, block: &Block) -> Vec<String> {
    match code.as_str().get(1..3) {
        Some("07") => manifest(block),
        Some("08") => in_project(
            &[
                ("policyc.yaml", "name: a\n"),
                ("policies/a.test.yaml", &block.text),
            ],
            "test",
        ),
        _ => {
            let text = if block.text.contains("name:") {
                block.text.clone()
            } else {
                format!("name: a\n{}", block.text)
            };
            let policy = policy.map_or("", |policy| policy.text.as_str());
            let files = [
                ("policyc.yaml", text.as_str()),
                ("policies/a.policy", policy),
            ];
            in_project(&files, "build")
        }
    }
}

fn manifest(block: &Block) -> Vec<String> {
    let format = match block.language.as_str() {
        "json" => Format::Json,
        _ => Format::Auto,
    };
    let loaded = load(block.text.as_bytes(), SourceId(0), format);
    let warnings = loaded.documents.iter().filter_map(|it| it.warning());
    let diagnostics = loaded.diagnostics.iter().cloned().chain(warnings);
    diagnostics.map(|it| it.code.as_str().to_owned()).collect()
}

/// The codes on standard error of a command in a project of these files.
fn in_project(files: &[(&str, &str)], command: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_policyc"))
        .arg(command)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("error[")?.split_once(']'))
        .map(|(code, _)| code.to_owned())
        .collect()
}
