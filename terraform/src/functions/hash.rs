//! Hashes, and what is made of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use uuid::{Builder, Uuid};

use crate::value::Value;

use super::signature::{Function, Outcome, Parameter, argument_error, texts};

const TEXT: Parameter = Parameter::TEXT;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("base64sha256", &[TEXT], |arguments| {
        of_text(arguments, in_base64::<Sha256>)
    }),
    Function::pure("base64sha512", &[TEXT], |arguments| {
        of_text(arguments, in_base64::<Sha512>)
    }),
    Function::pure("bcrypt", &[TEXT], |_| random("a salt")).and(Parameter::NUMBER),
    Function::pure("md5", &[TEXT], |arguments| {
        of_text(arguments, in_hexadecimal::<Md5>)
    }),
    Function::pure("rsadecrypt", &[TEXT, TEXT], rsadecrypt),
    Function::pure("sha1", &[TEXT], |arguments| {
        of_text(arguments, in_hexadecimal::<Sha1>)
    }),
    Function::pure("sha256", &[TEXT], |arguments| {
        of_text(arguments, in_hexadecimal::<Sha256>)
    }),
    Function::pure("sha512", &[TEXT], |arguments| {
        of_text(arguments, in_hexadecimal::<Sha512>)
    }),
    Function::pure("uuid", &[], |_| random("an identifier")),
    Function::pure("uuidv5", &[TEXT, TEXT], uuidv5),
];

/// The digest of bytes, as text in hexadecimal.
pub(super) fn in_hexadecimal<D: Digest>(bytes: &[u8]) -> String {
    use std::fmt::Write;
    D::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The digest of bytes, as text in Base64.
pub(super) fn in_base64<D: Digest>(bytes: &[u8]) -> String {
    STANDARD.encode(D::digest(bytes))
}

fn of_text(arguments: &[Value], digest: fn(&[u8]) -> String) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(digest(text.as_bytes()).into())
}

fn random(what: &str) -> Outcome {
    Ok(Value::unknown(format!(
        "{what} is drawn by chance when it is applied"
    )))
}

/// Not computed: a policy has no use for a secret, and the crates for RSA have known weaknesses
/// against measuring their time.
fn rsadecrypt(_: &[Value]) -> Outcome {
    Ok(Value::unknown("what `rsadecrypt` gives is not computed"))
}

fn uuidv5(arguments: &[Value]) -> Outcome {
    let [namespace, name] = texts(arguments)?;
    let namespace = match namespace {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => Uuid::try_parse(other).map_err(|_| {
            argument_error(
                0,
                format!("uuidv5() doesn't support namespace {other:?}, nor is it a UUID"),
            )
        })?,
    };
    let hash = Sha1::new()
        .chain_update(namespace.as_bytes())
        .chain_update(name)
        .finalize();
    let mut bytes = [0; 16];
    for (byte, of_hash) in bytes.iter_mut().zip(hash) {
        *byte = of_hash;
    }
    Ok(Builder::from_sha1_bytes(bytes)
        .into_uuid()
        .to_string()
        .into())
}
