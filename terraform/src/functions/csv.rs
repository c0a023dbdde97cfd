//! CSV, read as Go's `encoding/csv` reads it: strict about quotes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::value::Value;

use super::FunctionError;
use super::signature::{Function, Outcome, Parameter, call_error, texts, too_large};
use super::text::{normal, string};

pub(super) const FUNCTIONS: &[Function] =
    &[Function::pure("csvdecode", &[Parameter::TEXT], csvdecode)];

/// How many fields the rows of a table may have together.
const MAX_CELLS: usize = 2_000_000;

fn csvdecode(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    let text = text.replace("\r\n", "\n");
    let mut reader = Reader {
        rest: text.strip_suffix('\r').unwrap_or(&text),
        line: 0,
    };
    let header = reader
        .record()?
        .ok_or_else(|| call_error("missing header line"))?;
    let mut names: Vec<Arc<str>> = Vec::with_capacity(header.len());
    let mut seen = BTreeSet::new();
    for name in header {
        let name: Arc<str> = normal(name).into();
        if !seen.insert(Arc::clone(&name)) {
            return Err(call_error(format!("duplicate column name {name:?}")));
        }
        names.push(name);
    }
    let mut rows = Vec::new();
    let mut cells = 0_usize;
    while let Some(fields) = reader.record()? {
        if fields.len() != names.len() {
            return Err(reader.error("wrong number of fields"));
        }
        cells = cells.saturating_add(fields.len());
        if cells > MAX_CELLS {
            return Ok(too_large());
        }
        let row: BTreeMap<_, _> = names
            .iter()
            .zip(&fields)
            .map(|(name, field)| (Arc::clone(name), string(field)))
            .collect();
        rows.push(Value::object(row));
    }
    Ok(Value::list(rows))
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Reader<'t> {
    fn error(&self, message: &str) -> FunctionError {
        call_error(format!("CSV parse error on line {}: {message}", self.line))
    }

    /// The next line with its line break, and the number of it.
    fn line(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find('\n').map_or(self.rest.len(), |end| end + 1);
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        self.line += 1;
        Some(line)
    }

    /// The fields of the next record; empty lines are none.
    fn record(&mut self) -> Result<Option<Vec<String>>, FunctionError> {
        let mut line = loop {
            match self.line() {
                None => return Ok(None),
                Some("\n") => {}
                Some(line) => break line,
            }
        };
        let mut fields = Vec::new();
        loop {
            let Some(quoted) = line.strip_prefix('"') else {
                let (field, after) = match line.split_once(',') {
                    Some((field, after)) => (field, Some(after)),
                    None => (line.strip_suffix('\n').unwrap_or(line), None),
                };
                if field.contains('"') {
                    return Err(self.error("bare \" in non-quoted-field"));
                }
                fields.push(field.to_owned());
                match after {
                    Some(after) => line = after,
                    None => return Ok(Some(fields)),
                }
                continue;
            };
            let (field, after) = self.quoted(quoted)?;
            fields.push(field);
            match after.strip_prefix(',') {
                Some(after) => line = after,
                None if after.is_empty() || after == "\n" => return Ok(Some(fields)),
                None => return Err(self.error("extraneous or missing \" in quoted-field")),
            }
        }
    }

    /// A field in quotes, of which the first is taken, and what follows the last.
    fn quoted(&mut self, mut line: &'t str) -> Result<(String, &'t str), FunctionError> {
        let mut field = String::new();
        loop {
            if let Some((part, after)) = line.split_once('"') {
                field.push_str(part);
                match after.strip_prefix('"') {
                    Some(after) => {
                        field.push('"');
                        line = after;
                    }
                    None => return Ok((field, after)),
                }
            } else {
                field.push_str(line);
                line = self
                    .line()
                    .ok_or_else(|| self.error("extraneous or missing \" in quoted-field"))?;
            }
        }
    }
}
