//! What quantifiers visit.

use policyc_diagnostics::Span;
use policyc_ir::{Expr, ExprKind, Iterable, LocalId, Type};

use super::super::formula::{Formula, Lists, some};
use super::super::term::Shape;
use super::super::term::{Step, Subject};
use super::{Lowering, shape};

/// Lists of which a quantifier visits the elements.
struct Source {
    lists: Lists,
    /// The way from an element of the lists to what the variable stands for.
    inner: Vec<Step>,
    /// Which elements are visited.
    guard: Formula,
}
impl Lowering<'_> {
    /// Some element of some of the lists satisfies the body.
    pub(super) fn some_of(
        &mut self,
        lists: &[Expr],
        variable: Option<LocalId>,
        origin: Span,
        body: &mut dyn FnMut(&mut Self) -> Formula,
    ) -> Formula {
        let variable = variable.unwrap_or_else(|| self.fresh());
        let mut sources: Vec<Source> = Vec::new();
        let mut parts = Vec::new();
        for list in lists {
            for source in self.sources(list, variable) {
                // Lists that are visited alike are visited together.
                let alike = sources.iter_mut().find(|other| {
                    other.lists.subject == source.lists.subject
                        && other.lists.element == source.lists.element
                        && other.inner == source.inner
                        && other.guard == source.guard
                });
                match alike {
                    Some(other) => other.lists.paths.extend(source.lists.paths),
                    None => sources.push(source),
                }
            }
        }
        for source in sources {
            let before = self
                .locals
                .insert(variable, (Subject::Element(variable), source.inner.clone()));
            let asked = Formula::all([source.guard, body(self)]);
            match before {
                Some(before) => self.locals.insert(variable, before),
                None => self.locals.remove(&variable),
            };
            parts.push(match some(&source.lists, variable, asked) {
                Some(formula) => formula,
                None => self.refuse(
                    "quantifier",
                    "the condition on the elements has too many cases for one check",
                    origin,
                ),
            });
        }
        Formula::any(parts)
    }

    fn sources(&mut self, list: &Expr, variable: LocalId) -> Vec<Source> {
        match &list.kind {
            ExprKind::Path(path) => {
                let element = match list.ty.item() {
                    Some(item) => shape(item),
                    None if list.ty == Type::Any => Shape::Any,
                    // A value that is no list has no elements.
                    None => return Vec::new(),
                };
                let Some(value) = self.path(path, &list.ty, list.origin) else {
                    return Vec::new();
                };
                vec![Source {
                    lists: Lists {
                        subject: value.subject,
                        paths: vec![value.path],
                        element,
                        origin: list.origin,
                    },
                    inner: Vec::new(),
                    guard: Formula::Constant(true),
                }]
            }
            ExprKind::Filter {
                value,
                over: Iterable::Lists(lists),
                condition,
            } => {
                let mut sources = Vec::new();
                for inner in lists {
                    for mut source in self.sources(inner, variable) {
                        self.locals
                            .insert(value.id, (Subject::Element(variable), source.inner.clone()));
                        let guard = self.condition(condition);
                        self.locals.remove(&value.id);
                        source.guard = Formula::all([source.guard, guard]);
                        sources.push(source);
                    }
                }
                sources
            }
            ExprKind::Map {
                value,
                over: Iterable::Lists(lists),
                body,
            } if matches!(body.kind, ExprKind::Path(_)) => {
                let mut sources = Vec::new();
                for inner in lists {
                    for mut source in self.sources(inner, variable) {
                        self.locals
                            .insert(value.id, (Subject::Element(variable), source.inner.clone()));
                        let there = self.exists(body);
                        let way = if let ExprKind::Path(path) = &body.kind {
                            self.path(path, &body.ty, body.origin)
                        } else {
                            None
                        };
                        self.locals.remove(&value.id);
                        let Some(way) = way else { continue };
                        if way.subject == Subject::Element(variable) {
                            source.inner = way.path;
                            source.guard = Formula::all([source.guard, there]);
                            sources.push(source);
                        } else {
                            self.refuse(
                                "computed list",
                                "a check of Checkov looks at attributes only",
                                list.origin,
                            );
                        }
                    }
                }
                sources
            }
            ExprKind::List(items) if items.is_empty() => Vec::new(),
            ExprKind::Coalesce(first, second) if matches!(&second.kind, ExprKind::List(items) if items.is_empty()) => {
                self.sources(first, variable)
            }
            ExprKind::Literal(_)
            | ExprKind::Coalesce(..)
            | ExprKind::Call { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::List(_)
            | ExprKind::Map { .. }
            | ExprKind::Filter { .. } => {
                self.refuse(
                    "computed list",
                    "a check of Checkov looks at attributes only",
                    list.origin,
                );
                Vec::new()
            }
        }
    }
}
