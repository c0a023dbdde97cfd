//! `policyc check`

use clap::Args;
use policyc_diagnostics::to_json;

use crate::args::SelectArgs;
use crate::commands::MessageFormat;
use crate::exit::{Exit, Failure};
use crate::session::Session;
use crate::terminal::{Terminal, counted};

/// Check policies: every mistake of every file in one run.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    select: SelectArgs,

    /// How diagnostics are written: for people on standard error, or as a JSON array on standard
    /// output.
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    format: MessageFormat,

    /// Take warnings for errors.
    #[arg(long)]
    deny_warnings: bool,
}

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let session = Session::open(&args.select)?;
    match args.format {
        MessageFormat::Human => {
            session.show(terminal);
            if session.diagnostics.is_empty() {
                let policies = session.program.policies.len();
                let rules: usize = session.program.policies.iter().map(|p| p.rules.len()).sum();
                terminal.say(&format!(
                    "{} with {}: no mistakes\n",
                    counted(policies, "policy"),
                    counted(rules, "rule")
                ));
            }
        }
        MessageFormat::Json => {
            let list = to_json(&session.diagnostics, &session.sources.map);
            let text = serde_json::to_string_pretty(&list)
                .map_err(|error| Failure::new(format!("cannot write diagnostics: {error}")))?;
            terminal.print(&format!("{text}\n"))?;
        }
    }
    let refused = session.has_errors() || (args.deny_warnings && !session.diagnostics.is_empty());
    Ok(if refused { Exit::Mistake } else { Exit::Clean })
}
