//! Expressions: each is a value or a condition, which the construct decides.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::scalar::{Duration, Quantity};

use super::Resolver;
use super::constants::{self, Constant};
use super::hir::{Condition, ConditionKind, Expr, ExprKind};
use super::modules::Item;
use super::names::Found;
use super::operators::{self, Meaning};
use super::reports::suggest;
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
        diagnostic = match &value.ty {
            Ty::Bool => diagnostic
                .help(format!("compare it: `{text} == true`"))
                .fix(at.span, format!("{text} == true")),
            Ty::List(_) => diagnostic
                .help(format!("ask for an element: `length({text}) > 0`"))
                .help(format!("or whether the list is there: `exists {text}`")),
            _ => diagnostic.help(format!("ask whether it is there: `exists {text}`")),
        };
        self.report(diagnostic);
        None
    }

    /// An expression where a value is wanted.
    pub(super) fn value(&mut self, expr: &'a ast::Expr) -> Option<Expr> {
        match self.term(expr)? {
            Term::Value(value) => Some(value),
            Term::Condition(_) => {
                let text = self.text(expr.span).to_owned();
                let message = format!("`{text}` is a condition, which has no value");
                self.report(
                    Diagnostic::new(Code::E0304, expr.span, message)
                        .help("a condition stands after `require`, `deny`, `if`, `when`, `unless`, and between `and`, `or` and `not`"),
                );
                None
            }
        }
    }

    /// An expression, whatever it is.
    pub(super) fn term(&mut self, expr: &'a ast::Expr) -> Option<Term> {
        if !self.step(1, expr.span) {
            return None;
        }
        match &expr.kind {
            ast::ExprKind::Literal(literal) => self.literal(literal, expr.span).map(Term::Value),
            ast::ExprKind::Name(name) => self.name(name),
            ast::ExprKind::Field(..) | ast::ExprKind::Index(..) => self.path(expr),
            ast::ExprKind::Group(..) => {
                let message = "several fields at once stand only where lists are visited";
                let text = self.text(expr.span).to_owned();
                self.report(
                    Diagnostic::new(Code::E0310, expr.span, message).help(format!(
                        "write `any x in {text}: …`, or `for x in {text} {{ … }}`"
                    )),
                );
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
    fn unit(&mut self, text: &str, span: Span) -> Option<Constant> {
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

    fn unary(
        &mut self,
        whole: &'a ast::Expr,
        operator: &'a ast::Operator,
        inner: &'a ast::Expr,
    ) -> Option<Term> {
        match operator.text.as_str() {
            "not" => {
                let condition = self.condition(inner)?;
                if let ConditionKind::Constant { .. } = condition.kind {
                    return Some(Term::Condition(condition.negated(whole.span)));
                }
                let kind = ConditionKind::Not(Box::new(condition));
                Some(Term::Condition(Condition::new(kind, whole.span)))
            }
            "-" => self.negative(inner, whole.span).map(Term::Value),
            "exists" | "absent" => {
                self.cx.tests.push(whole.span);
                let value = self.value(inner);
                self.cx.tests.pop();
                let value = value?;
                let exists = operator.text == "exists";
                if let Some(constant) = value.constant() {
                    let holds = (constant != Constant::Absent) == exists;
                    return Some(Term::Condition(Condition::constant(
                        holds,
                        value.named,
                        whole.span,
                    )));
                }
                let kind = if exists {
                    ConditionKind::Exists(value)
                } else {
                    ConditionKind::Absent(value)
                };
                Some(Term::Condition(Condition::new(kind, whole.span)))
            }
            other => {
                let message = format!("unknown operator `{other}`");
                let words = ["not", "exists", "absent", "-"];
                let near = match other {
                    "!" => vec!["not"],
                    _ => crate::schema::nearest(other, words),
                };
                let diagnostic = Diagnostic::new(Code::E0209, operator.span, message);
                self.report(suggest(diagnostic, operator.span, &near));
                None
            }
        }
    }

    fn negative(&mut self, inner: &'a ast::Expr, span: Span) -> Option<Expr> {
        if let ast::ExprKind::Literal(ast::Literal::Int(digits)) = &inner.kind
            && let Ok(value) = format!("-{}", digits.replace('_', "")).parse()
        {
            return Some(constant_expr(Constant::Int(value), span, false));
        }
        if let ast::ExprKind::Literal(ast::Literal::Unit(text)) = &inner.kind {
            let constant = self.unit(&format!("-{text}"), span)?;
            return Some(constant_expr(constant, span, false));
        }
        let value = self.value(inner)?;
        let zero = constant_expr(Constant::Int(0), span, value.named);
        self.arithmetic(policyc_ir::ArithmeticOp::Subtract, zero, value, span)
    }

    fn binary(
        &mut self,
        whole: &'a ast::Expr,
        left: &'a ast::Expr,
        operator: &'a ast::Operator,
        right: &'a ast::Expr,
    ) -> Option<Term> {
        let Some(known) = operators::find(&operator.text) else {
            let message = format!("unknown operator `{}`", operator.text);
            let near = operators::suggest(&operator.text);
            let diagnostic = Diagnostic::new(Code::E0209, operator.span, message);
            self.report(suggest(diagnostic, operator.span, &near));
            // What stands at both sides may have mistakes of its own.
            self.term(left);
            self.term(right);
            return None;
        };
        match known.meaning {
            Meaning::And | Meaning::Or => {
                let and = known.meaning == Meaning::And;
                self.connective(whole.span, and, left, right)
                    .map(Term::Condition)
            }
            Meaning::Coalesce => {
                let first = self.value(left);
                let second = self.value(right);
                self.coalesce(first?, second?, whole.span).map(Term::Value)
            }
            Meaning::Arithmetic(op) => {
                let first = self.value(left);
                let second = self.value(right);
                self.arithmetic(op, first?, second?, whole.span)
                    .map(Term::Value)
            }
            Meaning::Test { test, negated } => {
                self.cx.tests.push(whole.span);
                let condition = self.test(test, whole.span, left, operator, right);
                self.cx.tests.pop();
                let mut condition = condition?;
                condition.span = whole.span;
                if negated {
                    condition = condition.negated(whole.span);
                }
                Some(Term::Condition(condition))
            }
        }
    }

    /// `a and b and c` as one list, so that a long chain is not deep.
    fn connective(
        &mut self,
        span: Span,
        and: bool,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
    ) -> Option<Condition> {
        let first = self.condition(left);
        let second = self.condition(right);
        let mut all = Vec::new();
        for part in [first?, second?] {
            match part.kind {
                ConditionKind::And(parts) if and => all.extend(parts),
                ConditionKind::Or(parts) if !and => all.extend(parts),
                kind => all.push(Condition { kind, ..part }),
            }
        }
        let kind = if and {
            ConditionKind::And(all)
        } else {
            ConditionKind::Or(all)
        };
        Some(Condition::new(kind, span))
    }

    fn coalesce(&mut self, first: Expr, second: Expr, span: Span) -> Option<Expr> {
        match first.constant() {
            Some(Constant::Absent) => return Some(second),
            Some(_) => return Some(first),
            None => {}
        }
        self.refuse_constant_map(&second)?;
        if let Some(Constant::Absent) = second.constant() {
            return Some(first);
        }
        let second = self.read_as(second, &first.ty)?;
        let optional = second.optional && first.optional;
        let ty = if second.constant().is_some() && !first.ty.is_collection() {
            // A default does not change what the field is.
            if compatible(&first.ty, &second.ty) {
                first.ty.clone()
            } else {
                first.ty.clone().join(second.ty.clone())
            }
        } else if matches!(&second.ty, Ty::List(item) if **item == Ty::Any) {
            first.ty.clone()
        } else {
            first.ty.clone().join(second.ty.clone())
        };
        Some(Expr {
            kind: ExprKind::Coalesce(Box::new(first), Box::new(second)),
            ty,
            span,
            optional,
            named: false,
        })
    }

    fn arithmetic(
        &mut self,
        op: policyc_ir::ArithmeticOp,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Option<Expr> {
        for side in [&left, &right] {
            if !side.ty.is_number() {
                let text = self.text(side.span).to_owned();
                let message = format!("`{text}` is {}, not a number", side.ty.describe());
                let mut diagnostic = Diagnostic::new(Code::E0305, side.span, message);
                if side.ty.is_text() {
                    diagnostic =
                        diagnostic.help("texts are put together with `join([a, b], \"\")`");
                }
                self.report(diagnostic);
                return None;
            }
        }
        let named = left.named || right.named;
        if let (Some(a), Some(b)) = (left.constant(), right.constant()) {
            if a == Constant::Absent || b == Constant::Absent {
                return Some(constant_expr(Constant::Absent, span, named));
            }
            if let Some(constant) = constants::arithmetic(op, &a, &b) {
                return Some(constant_expr(constant, span, named));
            }
            let message = "this has no result: it overflows or divides by zero";
            self.report(Diagnostic::new(Code::E0306, span, message));
            return None;
        }
        let whole =
            left.ty == Ty::Int && right.ty == Ty::Int && op != policyc_ir::ArithmeticOp::Divide;
        Some(Expr {
            optional: left.optional || right.optional,
            kind: ExprKind::Arithmetic {
                op,
                left: Box::new(left),
                right: Box::new(right),
            },
            ty: if whole { Ty::Int } else { Ty::Number },
            span,
            named: false,
        })
    }
}

/// Whether a constant of type `constant` is a value of a field of type `field`.
fn compatible(field: &Ty, constant: &Ty) -> bool {
    match field {
        Ty::Enum(_) => matches!(constant, Ty::String),
        Ty::Quantity => matches!(constant, Ty::Quantity | Ty::Int | Ty::Number),
        Ty::IntOrString => matches!(constant, Ty::Int | Ty::String),
        Ty::Number => matches!(constant, Ty::Int | Ty::Number),
        Ty::Any
        | Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Version
        | Ty::Cidr
        | Ty::Ip
        | Ty::Date
        | Ty::List(_)
        | Ty::Map(_)
        | Ty::Object(_) => field == constant,
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
