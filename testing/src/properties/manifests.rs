//! Manifests in YAML and JSON.

use policyc_diagnostics::{Diagnostic, SourceId};
use policyc_runtime::load::{DocumentKind, Format, Loaded, load};
use policyc_runtime::value::{MAX_DEPTH, Node, Value};

/// Any bytes load: places lie in the text, trees are not too deep, and JSON without mistakes is what
/// another reader reads.
pub(super) fn loads(bytes: &[u8]) -> Result<(), String> {
    for format in [Format::Auto, Format::Yaml, Format::Json] {
        let loaded = load(bytes, SourceId(0), format);
        check(&loaded, bytes.len()).map_err(|problem| format!("{format:?}: {problem}"))?;
    }
    same_as_serde(bytes)
}

fn check(loaded: &Loaded, length: usize) -> Result<(), String> {
    for diagnostic in &loaded.diagnostics {
        if let Some(span) = diagnostic.span()
            && (span.end as usize > length || span.start > span.end)
        {
            return Err(format!("{:?} at {span:?} of {length}", diagnostic.code));
        }
    }
    for document in &loaded.documents {
        drop(document.warning());
        match &document.kind {
            DocumentKind::Object(resource) => {
                walk(&resource.node, length, 0)?;
                drop((resource.full_id(), resource.namespace().map(str::to_owned)));
            }
            DocumentKind::NotKubernetes { .. } | DocumentKind::Template => {}
        }
    }
    Ok(())
}

/// A tree is not too deep, and its values stand in a text of this length.
pub(super) fn walk(node: &Node, length: usize, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("a tree that is too deep".to_owned());
    }
    if node.start > node.end || node.end as usize > length {
        return Err(format!(
            "a value at {}..{} of {length}",
            node.start, node.end
        ));
    }
    match &node.value {
        Value::List(items) => items
            .iter()
            .try_for_each(|item| walk(item, length, depth + 1)),
        Value::Map(map) => map
            .entries()
            .iter()
            .try_for_each(|entry| walk(&entry.node, length, depth + 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Unknown(_) => {
            Ok(())
        }
    }
}

/// One JSON object that both readers take is the same for both.
fn same_as_serde(bytes: &[u8]) -> Result<(), String> {
    let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return Ok(());
    };
    let loaded = load(bytes, SourceId(0), Format::Json);
    if loaded
        .diagnostics
        .iter()
        .any(|it: &Diagnostic| it.is_error())
    {
        return Ok(());
    }
    let [only] = loaded.documents.as_slice() else {
        return Ok(());
    };
    let DocumentKind::Object(resource) = &only.kind else {
        return Ok(());
    };
    if only.item.is_some() || resource.node.value.to_json() == theirs {
        return Ok(());
    }
    Err("JSON that another reader reads differently".to_owned())
}
