//! Tests of lists and maps.

use serde_json::json;

use super::comparing::{EQUAL, MEMBER, call, test};
use super::conditions::Writer;
use super::literals::{self, Literal};
use super::metadata::{LABEL_VALUES, LABELS};
use super::place::{self, Place, Segment, Ty};
use super::rule::{Condition, Step, Value};

impl Writer<'_> {
    pub(super) fn sized(&mut self, value: Value, place: &Place) -> Condition {
        let near = match place.ty {
            Ty::Text | Ty::Any => vec![
                json!(""),
                json!("a"),
                json!("ab"),
                json!("🎉é"),
                json!("abcdef"),
            ],
            Ty::Bool
            | Ty::Int
            | Ty::Number
            | Ty::Enum(_)
            | Ty::Quantity
            | Ty::IntOrText
            | Ty::Date
            | Ty::Duration
            | Ty::Scalars(_)
            | Ty::List
            | Ty::Map
            | Ty::Object => Vec::new(),
        };
        self.touch(place, near);
        let operator = self.random.word(&["<=", ">", "==", "!=", ">="]);
        let count = self.random.below(4).to_string();
        test(operator, call("length", value), Value::Literal(count))
    }

    pub(super) fn of_list(&mut self, value: Value, place: &Place, item: &Ty) -> Condition {
        let literal = match item {
            Ty::Text => literals::text(self.random),
            Ty::Enum(values) => literals::one_of(self.random, values),
            Ty::Int | Ty::Number => literals::integer(self.random),
            Ty::Bool
            | Ty::Quantity
            | Ty::IntOrText
            | Ty::Date
            | Ty::Duration
            | Ty::Any
            | Ty::Scalars(_)
            | Ty::List
            | Ty::Map
            | Ty::Object => return self.sized(value, place),
        };
        let Literal {
            value: element,
            near,
        } = literal;
        let mut elements = place.clone();
        elements.segments.push(Segment::Items);
        self.touch(&elements, near);
        match self.random.below(6) {
            0 | 1 => test(self.random.word(MEMBER), element, value),
            2 => test(
                self.random.word(&["contains", "not contains"]),
                value,
                element,
            ),
            3 if *item == Ty::Text => {
                let inner = match self.random.below(2) {
                    0 => call("sort", value),
                    _ => call("distinct", value),
                };
                let joined = Value::Call("join", vec![inner, Value::Text("-".to_owned())]);
                test(self.random.word(EQUAL), joined, element)
            }
            4 => {
                let count = self.random.below(3).to_string();
                test(
                    "==",
                    call("length", call("distinct", value)),
                    Value::Literal(count),
                )
            }
            _ => self.sized(value, place),
        }
    }

    pub(super) fn of_map(&mut self, value: Value, place: &Place) -> Condition {
        match self.random.below(3) {
            0 => {
                self.touch(place, Vec::new());
                let key = self.random.word(LABELS).to_owned();
                test(
                    self.random.word(MEMBER),
                    Value::Text(key),
                    call("keys", value),
                )
            }
            1 if self.holds_texts(place) => {
                let mut entries = place.clone();
                entries.segments.push(Segment::Entries);
                self.touch(&entries, Vec::new());
                let text = self.random.word(LABEL_VALUES).to_owned();
                test("in", Value::Text(text), call("values", value))
            }
            _ => self.sized(value, place),
        }
    }

    fn holds_texts(&self, map: &Place) -> bool {
        let items = self.schema.items(map.id);
        items.is_some_and(|items| place::ty_of(self.schema, items) == Ty::Text)
    }

    /// `"x" in (map v in list: v.name)`.
    pub(super) fn in_map(
        &mut self,
        place: &Place,
        name: String,
        over: Value,
        steps: Vec<Step>,
    ) -> Condition {
        let literal = match &place.ty {
            Ty::Text => literals::text(self.random),
            Ty::Enum(values) => literals::one_of(self.random, values),
            Ty::Int => literals::integer(self.random),
            Ty::Bool
            | Ty::Number
            | Ty::Quantity
            | Ty::IntOrText
            | Ty::Date
            | Ty::Duration
            | Ty::Any
            | Ty::Scalars(_)
            | Ty::List
            | Ty::Map
            | Ty::Object => return Condition::Exists(over),
        };
        self.touch(place, literal.near);
        let mapped = Value::Map {
            name: name.clone(),
            over: Box::new(over),
            body: Box::new(Value::Path { head: name, steps }),
        };
        if self.random.percent(30) {
            let count = self.random.below(3).to_string();
            let distinct = call("length", call("distinct", mapped));
            return test(
                self.random.word(&["==", "<="]),
                distinct,
                Value::Literal(count),
            );
        }
        test(self.random.word(MEMBER), literal.value, mapped)
    }
}
