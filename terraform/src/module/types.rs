//! Types as `variable` blocks write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::syntax::tree::{Call, Expr, Item, Key, Kind, Name, Range};
use crate::value::{Attribute, ConvertError, Type, Value, convert};

/// What is no type, and where.
#[derive(Debug)]
pub(crate) struct TypeError {
    pub(crate) range: Range,
    pub(crate) message: String,
}

/// Evaluates the default of an optional attribute.
pub(crate) type Defaults<'a> = dyn Fn(&Expr) -> Result<Value, String> + 'a;

/// The type an expression writes. `list` alone and the quoted types of Terraform 0.11 are types
/// too.
///
/// # Errors
///
/// When it is no type.
pub(crate) fn type_of(expr: &Expr, defaults: &Defaults<'_>) -> Result<Type, TypeError> {
    let error = |message: String| TypeError {
        range: expr.range,
        message,
    };
    match &expr.kind {
        Kind::Variable(name) => {
            named(name).ok_or_else(|| error(format!("there is no type `{name}`")))
        }
        Kind::Literal(Value::String(name)) => match &**name {
            "string" => Ok(Type::String),
            "list" => Ok(Type::List(Arc::new(Type::Any))),
            "map" => Ok(Type::Map(Arc::new(Type::Any))),
            name => Err(error(format!("there is no type `{name}`"))),
        },
        Kind::Call(call) => composed(expr, call, defaults),
        Kind::Literal(_)
        | Kind::Template(_)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Get(_)
        | Kind::Conditional(_)
        | Kind::Not(_)
        | Kind::Negate(_)
        | Kind::Binary(_)
        | Kind::For(_) => Err(error("a type is required here".to_owned())),
    }
}

fn named(name: &str) -> Option<Type> {
    let any = || Arc::new(Type::Any);
    Some(match name {
        "any" => Type::Any,
        "bool" => Type::Bool,
        "number" => Type::Number,
        "string" => Type::String,
        "list" => Type::List(any()),
        "set" => Type::Set(any()),
        "map" => Type::Map(any()),
        _ => return None,
    })
}

fn composed(expr: &Expr, call: &Call, defaults: &Defaults<'_>) -> Result<Type, TypeError> {
    let error = |message: &str| TypeError {
        range: expr.range,
        message: message.to_owned(),
    };
    let of = |argument: &Expr| type_of(argument, defaults).map(Arc::new);
    match (&*call.name, &*call.arguments) {
        ("list", [argument]) => of(argument).map(Type::List),
        ("set", [argument]) => of(argument).map(Type::Set),
        ("map", [argument]) => of(argument).map(Type::Map),
        ("tuple", [argument]) => {
            let Kind::Tuple(items) = &argument.kind else {
                return Err(error("a tuple type takes a list of types"));
            };
            let types = items.iter().map(|item| type_of(item, defaults));
            types.collect::<Result<_, _>>().map(Type::Tuple)
        }
        ("object", [argument]) => {
            let Kind::Object(items) = &argument.kind else {
                return Err(error("an object type takes the types of its attributes"));
            };
            let mut attributes = BTreeMap::new();
            for item in items {
                let (name, attribute) = attribute(item, defaults)?;
                attributes.insert(name, attribute);
            }
            Ok(Type::Object(Arc::new(attributes)))
        }
        ("optional", _) => Err(error("only attributes of an object type are optional")),
        _ => Err(error("there is no such type")),
    }
}

fn attribute(item: &Item, defaults: &Defaults<'_>) -> Result<(Name, Attribute), TypeError> {
    let name = match &item.key {
        Key::Name(name) => Arc::clone(name),
        Key::Computed(key) => {
            return Err(TypeError {
                range: key.range,
                message: "the name of an attribute is required here".to_owned(),
            });
        }
    };
    let Kind::Call(call) = &item.value.kind else {
        let of = type_of(&item.value, defaults)?;
        return Ok((name, Attribute { of, optional: None }));
    };
    let error = |message: String| TypeError {
        range: item.value.range,
        message,
    };
    let attribute = match (&*call.name, &*call.arguments) {
        ("optional", [of]) => Attribute {
            of: type_of(of, defaults)?,
            optional: Some(Value::Null),
        },
        ("optional", [of, default]) => {
            let of = type_of(of, defaults)?;
            let default = defaults(default).map_err(error)?;
            let default = convert(&default, &of)
                .map_err(|ConvertError { message, .. }| error(format!("the default: {message}")))?;
            Attribute {
                of,
                optional: Some(default),
            }
        }
        ("optional", _) => {
            return Err(error("`optional` takes a type and a default".to_owned()));
        }
        _ => Attribute {
            of: type_of(&item.value, defaults)?,
            optional: None,
        },
    };
    Ok((name, attribute))
}
