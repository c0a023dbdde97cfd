//! `docs/reference/cli.md`, and the JSON Schemas: what the built command line says itself.

use std::path::Path;
use std::process::Command;

use super::Page;
use super::markdown::{NOTE, block};

/// Files with a JSON Schema.
const SCHEMAS: &[&str] = &["project", "suite", "report"];

pub(super) fn pages(policyc: &Path) -> Result<Vec<Page>, String> {
    let overview = run(policyc, &["--help"])?;
    let commands = commands(&overview);
    if commands.is_empty() {
        return Err("`policyc --help` names no command".to_owned());
    }
    let mut text = format!("{NOTE}# Commands\n\n{}", block("text", &overview));
    for command in commands {
        let help = run(policyc, &[command, "--help"])?;
        text.push_str(&format!(
            "\n## policyc {command}\n\n{}",
            block("text", &help)
        ));
    }
    let mut pages = vec![Page::new("docs/reference/cli.md", text)];
    for of in SCHEMAS {
        let path = format!("docs/reference/{of}.schema.json");
        pages.push(Page::new(path, run(policyc, &["schema", of])?));
    }
    Ok(pages)
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<&str> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect()
}

fn run(policyc: &Path, arguments: &[&str]) -> Result<String, String> {
    let shown = format!("policyc {}", arguments.join(" "));
    let output = Command::new(policyc)
        .args(arguments)
        .env_remove("COLUMNS")
        .output()
        .map_err(|error| format!("cannot run `{}`: {error}", policyc.display()))?;
    if !output.status.success() {
        let problem = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("`{shown}` fails: {problem}"));
    }
    let text =
        String::from_utf8(output.stdout).map_err(|_| format!("`{shown}` does not print UTF-8"))?;
    // clap pads empty lines.
    Ok(text
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect())
}
