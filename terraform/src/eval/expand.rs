//! `count`, `for_each` and `dynamic` blocks.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic};

use super::instance::once;
use super::{Binding, Each, Evaluated, Evaluator, Fault, Instance, Known, MAX_INSTANCES, Scope};
use crate::syntax::tree::{Attribute, Block, Body, Expr, Kind, Name, Range};
use crate::value::{Reason, Type, Value, convert};

/// Which instance of a resource or module call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// It has neither `count` nor `for_each`.
    None,
    /// `count`: its index.
    Index(usize),
    /// `for_each`: its key.
    Name(Arc<str>),
    /// Nobody knows which instances there are; one stands for all.
    Unknown,
}

/// As it stands in an address: ``, `[0]`, `["a"]`, `[*]`.
impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => write!(f, "[{name:?}]"),
            Self::Unknown => f.write_str("[*]"),
        }
    }
}

/// Which instances there are.
#[derive(Debug)]
pub(crate) enum Expansion {
    Single,
    Count(usize),
    ForEach(Vec<(Arc<str>, Value)>),
    /// Nobody knows, and why; whether `for_each` says which.
    Unknown {
        reason: Reason,
        for_each: bool,
    },
}

impl Expansion {
    /// The instances with what `each` and `count` mean in them. An unknown number of instances is
    /// one with an unknown key.
    pub(crate) fn instances(&self) -> Vec<(InstanceKey, Each)> {
        match self {
            Self::Single => vec![(InstanceKey::None, Each::None)],
            Self::Count(count) => (0..*count)
                .map(|index| {
                    let value = Value::from(i64::try_from(index).unwrap_or(i64::MAX));
                    (InstanceKey::Index(index), Each::Count(value))
                })
                .collect(),
            Self::ForEach(entries) => entries
                .iter()
                .map(|(key, value)| {
                    let each = Each::Element(Value::string(Arc::clone(key)), value.clone());
                    (InstanceKey::Name(Arc::clone(key)), each)
                })
                .collect(),
            Self::Unknown { reason, for_each } => {
                let unknown = Value::Unknown(reason.clone());
                let each = if *for_each {
                    Each::Element(unknown.clone(), unknown)
                } else {
                    Each::Count(unknown)
                };
                vec![(InstanceKey::Unknown, each)]
            }
        }
    }

    /// What `each` and `count` mean in one instance.
    pub(crate) fn each(&self, key: &InstanceKey) -> Option<Each> {
        match (self, key) {
            (Self::Single, InstanceKey::None) => Some(Each::None),
            (Self::Count(count), InstanceKey::Index(index)) => (index < count)
                .then(|| Each::Count(Value::from(i64::try_from(*index).unwrap_or(i64::MAX)))),
            (Self::ForEach(entries), InstanceKey::Name(name)) => entries
                .iter()
                .find(|(key, _)| key == name)
                .map(|(key, value)| Each::Element(Value::string(Arc::clone(key)), value.clone())),
            _ => None,
        }
    }
}

/// A nested block that there is.
pub(crate) enum Nested<'a> {
    Block {
        kind: &'a Name,
        labels: &'a [Name],
        body: &'a Body,
        range: Range,
        scope: &'a Scope<'a>,
    },
    /// Nobody knows how many blocks a `dynamic` block makes.
    Unknown {
        kind: &'a Name,
        reason: Reason,
        range: Range,
    },
}

impl Evaluator<'_> {
    /// The instances of the block at `index` of a module.
    ///
    /// # Errors
    ///
    /// When it needs itself.
    pub(crate) fn expansion(
        &self,
        instance: &Instance,
        index: usize,
        range: Range,
        scope: &Scope<'_>,
    ) -> Result<Rc<Expansion>, Fault> {
        let cycle = || scope.cycle(range, "the number of instances");
        once(&instance.expansions, index, cycle, || {
            let Some(block) = instance.module.block(index) else {
                return Ok(Rc::new(Expansion::Single));
            };
            Ok(Rc::new(self.expand(instance, block)))
        })
    }

    fn expand(&self, instance: &Instance, block: &Block) -> Expansion {
        let count = block.body.attribute("count");
        let for_each = block.body.attribute("for_each");
        let (attribute, is_for_each) = match (count, for_each) {
            (None, None) => return Expansion::Single,
            (Some(count), None) => (count, false),
            (_, Some(for_each)) => (for_each, true),
        };
        let scope = Scope::of(instance, attribute.source);
        let range = attribute.value.range;
        let result = self.eval(&attribute.value, &scope).and_then(|value| {
            if is_for_each {
                for_each_of(&value, range, &scope)
            } else {
                count_of(&value, range, &scope)
            }
        });
        let reason = match result {
            Ok(Expansion::Unknown { reason, .. }) => reason,
            Ok(known) => return known,
            Err(fault) => self.reason(fault),
        };
        Expansion::Unknown {
            reason,
            for_each: is_for_each,
        }
    }

    /// Visits the nested blocks of a body, with those that `dynamic` blocks make.
    pub(crate) fn nested(&self, body: &Body, scope: &Scope<'_>, visit: &mut dyn FnMut(Nested<'_>)) {
        for block in &body.blocks {
            match (&*block.kind, block.labels.as_slice()) {
                ("dynamic", [kind]) => self.dynamic(block, kind, &scope.at(block.source), visit),
                _ => visit(Nested::Block {
                    kind: &block.kind,
                    labels: &block.labels,
                    body: &block.body,
                    range: block.range,
                    scope: &scope.at(block.source),
                }),
            }
        }
    }

    fn dynamic(
        &self,
        block: &Block,
        kind: &Name,
        scope: &Scope<'_>,
        visit: &mut dyn FnMut(Nested<'_>),
    ) {
        let content = block
            .body
            .blocks
            .iter()
            .find(|inner| &*inner.kind == "content");
        let (Some(for_each), Some(content)) = (block.body.attribute("for_each"), content) else {
            let span = block.header.of(block.source);
            let message = "a `dynamic` block takes `for_each` and `content`";
            self.say(Diagnostic::new(Code::E0726, span, message));
            return;
        };
        let iterator = block.body.attribute("iterator").and_then(name_of);
        let iterator = iterator.unwrap_or_else(|| Arc::clone(kind));
        let elements = self
            .eval(&for_each.value, scope)
            .and_then(|value| elements_of(&value, for_each.value.range, scope));
        let elements = match elements {
            Ok(elements) => elements,
            Err(fault) => Err(self.reason(fault)),
        };
        match elements {
            Err(reason) => visit(Nested::Unknown {
                kind,
                reason,
                range: block.range,
            }),
            Ok(elements) => {
                for (key, value) in elements {
                    let binding = Binding {
                        name: &iterator,
                        value: Value::object([
                            (Arc::from("key"), key),
                            (Arc::from("value"), value),
                        ]),
                        outer: scope.bindings,
                    };
                    visit(Nested::Block {
                        kind,
                        labels: &[],
                        body: &content.body,
                        range: content.range,
                        scope: &scope.with(&binding),
                    });
                }
            }
        }
    }
}

/// The name that an argument is: `iterator = rule`, `"rule"`.
fn name_of(attribute: &Attribute) -> Option<Name> {
    if let Kind::Variable(name) | Kind::Literal(Value::String(name)) = &attribute.value.kind {
        Some(Arc::clone(name))
    } else {
        None
    }
}

fn count_of(value: &Value, range: Range, scope: &Scope<'_>) -> Result<Expansion, Fault> {
    let number = convert(value, &Type::Number)
        .map_err(|error| scope.fault(range, format!("`count`: {error}")))?;
    if let Value::Unknown(reason) = number {
        return Ok(Expansion::Unknown {
            reason,
            for_each: false,
        });
    }
    let Value::Number(number) = number else {
        return Err(scope.fault(range, "`count` is null"));
    };
    let count = number
        .as_i64()
        .and_then(|count| usize::try_from(count).ok())
        .ok_or_else(|| scope.fault(range, "`count` is a whole number, not below 0"))?;
    if count > MAX_INSTANCES {
        let message = format!("`count` is more than {MAX_INSTANCES}");
        return Err(scope.limit(range, message));
    }
    Ok(Expansion::Count(count))
}

fn for_each_of(value: &Value, range: Range, scope: &Scope<'_>) -> Result<Expansion, Fault> {
    let unknown = |reason: &Reason| {
        Ok(Expansion::Unknown {
            reason: reason.clone(),
            for_each: true,
        })
    };
    let entries: Vec<(Arc<str>, Value)> = match value {
        Value::Unknown(reason) => return unknown(reason),
        Value::Map(entries) | Value::Object(entries) => {
            if let Some(reason) = entries.rest() {
                return unknown(reason);
            }
            entries
                .iter()
                .map(|(key, value)| (Arc::clone(key), value.clone()))
                .collect()
        }
        Value::Set(items) => {
            let mut entries = Vec::new();
            for item in items.iter() {
                if let Value::Unknown(reason) = item {
                    return unknown(reason);
                }
                let Value::String(key) = item else {
                    let message = "`for_each` takes a set of strings or a map";
                    return Err(scope.fault(range, message));
                };
                entries.push((Arc::clone(key), item.clone()));
            }
            entries
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::List(_)
        | Value::Tuple(_) => {
            let message = format!(
                "`for_each` takes a set of strings or a map, but this is a {}",
                value.type_name()
            );
            return Err(scope.fault(range, message));
        }
    };
    if entries.len() > MAX_INSTANCES {
        let message = format!("`for_each` has more than {MAX_INSTANCES} elements");
        return Err(scope.limit(range, message));
    }
    Ok(Expansion::ForEach(entries))
}

/// The keys and values to go through, or why nobody knows them.
pub(super) type Elements = Known<Vec<(Value, Value)>>;

/// What a `for` expression or a `dynamic` block goes through.
///
/// # Errors
///
/// When it is no collection.
pub(super) fn elements_of(
    value: &Value,
    range: Range,
    scope: &Scope<'_>,
) -> Result<Elements, Fault> {
    Ok(Ok(match value {
        Value::Unknown(reason) => return Ok(Err(reason.clone())),
        Value::List(items) | Value::Tuple(items) => (0_i64..)
            .zip(items.iter())
            .map(|(index, item)| (Value::from(index), item.clone()))
            .collect(),
        Value::Set(items) => items
            .iter()
            .map(|item| (item.clone(), item.clone()))
            .collect(),
        Value::Map(entries) | Value::Object(entries) => {
            if let Some(reason) = entries.rest() {
                return Ok(Err(reason.clone()));
            }
            entries
                .iter()
                .map(|(key, value)| (Value::string(Arc::clone(key)), value.clone()))
                .collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let message = format!(
                "a collection is required to go through, but this is {}",
                match value.type_name() {
                    "null" => "null".to_owned(),
                    name => format!("a {name}"),
                }
            );
            return Err(scope.fault(range, message));
        }
    }))
}

impl Evaluator<'_> {
    /// Evaluates what stands in a module itself; a fault is said and gives an unknown value.
    pub(crate) fn value(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        let evaluated: Evaluated = self.eval(expr, scope);
        evaluated.unwrap_or_else(|fault| self.recover(fault))
    }
}
