//! What quantifiers and `for` visit.

use policyc_diagnostics::{Code, Diagnostic, Span};

use super::Resolver;
use super::conditions::elements;
use super::constants::Constant;
use super::exprs::constant_expr;
use super::hir::{
    Binding, Bindings, Condition, ConditionKind, Expr, ExprKind, Iterable, LocalId, Path,
    Quantifier, Root, Segment,
};
use super::names::path_expr;
use super::reports::suggest;
use super::scope::{Local, Term};
use super::types::Ty;
use crate::schema::nearest;
use crate::syntax::ast;

/// One thing that is visited.
#[derive(Debug)]
pub(super) enum Visit {
    /// Lists of the resource, one after the other, with the type of their elements.
    Lists(Vec<Expr>, Ty),
    /// A map of the resource, with the type of its values.
    Entries(Expr, Ty),
    /// Values known while compiling, with their keys.
    Constants(Vec<(Option<Expr>, Expr)>),
}

/// The variables of one visit, in scope until [`Resolver::unbind`].
#[derive(Debug)]
pub(super) struct Bound {
    /// How many local names there were before.
    locals: usize,
    pub(super) bindings: Bindings,
}

impl<'a> Resolver<'a> {
    /// What is visited; nothing where a mistake was reported.
    pub(super) fn visits(
        &mut self,
        over: &'a [ast::Expr],
        bindings: &'a [ast::Ident],
    ) -> Option<Vec<Visit>> {
        let mut visits: Vec<Visit> = Vec::new();
        let mut complete = true;
        for expr in over {
            for value in self.sources(expr) {
                let visit = value.and_then(|value| self.visit(value, bindings));
                match (visit, visits.last_mut()) {
                    (Some(Visit::Lists(more, ty)), Some(Visit::Lists(lists, all))) => {
                        lists.extend(more);
                        *all = all.clone().join(ty);
                    }
                    (Some(visit), _) => visits.push(visit),
                    (None, _) => complete = false,
                }
            }
        }
        complete.then_some(visits)
    }

    /// The values that an expression after `in` stands for: several for `a.{b, c}`.
    fn sources(&mut self, expr: &'a ast::Expr) -> Vec<Option<Expr>> {
        let ast::ExprKind::Group(base, members) = &expr.kind else {
            return vec![self.value(expr)];
        };
        let Some(base) = self.value(base) else {
            return vec![None];
        };
        members
            .iter()
            .map(|path| {
                let mut value = Some(base.clone());
                for name in path {
                    let span = base.span.to(name.span);
                    value = value.and_then(|value| self.field(value, name, span));
                }
                value
            })
            .collect()
    }

    fn visit(&mut self, value: Expr, bindings: &'a [ast::Ident]) -> Option<Visit> {
        let two = bindings.len() > 1;
        let text = self.text(value.span).to_owned();
        let names: Vec<&str> = bindings.iter().map(|name| name.text.as_str()).collect();
        if let (false, Some(blocks)) = (two, blocks_of(&value)) {
            return Some(Visit::Lists(vec![blocks], value.ty));
        }
        match (&value.ty, value.constant()) {
            (_, Some(Constant::Map(entries))) if two => Some(Visit::Constants(
                entries
                    .into_iter()
                    .map(|(key, entry)| {
                        let key = constant_expr(Constant::String(key), value.span, true);
                        (Some(key), constant_expr(entry, value.span, true))
                    })
                    .collect(),
            )),
            (_, Some(Constant::Absent)) => Some(Visit::Constants(Vec::new())),
            (Ty::List(_), _) if two => {
                let message = format!("`{text}` is a list, whose elements have no keys");
                let last = names.last().copied().unwrap_or("x");
                self.report(
                    Diagnostic::new(Code::E0310, value.span, message)
                        .help(format!("name one variable: `{last} in {text}`")),
                );
                None
            }
            (Ty::Map(_) | Ty::Object(_), _) if !two => {
                let first = names.first().copied().unwrap_or("value");
                let message = format!(
                    "`{text}` is {}, whose entries have a key and a value",
                    value.ty.describe()
                );
                self.report(
                    Diagnostic::new(Code::E0310, value.span, message)
                        .help(format!("name both: `key, {first} in {text}`"))
                        .help(format!("or visit one side: `{first} in values({text})`")),
                );
                None
            }
            (Ty::List(_), Some(Constant::List(_))) => {
                let items = elements(&value).unwrap_or_default();
                // The element of an empty list has no type that could be checked.
                Some(Visit::Constants(
                    items
                        .into_iter()
                        .map(|mut item| {
                            item.named = true;
                            (None, item)
                        })
                        .collect(),
                ))
            }
            (Ty::List(item), _) => {
                let item = (**item).clone();
                Some(Visit::Lists(vec![value], item))
            }
            (Ty::Map(of), _) => {
                let of = (**of).clone();
                self.entries(value, of)
            }
            (Ty::Object(_), _) => self.entries(value, Ty::Any),
            (Ty::Any, _) if two => self.entries(value, Ty::Any),
            (Ty::Any, None) => Some(Visit::Lists(vec![value], Ty::Any)),
            (other, _) => {
                let message = format!("`{text}` is {}, and has no elements", other.describe());
                self.report(Diagnostic::new(Code::E0310, value.span, message));
                None
            }
        }
    }

    fn entries(&mut self, value: Expr, of: Ty) -> Option<Visit> {
        self.refuse_constant_map(&value)?;
        Some(Visit::Entries(value, of))
    }

    /// Binds fresh variables for the elements of lists or the entries of a map.
    pub(super) fn bind(&mut self, names: &'a [ast::Ident], key: bool, ty: Ty) -> Bound {
        let locals = self.cx.locals.len();
        let (key_name, value_name) = match names {
            [key, value, ..] => (Some(key), Some(value)),
            [value] => (None, Some(value)),
            [] => (None, None),
        };
        let key = key_name.filter(|_| key);
        let key = key.and_then(|name| self.bind_variable(name, Ty::String));
        let value = value_name.and_then(|name| self.bind_variable(name, ty));
        Bound {
            locals,
            bindings: Bindings { key, value },
        }
    }

    fn bind_variable(&mut self, name: &'a ast::Ident, ty: Ty) -> Option<Binding> {
        if name.text == "_" {
            return None;
        }
        let id = LocalId(self.cx.next_local);
        self.cx.next_local += 1;
        let path = Path {
            root: Root::Local(id),
            segments: Vec::new(),
            read_from: None,
        };
        let value = path_expr(path, ty, name.span, false);
        self.add_local(name, Some(Term::Value(value)), Some("variable"));
        Some(Binding {
            id,
            name: name.text.clone(),
        })
    }

    /// Binds variables to values known while compiling, or to nothing.
    pub(super) fn bind_constants(
        &mut self,
        names: &'a [ast::Ident],
        entry: Option<(Option<Expr>, Expr)>,
    ) -> Bound {
        let locals = self.cx.locals.len();
        let known = entry.is_some();
        let (key, value) = entry.map_or((None, None), |(key, value)| (key, Some(value)));
        let values = match names {
            [_, _, ..] => vec![key, value],
            _ => vec![value],
        };
        for (name, value) in names.iter().zip(values) {
            if name.text != "_" {
                // What is bound to nothing stands for a mistake elsewhere, or for no element.
                let what = known.then_some("variable");
                self.add_local(name, value.map(Term::Value), what);
            }
        }
        Bound {
            locals,
            bindings: Bindings {
                key: None,
                value: None,
            },
        }
    }

    pub(super) fn add_local(
        &mut self,
        name: &'a ast::Ident,
        term: Option<Term>,
        what: Option<&'static str>,
    ) {
        self.warn_if_hiding(&name.text, name.span);
        self.cx.locals.push(Local {
            name: name.text.clone(),
            span: name.span,
            term,
            used: false,
            what,
        });
    }

    /// Ends the scope of variables.
    pub(super) fn unbind(&mut self, bound: &Bound) {
        self.end_scope(bound.locals);
    }

    /// Forgets the local names after the first `length`, and names those that nobody used.
    pub(super) fn end_scope(&mut self, length: usize) {
        let ended: Vec<Local> = self.cx.locals.drain(length..).collect();
        for local in ended {
            // Where the budget is spent, what follows was not looked at.
            if let Some(what) = local.what
                && !local.used
                && !self.cx.exhausted
            {
                let message = format!("nothing uses the {what} `{}`", local.name);
                let mut diagnostic = Diagnostic::new(Code::W0202, local.span, message);
                diagnostic = if what == "variable" {
                    diagnostic.help("name it `_`").fix(local.span, "_")
                } else {
                    diagnostic.help("remove it")
                };
                self.report(diagnostic);
            }
        }
    }

    /// `all c in L: C` and its kind, `map` and `filter`.
    pub(super) fn quantified(
        &mut self,
        whole: &'a ast::Expr,
        quantified: &'a ast::Quantified,
    ) -> Option<Term> {
        let word = match quantified.word.text.as_str() {
            "all" => Quantifier::All,
            "any" => Quantifier::Any,
            "none" => Quantifier::None,
            "map" => return self.map(whole, quantified).map(Term::Value),
            "filter" => return self.filter(whole, quantified).map(Term::Value),
            other => {
                let words = ["all", "any", "none", "map", "filter"];
                let near = match other {
                    "every" | "each" => vec!["all"],
                    "some" | "exists" => vec!["any"],
                    "no" => vec!["none"],
                    _ => nearest(other, words),
                };
                let message = format!("unknown quantifier `{other}`");
                let diagnostic = Diagnostic::new(Code::E0209, quantified.word.span, message);
                self.report(suggest(diagnostic, quantified.word.span, &near));
                return None;
            }
        };
        let tests = std::mem::take(&mut self.cx.tests);
        let condition = self.quantified_condition(word, whole.span, quantified);
        self.cx.tests = tests;
        condition.map(Term::Condition)
    }

    fn quantified_condition(
        &mut self,
        word: Quantifier,
        span: Span,
        quantified: &'a ast::Quantified,
    ) -> Option<Condition> {
        let names = &*quantified.bindings;
        let Some(visits) = self.visits(&quantified.over, names) else {
            self.discard(names, |resolver| {
                resolver.condition(&quantified.body);
            });
            return None;
        };
        let mut parts = Vec::new();
        let mut complete = true;
        for visit in visits {
            match visit {
                Visit::Lists(lists, ty) => {
                    let bound = self.bind(names, false, ty);
                    let body = self.condition(&quantified.body);
                    self.unbind(&bound);
                    let over = Iterable::Lists(lists);
                    parts.push(body.map(|body| quantify(word, bound, over, body, span)));
                }
                Visit::Entries(map, ty) => {
                    let bound = self.bind(names, true, ty);
                    let body = self.condition(&quantified.body);
                    self.unbind(&bound);
                    let over = Iterable::Entries(Box::new(map));
                    parts.push(body.map(|body| quantify(word, bound, over, body, span)));
                }
                Visit::Constants(entries) => {
                    if entries.is_empty() {
                        self.discard(names, |resolver| {
                            resolver.condition(&quantified.body);
                        });
                    }
                    let mut bodies = Vec::new();
                    for entry in entries {
                        let bound = self.bind_constants(names, Some(entry));
                        bodies.push(self.condition(&quantified.body));
                        self.unbind(&bound);
                        if self.cx.exhausted {
                            return None;
                        }
                    }
                    let bodies = bodies.into_iter().collect::<Option<Vec<_>>>();
                    complete &= bodies.is_some();
                    parts.extend(bodies.map(|bodies| Some(unrolled(word, bodies, span))));
                }
            }
        }
        let mut parts = parts.into_iter().collect::<Option<Vec<Condition>>>()?;
        if !complete {
            return None;
        }
        if parts.len() == 1 {
            return parts.pop();
        }
        for part in &mut parts {
            part.written = false;
        }
        let kind = match word {
            Quantifier::All | Quantifier::None => ConditionKind::And(parts),
            Quantifier::Any => ConditionKind::Or(parts),
        };
        Some(Condition::new(kind, span))
    }

    /// Resolves something for its mistakes only, with its variables bound to nothing.
    pub(super) fn discard(&mut self, names: &'a [ast::Ident], resolve: impl FnOnce(&mut Self)) {
        let bound = self.bind_constants(names, None);
        resolve(self);
        self.unbind(&bound);
    }
}

fn quantify(
    word: Quantifier,
    bound: Bound,
    over: Iterable,
    body: Condition,
    span: Span,
) -> Condition {
    let kind = ConditionKind::Quantified {
        word,
        bindings: bound.bindings,
        over,
        body: Box::new(body),
    };
    Condition::new(kind, span)
}

/// A quantifier over constants: what is asked of each.
fn unrolled(word: Quantifier, bodies: Vec<Condition>, span: Span) -> Condition {
    match word {
        Quantifier::All => Condition::new(ConditionKind::And(bodies), span),
        Quantifier::Any => Condition::new(ConditionKind::Or(bodies), span),
        Quantifier::None => Condition::new(ConditionKind::Or(bodies), span).negated(span),
    }
}

/// The list that a block stands in that is written at most once.
fn blocks_of(value: &Expr) -> Option<Expr> {
    let ExprKind::Path(path) = &value.kind else {
        return None;
    };
    if path.segments.last() != Some(&Segment::Single) {
        return None;
    }
    let mut list = value.clone();
    list.ty = Ty::List(Box::new(value.ty.clone()));
    if let ExprKind::Path(path) = &mut list.kind {
        path.segments.pop();
    }
    Some(list)
}
