//! `format` and `formatlist`, with the verbs that Terraform documents and those it does not.

use crate::value::{Type, Value, convert};

use super::FunctionError;
use super::format_number::{floating, integer};
use super::json::to_json;
use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, number, text, too_large,
};
use super::text::{MAX_TEXT, characters, string};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("format", &[Parameter::TEXT], format).and(Parameter::ANY.or_null()),
    Function::pure("formatlist", &[Parameter::TEXT], formatlist)
        .and(Parameter::ANY.or_null().or_unknown()),
];

/// The greatest width and precision; Go refuses greater ones as well.
const MAX_WIDTH: usize = 1_000_000;

/// A part of a format such as `%-5.2[1]f`.
pub(super) struct Verb {
    /// As written, for messages.
    raw: String,
    offset: usize,
    argument: usize,
    letter: char,
    pub(super) zero: bool,
    pub(super) sharp: bool,
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) space: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
}

/// Why there is no text.
enum Failure {
    Refused(FunctionError),
    TooLarge,
}

impl From<FunctionError> for Failure {
    fn from(error: FunctionError) -> Self {
        Self::Refused(error)
    }
}

fn outcome(result: Result<String, Failure>) -> Outcome {
    match result {
        Ok(text) => Ok(string(&text)),
        Err(Failure::Refused(error)) => Err(error),
        Err(Failure::TooLarge) => Ok(too_large()),
    }
}

fn format(arguments: &[Value]) -> Outcome {
    let Some((format, arguments)) = arguments.split_first() else {
        return Err(call_error("a format is required"));
    };
    outcome(formatted(text(format)?, arguments))
}

/// An argument of `formatlist`.
enum Source<'a> {
    /// One element for each result.
    Each(&'a [Value]),
    /// The same for each result.
    Same(&'a Value),
}

fn formatlist(arguments: &[Value]) -> Outcome {
    let Some((format, arguments)) = arguments.split_first() else {
        return Err(call_error("a format is required"));
    };
    let format = text(format)?;
    let mut sources = Vec::with_capacity(arguments.len());
    let mut length: Option<(usize, usize)> = None;
    let mut unknown = None;
    for (index, argument) in (1..).zip(arguments) {
        let Some(items) = argument.as_items() else {
            // What is unknown may be a list.
            unknown = unknown.or((!argument.is_known()).then_some(argument));
            sources.push(Source::Same(argument));
            continue;
        };
        if matches!(argument, Value::Set(_))
            && let Some(reason) = argument.first_unknown()
        {
            return Ok(Value::Unknown(reason.clone()));
        }
        match length {
            Some((first, length)) if length != items.len() => {
                let message = format!(
                    "argument {index} has length {}, which is inconsistent with argument {first} \
                     of length {length}",
                    items.len()
                );
                return Err(argument_error(index, message));
            }
            Some(_) => {}
            None => length = Some((index, items.len())),
        }
        sources.push(Source::Each(items));
    }
    if let Some(unknown) = unknown {
        return Ok(unknown.clone());
    }
    let length = length.map_or(1, |(_, length)| length);
    let mut list = Vec::with_capacity(length);
    for index in 0..length {
        let arguments = sources.iter().map(|source| match source {
            Source::Each(items) => items.get(index).unwrap_or(&Value::Null),
            Source::Same(value) => *value,
        });
        let arguments: Vec<Value> = arguments.cloned().collect();
        let unknown = arguments.iter().find_map(Value::first_unknown);
        list.push(match unknown {
            Some(reason) => Value::Unknown(reason.clone()),
            None => outcome(formatted(format, &arguments))?,
        });
    }
    Ok(Value::list(list))
}

fn formatted(format: &str, arguments: &[Value]) -> Result<String, Failure> {
    let mut out = String::new();
    let mut rest = format;
    let mut next = 1;
    let mut highest = 0;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let offset = format.len().saturating_sub(after.len() + 1);
        let mut reader = Reader {
            format,
            rest: after,
        };
        let verb = reader.verb(offset, next)?;
        rest = reader.rest;
        let argument = verb.argument.checked_sub(1).and_then(|i| arguments.get(i));
        let argument = argument.ok_or_else(|| {
            call_error(format!(
                "not enough arguments for {:?} at {offset}: need index {} but have {} total",
                verb.raw,
                verb.argument,
                arguments.len()
            ))
        })?;
        if verb.width.max(verb.precision.unwrap_or(0)) > MAX_WIDTH {
            return Err(Failure::TooLarge);
        }
        out.push_str(&verb.apply(argument)?);
        if out.len() > MAX_TEXT {
            return Err(Failure::TooLarge);
        }
        highest = highest.max(verb.argument);
        next = verb.argument + 1;
    }
    out.push_str(rest);
    if highest < arguments.len() {
        let message = if highest == 0 {
            "too many arguments; no verbs in format string".to_owned()
        } else {
            format!("too many arguments; only {highest} used by format string")
        };
        return Err(argument_error(highest + 1, message).into());
    }
    Ok(out)
}

struct Reader<'f> {
    format: &'f str,
    /// After the `%`.
    rest: &'f str,
}

impl<'f> Reader<'f> {
    fn skip(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn digits(&mut self) -> &'f str {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        digits
    }

    fn wrong(&self) -> FunctionError {
        let offset = self.format.len().saturating_sub(self.rest.len());
        call_error(match self.rest.chars().next() {
            Some(c) => format!("unrecognized format character {c:?} at offset {offset}"),
            None => format!("invalid format string starting at offset {offset}"),
        })
    }

    fn verb(&mut self, offset: usize, next: usize) -> Result<Verb, FunctionError> {
        let number = |digits: &str| digits.parse().unwrap_or(usize::MAX);
        let mut verb = Verb {
            raw: String::new(),
            offset,
            argument: next,
            letter: 'v',
            zero: false,
            sharp: false,
            plus: false,
            minus: false,
            space: false,
            width: 0,
            precision: None,
        };
        loop {
            match self.rest.chars().next() {
                Some('0') => verb.zero = true,
                Some('#') => verb.sharp = true,
                Some('+') => verb.plus = true,
                Some('-') => verb.minus = true,
                Some(' ') => verb.space = true,
                _ => break,
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        let width = self.digits();
        if !width.is_empty() {
            verb.width = number(width);
        }
        if self.skip('.') {
            let digits = self.digits();
            verb.precision = Some(if digits.is_empty() { 0 } else { number(digits) });
        }
        if self.skip('[') {
            if self.rest.starts_with('0') {
                return Err(self.wrong());
            }
            let digits = self.digits();
            if digits.is_empty() || !self.rest.starts_with(']') {
                return Err(self.wrong());
            }
            self.skip(']');
            verb.argument = number(digits);
        }
        let letter = self.rest.chars().next().filter(char::is_ascii_alphabetic);
        verb.letter = letter.ok_or_else(|| self.wrong())?;
        self.rest = self.rest.get(1..).unwrap_or_default();
        let end = self.format.len().saturating_sub(self.rest.len());
        self.format
            .get(offset..end)
            .unwrap_or_default()
            .clone_into(&mut verb.raw);
        Ok(verb)
    }
}

impl Verb {
    fn unsupported(&self, why: impl std::fmt::Display) -> FunctionError {
        call_error(format!(
            "unsupported value for {:?} at {}: {why}",
            self.raw, self.offset
        ))
    }

    fn to(&self, argument: &Value, of: &Type) -> Outcome {
        convert(argument, of).map_err(|error| self.unsupported(error))
    }

    fn apply(&self, argument: &Value) -> Result<String, FunctionError> {
        if argument.is_null() && self.letter != 'v' {
            return Err(self.unsupported("null value cannot be formatted"));
        }
        match self.letter {
            'v' => Ok(self.padded(self.as_it_is(argument))),
            't' => Ok(to_json(&self.to(argument, &Type::Bool)?)),
            'b' | 'd' | 'o' | 'x' | 'X' => {
                let argument = self.to(argument, &Type::Number)?;
                integer(self, self.letter, number(&argument)?)
                    .ok_or_else(|| self.unsupported("an integer is required"))
            }
            'e' | 'E' | 'f' | 'g' | 'G' => {
                let argument = self.to(argument, &Type::Number)?;
                Ok(floating(self, self.letter, number(&argument)?))
            }
            's' | 'q' => {
                let argument = self.to(argument, &Type::String)?;
                let mut text = text(&argument)?.to_owned();
                if let Some(length) = self.precision.filter(|length| *length > 0) {
                    text = characters(&text).take(length).collect();
                }
                Ok(self.padded(if self.letter == 'q' {
                    to_json(&Value::from(text))
                } else {
                    text
                }))
            }
            letter => Err(call_error(format!(
                "unsupported format verb {letter:?} in {:?} at offset {}",
                self.raw, self.offset
            ))),
        }
    }

    fn as_it_is(&self, argument: &Value) -> String {
        if !self.sharp {
            if let Value::String(text) = argument {
                return text.to_string();
            }
            if let Value::Number(number) = argument {
                return shortest(number);
            }
        }
        to_json(argument)
    }

    fn padded(&self, text: String) -> String {
        let length = characters(&text).count();
        let padding = if self.zero { "0" } else { " " };
        let padding = padding.repeat(self.width.saturating_sub(length));
        if self.minus {
            text + &padding
        } else {
            padding + &text
        }
    }
}

/// As `%v` writes a number.
fn shortest(number: &crate::value::Number) -> String {
    let plain = Verb {
        raw: String::new(),
        offset: 0,
        argument: 0,
        letter: 'g',
        zero: false,
        sharp: false,
        plus: false,
        minus: false,
        space: false,
        width: 0,
        precision: None,
    };
    floating(&plain, 'g', number)
}
