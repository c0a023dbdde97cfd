//! What a rule or a resource may be made smaller to, by one step. Not every step gives a rule that
//! compiles.

use serde_json::Value as Json;

use super::rule::{Clause, Condition, Part, Rule, Statement, Step, Value};

/// Rules that are smaller by one step.
#[must_use]
pub(super) fn rules(rule: &Rule) -> Vec<Rule> {
    let mut found = Vec::new();
    let mut with = |change: &dyn Fn(&mut Rule)| {
        let mut changed = rule.clone();
        change(&mut changed);
        found.push(changed);
    };
    for matches in lists(&rule.matches, clauses) {
        if !matches.is_empty() {
            with(&|rule| rule.matches.clone_from(&matches));
        }
    }
    for excludes in lists(&rule.excludes, clauses) {
        with(&|rule| rule.excludes.clone_from(&excludes));
    }
    let preconditions = lists(&rule.conditions, |one| {
        conditions(&one.condition)
            .into_iter()
            .map(|condition| super::rule::Precondition {
                unless: one.unless,
                condition,
            })
            .collect()
    });
    for conditions in preconditions {
        with(&|rule| rule.conditions.clone_from(&conditions));
    }
    for body in bodies(&rule.body) {
        if !body.is_empty() {
            with(&|rule| rule.body.clone_from(&body));
        }
    }
    found
}

/// Lists with one element fewer, or with one element made smaller.
fn lists<T: Clone>(all: &[T], smaller: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut found = Vec::new();
    for (at, one) in all.iter().enumerate() {
        let mut fewer = all.to_vec();
        fewer.remove(at);
        found.push(fewer);
        for other in smaller(one) {
            let mut changed = all.to_vec();
            if let Some(place) = changed.get_mut(at) {
                *place = other;
            }
            found.push(changed);
        }
    }
    found
}

fn clauses(clause: &Clause) -> Vec<Clause> {
    let mut found = Vec::new();
    if clause.exactly {
        found.push(Clause {
            exactly: false,
            ..clause.clone()
        });
    }
    let bare = |kind: &String| {
        let last = kind.rsplit('/').next().unwrap_or(kind);
        if last == kind {
            Vec::new()
        } else {
            vec![last.to_owned()]
        }
    };
    for kinds in lists(&clause.kinds, bare) {
        found.push(Clause {
            kinds,
            ..clause.clone()
        });
    }
    let parts_of = |part: &Part| {
        let one = |values: &[String], make: &dyn Fn(Vec<String>) -> Part| {
            let fewer = lists(values, |text| texts(text));
            fewer.into_iter().map(make).collect::<Vec<Part>>()
        };
        match part {
            Part::Named(names) => one(names, &Part::Named),
            Part::Namespace(names) => one(names, &Part::Namespace),
            Part::Label(key, values) => one(values, &|values| Part::Label(key.clone(), values)),
            Part::Annotation(key, values) => {
                one(values, &|values| Part::Annotation(key.clone(), values))
            }
            Part::NamespaceLabel(key, values) => {
                one(values, &|values| Part::NamespaceLabel(key.clone(), values))
            }
            Part::On(operations) => lists(operations, |_| Vec::new())
                .into_iter()
                .filter(|operations| !operations.is_empty())
                .map(Part::On)
                .collect(),
        }
    };
    for parts in lists(&clause.parts, parts_of) {
        let empty = |part: &Part| match part {
            Part::Named(values) | Part::Namespace(values) => values.is_empty(),
            Part::Label(..) | Part::Annotation(..) | Part::NamespaceLabel(..) | Part::On(_) => {
                false
            }
        };
        if !parts.iter().any(empty) {
            found.push(Clause {
                parts,
                ..clause.clone()
            });
        }
    }
    found
}

fn bodies(body: &[Statement]) -> Vec<Vec<Statement>> {
    let mut found = Vec::new();
    // What stands in a block, in place of the block.
    for (at, statement) in body.iter().enumerate() {
        let inner: Vec<&Vec<Statement>> = match statement {
            Statement::For { body, .. } => vec![body],
            Statement::If {
                then, otherwise, ..
            } => vec![then, otherwise],
            Statement::Demand { .. } | Statement::LetValue(..) | Statement::LetCondition(..) => {
                Vec::new()
            }
        };
        for inner in inner {
            let mut flat = body.to_vec();
            flat.splice(at..=at, inner.iter().cloned());
            found.push(flat);
        }
    }
    found.extend(lists(body, statements));
    found
}

fn statements(statement: &Statement) -> Vec<Statement> {
    match statement {
        Statement::Demand {
            deny,
            condition,
            message,
        } => {
            let mut found = Vec::new();
            if message.is_some() {
                found.push(Statement::Demand {
                    deny: *deny,
                    condition: condition.clone(),
                    message: None,
                });
            }
            found.extend(
                conditions(condition)
                    .into_iter()
                    .map(|condition| Statement::Demand {
                        deny: *deny,
                        condition,
                        message: message.clone(),
                    }),
            );
            found
        }
        Statement::For { names, over, body } => {
            let mut found: Vec<Statement> = bodies(body)
                .into_iter()
                .map(|body| Statement::For {
                    names: names.clone(),
                    over: over.clone(),
                    body,
                })
                .collect();
            found.extend(
                lists(over, values)
                    .into_iter()
                    .filter(|over| !over.is_empty())
                    .map(|over| Statement::For {
                        names: names.clone(),
                        over,
                        body: body.clone(),
                    }),
            );
            found
        }
        Statement::If {
            condition,
            then,
            otherwise,
        } => {
            let make = |condition: &Condition, then: &[Statement], otherwise: &[Statement]| {
                Statement::If {
                    condition: condition.clone(),
                    then: then.to_vec(),
                    otherwise: otherwise.to_vec(),
                }
            };
            let mut found = Vec::new();
            for smaller in conditions(condition) {
                found.push(make(&smaller, then, otherwise));
            }
            for smaller in bodies(then) {
                found.push(make(condition, &smaller, otherwise));
            }
            for smaller in bodies(otherwise) {
                found.push(make(condition, then, &smaller));
            }
            found
        }
        Statement::LetValue(name, value) => values(value)
            .into_iter()
            .map(|value| Statement::LetValue(name.clone(), value))
            .collect(),
        Statement::LetCondition(name, condition) => conditions(condition)
            .into_iter()
            .map(|condition| Statement::LetCondition(name.clone(), condition))
            .collect(),
    }
}

fn conditions(condition: &Condition) -> Vec<Condition> {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => {
            let all = matches!(condition, Condition::And(_));
            let mut found = parts.clone();
            for parts in lists(parts, conditions) {
                if parts.len() > 1 {
                    found.push(if all {
                        Condition::And(parts)
                    } else {
                        Condition::Or(parts)
                    });
                }
            }
            found
        }
        Condition::Not(inner) => {
            let mut found = vec![(**inner).clone()];
            found.extend(
                conditions(inner)
                    .into_iter()
                    .map(|inner| Condition::Not(Box::new(inner))),
            );
            found
        }
        Condition::Test {
            operator,
            left,
            right,
        } => {
            let test = |left: &Value, right: &Value| Condition::Test {
                operator,
                left: left.clone(),
                right: right.clone(),
            };
            let mut found: Vec<Condition> = values(left)
                .iter()
                .map(|smaller| test(smaller, right))
                .collect();
            found.extend(values(right).iter().map(|smaller| test(left, smaller)));
            found
        }
        Condition::Exists(value) => values(value).into_iter().map(Condition::Exists).collect(),
        Condition::Absent(value) => values(value).into_iter().map(Condition::Absent).collect(),
        Condition::Quantified {
            word,
            names,
            over,
            body,
        } => {
            let make = |over: Vec<Value>, body: Condition| Condition::Quantified {
                word,
                names: names.clone(),
                over,
                body: Box::new(body),
            };
            let mut found = vec![(**body).clone()];
            for smaller in conditions(body) {
                found.push(make(over.clone(), smaller));
            }
            for smaller in lists(over, values) {
                if !smaller.is_empty() {
                    found.push(make(smaller, (**body).clone()));
                }
            }
            found
        }
        Condition::Named(_) => Vec::new(),
    }
}

fn values(value: &Value) -> Vec<Value> {
    match value {
        Value::Path { head, steps } => steps
            .iter()
            .enumerate()
            .flat_map(|(at, step)| match step {
                Step::Keys(names) => names
                    .iter()
                    .map(|name| {
                        let mut steps = steps.clone();
                        if let Some(step) = steps.get_mut(at) {
                            *step = Step::Key(name.clone());
                        }
                        Value::Path {
                            head: head.clone(),
                            steps,
                        }
                    })
                    .collect(),
                Step::Key(_) | Step::Index(_) | Step::Named(_) => Vec::new(),
            })
            .collect(),
        Value::Text(text) => texts(text).into_iter().map(Value::Text).collect(),
        Value::Literal(literal) => ["0", "1"]
            .iter()
            .filter(|shorter| shorter.len() < literal.len())
            .map(|shorter| Value::Literal((*shorter).to_owned()))
            .collect(),
        Value::List(elements) => lists(elements, values)
            .into_iter()
            .filter(|elements| !elements.is_empty())
            .map(Value::List)
            .collect(),
        Value::Call(name, arguments) => {
            let mut found: Vec<Value> = arguments.first().cloned().into_iter().collect();
            for smaller in lists(arguments, values) {
                if smaller.len() == arguments.len() {
                    found.push(Value::Call(name, smaller));
                }
            }
            found
        }
        Value::Binary {
            operator,
            left,
            right,
        } => {
            let mut found = vec![(**left).clone(), (**right).clone()];
            for smaller in values(left) {
                found.push(Value::Binary {
                    operator,
                    left: Box::new(smaller),
                    right: right.clone(),
                });
            }
            found
        }
        Value::Filter { name, over, body } => {
            let mut found = vec![(**over).clone()];
            for smaller in conditions(body) {
                found.push(Value::Filter {
                    name: name.clone(),
                    over: over.clone(),
                    body: Box::new(smaller),
                });
            }
            found
        }
        Value::Map { over, .. } => vec![(**over).clone()],
        Value::Metadata(..) => Vec::new(),
    }
}

/// Shorter texts: without its first or last half, without one character.
fn texts(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let half = chars.len() / 2;
    let mut found = Vec::new();
    if half > 1 {
        found.push(chars.iter().take(half).collect());
        found.push(chars.iter().skip(half).collect());
    }
    for at in 0..chars.len() {
        let fewer = chars.iter().enumerate().filter(|(index, _)| *index != at);
        found.push(fewer.map(|(_, char)| char).collect());
    }
    found
}

/// Resources with one part fewer. What makes it a resource stays.
#[must_use]
pub(super) fn resources(resource: &Json) -> Vec<Json> {
    let mut found = Vec::new();
    if let Json::Object(fields) = resource {
        for (name, value) in fields {
            if matches!(name.as_str(), "apiVersion" | "kind") {
                continue;
            }
            if name != "metadata" {
                let mut fewer = fields.clone();
                fewer.shift_remove(name);
                found.push(Json::Object(fewer));
            }
            for smaller in parts(value) {
                let named = smaller.get("name").is_some();
                if name == "metadata" && !named {
                    continue;
                }
                let mut changed = fields.clone();
                changed.insert(name.clone(), smaller);
                found.push(Json::Object(changed));
            }
        }
    }
    found
}

fn parts(value: &Json) -> Vec<Json> {
    let mut found = Vec::new();
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let mut fewer = fields.clone();
                fewer.shift_remove(name);
                found.push(Json::Object(fewer));
                for smaller in parts(value) {
                    let mut changed = fields.clone();
                    changed.insert(name.clone(), smaller);
                    found.push(Json::Object(changed));
                }
            }
        }
        Json::Array(elements) => {
            found.extend(lists(elements, parts).into_iter().map(Json::Array));
        }
        Json::String(text) => {
            let shorter: Vec<char> = text.chars().collect();
            let half = shorter.len() / 2;
            if half > 0 {
                found.push(Json::String(shorter.iter().take(half).collect()));
                found.push(Json::String(shorter.iter().skip(half).collect()));
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
    found
}
