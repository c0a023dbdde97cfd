//! Modules of Terraform.

use policyc_diagnostics::SourceMap;
use policyc_runtime::value::{MAX_DEPTH, Node, Value};
use policyc_terraform::files::MemoryFiles;
use policyc_terraform::{Options, load};

/// Any bytes load, as a file of either syntax beside a module that calls them: places lie in the text
/// that they are of, and trees are not too deep.
pub(super) fn loads(bytes: &[u8]) -> Result<(), String> {
    for name in ["main.tf", "main.tf.json"] {
        let mut files = MemoryFiles::new();
        files.add(format!("inner/{name}"), bytes);
        files.add("main.tf", "module \"inner\" {\n  source = \"./inner\"\n}\n");
        let mut sources = SourceMap::new();
        let loaded = load(&files, "", &Options::default(), &mut sources);
        for block in &loaded.blocks {
            let Some(resource) = block.to_resource() else {
                continue;
            };
            let length = sources
                .get(resource.source)
                .map_or(0, |file| file.text().len());
            walk(&resource.node, length, 0).map_err(|what| format!("{name}: {what}"))?;
            for call in block.calls.iter() {
                if sources.get(call.source).is_none() {
                    return Err(format!("{name}: a call that stands nowhere"));
                }
            }
        }
        for diagnostic in &loaded.diagnostics {
            if let Some(span) = diagnostic.span() {
                let length = sources.get(span.source).map_or(0, |file| file.text().len());
                if span.end as usize > length || span.start > span.end {
                    return Err(format!(
                        "{name}: {:?} at {span:?} of {length}",
                        diagnostic.code
                    ));
                }
            }
        }
    }
    Ok(())
}

fn walk(node: &Node, length: usize, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("a tree that is too deep".to_owned());
    }
    if node.end as usize > length || node.start > node.end {
        return Err(format!("{}..{} of {length}", node.start, node.end));
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
