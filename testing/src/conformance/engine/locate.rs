//! Where the engines are.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::Engine;

/// The pins, by which a folder of the cache is recognised (`scripts/engines.sh` leaves a copy in it).
const KYVERNO_PINS: &str = include_str!("../../../engines/kyverno/go.mod");
const CHECKOV_PINS: &str = include_str!("../../../engines/checkov/requirements.txt");
const CLUSTER_PINS: &str = concat!(
    include_str!("../../../engines/kube/go.mod"),
    include_str!("../../../engines/kyverno/go.mod")
);

/// Paths of both engines' programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engines {
    /// Kyverno's command line.
    pub kyverno: PathBuf,
    /// `bin/checkov` of a virtual environment, with its `python` beside it.
    pub checkov: PathBuf,
}

/// An engine that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which one.
    pub engine: Engine,
    /// Where it was looked for, and what to do.
    pub reason: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not installed: {}", self.engine, self.reason)
    }
}

impl std::error::Error for Missing {}

impl Engines {
    /// Looks for both engines as [`Engine::locate`] does.
    ///
    /// # Errors
    /// The first that is missing. What that means is the caller's choice: a visible line for a person at a
    /// keyboard, a failure where `CI` is `true` (see [`Missing::is_failure`]).
    pub fn locate() -> Result<Self, Missing> {
        Ok(Self {
            kyverno: Engine::Kyverno.locate()?,
            checkov: Engine::Checkov.locate()?,
        })
    }
}

impl Missing {
    /// Whether a missing engine must fail the run rather than be left out: in continuous integration, where
    /// nobody reads a line that says so.
    #[must_use]
    pub fn is_failure() -> bool {
        env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
    }
}

impl Engine {
    /// The variable that names the program outright.
    const fn variable(self) -> &'static str {
        match self {
            Self::Kyverno => "POLICYC_KYVERNO",
            Self::Checkov => "POLICYC_CHECKOV",
            Self::Cluster => "POLICYC_CLUSTER",
        }
    }

    /// The program: from `POLICYC_KYVERNO`, `POLICYC_CHECKOV` or `POLICYC_CLUSTER`, else from the cache
    /// that `scripts/engines.sh` fills, if it holds exactly the versions this program was built against.
    /// The cluster's is its API server; the others are beside it.
    ///
    /// # Errors
    /// Says where it was looked for.
    pub fn locate(self) -> Result<PathBuf, Missing> {
        let missing = |reason: String| Missing {
            engine: self,
            reason,
        };
        if let Some(path) = env::var_os(self.variable()).filter(|value| !value.is_empty()) {
            let path = PathBuf::from(path);
            return match path.canonicalize() {
                Ok(found) if found.is_file() => {
                    std::path::absolute(&path).map_err(|error| missing(error.to_string()))
                }
                Ok(_) | Err(_) => Err(missing(format!(
                    "`{}` is `{}`, which is no file",
                    self.variable(),
                    path.display()
                ))),
            };
        }
        let Some(cache) = cache() else {
            return Err(missing(format!(
                "set `{}`, or `HOME` to where a cache may be",
                self.variable()
            )));
        };
        let (pins, program) = match self {
            Self::Kyverno => (KYVERNO_PINS, "kyverno"),
            Self::Checkov => (CHECKOV_PINS, "venv/bin/checkov"),
            Self::Cluster => (CLUSTER_PINS, "bin/kube-apiserver"),
        };
        find(&cache, &format!("{self}-"), pins, program).ok_or_else(|| {
            missing(format!(
                "run scripts/engines.sh, or set `{}`; looked in `{}`",
                self.variable(),
                cache.display()
            ))
        })
    }
}

/// The folder that `scripts/engines.sh` installs into.
fn cache() -> Option<PathBuf> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let root = set("POLICYC_ENGINES")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("policyc/engines")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/policyc/engines")))?;
    std::path::absolute(root).ok()
}

/// The program in the folder whose copy of the pins is `pins`.
fn find(cache: &Path, prefix: &str, pins: &str, program: &str) -> Option<PathBuf> {
    let folders = fs::read_dir(cache).ok()?;
    folders
        .filter_map(Result::ok)
        .filter(|folder| folder.file_name().to_string_lossy().starts_with(prefix))
        .map(|folder| folder.path())
        .find(|folder| {
            fs::read_to_string(folder.join("pins")).is_ok_and(|found| found == pins)
                && folder.join(program).is_file()
        })
        .map(|folder| folder.join(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pinned_version_is_found() {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("kyverno-0123");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("kyverno"), "").unwrap();
        let found = || find(cache.path(), "kyverno-", "pinned", "kyverno");
        assert_eq!(found(), None, "a folder without pins is unfinished");
        fs::write(folder.join("pins"), "older").unwrap();
        assert_eq!(found(), None, "another version");
        fs::write(folder.join("pins"), "pinned").unwrap();
        assert_eq!(found(), Some(folder.join("kyverno")));
    }
}
