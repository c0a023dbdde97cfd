//! `yamldecode`: YAML 1.2 with some scalars of YAML 1.1, as the library of Terraform reads it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use crate::value::{MAX_DEPTH, MAX_WEIGHT, Number, NumberError, Value, to_text};

use super::FunctionError;
use super::encoding::decode_base64;
use super::signature::{Outcome, call_error, number_or_unknown, texts, too_large};
use super::text::{normal, string};
use super::time::Time;

const YAML_TAGS: &str = "tag:yaml.org,2002:";

pub(super) fn yamldecode(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: usize::from(MAX_DEPTH),
        block_nesting_limit: usize::from(MAX_DEPTH),
        block_scalar_eof_without_line_feed: true,
    };
    let mut reader = Reader {
        parser: Parser::new_from_str_with_options(text, options),
        anchors: HashMap::new(),
        weight: 0,
    };
    match reader.document() {
        Ok(value) => Ok(value),
        Err(Problem::Refused(error)) => Err(error),
        Err(Problem::Unknown(value)) => Ok(value),
    }
}

enum Problem {
    Refused(FunctionError),
    /// What Terraform reads, but not this program.
    Unknown(Value),
}

impl From<FunctionError> for Problem {
    fn from(error: FunctionError) -> Self {
        Self::Refused(error)
    }
}

fn refused(message: impl Into<String>) -> Problem {
    Problem::Refused(call_error(message))
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// The values of anchors; none while they are read.
    anchors: HashMap<usize, Option<Value>>,
    /// Of everything that was read, with what aliases repeat.
    weight: u32,
}

/// What a scalar is.
enum Scalar {
    Value(Value),
    /// `<<`, which merges when it is a key.
    Merge,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, bool), Problem> {
        match self.parser.next() {
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or_default();
                Ok((event, range.is_empty()))
            }
            Some(Err(error)) => {
                if matches!(
                    error.kind(),
                    granit_parser::ErrorKind::RecursionLimitExceeded
                ) {
                    return Err(Problem::Unknown(too_large()));
                }
                Err(refused(error.info().to_string()))
            }
            None => Err(refused("unexpected end of the document")),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's events are non-exhaustive"
    )]
    fn document(&mut self) -> Result<Value, Problem> {
        loop {
            match self.next()?.0 {
                Event::DocumentStart(_, version) => {
                    if version.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                        return Err(refused("found incompatible YAML document"));
                    }
                    break;
                }
                Event::StreamEnd => return Err(refused("missing start of document")),
                _ => {}
            }
        }
        let event = self.next()?;
        let value = self.value(event)?;
        loop {
            match self.next()?.0 {
                Event::StreamEnd => return Ok(value),
                Event::DocumentEnd => {}
                Event::DocumentStart(..) => {
                    return Err(refused("only a single document is allowed"));
                }
                _ => return Err(refused("unexpected extra content after value")),
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's events are non-exhaustive"
    )]
    fn value(&mut self, (event, empty): (Event<'t>, bool)) -> Result<Value, Problem> {
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = if empty { "" } else { &*text };
                let value = match scalar(text, style, tag.as_deref())? {
                    Scalar::Value(value) => value,
                    Scalar::Merge => "<<".into(),
                };
                self.weigh(&value)?;
                (value, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                collection(tag.as_deref(), "seq")?;
                self.anchors.insert(anchor, None);
                (self.sequence()?, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                collection(tag.as_deref(), "map")?;
                self.anchors.insert(anchor, None);
                (self.mapping()?, anchor)
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().flatten();
                let value = value.ok_or_else(|| {
                    refused("cannot refer to an anchor from inside its own definition")
                })?;
                self.weigh(&value)?;
                (value, 0)
            }
            _ => return Err(refused("a value is missing")),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, Some(value.clone()));
        }
        Ok(value)
    }

    fn weigh(&mut self, value: &Value) -> Result<(), Problem> {
        self.weight = self.weight.saturating_add(value.weight());
        if self.weight > MAX_WEIGHT {
            return Err(Problem::Unknown(too_large()));
        }
        Ok(())
    }

    fn sequence(&mut self) -> Result<Value, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::tuple(items)),
                event => items.push(self.value(event)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Value, Problem> {
        let mut entries: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        loop {
            let (event, empty) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Value::object(entries));
            }
            let Event::Scalar(text, style, _, tag) = event else {
                return Err(refused("only strings are allowed as mapping keys"));
            };
            let text = if empty { "" } else { &*text };
            let key = scalar(text, style, tag.as_deref())?;
            let next = self.next()?;
            let value = self.value(next)?;
            match key {
                Scalar::Merge => {
                    let Some(merged) = value.as_entries() else {
                        let kind = value.type_name();
                        return Err(refused(format!("cannot merge {kind} into mapping")));
                    };
                    let merged = merged.iter();
                    entries.extend(merged.map(|(key, value)| (Arc::clone(key), value.clone())));
                }
                Scalar::Value(key) => {
                    let key = to_text(&key).map_err(|error| refused(error.to_string()))?;
                    if !key.is_known() {
                        return Err(Problem::Unknown(key));
                    }
                    let Value::String(key) = key else {
                        return Err(refused("mapping key cannot be null"));
                    };
                    entries.insert(key, value);
                }
            }
        }
    }
}

/// Checks the tag of a list or map.
fn collection(tag: Option<&Tag>, kind: &str) -> Result<(), Problem> {
    match tag {
        Some(tag) if tag.suffix_in_namespace(YAML_TAGS).as_deref() != Some(kind) => Err(refused(
            format!("can't interpret a {kind} as {}", tag.original()),
        )),
        _ => Ok(()),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Scalar, Problem> {
    let tag = match tag {
        None => None,
        Some(tag) => match tag.suffix_in_namespace(YAML_TAGS) {
            Some(name) => Some(name.into_owned()),
            None => return Err(refused(format!("unsupported tag {:?}", tag.original()))),
        },
    };
    match style {
        ScalarStyle::Plain => resolve(text, tag.as_deref(), false),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            resolve(text, tag.as_deref(), true)
        }
        // Read as a plain scalar, and made a string then.
        ScalarStyle::Literal | ScalarStyle::Folded => match resolve(text, tag.as_deref(), false)? {
            Scalar::Value(value) if tag.is_none() => to_text(&value)
                .map(Scalar::Value)
                .map_err(|error| refused(error.to_string())),
            other @ (Scalar::Value(_) | Scalar::Merge) => Ok(other),
        },
    }
}

fn resolve(text: &str, tag: Option<&str>, quoted: bool) -> Result<Scalar, Problem> {
    let mismatch = || {
        refused(format!(
            "cannot parse {text:?} as a {}",
            tag.unwrap_or("string")
        ))
    };
    let is_text = matches!(tag, Some("str" | "binary"));
    let mut numeric = matches!(tag, Some("int" | "float"));
    // Other first characters are those of strings.
    let first = text.bytes().next();
    let hinted = first.is_none_or(|first| b"+-0123456789.~yYnNtTfFoO".contains(&first));
    if hinted && !is_text {
        if quoted {
            return Ok(Scalar::Value(string(text)));
        }
        if let Some(value) = word(text) {
            return Ok(Scalar::Value(value));
        }
        if tag.is_none() && matches!(text, ".nan" | ".NaN" | ".NAN") {
            return Err(refused("floating point NaN is not supported"));
        }
        if first == Some(b'.') {
            if let Ok(number) = Number::parse(text) {
                return Ok(Scalar::Value(number.into()));
            }
        } else if first.is_some_and(|first| b"+-0123456789".contains(&first)) {
            if matches!(tag, None | Some("timestamp"))
                && let Some(time) = Time::parse_loosely(text)
            {
                return Ok(Scalar::Value(time.to_string().into()));
            }
            numeric = numeric || is_number(text);
        }
    }
    if tag.is_none() && text == "<<" {
        return Ok(Scalar::Merge);
    }
    if numeric {
        return number(&text.replace('_', ""))
            .map(Scalar::Value)
            .ok_or_else(mismatch);
    }
    match tag {
        None | Some("str") => Ok(Scalar::Value(Value::from(normal(text.to_owned())))),
        Some("binary") if decode_base64(text).is_some() => Ok(Scalar::Value(string(text))),
        Some("null") => Ok(Scalar::Value(Value::Null)),
        Some("binary" | "bool" | "timestamp") => Err(mismatch()),
        Some(other) => Err(refused(format!("unsupported tag {other:?}"))),
    }
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            true.into()
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            false.into()
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => {
            number_or_unknown(Err(NumberError::Range))
        }
        _ => return None,
    })
}

/// Whether a text is a number of YAML 1.2.
fn is_number(text: &str) -> bool {
    let all = |digits: &str, is_digit: fn(&u8) -> bool| {
        !digits.is_empty() && digits.bytes().all(|byte| is_digit(&byte))
    };
    if let Some(octal) = text.strip_prefix("0o") {
        return all(octal, |byte| (b'0'..=b'7').contains(byte));
    }
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return all(hexadecimal, u8::is_ascii_hexdigit);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digit: fn(&u8) -> bool = u8::is_ascii_digit;
    let mantissa_fits = (all(whole, is_digit) && (part.is_empty() || all(part, is_digit)))
        || (whole.is_empty() && all(part, is_digit));
    let exponent_fits = exponent.is_none_or(|exponent| {
        all(
            exponent.strip_prefix(['-', '+']).unwrap_or(exponent),
            is_digit,
        )
    });
    mantissa_fits && exponent_fits
}

fn number(text: &str) -> Option<Value> {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let value = u64::from_str_radix(digits, radix).ok()?;
            return Some(Number::from(value).into());
        }
    }
    match Number::parse(text) {
        Err(NumberError::Malformed) => None,
        number => Some(number_or_unknown(number)),
    }
}
