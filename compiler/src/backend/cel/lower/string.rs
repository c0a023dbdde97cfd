//! Strings and patterns.

use policyc_diagnostics::Span;
use policyc_ir::scalar::{Glob, re2_to_regex};
use policyc_ir::{CompareOp, Expr, ExprKind, Function, Literal, TextOp};
use regex::Regex;

use super::function::Case;
use super::{Known, Value};
use crate::backend::cel::Lowered;
use crate::backend::cel::ast::Cel;
use crate::backend::cel::frame::Frame;

impl Frame {
    /// The subject and the pattern are strings, and stand in the relation.
    pub(super) fn text_relation(
        &self,
        op: TextOp,
        subject: &Expr,
        pattern: &Expr,
        origin: Span,
    ) -> Lowered<Cel> {
        let pattern = self.value(pattern)?;
        let Some(literal) = &pattern.constant else {
            let subject = self.value(subject)?;
            return self.test_both(&subject, &pattern, |_, subject, pattern| {
                let test = match op {
                    TextOp::Glob => {
                        let regex = dynamic_glob(&pattern.cel);
                        subject.cel.clone().method("matches", [regex])
                    }
                    TextOp::StartsWith => called(subject.cel.clone(), "startsWith", &pattern.cel),
                    TextOp::EndsWith => called(subject.cel.clone(), "endsWith", &pattern.cel),
                    TextOp::Contains => called(subject.cel.clone(), "contains", &pattern.cel),
                };
                Ok(Cel::and([subject.is_text(), pattern.is_text(), test]))
            });
        };
        let Some(text) = text_of(literal) else {
            return Ok(Cel::Bool(false));
        };
        let subject = self.subject(subject, text.is_ascii())?;
        match op {
            TextOp::Glob => self.glob(&subject, text, origin),
            TextOp::StartsWith => self.text_test(&subject, text.is_empty(), |value| {
                called(value, "startsWith", &Cel::text(text))
            }),
            TextOp::EndsWith => self.text_test(&subject, text.is_empty(), |value| {
                called(value, "endsWith", &Cel::text(text))
            }),
            TextOp::Contains => self.text_test(&subject, text.is_empty(), |value| {
                called(value, "contains", &Cel::text(text))
            }),
        }
    }

    /// The value of a subject that is compared with a text: one in lower or upper case can be said
    /// where the text is in ASCII.
    pub(super) fn subject(&self, subject: &Expr, is_ascii: bool) -> Lowered<Value> {
        if let ExprKind::Call {
            function,
            arguments,
        } = &subject.kind
            && is_ascii
            && let [argument] = arguments.as_slice()
        {
            let case = match function {
                Function::Lower => Some(Case::Lower),
                Function::Upper => Some(Case::Upper),
                Function::Length
                | Function::Trim
                | Function::Split
                | Function::Replace
                | Function::Join
                | Function::Distinct
                | Function::Sort
                | Function::Keys
                | Function::Values
                | Function::ToString
                | Function::ToNumber => None,
            };
            if let Some(case) = case {
                return self.recased_to_ascii(&self.value(argument)?, case);
            }
        }
        self.value(subject)
    }

    /// A test of a string; `of_empty` is what it says of the empty one.
    fn text_test(
        &self,
        subject: &Value,
        of_empty: bool,
        test: impl Fn(Cel) -> Cel,
    ) -> Lowered<Cel> {
        if !of_empty && subject.optional && subject.known == Known::Text {
            return Ok(test(subject.or(Cel::text(""))));
        }
        self.test(subject, |_, value| {
            Ok(Cel::and([value.is_text(), test(value.cel.clone())]))
        })
    }

    /// The regular expression finds a match in the subject.
    pub(super) fn regex(&self, subject: &Expr, pattern: &str) -> Lowered<Cel> {
        let subject = self.subject(subject, tells_ascii_only(pattern))?;
        let of_empty = re2_to_regex(pattern)
            .ok()
            .and_then(|pattern| Regex::new(&pattern).ok())
            .is_none_or(|regex| regex.is_match(""));
        self.text_test(&subject, of_empty, |value| {
            called(value, "matches", &Cel::text(pattern))
        })
    }

    /// The glob matches the subject.
    fn glob(&self, subject: &Value, glob: &str, origin: Span) -> Lowered<Cel> {
        let of_empty = Glob::new(glob).matches("");
        let pieces: Vec<&str> = glob.split('*').collect();
        let simple = !glob.contains('?');
        match pieces.as_slice() {
            [only] if simple => {
                let literal = Value {
                    constant: Some(Literal::String((*only).to_owned())),
                    ..Value::sure(Cel::text(*only), Known::Text, "value")
                };
                self.compare(
                    CompareOp::Equal,
                    policyc_ir::Comparison::String,
                    subject,
                    &literal,
                    origin,
                )
            }
            ["", ""] => self.test(subject, |_, value| Ok(value.is_text())),
            [start, ""] if simple => self.text_test(subject, of_empty, |value| {
                called(value, "startsWith", &Cel::text(*start))
            }),
            ["", end] if simple => self.text_test(subject, of_empty, |value| {
                called(value, "endsWith", &Cel::text(*end))
            }),
            ["", middle, ""] if simple => self.text_test(subject, of_empty, |value| {
                called(value, "contains", &Cel::text(*middle))
            }),
            _ => self.text_test(subject, of_empty, |value| {
                called(value, "matches", &Cel::text(glob_regex(glob)))
            }),
        }
    }
}

/// Whether all characters beyond ASCII are the same to a regular expression.
fn tells_ascii_only(pattern: &str) -> bool {
    pattern.is_ascii()
        && !["\\p", "\\P", "\\x", "\\Q", "(?"]
            .iter()
            .any(|escape| pattern.contains(escape))
}

fn called(subject: Cel, function: &'static str, pattern: &Cel) -> Cel {
    subject.method(function, [pattern.clone()])
}

fn text_of(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::Bool(_) | Literal::Int(_) | Literal::Float(_) => None,
        Literal::String(text)
        | Literal::Quantity(text)
        | Literal::Duration(text)
        | Literal::Version(text)
        | Literal::Cidr(text)
        | Literal::Ip(text)
        | Literal::Date(text) => Some(text),
    }
}

/// Characters that mean something in a regular expression, but `*` and `?`.
const SPECIAL: &str = r"\.+()|[]{}^$";

/// A glob as a regular expression for the whole string.
fn glob_regex(glob: &str) -> String {
    let mut regex = String::from("(?s)^");
    for c in glob.chars() {
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            c if SPECIAL.contains(c) => {
                regex.push('[');
                if matches!(c, '\\' | '^' | '[' | ']') {
                    regex.push('\\');
                }
                regex.push(c);
                regex.push(']');
            }
            c => regex.push(c),
        }
    }
    regex.push('$');
    regex
}

/// The same of a glob that is not known yet.
fn dynamic_glob(glob: &Cel) -> Cel {
    let escaped = SPECIAL.chars().fold(glob.clone(), |text, c| {
        let by = format!("\\{c}");
        text.method("replace", [Cel::text(c.to_string()), Cel::text(by)])
    });
    let wild = escaped
        .method("replace", [Cel::text("?"), Cel::text(".")])
        .method("replace", [Cel::text("*"), Cel::text(".*")]);
    Cel::text("(?s)^")
        .binary(super::Operator::Add, wild)
        .binary(super::Operator::Add, Cel::text("$"))
}
