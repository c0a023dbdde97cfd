//! Sources that stand in the code of tests and generators.

use indexmap::IndexMap;
use policyc_compiler::schema::{KubernetesVersion, Schema};
use policyc_compiler::{CompileOptions, SourceInput, compile};
use policyc_diagnostics::{Diagnostic, SourceMap, to_text};
use policyc_ir::Program;

/// Compiles one source that imports nothing, against the newest Kubernetes; warnings are passed over.
///
/// # Errors
/// What the compiler says of a source with mistakes.
pub fn compiled(module: &str, text: &str) -> Result<Program, String> {
    let mut map = SourceMap::new();
    let input = SourceInput {
        module: module.to_owned(),
        source: map.add(format!("{module}.policy"), text),
        text,
        root: true,
    };
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let options = CompileOptions {
        schema: &schema,
        params: IndexMap::new(),
    };
    let mut diagnostics = Vec::new();
    let program = compile(&[input], &options, &mut diagnostics);
    diagnostics.retain(Diagnostic::is_error);
    if diagnostics.is_empty() {
        Ok(program)
    } else {
        Err(to_text(&diagnostics, &map, false))
    }
}
