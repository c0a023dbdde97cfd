//! Functions of sets.

use crate::value::{Type, Value, convert, unify};

use super::FunctionError;
use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, items, too_large, unconvertible,
    values,
};

const SET: Parameter = Parameter::SET;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("setintersection", &[SET], intersection).and(SET),
    Function::pure("setproduct", &[], product).and(Parameter::ANY.unknown_inside()),
    Function::pure("setsubtract", &[SET, SET], difference),
    Function::pure("setunion", &[SET.unknown_inside()], union).and(SET.unknown_inside()),
];

/// How many elements a product may have.
const MAX_PRODUCT: usize = 100_000;

/// The sets with elements of one type.
fn alike(sets: &[Value]) -> Result<Vec<Value>, FunctionError> {
    let mut common = Type::Any;
    for set in sets {
        common = unify(&common, &Type::of(set))
            .ok_or_else(|| call_error("given sets must all have compatible element types"))?;
    }
    sets.iter()
        .map(|set| convert(set, &common).map_err(unconvertible))
        .collect()
}

fn has(set: &Value, item: &Value) -> bool {
    // Sets are sorted.
    set.as_items()
        .is_some_and(|items| items.binary_search_by(|other| other.order(item)).is_ok())
}

fn intersection(arguments: &[Value]) -> Outcome {
    let sets = alike(arguments)?;
    let Some((first, others)) = sets.split_first() else {
        return Ok(Value::set(Vec::new()));
    };
    let common = items(first)?.iter();
    let common = common.filter(|item| others.iter().all(|other| has(other, item)));
    Ok(Value::set(common.cloned().collect()))
}

fn difference(arguments: &[Value]) -> Outcome {
    let sets = alike(arguments)?;
    let [first, second] = values(&sets)?;
    let left = items(first)?.iter().filter(|item| !has(second, item));
    Ok(Value::set(left.cloned().collect()))
}

fn union(arguments: &[Value]) -> Outcome {
    let mut union = Vec::new();
    for set in alike(arguments)? {
        union.extend(items(&set)?.iter().cloned());
    }
    Ok(Value::set(union))
}

fn product(arguments: &[Value]) -> Outcome {
    if arguments.len() < 2 {
        return Err(call_error("at least two arguments are required"));
    }
    let mut factors = Vec::with_capacity(arguments.len());
    let mut ordered = true;
    let mut length: usize = 1;
    for (index, argument) in arguments.iter().enumerate() {
        let Some(items) = argument.as_items() else {
            return Err(argument_error(index, "a set or a list is required"));
        };
        if matches!(argument, Value::Set(_)) {
            ordered = false;
            if let Some(reason) = argument.first_unknown() {
                // The number of its elements is unknown.
                return Ok(Value::Unknown(reason.clone()));
            }
        }
        let mut of = Type::Any;
        for item in items {
            of = unify(&of, &Type::of(item))
                .ok_or_else(|| argument_error(index, "all elements must be of the same type"))?;
        }
        let items = items.iter().map(|item| convert(item, &of));
        let items = items.collect::<Result<Vec<_>, _>>();
        factors.push(items.map_err(|error| argument_error(index, error))?);
        length = length.saturating_mul(argument.as_items().map_or(0, <[Value]>::len));
    }
    if length > MAX_PRODUCT {
        return Ok(too_large());
    }
    let mut tuples = vec![Vec::new()];
    for factor in &factors {
        tuples = tuples
            .iter()
            .flat_map(|tuple: &Vec<Value>| {
                factor.iter().map(|item| {
                    let mut longer = tuple.clone();
                    longer.push(item.clone());
                    longer
                })
            })
            .collect();
    }
    let tuples = tuples.into_iter().map(Value::tuple).collect();
    Ok(if ordered {
        Value::list(tuples)
    } else {
        Value::set(tuples)
    })
}
