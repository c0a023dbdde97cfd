//! Expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use policyc_diagnostics::Code;

use super::expand::elements_of;
use super::{Binding, Evaluated, Evaluator, Fault, Known, Scope};
use crate::functions::{self, FunctionContext, FunctionError};
use crate::syntax::tree::{Call, Expr, For, Item, Key, Kind, Name, Range, Step};
use crate::value::{Type, Value, convert, unify};

/// How many values are gone through in one step.
const WALKED: u32 = 16;

impl Evaluator<'_> {
    /// The value of an expression.
    ///
    /// # Errors
    ///
    /// When Terraform would stop there.
    pub(crate) fn eval(&self, expr: &Expr, scope: &Scope<'_>) -> Evaluated {
        let range = expr.range;
        if let Kind::Literal(value) = &expr.kind {
            return Ok(value.clone());
        }
        if let Kind::Variable(name) = &expr.kind
            && let Some(value) = scope.lookup(name)
        {
            return Ok(value.clone());
        }
        self.charge(1, scope, range)?;
        self.deeper(scope, range, || match &expr.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::Template(parts) => self.template(parts, range, scope),
            Kind::Tuple(items) => {
                let items = items.iter().map(|item| self.eval(item, scope));
                self.made(Value::tuple(items.collect::<Result<_, _>>()?), range, scope)
            }
            Kind::Object(items) => self.object(items, range, scope),
            Kind::Variable(name) => self.reference(name, &[], range, scope),
            Kind::Get(get) => {
                let (of, steps) = &**get;
                if let Kind::Variable(name) = &of.kind {
                    self.reference(name, steps, range, scope)
                } else {
                    self.steps(self.eval(of, scope)?, steps, range, scope)
                }
            }
            Kind::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                self.conditional(condition, yes, no, scope)
            }
            Kind::Call(call) => self.call(call, range, scope),
            Kind::Not(of) => self.not(of, scope),
            Kind::Negate(of) => self.negate(of, scope),
            Kind::Binary(operation) => {
                let (operator, left, right) = &**operation;
                self.binary(*operator, left, right, range, scope)
            }
            Kind::For(expression) => self.for_expr(expression, range, scope),
        })
    }

    /// Counts the weight of something new.
    pub(super) fn made(&self, value: Value, range: Range, scope: &Scope<'_>) -> Evaluated {
        self.charge(value.weight(), scope, range)?;
        Ok(value)
    }

    /// Counts that something goes through all of a value, which is faster than to make one.
    pub(super) fn walked(
        &self,
        value: &Value,
        range: Range,
        scope: &Scope<'_>,
    ) -> Result<(), Fault> {
        self.charge(value.count() / WALKED, scope, range)
    }

    fn object(&self, items: &[Item], range: Range, scope: &Scope<'_>) -> Evaluated {
        let mut object = BTreeMap::new();
        let mut unknown = None;
        for item in items {
            let value = self.eval(&item.value, scope)?;
            match self.key(&item.key, scope)? {
                Ok(key) => {
                    object.insert(key, value);
                }
                Err(reason) => unknown = Some(reason),
            }
        }
        match unknown {
            Some(reason) => Ok(Value::Unknown(reason)),
            None => self.made(Value::object(object), range, scope),
        }
    }

    /// The key of an entry, or why nobody knows it.
    pub(crate) fn key(&self, key: &Key, scope: &Scope<'_>) -> Result<Known<Name>, Fault> {
        match key {
            Key::Name(name) => Ok(Ok(Arc::clone(name))),
            Key::Computed(expr) => {
                let value = self.eval(expr, scope)?;
                self.key_of(value, expr.range, scope)
            }
        }
    }

    pub(super) fn key_of(
        &self,
        value: Value,
        range: Range,
        scope: &Scope<'_>,
    ) -> Result<Known<Name>, Fault> {
        match convert(&value, &Type::String) {
            Ok(Value::String(key)) => Ok(Ok(key)),
            Ok(Value::Unknown(reason)) => Ok(Err(reason)),
            Ok(_) => Err(scope.fault(range, "a key is null")),
            Err(error) => Err(scope.fault(range, format!("a key: {error}"))),
        }
    }

    fn conditional(&self, condition: &Expr, yes: &Expr, no: &Expr, scope: &Scope<'_>) -> Evaluated {
        let chosen = match self.truth(condition, scope)? {
            Ok(chosen) => chosen,
            Err(reason) => {
                let reason = if self.may_be_null(yes, scope)? || self.may_be_null(no, scope)? {
                    reason.or_null()
                } else {
                    reason.of_result()
                };
                return Ok(Value::Unknown(reason));
            }
        };
        let (chosen, other) = if chosen { (yes, no) } else { (no, yes) };
        let value = self.eval(chosen, scope)?;
        // The type is the one that both results convert to. What is wrong with the other one does
        // not matter.
        let other_type = if let Kind::Literal(other) = &other.kind {
            Type::of(other)
        } else {
            match self.eval(other, scope) {
                Ok(other) => {
                    self.walked(&other, condition.range, scope)?;
                    Type::of(&other)
                }
                Err(fault) if fault.code() == Code::E0723 => return Err(fault),
                Err(_) => Type::Any,
            }
        };
        if other_type == Type::Any {
            return Ok(value);
        }
        self.walked(&value, condition.range, scope)?;
        let of = Type::of(&value);
        if of == other_type {
            return Ok(value);
        }
        let fault = |reason: String| scope.fault(condition.range, reason);
        let unified = unify(&of, &other_type).ok_or_else(|| {
            fault(format!(
                "the results of a condition must be of one type, but these are {of} and {other_type}"
            ))
        })?;
        let value = convert(&value, &unified).map_err(|error| fault(error.to_string()))?;
        self.made(value, condition.range, scope)
    }

    /// Whether an expression may turn out to be null.
    fn may_be_null(&self, expr: &Expr, scope: &Scope<'_>) -> Result<bool, Fault> {
        match self.eval(expr, scope) {
            Ok(value) => Ok(value.is_null()
                || value
                    .as_unknown()
                    .is_some_and(crate::value::Reason::may_be_null)),
            Err(fault) if fault.code() == Code::E0723 => Err(fault),
            Err(_) => Ok(true),
        }
    }

    /// Whether a condition holds, or why nobody knows.
    pub(super) fn truth(&self, condition: &Expr, scope: &Scope<'_>) -> Result<Known<bool>, Fault> {
        let value = self.eval(condition, scope)?;
        match convert(&value, &Type::Bool) {
            Ok(Value::Bool(value)) => Ok(Ok(value)),
            Ok(Value::Unknown(reason)) => Ok(Err(reason)),
            Ok(_) => Err(scope.fault(condition.range, "a condition is null")),
            Err(error) => Err(scope.fault(condition.range, format!("a condition: {error}"))),
        }
    }

    fn for_expr(&self, expression: &For, range: Range, scope: &Scope<'_>) -> Evaluated {
        let over = self.eval(&expression.over, scope)?;
        let elements = match elements_of(&over, expression.over.range, scope)? {
            Ok(elements) => elements,
            Err(reason) => return Ok(Value::Unknown(reason)),
        };
        let count = u32::try_from(elements.len()).unwrap_or(u32::MAX);
        self.charge(count, scope, range)?;
        let mut tuple = Vec::new();
        let mut object: BTreeMap<Name, Value> = BTreeMap::new();
        let mut groups: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
        let mut unknown = None;
        for (key, value) in elements {
            let key_binding = expression.key.as_ref().map(|name| Binding {
                name,
                value: key,
                outer: scope.bindings,
            });
            let binding = Binding {
                name: &expression.value,
                value,
                outer: key_binding.as_ref().or(scope.bindings),
            };
            let scope = scope.with(&binding);
            if let Some(condition) = &expression.condition {
                match self.truth(condition, &scope)? {
                    Ok(true) => {}
                    Ok(false) => continue,
                    Err(reason) => {
                        unknown = Some(reason);
                        continue;
                    }
                }
            }
            let Some(result_key) = &expression.result_key else {
                tuple.push(self.eval(&expression.result, &scope)?);
                continue;
            };
            let key = self.eval(result_key, &scope)?;
            let key = match self.key_of(key, result_key.range, &scope)? {
                Ok(key) => key,
                Err(reason) => {
                    unknown = Some(reason);
                    continue;
                }
            };
            let value = self.eval(&expression.result, &scope)?;
            if expression.grouped {
                groups.entry(key).or_default().push(value);
            } else if object.insert(Arc::clone(&key), value).is_some() {
                let message = format!("two elements have the key `{key}`");
                return Err(scope.fault(result_key.range, message));
            }
        }
        let value = match unknown {
            Some(reason) => Value::Unknown(reason),
            None if expression.result_key.is_none() => Value::tuple(tuple),
            None if expression.grouped => Value::object(
                groups
                    .into_iter()
                    .map(|(key, values)| (key, Value::tuple(values))),
            ),
            None => Value::object(object),
        };
        self.made(value, range, scope)
    }

    fn call(&self, call: &Call, range: Range, scope: &Scope<'_>) -> Evaluated {
        if let Some(result) = self.special_form(call, range, scope) {
            return result;
        }
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.eval(argument, scope)?);
        }
        if call.name.contains("::") {
            let reason = format!("`{}` is a function of a provider", call.name);
            return match call.name.strip_prefix("core::") {
                Some(name) => self.built_in(name, call, arguments, range, scope),
                None => Ok(Value::unknown(reason)),
            };
        }
        self.built_in(&call.name, call, arguments, range, scope)
    }

    fn built_in(
        &self,
        name: &str,
        call: &Call,
        mut arguments: Vec<Value>,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        if call.spread {
            match arguments.pop() {
                Some(Value::Unknown(reason)) => return Ok(Value::Unknown(reason)),
                Some(last) => match last.as_items() {
                    Some(items) => arguments.extend(items.iter().cloned()),
                    None => {
                        let message = "a list is required before `...`";
                        return Err(scope.fault(range, message));
                    }
                },
                None => {}
            }
        }
        for argument in &arguments {
            self.walked(argument, range, scope)?;
        }
        let context = FunctionContext::new(self.settings.files, self.settings.folder);
        let value = functions::call(name, &arguments, &context).map_err(|error| match error {
            FunctionError::NoFunction => {
                scope.fault(range, format!("there is no function `{name}`"))
            }
            FunctionError::Argument(index, message) => {
                let place = call.arguments.get(index).or(call.arguments.last());
                let place = place.map_or(range, |argument| argument.range);
                scope.fault(place, format!("`{name}`: {message}"))
            }
            FunctionError::Call(message) => scope.fault(range, format!("`{name}`: {message}")),
        })?;
        self.made(value, range, scope)
    }

    /// Takes the steps of a value, one after the other.
    pub(super) fn steps(
        &self,
        value: Value,
        steps: &[Step],
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let mut value = value;
        let mut rest = steps;
        while let [step, after @ ..] = rest {
            let taken = match step {
                Step::Attribute(name) => {
                    value = attribute(&value, name, range, scope)?;
                    rest = after;
                    continue;
                }
                Step::Index(index) => {
                    let key = self.eval(index, scope)?;
                    value = element(&value, &key, index.range, scope)?;
                    rest = after;
                    continue;
                }
                Step::FullSplat => after.len(),
                Step::AttributeSplat => after
                    .iter()
                    .take_while(|step| matches!(step, Step::Attribute(_)))
                    .count(),
            };
            let (each, after) = after.split_at_checked(taken).unwrap_or((after, &[]));
            value = self.splat(&value, each, range, scope)?;
            rest = after;
        }
        Ok(value)
    }

    fn splat(&self, value: &Value, steps: &[Step], range: Range, scope: &Scope<'_>) -> Evaluated {
        let items = match value {
            Value::Unknown(_) => return Ok(value.clone()),
            Value::Null => return Ok(Value::tuple(Vec::new())),
            Value::List(items) | Value::Set(items) | Value::Tuple(items) => items,
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Map(_)
            | Value::Object(_) => {
                let item = self.steps(value.clone(), steps, range, scope)?;
                return Ok(Value::tuple(vec![item]));
            }
        };
        self.charge(u32::try_from(items.len()).unwrap_or(u32::MAX), scope, range)?;
        let items = items
            .iter()
            .map(|item| self.steps(item.clone(), steps, range, scope))
            .collect::<Result<Vec<_>, _>>()?;
        let items = Value::tuple(items);
        // The elements of a list are of one type, and so is what is taken of each.
        if matches!(value, Value::List(_) | Value::Set(_)) {
            Ok(convert(&items, &Type::List(Arc::new(Type::Any))).unwrap_or(items))
        } else {
            Ok(items)
        }
    }
}

/// `.name` of a value.
fn attribute(value: &Value, name: &Name, range: Range, scope: &Scope<'_>) -> Evaluated {
    match value {
        Value::Unknown(_) => Ok(value.clone()),
        Value::Null => Err(scope.fault(range, format!("there is no `{name}` of null"))),
        Value::Map(entries) | Value::Object(entries) => match (entries.get(name), entries.rest()) {
            (Some(value), _) => Ok(value.clone()),
            (None, Some(reason)) => Ok(Value::Unknown(reason.clone())),
            (None, None) => Err(scope.fault(range, format!("there is no `{name}` in this object"))),
        },
        Value::List(_) | Value::Tuple(_) if name.bytes().all(|byte| byte.is_ascii_digit()) => {
            element(value, &Value::string(Arc::clone(name)), range, scope)
        }
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            let message = format!(
                "a {} has no attribute `{name}`, only its elements may have",
                value.type_name()
            );
            Err(scope.fault(range, message))
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let message = format!("a {} has no attribute `{name}`", value.type_name());
            Err(scope.fault(range, message))
        }
    }
}

/// `[key]` of a value.
fn element(value: &Value, key: &Value, range: Range, scope: &Scope<'_>) -> Evaluated {
    match value {
        Value::Unknown(_) => Ok(value.clone()),
        Value::Null => Err(scope.fault(range, "there are no elements of null")),
        Value::Map(entries) | Value::Object(entries) => {
            let key = match convert(key, &Type::String) {
                Ok(Value::String(key)) => key,
                Ok(Value::Unknown(reason)) => return Ok(Value::Unknown(reason)),
                Ok(_) => return Err(scope.fault(range, "a key is null")),
                Err(error) => return Err(scope.fault(range, format!("a key: {error}"))),
            };
            match (entries.get(&key), entries.rest()) {
                (Some(value), _) => Ok(value.clone()),
                (None, Some(reason)) => Ok(Value::Unknown(reason.clone())),
                (None, None) => {
                    Err(scope.fault(range, format!("there is no element with the key `{key}`")))
                }
            }
        }
        Value::List(items) | Value::Tuple(items) => {
            let number = match convert(key, &Type::Number) {
                Ok(Value::Number(number)) => number,
                Ok(Value::Unknown(reason)) => return Ok(Value::Unknown(reason)),
                Ok(_) => return Err(scope.fault(range, "an index is null")),
                Err(error) => return Err(scope.fault(range, format!("an index: {error}"))),
            };
            let index = number
                .as_i64()
                .and_then(|index| usize::try_from(index).ok());
            index
                .and_then(|index| items.get(index))
                .cloned()
                .ok_or_else(|| {
                    let message = format!("there is no element {number} among {}", items.len());
                    scope.fault(range, message)
                })
        }
        Value::Set(_) => Err(scope.fault(
            range,
            "the elements of a set have no index, convert it to a list",
        )),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let message = format!("a {} has no elements", value.type_name());
            Err(scope.fault(range, message))
        }
    }
}
