//! `validate.foreach`: for demands of list elements that need something from outside of them.
//!
//! In a `foreach` the elements are variables, so a condition reaches all of them. The cost: where
//! no list has an element Kyverno gives no verdict. So an entry that is always there stands last.

use policyc_ir::{Condition as IrCondition, ConditionKind};
use serde_saphyr::Commented;

use super::document::{Body, Code, Condition, Conditions, Deny, Foreach, Text};
use super::jmespath::Jp;
use super::lower::{Blocked, Env};
use super::rule::{deny, message_of};
use crate::backend::check::{Around, Check};

/// A list with an element, whatever the resource is.
const ALWAYS: &str = "`[true]`";

/// What a reviewer reads beside it.
const WHY: &str = "one that is always there: of no element Kyverno would give no verdict";

/// The body of `validate`.
///
/// # Errors
///
/// When a value is out of reach even there, and for rules about deletions: Kyverno takes the former
/// object for the object in conditions then, but not in lists.
pub(super) fn body(
    checks: &[Check<'_>],
    env: &Env,
    deletes: bool,
) -> Result<(Option<Text>, Body), Vec<Blocked>> {
    let mut entries = Vec::new();
    let mut plain = Vec::new();
    let mut blocked = Vec::new();
    for check in checks {
        match env.holds(&check.violation(check.around.len())) {
            Ok(jp) => plain.push((vec![jp], message_of(check))),
            Err(reason) if reason.outer && deletes => blocked.push(Blocked {
                construct: "outer variable in a rule about deletions",
                reason: "the condition needs a `foreach`, whose lists Kyverno reads from the new \
                         object, which a deletion has not"
                    .to_owned(),
                ..reason
            }),
            Err(reason) if reason.outer => match entry(check, 0, env, 0, reason) {
                Ok(entry) => entries.push(entry),
                Err(reason) => blocked.push(reason),
            },
            Err(reason) => blocked.push(reason),
        }
    }
    if !blocked.is_empty() {
        return Err(blocked);
    }
    entries.push(Foreach {
        list: Commented(Code(ALWAYS.to_owned()), WHY.to_owned()),
        body: denied(plain),
    });
    Ok((None, Body::Foreach(entries)))
}

/// The entry for a demand, from what stands around it at `level` inwards. What was in the way so
/// far is the answer when no list is left to open.
fn entry(
    check: &Check<'_>,
    level: usize,
    env: &Env,
    depth: usize,
    so_far: Blocked,
) -> Result<Foreach, Blocked> {
    let lists = check.around.iter().enumerate().skip(level);
    let next = lists
        .filter_map(|(index, around)| match around {
            Around::ForEach { key, value, over } => Some((index, *key, *value, *over)),
            Around::If(..) => None,
        })
        .next();
    let Some((index, key, value, over)) = next else {
        return Err(so_far);
    };
    let elements = env.elements(key, value, over, check.origin)?;
    let list = Code(elements.kept(Jp::bool(true)).print());
    let list = Commented(list, String::new());
    // The innermost element is `element`, those around it have numbers.
    let inside = |element: &str| {
        let element = Jp::Field(element.to_owned());
        let bindings = elements.bindings.iter().cloned();
        env.with(bindings.map(|(id, jp)| (id, jp.rebased(&element))))
    };
    let inner = inside("element");
    // Conditions that stand before the list are asked inside of it, for each element alike.
    let before = check
        .around
        .iter()
        .take(index)
        .filter_map(|around| match around {
            Around::If(condition, wanted) => Some((*condition, *wanted)),
            Around::ForEach { .. } => None,
        });
    let rest = check.around.len().saturating_sub(index + 1);
    let violation = before.fold(check.violation(rest), |violation, (condition, wanted)| {
        given(condition, wanted, violation)
    });
    let body = match inner.holds(&violation) {
        Ok(jp) => denied(vec![(vec![jp], message_of(check))]),
        Err(reason) if reason.outer => {
            let around = inside(&format!("element{depth}"));
            Body::Foreach(vec![entry(check, index + 1, &around, depth + 1, reason)?])
        }
        Err(reason) => return Err(reason),
    };
    Ok(Foreach { list, body })
}

fn given(condition: &IrCondition, wanted: bool, violation: IrCondition) -> IrCondition {
    let origin = violation.origin;
    let condition = if wanted {
        condition.clone()
    } else {
        IrCondition::synthetic(ConditionKind::Not(Box::new(condition.clone())), origin)
    };
    IrCondition::synthetic(ConditionKind::All(vec![condition, violation]), origin)
}

/// Conditions that carry their message themselves: a rule has one for all its entries.
fn denied(violations: Vec<(Vec<Jp>, String)>) -> Body {
    let (message, conditions) = deny(violations);
    let with = |mut condition: Condition| {
        if condition.message.is_none() {
            condition.message.clone_from(&message);
        }
        condition
    };
    let conditions = match conditions {
        Conditions::Any(any) => Conditions::Any(any.into_iter().map(with).collect()),
        // Kyverno joins the messages of all that hold: one says it.
        Conditions::All(mut all) => {
            if let Some(last) = all.pop() {
                all.push(with(last));
            }
            Conditions::All(all)
        }
    };
    Body::Deny(Deny { conditions })
}
