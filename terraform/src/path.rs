//! Paths inside the scanned folder, as text.

/// `name` below `folder`.
#[must_use]
pub(crate) fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}

/// The path that `path` means when it is written relative to `folder`, without `.` and `..`; none
/// when it leads out of the scanned folder.
#[must_use]
pub(crate) fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.starts_with('~') || path.contains(['\\', '\0']) {
        return None;
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// The way from `folder` to `to`, as Terraform writes the folder of a module: `.`, `modules/a`,
/// `../shared`.
#[must_use]
pub(crate) fn relative(folder: &str, to: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|step| !step.is_empty()).collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    let way: Vec<&str> = up.chain(to.iter().skip(common).copied()).collect();
    if way.is_empty() {
        ".".to_owned()
    } else {
        way.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::{relative, resolve};

    #[test]
    fn paths_do_not_leave_the_folder() {
        assert_eq!(resolve("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(resolve("a", "..").as_deref(), Some(""));
        assert_eq!(resolve("a", "../.."), None);
        assert_eq!(resolve("a", "../../a"), None);
        assert_eq!(resolve("", "/etc/passwd"), None);
        assert_eq!(resolve("", "a\\..\\b"), None);
    }

    #[test]
    fn folders_of_modules_are_relative_to_the_root_module() {
        assert_eq!(relative("infra", "infra"), ".");
        assert_eq!(relative("infra", "infra/modules/a"), "modules/a");
        assert_eq!(relative("infra/live", "infra/modules/a"), "../modules/a");
    }
}
