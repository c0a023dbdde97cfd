//! Values that nobody knows yet, and what they leave open.
//!
//! A condition that depends on one has no truth value of its own: it comes out as what is
//! *assumed*, and negation turns the assumption around. Evaluated under both assumptions, a
//! condition holds for sure when it holds though what is open is assumed to be against it, and
//! fails for sure when it fails though it is assumed in its favour. That is Kleene's logic of three
//! values (which Checkov also follows, see `UNKNOWN` in its `checks_infra/solvers`), and resources
//! that have no such values pay nothing for it.

use policyc_ir::Function;

use super::machine::{Exhausted, Machine};
use super::program::{ConditionKind, Expr, Iterable};
use super::val::Val;
use crate::value::Node;

/// What is made of values that nobody knows.
#[derive(Debug)]
pub(super) struct Open<'a> {
    /// Whether there may be any.
    pub(super) possible: bool,
    /// What a condition that depends on one comes out as.
    pub(super) assumed: bool,
    /// The first that was met.
    pub(super) first: Option<&'a Node>,
}

impl Open<'_> {
    /// Assumed in favour of the rule.
    pub(super) fn new(possible: bool) -> Self {
        Self {
            possible,
            assumed: true,
            first: None,
        }
    }
}

impl<'a> Machine<'a, '_> {
    /// What a condition comes out as that depends on a value nobody knows.
    pub(super) fn leave_open(&mut self, unknown: &'a Node) -> bool {
        self.open.first.get_or_insert(unknown);
        self.open.assumed
    }

    /// Evaluates what stands under a negation.
    pub(super) fn negated<T>(
        &mut self,
        evaluate: impl FnOnce(&mut Self) -> Result<T, Exhausted>,
    ) -> Result<T, Exhausted> {
        self.open.assumed = !self.open.assumed;
        let result = evaluate(self);
        self.open.assumed = !self.open.assumed;
        result
    }

    /// Whether something holds whatever the values are that nobody knows.
    pub(super) fn surely(
        &mut self,
        mut holds: impl FnMut(&mut Self) -> Result<bool, Exhausted>,
    ) -> Result<bool, Exhausted> {
        self.assuming(false, &mut holds)
    }

    /// Whether it depends on values that nobody knows how something comes out.
    pub(super) fn is_open(
        &mut self,
        mut holds: impl FnMut(&mut Self) -> Result<bool, Exhausted>,
    ) -> Result<bool, Exhausted> {
        if !self.open.possible {
            return Ok(false);
        }
        Ok(self.assuming(true, &mut holds)? && !self.assuming(false, &mut holds)?)
    }

    /// Coverage counts what is reached, not how often it takes to find out.
    fn assuming(
        &mut self,
        assumed: bool,
        holds: &mut dyn FnMut(&mut Self) -> Result<bool, Exhausted>,
    ) -> Result<bool, Exhausted> {
        let coverage = self.coverage.take();
        let before = std::mem::replace(&mut self.open.assumed, assumed);
        let result = holds(self);
        self.open.assumed = before;
        self.coverage = coverage;
        result
    }

    /// A list or map that nobody knows, among those that were visited without a decision.
    pub(super) fn unknown_list(
        &mut self,
        over: &'a Iterable,
        decided: bool,
    ) -> Result<Option<&'a Node>, Exhausted> {
        if !self.open.possible || decided {
            return Ok(None);
        }
        match over {
            Iterable::Lists(lists) => self.first_unknown(lists, false),
            Iterable::Entries(map) => self.first_unknown(std::slice::from_ref(&**map), false),
        }
    }

    /// The operand that leaves a condition without conditions in it open.
    pub(super) fn unknown_operand(
        &mut self,
        kind: &'a ConditionKind,
    ) -> Result<Option<&'a Node>, Exhausted> {
        if !self.open.possible {
            return Ok(None);
        }
        match kind {
            ConditionKind::Constant(_)
            | ConditionKind::Not(_)
            | ConditionKind::All(_)
            | ConditionKind::Any(_)
            | ConditionKind::Quantified { .. } => Ok(None),
            ConditionKind::Exists(expr) => {
                let may_be_null = |node: &Node| {
                    node.value
                        .as_unknown()
                        .is_some_and(|unknown| unknown.may_be_null)
                };
                Ok(self.eval(expr)?.unknown().filter(|node| may_be_null(node)))
            }
            ConditionKind::Compare { left, right, .. } => self.unknown_of_two(left, right),
            ConditionKind::Text {
                subject, pattern, ..
            } => self.unknown_of_two(subject, pattern),
            ConditionKind::Regex { subject, .. } => Ok(self.eval(subject)?.unknown()),
            ConditionKind::Member {
                element,
                list,
                comparison,
            } => {
                let list = self.eval(list)?;
                if let Some(unknown) = list.unknown() {
                    return Ok(Some(unknown));
                }
                let element = self.eval(element)?;
                if let Some(unknown) = element.unknown() {
                    return Ok((list.list_len().unwrap_or(0) > 0).then_some(unknown));
                }
                if self.member(&element, &list, *comparison)?.is_some() {
                    return Ok(None);
                }
                Ok(unknown_item(&list))
            }
            ConditionKind::WithinCidr { address, block } => self.unknown_of_two(address, block),
        }
    }

    /// The argument that leaves the result of a function open.
    pub(super) fn unknown_argument(
        &mut self,
        function: Function,
        arguments: &'a [Expr],
    ) -> Result<Option<&'a Node>, Exhausted> {
        if !self.open.possible {
            return Ok(None);
        }
        let looks_inside = match function {
            // A list of a known length may have elements that are not known.
            Function::Length | Function::Keys | Function::Values => false,
            Function::Lower
            | Function::Upper
            | Function::Trim
            | Function::Split
            | Function::Replace
            | Function::Join
            | Function::Distinct
            | Function::Sort
            | Function::ToString
            | Function::ToNumber => true,
        };
        self.first_unknown(arguments, looks_inside)
    }

    /// A comparison with what is absent is false, whatever the other side is.
    fn unknown_of_two(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
    ) -> Result<Option<&'a Node>, Exhausted> {
        let left = self.eval(left)?;
        let right = self.eval(right)?;
        if left.is_absent() || right.is_absent() {
            return Ok(None);
        }
        Ok(left.unknown().or(right.unknown()))
    }

    /// The first value that nobody knows, or has such an element if those matter.
    fn first_unknown(
        &mut self,
        exprs: &'a [Expr],
        looks_inside: bool,
    ) -> Result<Option<&'a Node>, Exhausted> {
        for expr in exprs {
            let value = self.eval(expr)?;
            let mut unknown = value.unknown();
            if looks_inside {
                unknown = unknown.or_else(|| unknown_item(&value));
            }
            if unknown.is_some() {
                return Ok(unknown);
            }
        }
        Ok(None)
    }
}

/// The first element of a list that nobody knows.
fn unknown_item<'a>(list: &Val<'a>) -> Option<&'a Node> {
    (0..list.list_len().unwrap_or(0)).find_map(|index| list.at(index).unknown())
}
