//! Conditions.

use policyc_diagnostics::Span;
use policyc_ir::{
    CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Literal, Quantifier, Type,
};

use super::constant::{
    as_type, by_type, can_equal, comparable, constant, default_outside, is_of, is_scalar, mirrored,
    operator, with_default,
};
use super::{Bound, Known, Value};
use crate::backend::cel::Lowered;
use crate::backend::cel::ast::Cel;
use crate::backend::cel::frame::Frame;

impl Frame {
    /// The condition, or what holds exactly when it does not.
    pub(super) fn condition(&self, condition: &Condition, positive: bool) -> Lowered<Cel> {
        let signed = |cel: Cel| if positive { cel } else { cel.negated() };
        match &condition.kind {
            ConditionKind::Constant(value) => Ok(Cel::Bool(*value == positive)),
            ConditionKind::Not(inner) => self.condition(inner, !positive),
            ConditionKind::All(inner) => self.several(inner, positive, positive),
            ConditionKind::Any(inner) => self.several(inner, !positive, positive),
            ConditionKind::Quantified {
                quantifier,
                key,
                value,
                over,
                body,
            } => {
                let elements = self.elements(key.as_ref(), value.as_ref(), over)?;
                let every = positive
                    == match quantifier {
                        Quantifier::Every => true,
                        Quantifier::Some => false,
                    };
                let body = elements.frame.condition(body, positive)?;
                Ok(elements.quantified(every, body))
            }
            ConditionKind::Exists(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::WithinCidr { .. } => self.leaf(condition).map(signed),
        }
    }

    fn several(&self, conditions: &[Condition], all: bool, positive: bool) -> Lowered<Cel> {
        let parts = conditions
            .iter()
            .map(|inner| self.condition(inner, positive));
        let parts = parts.collect::<Lowered<Vec<_>>>()?;
        // `!a && !b` reads better as `!(a || b)`, where nothing stands before it.
        if !positive && parts.len() > 1 && parts.iter().all(|part| matches!(part, Cel::Not(_))) {
            return self.several(conditions, !all, true).map(Cel::negated);
        }
        Ok(if all { Cel::and(parts) } else { Cel::or(parts) })
    }

    fn leaf(&self, condition: &Condition) -> Lowered<Cel> {
        let origin = condition.origin;
        match &condition.kind {
            ConditionKind::Exists(expr) => {
                let value = self.value(expr)?;
                if value.optional && value.known == Known::Nothing {
                    return Ok(value.or(Cel::Null).differs(Cel::Null));
                }
                self.test(&value, |_, bound| Ok(bound.is_there()))
            }
            ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => {
                let (left, right) = (self.beside(left, right)?, self.beside(right, left)?);
                self.compare(*op, *comparison, &left, &right, origin)
            }
            ConditionKind::Text {
                op,
                subject,
                pattern,
            } => self.text_relation(*op, subject, pattern, origin),
            ConditionKind::Regex { subject, pattern } => self.regex(subject, pattern),
            ConditionKind::Member {
                element,
                list,
                comparison,
            } => self.member(element, list, *comparison, origin),
            ConditionKind::WithinCidr { address, block } => self.within_cidr(address, block),
            ConditionKind::Constant(_)
            | ConditionKind::Not(_)
            | ConditionKind::All(_)
            | ConditionKind::Any(_)
            | ConditionKind::Quantified { .. } => self.condition(condition, true),
        }
    }

    /// The value of an expression that is compared with another one.
    fn beside(&self, expr: &Expr, other: &Expr) -> Lowered<Value> {
        let mut texts = Vec::new();
        match &other.kind {
            ExprKind::Literal(literal) => texts.push(constant(literal)),
            ExprKind::List(items) => {
                for item in items {
                    let ExprKind::Literal(literal) = &item.kind else {
                        return self.value(expr);
                    };
                    texts.push(constant(literal));
                }
            }
            ExprKind::Path(_)
            | ExprKind::Coalesce(..)
            | ExprKind::Call { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::Map { .. }
            | ExprKind::Filter { .. } => return self.value(expr),
        }
        let is_ascii = |cel: &Cel| matches!(cel, Cel::Text(text) if text.is_ascii());
        self.subject(expr, texts.iter().all(is_ascii))
    }

    /// `left op right`, both read as the comparison says.
    pub(super) fn compare(
        &self,
        op: CompareOp,
        comparison: Comparison,
        left: &Value,
        right: &Value,
        origin: Span,
    ) -> Lowered<Cel> {
        if left.constant.is_some() && right.constant.is_none() {
            return self.compare(mirrored(op), comparison, right, left, origin);
        }
        let plain = match comparison {
            Comparison::Bool | Comparison::Scalar if op != CompareOp::Equal => {
                return Ok(Cel::Bool(false));
            }
            Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => true,
            Comparison::Quantity
            | Comparison::Duration
            | Comparison::Version
            | Comparison::Date => false,
        };
        if !plain {
            return self.compare_typed(op, comparison, left, right, origin);
        }
        if let Some(literal) = &right.constant {
            if !is_of(literal, comparison) || !can_equal(left.known, literal) {
                return Ok(Cel::Bool(false));
            }
            if left
                .constant
                .as_ref()
                .is_some_and(|left| !is_of(left, comparison))
            {
                return Ok(Cel::Bool(false));
            }
            if let Some(cel) = with_default(op, left, literal) {
                return Ok(cel);
            }
        }
        // A type checker takes no `int` for a `double`.
        let both_constant = left.constant.is_some() && right.constant.is_some()
            || matches!(right.cel, Cel::Double(_)) && left.ty == Type::Int;
        let is_mixed = both_constant
            || right.constant.is_none() && left.known == Known::Number && left.ty != right.ty;
        let right = &as_type(right, &left.ty);
        self.test_both(left, right, |_, left, right| {
            if op == CompareOp::Equal && comparison == Comparison::Scalar {
                let scalar = if right.constant.is_some() {
                    Cel::Bool(true)
                } else {
                    is_scalar(left)
                };
                let equal = comparable(&left.cel, is_mixed).equals(right.cel.clone());
                return Ok(Cel::and([scalar, equal]));
            }
            let guard = |side: &Bound| match comparison {
                Comparison::Bool => side.is_bool(),
                Comparison::Number => side.is_number(),
                Comparison::String => side.is_text(),
                Comparison::Scalar
                | Comparison::Quantity
                | Comparison::Duration
                | Comparison::Version
                | Comparison::Date => Cel::Bool(true),
            };
            let relation = comparable(&left.cel, is_mixed).binary(operator(op), right.cel.clone());
            // What equals a value of the type is of the type.
            let guards = match (op, &right.constant) {
                (CompareOp::Equal, Some(_)) => Vec::new(),
                (CompareOp::Equal, None) => vec![guard(left)],
                (_, _) => vec![guard(left), guard(right)],
            };
            Ok(Cel::and(guards.into_iter().chain([relation])))
        })
    }

    fn member(
        &self,
        element: &Expr,
        list: &Expr,
        comparison: Comparison,
        origin: Span,
    ) -> Lowered<Cel> {
        let by_equality = match comparison {
            Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => true,
            Comparison::Quantity
            | Comparison::Duration
            | Comparison::Version
            | Comparison::Date => false,
        };
        let element = self.beside(element, list)?;
        if let ExprKind::List(items) = &list.kind {
            let items = items.iter().map(|item| self.value(item));
            let items = items.collect::<Lowered<Vec<_>>>()?;
            let constants: Option<Vec<_>> =
                items.iter().map(|item| item.constant.clone()).collect();
            if let Some(constants) = constants
                && by_equality
                && element.constant.is_none()
            {
                return self.one_of(&element, &constants, comparison);
            }
            let ways = items
                .iter()
                .map(|item| self.compare(CompareOp::Equal, comparison, &element, item, origin));
            return Ok(Cel::or(ways.collect::<Lowered<Vec<_>>>()?));
        }
        let list = self.value(list)?;
        let item_type = list.ty.item().cloned().unwrap_or(Type::Any);
        let has = |frame: &Self, element: &Bound| {
            if by_equality {
                // What a function makes has numbers of one type, which need not be that of the element.
                let is_mixed = !list.optional && element.known == Known::Number;
                let wanted = comparable(&element.cel, is_mixed);
                return Ok(frame.list_test(&list, |list| wanted.within(list)));
            }
            let (inner, name) = frame.with_name("item");
            let item = Value {
                ty: item_type.clone(),
                ..Value::sure(Cel::ident(&name), inner.known(&item_type), "item")
            };
            let value = Value {
                constant: element.constant.clone(),
                ..Value::sure(element.cel.clone(), element.known, "element")
            };
            let body = inner.compare(CompareOp::Equal, comparison, &item, &value, origin)?;
            Ok(frame.list_test(&list, |list| list.exists(&name, body)))
        };
        if let Some(literal) = &element.constant
            && by_equality
            && !is_of(literal, comparison)
        {
            return Ok(Cel::Bool(false));
        }
        self.test(&element, |frame, element| {
            let guard = match comparison {
                _ if element.constant.is_some() => Cel::Bool(true),
                Comparison::Bool => element.is_bool(),
                Comparison::Number => element.is_number(),
                Comparison::String => element.is_text(),
                Comparison::Scalar => is_scalar(element),
                Comparison::Quantity
                | Comparison::Duration
                | Comparison::Version
                | Comparison::Date => Cel::Bool(true),
            };
            Ok(Cel::and([guard, has(frame, element)?]))
        })
    }

    /// Whether the value equals one of the constants.
    fn one_of(
        &self,
        element: &Value,
        constants: &[Literal],
        comparison: Comparison,
    ) -> Lowered<Cel> {
        let lists = by_type(constants, comparison, element);
        if let [list] = lists.as_slice()
            && let Some(default) = default_outside(element, list)
        {
            return Ok(element.or(default).within(Cel::List(list.clone())));
        }
        self.test(element, |_, element| {
            Ok(Cel::or(
                lists
                    .into_iter()
                    .map(|list| element.cel.clone().within(Cel::List(list))),
            ))
        })
    }

    /// A test of a list: false where the value is absent or none. The test must be false of an
    /// empty list.
    pub(super) fn list_test(&self, list: &Value, test: impl FnOnce(Cel) -> Cel) -> Cel {
        if list.known == Known::List {
            return test(list.or(Cel::List(Vec::new())));
        }
        let tested = self.test(list, |_, list| {
            Ok(Cel::and([list.is_list(), test(list.cel.clone())]))
        });
        // The test refuses nothing.
        tested.unwrap_or(Cel::Bool(false))
    }
}
