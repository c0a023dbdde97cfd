//! Blocks as what rules are about.

use policyc_ir::BlockMode;
use policyc_runtime::load::{Block as Identity, Resource};
use policyc_runtime::value::{Node, Value};

use super::block::{Block, Mode};

impl Block {
    /// The block as a resource for the evaluator; `None` for blocks that no rule is about.
    #[must_use]
    pub fn into_resource(self) -> Option<Resource> {
        let mode = match self.mode {
            Mode::Resource => BlockMode::Resource,
            Mode::Data => BlockMode::Data,
            Mode::Module => BlockMode::Module,
            Mode::Provider => BlockMode::Provider,
            Mode::Variable => BlockMode::Variable,
            Mode::Output => BlockMode::Output,
            Mode::Ephemeral | Mode::Locals | Mode::Terraform => return None,
        };
        let identity = Identity {
            mode,
            ty: mode.is_typed().then(|| self.kind.to_string()),
            name: self.name.to_string(),
            module: (!self.module.is_empty()).then_some(self.module),
            address: self.address,
            calls: self.calls.to_vec(),
        };
        let has_unknown = has_unknown(&self.body);
        let node = Node::new(self.body.value, self.header.start, self.header.end);
        let source = self.header.source;
        Some(Resource::of_block(identity, node, source, has_unknown))
    }
}

/// Whether some value in it is known only after apply. Loaded trees are bounded in depth.
fn has_unknown(node: &Node) -> bool {
    match &node.value {
        Value::Unknown(_) => true,
        Value::List(items) => items.iter().any(has_unknown),
        Value::Map(map) => map.iter().any(|(_, node)| has_unknown(node)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
