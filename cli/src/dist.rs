//! The folder that `policyc build` writes: deterministic, each file whole or not at all, nothing
//! touched that has not changed, nothing removed that policyc did not write.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use policyc_project::contain;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

/// Name of the list of what policyc wrote, in the folder.
const MANIFEST: &str = ".policyc-manifest.json";

/// The list of what policyc wrote.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// Format of this file.
    version: u32,
    /// Paths below the folder, with `/`, ordered.
    files: BTreeSet<String>,
}

/// What a build changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Files whose text is new or different.
    pub(crate) written: Vec<String>,
    /// Files of an earlier build that are gone from this one.
    pub(crate) removed: Vec<String>,
    /// How many files were right already.
    pub(crate) unchanged: usize,
}

impl Changes {
    /// Whether the folder was up to date.
    pub(crate) fn is_empty(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// What writing `files` (text by path) to `folder` would change.
///
/// # Errors
/// When the folder cannot be read, or a file that policyc did not write is in the way.
pub(crate) fn compare(folder: &Path, files: &BTreeMap<String, String>) -> Result<Changes, Failure> {
    let ours = read_manifest(folder)?;
    let mut changes = Changes::default();
    for (path, text) in files {
        let full = folder.join(path);
        match std::fs::read(&full) {
            Ok(found) if found == text.as_bytes() => changes.unchanged += 1,
            Ok(_) if !ours.files.contains(path) => {
                let message = format!(
                    "`{}` is in the way: policyc did not write it",
                    full.display()
                );
                let help = "move it, or build into another folder with `--output`";
                return Err(Failure::new(message).help(help));
            }
            Ok(_) => changes.written.push(path.clone()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                changes.written.push(path.clone());
            }
            Err(error) => return Err(Failure::io("read", &full, &error)),
        }
    }
    changes.removed = ours
        .files
        .iter()
        .filter(|path| !files.contains_key(*path))
        .cloned()
        .collect();
    Ok(changes)
}

/// Writes `files` (text by path) to `folder` and removes what an earlier build left.
///
/// # Errors
/// As [`compare`], and when something cannot be written. Files already written stay, each whole;
/// the next build goes on from there.
pub(crate) fn write(folder: &Path, files: &BTreeMap<String, String>) -> Result<Changes, Failure> {
    let changes = compare(folder, files)?;
    let old = read_manifest(folder)?;
    let new = Manifest {
        version: 1,
        files: files.keys().cloned().collect(),
    };
    if !changes.is_empty() {
        std::fs::create_dir_all(folder).map_err(|error| Failure::io("create", folder, &error))?;
        // The list first names everything, old and new: a build that is interrupted leaves no file
        // that the next one would not know as its own.
        let files = old.files.union(&new.files).cloned().collect();
        write_manifest(folder, &Manifest { version: 1, files })?;
    }
    for path in &changes.written {
        let full = folder.join(path);
        if let Some(text) = files.get(path) {
            replace(&full, text)?;
        }
    }
    for path in &changes.removed {
        remove(folder, path)?;
    }
    if !changes.is_empty() || old.files != new.files {
        write_manifest(folder, &new)?;
    }
    Ok(changes)
}

fn remove(folder: &Path, path: &str) -> Result<(), Failure> {
    // The list could have been edited: it must not make policyc delete anything elsewhere.
    let full = contain(folder, folder, path).map_err(|escape| {
        let manifest = folder.join(MANIFEST);
        Failure::new(format!("`{}` names `{path}`: {escape}", manifest.display()))
    })?;
    match std::fs::remove_file(&full) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::io("remove", &full, &error));
        }
        _ => {}
    }
    // Folders that are empty now go too; a folder with anything else in it refuses.
    let mut parent = full.parent();
    while let Some(dir) = parent.filter(|dir| *dir != folder) {
        if std::fs::remove_dir(dir).is_err() {
            break;
        }
        parent = dir.parent();
    }
    Ok(())
}

fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let failed = |error: &std::io::Error| Failure::io("write", path, error);
    std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
    let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes())
        .map_err(|error| failed(&error))?;
    set_readable(file.as_file()).map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// A temporary file is for its owner alone; a build is for everybody.
#[cfg(unix)]
fn set_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

fn read_manifest(folder: &Path) -> Result<Manifest, Failure> {
    let path = folder.join(MANIFEST);
    match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| {
            let message = format!("`{}` is damaged: {error}", path.display());
            Failure::new(message).help("delete the output folder and build again")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Manifest::default()),
        Err(error) => Err(Failure::io("read", &path, &error)),
    }
}

fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let path = folder.join(MANIFEST);
    let mut text = serde_json::to_string_pretty(manifest)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
    text.push('\n');
    replace(&path, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn only_what_changed_is_written_and_only_what_was_ours_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("dist");
        let first = write(
            &folder,
            &files(&[("k/a.yaml", "1"), ("k/b.yaml", "2"), ("c/d.yaml", "3")]),
        );
        assert_eq!(first.unwrap().written.len(), 3);
        std::fs::write(folder.join("k/own.yaml"), "mine").unwrap();

        let second = write(
            &folder,
            &files(&[("k/a.yaml", "1"), ("k/b.yaml", "changed")]),
        )
        .unwrap();
        let expected = Changes {
            written: vec!["k/b.yaml".to_owned()],
            removed: vec!["c/d.yaml".to_owned()],
            unchanged: 1,
        };
        assert_eq!(second, expected);
        assert!(!folder.join("c").exists());
        assert_eq!(
            std::fs::read_to_string(folder.join("k/own.yaml")).unwrap(),
            "mine"
        );
        assert!(
            write(
                &folder,
                &files(&[("k/a.yaml", "1"), ("k/b.yaml", "changed")])
            )
            .unwrap()
            .is_empty()
        );
    }

    #[test]
    fn a_foreign_file_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.yaml"), "mine").unwrap();
        let error = write(dir.path(), &files(&[("a.yaml", "1")])).unwrap_err();
        assert!(error.message.contains("in the way"), "{error:?}");
        assert_eq!(
            std::fs::read_to_string(dir.path().join("a.yaml")).unwrap(),
            "mine"
        );
    }

    #[test]
    fn an_edited_list_deletes_nothing_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        std::fs::write(&victim, "x").unwrap();
        let folder = dir.path().join("dist");
        write(&folder, &files(&[("a.yaml", "1")])).unwrap();
        let list = r#"{"version": 1, "files": ["../victim", "a.yaml"]}"#;
        std::fs::write(folder.join(MANIFEST), list).unwrap();
        assert!(write(&folder, &files(&[])).is_err());
        assert!(victim.exists());
    }
}
