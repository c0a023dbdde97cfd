//! Conditions.

use policyc_diagnostics::Span;
use policyc_ir::{
    CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Literal, Quantifier, Type,
};

use super::value::as_double;
use super::{Bound, Known, Value};
use crate::backend::cel::Lowered;
use crate::backend::cel::ast::{Cel, Operator};
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

/// The constants as lists of one type each, without those that the value cannot equal.
fn by_type(constants: &[Literal], comparison: Comparison, element: &Value) -> Vec<Vec<Cel>> {
    let can_be = |wanted: Known| match element.known {
        Known::Nothing | Known::NotNull => true,
        Known::TextOrNumber => wanted != Known::Bool,
        Known::Bool | Known::Number | Known::Text | Known::List | Known::Map => {
            element.known == wanted
        }
    };
    let (mut texts, mut ints, mut doubles, mut bools) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for literal in constants
        .iter()
        .filter(|literal| is_of(literal, comparison))
    {
        let cel = number_of(constant(literal), &element.ty);
        if matches!(cel, Cel::Int(_)) {
            ints.push(cel);
        } else if matches!(cel, Cel::Double(_)) {
            doubles.push(cel);
        } else if matches!(cel, Cel::Bool(_)) {
            bools.push(cel);
        } else {
            texts.push(cel);
        }
    }
    let mut lists = Vec::new();
    for (list, wanted) in [
        (texts, Known::Text),
        (ints, Known::Number),
        (doubles, Known::Number),
        (bools, Known::Bool),
    ] {
        if !list.is_empty() && can_be(wanted) {
            lists.push(list);
        }
    }
    lists
}

/// A default of the type of the list's items that is none of them.
fn default_outside(element: &Value, list: &[Cel]) -> Option<Cel> {
    let default = match (list.first()?, &element.ty) {
        (Cel::Text(_), _) => Cel::text(""),
        (_, Type::Number) => return None,
        (Cel::Int(_), _) => Cel::Int(0),
        (_, _) => return None,
    };
    (element.optional && !element.is_absent() && !list.contains(&default)).then_some(default)
}

/// `left op literal` without a variable: where a default fails the test as absence does, and no
/// value of another type is in the way.
fn with_default(op: CompareOp, left: &Value, literal: &Literal) -> Option<Cel> {
    if !left.optional || left.is_absent() {
        return None;
    }
    let literal = number_of(constant(literal), &left.ty);
    if op == CompareOp::Equal {
        if literal == Cel::Bool(true) && left.known == Known::Bool {
            return Some(left.or(Cel::Bool(false)));
        }
        if literal == Cel::Bool(false) && left.known == Known::Bool {
            return Some(left.or(Cel::Bool(true)).negated());
        }
        if matches!(literal, Cel::Double(_))
            && left.known == Known::Number
            && left.ty != Type::Number
        {
            return None;
        }
        return Some(match other_than(&literal, &left.ty) {
            Some(default) => left.or(default).equals(literal),
            None => left.as_optional().equals(literal.some()),
        });
    }
    if left.known != Known::Number || left.ty != Type::Int {
        return None;
    }
    let Cel::Int(value) = literal else {
        return None;
    };
    let holds = match op {
        CompareOp::Equal => value == 0,
        CompareOp::Less => 0 < value,
        CompareOp::LessOrEqual => 0 <= value,
        CompareOp::Greater => 0 > value,
        CompareOp::GreaterOrEqual => 0 >= value,
    };
    (!holds).then(|| left.or(Cel::Int(0)).binary(operator(op), Cel::Int(value)))
}

/// A constant that is not this one, of its type.
fn other_than(literal: &Cel, ty: &Type) -> Option<Cel> {
    if let Cel::Bool(value) = literal {
        return Some(Cel::Bool(!value));
    }
    if let Cel::Text(text) = literal {
        return (!text.is_empty()).then(|| Cel::text(""));
    }
    if let Cel::Int(value) = literal {
        return Some(Cel::Int(i64::from(*value == 0)));
    }
    if let Cel::Double(value) = literal
        && *ty == Type::Number
    {
        return Some(Cel::Double(if *value == 0.0 { 1.0 } else { 0.0 }));
    }
    None
}

/// A number beside a value of a type: a `double` where CEL has no other.
fn number_of(cel: Cel, ty: &Type) -> Cel {
    if let Cel::Int(value) = cel
        && *ty == Type::Number
    {
        return as_double(value);
    }
    cel
}

/// Whether a value of which so much is known can be the constant.
fn can_equal(known: Known, literal: &Literal) -> bool {
    let is_number = matches!(literal, Literal::Int(_) | Literal::Float(_));
    let is_bool = matches!(literal, Literal::Bool(_));
    match known {
        Known::Nothing | Known::NotNull => true,
        Known::Bool => is_bool,
        Known::Number => is_number,
        Known::Text => !is_number && !is_bool,
        Known::TextOrNumber => !is_bool,
        Known::List | Known::Map => false,
    }
}

/// The side of a comparison, of any type where the types of the sides are not the same.
fn comparable(cel: &Cel, is_mixed: bool) -> Cel {
    if is_mixed {
        Cel::call("dyn", [cel.clone()])
    } else {
        cel.clone()
    }
}

/// A constant beside a value of a type: a `double` where CEL has no other number.
pub(super) fn as_type(value: &Value, ty: &Type) -> Value {
    match (&value.constant, &value.cel) {
        (Some(_), Cel::Int(int)) if *ty == Type::Number => Value {
            cel: as_double(*int),
            ..value.clone()
        },
        (_, _) => value.clone(),
    }
}

/// What must hold for the value to be a string, a number or a boolean.
pub(super) fn is_scalar(value: &Bound) -> Cel {
    match value.known {
        Known::Bool | Known::Number | Known::Text | Known::TextOrNumber => Cel::Bool(true),
        Known::List | Known::Map => Cel::Bool(false),
        Known::Nothing | Known::NotNull => {
            let is_not = |name: &str| value.cel.clone().is_type(name).negated();
            Cel::and([value.is_there(), is_not("list"), is_not("map")])
        }
    }
}

/// Whether a constant can be read as the comparison wants.
pub(super) fn is_of(literal: &Literal, comparison: Comparison) -> bool {
    match literal {
        Literal::Bool(_) => matches!(comparison, Comparison::Bool | Comparison::Scalar),
        Literal::Int(_) | Literal::Float(_) => matches!(
            comparison,
            Comparison::Number | Comparison::Scalar | Comparison::Quantity
        ),
        Literal::String(_)
        | Literal::Quantity(_)
        | Literal::Duration(_)
        | Literal::Version(_)
        | Literal::Cidr(_)
        | Literal::Ip(_)
        | Literal::Date(_) => !matches!(comparison, Comparison::Bool | Comparison::Number),
    }
}

/// A constant. Those of typed literals are their text.
pub(super) fn constant(literal: &Literal) -> Cel {
    match literal {
        Literal::Bool(value) => Cel::Bool(*value),
        Literal::Int(value) => Cel::Int(*value),
        Literal::Float(value) => Cel::Double(*value),
        Literal::String(text)
        | Literal::Quantity(text)
        | Literal::Duration(text)
        | Literal::Version(text)
        | Literal::Cidr(text)
        | Literal::Ip(text)
        | Literal::Date(text) => Cel::text(text.clone()),
    }
}

pub(super) const fn operator(op: CompareOp) -> Operator {
    match op {
        CompareOp::Equal => Operator::Equal,
        CompareOp::Less => Operator::Less,
        CompareOp::LessOrEqual => Operator::LessOrEqual,
        CompareOp::Greater => Operator::Greater,
        CompareOp::GreaterOrEqual => Operator::GreaterOrEqual,
    }
}

/// The relation between the sides when they change places.
pub(super) const fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}
