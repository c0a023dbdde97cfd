//! Reading the files of a folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic, SourceId, SourceMap, Span};

use super::redefine::redefine;
use super::{Local, Managed, Module};
use crate::files::{Files, Unreadable};
use crate::path;
use crate::syntax::tree::{Block, Body};
use crate::syntax::{self, SyntaxError};

/// Where files come from and where what is said about them goes.
pub(crate) struct Reading<'a> {
    pub(crate) files: &'a dyn Files,
    pub(crate) sources: &'a mut SourceMap,
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
}

/// The names of the configuration files of a folder, those that override others last; none when
/// there is no such folder.
fn configuration_files(files: &dyn Files, folder: &str) -> Result<Vec<String>, Unreadable> {
    let (overriding, mut names): (Vec<_>, Vec<_>) = files
        .list(folder)?
        .files
        .into_iter()
        .filter(|name| is_configuration(name))
        .partition(|name| overrides(name));
    names.extend(overriding);
    Ok(names)
}

fn is_configuration(name: &str) -> bool {
    let hidden = name.starts_with('.') || name.ends_with('~') || name.starts_with('#');
    !hidden && (name.ends_with(".tf") || name.ends_with(".tf.json"))
}

fn overrides(name: &str) -> bool {
    let stem = name
        .strip_suffix(".json")
        .unwrap_or(name)
        .strip_suffix(".tf")
        .unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

/// The text of a file, and its id; what is wrong with it is said.
fn text_of(reading: &mut Reading<'_>, path: &str) -> Option<(Arc<str>, SourceId)> {
    let bytes = match reading.files.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = match error {
                Unreadable::Missing => format!("the file `{path}` is not here"),
                Unreadable::Refused(reason) => format!("the file `{path}` {reason}"),
            };
            reading
                .diagnostics
                .push(Diagnostic::global(Code::E0720, message));
            return None;
        }
    };
    if bytes.len() > syntax::MAX_BYTES {
        let source = reading.sources.add(path, "");
        let limit = syntax::MAX_BYTES;
        reading.diagnostics.push(Diagnostic::new(
            Code::E0723,
            Span::new(source, 0, 0),
            format!("the file has more than {limit} bytes"),
        ));
        return None;
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => {
            let text: Arc<str> = Arc::from(text);
            let source = reading.sources.add(path, Arc::clone(&text));
            Some((text, source))
        }
        Err(error) => {
            let readable = String::from_utf8_lossy(&bytes).into_owned();
            let source = reading.sources.add(path, readable);
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            reading.diagnostics.push(Diagnostic::new(
                Code::E0701,
                Span::new(source, at, at),
                "the file is not UTF-8",
            ));
            None
        }
    }
}

fn report(reading: &mut Reading<'_>, source: SourceId, error: SyntaxError) {
    let code = if error.limit {
        Code::E0723
    } else {
        Code::E0720
    };
    let place = error.range.of(source);
    reading
        .diagnostics
        .push(Diagnostic::new(code, place, error.message));
}

fn body_of(reading: &mut Reading<'_>, path: &str) -> Body {
    let Some((text, source)) = text_of(reading, path) else {
        return Body::default();
    };
    if path.ends_with(".json") {
        let (body, errors, diagnostics) = syntax::json::parse(text.as_bytes(), source);
        reading.diagnostics.extend(diagnostics);
        for error in errors {
            report(reading, source, error);
        }
        return body;
    }
    let parsed = syntax::parse(&text, source);
    if let Some(error) = parsed.error {
        report(reading, source, error);
    }
    parsed.body
}

/// Reads the module in a folder.
///
/// # Errors
///
/// When there is no such folder.
pub(crate) fn read_module(reading: &mut Reading<'_>, folder: &str) -> Result<Module, Unreadable> {
    let mut module = Module {
        folder: folder.to_owned(),
        ..Module::default()
    };
    for name in configuration_files(reading.files, folder)? {
        let body = body_of(reading, &path::join(folder, &name));
        for attribute in &body.attributes {
            reading.diagnostics.push(Diagnostic::new(
                Code::E0726,
                attribute.name_range.of(attribute.source),
                "arguments stand in blocks",
            ));
        }
        for block in body.blocks {
            if overrides(&name) {
                redefine(&mut module, block, reading.diagnostics);
            } else {
                module.declare(block, reading.diagnostics);
            }
        }
    }
    Ok(module)
}

/// The values of variables that a file gives.
pub(crate) fn read_variables(reading: &mut Reading<'_>, path: &str) -> Body {
    let Some((text, source)) = text_of(reading, path) else {
        return Body::default();
    };
    if path.ends_with(".json") {
        let (body, diagnostics) = syntax::json::parse_variables(text.as_bytes(), source);
        reading.diagnostics.extend(diagnostics);
        return body;
    }
    let parsed = syntax::parse(&text, source);
    if let Some(error) = parsed.error {
        report(reading, source, error);
    }
    for block in &parsed.body.blocks {
        reading.diagnostics.push(Diagnostic::new(
            Code::E0726,
            block.header.of(block.source),
            "a file of values of variables has no blocks",
        ));
    }
    parsed.body
}

impl Module {
    /// Adds a block; one that is given twice, or has other labels than its type, is refused.
    fn declare(&mut self, block: Block, diagnostics: &mut Vec<Diagnostic>) {
        let span = block.header.of(block.source);
        let wanted = match &*block.kind {
            "resource" | "data" | "ephemeral" => 2,
            "module" | "provider" | "variable" | "output" | "check" => 1,
            "locals" | "terraform" | "moved" | "import" | "removed" => 0,
            kind => {
                let message = format!("there are no blocks of type `{kind}`");
                diagnostics.push(Diagnostic::new(Code::E0726, span, message));
                return;
            }
        };
        if block.labels.len() != wanted {
            let message = format!(
                "a block of type `{}` has {wanted} labels, but this has {}",
                block.kind,
                block.labels.len()
            );
            diagnostics.push(Diagnostic::new(Code::E0726, span, message));
            return;
        }
        if &*block.kind == "locals" {
            self.declare_locals(&block, diagnostics);
        }
        let index = self.blocks.len();
        let taken = match (&*block.kind, block.labels.as_slice()) {
            ("variable", [name]) => claim(&mut self.variables, Arc::clone(name), index),
            ("output", [name]) => claim(&mut self.outputs, Arc::clone(name), index),
            ("module", [name]) => claim(&mut self.calls, Arc::clone(name), index),
            (kind, [of, name]) => match Managed::of(kind) {
                Some(managed) => {
                    let key = (managed, Arc::clone(of), Arc::clone(name));
                    claim(&mut self.resources, key, index)
                }
                None => None,
            },
            _ => None,
        };
        if let Some(first) = taken {
            let mut diagnostic = Diagnostic::new(
                Code::E0725,
                span,
                format!("`{}` is given twice", block.labels.join(".")),
            );
            if let Some(first) = self.blocks.get(first) {
                diagnostic = diagnostic.also(first.header.of(first.source), "first here");
            }
            diagnostics.push(diagnostic);
            return;
        }
        self.blocks.push(block);
    }

    fn declare_locals(&mut self, block: &Block, diagnostics: &mut Vec<Diagnostic>) {
        for attribute in &block.body.attributes {
            let local = Local {
                value: attribute.value.clone(),
                name_range: attribute.name_range,
                source: attribute.source,
            };
            let name = Arc::clone(&attribute.name);
            match claim(&mut self.local_names, name, self.locals.len()) {
                None => self.locals.push(local),
                Some(first) => {
                    let message = format!("`local.{}` is given twice", attribute.name);
                    let mut diagnostic = Diagnostic::new(Code::E0725, local.span(), message);
                    if let Some(first) = self.locals.get(first) {
                        diagnostic = diagnostic.also(first.span(), "first here");
                    }
                    diagnostics.push(diagnostic);
                }
            }
        }
    }
}

/// Takes a name for an index; gives the index that has it already.
fn claim<K: Ord>(names: &mut BTreeMap<K, usize>, name: K, index: usize) -> Option<usize> {
    match names.entry(name) {
        std::collections::btree_map::Entry::Vacant(entry) => {
            entry.insert(index);
            None
        }
        std::collections::btree_map::Entry::Occupied(entry) => Some(*entry.get()),
    }
}
