//! Policy sources.

use std::sync::Arc;

use indexmap::IndexMap;
use policyc_compiler::schema::{KubernetesVersion, Schema};
use policyc_compiler::{CompileOptions, SourceInput, compile, dump};
use policyc_diagnostics::{Diagnostic, SourceMap, to_json, to_text};
use policyc_ir::Program;
use policyc_runtime::eval::Compiled;

use super::text;

/// The name of the module that an input is.
pub(super) const MODULE: &str = "input";

/// What came of an input: the program, if it has no mistakes.
pub(super) fn compiled(text: &str) -> Result<Option<Program>, String> {
    let mut map = SourceMap::new();
    let mut inputs = vec![SourceInput {
        module: MODULE.to_owned(),
        source: map.add("input.policy", text),
        text,
        root: true,
    }];
    for (name, text) in policyc_stdlib::SOURCES {
        inputs.push(SourceInput {
            module: policyc_project::library_module_name(name),
            source: map.add(*name, *text),
            text,
            root: false,
        });
    }
    let schema = schema();
    let options = CompileOptions {
        schema: &schema,
        params: IndexMap::new(),
    };
    let mut diagnostics = Vec::new();
    let program = compile(&inputs, &options, &mut diagnostics);
    for diagnostic in &diagnostics {
        for span in spans(diagnostic) {
            let source = map.get(span.source).ok_or("a span in no source")?;
            if source.text().get(span.range()).is_none() {
                return Err(format!("{:?}: a span {span:?} of no text", diagnostic.code));
            }
        }
    }
    let shown = to_text(&diagnostics, &map, false);
    let steers = |c: char| c.is_control() && c != '\n' && c != '\t';
    if shown.replace("\r\n", "\n").chars().any(steers) {
        return Err("a control character reaches the terminal".to_owned());
    }
    drop(to_json(&diagnostics, &map));
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(None);
    }
    Ok(Some(program))
}

fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = policyc_diagnostics::Span> {
    diagnostic.span().into_iter()
}

pub(super) fn schema() -> Arc<Schema> {
    Schema::kubernetes(KubernetesVersion::DEFAULT)
}

/// Any text compiles or has mistakes at places in it; what compiles can be evaluated.
pub(super) fn compiles(bytes: &[u8]) -> Result<(), String> {
    let Some(program) = compiled(&text(bytes))? else {
        return Ok(());
    };
    drop(dump(&program));
    Compiled::new(&program)
        .map(drop)
        .map_err(|error| format!("compiled, but not for the evaluator: {error}"))
}
