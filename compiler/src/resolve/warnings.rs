//! What a rule says and its author probably did not mean.
//!
//! A comparison with an absent value is false, so `require x < 5` also demands that `x` is there.
//! The warning is left out where the rule shows that its author thought of it: where `exists x`, or
//! anything else that cannot hold without `x`, has been demanded before.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::CompareOp;

use super::Resolver;
use super::hir::{
    Condition, ConditionKind, Expr, Path, Quantifier, Rule, Segment, Statement, StatementKind,
};

/// Paths that are known to lead to something.
type Known = BTreeSet<String>;

/// Most paths that are kept in mind.
const MAX_KNOWN: usize = 1_000;

impl Resolver<'_> {
    pub(super) fn warn_about(&mut self, rule: &Rule) {
        let mut known = Known::new();
        for precondition in &rule.preconditions {
            self.warn_constants(&precondition.condition);
            learn(&precondition.condition, !precondition.unless, &mut known);
        }
        self.warn_statements(&rule.statements, known);
    }

    fn warn_statements(&mut self, statements: &[Statement], mut known: Known) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Demand {
                    deny,
                    condition,
                    message: _,
                } => {
                    self.warn_constants(condition);
                    if !*deny {
                        self.warn_absence(condition, &known);
                    }
                    learn(condition, !*deny, &mut known);
                }
                StatementKind::For {
                    bindings: _,
                    over: _,
                    body,
                } => self.warn_statements(body, known.clone()),
                StatementKind::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    self.warn_constants(condition);
                    for (branch, holds) in [(then, true), (otherwise, false)] {
                        let mut known = known.clone();
                        learn(condition, holds, &mut known);
                        self.warn_statements(branch, known);
                    }
                }
            }
        }
    }

    /// Names comparisons whose outcome no resource changes.
    fn warn_constants(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::Constant {
                holds,
                named: false,
            } => {
                let always = if *holds { "true" } else { "false" };
                let message = format!("this is always {always}");
                self.report(Diagnostic::new(Code::W0301, condition.span, message));
            }
            ConditionKind::Constant { named: true, .. }
            | ConditionKind::OneOf(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Absent(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::Within { .. } => {}
            ConditionKind::Not(inner) => self.warn_constants(inner),
            ConditionKind::And(parts) | ConditionKind::Or(parts) => {
                for part in parts {
                    self.warn_constants(part);
                }
            }
            ConditionKind::Quantified { body, .. } => self.warn_constants(body),
        }
    }

    /// Names comparisons that an absent value makes false, where that makes the rule fail.
    fn warn_absence(&mut self, condition: &Condition, known: &Known) {
        match &condition.kind {
            ConditionKind::And(parts) => {
                let mut known = known.clone();
                // `exists x` counts wherever it stands, other conditions for those after them.
                for part in parts {
                    if let ConditionKind::Exists(_) = part.kind {
                        learn(part, true, &mut known);
                    }
                }
                for part in parts {
                    self.warn_absence(part, &known);
                    learn(part, true, &mut known);
                }
            }
            ConditionKind::Quantified {
                word: Quantifier::All,
                body,
                ..
            } => self.warn_absence(body, known),
            ConditionKind::Compare {
                op:
                    CompareOp::Less
                    | CompareOp::LessOrEqual
                    | CompareOp::Greater
                    | CompareOp::GreaterOrEqual,
                left,
                right,
                ..
            } => {
                for side in [left, right] {
                    if is_missing(side, known) {
                        self.absence_decides(condition.span, side);
                    }
                }
            }
            // What negates or offers an alternative has an answer for what is absent.
            ConditionKind::Compare { .. }
            | ConditionKind::Quantified { .. }
            | ConditionKind::Not(_)
            | ConditionKind::Or(_)
            | ConditionKind::OneOf(_)
            | ConditionKind::Constant { .. }
            | ConditionKind::Exists(_)
            | ConditionKind::Absent(_)
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::Within { .. } => {}
        }
    }

    fn absence_decides(&mut self, whole: Span, side: &Expr) {
        let text = self.text(side.span).to_owned();
        let all = self.text(whole).to_owned();
        let message = format!("this also fails where `{text}` is absent");
        self.report(
            Diagnostic::new(Code::W0302, whole, message)
                .label(format!("`{text}` is optional"))
                .help(format!(
                    "if that is meant, say so: `require exists {text}` before it"
                ))
                .help(format!("if not: `absent {text} or {all}`")),
        );
    }
}

/// Whether a value is an optional path that is not known to lead to something.
fn is_missing(side: &Expr, known: &Known) -> bool {
    let key = side.path().filter(|_| side.optional).and_then(key);
    key.is_some_and(|key| !known.contains(&key))
}

/// Adds what must be there when a condition holds, or when it does not.
fn learn(condition: &Condition, holds: bool, known: &mut Known) {
    if known.len() > MAX_KNOWN {
        return;
    }
    match (&condition.kind, holds) {
        (ConditionKind::Not(inner), holds) => learn(inner, !holds, known),
        (ConditionKind::And(parts), true) | (ConditionKind::Or(parts), false) => {
            for part in parts {
                learn(part, holds, known);
            }
        }
        (ConditionKind::Or(parts) | ConditionKind::OneOf(parts), true)
        | (ConditionKind::And(parts), false) => {
            let mut each = parts.iter().map(|part| {
                let mut known = Known::new();
                learn(part, holds, &mut known);
                known
            });
            let Some(mut common) = each.next() else {
                return;
            };
            for other in each {
                common.retain(|key| other.contains(key));
            }
            known.extend(common);
        }
        (ConditionKind::Exists(value), true) | (ConditionKind::Absent(value), false) => {
            learn_path(value, known);
        }
        (
            ConditionKind::Compare { left, right, .. }
            | ConditionKind::Text {
                subject: left,
                pattern: right,
                ..
            }
            | ConditionKind::Member {
                element: left,
                list: right,
                ..
            }
            | ConditionKind::Within {
                address: left,
                block: right,
            },
            true,
        ) => {
            learn_path(left, known);
            learn_path(right, known);
        }
        (ConditionKind::Regex { subject, .. }, true) => learn_path(subject, known),
        (
            ConditionKind::Constant { .. }
            | ConditionKind::OneOf(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Absent(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::Within { .. }
            | ConditionKind::Quantified { .. },
            _,
        ) => {}
    }
}

/// A path that leads to something, and every step of it.
fn learn_path(value: &Expr, known: &mut Known) {
    let Some(path) = value.path() else {
        return;
    };
    for length in 0..=path.segments.len() {
        let prefix = Path {
            root: path.root,
            segments: path.segments.iter().take(length).cloned().collect(),
            read_from: None,
        };
        known.extend(key(&prefix));
    }
}

/// A text that is the same for the same path.
fn key(path: &Path) -> Option<String> {
    let mut text = format!("{:?}", path.root);
    for segment in &path.segments {
        match segment {
            Segment::Field(name) => write!(text, ".{name:?}"),
            Segment::Index(at) => write!(text, "[{at}]"),
            Segment::Single => write!(text, "[only]"),
            Segment::Key(expr) => write!(text, "[{}]", key(expr.path()?)?),
        }
        .ok()?;
    }
    Some(text)
}
