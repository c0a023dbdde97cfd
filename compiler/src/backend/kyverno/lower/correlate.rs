//! Quantifiers whose body needs something from outside of the element.
//!
//! A filter of JMESPath sees nothing but its element. What does not concern the element is asked
//! outside of the filter; what compares the element with something outside is turned round: some
//! element's `x` equals `y` exactly when the list of all `x` contains `y`.

use policyc_ir::{
    Binding, CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Iterable, LocalId,
    Path, Quantifier, Root, Type, uses,
};
use serde_json::Value as Json;

use super::quantify::Elements;
use super::scalar::mirrored;
use super::{Blocked, Env, Lowered};
use crate::backend::kyverno::jmespath::{Jp, Op};

/// How many alternatives a body may be taken apart into.
const ALTERNATIVES: usize = 16;

/// A condition that must hold, or must not where the flag is false.
type Term = (Condition, bool);

/// A quantifier that is being turned round.
struct Correlation<'e> {
    outer: &'e Env,
    elements: &'e Elements,
    inner: &'e Env,
    blocked: Blocked,
    /// How many alternatives may still be made.
    left: usize,
}

impl Env {
    /// As [`Env::some`], for a body that the element alone does not decide.
    pub(super) fn correlated(
        &self,
        elements: &Elements,
        inner: &Self,
        body: &Condition,
        wanted: bool,
        blocked: Blocked,
    ) -> Lowered<Jp> {
        let mut correlation = Correlation {
            outer: self,
            elements,
            inner,
            blocked,
            left: ALTERNATIVES,
        };
        correlation.some(vec![(body.clone(), wanted)])
    }
}

impl Correlation<'_> {
    /// Some element satisfies all terms.
    fn some(&mut self, terms: Vec<Term>) -> Lowered<Jp> {
        let mut outside = Vec::new();
        let mut local = Vec::new();
        let mut mixed = Vec::new();
        for term in conjuncts(terms) {
            let (condition, wanted) = &term;
            if !self.concerns_element(condition) {
                outside.push(self.outer.condition(condition, *wanted)?);
                continue;
            }
            match self.inner.condition(condition, *wanted) {
                Ok(jp) => local.push(jp),
                Err(blocked) if blocked.outer => mixed.push(term),
                Err(blocked) => return Err(blocked),
            }
        }
        let guard = self.elements.guard.iter().cloned();
        if mixed.is_empty() {
            let some = self.elements.filtered(local).non_empty();
            return Ok(Jp::and(outside.into_iter().chain(guard).chain([some])));
        }
        let mut splits = mixed.iter().enumerate();
        let split = splits.find_map(|(index, term)| Some((index, disjuncts(term)?)));
        if let Some((position, alternatives)) = split {
            mixed.remove(position);
            let mut ways = Vec::new();
            for alternative in alternatives {
                self.left = self
                    .left
                    .checked_sub(1)
                    .ok_or_else(|| self.blocked.clone())?;
                let mut rest = mixed.clone();
                rest.push(alternative);
                ways.push(self.some_besides(&local, &outside, rest)?);
            }
            return Ok(Jp::or(ways));
        }
        let [(leaf, wanted)] = mixed.as_slice() else {
            return Err(self.blocked.clone());
        };
        let member = self.as_quantifier(leaf);
        if let Some(deeper) = self.deeper(member.as_ref().unwrap_or(leaf), *wanted, &local) {
            return Ok(Jp::and(outside.into_iter().chain([deeper?])));
        }
        let turned = self.turned(leaf, *wanted, local)?;
        Ok(Jp::and(outside.into_iter().chain(guard).chain([turned])))
    }

    /// As [`Self::some`], with terms that are lowered already.
    fn some_besides(&mut self, local: &[Jp], outside: &[Jp], terms: Vec<Term>) -> Lowered<Jp> {
        let elements = self.elements.narrowed(local);
        let mut narrower = Correlation {
            outer: self.outer,
            elements: &elements,
            inner: self.inner,
            blocked: self.blocked.clone(),
            left: self.left,
        };
        let some = narrower.some(terms)?;
        self.left = narrower.left;
        Ok(Jp::and(outside.iter().cloned().chain([some])))
    }

    /// `x in list`, for a list of the element, as a quantifier over that list.
    fn as_quantifier(&self, leaf: &Condition) -> Option<Condition> {
        let ConditionKind::Member {
            element,
            list,
            comparison,
        } = &leaf.kind
        else {
            return None;
        };
        // The variable is bound and used here only.
        let id = LocalId(u32::MAX);
        let item = Expr {
            kind: ExprKind::Path(Path {
                root: Root::Local(id),
                segments: Vec::new(),
            }),
            ty: Type::Any,
            origin: leaf.origin,
        };
        let equal = ConditionKind::Compare {
            op: CompareOp::Equal,
            comparison: *comparison,
            left: item,
            right: element.clone(),
        };
        let kind = ConditionKind::Quantified {
            quantifier: Quantifier::Some,
            key: None,
            value: Some(Binding {
                id,
                name: String::new(),
            }),
            over: Iterable::Lists(vec![list.clone()]),
            body: Box::new(Condition::synthetic(equal, leaf.origin)),
        };
        Some(Condition::synthetic(kind, leaf.origin))
    }

    /// Some of the elements that satisfy `local` has in a list of its own an element that satisfies
    /// a body, which is not about the outer one: all those lists are visited as one. `None` when
    /// the term is no such quantifier.
    fn deeper(&self, term: &Condition, wanted: bool, local: &[Jp]) -> Option<Lowered<Jp>> {
        let ConditionKind::Quantified {
            quantifier,
            key: None,
            value: Some(value),
            over: Iterable::Lists(lists),
            body,
        } = &term.kind
        else {
            return None;
        };
        let some = match quantifier {
            Quantifier::Every => !wanted,
            Quantifier::Some => wanted,
        };
        let [list] = lists.as_slice() else {
            return None;
        };
        // Anything but a list would be taken for an element.
        let typed = matches!(&list.ty, Type::List(inner) if !matches!(**inner, Type::List(_)));
        if !some || !typed || self.sides(list) != (true, false) || self.concerns_element(body) {
            return None;
        }
        let path = self.inner.plain(list).ok().filter(Jp::is_path)?;
        let all = self.elements.narrowed(local);
        let lists = all.projected(path);
        let elements = Elements {
            guard: all.guard,
            list: Jp::Flatten(Box::new(lists)),
            only: None,
            bindings: vec![(value.id, Jp::Current)],
        };
        let inner = self.outer.inside(elements.bindings.iter().cloned());
        let blocked = self.blocked.clone();
        let some = self
            .outer
            .correlated(&elements, &inner, body, wanted, blocked);
        Some(some)
    }

    fn is_element(&self, id: LocalId) -> bool {
        self.elements.bindings.iter().any(|(bound, _)| *bound == id)
    }

    fn concerns_element(&self, condition: &Condition) -> bool {
        let mut concerns = false;
        uses::of_condition(condition, &mut |path| {
            concerns |= matches!(path.root, Root::Local(id) if self.is_element(id));
        });
        concerns
    }

    /// Whether the expression is about the element, and about nothing else.
    fn sides(&self, expr: &Expr) -> (bool, bool) {
        let (mut element, mut other) = (false, false);
        uses::of_expr(expr, &mut |path| {
            if matches!(path.root, Root::Local(id) if self.is_element(id)) {
                element = true;
            } else {
                other = true;
            }
        });
        (element, other)
    }

    /// Some of the elements that satisfy `local` satisfies a leaf that compares with the outside.
    fn turned(&self, leaf: &Condition, wanted: bool, local: Vec<Jp>) -> Lowered<Jp> {
        let ConditionKind::Compare {
            op,
            comparison,
            left,
            right,
        } = &leaf.kind
        else {
            return Err(self.blocked.clone());
        };
        let (op, own, outside) = match (self.sides(left), self.sides(right)) {
            ((true, false), (false, _)) => (*op, left, right),
            ((false, _), (true, false)) => (mirrored(*op), right, left),
            _ => return Err(self.blocked.clone()),
        };
        let mut own = self.inner.value(own)?;
        let own = match (own.pop(), own.is_empty()) {
            (Some(only), true) if only.guards.is_empty() => only.jp,
            _ => return Err(self.blocked.clone()),
        };
        let outside = self.outer.plain(outside)?;
        let kind = match comparison {
            Comparison::String => "string",
            Comparison::Number => "number",
            Comparison::Bool
            | Comparison::Scalar
            | Comparison::Quantity
            | Comparison::Duration
            | Comparison::Version
            | Comparison::Date => return Err(self.blocked.clone()),
        };
        if *comparison == Comparison::String && op != CompareOp::Equal {
            return Err(self.blocked.clone());
        }
        if wanted && op == CompareOp::Equal {
            let all = self.elements.narrowed(&local);
            let empty = Jp::Literal(Json::Array(Vec::new()));
            let values = Jp::Or(vec![all.projected(own), empty]);
            return Ok(Jp::and([
                outside.clone().of_type(kind),
                Jp::Call("contains", vec![values, outside]),
            ]));
        }
        let filtered = |condition: Jp| {
            self.elements
                .filtered(local.iter().cloned().chain([condition]))
        };
        let those = filtered(own.clone().of_type(kind));
        let values = if own == Jp::Current {
            those.clone()
        } else {
            Jp::Project(Box::new(those.clone()), Box::new(own.clone()))
        };
        let values = Jp::Or(vec![values, Jp::Literal(Json::Array(Vec::new()))]);
        let extreme =
            |function, op| Jp::Call(function, vec![values.clone()]).compare(op, outside.clone());
        if wanted {
            // An extreme of nothing is null, which has no order.
            return Ok(match op {
                CompareOp::Equal => extreme("min", Op::Equal),
                CompareOp::Less => extreme("min", Op::Less),
                CompareOp::LessOrEqual => extreme("min", Op::LessOrEqual),
                CompareOp::Greater => extreme("max", Op::Greater),
                CompareOp::GreaterOrEqual => extreme("max", Op::GreaterOrEqual),
            });
        }
        let others = filtered(own.compare_kind(kind)).non_empty();
        let all = match op {
            CompareOp::Equal => Jp::and([extreme("min", Op::Equal), extreme("max", Op::Equal)]),
            CompareOp::Less => extreme("max", Op::Less),
            CompareOp::LessOrEqual => extreme("max", Op::LessOrEqual),
            CompareOp::Greater => extreme("min", Op::Greater),
            CompareOp::GreaterOrEqual => extreme("min", Op::GreaterOrEqual),
        };
        Ok(Jp::or([
            others,
            Jp::and([those.non_empty(), all.negated()]),
        ]))
    }
}

impl Jp {
    /// `type(self) != 'name'`
    fn compare_kind(self, name: &str) -> Self {
        self.of_type(name).negated()
    }
}

/// The terms, taken apart where they are conjunctions.
fn conjuncts(terms: Vec<Term>) -> Vec<Term> {
    let mut flat = Vec::new();
    for (condition, wanted) in terms {
        match condition.kind {
            ConditionKind::Not(inner) => flat.extend(conjuncts(vec![(*inner, !wanted)])),
            ConditionKind::All(inner) if wanted => flat.extend(conjuncts(all(inner, true))),
            ConditionKind::Any(inner) if !wanted => flat.extend(conjuncts(all(inner, false))),
            ConditionKind::Constant(_)
            | ConditionKind::All(_)
            | ConditionKind::Any(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::WithinCidr { .. }
            | ConditionKind::Quantified { .. } => flat.push((condition, wanted)),
        }
    }
    flat
}

fn all(conditions: Vec<Condition>, wanted: bool) -> Vec<Term> {
    let terms = conditions.into_iter().map(|condition| (condition, wanted));
    terms.collect()
}

/// The alternatives of a disjunction. So is a comparison with `a ?? b`: `a` where it exists, and
/// `b` where it does not.
fn disjuncts((condition, wanted): &Term) -> Option<Vec<Term>> {
    match &condition.kind {
        ConditionKind::Any(inner) if *wanted => Some(all(inner.clone(), true)),
        ConditionKind::All(inner) if !*wanted => Some(all(inner.clone(), false)),
        ConditionKind::Compare {
            op,
            comparison,
            left,
            right,
        } => {
            let origin = condition.origin;
            let leaf = |left: Expr, right: Expr| {
                let kind = ConditionKind::Compare {
                    op: *op,
                    comparison: *comparison,
                    left,
                    right,
                };
                let leaf = Condition::synthetic(kind, origin);
                if *wanted { leaf } else { not(leaf) }
            };
            if let ExprKind::Coalesce(first, second) = &left.kind {
                let first = (**first).clone();
                let leaves = [
                    leaf(first.clone(), right.clone()),
                    leaf((**second).clone(), right.clone()),
                ];
                return Some(either(first, leaves));
            }
            if let ExprKind::Coalesce(first, second) = &right.kind {
                let first = (**first).clone();
                let leaves = [
                    leaf(left.clone(), first.clone()),
                    leaf(left.clone(), (**second).clone()),
                ];
                return Some(either(first, leaves));
            }
            None
        }
        ConditionKind::Not(_)
        | ConditionKind::Constant(_)
        | ConditionKind::All(_)
        | ConditionKind::Any(_)
        | ConditionKind::Exists(_)
        | ConditionKind::Text { .. }
        | ConditionKind::Regex { .. }
        | ConditionKind::Member { .. }
        | ConditionKind::WithinCidr { .. }
        | ConditionKind::Quantified { .. } => None,
    }
}

fn not(condition: Condition) -> Condition {
    let origin = condition.origin;
    Condition::synthetic(ConditionKind::Not(Box::new(condition)), origin)
}

/// The first leaf where the value exists, the second where it does not.
fn either(value: Expr, [first, second]: [Condition; 2]) -> Vec<Term> {
    let origin = value.origin;
    let exists = Condition::synthetic(ConditionKind::Exists(value), origin);
    let both = |parts: Vec<Condition>| Condition::synthetic(ConditionKind::All(parts), origin);
    vec![
        (both(vec![exists.clone(), first]), true),
        (both(vec![not(exists), second]), true),
    ]
}
