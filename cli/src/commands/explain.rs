//! `policyc explain`

use clap::Args;
use policyc_diagnostics::Code;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Explain the code of a diagnostic.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as E0203; without one, all codes are listed.
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let Some(text) = &args.code else {
        let list: String = Code::ALL
            .iter()
            .map(|code| format!("{code}  {}\n", code.name()))
            .collect();
        terminal.print(&list)?;
        return Ok(Exit::Clean);
    };
    let code = Code::parse(text).ok_or_else(|| {
        Failure::new(format!("there is no code `{text}`")).help("`policyc explain` lists all codes")
    })?;
    terminal.print(code.explanation())?;
    Ok(Exit::Clean)
}
