//! From syntax trees to the HIR: modules, names, types, and the checks of what policies say.
//!
//! One pass over everything, which no mistake aborts: where something is wrong a diagnostic is left
//! and nothing (`None`) is built, and what is made of nothing is silently nothing, so that a mistake
//! is reported once.

mod astray;
mod blocks;
mod calls;
mod collect;
mod compare;
mod conditions;
mod constants;
mod exprs;
mod folding;
mod functions;
pub(crate) mod hir;
mod items;
mod iterate;
mod kinds;
mod matches;
mod messages;
mod metadata;
mod modules;
mod names;
mod operations;
mod operators;
mod parameters;
mod paths;
mod policies;
mod regexes;
mod reports;
mod rules;
mod scope;
mod statements;
pub(crate) mod types;
mod unfolding;
mod warnings;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use policyc_diagnostics::{Diagnostic, SourceId, Span};

pub(crate) use constants::Constant;
pub use functions::{FUNCTIONS, FunctionRow};
pub use operators::{OPERATORS, Operator};
pub use parameters::{ParamOverride, ParamValue};

use crate::schema::Schema;
use crate::syntax::ast;
use modules::Modules;
use reports::Reports;
use scope::Context;

/// A parsed module.
pub(crate) struct Parsed<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) file: &'a ast::File,
    pub(crate) root: bool,
    /// Whether parts of it could not be read.
    pub(crate) broken: bool,
}

/// Resolves the root modules, and what they import: `known` names all modules there are, `modules`
/// has those that are needed.
pub(crate) fn resolve<'a>(
    modules: &'a [Parsed<'a>],
    known: &'a [&'a str],
    schema: &'a Schema,
    params: &'a IndexMap<String, ParamOverride>,
    diagnostics: &mut Vec<Diagnostic>,
) -> hir::Program {
    let mut resolver = Resolver {
        schema,
        params,
        known,
        texts: modules
            .iter()
            .map(|module| (module.file.source, module.text))
            .collect(),
        modules: Modules::default(),
        values: BTreeMap::new(),
        checked: BTreeMap::new(),
        reports: Reports::new(
            modules
                .iter()
                .filter(|module| module.broken)
                .map(|module| (module.file.source, module.text)),
        ),
        cx: Context::default(),
    };
    resolver.load_modules(modules);
    let program = resolver.program();
    resolver.check_overrides();
    resolver.warn_unused_imports();
    diagnostics.extend(resolver.reports.finish());
    program
}

/// Everything that one run knows.
struct Resolver<'a> {
    schema: &'a Schema,
    params: &'a IndexMap<String, ParamOverride>,
    known: &'a [&'a str],
    texts: BTreeMap<SourceId, &'a str>,
    modules: Modules<'a>,
    /// Values of constants and parameters, by the place of their name.
    values: BTreeMap<Span, items::Value>,
    /// Functions and `let`s of policies that some rule used, by the place of their name.
    checked: BTreeMap<Span, ()>,
    reports: Reports<'a>,
    /// Where in the program the resolver is.
    cx: Context<'a>,
}

impl Resolver<'_> {
    /// The source text of a place; empty if it is in no module.
    fn text(&self, span: Span) -> &str {
        self.texts
            .get(&span.source)
            .and_then(|text| text.get(span.range()))
            .unwrap_or("")
    }

    /// Leaves a diagnostic; inside an inlined function it also names the call.
    fn report(&mut self, mut diagnostic: Diagnostic) {
        // A definition that nobody uses is checked as if it were used where it stands.
        if let Some(call) = self.cx.calls.first()
            && call.at != call.definition
        {
            let message = format!("in this use of `{}`", call.name);
            diagnostic = diagnostic.also(call.at, message);
        }
        self.reports.add(diagnostic);
    }
}
