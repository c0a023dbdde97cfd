//! From `match terraform` and `exclude terraform` to `resource_types`, and to what is skipped.

use policyc_diagnostics::Span;
use policyc_ir::scalar::Glob;
use policyc_ir::{BlockClause, BlockMode, BlockSelector, Operation};

use super::name;
use crate::backend::checkov::formula::Formula;
use crate::backend::checkov::refusal::Refusals;
use crate::schema::terraform::{Mode, Provider};

/// The most types a glob may stand for: a longer list is none that anybody can review.
const MAX_TYPES: usize = 60;

/// What a check is about.
pub(super) struct Selected {
    /// The types of blocks.
    pub(super) types: Vec<String>,
    /// Which of them the rule does not concern.
    pub(super) skipped: Formula,
}

/// What is selected and not left out.
pub(super) fn selected(
    matches: &[BlockClause],
    excludes: &[BlockClause],
    origin: Span,
    refusals: &mut Refusals,
) -> Selected {
    let mut clauses: Vec<(&BlockClause, Vec<String>)> = Vec::new();
    let mut types: Vec<String> = Vec::new();
    for clause in matches.iter().filter(|clause| is_of_files(clause)) {
        let own: Vec<String> = clause
            .blocks
            .iter()
            .flat_map(|selector| types_of(selector, clause.origin, refusals))
            .collect();
        for ty in &own {
            if !types.contains(ty) {
                types.push(ty.clone());
            }
        }
        clauses.push((clause, own));
    }
    let left_out: Vec<&BlockClause> = excludes.iter().filter(|it| is_of_files(it)).collect();
    types.retain(|ty| !left_out.iter().any(|it| it.names.is_empty() && has(it, ty)));
    if types.is_empty() && refusals.is_empty() {
        refusals.add(
            "match",
            "the rule concerns no block that could be in a file",
            origin,
        );
    }
    let of_types = |own: Vec<String>| (own.len() < types.len()).then_some(own);
    let matched: Vec<_> = clauses
        .into_iter()
        .map(|(clause, own)| {
            let own = own.into_iter().filter(|ty| types.contains(ty)).collect();
            let own = of_types(own);
            name::selects(own.as_deref(), &clause.names, clause.origin)
        })
        .collect();
    let excluded: Vec<_> = left_out
        .iter()
        .filter(|clause| !clause.names.is_empty())
        .map(|clause| {
            let own: Vec<String> = types.iter().filter(|ty| has(clause, ty)).cloned().collect();
            if own.is_empty() {
                return Formula::Constant(false);
            }
            let own = of_types(own);
            name::selects(own.as_deref(), &clause.names, clause.origin)
        })
        .collect();
    let matched = Formula::any(matched);
    let excluded = Formula::any(excluded);
    Selected {
        types,
        skipped: Formula::any([matched.negate(), excluded]),
    }
}

/// What is in files is about to be created.
fn is_of_files(clause: &BlockClause) -> bool {
    let BlockClause {
        blocks: _,
        names: _,
        operations,
        origin: _,
    } = clause;
    operations.is_empty() || operations.contains(&Operation::Create)
}

/// What Checkov calls the types that a selector names.
fn types_of(selector: &BlockSelector, origin: Span, refusals: &mut Refusals) -> Vec<String> {
    let BlockSelector { mode, ty } = selector;
    let name = ty.as_deref().unwrap_or("*");
    let (prefix, mode) = match mode {
        BlockMode::Resource => ("", Mode::Managed),
        BlockMode::Data => ("data.", Mode::Data),
        BlockMode::Module | BlockMode::Provider => {
            refusals.add(
                "module or provider block",
                "their arguments have no schema here, and Checkov writes the strings `true` and \
                 `false` as booleans",
                origin,
            );
            return Vec::new();
        }
        BlockMode::Variable | BlockMode::Output => {
            refusals.add(
                "variable or output block",
                "checks on attributes reach resources, data sources, modules and providers only",
                origin,
            );
            return Vec::new();
        }
    };
    if !name.contains(['*', '?']) {
        return vec![format!("{prefix}{name}")];
    }
    let glob = Glob::new(name);
    let provider = Provider::ALL
        .iter()
        .find(|provider| name.starts_with(&format!("{}_", provider.as_str())));
    let types: Vec<String> = provider
        .into_iter()
        .flat_map(|provider| provider.entries(mode))
        .filter(|entry| glob.matches(entry.name))
        .map(|entry| format!("{prefix}{}", entry.name))
        .collect();
    if types.is_empty() || types.len() > MAX_TYPES {
        refusals.add(
            "wildcard",
            format!("a check names each type of blocks, and `{name}` are too many"),
            origin,
        );
        return Vec::new();
    }
    types
}

/// Whether a clause of what is left out has the type.
fn has(clause: &BlockClause, ty: &str) -> bool {
    let (mode, name) = match ty.strip_prefix("data.") {
        Some(name) => (BlockMode::Data, name),
        None => (BlockMode::Resource, ty),
    };
    clause.blocks.is_empty()
        || clause.blocks.iter().any(|selector| {
            let glob = selector.ty.as_deref().unwrap_or("*");
            selector.mode == mode && Glob::new(glob).matches(name)
        })
}
