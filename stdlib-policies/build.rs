//! Collects the policy sources below this folder into one table, so that adding a policy is adding
//! a folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let mut paths = Vec::new();
    collect(&root, &root, &mut paths)?;
    paths.sort();
    let mut table = String::from("&[\n");
    for path in &paths {
        let absolute = root.join(path);
        writeln!(
            table,
            "    ({path:?}, include_str!({:?})),",
            absolute.display().to_string()
        )?;
    }
    table.push_str("]\n");
    std::fs::write(
        PathBuf::from(std::env::var("OUT_DIR")?).join("sources.rs"),
        table,
    )?;
    Ok(())
}

fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) -> std::io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path != root.join("src") {
                collect(root, &path, paths)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "policy")
            && let Ok(relative) = path.strip_prefix(root)
        {
            paths.push(relative.display().to_string().replace('\\', "/"));
        }
    }
    Ok(())
}
