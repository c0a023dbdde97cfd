//! Attributes of resources: what the configuration sets is known, the rest only after apply.

use std::sync::Arc;

use super::expand::{Expansion, InstanceKey, Nested};
use super::instance::once;
use super::reference::{key_of, keyed};
use super::{Each, Evaluated, Evaluator, Instance, Known, Scope};
use crate::module::Managed;
use crate::syntax::tree::{Body, Name, Range, Step};
use crate::value::Value;

/// Arguments that are Terraform's own, not the resource's.
pub(crate) const RESOURCE_ARGUMENTS: &[&str] = &["count", "for_each", "provider", "depends_on"];

/// Nested blocks that are Terraform's own.
const RESOURCE_BLOCKS: &[&str] = &["lifecycle", "provisioner", "connection"];

/// A resource that a reference names.
struct Named<'a> {
    instance: &'a Instance,
    index: usize,
    managed: Managed,
    address: String,
}

impl Named<'_> {
    fn why_unknown(&self, key: &InstanceKey, attribute: &str) -> Value {
        let address = &self.address;
        let when = match self.managed {
            Managed::Resource => "which is known after apply",
            Managed::Data => "which the provider reads",
            Managed::Ephemeral => "which is known while Terraform runs",
        };
        let dot = if attribute.is_empty() { "" } else { "." };
        Value::unknown(format!(
            "depends on `{address}{key}{dot}{attribute}`, {when}"
        ))
    }
}

impl Evaluator<'_> {
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a reference and where it stands"
    )]
    pub(super) fn resource(
        &self,
        instance: &Instance,
        managed: Managed,
        of: &Name,
        name: &Name,
        steps: &[Step],
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let key = (managed, Arc::clone(of), Arc::clone(name));
        let address = format!("{}{of}.{name}", managed.prefix());
        let Some(index) = instance.module.resources.get(&key).copied() else {
            return Err(scope.undeclared(range, &address));
        };
        let named = Named {
            instance,
            index,
            managed,
            address: instance.address_of(&address),
        };
        let expansion = self.expansion(instance, index, range, scope)?;
        match (&*expansion, steps) {
            (Expansion::Single, [Step::Attribute(attribute), rest @ ..]) => {
                let value = self.attribute(
                    &named,
                    &InstanceKey::None,
                    &Each::None,
                    attribute,
                    range,
                    scope,
                )?;
                self.steps(value, rest, range, scope)
            }
            (Expansion::Single, steps) => {
                let value = self.whole(&named, &InstanceKey::None, &Each::None, range, scope)?;
                self.steps(value, steps, range, scope)
            }
            (Expansion::Unknown { .. }, _) => {
                Ok(self.unknown_number(instance, index, range, scope))
            }
            (expansion, [Step::Index(key), rest @ ..]) => {
                let key = match key_of(&self.eval(key, scope)?) {
                    Ok(key) => key,
                    Err(reason) => return Ok(Value::Unknown(reason)),
                };
                self.one(&named, expansion, &key, rest, range, scope)
            }
            // `aws_instance.a.0.id`, as it was written before Terraform 0.12.
            (Expansion::Count(_), [Step::Attribute(digits), rest @ ..])
                if digits.parse::<usize>().is_ok() =>
            {
                let key = digits.parse().map_or(InstanceKey::None, InstanceKey::Index);
                self.one(&named, &expansion, &key, rest, range, scope)
            }
            (
                Expansion::Count(_),
                [
                    Step::FullSplat | Step::AttributeSplat,
                    Step::Attribute(attribute),
                    rest @ ..,
                ],
            ) => {
                let full = matches!(steps, [Step::FullSplat, ..]);
                let mut values = Vec::new();
                for (key, each) in expansion.instances() {
                    let value = self.attribute(&named, &key, &each, attribute, range, scope)?;
                    values.push(if full {
                        self.steps(value, rest, range, scope)?
                    } else {
                        value
                    });
                }
                let value = self.made(Value::tuple(values), range, scope)?;
                if full {
                    return Ok(value);
                }
                self.attribute_splat_rest(value, rest, range, scope)
            }
            (expansion, steps) => {
                let mut values = Vec::new();
                for (key, each) in expansion.instances() {
                    let value = self.whole(&named, &key, &each, range, scope)?;
                    values.push((key, value));
                }
                let value = self.made(keyed(expansion, values), range, scope)?;
                self.steps(value, steps, range, scope)
            }
        }
    }

    /// What follows `.*.name`: more names are taken of each element, the rest of the list.
    fn attribute_splat_rest(
        &self,
        value: Value,
        rest: &[Step],
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let names = rest
            .iter()
            .take_while(|step| matches!(step, Step::Attribute(_)))
            .count();
        let (names, after) = rest.split_at_checked(names).unwrap_or((rest, &[]));
        if names.is_empty() {
            return self.steps(value, after, range, scope);
        }
        let items = value.as_items().unwrap_or_default().iter();
        let items = items.map(|item| self.steps(item.clone(), names, range, scope));
        let value = Value::tuple(items.collect::<Result<_, _>>()?);
        self.steps(value, after, range, scope)
    }

    fn one(
        &self,
        named: &Named<'_>,
        expansion: &Expansion,
        key: &InstanceKey,
        steps: &[Step],
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let Some(each) = expansion.each(key) else {
            let message = format!("`{}` has no instance `{key}`", named.address);
            return Err(scope.fault(range, message));
        };
        match steps {
            [Step::Attribute(attribute), rest @ ..] => {
                let value = self.attribute(named, key, &each, attribute, range, scope)?;
                self.steps(value, rest, range, scope)
            }
            steps => {
                let value = self.whole(named, key, &each, range, scope)?;
                self.steps(value, steps, range, scope)
            }
        }
    }

    /// One attribute of one instance.
    fn attribute(
        &self,
        named: &Named<'_>,
        key: &InstanceKey,
        each: &Each,
        name: &Name,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let instance = named.instance;
        let Some(block) = instance.module.block(named.index) else {
            return Ok(Value::Null);
        };
        let unknown = || named.why_unknown(key, name);
        if RESOURCE_ARGUMENTS.contains(&&**name) {
            return Ok(unknown());
        }
        let inner = Scope {
            each,
            ..Scope::of(instance, block.source)
        };
        let slot = (named.index, key.clone(), Arc::clone(name));
        let cycle = || scope.cycle(range, &format!("`{}{key}.{name}`", named.address));
        once(&instance.attributes, slot, cycle, || {
            if let Some(attribute) = block.body.attribute(name) {
                let inner = inner.at(attribute.source);
                let value = self.value(&attribute.value, &inner);
                // What is null is left to the provider.
                return Ok(if value.is_null() { unknown() } else { value });
            }
            let has_blocks = block.body.blocks.iter().any(|nested| {
                nested.kind == *name
                    || (&*nested.kind == "dynamic" && nested.labels.first() == Some(name))
            });
            if !has_blocks {
                return Ok(unknown());
            }
            let rest = unknown();
            let blocks = self.blocks_of(&block.body, &inner, Some(name), &rest);
            Ok(blocks
                .into_iter()
                .next()
                .map_or_else(|| Value::tuple(Vec::new()), |(_, value)| value))
        })
    }

    /// All of one instance that is known.
    fn whole(
        &self,
        named: &Named<'_>,
        key: &InstanceKey,
        each: &Each,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let instance = named.instance;
        let slot = (named.index, key.clone());
        let cycle = || scope.cycle(range, &format!("`{}{key}`", named.address));
        once(&instance.objects, slot, cycle, || {
            let Some(block) = instance.module.block(named.index) else {
                return Ok(Value::Null);
            };
            let mut entries = Vec::new();
            for attribute in &block.body.attributes {
                if !RESOURCE_ARGUMENTS.contains(&&*attribute.name) {
                    let name = &attribute.name;
                    let value = self.attribute(named, key, each, name, range, scope)?;
                    entries.push((Arc::clone(name), value));
                }
            }
            let inner = Scope {
                each,
                ..Scope::of(instance, block.source)
            };
            let rest = named.why_unknown(key, "");
            entries.extend(self.blocks_of(&block.body, &inner, None, &rest));
            self.made(open(entries, &rest), range, scope)
        })
    }

    /// The nested blocks of a body by their types, all or those of one type.
    fn blocks_of(
        &self,
        body: &Body,
        scope: &Scope<'_>,
        only: Option<&Name>,
        rest: &Value,
    ) -> Vec<(Name, Value)> {
        let mut lists: Vec<(Name, Known<Vec<Value>>)> = Vec::new();
        self.nested(body, scope, &mut |nested| {
            let (kind, item) = match nested {
                Nested::Unknown { kind, reason, .. } => (kind, Err(reason)),
                Nested::Block {
                    kind, body, scope, ..
                } => {
                    let wanted = only.is_none_or(|only| only == kind);
                    if !wanted || RESOURCE_BLOCKS.contains(&&**kind) {
                        return;
                    }
                    let mut entries = Vec::new();
                    for attribute in &body.attributes {
                        let value = self.value(&attribute.value, &scope.at(attribute.source));
                        entries.push((Arc::clone(&attribute.name), value));
                    }
                    entries.extend(self.blocks_of(body, scope, None, rest));
                    (kind, Ok(open(entries, rest)))
                }
            };
            if only.is_some_and(|only| only != kind) {
                return;
            }
            let index = lists.iter().position(|(name, _)| name == kind);
            let index = index.unwrap_or_else(|| {
                lists.push((Arc::clone(kind), Ok(Vec::new())));
                lists.len() - 1
            });
            if let Some((_, list)) = lists.get_mut(index) {
                match (list, item) {
                    (Ok(list), Ok(item)) => list.push(item),
                    (list, Err(reason)) => *list = Err(reason),
                    (Err(_), Ok(_)) => {}
                }
            }
        });
        lists
            .into_iter()
            .map(|(name, list)| (name, list.map_or_else(Value::Unknown, Value::tuple)))
            .collect()
    }
}

fn open(entries: Vec<(Name, Value)>, rest: &Value) -> Value {
    match rest.as_unknown() {
        Some(reason) => Value::open_object(entries, reason.clone()),
        None => Value::object(entries),
    }
}
