//! Constants, and what a comparison with them takes for granted.

use policyc_ir::{CompareOp, Comparison, Literal, Type};

use super::value::as_double;
use super::{Bound, Known, Value};
use crate::backend::cel::ast::{Cel, Operator};

/// The constants as lists of one type each, without those that the value cannot equal.
pub(super) fn by_type(
    constants: &[Literal],
    comparison: Comparison,
    element: &Value,
) -> Vec<Vec<Cel>> {
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
pub(super) fn default_outside(element: &Value, list: &[Cel]) -> Option<Cel> {
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
pub(super) fn with_default(op: CompareOp, left: &Value, literal: &Literal) -> Option<Cel> {
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
pub(super) fn can_equal(known: Known, literal: &Literal) -> bool {
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
pub(super) fn comparable(cel: &Cel, is_mixed: bool) -> Cel {
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
