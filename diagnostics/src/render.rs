//! Diagnostics as people and as tools read them.

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::term::{self, termcolor};
use serde::Serialize;

use crate::{Code, Diagnostic, Level, Position, SourceMap, Span};

/// The diagnostics as text for a terminal; `color` adds ANSI colours.
///
/// Control characters, of messages and of quoted sources, are shown as the replacement character,
/// so that a hostile file cannot steer the terminal.
#[must_use]
pub fn to_text(diagnostics: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    let config = term::Config::default();
    let printable = printable_sources(diagnostics, sources);
    let sources = printable.as_ref().unwrap_or(sources);
    let mut out = Vec::new();
    for diagnostic in diagnostics {
        let rendered = to_codespan(diagnostic);
        let before = out.len();
        let result = if color {
            let mut writer = termcolor::Ansi::new(&mut out);
            term::emit_to_write_style(&mut writer, &config, sources, &rendered)
        } else {
            term::emit_to_io_write(&mut out, &config, sources, &rendered)
        };
        if result.is_err() {
            out.truncate(before);
            out.extend_from_slice(rendered.message.as_bytes());
            out.push(b'\n');
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A copy of `text` that cannot steer a terminal: control characters, and the marks that reorder
/// text, become the replacement character. Line ends and tabs stay; a carriage return inside of a
/// line, which would overwrite it, does not.
#[must_use]
pub fn printable(text: &str) -> String {
    with_next(text)
        .map(|(c, next)| {
            if is_unprintable(c, next) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

/// Each character with the one after it.
fn with_next(text: &str) -> impl Iterator<Item = (char, Option<char>)> {
    let next = text.chars().skip(1).map(Some).chain([None]);
    text.chars().zip(next)
}

fn is_unprintable(c: char, next: Option<char>) -> bool {
    (c.is_control() && !matches!((c, next), ('\n' | '\t', _) | ('\r', Some('\n'))))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// The map with every quoted text made printable, byte offsets kept; `None` when all are.
fn printable_sources(diagnostics: &[Diagnostic], sources: &SourceMap) -> Option<SourceMap> {
    let quoted = |id| {
        diagnostics
            .iter()
            .any(|d| d.labels.iter().any(|label| label.span.source == id))
    };
    let hostile = sources.iter().any(|(id, file)| {
        quoted(id) && with_next(file.text()).any(|(c, next)| is_unprintable(c, next))
    });
    if !hostile {
        return None;
    }
    let mut copy = SourceMap::new();
    for (id, file) in sources.iter() {
        let mut text = String::new();
        if quoted(id) {
            for (c, next) in with_next(file.text()) {
                if is_unprintable(c, next) {
                    // As many bytes as the character had, so that spans stay true.
                    text.extend(std::iter::repeat_n('?', c.len_utf8()));
                } else {
                    text.push(c);
                }
            }
            copy.add(file.name(), text);
        } else {
            copy.add(file.name(), file.text().clone());
        }
    }
    Some(copy)
}

fn to_codespan(diagnostic: &Diagnostic) -> codespan::Diagnostic<crate::SourceId> {
    let severity = match diagnostic.level {
        Level::Error => codespan::Severity::Error,
        Level::Warning => codespan::Severity::Warning,
    };
    let labels = diagnostic
        .labels
        .iter()
        .map(|label| {
            let style = if label.primary {
                codespan::LabelStyle::Primary
            } else {
                codespan::LabelStyle::Secondary
            };
            codespan::Label::new(style, label.span.source, label.span.range())
                .with_message(printable(&label.message))
        })
        .collect();
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    codespan::Diagnostic::new(severity)
        .with_code(diagnostic.code.as_str())
        .with_message(printable(&diagnostic.message))
        .with_labels(labels)
        .with_notes(notes.chain(help).map(|text| printable(&text)).collect())
}

/// A diagnostic as tools read it, one object of the `--format json` array.
#[derive(Debug, Clone, Serialize)]
pub struct JsonDiagnostic {
    /// Stable code, such as `E0203`.
    pub code: Code,
    /// `error` or `warning`.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Places, the primary ones first.
    pub labels: Vec<JsonLabel>,
    /// Facts that help to understand.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// A replacement that tools may apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<JsonFix>,
}

/// A place with what is said there.
#[derive(Debug, Clone, Serialize)]
pub struct JsonLabel {
    /// The place.
    #[serde(flatten)]
    pub place: JsonPlace,
    /// What is said there; may be empty.
    pub message: String,
    /// Whether this is the place of the mistake.
    pub primary: bool,
}

/// A range of a file; lines and columns count from 1, offsets are bytes.
#[derive(Debug, Clone, Serialize)]
pub struct JsonPlace {
    /// Name of the file as the user gave it.
    pub file: String,
    /// First character.
    pub start: Position,
    /// Past the last character.
    pub end: Position,
    /// First byte.
    pub start_offset: u32,
    /// Past the last byte.
    pub end_offset: u32,
}

/// A replacement that tools may apply.
#[derive(Debug, Clone, Serialize)]
pub struct JsonFix {
    /// What is replaced.
    #[serde(flatten)]
    pub place: JsonPlace,
    /// The text to put there.
    pub replacement: String,
}

/// The diagnostics as tools read them.
#[must_use]
pub fn to_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<JsonDiagnostic> {
    diagnostics
        .iter()
        .map(|diagnostic| JsonDiagnostic {
            code: diagnostic.code,
            level: diagnostic.level,
            message: diagnostic.message.clone(),
            labels: diagnostic
                .labels
                .iter()
                .filter_map(|label| {
                    Some(JsonLabel {
                        place: place(label.span, sources)?,
                        message: label.message.clone(),
                        primary: label.primary,
                    })
                })
                .collect(),
            notes: diagnostic.notes.clone(),
            help: diagnostic.help.clone(),
            fix: diagnostic.fix.as_ref().and_then(|(span, replacement)| {
                Some(JsonFix {
                    place: place(*span, sources)?,
                    replacement: replacement.clone(),
                })
            }),
        })
        .collect()
}

fn place(span: Span, sources: &SourceMap) -> Option<JsonPlace> {
    let file = sources.get(span.source)?;
    Some(JsonPlace {
        file: file.name().to_owned(),
        start: file.position(span.start),
        end: file.position(span.end),
        start_offset: span.start,
        end_offset: span.end,
    })
}
