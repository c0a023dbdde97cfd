//! Rules as policy source.

use std::fmt::Write;

use super::rule::{
    Clause, Condition, Message, Part, Piece, Precondition, Rule, Statement, Step, Value,
};

/// The source of a policy with one rule, `rule`.
#[must_use]
pub fn policy(name: &str, rule: &Rule) -> String {
    let mut out = Printer::default();
    out.line(&format!("policy {name} {{"));
    out.depth += 1;
    out.line("rule rule {");
    out.depth += 1;
    for clause in &rule.matches {
        out.line(&format!("match {}", clause_text(clause)));
    }
    for clause in &rule.excludes {
        out.line(&format!("exclude {}", clause_text(clause)));
    }
    for Precondition { unless, condition } in &rule.conditions {
        let word = if *unless { "unless" } else { "when" };
        out.line(&format!("{word} {}", top(condition)));
    }
    out.block(&rule.body);
    out.depth -= 1;
    out.line("}");
    out.depth -= 1;
    out.line("}");
    out.text
}

#[derive(Default)]
struct Printer {
    text: String,
    depth: usize,
}

impl Printer {
    fn line(&mut self, line: &str) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn block(&mut self, body: &[Statement]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn nested(&mut self, body: &[Statement]) {
        self.depth += 1;
        self.block(body);
        self.depth -= 1;
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Demand {
                deny,
                condition,
                message,
            } => {
                let word = if *deny { "deny" } else { "require" };
                let message = message.as_ref().map(message_text).unwrap_or_default();
                self.line(&format!("{word} {}{message}", top(condition)));
            }
            Statement::For { names, over, body } => {
                self.line(&format!("for {} in {} {{", names.join(", "), values(over)));
                self.nested(body);
                self.line("}");
            }
            Statement::If {
                condition,
                then,
                otherwise,
            } => {
                self.line(&format!("if {} {{", top(condition)));
                self.nested(then);
                if !otherwise.is_empty() {
                    self.line("} else {");
                    self.nested(otherwise);
                }
                self.line("}");
            }
            Statement::LetValue(name, value) => self.line(&format!("let {name} = {}", text(value))),
            Statement::LetCondition(name, condition) => {
                self.line(&format!("let {name} = {}", top(condition)));
            }
        }
    }
}

fn clause_text(clause: &Clause) -> String {
    let mut words = Vec::new();
    if clause.exactly {
        words.push("exactly".to_owned());
    }
    if !clause.kinds.is_empty() {
        words.push(clause.kinds.join(", "));
    }
    for part in &clause.parts {
        words.push(match part {
            Part::Named(names) => format!("named {}", choice(names)),
            Part::Namespace(names) => format!("in namespace {}", choice(names)),
            Part::Label(key, values) => format!("label {}", selector(key, values)),
            Part::Annotation(key, values) => format!("annotation {}", selector(key, values)),
            Part::NamespaceLabel(key, values) => {
                format!("in namespace label {}", selector(key, values))
            }
            Part::On(operations) => format!("on {}", operations.join(", ")),
        });
    }
    words.join(" ")
}

fn choice(names: &[String]) -> String {
    match names {
        [one] => quoted(one),
        several => format!("[{}]", commas(several, |name| quoted(name))),
    }
}

fn selector(key: &str, values: &[String]) -> String {
    match values {
        [] => quoted(key),
        [one] => format!("{} == {}", quoted(key), quoted(one)),
        several => format!("{} in {}", quoted(key), choice(several)),
    }
}

fn commas<T>(all: &[T], text: impl Fn(&T) -> String) -> String {
    let all: Vec<String> = all.iter().map(text).collect();
    all.join(", ")
}

fn values(all: &[Value]) -> String {
    commas(all, text)
}

/// A condition where nothing is around it.
fn top(condition: &Condition) -> String {
    match condition {
        Condition::And(parts) => joined(parts, " and "),
        Condition::Or(parts) => joined(parts, " or "),
        Condition::Not(inner) => format!("not {}", bracketed(inner)),
        Condition::Test {
            operator,
            left,
            right,
        } => format!("{} {operator} {}", operand(left), operand(right)),
        Condition::Exists(value) => format!("exists {}", operand(value)),
        Condition::Absent(value) => format!("absent {}", operand(value)),
        Condition::Quantified {
            word,
            names,
            over,
            body,
        } => format!(
            "{word} {} in {}: {}",
            names.join(", "),
            commas(over, operand),
            bracketed(body)
        ),
        Condition::Named(name) => name.clone(),
    }
}

fn joined(parts: &[Condition], word: &str) -> String {
    let parts: Vec<String> = parts.iter().map(bracketed).collect();
    parts.join(word)
}

fn bracketed(condition: &Condition) -> String {
    match condition {
        Condition::Named(_) | Condition::Test { .. } => top(condition),
        Condition::And(parts) | Condition::Or(parts) => match parts.as_slice() {
            [one] => bracketed(one),
            _ => format!("({})", top(condition)),
        },
        Condition::Not(_)
        | Condition::Exists(_)
        | Condition::Absent(_)
        | Condition::Quantified { .. } => format!("({})", top(condition)),
    }
}

/// A value where nothing is around it.
fn text(value: &Value) -> String {
    match value {
        Value::Path { head, steps } => path(head, steps),
        Value::Text(string) => quoted(string),
        Value::Literal(literal) => literal.clone(),
        Value::List(elements) => format!("[{}]", values(elements)),
        Value::Call(name, arguments) => format!("{name}({})", values(arguments)),
        Value::Binary {
            operator,
            left,
            right,
        } => format!("{} {operator} {}", operand(left), operand(right)),
        Value::Filter { name, over, body } => {
            format!("filter {name} in {}: {}", operand(over), bracketed(body))
        }
        Value::Map { name, over, body } => {
            format!("map {name} in {}: {}", operand(over), operand(body))
        }
        Value::Metadata(word, key) => format!("{word} {}", quoted(key)),
    }
}

fn operand(value: &Value) -> String {
    match value {
        Value::Path { .. }
        | Value::Text(_)
        | Value::List(_)
        | Value::Call(..)
        | Value::Metadata(..) => text(value),
        Value::Literal(literal) if literal.starts_with('-') => format!("({literal})"),
        Value::Literal(literal) => literal.clone(),
        Value::Binary { .. } | Value::Filter { .. } | Value::Map { .. } => {
            format!("({})", text(value))
        }
    }
}

fn path(head: &str, steps: &[Step]) -> String {
    let mut out = head.to_owned();
    for step in steps {
        match step {
            Step::Key(key) if is_word(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Step::Key(key) => {
                let _ = write!(out, "[{}]", quoted(key));
            }
            Step::Keys(keys) => {
                let dot = if out.is_empty() { "" } else { "." };
                let _ = write!(out, "{dot}{{{}}}", keys.join(", "));
            }
            Step::Index(index) => {
                let _ = write!(out, "[{index}]");
            }
            Step::Named(name) => {
                let _ = write!(out, "[{name}]");
            }
        }
    }
    out
}

fn is_word(key: &str) -> bool {
    let mut chars = key.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|next| next.is_ascii_alphanumeric() || next == '_')
}

/// A string literal.
fn quoted(string: &str) -> String {
    format!("\"{}\"", escaped(string))
}

fn escaped(string: &str) -> String {
    let mut out = String::new();
    for char in string.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out
}

fn message_text(message: &Message) -> String {
    let mut out = String::from(" message \"");
    for piece in &message.0 {
        match piece {
            Piece::Text(string) => {
                let braces = string.replace('{', "{{").replace('}', "}}");
                out.push_str(&escaped(&braces));
            }
            Piece::Value(value) => {
                let _ = write!(out, "{{{}}}", text(value));
            }
        }
    }
    out.push('"');
    out
}
