//! Paths that stay inside a folder.

use std::fmt;
use std::path::{Component, Path, PathBuf};

/// Why a path was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Escape {
    /// It is absolute, or leads upwards out of the folder.
    Outside,
    /// A symbolic link on the way leads out of the folder.
    Link,
    /// It holds a character that no path should, such as NUL or a newline.
    Unprintable,
}

impl fmt::Display for Escape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outside => "it leads out of the folder",
            Self::Link => "a symbolic link on the way leads out of the folder",
            Self::Unprintable => "it holds a control character",
        })
    }
}

/// `base/relative`, if that lies in `root`.
///
/// `..` may be used as long as the path stays inside. A path that does not exist is judged by its
/// text and by the part of it that exists.
///
/// # Errors
/// When the path is absolute or leaves `root`, by its text or through a symbolic link.
pub fn contain(root: &Path, base: &Path, relative: &str) -> Result<PathBuf, Escape> {
    if relative.chars().any(char::is_control) {
        return Err(Escape::Unprintable);
    }
    let relative = Path::new(relative);
    let mut inside: Vec<Component<'_>> = base
        .strip_prefix(root)
        .map_err(|_| Escape::Outside)?
        .components()
        .filter(|component| matches!(component, Component::Normal(_)))
        .collect();
    for component in relative.components() {
        match component {
            Component::Normal(_) => inside.push(component),
            Component::CurDir => {}
            Component::ParentDir => {
                inside.pop().ok_or(Escape::Outside)?;
            }
            Component::RootDir | Component::Prefix(_) => return Err(Escape::Outside),
        }
    }
    let path = root.join(inside.iter().collect::<PathBuf>());
    let real_root = root.canonicalize().map_err(|_| Escape::Outside)?;
    let mut existing = path.as_path();
    loop {
        if let Ok(real) = existing.canonicalize() {
            return if real.starts_with(&real_root) {
                Ok(path)
            } else {
                Err(Escape::Link)
            };
        }
        existing = existing.parent().ok_or(Escape::Outside)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        let base = root.join("a");
        assert_eq!(
            contain(root, &base, "b/x.yaml"),
            Ok(root.join("a/b/x.yaml"))
        );
        assert_eq!(contain(root, &base, "../x.yaml"), Ok(root.join("x.yaml")));
        assert_eq!(contain(root, &base, "./b/../b"), Ok(root.join("a/b")));
        assert_eq!(contain(root, &base, "../../x"), Err(Escape::Outside));
        assert_eq!(contain(root, &base, "/etc/passwd"), Err(Escape::Outside));
        assert_eq!(contain(root, &base, "a\nb"), Err(Escape::Unprintable));
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        let outside = tempfile::tempdir().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        std::os::unix::fs::symlink(outside.path(), root.join("link")).unwrap();
        assert_eq!(contain(root, root, "link/x.yaml"), Err(Escape::Link));
    }
}
