//! Modules: which there are, what each defines, and what it imports.

use indexmap::IndexMap;
use policyc_diagnostics::{Code, Diagnostic, Span};

use super::reports::suggest;
use super::scope::Site;
use super::{Parsed, Resolver};
use crate::schema::nearest;
use crate::syntax::ast;

/// Longest chain of imports.
const MAX_CHAIN: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModuleId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PolicyId(usize);

/// What a name of a module or policy is defined as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    Param(&'a ast::Param),
    Const(&'a ast::Const),
    Let(&'a ast::Let),
    Function(&'a ast::Function),
}

impl<'a> Item<'a> {
    pub(super) fn name(self) -> &'a ast::Ident {
        match self {
            Self::Param(item) => &item.name,
            Self::Const(item) => &item.name,
            Self::Let(item) => &item.name,
            Self::Function(item) => &item.name,
        }
    }
}

/// An item, with the module and policy it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition<'a> {
    pub(super) item: Item<'a>,
    pub(super) site: Site,
}

/// What an imported name stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Imported<'a> {
    Module(ModuleId),
    Item(Definition<'a>),
    /// Nothing, which is reported.
    Unknown,
}

#[derive(Debug)]
struct Import<'a> {
    target: Imported<'a>,
    span: Span,
    used: bool,
}

#[derive(Debug)]
struct Module<'a> {
    name: &'a str,
    root: bool,
    file: &'a ast::File,
    items: IndexMap<&'a str, Definition<'a>>,
    imports: IndexMap<&'a str, Import<'a>>,
}

#[derive(Debug)]
struct PolicyNames<'a> {
    name: &'a str,
    items: IndexMap<&'a str, Definition<'a>>,
}

/// All modules of a run, and the names in them.
#[derive(Debug, Default)]
pub(super) struct Modules<'a> {
    list: Vec<Module<'a>>,
    by_name: IndexMap<&'a str, ModuleId>,
    policies: Vec<PolicyNames<'a>>,
}

impl<'a> Modules<'a> {
    fn get(&self, id: ModuleId) -> Option<&Module<'a>> {
        self.list.get(id.0)
    }

    /// The items of a module.
    pub(super) fn items(&self, id: ModuleId) -> impl Iterator<Item = Definition<'a>> + '_ {
        self.get(id)
            .into_iter()
            .flat_map(|module| module.items.values().copied())
    }

    pub(super) fn item(&self, id: ModuleId, name: &str) -> Option<Definition<'a>> {
        self.get(id)?.items.get(name).copied()
    }

    pub(super) fn name(&self, id: ModuleId) -> &'a str {
        self.get(id).map_or("", |module| module.name)
    }

    pub(super) fn find(&self, name: &str) -> Option<ModuleId> {
        self.by_name.get(name).copied()
    }

    pub(super) fn file(&self, id: ModuleId) -> Option<&'a ast::File> {
        self.get(id).map(|module| module.file)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.list.len()).map(ModuleId)
    }

    /// The modules whose policies are compiled.
    pub(super) fn roots(&self) -> Vec<ModuleId> {
        let numbered = self.list.iter().enumerate();
        numbered
            .filter(|(_, module)| module.root)
            .map(|(index, _)| ModuleId(index))
            .collect()
    }

    /// What a module imports under a name; using it counts.
    pub(super) fn imported(&mut self, id: ModuleId, name: &str) -> Option<Imported<'a>> {
        let import = self.list.get_mut(id.0)?.imports.get_mut(name)?;
        import.used = true;
        Some(import.target)
    }

    /// The names that a module defines or imports.
    pub(super) fn names(&self, id: ModuleId) -> Vec<&'a str> {
        self.get(id).map_or_else(Vec::new, |module| {
            let names = module.items.keys().chain(module.imports.keys());
            names.copied().collect()
        })
    }

    pub(super) fn add_policy(&mut self, name: &'a str) -> PolicyId {
        let id = PolicyId(self.policies.len());
        self.policies.push(PolicyNames {
            name,
            items: IndexMap::new(),
        });
        id
    }

    pub(super) fn policy_item(&self, id: PolicyId, name: &str) -> Option<Definition<'a>> {
        self.policies.get(id.0)?.items.get(name).copied()
    }

    pub(super) fn policy_items(&self, id: PolicyId) -> Vec<Definition<'a>> {
        self.policies
            .get(id.0)
            .map_or_else(Vec::new, |policy| policy.items.values().copied().collect())
    }

    pub(super) fn policy_name(&self, id: PolicyId) -> &'a str {
        self.policies.get(id.0).map_or("", |policy| policy.name)
    }

    pub(super) fn policies(&self) -> impl Iterator<Item = PolicyId> + use<> {
        (0..self.policies.len()).map(PolicyId)
    }

    fn add_policy_item(&mut self, id: PolicyId, definition: Definition<'a>) {
        if let Some(policy) = self.policies.get_mut(id.0) {
            let name = definition.item.name();
            policy.items.insert(&name.text, definition);
        }
    }
}

impl<'a> Resolver<'a> {
    pub(super) fn load_modules(&mut self, parsed: &'a [Parsed<'a>]) {
        for module in parsed {
            let id = ModuleId(self.modules.list.len());
            self.modules.by_name.entry(module.name).or_insert(id);
            self.modules.list.push(Module {
                name: module.name,
                root: module.root,
                file: module.file,
                items: IndexMap::new(),
                imports: IndexMap::new(),
            });
        }
        for index in 0..parsed.len() {
            self.define_items(ModuleId(index));
        }
        let mut done = vec![false; parsed.len()];
        for root in self.modules.roots() {
            self.follow_imports(root, &mut Vec::new(), &mut done);
        }
    }

    fn define_items(&mut self, id: ModuleId) {
        let Some(file) = self.modules.file(id) else {
            return;
        };
        let site = Site {
            module: id,
            policy: None,
        };
        for item in &file.items {
            let item = match item {
                ast::Item::Param(item) => Item::Param(item),
                ast::Item::Const(item) => Item::Const(item),
                ast::Item::Function(item) => Item::Function(item),
                ast::Item::Import(_) | ast::Item::Policy(_) | ast::Item::Reserved(_) => continue,
            };
            let name = item.name();
            let before = self.modules.item(id, &name.text);
            if let Some(before) = before {
                self.defined_twice(name, before.item.name().span);
            } else if let Some(module) = self.modules.list.get_mut(id.0) {
                module.items.insert(&name.text, Definition { item, site });
            }
        }
    }

    /// Adds an item of a policy.
    pub(super) fn define_in_policy(&mut self, site: Site, policy: PolicyId, item: Item<'a>) {
        let name = item.name();
        if let Some(before) = self.modules.policy_item(policy, &name.text) {
            self.defined_twice(name, before.item.name().span);
        } else {
            self.modules
                .add_policy_item(policy, Definition { item, site });
        }
    }

    pub(super) fn defined_twice(&mut self, name: &ast::Ident, before: Span) {
        let message = format!("`{}` is defined twice", name.text);
        self.report(Diagnostic::new(Code::E0202, name.span, message).also(before, "first here"));
    }

    fn follow_imports(&mut self, id: ModuleId, chain: &mut Vec<ModuleId>, done: &mut [bool]) {
        if chain.len() >= MAX_CHAIN {
            return;
        }
        match done.get_mut(id.0) {
            Some(done) if !*done => *done = true,
            _ => return,
        }
        let Some(file) = self.modules.file(id) else {
            return;
        };
        chain.push(id);
        for item in &file.items {
            if let ast::Item::Import(import) = item
                && let Some(target) = self.import(id, import)
            {
                if let Some(at) = chain.iter().position(|module| *module == target) {
                    let cycle: Vec<&str> = chain
                        .iter()
                        .skip(at)
                        .chain([&target])
                        .map(|module| self.modules.name(*module))
                        .collect();
                    let message = format!("modules import each other: {}", cycle.join(" → "));
                    self.report(
                        Diagnostic::new(Code::E0206, import.span, message)
                            .help("move what both need into a third module"),
                    );
                } else {
                    self.follow_imports(target, chain, done);
                }
            }
        }
        chain.pop();
    }

    /// Resolves an import and gives the module it names.
    fn import(&mut self, id: ModuleId, import: &'a ast::Import) -> Option<ModuleId> {
        let path: Vec<&str> = import.path.iter().map(|part| part.text.as_str()).collect();
        let last = import.path.last()?;
        if let Some(names) = &import.names {
            let target = self.modules.find(&path.join("."));
            if target.is_none() {
                self.unknown_module(import);
            }
            for imported in names {
                let item = target.map(|target| self.import_item(target, &imported.name));
                let local = imported.alias.as_ref().unwrap_or(&imported.name);
                self.bind_import(id, local, item.unwrap_or(Imported::Unknown));
            }
            return target;
        }
        let local = import.alias.as_ref().unwrap_or(last);
        if let Some(target) = self.modules.find(&path.join(".")) {
            self.bind_import(id, local, Imported::Module(target));
            return Some(target);
        }
        let parent = path.split_last().map(|(_, parent)| parent.join("."));
        let Some(target) = parent.and_then(|parent| self.modules.find(&parent)) else {
            self.unknown_module(import);
            self.bind_import(id, local, Imported::Unknown);
            return None;
        };
        let item = self.import_item(target, last);
        self.bind_import(id, local, item);
        Some(target)
    }

    fn import_item(&mut self, module: ModuleId, name: &ast::Ident) -> Imported<'a> {
        if let Some(definition) = self.modules.item(module, &name.text) {
            return Imported::Item(definition);
        }
        let message = format!(
            "module `{}` defines no `{}`",
            self.modules.name(module),
            name.text
        );
        let names = self.modules.items(module).map(|it| &*it.item.name().text);
        let near = nearest(&name.text, names);
        self.report(suggest(
            Diagnostic::new(Code::E0205, name.span, message),
            name.span,
            &near,
        ));
        Imported::Unknown
    }

    fn unknown_module(&mut self, import: &ast::Import) {
        let path = &import.path;
        let parts: Vec<&str> = path.iter().map(|part| part.text.as_str()).collect();
        let name = parts.join(".");
        let span = path
            .iter()
            .map(|part| part.span)
            .reduce(Span::to)
            .unwrap_or(import.span);
        let near = nearest(&name, self.known.iter().copied());
        let mut diagnostic =
            Diagnostic::new(Code::E0204, span, format!("there is no module `{name}`"));
        if near.is_empty() && parts.first() != Some(&"std") {
            let file = parts.join("/");
            diagnostic = diagnostic.note(format!(
                "it would be the file `{file}.policy` below the folder of the project"
            ));
        }
        self.report(suggest(diagnostic, span, &near));
    }

    fn bind_import(&mut self, id: ModuleId, local: &'a ast::Ident, target: Imported<'a>) {
        let before = self.modules.get(id).and_then(|module| {
            let item = module.items.get(local.text.as_str());
            item.map(|item| item.item.name().span)
                .or_else(|| Some(module.imports.get(local.text.as_str())?.span))
        });
        if let Some(before) = before {
            self.defined_twice(local, before);
        } else if let Some(module) = self.modules.list.get_mut(id.0) {
            let import = Import {
                target,
                span: local.span,
                used: false,
            };
            module.imports.insert(&local.text, import);
        }
    }

    pub(super) fn warn_unused_imports(&mut self) {
        let mut unused = Vec::new();
        for module in &self.modules.list {
            for (name, import) in &module.imports {
                if !import.used && !matches!(import.target, Imported::Unknown) {
                    unused.push((*name, import.span));
                }
            }
        }
        for (name, span) in unused {
            let message = format!("nothing uses the import `{name}`");
            self.report(Diagnostic::new(Code::W0201, span, message).help("remove it"));
        }
    }
}
