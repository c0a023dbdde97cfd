//! Messages.
//!
//! They are fixed texts: Kyverno substitutes again what it finds in a value that stands in a
//! message, without end when the value names itself, and a variable that it cannot resolve empties
//! the whole message. So a placeholder gives the name of what would stand there.

use policyc_ir::{Binding, Condition, Expr, ExprKind, Message, MessagePart, Path, Root, Segment};

use crate::backend::words;

/// The text of a message, ready for Kyverno.
pub(super) fn text(message: &Message, variables: &[&Binding]) -> String {
    let mut text = String::new();
    for part in &message.parts {
        match part {
            MessagePart::Text(part) => text.push_str(part),
            MessagePart::Value(expr) => text.push_str(&placeholder(expr, variables)),
        }
    }
    escape(text.trim())
}

/// What a finding says of a demand without a message.
pub(super) fn of_demand(demand: &Condition) -> String {
    escape(&words::of_demand(demand))
}

/// A text in which Kyverno finds no variable and no reference.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut run = 0_usize;
    for c in text.chars() {
        if c == '{' {
            run += 1;
            continue;
        }
        push_braces(&mut out, run);
        run = 0;
        out.push(c);
    }
    push_braces(&mut out, run);
    out.replace("$(", "\\$(")
}

/// Two braces are a variable unless a backslash stands before them; of more, each pair would need
/// one, and Kyverno takes off the first only. So more stand apart.
fn push_braces(out: &mut String, count: usize) {
    match count {
        0 => {}
        1 => out.push('{'),
        2 => out.push_str("\\{{"),
        more => out.push_str(vec!["{"; more].join(" ").as_str()),
    }
}

fn placeholder(expr: &Expr, variables: &[&Binding]) -> String {
    let name = match &expr.kind {
        ExprKind::Literal(value) => return words::literal(value),
        ExprKind::Path(path) => Some(name(path, variables)),
        ExprKind::Coalesce(first, _) => return placeholder(first, variables),
        ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::List(_)
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => None,
    };
    format!("<{}>", name.as_deref().unwrap_or("value"))
}

/// The last name on the path.
fn name(path: &Path, variables: &[&Binding]) -> String {
    let of_root = match path.root {
        Root::Object | Root::Submitted => "resource",
        Root::Old => "old",
        Root::Local(id) => {
            let bound = variables.iter().find(|binding| binding.id == id);
            bound.map_or("value", |binding| binding.name.as_str())
        }
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
