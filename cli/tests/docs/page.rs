//! Checking one page.

use policyc_diagnostics::{Diagnostic, SourceMap};
use policyc_terraform::Options;
use policyc_terraform::files::MemoryFiles;
use std::path::Path;

use crate::block::{Block, blocks};
use crate::shell::{Shell, steady};
use crate::{compile, yaml};

/// How many blocks were checked, by how.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) compiled: usize,
    pub(crate) read: usize,
    pub(crate) run: usize,
    pub(crate) outputs: usize,
    pub(crate) left_out: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.compiled += other.compiled;
        self.read += other.read;
        self.run += other.run;
        self.outputs += other.outputs;
        self.left_out += other.left_out;
    }
}

/// What checking a page gave.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) counts: Counts,
    pub(crate) failures: Vec<String>,
    /// Texts that blocks should have, by the line of their fence.
    new_texts: Vec<(usize, String)>,
}

impl Checked {
    fn fail(&mut self, block: &Block, what: &str) {
        self.failures.push(format!("{}: {what}", block.place()));
    }

    fn output(&mut self, block: &Block, found: String, update: bool) {
        self.counts.outputs += 1;
        if steady(&block.text) == found {
            return;
        }
        if update {
            self.new_texts.push((block.line, found));
        } else {
            let expected = &block.text;
            let help = "`just docs` writes it anew";
            self.fail(
                block,
                &format!("{help}; the page says\n{expected}\nbut it is\n{found}"),
            );
        }
    }
}

/// Checks every block of a page.
pub(crate) fn check(path: &Path, update: bool) -> Checked {
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.strip_prefix(crate::workspace()).unwrap_or(path);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("page");
    let project = path.parent().unwrap();
    if project.join(policyc_project::FILE_NAME).exists() {
        copy(project, &root);
    } else {
        std::fs::create_dir(&root).unwrap();
    }
    let mut shell = Shell::new(&root, folder.path().join("state"));
    let mut checked = Checked::default();
    // What the last `sh` block printed, until something else is shown.
    let mut printed = None;
    for block in blocks(&name.display().to_string(), &text) {
        if let Some(file) = block.get("file") {
            let path = shell.folder().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &block.text).unwrap();
        }
        let before = printed.take();
        match block.language.as_str() {
            _ if block.get("no-run").is_some() => checked.counts.left_out += 1,
            "policy" => policy(&block, shell.folder(), &mut checked),
            "yaml" => match block.get("output") {
                Some(file) => match std::fs::read_to_string(shell.folder().join(file)) {
                    Ok(found) => checked.output(&block, steady(&found), update),
                    Err(error) => checked.fail(&block, &format!("{file}: {error}")),
                },
                None => {
                    checked.counts.read += 1;
                    if let Err(error) = yaml::check(&block) {
                        checked.fail(&block, &error);
                    }
                }
            },
            "json" => {
                checked.counts.read += 1;
                if let Err(error) = serde_json::from_str::<serde_json::Value>(&block.text) {
                    checked.fail(&block, &error.to_string());
                }
            }
            "sh" => {
                checked.counts.run += 1;
                let (code, output) = shell.run(&block.text);
                if code.to_string() != block.get("exit").unwrap_or("0") {
                    checked.fail(&block, &format!("it exits with {code}\n{output}"));
                }
                printed = Some(output);
            }
            "hcl" => {
                checked.counts.read += 1;
                for error in mistakes_of_terraform(&block.text) {
                    checked.fail(&block, &error);
                }
            }
            "text" => match before {
                Some(output) => checked.output(&block, steady(&output), update),
                None => checked.fail(&block, "there is no `sh` block before it"),
            },
            other => checked.fail(&block, &format!("nothing checks the language `{other}`")),
        }
    }
    if !checked.new_texts.is_empty() {
        std::fs::write(path, rewritten(&text, &checked.new_texts)).unwrap();
    }
    checked
}

/// Copies a project without what was built of it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.ends_with("dist") {
            continue;
        }
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

fn policy(block: &Block, folder: &Path, checked: &mut Checked) {
    checked.counts.compiled += 1;
    let compiled = match block.get("file") {
        Some(file) => compile::file(folder, &folder.join(file)),
        None => compile::block(block),
    };
    let mut codes: Vec<&str> = compiled.codes.iter().map(|code| code.as_str()).collect();
    codes.dedup();
    if codes.join(" ") != block.get("gives").unwrap_or("") {
        checked.fail(block, &format!("it gives\n{}", compiled.text));
    }
}

/// The page with other texts in the blocks that begin at these lines.
fn rewritten(text: &str, new_texts: &[(usize, String)]) -> String {
    let mut out = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if let Some((_, new)) = new_texts.iter().find(|(line, _)| *line == at + 1) {
            out.push_str(new);
            for (_, line) in lines.by_ref() {
                if line == "```" {
                    break;
                }
            }
            out.push_str("```\n");
        }
    }
    out
}

/// What is wrong with a configuration of Terraform.
fn mistakes_of_terraform(text: &str) -> Vec<String> {
    let files: MemoryFiles = [("main.tf", text)].into_iter().collect();
    let loaded = policyc_terraform::load(&files, "", &Options::default(), &mut SourceMap::new());
    let errors = loaded.diagnostics.into_iter().filter(Diagnostic::is_error);
    errors.map(|diagnostic| diagnostic.message).collect()
}
