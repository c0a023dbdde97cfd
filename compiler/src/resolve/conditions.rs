//! Tests of two values other than comparing: membership, texts, addresses.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::{CompareOp, TextOp};

use super::Resolver;
use super::constants::{self, Constant};
use super::exprs::constant_expr;
use super::hir::{Condition, ConditionKind, Expr, ExprKind};
use super::operators::Test;
use super::types::Ty;
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    /// A test, without its negation.
    pub(super) fn test(
        &mut self,
        test: Test,
        span: Span,
        left: &'a ast::Expr,
        operator: &ast::Operator,
        right: &'a ast::Expr,
    ) -> Option<Condition> {
        let subject = self.value(left);
        let object = self.value(right);
        let word = operator.text.as_str();
        self.apply_test(test, span, subject?, word, object?)
    }

    /// A test of two values.
    pub(super) fn apply_test(
        &mut self,
        test: Test,
        span: Span,
        left: Expr,
        word: &str,
        right: Expr,
    ) -> Option<Condition> {
        match test {
            Test::Compare(op) => self.compare(op, word, left, right, span),
            Test::In => self.is_in(left, word, right, span),
            Test::Contains => self.contains(left, right, span),
            Test::Text(op) => self.text_test(op, word, left, right, span),
            Test::Regex => self.regex_test(left, word, &right, span),
            Test::Within => self.within(left, right, span),
        }
    }

    /// `left in right`
    fn is_in(&mut self, left: Expr, word: &str, right: Expr, span: Span) -> Option<Condition> {
        if left.ty.is_collection() {
            let text = self.text(left.span).to_owned();
            let list = self.text(right.span).to_owned();
            let message = format!("`{text}` is {}, not one value", left.ty.describe());
            let variable = self.variable_for(&text);
            let mut diagnostic = Diagnostic::new(Code::E0302, left.span, message);
            if let Ty::List(item) = &left.ty {
                let element = self.scalar_of(&variable, item);
                diagnostic = diagnostic.help(format!(
                    "say how many: `all {variable} in {text}: {element} {word} {list}`"
                ));
            }
            self.report(diagnostic);
            return None;
        }
        if let Ty::Cidr | Ty::Ip = right.ty {
            return self.within(left, right, span);
        }
        if !matches!(right.ty, Ty::List(_) | Ty::Any) {
            self.not_a_list(&left, &right);
            return None;
        }
        if let Some(items) = elements(&right) {
            return self.one_of(&left, word, items, right.named, span);
        }
        self.member(left, right, span)
    }

    fn not_a_list(&mut self, left: &Expr, right: &Expr) {
        let text = self.text(right.span).to_owned();
        let message = format!("`{text}` is {}, not a list", right.ty.describe());
        let mut diagnostic = Diagnostic::new(Code::E0305, right.span, message);
        if right.ty.is_collection() {
            diagnostic = diagnostic.help(format!(
                "ask for a key: `exists {text}[…]`, or `in keys({text})`"
            ));
        } else if right.ty.is_text() {
            let left = self.text(left.span).to_owned();
            diagnostic = diagnostic
                .help(format!("a piece of a string: `{text} contains {left}`"))
                .help(format!("one value: `{left} in [{text}]`"));
        }
        self.report(diagnostic);
    }

    /// `x in [a, b]`: the test of each element.
    fn one_of(
        &mut self,
        left: &Expr,
        word: &str,
        items: Vec<Expr>,
        named: bool,
        span: Span,
    ) -> Option<Condition> {
        if !self.step(items.len(), span) {
            return None;
        }
        let mut tests = Vec::new();
        let mut complete = true;
        for item in items {
            let test = if matches!(item.ty, Ty::Cidr) {
                self.within(left.clone(), item, span)
            } else {
                self.compare(CompareOp::Equal, word, left.clone(), item, span)
            };
            match test {
                Some(mut test) => {
                    test.written = false;
                    tests.push(test);
                }
                None => complete = false,
            }
        }
        if !complete {
            return None;
        }
        if tests.iter().any(|test| test.known() == Some(true)) {
            return Some(Condition::constant(true, true, span));
        }
        if tests.iter().all(|test| test.known() == Some(false)) {
            let named = named || left.named;
            return Some(Condition::constant(false, named, span));
        }
        Some(Condition::new(ConditionKind::OneOf(tests), span))
    }

    /// Whether a list that is not known while compiling has an element.
    fn member(&mut self, element: Expr, list: Expr, span: Span) -> Option<Condition> {
        let item = list.ty.item().cloned().unwrap_or(Ty::Any);
        if let Some(Constant::Absent) = element.constant() {
            return Some(Condition::constant(false, true, span));
        }
        let element = self.read_as(element, &item)?;
        let comparison = match super::compare::equality(&element.ty, &item) {
            Some(comparison) => comparison,
            None => {
                let (a, b) = (
                    self.text(element.span).to_owned(),
                    self.text(list.span).to_owned(),
                );
                let message = format!(
                    "`{a}` is {}, and each element of `{b}` is {}",
                    element.ty.describe(),
                    item.describe()
                );
                let mut diagnostic = Diagnostic::new(Code::E0301, span, message);
                if let Ty::Object(_) = item {
                    let variable = self.variable_for(&b);
                    let field = self.scalar_of(&variable, &item);
                    diagnostic =
                        diagnostic.help(format!("write `any {variable} in {b}: {field} == {a}`"));
                }
                self.report(diagnostic);
                return None;
            }
        };
        let kind = ConditionKind::Member {
            element,
            list,
            comparison,
        };
        Some(Condition::new(kind, span))
    }

    /// `left contains right`: a piece of a string, or an element of a list.
    fn contains(&mut self, left: Expr, right: Expr, span: Span) -> Option<Condition> {
        if let Ty::List(_) = left.ty {
            return match elements(&left) {
                Some(items) => self.one_of(&right, "==", items, left.named, span),
                None => self.member(right, left, span),
            };
        }
        if left.ty.is_collection() {
            let map = self.text(left.span).to_owned();
            let key = self.text(right.span).to_owned();
            let message = format!("`{map}` is {}, not a list or a string", left.ty.describe());
            self.report(
                Diagnostic::new(Code::E0305, left.span, message)
                    .help(format!("ask for a key: `exists {map}[{key}]`")),
            );
            return None;
        }
        if left.ty != Ty::Any || left.constant().is_some() {
            return self.text_test(TextOp::Contains, "contains", left, right, span);
        }
        // A string or a list: the test that does not fit the value is false.
        let text = right.ty.is_text().then(|| ConditionKind::Text {
            op: TextOp::Contains,
            subject: left.clone(),
            pattern: right.clone(),
        });
        let member = self.member(right, left, span)?;
        let Some(text) = text else {
            return Some(member);
        };
        let parts = vec![
            Condition::part(text, span),
            Condition::part(member.kind, span),
        ];
        Some(Condition::new(ConditionKind::OneOf(parts), span))
    }

    /// `left matches right`, `starts_with`, `ends_with`, and `contains` of strings.
    fn text_test(
        &mut self,
        op: TextOp,
        word: &str,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Option<Condition> {
        self.check_text_subject(&left, word, &right)?;
        if !right.ty.is_text() {
            let text = self.text(right.span).to_owned();
            let message = format!("`{text}` is {}, not a text", right.ty.describe());
            let mut diagnostic = Diagnostic::new(Code::E0305, right.span, message);
            if let Ty::List(_) = right.ty {
                let left = self.text(left.span).to_owned();
                let variable = self.variable_for(&text);
                diagnostic = diagnostic.help(format!(
                    "say how many: `any {variable} in {text}: {left} {word} {variable}`"
                ));
            }
            self.report(diagnostic);
            return None;
        }
        let named = left.named || right.named;
        if let (Some(subject), Some(pattern)) = (left.constant(), right.constant()) {
            let holds = constants::text(op, &subject, &pattern);
            return Some(Condition::constant(holds, named, span));
        }
        if absent(&left) || absent(&right) {
            return Some(Condition::constant(false, named, span));
        }
        let kind = ConditionKind::Text {
            op,
            subject: left,
            pattern: right,
        };
        Some(Condition::new(kind, span))
    }

    pub(super) fn check_text_subject(
        &mut self,
        left: &Expr,
        word: &str,
        right: &Expr,
    ) -> Option<()> {
        if left.ty.is_text() {
            return Some(());
        }
        let text = self.text(left.span).to_owned();
        let pattern = self.text(right.span).to_owned();
        let what = left.ty.describe();
        let list = left.ty.item();
        let code = if list.is_some() {
            Code::E0302
        } else {
            Code::E0305
        };
        let message = format!("`{text}` is {what}, not a string");
        let mut diagnostic = Diagnostic::new(code, left.span, message);
        if let Some(item) = list {
            let variable = self.variable_for(&text);
            let element = self.scalar_of(&variable, item);
            diagnostic = diagnostic.help(format!(
                "say how many: `all {variable} in {text}: {element} {word} {pattern}`"
            ));
        } else if left.ty.is_number() {
            diagnostic = diagnostic.help(format!("as a string: `to_string({text})`"));
        }
        self.report(diagnostic);
        None
    }

    /// `left within right`
    fn within(&mut self, left: Expr, right: Expr, span: Span) -> Option<Condition> {
        if let Some(items) = matches!(right.ty, Ty::List(_))
            .then(|| elements(&right))
            .flatten()
        {
            return self.one_of(&left, "within", items, right.named, span);
        }
        let left = self.read_address(left)?;
        let right = self.read_as(right, &Ty::Cidr)?;
        for side in [&left, &right] {
            let good = matches!(side.ty, Ty::Cidr | Ty::String | Ty::Any)
                || side.ty == Ty::Ip && std::ptr::eq(side, &left);
            if !good {
                let text = self.text(side.span).to_owned();
                let message = format!("`{text}` is {}, not an address block", side.ty.describe());
                self.report(
                    Diagnostic::new(Code::E0305, side.span, message)
                        .help("write `address within cidr(\"10.0.0.0/8\")`"),
                );
                return None;
            }
        }
        let named = left.named || right.named;
        if absent(&left) || absent(&right) {
            return Some(Condition::constant(false, named, span));
        }
        if let (Some(address), Some(block)) = (left.constant(), right.constant())
            && let Some(holds) = constants::within(&address, &block)
        {
            return Some(Condition::constant(holds, named, span));
        }
        let kind = ConditionKind::Within {
            address: left,
            block: right,
        };
        Some(Condition::new(kind, span))
    }

    /// A constant address, as an address or a block.
    fn read_address(&mut self, value: Expr) -> Option<Expr> {
        match value.constant() {
            Some(Constant::String(text)) if text.contains('/') => self.read_as(value, &Ty::Cidr),
            Some(Constant::String(_)) => self.read_as(value, &Ty::Ip),
            _ => Some(value),
        }
    }
}

/// The elements of a list that the author wrote out, or that is known while compiling.
pub(super) fn elements(list: &Expr) -> Option<Vec<Expr>> {
    match &list.kind {
        ExprKind::List(items) => Some(items.clone()),
        ExprKind::Constant(Constant::List(items)) => Some(
            items
                .iter()
                .map(|item| constant_expr(item.clone(), list.span, list.named))
                .collect(),
        ),
        ExprKind::Constant(Constant::Absent) => Some(Vec::new()),
        ExprKind::Constant(_)
        | ExprKind::Path(_)
        | ExprKind::Coalesce(..)
        | ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => None,
    }
}

fn absent(value: &Expr) -> bool {
    value.constant() == Some(Constant::Absent)
}
