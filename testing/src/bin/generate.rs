//! Writes the generated pages of `docs/`, or checks that they are up to date.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use policyc_testing::generate::{pages, stale, write};

/// Write the generated pages of docs/.
#[derive(Debug, Parser)]
struct Args {
    /// Write nothing; fail when a page is out of date.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<bool, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = pages(&root, &policyc(&root)?)?;
    let stale = stale(&root, &pages)?;
    if args.check {
        for path in &stale {
            eprintln!("{path} is out of date; `just docs` writes it");
        }
        return Ok(stale.is_empty());
    }
    write(&root, &pages)?;
    for path in &stale {
        println!("{path}");
    }
    println!("{} pages, {} written", pages.len(), stale.len());
    Ok(true)
}

/// The command line of the same sources: built if need be, beside this program.
fn policyc(root: &Path) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = own.parent().ok_or("this program lies in no folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "policyc"]);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    let status = build.current_dir(root).status();
    match status {
        Ok(status) if status.success() => {
            let name = format!("policyc{}", std::env::consts::EXE_SUFFIX);
            Ok(folder.join(name))
        }
        Ok(status) => Err(format!("`policyc` does not build: {status}")),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}
