//! Names of other things: `var.x`, `local.y`, `module.m.out`, `aws_s3_bucket.b.arn`.

use std::rc::Rc;
use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic};

use super::expand::{Expansion, InstanceKey};
use super::instance::{Children, once};
use super::{CallSite, Each, Evaluated, Evaluator, Fault, Instance, Known, MAX_MODULES, Scope};
use crate::module::Managed;
use crate::path;
use crate::syntax::tree::{Block, Expr, Kind, Name, Range, Step};
use crate::value::{Reason, Value};

/// Arguments of a module call that are no variables of the module.
pub(crate) const CALL_ARGUMENTS: &[&str] = &[
    "source",
    "version",
    "count",
    "for_each",
    "providers",
    "depends_on",
];

impl Evaluator<'_> {
    /// The value of a name and what is taken of it.
    pub(super) fn reference(
        &self,
        name: &Name,
        steps: &[Step],
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        if let Some(value) = scope.lookup(name) {
            return self.steps(value.clone(), steps, range, scope);
        }
        let Some(instance) = scope.instance else {
            let message = format!("there is no `{name}` here");
            return Err(scope.fault(range, message));
        };
        match (&**name, steps) {
            ("var", [Step::Attribute(variable), rest @ ..]) => {
                let value = self.variable(instance, variable, range, scope)?;
                self.steps(value, rest, range, scope)
            }
            ("local", [Step::Attribute(local), rest @ ..]) => {
                let value = self.local(instance, local, range, scope)?;
                self.steps(value, rest, range, scope)
            }
            ("module", [Step::Attribute(call), rest @ ..]) => {
                self.module_output(instance, call, rest, range, scope)
            }
            ("each", [Step::Attribute(part), rest @ ..]) => match (scope.each, &**part) {
                (Each::Element(key, _), "key") => self.steps(key.clone(), rest, range, scope),
                (Each::Element(_, value), "value") => self.steps(value.clone(), rest, range, scope),
                _ => Err(scope.fault(range, format!("there is no `each.{part}` here"))),
            },
            ("count", [Step::Attribute(part), rest @ ..]) => match (scope.each, &**part) {
                (Each::Count(index), "index") => self.steps(index.clone(), rest, range, scope),
                _ => Err(scope.fault(range, format!("there is no `count.{part}` here"))),
            },
            ("self", _) => Ok(Value::unknown(
                "`self` is the resource, which is known after apply",
            )),
            ("path", [Step::Attribute(part)]) => self.path(instance, part, range, scope),
            ("terraform" | "tofu", [Step::Attribute(part)]) => match &**part {
                "workspace" => Ok(Value::from(self.settings.workspace)),
                "applying" => Ok(Value::Bool(false)),
                _ => Err(scope.fault(range, format!("there is no `terraform.{part}`"))),
            },
            ("data", [Step::Attribute(of), Step::Attribute(name), rest @ ..]) => {
                self.resource(instance, Managed::Data, of, name, rest, range, scope)
            }
            ("ephemeral", [Step::Attribute(of), Step::Attribute(name), rest @ ..]) => {
                self.resource(instance, Managed::Ephemeral, of, name, rest, range, scope)
            }
            ("resource", [Step::Attribute(of), Step::Attribute(name), rest @ ..]) => {
                self.resource(instance, Managed::Resource, of, name, rest, range, scope)
            }
            (_, [Step::Attribute(resource), rest @ ..]) if !RESERVED.contains(&&**name) => self
                .resource(
                    instance,
                    Managed::Resource,
                    name,
                    resource,
                    rest,
                    range,
                    scope,
                ),
            _ => Err(scope.fault(range, format!("`{name}` alone is no reference"))),
        }
    }

    fn path(&self, instance: &Instance, part: &str, range: Range, scope: &Scope<'_>) -> Evaluated {
        match part {
            "module" => {
                let way = path::relative(self.settings.folder, &instance.module.folder);
                Ok(Value::from(way))
            }
            "root" => Ok(Value::from(".")),
            // Terraform gives the absolute path; this one means the same folder.
            "cwd" => Ok(Value::from(".")),
            _ => Err(scope.fault(range, format!("there is no `path.{part}`"))),
        }
    }

    /// The value of a local.
    ///
    /// # Errors
    ///
    /// When there is none of that name, or it needs itself.
    pub(crate) fn local(
        &self,
        instance: &Instance,
        name: &Name,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let Some(index) = instance.module.local_names.get(name).copied() else {
            return Err(scope.undeclared(range, &format!("local.{name}")));
        };
        let cycle = || scope.cycle(range, &format!("`local.{name}`"));
        once(&instance.locals, index, cycle, || {
            let Some(local) = instance.module.locals.get(index) else {
                return Ok(Value::Null);
            };
            let inner = Scope::of(instance, local.source);
            Ok(self.value(&local.value, &inner))
        })
    }

    fn module_output(
        &self,
        instance: &Instance,
        call: &Name,
        steps: &[Step],
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let Some(index) = instance.module.calls.get(call).copied() else {
            return Err(scope.undeclared(range, &format!("module.{call}")));
        };
        let children = self.children(instance, index, range, scope)?;
        let children = match &*children {
            Children::NotHere(reason) => return Ok(Value::Unknown(reason.clone())),
            Children::Here(children) => children,
        };
        match (children.as_slice(), steps) {
            ([(InstanceKey::None, child)], [Step::Attribute(output), rest @ ..]) => {
                let value = self.output(child, output, range, scope)?;
                self.steps(value, rest, range, scope)
            }
            ([(InstanceKey::None, child)], steps) => {
                let value = self.outputs(child, range, scope)?;
                self.steps(value, steps, range, scope)
            }
            ([(InstanceKey::Unknown, _)], _) => {
                Ok(self.unknown_number(instance, index, range, scope))
            }
            (children, [Step::Index(key), Step::Attribute(output), rest @ ..]) => {
                let key = self.eval(key, scope)?;
                let child = match key_of(&key) {
                    Ok(key) => children.iter().find(|(child, _)| *child == key),
                    Err(reason) => return Ok(Value::Unknown(reason)),
                };
                let Some((_, child)) = child else {
                    let message = format!("`module.{call}` has no such instance");
                    return Err(scope.fault(range, message));
                };
                let value = self.output(child, output, range, scope)?;
                self.steps(value, rest, range, scope)
            }
            (children, steps) => {
                let mut values = Vec::with_capacity(children.len());
                for (key, child) in children {
                    values.push((key.clone(), self.outputs(child, range, scope)?));
                }
                let expansion = self.expansion(instance, index, range, scope)?;
                self.steps(keyed(&expansion, values), steps, range, scope)
            }
        }
    }

    /// The unknown value of something whose instances nobody knows.
    pub(super) fn unknown_number(
        &self,
        instance: &Instance,
        index: usize,
        range: Range,
        scope: &Scope<'_>,
    ) -> Value {
        match self.expansion(instance, index, range, scope).as_deref() {
            Ok(Expansion::Unknown { reason, .. }) => Value::Unknown(reason.clone()),
            _ => Value::unknown("nobody knows how many instances there are"),
        }
    }

    fn outputs(&self, child: &Instance, range: Range, scope: &Scope<'_>) -> Evaluated {
        let mut outputs = Vec::new();
        for name in child.module.outputs.keys() {
            outputs.push((Arc::clone(name), self.output(child, name, range, scope)?));
        }
        Ok(Value::object(outputs))
    }

    /// The value of an output.
    ///
    /// # Errors
    ///
    /// When there is none of that name, or it needs itself.
    pub(crate) fn output(
        &self,
        child: &Instance,
        name: &Name,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let Some(index) = child.module.outputs.get(name).copied() else {
            let output = format!("{}.{name}", child.address);
            return Err(scope.undeclared(range, &output));
        };
        let cycle = || scope.cycle(range, &format!("the output `{name}`"));
        once(&child.outputs, index, cycle, || {
            let block = child.module.block(index);
            let value = block.and_then(|block| block.body.attribute("value"));
            Ok(value.map_or(Value::Null, |value| {
                self.value(&value.value, &Scope::of(child, value.source))
            }))
        })
    }

    /// The instances of the module that a call calls.
    ///
    /// # Errors
    ///
    /// When their number needs itself.
    pub(crate) fn children(
        &self,
        instance: &Instance,
        index: usize,
        range: Range,
        scope: &Scope<'_>,
    ) -> Result<Rc<Children>, Fault> {
        let expansion = self.expansion(instance, index, range, scope)?;
        let cycle = || scope.cycle(range, "the call of a module");
        once(&instance.children, index, cycle, || {
            let Some(block) = instance.module.block(index) else {
                return Ok(Rc::new(Children::Here(Vec::new())));
            };
            Ok(Rc::new(
                self.call_module(instance, index, block, &expansion),
            ))
        })
    }

    fn call_module(
        &self,
        instance: &Instance,
        index: usize,
        block: &Block,
        expansion: &Expansion,
    ) -> Children {
        let name = block.labels.first().map_or("", |name| name);
        let header = block.header.of(block.source);
        let not_here = |reason: String| Children::NotHere(Reason::from(reason).or_null());
        let warn = |message: String| {
            self.say(Diagnostic::new(Code::W0724, header, message.clone()));
            Children::NotHere(Reason::from(message).or_null())
        };
        let Some(source) = self.module_source(instance, block) else {
            return warn(format!("`module.{name}` has no source that is known"));
        };
        if !source.starts_with("./") && !source.starts_with("../") && &*source != "." {
            return not_here(format!(
                "`module.{name}` comes from `{source}`, which is not here"
            ));
        }
        let Some(folder) = path::resolve(&instance.module.folder, &source) else {
            return warn(format!(
                "`module.{name}` comes from `{source}`, which is outside of the scanned folder"
            ));
        };
        if instance.is_inside(&folder) {
            let message = format!("`module.{name}` is a module that calls itself");
            self.say(Diagnostic::new(Code::E0722, header, message.clone()));
            return not_here(message);
        }
        if instance.depth() >= MAX_MODULES {
            let message = format!("more than {MAX_MODULES} modules are inside each other");
            self.say(Diagnostic::new(Code::E0723, header, message.clone()));
            return not_here(message);
        }
        let module = self.module(&folder);
        let (Some(module), Some(parent)) = (module, instance.shared()) else {
            return warn(format!(
                "`module.{name}` comes from `{source}`, where there is no folder"
            ));
        };
        for attribute in &block.body.attributes {
            let known = CALL_ARGUMENTS.contains(&&*attribute.name)
                || module.variables.contains_key(&attribute.name);
            if !known {
                let message = format!("`module.{name}` has no variable `{}`", attribute.name);
                let place = attribute.name_range.of(attribute.source);
                self.say(Diagnostic::new(Code::E0726, place, message));
            }
        }
        let outer = instance.call.as_ref().map_or(&[][..], |call| &call.spans);
        let spans: Arc<[_]> = outer.iter().copied().chain([header]).collect();
        let children = expansion.instances().into_iter().map(|(key, each)| {
            let address = instance.address_of(&format!("module.{name}{key}"));
            let call = CallSite {
                parent: Rc::clone(&parent),
                block: index,
                each,
                spans: Arc::clone(&spans),
            };
            let module = Arc::clone(&module);
            let child = Instance::new(module, address, Some(call), Default::default());
            (key, child)
        });
        Children::Here(children.collect())
    }

    /// Where a module comes from, as it is written; variables are taken too, which OpenTofu allows.
    pub(crate) fn module_source(&self, instance: &Instance, block: &Block) -> Option<Arc<str>> {
        let source = block.body.attribute("source")?;
        match &source.value {
            Expr {
                kind: Kind::Literal(Value::String(text)),
                ..
            } => Some(Arc::clone(text)),
            expr => match self.eval(expr, &Scope::of(instance, source.source)) {
                Ok(Value::String(text)) => Some(text),
                _ => None,
            },
        }
    }
}

/// Names that are no types of resources.
const RESERVED: &[&str] = &[
    "var",
    "local",
    "module",
    "data",
    "ephemeral",
    "each",
    "count",
    "self",
    "path",
    "terraform",
    "resource",
    "tofu",
];

/// The key of an instance that a value means, or why nobody knows it.
pub(super) fn key_of(value: &Value) -> Known<InstanceKey> {
    if let Value::Unknown(reason) = value {
        return Err(reason.clone());
    }
    if let Value::String(name) = value {
        return Ok(InstanceKey::Name(Arc::clone(name)));
    }
    let Value::Number(number) = value else {
        return Ok(InstanceKey::None);
    };
    let index = number
        .as_i64()
        .and_then(|index| usize::try_from(index).ok());
    Ok(index.map_or(InstanceKey::None, InstanceKey::Index))
}

/// The instances together: a tuple for `count`, an object for `for_each`.
pub(super) fn keyed(expansion: &Expansion, values: Vec<(InstanceKey, Value)>) -> Value {
    if matches!(expansion, Expansion::ForEach(_)) {
        Value::object(values.into_iter().filter_map(|(key, value)| match key {
            InstanceKey::Name(name) => Some((name, value)),
            InstanceKey::None | InstanceKey::Index(_) | InstanceKey::Unknown => None,
        }))
    } else {
        Value::tuple(values.into_iter().map(|(_, value)| value).collect())
    }
}
