//! Messages: the text that the evaluator gives, as a string of CEL.

use policyc_ir::{Expr, ExprKind, Message, MessagePart};

use super::Lowered;
use super::ast::{Cel, Operator};
use super::frame::Frame;
use super::lower::{Value, shown};
use crate::backend::words;

/// CEL of type `string`: the message with the values in it. A value that CEL cannot write down
/// (a list, a map) stands as its name in angle brackets.
pub(in crate::backend) fn text(frame: &Frame, message: &Message) -> Lowered<Cel> {
    let mut parts: Vec<Cel> = Vec::new();
    for part in &message.parts {
        let next = match part {
            MessagePart::Text(text) => Cel::text(text.clone()),
            MessagePart::Value(expr) => value(frame, expr)?,
        };
        match (parts.last_mut(), next) {
            (_, Cel::Text(text)) if text.is_empty() => {}
            (Some(Cel::Text(before)), Cel::Text(text)) => before.push_str(&text),
            (_, next) => parts.push(next),
        }
    }
    let sum = parts
        .into_iter()
        .reduce(|sum, part| sum.binary(Operator::Add, part));
    Ok(sum.unwrap_or_else(|| Cel::text("")))
}

fn value(frame: &Frame, expr: &Expr) -> Lowered<Cel> {
    if let ExprKind::Literal(literal) = &expr.kind {
        return Ok(Cel::text(words::literal(literal)));
    }
    let named = |id| frame.local(id).map(|local| local.name.as_str());
    let placeholder = words::placeholder(expr, &named);
    // What cannot be said in CEL changes no verdict here.
    let value: Value = match super::lower::value(frame, expr) {
        Ok(value) => value,
        Err(_) => return Ok(Cel::text(placeholder)),
    };
    shown(frame, &value, &placeholder)
}
