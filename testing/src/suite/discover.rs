//! Finding suites and reading them.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use policyc_diagnostics::{Code, Diagnostic, SourceId, SourceMap, Span};
use policyc_project::{contain, from_yaml, shown};

use super::format::{SUFFIX, SuiteFile};

/// Deepest folder below a root that is looked into.
const MAX_DEPTH: usize = 32;

/// A suite on disk.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub source: SourceId,
    /// The folder in which what it names must lie.
    pub root: PathBuf,
    /// What it says.
    pub file: SuiteFile,
    /// The policy source it tests.
    pub policy: PathBuf,
}

impl Suite {
    /// The folder that its paths are relative to.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The place in its text where `words` stand, for a diagnostic; the start of the text where
    /// they are not found literally.
    #[must_use]
    pub fn place_of(&self, map: &SourceMap, words: &str) -> Span {
        let text = map
            .get(self.source)
            .map(|file| file.text().clone())
            .unwrap_or_default();
        let at = text.find(words);
        let start = u32::try_from(at.unwrap_or(0)).unwrap_or(0);
        let length = at
            .and_then(|_| u32::try_from(words.len()).ok())
            .unwrap_or(0);
        Span::new(self.source, start, start + length)
    }
}

/// The suites at `paths` (files, and folders with all that lies below), ordered by path. What a
/// suite names must lie in its root of `roots`, which lie not in each other.
pub fn discover(
    roots: &[PathBuf],
    paths: &[PathBuf],
    map: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Suite> {
    let mut found = Vec::new();
    for path in paths {
        let walk = WalkBuilder::new(path)
            .require_git(false)
            .max_depth(Some(MAX_DEPTH))
            .sort_by_file_path(Path::cmp)
            .build();
        for entry in walk.flatten() {
            let is_suite = entry.file_name().to_string_lossy().ends_with(SUFFIX);
            if is_suite && entry.file_type().is_some_and(|kind| kind.is_file()) {
                found.push(entry.into_path());
            }
        }
    }
    found.sort();
    found.dedup();
    let mut suites = Vec::new();
    for path in found {
        match read(roots, &path, map) {
            Ok(suite) => suites.push(suite),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    suites
}

fn read(roots: &[PathBuf], path: &Path, map: &mut SourceMap) -> Result<Suite, Box<Diagnostic>> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot read `{}`: {error}", shown(path));
        Box::new(Diagnostic::global(Code::E0801, message))
    })?;
    let source = map.add(shown(path), text.as_str());
    let file: SuiteFile = from_yaml(&text, source, Code::E0801)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let root = roots.iter().find(|root| path.starts_with(root));
    let root = root.map_or_else(|| folder.to_owned(), Clone::clone);
    let mut suite = Suite {
        path: path.to_owned(),
        root,
        source,
        file,
        policy: PathBuf::new(),
    };
    let name = suite.file.policy.clone();
    let refused = |suite: &Suite, why: &str| {
        let span = suite.place_of(map, &name);
        Box::new(Diagnostic::new(
            Code::E0802,
            span,
            format!("the policy `{name}` {why}"),
        ))
    };
    suite.policy = contain(&suite.root, folder, &name)
        .map_err(|escape| refused(&suite, &format!("is refused: {escape}")))?;
    if !suite.policy.is_file() {
        let problem = *refused(&suite, "does not exist");
        return Err(Box::new(problem.help("paths are relative to the suite")));
    }
    Ok(suite)
}
