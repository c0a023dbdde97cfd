//! The extent of a message string, in which `{…}` holds an expression that may hold strings.

use policyc_diagnostics::{Code, Diagnostic, SourceId};

use super::scan::string_length;

/// Where a message string ends, and what is wrong with its quotes and braces.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) end: usize,
    pub(super) mistakes: Vec<Mistake>,
    /// How deep brackets nest in its expressions.
    pub(super) depth: usize,
}

/// What is wrong with the quotes and braces of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mistake {
    /// No closing quote on the line.
    Unclosed { start: usize, end: usize },
    /// `{` without `}`
    OpenBrace(usize),
    /// `}` without `{`
    CloseBrace(usize),
    /// `{}`
    Empty { start: usize, end: usize },
}

impl Mistake {
    /// Whether the end of the string is not known.
    pub(super) fn is_unclosed(self) -> bool {
        match self {
            Self::Unclosed { .. } | Self::OpenBrace(_) => true,
            Self::CloseBrace(_) | Self::Empty { .. } => false,
        }
    }

    pub(super) fn diagnostic(self, source: SourceId) -> Diagnostic {
        match self {
            Self::Unclosed { start, end } => Diagnostic::new(
                Code::E0103,
                super::span(source, start, end),
                "the string is not closed",
            )
            .help("close it with `\"` on the same line"),
            Self::OpenBrace(at) => Diagnostic::new(
                Code::E0108,
                super::span(source, at, at + 1),
                "`{` is not closed in this message",
            )
            .help("close the expression with `}`, or write `{{` for a brace"),
            Self::CloseBrace(at) => Diagnostic::new(
                Code::E0108,
                super::span(source, at, at + 1),
                "`}` closes nothing in this message",
            )
            .help("write `}}` for a brace")
            .fix(super::span(source, at, at + 1), "}}"),
            Self::Empty { start, end } => Diagnostic::new(
                Code::E0108,
                super::span(source, start, end),
                "`{}` holds no expression",
            )
            .help("name the value to show, as in `{name}`, or write `{{}}` for the braces"),
        }
    }
}

/// Length of `\u{e9}` at the start of a text.
fn code_point(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\\u{")?;
    let digits = inside.find(|c: char| !c.is_ascii_hexdigit())?;
    inside
        .get(digits..)?
        .starts_with('}')
        .then_some("\\u{}".len() + digits)
}

/// Scans the message string that starts at `start` with its quote.
pub(super) fn scan(text: &str, start: usize) -> Scanned {
    let mut mistakes = Vec::new();
    let rest = |at: usize| text.get(at..).unwrap_or("");
    let mut at = start + 1;
    // Places of the brackets that are open; the first is the brace of the expression.
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    loop {
        depth = depth.max(open.len());
        let here = rest(at);
        let Some(c) = here.chars().next().filter(|c| *c != '\n') else {
            break;
        };
        if open.is_empty() {
            match c {
                '"' => {
                    return Scanned {
                        end: at + 1,
                        mistakes,
                        depth,
                    };
                }
                // The braces of `\u{e9}` hold no expression.
                '\\' if code_point(here).is_some() => {
                    at += code_point(here).unwrap_or_default();
                    continue;
                }
                '\\' => {
                    at += here
                        .chars()
                        .nth(1)
                        .filter(|c| *c != '\n')
                        .map_or(0, char::len_utf8)
                }
                '{' if here.starts_with("{{") => at += 1,
                '}' if here.starts_with("}}") => at += 1,
                '{' => open.push(at),
                '}' => mistakes.push(Mistake::CloseBrace(at)),
                _ => {}
            }
            at += c.len_utf8();
            continue;
        }
        match c {
            '"' => match string_length(here) {
                Ok(length) => {
                    at += length;
                    continue;
                }
                // The quote of the message itself: the expression is what is not closed.
                Err(length) => {
                    at += length;
                    break;
                }
            },
            '(' | '[' | '{' => open.push(at),
            ')' | ']' | '}' => {
                let opened = open.pop();
                if let (true, Some(opened)) = (open.is_empty(), opened)
                    && rest(opened + 1).trim_start_matches([' ', '\t']).len() == here.len()
                {
                    mistakes.push(Mistake::Empty {
                        start: opened,
                        end: at + 1,
                    });
                }
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    let end = start + text.get(start..at).unwrap_or("").trim_end().len();
    match open.first() {
        Some(opened) => mistakes.push(Mistake::OpenBrace(*opened)),
        None => mistakes.push(Mistake::Unclosed { start, end }),
    }
    Scanned {
        end,
        mistakes,
        depth,
    }
}
