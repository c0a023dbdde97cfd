//! What conditions and expressions refer to.

use crate::{
    Binding, Condition, ConditionKind, Expr, ExprKind, Iterable, LocalId, Path, Root, Rule,
    RuleBody, Segment, Statement, StatementKind,
};

/// Calls `visit` with every path of the condition whose root is not bound inside it.
pub fn of_condition<'a>(condition: &'a Condition, visit: &mut dyn FnMut(&'a Path)) {
    Walk {
        bound: Vec::new(),
        visit,
    }
    .condition(condition);
}

/// As [`of_condition`].
pub fn of_expr<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Path)) {
    Walk {
        bound: Vec::new(),
        visit,
    }
    .expr(expr);
}

/// As [`of_condition`].
pub fn of_statements<'a>(statements: &'a [Statement], visit: &mut dyn FnMut(&'a Path)) {
    Walk {
        bound: Vec::new(),
        visit,
    }
    .statements(statements);
}

/// Calls `visit` with every path in the preconditions and the body of a rule that starts at the
/// resource or the request.
pub fn of_rule<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&'a Path)) {
    for condition in &rule.preconditions {
        of_condition(condition, visit);
    }
    match &rule.body {
        RuleBody::Validate(statements) => of_statements(statements, visit),
    }
}

struct Walk<'v, 'a> {
    bound: Vec<LocalId>,
    visit: &'v mut dyn FnMut(&'a Path),
}

impl<'a> Walk<'_, 'a> {
    fn statements(&mut self, statements: &'a [Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Require(condition) => self.condition(condition),
                StatementKind::ForEach {
                    key,
                    value,
                    over,
                    body,
                } => {
                    self.iterable(over);
                    self.scoped([key.as_ref(), value.as_ref()], |walk| {
                        walk.statements(body);
                    });
                }
                StatementKind::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    self.condition(condition);
                    self.statements(then);
                    self.statements(otherwise);
                }
            }
        }
    }

    fn scoped(&mut self, bindings: [Option<&'a Binding>; 2], inner: impl FnOnce(&mut Self)) {
        let before = self.bound.len();
        self.bound
            .extend(bindings.into_iter().flatten().map(|binding| binding.id));
        inner(self);
        self.bound.truncate(before);
    }

    fn condition(&mut self, condition: &'a Condition) {
        match &condition.kind {
            ConditionKind::Constant(_) => {}
            ConditionKind::Not(inner) => self.condition(inner),
            ConditionKind::All(inner) | ConditionKind::Any(inner) => {
                for condition in inner {
                    self.condition(condition);
                }
            }
            ConditionKind::Exists(expr) => self.expr(expr),
            ConditionKind::Compare {
                op: _,
                comparison: _,
                left,
                right,
            } => {
                self.expr(left);
                self.expr(right);
            }
            ConditionKind::Text {
                op: _,
                subject,
                pattern,
            } => {
                self.expr(subject);
                self.expr(pattern);
            }
            ConditionKind::Regex {
                subject,
                pattern: _,
            } => self.expr(subject),
            ConditionKind::Member {
                element,
                list,
                comparison: _,
            } => {
                self.expr(element);
                self.expr(list);
            }
            ConditionKind::WithinCidr { address, block } => {
                self.expr(address);
                self.expr(block);
            }
            ConditionKind::Quantified {
                quantifier: _,
                key,
                value,
                over,
                body,
            } => {
                self.iterable(over);
                self.scoped([key.as_ref(), value.as_ref()], |walk| walk.condition(body));
            }
        }
    }

    fn iterable(&mut self, over: &'a Iterable) {
        match over {
            Iterable::Lists(lists) => {
                for list in lists {
                    self.expr(list);
                }
            }
            Iterable::Entries(map) => self.expr(map),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Literal(_) => {}
            ExprKind::Path(path) => {
                let bound = matches!(path.root, Root::Local(id) if self.bound.contains(&id));
                if !bound {
                    (self.visit)(path);
                }
                for segment in &path.segments {
                    match segment {
                        Segment::Key(key) => self.expr(key),
                        Segment::Field(_) | Segment::Index(_) | Segment::Single => {}
                    }
                }
            }
            ExprKind::Coalesce(first, second) => {
                self.expr(first);
                self.expr(second);
            }
            ExprKind::Call {
                function: _,
                arguments,
            } => {
                for argument in arguments {
                    self.expr(argument);
                }
            }
            ExprKind::Arithmetic { op: _, left, right } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::List(items) => {
                for item in items {
                    self.expr(item);
                }
            }
            ExprKind::Map { value, over, body } => {
                self.iterable(over);
                self.scoped([Some(value), None], |walk| walk.expr(body));
            }
            ExprKind::Filter {
                value,
                over,
                condition,
            } => {
                self.iterable(over);
                self.scoped([Some(value), None], |walk| walk.condition(condition));
            }
        }
    }
}
