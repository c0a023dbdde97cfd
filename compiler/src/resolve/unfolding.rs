//! Putting definitions in place where they are used, within a budget.
//!
//! Functions, `let`, and loops over constants are gone after this pass. What is put in place twice
//! doubles, so both how much a rule grows and how deep are bounded.

use policyc_diagnostics::{Code, Diagnostic, Span};

use super::Resolver;
use super::hir::{Condition, ConditionKind, Expr, ExprKind, Iterable, Path, Segment};
use super::modules::Definition;
use super::scope::{Call, Local, Term};
use crate::syntax::ast;

/// Most conditions and values that a rule unfolds to.
const MAX_STEPS: usize = 50_000;
/// Longest chain of functions that use each other.
const MAX_CALLS: usize = 64;
/// Most statements and expressions that stand in each other, functions put in place: what the stack
/// of a thread (2 MiB) holds, also in a build that is not optimised.
const MAX_NESTING: usize = 192;
/// Deepest condition or value that is put in place somewhere.
const MAX_DEPTH: usize = 128;

impl<'a> Resolver<'a> {
    /// Takes from the budget of the rule; false when it is spent.
    pub(super) fn step(&mut self, steps: usize, at: Span) -> bool {
        self.cx.steps = self.cx.steps.saturating_add(steps);
        if self.cx.steps <= MAX_STEPS {
            return true;
        }
        if !self.cx.exhausted {
            self.cx.exhausted = true;
            let message = format!("this unfolds to more than {MAX_STEPS} conditions and values");
            self.too_large(at, &message);
        }
        false
    }

    /// Enters an expression; false when it is too deep.
    pub(super) fn deeper(&mut self, at: Span) -> bool {
        if self.cx.depth >= MAX_NESTING {
            if !self.cx.exhausted {
                self.cx.exhausted = true;
                self.too_large(at, "this is made of too many parts in each other");
            }
            return false;
        }
        self.cx.depth += 1;
        true
    }

    pub(super) fn too_large(&mut self, at: Span, message: &str) {
        self.report(
            Diagnostic::new(Code::E0313, at, message)
                .note("functions, variables and loops over constants are put in place where they are used")
                .help("split the rule, or visit fewer constants"),
        );
    }

    /// A copy of what a local name stands for, where it is used.
    pub(super) fn copy(&mut self, mut term: Term, at: Span) -> Option<Term> {
        let measure = Measure::of(&term);
        if !self.step(measure.size, at) {
            return None;
        }
        match &mut term {
            Term::Value(value) => value.span = at,
            Term::Condition(condition) => condition.span = at,
        }
        Some(term)
    }

    /// Whether a value may be put in place: it must not be too deep.
    pub(super) fn admit(&mut self, term: Option<Term>, at: Span) -> Option<Term> {
        let term = term?;
        let measure = Measure::of(&term);
        if measure.depth > MAX_DEPTH {
            self.too_large(at, "this is made of too many parts in each other");
            return None;
        }
        self.step(measure.size, at).then_some(term)
    }

    /// A `let` of a policy where it is used.
    pub(super) fn put_in_place(
        &mut self,
        definition: Definition<'a>,
        value: &'a ast::Expr,
        at: Span,
    ) -> Option<Term> {
        self.inline(definition, Vec::new(), value, at)
    }

    /// The body of a definition, with its parameters bound, in place of its use.
    pub(super) fn inline(
        &mut self,
        definition: Definition<'a>,
        locals: Vec<Local>,
        body: &'a ast::Expr,
        at: Span,
    ) -> Option<Term> {
        let name = definition.item.name();
        self.checked.insert(name.span, ());
        if self
            .cx
            .calls
            .iter()
            .any(|call| call.definition == name.span)
        {
            self.depends_on_itself(&name.text, name.span);
            return None;
        }
        if self.cx.calls.len() >= MAX_CALLS {
            self.too_large(at, "functions use each other over too many steps");
            return None;
        }
        let site = self.cx.site.replace(definition.site);
        let outer = std::mem::replace(&mut self.cx.locals, locals);
        let tests = std::mem::take(&mut self.cx.tests);
        self.cx.calls.push(Call {
            name: &name.text,
            definition: name.span,
            at,
        });
        let mut term = self.term(body);
        // Messages speak of the use, which the author of the rule wrote.
        match &mut term {
            Some(Term::Value(value)) => value.span = at,
            Some(Term::Condition(condition)) => condition.span = at,
            None => {}
        }
        let term = self.admit(term, at);
        self.cx.calls.pop();
        self.cx.tests = tests;
        self.cx.locals = outer;
        self.cx.site = site;
        term
    }
}

/// How large and how deep a tree is.
#[derive(Debug, Clone, Copy, Default)]
struct Measure {
    size: usize,
    depth: usize,
}

impl Measure {
    fn of(term: &Term) -> Self {
        match term {
            Term::Value(value) => Self::of_expr(value),
            Term::Condition(condition) => Self::of_condition(condition),
        }
    }

    fn above(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        for part in parts {
            whole.size += part.size;
            whole.depth = whole.depth.max(part.depth);
        }
        Self {
            size: whole.size + 1,
            depth: whole.depth + 1,
        }
    }

    fn of_condition(condition: &Condition) -> Self {
        match &condition.kind {
            ConditionKind::Constant { .. } => Self::above([]),
            ConditionKind::Not(inner) => Self::above([Self::of_condition(inner)]),
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::OneOf(parts) => {
                Self::above(parts.iter().map(Self::of_condition))
            }
            ConditionKind::Exists(value) | ConditionKind::Absent(value) => {
                Self::above([Self::of_expr(value)])
            }
            ConditionKind::Compare {
                op: _,
                comparison: _,
                left: a,
                right: b,
            }
            | ConditionKind::Text {
                op: _,
                subject: a,
                pattern: b,
            }
            | ConditionKind::Member {
                comparison: _,
                element: a,
                list: b,
            }
            | ConditionKind::Within {
                address: a,
                block: b,
            } => Self::above([Self::of_expr(a), Self::of_expr(b)]),
            ConditionKind::Regex {
                subject,
                pattern: _,
            } => Self::above([Self::of_expr(subject)]),
            ConditionKind::Quantified {
                word: _,
                bindings: _,
                over,
                body,
            } => Self::above([Self::of_iterable(over), Self::of_condition(body)]),
        }
    }

    fn of_expr(expr: &Expr) -> Self {
        match &expr.kind {
            ExprKind::Constant(constant) => Self {
                size: constant.size(),
                depth: 1,
            },
            ExprKind::Path(path) => Self::of_path(path),
            ExprKind::Coalesce(a, b)
            | ExprKind::Arithmetic {
                op: _,
                left: a,
                right: b,
            } => Self::above([Self::of_expr(a), Self::of_expr(b)]),
            ExprKind::Call {
                function: _,
                arguments: parts,
            }
            | ExprKind::List(parts) => Self::above(parts.iter().map(Self::of_expr)),
            ExprKind::Map {
                value: _,
                over,
                body,
            } => Self::above([Self::of_iterable(over), Self::of_expr(body)]),
            ExprKind::Filter {
                value: _,
                over,
                condition,
            } => Self::above([Self::of_iterable(over), Self::of_condition(condition)]),
        }
    }

    fn of_iterable(over: &Iterable) -> Self {
        match over {
            Iterable::Lists(lists) => Self::above(lists.iter().map(Self::of_expr)),
            Iterable::Entries(map) => Self::above([Self::of_expr(map)]),
        }
    }

    fn of_path(path: &Path) -> Self {
        Self::above(path.segments.iter().map(|segment| match segment {
            Segment::Field(_) | Segment::Index(_) | Segment::Single => Self { size: 1, depth: 0 },
            Segment::Key(key) => Self::of_expr(key),
        }))
    }
}
