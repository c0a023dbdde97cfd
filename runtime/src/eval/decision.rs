//! The part of a condition that decided, and how to say it.

use policyc_diagnostics::Span;

use super::describe::short;
use super::locate::Place;
use super::program::Condition;
use super::val::Val;

/// The part of a condition that decided.
#[derive(Debug, Clone)]
pub(super) struct Decision<'a> {
    /// Where what failed stands, or would stand.
    pub(super) place: Option<Place<'a>>,
    /// What was found, if anything was.
    pub(super) found: Option<String>,
    /// What would hold.
    pub(super) expected: Option<Expected>,
    /// Where the author wrote the part.
    pub(super) origin: Span,
    pub(super) sentence: Sentence,
}

/// What would hold: some words, and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) words: &'static str,
    pub(super) values: Vec<String>,
    /// Where the value comes from, when it is no constant.
    pub(super) source: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) enum Sentence {
    /// `subject` is `found`, expected …
    Value {
        subject: String,
        /// The type of what was found, when that is the matter.
        ty: Option<&'static str>,
    },
    /// Whatever else.
    Other(String),
}

impl Expected {
    pub(super) fn new(words: &'static str, value: &Val) -> Self {
        Self {
            words,
            values: vec![short(value)],
            source: None,
        }
    }

    pub(super) fn text(words: &'static str) -> Self {
        Self {
            words,
            values: Vec::new(),
            source: None,
        }
    }

    /// The text without marks: `at least 2`.
    pub(super) fn plain(&self) -> String {
        self.phrase("")
    }

    fn phrase(&self, mark: &str) -> String {
        let mut text = self.words.to_owned();
        for (index, value) in self.values.iter().enumerate() {
            let before = match (index, self.words.is_empty()) {
                (0, true) => "",
                (0, false) => " ",
                (_, _) if index + 1 == self.values.len() => " or ",
                (_, _) => ", ",
            };
            text.push_str(before);
            text.push_str(mark);
            text.push_str(value);
            text.push_str(mark);
        }
        match &self.source {
            Some(source) if self.values.is_empty() => {
                text.push_str(&format!(" {mark}{source}{mark}, which is not set"));
            }
            Some(source) => text.push_str(&format!(" ({mark}{source}{mark})")),
            None => {}
        }
        text.trim_start().to_owned()
    }
}

impl<'a> Decision<'a> {
    /// Of a condition that was too expensive to look into.
    pub(super) fn unknown(condition: &Condition) -> Self {
        Self::other(condition, "the condition does not hold".to_owned())
    }

    pub(super) fn other(condition: &Condition, text: String) -> Self {
        Self {
            place: None,
            found: None,
            expected: None,
            origin: condition.origin,
            sentence: Sentence::Other(text),
        }
    }

    /// The decision as a text.
    pub(super) fn message(&self) -> String {
        match &self.sentence {
            Sentence::Other(text) => text.clone(),
            Sentence::Value { subject, ty } => {
                let mut text = format!("`{subject}` is ");
                match &self.found {
                    Some(found) => {
                        if let Some(ty) = ty {
                            text.push_str(&format!("the {ty} "));
                        }
                        text.push_str(&format!("`{found}`"));
                    }
                    None => text.push_str("not set"),
                }
                if let Some(expected) = &self.expected {
                    text.push_str(&format!(", expected {}", expected.phrase("`")));
                }
                text
            }
        }
    }

    /// Takes the other's expected values, if all the rest is the same.
    pub(super) fn merge(&mut self, other: &Self) -> bool {
        let (Sentence::Value { subject, .. }, Sentence::Value { subject: same, .. }) =
            (&self.sentence, &other.sentence)
        else {
            return false;
        };
        match (&mut self.expected, &other.expected) {
            (Some(mine), Some(theirs))
                if subject == same
                    && mine.words == theirs.words
                    && mine.source.is_none()
                    && theirs.source.is_none() =>
            {
                for value in &theirs.values {
                    if !mine.values.contains(value) {
                        mine.values.push(value.clone());
                    }
                }
                true
            }
            (Some(_) | None, Some(_) | None) => false,
        }
    }
}
