//! Patterns of `fileset`: `*`, `?`, `[a-z]`, `{a,b}` and `**` for any folders.

use std::fmt::Write;

use regex::{Regex, RegexBuilder};

/// A pattern for paths.
pub(super) struct Pattern(Regex);

/// How large a compiled pattern may be, in bytes.
const MAX_PATTERN: usize = 1024 * 1024;

impl Pattern {
    /// Reads a pattern; none when it is malformed, or too large.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let mut expression = String::from("^");
        let mut components = pattern.split('/').peekable();
        while let Some(component) = components.next() {
            let last = components.peek().is_none();
            match (component, last) {
                ("**", true) => expression.push_str("(?:[^/]+/)*[^/]+"),
                ("**", false) => {
                    expression.push_str("(?:[^/]+/)*");
                    continue;
                }
                (component, _) => translate(component, &mut expression)?,
            }
            if !last {
                expression.push('/');
            }
        }
        expression.push('$');
        RegexBuilder::new(&expression)
            .size_limit(MAX_PATTERN)
            .dfa_size_limit(MAX_PATTERN)
            .dot_matches_new_line(true)
            .build()
            .ok()
            .map(Self)
    }

    /// Whether a path is one of the pattern.
    pub(super) fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

/// Adds to the expression what matches a name between slashes.
fn translate(component: &str, expression: &mut String) -> Option<()> {
    let mut rest = component.chars();
    let mut options = 0_u32;
    while let Some(c) = rest.next() {
        match c {
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '\\' => literal(rest.next()?, expression),
            '[' => class(&mut rest, expression)?,
            '{' => {
                options += 1;
                expression.push_str("(?:");
            }
            ',' if options > 0 => expression.push('|'),
            '}' if options > 0 => {
                options -= 1;
                expression.push(')');
            }
            c => literal(c, expression),
        }
    }
    (options == 0).then_some(())
}

fn literal(c: char, expression: &mut String) {
    let _ = write!(expression, "\\x{{{:x}}}", u32::from(c));
}

/// A class, of which the bracket is taken.
fn class(rest: &mut std::str::Chars<'_>, expression: &mut String) -> Option<()> {
    expression.push('[');
    if let Some(after) = rest.as_str().strip_prefix('^') {
        *rest = after.chars();
        expression.push_str("^/");
    }
    let mut empty = true;
    loop {
        match rest.next()? {
            ']' if empty => return None,
            ']' => break,
            '-' => return None,
            c => {
                empty = false;
                member(c, rest, expression)?;
                if let Some(after) = rest.as_str().strip_prefix('-') {
                    *rest = after.chars();
                    expression.push('-');
                    let high = rest.next().filter(|c| !matches!(c, '-' | ']'))?;
                    member(high, rest, expression)?;
                }
            }
        }
    }
    expression.push(']');
    Some(())
}

fn member(c: char, rest: &mut std::str::Chars<'_>, expression: &mut String) -> Option<()> {
    let c = if c == '\\' { rest.next()? } else { c };
    literal(c, expression);
    Some(())
}
