//! What a scalar of YAML 1.1 is, as Kubernetes reads it.
//!
//! kubectl, the API server's clients and Kyverno read manifests with `sigs.k8s.io/yaml`, that is
//! `go.yaml.in/yaml/v2`; the rules are those of its `resolve.go` (v2.4.4) and of the conversion of
//! keys to JSON in `sigs.k8s.io/yaml` v1.6.0. Two differences, both refusals instead of silent
//! changes: a decimal integer past 64 bits is an error, not the nearest double, and so is a
//! `.inf` or `.nan`, which JSON cannot hold.

use std::borrow::Cow;

use crate::value::{Number, Value};

/// Why a scalar has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A decimal integer that needs more than 64 bits.
    IntegerTooLarge,
    /// Infinity or not a number.
    NotFinite,
    /// The text is none of the tagged type.
    TagMismatch,
    /// `!!binary` whose text is not base64, or whose bytes are not UTF-8.
    Binary,
}

/// The value of a plain scalar without a tag.
pub(super) fn plain(text: &str) -> Result<Value, Unreadable> {
    match text.as_bytes().first() {
        None => Ok(Value::Null),
        Some(b'+' | b'-' | b'0'..=b'9') => number(text),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            Ok(word(text).unwrap_or_else(|| text.into()))
        }
        Some(b'.') => fraction(text),
        Some(_) => Ok(text.into()),
    }
}

/// The value of a scalar with the tag `!!name` of YAML, whatever its quotes.
pub(super) fn tagged(name: &str, text: &str) -> Result<Value, Unreadable> {
    let value = match name {
        "binary" => return binary(text),
        "bool" | "int" | "float" | "null" => plain(text)?,
        // Anything else is a string, `!!timestamp` too.
        _ => return Ok(text.into()),
    };
    let fits = match (&value, name) {
        (Value::Null, "null") | (Value::Bool(_), "bool") | (Value::Number(_), "float") => true,
        (Value::Number(number), "int") => number.is_integer(),
        (
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Unknown(_),
            _,
        ) => false,
    };
    if fits {
        Ok(value)
    } else {
        Err(Unreadable::TagMismatch)
    }
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Value::Null,
        _ => return None,
    })
}

fn number(text: &str) -> Result<Value, Unreadable> {
    if matches!(
        text,
        "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
    ) {
        return Err(Unreadable::NotFinite);
    }
    let plain = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    if let Some(value) = integer(&plain) {
        return Ok(Value::Number(value));
    }
    if !is_float(&plain) {
        return Ok(text.into());
    }
    let digits = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    // A run of digits that is no integer has 8 or 9 after a leading zero, which makes it a double,
    // or is too long.
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let no_octal = digits.starts_with('0') && digits.parse::<u64>().is_ok();
    if all_digits && !no_octal {
        return Err(Unreadable::IntegerTooLarge);
    }
    Ok(float(&plain).unwrap_or_else(|| text.into()))
}

/// A double; none when it is too large for one, which Go leaves a string.
fn float(text: &str) -> Option<Value> {
    let value: f64 = text.parse().ok()?;
    Number::from_f64(value).map(Value::Number)
}

/// An integer as Go's `strconv.ParseInt(text, 0, 64)` reads it: `0x`, `0o`, `0b`, and octal after
/// a leading zero.
fn integer(text: &str) -> Option<Number> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (radix, digits) = match (digits.as_bytes().first()?, digits.as_bytes().get(1)) {
        (b'0', Some(b'x' | b'X')) => (16, digits.get(2..)?),
        (b'0', Some(b'o' | b'O')) => (8, digits.get(2..)?),
        (b'0', Some(b'b' | b'B')) => (2, digits.get(2..)?),
        (b'0', Some(_)) => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // `from_str_radix` would take a second sign.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        i64::try_from(-i128::from(magnitude)).ok().map(Number::from)
    } else {
        Some(Number::from(magnitude))
    }
}

/// Whether the text matches `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = digits(rest);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return false;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let (power, rest) = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    !power.is_empty() && rest.is_empty()
}

/// The digits at the start, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A scalar that begins with a point. Here Go allows underscores between digits only.
fn fraction(text: &str) -> Result<Value, Unreadable> {
    if matches!(text, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Err(Unreadable::NotFinite);
    }
    let between_digits = text.as_bytes().windows(3).all(|window| match window {
        [a, b'_', b] => a.is_ascii_digit() && b.is_ascii_digit(),
        _ => true,
    });
    if !between_digits || text.ends_with('_') {
        return Ok(text.into());
    }
    let plain = text.replace('_', "");
    let value = if is_float(&plain) {
        float(&plain)
    } else {
        None
    };
    Ok(value.unwrap_or_else(|| text.into()))
}

fn binary(text: &str) -> Result<Value, Unreadable> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut group = 0_u32;
    let mut letters = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes() {
        let six = match byte {
            b'\r' | b'\n' => continue,
            b'=' => {
                padding += 1;
                0
            }
            _ if padding > 0 => return Err(Unreadable::Binary),
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(Unreadable::Binary),
        };
        group = group << 6 | u32::from(six);
        letters += 1;
        if letters.is_multiple_of(4) {
            bytes.extend(group.to_be_bytes().into_iter().skip(1));
            group = 0;
        }
    }
    if !letters.is_multiple_of(4) || padding > 2 {
        return Err(Unreadable::Binary);
    }
    bytes.truncate(bytes.len() - padding);
    String::from_utf8(bytes)
        .map(Value::string)
        .map_err(|_| Unreadable::Binary)
}

/// The text of a key that is no string, as `sigs.k8s.io/yaml` writes it into JSON; none for a
/// value that it refuses as a key.
pub(super) fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) if number.is_integer() => {
            number.as_i64().map(|value| value.to_string())
        }
        Value::Number(number) => Some(float_key(number.as_f64())),
        Value::String(text) => Some(text.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) | Value::Unknown(_) => None,
    }
}

/// A double as Go's `strconv.FormatFloat(value, 'g', -1, 32)` writes it.
fn float_key(value: f64) -> String {
    let value = value as f32;
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
        Ok(_) | Err(_) => value.to_string(),
    }
}
