//! Functions of regular expressions, which are Go's: RE2.

use std::borrow::Cow;
use std::sync::Arc;

use policyc_ir::scalar::re2_to_regex;
use regex::{Captures, Regex, RegexBuilder};

use crate::value::Value;

use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, texts, too_large,
};
use super::text::{MAX_TEXT, normal, string};

const TEXT: Parameter = Parameter::TEXT;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("regex", &[TEXT, TEXT], regex),
    Function::pure("regexall", &[TEXT, TEXT], regexall),
    Function::pure("replace", &[TEXT, TEXT, TEXT], replace),
];

/// How large a compiled expression may be, in bytes.
const MAX_EXPRESSION: usize = 4 * 1024 * 1024;

/// How many bytes of text times bytes of expression are searched.
const MAX_WORK: usize = 1 << 30;

/// How many matches `regexall` gives.
const MAX_MATCHES: usize = 1_000_000;

enum Compiled {
    Expression(Regex),
    /// One that Terraform takes.
    Unknown(Value),
}

fn compile(pattern: &str, searched: usize) -> Result<Compiled, String> {
    let translated = re2_to_regex(pattern)?;
    if searched.saturating_mul(pattern.len()) > MAX_WORK {
        return Ok(Compiled::Unknown(too_large()));
    }
    let built = RegexBuilder::new(&translated)
        .size_limit(MAX_EXPRESSION)
        .dfa_size_limit(MAX_EXPRESSION)
        .build();
    match built {
        Ok(expression) => Ok(Compiled::Expression(expression)),
        Err(regex::Error::CompiledTooBig(_)) => Ok(Compiled::Unknown(too_large())),
        Err(error) => {
            // The last line says what is wrong, those above it show the translated pattern.
            let error = error.to_string();
            // Go takes two groups of one name, and names that begin with a digit.
            let by_name = [
                "duplicate capture group name",
                "invalid capture group character",
            ];
            if by_name.iter().any(|message| error.contains(message)) {
                let reason = "a group of the expression has a name that is not known here";
                return Ok(Compiled::Unknown(Value::unknown(reason)));
            }
            let last = error.lines().last().unwrap_or_default();
            Err(last.trim_start_matches("error: ").to_owned())
        }
    }
}

/// What a match gives: all of it, or what its groups matched.
enum Shape {
    Whole,
    ByNumber,
    ByName(Vec<Arc<str>>),
}

fn shape(expression: &Regex) -> Result<Shape, String> {
    let groups = expression.captures_len() - 1;
    let names: Vec<Arc<str>> = expression
        .capture_names()
        .flatten()
        .map(Arc::from)
        .collect();
    if groups == 0 {
        Ok(Shape::Whole)
    } else if names.is_empty() {
        Ok(Shape::ByNumber)
    } else if names.len() == groups {
        Ok(Shape::ByName(names))
    } else {
        Err("cannot mix both named and unnamed capture groups".to_owned())
    }
}

fn matched(captures: &Captures<'_>, shape: &Shape) -> Value {
    let mut groups = captures
        .iter()
        .map(|group| group.map_or(Value::Null, |group| string(group.as_str())));
    let whole = groups.next().unwrap_or_default();
    match shape {
        Shape::Whole => whole,
        Shape::ByNumber => Value::tuple(groups.collect()),
        Shape::ByName(names) => Value::object(names.iter().cloned().zip(groups)),
    }
}

fn invalid(message: impl std::fmt::Display) -> super::FunctionError {
    argument_error(0, format!("invalid regexp pattern: {message}"))
}

fn regex(arguments: &[Value]) -> Outcome {
    let [pattern, text] = texts(arguments)?;
    let expression = match compile(pattern, text.len()).map_err(invalid)? {
        Compiled::Expression(expression) => expression,
        Compiled::Unknown(value) => return Ok(value),
    };
    let shape = shape(&expression).map_err(invalid)?;
    let captures = expression
        .captures(text)
        .ok_or_else(|| call_error("pattern did not match any part of the given string"))?;
    Ok(matched(&captures, &shape))
}

fn regexall(arguments: &[Value]) -> Outcome {
    let [pattern, text] = texts(arguments)?;
    let expression = match compile(pattern, text.len()).map_err(invalid)? {
        Compiled::Expression(expression) => expression,
        Compiled::Unknown(value) => return Ok(value),
    };
    let shape = shape(&expression).map_err(invalid)?;
    let mut found = Vec::new();
    for captures in expression.captures_iter(text) {
        if found.len() >= MAX_MATCHES {
            return Ok(too_large());
        }
        found.push(matched(&captures, &shape));
    }
    Ok(Value::list(found))
}

fn replace(arguments: &[Value]) -> Outcome {
    let [text, part, replacement] = texts(arguments)?;
    let pattern = part
        .strip_prefix('/')
        .and_then(|pattern| pattern.strip_suffix('/'));
    let Some(pattern) = pattern else {
        let count = if part.is_empty() {
            text.len() + 1
        } else {
            text.matches(part).count()
        };
        if count.saturating_mul(replacement.len()) > MAX_TEXT {
            return Ok(too_large());
        }
        return Ok(string(&text.replace(part, replacement)));
    };
    let expression = match compile(pattern, text.len())
        .map_err(|message| call_error(format!("error parsing regexp: {message}")))?
    {
        Compiled::Expression(expression) => expression,
        Compiled::Unknown(value) => return Ok(value),
    };
    let template = Template::read(replacement);
    let mut replaced = String::new();
    let mut end = 0;
    for captures in expression.captures_iter(text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        replaced.push_str(text.get(end..whole.start()).unwrap_or_default());
        template.write(&captures, &mut replaced);
        end = whole.end();
        if replaced.len() > MAX_TEXT {
            break;
        }
    }
    replaced.push_str(text.get(end..).unwrap_or_default());
    if replaced.len() > MAX_TEXT {
        return Ok(too_large());
    }
    Ok(string(&normal(replaced)))
}

/// What a match is replaced by, as Go's `Regexp.Expand` reads it.
struct Template<'t>(Vec<Part<'t>>);

enum Part<'t> {
    Text(Cow<'t, str>),
    /// `$1`, `${name}`: nothing when there is no such group.
    Group(&'t str),
}

impl<'t> Template<'t> {
    fn read(mut rest: &'t str) -> Self {
        let mut parts = Vec::new();
        while let Some((before, after)) = rest.split_once('$') {
            parts.push(Part::Text(before.into()));
            if let Some(after) = after.strip_prefix('$') {
                parts.push(Part::Text("$".into()));
                rest = after;
            } else if let Some((name, after)) = name(after) {
                parts.push(Part::Group(name));
                rest = after;
            } else {
                parts.push(Part::Text("$".into()));
                rest = after;
            }
        }
        parts.push(Part::Text(rest.into()));
        Self(parts)
    }

    fn write(&self, captures: &Captures<'_>, out: &mut String) {
        for part in &self.0 {
            if out.len() > MAX_TEXT {
                return;
            }
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(name) => {
                    let group = match name.parse::<usize>() {
                        Ok(number) => captures.get(number),
                        Err(_) => captures.name(name),
                    };
                    out.push_str(group.map_or("", |group| group.as_str()));
                }
            }
        }
    }
}

/// The name of a group at the start of a text, and what follows.
fn name(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    if let Some(inside) = text.strip_prefix('{') {
        let (name, after) = inside.split_once('}')?;
        return (!name.is_empty() && name.chars().all(is_part)).then_some((name, after));
    }
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.split_at_checked(end)
        .filter(|(name, _)| !name.is_empty())
}
