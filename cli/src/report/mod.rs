//! Reports of `policyc scan`: one model, one file a format.

pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod model;

use clap::ValueEnum;

use crate::exit::Failure;
use crate::terminal::Terminal;
use model::ScanReport;

/// A format of `policyc scan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// Text for people.
    Human,
    /// One JSON object; its schema is `policyc schema report`.
    Json,
}

/// Writes a report to standard output.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn print(
    report: &ScanReport,
    format: ScanFormat,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let text = match format {
        ScanFormat::Human => human::render(report, terminal.color_out),
        ScanFormat::Json => json::render(report)?,
    };
    terminal.print(&text)
}
