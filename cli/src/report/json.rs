//! The JSON report.

use crate::exit::Failure;
use crate::report::model::ScanReport;

/// The report as one JSON object, with a newline at the end.
pub(crate) fn render(report: &ScanReport) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(report)
        .map_err(|error| Failure::new(format!("cannot write the report: {error}")))?;
    text.push('\n');
    Ok(text)
}
