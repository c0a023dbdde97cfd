//! Reading YAML: the only place that knows the parser.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, Tag};
use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::build::{Anchor, Builder, too_deep};
use super::limits::{Budget, MAX_DIAGNOSTICS, MAX_DOCUMENTS, MAX_NODES};
use super::scalar::{self, Unreadable};
use super::template::is_template;
use super::{Content, Failure, Read};
use crate::value::{MAX_DEPTH, Value};

const YAML_TAGS: &str = "tag:yaml.org,2002:";

/// How long a key may be with `:` after it on the same line; 1,024 characters in YAML.
const LONGEST_KEY: usize = 1024;

/// Reads every document; one that is broken costs no other.
pub(super) fn read(text: &str, source: SourceId, read: &mut Read) {
    let options = granit_parser::options! {
        emit_comments: false,
        simple_key_max_lookahead: LONGEST_KEY,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        // As libyaml and its Go port do.
        block_scalar_eof_without_line_feed: true,
    };
    let mut reader = Reader {
        text,
        source,
        parser: Parser::new_from_str_with_options(text, options),
        budget: Budget::default(),
        start: 0,
    };
    let mut breaks = odd_breaks(text, source).peekable();
    let mut index = 0;
    for _ in 0..MAX_DOCUMENTS {
        let parsed = reader.document();
        // Up to the end of this document, or of the file.
        let end = match parsed {
            Ok(Some(_)) => reader.start,
            Ok(None) => text.len(),
            Err(_) => 0,
        };
        let mut odd = None;
        while let Some(found) = breaks.next_if(|(at, _)| *at < end) {
            odd.get_or_insert(found.1);
        }
        if let Some(odd) = odd {
            read.diagnostics.push(odd);
            match parsed {
                Ok(Some(_)) => {
                    index += 1;
                    continue;
                }
                Ok(None) | Err(_) => return,
            }
        }
        match parsed {
            Ok(None) => return,
            Ok(Some(Parsed {
                content,
                diagnostics,
            })) => {
                read.diagnostics.extend(diagnostics);
                read.push(index, content);
                index += 1;
            }
            Err(error) => {
                let from = reader.start;
                let broken = error.span().map_or(from, |span| span.start as usize);
                // What is left of a document that was given up may be broken once more.
                if broken >= from {
                    let end = reader.document_end(broken);
                    let document = text.get(from..end).unwrap_or_default();
                    let could_be = matches!(error.code, Code::E0703 | Code::E0707 | Code::E0710);
                    if could_be && is_template(document, broken - from) {
                        let (start, end) = trimmed(text, from, end);
                        let place = Span::new(source, start, end);
                        read.push(index, Some(Content::Template(place)));
                    } else {
                        read.diagnostics.push(*error);
                    }
                    index += 1;
                    reader.start = end;
                    while breaks.next_if(|(at, _)| *at < end).is_some() {}
                }
                if reader.budget.nodes > MAX_NODES {
                    return;
                }
                if !matches!(reader.parser.proceed_next_document(), Ok(true)) {
                    return;
                }
            }
        }
        if read.diagnostics.len() > MAX_DIAGNOSTICS {
            return;
        }
    }
    let at = offset(text.len());
    read.diagnostics.push(Diagnostic::new(
        Code::E0702,
        Span::new(source, at, at),
        format!("the file has more than {MAX_DOCUMENTS} documents"),
    ));
}

struct Parsed {
    /// None for a document that is empty, or null.
    content: Option<Content>,
    diagnostics: Vec<Diagnostic>,
}

struct Reader<'t> {
    text: &'t str,
    source: SourceId,
    parser: Parser<'t, StrInput<'t>>,
    budget: Budget,
    /// Where the document begins that is read now.
    start: usize,
}

impl Reader<'_> {
    /// The next document; none at the end of the file.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's events are non-exhaustive; those left out carry no value"
    )]
    fn document(&mut self) -> Result<Option<Parsed>, Failure> {
        let Self {
            text,
            source,
            parser,
            budget,
            start,
        } = self;
        let mut builder = Builder::new(*source, budget);
        for next in parser.by_ref() {
            let (event, span) = next.map_err(|error| explain(&error, text, *source))?;
            let range = span.byte_range().unwrap_or_default();
            let (from, to) = (offset(range.start), offset(range.end));
            match event {
                Event::StreamEnd => return Ok(None),
                Event::DocumentStart(..) => *start = range.start,
                Event::DocumentEnd => {
                    *start = range.end;
                    let (root, diagnostics) = builder.finish();
                    let content = root.filter(|node| !node.value.is_null()).map(Content::Node);
                    return Ok(Some(Parsed {
                        content,
                        diagnostics,
                    }));
                }
                Event::SequenceStart(_, anchor, _) => {
                    builder.open_list(from, to, anchor_of(anchor))?;
                }
                Event::MappingStart(_, anchor, _) => {
                    builder.open_map(from, to, anchor_of(anchor))?;
                }
                // A block collection is said to end where the next token begins; a flow
                // collection ends with its bracket.
                Event::SequenceEnd | Event::MappingEnd => {
                    builder.close((from < to).then_some(to))?;
                }
                Event::Alias(id) => builder.alias(id, from, to)?,
                Event::Scalar(value, style, anchor, tag) => {
                    let to = match style {
                        ScalarStyle::Literal | ScalarStyle::Folded => {
                            trimmed(text, range.start, range.end).1.max(from)
                        }
                        _ => to,
                    };
                    let place = Span::new(*source, from, to);
                    let plain = style == ScalarStyle::Plain;
                    scalar_event(
                        &mut builder,
                        value,
                        plain,
                        tag.as_deref(),
                        anchor_of(anchor),
                        place,
                    )?;
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Where the document ends that is broken at `from`: at the next line that begins with `---`
    /// or `...`.
    fn document_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let marker = rest
            .match_indices(['\n', '\r'])
            .map(|(at, _)| at + 1)
            .find(|at| {
                rest.get(*at..)
                    .is_some_and(|line| line.starts_with("---") || line.starts_with("..."))
            });
        marker.map_or(self.text.len(), |at| from + at)
    }
}

fn scalar_event(
    builder: &mut Builder<'_>,
    text: Cow<'_, str>,
    plain: bool,
    tag: Option<&Tag>,
    anchor: Anchor,
    place: Span,
) -> Result<(), Failure> {
    let yaml_tag = tag.map(|tag| tag.suffix_in_namespace(YAML_TAGS));
    let merges = match &yaml_tag {
        None => plain,
        Some(name) => name.as_deref() == Some("merge"),
    };
    if merges && text == "<<" && builder.expects_key() {
        builder.merge_key(place.end);
        return Ok(());
    }
    let value = match yaml_tag {
        // The parser gives an empty scalar the text `~`.
        None if plain => scalar::plain(&text),
        // A string in quotes, or with a tag of the author's own.
        None | Some(None) => Ok(Value::string(&*text)),
        Some(Some(name)) => scalar::tagged(&name, &text),
    };
    let value = value.map_err(|why| unreadable(why, &text, place, tag))?;
    builder.scalar(value, place.start, place.end, anchor)
}

fn unreadable(why: Unreadable, text: &str, place: Span, tag: Option<&Tag>) -> Failure {
    let text = super::build::shown(text);
    let quote = format!("put quotes around it if it is meant as a string: `\"{text}\"`");
    match why {
        Unreadable::IntegerTooLarge => Diagnostic::new(
            Code::E0706,
            place,
            format!("the integer `{text}` does not fit into 64 bits"),
        )
        .help(quote)
        .into(),
        Unreadable::NotFinite => Diagnostic::new(
            Code::E0706,
            place,
            format!("`{text}` is no number that JSON and Kubernetes know"),
        )
        .help(quote)
        .into(),
        Unreadable::TagMismatch | Unreadable::Binary => {
            let tag = tag.map(Tag::original).unwrap_or_default();
            Diagnostic::new(
                Code::E0710,
                place,
                format!("`{text}` is not what the tag `{tag}` says"),
            )
            .help("remove the tag, or correct the value")
            .into()
        }
    }
}

fn explain(error: &ScanError, text: &str, source: SourceId) -> Failure {
    let start = error
        .marker()
        .byte_offset()
        .unwrap_or(text.len())
        .min(text.len());
    let length = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .filter(|next| !matches!(next, '\n' | '\r'))
        .map_or(0, char::len_utf8);
    let span = Span::new(source, offset(start), offset(start + length));
    let kind = error.kind();
    if matches!(kind, ErrorKind::RecursionLimitExceeded) {
        return too_deep(span);
    }
    if matches!(kind, ErrorKind::UnknownAnchor) {
        return Diagnostic::new(
            Code::E0709,
            span,
            "no anchor of this name stands before the alias",
        )
        .help("write the anchor first: `name: &anchor value`")
        .into();
    }
    let tab = matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    );
    let diagnostic = Diagnostic::new(
        Code::E0703,
        span,
        format!("this is not valid YAML: {}", error.info()),
    );
    if tab {
        diagnostic
            .help("indent with spaces; YAML does not allow tabs there")
            .into()
    } else {
        diagnostic.into()
    }
}

/// The characters that end a line for Kubernetes, which reads YAML 1.1, and are text in YAML 1.2;
/// each with its offset and what to say of it.
///
/// Nothing is read that has one: after it, what looks like a comment or a string to us, and to
/// most editors, is configuration to the API server.
fn odd_breaks(text: &str, source: SourceId) -> impl Iterator<Item = (usize, Diagnostic)> {
    text.match_indices(['\u{85}', '\u{2028}', '\u{2029}'])
        .map(move |(at, found)| {
            let code = found.chars().next().map_or(0, u32::from);
            let span = Span::new(source, offset(at), offset(at + found.len()));
            let diagnostic = Diagnostic::new(
                Code::E0703,
                span,
                format!("the invisible character U+{code:04X} ends a line for Kubernetes only"),
            )
            .help(format!(
                "remove it, or write it as `\\u{code:04X}` in a string in double quotes"
            ));
            (at, diagnostic)
        })
}

/// The range without the white space at its ends.
fn trimmed(text: &str, start: usize, end: usize) -> (u32, u32) {
    let piece = text.get(start..end).unwrap_or_default();
    let end = start + piece.trim_end().len();
    let start = start + (piece.len() - piece.trim_start().len());
    (offset(start.min(end)), offset(end))
}

/// Offsets fit: a file has at most `MAX_BYTES`.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The parser numbers anchors from 1.
fn anchor_of(id: usize) -> Anchor {
    (id != 0).then_some(id)
}
