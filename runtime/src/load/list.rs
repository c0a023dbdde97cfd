//! Lists of objects: `kind: List`, and the typed lists (`PodList`) that an API server answers with.

use std::sync::Arc;

use crate::value::{Entry, Node, Value};

/// Takes the items out of a list of objects; none when `node` is no such list.
///
/// `List` always is one; another kind only if its name ends in `List` and `items` is a list, so
/// that a custom resource `AllowList` stays an object.
pub(super) fn take_items(node: &mut Node) -> Option<Vec<Node>> {
    let kind = node.get("kind")?.value.as_str()?;
    node.get("apiVersion")?.value.as_str()?;
    let any_kind = kind == "List";
    if !kind.ends_with("List") {
        return None;
    }
    let no_items = match node.get("items").map(|items| &items.value) {
        Some(Value::List(_)) => false,
        None | Some(Value::Null) => true,
        Some(
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Map(_)
            | Value::Unknown(_),
        ) => return None,
    };
    if no_items {
        return any_kind.then(Vec::new);
    }
    let Value::Map(map) = &mut node.value else {
        return None;
    };
    match map
        .get_mut("items")
        .map(|items| std::mem::take(&mut items.value))
    {
        Some(Value::List(items)) => Some(items),
        Some(_) | None => None,
    }
}

/// The `apiVersion` and `kind` that the items of a typed list have without saying so; an API
/// server leaves them out (apimachinery, `unstructuredJSONScheme.decodeToList`).
pub(super) struct ItemType {
    api_version: Entry,
    kind: Entry,
}

impl ItemType {
    /// The type of the items of `list`; none for `kind: List`.
    pub(super) fn of(list: &Node) -> Option<Self> {
        let map = list.value.as_map()?;
        let api_version = map.entry("apiVersion")?.clone();
        let mut kind = map.entry("kind")?.clone();
        let item = kind.node.value.as_str()?.strip_suffix("List")?;
        if item.is_empty() {
            return None;
        }
        kind.node.value = Value::String(Arc::from(item));
        Some(Self { api_version, kind })
    }

    /// Gives an item that has neither its type.
    pub(super) fn complete(&self, item: &mut Node) {
        if let Value::Map(map) = &mut item.value
            && !map.contains_key("apiVersion")
            && !map.contains_key("kind")
        {
            map.insert(self.api_version.clone());
            map.insert(self.kind.clone());
        }
    }
}
