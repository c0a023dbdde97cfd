//! Functions of maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{Type, Value, convert};

use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, items, text, values,
};

const ANY: Parameter = Parameter::ANY.unknown_inside();
const ANYTHING: Parameter = Parameter::ANY.or_unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("keys", &[ANY], keys),
    Function::pure("lookup", &[ANY, Parameter::TEXT], lookup).and(ANYTHING.or_null()),
    Function::pure("map", &[], removed_map).and(ANYTHING.or_null()),
    Function::pure("merge", &[], merge).and(ANYTHING.or_null()),
    Function::pure("transpose", &[Parameter::TEXTS_BY_KEY], transpose),
    Function::pure("values", &[ANY], entry_values),
    Function::pure("zipmap", &[Parameter::TEXTS, ANY], zipmap),
];

fn keys(arguments: &[Value]) -> Outcome {
    let [map] = values(arguments)?;
    let Some(entries) = map.as_entries() else {
        return Err(argument_error(0, "must have map or object type"));
    };
    let keys = entries.keys().map(|key| Value::String(Arc::clone(key)));
    Ok(if matches!(map, Value::Map(_)) {
        Value::list(keys.collect())
    } else {
        Value::tuple(keys.collect())
    })
}

fn lookup(arguments: &[Value]) -> Outcome {
    let (map, key, default) = match arguments {
        [map, key] => (map, key, None),
        [map, key, default] => (map, key, Some(default)),
        _ => {
            return Err(call_error(format!(
                "lookup() takes two or three arguments, got {}",
                arguments.len()
            )));
        }
    };
    let key = text(key)?;
    let Some(entries) = map.as_entries() else {
        let message = "lookup() requires a map as the first argument";
        return Err(argument_error(0, message));
    };
    let default = match (map, default) {
        (Value::Map(entries), Some(default)) => {
            let of = entries.values().map(Type::of).find(|of| *of != Type::Any);
            let default = convert(default, &of.unwrap_or_default()).map_err(|_| {
                let message = "the default value must have the same type as the map elements";
                argument_error(2, message)
            })?;
            Some(default)
        }
        (_, default) => default.cloned(),
    };
    match entries.get(key).cloned().or(default) {
        Some(value) => Ok(value),
        None => Err(argument_error(
            0,
            format!("the given object has no attribute {key:?}"),
        )),
    }
}

fn removed_map(_: &[Value]) -> Outcome {
    Err(call_error(
        "the `map` function was deprecated in Terraform v0.12 and is no longer available; use \
         tomap({ ... }) syntax to write a literal map",
    ))
}

fn merge(arguments: &[Value]) -> Outcome {
    let mut merged: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    let mut unknown = None;
    let mut of = Some(Type::Any);
    for argument in arguments {
        if argument.is_null() {
            continue;
        }
        if !argument.is_known() {
            unknown = unknown.or(Some(argument));
            continue;
        }
        let Some(entries) = argument.as_entries() else {
            return Err(call_error(format!(
                "arguments must be maps or objects, got `{}`",
                argument.type_name()
            )));
        };
        // Maps of one type make a map of that type, everything else an object.
        let next = matches!(argument, Value::Map(_)).then(|| Type::of(argument));
        of = of.zip(next).and_then(|(of, next)| same(&of, &next));
        let entries = entries.iter();
        merged.extend(entries.map(|(key, value)| (Arc::clone(key), value.clone())));
    }
    if let Some(unknown) = unknown {
        return Ok(unknown.clone());
    }
    Ok(match of {
        Some(Type::Map(_)) => Value::map(merged),
        _ => Value::object(merged),
    })
}

/// The type if both are the same, as far as they are known: an empty map is of any.
fn same(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::Any, of) | (of, Type::Any) => Some(of.clone()),
        (Type::Map(a), Type::Map(b)) => Some(Type::Map(Arc::new(same(a, b)?))),
        (Type::List(a), Type::List(b)) => Some(Type::List(Arc::new(same(a, b)?))),
        (Type::Set(a), Type::Set(b)) => Some(Type::Set(Arc::new(same(a, b)?))),
        (a, b) => (a == b).then(|| a.clone()),
    }
}

fn transpose(arguments: &[Value]) -> Outcome {
    let [map] = values(arguments)?;
    let mut transposed: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    let entries = map
        .as_entries()
        .into_iter()
        .flat_map(|entries| entries.iter());
    for (key, list) in entries {
        let Some(items) = list.as_items() else {
            return Err(call_error("input must not contain null list"));
        };
        for item in items {
            let Value::String(new_key) = item else {
                return Err(call_error("input list must not contain null string"));
            };
            let list = transposed.entry(Arc::clone(new_key)).or_default();
            list.push(Value::String(Arc::clone(key)));
        }
    }
    // In the order of the keys already, since entries are.
    let transposed = transposed.into_iter();
    Ok(Value::map(
        transposed.map(|(key, list)| (key, Value::list(list))),
    ))
}

fn entry_values(arguments: &[Value]) -> Outcome {
    let [map] = values(arguments)?;
    let Some(entries) = map.as_entries() else {
        return Err(call_error("values() requires a map as the first argument"));
    };
    let items = entries.values().cloned().collect();
    Ok(if matches!(map, Value::Map(_)) {
        Value::list(items)
    } else {
        Value::tuple(items)
    })
}

fn zipmap(arguments: &[Value]) -> Outcome {
    let [keys, zipped] = values(arguments)?;
    let (Value::List(zipped_items) | Value::Tuple(zipped_items)) = zipped else {
        return Err(call_error("values argument must be a list or tuple value"));
    };
    let keys = items(keys)?;
    if keys.len() != zipped_items.len() {
        return Err(call_error(format!(
            "number of keys ({}) does not match number of values ({})",
            keys.len(),
            zipped_items.len()
        )));
    }
    let mut entries = BTreeMap::new();
    for (index, (key, value)) in keys.iter().zip(zipped_items.iter()).enumerate() {
        let Value::String(key) = key else {
            return Err(call_error(format!(
                "keys list has null value at index {index}"
            )));
        };
        entries.insert(Arc::clone(key), value.clone());
    }
    Ok(if matches!(zipped, Value::List(_)) {
        Value::map(entries)
    } else {
        Value::object(entries)
    })
}
