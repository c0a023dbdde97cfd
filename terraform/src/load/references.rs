//! What the expressions of a block refer to, also through locals, variables and outputs.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::block::Reference;
use crate::eval::{Children, Evaluator, Holder, Instance, InstanceKey, Scope, Slot};
use crate::module::Managed;
use crate::syntax::tree::{Attribute, Body, Expr, Key, Kind, Name, Part, Range, Step};
use crate::value::Value;

/// How many references of a block are kept.
const MAX_REFERENCES: usize = 1_000;

/// Through how many things a reference may go.
const MAX_THROUGH: usize = 32;

/// Collects the references of one body or value.
pub(super) struct Collector<'a, 'e> {
    evaluator: &'a Evaluator<'e>,
    scope: Scope<'a>,
    /// Names that `for` and `dynamic` introduce: they are nothing else then.
    bound: Vec<Name>,
    depth: usize,
    found: BTreeSet<Reference>,
}

/// The references of a body.
pub(super) fn references(
    evaluator: &Evaluator<'_>,
    body: &Body,
    scope: Scope<'_>,
) -> Vec<Reference> {
    let mut collector = Collector {
        evaluator,
        scope,
        bound: Vec::new(),
        depth: 0,
        found: BTreeSet::new(),
    };
    collector.body(body);
    collector.found.into_iter().collect()
}

impl Collector<'_, '_> {
    fn body(&mut self, body: &Body) {
        for attribute in &body.attributes {
            self.attribute(attribute);
        }
        for block in &body.blocks {
            let bound = self.bound.len();
            if &*block.kind == "dynamic" {
                let iterator = block.body.attribute("iterator");
                let named = iterator.and_then(|iterator| {
                    if let Kind::Variable(name) = &iterator.value.kind {
                        Some(name)
                    } else {
                        None
                    }
                });
                self.bound.extend(named.or(block.labels.first()).cloned());
            }
            self.body(&block.body);
            self.bound.truncate(bound);
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        self.scope = self.scope.at(attribute.source);
        self.expr(&attribute.value);
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Literal(_) => {}
            Kind::Template(parts) => self.parts(parts),
            Kind::Tuple(items) => items.iter().for_each(|item| self.expr(item)),
            Kind::Object(items) => {
                for item in items {
                    if let Key::Computed(key) = &item.key {
                        self.expr(key);
                    }
                    self.expr(&item.value);
                }
            }
            Kind::Variable(name) => self.name(name, &[]),
            Kind::Get(get) => {
                let (of, steps) = &**get;
                if let Kind::Variable(name) = &of.kind {
                    self.name(name, steps);
                } else {
                    self.expr(of);
                }
                for step in steps {
                    if let Step::Index(index) = step {
                        self.expr(index);
                    }
                }
            }
            Kind::Conditional(parts) => parts.iter().for_each(|part| self.expr(part)),
            Kind::Call(call) => {
                for argument in &call.arguments {
                    self.expr(argument);
                }
            }
            Kind::Not(of) | Kind::Negate(of) => self.expr(of),
            Kind::Binary(operation) => {
                let (_, left, right) = &**operation;
                self.expr(left);
                self.expr(right);
            }
            Kind::For(expression) => {
                self.expr(&expression.over);
                let bound = self.bound.len();
                self.bound.extend(expression.key.clone());
                self.bound.push(Arc::clone(&expression.value));
                let inner = [&expression.result_key, &expression.condition];
                for expr in inner.into_iter().flatten() {
                    self.expr(expr);
                }
                self.expr(&expression.result);
                self.bound.truncate(bound);
            }
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Text(_) => {}
                Part::Value(expr) => self.expr(expr),
                Part::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For {
                    key,
                    value,
                    over,
                    body,
                } => {
                    self.expr(over);
                    let bound = self.bound.len();
                    self.bound.extend(key.clone());
                    self.bound.push(Arc::clone(value));
                    self.parts(body);
                    self.bound.truncate(bound);
                }
            }
        }
    }

    fn name(&mut self, name: &Name, steps: &[Step]) {
        let Some(instance) = self.scope.instance else {
            return;
        };
        if self.bound.contains(name) {
            return;
        }
        match (&**name, steps) {
            ("var", [Step::Attribute(variable), ..]) => {
                if let Some(index) = instance.module.variables.get(variable) {
                    let found = self.held(instance, Holder::Variable(*index));
                    self.through(&format!("var.{variable}"), &found);
                }
            }
            ("local", [Step::Attribute(local), ..]) => {
                if let Some(index) = instance.module.local_names.get(local) {
                    let found = self.held(instance, Holder::Local(*index));
                    self.through(&format!("local.{local}"), &found);
                }
            }
            ("module", [Step::Attribute(call), rest @ ..]) => self.module(instance, call, rest),
            ("data", [Step::Attribute(of), Step::Attribute(name), rest @ ..]) => {
                self.resource(instance, Managed::Data, of, name, rest);
            }
            ("ephemeral", [Step::Attribute(of), Step::Attribute(name), rest @ ..]) => {
                self.resource(instance, Managed::Ephemeral, of, name, rest);
            }
            ("resource", [Step::Attribute(of), Step::Attribute(name), rest @ ..]) => {
                self.resource(instance, Managed::Resource, of, name, rest);
            }
            (_, [Step::Attribute(resource), rest @ ..]) => {
                self.resource(instance, Managed::Resource, name, resource, rest);
            }
            _ => {}
        }
    }

    fn resource(
        &mut self,
        instance: &Instance,
        managed: Managed,
        of: &Name,
        name: &Name,
        steps: &[Step],
    ) {
        let key = (managed, Arc::clone(of), Arc::clone(name));
        if !instance.module.resources.contains_key(&key) {
            return;
        }
        let (key, steps) = self.key(steps);
        let address = format!("{}{of}.{name}{key}", managed.prefix());
        let attribute = steps.iter().find_map(|step| match step {
            Step::Attribute(name) => Some(Arc::clone(name)),
            Step::Index(_) | Step::AttributeSplat | Step::FullSplat => None,
        });
        self.add(Reference {
            address: Arc::from(instance.address_of(&address)),
            attribute,
            through: Vec::new(),
        });
    }

    /// The key of the instance that is meant, when that can be told.
    fn key<'s>(&self, steps: &'s [Step]) -> (InstanceKey, &'s [Step]) {
        match steps {
            [Step::Index(index), rest @ ..] => {
                let key = match self.evaluator.eval(index, &self.scope) {
                    Ok(Value::String(name)) => InstanceKey::Name(name),
                    Ok(Value::Number(number)) => number
                        .as_i64()
                        .and_then(|index| usize::try_from(index).ok())
                        .map_or(InstanceKey::None, InstanceKey::Index),
                    _ => InstanceKey::None,
                };
                (key, rest)
            }
            [Step::Attribute(digits), rest @ ..] => match digits.parse() {
                Ok(index) => (InstanceKey::Index(index), rest),
                Err(_) => (InstanceKey::None, steps),
            },
            steps => (InstanceKey::None, steps),
        }
    }

    fn module(&mut self, instance: &Instance, call: &Name, steps: &[Step]) {
        let Some(index) = instance.module.calls.get(call).copied() else {
            return;
        };
        let (key, steps) = self.key(steps);
        let output = steps.iter().find_map(|step| match step {
            Step::Attribute(name) => Some(name),
            Step::Index(_) | Step::AttributeSplat | Step::FullSplat => None,
        });
        self.add(Reference {
            address: Arc::from(instance.address_of(&format!("module.{call}{key}"))),
            attribute: output.cloned(),
            through: Vec::new(),
        });
        let Some(output) = output else { return };
        let children = self
            .evaluator
            .children(instance, index, Range::default(), &self.scope);
        let Ok(children) = children else { return };
        let Children::Here(children) = &*children else {
            return;
        };
        for (child_key, child) in children {
            if key != InstanceKey::None && key != *child_key {
                continue;
            }
            if let Some(index) = child.module.outputs.get(output) {
                let found = self.held(child, Holder::Output(*index));
                self.through(&format!("module.{call}.{output}"), &found);
            }
        }
    }

    fn add(&mut self, reference: Reference) {
        if self.found.len() < MAX_REFERENCES {
            self.found.insert(reference);
        }
    }

    fn through(&mut self, name: &str, found: &[Reference]) {
        for reference in found {
            let mut reference = reference.clone();
            if reference.through.len() < MAX_THROUGH {
                reference.through.insert(0, Arc::from(name));
            }
            self.add(reference);
        }
    }

    /// The references of a local, a variable or an output.
    fn held(&self, instance: &Instance, holder: Holder) -> Rc<[Reference]> {
        match instance.references.borrow().get(&holder) {
            Some(Slot::Done(found)) => return Rc::clone(found),
            Some(Slot::Running) => return Rc::default(),
            None => {}
        }
        if self.depth >= MAX_THROUGH {
            return Rc::default();
        }
        instance
            .references
            .borrow_mut()
            .insert(holder, Slot::Running);
        let found: Rc<[Reference]> = self.of_holder(instance, holder).into();
        instance
            .references
            .borrow_mut()
            .insert(holder, Slot::Done(Rc::clone(&found)));
        found
    }

    fn of_holder(&self, instance: &Instance, holder: Holder) -> Vec<Reference> {
        let collect = |expr: &Expr, scope: Scope<'_>| {
            let mut collector = Collector {
                evaluator: self.evaluator,
                scope,
                bound: Vec::new(),
                depth: self.depth + 1,
                found: BTreeSet::new(),
            };
            collector.expr(expr);
            collector.found.into_iter().collect()
        };
        match holder {
            Holder::Local(index) => {
                let Some(local) = instance.module.locals.get(index) else {
                    return Vec::new();
                };
                collect(&local.value, Scope::of(instance, local.source))
            }
            Holder::Output(index) => {
                let block = instance.module.block(index);
                let Some(value) = block.and_then(|block| block.body.attribute("value")) else {
                    return Vec::new();
                };
                collect(&value.value, Scope::of(instance, value.source))
            }
            Holder::Variable(index) => {
                let name = instance
                    .module
                    .block(index)
                    .and_then(|block| block.labels.first());
                let (Some(name), Some(site)) = (name, &instance.call) else {
                    return Vec::new();
                };
                let Some(argument) = site.block().and_then(|block| block.body.attribute(name))
                else {
                    return Vec::new();
                };
                let scope = Scope {
                    each: &site.each,
                    ..Scope::of(&site.parent, argument.source)
                };
                collect(&argument.value, scope)
            }
        }
    }
}
