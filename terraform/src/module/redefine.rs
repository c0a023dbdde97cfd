//! Override files: their blocks change those that other files declare.

use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic};

use super::{Local, Managed, Module};
use crate::syntax::tree::{Attribute, Block, Body};

/// Changes the declaration that `block` names.
pub(super) fn redefine(module: &mut Module, block: Block, diagnostics: &mut Vec<Diagnostic>) {
    let span = block.header.of(block.source);
    let index = match (&*block.kind, block.labels.as_slice()) {
        ("locals", []) => {
            redefine_locals(module, &block, diagnostics);
            return;
        }
        ("terraform", []) => module
            .blocks
            .iter()
            .position(|base| base.kind == block.kind),
        ("provider", [_]) => module.blocks.iter().position(|base| {
            base.kind == block.kind && base.labels == block.labels && alias(base) == alias(&block)
        }),
        ("variable", [name]) => module.variables.get(name).copied(),
        ("output", [name]) => module.outputs.get(name).copied(),
        ("module", [name]) => module.calls.get(name).copied(),
        (kind, [of, name]) => Managed::of(kind).and_then(|managed| {
            let key = (managed, Arc::clone(of), Arc::clone(name));
            module.resources.get(&key).copied()
        }),
        _ => None,
    };
    match index.and_then(|index| module.blocks.get_mut(index)) {
        Some(base) => merge(&mut base.body, block.body),
        None if matches!(&*block.kind, "terraform" | "provider") => module.blocks.push(block),
        None => diagnostics.push(Diagnostic::new(
            Code::E0726,
            span,
            "an override file changes what another file declares, and none declares this",
        )),
    }
}

fn alias(block: &Block) -> Option<String> {
    let value = &block.body.attribute("alias")?.value;
    Some(format!("{:?}", value.kind))
}

fn redefine_locals(module: &mut Module, block: &Block, diagnostics: &mut Vec<Diagnostic>) {
    for attribute in &block.body.attributes {
        let local = Local {
            value: attribute.value.clone(),
            name_range: attribute.name_range,
            source: attribute.source,
        };
        let index = module.local_names.get(&attribute.name).copied();
        match index.and_then(|index| module.locals.get_mut(index)) {
            Some(base) => *base = local,
            None => diagnostics.push(Diagnostic::new(
                Code::E0726,
                local.span(),
                "an override file changes what another file declares, and none declares this",
            )),
        }
    }
}

/// Arguments replace arguments; blocks replace all blocks of their type, but `lifecycle` is merged
/// argument by argument.
fn merge(base: &mut Body, over: Body) {
    for attribute in over.attributes {
        replace(&mut base.attributes, attribute);
    }
    let (merged, replacing): (Vec<_>, Vec<_>) = over
        .blocks
        .into_iter()
        .partition(|block| matches!(&*block.kind, "lifecycle" | "required_providers"));
    for block in merged {
        match base.blocks.iter_mut().find(|base| base.kind == block.kind) {
            Some(base) => {
                for attribute in block.body.attributes {
                    replace(&mut base.body.attributes, attribute);
                }
            }
            None => base.blocks.push(block),
        }
    }
    base.blocks
        .retain(|base| !replacing.iter().any(|over| made(over) == made(base)));
    base.blocks.extend(replacing);
}

/// The type of the blocks that a block is, or makes when it is a `dynamic` one.
fn made(block: &Block) -> &str {
    match (&*block.kind, block.labels.as_slice()) {
        ("dynamic", [of]) => of,
        (kind, _) => kind,
    }
}

fn replace(attributes: &mut Vec<Attribute>, attribute: Attribute) {
    match attributes
        .iter_mut()
        .find(|base| base.name == attribute.name)
    {
        Some(base) => *base = attribute,
        None => attributes.push(attribute),
    }
}
