//! Values, and what they are read as.

use std::borrow::Cow;
use std::cmp::Ordering;

use policyc_compiler::schema::{Format, Member, Schema, Type, TypeId};
use serde_json::Value as Json;

use super::number::Number;
use super::scalar::{Amount, date, duration, version, version_order, within};

/// A value, which may be absent, with what is known of its type.
#[derive(Debug, Clone)]
pub(super) struct Value<'a> {
    pub(super) data: Data<'a>,
    pub(super) ty: Known,
}

#[derive(Debug, Clone)]
pub(super) enum Data<'a> {
    Absent,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// In order of the keys.
    Map(Vec<(String, Value<'a>)>),
    /// A list or a map of the resource.
    Part(&'a Json),
}

/// What is known of a type besides the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Nothing,
    /// A text that is written out, or made by a function.
    Text,
    /// A number with a unit: a quantity, or a duration where it can be one and the other side is.
    Unit,
    /// Declared, or made by a constructor.
    Reads(Reads),
    /// The type that the schema gives the field.
    Field(TypeId),
}

/// A type that strings are read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    Quantity,
    Duration,
    Version,
    Date,
    Ip,
    Cidr,
}

impl Reads {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "quantity" => Self::Quantity,
            "duration" => Self::Duration,
            "version" => Self::Version,
            "date" => Self::Date,
            "ip" => Self::Ip,
            "cidr" => Self::Cidr,
            _ => return None,
        })
    }
}

impl<'a> Value<'a> {
    pub(super) const ABSENT: Self = Self {
        data: Data::Absent,
        ty: Known::Nothing,
    };

    pub(super) fn new(data: Data<'a>) -> Self {
        Self {
            data,
            ty: Known::Nothing,
        }
    }

    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            data: Data::Text(text.into()),
            ty: Known::Text,
        }
    }

    pub(super) fn number(number: Option<Number>) -> Self {
        Self::new(number.map_or(Data::Absent, Data::Number))
    }

    /// A value of the resource, or of the project. `null` is absent.
    pub(super) fn of_json(json: Option<&'a Json>, ty: Known) -> Self {
        let data = match json {
            None | Some(Json::Null) => Data::Absent,
            Some(Json::Bool(value)) => Data::Bool(*value),
            Some(Json::Number(number)) => {
                Number::of_json(number).map_or(Data::Absent, Data::Number)
            }
            Some(Json::String(text)) => Data::Text(text.as_str().into()),
            Some(part @ (Json::Array(_) | Json::Object(_))) => Data::Part(part),
        };
        Self { data, ty }
    }

    /// A value of the project, with all that is in it.
    pub(super) fn of_param(json: &'a Json) -> Self {
        match json {
            Json::Array(items) => Self::new(Data::List(items.iter().map(Self::of_param).collect())),
            Json::Object(entries) => {
                let entries = entries.iter();
                let made = entries.map(|(key, value)| (key.clone(), Self::of_param(value)));
                Self::new(Data::Map(made.collect()))
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                Self::of_json(Some(json), Known::Nothing)
            }
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self.data, Data::Absent)
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Data::Text(text) = &self.data {
            Some(text)
        } else {
            None
        }
    }

    pub(super) fn as_number(&self) -> Option<Number> {
        if let Data::Number(number) = self.data {
            Some(number)
        } else {
            None
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = self.data {
            Some(value)
        } else {
            None
        }
    }

    /// The elements of a list, the absent ones too; none when it is no list.
    pub(super) fn elements(&self, schema: &Schema) -> Option<Vec<Self>> {
        match &self.data {
            Data::List(items) => Some(items.clone()),
            Data::Part(Json::Array(items)) => {
                let ty = match self.ty {
                    Known::Field(id) => schema.items(id).map_or(Known::Nothing, Known::Field),
                    Known::Nothing | Known::Text | Known::Unit | Known::Reads(_) => Known::Nothing,
                };
                let items = items.iter().map(|item| Self::of_json(Some(item), ty));
                Some(items.collect())
            }
            Data::Absent
            | Data::Bool(_)
            | Data::Number(_)
            | Data::Text(_)
            | Data::Map(_)
            | Data::Part(_) => None,
        }
    }

    /// The entries of a map in order of the keys, the absent ones too; none when it is no map.
    pub(super) fn entries(&self, schema: &Schema) -> Option<Vec<(String, Self)>> {
        let mut entries: Vec<(String, Self)> = match &self.data {
            Data::Map(entries) => entries.clone(),
            Data::Part(Json::Object(entries)) => {
                let ty = match self.ty {
                    // What entries of an object are depends on the key; they have no common type.
                    Known::Field(id) => match schema.get(id) {
                        Type::Map(value) => Known::Field(*value),
                        Type::Object(_)
                        | Type::List(_)
                        | Type::String(_)
                        | Type::Integer
                        | Type::Number
                        | Type::Boolean
                        | Type::IntOrString
                        | Type::Quantity
                        | Type::Any => Known::Nothing,
                    },
                    Known::Nothing | Known::Text | Known::Unit | Known::Reads(_) => Known::Nothing,
                };
                let entries = entries.iter();
                entries
                    .map(|(key, value)| (key.clone(), Self::of_json(Some(value), ty)))
                    .collect()
            }
            Data::Absent
            | Data::Bool(_)
            | Data::Number(_)
            | Data::Text(_)
            | Data::List(_)
            | Data::Part(_) => return None,
        };
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Some(entries)
    }

    /// The member of a map; its type is known although it is absent.
    pub(super) fn member(&self, name: &str, schema: &Schema) -> Self {
        let ty = match self.ty {
            Known::Field(id) => match schema.member(id, name) {
                Member::Field(field) => Known::Field(field.ty),
                Member::Entry(value) => Known::Field(value),
                Member::Undeclared | Member::Missing | Member::OfList(_) | Member::OfScalar => {
                    Known::Nothing
                }
            },
            Known::Nothing | Known::Text | Known::Unit | Known::Reads(_) => Known::Nothing,
        };
        match &self.data {
            Data::Map(entries) => {
                let found = entries.iter().find(|(key, _)| key == name);
                found.map_or(Self::ABSENT, |(_, value)| value.clone())
            }
            Data::Part(Json::Object(entries)) => Self::of_json(entries.get(name), ty),
            Data::Absent
            | Data::Bool(_)
            | Data::Number(_)
            | Data::Text(_)
            | Data::List(_)
            | Data::Part(_) => Self::of_json(None, ty),
        }
    }

    /// As a value of a declared type.
    pub(super) fn declared(mut self, reads: Reads) -> Self {
        if let Data::List(items) = self.data {
            let items = items.into_iter().map(|item| item.declared(reads)).collect();
            return Self::new(Data::List(items));
        }
        if let Data::Map(entries) = self.data {
            let entries = entries.into_iter();
            let declared = entries.map(|(key, value)| (key, value.declared(reads)));
            return Self::new(Data::Map(declared.collect()));
        }
        self.ty = Known::Reads(reads);
        self
    }

    /// Whether anything says what type it is, besides the value itself.
    pub(super) fn is_typed(&self, schema: &Schema) -> bool {
        match self.ty {
            Known::Nothing => false,
            Known::Text | Known::Unit | Known::Reads(_) => true,
            Known::Field(id) => !matches!(schema.get(id), Type::IntOrString | Type::Any),
        }
    }

    /// What the value is read as, if that is certain without looking at another.
    pub(super) fn reads(&self, schema: &Schema) -> Option<Reads> {
        match self.ty {
            Known::Nothing | Known::Text => None,
            Known::Reads(reads) => Some(reads),
            Known::Unit => {
                let text = self.as_text()?;
                match (Amount::parse(text), duration(text)) {
                    (None, Some(_)) => Some(Reads::Duration),
                    (Some(_), None) => Some(Reads::Quantity),
                    (Some(_), Some(_)) | (None, None) => None,
                }
            }
            Known::Field(id) => match schema.get(id) {
                Type::Quantity => Some(Reads::Quantity),
                Type::String(text) => match text.format {
                    Format::DateTime | Format::Date => Some(Reads::Date),
                    Format::Duration => Some(Reads::Duration),
                    Format::Plain | Format::Byte | Format::Json | Format::Other(_) => None,
                },
                Type::Object(_)
                | Type::Map(_)
                | Type::List(_)
                | Type::Integer
                | Type::Number
                | Type::Boolean
                | Type::IntOrString
                | Type::Any => None,
            },
        }
    }

    fn amount(&self) -> Option<Amount> {
        match &self.data {
            Data::Text(text) => Amount::parse(text),
            Data::Number(number) => Amount::parse(&match number {
                Number::Whole(value) => value.to_string(),
                Number::Double(value) => value.to_string(),
            }),
            Data::Absent | Data::Bool(_) | Data::List(_) | Data::Map(_) | Data::Part(_) => None,
        }
    }

    /// How two scalars of one type are ordered; none where they are not, or are no such values.
    /// Booleans are equal or not, and have no order.
    pub(super) fn order(&self, other: &Self, schema: &Schema) -> Option<Ordering> {
        let unit = self.ty == Known::Unit || other.ty == Known::Unit;
        let reads = self.reads(schema).or_else(|| other.reads(schema));
        // `m` is milli where nothing says that it is minutes.
        let reads = reads.or(unit.then_some(Reads::Quantity));
        let Some(reads) = reads else {
            return match (&self.data, &other.data) {
                (Data::Number(a), Data::Number(b)) => Some(a.order(*b)),
                (Data::Text(a), Data::Text(b)) => Some(a.chars().cmp(b.chars())),
                (Data::Bool(a), Data::Bool(b)) => (a == b).then_some(Ordering::Equal),
                _ => None,
            };
        };
        match reads {
            Reads::Quantity => Some(self.amount()?.order(&other.amount()?)),
            Reads::Duration => Some(duration(self.as_text()?)?.cmp(&duration(other.as_text()?)?)),
            Reads::Version => Some(version_order(
                &version(self.as_text()?)?,
                &version(other.as_text()?)?,
            )),
            Reads::Date => Some(date(self.as_text()?)?.cmp(&date(other.as_text()?)?)),
            // Addresses are not compared.
            Reads::Ip | Reads::Cidr => None,
        }
    }

    pub(super) fn equals(&self, other: &Self, schema: &Schema) -> bool {
        self.order(other, schema) == Some(Ordering::Equal)
    }

    /// Whether an address or a block lies in a block.
    pub(super) fn within(&self, block: &Self) -> bool {
        match (self.as_text(), block.as_text()) {
            (Some(address), Some(block)) => within(address, block),
            _ => false,
        }
    }
}
