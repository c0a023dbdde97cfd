//! `validations`: the demands of a rule.

use policyc_ir::{ExprKind, Message, MessagePart, Rule, RuleBody};

use super::document::{Code, Validation};
use super::frame::Variable;
use super::lists::Lists;
use crate::backend::cel::{self, Blocked, Cel, Engine, Frame, Macro};
use crate::backend::check::{self, Around, Check};
use crate::backend::words;

/// A demand, as CEL.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    /// True where it is met.
    pub(super) met: Cel,
    /// What is said where it is not, and the text for when that cannot be made.
    pub(super) message: String,
    pub(super) text: Option<Cel>,
}

impl Demand {
    pub(super) fn document(&self, engine: Engine, reason: Option<&'static str>) -> Validation {
        let print = |cel: &Cel| Code(cel::print(cel, engine));
        Validation {
            expression: print(&self.met),
            message: self.message.clone(),
            message_expression: self.text.as_ref().map(print),
            reason,
        }
    }
}

/// The demands of a rule, and the variables they may use beside those that are given.
pub(super) fn of_rule(
    rule: &Rule,
    frame: &Frame,
    mut variables: Vec<Variable>,
) -> Result<(Vec<Demand>, Vec<Variable>), Vec<Blocked>> {
    let RuleBody::Validate(statements) = &rule.body;
    let checks = check::of(statements);
    let lists = Lists::of(&checks, frame, &variables).map_err(|reason| vec![reason])?;
    let frame = lists.frame(frame);
    variables.extend(lists.variables());
    let mut demands: Vec<Demand> = Vec::new();
    let mut blocked = Vec::new();
    for (index, check) in checks.iter().enumerate() {
        match of_check(&lists.rewritten(index, check), &frame) {
            Ok(demand) => {
                let known = |other: &Demand| other.met == demand.met;
                if !demands.iter().any(known) {
                    demands.push(demand);
                }
            }
            Err(reason) => blocked.push(reason),
        }
    }
    if !blocked.is_empty() {
        return Err(blocked);
    }
    // What is always met says nothing beside others.
    if demands.iter().any(|demand| demand.met != Cel::Bool(true)) {
        demands.retain(|demand| demand.met != Cel::Bool(true));
    }
    Ok((demands, variables))
}

fn of_check(check: &Check<'_>, frame: &Frame) -> Result<Demand, Blocked> {
    let violation = check.violation(check.around.len());
    let met = cel::fails(frame, &violation)?;
    let message = match check.message {
        Some(message) => words::of_message(message, &check.variables()),
        None => words::of_demand(check.demand),
    };
    let says_more = |message: &&Message| message.parts.iter().any(is_value);
    let text = check
        .message
        .filter(says_more)
        .and_then(|message| text(check, 0, message, frame).ok())
        .map(|text| typed(text, frame.engine));
    Ok(Demand {
        met,
        message: one_line(&message),
        text,
    })
}

/// Whether a part of a message is only known when a resource is judged.
pub(super) fn is_value(part: &MessagePart) -> bool {
    match part {
        MessagePart::Text(_) => false,
        MessagePart::Value(expr) => !matches!(expr.kind, ExprKind::Literal(_)),
    }
}

/// A text without line breaks, which the API server does not take.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.is_empty() {
        "the resource does not meet the demand".to_owned()
    } else {
        line
    }
}

/// What is said of the first element that violates the demand, from what stands around it at `level`
/// inwards.
fn text(check: &Check<'_>, level: usize, message: &Message, frame: &Frame) -> Result<Cel, Blocked> {
    match check.around.get(level) {
        None => cel::text(frame, message),
        Some(Around::If(..)) => text(check, level + 1, message, frame),
        Some(Around::ForEach { key, value, over }) => {
            let elements = cel::elements(frame, *key, *value, over)?;
            let inner = check.violation(check.around.len() - level - 1);
            let violates = cel::holds(&elements.frame, &inner)?;
            let said = text(check, level + 1, message, &elements.frame)?;
            Ok(elements.collected(violates, Some(said)).index(Cel::Int(0)))
        }
    }
}

/// A text of the type `string`, which is asked for: Kyverno does not see the type of what `orValue`
/// gives.
fn typed(text: Cel, engine: Engine) -> Cel {
    match engine {
        Engine::ApiServer => text,
        Engine::Kyverno | Engine::ClusterPolicy if is_string(&text) => text,
        Engine::Kyverno | Engine::ClusterPolicy => Cel::call("string", [text]),
    }
}

/// Whether a type checker sees that it is a string.
fn is_string(cel: &Cel) -> bool {
    match cel {
        Cel::Text(_) | Cel::Call("string", _) => true,
        Cel::Binary(_, left, _) => is_string(left),
        Cel::Ternary(_, then, otherwise) => is_string(then) && is_string(otherwise),
        Cel::Index(list, _) => {
            matches!(&**list, Cel::Macro(_, Macro::Map, _, bodies) if bodies.iter().all(is_string))
        }
        Cel::Null
        | Cel::EmptyMap
        | Cel::Bool(_)
        | Cel::Int(_)
        | Cel::Double(_)
        | Cel::Ident(_)
        | Cel::Select(..)
        | Cel::OptSelect(..)
        | Cel::OptIndex(..)
        | Cel::OptItem(_)
        | Cel::Call(..)
        | Cel::Method(..)
        | Cel::Macro(..)
        | Cel::Not(_)
        | Cel::And(_)
        | Cel::Or(_)
        | Cel::List(_) => false,
    }
}
