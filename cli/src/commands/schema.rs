//! `policyc schema`

use clap::{Args, ValueEnum};
use policyc_project::ProjectFile;
use policyc_testing::suite::SuiteFile;
use schemars::schema_for;

use crate::exit::{Exit, Failure};
use crate::report::model::ScanReport;
use crate::terminal::Terminal;

/// Print the JSON Schema of a file that policyc reads or writes.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The kind of file.
    #[arg(value_enum)]
    of: SchemaOf,
}

/// A file with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// The project file, policyc.yaml.
    Project,
    /// A suite, *.test.yaml.
    Suite,
    /// The report of `policyc scan --format json`.
    Report,
}

pub(crate) fn run(args: &SchemaArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let schema = match args.of {
        SchemaOf::Project => schema_for!(ProjectFile),
        SchemaOf::Suite => schema_for!(SuiteFile),
        SchemaOf::Report => schema_for!(ScanReport),
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Failure::new(format!("cannot write the schema: {error}")))?;
    terminal.print(&format!("{text}\n"))?;
    Ok(Exit::Clean)
}
