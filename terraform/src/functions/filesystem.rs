//! Functions of files and of their paths.
//!
//! A file that is not among those that are scanned is not read: what is made of it is unknown.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::value::Value;

use super::hash::{in_base64, in_hexadecimal};
use super::signature::{Function, Outcome, Parameter, argument_error, call_error, texts};
use super::text::string;
use super::{FunctionContext, wildcard};

const TEXT: Parameter = Parameter::TEXT;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("abspath", &[TEXT], abspath),
    Function::pure("basename", &[TEXT], basename),
    Function::pure("dirname", &[TEXT], dirname),
    Function::of_files("file", &[TEXT], file),
    Function::of_files("filebase64", &[TEXT], |arguments, context| {
        of_bytes(arguments, context, |bytes| STANDARD.encode(bytes))
    }),
    Function::of_files("filebase64sha256", &[TEXT], |arguments, context| {
        of_bytes(arguments, context, in_base64::<Sha256>)
    }),
    Function::of_files("filebase64sha512", &[TEXT], |arguments, context| {
        of_bytes(arguments, context, in_base64::<Sha512>)
    }),
    Function::of_files("fileexists", &[TEXT], fileexists),
    Function::of_files("filemd5", &[TEXT], |arguments, context| {
        of_bytes(arguments, context, in_hexadecimal::<Md5>)
    }),
    Function::of_files("fileset", &[TEXT, TEXT], fileset),
    Function::of_files("filesha1", &[TEXT], |arguments, context| {
        of_bytes(arguments, context, in_hexadecimal::<Sha1>)
    }),
    Function::of_files("filesha256", &[TEXT], |arguments, context| {
        of_bytes(arguments, context, in_hexadecimal::<Sha256>)
    }),
    Function::of_files("filesha512", &[TEXT], |arguments, context| {
        of_bytes(arguments, context, in_hexadecimal::<Sha512>)
    }),
    Function::pure("pathexpand", &[TEXT], pathexpand),
];

fn read(
    arguments: &[Value],
    context: &FunctionContext<'_>,
) -> Result<Result<Arc<[u8]>, Value>, super::FunctionError> {
    let [path] = texts(arguments)?;
    Ok(context.read(path).map_err(Value::Unknown))
}

fn file(arguments: &[Value], context: &FunctionContext<'_>) -> Outcome {
    let bytes = match read(arguments, context)? {
        Ok(bytes) => bytes,
        Err(unknown) => return Ok(unknown),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        argument_error(
            0,
            "contents of the file are not valid UTF-8; use the filebase64 function to obtain the \
             Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to \
             obtain file hashing results instead",
        )
    })?;
    Ok(string(text))
}

fn of_bytes(
    arguments: &[Value],
    context: &FunctionContext<'_>,
    make: fn(&[u8]) -> String,
) -> Outcome {
    Ok(match read(arguments, context)? {
        Ok(bytes) => make(&bytes).into(),
        Err(unknown) => unknown,
    })
}

/// A file that is not here may be made before Terraform is run, so that the answer is never no.
fn fileexists(arguments: &[Value], context: &FunctionContext<'_>) -> Outcome {
    Ok(match read(arguments, context)? {
        Ok(_) => true.into(),
        Err(unknown) => unknown,
    })
}

fn fileset(arguments: &[Value], context: &FunctionContext<'_>) -> Outcome {
    let [folder, pattern] = texts(arguments)?;
    let pattern = cleaned(pattern.trim_start_matches('/'));
    if pattern.starts_with("..") {
        return Ok(Value::unknown("the pattern leads out of the folder"));
    }
    let pattern = wildcard::Pattern::parse(&pattern)
        .ok_or_else(|| call_error("failed to glob pattern: syntax error in pattern"))?;
    Ok(match context.files_below(folder) {
        Err(reason) => Value::Unknown(reason),
        Ok(files) => {
            let matches = files.iter().filter(|file| pattern.matches(file));
            Value::set(matches.map(|file| string(file)).collect())
        }
    })
}

/// The shortest path that means the same, as Go's `filepath.Clean` makes it.
fn cleaned(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            ".." if absolute => {}
            step => steps.push(step),
        }
    }
    let joined = steps.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

fn abspath(arguments: &[Value]) -> Outcome {
    let [path] = texts(arguments)?;
    if path.starts_with('/') {
        return Ok(string(&cleaned(path)));
    }
    Ok(Value::unknown("it is a path on the machine of the run"))
}

fn basename(arguments: &[Value]) -> Outcome {
    let [path] = texts(arguments)?;
    if path.is_empty() {
        return Ok(".".into());
    }
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(string(if path.is_empty() { "/" } else { name }))
}

fn dirname(arguments: &[Value]) -> Outcome {
    let [path] = texts(arguments)?;
    let folder = path.rfind('/').and_then(|end| path.get(..=end));
    Ok(string(&cleaned(folder.unwrap_or_default())))
}

fn pathexpand(arguments: &[Value]) -> Outcome {
    let [path] = texts(arguments)?;
    match path.strip_prefix('~') {
        None => Ok(string(path)),
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            Ok(Value::unknown("it is a path on the machine of the run"))
        }
        Some(_) => Err(call_error("cannot expand user-specific home dir")),
    }
}
