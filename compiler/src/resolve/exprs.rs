//! Expressions: each is a value or a condition, which the construct decides.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::scalar::{Duration, Quantity};

use super::Resolver;
use super::constants::Constant;
use super::hir::{Condition, Expr, ExprKind};
use super::modules::Item;
use super::names::Found;
use super::scope::Term;
use super::types::Ty;
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    /// An expression where a condition is wanted.
    pub(super) fn condition(&mut self, expr: &'a ast::Expr) -> Option<Condition> {
        match self.term(expr)? {
            Term::Condition(condition) => Some(condition),
            Term::Value(value) => self.value_as_condition(value, expr),
        }
    }

    fn value_as_condition(&mut self, value: Expr, at: &ast::Expr) -> Option<Condition> {
        if let Some(Constant::Bool(holds)) = value.constant() {
            return Some(Condition::constant(holds, value.named, value.span));
        }
        let text = self.text(at.span).to_owned();
        let message = format!("`{text}` is {}, not a condition", value.ty.describe());
        let mut diagnostic = Diagnostic::new(Code::E0303, at.span, message);
        diagnostic = if value.ty == Ty::Bool {
            diagnostic
                .help(format!("compare it: `{text} == true`"))
                .fix(at.span, format!("{text} == true"))
        } else if let Ty::List(_) = value.ty {
            diagnostic
                .help(format!("ask for an element: `length({text}) > 0`"))
                .help(format!("or whether the list is there: `exists {text}`"))
        } else {
            diagnostic.help(format!("ask whether it is there: `exists {text}`"))
        };
        self.report(diagnostic);
        None
    }

    /// An expression where a value is wanted.
    pub(super) fn value(&mut self, expr: &'a ast::Expr) -> Option<Expr> {
        match self.term(expr)? {
            Term::Value(value) => Some(value),
            Term::Condition(_) => {
                self.not_a_value(expr.span);
                None
            }
        }
    }

    fn not_a_value(&mut self, span: Span) {
        let text = self.text(span).to_owned();
        let message = format!("`{text}` is a condition, which has no value");
        self.report(Diagnostic::new(Code::E0304, span, message).help(
            "a condition stands after `require`, `deny`, `if`, `when`, `unless`, and between \
             `and`, `or` and `not`",
        ));
    }

    /// An expression, whatever it is.
    pub(super) fn term(&mut self, expr: &'a ast::Expr) -> Option<Term> {
        if !self.step(1, expr.span) || !self.deeper(expr.span) {
            return None;
        }
        let term = self.term_of_kind(expr);
        self.cx.depth -= 1;
        term
    }

    fn term_of_kind(&mut self, expr: &'a ast::Expr) -> Option<Term> {
        match &expr.kind {
            ast::ExprKind::Literal(literal) => self.literal(literal, expr.span).map(Term::Value),
            ast::ExprKind::Name(name) => self.name(name),
            ast::ExprKind::Field(..) | ast::ExprKind::Index(..) => self.path(expr),
            ast::ExprKind::Group(..) => {
                self.misplaced_group(expr.span);
                None
            }
            ast::ExprKind::Call(callee, arguments) => self.call(expr, callee, arguments),
            ast::ExprKind::List(items) => self.list(items, expr.span).map(Term::Value),
            ast::ExprKind::Unary(operator, inner) => self.unary(expr, operator, inner),
            ast::ExprKind::Binary(left, operator, right) => {
                self.binary(expr, left, operator, right)
            }
            ast::ExprKind::Quantified(quantified) => self.quantified(expr, quantified),
            ast::ExprKind::Metadata(word, key) => self.metadata_entry(word, key, expr.span),
            // The parser has reported it.
            ast::ExprKind::Reserved(_) => None,
        }
    }

    fn misplaced_group(&mut self, span: Span) {
        let message = "several fields at once stand only where lists are visited";
        let text = self.text(span).to_owned();
        self.report(Diagnostic::new(Code::E0310, span, message).help(format!(
            "write `any x in {text}: …`, or `for x in {text} {{ … }}`"
        )));
    }

    fn literal(&mut self, literal: &ast::Literal, span: Span) -> Option<Expr> {
        let constant = match literal {
            ast::Literal::Bool(value) => Constant::Bool(*value),
            ast::Literal::Int(digits) => match digits.replace('_', "").parse() {
                Ok(value) => Constant::Int(value),
                Err(_) => {
                    let message = format!("`{digits}` does not fit into 64 bits");
                    self.report(Diagnostic::new(Code::E0306, span, message));
                    return None;
                }
            },
            ast::Literal::Float(digits) => match digits.replace('_', "").parse::<f64>() {
                Ok(value) if value.is_finite() => Constant::Float(value),
                _ => {
                    let message = format!("`{digits}` is no number that a double can hold");
                    self.report(Diagnostic::new(Code::E0306, span, message));
                    return None;
                }
            },
            ast::Literal::String(text) => Constant::String(text.clone()),
            ast::Literal::Unit(text) => self.unit(text, span)?,
        };
        Some(constant_expr(constant, span, false))
    }

    /// `2Gi`, `500m`, `30s`: what is no quantity is a duration.
    pub(super) fn unit(&mut self, text: &str, span: Span) -> Option<Constant> {
        if Quantity::parse(text).is_some() {
            return Some(Constant::Quantity(text.to_owned()));
        }
        if Duration::parse(text).is_some() {
            return Some(Constant::Duration(text.to_owned()));
        }
        let message = format!("`{text}` is neither a quantity nor a duration");
        self.report(
            Diagnostic::new(Code::E0306, span, message)
                .note(
                    "units of quantities are n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi and Ei",
                )
                .note("units of durations are ns, us, ms, s, m and h"),
        );
        None
    }

    fn name(&mut self, name: &'a ast::Ident) -> Option<Term> {
        match self.lookup(name) {
            Found::Local(term) => self.copy(term?, name.span),
            Found::Item(definition) => match definition.item {
                Item::Param(_) | Item::Const(_) => {
                    let (constant, ty) = self.value_of(definition)?;
                    if !self.step(constant.size(), name.span) {
                        return None;
                    }
                    let mut value = constant_expr(constant, name.span, true);
                    value.ty = ty;
                    Some(Term::Value(value))
                }
                Item::Let(item) => self.put_in_place(definition, &item.value, name.span),
                Item::Function(function) => {
                    let message = format!("`{}` is a function", name.text);
                    let names: Vec<&str> = function
                        .parameters
                        .iter()
                        .map(|parameter| parameter.name.text.as_str())
                        .collect();
                    let help = format!("call it: `{}({})`", name.text, names.join(", "));
                    self.report(Diagnostic::new(Code::E0304, name.span, message).help(help));
                    None
                }
            },
            Found::Module(module) => {
                let message = format!("`{}` is a module", name.text);
                let first = self.modules.items(module).next();
                let first = first.map_or("name", |first| first.item.name().text.as_str());
                let help = format!("name something in it: `{}.{first}`", name.text);
                self.report(Diagnostic::new(Code::E0304, name.span, message).help(help));
                None
            }
            Found::Value(value) => Some(Term::Value(value)),
            Found::Request => {
                let message = "`request` is no value itself";
                let help = "name a part: `request.operation`, `request.user`, `request.old`";
                self.report(Diagnostic::new(Code::E0304, name.span, message).help(help));
                None
            }
            Found::Nothing => None,
        }
    }

    fn list(&mut self, items: &'a [ast::Expr], span: Span) -> Option<Expr> {
        let values: Vec<Option<Expr>> = items.iter().map(|item| self.value(item)).collect();
        let values = values.into_iter().collect::<Option<Vec<Expr>>>()?;
        let ty = values
            .iter()
            .map(|value| value.ty.clone())
            .reduce(Ty::join)
            .unwrap_or(Ty::Any);
        let constant = values.iter().all(|value| value.constant().is_some());
        if !constant {
            for value in &values {
                self.refuse_constant_map(value)?;
            }
        }
        let named = values.iter().any(|value| value.named);
        Some(Expr {
            kind: ExprKind::List(values),
            ty: Ty::List(Box::new(ty)),
            span,
            optional: false,
            named,
        })
    }

    /// A map that is known while compiling cannot stand among values of the resource.
    pub(super) fn refuse_constant_map(&mut self, value: &Expr) -> Option<()> {
        if !matches!(value.kind, ExprKind::Constant(Constant::Map(_))) {
            return Some(());
        }
        let message = "a map parameter is only looked up or visited";
        self.report(
            Diagnostic::new(Code::E0305, value.span, message)
                .help("write `m[\"key\"]`, or `for key, value in m { … }`"),
        );
        None
    }
}

/// A constant where the author wrote it, or its name.
pub(super) fn constant_expr(constant: Constant, span: Span, named: bool) -> Expr {
    Expr {
        ty: constant.ty(),
        optional: constant == Constant::Absent,
        kind: ExprKind::Constant(constant),
        span,
        named,
    }
}
