//! `policyc init`

use std::path::{Path, PathBuf};

use clap::Args;
use policyc_project::FILE_NAME;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Create a project that builds and tests at once.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Folder of the project; the working directory when not given.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,

    /// Name of the project; the name of the folder when not given.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// The files of a new project: path and text, in which `@NAME@` stands for its name.
const FILES: &[(&str, &str)] = &[
    (FILE_NAME, include_str!("../../templates/init/policyc.yaml")),
    (".gitignore", include_str!("../../templates/init/gitignore")),
    (
        ".github/workflows/policies.yaml",
        include_str!("../../templates/init/ci/github.yaml"),
    ),
    (
        ".gitlab-ci.yml",
        include_str!("../../templates/init/ci/gitlab.yaml"),
    ),
    (
        "policies/trusted-registries/trusted-registries.policy",
        include_str!("../../templates/init/policies/trusted-registries.policy"),
    ),
    (
        "policies/trusted-registries/trusted-registries.test.yaml",
        include_str!("../../templates/init/policies/trusted-registries.test.yaml"),
    ),
    (
        "policies/trusted-registries/pass/workloads.yaml",
        include_str!("../../templates/init/policies/pass.yaml"),
    ),
    (
        "policies/trusted-registries/fail/workloads.yaml",
        include_str!("../../templates/init/policies/fail.yaml"),
    ),
];

pub(crate) fn run(args: &InitArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let folder = &args.folder;
    let name = match &args.name {
        Some(name) => checked(name)?,
        None => folder_name(folder),
    };
    if let Some((path, _)) = FILES.iter().find(|(path, _)| folder.join(path).exists()) {
        let message = format!(
            "`{}` exists already; nothing was written",
            folder.join(path).display()
        );
        return Err(Failure::new(message).help("choose another folder: `policyc init FOLDER`"));
    }
    for (path, text) in FILES {
        let full = folder.join(path);
        if let Some(parent) = full.parent() {
            std::fs::create_dir_all(parent).map_err(|e| Failure::io("create", parent, &e))?;
        }
        std::fs::write(&full, text.replace("@NAME@", &name))
            .map_err(|error| Failure::io("write", &full, &error))?;
        terminal.say(&format!("created {}\n", full.display()));
    }
    let step = if folder == Path::new(".") {
        String::new()
    } else {
        format!("cd {} && ", folder.display())
    };
    terminal.say(&format!("\nNext: {step}policyc test && policyc build\n"));
    Ok(Exit::Clean)
}

fn checked(name: &str) -> Result<String, Failure> {
    let good = !name.is_empty()
        && name.len() <= 63
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if good {
        return Ok(name.to_owned());
    }
    let message = format!("`{name}` is no name for a project");
    Err(Failure::new(message).help("use up to 63 letters, digits, `-`, `_` and `.`"))
}

fn folder_name(folder: &Path) -> String {
    let full = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let name = full
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.and_then(|name| checked(&name).ok())
        .unwrap_or_else(|| "policies".to_owned())
}
