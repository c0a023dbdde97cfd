//! String functions without formats and expressions.

use policyc_ir::scalar::{to_lower, to_upper};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_segmentation::UnicodeSegmentation;

use crate::value::Value;

use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, items, text, texts, too_large,
    values, whole,
};

const TEXT: Parameter = Parameter::TEXT;
const NUMBER: Parameter = Parameter::NUMBER;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("chomp", &[TEXT], chomp),
    Function::pure("endswith", &[TEXT, TEXT], endswith),
    Function::pure("indent", &[NUMBER, TEXT], indent),
    Function::pure("join", &[TEXT], join).and(Parameter::TEXTS),
    Function::pure("lower", &[TEXT], lower),
    Function::pure("split", &[TEXT, TEXT], split),
    Function::pure("startswith", &[TEXT.or_unknown(), TEXT], startswith),
    Function::pure("strcontains", &[TEXT, TEXT], strcontains),
    Function::pure("strrev", &[TEXT], strrev),
    Function::pure("substr", &[TEXT, NUMBER, NUMBER], substr),
    Function::pure("title", &[TEXT], title),
    Function::pure("trim", &[TEXT, TEXT], trim),
    Function::pure("trimprefix", &[TEXT, TEXT], trimprefix),
    Function::pure("trimspace", &[TEXT], trimspace),
    Function::pure("trimsuffix", &[TEXT, TEXT], trimsuffix),
    Function::pure("upper", &[TEXT], upper),
];

/// The longest text that a function makes.
pub(super) const MAX_TEXT: usize = 16 * 1024 * 1024;

/// How many parts `split` makes.
const MAX_PARTS: usize = 1_000_000;

/// The characters of a text as readers see them: Unicode's extended grapheme clusters, by the rules
/// that Terraform knows. Later ones join consonants of Indic scripts.
pub(super) fn characters(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.graphemes(true).flat_map(|cluster| {
        let mut parts = Vec::new();
        let mut start = 0;
        let mut after_mark = false;
        for (at, c) in cluster.char_indices() {
            let mark = is_combining_mark(c) || c == '\u{200d}';
            if after_mark && !mark && c.is_alphabetic() {
                parts.extend(cluster.get(start..at));
                start = at;
            }
            after_mark = mark;
        }
        parts.extend(cluster.get(start..));
        parts
    })
}

/// A string, normalized as Terraform normalizes every string it makes (NFC).
pub(super) fn string(text: &str) -> Value {
    if text.is_ascii() || is_nfc(text) {
        Value::from(text)
    } else {
        Value::from(text.nfc().collect::<String>())
    }
}

/// A text so normalized.
pub(super) fn normal(text: String) -> String {
    if text.is_ascii() || is_nfc(&text) {
        text
    } else {
        text.nfc().collect()
    }
}

fn chomp(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(string(text.trim_end_matches(['\r', '\n'])))
}

fn endswith(arguments: &[Value]) -> Outcome {
    let [text, suffix] = texts(arguments)?;
    Ok(text.ends_with(suffix).into())
}

fn startswith(arguments: &[Value]) -> Outcome {
    let [argument, prefix] = values(arguments)?;
    let prefix = text(prefix)?;
    if prefix.is_empty() {
        return Ok(true.into());
    }
    if !argument.is_known() {
        return Ok(argument.clone());
    }
    Ok(text(argument)?.starts_with(prefix).into())
}

fn strcontains(arguments: &[Value]) -> Outcome {
    let [text, part] = texts(arguments)?;
    Ok(text.contains(part).into())
}

fn indent(arguments: &[Value]) -> Outcome {
    let [spaces, indented] = values(arguments)?;
    let indented = text(indented)?;
    let Ok(spaces) = usize::try_from(whole(0, spaces)?) else {
        return Err(argument_error(0, "value must not be less than zero"));
    };
    let added = indented.matches('\n').count().saturating_mul(spaces);
    if added.saturating_add(indented.len()) > MAX_TEXT {
        return Ok(too_large());
    }
    if added == 0 {
        return Ok(string(indented));
    }
    let line_start = format!("\n{}", " ".repeat(spaces));
    Ok(string(&indented.replace('\n', &line_start)))
}

fn join(arguments: &[Value]) -> Outcome {
    let Some((separator, lists)) = arguments.split_first() else {
        return Err(call_error("a separator is required"));
    };
    let separator = text(separator)?;
    if lists.is_empty() {
        return Err(call_error("at least one list is required"));
    }
    let mut joined = String::new();
    let mut first = true;
    for (list_index, list) in lists.iter().enumerate() {
        for (item_index, item) in items(list)?.iter().enumerate() {
            let Some(item) = item.as_str() else {
                let message =
                    format!("element {item_index} is null; cannot concatenate null values");
                return Err(argument_error(list_index + 1, message));
            };
            if !std::mem::take(&mut first) {
                joined.push_str(separator);
            }
            joined.push_str(item);
            if joined.len() > MAX_TEXT {
                return Ok(too_large());
            }
        }
    }
    Ok(string(&joined))
}

fn lower(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(string(&to_lower(text)))
}

fn upper(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(string(&to_upper(text)))
}

fn split(arguments: &[Value]) -> Outcome {
    let [separator, text] = texts(arguments)?;
    let count = if separator.is_empty() {
        text.len()
    } else {
        text.matches(separator).count()
    };
    if count > MAX_PARTS {
        return Ok(too_large());
    }
    let parts = if separator.is_empty() {
        text.chars()
            .map(|c| string(c.encode_utf8(&mut [0; 4])))
            .collect()
    } else {
        text.split(separator).map(string).collect()
    };
    Ok(Value::list(parts))
}

fn strrev(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(string(&characters(text).rev().collect::<String>()))
}

fn substr(arguments: &[Value]) -> Outcome {
    let [argument, offset, length] = values(arguments)?;
    let argument = text(argument)?;
    let (offset, length) = (whole(1, offset)?, whole(2, length)?);
    let Ok(offset) = usize::try_from(if offset < 0 {
        let total = i64::try_from(characters(argument).count()).unwrap_or(i64::MAX);
        offset.saturating_add(total).max(0)
    } else {
        offset
    }) else {
        return Ok("".into());
    };
    // A negative length is that of the rest.
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let part = characters(argument).skip(offset).take(length);
    Ok(string(&part.collect::<String>()))
}

fn title(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    let mut before = ' ';
    let titled = text.chars().map(|c| {
        let starts_word = is_separator(std::mem::replace(&mut before, c));
        if starts_word { title_case(c) } else { c }
    });
    Ok(string(&titled.collect::<String>()))
}

/// What stands between words, as Go's `strings.Title` has it: not the apostrophe's like.
fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        !(c.is_ascii_alphanumeric() || c == '_')
    } else {
        !c.is_alphabetic() && !c.is_numeric() && c.is_whitespace()
    }
}

/// The letter in title case, which differs from upper case for the few letters that are two.
fn title_case(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian letters have capitals, but no titles.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        c => to_upper(c.encode_utf8(&mut [0; 4]))
            .chars()
            .next()
            .unwrap_or(c),
    }
}

fn trim(arguments: &[Value]) -> Outcome {
    let [text, cut] = texts(arguments)?;
    Ok(string(text.trim_matches(|c| cut.contains(c))))
}

fn trimprefix(arguments: &[Value]) -> Outcome {
    let [text, prefix] = texts(arguments)?;
    Ok(string(text.strip_prefix(prefix).unwrap_or(text)))
}

fn trimsuffix(arguments: &[Value]) -> Outcome {
    let [text, suffix] = texts(arguments)?;
    Ok(string(text.strip_suffix(suffix).unwrap_or(text)))
}

fn trimspace(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(string(text.trim()))
}
