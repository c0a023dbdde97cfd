//! Sources that chance has changed: whatever they say, loading ends, and nothing panics.
//!
//! The same ones every time; `POLICYC_PROPERTY_CASES` asks for more.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

use std::path::Path;

use policyc_diagnostics::SourceMap;
use policyc_terraform::files::MemoryFiles;
use policyc_terraform::{Options, load};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What is put into texts: what has a meaning somewhere.
const PIECES: &[&str] = &[
    "${",
    "}",
    "%{",
    "%{if true}",
    "%{endif}",
    "%{for x in y}",
    "%{endfor}",
    "~",
    "{",
    "[",
    "(",
    ")",
    "]",
    "\"",
    "\n",
    "\\",
    "$",
    "=",
    "=>",
    ":",
    ",",
    "...",
    ".*",
    "[*]",
    ".0",
    "<<-EOT\n",
    "EOT",
    "\nEOT\n",
    "for x in ",
    "if ",
    "null",
    "true",
    "-",
    "!",
    "1e999",
    "0.1",
    "99999999999999999999",
    "count = 3\n",
    "for_each = local.a\n",
    "local.a",
    "var.x",
    "each.key",
    "module.m",
    "self",
    "path.module",
    "range(9)",
    "try(",
    "*",
    "/",
    "%",
    "&&",
    "||",
    "?",
    "#",
    "//",
    "/*",
    "*/",
    "\u{feff}",
    "é",
    "\0",
    "\r\n",
    "dynamic \"x\" {\n",
    "lifecycle {\n",
];

fn fixtures(folder: &Path, path: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        let below = if path.is_empty() {
            name
        } else {
            format!("{path}/{name}")
        };
        if entry.file_type().unwrap().is_dir() {
            fixtures(&entry.path(), &below, files);
        } else {
            files.push((below, std::fs::read(entry.path()).unwrap()));
        }
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=bytes.len());
        let end = bytes.len().min(at + random.random_range(0..40));
        match random.random_range(0..4) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            2 => {
                let piece: Vec<u8> = bytes[at..end].to_vec();
                let to = random.random_range(0..=bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.random();
                }
            }
        }
    }
}

#[test]
fn changed_sources_load() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut originals = Vec::new();
    fixtures(&root, "", &mut originals);
    let cases = std::env::var("POLICYC_PROPERTY_CASES");
    let cases = cases.map_or(300, |cases| cases.parse::<u64>().unwrap());
    for case in 0..cases {
        let mut random = ChaCha8Rng::seed_from_u64(case);
        let changed = random.random_range(0..originals.len());
        let mut files = MemoryFiles::new();
        let mut root = "";
        for (index, (path, bytes)) in originals.iter().enumerate() {
            let mut bytes = bytes.clone();
            if index == changed {
                root = path.split('/').next().unwrap();
                mutate(&mut bytes, &mut random);
            }
            files.add(path, bytes);
        }
        let mut sources = SourceMap::new();
        let loaded = load(&files, root, &Options::default(), &mut sources);
        for block in &loaded.blocks {
            let text = sources.get(block.span.source).unwrap().text();
            assert!(
                text.get(block.span.range()).is_some(),
                "case {case}: {}",
                block.address
            );
            assert!(
                text.get(block.header.range()).is_some(),
                "case {case}: {}",
                block.address
            );
        }
    }
}
