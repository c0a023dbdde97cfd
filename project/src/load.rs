//! From a project file, or from paths on the command line, to the sources of a compilation.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use policyc_diagnostics::{Code, Diagnostic, SourceId, SourceMap};

use crate::file::{FILE_NAME, ProjectFile};
use crate::{contain, from_yaml};

/// Longest policy source that is read, in bytes.
const MAX_SOURCE: u64 = 1 << 20;
/// Most policy sources of one project.
const MAX_SOURCES: usize = 10_000;
/// Deepest folder below a root that is looked into.
const MAX_DEPTH: usize = 32;

/// A project on disk.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder of the project file.
    pub root: PathBuf,
    /// What the project file says.
    pub file: ProjectFile,
    /// The text of the project file.
    pub source: SourceId,
}

/// One source file of a compilation.
#[derive(Debug, Clone)]
pub struct Module {
    /// What an `import` calls it: the path from the root with `.` for `/`, such as
    /// `policies.images`; modules of the library start with `std`.
    pub name: String,
    /// Where it lies; `None` for the library.
    pub path: Option<PathBuf>,
    /// Its text.
    pub source: SourceId,
    /// Whether its policies are compiled; of others only what they export is used.
    pub root: bool,
}

/// The sources of a compilation.
#[derive(Debug, Default)]
pub struct Sources {
    /// Every text.
    pub map: SourceMap,
    /// The modules, ordered by name.
    pub modules: Vec<Module>,
    /// What went wrong while reading.
    pub diagnostics: Vec<Diagnostic>,
}

/// The project file of the nearest folder at or above `start` that has one.
#[must_use]
pub fn find(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    start
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
}

/// The folders in which what is named must lie: that of the project, if there is one, and for each
/// path outside of it the folder that it is, or that holds it. None lies in another.
#[must_use]
pub fn roots_of(project: Option<&Path>, paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = project.map(Path::to_owned).into_iter().collect();
    for path in paths {
        let folder = if path.is_dir() {
            Some(path.as_path())
        } else {
            path.parent()
        };
        let Some(folder) = folder else { continue };
        if !roots.iter().any(|root| folder.starts_with(root)) {
            roots.retain(|root| !root.starts_with(folder));
            roots.push(folder.to_owned());
        }
    }
    roots
}

impl Project {
    /// Reads a project file.
    ///
    /// # Errors
    /// A diagnostic when it cannot be read or says what no project can.
    pub fn open(path: &Path, map: &mut SourceMap) -> Result<Self, Box<Diagnostic>> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("cannot read `{}`: {error}", shown(path));
            Box::new(Diagnostic::global(Code::E0501, message))
        })?;
        let source = map.add(shown(path), text.as_str());
        let file: ProjectFile = from_yaml(&text, source, Code::E0501)?;
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self { root, file, source })
    }

    /// The folder that `policyc build` writes to.
    ///
    /// # Errors
    /// A diagnostic when it lies outside the project, or is the project's own folder.
    pub fn output(&self) -> Result<PathBuf, Box<Diagnostic>> {
        let path = self.inside("output", &self.file.output)?;
        if path == self.root {
            let message = "`output` is the folder of the project itself";
            let help = "name a folder of its own, such as `output: dist`";
            return Err(Box::new(
                Diagnostic::global(Code::E0502, message).help(help),
            ));
        }
        Ok(path)
    }

    /// The texts of the files that `crds` names, each with its name.
    ///
    /// # Errors
    /// A diagnostic for each pattern that matches nothing and each file that cannot be read.
    pub fn crds(&self) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
        let mut found = BTreeMap::new();
        let mut problems = Vec::new();
        for pattern in &self.file.crds {
            match self.files_matching("crds", pattern) {
                Ok(paths) if paths.is_empty() => {
                    let message = format!("no file matches `{pattern}` of `crds`");
                    problems.push(Diagnostic::global(Code::E0502, message));
                }
                Ok(paths) => {
                    for path in paths {
                        match std::fs::read_to_string(&path) {
                            Ok(text) => {
                                found.insert(shown(&path), text);
                            }
                            Err(error) => problems.push(unreadable(&path, &error)),
                        }
                    }
                }
                Err(problem) => problems.push(*problem),
            }
        }
        if problems.is_empty() {
            Ok(found.into_iter().collect())
        } else {
            Err(problems)
        }
    }

    fn files_matching(&self, key: &str, pattern: &str) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
        let invalid = |error: &dyn std::fmt::Display| {
            let message = format!("`{pattern}` of `{key}` is no valid pattern: {error}");
            Box::new(Diagnostic::global(Code::E0502, message))
        };
        // The part before the first wildcard says where to look, and must stay in the project.
        let fixed: PathBuf = Path::new(pattern)
            .components()
            .take_while(|part| {
                !part
                    .as_os_str()
                    .to_string_lossy()
                    .contains(['*', '?', '[', '{'])
            })
            .collect();
        let base = self.inside(key, &fixed.to_string_lossy())?;
        if base.is_file() {
            return Ok(vec![base]);
        }
        let glob = globset::GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| invalid(&error))?
            .compile_matcher();
        let mut paths = Vec::new();
        for entry in WalkBuilder::new(&base)
            .standard_filters(false)
            .max_depth(Some(MAX_DEPTH))
            .sort_by_file_path(Path::cmp)
            .build()
        {
            let entry = entry.map_err(|error| invalid(&error))?;
            let relative = entry
                .path()
                .strip_prefix(&self.root)
                .unwrap_or(entry.path());
            if entry.file_type().is_some_and(|kind| kind.is_file()) && glob.is_match(relative) {
                paths.push(entry.into_path());
            }
        }
        Ok(paths)
    }

    fn inside(&self, key: &str, path: &str) -> Result<PathBuf, Box<Diagnostic>> {
        contain(&self.root, &self.root, path).map_err(|escape| {
            let message = format!("the path `{path}` of `{key}` is refused: {escape}");
            let help = "paths in a project file stay inside the folder of the project";
            Box::new(Diagnostic::global(Code::E0502, message).help(help))
        })
    }
}

impl Sources {
    /// The sources of a project: its own files, of which those that `sources` names are compiled,
    /// and the library, of which those that `library` names are, in the project file or here.
    #[must_use]
    pub fn of_project(project: &Project, library: &[String], map: SourceMap) -> Self {
        let mut sources = Self {
            map,
            ..Self::default()
        };
        let mut roots = Vec::new();
        for entry in &project.file.sources {
            match project.inside("sources", entry) {
                Ok(path) if path.exists() => roots.push(path),
                Ok(path) => {
                    let message = format!("`{}` of `sources` does not exist", shown(&path));
                    sources
                        .diagnostics
                        .push(Diagnostic::global(Code::E0502, message));
                }
                Err(problem) => sources.diagnostics.push(*problem),
            }
        }
        let compiled = |path: &Path| roots.iter().any(|root| path.starts_with(root));
        sources.read_folder(&project.root, &compiled);
        let library: Vec<String> = project
            .file
            .library
            .iter()
            .chain(library)
            .cloned()
            .collect();
        sources.add_library(&library);
        sources.finish()
    }

    /// The sources at paths of the command line: files, and folders with all that lies below. What
    /// they import is looked for below their root of `roots` (see [`roots_of`]). Of the library
    /// those modules are compiled that `library` names as globs.
    #[must_use]
    pub fn of_paths(
        roots: &[PathBuf],
        paths: &[PathBuf],
        library: &[String],
        map: SourceMap,
    ) -> Self {
        let mut sources = Self {
            map,
            ..Self::default()
        };
        for path in paths {
            if !path.exists() {
                let message = format!("`{}` does not exist", shown(path));
                sources
                    .diagnostics
                    .push(Diagnostic::global(Code::E0503, message));
            }
        }
        let compiled = |path: &Path| paths.iter().any(|root| path.starts_with(root));
        for root in roots {
            sources.read_folder(root, &compiled);
        }
        sources.add_library(library);
        sources.finish()
    }

    /// The library alone, its policies compiled.
    #[must_use]
    pub fn of_library(map: SourceMap) -> Self {
        let mut sources = Self {
            map,
            ..Self::default()
        };
        sources.add_library(&["*".to_owned()]);
        sources.finish()
    }

    /// Whether a text is of the embedded library.
    #[must_use]
    pub fn is_library(&self, source: SourceId) -> bool {
        self.modules
            .iter()
            .any(|module| module.source == source && module.path.is_none())
    }

    fn read_folder(&mut self, root: &Path, compiled: &dyn Fn(&Path) -> bool) {
        let walk = WalkBuilder::new(root)
            .hidden(true)
            .require_git(false)
            .max_depth(Some(MAX_DEPTH))
            .sort_by_file_path(Path::cmp)
            .build();
        let mut count = 0_usize;
        for entry in walk.flatten() {
            let path = entry.path();
            let is_policy = path
                .extension()
                .is_some_and(|extension| extension == "policy");
            if !is_policy || !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            count += 1;
            if count > MAX_SOURCES {
                let message = format!(
                    "more than {MAX_SOURCES} policy sources below `{}`",
                    shown(root)
                );
                self.diagnostics
                    .push(Diagnostic::global(Code::E0503, message));
                return;
            }
            if entry
                .metadata()
                .is_ok_and(|metadata| metadata.len() > MAX_SOURCE)
            {
                let message = format!("`{}` is larger than {MAX_SOURCE} bytes", shown(path));
                self.diagnostics
                    .push(Diagnostic::global(Code::E0503, message));
                continue;
            }
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    let source = self.map.add(shown(path), text);
                    self.modules.push(Module {
                        name: module_name(path.strip_prefix(root).unwrap_or(path)),
                        path: Some(path.to_owned()),
                        source,
                        root: compiled(path),
                    });
                }
                Err(error) => self.diagnostics.push(unreadable(path, &error)),
            }
        }
    }

    fn add_library(&mut self, globs: &[String]) {
        let mut matchers = Vec::new();
        for pattern in globs {
            match globset::Glob::new(pattern) {
                Ok(glob) => matchers.push((pattern, glob.compile_matcher(), false)),
                Err(error) => {
                    let message = format!("`{pattern}` of `library` is no valid pattern: {error}");
                    self.diagnostics
                        .push(Diagnostic::global(Code::E0502, message));
                }
            }
        }
        for (path, text) in policyc_stdlib::SOURCES {
            let name = library_module_name(path);
            let mut root = false;
            for (_, matcher, used) in &mut matchers {
                if matcher.is_match(&name) {
                    root = true;
                    *used = true;
                }
            }
            let source = self.map.add(format!("std/{path}"), *text);
            self.modules.push(Module {
                name,
                path: None,
                source,
                root,
            });
        }
        for (pattern, _, used) in &matchers {
            if !used {
                let message = format!("no module of the library matches `{pattern}`");
                let help = "`policyc list --std` names the modules of the library";
                self.diagnostics
                    .push(Diagnostic::global(Code::E0502, message).help(help));
            }
        }
    }

    fn finish(mut self) -> Self {
        self.modules.sort_by(|a, b| a.name.cmp(&b.name));
        self
    }
}

/// The name of the module at a path relative to its root.
fn module_name(relative: &Path) -> String {
    let parts = relative.with_extension("");
    let parts: Vec<_> = parts.iter().map(|part| part.to_string_lossy()).collect();
    parts.join(".")
}

/// The name of the module of the library at a path below its folder: `std`, then its folders; a
/// file that is named as its folder is that folder's module.
#[must_use]
pub fn library_module_name(path: &str) -> String {
    let name = module_name(Path::new(path));
    let mut parts: Vec<&str> = name.split('.').collect();
    if let [.., folder, file] = parts.as_slice()
        && folder == file
    {
        parts.pop();
    }
    format!("std.{}", parts.join("."))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::global(
        Code::E0503,
        format!("cannot read `{}`: {error}", shown(path)),
    )
}

/// A path as it is shown: relative to the working directory where it lies below it, with `/`.
#[must_use]
pub fn shown(path: &Path) -> String {
    let current = std::env::current_dir().ok();
    let relative = current
        .as_deref()
        .and_then(|current| path.strip_prefix(current).ok());
    relative
        .unwrap_or(path)
        .display()
        .to_string()
        .replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_modules() {
        assert_eq!(
            module_name(Path::new("policies/a/images.policy")),
            "policies.a.images"
        );
        assert_eq!(library_module_name("kubernetes.policy"), "std.kubernetes");
        assert_eq!(
            library_module_name("kubernetes/images/no-latest/no-latest.policy"),
            "std.kubernetes.images.no-latest"
        );
    }

    #[test]
    fn every_path_has_a_root() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["p/policies", "other/deep"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        let at = |path: &str| dir.path().join(path);
        let roots = |project: Option<&str>, paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| at(path)).collect();
            roots_of(project.map(at).as_deref(), &paths)
        };
        assert_eq!(roots(Some("p"), &["p/policies"]), [at("p")]);
        assert_eq!(
            roots(Some("p"), &["other/deep"]),
            [at("p"), at("other/deep")]
        );
        assert_eq!(
            roots(None, &["other/deep", "other", "p"]),
            [at("other"), at("p")]
        );
        assert_eq!(roots(None, &["p/x.policy"]), [at("p")]);
    }

    #[test]
    fn sources_of_several_folders() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
            std::fs::write(dir.path().join(name).join("x.policy"), "").unwrap();
        }
        let paths = [dir.path().join("a"), dir.path().join("b")];
        let sources = Sources::of_paths(&roots_of(None, &paths), &paths, &[], SourceMap::new());
        let own = sources
            .modules
            .iter()
            .filter(|module| module.path.is_some());
        assert_eq!(own.filter(|module| module.root).count(), 2);
    }

    #[test]
    fn output_stays_in_the_project() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        for (output, good) in [
            ("dist", true),
            ("../dist", false),
            ("/tmp/x", false),
            (".", false),
        ] {
            std::fs::write(&path, format!("name: p\noutput: {output}\n")).unwrap();
            let project = Project::open(&path, &mut SourceMap::new()).unwrap();
            assert_eq!(project.output().is_ok(), good, "{output}");
        }
    }
}
