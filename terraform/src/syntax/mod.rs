//! Texts in, syntax trees out.
//!
//! hcl-edit parses; it bounds how deep expressions and blocks may be inside each other, so that
//! neither it nor what walks its trees can run out of stack. What it does otherwise than Terraform
//! is mended here as far as it goes: the indentation of `<<-` heredocs, numbers past 64 bits, and
//! files with a mistake, whose other blocks are read all the same. Left is that it refuses an
//! object that has a key twice, where Terraform takes the last one.

pub(crate) mod json;
mod lower;
mod template;
#[cfg(test)]
mod tests;
pub(crate) mod tree;

use std::borrow::Cow;

use hcl_edit::parser;
use policyc_diagnostics::SourceId;

use lower::Lowering;
use tree::{Body, Expr, Range};

/// How many bytes a file may have.
pub(crate) const MAX_BYTES: usize = 8 << 20;

/// How many lines and commas a large file may have inside one pair of braces: hcl-edit compares
/// each key of an object with all before it.
const MAX_ITEMS: usize = 20_000;

/// Files up to this size have too few keys to matter.
const SMALL: usize = 100_000;

/// Something that cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) range: Range,
    pub(crate) message: String,
    /// Whether a limit of this program is the reason.
    pub(crate) limit: bool,
}

/// What a file says, and the first mistake in it.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) body: Body,
    pub(crate) error: Option<SyntaxError>,
}

/// Reads a file in HCL's own syntax. When it has a mistake, the blocks that have none are there
/// all the same.
pub(crate) fn parse(text: &str, source: SourceId) -> Parsed {
    if let Some(error) = beyond_limits(text) {
        return Parsed {
            body: Body::default(),
            error: Some(error),
        };
    }
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let plain = plain(text);
    match parse_piece(text, plain.get(start..).unwrap_or_default(), start, source) {
        Ok(body) => Parsed { body, error: None },
        Err(error) => {
            let mut body = Body::default();
            for (from, to) in pieces(&plain, start) {
                let piece = plain.get(from..to).unwrap_or_default();
                if let Ok(piece) = parse_piece(text, piece, from, source) {
                    body.attributes.extend(piece.attributes);
                    body.blocks.extend(piece.blocks);
                }
            }
            Parsed {
                body,
                error: Some(error),
            }
        }
    }
}

/// Reads an expression, as `--var` gives one.
pub(crate) fn parse_expr(text: &str, source: SourceId) -> Result<Expr, SyntaxError> {
    if let Some(error) = beyond_limits(text) {
        return Err(error);
    }
    let plain = plain(text);
    let expression = parser::parse_expr(plain.trim()).map_err(|error| syntax_error(&error, 0))?;
    let offset = text.len() - text.trim_start().len();
    let lowering = Lowering {
        text,
        offset: u32::try_from(offset).unwrap_or(u32::MAX),
        source,
    };
    Ok(lowering.expr(expression))
}

/// Reads a template that is no literal of HCL: a string of JSON, a file for `templatefile`. All of
/// it stands at `range`.
pub(crate) fn parse_template(
    text: &str,
    source: SourceId,
    range: Range,
) -> Result<Expr, SyntaxError> {
    if let Some(mut error) = beyond_limits(text) {
        error.range = range;
        return Err(error);
    }
    let parsed = parser::parse_template(text).map_err(|error| SyntaxError {
        range,
        ..syntax_error(&error, 0)
    })?;
    let lowering = Lowering {
        text,
        offset: 0,
        source,
    };
    let mut expr = lowering.file_template(parsed);
    expr.range = range;
    Ok(expr)
}

fn parse_piece(
    text: &str,
    piece: &str,
    offset: usize,
    source: SourceId,
) -> Result<Body, SyntaxError> {
    let body = parser::parse_body(piece).map_err(|error| syntax_error(&error, offset))?;
    let lowering = Lowering {
        text,
        offset: u32::try_from(offset).unwrap_or(u32::MAX),
        source,
    };
    Ok(lowering.body(body))
}

fn syntax_error(error: &parser::Error, offset: usize) -> SyntaxError {
    let at = u32::try_from(error.location().offset() + offset).unwrap_or(u32::MAX);
    SyntaxError {
        range: Range { start: at, end: at },
        message: error.message().to_owned(),
        limit: false,
    }
}

fn beyond_limits(text: &str) -> Option<SyntaxError> {
    let limit = |message: String| {
        Some(SyntaxError {
            range: Range::default(),
            message,
            limit: true,
        })
    };
    if text.len() > MAX_BYTES {
        return limit(format!("the file has more than {MAX_BYTES} bytes"));
    }
    if text.len() <= SMALL {
        return None;
    }
    // Brackets in strings are counted too. That is no harm: the bound is far from what is written.
    let mut open = vec![0_usize];
    for byte in text.bytes() {
        match byte {
            b'{' => open.push(0),
            b'}' if open.len() > 1 => {
                open.pop();
            }
            b'\n' | b',' => {
                if let Some(items) = open.last_mut() {
                    *items += 1;
                }
                if open.len() > 1 && open.last().is_some_and(|items| *items > MAX_ITEMS) {
                    return limit(format!("braces have more than {MAX_ITEMS} lines"));
                }
            }
            _ => {}
        }
    }
    None
}

/// The text with what hcl-edit reads otherwise than Terraform written otherwise, each byte at its
/// place: `<<-` becomes ` <<`, so that the lines of a heredoc are left as they are (hcl-edit takes
/// away what is no indentation when one line has none), and a heredoc without lines becomes `""`
/// (hcl-edit looks for its end in the rest of the file). Both may be in the text of another
/// heredoc too, which is why that is taken from the text as it was.
fn plain(text: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<<") {
        plain.push_str(before);
        rest = after;
        let (flush, after) = match after.strip_prefix('-') {
            Some(after) => (true, after),
            None => (false, after),
        };
        let Some((line, lines)) = after.split_once('\n') else {
            plain.push_str("<<");
            continue;
        };
        let word = line.trim_end_matches('\r');
        let is_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-');
        if word.is_empty() || !word.chars().all(is_word) {
            plain.push_str("<<");
            continue;
        }
        let next = lines.split('\n').next().unwrap_or_default();
        if next.trim() == word {
            let opening = line.len() + usize::from(flush);
            plain.push_str("\"\"");
            plain.extend(std::iter::repeat_n(' ', opening));
            plain.push('\n');
            plain.extend(std::iter::repeat_n(' ', next.len()));
            rest = lines.get(next.len()..).unwrap_or_default();
        } else if flush {
            plain.push_str(" <<");
            rest = after;
        } else {
            plain.push_str("<<");
        }
    }
    if plain.is_empty() {
        return Cow::Borrowed(text);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The pieces of a file that may be blocks: each starts at a line that starts with a letter and
/// has an opening brace.
fn pieces(text: &str, start: usize) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut from = start;
    let mut at = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let first = line.starts_with(|char: char| char.is_ascii_alphabetic());
        if first && line.contains('{') && at > from {
            pieces.push((from, at));
            from = at;
        }
        at += line.len();
    }
    pieces.push((from, text.len()));
    pieces
}
