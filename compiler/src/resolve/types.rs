//! The types of values while names and operators are resolved.

use policyc_ir as ir;

use crate::schema::{Form, Format, Member, Schema, Type, TypeId};

/// How deep a list of lists is followed.
const MAX_DEPTH: usize = 16;

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ty {
    Bool,
    Int,
    Number,
    String,
    /// A string that the schema limits to some values.
    Enum(TypeId),
    Quantity,
    Duration,
    Version,
    Cidr,
    Ip,
    Date,
    IntOrString,
    List(Box<Ty>),
    Map(Box<Ty>),
    /// An object of one of these types.
    Object(Vec<TypeId>),
    Any,
}

/// What a name is in a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldOf {
    /// A value, which a valid resource may or may not lack.
    Value {
        ty: Ty,
        optional: bool,
        /// Whether it is a block of Terraform that is written at most once.
        single: bool,
    },
    /// The type declares its fields, and this is none of them.
    Missing,
    /// The value is a list.
    OfList,
    /// The value is a scalar.
    OfScalar,
}

impl Ty {
    /// The type that `id` names in the schema.
    pub(crate) fn of(schema: &Schema, id: TypeId) -> Self {
        Self::nested(schema, id, 0)
    }

    fn nested(schema: &Schema, id: TypeId, depth: usize) -> Self {
        if depth > MAX_DEPTH {
            return Self::Any;
        }
        match schema.get(id) {
            Type::Object(_) => Self::Object(vec![id]),
            Type::Map(value) => Self::Map(Box::new(Self::nested(schema, *value, depth + 1))),
            Type::List(list) => Self::List(Box::new(Self::nested(schema, list.item, depth + 1))),
            Type::String(text) => match text.format {
                Format::DateTime | Format::Date => Self::Date,
                Format::Duration => Self::Duration,
                Format::Plain | Format::Byte | Format::Json | Format::Other(_)
                    if text.values.is_empty() =>
                {
                    Self::String
                }
                Format::Plain | Format::Byte | Format::Json | Format::Other(_) => Self::Enum(id),
            },
            Type::Integer => Self::Int,
            Type::Number => Self::Number,
            Type::Boolean => Self::Bool,
            Type::IntOrString => Self::IntOrString,
            Type::Quantity => Self::Quantity,
            Type::Any => Self::Any,
        }
    }

    /// The type of a value that is of this type or of the other.
    pub(crate) fn join(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Int | Self::Number, Self::Int | Self::Number) => Self::Number,
            (Self::Enum(_) | Self::String, Self::Enum(_) | Self::String) => Self::String,
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.join(*b))),
            (Self::Map(a), Self::Map(b)) => Self::Map(Box::new(a.join(*b))),
            (Self::Object(mut a), Self::Object(b)) => {
                for id in b {
                    if !a.contains(&id) {
                        a.push(id);
                    }
                }
                Self::Object(a)
            }
            _ => Self::Any,
        }
    }

    /// What `name` is in this type.
    pub(crate) fn field(&self, schema: &Schema, name: &str) -> FieldOf {
        match self {
            Self::Object(ids) => {
                let mut found: Option<Self> = None;
                let mut optional = false;
                let mut single = false;
                for id in ids {
                    let ty = match schema.member(*id, name) {
                        Member::Field(field) => {
                            optional |= !field.required;
                            single |= matches!(field.form, Form::Block(_));
                            Self::of(schema, field.ty)
                        }
                        Member::Entry(value) => {
                            optional = true;
                            Self::of(schema, value)
                        }
                        Member::Undeclared => {
                            optional = true;
                            Self::Any
                        }
                        Member::Missing | Member::OfList(_) | Member::OfScalar => {
                            optional = true;
                            continue;
                        }
                    };
                    found = Some(match found {
                        Some(before) => before.join(ty),
                        None => ty,
                    });
                }
                found.map_or(FieldOf::Missing, |ty| FieldOf::Value {
                    single: single && matches!(ty, Self::Object(_)),
                    ty,
                    optional,
                })
            }
            Self::Map(value) => FieldOf::Value {
                ty: (**value).clone(),
                optional: true,
                single: false,
            },
            Self::Any => FieldOf::Value {
                ty: Self::Any,
                optional: true,
                single: false,
            },
            Self::List(_) => FieldOf::OfList,
            Self::Bool
            | Self::Int
            | Self::Number
            | Self::String
            | Self::Enum(_)
            | Self::Quantity
            | Self::Duration
            | Self::Version
            | Self::Cidr
            | Self::Ip
            | Self::Date
            | Self::IntOrString => FieldOf::OfScalar,
        }
    }

    /// Whether the value may be a string.
    pub(crate) fn is_text(&self) -> bool {
        match self {
            Self::String
            | Self::Enum(_)
            | Self::Quantity
            | Self::Duration
            | Self::Version
            | Self::Cidr
            | Self::Ip
            | Self::Date
            | Self::IntOrString
            | Self::Any => true,
            Self::Bool
            | Self::Int
            | Self::Number
            | Self::List(_)
            | Self::Map(_)
            | Self::Object(_) => false,
        }
    }

    /// Whether the value may be a number.
    pub(crate) fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Int | Self::Number | Self::IntOrString | Self::Any
        )
    }

    /// Whether the value is a list, a map or an object.
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_) | Self::Object(_))
    }

    /// The type of the elements of a list.
    pub(crate) fn item(&self) -> Option<&Self> {
        if let Self::List(item) = self {
            Some(item)
        } else {
            None
        }
    }

    /// The type in the IR.
    pub(crate) fn to_ir(&self) -> ir::Type {
        match self {
            Self::Bool => ir::Type::Bool,
            Self::Int => ir::Type::Int,
            Self::Number => ir::Type::Number,
            Self::String | Self::Enum(_) => ir::Type::String,
            Self::Quantity => ir::Type::Quantity,
            Self::Duration => ir::Type::Duration,
            Self::Version => ir::Type::Version,
            Self::Cidr => ir::Type::Cidr,
            Self::Ip => ir::Type::Ip,
            Self::Date => ir::Type::Date,
            Self::IntOrString => ir::Type::IntOrString,
            Self::List(item) => ir::Type::List(Box::new(item.to_ir())),
            Self::Map(value) => ir::Type::Map(Box::new(value.to_ir())),
            Self::Object(_) => ir::Type::Object,
            Self::Any => ir::Type::Any,
        }
    }

    /// The type in words, with its article.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Bool => "a boolean",
            Self::Int => "a whole number",
            Self::Number => "a number",
            Self::String | Self::Enum(_) => "a string",
            Self::Quantity => "a quantity",
            Self::Duration => "a duration",
            Self::Version => "a version",
            Self::Cidr => "an address block",
            Self::Ip => "an address",
            Self::Date => "a date",
            Self::IntOrString => "a whole number or a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
            Self::Any => "of unknown type",
        }
    }
}
