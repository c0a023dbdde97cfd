//! From sources to the IR: the whole front end as one function.

use std::collections::VecDeque;

use indexmap::IndexMap;
use policyc_diagnostics::{Diagnostic, SourceId};
use policyc_ir::Program;

pub use crate::resolve::{ParamOverride, ParamValue};

use crate::lower::lower;
use crate::resolve::{self, hir};
use crate::schema::Schema;
use crate::syntax::{self, ast};

/// One source file: one module.
#[derive(Debug, Clone)]
pub struct SourceInput<'a> {
    /// What an `import` calls it: `lib.images`, `std.kubernetes`.
    pub module: String,
    /// The id of `text` in the source map of the run.
    pub source: SourceId,
    /// The text.
    pub text: &'a str,
    /// Whether its policies are compiled; of others only what a root imports is read.
    pub root: bool,
}

/// What a compilation depends on besides the sources.
#[derive(Debug, Clone)]
pub struct CompileOptions<'a> {
    /// The kinds that policies are about: of a Kubernetes version, and of the project's CRDs.
    pub schema: &'a Schema,
    /// Values of parameters, by `policy.parameter` or `module.parameter`.
    pub params: IndexMap<String, ParamOverride>,
}

/// Compiles the policies of the root modules.
///
/// All mistakes are added to `diagnostics`, ordered by place. A policy with a mistake is not in the
/// program; where there is an error the program is incomplete, and nothing should be emitted.
#[must_use]
pub fn compile(
    inputs: &[SourceInput<'_>],
    options: &CompileOptions<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Program {
    let sources = needed(inputs, diagnostics);
    let known: Vec<&str> = inputs.iter().map(|input| input.module.as_str()).collect();
    let modules: Vec<resolve::Parsed<'_>> = sources
        .iter()
        .map(|(input, file, broken)| resolve::Parsed {
            name: &input.module,
            text: input.text,
            file,
            root: input.root,
            broken: *broken,
        })
        .collect();
    let program: hir::Program = resolve::resolve(
        &modules,
        &known,
        options.schema,
        &options.params,
        diagnostics,
    );
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span().is_none(), diagnostic.span()));
    lower(program)
}

/// Parses the roots, and what they import; says of each whether it has syntax errors.
fn needed<'a>(
    inputs: &'a [SourceInput<'a>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(&'a SourceInput<'a>, ast::File, bool)> {
    let by_name: IndexMap<&str, usize> = inputs
        .iter()
        .enumerate()
        .map(|(index, input)| (input.module.as_str(), index))
        .collect();
    let mut wanted: Vec<bool> = inputs.iter().map(|input| input.root).collect();
    let mut queue: VecDeque<usize> = (0..inputs.len())
        .filter(|index| wanted.get(*index) == Some(&true))
        .collect();
    let mut files: Vec<(usize, ast::File, bool)> = Vec::new();
    while let Some(index) = queue.pop_front() {
        let Some(input) = inputs.get(index) else {
            continue;
        };
        let parsed = syntax::parse(input.text, input.source);
        let broken = parsed.diagnostics.iter().any(Diagnostic::is_error);
        diagnostics.extend(parsed.diagnostics);
        for name in imported(&parsed.file) {
            if let Some(index) = by_name.get(name.as_str())
                && let Some(wanted) = wanted.get_mut(*index)
                && !*wanted
            {
                *wanted = true;
                queue.push_back(*index);
            }
        }
        files.push((index, parsed.file, broken));
    }
    // In the order of the inputs, whatever imports what.
    files.sort_by_key(|(index, ..)| *index);
    files
        .into_iter()
        .filter_map(|(index, file, broken)| Some((inputs.get(index)?, file, broken)))
        .collect()
}

/// The modules that a file may import: the last part of a path may name an item.
fn imported(file: &ast::File) -> Vec<String> {
    let mut names = Vec::new();
    for item in &file.items {
        if let ast::Item::Import(import) = item {
            let parts: Vec<&str> = import.path.iter().map(|part| part.text.as_str()).collect();
            names.push(parts.join("."));
            if let Some((_, parent)) = parts.split_last() {
                names.push(parent.join("."));
            }
        }
    }
    names
}
