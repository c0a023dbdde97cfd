//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{build, check, explain, init, list, scan, schema, test};

/// Write a policy once, test it, and build it for Kyverno, the API server and Checkov.
#[derive(Debug, Parser)]
#[command(
    name = "policyc",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit codes: 0 clean, 1 findings or failed tests, 2 a mistake in the \
    arguments or the sources.\n`policyc COMMAND --help` says more."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours; `auto` is on a terminal unless NO_COLOR is set.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a project that builds and tests at once.
    Init(init::InitArgs),
    /// Check policies: every mistake of every file in one run.
    Check(check::CheckArgs),
    /// Run the suites of policies.
    Test(test::TestArgs),
    /// Write the files of every target into the output folder.
    Build(build::BuildArgs),
    /// Evaluate policies on manifests and Terraform files.
    Scan(scan::ScanArgs),
    /// List policies and their rules.
    List(list::ListArgs),
    /// Explain the code of a diagnostic, such as E0203.
    Explain(explain::ExplainArgs),
    /// Print the JSON Schema of a file that policyc reads or writes.
    Schema(schema::SchemaArgs),
}

/// Which policies a command is about.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SelectArgs {
    /// Policy sources or folders; without any, those of the project at or above the working
    /// directory.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// Which project, environment and library a command uses.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ProjectArgs {
    /// The project file, instead of the one at or above the working directory.
    #[arg(long, value_name = "FILE")]
    pub(crate) project: Option<PathBuf>,

    /// The environment of the project whose parameters and action are used.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
}
