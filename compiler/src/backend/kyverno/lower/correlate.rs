//! Quantifiers whose body needs something from outside of the element.
//!
//! A filter of JMESPath sees nothing but its element. What does not concern the element is asked
//! outside of the filter; what compares the element with something outside is turned round: some
//! element's `x` equals `y` exactly when the list of all `x` contains `y`.

use policyc_ir::{CompareOp, Comparison, Condition, ConditionKind, Expr, LocalId, Root};
use serde_json::Value as Json;

use super::quantify::Elements;
use super::scalar::mirrored;
use super::{Blocked, Env, Lowered, uses};
use crate::backend::kyverno::jmespath::{Jp, Op};

/// How many alternatives a body may be taken apart into.
const ALTERNATIVES: usize = 16;

/// A condition that must hold, or must not where the flag is false.
type Term<'a> = (&'a Condition, bool);

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
        correlation.some(vec![(body, wanted)])
    }
}

impl Correlation<'_> {
    /// Some element satisfies all terms.
    fn some(&mut self, terms: Vec<Term<'_>>) -> Lowered<Jp> {
        let mut outside = Vec::new();
        let mut local = Vec::new();
        let mut mixed = Vec::new();
        for term in conjuncts(terms) {
            let (condition, wanted) = term;
            if !self.concerns_element(condition) {
                outside.push(self.outer.condition(condition, wanted)?);
                continue;
            }
            match self.inner.condition(condition, wanted) {
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
        let split = mixed.iter().position(|term| disjuncts(*term).is_some());
        if let Some(position) = split {
            let (condition, wanted) = mixed.remove(position);
            let alternatives = disjuncts((condition, wanted)).unwrap_or_default();
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
        let turned = self.turned(leaf, *wanted, local)?;
        Ok(Jp::and(outside.into_iter().chain(guard).chain([turned])))
    }

    /// As [`Self::some`], with terms that are lowered already.
    fn some_besides(&mut self, local: &[Jp], outside: &[Jp], terms: Vec<Term<'_>>) -> Lowered<Jp> {
        let elements = Elements {
            guard: self.elements.guard.clone(),
            list: self.elements.list.clone(),
            only: {
                let only = self.elements.only.iter().chain(local).cloned();
                let only = Jp::and(only);
                (only != Jp::bool(true)).then_some(only)
            },
            bindings: self.elements.bindings.clone(),
        };
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
                CompareOp::Equal => Jp::and([
                    outside.clone().of_type(kind),
                    Jp::Call("contains", vec![values, outside]),
                ]),
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
fn conjuncts<'a>(terms: Vec<Term<'a>>) -> Vec<Term<'a>> {
    let mut flat = Vec::new();
    for (condition, wanted) in terms {
        match &condition.kind {
            ConditionKind::Not(inner) => flat.extend(conjuncts(vec![(inner, !wanted)])),
            ConditionKind::All(inner) if wanted => {
                flat.extend(conjuncts(inner.iter().map(|inner| (inner, true)).collect()));
            }
            ConditionKind::Any(inner) if !wanted => {
                flat.extend(conjuncts(
                    inner.iter().map(|inner| (inner, false)).collect(),
                ));
            }
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

/// The alternatives of a disjunction.
fn disjuncts<'a>((condition, wanted): Term<'a>) -> Option<Vec<Term<'a>>> {
    let of = |inner: &'a [Condition]| inner.iter().map(|inner| (inner, wanted)).collect();
    match &condition.kind {
        ConditionKind::Any(inner) if wanted => Some(of(inner)),
        ConditionKind::All(inner) if !wanted => Some(of(inner)),
        ConditionKind::Not(_)
        | ConditionKind::Constant(_)
        | ConditionKind::All(_)
        | ConditionKind::Any(_)
        | ConditionKind::Exists(_)
        | ConditionKind::Compare { .. }
        | ConditionKind::Text { .. }
        | ConditionKind::Regex { .. }
        | ConditionKind::Member { .. }
        | ConditionKind::WithinCidr { .. }
        | ConditionKind::Quantified { .. } => None,
    }
}
