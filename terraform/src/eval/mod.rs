//! Evaluation: expressions with what they refer to, lazily, each thing once.

mod binding;
mod expand;
mod expr;
mod forms;
mod instance;
mod operators;
mod reference;
mod resource;
mod template;
mod variable;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic, SourceId, SourceMap, Span};

use crate::files::Files;
use crate::module::{Module, Reading, read_module};
use crate::syntax::tree::{Expr, Range};
use crate::value::{Reason, Value};

pub(crate) use binding::{Binding, Each, Scope};
pub use expand::InstanceKey;
pub(crate) use expand::{Expansion, Nested};
pub(crate) use instance::{CallSite, Children, Holder, Instance, Slot};
pub(crate) use variable::Given;

/// How many expressions may wait for each other.
const MAX_DEPTH: usize = 3_000;

/// How much one run may evaluate: expressions, and the weight of what they make.
const MAX_STEPS: u64 = 20_000_000;

/// How many values the bodies of all blocks may have.
const MAX_NODES: u64 = 5_000_000;

/// How many diagnostics of one run are kept.
const MAX_DIAGNOSTICS: usize = 1_000;

/// How many modules may be inside each other.
pub(crate) const MAX_MODULES: usize = 32;

/// How many instances of modules a run may have.
pub(crate) const MAX_MODULE_INSTANCES: usize = 20_000;

/// How many instances one resource or module may have.
pub(crate) const MAX_INSTANCES: usize = 10_000;

/// How many blocks a run may give.
pub(crate) const MAX_BLOCKS: usize = 200_000;

/// Why an expression has no value.
#[derive(Debug)]
pub(crate) struct Fault(Box<FaultDetail>);

#[derive(Debug)]
pub(crate) struct FaultDetail {
    pub(crate) code: Code,
    pub(crate) span: Span,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn code(&self) -> Code {
        self.0.code
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }
}

/// A value, or why there is none.
pub(crate) type Evaluated = Result<Value, Fault>;

/// Something that is known, or the reason why not.
pub(crate) type Known<T> = Result<T, Reason>;

/// The template in a file, and the id of its text.
pub(crate) type TemplateFile = Known<Rc<(Expr, SourceId)>>;

/// What the loading of a root module may use.
pub(crate) struct Settings<'a> {
    pub(crate) files: &'a dyn Files,
    /// The folder of the root module.
    pub(crate) folder: &'a str,
    pub(crate) workspace: &'a str,
}

/// Evaluates what one root module declares.
pub(crate) struct Evaluator<'a> {
    pub(crate) settings: Settings<'a>,
    sources: RefCell<&'a mut SourceMap>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    said: RefCell<BTreeSet<(Code, Span)>>,
    modules: RefCell<BTreeMap<String, Option<Arc<Module>>>>,
    templates: RefCell<BTreeMap<String, TemplateFile>>,
    depth: Cell<usize>,
    steps: Cell<u64>,
    nodes: Cell<u64>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(settings: Settings<'a>, sources: &'a mut SourceMap) -> Self {
        Self {
            settings,
            sources: RefCell::new(sources),
            diagnostics: RefCell::default(),
            said: RefCell::default(),
            modules: RefCell::default(),
            templates: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            nodes: Cell::new(0),
        }
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }

    /// Says something once for a place.
    pub(crate) fn say(&self, diagnostic: Diagnostic) {
        let mut diagnostics = self.diagnostics.borrow_mut();
        if diagnostics.len() >= MAX_DIAGNOSTICS {
            return;
        }
        if let Some(span) = diagnostic.span()
            && !self.said.borrow_mut().insert((diagnostic.code, span))
        {
            return;
        }
        diagnostics.push(diagnostic);
    }

    /// Says why there is no value, and gives the unknown value to take in its place.
    pub(crate) fn recover(&self, fault: Fault) -> Value {
        Value::Unknown(self.reason(fault))
    }

    /// Says why there is no value, and gives the reason for which it is unknown.
    pub(crate) fn reason(&self, fault: Fault) -> Reason {
        let detail = *fault.0;
        let reason = format!("it cannot be evaluated: {}", detail.message);
        self.say(Diagnostic::new(detail.code, detail.span, detail.message));
        Reason::from(reason).or_null()
    }

    /// Reads files with what is needed for it.
    pub(crate) fn reading<T>(&self, read: impl FnOnce(&mut Reading<'_>) -> T) -> T {
        let mut sources = self.sources.borrow_mut();
        let mut diagnostics = Vec::new();
        let result = read(&mut Reading {
            files: self.settings.files,
            sources: &mut sources,
            diagnostics: &mut diagnostics,
        });
        for diagnostic in diagnostics {
            self.say(diagnostic);
        }
        result
    }

    /// The module in a folder, read once; none when there is no such folder.
    pub(crate) fn module(&self, folder: &str) -> Option<Arc<Module>> {
        if let Some(module) = self.modules.borrow().get(folder) {
            return module.clone();
        }
        let module = self
            .reading(|reading| read_module(reading, folder))
            .ok()
            .map(Arc::new);
        self.modules
            .borrow_mut()
            .insert(folder.to_owned(), module.clone());
        module
    }

    /// The folders of the modules that were read.
    pub(crate) fn folders(&self) -> Vec<String> {
        let modules = self.modules.borrow();
        let here = modules.iter().filter(|(_, module)| module.is_some());
        here.map(|(folder, _)| folder.clone()).collect()
    }

    /// The text at a place.
    pub(crate) fn text(&self, range: Range, scope: &Scope<'_>) -> String {
        self.sources
            .borrow()
            .slice(range.of(scope.source))
            .to_owned()
    }

    /// Counts what was done.
    ///
    /// # Errors
    ///
    /// When that is too much.
    pub(crate) fn charge(&self, steps: u32, scope: &Scope<'_>, range: Range) -> Result<(), Fault> {
        if self.count_steps(steps) {
            Ok(())
        } else {
            Err(scope.limit(range, "there is too much to evaluate"))
        }
    }

    fn count_steps(&self, steps: u32) -> bool {
        let total = self.steps.get().saturating_add(steps.into());
        self.steps.set(total);
        total <= MAX_STEPS
    }

    /// Counts what is done for a variable; says when that is too much.
    fn has_steps(&self, steps: u32, span: Span) -> bool {
        let room = self.count_steps(steps);
        if !room {
            let message = "there is too much to evaluate";
            self.say(Diagnostic::new(Code::E0723, span, message));
        }
        room
    }

    /// Counts values of bodies; tells whether there is room for them.
    pub(crate) fn has_room(&self, values: u32, span: Span) -> bool {
        let total = self.nodes.get().saturating_add(values.into());
        if total > MAX_NODES {
            let message = format!("there are more than {MAX_NODES} values");
            self.say(Diagnostic::new(Code::E0723, span, message));
            return false;
        }
        self.nodes.set(total);
        true
    }

    /// Evaluates something that may wait for something else.
    pub(crate) fn deeper<T>(
        &self,
        scope: &Scope<'_>,
        range: Range,
        evaluate: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Err(scope.limit(range, "too many values wait for each other"));
        }
        self.depth.set(depth + 1);
        let result = evaluate();
        self.depth.set(depth);
        result
    }
}
