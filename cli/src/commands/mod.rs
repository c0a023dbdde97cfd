//! The commands, one file each.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod scan;
pub(crate) mod schema;
pub(crate) mod test;

use clap::ValueEnum;

use crate::args::Command;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Runs a command.
///
/// # Errors
/// When it could not be carried out, for a reason that no diagnostic has told yet.
pub(crate) fn run(command: Command, terminal: &Terminal) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => init::run(&args, terminal),
        Command::Check(args) => check::run(&args, terminal),
        Command::Test(args) => test::run(&args, terminal),
        Command::Build(args) => build::run(&args, terminal),
        Command::Scan(args) => scan::run(&args, terminal),
        Command::List(args) => list::run(&args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Schema(args) => schema::run(&args, terminal),
    }
}

/// How a command writes what it has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// Text for people.
    Human,
    /// JSON, on standard output.
    Json,
}
