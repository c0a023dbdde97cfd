//! Lists made from lists: `map` and `filter`.

use policyc_diagnostics::{Code, Diagnostic, Span};

use super::Resolver;
use super::hir::{Expr, ExprKind, Iterable};
use super::iterate::Visit;
use super::types::Ty;
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    /// `map x in L: E`
    pub(super) fn map(
        &mut self,
        whole: &'a ast::Expr,
        quantified: &'a ast::Quantified,
    ) -> Option<Expr> {
        let name = self.one_binding(quantified)?;
        let names = std::slice::from_ref(name);
        let Some(visits) = self.visits(&quantified.over, names) else {
            self.discard(names, |resolver| {
                resolver.value(&quantified.body);
            });
            return None;
        };
        match one_visit(visits) {
            Some(Visit::Lists(lists, ty)) => {
                let bound = self.bind(names, false, ty);
                let body = self.value(&quantified.body);
                self.unbind(&bound);
                let body = body?;
                self.refuse_constant_map(&body)?;
                Some(Expr {
                    ty: Ty::List(Box::new(body.ty.clone())),
                    kind: ExprKind::Map {
                        value: bound.bindings.value,
                        over: Iterable::Lists(lists),
                        body: Box::new(body),
                    },
                    span: whole.span,
                    optional: false,
                    named: false,
                })
            }
            Some(Visit::Constants(entries)) => {
                if entries.is_empty() {
                    self.discard(names, |resolver| {
                        resolver.value(&quantified.body);
                    });
                }
                let mut items = Vec::new();
                for entry in entries {
                    let bound = self.bind_constants(names, Some(entry));
                    items.push(self.value(&quantified.body));
                    self.unbind(&bound);
                    if self.cx.exhausted {
                        return None;
                    }
                }
                let items = items.into_iter().collect::<Option<Vec<Expr>>>()?;
                let ty = items.iter().map(|item| item.ty.clone());
                let ty = ty.reduce(Ty::join).unwrap_or(Ty::Any);
                Some(Expr {
                    kind: ExprKind::List(items),
                    ty: Ty::List(Box::new(ty)),
                    span: whole.span,
                    optional: false,
                    named: true,
                })
            }
            Some(Visit::Entries(..)) | None => {
                self.mixed_visits(whole.span);
                None
            }
        }
    }

    /// `filter x in L: C`
    pub(super) fn filter(
        &mut self,
        whole: &'a ast::Expr,
        quantified: &'a ast::Quantified,
    ) -> Option<Expr> {
        let name = self.one_binding(quantified)?;
        let names = std::slice::from_ref(name);
        let Some(visits) = self.visits(&quantified.over, names) else {
            self.discard(names, |resolver| {
                resolver.condition(&quantified.body);
            });
            return None;
        };
        match one_visit(visits) {
            Some(Visit::Lists(lists, ty)) => {
                let bound = self.bind(names, false, ty.clone());
                let condition = self.condition(&quantified.body);
                self.unbind(&bound);
                Some(Expr {
                    ty: Ty::List(Box::new(ty)),
                    kind: ExprKind::Filter {
                        value: bound.bindings.value,
                        over: Iterable::Lists(lists),
                        condition: Box::new(condition?),
                    },
                    span: whole.span,
                    optional: false,
                    named: false,
                })
            }
            Some(Visit::Constants(entries)) => {
                self.filtered(whole.span, names, entries, quantified)
            }
            Some(Visit::Entries(..)) | None => {
                self.mixed_visits(whole.span);
                None
            }
        }
    }

    /// The constants for which a condition holds, which must be known while compiling.
    fn filtered(
        &mut self,
        span: Span,
        names: &'a [ast::Ident],
        entries: Vec<(Option<Expr>, Expr)>,
        quantified: &'a ast::Quantified,
    ) -> Option<Expr> {
        let mut kept = Vec::new();
        for (key, value) in entries {
            let bound = self.bind_constants(names, Some((key, value.clone())));
            let condition = self.condition(&quantified.body);
            self.unbind(&bound);
            match condition?.known() {
                Some(true) => kept.push(value),
                Some(false) => {}
                None => {
                    let message = "a list of constants is filtered by a condition that depends on the resource";
                    self.report(
                        Diagnostic::new(Code::E0309, quantified.body.span, message)
                            .help("ask with `all`, `any` or `none`, or with `for`"),
                    );
                    return None;
                }
            }
        }
        let ty = kept.iter().map(|item| item.ty.clone());
        let ty = ty.reduce(Ty::join).unwrap_or(Ty::Any);
        Some(Expr {
            kind: ExprKind::List(kept),
            ty: Ty::List(Box::new(ty)),
            span,
            optional: false,
            named: true,
        })
    }

    fn one_binding(&mut self, quantified: &'a ast::Quantified) -> Option<&'a ast::Ident> {
        if let [name] = quantified.bindings.as_slice() {
            return Some(name);
        }
        let word = &quantified.word.text;
        let message = format!("`{word}` visits lists, with one variable");
        self.report(
            Diagnostic::new(Code::E0310, quantified.word.span, message).help(format!(
                "visit one side of a map: `{word} x in values(m): …`"
            )),
        );
        None
    }

    fn mixed_visits(&mut self, span: Span) {
        let message = "constants and lists of the resource are not visited together here";
        self.report(Diagnostic::new(Code::E0310, span, message));
    }
}

/// The only thing visited; an empty list of constants when there is none.
fn one_visit(mut visits: Vec<Visit>) -> Option<Visit> {
    let last = visits.pop().unwrap_or(Visit::Constants(Vec::new()));
    visits.is_empty().then_some(last)
}
