//! Values as JSON, for output.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Node, Number, UNKNOWN, Value};

impl Value {
    /// The value as JSON, for the edges of the program: reports and emitted files.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(number) => number.to_json(),
            Self::String(text) => (&**text).into(),
            Self::List(items) => items.iter().map(|item| item.value.to_json()).collect(),
            Self::Map(map) => map
                .iter()
                .map(|(key, node)| (key.to_owned(), node.value.to_json()))
                .collect(),
            Self::Unknown(_) => UNKNOWN.into(),
        }
    }
}

impl Number {
    fn to_json(self) -> serde_json::Value {
        match (self.is_integer(), self.as_i64(), self.as_u64()) {
            (true, Some(int), _) => int.into(),
            (true, None, Some(int)) => int.into(),
            (true, None, None) | (false, _, _) => self.as_f64().into(),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (key, node) in map.iter() {
                    out.serialize_entry(key, node)?;
                }
                out.end()
            }
            Self::Unknown(_) => serializer.serialize_str(UNKNOWN),
        }
    }
}

/// The value alone; places are no part of what is written.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
