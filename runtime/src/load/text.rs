//! Text from the bytes of a file.

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::Failure;
use super::limits::MAX_BYTES;

/// The bytes as text that the parsers can be given: UTF-8, not too long, and without NUL.
pub(super) fn decode(bytes: &[u8], source: SourceId) -> Result<&str, Failure> {
    let at = |offset: usize| {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        Span::new(source, offset, offset.saturating_add(1))
    };
    if bytes.len() > MAX_BYTES {
        return Err(Diagnostic::new(
            Code::E0702,
            Span::new(source, 0, 0),
            format!(
                "the file has {} bytes, more than the {} MiB that are read",
                bytes.len(),
                MAX_BYTES >> 20
            ),
        )
        .help("split the file")
        .into());
    }
    if let Some(encoding) = wide(bytes) {
        return Err(Diagnostic::new(
            Code::E0701,
            at(0),
            format!("the file is in {encoding}, not UTF-8"),
        )
        .help("save the file as UTF-8")
        .into());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let byte = bytes.get(offset).copied().unwrap_or_default();
        Diagnostic::new(
            Code::E0701,
            at(offset),
            format!("the file is not UTF-8: byte 0x{byte:02x} at offset {offset}"),
        )
        .help("save the file as UTF-8")
    })?;
    match bytes.iter().position(|byte| *byte == 0) {
        Some(offset) => Err(Diagnostic::new(
            Code::E0701,
            at(offset),
            format!("there is a NUL byte at offset {offset}"),
        )
        .help("remove it; in a double-quoted string, `\\0` stands for one")
        .into()),
        None => Ok(text),
    }
}

/// The name of an encoding of two or four bytes a character, told by its byte order mark or by
/// the zeros around the first ASCII character.
fn wide(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some("UTF-16"),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some("UTF-16"),
        _ => None,
    }
}
