//! Messages: the text that the evaluator gives, as a string of CEL.

use policyc_ir::{Expr, ExprKind, Message, MessagePart, Path, Root, Segment};

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
    let placeholder = format!("<{}>", name(frame, expr));
    // What cannot be said in CEL changes no verdict here.
    let value: Value = match super::lower::value(frame, expr) {
        Ok(value) => value,
        Err(_) => return Ok(Cel::text(placeholder)),
    };
    shown(frame, &value, &placeholder)
}

/// What the message calls a value that it cannot show.
fn name(frame: &Frame, expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Path(path) => path_name(frame, path),
        ExprKind::Coalesce(first, _) => name(frame, first),
        ExprKind::Literal(_)
        | ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::List(_)
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => "value".to_owned(),
    }
}

/// The last name on the path.
fn path_name(frame: &Frame, path: &Path) -> String {
    let of_root = match path.root {
        Root::Object | Root::Submitted => "resource",
        Root::Old => "old",
        Root::Local(id) => frame.local(id).map_or("value", |local| &local.name),
        Root::Name => "name",
        Root::Namespace => "namespace",
        Root::NamespaceLabels => "labels",
        Root::Operation => "operation",
        Root::User => "user",
    };
    let last = path
        .segments
        .iter()
        .rev()
        .find_map(|segment| match segment {
            Segment::Field(name) => Some(name.clone()),
            Segment::Index(_) | Segment::Key(_) => None,
        });
    last.unwrap_or_else(|| of_root.to_owned())
}
