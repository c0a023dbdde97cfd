//! `policyc list`

use clap::Args;
use policyc_ir::Severity;
use serde::Serialize;

use crate::args::SelectArgs;
use crate::commands::MessageFormat;
use crate::exit::{Exit, Failure};
use crate::session::Session;
use crate::terminal::Terminal;

/// List policies and their rules.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    select: SelectArgs,

    /// List the embedded library instead.
    #[arg(long, conflicts_with = "paths")]
    std: bool,

    /// Text for people, or a JSON array.
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    format: MessageFormat,
}

/// A policy in the list.
#[derive(Serialize)]
struct Listed<'a> {
    policy: &'a str,
    module: &'a str,
    title: &'a str,
    category: Option<&'a str>,
    severity: Severity,
    rules: Vec<&'a str>,
}

pub(crate) fn run(args: &ListArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let session = if args.std {
        Session::library()
    } else {
        Session::open(&args.select)?
    };
    if session.has_errors() {
        session.show(terminal);
        return Ok(Exit::Mistake);
    }
    let policies: Vec<Listed<'_>> = session
        .program
        .policies
        .iter()
        .map(|policy| Listed {
            policy: &policy.name,
            module: session
                .module_of(policy)
                .map_or("", |module| module.name.as_str()),
            title: &policy.metadata.title,
            category: policy.metadata.category.as_deref(),
            severity: policy.metadata.severity,
            rules: policy.rules.iter().map(|rule| rule.name.as_str()).collect(),
        })
        .collect();
    let text = match args.format {
        MessageFormat::Human => human(&policies),
        MessageFormat::Json => serde_json::to_string_pretty(&policies)
            .map_err(|error| Failure::new(format!("cannot write the list: {error}")))?,
    };
    terminal.print(&format!("{}\n", text.trim_end()))?;
    Ok(Exit::Clean)
}

fn human(policies: &[Listed<'_>]) -> String {
    let width = policies
        .iter()
        .map(|listed| listed.module.len())
        .max()
        .unwrap_or(0);
    let line = |listed: &Listed<'_>| {
        let severity = listed.severity.as_str();
        let title = policyc_diagnostics::printable(listed.title);
        format!("{:width$}  {severity:8}  {title}\n", listed.module)
    };
    policies.iter().map(line).collect()
}
