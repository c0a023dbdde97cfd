//! How expressions are written.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::Jp;

impl Jp {
    /// The expression, as it stands between the braces.
    pub(in super::super) fn print(&self) -> String {
        let mut out = String::new();
        Printer { out: &mut out }.node(self, Level::Pipe, Truth::Boolean);
        out
    }
}

/// How tightly a node binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Pipe,
    Or,
    And,
    Compare,
    Operand,
    Postfix,
}

/// What an expression is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    /// It must be true, false or null.
    Boolean,
    /// Only whether it counts as true: an empty list does not.
    Any,
}

struct Printer<'o> {
    out: &'o mut String,
}

impl Printer<'_> {
    fn node(&mut self, node: &Jp, least: Level, truth: Truth) {
        let level = level(node, truth);
        if level < least {
            self.out.push('(');
            self.bare(node, truth);
            self.out.push(')');
        } else {
            self.bare(node, truth);
        }
    }

    fn bare(&mut self, node: &Jp, truth: Truth) {
        match node {
            Jp::Current => self.out.push('@'),
            Jp::Field(name) => self.out.push_str(&identifier(name, false)),
            Jp::Member(base, name) => {
                self.base(base);
                self.out.push('.');
                self.out.push_str(&identifier(name, true));
            }
            Jp::Members(base, names) => {
                self.base(base);
                self.out.push_str(".[");
                let names: Vec<_> = names.iter().map(|name| identifier(name, false)).collect();
                self.out.push_str(&names.join(", "));
                self.out.push(']');
            }
            Jp::Index(base, index) => {
                self.base(base);
                let _ = write!(self.out, "[{index}]");
            }
            Jp::List(items) => {
                self.out.push('[');
                self.separated(items);
                self.out.push(']');
            }
            Jp::Flatten(base) => {
                if is_projection(base) {
                    // It applies to the projection as a whole.
                    self.node(base, Level::Pipe, Truth::Any);
                } else {
                    self.base(base);
                }
                self.out.push_str("[]");
            }
            Jp::Project(base, path) => {
                self.node(base, Level::Pipe, Truth::Any);
                if !is_projection(base) {
                    self.out.push_str("[*]");
                }
                if **path != Jp::Current {
                    self.out.push('.');
                    self.after_dot(path);
                }
            }
            Jp::Filter(base, condition) => {
                if **base == Jp::Current {
                } else if is_projection(base) {
                    self.node(base, Level::Pipe, Truth::Any);
                    self.out.push_str(" | ");
                } else {
                    self.base(base);
                }
                self.out.push_str("[?");
                self.node(condition, Level::Pipe, Truth::Any);
                self.out.push(']');
            }
            Jp::Literal(Json::String(text)) => self.out.push_str(&string(text)),
            Jp::Literal(value) => {
                self.out.push('`');
                self.out.push_str(&escaped(&value.to_string()));
                self.out.push('`');
            }
            Jp::Call(function, arguments) => {
                self.out.push_str(function);
                self.out.push('(');
                self.separated(arguments);
                self.out.push(')');
            }
            Jp::Reference(inner) => {
                self.out.push('&');
                self.node(inner, Level::Pipe, Truth::Any);
            }
            Jp::Group(inner) => {
                self.out.push('(');
                self.node(inner, Level::Pipe, Truth::Any);
                self.out.push(')');
            }
            Jp::Compare(op, left, right) => {
                self.node(left, Level::Operand, Truth::Any);
                let _ = write!(self.out, " {} ", op.as_str());
                self.node(right, Level::Operand, Truth::Any);
            }
            Jp::And(parts) => self.joined(parts, " && ", Level::Compare, truth),
            Jp::Or(parts) => self.joined(parts, " || ", Level::And, truth),
            Jp::Not(inner) => {
                if let Jp::NonEmpty(list) = &**inner
                    && truth == Truth::Boolean
                {
                    self.length(list);
                    self.out.push_str(" == `0`");
                    return;
                }
                self.out.push('!');
                let inner = if let Jp::NonEmpty(list) = &**inner {
                    list
                } else {
                    inner
                };
                if matches!(&**inner, Jp::Call(..)) {
                    self.bare(inner, Truth::Any);
                } else {
                    self.out.push('(');
                    self.bare(inner, Truth::Any);
                    self.out.push(')');
                }
            }
            Jp::Count(list) => self.length(list),
            Jp::NonEmpty(list) => match truth {
                Truth::Boolean => {
                    self.length(list);
                    self.out.push_str(" > `0`");
                }
                Truth::Any => self.bare(list, truth),
            },
        }
    }

    /// The number of elements; zero of null.
    fn length(&mut self, list: &Jp) {
        self.out.push_str("length(");
        self.node(list, Level::Pipe, Truth::Any);
        self.out.push_str(" || `[]`)");
    }

    /// What a dot, a bracket or a filter can follow.
    fn base(&mut self, base: &Jp) {
        if is_projection(base) {
            self.out.push('(');
            self.bare(base, Truth::Any);
            self.out.push(')');
        } else {
            self.node(base, Level::Postfix, Truth::Any);
        }
    }

    /// What can follow a dot in a projection.
    fn after_dot(&mut self, path: &Jp) {
        self.bare(path, Truth::Any);
    }

    fn separated(&mut self, items: &[Jp]) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.node(item, Level::Pipe, Truth::Any);
        }
    }

    /// Operands of `&&` and `||`. All but the last of a boolean `&&` and `||` may be what counts as
    /// true or false, but the result is one of them.
    fn joined(&mut self, parts: &[Jp], operator: &str, least: Level, truth: Truth) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.out.push_str(operator);
            }
            self.node(part, least, truth);
        }
    }
}

fn level(node: &Jp, truth: Truth) -> Level {
    match node {
        Jp::Or(_) => Level::Or,
        Jp::And(_) => Level::And,
        Jp::Compare(..) => Level::Compare,
        Jp::NonEmpty(list) => match truth {
            Truth::Boolean => Level::Compare,
            Truth::Any => level(list, truth),
        },
        Jp::Not(inner) => match (&**inner, truth) {
            (Jp::NonEmpty(_), Truth::Boolean) => Level::Compare,
            _ => Level::Operand,
        },
        Jp::Filter(base, _) => {
            if is_projection(base) {
                Level::Pipe
            } else {
                Level::Postfix
            }
        }
        Jp::Project(base, _) => level(base, truth),
        Jp::Flatten(base) => match level(base, truth) {
            Level::Pipe => Level::Pipe,
            Level::Or | Level::And | Level::Compare | Level::Operand | Level::Postfix => {
                Level::Operand
            }
        },
        Jp::Current
        | Jp::Field(_)
        | Jp::Member(..)
        | Jp::Members(..)
        | Jp::Index(..)
        | Jp::List(_)
        | Jp::Literal(_)
        | Jp::Call(..)
        | Jp::Count(_)
        | Jp::Group(_) => Level::Postfix,
        Jp::Reference(_) => Level::Pipe,
    }
}

/// Whether what follows applies to each element, not to the whole.
fn is_projection(node: &Jp) -> bool {
    matches!(node, Jp::Flatten(_) | Jp::Filter(..) | Jp::Project(..))
}

/// A name; quoted where it must be. After a dot `images` is only a name, elsewhere Kyverno takes it
/// for the variable and reads every image of the resource (`pkg/engine/context/deferred.go`).
fn identifier(name: &str, after_dot: bool) -> String {
    let mut bytes = name.bytes();
    let plain = bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain && (after_dot || name != "images") {
        return name.to_owned();
    }
    escaped(&Json::String(name.to_owned()).to_string())
}

/// A string constant: raw where Kyverno and JMESPath leave it alone, else JSON.
fn string(text: &str) -> String {
    let json = Json::String(text.to_owned()).to_string();
    let escaped = escaped(&json);
    // The raw form knows one escape only.
    let raw = !text.chars().any(char::is_control) && !text.ends_with('\\');
    if raw && (escaped == json || is_harmless(text)) {
        return format!("'{}'", text.replace('\'', "\\'"));
    }
    format!("`{escaped}`")
}

/// Whether a text that would be escaped in JSON needs no escapes in a raw string.
fn is_harmless(text: &str) -> bool {
    let pairs_of_braces = || {
        let mut open = false;
        text.chars().all(|c| match (c, open) {
            ('{', true) | ('}', false) => false,
            ('{', false) => {
                open = true;
                true
            }
            ('}', true) => {
                open = false;
                true
            }
            _ => true,
        }) && !open
    };
    !text.contains("$(")
        && !text.contains("request.object")
        && !text.contains("images")
        && !text.contains("}}")
        && pairs_of_braces()
}

/// JSON text in which nothing is left that Kyverno or JMESPath would take for its own.
fn escaped(json: &str) -> String {
    let json = json
        .replace('`', "\\u0060")
        .replace("$(", "\\u0024(")
        .replace("request.object", "request\\u002eobject")
        .replace("images", "\\u0069mages");
    if json == "{}" {
        return json;
    }
    json.replace('{', "\\u007b").replace('}', "\\u007d")
}
