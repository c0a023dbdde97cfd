//! What functions take, and the checks before each call.

use std::sync::Arc;

use crate::value::{ConvertError, Number, NumberError, Reason, Type, Value, convert};

use super::{FunctionContext, FunctionError};

/// What a function gives.
pub(super) type Outcome = Result<Value, FunctionError>;

/// A function.
pub(super) struct Function {
    pub(super) name: &'static str,
    parameters: &'static [Parameter],
    /// What any further arguments are.
    rest: Option<Parameter>,
    run: Run,
}

enum Run {
    /// Of the arguments alone.
    Pure(fn(&[Value]) -> Outcome),
    /// Of files too.
    Files(fn(&[Value], &FunctionContext<'_>) -> Outcome),
}

/// A parameter.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    takes: Takes,
    null: bool,
    known: Known,
}

/// What arguments are converted to.
#[derive(Clone, Copy)]
enum Takes {
    Any,
    Text,
    Number,
    /// A list of anything.
    List,
    /// A set of anything.
    Set,
    /// A list of strings.
    Texts,
    /// A list of bools.
    Bools,
    /// A map of lists of strings.
    TextsByKey,
}

/// How much of an argument must be known for the function to be run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    All,
    /// The argument itself, not what is in it.
    Itself,
    Nothing,
}

/// Functions that give what stands in their argument, null too; no other gives null.
const GIVE_ELEMENTS: &[&str] = &["lookup", "element", "one"];

impl Parameter {
    const fn new(takes: Takes) -> Self {
        Self {
            takes,
            null: false,
            known: Known::All,
        }
    }

    pub(super) const ANY: Self = Self::new(Takes::Any);
    pub(super) const TEXT: Self = Self::new(Takes::Text);
    pub(super) const NUMBER: Self = Self::new(Takes::Number);
    pub(super) const LIST: Self = Self::new(Takes::List);
    pub(super) const SET: Self = Self::new(Takes::Set);
    pub(super) const TEXTS: Self = Self::new(Takes::Texts);
    pub(super) const BOOLS: Self = Self::new(Takes::Bools);
    pub(super) const TEXTS_BY_KEY: Self = Self::new(Takes::TextsByKey);

    /// The same, but `null` may be given.
    pub(super) const fn or_null(mut self) -> Self {
        self.null = true;
        self
    }

    /// The same, but unknown values may be in it.
    pub(super) const fn unknown_inside(mut self) -> Self {
        self.known = Known::Itself;
        self
    }

    /// The same, but it may be unknown.
    pub(super) const fn or_unknown(mut self) -> Self {
        self.known = Known::Nothing;
        self
    }

    fn accept(self, index: usize, argument: &Value) -> Outcome {
        if argument.is_null() && !self.null {
            return Err(argument_error(index, "argument must not be null"));
        }
        let wanted = match self.takes {
            Takes::Any => return Ok(argument.clone()),
            Takes::Text => Type::String,
            Takes::Number => Type::Number,
            Takes::List => Type::List(Arc::new(Type::Any)),
            Takes::Set => Type::Set(Arc::new(Type::Any)),
            Takes::Texts => Type::List(Arc::new(Type::String)),
            Takes::Bools => Type::List(Arc::new(Type::Bool)),
            Takes::TextsByKey => Type::Map(Arc::new(Type::List(Arc::new(Type::String)))),
        };
        convert(argument, &wanted).map_err(|error| argument_error(index, error))
    }

    fn missing(self, argument: &Value) -> Option<&Reason> {
        match (self.known, argument) {
            (Known::All, argument) => argument.first_unknown(),
            (Known::Itself, Value::Unknown(reason)) => Some(reason),
            (Known::Itself | Known::Nothing, _) => None,
        }
    }
}

impl Function {
    /// A function of its arguments.
    pub(super) const fn pure(
        name: &'static str,
        parameters: &'static [Parameter],
        run: fn(&[Value]) -> Outcome,
    ) -> Self {
        Self {
            name,
            parameters,
            rest: None,
            run: Run::Pure(run),
        }
    }

    /// A function of its arguments and of files.
    pub(super) const fn of_files(
        name: &'static str,
        parameters: &'static [Parameter],
        run: fn(&[Value], &FunctionContext<'_>) -> Outcome,
    ) -> Self {
        Self {
            name,
            parameters,
            rest: None,
            run: Run::Files(run),
        }
    }

    /// The same, but any number of further arguments may be given.
    pub(super) const fn and(mut self, rest: Parameter) -> Self {
        self.rest = Some(rest);
        self
    }

    pub(super) fn call(&self, given: &[Value], context: &FunctionContext<'_>) -> Outcome {
        let required = self.parameters.len();
        if given.len() < required || given.len() > required && self.rest.is_none() {
            let least = if self.rest.is_some() { "at least " } else { "" };
            let plural = if required == 1 { "" } else { "s" };
            return Err(FunctionError::Call(format!(
                "`{}` takes {least}{required} argument{plural}, but {} are given",
                self.name,
                given.len()
            )));
        }
        let mut arguments = Vec::with_capacity(given.len());
        let mut missing = None;
        let parameters = self.parameters.iter().copied();
        let parameters = parameters.chain(self.rest.into_iter().cycle());
        for (index, (parameter, argument)) in parameters.zip(given).enumerate() {
            let argument = parameter.accept(index, argument)?;
            missing = missing.or_else(|| parameter.missing(&argument).cloned());
            arguments.push(argument);
        }
        if let Some(reason) = missing {
            return Ok(Value::Unknown(if GIVE_ELEMENTS.contains(&self.name) {
                reason.or_null()
            } else {
                reason.of_result()
            }));
        }
        match self.run {
            Run::Pure(run) => run(&arguments),
            Run::Files(run) => run(&arguments, context),
        }
    }
}

/// The argument at the index is wrong.
pub(super) fn argument_error(index: usize, message: impl ToString) -> FunctionError {
    FunctionError::Argument(index, message.to_string())
}

/// The call is wrong.
pub(super) fn call_error(message: impl Into<String>) -> FunctionError {
    FunctionError::Call(message.into())
}

/// What the table of functions promises: [`Parameter::accept`] made the arguments fit.
fn unfit() -> FunctionError {
    call_error("the arguments do not fit the function")
}

/// The arguments, as many as the function has parameters.
pub(super) fn values<const N: usize>(arguments: &[Value]) -> Result<&[Value; N], FunctionError> {
    arguments.try_into().map_err(|_| unfit())
}

/// The arguments of a function that takes texts.
pub(super) fn texts<const N: usize>(arguments: &[Value]) -> Result<[&str; N], FunctionError> {
    let texts: Option<Vec<&str>> = arguments.iter().map(Value::as_str).collect();
    texts
        .and_then(|texts| texts.try_into().ok())
        .ok_or_else(unfit)
}

/// An argument that is a text.
pub(super) fn text(argument: &Value) -> Result<&str, FunctionError> {
    argument.as_str().ok_or_else(unfit)
}

/// An argument that is a number.
pub(super) fn number(argument: &Value) -> Result<&Number, FunctionError> {
    if let Value::Number(number) = argument {
        Ok(number)
    } else {
        Err(unfit())
    }
}

/// An argument that is a list, set or tuple.
pub(super) fn items(argument: &Value) -> Result<&[Value], FunctionError> {
    argument.as_items().ok_or_else(unfit)
}

/// The argument at the index, which must be a whole number of 64 bits.
pub(super) fn whole(index: usize, argument: &Value) -> Result<i64, FunctionError> {
    number(argument)?.as_i64().ok_or_else(|| {
        argument_error(
            index,
            format!(
                "value must be a whole number, between {} and {}",
                i64::MIN,
                i64::MAX
            ),
        )
    })
}

/// A number as a result; one that is too large to be written down is unknown here, not to
/// Terraform.
pub(super) fn number_or_unknown(result: Result<Number, NumberError>) -> Value {
    match result {
        Ok(number) => Value::Number(number),
        Err(error) => Value::unknown(format!("it is a {error}")),
    }
}

/// Unknown because this program does not make values so large.
pub(super) fn too_large() -> Value {
    Value::unknown("it is too large")
}

/// A conversion of a whole call that fails.
pub(super) fn unconvertible(error: ConvertError) -> FunctionError {
    FunctionError::Call(error.to_string())
}

/// Whether two values are equal; none when that depends on what is unknown in them.
pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
    if a.is_wholly_known() && b.is_wholly_known() {
        return Some(a == b);
    }
    if !a.is_known() || !b.is_known() {
        return None;
    }
    match (a, b) {
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all_equal(a.iter().zip(b.iter()))
        }
        (Value::Map(a), Value::Map(b)) | (Value::Object(a), Value::Object(b)) => {
            if !a.keys().eq(b.keys()) {
                return Some(false);
            }
            all_equal(a.values().zip(b.values()))
        }
        (Value::Set(_), Value::Set(_)) => None,
        _ => Some(false),
    }
}

fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut result = Some(true);
    for (a, b) in pairs {
        match equal(a, b) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}
