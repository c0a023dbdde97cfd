//! Functions. An argument of a wrong type, or absent, makes the result absent.

use policyc_diagnostics::Span;
use policyc_ir::{Expr, Function, Literal, Type};

use super::constant::is_scalar;
use super::quantify::sorted_keys;
use super::{Bound, Known, Operator, Value};
use crate::backend::cel::ast::Cel;
use crate::backend::cel::frame::Frame;
use crate::backend::cel::{Blocked, Lowered};

/// Decimal numbers, as `ToNumber` reads them, and no larger than a double can be.
const DECIMAL: &str = r"^[+-]?[0-9]{1,300}([.][0-9]+)?([eE]([+-]?0*[0-9]|-[0-9]+))?$";

impl Frame {
    pub(super) fn function(
        &self,
        function: Function,
        arguments: &[Expr],
        origin: Span,
    ) -> Lowered<Value> {
        let argument = |index: usize| match arguments.get(index) {
            Some(expr) => self.value(expr),
            None => Err(Blocked::new("function", "an argument is missing", origin)),
        };
        let first = argument(0)?;
        match function {
            Function::Length => {
                let length = self.made(&first, Known::Number, |_, value| {
                    let sized = match value.known {
                        Known::Text | Known::List | Known::Map => Cel::Bool(true),
                        Known::Nothing | Known::NotNull | Known::TextOrNumber => {
                            Cel::or([value.is_text(), value.is_list(), value.is_map()])
                        }
                        Known::Bool | Known::Number => Cel::Bool(false),
                    };
                    Ok((sized, Cel::call("size", [value.cel.clone()])))
                })?;
                let ty = policyc_ir::Type::Int;
                Ok(Value { ty, ..length })
            }
            Function::Lower => self.recased(&first, Case::Lower, origin),
            Function::Upper => self.recased(&first, Case::Upper, origin),
            Function::Trim => self.of_text(&first, Known::Text, |text| Ok(text.method("trim", []))),
            Function::Split => {
                let separator = argument(1)?;
                self.of_texts([&first, &separator], Known::List, |[text, separator]| {
                    text.method("split", [separator])
                })
            }
            Function::Replace => self.replaced(&first, &argument(1)?, &argument(2)?),
            Function::Join => self.joined(&first, &argument(1)?),
            Function::Distinct => self.made(&first, Known::List, |frame, list| {
                let (_, name) = frame.with_name("item");
                let item = Bound {
                    cel: Cel::ident(&name),
                    known: Known::Nothing,
                    constant: None,
                    ty: Type::Any,
                };
                // What a function makes has elements of one type for the type checker.
                let elements = if first.known == Known::List && first.ty == Type::Any {
                    Cel::call("dyn", [list.cel.clone()])
                } else {
                    list.cel.clone()
                };
                let scalars = elements.filter(&name, is_scalar(&item));
                Ok((list.is_list(), scalars.method("distinct", [])))
            }),
            Function::Sort => self.sorted(&first),
            Function::Keys => self.made(&first, Known::List, |_, map| {
                Ok((map.is_map(), sorted_keys(map.cel.clone())))
            }),
            Function::Values => self.made(&first, Known::List, |frame, map| {
                let (_, name) = frame.with_name("key");
                let at = map.cel.clone().index(Cel::ident(&name));
                Ok((map.is_map(), sorted_keys(map.cel.clone()).map(&name, at)))
            }),
            Function::ToString => self.to_text(&first),
            Function::ToNumber => self.to_number(&first),
        }
    }

    /// What is made of a text.
    fn of_text(
        &self,
        value: &Value,
        known: Known,
        make: impl FnOnce(Cel) -> Lowered<Cel>,
    ) -> Lowered<Value> {
        self.made(value, known, |_, text| {
            Ok((text.is_text(), make(text.cel.clone())?))
        })
    }

    /// What is made of two texts.
    fn of_texts(
        &self,
        [first, second]: [&Value; 2],
        known: Known,
        make: impl FnOnce([Cel; 2]) -> Cel,
    ) -> Lowered<Value> {
        if second.constant.is_some() || (!second.optional && second.known == Known::Text) {
            if second.known != Known::Text {
                return Ok(Value::absent());
            }
            return self.of_text(first, known, |text| Ok(make([text, second.cel.clone()])));
        }
        self.nested(first, |frame, text| {
            let inner =
                frame.of_text(second, known, |other| Ok(make([text.cel.clone(), other])))?;
            Ok((text.is_text(), inner))
        })
    }

    fn replaced(&self, text: &Value, from: &Value, to: &Value) -> Lowered<Value> {
        if from.known == Known::Text && to.known == Known::Text && !from.optional && !to.optional {
            let (from, to) = (from.cel.clone(), to.cel.clone());
            return self.of_text(text, Known::Text, |text| {
                Ok(text.method("replace", [from, to]))
            });
        }
        self.nested(text, |frame, text| {
            let inner = frame.nested(from, |frame, from| {
                let inner = frame.of_text(to, Known::Text, |to| {
                    Ok(text.cel.clone().method("replace", [from.cel.clone(), to]))
                })?;
                Ok((from.is_text(), inner))
            })?;
            Ok((text.is_text(), inner))
        })
    }

    fn joined(&self, list: &Value, separator: &Value) -> Lowered<Value> {
        let join = |frame: &Self, separator: Cel| {
            frame.made(list, Known::Text, |frame, list| {
                let guard = Cel::and([list.is_list(), all_are_text(frame, &list.cel)]);
                let texts = Cel::call("dyn", [list.cel.clone()]);
                Ok((guard, texts.method("join", [separator])))
            })
        };
        if !separator.optional && separator.known == Known::Text {
            return join(self, separator.cel.clone());
        }
        self.nested(separator, |frame, separator| {
            let inner = join(frame, separator.cel.clone())?;
            Ok((separator.is_text(), inner))
        })
    }

    fn sorted(&self, list: &Value) -> Lowered<Value> {
        self.made(list, Known::List, |frame, list| {
            let (_, name) = frame.with_name("item");
            let item = Bound {
                cel: Cel::ident(&name),
                known: Known::Nothing,
                constant: None,
                ty: Type::Any,
            };
            let numbers = list.cel.clone().all(&name, item.is_number());
            let texts = all_are_text(frame, &list.cel);
            let guard = Cel::and([list.is_list(), Cel::or([numbers.clone(), texts])]);
            // Numbers of both types are in order as doubles.
            let doubles = list.cel.clone().map(&name, Cel::call("double", [item.cel]));
            let dynamic = Cel::call("dyn", [doubles.method("sort", [])]);
            let sorted = Cel::call("dyn", [list.cel.clone().method("sort", [])]);
            let made = Cel::Ternary(Box::new(numbers), Box::new(dynamic), Box::new(sorted));
            Ok((guard, made))
        })
    }

    /// A scalar as a string: CEL writes large doubles with an exponent, we do not.
    pub(super) fn to_text(&self, value: &Value) -> Lowered<Value> {
        if value.known == Known::Text {
            return Ok(value.clone());
        }
        if let Some(literal) = &value.constant {
            let text = crate::backend::words::literal(literal);
            return Ok(Value {
                constant: Some(Literal::String(text.clone())),
                ..Value::sure(Cel::text(text), Known::Text, "value")
            });
        }
        self.made(value, Known::Text, |_, value| {
            Ok((is_scalar(value), printed(value)))
        })
    }

    fn to_number(&self, value: &Value) -> Lowered<Value> {
        if value.known == Known::Number {
            return Ok(value.clone());
        }
        // An engine computes what is constant beforehand, and refuses what is an error.
        if let (Some(_), Cel::Text(text)) = (&value.constant, &value.cel) {
            let is_spelled = regex::Regex::new(DECIMAL).is_ok_and(|regex| regex.is_match(text));
            let number = text
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite() && is_spelled);
            return Ok(match number {
                Some(number) => Value {
                    constant: Some(Literal::Float(number)),
                    ty: Type::Number,
                    ..Value::sure(Cel::Double(number), Known::Number, "value")
                },
                None => Value::absent(),
            });
        }
        self.made(value, Known::Number, |_, value| {
            let spelled = value.cel.clone().method("matches", [Cel::text(DECIMAL)]);
            let spelled = Cel::and([value.is_text(), spelled]);
            let number = Cel::call("double", [value.cel.clone()]);
            Ok((Cel::or([value.is_number(), spelled]), number))
        })
    }

    /// CEL knows the case of ASCII only.
    fn recased(&self, value: &Value, case: Case, origin: Span) -> Lowered<Value> {
        if let Some(Literal::String(text)) = &value.constant {
            let text = match case {
                Case::Lower => policyc_ir::scalar::to_lower(text),
                Case::Upper => policyc_ir::scalar::to_upper(text),
            };
            return self.value(&Expr {
                kind: policyc_ir::ExprKind::Literal(Literal::String(text)),
                ty: policyc_ir::Type::String,
                origin,
            });
        }
        Err(Blocked::new(
            "letter case",
            "CEL knows the letters of ASCII only; a comparison with a text in ASCII can be said",
            origin,
        ))
    }

    /// A text in lower or upper case, exact as far as letters of ASCII come of it: to be compared
    /// with a text that has no others.
    pub(super) fn recased_to_ascii(&self, value: &Value, case: Case) -> Lowered<Value> {
        self.of_text(value, Known::Text, |text| {
            let (function, others) = match case {
                Case::Lower => ("lowerAscii", [("\u{212a}", "k"), ("\u{130}", "i")]),
                Case::Upper => ("upperAscii", [("\u{131}", "I"), ("\u{17f}", "S")]),
            };
            Ok(others
                .into_iter()
                .fold(text.method(function, []), |text, (from, to)| {
                    text.method("replace", [Cel::text(from), Cel::text(to)])
                }))
        })
    }
}

/// Which case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
}

/// The text of a scalar.
pub(super) fn printed(value: &Bound) -> Cel {
    if let Some(literal) = &value.constant {
        return Cel::text(crate::backend::words::literal(literal));
    }
    let text = Cel::call("string", [value.cel.clone()]);
    match value.known {
        Known::Bool | Known::Text => return text,
        Known::Number if value.ty == Type::Int => return text,
        Known::Number
        | Known::TextOrNumber
        | Known::Nothing
        | Known::NotNull
        | Known::List
        | Known::Map => {}
    }
    let is_double = value.cel.clone().is_type("double");
    let limit = |value: f64| Cel::Double(value);
    let within = Cel::and([
        value.cel.clone().binary(Operator::Less, limit(1e18)),
        value.cel.clone().binary(Operator::Greater, limit(-1e18)),
    ]);
    let int = Cel::call("int", [value.cel.clone()]);
    let whole = Cel::call("double", [int.clone()]).equals(value.cel.clone());
    let large = Cel::and([is_double, within, whole]);
    Cel::Ternary(
        Box::new(large),
        Box::new(Cel::call("string", [int])),
        Box::new(text),
    )
}

/// Whether all elements of the list are strings.
fn all_are_text(frame: &Frame, list: &Cel) -> Cel {
    let (_, name) = frame.with_name("item");
    list.clone().all(&name, Cel::ident(&name).is_type("string"))
}
