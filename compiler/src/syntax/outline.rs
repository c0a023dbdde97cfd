//! The shape of a file below its meaning: which brackets belong together, and where items, members
//! and statements begin. The recovery cuts a broken file by it.

use std::ops::Range;

use policyc_diagnostics::{Code, Diagnostic, SourceId};

use super::report::Reporter;
use super::scan::{Token, TokenKind};
use super::words;

/// How many open brackets are looked through for the partner of a closing one; more than may nest.
const REACH: usize = 2 * super::MAX_NESTING;

/// Where a bracket ends.
#[derive(Debug, Clone, Copy)]
struct End {
    /// The token that closes it, or before which it must have ended.
    at: usize,
    /// Whether that token is its closing bracket.
    closed: bool,
}

/// The tokens of a file with the extents of its brackets.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// Bytes of layout before the line of each token.
    indents: Vec<usize>,
    /// For each opening bracket.
    ends: Vec<Option<End>>,
    /// Places of the opening brackets that are not closed.
    pub(super) unclosed: Vec<usize>,
    /// Places of the closing brackets that close nothing.
    pub(super) stray: Vec<usize>,
}

impl<'a> Outline<'a> {
    /// Matches the brackets and reports those without a partner.
    pub(super) fn new(
        text: &'a str,
        tokens: &'a [Token],
        source: SourceId,
        report: &mut Reporter,
    ) -> Self {
        let mut outline = Self {
            text,
            tokens,
            indents: indents(text, tokens),
            ends: vec![None; tokens.len()],
            unclosed: Vec::new(),
            stray: Vec::new(),
        };
        let mut start = 0;
        while start < tokens.len() {
            let end = (start + 1..tokens.len())
                .find(|index| outline.begins_policy(*index))
                .unwrap_or(tokens.len());
            outline.segment(start..end, source, report);
            start = end;
        }
        outline
    }

    pub(super) fn token(&self, index: usize) -> Option<&'a Token> {
        self.tokens.get(index)
    }

    pub(super) fn count(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The text of a token; empty past the end.
    pub(super) fn word(&self, index: usize) -> &'a str {
        self.tokens
            .get(index)
            .and_then(|token| self.text.get(token.start..token.end))
            .unwrap_or("")
    }

    fn is(&self, index: usize, kind: TokenKind) -> bool {
        self.tokens
            .get(index)
            .is_some_and(|token| token.kind == kind)
    }

    fn leads_line(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.leads_line)
    }

    /// Whether a token is a field name: it follows a dot.
    fn follows_dot(&self, index: usize) -> bool {
        index
            .checked_sub(1)
            .is_some_and(|before| self.word(before) == ".")
    }

    /// The first token at or after a byte offset.
    pub(super) fn token_at(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.end <= offset)
    }

    /// `policy name {` at the start of a line, or `import` or `policy` at the very left: such a line
    /// is never inside of brackets.
    fn begins_policy(&self, index: usize) -> bool {
        let word = self.word(index);
        if !self.leads_line(index)
            || !matches!(word, "policy" | "import")
            || self.follows_dot(index)
        {
            return false;
        }
        self.indent(index) == 0 || word == "policy" && self.head_length(index + 1).is_some()
    }

    /// How many tokens a name takes that starts at a token and is followed by `{`.
    fn head_length(&self, index: usize) -> Option<usize> {
        let length = (index..self.tokens.len())
            .take_while(|at| {
                let joined = *at == index
                    || self.token(at - 1).map(|token| token.end)
                        == self.token(*at).map(|token| token.start);
                joined && self.word(*at) != "{"
            })
            .count();
        (length > 0 && self.word(index + length) == "{").then_some(length)
    }

    /// Bytes of layout before the line of a token.
    fn indent(&self, index: usize) -> usize {
        self.indents.get(index).copied().unwrap_or(0)
    }

    /// Matches the brackets of one item and what follows it.
    fn segment(&mut self, range: Range<usize>, source: SourceId, report: &mut Reporter) {
        let plain = self.matched(range.clone(), false);
        let matched = if plain.problems.is_empty() {
            plain
        } else {
            self.matched(range, true)
        };
        for (open, end) in matched.ends {
            if let Some(place) = self.ends.get_mut(open) {
                *place = Some(end);
            }
        }
        for problem in matched.problems {
            let place = |index: usize| self.tokens.get(index).map(|token| token.start);
            match &problem {
                Problem::Open { open, .. } => self.unclosed.extend(place(*open)),
                Problem::Close(index) => self.stray.extend(place(*index)),
            }
            report.push(self.problem(&problem, source));
        }
    }

    /// Matches brackets. `guided` by the indentation and by words that cannot stand inside of
    /// brackets, when some have no partner.
    fn matched(&self, range: Range<usize>, guided: bool) -> Matched {
        let mut matched = Matched::default();
        let mut stack: Vec<usize> = Vec::new();
        let end = range.end;
        for index in range {
            if guided && self.is(index, TokenKind::Word) {
                self.forced_by_word(index, &mut stack, &mut matched);
            } else if self.is(index, TokenKind::Open) {
                stack.push(index);
            } else if self.is(index, TokenKind::Close) {
                self.close(index, guided, &mut stack, &mut matched);
            }
        }
        if let Some(open) = stack.pop() {
            matched.ends.push((
                open,
                End {
                    at: end,
                    closed: false,
                },
            ));
            let around: Vec<usize> = stack.iter().rev().copied().collect();
            for open in &around {
                matched.ends.push((
                    *open,
                    End {
                        at: end,
                        closed: false,
                    },
                ));
            }
            matched.problems.push(Problem::Open {
                open,
                at: end,
                around,
            });
        }
        matched
    }

    fn forced_by_word(&self, index: usize, stack: &mut Vec<usize>, matched: &mut Matched) {
        let word = self.word(index);
        if !self.leads_line(index) || !words::begins_piece(word) || self.follows_dot(index) {
            return;
        }
        let mut force = |stack: &mut Vec<usize>| {
            if let Some(open) = stack.pop() {
                matched.ends.push((
                    open,
                    End {
                        at: index,
                        closed: false,
                    },
                ));
                matched.problems.push(Problem::Open {
                    open,
                    at: index,
                    around: Vec::new(),
                });
            }
        };
        while stack
            .last()
            .is_some_and(|open| self.word(*open) != "{" || self.follows_dot(*open))
        {
            force(stack);
        }
        // A rule stands in a policy, so the blocks inside of the policy have ended.
        if word == "rule" && self.head_length(index + 1).is_some() {
            let indent = self.indent(index);
            while stack.len() > 1
                && stack
                    .last()
                    .is_some_and(|open| self.indent(*open) >= indent)
            {
                force(stack);
            }
        }
    }

    fn close(&self, index: usize, guided: bool, stack: &mut Vec<usize>, matched: &mut Matched) {
        let wanted = match self.word(index) {
            ")" => "(",
            "]" => "[",
            _ => "{",
        };
        let mut force = |stack: &mut Vec<usize>| {
            if let Some(open) = stack.pop() {
                matched.ends.push((
                    open,
                    End {
                        at: index,
                        closed: false,
                    },
                ));
                matched.problems.push(Problem::Open {
                    open,
                    at: index,
                    around: Vec::new(),
                });
            }
        };
        // A brace ends what is open inside of it; other brackets only reach to the nearest brace.
        let partner = stack
            .iter()
            .rev()
            .take(REACH)
            .take_while(|open| wanted == "{" || self.word(**open) != "{")
            .position(|open| self.word(*open) == wanted);
        let Some(inside) = partner else {
            matched.problems.push(Problem::Close(index));
            return;
        };
        for _ in 0..inside {
            force(stack);
        }
        if guided && wanted == "{" && self.leads_line(index) {
            let indent = self.indent(index);
            let fits = stack
                .iter()
                .rev()
                .take(REACH)
                .any(|open| self.indent(*open) == indent);
            while fits
                && stack.len() > 1
                && stack.last().is_some_and(|open| self.indent(*open) > indent)
            {
                force(stack);
            }
        }
        if let Some(open) = stack.pop() {
            matched.ends.push((
                open,
                End {
                    at: index,
                    closed: true,
                },
            ));
        }
    }

    fn problem(&self, problem: &Problem, source: SourceId) -> Diagnostic {
        let span = |index: usize| match self.tokens.get(index) {
            Some(token) => super::span(source, token.start, token.end),
            None => super::span(source, self.text.len(), self.text.len()),
        };
        match problem {
            Problem::Close(index) => Diagnostic::new(
                Code::E0104,
                span(*index),
                format!("`{}` closes nothing", self.word(*index)),
            )
            .help("remove it, or add the bracket it should close"),
            Problem::Open { open, at, around } => {
                let bracket = self.word(*open);
                let close = match bracket {
                    "(" => ")",
                    "[" => "]",
                    _ => "}",
                };
                let next = match self.word(*at) {
                    "" => "the file ends here".to_owned(),
                    word @ (")" | "]" | "}") => {
                        format!("this `{word}` belongs to a bracket before it")
                    }
                    word => format!("`{word}` begins the next part"),
                };
                let mut diagnostic = Diagnostic::new(
                    Code::E0104,
                    span(*open),
                    format!("`{bracket}` is not closed"),
                )
                .also(span(*at), next)
                .help(format!("add `{close}` where the part it opens ends"));
                for open in around.iter().take(2) {
                    diagnostic = diagnostic.also(span(*open), "not closed either");
                }
                diagnostic
            }
        }
    }

    /// The token past the end of the bracket that opens at a token.
    pub(super) fn past(&self, open: usize) -> usize {
        match self.ends.get(open).copied().flatten() {
            Some(end) => end.at + usize::from(end.closed),
            None => open + 1,
        }
    }

    /// The tokens between a brace and its end.
    pub(super) fn body(&self, open: usize) -> Range<usize> {
        match self.ends.get(open).copied().flatten() {
            Some(end) => open + 1..end.at,
            None => open + 1..open + 1,
        }
    }

    /// The first brace of a range that opens a block, not a group of fields.
    pub(super) fn block_in(&self, range: Range<usize>) -> Option<usize> {
        let mut index = range.start;
        while index < range.end {
            if self.word(index) == "{" && !self.follows_dot(index) {
                return Some(index);
            }
            index = if self.is(index, TokenKind::Open) {
                self.past(index)
            } else {
                index + 1
            };
        }
        None
    }

    /// Cuts a range where the next item, member or statement begins.
    pub(super) fn split(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut start = range.start;
        let mut index = range.start;
        while index < range.end {
            if index > start && self.begins(index, start) {
                pieces.push(start..index);
                start = index;
            }
            index = if self.is(index, TokenKind::Open) {
                self.past(index)
            } else {
                index + 1
            };
        }
        if start < range.end {
            pieces.push(start..range.end);
        }
        pieces
    }

    /// Whether the next piece begins at a token, in a piece that begins at `start`.
    fn begins(&self, index: usize, start: usize) -> bool {
        let Some(before) = index.checked_sub(1) else {
            return true;
        };
        let word = self.word(index);
        let previous = self.word(before);
        if !self.is(index, TokenKind::Word) || previous == "." {
            return false;
        }
        let joined =
            self.token(before).map(|token| token.end) == self.token(index).map(|token| token.start);
        if words::begins_piece(word)
            || word == "lookup" && self.leads_line(index) && self.ends_value(before)
        {
            let named = before == start && matches!(previous, "policy" | "rule");
            let continued = joined && matches!(previous, "-" | "/")
                || word == "if" && previous == "else"
                || !self.leads_line(index) && !self.ends_value(before);
            return !named && !continued;
        }
        let filter = matches!(self.word(start), "match" | "exclude") && words::is_filter(word);
        self.leads_line(index) && self.ends_value(before) && !words::continues(word) && !filter
    }

    /// Whether nothing must follow a token.
    fn ends_value(&self, index: usize) -> bool {
        self.tokens
            .get(index)
            .is_some_and(|token| match token.kind {
                TokenKind::Word => {
                    self.follows_dot(index) || !words::wants_operand(self.word(index))
                }
                TokenKind::Number | TokenKind::String | TokenKind::Close => true,
                TokenKind::Open | TokenKind::Symbol => false,
            })
    }
}

/// Bytes of layout before the line of each token.
fn indents(text: &str, tokens: &[Token]) -> Vec<usize> {
    let mut indent = 0;
    let mut reached = 0;
    let mut indents = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.leads_line {
            let between = text.get(reached..token.start).unwrap_or("");
            indent = between.len() - between.rfind('\n').map_or(0, |at| at + 1);
        }
        reached = token.end;
        indents.push(indent);
    }
    indents
}

/// What one pass over the brackets found.
#[derive(Debug, Default)]
struct Matched {
    ends: Vec<(usize, End)>,
    problems: Vec<Problem>,
}

/// A bracket without a partner.
#[derive(Debug)]
enum Problem {
    /// An opening bracket that must have ended before the token `at`; `around` are not closed
    /// either.
    Open {
        open: usize,
        at: usize,
        around: Vec<usize>,
    },
    /// A closing bracket that closes nothing.
    Close(usize),
}
