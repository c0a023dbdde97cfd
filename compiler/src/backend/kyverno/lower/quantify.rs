//! Quantifiers: filters with something in them, or nothing.

use policyc_diagnostics::Span;
use policyc_ir::{Binding, Condition, Expr, Iterable, Type};
use serde_json::Value as Json;

use super::value::holds_lists;
use super::{Blocked, Env, Lowered};
use crate::backend::kyverno::jmespath::{Jp, Op};

/// Names of the parts of a map's entry.
const KEY: &str = "key";
const VALUE: &str = "value";

/// What a quantifier visits.
pub(in super::super) struct Elements {
    /// Where this does not hold there is nothing to visit, and the list must not be evaluated.
    pub(in super::super) guard: Option<Jp>,
    /// The list; null when there is nothing. It may hold nulls: a filter drops them.
    pub(in super::super) list: Jp,
    /// What an element must satisfy to be visited.
    pub(in super::super) only: Option<Jp>,
    /// The key and the value, seen from an element.
    pub(in super::super) bindings: Vec<(policyc_ir::LocalId, Jp)>,
}

impl Elements {
    /// Some element is such.
    pub(super) fn some(self, body: Jp) -> Jp {
        if body == Jp::bool(false) {
            return body;
        }
        let some = self.filtered([body]).non_empty();
        Jp::and(self.guard.into_iter().chain([some]))
    }

    /// Only those elements that satisfy all conditions.
    pub(super) fn narrowed(&self, conditions: &[Jp]) -> Self {
        let only = Jp::and(self.only.iter().chain(conditions).cloned());
        Self {
            guard: self.guard.clone(),
            list: self.list.clone(),
            only: (only != Jp::bool(true)).then_some(only),
            bindings: self.bindings.clone(),
        }
    }

    /// The elements that satisfy all conditions.
    pub(super) fn filtered(&self, conditions: impl IntoIterator<Item = Jp>) -> Jp {
        let all = Jp::and(self.only.iter().cloned().chain(conditions));
        if all != Jp::bool(true) {
            return self.list.clone().filter(all);
        }
        if matches!(&self.list, Jp::Flatten(_) | Jp::Filter(..)) {
            // It drops nulls itself.
            return self.list.clone();
        }
        let there = Jp::Current.compare(Op::NotEqual, Jp::null());
        self.list.clone().filter(there)
    }

    /// What the elements have at the path, without nulls.
    pub(super) fn projected(&self, path: Jp) -> Jp {
        if path == Jp::Current {
            return self.filtered([]);
        }
        let list = match &self.only {
            Some(_) => self.filtered([]),
            None => self.list.clone(),
        };
        Jp::Project(Box::new(list), Box::new(path))
    }

    /// The elements that satisfy the condition, as a list in any case.
    pub(in super::super) fn kept(&self, condition: Jp) -> Jp {
        let kept = self.filtered([condition]);
        match &self.guard {
            None => kept,
            Some(guard) => {
                let guarded = Jp::And(vec![guard.clone(), kept]);
                Jp::Or(vec![guarded, Jp::Literal(Json::Array(Vec::new()))])
            }
        }
    }
}

impl Env {
    /// JMESPath that is true when for some element the body holds, or does not hold where `wanted`
    /// is false.
    pub(super) fn some(
        &self,
        key: Option<&Binding>,
        value: Option<&Binding>,
        over: &Iterable,
        body: &Condition,
        wanted: bool,
    ) -> Lowered<Jp> {
        let elements = self.elements(key, value, over, body.origin)?;
        let inner = self.inside(elements.bindings.iter().cloned());
        match inner.condition(body, wanted) {
            Ok(body) => Ok(elements.some(body)),
            Err(blocked) if blocked.outer => {
                self.correlated(&elements, &inner, body, wanted, blocked)
            }
            Err(blocked) => Err(blocked),
        }
    }

    /// What a quantifier visits.
    pub(in super::super) fn elements(
        &self,
        key: Option<&Binding>,
        value: Option<&Binding>,
        over: &Iterable,
        origin: Span,
    ) -> Lowered<Elements> {
        match over {
            Iterable::Lists(lists) => Ok(Elements {
                guard: None,
                list: self.lists(lists, origin)?,
                only: None,
                bindings: value
                    .map(|value| (value.id, Jp::Current))
                    .into_iter()
                    .collect(),
            }),
            Iterable::Entries(map) => {
                let map = self.plain(map)?;
                let field = |name: &str| Jp::Field(name.to_owned());
                let items = vec![map.clone(), Jp::text(KEY), Jp::text(VALUE)];
                let bindings = [(key, KEY), (value, VALUE)];
                let bound = bindings
                    .into_iter()
                    .filter_map(|(binding, name)| Some((binding?.id, field(name))));
                Ok(Elements {
                    guard: Some(map.of_type("object")),
                    list: Jp::Call("items", items),
                    only: Some(field(VALUE).compare(Op::NotEqual, Jp::null())),
                    bindings: bound.collect(),
                })
            }
        }
    }

    /// The lists one after the other.
    fn lists(&self, lists: &[Expr], origin: Span) -> Lowered<Jp> {
        let parts = lists.iter().map(|list| self.plain(list));
        let parts = parts.collect::<Lowered<Vec<_>>>()?;
        if parts.len() == 1 {
            return parts
                .into_iter()
                .next()
                .ok_or_else(|| Blocked::new("list", "there is none", origin));
        }
        if lists.iter().any(|list| holds_lists(&list.ty)) {
            return Err(Blocked::new(
                "several lists of lists",
                "JMESPath's flattening would take them apart",
                origin,
            ));
        }
        let together = siblings(&parts).unwrap_or(Jp::List(parts));
        // What the schema says to be a list is one; anything else would be taken for an element.
        let typed = lists.iter().all(|list| matches!(list.ty, Type::List(_)));
        let together = if typed {
            together
        } else {
            together.filter(Jp::Current.of_type("array"))
        };
        Ok(Jp::Flatten(Box::new(together)))
    }
}

/// `parent.[a, b]`, when all parts are fields of one parent.
fn siblings(parts: &[Jp]) -> Option<Jp> {
    let mut names = Vec::new();
    let mut parent: Option<&Jp> = None;
    for part in parts {
        let Jp::Member(base, name) = part else {
            return None;
        };
        if *parent.get_or_insert(base) != &**base {
            return None;
        }
        names.push(name.clone());
    }
    // Kyverno rewrites `request.object.spec` for controllers, not `request.object.[spec]`.
    let object = Jp::Field("request".to_owned()).member("object");
    let parent = parent.filter(|parent| **parent != object)?;
    Some(Jp::Members(Box::new(parent.clone()), names))
}
