//! Loading a root module and all it calls.

mod block;
mod node;
mod references;
mod resource;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use policyc_diagnostics::{Code, Diagnostic, SourceMap};

use crate::eval::{
    Children, Each, Evaluator, Expansion, Given, Instance, InstanceKey, MAX_BLOCKS,
    MAX_MODULE_INSTANCES, Scope, Settings,
};
use crate::files::Files;
use crate::module::read_variables;
use crate::path;
use crate::syntax::tree::{self, Name};
use crate::value::{Reason, Value};

pub use block::{Block, Mode, Reference};
use node::Nodes;
use references::references;

/// The stack that evaluation gets: expressions may wait for each other thousands deep.
const STACK: usize = 256 << 20;

/// How a root module is loaded.
#[derive(Debug, Clone)]
pub struct Options {
    /// What `terraform.workspace` is.
    pub workspace: String,
    /// Values that the environment gives, by the names of the variables (`TF_VAR_name`): they give
    /// way to those of any file.
    pub environment: Vec<(String, String)>,
    /// `--var` and `--var-file`, in their order: later ones win, and all win over
    /// `terraform.tfvars` and `*.auto.tfvars`.
    pub assignments: Vec<Assignment>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workspace: "default".to_owned(),
            environment: Vec::new(),
            assignments: Vec::new(),
        }
    }
}

/// Values of variables on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignment {
    /// `--var name=value`
    Variable {
        /// The variable.
        name: String,
        /// The text after the `=`.
        value: String,
    },
    /// `--var-file path`, the path relative to the scanned folder.
    File(String),
}

/// What loading gives.
#[derive(Debug, Default)]
pub struct Loaded {
    /// All blocks: those of the root module in the order of its files, then those of the modules
    /// it calls.
    pub blocks: Vec<Block>,
    /// What is wrong, or not looked at.
    pub diagnostics: Vec<Diagnostic>,
    /// The folders of all modules that were called: who scans a tree needs not load these again.
    pub called: Vec<String>,
    /// How much there was.
    pub statistics: Statistics,
}

/// How much was loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Instances of modules, the root module included.
    pub modules: usize,
    /// Module calls of which nothing is loaded, since they come from a registry, from Git, or
    /// from where there is nothing.
    pub modules_not_loaded: usize,
    /// Resources and data sources, an instance each.
    pub resources: usize,
    /// Blocks of which nobody knows how many instances there are.
    pub uncertain: usize,
}

/// Loads the root module in `folder` and the modules it calls, as far as they are among `files`.
///
/// Every file that is read is added to `sources` under its path in the scanned folder.
#[must_use]
pub fn load(files: &dyn Files, folder: &str, options: &Options, sources: &mut SourceMap) -> Loaded {
    let run = || run(files, folder, options, sources);
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name("terraform".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, run);
        match thread.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Loaded {
                diagnostics: vec![Diagnostic::global(
                    Code::E0723,
                    format!("no thread can be started: {error}"),
                )],
                ..Loaded::default()
            },
        }
    })
}

fn run(files: &dyn Files, folder: &str, options: &Options, sources: &mut SourceMap) -> Loaded {
    let evaluator = Evaluator::new(
        Settings {
            files,
            folder,
            workspace: &options.workspace,
        },
        sources,
    );
    let mut loader = Loader {
        evaluator: &evaluator,
        blocks: Vec::new(),
        statistics: Statistics::default(),
    };
    match evaluator.module(folder) {
        Some(module) => {
            let given = given(&evaluator, files, folder, options, &module.variables);
            let root = Instance::new(module, String::new(), None, given);
            loader.load(&root);
        }
        None => evaluator.say(Diagnostic::global(
            Code::E0720,
            format!("there is no folder `{folder}`"),
        )),
    }
    let Loader {
        blocks, statistics, ..
    } = loader;
    let mut called = evaluator.folders();
    called.retain(|called| called != folder);
    Loaded {
        blocks,
        diagnostics: evaluator.into_diagnostics(),
        called,
        statistics,
    }
}

/// The values that are given for the variables of the root module.
fn given(
    evaluator: &Evaluator<'_>,
    files: &dyn Files,
    folder: &str,
    options: &Options,
    declared: &BTreeMap<Name, usize>,
) -> BTreeMap<Name, Given> {
    let mut given: BTreeMap<Name, Given> = BTreeMap::new();
    let text = |origin: String, value: &str| {
        let text: Arc<str> = Arc::from(value);
        let source = evaluator.reading(|reading| reading.sources.add(origin, Arc::clone(&text)));
        Given::Text(text, source)
    };
    for (name, value) in &options.environment {
        if declared.contains_key(name.as_str()) {
            given.insert(
                Name::from(name.as_str()),
                text(format!("TF_VAR_{name}"), value),
            );
        }
    }
    let mut names = files
        .list(folder)
        .map(|listing| listing.files)
        .unwrap_or_default();
    names.retain(|name| {
        matches!(name.as_str(), "terraform.tfvars" | "terraform.tfvars.json")
            || name.ends_with(".auto.tfvars")
            || name.ends_with(".auto.tfvars.json")
    });
    // `terraform.tfvars` and its JSON twin give way to the automatic ones.
    names.sort_by_key(|name| (!name.starts_with("terraform.tfvars"), name.clone()));
    let file = |path: &str, given: &mut BTreeMap<Name, Given>| {
        let body = evaluator.reading(|reading| read_variables(reading, path));
        for attribute in body.attributes {
            let value = Given::Expression(attribute.value, attribute.source);
            given.insert(attribute.name, value);
        }
    };
    for name in names {
        file(&path::join(folder, &name), &mut given);
    }
    for assignment in &options.assignments {
        match assignment {
            Assignment::File(path) => match path::resolve("", path) {
                Some(path) => file(&path, &mut given),
                None => evaluator.say(Diagnostic::global(
                    Code::E0720,
                    format!("`{path}` is outside of the scanned folder"),
                )),
            },
            Assignment::Variable { name, value } => {
                if declared.contains_key(name.as_str()) {
                    given.insert(
                        Name::from(name.as_str()),
                        text(format!("--var {name}"), value),
                    );
                } else {
                    let message = format!("there is no variable `{name}`");
                    evaluator.say(Diagnostic::global(Code::E0727, message));
                }
            }
        }
    }
    given
}

struct Loader<'a, 'e> {
    evaluator: &'a Evaluator<'e>,
    blocks: Vec<Block>,
    statistics: Statistics,
}

/// A module instance whose blocks are still to be given.
struct Pending {
    instance: Rc<Instance>,
    uncertain: Option<Reason>,
}

impl Loader<'_, '_> {
    fn load(&mut self, root: &Rc<Instance>) {
        let mut pending = vec![Pending {
            instance: Rc::clone(root),
            uncertain: None,
        }];
        while let Some(next) = pending.pop() {
            let modules = self.statistics.modules;
            if modules >= MAX_MODULE_INSTANCES || self.blocks.len() >= MAX_BLOCKS {
                let message = format!(
                    "there are more than {MAX_MODULE_INSTANCES} modules or {MAX_BLOCKS} blocks"
                );
                self.evaluator.say(Diagnostic::global(Code::E0723, message));
                return;
            }
            self.statistics.modules += 1;
            let mut called = Vec::new();
            let folder: Arc<str> = Arc::from(next.instance.module.folder.as_str());
            for index in 0..next.instance.module.blocks.len() {
                self.block(&next, index, &folder, &mut called);
            }
            pending.extend(called.into_iter().rev());
        }
    }

    fn block(
        &mut self,
        pending: &Pending,
        index: usize,
        folder: &Arc<str>,
        called: &mut Vec<Pending>,
    ) {
        let instance = &pending.instance;
        let Some(block) = instance.module.block(index) else {
            return;
        };
        let Some(mode) = Mode::of(&block.kind) else {
            return;
        };
        let scope = Scope::of(instance, block.source);
        let header = block.header;
        let (instances, uncertain) = match mode {
            Mode::Resource | Mode::Data | Mode::Ephemeral | Mode::Module => {
                match self.evaluator.expansion(instance, index, header, &scope) {
                    Ok(expansion) => {
                        let reason = match &*expansion {
                            Expansion::Unknown { reason, .. } => Some(reason.clone()),
                            Expansion::Single | Expansion::Count(_) | Expansion::ForEach(_) => None,
                        };
                        (expansion.instances(), reason)
                    }
                    Err(fault) => {
                        self.evaluator.recover(fault);
                        return;
                    }
                }
            }
            Mode::Provider | Mode::Variable | Mode::Output | Mode::Locals | Mode::Terraform => {
                (vec![(InstanceKey::None, Each::None)], None)
            }
        };
        let uncertain = uncertain.or_else(|| pending.uncertain.clone());
        let mut not_loaded = None;
        if mode == Mode::Module {
            match self.evaluator.children(instance, index, header, &scope) {
                Ok(children) => match &*children {
                    Children::Here(children) => {
                        called.extend(children.iter().map(|(_, child)| Pending {
                            instance: Rc::clone(child),
                            uncertain: uncertain.clone(),
                        }));
                    }
                    Children::NotHere(reason) => not_loaded = Some(reason.clone()),
                },
                Err(fault) => {
                    self.evaluator.recover(fault);
                }
            }
        }
        for (key, each) in instances {
            if self.blocks.len() >= MAX_BLOCKS {
                self.evaluator.say(Diagnostic::new(
                    Code::E0723,
                    header.of(block.source),
                    format!("there are more than {MAX_BLOCKS} blocks"),
                ));
                return;
            }
            let scope = Scope {
                each: &each,
                ..scope
            };
            let mut made = self.made(instance, block, mode, key, &scope);
            made.folder = Arc::clone(folder);
            made.uncertain.clone_from(&uncertain);
            made.not_loaded.clone_from(&not_loaded);
            self.count(&made);
            self.blocks.push(made);
        }
    }

    fn count(&mut self, block: &Block) {
        let statistics = &mut self.statistics;
        if block.not_loaded.is_some() {
            statistics.modules_not_loaded += 1;
        }
        if matches!(block.mode, Mode::Resource | Mode::Data | Mode::Ephemeral) {
            statistics.resources += 1;
        }
        if block.uncertain.is_some() {
            statistics.uncertain += 1;
        }
    }

    fn made(
        &self,
        instance: &Instance,
        block: &tree::Block,
        mode: Mode,
        key: InstanceKey,
        scope: &Scope<'_>,
    ) -> Block {
        let empty = || Arc::from("");
        let label = |index: usize| block.labels.get(index).cloned().unwrap_or_else(empty);
        let (kind, name, address) = match mode {
            Mode::Resource => (label(0), label(1), format!("{}.{}", label(0), label(1))),
            Mode::Data => (
                label(0),
                label(1),
                format!("data.{}.{}", label(0), label(1)),
            ),
            Mode::Ephemeral => {
                let address = format!("ephemeral.{}.{}", label(0), label(1));
                (label(0), label(1), address)
            }
            Mode::Module => (empty(), label(0), format!("module.{}", label(0))),
            Mode::Variable => (empty(), label(0), format!("var.{}", label(0))),
            Mode::Output => (empty(), label(0), format!("output.{}", label(0))),
            Mode::Locals => (empty(), empty(), "locals".to_owned()),
            Mode::Terraform => (empty(), empty(), "terraform".to_owned()),
            Mode::Provider => {
                let alias = block.body.attribute("alias").map(|alias| &alias.value.kind);
                match alias {
                    Some(tree::Kind::Literal(Value::String(alias))) => {
                        let address = format!("provider.{}.{alias}", label(0));
                        (label(0), Arc::clone(alias), address)
                    }
                    _ => (label(0), empty(), format!("provider.{}", label(0))),
                }
            }
        };
        let nodes = Nodes {
            evaluator: self.evaluator,
            source: block.source,
            header: block.header,
        };
        Block {
            mode,
            kind,
            name,
            address: instance.address_of(&format!("{address}{key}")),
            module: instance.address.clone(),
            folder: empty(),
            key,
            uncertain: None,
            not_loaded: None,
            header: block.header.of(block.source),
            span: block.range.of(block.source),
            calls: instance
                .call
                .as_ref()
                .map_or_else(Arc::default, |call| Arc::clone(&call.spans)),
            body: nodes.body(&block.kind, &block.body, block.range, scope, 0),
            references: references(self.evaluator, &block.body, *scope),
        }
    }
}
