//! Tests of one value, by its type.

use serde_json::json;

use super::conditions::Writer;
use super::literals::{self, Literal};
use super::place::{self, Place, Segment, Ty};
use super::rule::{Condition, Step, Value};

const EQUAL: &[&str] = &["==", "!="];
const ORDER: &[&str] = &["<", "<=", ">", ">="];
const MEMBER: &[&str] = &["in", "not in"];

/// Names that resources have.
pub(super) const NAMES: &[&str] = &["web", "web-1", "prod-a", "db", "Web", "a.b"];
/// Globs of names.
pub(super) const NAME_GLOBS: &[&str] = &["web*", "*-1", "prod-?", "*b*", "web", "?*", "*"];
/// Namespaces that resources are in.
pub(super) const NAMESPACES: &[&str] = &["default", "prod", "prod-eu", "kube-system", "shop"];
/// Globs of namespaces.
pub(super) const NAMESPACE_GLOBS: &[&str] =
    &["prod", "prod*", "kube-*", "default", "*", "sho?", "*-eu"];
/// Keys of labels.
pub(super) const LABELS: &[&str] = &["app", "tier", "app.kubernetes.io/name", "example.org/x"];
/// Values of labels.
pub(super) const LABEL_VALUES: &[&str] =
    &["web", "front", "back", "", "x", "true", "1", "1.2", "A"];
/// Keys of annotations.
pub(super) const ANNOTATIONS: &[&str] = &["owner", "example.org/x", "example.org/expires"];

fn test(operator: &'static str, left: Value, right: Value) -> Condition {
    Condition::Test {
        operator,
        left,
        right,
    }
}

fn call(name: &'static str, value: Value) -> Value {
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

    fn of_any(&mut self, value: Value, place: &Place) -> Condition {
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

    fn sized(&mut self, value: Value, place: &Place) -> Condition {
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

    fn of_list(&mut self, value: Value, place: &Place, item: &Ty) -> Condition {
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

    fn of_map(&mut self, value: Value, place: &Place) -> Condition {
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

    /// A test of the name, the namespace, a label or an annotation.
    pub(super) fn about_metadata(&mut self) -> Condition {
        let glob = |random: &mut super::random::Random, globs: &[&'static str]| {
            Value::Text(random.word(globs).to_owned())
        };
        let path = |head: &str| Value::Path {
            head: head.to_owned(),
            steps: Vec::new(),
        };
        match self.random.below(if self.with_namespaces { 7 } else { 6 }) {
            6 => {
                let key = self.random.word(LABELS).to_owned();
                let value = Value::Path {
                    head: "namespace".to_owned(),
                    steps: vec![Step::Key("labels".to_owned()), Step::Key(key)],
                };
                let right = glob(self.random, LABEL_VALUES);
                test(self.random.word(EQUAL), value, right)
            }
            0 => {
                let right = glob(self.random, NAME_GLOBS);
                test(
                    self.random.word(&["matches", "not matches"]),
                    path("name"),
                    right,
                )
            }
            1 => {
                let right = glob(self.random, NAMESPACES);
                test(
                    self.random.word(&["==", "!=", "starts_with"]),
                    path("namespace"),
                    right,
                )
            }
            2 => {
                let value = Value::Metadata("annotation", self.random.word(ANNOTATIONS).to_owned());
                match self.random.below(3) {
                    0 => Condition::Exists(value),
                    1 => Condition::Absent(value),
                    _ => {
                        let place = self.metadata_place(&value);
                        self.of_text(value, &place)
                    }
                }
            }
            3 if self.focus.subject.is_pod() => {
                let value = Value::Path {
                    head: "resource".to_owned(),
                    steps: vec![Step::Key("kind".to_owned())],
                };
                let right = self
                    .random
                    .word(&["Pod", "*Set", "*Job", "Dep*"])
                    .to_owned();
                test(
                    self.random.word(&["matches", "not matches"]),
                    value,
                    Value::Text(right),
                )
            }
            _ => {
                let value = Value::Metadata("label", self.random.word(LABELS).to_owned());
                match self.random.below(3) {
                    0 => Condition::Exists(value),
                    1 => {
                        let place = self.metadata_place(&value);
                        self.of_text(value, &place)
                    }
                    _ => {
                        let right = glob(self.random, LABEL_VALUES);
                        let place = self.metadata_place(&value);
                        let near = LABEL_VALUES.iter().map(|value| json!(value)).collect();
                        self.touch(&place, near);
                        test(self.random.word(EQUAL), value, right)
                    }
                }
            }
        }
    }

    fn metadata_place(&self, value: &Value) -> Place {
        let (map, key) = match value {
            Value::Metadata("annotation", key) => ("annotations", key.clone()),
            Value::Metadata(_, key) => ("labels", key.clone()),
            Value::Path { .. }
            | Value::Text(_)
            | Value::Literal(_)
            | Value::List(_)
            | Value::Call(..)
            | Value::Binary { .. }
            | Value::Filter { .. }
            | Value::Map { .. } => ("labels", String::new()),
        };
        Place {
            segments: vec![
                Segment::Field("metadata".to_owned()),
                Segment::Field(map.to_owned()),
                Segment::Key(key),
            ],
            id: self.schema.any(),
            ty: Ty::Text,
        }
    }
}
