//! The files that are scanned, as the caller gives them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A tree of files. Paths are relative to the scanned folder, separated by `/`, without `.` and
/// `..`; the scanned folder itself is the empty path.
pub trait Files: Sync {
    /// What lies directly in a folder, in the order of the names.
    ///
    /// # Errors
    ///
    /// When there is no such folder, or it cannot be read.
    fn list(&self, folder: &str) -> Result<Listing, Unreadable>;

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it cannot be read.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, Unreadable>;
}

/// The names in a folder, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Of the files.
    pub files: Vec<String>,
    /// Of the folders.
    pub folders: Vec<String>,
}

/// Why a file or folder cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// There is none.
    Missing,
    /// It is there, but: "is larger than 4 MiB", "is a link that leads out of the folder".
    Refused(String),
}

/// Files in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl MemoryFiles {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl AsRef<[u8]>) {
        self.files.insert(path.into(), Arc::from(bytes.as_ref()));
    }
}

impl<P: Into<String>, B: AsRef<[u8]>> FromIterator<(P, B)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut memory = Self::new();
        for (path, bytes) in files {
            memory.add(path, bytes);
        }
        memory
    }
}

impl Files for MemoryFiles {
    fn list(&self, folder: &str) -> Result<Listing, Unreadable> {
        let mut files = BTreeSet::new();
        let mut folders = BTreeSet::new();
        for path in self.files.keys() {
            let below = match folder {
                "" => Some(path.as_str()),
                folder => path
                    .strip_prefix(folder)
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            match below.map(|below| below.split_once('/')) {
                None => {}
                Some(None) => {
                    files.extend(below.map(str::to_owned));
                }
                Some(Some((name, _))) => {
                    folders.insert(name.to_owned());
                }
            }
        }
        if files.is_empty() && folders.is_empty() {
            return Err(Unreadable::Missing);
        }
        Ok(Listing {
            files: files.into_iter().collect(),
            folders: folders.into_iter().collect(),
        })
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, Unreadable> {
        self.files.get(path).cloned().ok_or(Unreadable::Missing)
    }
}
