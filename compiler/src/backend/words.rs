//! Demands in words: what a finding says where the author gave no message.

use policyc_ir::{
    ArithmeticOp, Binding, CompareOp, Condition, ConditionKind, Expr, ExprKind, Function, Literal,
    LocalId, Message, MessagePart, Path, Quantifier, Root, Segment, TextOp,
};

/// What a finding says of a demand without a message: one line of at most 200 characters, which
/// names fields as the author does.
pub(super) fn of_demand(demand: &Condition) -> String {
    let text = condition(demand, true);
    if text.chars().count() > 200 {
        "the resource does not meet the demand".to_owned()
    } else {
        text
    }
}

/// A message as a fixed text: a placeholder gives the name of what would stand there.
pub(super) fn of_message(message: &Message, variables: &[&Binding]) -> String {
    let named = |id| {
        let bound = variables.iter().find(|binding| binding.id == id);
        bound.map(|binding| binding.name.as_str())
    };
    let mut text = String::new();
    for part in &message.parts {
        match part {
            MessagePart::Text(part) => text.push_str(part),
            MessagePart::Value(expr) => text.push_str(&placeholder(expr, &named)),
        }
    }
    text.trim().to_owned()
}

/// The name of a value in angle brackets; a constant itself. `named` knows the names of variables.
pub(super) fn placeholder<'a>(expr: &Expr, named: &dyn Fn(LocalId) -> Option<&'a str>) -> String {
    let name = match &expr.kind {
        ExprKind::Literal(value) => return literal(value),
        ExprKind::Path(path) => Some(name_of(path, named)),
        ExprKind::Coalesce(first, _) => return placeholder(first, named),
        ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::List(_)
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => None,
    };
    format!("<{}>", name.as_deref().unwrap_or("value"))
}

/// The last name on the path.
fn name_of<'a>(path: &Path, named: &dyn Fn(LocalId) -> Option<&'a str>) -> String {
    let of_root = match path.root {
        Root::Object | Root::Submitted => "resource",
        Root::Old => "old",
        Root::Local(id) => named(id).unwrap_or("value"),
        Root::Name => "name",
        Root::Namespace => "namespace",
        Root::NamespaceLabels => "labels",
        Root::Operation => "operation",
        Root::User => "user",
        Root::Block(part) => part.as_str(),
    };
    let last = path
        .segments
        .iter()
        .rev()
        .find_map(|segment| match segment {
            Segment::Field(name) => Some(name.clone()),
            Segment::Index(_) | Segment::Single | Segment::Key(_) => None,
        });
    last.unwrap_or_else(|| of_root.to_owned())
}

/// A constant as its author wrote it.
pub(super) fn literal(value: &Literal) -> String {
    match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::String(text)
        | Literal::Quantity(text)
        | Literal::Duration(text)
        | Literal::Version(text)
        | Literal::Cidr(text)
        | Literal::Ip(text)
        | Literal::Date(text) => text.clone(),
    }
}

/// A condition in words.
fn condition(condition: &Condition, positive: bool) -> String {
    let must = |subject: String, yes: &str, no: &str| {
        format!("{subject} {}", if positive { yes } else { no })
    };
    match &condition.kind {
        ConditionKind::Constant(value) => {
            let holds = *value == positive;
            let text = if holds {
                "is allowed"
            } else {
                "is not allowed"
            };
            format!("the resource {text}")
        }
        ConditionKind::Not(inner) => self::condition(inner, !positive),
        ConditionKind::All(inner) => joined(inner, positive, positive),
        ConditionKind::Any(inner) => joined(inner, positive, !positive),
        ConditionKind::Exists(expr) => must(value(expr), "must be set", "must not be set"),
        ConditionKind::Compare {
            op,
            comparison: _,
            left,
            right,
        } => {
            let (yes, no) = match op {
                CompareOp::Equal => ("must be", "must not be"),
                CompareOp::Less => ("must be less than", "must not be less than"),
                CompareOp::LessOrEqual => ("must be at most", "must not be at most"),
                CompareOp::Greater => ("must be greater than", "must not be greater than"),
                CompareOp::GreaterOrEqual => ("must be at least", "must not be at least"),
            };
            if *op == CompareOp::Equal && is_empty_text(right) {
                return must(value(left), "must be empty", "must not be empty");
            }
            format!("{} {}", must(value(left), yes, no), value(right))
        }
        ConditionKind::Text {
            op,
            subject,
            pattern,
        } => {
            let (yes, no) = match op {
                TextOp::Glob => ("must match", "must not match"),
                TextOp::StartsWith => ("must start with", "must not start with"),
                TextOp::EndsWith => ("must end with", "must not end with"),
                TextOp::Contains => ("must contain", "must not contain"),
            };
            format!("{} {}", must(value(subject), yes, no), value(pattern))
        }
        ConditionKind::Regex { subject, pattern } => {
            let text = must(value(subject), "must match", "must not match");
            format!("{text} the expression `{pattern}`")
        }
        ConditionKind::Member {
            element,
            list,
            comparison: _,
        } => format!(
            "{} {}",
            must(value(element), "must be one of", "must be none of"),
            value(list)
        ),
        ConditionKind::WithinCidr { address, block } => format!(
            "{} {}",
            must(value(address), "must lie in", "must not lie in"),
            value(block)
        ),
        ConditionKind::Quantified {
            quantifier,
            key: _,
            value: _,
            over: _,
            body,
        } => {
            let (which, body) = match (quantifier, positive) {
                (Quantifier::Every, true) => ("for every element", self::condition(body, true)),
                (Quantifier::Every, false) => ("for some element", self::condition(body, false)),
                (Quantifier::Some, true) => ("for some element", self::condition(body, true)),
                (Quantifier::Some, false) => ("for every element", self::condition(body, false)),
            };
            format!("{body} ({which})")
        }
    }
}

fn joined(conditions: &[Condition], positive: bool, all: bool) -> String {
    let parts: Vec<_> = conditions
        .iter()
        .map(|inner| self::condition(inner, positive))
        .collect();
    parts.join(if all { ", and " } else { ", or " })
}

fn is_empty_text(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Literal(Literal::String(text)) if text.is_empty())
}

/// An expression in words.
fn value(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(value) => format!("`{}`", literal(value)),
        ExprKind::Path(path) => format!("`{}`", dotted(path)),
        ExprKind::Coalesce(first, _) => value(first),
        ExprKind::Call {
            function,
            arguments,
        } => {
            let arguments: Vec<_> = arguments.iter().map(value).collect();
            let name = match function {
                Function::Length => "the length of",
                Function::Lower => "the lower case of",
                Function::Upper => "the upper case of",
                Function::Trim
                | Function::Split
                | Function::Replace
                | Function::Join
                | Function::Distinct
                | Function::Sort
                | Function::ToString
                | Function::ToNumber => "what is made of",
                Function::Keys => "the keys of",
                Function::Values => "the values of",
            };
            format!("{name} {}", arguments.first().map_or("", String::as_str))
        }
        ExprKind::Arithmetic { op, left, right } => {
            let sign = match op {
                ArithmeticOp::Add => "+",
                ArithmeticOp::Subtract => "-",
                ArithmeticOp::Multiply => "*",
                ArithmeticOp::Divide => "/",
                ArithmeticOp::Remainder => "%",
            };
            format!("{} {sign} {}", value(left), value(right))
        }
        ExprKind::List(items) => {
            let items: Vec<_> = items.iter().map(value).collect();
            items.join(", ")
        }
        ExprKind::Map { .. } => "the values".to_owned(),
        ExprKind::Filter { .. } => "the elements".to_owned(),
    }
}

fn dotted(path: &Path) -> String {
    let root = match path.root {
        Root::Object | Root::Local(_) => "",
        Root::Submitted => "resource",
        Root::Old => "old",
        Root::Name => "name",
        Root::Namespace => "namespace",
        Root::NamespaceLabels => "namespace.labels",
        Root::Operation => "operation",
        Root::User => "user",
        Root::Block(part) => part.as_str(),
    };
    let mut text = root.to_owned();
    for segment in &path.segments {
        match segment {
            Segment::Field(name) => {
                let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                if plain {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                } else {
                    text.push_str(&format!("[\"{name}\"]"));
                }
            }
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
            Segment::Single => {}
            Segment::Key(_) => text.push_str("[…]"),
        }
    }
    if text.is_empty() {
        "the element".to_owned()
    } else {
        text
    }
}
