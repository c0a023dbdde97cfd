//! Project files and suite files.

use policyc_diagnostics::{Code, Diagnostic, SourceId};
use policyc_project::{ProjectFile, from_yaml};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::text;
use crate::suite::SuiteFile;

/// Any text is a file or has a mistake at a place in it; a file that is written again is the same.
pub(super) fn loads(bytes: &[u8]) -> Result<(), String> {
    let text = text(bytes);
    same_again::<ProjectFile>(&text, Code::E0501)?;
    same_again::<SuiteFile>(&text, Code::E0801)
}

fn same_again<T>(text: &str, code: Code) -> Result<(), String>
where
    T: DeserializeOwned + Serialize + PartialEq,
{
    match from_yaml::<T>(text, SourceId(0), code) {
        Ok(file) => {
            let written = serde_yaml::to_string(&file).map_err(|error| error.to_string())?;
            match from_yaml::<T>(&written, SourceId(0), code) {
                // Not a number is not itself.
                Ok(again) if again == file || written.contains("nan") => Ok(()),
                Ok(_) => Err(format!("written again it is another:\n{written}")),
                Err(error) => Err(format!("written again it is none: {}", error.message)),
            }
        }
        Err(error) => in_text(&error, text),
    }
}

fn in_text(diagnostic: &Diagnostic, text: &str) -> Result<(), String> {
    match diagnostic.span() {
        Some(span) if text.get(span.range()).is_none() => {
            Err(format!("{:?} at {span:?} of no text", diagnostic.code))
        }
        Some(_) | None => Ok(()),
    }
}
