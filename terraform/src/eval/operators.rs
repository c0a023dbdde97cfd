//! Operators.

use super::{Evaluated, Evaluator, Fault, Known, Scope};
use crate::syntax::tree::{Expr, Operator, Range};
use crate::value::{Number, Type, Value, convert};

impl Evaluator<'_> {
    pub(super) fn not(&self, of: &Expr, scope: &Scope<'_>) -> Evaluated {
        Ok(match self.truth(of, scope)? {
            Ok(value) => Value::Bool(!value),
            Err(reason) => Value::Unknown(reason.of_result()),
        })
    }

    pub(super) fn negate(&self, of: &Expr, scope: &Scope<'_>) -> Evaluated {
        Ok(match self.number(of, scope)? {
            Ok(number) => Value::Number(number.negate()),
            Err(reason) => Value::Unknown(reason.of_result()),
        })
    }

    pub(super) fn binary(
        &self,
        operator: Operator,
        left: &Expr,
        right: &Expr,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        match operator {
            Operator::And => self.logical(left, right, false, scope),
            Operator::Or => self.logical(left, right, true, scope),
            Operator::Equal => self.equal(left, right, true, scope),
            Operator::NotEqual => self.equal(left, right, false, scope),
            Operator::Less => self.compare(left, right, scope, |a, b| a < b),
            Operator::LessEqual => self.compare(left, right, scope, |a, b| a <= b),
            Operator::Greater => self.compare(left, right, scope, |a, b| a > b),
            Operator::GreaterEqual => self.compare(left, right, scope, |a, b| a >= b),
            Operator::Add => self.arithmetic(left, right, range, scope, Number::add),
            Operator::Subtract => self.arithmetic(left, right, range, scope, Number::subtract),
            Operator::Multiply => self.arithmetic(left, right, range, scope, Number::multiply),
            Operator::Divide => self.arithmetic(left, right, range, scope, Number::divide),
            Operator::Remainder => self.arithmetic(left, right, range, scope, Number::remainder),
        }
    }

    /// `&&` and `||`: the one operand that decides does so also beside an unknown one. A fault of
    /// the second does not matter when the first decides.
    fn logical(&self, left: &Expr, right: &Expr, decides: bool, scope: &Scope<'_>) -> Evaluated {
        let left = self.truth(left, scope)?;
        if left == Ok(decides) {
            return Ok(Value::Bool(decides));
        }
        let right = self.truth(right, scope)?;
        Ok(match (left, right) {
            (_, Ok(right)) if right == decides => Value::Bool(decides),
            (Err(reason), _) | (_, Err(reason)) => Value::Unknown(reason.of_result()),
            (Ok(_), Ok(_)) => Value::Bool(!decides),
        })
    }

    fn equal(&self, left: &Expr, right: &Expr, wanted: bool, scope: &Scope<'_>) -> Evaluated {
        let range = right.range;
        let left = self.eval(left, scope)?;
        let right = self.eval(right, scope)?;
        self.walked(&left, range, scope)?;
        self.walked(&right, range, scope)?;
        let unknown = left.first_unknown().or_else(|| right.first_unknown());
        Ok(match unknown {
            Some(reason) => Value::Unknown(reason.clone().of_result()),
            None => Value::Bool((left == right) == wanted),
        })
    }

    fn compare(
        &self,
        left: &Expr,
        right: &Expr,
        scope: &Scope<'_>,
        holds: fn(&Number, &Number) -> bool,
    ) -> Evaluated {
        let left = self.number(left, scope)?;
        let right = self.number(right, scope)?;
        Ok(match (left, right) {
            (Ok(left), Ok(right)) => Value::Bool(holds(&left, &right)),
            (Err(reason), _) | (_, Err(reason)) => Value::Unknown(reason.of_result()),
        })
    }

    fn arithmetic(
        &self,
        left: &Expr,
        right: &Expr,
        range: Range,
        scope: &Scope<'_>,
        compute: fn(&Number, &Number) -> Result<Number, crate::value::NumberError>,
    ) -> Evaluated {
        let left = self.number(left, scope)?;
        let right = self.number(right, scope)?;
        match (left, right) {
            (Ok(left), Ok(right)) => compute(&left, &right)
                .map(Value::Number)
                .map_err(|error| scope.fault(range, error.to_string())),
            (Err(reason), _) | (_, Err(reason)) => Ok(Value::Unknown(reason.of_result())),
        }
    }

    fn number(&self, expr: &Expr, scope: &Scope<'_>) -> Result<Known<Number>, Fault> {
        let value = self.eval(expr, scope)?;
        match convert(&value, &Type::Number) {
            Ok(Value::Number(number)) => Ok(Ok(number)),
            Ok(Value::Unknown(reason)) => Ok(Err(reason)),
            Ok(_) => Err(scope.fault(expr.range, "a number is required, but this is null")),
            Err(error) => Err(scope.fault(expr.range, error.to_string())),
        }
    }
}
