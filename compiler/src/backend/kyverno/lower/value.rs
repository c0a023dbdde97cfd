//! Expressions.

use policyc_diagnostics::Span;
use policyc_ir::{
    ArithmeticOp, Binding, Condition, Expr, ExprKind, Function, Iterable, Literal, Path, Segment,
    Type,
};
use serde_json::Value as Json;

use super::{Blocked, Env, Lowered};
use crate::backend::kyverno::jmespath::{Jp, Op};

/// One way an expression comes to a value: where all guards hold, the value is that of `jp` (null
/// when absent). The alternatives of an expression exclude each other; where the guards of none
/// hold, the expression is absent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alternative {
    pub(super) guards: Vec<Jp>,
    pub(super) jp: Jp,
    /// The value when it is a constant.
    pub(super) constant: Option<Literal>,
}

impl Alternative {
    fn sure(jp: Jp) -> Self {
        Self {
            guards: Vec::new(),
            jp,
            constant: None,
        }
    }

    /// Whether the value is a string for sure, where the guards hold.
    pub(super) fn is_text(&self) -> bool {
        matches!(&self.jp, Jp::Literal(Json::String(_)))
            || matches!(
                &self.jp,
                Jp::Call(
                    "to_lower" | "to_upper" | "trim" | "replace_all" | "join" | "to_string",
                    _
                )
            )
    }
}

/// Largest integer up to which all are exact in a double.
const EXACT: i64 = 1 << 53;

/// What Unicode calls white space.
const WHITE_SPACE: &str = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\
    \u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

/// Decimal numbers, as `ToNumber` reads them.
const DECIMAL: &str = r"^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$";

impl Env {
    /// The alternatives of an expression.
    pub(super) fn value(&self, expr: &Expr) -> Lowered<Vec<Alternative>> {
        let origin = expr.origin;
        match &expr.kind {
            ExprKind::Literal(literal) => Ok(vec![constant(literal, origin)?]),
            ExprKind::Path(path) => Ok(vec![self.path(path, origin)?]),
            ExprKind::Coalesce(first, second) => self.coalesce(first, second),
            ExprKind::Call {
                function,
                arguments,
            } => self.call(*function, arguments, origin),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right),
            ExprKind::List(items) => Ok(vec![self.list(items)?]),
            ExprKind::Map { value, over, body } => {
                Ok(vec![Alternative::sure(self.map(value, over, body)?)])
            }
            ExprKind::Filter {
                value,
                over,
                condition,
            } => Ok(vec![Alternative::sure(self.kept(value, over, condition)?)]),
        }
    }

    /// The expression as one piece of JMESPath that is null when it is absent.
    pub(super) fn plain(&self, expr: &Expr) -> Lowered<Jp> {
        let mut alternatives = self.value(expr)?;
        if alternatives.len() == 1
            && let Some(only) = alternatives.pop_if(|only| only.guards.is_empty())
        {
            return Ok(only.jp);
        }
        // `(guard && [value] || `[]`)[0]`: a list with the value in it counts as true.
        let wrapped = alternatives.into_iter().map(|alternative| {
            let mut parts = alternative.guards;
            parts.push(Jp::List(vec![alternative.jp]));
            Jp::And(parts)
        });
        let empty = Jp::Literal(Json::Array(Vec::new()));
        let parts = wrapped.chain([empty]).collect();
        Ok(Jp::Index(Box::new(Jp::Or(parts)), 0))
    }

    fn path(&self, path: &Path, origin: Span) -> Lowered<Alternative> {
        let mut jp = self.root(path.root, origin)?;
        let mut guards = Vec::new();
        for segment in &path.segments {
            jp = match segment {
                Segment::Field(name) => jp.member(name.clone()),
                Segment::Index(index) => Jp::Index(Box::new(jp), *index),
                Segment::Single => Jp::Index(Box::new(jp), 0),
                Segment::Key(key) => {
                    let key = self.plain(key)?;
                    if let Jp::Literal(Json::String(name)) = key {
                        jp.member(name)
                    } else {
                        guards.push(jp.clone().of_type("object"));
                        guards.push(key.clone().of_type("string"));
                        Jp::Call("lookup", vec![jp, key])
                    }
                }
            };
        }
        if self.is_beside_template(path) {
            jp = Jp::null();
        }
        Ok(Alternative {
            guards,
            jp,
            constant: None,
        })
    }

    /// Whether the path leads to something that a pod template has not.
    fn is_beside_template(&self, path: &Path) -> bool {
        use policyc_ir::Root;
        let focused = matches!(path.root, Root::Object | Root::Old);
        let template = matches!(self.focus, super::Focus::Template(_));
        focused
            && template
            && matches!(path.segments.first(), Some(Segment::Field(name))
                if name != "spec" && name != "metadata")
    }

    fn coalesce(&self, first: &Expr, second: &Expr) -> Lowered<Vec<Alternative>> {
        let firsts = self.value(first)?;
        let seconds = self.value(second)?;
        if let ([first], [second]) = (firsts.as_slice(), seconds.as_slice())
            && first.guards.is_empty()
            && second.guards.is_empty()
        {
            return Ok(vec![Alternative::sure(Jp::Call(
                "not_null",
                vec![first.jp.clone(), second.jp.clone()],
            ))]);
        }
        let there = |alternative: &Alternative| {
            let exists = alternative.jp.clone().compare(Op::NotEqual, Jp::null());
            Jp::and(alternative.guards.iter().cloned().chain([exists]))
        };
        let absent = Jp::or(firsts.iter().map(there)).negated();
        let mut alternatives = Vec::new();
        for mut alternative in firsts {
            alternative.guards = vec![there(&alternative)];
            alternatives.push(alternative);
        }
        for mut alternative in seconds {
            alternative.guards.insert(0, absent.clone());
            alternatives.push(alternative);
        }
        Ok(alternatives)
    }

    /// The result of `build` on every combination of the arguments' alternatives.
    fn combined(
        &self,
        arguments: &[&Expr],
        build: impl Fn(&[Alternative]) -> (Vec<Jp>, Jp),
    ) -> Lowered<Vec<Alternative>> {
        let mut combinations = vec![Vec::new()];
        for argument in arguments {
            let alternatives = self.value(argument)?;
            let mut longer = Vec::new();
            for combination in &combinations {
                for alternative in &alternatives {
                    let mut next: Vec<Alternative> = combination.clone();
                    next.push(alternative.clone());
                    longer.push(next);
                }
            }
            combinations = longer;
        }
        let alternatives = combinations.into_iter().map(|combination| {
            let (own, jp) = build(&combination);
            let guards = combination.into_iter().flat_map(|argument| argument.guards);
            Alternative {
                guards: guards.chain(own).collect(),
                jp,
                constant: None,
            }
        });
        Ok(alternatives.collect())
    }

    fn call(
        &self,
        function: Function,
        arguments: &[Expr],
        origin: Span,
    ) -> Lowered<Vec<Alternative>> {
        let arguments: Vec<&Expr> = arguments.iter().collect();
        let texts = |values: &[Alternative]| -> Vec<Jp> {
            let others = values.iter().filter(|value| !value.is_text());
            others
                .map(|value| value.jp.clone().of_type("string"))
                .collect()
        };
        let jps = |values: &[Alternative]| -> Vec<Jp> {
            values.iter().map(|value| value.jp.clone()).collect()
        };
        let of_texts = |name: &'static str| {
            move |values: &[Alternative]| (texts(values), Jp::Call(name, jps(values)))
        };
        match function {
            Function::Length => self.length(&arguments),
            Function::Lower => self.combined(&arguments, of_texts("to_lower")),
            Function::Upper => self.combined(&arguments, of_texts("to_upper")),
            Function::Split => self.combined(&arguments, of_texts("split")),
            Function::Replace => self.combined(&arguments, of_texts("replace_all")),
            Function::Trim => self.combined(&arguments, |values| {
                let cut = [Jp::text(WHITE_SPACE)];
                let arguments = jps(values).into_iter().chain(cut).collect();
                (texts(values), Jp::Call("trim", arguments))
            }),
            Function::Join => self.combined(&arguments, |values| {
                let mut guards = Vec::new();
                let mut swapped = jps(values);
                swapped.reverse();
                if let [list, separator] = values {
                    guards.push(list.jp.clone().of_type("array"));
                    guards.push(all_are(&list.jp, "string"));
                    guards.extend(texts(std::slice::from_ref(separator)));
                }
                (guards, Jp::Call("join", swapped))
            }),
            Function::Sort => self.combined(&arguments, |values| {
                let mut guards = Vec::new();
                if let [list] = values {
                    guards.push(list.jp.clone().of_type("array"));
                    let same = ["number", "string"].map(|name| all_are(&list.jp, name));
                    guards.push(Jp::or(same));
                }
                (guards, Jp::Call("sort", jps(values)))
            }),
            Function::Keys => self.combined(&arguments, |values| {
                let guards = values.iter().map(|map| map.jp.clone().of_type("object"));
                // Kyverno gives the keys in any order.
                let keys = Jp::Call("keys", jps(values));
                (guards.collect(), Jp::Call("sort", vec![keys]))
            }),
            Function::ToString => self.combined(&arguments, |values| {
                let guards = values.iter().filter(|value| !value.is_text());
                let scalars = guards.map(|value| is_scalar(&value.jp)).collect();
                (scalars, Jp::Call("to_string", jps(values)))
            }),
            Function::ToNumber => self.combined(&arguments, |values| {
                let guards = values.iter().map(|value| {
                    let decimal =
                        Jp::Call("regex_match", vec![Jp::text(DECIMAL), value.jp.clone()]);
                    Jp::or([
                        value.jp.clone().of_type("number"),
                        Jp::and([value.jp.clone().of_type("string"), decimal]),
                    ])
                });
                (guards.collect(), Jp::Call("to_number", jps(values)))
            }),
            Function::Values => Err(Blocked::new(
                "values of a map as a list",
                "Kyverno's `values` gives them in any order, and `items` leaves nulls in",
                origin,
            )),
            Function::Distinct => Err(Blocked::new(
                "distinct",
                "JMESPath has no function that drops repeated elements",
                origin,
            )),
        }
    }

    fn length(&self, arguments: &[&Expr]) -> Lowered<Vec<Alternative>> {
        let of_list = matches!(
            arguments.first(),
            Some(Expr {
                kind: ExprKind::Filter { .. } | ExprKind::Map { .. },
                ..
            })
        );
        self.combined(arguments, |values| {
            let jps: Vec<Jp> = values.iter().map(|value| value.jp.clone()).collect();
            if of_list && let [list] = jps.as_slice() {
                let empty = Jp::Literal(Json::Array(Vec::new()));
                let list = Jp::Or(vec![list.clone(), empty]);
                return (Vec::new(), Jp::Call("length", vec![list]));
            }
            let guards = values.iter().filter(|value| !value.is_text());
            let measurable = guards.map(|value| {
                let kinds = Json::from(vec!["string", "array", "object"]);
                let kind = Jp::Call("type", vec![value.jp.clone()]);
                Jp::Call("contains", vec![Jp::Literal(kinds), kind])
            });
            (measurable.collect(), Jp::Call("length", jps))
        })
    }

    fn arithmetic(&self, op: ArithmeticOp, left: &Expr, right: &Expr) -> Lowered<Vec<Alternative>> {
        self.combined(&[left, right], |values| {
            let mut guards = Vec::new();
            for value in values {
                if !matches!(&value.jp, Jp::Literal(Json::Number(_))) {
                    guards.push(value.jp.clone().of_type("number"));
                }
            }
            let jps: Vec<Jp> = values.iter().map(|value| value.jp.clone()).collect();
            let not_zero = || {
                let divisor = values.get(1).map_or(Jp::null(), |value| value.jp.clone());
                let is_constant = matches!(&divisor, Jp::Literal(Json::Number(number))
                    if number.as_f64() != Some(0.0));
                (!is_constant).then(|| divisor.compare(Op::NotEqual, Jp::int(0)))
            };
            let name = match op {
                ArithmeticOp::Add => "add",
                ArithmeticOp::Subtract => "subtract",
                ArithmeticOp::Multiply => "multiply",
                ArithmeticOp::Divide => {
                    guards.extend(not_zero());
                    "divide"
                }
                ArithmeticOp::Remainder => {
                    for jp in &jps {
                        if !is_whole_constant(jp) {
                            let whole = Jp::Call("floor", vec![jp.clone()]);
                            guards.push(whole.equals(jp.clone()));
                            // Beyond it Kyverno takes no number for a whole one.
                            let size = Jp::Call("abs", vec![jp.clone()]);
                            guards.push(size.compare(Op::Less, Jp::int(EXACT)));
                        }
                    }
                    guards.extend(not_zero());
                    "modulo"
                }
            };
            (guards, Jp::Call(name, jps))
        })
    }

    fn list(&self, items: &[Expr]) -> Lowered<Alternative> {
        let constants: Option<Vec<Json>> = items
            .iter()
            .map(|item| match &item.kind {
                ExprKind::Literal(literal) => {
                    if let Jp::Literal(value) = constant(literal, item.origin).ok()?.jp {
                        Some(value)
                    } else {
                        None
                    }
                }
                ExprKind::Path(_)
                | ExprKind::Coalesce(..)
                | ExprKind::Call { .. }
                | ExprKind::Arithmetic { .. }
                | ExprKind::List(_)
                | ExprKind::Map { .. }
                | ExprKind::Filter { .. } => None,
            })
            .collect();
        if let Some(constants) = constants {
            return Ok(Alternative::sure(Jp::Literal(Json::Array(constants))));
        }
        let items = items.iter().map(|item| self.plain(item));
        let list = Jp::List(items.collect::<Lowered<_>>()?);
        let there = Jp::Current.compare(Op::NotEqual, Jp::null());
        Ok(Alternative::sure(list.filter(there)))
    }

    fn map(&self, value: &Binding, over: &Iterable, body: &Expr) -> Lowered<Jp> {
        let elements = self.elements(None, Some(value), over, body.origin)?;
        let inner = self.inside(elements.bindings.iter().cloned());
        let body = inner.plain(body)?;
        let list = elements.kept(Jp::bool(true));
        if body.is_path() {
            return Ok(Jp::Project(Box::new(list), Box::new(body)));
        }
        let empty = Jp::Literal(Json::Array(Vec::new()));
        let list = Jp::Or(vec![list, empty]);
        let mapped = Jp::Call("map", vec![Jp::Reference(Box::new(body)), list]);
        Ok(mapped.filter(Jp::Current.compare(Op::NotEqual, Jp::null())))
    }

    fn kept(&self, value: &Binding, over: &Iterable, condition: &Condition) -> Lowered<Jp> {
        let elements = self.elements(None, Some(value), over, condition.origin)?;
        let inner = self.inside(elements.bindings.iter().cloned());
        let condition = inner.holds(condition)?;
        if let Iterable::Entries(_) = over {
            let list = elements.kept(condition);
            let value = Box::new(Jp::Field("value".to_owned()));
            return Ok(Jp::Project(Box::new(list), value));
        }
        Ok(elements.kept(condition))
    }
}

/// Whether every element of the list is of the type; null elements too are elements.
fn all_are(list: &Jp, name: &str) -> Jp {
    let those = list.clone().filter(Jp::Current.of_type(name));
    let count = |jp: Jp| Jp::Call("length", vec![jp]);
    count(those).equals(count(list.clone()))
}

/// Whether the value is a string, a number or a boolean.
pub(super) fn is_scalar(jp: &Jp) -> Jp {
    let names = Json::from(vec!["string", "number", "boolean"]);
    let kind = Jp::Call("type", vec![jp.clone()]);
    Jp::Call("contains", vec![Jp::Literal(names), kind])
}

fn is_whole_constant(jp: &Jp) -> bool {
    matches!(jp, Jp::Literal(Json::Number(number)) if number.is_i64())
}

/// A constant. Those of typed literals are their text.
pub(super) fn constant(literal: &Literal, origin: Span) -> Lowered<Alternative> {
    let jp = match literal {
        Literal::Bool(value) => Jp::bool(*value),
        Literal::Int(value) => {
            if value.unsigned_abs() >= EXACT.unsigned_abs() {
                return Err(Blocked::new(
                    "integer beyond 2^53",
                    "Kyverno reads every number as a double",
                    origin,
                ));
            }
            Jp::int(*value)
        }
        Literal::Float(value) => Jp::Literal(Json::from(*value)),
        Literal::String(text)
        | Literal::Quantity(text)
        | Literal::Duration(text)
        | Literal::Version(text)
        | Literal::Cidr(text)
        | Literal::Ip(text)
        | Literal::Date(text) => Jp::text(text.clone()),
    };
    Ok(Alternative {
        guards: Vec::new(),
        jp,
        constant: Some(literal.clone()),
    })
}

/// Whether the schema says that the expression is a list of lists.
pub(super) fn holds_lists(ty: &Type) -> bool {
    matches!(ty, Type::List(inner) if matches!(**inner, Type::List(_)))
}
