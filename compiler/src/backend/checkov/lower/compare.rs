//! Comparisons, patterns and membership.

use policyc_diagnostics::Span;
use policyc_ir::{
    CompareOp, Comparison, Expr, ExprKind, Function, Literal as Constant, Path, Root, TextOp, Type,
};

use super::super::formula::Formula;
use super::super::pattern::{self, Pattern, Text};
use super::super::term::{Leaf, Order, Scalar, Shape, Test};
use super::{Lowering, Platform, Value};

/// Integers beyond this are not exact as floats, which is what Checkov compares.
const MAX_EXACT: i64 = 1 << 53;

impl Lowering<'_> {
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        comparison: Comparison,
        left: &Expr,
        right: &Expr,
        origin: Span,
    ) -> Formula {
        match (constant(left), constant(right)) {
            (_, Some(value)) => self.compare_with(left, op, value, comparison, origin),
            (Some(value), None) => self.compare_with(right, flipped(op), value, comparison, origin),
            (None, None) => self.refuse(
                "comparison of two attributes",
                "Checkov compares an attribute with a constant only",
                origin,
            ),
        }
    }

    pub(super) fn compare_with(
        &mut self,
        expr: &Expr,
        op: CompareOp,
        with: &Constant,
        comparison: Comparison,
        origin: Span,
    ) -> Formula {
        if let ExprKind::Coalesce(first, second) = &expr.kind {
            let absent = self.exists(first).negate();
            let parts = [
                self.compare_with(first, op, with, comparison, origin),
                Formula::all([
                    absent,
                    self.compare_with(second, op, with, comparison, origin),
                ]),
            ];
            return Formula::any(parts);
        }
        if let ExprKind::Call {
            function: Function::Length,
            arguments,
        } = &expr.kind
            && let [argument] = arguments.as_slice()
        {
            return self.length(argument, op, with, origin);
        }
        let typed = match comparison {
            Comparison::Bool => matches!(with, Constant::Bool(_)),
            Comparison::Number => matches!(with, Constant::Int(_) | Constant::Float(_)),
            Comparison::String => matches!(with, Constant::String(_)),
            Comparison::Scalar => true,
            Comparison::Quantity => return self.refuse_typed(comparison, "500m", origin),
            Comparison::Duration => return self.refuse_typed(comparison, "90s", origin),
            Comparison::Version => return self.refuse_typed(comparison, "1.10.2", origin),
            Comparison::Date => return self.refuse_typed(comparison, "2027-01-31", origin),
        };
        let Some(scalar) = scalar(with).filter(|_| typed) else {
            return self.refuse(
                "comparison",
                "Checkov has no exact form of this constant",
                origin,
            );
        };
        if let Some(value) = constant(expr) {
            return match (self::scalar(value), &scalar, order(op)) {
                (Some(value), _, None) => Formula::Constant(value == scalar),
                (Some(Scalar::Int(left)), Scalar::Int(right), Some(order)) => {
                    Formula::Constant(order.holds(&left, right))
                }
                (Some(_) | None, _, _) => self.refuse(
                    "comparison",
                    "a comparison of constants is not evaluated here",
                    origin,
                ),
            };
        }
        match order(op) {
            None => self.ask(expr, &mut |value| one_of(value, vec![scalar.clone()])),
            Some(order) => match (scalar, comparison) {
                (Scalar::Int(limit), Comparison::Number) => self.order(expr, order, limit),
                (Scalar::Float(_), Comparison::Number) if self.platform == Platform::Terraform => {
                    self.refuse(
                        "order of numbers",
                        "a check of Terraform is exact with whole numbers only",
                        origin,
                    )
                }
                (Scalar::Float(limit), Comparison::Number) => {
                    // Of an integer x, `x > 2.5` is `x > 2` and `x < 2.5` is `x < 3`.
                    let (order, limit) = match order {
                        Order::Greater | Order::LessOrEqual => (order, limit.floor()),
                        Order::Less | Order::GreaterOrEqual => (order, limit.ceil()),
                        Order::Equal | Order::NotEqual => (order, limit),
                    };
                    match whole(limit) {
                        Some(limit) => self.order(expr, order, limit),
                        None => self.refuse("comparison", "the number is too large", origin),
                    }
                }
                (
                    Scalar::Bool(_) | Scalar::String(_) | Scalar::Int(_) | Scalar::Float(_),
                    Comparison::Bool
                    | Comparison::Number
                    | Comparison::String
                    | Comparison::Scalar
                    | Comparison::Quantity
                    | Comparison::Duration
                    | Comparison::Version
                    | Comparison::Date,
                ) => self.refuse(
                    "order of strings",
                    "a null in Checkov's order of strings drops the verdict",
                    origin,
                ),
            },
        }
    }

    pub(super) fn order(&mut self, expr: &Expr, order: Order, limit: i64) -> Formula {
        let origin = expr.origin;
        let mut unsure = false;
        // Numbers of Terraform may be strings that spell them, and Checkov reads these as numbers.
        let numbers = self.platform == Platform::Terraform;
        let formula = self.ask(expr, &mut |value| match value.shape {
            Shape::Int | Shape::IntOrString => value.asks(Test::Order(order, limit)),
            Shape::Number if numbers => value.asks(Test::Order(order, limit)),
            Shape::Bool | Shape::String | Shape::List | Shape::Map => Formula::Constant(false),
            Shape::Number | Shape::Quantity | Shape::Any => {
                unsure = true;
                Formula::Constant(true)
            }
        });
        if unsure {
            return self.refuse(
                "order of numbers",
                "Checkov also orders strings, so it is exact on fields that are integers only",
                origin,
            );
        }
        formula
    }

    /// Refuses a comparison of typed values, with a value that shows why.
    fn refuse_typed(&mut self, comparison: Comparison, example: &str, origin: Span) -> Formula {
        let reason = format!(
            "Checkov compares numbers and strings only, and `{example}` is neither a number nor \
             ordered as a string"
        );
        self.refuse(typed_construct(comparison), &reason, origin)
    }

    pub(super) fn length(
        &mut self,
        of: &Expr,
        op: CompareOp,
        with: &Constant,
        origin: Span,
    ) -> Formula {
        let limit = match with {
            Constant::Int(limit) => *limit,
            Constant::Bool(_)
            | Constant::Float(_)
            | Constant::String(_)
            | Constant::Quantity(_)
            | Constant::Duration(_)
            | Constant::Version(_)
            | Constant::Cidr(_)
            | Constant::Ip(_)
            | Constant::Date(_) => return self.call(Function::Length, origin),
        };
        let order = order(op).unwrap_or(Order::Equal);
        if let ExprKind::Filter { .. } | ExprKind::Map { .. } = &of.kind {
            // Asking for some or for none needs no count.
            let none = match (order, limit) {
                (Order::Greater, 0) | (Order::GreaterOrEqual, 1) | (Order::NotEqual, 0) => false,
                (Order::Equal | Order::LessOrEqual, 0) | (Order::Less, 1) => true,
                _ => {
                    return self.refuse(
                        "count",
                        "Checkov cannot count the elements that satisfy a condition",
                        origin,
                    );
                }
            };
            let found = self.some_of(std::slice::from_ref(of), None, origin, &mut |_| {
                Formula::Constant(true)
            });
            return if none { found.negate() } else { found };
        }
        let mut unsure = false;
        let formula = self.ask(of, &mut |value| match value.shape {
            Shape::List | Shape::String => value.asks(Test::Length(order, limit)),
            Shape::Bool | Shape::Int | Shape::Number => Formula::Constant(false),
            Shape::Map | Shape::Quantity | Shape::IntOrString | Shape::Any => {
                unsure = true;
                Formula::Constant(true)
            }
        });
        if unsure {
            return self.refuse(
                "length",
                "to Checkov every map has the length 1; it is exact on lists and strings only",
                origin,
            );
        }
        formula
    }

    pub(super) fn text(&mut self, op: TextOp, subject: &Expr, pattern: &Expr) -> Formula {
        let Some(Constant::String(text)) = constant(pattern) else {
            return self.refuse(
                "comparison of two attributes",
                "Checkov matches an attribute with a constant only",
                pattern.origin,
            );
        };
        let text = pattern::text(op, text);
        self.ask(subject, &mut |value| matches_text(value, &text))
    }

    pub(super) fn member(
        &mut self,
        element: &Expr,
        list: &Expr,
        comparison: Comparison,
        origin: Span,
    ) -> Formula {
        let equal = |this: &mut Self, left: &Expr, right: &Expr| {
            this.compare(CompareOp::Equal, comparison, left, right, origin)
        };
        match &list.kind {
            ExprKind::List(members) => {
                let parts: Vec<_> = members
                    .iter()
                    .map(|member| equal(self, element, member))
                    .collect();
                Formula::any(parts).gather()
            }
            ExprKind::Path(_) | ExprKind::Filter { .. } | ExprKind::Map { .. } => {
                let Some(value) = constant(element) else {
                    return self.refuse(
                        "comparison of two attributes",
                        "Checkov looks for a constant in a list only",
                        origin,
                    );
                };
                let value = value.clone();
                let item = list.ty.item().cloned().unwrap_or(Type::Any);
                let variable = self.fresh();
                let found = Expr {
                    kind: ExprKind::Path(Path {
                        root: Root::Local(variable),
                        segments: Vec::new(),
                    }),
                    ty: item,
                    origin,
                };
                self.some_of(
                    std::slice::from_ref(list),
                    Some(variable),
                    origin,
                    &mut |this| {
                        this.compare_with(&found, CompareOp::Equal, &value, comparison, origin)
                    },
                )
            }
            ExprKind::Literal(_) => Formula::Constant(false),
            ExprKind::Coalesce(..) | ExprKind::Call { .. } | ExprKind::Arithmetic { .. } => self
                .refuse(
                    "computed list",
                    "a check of Checkov looks at attributes only",
                    list.origin,
                ),
        }
    }
}

/// A value is one of the constants, all of one type.
fn one_of(value: Value, members: Vec<Scalar>) -> Formula {
    let possible = |scalar: &Scalar| match (value.shape, scalar) {
        (Shape::Any, _)
        | (Shape::Bool, Scalar::Bool(_))
        | (Shape::Int, Scalar::Int(_))
        | (Shape::Number | Shape::Quantity, Scalar::Int(_) | Scalar::Float(_))
        | (Shape::IntOrString, Scalar::Int(_))
        | (Shape::String | Shape::Quantity | Shape::IntOrString, Scalar::String(_)) => true,
        (
            Shape::Bool
            | Shape::Int
            | Shape::Number
            | Shape::String
            | Shape::Quantity
            | Shape::IntOrString
            | Shape::List
            | Shape::Map,
            Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_) | Scalar::String(_),
        ) => false,
    };
    if members.iter().all(possible) {
        value.asks(Test::In(members))
    } else {
        Formula::Constant(false)
    }
}

/// A value is a string in this relation to a constant.
pub(in crate::backend::checkov) fn asks_text(leaf: Leaf, text: &Text) -> Formula {
    let value = Value {
        subject: leaf.subject,
        path: leaf.path,
        shape: leaf.shape,
        origin: leaf.origin,
    };
    matches_text(value, text)
}

fn matches_text(value: Value, text: &Text) -> Formula {
    match value.shape {
        Shape::Bool | Shape::Int | Shape::Number | Shape::List | Shape::Map => {
            Formula::Constant(false)
        }
        Shape::String | Shape::Quantity | Shape::IntOrString | Shape::Any => match text {
            Text::Exactly(text) => one_of(value, vec![Scalar::String(text.clone())]),
            Text::Pattern(pattern) => value.asks(Test::Match(pattern.clone())),
            Text::Everything if value.shape == Shape::String => value.asks(Test::Exists),
            Text::Everything => value.asks(Test::Match(Pattern::any_string())),
        },
    }
}
fn constant(expr: &Expr) -> Option<&Constant> {
    match &expr.kind {
        ExprKind::Literal(literal) => Some(literal),
        ExprKind::Path(_)
        | ExprKind::Coalesce(..)
        | ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::List(_)
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => None,
    }
}

fn scalar(literal: &Constant) -> Option<Scalar> {
    match literal {
        Constant::Bool(value) => Some(Scalar::Bool(*value)),
        Constant::Int(value) => (value.checked_abs()? < MAX_EXACT).then_some(Scalar::Int(*value)),
        Constant::Float(value) => match whole(*value) {
            Some(whole) => Some(Scalar::Int(whole)),
            // The only spelling that JSONPath and YAML 1.1 both read as a float.
            None => format!("{value:?}")
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'))
                .then_some(Scalar::Float(*value)),
        },
        Constant::String(value) => Some(Scalar::String(value.clone())),
        Constant::Quantity(_)
        | Constant::Duration(_)
        | Constant::Version(_)
        | Constant::Cidr(_)
        | Constant::Ip(_)
        | Constant::Date(_) => None,
    }
}

/// The integer, where the float is one that is exact.
fn whole(value: f64) -> Option<i64> {
    if value.fract() != 0.0 {
        return None;
    }
    let text = format!("{value:.0}");
    let whole: i64 = text.parse().ok()?;
    (whole.checked_abs()? < MAX_EXACT).then_some(whole)
}

fn order(op: CompareOp) -> Option<Order> {
    match op {
        CompareOp::Equal => None,
        CompareOp::Less => Some(Order::Less),
        CompareOp::LessOrEqual => Some(Order::LessOrEqual),
        CompareOp::Greater => Some(Order::Greater),
        CompareOp::GreaterOrEqual => Some(Order::GreaterOrEqual),
    }
}

fn flipped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

fn typed_construct(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Quantity => "quantity",
        Comparison::Duration => "duration",
        Comparison::Version => "version",
        Comparison::Date => "date",
        Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => {
            "comparison"
        }
    }
}
