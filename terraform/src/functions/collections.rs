//! Functions of lists, and of collections whatever their kind.

use crate::value::{Type, Value, convert, unify};

use super::FunctionError;
use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, equal, items, unconvertible, values,
    whole,
};
use super::text::characters;

const LIST: Parameter = Parameter::LIST.unknown_inside();
const ANY: Parameter = Parameter::ANY.unknown_inside();
const ANYTHING: Parameter = Parameter::ANY.or_unknown();
const NUMBER: Parameter = Parameter::NUMBER;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("alltrue", &[Parameter::BOOLS.unknown_inside()], alltrue),
    Function::pure("anytrue", &[Parameter::BOOLS.unknown_inside()], anytrue),
    Function::pure("chunklist", &[LIST, NUMBER], chunklist),
    Function::pure("coalesce", &[], coalesce).and(ANYTHING.or_null()),
    Function::pure("coalescelist", &[], coalescelist).and(ANYTHING.or_null()),
    Function::pure("compact", &[Parameter::TEXTS], compact),
    Function::pure("concat", &[], concat).and(ANY),
    Function::pure("contains", &[ANY, ANY], contains),
    Function::pure("distinct", &[Parameter::LIST], distinct),
    Function::pure("element", &[ANY, NUMBER], element),
    Function::pure("flatten", &[ANY], flatten),
    Function::pure("index", &[ANY, ANY], index),
    Function::pure("length", &[ANY], length),
    Function::pure("list", &[], removed_list).and(ANYTHING.or_null()),
    Function::pure(
        "matchkeys",
        &[Parameter::LIST, Parameter::LIST, Parameter::LIST],
        matchkeys,
    ),
    Function::pure("one", &[ANY], one),
    Function::pure("reverse", &[ANY], reverse),
    Function::pure("slice", &[ANY, NUMBER, NUMBER], slice),
    Function::pure("sort", &[Parameter::TEXTS.unknown_inside()], sort),
];

fn alltrue(arguments: &[Value]) -> Outcome {
    let [list] = values(arguments)?;
    for item in items(list)? {
        if !item.is_known() {
            return Ok(item.clone());
        }
        if *item != Value::Bool(true) {
            return Ok(false.into());
        }
    }
    Ok(true.into())
}

fn anytrue(arguments: &[Value]) -> Outcome {
    let [list] = values(arguments)?;
    let items = items(list)?;
    if items.contains(&Value::Bool(true)) {
        return Ok(true.into());
    }
    let unknown = items.iter().find(|item| !item.is_known());
    Ok(unknown.cloned().unwrap_or(Value::Bool(false)))
}

fn chunklist(arguments: &[Value]) -> Outcome {
    let [list, size] = values(arguments)?;
    let size = whole(1, size)?;
    let Ok(size) = usize::try_from(size) else {
        return Err(call_error("the size argument must be positive"));
    };
    let items = items(list)?;
    let chunks = if size == 0 {
        items.chunks(items.len().max(1))
    } else {
        items.chunks(size)
    };
    let chunks = chunks.map(|chunk| Value::list(chunk.to_vec()));
    Ok(Value::list(chunks.collect()))
}

/// The type that all arguments are converted to; none when there is none.
fn common_type(arguments: &[Value]) -> Option<Type> {
    let mut common = Type::Any;
    for argument in arguments {
        common = unify(&common, &Type::of(argument))?;
    }
    Some(common)
}

fn coalesce(arguments: &[Value]) -> Outcome {
    let common = common_type(arguments)
        .filter(|_| !arguments.is_empty())
        .ok_or_else(|| call_error("all arguments must have the same type"))?;
    for argument in arguments {
        let argument = convert(argument, &common).map_err(unconvertible)?;
        if argument.is_null() || argument.as_str() == Some("") {
            continue;
        }
        return Ok(argument);
    }
    Err(call_error("no non-null, non-empty-string arguments"))
}

fn coalescelist(arguments: &[Value]) -> Outcome {
    if arguments.is_empty() {
        return Err(call_error("at least one argument is required"));
    }
    for argument in arguments {
        if !argument.is_known() {
            // What follows may be wrong, but the result depends on this one.
            break;
        }
        if !matches!(argument, Value::List(_) | Value::Tuple(_)) {
            return Err(call_error("coalescelist arguments must be lists or tuples"));
        }
    }
    arguments
        .iter()
        .find(|argument| !argument.as_items().is_some_and(<[Value]>::is_empty))
        .cloned()
        .ok_or_else(|| call_error("no non-null arguments"))
}

fn compact(arguments: &[Value]) -> Outcome {
    let [list] = values(arguments)?;
    let items = items(list)?.iter();
    let items = items.filter(|item| item.as_str().is_some_and(|text| !text.is_empty()));
    Ok(Value::list(items.cloned().collect()))
}

fn concat(arguments: &[Value]) -> Outcome {
    if arguments.is_empty() {
        return Err(call_error("at least one argument is required"));
    }
    for (index, argument) in arguments.iter().enumerate() {
        if !matches!(argument, Value::List(_) | Value::Tuple(_)) {
            let message = format!(
                "all arguments must be lists or tuples; got {}",
                argument.type_name()
            );
            return Err(argument_error(index, message));
        }
    }
    let all_lists = arguments.iter().all(|list| matches!(list, Value::List(_)));
    if all_lists && let Some(of) = common_type(arguments) {
        let mut joined = Vec::new();
        for argument in arguments {
            let argument = convert(argument, &of).map_err(unconvertible)?;
            joined.extend(items(&argument)?.iter().cloned());
        }
        return Ok(Value::list(joined));
    }
    let mut joined = Vec::new();
    for argument in arguments {
        joined.extend(items(argument)?.iter().cloned());
    }
    Ok(Value::tuple(joined))
}

fn contains(arguments: &[Value]) -> Outcome {
    let [list, value] = values(arguments)?;
    let Some(items) = list.as_items() else {
        return Err(call_error("argument must be list, tuple, or set"));
    };
    let mut result = Value::Bool(false);
    for item in items {
        match equal(item, value) {
            Some(true) => return Ok(true.into()),
            Some(false) => {}
            None => result = unknown_of(item, value),
        }
    }
    Ok(result)
}

fn unknown_of(a: &Value, b: &Value) -> Value {
    a.first_unknown()
        .or_else(|| b.first_unknown())
        .map_or(Value::Null, |reason| Value::Unknown(reason.clone()))
}

fn distinct(arguments: &[Value]) -> Outcome {
    let [list] = values(arguments)?;
    let items = items(list)?;
    // Sorted rather than compared each with each, which would take long for a large list.
    let mut order: Vec<usize> = (0..items.len()).collect();
    let at = |index: &usize| items.get(*index).unwrap_or(&Value::Null);
    order.sort_by(|a, b| at(a).order(at(b)).then_with(|| a.cmp(b)));
    order.dedup_by(|a, b| at(a) == at(b));
    order.sort_unstable();
    Ok(Value::list(
        order.iter().map(|index| at(index).clone()).collect(),
    ))
}

fn element(arguments: &[Value]) -> Outcome {
    let [list, index] = values(arguments)?;
    let index = whole(1, index)?;
    let (Value::List(items) | Value::Tuple(items)) = list else {
        return Err(call_error(format!(
            "cannot read elements from {}",
            list.type_name()
        )));
    };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if length == 0 {
        return Err(call_error("cannot use element function with an empty list"));
    }
    let index = usize::try_from(index.rem_euclid(length)).unwrap_or(0);
    Ok(items.get(index).cloned().unwrap_or_default())
}

fn flatten(arguments: &[Value]) -> Outcome {
    let [list] = values(arguments)?;
    if list.as_items().is_none() {
        return Err(call_error("can only flatten lists, sets and tuples"));
    }
    let mut flat = Vec::new();
    Ok(match flatten_into(list, &mut flat) {
        Ok(()) => Value::tuple(flat),
        Err(reason) => reason,
    })
}

/// An unknown element may turn out to be a list, so that nothing is known then.
fn flatten_into(value: &Value, flat: &mut Vec<Value>) -> Result<(), Value> {
    if let Some(items) = value.as_items() {
        return items.iter().try_for_each(|item| flatten_into(item, flat));
    }
    if !value.is_known() {
        return Err(value.clone());
    }
    flat.push(value.clone());
    Ok(())
}

fn index(arguments: &[Value]) -> Outcome {
    let [list, value] = values(arguments)?;
    let (Value::List(items) | Value::Tuple(items)) = list else {
        return Err(call_error("argument must be a list or tuple"));
    };
    if items.is_empty() {
        return Err(call_error("cannot search an empty list"));
    }
    for (index, item) in (0_i64..).zip(items.iter()) {
        match equal(item, value) {
            Some(true) => return Ok(index.into()),
            Some(false) => {}
            None => return Ok(unknown_of(item, value)),
        }
    }
    Err(call_error("item not found"))
}

fn length(arguments: &[Value]) -> Outcome {
    let [value] = values(arguments)?;
    let length = match value {
        Value::String(text) => characters(text).count(),
        // Unknown elements of a set may turn out to be the same.
        Value::Set(items) if items.len() > 1 && !value.is_wholly_known() => {
            return Ok(unknown_of(value, value));
        }
        Value::List(items) | Value::Set(items) | Value::Tuple(items) => items.len(),
        Value::Map(entries) | Value::Object(entries) => entries.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => {
            return Err(call_error(
                "argument must be a string, a collection type, or a structural type",
            ));
        }
    };
    Ok(i64::try_from(length).unwrap_or(i64::MAX).into())
}

fn removed_list(_: &[Value]) -> Outcome {
    Err(call_error(
        "the `list` function was deprecated in Terraform v0.12 and is no longer available; use \
         tolist([ ... ]) syntax to write a literal list",
    ))
}

fn matchkeys(arguments: &[Value]) -> Outcome {
    let [list, keys, wanted] = values(arguments)?;
    let common = unify(&Type::of(keys), &Type::of(wanted))
        .ok_or_else(|| call_error("keys and searchset must be of the same type"))?;
    let list = items(list)?;
    if list.len() != items(keys)?.len() {
        return Err(call_error("length of keys and values should be equal"));
    }
    let keys = convert(keys, &common).map_err(unconvertible)?;
    let wanted = convert(wanted, &common).map_err(unconvertible)?;
    let mut wanted = items(&wanted)?.to_vec();
    wanted.sort_by(Value::order);
    let found = list
        .iter()
        .zip(items(&keys)?)
        .filter(|(_, key)| wanted.binary_search_by(|other| other.order(key)).is_ok());
    Ok(Value::list(found.map(|(value, _)| value.clone()).collect()))
}

fn one(arguments: &[Value]) -> Outcome {
    const WRONG: &str = "must be a list, set, or tuple value with either zero or one elements";
    let [list] = values(arguments)?;
    match list.as_items() {
        Some([]) => Ok(Value::Null),
        Some([item]) => Ok(item.clone()),
        Some(_) if matches!(list, Value::Set(_)) && !list.is_wholly_known() => {
            Ok(unknown_of(list, list))
        }
        _ => Err(argument_error(0, WRONG)),
    }
}

fn reverse(arguments: &[Value]) -> Outcome {
    let [list] = values(arguments)?;
    let Some(items) = list.as_items() else {
        let message = format!(
            "can only reverse list or tuple values, not {}",
            list.type_name()
        );
        return Err(argument_error(0, message));
    };
    if matches!(list, Value::Set(_)) && !list.is_wholly_known() {
        return Ok(unknown_of(list, list));
    }
    let reversed = items.iter().rev().cloned().collect();
    Ok(if matches!(list, Value::Tuple(_)) {
        Value::tuple(reversed)
    } else {
        Value::list(reversed)
    })
}

fn slice(arguments: &[Value]) -> Outcome {
    let [list, start, end] = values(arguments)?;
    let (Value::List(items) | Value::Tuple(items)) = list else {
        let message = if matches!(list, Value::Set(_)) {
            "cannot slice a set, because its elements do not have indices; explicitly convert to a \
             list if the ordering of the result is not important"
        } else {
            "must be a list or tuple value"
        };
        return Err(argument_error(0, message));
    };
    let start = bound(1, "start", start, items.len())?;
    let end = bound(2, "end", end, items.len())?;
    let Some(part) = items.get(start..end) else {
        let message = "start index must not be greater than end index";
        return Err(argument_error(1, message));
    };
    let part = part.to_vec();
    Ok(if matches!(list, Value::List(_)) {
        Value::list(part)
    } else {
        Value::tuple(part)
    })
}

fn bound(
    index: usize,
    name: &str,
    argument: &Value,
    length: usize,
) -> Result<usize, FunctionError> {
    let Ok(position) = usize::try_from(whole(index, argument)?) else {
        let message = format!("{name} index must not be less than zero");
        return Err(argument_error(index, message));
    };
    if position > length {
        let message = format!("{name} index must not be greater than the length of the list");
        return Err(argument_error(index, message));
    }
    Ok(position)
}

fn sort(arguments: &[Value]) -> Outcome {
    let [list] = values(arguments)?;
    let mut items = items(list)?.to_vec();
    if let Some(index) = items.iter().position(Value::is_null) {
        return Err(call_error(format!(
            "given list element {index} is null; a null string cannot be sorted"
        )));
    }
    if let Some(unknown) = items.iter().find(|item| !item.is_known()) {
        // Each may be anywhere, but there are as many.
        return Ok(Value::list(vec![unknown.clone(); items.len()]));
    }
    items.sort_by(Value::order);
    Ok(Value::list(items))
}
