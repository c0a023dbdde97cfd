//! Expressions.

use policyc_diagnostics::Span;
use policyc_ir::{ArithmeticOp, Binding, Condition, Expr, ExprKind, Iterable, Literal, Type};

use super::constant::{as_type, constant};
use super::{Bound, Known, Operator, Value};
use crate::backend::cel::ast::Cel;
use crate::backend::cel::frame::Frame;
use crate::backend::cel::{Blocked, Lowered};

/// The integer from which on not all are exact in a double.
pub(super) const EXACT: i64 = 1 << 53;

impl Frame {
    /// The value of an expression.
    pub(in crate::backend) fn value(&self, expr: &Expr) -> Lowered<Value> {
        let value = match &expr.kind {
            ExprKind::Literal(literal) => return self.literal(literal, expr.origin),
            ExprKind::Path(path) => return self.path(path, &expr.ty, expr.origin),
            ExprKind::Coalesce(first, second) => self.coalesce(first, second)?,
            ExprKind::Call {
                function,
                arguments,
            } => self.function(*function, arguments, expr.origin)?,
            ExprKind::Arithmetic { op, left, right } => {
                let left = self.value(left)?;
                let right = self.value(right)?;
                self.arithmetic(*op, &left, &right)?
            }
            ExprKind::List(items) => self.list(items)?,
            ExprKind::Map { value, over, body } => self.mapped(value, over, body)?,
            ExprKind::Filter {
                value,
                over,
                condition,
            } => self.filtered(value, over, condition)?,
        };
        Ok(value)
    }

    fn literal(&self, literal: &Literal, origin: Span) -> Lowered<Value> {
        let known = match literal {
            Literal::Bool(_) => Known::Bool,
            Literal::Int(_) | Literal::Float(_) => Known::Number,
            Literal::String(_)
            | Literal::Quantity(_)
            | Literal::Duration(_)
            | Literal::Version(_)
            | Literal::Cidr(_)
            | Literal::Ip(_)
            | Literal::Date(_) => Known::Text,
        };
        if let Literal::Int(value) = literal
            && value.unsigned_abs() > EXACT.unsigned_abs()
            && !self.engine.validates()
        {
            return Err(Blocked::new(
                "integer beyond 2^53",
                "Kyverno's command line reads every number as a double",
                origin,
            ));
        }
        Ok(Value {
            constant: Some(literal.clone()),
            ..Value::sure(constant(literal), known, "value")
        })
    }

    /// The same value, absent where it was null.
    pub(super) fn without_null(&self, value: &Value) -> Lowered<Value> {
        if value.known != Known::Nothing {
            return Ok(value.clone());
        }
        self.made(value, Known::NotNull, |_, bound| {
            Ok((bound.is_there(), bound.cel.clone()))
        })
    }

    fn coalesce(&self, first: &Expr, second: &Expr) -> Lowered<Value> {
        let first = self.without_null(&self.value(first)?)?;
        if !first.optional {
            return Ok(first);
        }
        let second = as_type(&self.value(second)?, &first.ty);
        if first.is_absent() {
            return Ok(second);
        }
        let known = match (first.known, second.known) {
            (a, b) if a == b => a,
            (_, Known::Nothing) => Known::Nothing,
            (_, _) => Known::NotNull,
        };
        // Values of different types do not go together unless one does not look at them.
        let is_typed = self.engine.validates() && first.known != second.known;
        let base = if is_typed {
            Cel::call("dyn", [first.cel.clone()])
        } else {
            first.cel.clone()
        };
        let ty = if first.ty == second.ty || second.constant.is_some() && known == first.known {
            first.ty.clone()
        } else {
            Type::Any
        };
        let (cel, optional) = if second.optional {
            (base.method("or", [second.cel.clone()]), true)
        } else {
            let default = if is_typed {
                Cel::call("dyn", [second.cel.clone()])
            } else {
                second.cel.clone()
            };
            (base.or_value(default), false)
        };
        Ok(Value {
            optional,
            ty,
            ..Value::sure(cel, known, &first.name)
        })
    }

    /// The items; those of one type stand as they are.
    fn list(&self, items: &[Expr]) -> Lowered<Value> {
        let values = items.iter().map(|item| self.value(item));
        let values = values.collect::<Lowered<Vec<_>>>()?;
        let mut values = values
            .iter()
            .map(|value| self.without_null(value))
            .collect::<Lowered<Vec<_>>>()?;
        values.retain(|value| value.cel != Cel::none());
        let kind = |value: &Value| {
            let is_float = matches!(value.cel, Cel::Double(_));
            (value.known, is_float)
        };
        let first = values.first().map(kind);
        let same = values
            .iter()
            .all(|value| Some(kind(value)) == first && value.constant.is_some());
        let item = |value: Value| {
            let dynamic = |cel: Cel| {
                if same { cel } else { Cel::call("dyn", [cel]) }
            };
            if !value.optional {
                return dynamic(value.cel);
            }
            // An item that is left out must be an optional for the type checker too.
            let name = self.fresh(&value.name);
            let cel = if same {
                value.cel
            } else {
                value.cel.opt_map(&name, dynamic(Cel::ident(&name)))
            };
            Cel::OptItem(Box::new(cel))
        };
        let items = values.into_iter().map(item).collect();
        Ok(Value::sure(Cel::List(items), Known::List, "items"))
    }

    fn mapped(&self, value: &Binding, over: &Iterable, body: &Expr) -> Lowered<Value> {
        let elements = self.elements(None, Some(value), over)?;
        let body = elements.frame.value(body)?;
        let cel = if !body.optional && body.known != Known::Nothing {
            elements.collected(Cel::Bool(true), Some(body.cel))
        } else if body.known == Known::Nothing {
            let list = elements.collected(Cel::Bool(true), Some(body.or(Cel::Null)));
            let name = elements.frame.fresh(&body.name);
            list.filter(&name, Cel::ident(&name).differs(Cel::Null))
        } else {
            let there = body.cel.clone().method("hasValue", []);
            elements.collected(there, Some(body.cel.method("value", [])))
        };
        Ok(Value::sure(cel, Known::List, &value.name))
    }

    fn filtered(&self, value: &Binding, over: &Iterable, condition: &Condition) -> Lowered<Value> {
        let elements = self.elements(None, Some(value), over)?;
        let condition = elements.frame.condition(condition, true)?;
        Ok(Value::sure(
            elements.collected(condition, None),
            Known::List,
            &value.name,
        ))
    }

    /// Arithmetic in doubles, which is exact up to 2^53.
    fn arithmetic(&self, op: ArithmeticOp, left: &Value, right: &Value) -> Lowered<Value> {
        self.nested(left, |frame, left| {
            let computed = frame.made(right, Known::Number, |_, right| {
                Ok(computed(op, left, right))
            })?;
            Ok((left.is_number(), computed))
        })
    }
}

/// What the right side must be, and the result.
fn computed(op: ArithmeticOp, left: &Bound, right: &Bound) -> (Cel, Cel) {
    let number = |side: &Bound| match &side.constant {
        Some(Literal::Int(value)) => as_double(*value),
        Some(Literal::Float(value)) => Cel::Double(*value),
        Some(_) | None => Cel::call("double", [side.cel.clone()]),
    };
    let not_zero = match &right.constant {
        Some(Literal::Int(value)) => Cel::Bool(*value != 0),
        Some(Literal::Float(value)) => Cel::Bool(*value != 0.0),
        Some(_) => Cel::Bool(false),
        None => Cel::call("double", [right.cel.clone()]).differs(Cel::Double(0.0)),
    };
    let binary = |operator| number(left).binary(operator, number(right));
    match op {
        ArithmeticOp::Add => (right.is_number(), binary(Operator::Add)),
        ArithmeticOp::Subtract => (right.is_number(), binary(Operator::Subtract)),
        ArithmeticOp::Multiply => (right.is_number(), binary(Operator::Multiply)),
        ArithmeticOp::Divide => (
            Cel::and([right.is_number(), not_zero]),
            binary(Operator::Divide),
        ),
        ArithmeticOp::Remainder => {
            let int = |side: &Bound| match &side.constant {
                Some(Literal::Int(value)) => Cel::Int(*value),
                Some(_) | None => Cel::call("int", [side.cel.clone()]),
            };
            let guard = [right.is_number(), not_zero, is_whole(left), is_whole(right)];
            let remainder = int(left).binary(Operator::Remainder, int(right));
            (Cel::and(guard), Cel::call("double", [remainder]))
        }
    }
}

/// An integer as the double that equals it.
pub(super) fn as_double(value: i64) -> Cel {
    if value.unsigned_abs() <= EXACT.unsigned_abs() {
        Cel::Double(value as f64)
    } else {
        Cel::call("double", [Cel::Int(value)])
    }
}

/// What must hold for a number to be a whole one that fits into 64 bits.
fn is_whole(side: &Bound) -> Cel {
    match &side.constant {
        Some(Literal::Int(_)) => Cel::Bool(true),
        Some(Literal::Float(value)) => {
            Cel::Bool(value.fract() == 0.0 && value.abs() < EXACT as f64)
        }
        Some(_) | None => {
            let value = || side.cel.clone();
            let bound = Cel::Double(9_007_199_254_740_992.0);
            let within = Cel::and([
                value().binary(Operator::Less, bound),
                value().binary(Operator::Greater, Cel::Double(-9_007_199_254_740_992.0)),
            ]);
            let whole = Cel::call("double", [Cel::call("int", [value()])]);
            Cel::and([within, whole.equals(Cel::call("double", [value()]))])
        }
    }
}
