//! One rule of a policy as rules of Kyverno.

use policyc_ir::{
    Condition as IrCondition, ConditionKind, JOB_TEMPLATE, Operation, Rule, RuleBody, TEMPLATE,
};
use serde_json::Value as Json;

use super::document::{
    Body, CelBody, Code, Condition, Conditions, Deny, Key, Rule as Document, Text, Validate,
};
use super::jmespath::Jp;
use super::lower::{Blocked, Env, Focus};
use super::scope::Family;
use super::{foreach, message, names, pattern, scope};
use crate::backend::admission::{self, Judged};
use crate::backend::cel::Engine;
use crate::backend::check::{self, Check};
use crate::backend::selected::{concerns, has_templates};
use crate::backend::{Action, EmitOptions};

/// The rules of Kyverno that say the rule, or what is in the way.
pub(super) fn emit(
    rule: &Rule,
    autogen: bool,
    names: &mut names::Names,
    options: &EmitOptions,
) -> Result<Vec<Document>, Vec<Blocked>> {
    let templates = has_templates(rule);
    scope::check_focus(rule.scope.objects().0).map_err(|blocked| vec![blocked])?;
    let mut families = vec![(
        Family::Named,
        if autogen && templates {
            Focus::Autogen
        } else {
            Focus::Whole
        },
        "",
    )];
    if templates && !autogen {
        families.extend([
            (
                Family::Workloads(TEMPLATE),
                Focus::Template(TEMPLATE),
                "-controllers",
            ),
            (
                Family::Workloads(JOB_TEMPLATE),
                Focus::Template(JOB_TEMPLATE),
                "-cronjob",
            ),
        ]);
    }
    let mut documents = Vec::new();
    let mut blocked = Vec::new();
    let base = names.of(&rule.name, templates);
    for (family, focus, suffix) in families {
        let name = names.unique(format!("{base}{suffix}"));
        match of_family(rule, family, focus, name, options) {
            Ok(document) => documents.extend(document),
            Err(reasons) => {
                for reason in reasons {
                    if !blocked.contains(&reason) {
                        blocked.push(reason);
                    }
                }
            }
        }
    }
    if blocked.is_empty() {
        Ok(documents)
    } else {
        Err(blocked)
    }
}

fn of_family(
    rule: &Rule,
    family: Family,
    focus: Focus,
    name: String,
    options: &EmitOptions,
) -> Result<Option<Document>, Vec<Blocked>> {
    let mut blocked = Vec::new();
    let (matches, excludes) = rule.scope.objects();
    let matched = scope::matches(matches, family).unwrap_or_else(|reason| {
        blocked.push(reason);
        None
    });
    let excluded = scope::excludes(excludes, family).unwrap_or_else(|reason| {
        blocked.push(reason);
        None
    });
    let env = Env::top(focus);
    let mut preconditions = preconditions(&rule.preconditions, &env);
    let RuleBody::Validate(statements) = &rule.body;
    let checks = check::of(statements);
    let mut cel_preconditions = Vec::new();
    let mut body = match pattern::of(rule, &checks, focus) {
        Some(pattern) => {
            let mut messages: Vec<_> = checks.iter().map(message_of).collect();
            messages.dedup();
            Ok((Some(Text(messages.join(", and "))), Body::Pattern(pattern)))
        }
        None => validation(&checks, &env, concerns(rule, Operation::Delete)),
    };
    if (body.is_err() || preconditions.is_err())
        && let Some(judged) = in_cel(rule, focus)
    {
        cel_preconditions = judged.conditions;
        preconditions = Ok(None);
        body = Ok((
            None,
            Body::Cel(CelBody {
                variables: judged.variables,
                expressions: judged.validations,
            }),
        ));
    }
    let preconditions = preconditions.unwrap_or_else(|reasons| {
        blocked.extend(reasons);
        None
    });
    match (matched, body) {
        (Some(matches), Ok((message, body))) if blocked.is_empty() => Ok(Some(Document {
            name,
            matches,
            exclude: excluded,
            preconditions,
            cel_preconditions,
            validate: Validate {
                failure_action: match options.action {
                    Action::Audit | Action::Warn => "Audit",
                    Action::Enforce => "Enforce",
                },
                allow_existing_violations: tolerance(rule, options.action),
                message,
                body,
            },
        })),
        (_, body) => {
            blocked.extend(body.err().unwrap_or_default());
            if blocked.is_empty() {
                Ok(None)
            } else {
                Err(blocked)
            }
        }
    }
}

/// The rule in CEL, for what JMESPath cannot say. Not with autogen, which rewrites expressions by their
/// spelling.
fn in_cel(rule: &Rule, focus: Focus) -> Option<Judged> {
    let template = match focus {
        Focus::Autogen => return None,
        Focus::Whole => None,
        Focus::Template(path) => Some(path),
    };
    let mut judged = admission::judged(rule, Engine::ClusterPolicy, template).ok()?;
    for validation in &mut judged.validations {
        validation.message = message::escape(&validation.message);
    }
    Some(judged)
}

/// By default Kyverno lets an update pass when the resource violated the rule already. The rule
/// says nothing of that.
fn tolerance(rule: &Rule, action: Action) -> Option<bool> {
    let updates = concerns(rule, Operation::Update);
    (action == Action::Enforce && updates).then_some(false)
}

fn preconditions(
    conditions: &[IrCondition],
    env: &Env,
) -> Result<Option<Conditions>, Vec<Blocked>> {
    let mut lowered = Vec::new();
    let mut blocked = Vec::new();
    for (part, wanted) in conditions
        .iter()
        .flat_map(|condition| conjuncts(condition, true))
    {
        match part_holds(env, part, wanted) {
            Ok(jp) => lowered.push(jp),
            Err(reason) => blocked.push(reason),
        }
    }
    if !blocked.is_empty() {
        return Err(blocked);
    }
    lowered.retain(|jp| *jp != Jp::bool(true));
    let all: Vec<_> = lowered.iter().map(|jp| condition(jp, None)).collect();
    Ok((!all.is_empty()).then_some(Conditions::All(all)))
}

/// The message and the body of `validate`.
fn validation(
    checks: &[Check<'_>],
    env: &Env,
    deletes: bool,
) -> Result<(Option<Text>, Body), Vec<Blocked>> {
    let mut violations = Vec::new();
    let mut blocked = Vec::new();
    for check in checks {
        match violation(check, env) {
            Ok(jp) => violations.push((jp, message_of(check))),
            Err(reason) => blocked.push(reason),
        }
    }
    if !blocked.is_empty() {
        if blocked.iter().all(|reason| reason.outer) {
            return foreach::body(checks, env, deletes);
        }
        return Err(blocked);
    }
    let (message, conditions) = deny(violations);
    Ok((message, Body::Deny(Deny { conditions })))
}

/// What the author put together with `and` stays apart: it becomes conditions of its own where it
/// is all there is.
fn violation(check: &Check<'_>, env: &Env) -> Result<Vec<Jp>, Blocked> {
    let violation = check.violation(check.around.len());
    let parts = conjuncts(&violation, true);
    parts
        .into_iter()
        .map(|(part, wanted)| part_holds(env, part, wanted))
        .collect()
}

fn part_holds(env: &Env, part: &IrCondition, wanted: bool) -> Result<Jp, Blocked> {
    if wanted {
        env.holds(part)
    } else {
        env.violated(part)
    }
}

/// The parts of a condition that all must hold, or not hold where the flag is false.
fn conjuncts(condition: &IrCondition, wanted: bool) -> Vec<(&IrCondition, bool)> {
    match &condition.kind {
        ConditionKind::Not(inner) => conjuncts(inner, !wanted),
        ConditionKind::All(inner) if wanted => inner
            .iter()
            .flat_map(|inner| conjuncts(inner, true))
            .collect(),
        ConditionKind::Any(inner) if !wanted => inner
            .iter()
            .flat_map(|inner| conjuncts(inner, false))
            .collect(),
        ConditionKind::Constant(_)
        | ConditionKind::All(_)
        | ConditionKind::Any(_)
        | ConditionKind::Exists(_)
        | ConditionKind::Compare { .. }
        | ConditionKind::Text { .. }
        | ConditionKind::Regex { .. }
        | ConditionKind::Member { .. }
        | ConditionKind::WithinCidr { .. }
        | ConditionKind::Quantified { .. } => vec![(condition, wanted)],
    }
}

/// What a finding says of a demand.
pub(super) fn message_of(check: &Check<'_>) -> String {
    match check.message {
        Some(message) => message::text(message, &check.variables()),
        None => message::of_demand(check.demand),
    }
}

/// Conditions of which one is a violation. One message for all stands before them, else each has
/// its own.
pub(super) fn deny(violations: Vec<(Vec<Jp>, String)>) -> (Option<Text>, Conditions) {
    let mut violations: Vec<(Vec<Jp>, String)> = violations
        .into_iter()
        .filter(|(parts, _)| !parts.contains(&Jp::bool(false)))
        .collect();
    violations.dedup();
    if let [(parts, message)] = violations.as_slice() {
        let mut parts: Vec<&Jp> = parts.iter().collect();
        parts.dedup();
        let all = parts.into_iter().map(|part| condition(part, None));
        return (Some(Text(message.clone())), Conditions::All(all.collect()));
    }
    let Some((_, first)) = violations.first().cloned() else {
        let never = condition(&Jp::bool(false), None);
        return (None, Conditions::All(vec![never]));
    };
    let shared = violations.iter().all(|(_, message)| *message == first);
    let any = violations.into_iter().map(|(parts, message)| {
        let message = (!shared).then_some(Text(message));
        condition(&Jp::and(parts), message)
    });
    (
        shared.then_some(Text(first)),
        Conditions::Any(any.collect()),
    )
}

/// A condition that is true exactly when the expression is.
pub(super) fn condition(jp: &Jp, message: Option<Text>) -> Condition {
    let (list, operator) = if let Jp::NonEmpty(list) = jp {
        (Some(list), "GreaterThan")
    } else if let Jp::Not(inner) = jp
        && let Jp::NonEmpty(list) = &**inner
    {
        (Some(list), "Equals")
    } else {
        (None, "Equals")
    };
    let (jp, value) = match list {
        Some(list) => (&Jp::Count(list.clone()), Json::from(0)),
        None => (jp, Json::from(true)),
    };
    let key = if let Jp::Literal(Json::Bool(value)) = jp {
        Key::Constant(*value)
    } else {
        Key::Variable(Code(format!("{{{{ {} }}}}", jp.print())))
    };
    Condition {
        key,
        operator,
        value,
        message,
    }
}
