//! Configuration written in YAML, with mistakes shown at their place.

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};
use serde::de::DeserializeOwned;

/// Longest configuration file that is read, in bytes.
const MAX_LEN: usize = 4 << 20;

/// Reads a value from configuration text.
///
/// # Errors
/// A diagnostic of `code` at the place of the mistake.
pub fn from_yaml<T: DeserializeOwned>(
    text: &str,
    source: SourceId,
    code: Code,
) -> Result<T, Box<Diagnostic>> {
    if text.len() > MAX_LEN {
        let message = format!("the file has {} bytes, more than {MAX_LEN}", text.len());
        return Err(Box::new(Diagnostic::new(
            code,
            Span::new(source, 0, 0),
            message,
        )));
    }
    serde_yaml::from_str(text).map_err(|error| Box::new(diagnose_yaml(&error, text, source, code)))
}

/// The diagnostic for an error of the YAML reader.
#[must_use]
pub fn diagnose_yaml(
    error: &serde_yaml::Error,
    text: &str,
    source: SourceId,
    code: Code,
) -> Diagnostic {
    let full = error.to_string();
    // The reader ends its messages with the place, which the diagnostic shows itself.
    let message = full.split(" at line ").next().unwrap_or(&full).to_owned();
    let start = error
        .location()
        .map_or(0, |place| place.index())
        .min(text.len());
    let line = text
        .get(start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or("");
    let start = u32::try_from(start).unwrap_or(0);
    let length = u32::try_from(line.trim_end().len()).unwrap_or(0);
    Diagnostic::new(code, Span::new(source, start, start + length), message)
}
