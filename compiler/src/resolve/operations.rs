//! Operators applied: prefixes, connectives, defaults and arithmetic.
//!
//! What recurses is kept apart from what reports: the frames of the former are what bounds how deep
//! an expression may be.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::ArithmeticOp;

use super::Resolver;
use super::constants::{self, Constant};
use super::exprs::constant_expr;
use super::hir::{Condition, ConditionKind, Expr, ExprKind};
use super::operators::{self, Meaning, Test};
use super::reports::suggest;
use super::scope::Term;
use super::types::Ty;
use crate::schema::nearest;
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    pub(super) fn unary(
        &mut self,
        whole: &'a ast::Expr,
        operator: &'a ast::Operator,
        inner: &'a ast::Expr,
    ) -> Option<Term> {
        match operator.text.as_str() {
            "not" => self.negation(whole.span, inner).map(Term::Condition),
            "-" => self.negative(inner, whole.span).map(Term::Value),
            "exists" => self.presence(whole.span, true, inner).map(Term::Condition),
            "absent" => self.presence(whole.span, false, inner).map(Term::Condition),
            _ => {
                self.unknown_prefix(operator);
                None
            }
        }
    }

    fn negation(&mut self, span: Span, inner: &'a ast::Expr) -> Option<Condition> {
        let condition = self.condition(inner)?;
        if let ConditionKind::Constant { .. } = condition.kind {
            return Some(condition.negated(span));
        }
        let kind = ConditionKind::Not(Box::new(condition));
        Some(Condition::new(kind, span))
    }

    /// `exists p`, or `absent p`
    fn presence(&mut self, span: Span, exists: bool, inner: &'a ast::Expr) -> Option<Condition> {
        self.cx.tests.push(span);
        let value = self.value(inner);
        self.cx.tests.pop();
        let value = value?;
        if let Some(constant) = value.constant() {
            let holds = (constant != Constant::Absent) == exists;
            return Some(Condition::constant(holds, value.named, span));
        }
        let kind = if exists {
            ConditionKind::Exists(value)
        } else {
            ConditionKind::Absent(value)
        };
        Some(Condition::new(kind, span))
    }

    fn unknown_prefix(&mut self, operator: &ast::Operator) {
        let text = operator.text.as_str();
        let message = format!("unknown operator `{text}`");
        let near = match text {
            "!" => vec!["not"],
            _ => nearest(text, ["not", "exists", "absent", "-"]),
        };
        let diagnostic = Diagnostic::new(Code::E0209, operator.span, message);
        self.report(suggest(diagnostic, operator.span, &near));
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
        self.arithmetic(ArithmeticOp::Subtract, zero, value, span)
    }

    pub(super) fn binary(
        &mut self,
        whole: &'a ast::Expr,
        left: &'a ast::Expr,
        operator: &'a ast::Operator,
        right: &'a ast::Expr,
    ) -> Option<Term> {
        let Some(known) = operators::find(&operator.text) else {
            self.unknown_operator(operator);
            // What stands at both sides may have mistakes of its own.
            self.term(left);
            self.term(right);
            return None;
        };
        match known.meaning {
            Meaning::And | Meaning::Or => self
                .connective(whole.span, known.meaning == Meaning::And, left, right)
                .map(Term::Condition),
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
            Meaning::Test { test, negated } => self
                .tested(test, negated, whole.span, left, operator, right)
                .map(Term::Condition),
        }
    }

    fn unknown_operator(&mut self, operator: &ast::Operator) {
        let message = format!("unknown operator `{}`", operator.text);
        let near = operators::suggest(&operator.text);
        let diagnostic = Diagnostic::new(Code::E0209, operator.span, message);
        self.report(suggest(diagnostic, operator.span, &near));
    }

    fn tested(
        &mut self,
        test: Test,
        negated: bool,
        span: Span,
        left: &'a ast::Expr,
        operator: &'a ast::Operator,
        right: &'a ast::Expr,
    ) -> Option<Condition> {
        self.cx.tests.push(span);
        let condition = self.test(test, span, left, operator, right);
        self.cx.tests.pop();
        let mut condition = condition?;
        condition.span = span;
        Some(if negated {
            condition.negated(span)
        } else {
            condition
        })
    }

    /// `a and b and c` as one list: a long chain is not deep.
    fn connective(
        &mut self,
        span: Span,
        and: bool,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
    ) -> Option<Condition> {
        let word = if and { "and" } else { "or" };
        let mut operands = vec![right];
        let mut first = left;
        while let ast::ExprKind::Binary(left, operator, right) = &first.kind
            && operator.text == word
        {
            operands.push(right);
            first = left;
        }
        operands.push(first);
        let mut all = Vec::new();
        let mut complete = true;
        for operand in operands.into_iter().rev() {
            let Some(part) = self.condition(operand) else {
                complete = false;
                continue;
            };
            // In parentheses, or put in place of a name.
            match (part.kind, and) {
                (ConditionKind::And(parts), true) | (ConditionKind::Or(parts), false) => {
                    all.extend(parts);
                }
                (kind, _) => all.push(Condition { kind, ..part }),
            }
        }
        let kind = if and {
            ConditionKind::And(all)
        } else {
            ConditionKind::Or(all)
        };
        complete.then(|| Condition::new(kind, span))
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
        op: ArithmeticOp,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Option<Expr> {
        for side in [&left, &right] {
            if side.constant() == Some(Constant::Absent) {
                return Some(constant_expr(Constant::Absent, span, true));
            }
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
            if let Some(constant) = constants::arithmetic(op, &a, &b) {
                return Some(constant_expr(constant, span, named));
            }
            let message = "this has no result: it overflows or divides by zero";
            self.report(Diagnostic::new(Code::E0306, span, message));
            return None;
        }
        let whole = left.ty == Ty::Int && right.ty == Ty::Int && op != ArithmeticOp::Divide;
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
