//! The generated pages of `docs/`: what the program knows about itself, written down.
//!
//! A page is a pure function of the sources and of the built command line, so that a test can tell
//! whether it is stale.

mod cli;
mod conformance;
mod diagnostics;
mod library;
mod markdown;
mod operators;
mod portability;
mod probes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders that hold generated pages only, below the folder of the repository.
const FOLDERS: &[&str] = &["docs/library", "docs/reference"];

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its path below the folder of the repository, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Page {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }
}

/// Every page, ordered by path; `policyc` is the built command line.
///
/// # Errors
/// When the library does not compile, or the command line cannot be run.
pub fn pages(root: &Path, policyc: &Path) -> Result<Vec<Page>, String> {
    let mut pages = library::pages(&root.join("stdlib-policies"))?;
    pages.push(diagnostics::page());
    pages.push(operators::page());
    pages.push(portability::page()?);
    pages.push(conformance::page(root)?);
    pages.extend(cli::pages(policyc)?);
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(pages)
}

/// Paths of the pages that are missing, differ, or are no longer generated.
///
/// # Errors
/// When a folder cannot be read.
pub fn stale(root: &Path, pages: &[Page]) -> Result<Vec<String>, String> {
    let mut stale: BTreeSet<String> = pages
        .iter()
        .filter(|page| {
            std::fs::read_to_string(root.join(&page.path)).ok() != Some(page.text.clone())
        })
        .map(|page| page.path.clone())
        .collect();
    stale.extend(left_over(root, pages)?);
    Ok(stale.into_iter().collect())
}

/// Writes the pages, and removes those that are no longer generated.
///
/// # Errors
/// When a file cannot be written or removed.
pub fn write(root: &Path, pages: &[Page]) -> Result<(), String> {
    for path in left_over(root, pages)? {
        let path = root.join(path);
        std::fs::remove_file(&path).map_err(|error| failed("remove", &path, &error))?;
    }
    for page in pages {
        let path = root.join(&page.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| failed("create", folder, &error))?;
        }
        std::fs::write(&path, &page.text).map_err(|error| failed("write", &path, &error))?;
    }
    Ok(())
}

/// Files in the folders of generated pages that none of them is.
fn left_over(root: &Path, pages: &[Page]) -> Result<Vec<String>, String> {
    let known: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    let mut found = Vec::new();
    for folder in FOLDERS {
        let path = root.join(folder);
        if !path.exists() {
            continue;
        }
        for file in files(&path)? {
            let relative = file.strip_prefix(root).unwrap_or(&file);
            let relative = relative.display().to_string().replace('\\', "/");
            if !known.contains(relative.as_str()) {
                found.push(relative);
            }
        }
    }
    Ok(found)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|error| failed("read", &folder, &error))?;
        for entry in entries {
            let path = entry
                .map_err(|error| failed("read", &folder, &error))?
                .path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} `{}`: {error}", path.display())
}
