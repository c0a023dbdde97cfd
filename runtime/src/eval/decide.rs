//! Why a condition does not hold: the part that decides, as a place, a value and a text.

use std::ops::ControlFlow;

use policyc_ir::{CompareOp, Comparison, Quantifier, TextOp};

use super::compare::is_readable;
use super::decision::{Decision, Expected, Sentence};
use super::describe::short;
use super::machine::{Exhausted, Machine};
use super::program::{Bindings, Condition, ConditionKind, Expr, ExprKind, Iterable};
use super::val::Val;

/// Parts of an `or` that are told; the others go without saying.
const MAX_ALTERNATIVES: usize = 20;

/// How many of them make sentences of their own.
const MAX_SENTENCES: usize = 3;

impl<'a> Machine<'a, '_> {
    /// Why a condition, which does not hold, does not.
    pub(super) fn decide(&mut self, condition: &'a Condition) -> Result<Decision<'a>, Exhausted> {
        self.deciding(condition, true)
    }

    /// Why a condition is not what is wanted.
    fn deciding(
        &mut self,
        condition: &'a Condition,
        wanted: bool,
    ) -> Result<Decision<'a>, Exhausted> {
        self.charge(1)?;
        match &condition.kind {
            ConditionKind::Constant(_) => Ok(constant(condition, wanted)),
            ConditionKind::Not(inner) => self.negated(|machine| machine.deciding(inner, !wanted)),
            ConditionKind::All(parts) if wanted => {
                for part in parts {
                    if !self.holds(part)? {
                        return self.deciding(part, true);
                    }
                }
                Ok(constant(condition, wanted))
            }
            // All hold, and one should not: what merely asks whether something is there, says less.
            ConditionKind::All(parts) => {
                let telling = parts.iter().rev().find(|part| !is_presence(part));
                match telling.or(parts.last()) {
                    Some(part) => self.deciding(part, false),
                    None => Ok(constant(condition, wanted)),
                }
            }
            ConditionKind::Any(parts) if wanted => self.none_of(condition, parts),
            ConditionKind::Any(parts) => {
                for part in parts {
                    if self.holds(part)? {
                        return self.deciding(part, false);
                    }
                }
                Ok(constant(condition, wanted))
            }
            ConditionKind::Quantified {
                quantifier,
                bindings,
                over,
                body,
            } => self.quantified(condition, *quantifier, *bindings, over, body, wanted),
            ConditionKind::Exists(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::WithinCidr { .. } => self.deciding_leaf(condition, wanted),
        }
    }

    /// [`deciding`](Self::deciding) for what has no conditions in it; apart, to keep the stack of
    /// the recursion small.
    fn deciding_leaf(
        &mut self,
        condition: &'a Condition,
        wanted: bool,
    ) -> Result<Decision<'a>, Exhausted> {
        match &condition.kind {
            ConditionKind::Constant(_)
            | ConditionKind::Not(_)
            | ConditionKind::All(_)
            | ConditionKind::Any(_)
            | ConditionKind::Quantified { .. } => Ok(constant(condition, wanted)),
            ConditionKind::Exists(expr) => {
                let value = self.eval(expr)?;
                let subject = self.expr_text(expr)?;
                let text = if wanted {
                    format!("`{subject}` is not set")
                } else {
                    format!("`{subject}` must not be set")
                };
                Ok(Decision {
                    place: self.place(expr)?,
                    found: found(&value),
                    expected: Some(Expected::text(if wanted { "a value" } else { "no value" })),
                    origin: condition.origin,
                    sentence: Sentence::Other(text),
                })
            }
            ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => self.compared(condition, *op, *comparison, left, right, wanted),
            ConditionKind::Text {
                op,
                subject,
                pattern,
                ..
            } => {
                let words = text_words(*op, wanted);
                self.related(condition, subject, pattern, words, Some(Comparison::String))
            }
            ConditionKind::Regex {
                subject, pattern, ..
            } => {
                let words = if wanted {
                    "a match of the regular expression"
                } else {
                    "no match of the regular expression"
                };
                let expected = Expected::new(words, &Val::Text(pattern.as_str().into()));
                self.value(condition, subject, expected, Some(Comparison::String))
            }
            ConditionKind::Member {
                element,
                list,
                comparison,
            } => self.member_of(condition, element, list, *comparison, wanted),
            ConditionKind::WithinCidr { address, block } => {
                let words = if wanted {
                    "an address or block in"
                } else {
                    "an address or block outside of"
                };
                self.related(condition, address, block, words, None)
            }
        }
    }

    /// None of the parts holds, and one should.
    fn none_of(
        &mut self,
        condition: &'a Condition,
        parts: &'a [Condition],
    ) -> Result<Decision<'a>, Exhausted> {
        let mut decisions: Vec<Decision> = Vec::new();
        // What merely asks whether something is there, says less: it comes last.
        let (presence, telling): (Vec<_>, Vec<_>) =
            parts.iter().partition(|part| is_presence(part));
        for part in telling.into_iter().chain(presence).take(MAX_ALTERNATIVES) {
            let decision = self.deciding(part, true)?;
            if !decisions.iter_mut().any(|known| known.merge(&decision)) {
                decisions.push(decision);
            }
        }
        let mut decisions = decisions.into_iter();
        let Some(mut first) = decisions.next() else {
            return Ok(constant(condition, true));
        };
        let others: Vec<_> = decisions
            .take(MAX_SENTENCES - 1)
            .map(|decision| decision.message())
            .collect();
        if !others.is_empty() {
            let text = format!(
                "{}; alternatively, {}",
                first.message(),
                others.join("; or ")
            );
            first.sentence = Sentence::Other(text);
        }
        Ok(first)
    }

    fn quantified(
        &mut self,
        condition: &'a Condition,
        quantifier: Quantifier,
        bindings: Bindings,
        over: &'a Iterable,
        body: &'a Condition,
        wanted: bool,
    ) -> Result<Decision<'a>, Exhausted> {
        // The elements that are to blame: those for which the body is not what is wanted, which are
        // all of them when it takes all of them.
        let mut count = 0_usize;
        let blamed = self.visit(bindings, over, &mut |machine, _| {
            count += 1;
            if machine.holds(body)? == wanted {
                return Ok(ControlFlow::Continue(()));
            }
            machine.deciding(body, wanted).map(ControlFlow::Break)
        })?;
        let one_is_enough = match quantifier {
            Quantifier::Every => !wanted,
            Quantifier::Some => wanted,
        };
        let place = self.place_of_all(over)?;
        let subject = self.over_text(over)?;
        let Some(mut first) = blamed else {
            let found = place
                .as_ref()
                .is_some_and(|place| !place.absent)
                .then(|| "nothing in it".to_owned());
            return Ok(Decision {
                sentence: Sentence::Other(match &found {
                    Some(_) => format!("`{subject}` is empty, expected at least one element"),
                    None => format!("`{subject}` is not set, expected at least one element"),
                }),
                place,
                found,
                expected: Some(Expected::text("at least one element")),
                origin: condition.origin,
            });
        };
        if one_is_enough {
            // Is the first one the only one?
            let mut elements = 0_usize;
            self.visit(bindings, over, &mut |_, _| {
                elements += 1;
                Ok(if elements > 1 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            })?;
            if elements > 1 {
                let text = format!(
                    "no element of `{subject}` is as required; the first: {}",
                    first.message()
                );
                first.sentence = Sentence::Other(text);
                first.place = place;
                first.found = None;
            }
        }
        Ok(first)
    }

    fn compared(
        &mut self,
        condition: &'a Condition,
        op: CompareOp,
        comparison: Comparison,
        left: &'a Expr,
        right: &'a Expr,
        wanted: bool,
    ) -> Result<Decision<'a>, Exhausted> {
        let swapped = is_constant(left) && !is_constant(right);
        let (subject, other, op) = if swapped {
            (right, left, mirrored(op))
        } else {
            (left, right, op)
        };
        if op == CompareOp::Equal && !wanted && is_constant(other) {
            let value = self.eval(subject)?;
            let other = self.eval(other)?;
            let text = format!(
                "`{}` must not be `{}`",
                self.expr_text(subject)?,
                short(&other)
            );
            return Ok(Decision {
                place: self.place(subject)?,
                found: found(&value),
                expected: Some(Expected::new("anything but", &other)),
                origin: condition.origin,
                sentence: Sentence::Other(text),
            });
        }
        let words = compare_words(op, wanted);
        self.related(condition, subject, other, words, Some(comparison))
    }

    fn member_of(
        &mut self,
        condition: &'a Condition,
        element: &'a Expr,
        list: &'a Expr,
        comparison: Comparison,
        wanted: bool,
    ) -> Result<Decision<'a>, Exhausted> {
        if !is_constant(element) || is_constant(list) {
            let words = if wanted { "" } else { "none of" };
            let allowed = self.eval(list)?;
            let mut expected = Expected {
                words,
                values: Vec::new(),
                source: None,
            };
            let count = allowed.list_len().unwrap_or(0);
            for index in 0..count.min(MAX_ALTERNATIVES) {
                expected.values.push(short(&allowed.at(index)));
            }
            if count == 0 {
                expected.words = "an element of";
                expected.values.push("[]".to_owned());
            }
            if !is_constant(list) {
                expected.source = Some(self.expr_text(list)?);
            }
            return self.value(condition, element, expected, Some(comparison));
        }
        // A constant that a list of the resource should, or should not, have.
        let needle = self.eval(element)?;
        let value = self.eval(list)?;
        let at = self.member(&needle, &value, comparison)?;
        let subject = self.expr_text(list)?;
        let needle_text = short(&needle);
        let place = match at.map(|index| value.at(index)) {
            Some(Val::Node(node)) => self.place_of_node(node)?,
            Some(_) | None => self.place(list)?,
        };
        let (words, text) = if wanted {
            let text = format!("`{subject}` does not contain `{needle_text}`");
            ("a list with", text)
        } else {
            let text = format!("`{subject}` must not contain `{needle_text}`");
            ("a list without", text)
        };
        Ok(Decision {
            place,
            found: match at {
                Some(index) => found(&value.at(index)),
                None => found(&value),
            },
            expected: Some(Expected::new(words, &needle)),
            origin: condition.origin,
            sentence: Sentence::Other(text),
        })
    }

    /// The subject stands in the wrong relation to the other side.
    fn related(
        &mut self,
        condition: &'a Condition,
        subject: &'a Expr,
        other: &'a Expr,
        words: &'static str,
        comparison: Option<Comparison>,
    ) -> Result<Decision<'a>, Exhausted> {
        let value = self.eval(other)?;
        let mut expected = Expected::new(words, &value);
        if value.is_absent() {
            expected.values.clear();
        }
        if !is_constant(other) {
            expected.source = Some(self.expr_text(other)?);
        }
        self.value(condition, subject, expected, comparison)
    }

    fn value(
        &mut self,
        condition: &'a Condition,
        subject: &'a Expr,
        expected: Expected,
        comparison: Option<Comparison>,
    ) -> Result<Decision<'a>, Exhausted> {
        let value = self.eval(subject)?;
        let unreadable = comparison.is_some_and(|comparison| !is_readable(comparison, &value));
        Ok(Decision {
            place: self.place(subject)?,
            found: found(&value),
            expected: Some(expected),
            origin: condition.origin,
            sentence: Sentence::Value {
                subject: self.expr_text(subject)?,
                ty: unreadable.then(|| value.type_name()),
            },
        })
    }
}

fn found(value: &Val) -> Option<String> {
    (!value.is_absent()).then(|| short(value))
}

fn constant<'a>(condition: &Condition, wanted: bool) -> Decision<'a> {
    let text = if wanted {
        "the condition never holds"
    } else {
        "the condition always holds"
    };
    Decision::other(condition, text.to_owned())
}

fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant(_) => true,
        ExprKind::List(items) => items.iter().all(is_constant),
        ExprKind::Path(_)
        | ExprKind::Coalesce(..)
        | ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => false,
    }
}

/// Whether a condition only asks if something is there.
fn is_presence(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::Exists(_) => true,
        ConditionKind::Not(inner) => is_presence(inner),
        ConditionKind::Constant(_)
        | ConditionKind::All(_)
        | ConditionKind::Any(_)
        | ConditionKind::Compare { .. }
        | ConditionKind::Text { .. }
        | ConditionKind::Regex { .. }
        | ConditionKind::Member { .. }
        | ConditionKind::WithinCidr { .. }
        | ConditionKind::Quantified { .. } => false,
    }
}

/// The relation seen from the other side.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

fn compare_words(op: CompareOp, wanted: bool) -> &'static str {
    match (op, wanted) {
        (CompareOp::Equal, true) => "",
        (CompareOp::Equal, false) => "anything but",
        (CompareOp::Less, true) | (CompareOp::GreaterOrEqual, false) => "less than",
        (CompareOp::LessOrEqual, true) | (CompareOp::Greater, false) => "at most",
        (CompareOp::Greater, true) | (CompareOp::LessOrEqual, false) => "more than",
        (CompareOp::GreaterOrEqual, true) | (CompareOp::Less, false) => "at least",
    }
}

fn text_words(op: TextOp, wanted: bool) -> &'static str {
    match (op, wanted) {
        (TextOp::Glob, true) => "a match of",
        (TextOp::Glob, false) => "no match of",
        (TextOp::StartsWith, true) => "a string that starts with",
        (TextOp::StartsWith, false) => "a string that does not start with",
        (TextOp::EndsWith, true) => "a string that ends with",
        (TextOp::EndsWith, false) => "a string that does not end with",
        (TextOp::Contains, true) => "a string that contains",
        (TextOp::Contains, false) => "a string that does not contain",
    }
}
