//! CEL as text: on one line where it fits, else broken where a reader would break it.

use super::ast::{Cel, Macro, Operator};
use super::frame::Engine;

/// Columns that a line should not pass.
const WIDTH: usize = 100;

/// Columns of a level of indentation.
const INDENT: usize = 2;

/// The text of an expression.
#[must_use]
pub(in crate::backend) fn print(cel: &Cel, engine: Engine) -> String {
    let printer = Printer {
        splits: engine.substitutes(),
    };
    printer.block(cel, 0, Binding::Lowest)
}

/// How tightly an expression holds together; what stands in a tighter place needs parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Lowest,
    Ternary,
    Or,
    And,
    Relation,
    Sum,
    Product,
    Unary,
    Member,
}

impl Binding {
    const fn tighter(self) -> Self {
        match self {
            Self::Lowest => Self::Ternary,
            Self::Ternary => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Relation,
            Self::Relation => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Unary,
            Self::Unary | Self::Member => Self::Member,
        }
    }
}

fn binding_of(operator: Operator) -> Binding {
    match operator {
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual
        | Operator::In => Binding::Relation,
        Operator::Add | Operator::Subtract => Binding::Sum,
        Operator::Multiply | Operator::Divide | Operator::Remainder => Binding::Product,
    }
}

struct Printer {
    /// Whether texts are taken apart where the engine would find a variable.
    splits: bool,
}

impl Printer {
    fn binding(&self, cel: &Cel) -> Binding {
        match cel {
            Cel::Ternary(..) => Binding::Ternary,
            Cel::Or(_) => Binding::Or,
            Cel::And(_) => Binding::And,
            Cel::Binary(operator, ..) => binding_of(*operator),
            Cel::Not(_) => Binding::Unary,
            Cel::Int(value) if *value < 0 => Binding::Unary,
            Cel::Double(value) if value.is_sign_negative() => Binding::Unary,
            Cel::Text(text) if self.pieces(text).len() > 1 => Binding::Sum,
            Cel::Null
            | Cel::Bool(_)
            | Cel::Int(_)
            | Cel::Double(_)
            | Cel::Text(_)
            | Cel::Ident(_)
            | Cel::Select(..)
            | Cel::OptSelect(..)
            | Cel::Index(..)
            | Cel::OptIndex(..)
            | Cel::Call(..)
            | Cel::Method(..)
            | Cel::Macro(..)
            | Cel::List(_)
            | Cel::OptItem(_)
            | Cel::EmptyMap => Binding::Member,
        }
    }

    /// On one line.
    fn flat(&self, cel: &Cel, place: Binding) -> String {
        let text = match cel {
            Cel::Null => "null".to_owned(),
            Cel::Bool(value) => value.to_string(),
            Cel::Int(value) => value.to_string(),
            Cel::Double(value) => double(*value),
            Cel::Text(text) => {
                let pieces = self.pieces(text);
                let pieces: Vec<_> = pieces.iter().map(|piece| quoted(piece)).collect();
                pieces.join(" + ")
            }
            Cel::Ident(name) => name.clone(),
            Cel::Select(base, name) => {
                let base = self.flat(base, Binding::Member);
                format!("{base}{}", member(name, false))
            }
            Cel::OptSelect(base, name) => {
                let base = self.flat(base, Binding::Member);
                format!("{base}{}", member(name, true))
            }
            Cel::Index(base, index) => {
                let base = self.flat(base, Binding::Member);
                format!("{base}[{}]", self.flat(index, Binding::Lowest))
            }
            Cel::OptIndex(base, index) => {
                let base = self.flat(base, Binding::Member);
                format!("{base}[?{}]", self.flat(index, Binding::Lowest))
            }
            Cel::Call(function, arguments) => format!("{function}({})", self.listed(arguments)),
            Cel::Method(target, function, arguments) => {
                let target = self.flat(target, Binding::Member);
                format!("{target}.{function}({})", self.listed(arguments))
            }
            Cel::Macro(target, name, variables, bodies) => {
                let target = self.flat(target, Binding::Member);
                let head = head(*name, variables);
                format!("{target}{head}, {})", self.listed(bodies))
            }
            Cel::Ternary(condition, then, otherwise) => format!(
                "{} ? {} : {}",
                self.flat(condition, Binding::Or),
                self.flat(then, Binding::Or),
                self.flat(otherwise, Binding::Ternary)
            ),
            Cel::Not(inner) => format!("!{}", self.flat(inner, Binding::Member)),
            Cel::And(parts) => self.joined(parts, " && ", Binding::And),
            Cel::Or(parts) => self.joined(parts, " || ", Binding::Or),
            Cel::Binary(operator, left, right) => {
                let binding = binding_of(*operator);
                let left = self.flat(left, binding.max(left_of(*operator)));
                let right = self.flat(right, binding.tighter());
                format!("{left} {} {right}", operator.sign())
            }
            Cel::List(items) => format!("[{}]", self.listed(items)),
            Cel::OptItem(inner) => format!("?{}", self.flat(inner, Binding::Or)),
            Cel::EmptyMap => "{}".to_owned(),
        };
        if self.binding(cel) < place {
            format!("({text})")
        } else {
            text
        }
    }

    fn listed(&self, items: &[Cel]) -> String {
        let items: Vec<_> = items
            .iter()
            .map(|item| self.flat(item, Binding::Lowest))
            .collect();
        items.join(", ")
    }

    fn joined(&self, parts: &[Cel], sign: &str, binding: Binding) -> String {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| self.flat(part, binding.tighter()))
            .collect();
        parts.join(sign)
    }

    /// At a column, over several lines where it does not fit on one.
    fn block(&self, cel: &Cel, column: usize, place: Binding) -> String {
        let flat = self.flat(cel, place);
        if column + flat.chars().count() <= WIDTH {
            return flat;
        }
        if self.binding(cel) < place {
            let inner = self.block(cel, column + INDENT, Binding::Lowest);
            return format!("({}{inner}{})", line(column + INDENT), line(column));
        }
        match cel {
            Cel::Null
            | Cel::Bool(_)
            | Cel::Int(_)
            | Cel::Double(_)
            | Cel::Text(_)
            | Cel::Ident(_) => flat,
            Cel::Select(base, name) => {
                let base = self.block(base, column, Binding::Member);
                format!("{base}{}", member(name, false))
            }
            Cel::OptSelect(base, name) => {
                let base = self.block(base, column, Binding::Member);
                format!("{base}{}", member(name, true))
            }
            Cel::Index(base, index) => {
                let base = self.block(base, column, Binding::Member);
                format!("{base}[{}]", self.flat(index, Binding::Lowest))
            }
            Cel::OptIndex(base, index) => {
                let base = self.block(base, column, Binding::Member);
                format!("{base}[?{}]", self.flat(index, Binding::Lowest))
            }
            Cel::Call(function, arguments) => {
                format!("{function}({})", self.lines(arguments, column))
            }
            Cel::Method(target, function, arguments) => {
                let target = self.block(target, column, Binding::Member);
                let flat = self.listed(arguments);
                let used = last_line(&target) + function.len() + flat.chars().count() + 3;
                let arguments = if used <= WIDTH {
                    flat
                } else {
                    self.lines(arguments, column)
                };
                format!("{target}.{function}({arguments})")
            }
            Cel::Macro(target, name, variables, bodies) => {
                let target = self.block(target, column, Binding::Member);
                let head = head(*name, variables);
                let flat = self.listed(bodies);
                let used = last_line(&target) + head.len() + flat.chars().count() + 3;
                // A body that loops itself stands better on lines of its own.
                if target.contains('\n') && used <= WIDTH {
                    return format!("{target}{head}, {flat})");
                }
                format!("{target}{head},{})", self.lines(bodies, column))
            }
            Cel::Ternary(condition, then, otherwise) => {
                let condition = self.block(condition, column, Binding::Or);
                let then = self.block(then, column + INDENT + 2, Binding::Or);
                let otherwise = self.block(otherwise, column + INDENT + 2, Binding::Ternary);
                let next = line(column + INDENT);
                format!("{condition}{next}? {then}{next}: {otherwise}")
            }
            Cel::Not(inner) => format!("!{}", self.block(inner, column, Binding::Member)),
            Cel::And(parts) => self.stacked(parts, " &&", Binding::And, column),
            Cel::Or(parts) => self.stacked(parts, " ||", Binding::Or, column),
            Cel::Binary(operator, left, right) => {
                let binding = binding_of(*operator);
                let left = self.block(left, column, binding.max(left_of(*operator)));
                let right = self.block(right, column, binding.tighter());
                let first = right
                    .lines()
                    .next()
                    .map_or(0, |first| first.chars().count());
                let used = last_line(&left) + operator.sign().len() + first + 2;
                let gap = if used <= WIDTH || right.contains('\n') {
                    " ".to_owned()
                } else {
                    line(column + INDENT)
                };
                format!("{left} {}{gap}{right}", operator.sign())
            }
            Cel::List(items) => format!("[{}]", self.lines(items, column)),
            Cel::OptItem(inner) => format!("?{}", self.block(inner, column, Binding::Or)),
            Cel::EmptyMap => flat,
        }
    }

    /// Items on lines of their own, between brackets that stand at the column.
    fn lines(&self, items: &[Cel], column: usize) -> String {
        let inner = column + INDENT;
        let items: Vec<_> = items
            .iter()
            .map(|item| {
                format!(
                    "{}{}",
                    line(inner),
                    self.block(item, inner, Binding::Lowest)
                )
            })
            .collect();
        format!("{}{}", items.join(","), line(column))
    }

    fn stacked(&self, parts: &[Cel], sign: &str, binding: Binding, column: usize) -> String {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| self.block(part, column, binding.tighter()))
            .collect();
        parts.join(&format!("{sign}{}", line(column)))
    }

    /// The text in pieces without the beginning of a variable.
    fn pieces<'t>(&self, text: &'t str) -> Vec<&'t str> {
        if !self.splits {
            return vec![text];
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = variable(rest) {
            let (head, tail) = rest.split_at(at);
            pieces.push(head);
            rest = tail;
        }
        pieces.push(rest);
        pieces
    }
}

/// Where a text must be taken apart: between the characters that begin a variable.
fn variable(text: &str) -> Option<usize> {
    let found = ["{{", "$("].iter().filter_map(|start| text.find(start));
    found.min().map(|at| at + 1)
}

/// What may stand on the left of the operator: relations do not stand beside each other, though CEL
/// would read them from the left.
fn left_of(operator: Operator) -> Binding {
    let binding = binding_of(operator);
    if binding == Binding::Relation {
        Binding::Sum
    } else {
        binding
    }
}

fn head(name: Macro, variables: &[String]) -> String {
    format!(".{}({}", name.name(), variables.join(", "))
}

fn line(column: usize) -> String {
    format!("\n{}", " ".repeat(column))
}

fn last_line(text: &str) -> usize {
    text.lines()
        .next_back()
        .map_or(0, |line| line.chars().count())
}

/// A step to a member.
fn member(name: &str, optional: bool) -> String {
    match (is_selector(name), optional) {
        (true, false) => format!(".{name}"),
        (true, true) => format!(".?{name}"),
        (false, false) => format!("[{}]", quoted(name)),
        (false, true) => format!("[?{}]", quoted(name)),
    }
}

/// Whether a name can stand behind a point.
pub(super) fn is_selector(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !["true", "false", "null", "in"].contains(&name)
}

/// A double as CEL reads it: with a point or an exponent.
fn double(value: f64) -> String {
    format!("{value:?}")
}

/// A text in quotes. One with backslashes stands raw where that is possible: so do regular
/// expressions.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(is_plain);
    if plain && text.contains('\\') {
        for quote in ['"', '\''] {
            if !text.contains(quote) {
                return format!("r{quote}{text}{quote}");
            }
        }
    }
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => {
                let code = u32::from(c);
                out.push_str(&if code > 0xffff {
                    format!("\\U{code:08x}")
                } else {
                    format!("\\u{code:04x}")
                });
            }
        }
    }
    out.push('"');
    out
}

/// Whether a character may stand as it is: what is invisible, or changes the direction of the text
/// around it, is written by its number.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') || (!c.is_ascii() && c.is_alphanumeric())
}
