//! What the two sides of a comparison are read as.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::scalar::Duration;
use policyc_ir::{CompareOp, Comparison};

use super::Resolver;
use super::constants::{self, Constant};
use super::hir::{Condition, ConditionKind, Expr, ExprKind, Segment};
use super::parameters::{conform, declared};
use super::reports::{quoted, suggest};
use super::types::Ty;
use crate::schema::{Removed, Type};

/// What a pair of types can be compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreement {
    As(Comparison),
    /// Addresses have several spellings and are compared by `within`.
    Addresses,
    /// The types share no value.
    Never,
}

/// What values of two scalar types are compared as.
fn agree(left: &Ty, right: &Ty, op: CompareOp) -> Agreement {
    let equality = op == CompareOp::Equal;
    let scalar = |ordered: Comparison| {
        Agreement::As(if equality {
            Comparison::Scalar
        } else {
            ordered
        })
    };
    let text = |ty: &Ty| matches!(ty, Ty::String | Ty::Enum(_));
    let number = |ty: &Ty| matches!(ty, Ty::Int | Ty::Number);
    match (left, right) {
        (Ty::Cidr | Ty::Ip, _) | (_, Ty::Cidr | Ty::Ip) => Agreement::Addresses,
        (Ty::Bool, Ty::Bool) => Agreement::As(Comparison::Bool),
        (Ty::Bool, Ty::Any) | (Ty::Any, Ty::Bool) if equality => Agreement::As(Comparison::Scalar),
        (Ty::Quantity, other) | (other, Ty::Quantity)
            if text(other)
                || number(other)
                || matches!(other, Ty::Quantity | Ty::IntOrString | Ty::Any) =>
        {
            Agreement::As(Comparison::Quantity)
        }
        (Ty::Duration, other) | (other, Ty::Duration)
            if text(other) || matches!(other, Ty::Duration | Ty::Any) =>
        {
            Agreement::As(Comparison::Duration)
        }
        (Ty::Version, other) | (other, Ty::Version)
            if text(other) || matches!(other, Ty::Version | Ty::Any) =>
        {
            Agreement::As(Comparison::Version)
        }
        (Ty::Date, other) | (other, Ty::Date)
            if text(other) || matches!(other, Ty::Date | Ty::Any) =>
        {
            Agreement::As(Comparison::Date)
        }
        (a, b) if number(a) && number(b) => Agreement::As(Comparison::Number),
        (a, b) if text(a) && text(b) => Agreement::As(Comparison::String),
        (Ty::IntOrString | Ty::Any, other) | (other, Ty::IntOrString | Ty::Any)
            if number(other) || matches!(other, Ty::IntOrString | Ty::Any) =>
        {
            scalar(Comparison::Number)
        }
        (Ty::IntOrString | Ty::Any, other) | (other, Ty::IntOrString | Ty::Any) if text(other) => {
            scalar(Comparison::String)
        }
        _ => Agreement::Never,
    }
}

/// What an element and a value of these types are compared as for equality.
pub(super) fn equality(left: &Ty, right: &Ty) -> Option<Comparison> {
    match agree(left, right, CompareOp::Equal) {
        Agreement::As(comparison) => Some(comparison),
        Agreement::Addresses | Agreement::Never => None,
    }
}

impl Resolver<'_> {
    /// `left op right`, with the operator's text for messages.
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        word: &str,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Option<Condition> {
        for side in [&left, &right] {
            if side.ty.is_collection() {
                self.compared_collection(&left, word, &right);
                return None;
            }
        }
        let left = self.read_as(left, &right.ty.clone())?;
        let right = self.read_as(right, &left.ty.clone())?;
        let comparison = match agree(&left.ty, &right.ty, op) {
            Agreement::As(Comparison::Bool) if op != CompareOp::Equal => {
                let message = "booleans have no order";
                self.report(
                    Diagnostic::new(Code::E0305, span, message).help("compare them with `==`"),
                );
                return None;
            }
            Agreement::As(comparison) => comparison,
            Agreement::Addresses => {
                let message = "addresses are not compared as texts: they have several spellings";
                let help = "ask whether one lies in a block: `within cidr(\"10.0.0.1/32\")`";
                self.report(Diagnostic::new(Code::E0305, span, message).help(help));
                return None;
            }
            Agreement::Never => {
                self.different_types(&left, word, &right, span);
                return None;
            }
        };
        if op == CompareOp::Equal {
            self.check_enum(&left, &right)?;
            self.check_enum(&right, &left)?;
        }
        if comparison == Comparison::Quantity {
            self.warn_if_ambiguous(&left, &right.ty);
            self.warn_if_ambiguous(&right, &left.ty);
        }
        let named = left.named || right.named;
        if let (Some(a), Some(b)) = (left.constant(), right.constant())
            && let Some(holds) = constants::compare(op, comparison, &a, &b)
        {
            return Some(Condition::constant(holds, named, span));
        }
        if [&left, &right]
            .iter()
            .any(|side| side.constant() == Some(Constant::Absent))
        {
            return Some(Condition::constant(false, named, span));
        }
        let kind = ConditionKind::Compare {
            op,
            comparison,
            left,
            right,
        };
        Some(Condition::new(kind, span))
    }

    /// A constant as a value of the type it is compared with: `"2Gi"` beside a quantity, `30m`
    /// beside a duration.
    pub(super) fn read_as(&mut self, mut value: Expr, other: &Ty) -> Option<Expr> {
        let ExprKind::Constant(constant) = &value.kind else {
            return Some(value);
        };
        let typed = matches!(
            other,
            Ty::Quantity | Ty::Duration | Ty::Version | Ty::Date | Ty::Cidr | Ty::Ip
        );
        let fits = match constant {
            Constant::String(_) => typed,
            Constant::Quantity(_) => *other == Ty::Duration,
            Constant::Absent
            | Constant::Bool(_)
            | Constant::Int(_)
            | Constant::Float(_)
            | Constant::Duration(_)
            | Constant::Version(_)
            | Constant::Cidr(_)
            | Constant::Ip(_)
            | Constant::Date(_)
            | Constant::List(_)
            | Constant::Map(_) => false,
        };
        if !fits {
            return Some(value);
        }
        match conform(constant.clone(), other) {
            Ok(constant) => {
                value.ty = constant.ty();
                value.kind = ExprKind::Constant(constant);
                Some(value)
            }
            Err(problem) => {
                let message = format!("{problem}, which the other side is");
                self.report(Diagnostic::new(Code::E0306, value.span, message));
                None
            }
        }
    }

    /// Says that `30m`, beside a value that may be either, is read as a quantity.
    fn warn_if_ambiguous(&mut self, value: &Expr, other: &Ty) {
        let Some(Constant::Quantity(text)) = value.constant() else {
            return;
        };
        // A name, or `quantity("30m")`, is spelt otherwise.
        let bare = self.text(value.span) == text;
        let open = matches!(other, Ty::String | Ty::Any);
        if bare && open && Duration::parse(&text).is_some() {
            let message = format!("`{text}` is read as a quantity: `m` is milli, not minutes");
            self.report(
                Diagnostic::new(Code::W0303, value.span, message)
                    .help(format!("if it is a duration: `duration(\"{text}\")`"))
                    .help(format!(
                        "if it is a quantity, say so: `quantity(\"{text}\")`"
                    )),
            );
        }
    }

    /// A string that the field can never be.
    fn check_enum(&mut self, field: &Expr, value: &Expr) -> Option<()> {
        let (Ty::Enum(id), Some(Constant::String(text))) = (&field.ty, value.constant()) else {
            return Some(());
        };
        let Type::String(allowed) = self.schema.get(*id) else {
            return Some(());
        };
        if allowed.values.iter().any(|value| **value == *text) || is_removed_version(field, &text) {
            return Some(());
        }
        let shown = self.text(field.span).to_owned();
        let message = format!("`{shown}` is never \"{text}\"");
        let near: Vec<String> = self
            .schema
            .suggest_value(*id, &text)
            .into_iter()
            .map(|value| format!("\"{value}\""))
            .collect();
        let mut diagnostic = Diagnostic::new(Code::E0314, value.span, message);
        if near.is_empty() {
            let values: Vec<&str> = allowed.values.iter().map(|value| &**value).collect();
            diagnostic = diagnostic.note(format!("it may be {}", quoted(&values)));
        }
        if value.named {
            diagnostic = match super::reports::did_you_mean(&near) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            };
            self.report(diagnostic);
        } else {
            self.report(suggest(diagnostic, value.span, &near));
        }
        None
    }

    fn different_types(&mut self, left: &Expr, word: &str, right: &Expr, span: Span) {
        let (a, b) = (
            self.text(left.span).to_owned(),
            self.text(right.span).to_owned(),
        );
        let message = format!(
            "`{a}` is {} and `{b}` is {}: they are never equal or ordered",
            left.ty.describe(),
            right.ty.describe()
        );
        let mut diagnostic = Diagnostic::new(Code::E0301, span, message);
        for (literal, other) in [(right, &left.ty), (left, &right.ty)] {
            let ordered = !matches!(word, "==" | "!=" | "in" | "not in");
            let text = self.text(literal.span);
            if let Some(corrected) = corrected(literal, text, other, ordered) {
                let (left, right) = if std::ptr::eq(literal, right) {
                    (a.as_str(), corrected.as_str())
                } else {
                    (corrected.as_str(), b.as_str())
                };
                diagnostic = diagnostic.help(format!("write `{left} {word} {right}`"));
                if !literal.named {
                    diagnostic = diagnostic.fix(literal.span, corrected.clone());
                }
                break;
            }
        }
        self.report(diagnostic);
    }

    /// A list, a map or an object where a scalar is compared.
    fn compared_collection(&mut self, left: &Expr, word: &str, right: &Expr) {
        let (collection, is_left) = if left.ty.is_collection() {
            (left, true)
        } else {
            (right, false)
        };
        let text = self.text(collection.span).to_owned();
        let other = self
            .text(if is_left { right.span } else { left.span })
            .to_owned();
        let what = collection.ty.describe();
        let message = format!("`{text}` is {what} and is not compared as a whole");
        let mut diagnostic = Diagnostic::new(Code::E0302, collection.span, message);
        diagnostic = if let Ty::List(item) = &collection.ty {
            let variable = self.variable_for(&text);
            let element = self.scalar_of(&variable, item);
            let body = if is_left {
                format!("{element} {word} {other}")
            } else {
                format!("{other} {word} {element}")
            };
            diagnostic
                .help(format!("say how many: `any {variable} in {text}: {body}`"))
                .help("or `all` where every element must, `none` where no element may")
        } else if let Ty::Map(_) = &collection.ty {
            diagnostic.help(format!("compare an entry: `{text}[\"key\"]`"))
        } else {
            diagnostic.help("compare one of its fields")
        };
        self.report(diagnostic);
    }
}

/// The literal, spelt `text`, as a value of the other side's type.
fn corrected(literal: &Expr, text: &str, other: &Ty, ordered: bool) -> Option<String> {
    let constant = literal.constant()?;
    // What goes by a name is shown by its value.
    let shown = if literal.named {
        constant.shown()
    } else {
        text.to_owned()
    };
    match (&constant, other) {
        (Constant::String(text), Ty::Int) => text.parse::<i64>().ok().map(|it| it.to_string()),
        (Constant::String(text), Ty::Number) => {
            let number = text.parse::<f64>().ok().filter(|it| it.is_finite())?;
            Some(number.to_string())
        }
        (Constant::String(text), Ty::Bool) => {
            matches!(text.as_str(), "true" | "false").then(|| text.clone())
        }
        // As strings, `1.9` would be after `1.28`.
        (Constant::Float(_), Ty::String | Ty::Enum(_)) if ordered => {
            Some(format!("version(\"{shown}\")"))
        }
        (Constant::Int(_) | Constant::Float(_) | Constant::Bool(_), Ty::String | Ty::Enum(_)) => {
            Some(format!("\"{shown}\""))
        }
        (Constant::Int(_) | Constant::Float(_), Ty::Version | Ty::Duration | Ty::Date) => {
            Some(format!("{}(\"{shown}\")", declared(other)))
        }
        _ => None,
    }
}

/// Whether the field is an `apiVersion`, and the text one that Kubernetes had: old manifests still
/// say it.
fn is_removed_version(field: &Expr, text: &str) -> bool {
    let last = field.path().and_then(|path| path.segments.last());
    matches!(last, Some(Segment::Field(name)) if name == "apiVersion")
        && Removed::ALL.iter().any(|row| {
            text.split_once('/')
                .is_some_and(|(group, version)| row.group == group && row.version == version)
        })
}
