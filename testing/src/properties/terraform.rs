//! Modules of Terraform.

use policyc_diagnostics::SourceMap;
use policyc_terraform::files::MemoryFiles;
use policyc_terraform::{Options, load};

use super::manifests::walk;

/// Any bytes load, as a file of either syntax beside a module that calls them: places lie in the text
/// that they are of, and trees are not too deep.
pub(super) fn loads(bytes: &[u8]) -> Result<(), String> {
    for name in ["main.tf", "main.tf.json"] {
        let mut files = MemoryFiles::new();
        files.add(format!("inner/{name}"), bytes);
        files.add("main.tf", "module \"inner\" {\n  source = \"./inner\"\n}\n");
        let mut sources = SourceMap::new();
        let loaded = load(&files, "", &Options::default(), &mut sources);
        for block in loaded.blocks {
            if block
                .calls
                .iter()
                .any(|call| sources.get(call.source).is_none())
            {
                return Err(format!("{name}: a call that stands nowhere"));
            }
            let Some(resource) = block.into_resource() else {
                continue;
            };
            let length = sources
                .get(resource.source)
                .map_or(0, |file| file.text().len());
            walk(&resource.node, length, 0).map_err(|what| format!("{name}: {what}"))?;
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
