//! A folder of Terraform files on disk.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policyc_terraform::files::{Files, Listing, Unreadable};

use crate::paths::{Escape, contain};

/// Largest file that is read.
const MAX_BYTES: u64 = 16 << 20;

/// Most names in one folder.
const MAX_NAMES: usize = 100_000;

/// The files below a folder on disk. Nothing outside of it is read, not through symbolic links
/// either.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The files below `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn path(&self, relative: &str) -> Result<PathBuf, Unreadable> {
        contain(&self.root, &self.root, relative).map_err(|escape| match escape {
            Escape::Outside | Escape::Link | Escape::Unprintable => {
                Unreadable::Refused(escape.to_string())
            }
        })
    }
}

impl Files for Folder {
    fn list(&self, folder: &str) -> Result<Listing, Unreadable> {
        let entries = std::fs::read_dir(self.path(folder)?).map_err(|error| unreadable(&error))?;
        let mut listing = Listing::default();
        for entry in entries.take(MAX_NAMES) {
            let entry = entry.map_err(|error| unreadable(&error))?;
            // A name that is no text names no file of Terraform.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = entry.path();
            if path.is_dir() {
                listing.folders.push(name);
            } else if path.is_file() {
                listing.files.push(name);
            }
        }
        listing.files.sort();
        listing.folders.sort();
        Ok(listing)
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, Unreadable> {
        read(&self.path(path)?)
    }
}

fn read(path: &Path) -> Result<Arc<[u8]>, Unreadable> {
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(Unreadable::Refused("is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    // A file that grows has no honest length.
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Unreadable::Refused(format!(
            "is larger than {} MiB",
            MAX_BYTES >> 20
        )));
    }
    Ok(bytes.into())
}

fn unreadable(error: &std::io::Error) -> Unreadable {
    if error.kind() == std::io::ErrorKind::NotFound {
        Unreadable::Missing
    } else {
        Unreadable::Refused(format!("cannot be read: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_is_read_and_nothing_else() {
        let outer = tempfile::tempdir().unwrap();
        std::fs::write(outer.path().join("secret.txt"), "secret").unwrap();
        let root = outer.path().join("root");
        std::fs::create_dir_all(root.join("module")).unwrap();
        std::fs::write(root.join("main.tf"), "a").unwrap();
        std::fs::write(root.join("module/main.tf"), "b").unwrap();
        let folder = Folder::new(&root);
        let listing = folder.list("").unwrap();
        assert_eq!(listing.files, ["main.tf"]);
        assert_eq!(listing.folders, ["module"]);
        assert_eq!(&*folder.read("module/main.tf").unwrap(), b"b");
        assert_eq!(folder.read("none.tf"), Err(Unreadable::Missing));
        assert_eq!(folder.list("none").unwrap_err(), Unreadable::Missing);
        for outside in ["../secret.txt", "/etc/passwd", "module/../../secret.txt"] {
            assert!(
                matches!(folder.read(outside), Err(Unreadable::Refused(_))),
                "{outside}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        let outer = tempfile::tempdir().unwrap();
        std::fs::write(outer.path().join("secret.txt"), "secret").unwrap();
        let root = outer.path().join("root");
        std::fs::create_dir_all(&root).unwrap();
        std::os::unix::fs::symlink("../secret.txt", root.join("link.tf")).unwrap();
        let folder = Folder::new(&root);
        assert!(matches!(
            folder.read("link.tf"),
            Err(Unreadable::Refused(_))
        ));
    }
}
