//! Globs: `*` is any run of characters, `?` exactly one; there are no escapes.
//!
//! As Kyverno's `ext/wildcard`: case-sensitive, `*` also runs over `/` and newlines, the empty
//! pattern matches only the empty text.

/// A pattern, ready to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    pattern: String,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// No wildcard at all.
    Literal,
    /// Only stars.
    Anything,
    /// A literal, then one star.
    Prefix,
    /// One star, then a literal.
    Suffix,
    /// Whatever else.
    General,
}

impl Glob {
    /// Every text is a pattern.
    #[must_use]
    pub fn new(pattern: impl Into<String>) -> Self {
        let pattern = pattern.into();
        let shape = if is_literal(&pattern) {
            Shape::Literal
        } else if pattern.bytes().all(|b| b == b'*') {
            Shape::Anything
        } else if pattern.strip_suffix('*').is_some_and(is_literal) {
            Shape::Prefix
        } else if pattern.strip_prefix('*').is_some_and(is_literal) {
            Shape::Suffix
        } else {
            Shape::General
        };
        Self { pattern, shape }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The only text it matches, if it has no wildcard.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        (self.shape == Shape::Literal).then_some(&*self.pattern)
    }

    /// Whether it matches the whole of `text`.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let stem = || self.pattern.trim_matches('*');
        match self.shape {
            Shape::Literal => text == self.pattern,
            Shape::Anything => true,
            Shape::Prefix => text.starts_with(stem()),
            Shape::Suffix => text.ends_with(stem()),
            Shape::General => Self::matches_once(&self.pattern, text),
        }
    }

    /// Whether `pattern` matches the whole of `text`, for a pattern that is used only once.
    ///
    /// Each piece between stars is taken where it first fits, so nothing is tried twice: linear,
    /// but for pieces with a `?`, which cost at most their length at each character.
    #[must_use]
    pub fn matches_once(pattern: &str, text: &str) -> bool {
        let mut pieces = pattern.split('*');
        let first = pieces.next().unwrap_or("");
        let Some(last) = pieces.next_back() else {
            return prefix(first, text) == Some("");
        };
        let Some(mut rest) = prefix(first, text) else {
            return false;
        };
        for piece in pieces {
            match after(piece, rest) {
                Some(tail) => rest = tail,
                None => return false,
            }
        }
        suffix(last, rest)
    }
}

fn is_literal(text: &str) -> bool {
    !text.contains(['*', '?'])
}

/// What follows `piece` (no stars) at the start of `text`.
fn prefix<'t>(piece: &str, text: &'t str) -> Option<&'t str> {
    if !piece.contains('?') {
        return text.strip_prefix(piece);
    }
    let mut chars = text.chars();
    for wanted in piece.chars() {
        let found = chars.next()?;
        if wanted != '?' && wanted != found {
            return None;
        }
    }
    Some(chars.as_str())
}

/// Whether `piece` (no stars) fits the end of `text`.
fn suffix(piece: &str, text: &str) -> bool {
    if !piece.contains('?') {
        return text.ends_with(piece);
    }
    let mut chars = text.chars().rev();
    piece.chars().rev().all(|wanted| {
        chars
            .next()
            .is_some_and(|found| wanted == '?' || wanted == found)
    })
}

/// What follows the first place in `text` where `piece` (no stars) fits.
fn after<'t>(piece: &str, text: &'t str) -> Option<&'t str> {
    if !piece.contains('?') {
        return text.split_once(piece).map(|(_, rest)| rest);
    }
    let mut rest = text.chars();
    loop {
        if let Some(tail) = prefix(piece, rest.as_str()) {
            return Some(tail);
        }
        rest.next()?;
    }
}
