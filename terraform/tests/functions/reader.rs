//! Reads the expressions of the cases: calls of functions with literals, and some arithmetic.
//!
//! Not the evaluator of the crate, so that a mistake there is none here: only calls are tested.

use std::sync::Arc;

use policyc_terraform::functions::{self, FunctionContext, FunctionError};
use policyc_terraform::value::{Number, Value};
use unicode_normalization::UnicodeNormalization;

/// The value of an expression.
pub(crate) fn evaluate(
    expression: &str,
    context: &FunctionContext<'_>,
) -> Result<Value, FunctionError> {
    let mut reader = Reader {
        rest: expression,
        context,
    };
    let value = reader.sum()?;
    assert!(reader.rest.trim().is_empty(), "left over: {}", reader.rest);
    Ok(value)
}

struct Reader<'a> {
    rest: &'a str,
    context: &'a FunctionContext<'a>,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) {
        assert!(self.skip(token), "`{token}` expected at: {}", self.rest);
    }

    fn word(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn sum(&mut self) -> Result<Value, FunctionError> {
        let mut left = self.quotient()?;
        loop {
            let operate = if self.skip("+") {
                Number::add
            } else if self.skip("- ") {
                Number::subtract
            } else {
                return Ok(left);
            };
            let right = self.quotient()?;
            left = operate(&number(&left), &number(&right)).unwrap().into();
        }
    }

    fn quotient(&mut self) -> Result<Value, FunctionError> {
        let mut left = self.term()?;
        while self.skip("/") {
            let right = self.term()?;
            left = number(&left).divide(&number(&right)).unwrap().into();
        }
        Ok(left)
    }

    fn term(&mut self) -> Result<Value, FunctionError> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            Some('"') => Ok(self.string().as_str().into()),
            Some('[') => self.tuple(),
            Some('{') => self.object(),
            Some('-') => {
                self.expect("-");
                Ok(number(&self.term()?).negate().into())
            }
            Some('0'..='9') => Ok(self.number()),
            _ => self.call(),
        }
    }

    fn number(&mut self) -> Value {
        let mut before = ' ';
        let end = self.rest.find(|c: char| {
            let sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
            before = c;
            !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || sign)
        });
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Number::parse(digits).unwrap().into()
    }

    fn string(&mut self) -> String {
        self.expect("\"");
        let mut text = String::new();
        loop {
            match self.char() {
                // Terraform normalizes every string.
                '"' => return text.nfc().collect(),
                '\\' => text.push(self.escape()),
                '$' => {
                    text.push('$');
                    // `$${` is a `${` that is no interpolation.
                    if self.rest.starts_with("${") {
                        self.rest = &self.rest[1..];
                    }
                }
                c => text.push(c),
            }
        }
    }

    fn char(&mut self) -> char {
        let c = self.rest.chars().next().expect("the expression goes on");
        self.rest = &self.rest[c.len_utf8()..];
        c
    }

    fn escape(&mut self) -> char {
        match self.char() {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (digits, rest) = self.rest.split_at(4);
                self.rest = rest;
                char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap()
            }
            c => c,
        }
    }

    fn tuple(&mut self) -> Result<Value, FunctionError> {
        self.expect("[");
        let mut items = Vec::new();
        while !self.skip("]") {
            items.push(self.sum()?);
            self.skip(",");
        }
        Ok(Value::tuple(items))
    }

    fn object(&mut self) -> Result<Value, FunctionError> {
        self.expect("{");
        let mut entries: Vec<(Arc<str>, Value)> = Vec::new();
        while !self.skip("}") {
            let key = match self.rest.trim_start().starts_with('"') {
                true => self.string(),
                false => self.word(char::is_alphanumeric).to_owned(),
            };
            self.expect("=");
            entries.push((key.into(), self.sum()?));
            self.skip(",");
        }
        Ok(Value::object(entries))
    }

    fn call(&mut self) -> Result<Value, FunctionError> {
        let name = self.word(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
        match name {
            "unknown" => {
                self.expect(".");
                self.word(char::is_alphanumeric);
                return Ok(Value::unknown("known after apply"));
            }
            "null" => return Ok(Value::Null),
            "true" => return Ok(true.into()),
            "false" => return Ok(false.into()),
            name => assert!(!name.is_empty(), "no expression: {}", self.rest),
        }
        self.expect("(");
        let mut arguments = Vec::new();
        while !self.skip(")") {
            arguments.push(self.sum()?);
            if self.skip("...") {
                let list = arguments.pop().unwrap_or_default();
                arguments.extend(list.as_items().unwrap_or_default().iter().cloned());
            }
            self.skip(",");
        }
        functions::call(name, &arguments, self.context)
    }
}

fn number(value: &Value) -> Number {
    match value {
        Value::Number(number) => number.clone(),
        other => panic!("{other:?} is no number"),
    }
}
