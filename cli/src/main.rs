//! The binary `policyc`.
//!
//! Machine formats go to standard output, people's words to standard error. Exit codes: 0 clean,
//! 1 findings or failed tests, 2 the user's mistake, 101 a bug.

mod args;
mod commands;
mod dist;
mod exit;
mod report;
mod session;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let terminal = terminal::Terminal::new(cli.color);
    match commands::run(cli.command, &terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            terminal.failure(&failure);
            exit::Exit::Mistake.into()
        }
    }
}
