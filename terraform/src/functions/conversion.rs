//! Conversions that a configuration asks for.

use std::sync::Arc;

use crate::value::{Number, NumberError, Type, Value, convert};

use super::signature::{Function, Outcome, Parameter, argument_error, number_or_unknown, values};

const ANYTHING: Parameter = Parameter::ANY.or_null().or_unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("tobool", &[ANYTHING], tobool),
    Function::pure("tolist", &[ANYTHING], tolist),
    Function::pure("tomap", &[ANYTHING], tomap),
    Function::pure("tonumber", &[ANYTHING], tonumber),
    Function::pure("toset", &[ANYTHING], toset),
    Function::pure("tostring", &[ANYTHING], tostring),
];

fn to(arguments: &[Value], of: &Type) -> Outcome {
    let [value] = values(arguments)?;
    convert(value, of).map_err(|error| argument_error(0, error))
}

fn tobool(arguments: &[Value]) -> Outcome {
    to(arguments, &Type::Bool)
}

fn tolist(arguments: &[Value]) -> Outcome {
    to(arguments, &Type::List(Arc::new(Type::Any)))
}

fn tomap(arguments: &[Value]) -> Outcome {
    to(arguments, &Type::Map(Arc::new(Type::Any)))
}

fn tonumber(arguments: &[Value]) -> Outcome {
    if let [Value::String(text)] = arguments {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        // Terraform has a number for infinity, which no attribute can take.
        let infinite = matches!(digits, "inf" | "Inf");
        if infinite || Number::parse(text) == Err(NumberError::Range) {
            return Ok(number_or_unknown(Err(NumberError::Range)));
        }
    }
    to(arguments, &Type::Number)
}

fn toset(arguments: &[Value]) -> Outcome {
    to(arguments, &Type::Set(Arc::new(Type::Any)))
}

fn tostring(arguments: &[Value]) -> Outcome {
    to(arguments, &Type::String)
}
