//! Running the `sh` blocks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A shell that goes on from block to block in a folder of its own.
pub(crate) struct Shell {
    folder: PathBuf,
    state: PathBuf,
}

impl Shell {
    /// Starts in `folder`; `state` is a file of its own.
    pub(crate) fn new(folder: &Path, state: PathBuf) -> Self {
        Self {
            folder: folder.to_owned(),
            state,
        }
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs commands until one fails: the exit code, and what was printed.
    pub(crate) fn run(&mut self, script: &str) -> (i32, String) {
        let binary = Path::new(env!("CARGO_BIN_EXE_policyc"));
        let before = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{before}", binary.parent().unwrap().display());
        let script = format!("set -eu\nexec 2>&1\ntrap 'pwd > \"$STATE\"' EXIT\n{script}");
        let output = Command::new("sh")
            .arg("-c")
            .arg(script)
            .current_dir(&self.folder)
            .env("PATH", path)
            .env("STATE", &self.state)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let folder = std::fs::read_to_string(&self.state).unwrap();
        self.folder = PathBuf::from(folder.trim());
        let code = output.status.code().unwrap();
        (code, String::from_utf8(output.stdout).unwrap())
    }
}

/// Output without what differs from run to run: times, and the order of tests.
pub(crate) fn steady(text: &str) -> String {
    let mut lines: Vec<String> = text
        .trim_matches('\n')
        .lines()
        .map(|line| match line.split_once("finished in ") {
            Some((before, _)) => format!("{before}finished in 0.00s"),
            None => line.trim_end().to_owned(),
        })
        .collect();
    for tests in lines.chunk_by_mut(|a, b| a.starts_with("test ") && b.starts_with("test ")) {
        tests.sort();
    }
    lines.join("\n") + "\n"
}
