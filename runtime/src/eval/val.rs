//! Values in the course of an evaluation: borrowed where they stand, made only where a function
//! makes them.

use std::borrow::Cow;
use std::rc::Rc;

use policyc_ir::Type;
use policyc_ir::scalar::Quantity;

use super::functions::parse_number;
use super::program::Constant;
use crate::value::{Map, Node, Number, Value};

/// A value, which may be absent.
#[derive(Debug, Clone, Default)]
pub(super) enum Val<'a> {
    #[default]
    Absent,
    /// A value of a resource or of the request; never null.
    Node(&'a Node),
    /// A constant of the rule.
    Constant(&'a Constant),
    Number(Number),
    Text(Cow<'a, str>),
    List(Rc<[Val<'a>]>),
}

impl<'a> Val<'a> {
    /// The value of a node; null is absent.
    pub(super) fn of(node: Option<&'a Node>) -> Self {
        match node {
            Some(node) if !node.value.is_null() => Self::Node(node),
            Some(_) | None => Self::Absent,
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value that nobody knows, if it is one.
    pub(super) fn unknown(&self) -> Option<&'a Node> {
        match self {
            Self::Node(node) => node.value.as_unknown().map(|_| *node),
            Self::Absent | Self::Constant(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => {
                None
            }
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Constant(Constant::Bool(value)) => Some(*value),
            Self::Node(node) => node.value.as_bool(),
            Self::Absent
            | Self::Constant(Constant::Number(_) | Constant::Text { .. })
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_) => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<Number> {
        match self {
            Self::Number(value) | Self::Constant(Constant::Number(value)) => Some(*value),
            Self::Node(node) => node.value.as_number(),
            Self::Absent
            | Self::Constant(Constant::Bool(_) | Constant::Text { .. })
            | Self::Text(_)
            | Self::List(_) => None,
        }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Constant(Constant::Text { text, .. }) => Some(text),
            Self::Node(node) => node.value.as_str(),
            Self::Absent
            | Self::Constant(Constant::Bool(_) | Constant::Number(_))
            | Self::Number(_)
            | Self::List(_) => None,
        }
    }

    /// The text, borrowed for as long as the resource lives where that is possible.
    pub(super) fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Constant(Constant::Text { text, .. }) => Some(Cow::Borrowed(text)),
            Self::Node(node) => node.value.as_str().map(Cow::Borrowed),
            Self::Absent
            | Self::Constant(Constant::Bool(_) | Constant::Number(_))
            | Self::Number(_)
            | Self::List(_) => None,
        }
    }

    pub(super) fn as_map(&self) -> Option<&'a Map> {
        if let Self::Node(node) = self {
            node.value.as_map()
        } else {
            None
        }
    }

    /// How many elements the list has, nulls too; none when it is no list.
    pub(super) fn list_len(&self) -> Option<usize> {
        match self {
            Self::Node(node) => node.value.as_list().map(<[Node]>::len),
            Self::List(items) => Some(items.len()),
            Self::Absent | Self::Constant(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }

    /// The element of a list, from 0; absent when there is none or this is no list.
    pub(super) fn at(&self, index: usize) -> Self {
        match self {
            Self::Node(node) => Self::of(node.value.at(index)),
            Self::List(items) => items.get(index).cloned().unwrap_or_default(),
            Self::Absent | Self::Constant(_) | Self::Number(_) | Self::Text(_) => Self::Absent,
        }
    }

    /// The member of a map; absent when there is none or this is no map.
    pub(super) fn get(&self, key: &str) -> Self {
        match self {
            Self::Node(node) => Self::of(node.get(key)),
            Self::Absent | Self::Constant(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => {
                Self::Absent
            }
        }
    }

    /// What messages call the type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Node(node) => node.value.type_name(),
            Self::Constant(Constant::Bool(_)) => "bool",
            Self::Number(_) | Self::Constant(Constant::Number(_)) => "number",
            Self::Text(_) | Self::Constant(Constant::Text { .. }) => "string",
            Self::List(_) => "list",
        }
    }
}

/// Whether the JSON type of a value, which is not null, is one its schema type admits; for
/// quantities also whether the text is one.
pub(super) fn admits(ty: &Type, value: &Value) -> bool {
    if matches!(value, Value::Unknown(_)) {
        return true;
    }
    match ty {
        Type::Bool => matches!(value, Value::Bool(_)),
        Type::Int => is_whole(value),
        Type::Number => matches!(value, Value::Number(_)),
        Type::String | Type::Duration | Type::Version | Type::Cidr | Type::Ip | Type::Date => {
            matches!(value, Value::String(_))
        }
        Type::Quantity => match value {
            Value::String(text) => Quantity::parse(text.trim()).is_some(),
            Value::Number(_) => true,
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) | Value::Unknown(_) => {
                false
            }
        },
        Type::IntOrString => matches!(value, Value::String(_)) || is_whole(value),
        Type::List(_) => matches!(value, Value::List(_)),
        Type::Map(_) | Type::Object => matches!(value, Value::Map(_)),
        Type::Any => true,
    }
}

/// A value of a Terraform configuration as its type, where Terraform converts it by itself
/// (developer.hashicorp.com/terraform/language/expressions/types#type-conversion): numbers and
/// booleans from and to strings.
pub(super) fn converted<'a>(ty: &Type, value: &Value) -> Option<Val<'a>> {
    static TRUE: Constant = Constant::Bool(true);
    static FALSE: Constant = Constant::Bool(false);
    match (ty, value) {
        (Type::Bool, Value::String(text)) => match &**text {
            "true" => Some(Val::Constant(&TRUE)),
            "false" => Some(Val::Constant(&FALSE)),
            _ => None,
        },
        (Type::Int | Type::Number, Value::String(text)) => {
            let number = parse_number(text)?;
            let fits = *ty == Type::Number || number.as_i128().is_some();
            fits.then_some(Val::Number(number))
        }
        (Type::String, Value::Number(number)) => Some(Val::Text(number.to_string().into())),
        (Type::String, Value::Bool(value)) => {
            Some(Val::Text(if *value { "true" } else { "false" }.into()))
        }
        _ => None,
    }
}

fn is_whole(value: &Value) -> bool {
    value
        .as_number()
        .is_some_and(|number| number.as_i128().is_some())
}

/// A type in words.
pub(super) fn describe_type(ty: &Type) -> String {
    let name = match ty {
        Type::Bool => "bool",
        Type::Int => "whole number",
        Type::Number => "number",
        Type::String => "string",
        Type::Quantity => "quantity",
        Type::Duration => "duration",
        Type::Version => "version",
        Type::Cidr => "CIDR block",
        Type::Ip => "IP address",
        Type::Date => "date",
        Type::IntOrString => "whole number or string",
        Type::List(item) => {
            return match describe_type(item) {
                any if any == "anything" => "list".to_owned(),
                item => format!("list of {item}"),
            };
        }
        Type::Map(_) | Type::Object => "map",
        Type::Any => "anything",
    };
    name.to_owned()
}
