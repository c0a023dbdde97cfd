//! Every fenced code block of README.md, docs/ and diagnostics/explain/ is checked, by its language:
//!
//! - `policy` compiles without a diagnostic. `in="match Pod"`: the block stands in a rule with that
//!   line. `in="policy"`: it stands in a policy. `gives="W0302"`: it gives exactly these codes.
//! - `yaml` is a suite, a project file, a manifest or a CI file, by its keys, and is read as that.
//!   `part="suite"`: keys of a suite, `part="project"`: keys of a project file. `output="PATH"`: it is
//!   what that file has after the commands before it.
//! - `json` is JSON.
//! - `sh` runs in the folder of the page; it fails when `exit="…"` does not say so. `no-run="reason"`:
//!   it does not run.
//! - `text` after `sh` is what that printed.
//!
//! The folder of a page is empty; that of a project's README is a copy of the project.
//! `file="PATH"` writes a block to it first. `POLICYC_DOCS=update` writes the
//! outputs anew instead of comparing them.
//!
//! In explanation files the first example gives the code of the file, and later ones do not.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

mod block;
mod compile;
mod explained;
mod links;
mod page;
mod shell;
mod yaml;

use std::path::{Path, PathBuf};

use block::blocks;

/// The folder of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every page of the docs and of the examples, and the README.
fn all_pages() -> Vec<PathBuf> {
    let mut pages = vec![workspace().join("README.md")];
    let mut folders = vec![workspace().join("docs"), workspace().join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The pages that people write: what generated ones show is checked where they are made.
fn written_pages() -> Vec<PathBuf> {
    let docs = workspace().join("docs");
    let generated = [docs.join("library"), docs.join("reference")];
    let mut pages = all_pages();
    pages.retain(|page| !generated.iter().any(|folder| page.starts_with(folder)));
    pages
}

#[test]
fn links_lead_somewhere() {
    let (mut broken, mut links) = (Vec::new(), 0);
    for page in all_pages() {
        let (found, count) = links::broken(&page);
        broken.extend(found);
        links += count;
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(links > 50, "{links}");
}

#[test]
fn blocks_of_the_docs() {
    let update = std::env::var_os("POLICYC_DOCS").is_some_and(|value| value == "update");
    let pages = written_pages();
    let results: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = pages
            .iter()
            .map(|path| scope.spawn(move || page::check(path, update)))
            .collect();
        running
            .into_iter()
            .map(|page| page.join().unwrap())
            .collect()
    });
    let mut failures = Vec::new();
    let mut counts = page::Counts::default();
    for result in results {
        counts.add(&result.counts);
        failures.extend(result.failures);
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
    let ways = [counts.compiled, counts.read, counts.run, counts.outputs];
    assert!(ways.iter().all(|count| *count > 0), "{counts:?}");
    // Each has its reason in the page, and a reader who cannot try it.
    assert!(counts.left_out * 2 < counts.run, "{counts:?}");
}

/// In an explanation about manifests, suites or project files, the first example is wrong and the
/// others are right. Those with policies are checked beside the compiler.
#[test]
fn examples_of_the_explanations() {
    let mut failures = Vec::new();
    let mut shown = 0;
    for code in policyc_diagnostics::Code::ALL {
        let page = format!("diagnostics/explain/{code}.md");
        let blocks = blocks(&page, code.explanation());
        let data = blocks
            .iter()
            .filter(|it| ["yaml", "json"].contains(&it.language.as_str()));
        let data: Vec<_> = data.collect();
        if data.len() < 2 {
            continue;
        }
        let policy = blocks.iter().find(|it| it.language == "policy");
        for (number, block) in data.iter().enumerate() {
            let codes = explained::codes(*code, policy, block);
            if codes.contains(&code.as_str().to_owned()) != (number == 0) {
                failures.push(format!("{}: gives {codes:?}", block.place()));
            }
        }
        shown += 1;
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(shown >= 12, "{shown} codes have examples");
}
