//! Expressions and variables.

use policyc_diagnostics::Span;
use policyc_ir as ir;

use super::Lowering;
use crate::resolve::{Constant, hir};

/// Variables in scope. A copy of a binding gets a number of its own, so that numbers are unique in
/// a rule.
#[derive(Debug, Default)]
pub(super) struct Locals {
    next: u32,
    scope: Vec<(hir::LocalId, ir::LocalId)>,
}

/// The variables of one quantifier.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) key: Option<ir::Binding>,
    pub(super) value: Option<ir::Binding>,
}

impl Locals {
    /// Brings variables into scope.
    pub(super) fn enter(&mut self, bindings: &hir::Bindings) -> Bound {
        let hir::Bindings { key, value } = bindings;
        Bound {
            key: key.as_ref().map(|binding| self.bind(binding)),
            value: value.as_ref().map(|binding| self.bind(binding)),
        }
    }

    /// Ends the scope of what [`enter`](Self::enter) brought.
    pub(super) fn leave(&mut self, bindings: &hir::Bindings) {
        let count = usize::from(bindings.key.is_some()) + usize::from(bindings.value.is_some());
        let length = self.scope.len().saturating_sub(count);
        self.scope.truncate(length);
    }

    fn bind(&mut self, binding: &hir::Binding) -> ir::Binding {
        let id = self.fresh();
        self.scope.push((binding.id, id));
        ir::Binding {
            id,
            name: binding.name.clone(),
        }
    }

    fn fresh(&mut self) -> ir::LocalId {
        let id = ir::LocalId(self.next);
        self.next += 1;
        id
    }

    fn get(&self, id: hir::LocalId) -> ir::LocalId {
        let known = self.scope.iter().rev().find(|(known, _)| *known == id);
        // Every variable is in scope where it is used; the resolver binds before it looks up.
        known.map_or(ir::LocalId(u32::MAX), |(_, id)| *id)
    }
}

impl Lowering {
    pub(super) fn iterable(&mut self, over: hir::Iterable) -> ir::Iterable {
        match over {
            hir::Iterable::Lists(lists) => {
                ir::Iterable::Lists(lists.into_iter().map(|list| self.expr(list)).collect())
            }
            hir::Iterable::Entries(map) => ir::Iterable::Entries(Box::new(self.expr(*map))),
        }
    }

    pub(super) fn expr(&mut self, expr: hir::Expr) -> ir::Expr {
        let hir::Expr {
            kind,
            ty,
            span: origin,
            optional: _,
            named: _,
        } = expr;
        // What an API server admits there; how the policy reads it is the comparison's.
        let ty = match &kind {
            hir::ExprKind::Path(hir::Path {
                read_from: Some(from),
                ..
            }) => from.clone(),
            hir::ExprKind::Constant(_)
            | hir::ExprKind::Path(_)
            | hir::ExprKind::Coalesce(..)
            | hir::ExprKind::Call { .. }
            | hir::ExprKind::Arithmetic { .. }
            | hir::ExprKind::List(_)
            | hir::ExprKind::Map { .. }
            | hir::ExprKind::Filter { .. } => ty,
        };
        let kind = match kind {
            hir::ExprKind::Constant(constant) => return constant_expr(constant, origin),
            hir::ExprKind::Path(path) => ir::ExprKind::Path(self.path(path)),
            hir::ExprKind::Coalesce(first, second) => {
                ir::ExprKind::Coalesce(Box::new(self.expr(*first)), Box::new(self.expr(*second)))
            }
            hir::ExprKind::Call {
                function,
                arguments,
            } => ir::ExprKind::Call {
                function,
                arguments: arguments.into_iter().map(|it| self.expr(it)).collect(),
            },
            hir::ExprKind::Arithmetic { op, left, right } => ir::ExprKind::Arithmetic {
                op,
                left: Box::new(self.expr(*left)),
                right: Box::new(self.expr(*right)),
            },
            hir::ExprKind::List(items) => ir::ExprKind::List(
                items
                    .into_iter()
                    .filter(|item| item.constant() != Some(Constant::Absent))
                    .map(|item| self.expr(item))
                    .collect(),
            ),
            hir::ExprKind::Map { value, over, body } => {
                let over = self.iterable(over);
                let bindings = hir::Bindings { key: None, value };
                let bound = self.locals.enter(&bindings);
                let body = Box::new(self.expr(*body));
                self.locals.leave(&bindings);
                let value = self.some_binding(bound.value);
                ir::ExprKind::Map { value, over, body }
            }
            hir::ExprKind::Filter {
                value,
                over,
                condition,
            } => {
                let over = self.iterable(over);
                let bindings = hir::Bindings { key: None, value };
                let bound = self.locals.enter(&bindings);
                let condition = Box::new(self.condition(*condition, false));
                self.locals.leave(&bindings);
                let value = self.some_binding(bound.value);
                ir::ExprKind::Filter {
                    value,
                    over,
                    condition,
                }
            }
        };
        ir::Expr {
            kind,
            ty: ty.to_ir(),
            origin,
        }
    }

    /// The IR names the element also where the author wrote `_`.
    fn some_binding(&mut self, binding: Option<ir::Binding>) -> ir::Binding {
        binding.unwrap_or_else(|| ir::Binding {
            id: self.locals.fresh(),
            name: "_".to_owned(),
        })
    }

    fn path(&mut self, path: hir::Path) -> ir::Path {
        let root = match path.root {
            hir::Root::Object => ir::Root::Object,
            hir::Root::Submitted => ir::Root::Submitted,
            hir::Root::Old => ir::Root::Old,
            hir::Root::Local(id) => ir::Root::Local(self.locals.get(id)),
            hir::Root::Name => ir::Root::Name,
            hir::Root::Namespace => ir::Root::Namespace,
            hir::Root::NamespaceLabels => ir::Root::NamespaceLabels,
            hir::Root::Operation => ir::Root::Operation,
            hir::Root::User => ir::Root::User,
            hir::Root::Block(part) => ir::Root::Block(part),
        };
        let segments = path.segments.into_iter().map(|segment| match segment {
            hir::Segment::Field(name) => ir::Segment::Field(name),
            hir::Segment::Index(at) => ir::Segment::Index(at),
            hir::Segment::Single => ir::Segment::Single,
            hir::Segment::Key(key) => ir::Segment::Key(Box::new(self.expr(*key))),
        });
        ir::Path {
            root,
            segments: segments.collect(),
        }
    }
}

fn constant_expr(constant: Constant, origin: Span) -> ir::Expr {
    let ty = constant.ty().to_ir();
    let literal = match constant {
        Constant::Bool(value) => ir::Literal::Bool(value),
        Constant::Int(value) => ir::Literal::Int(value),
        Constant::Float(value) => ir::Literal::Float(value),
        Constant::String(text) => ir::Literal::String(text),
        Constant::Quantity(text) => ir::Literal::Quantity(text),
        Constant::Duration(text) => ir::Literal::Duration(text),
        Constant::Version(text) => ir::Literal::Version(text),
        Constant::Cidr(text) => ir::Literal::Cidr(text),
        Constant::Ip(text) => ir::Literal::Ip(text),
        Constant::Date(text) => ir::Literal::Date(text),
        Constant::List(items) => {
            let items = items.into_iter().filter(|item| *item != Constant::Absent);
            let items = items.map(|item| constant_expr(item, origin));
            let kind = ir::ExprKind::List(items.collect());
            return ir::Expr { kind, ty, origin };
        }
        // The resolver folds what is made of an absent constant and refuses maps as values:
        // neither is left where a value is read.
        Constant::Absent | Constant::Map(_) => {
            let kind = ir::ExprKind::List(Vec::new());
            return ir::Expr { kind, ty, origin };
        }
    };
    ir::Expr {
        kind: ir::ExprKind::Literal(literal),
        ty,
        origin,
    }
}
