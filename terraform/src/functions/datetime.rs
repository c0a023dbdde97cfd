//! Functions of dates and times, which are written as in RFC 3339.

use crate::value::Value;

use super::signature::{Function, Outcome, Parameter, argument_error, call_error, texts};
use super::text::string;
use super::time::{Time, duration};

const TEXT: Parameter = Parameter::TEXT;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("formatdate", &[TEXT, TEXT], formatdate),
    Function::pure("plantimestamp", &[], now),
    Function::pure("timeadd", &[TEXT, TEXT], timeadd),
    Function::pure("timecmp", &[TEXT, TEXT], timecmp),
    Function::pure("timestamp", &[], now),
];

fn now(_: &[Value]) -> Outcome {
    Ok(Value::unknown("it is the time of the run"))
}

fn timeadd(arguments: &[Value]) -> Outcome {
    let [timestamp, added] = texts(arguments)?;
    let time = Time::parse(timestamp).map_err(call_error)?;
    let added =
        duration(added).ok_or_else(|| call_error(format!("time: invalid duration {added:?}")))?;
    Ok(time.plus(added).to_string().into())
}

fn timecmp(arguments: &[Value]) -> Outcome {
    let [first, second] = texts(arguments)?;
    let first = Time::parse(first).map_err(|message| argument_error(0, message))?;
    let second = Time::parse(second).map_err(|message| argument_error(1, message))?;
    Ok((first.nanoseconds().cmp(&second.nanoseconds()) as i64).into())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

fn formatdate(arguments: &[Value]) -> Outcome {
    let [format, timestamp] = texts(arguments)?;
    let time = Time::parse(timestamp).map_err(|message| argument_error(1, message))?;
    let mut out = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = literal(rest, &mut out)
                .ok_or_else(|| argument_error(0, "unterminated literal '"))?;
            continue;
        }
        let end = rest.find(|c| c != first).unwrap_or(rest.len());
        let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        if first.is_ascii_alphabetic() {
            let part = verb(first, token.len(), &time);
            out.push_str(
                &part.ok_or_else(|| {
                    argument_error(0, format!("invalid date format verb {token:?}"))
                })?,
            );
        } else {
            out.push_str(token);
        }
    }
    Ok(string(&out))
}

/// Writes the literal at the start of the text, and gives what follows it.
fn literal<'t>(text: &'t str, out: &mut String) -> Option<&'t str> {
    if let Some(after) = text.strip_prefix("''") {
        out.push('\'');
        return Some(after);
    }
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (part, after) = rest.split_once('\'')?;
        out.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                // Terraform takes the last quote of a format for the end as well.
                if after.is_empty() {
                    return Some(after);
                }
                rest = after;
            }
            None => return Some(after),
        }
    }
}

fn verb(letter: char, length: usize, time: &Time) -> Option<String> {
    let number = |value: i64| match length {
        1 => Some(value.to_string()),
        2 => Some(format!("{value:02}")),
        _ => None,
    };
    let name = |names: &[&str], index: i64| {
        let name = usize::try_from(index)
            .ok()
            .and_then(|index| names.get(index))?;
        match length {
            3 => name.get(..3).map(str::to_owned),
            4 => Some((*name).to_owned()),
            _ => None,
        }
    };
    let morning = time.hour() < 12;
    match (letter, length) {
        ('Y', 2) => Some(format!("{:02}", time.year() % 100)),
        ('Y', 4) => Some(format!("{:04}", time.year())),
        ('M', 1 | 2) => number(time.month()),
        ('M', _) => name(&MONTHS, time.month() - 1),
        ('D', _) => number(time.day()),
        ('E', _) => name(&DAYS, time.weekday()),
        ('h', _) => number(time.hour()),
        ('H', _) => number((time.hour() + 11) % 12 + 1),
        ('A', 2) => Some(if morning { "AM" } else { "PM" }.to_owned()),
        ('a', 2) => Some(if morning { "am" } else { "pm" }.to_owned()),
        ('m', _) => number(time.minute()),
        ('s', _) => number(time.second()),
        ('Z', 1) => Some(time.zone("Z", ":")),
        ('Z', 3) => Some(time.zone("UTC", "")),
        ('Z', 4) => Some(time.zone("+0000", "")),
        ('Z', 5) => Some(time.zone("+00:00", ":")),
        _ => None,
    }
}
