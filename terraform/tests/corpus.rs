//! Every configuration of the corpora loads: whatever they say, nothing panics.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

use std::path::{Path, PathBuf};

use policyc_diagnostics::SourceMap;
use policyc_terraform::files::MemoryFiles;
use policyc_terraform::{Options, load};

fn corpora() -> PathBuf {
    std::env::var_os("POLICYC_CORPORA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"),
        PathBuf::from,
    )
}

/// The files below a folder that Terraform reads, and the folders that have some.
fn read(folder: &Path, path: &str, files: &mut MemoryFiles, folders: &mut Vec<String>) -> usize {
    let mut count = 0;
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            count += read(&entry.path(), &below, files, folders);
        } else if kind.is_file()
            && [".tf", ".tf.json", ".tfvars"]
                .iter()
                .any(|end| name.ends_with(end))
        {
            files.add(below, std::fs::read(entry.path()).unwrap());
            count += 1;
            if folders.last().is_none_or(|last| last != path) {
                folders.push(path.to_owned());
            }
        }
    }
    count
}

#[test]
fn every_configuration_loads() {
    let mut files = MemoryFiles::new();
    let mut folders = Vec::new();
    let count = read(&corpora(), "", &mut files, &mut folders);
    if count == 0 {
        println!("left out: there are no corpora");
        assert!(std::env::var_os("CI").is_none(), "the corpora are missing");
        return;
    }
    let (mut blocks, mut diagnostics) = (0, 0);
    for folder in &folders {
        let mut sources = SourceMap::new();
        let loaded = load(&files, folder, &Options::default(), &mut sources);
        for block in &loaded.blocks {
            let span = block.span;
            let text = sources.get(span.source).unwrap().text();
            assert!(text.get(span.range()).is_some(), "{}", block.address);
        }
        for diagnostic in &loaded.diagnostics {
            let place = diagnostic.span().and_then(|span| {
                let (name, position) = sources.locate(span)?;
                Some(format!("{name}:{}", position.line))
            });
            println!(
                "{} {} {}",
                diagnostic.code.as_str(),
                place.unwrap_or_default(),
                diagnostic.message
            );
        }
        blocks += loaded.blocks.len();
        diagnostics += loaded.diagnostics.len();
    }
    println!(
        "{count} files, {} folders, {blocks} blocks, {diagnostics} diagnostics",
        folders.len()
    );
    assert!(blocks > count, "most files have a block");
}
