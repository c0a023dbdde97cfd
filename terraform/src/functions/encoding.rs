//! Base64, URL and character encodings.

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::value::Value;

use super::signature::{Function, Outcome, Parameter, call_error, texts};
use super::text::string;

const TEXT: Parameter = Parameter::TEXT;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("base64decode", &[TEXT], base64decode),
    Function::pure("base64encode", &[TEXT], base64encode),
    Function::pure("base64gzip", &[TEXT], base64gzip),
    Function::pure("urlencode", &[TEXT], urlencode),
];

/// Go's `base64.StdEncoding`: the bits that padding leaves over may be anything.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The bytes of a text in Base64; Go's decoder skips line breaks.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text.replace(['\r', '\n'], "")).ok()
}

fn base64decode(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    let bytes = decode_base64(text).ok_or_else(|| call_error("failed to decode base64 data"))?;
    let decoded = String::from_utf8(bytes)
        .map_err(|_| call_error("the result of decoding the provided string is not valid UTF-8"))?;
    Ok(string(&decoded))
}

fn base64encode(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(STANDARD.encode(text).into())
}

/// Not computed: which bytes compressed data has depends on the program that compresses.
fn base64gzip(_: &[Value]) -> Outcome {
    Ok(Value::unknown("what `base64gzip` gives is not computed"))
}

fn urlencode(arguments: &[Value]) -> Outcome {
    use std::fmt::Write;
    let [text] = texts(arguments)?;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            byte => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    Ok(encoded.into())
}
