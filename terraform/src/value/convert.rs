//! Conversions between types, as cty's `convert` package has them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Attribute, Entries, Number, Type, Value};

/// Why a value cannot be of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertError {
    /// Which part of the value: `.rules[2].port`; empty for the value itself.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl ConvertError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            message: message.into(),
        }
    }

    fn under(mut self, step: &str) -> Self {
        self.path.insert_str(0, step);
        self
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "`{}`: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for ConvertError {}

/// The value as one of type `to`. Unknown parts stay unknown, `null` is of every type. Attributes
/// that an object type does not name are dropped, and its optional ones are filled in.
///
/// # Errors
///
/// When there is no such conversion, or a text is not what it should be.
pub fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    if matches!(value, Value::Null | Value::Unknown(_)) {
        return Ok(value.clone());
    }
    match to {
        Type::Any => Ok(value.clone()),
        Type::String => to_text(value),
        Type::Number => to_number(value),
        Type::Bool => to_bool(value),
        Type::List(of) => {
            let items = value.as_items().ok_or_else(|| wrong(value, to))?;
            Ok(Value::list(elements(items, of)?))
        }
        Type::Set(of) => {
            let items = value.as_items().ok_or_else(|| wrong(value, to))?;
            Ok(Value::set(elements(items, of)?))
        }
        Type::Map(of) => {
            let entries = value.as_entries().ok_or_else(|| wrong(value, to))?;
            to_map(entries, of)
        }
        Type::Tuple(types) => {
            let Value::Tuple(items) = value else {
                return Err(wrong(value, to));
            };
            if items.len() != types.len() {
                let (wanted, got) = (types.len(), items.len());
                return Err(ConvertError::new(format!(
                    "a tuple of {wanted} elements is required, but this has {got}"
                )));
            }
            let items = items.iter().zip(types.iter()).enumerate();
            items
                .map(|(index, (item, of))| at(index, convert(item, of)))
                .collect::<Result<_, _>>()
                .map(Value::tuple)
        }
        Type::Object(attributes) => {
            let entries = value.as_entries().ok_or_else(|| wrong(value, to))?;
            to_object(entries, attributes)
        }
    }
}

fn wrong(value: &Value, to: &Type) -> ConvertError {
    let article = if matches!(to, Type::Object(_)) {
        "an"
    } else {
        "a"
    };
    ConvertError::new(format!(
        "{article} {to} is required, but this is {}",
        described(value)
    ))
}

fn described(value: &Value) -> String {
    let article = if matches!(value, Value::Object(_) | Value::Unknown(_)) {
        "an"
    } else {
        "a"
    };
    format!("{article} {}", value.type_name())
}

fn at(index: usize, result: Result<Value, ConvertError>) -> Result<Value, ConvertError> {
    result.map_err(|error| error.under(&format!("[{index}]")))
}

fn elements(items: &[Value], of: &Type) -> Result<Vec<Value>, ConvertError> {
    let unified;
    let of = if *of == Type::Any {
        unified = unify_values(items.iter())?;
        &unified
    } else {
        of
    };
    let items = items.iter().enumerate();
    items
        .map(|(index, item)| at(index, convert(item, of)))
        .collect()
}

fn to_map(entries: &Entries, of: &Type) -> Result<Value, ConvertError> {
    let unified;
    let of = if *of == Type::Any {
        unified = unify_values(entries.values())?;
        &unified
    } else {
        of
    };
    let mut map = BTreeMap::new();
    for (key, value) in entries.iter() {
        let value = convert(value, of).map_err(|error| error.under(&format!("[\"{key}\"]")))?;
        map.insert(Arc::clone(key), value);
    }
    Ok(Value::map(map))
}

fn to_object(
    entries: &Entries,
    attributes: &BTreeMap<Arc<str>, Attribute>,
) -> Result<Value, ConvertError> {
    let mut object = BTreeMap::new();
    for (name, attribute) in attributes {
        let value = match (entries.get(name), &attribute.optional) {
            (None, None) => {
                return Err(ConvertError::new(format!("attribute `{name}` is required")));
            }
            (None | Some(Value::Null), Some(default)) => default.clone(),
            (Some(value), _) => {
                convert(value, &attribute.of).map_err(|error| error.under(&format!(".{name}")))?
            }
        };
        object.insert(Arc::clone(name), value);
    }
    Ok(Value::object(object))
}

/// The value as text: what a template and `tostring` make of it.
///
/// # Errors
///
/// When it is a collection.
pub fn to_text(value: &Value) -> Result<Value, ConvertError> {
    match value {
        Value::Null | Value::String(_) | Value::Unknown(_) => Ok(value.clone()),
        Value::Bool(value) => Ok(Value::from(if *value { "true" } else { "false" })),
        Value::Number(number) => Ok(Value::from(number.to_string())),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_) => {
            Err(wrong(value, &Type::String))
        }
    }
}

fn to_number(value: &Value) -> Result<Value, ConvertError> {
    match value {
        Value::Null | Value::Number(_) | Value::Unknown(_) => Ok(value.clone()),
        Value::String(text) => Number::parse(text)
            .map(Value::Number)
            .map_err(|_| ConvertError::new("a number is required, but this text is none")),
        Value::Bool(_)
        | Value::List(_)
        | Value::Set(_)
        | Value::Tuple(_)
        | Value::Map(_)
        | Value::Object(_) => Err(wrong(value, &Type::Number)),
    }
}

fn to_bool(value: &Value) -> Result<Value, ConvertError> {
    match value {
        Value::Null | Value::Bool(_) | Value::Unknown(_) => Ok(value.clone()),
        Value::String(text) => match &**text {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err(ConvertError::new(
                "a bool is required, but this text is neither `true` nor `false`",
            )),
        },
        Value::Number(_)
        | Value::List(_)
        | Value::Set(_)
        | Value::Tuple(_)
        | Value::Map(_)
        | Value::Object(_) => Err(wrong(value, &Type::Bool)),
    }
}

fn unify_values<'a>(values: impl Iterator<Item = &'a Value>) -> Result<Type, ConvertError> {
    let mut unified = Type::Any;
    for value in values {
        unified = unify(&unified, &Type::of(value))
            .ok_or_else(|| ConvertError::new("all elements must be of the same type"))?;
    }
    Ok(unified)
}

/// The type that values of both types can be converted to without loss; none when there is none.
///
/// Folding it over more than two types gives the same as asking for all of them at once, with one
/// exception, which folding reads more kindly: `[true, 1, "a"]` in this order, where only the last
/// type joins the others.
#[must_use]
pub fn unify(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (a, b) if a == b => Some(a.clone()),
        (Type::Any, other) | (other, Type::Any) => Some(other.clone()),
        (Type::String, other) | (other, Type::String) if other.is_primitive() => Some(Type::String),
        (Type::List(a), Type::List(b)) => Some(Type::List(Arc::new(unify(a, b)?))),
        (Type::Set(a), Type::Set(b)) => Some(Type::Set(Arc::new(unify(a, b)?))),
        (Type::Map(a), Type::Map(b)) => Some(Type::Map(Arc::new(unify(a, b)?))),
        (Type::List(a), Type::Set(b)) | (Type::Set(a), Type::List(b)) => {
            Some(Type::List(Arc::new(unify(a, b)?)))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| unify(a, b))
            .collect::<Option<_>>()
            .map(Type::Tuple),
        (Type::Tuple(a), Type::Tuple(b)) => {
            let of = unify_all(a.iter().chain(b.iter()))?;
            Some(Type::List(Arc::new(of)))
        }
        (Type::Tuple(tuple), Type::List(of)) | (Type::List(of), Type::Tuple(tuple)) => {
            let of = unify_all(tuple.iter().chain([&**of]))?;
            Some(Type::List(Arc::new(of)))
        }
        (Type::Tuple(tuple), Type::Set(of)) | (Type::Set(of), Type::Tuple(tuple)) => {
            let of = unify_all(tuple.iter().chain([&**of]))?;
            Some(Type::Set(Arc::new(of)))
        }
        (Type::Object(a), Type::Object(b)) => unify_objects(a, b),
        (Type::Object(object), Type::Map(of)) | (Type::Map(of), Type::Object(object)) => {
            let of = unify_all(
                object
                    .values()
                    .map(|attribute| &attribute.of)
                    .chain([&**of]),
            )?;
            Some(Type::Map(Arc::new(of)))
        }
        _ => None,
    }
}

fn unify_all<'a>(types: impl Iterator<Item = &'a Type>) -> Option<Type> {
    let mut unified = Type::Any;
    for of in types {
        unified = unify(&unified, of)?;
    }
    Some(unified)
}

fn unify_objects(
    a: &BTreeMap<Arc<str>, Attribute>,
    b: &BTreeMap<Arc<str>, Attribute>,
) -> Option<Type> {
    if !a.keys().eq(b.keys()) {
        let of = unify_all(a.values().chain(b.values()).map(|attribute| &attribute.of))?;
        return Some(Type::Map(Arc::new(of)));
    }
    let mut attributes = BTreeMap::new();
    for ((name, a), b) in a.iter().zip(b.values()) {
        let attribute = Attribute {
            of: unify(&a.of, &b.of)?,
            optional: None,
        };
        attributes.insert(Arc::clone(name), attribute);
    }
    Some(Type::Object(Arc::new(attributes)))
}
