//! Tests of one value, by its type.

use serde_json::json;

use super::conditions::Writer;
use super::literals::{self, Literal};
use super::place::{Place, Ty};
use super::rule::{Condition, Value};

pub(super) const EQUAL: &[&str] = &["==", "!="];
const ORDER: &[&str] = &["<", "<=", ">", ">="];
pub(super) const MEMBER: &[&str] = &["in", "not in"];

pub(super) fn test(operator: &'static str, left: Value, right: Value) -> Condition {
    Condition::Test {
        operator,
        left,
        right,
    }
}

pub(super) fn call(name: &'static str, value: Value) -> Value {
    Value::Call(name, vec![value])
}

impl Writer<'_> {
    /// A test of a value at a place.
    pub(super) fn test(&mut self, value: Value, place: &Place) -> Condition {
        let is_variable = matches!(&value, Value::Path { steps, .. } if steps.is_empty());
        if !is_variable && self.random.percent(11) {
            self.touch(place, Vec::new());
            return match self.random.below(2) {
                0 => Condition::Exists(value),
                _ => Condition::Absent(value),
            };
        }
        match &place.ty {
            Ty::Bool => {
                let literal = literals::boolean(self.random);
                self.against(EQUAL, value, literal, place)
            }
            Ty::Int | Ty::Number => self.of_number(value, place),
            Ty::Text => self.of_text(value, place),
            Ty::Enum(values) => self.of_enum(value, place, values),
            Ty::Quantity => self.ordered(value, place, literals::quantity),
            Ty::Date => self.ordered(value, place, literals::date),
            Ty::Duration => self.ordered(value, place, literals::duration),
            Ty::IntOrText => match self.random.below(3) {
                0 => self.of_number(value, place),
                1 => {
                    let literal = literals::text(self.random);
                    self.against(EQUAL, value, literal, place)
                }
                _ => self.member(value, place, literals::text),
            },
            Ty::Any => self.of_any(value, place),
            Ty::Scalars(item) => self.of_list(value, place, item),
            Ty::List => self.sized(value, place),
            Ty::Map => self.of_map(value, place),
            Ty::Object if is_variable => {
                // An element as such is always there: something in it is asked about.
                let inner = self.below(place);
                match self.direct(&inner) {
                    Some(value) if inner != *place && inner.ty != Ty::Object => {
                        self.test(value, &inner)
                    }
                    Some(_) | None => self.about_metadata(),
                }
            }
            Ty::Object => Condition::Exists(value),
        }
    }

    fn against(
        &mut self,
        operators: &[&'static str],
        value: Value,
        literal: Literal,
        place: &Place,
    ) -> Condition {
        let Literal { value: right, near } = literal;
        self.touch(place, near);
        let operator = self.random.word(operators);
        let value = self.defaulted(value, place);
        test(operator, value, right)
    }

    /// Sometimes with a default.
    fn defaulted(&mut self, value: Value, place: &Place) -> Value {
        if matches!(value, Value::Call(..)) || !self.random.percent(8) {
            return value;
        }
        let default = match &place.ty {
            Ty::Bool => literals::boolean(self.random),
            Ty::Int | Ty::Number | Ty::IntOrText => literals::integer(self.random),
            Ty::Text => literals::text(self.random),
            Ty::Enum(values) => literals::one_of(self.random, values),
            Ty::Quantity => literals::quantity(self.random),
            Ty::Date
            | Ty::Duration
            | Ty::Any
            | Ty::Scalars(_)
            | Ty::List
            | Ty::Map
            | Ty::Object => return value,
        };
        Value::Binary {
            operator: "??",
            left: Box::new(value),
            right: Box::new(default.value),
        }
    }

    /// `in` and `not in` a list of literals.
    fn member(
        &mut self,
        value: Value,
        place: &Place,
        literal: impl Fn(&mut super::random::Random) -> Literal,
    ) -> Condition {
        let count = 1 + self.random.below(3);
        let literals: Vec<Literal> = (0..count).map(|_| literal(self.random)).collect();
        let near = literals.iter().flat_map(|literal| literal.near.clone());
        self.touch(place, near.collect());
        let mut elements: Vec<Value> = Vec::new();
        for literal in literals {
            if !elements.contains(&literal.value) {
                elements.push(literal.value);
            }
        }
        let operator = self.random.word(MEMBER);
        let value = self.defaulted(value, place);
        test(operator, value, Value::List(elements))
    }

    fn ordered(
        &mut self,
        value: Value,
        place: &Place,
        literal: impl Fn(&mut super::random::Random) -> Literal,
    ) -> Condition {
        match self.random.below(100) {
            0..12 => {
                if let Some(peer) = self.peer(place) {
                    let literal = literal(self.random);
                    self.touch(place, literal.near);
                    let operator = self.random.word(&["<", "<=", ">", ">=", "==", "!="]);
                    return test(operator, value, peer);
                }
                let literal = literal(self.random);
                self.against(ORDER, value, literal, place)
            }
            12..60 => {
                let literal = literal(self.random);
                self.against(ORDER, value, literal, place)
            }
            60..85 => {
                let literal = literal(self.random);
                self.against(EQUAL, value, literal, place)
            }
            _ => self.member(value, place, literal),
        }
    }

    fn of_number(&mut self, value: Value, place: &Place) -> Condition {
        if self.random.percent(15) {
            let operator = self.random.word(&["+", "-", "*", "/", "%"]);
            let by = self.random.word(&["1", "2", "3", "10", "0"]).to_owned();
            let literal = literals::integer(self.random);
            let mut near = literal.near.clone();
            near.extend([json!(2), json!(4), json!(7), json!(10)]);
            self.touch(place, near);
            let left = Value::Binary {
                operator,
                left: Box::new(value),
                right: Box::new(Value::Literal(by)),
            };
            let right = match self.random.below(2) {
                0 => literal.value,
                _ => Value::Literal(self.random.word(&["0", "1", "2", "0.5"]).to_owned()),
            };
            let operator = self.random.word(&["<", ">=", "==", "!="]);
            return test(operator, left, right);
        }
        if self.random.percent(4) {
            let literal = literals::integer(self.random);
            self.touch(place, literal.near);
            let shown = self
                .random
                .word(&["1", "10", "0", "1000000", "-1", "x"])
                .to_owned();
            let operator = self.random.word(EQUAL);
            return test(operator, call("to_string", value), Value::Text(shown));
        }
        self.ordered(value, place, literals::integer)
    }

    fn of_enum(&mut self, value: Value, place: &Place, values: &[String]) -> Condition {
        match self.random.below(4) {
            0 => self.member(value, place, |random| literals::one_of(random, values)),
            1 => {
                let literal = literals::one_of(self.random, values);
                let start: String = match &literal.value {
                    Value::Text(text) => text.chars().take(2).collect(),
                    Value::Path { .. }
                    | Value::Literal(_)
                    | Value::List(_)
                    | Value::Call(..)
                    | Value::Binary { .. }
                    | Value::Filter { .. }
                    | Value::Map { .. }
                    | Value::Metadata(..) => String::new(),
                };
                self.touch(place, literal.near);
                let operator = self
                    .random
                    .word(&["starts_with", "not starts_with", "matches"]);
                let right = match operator {
                    "matches" => format!("{start}*"),
                    _ => start,
                };
                test(operator, value, Value::Text(right))
            }
            _ => {
                let literal = literals::one_of(self.random, values);
                self.against(EQUAL, value, literal, place)
            }
        }
    }

    pub(super) fn of_text(&mut self, value: Value, place: &Place) -> Condition {
        match self.random.below(100) {
            0..16 => {
                let literal = literals::text(self.random);
                self.against(EQUAL, value, literal, place)
            }
            16..28 => self.member(value, place, literals::text),
            28..42 => {
                let literal = literals::glob(self.random);
                self.against(
                    &["matches", "matches", "not matches"],
                    value,
                    literal,
                    place,
                )
            }
            42..52 => {
                let literal = literals::regex(self.random);
                self.against(&["=~", "=~", "!~"], value, literal, place)
            }
            52..64 => {
                let literal = literals::text(self.random);
                let operators = &[
                    "starts_with",
                    "not starts_with",
                    "ends_with",
                    "not ends_with",
                    "contains",
                    "not contains",
                ];
                self.against(operators, value, literal, place)
            }
            64..67 => {
                let literal = literals::text(self.random);
                self.against(ORDER, value, literal, place)
            }
            67..76 => {
                let literal = literals::text(self.random);
                let mut near = literal.near.clone();
                near.extend([json!(" Web "), json!("WEB"), json!("\tx\n"), json!("É")]);
                self.touch(place, near);
                let changed = match self.random.below(4) {
                    0 => call("lower", value),
                    1 => call("upper", value),
                    2 => call("trim", value),
                    _ => Value::Call(
                        "replace",
                        vec![
                            value,
                            Value::Text(
                                self.random
                                    .word(&["a", "-", ".", "*", "\\", "web"])
                                    .to_owned(),
                            ),
                            Value::Text(self.random.word(&["", "b", "$1", "\\", "--"]).to_owned()),
                        ],
                    ),
                };
                let operator = self.random.word(EQUAL);
                test(operator, changed, literal.value)
            }
            76..80 => self.sized(value, place),
            80..84 => {
                self.touch(
                    place,
                    vec![
                        json!("a,b"),
                        json!("a"),
                        json!(""),
                        json!("b,a,a"),
                        json!(","),
                        json!("a, b"),
                    ],
                );
                let pieces = Value::Call("split", vec![value, Value::Text(",".to_owned())]);
                match self.random.below(4) {
                    0 => test("in", Value::Text("a".to_owned()), pieces),
                    1 => test("contains", pieces, Value::Text("b".to_owned())),
                    2 => test("<=", call("length", pieces), Value::Literal("2".to_owned())),
                    _ => {
                        let inner = match self.random.below(2) {
                            0 => call("sort", pieces),
                            _ => call("distinct", pieces),
                        };
                        let joined = Value::Call("join", vec![inner, Value::Text(",".to_owned())]);
                        test("==", joined, Value::Text("a,b".to_owned()))
                    }
                }
            }
            84..88 => self.read_as("version", literals::version, value, place),
            88..91 => self.read_as("date", literals::date, value, place),
            91..94 => self.read_as("duration", literals::duration, value, place),
            94..96 => self.read_as("quantity", literals::quantity, value, place),
            96..98 => {
                let Literal { value: block, near } = literals::block(self.random);
                self.touch(place, near);
                let operator = self.random.word(&["within", "not within", "in"]);
                test(operator, value, block)
            }
            98 => {
                let literal = literals::integer(self.random);
                self.touch(
                    place,
                    vec![
                        json!("1"),
                        json!("10"),
                        json!("1.5"),
                        json!("x"),
                        json!(""),
                        json!("1e2"),
                        json!("-1"),
                        json!("0x1"),
                    ],
                );
                let operator = self.random.word(&["<", ">=", "==", "!="]);
                test(operator, call("to_number", value), literal.value)
            }
            _ => {
                let literal = literals::text(self.random);
                match self.peer(place) {
                    Some(peer) => {
                        self.touch(place, literal.near);
                        let operators = &["==", "!=", "starts_with", "contains"];
                        test(self.random.word(operators), value, peer)
                    }
                    None => self.against(EQUAL, value, literal, place),
                }
            }
        }
    }

    fn read_as(
        &mut self,
        constructor: &'static str,
        literal: impl Fn(&mut super::random::Random) -> Literal,
        value: Value,
        place: &Place,
    ) -> Condition {
        self.ordered(call(constructor, value), place, literal)
    }

    pub(super) fn of_any(&mut self, value: Value, place: &Place) -> Condition {
        match self.random.below(10) {
            0 => {
                let literal = literals::boolean(self.random);
                self.against(EQUAL, value, literal, place)
            }
            1 => {
                let literal = literals::number(self.random);
                self.against(&["==", "!=", "<", ">="], value, literal, place)
            }
            2 => self.read_as("quantity", literals::quantity, value, place),
            3 => self.sized(value, place),
            4 => self.member(value, place, literals::integer),
            _ => self.of_text(value, place),
        }
    }
}
