//! Modules, and what the names in them stand for.

use policyc_compiler::syntax::ast;

/// A parsed source.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) root: bool,
    pub(super) file: ast::File,
}

/// What a module or a policy defines.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'r> {
    Param(&'r ast::Param),
    Const(&'r ast::Const),
    Let(&'r ast::Let),
    Function(&'r ast::Function),
}

/// Where a definition stands: what the names in it are looked for in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'r> {
    pub(super) module: &'r Module,
    pub(super) policy: Option<&'r ast::Policy>,
}

/// What a name stands for, besides local names and fields.
#[derive(Debug, Clone, Copy)]
pub(super) enum Defined<'r> {
    Item(Item<'r>, Site<'r>),
    Module(&'r Module),
}

impl Module {
    pub(super) fn policies(&self) -> impl Iterator<Item = &ast::Policy> {
        self.file.items.iter().filter_map(|item| match item {
            ast::Item::Policy(policy) => Some(policy),
            ast::Item::Import(_)
            | ast::Item::Param(_)
            | ast::Item::Const(_)
            | ast::Item::Function(_)
            | ast::Item::Reserved(_) => None,
        })
    }

    pub(super) fn item(&self, name: &str) -> Option<Item<'_>> {
        self.file.items.iter().find_map(|item| match item {
            ast::Item::Param(it) => (it.name.text == name).then_some(Item::Param(it)),
            ast::Item::Const(it) => (it.name.text == name).then_some(Item::Const(it)),
            ast::Item::Function(it) => (it.name.text == name).then_some(Item::Function(it)),
            ast::Item::Policy(_) | ast::Item::Import(_) | ast::Item::Reserved(_) => None,
        })
    }
}

fn item_of_policy<'r>(policy: &'r ast::Policy, name: &str) -> Option<Item<'r>> {
    policy.members.iter().find_map(|member| match member {
        ast::PolicyMember::Param(it) => (it.name.text == name).then_some(Item::Param(it)),
        ast::PolicyMember::Const(it) => (it.name.text == name).then_some(Item::Const(it)),
        ast::PolicyMember::Let(it) => (it.name.text == name).then_some(Item::Let(it)),
        ast::PolicyMember::Function(it) => (it.name.text == name).then_some(Item::Function(it)),
        ast::PolicyMember::Field(_) | ast::PolicyMember::Rule(_) => None,
    })
}

/// What a name stands for at a site: of the policy, of the module, imported.
pub(super) fn lookup<'r>(modules: &'r [Module], site: Site<'r>, name: &str) -> Option<Defined<'r>> {
    let of_module = Site {
        module: site.module,
        policy: None,
    };
    if let Some(item) = site.policy.and_then(|policy| item_of_policy(policy, name)) {
        return Some(Defined::Item(item, site));
    }
    if let Some(item) = site.module.item(name) {
        return Some(Defined::Item(item, of_module));
    }
    let imports = site.module.file.items.iter().filter_map(|item| match item {
        ast::Item::Import(import) => Some(import),
        ast::Item::Policy(_)
        | ast::Item::Param(_)
        | ast::Item::Const(_)
        | ast::Item::Function(_)
        | ast::Item::Reserved(_) => None,
    });
    imports
        .into_iter()
        .find_map(|import| imported(modules, import, name))
}

/// What an import makes of a name.
fn imported<'r>(modules: &'r [Module], import: &ast::Import, name: &str) -> Option<Defined<'r>> {
    let parts: Vec<&str> = import.path.iter().map(|part| part.text.as_str()).collect();
    let find = |name: &str| modules.iter().find(|module| module.name == name);
    let item = |module: &'r Module, name: &str| {
        let site = Site {
            module,
            policy: None,
        };
        module.item(name).map(|item| Defined::Item(item, site))
    };
    if let Some(names) = &import.names {
        let module = find(&parts.join("."))?;
        let wanted = names
            .iter()
            .find(|it| it.alias.as_ref().unwrap_or(&it.name).text == name)?;
        return item(module, &wanted.name.text);
    }
    let (last, parents) = parts.split_last()?;
    let local = import.alias.as_ref().map_or(*last, |alias| &alias.text);
    if local != name {
        return None;
    }
    match find(&parts.join(".")) {
        Some(module) => Some(Defined::Module(module)),
        None => item(find(&parents.join("."))?, last),
    }
}
