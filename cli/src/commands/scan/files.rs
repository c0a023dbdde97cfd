//! Which files a scan reads.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use policyc_runtime::load::Format;
use policyc_runtime::load::limits::MAX_BYTES;

use super::terraform::Modules;
use crate::exit::Failure;

/// Deepest folder below a path that is looked into.
const MAX_DEPTH: usize = 64;

/// Something to scan.
#[derive(Debug)]
pub(crate) enum Source {
    /// A file.
    File(PathBuf),
    /// The bytes of standard input.
    Stdin(Vec<u8>),
    /// Folders with files of Terraform.
    Modules(Modules),
}

impl Source {
    /// Its name in reports.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => shown(path),
            Self::Stdin(_) => "<stdin>".to_owned(),
            Self::Modules(modules) => shown(&modules.root),
        }
    }

    /// What its name says that it is written in.
    pub(crate) fn format(&self) -> Format {
        match self {
            Self::File(path) if path.extension().is_some_and(|ext| ext == "json") => Format::Json,
            Self::File(_) | Self::Stdin(_) | Self::Modules(_) => Format::Auto,
        }
    }

    /// Its bytes.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than a manifest may be.
    pub(crate) fn read(&self) -> Result<std::borrow::Cow<'_, [u8]>, String> {
        match self {
            Self::Stdin(bytes) => Ok(bytes.into()),
            Self::Modules(_) => Err("it is a folder".to_owned()),
            Self::File(path) => {
                let failed = |error: std::io::Error| format!("cannot read it: {error}");
                let file = std::fs::File::open(path).map_err(failed)?;
                let expected = file.metadata().map_or(0, |metadata| metadata.len());
                if expected > MAX_BYTES as u64 {
                    return Err(format!("it has {expected} bytes, more than {MAX_BYTES}"));
                }
                let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0) + 1);
                // A pipe or a file that grows has no honest length.
                file.take(MAX_BYTES as u64 + 1)
                    .read_to_end(&mut bytes)
                    .map_err(failed)?;
                if bytes.len() > MAX_BYTES {
                    return Err(format!("it has more than {MAX_BYTES} bytes"));
                }
                Ok(bytes.into())
            }
        }
    }
}

/// What lies at the paths of the command line, ordered by path for each of them.
///
/// # Errors
/// When a path does not exist, or standard input cannot be read.
pub(crate) fn collect(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .take(MAX_BYTES as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| Failure::io("read", Path::new("<stdin>"), &error))?;
            sources.push(Source::Stdin(bytes));
        } else if path.is_dir() {
            walk(path, &mut sources)?;
        } else if path.exists() && is_terraform(path) {
            sources.push(Source::Modules(module_of(path)));
        } else if path.exists() {
            sources.push(Source::File(path.clone()));
        } else {
            return Err(Failure::new(format!("`{}` does not exist", path.display())));
        }
    }
    Ok(sources)
}

/// A path as reports name it.
pub(super) fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.display().to_string().replace('\\', "/")
}

/// Whether Terraform reads a file of this name.
fn is_terraform(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.ends_with(".tf") || name.ends_with(".tf.json"))
}

/// The module that a file belongs to, of which only what stands in the file is wanted.
fn module_of(file: &Path) -> Modules {
    let parent = file.parent().filter(|parent| *parent != Path::new(""));
    let name = file.file_name().unwrap_or_default();
    Modules {
        root: parent.unwrap_or(Path::new(".")).to_owned(),
        folders: BTreeSet::from([String::new()]),
        only: Some(name.to_string_lossy().into_owned()),
    }
}

fn walk(folder: &Path, sources: &mut Vec<Source>) -> Result<(), Failure> {
    let mut folders = BTreeSet::new();
    let walk = WalkBuilder::new(folder)
        .require_git(false)
        .follow_links(false)
        .max_depth(Some(MAX_DEPTH))
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walk {
        let entry = entry.map_err(|error| Failure::new(format!("cannot read: {error}")))?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if is_file && is_terraform(entry.path()) {
            let parent = entry.path().parent().unwrap_or(folder);
            let relative = parent.strip_prefix(folder).unwrap_or(Path::new(""));
            folders.insert(relative.display().to_string().replace('\\', "/"));
            continue;
        }
        let is_manifest = entry
            .path()
            .extension()
            .is_some_and(|ext| ext == "yaml" || ext == "yml" || ext == "json");
        if is_manifest && is_file {
            sources.push(Source::File(entry.into_path()));
        }
    }
    if !folders.is_empty() {
        sources.push(Source::Modules(Modules {
            root: folder.to_owned(),
            folders,
            only: None,
        }));
    }
    Ok(())
}
