//! Whether Checkov knows what a filter looks at.
//!
//! To a filter, what Checkov cannot resolve is the text of an expression: `@.from_port == 22` is
//! false of `var.port`, and the check would pass or fail. An operator that compares has no verdict
//! there (`is_value_attribute_check` in
//! `common/checks_infra/solvers/attribute_solvers/base_attribute_solver.py`): so one that is true of
//! every value stands beside the filter, wherever what is not known could turn its answer.

use crate::backend::checkov::attribute::dotted;
use crate::backend::checkov::document::{Definition, Operand, UNRESOLVED};
use crate::backend::checkov::jsonpath::{push_field, quote};
use crate::backend::checkov::term::{Atom, Exists, Shape, Step, Test};

/// Elements of a list, and a map as a list of it alone.
const ELEMENTS: &str = "[?(@.`len` >= 0)]";

/// What values that are not known can do to the answer of a filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Doubt {
    /// An element may be overlooked.
    overlooks: bool,
    /// An element may be found that does not satisfy the body.
    invents: bool,
}

impl Doubt {
    /// A comparison with what is not known is false; `positive` says whether an element must satisfy
    /// it, or must not.
    const fn add(&mut self, positive: bool) {
        if positive {
            self.overlooks = true;
        } else {
            self.invents = true;
        }
    }
}

/// The filter's answer, `found` or not, where all it looks at is known; no verdict where what is
/// not known could turn it.
pub(super) fn guarded(
    answer: Definition,
    exists: &Exists,
    holds: bool,
    types: &[String],
) -> Definition {
    let mut doubt = Doubt::default();
    let mut paths = Vec::new();
    for list in &exists.lists {
        let mut path = "$".to_owned();
        push(&mut path, list);
        if is_of_scalars(exists) {
            add(&mut paths, dotted(list));
        }
        of_list(exists, &path, true, &mut doubt, &mut paths);
    }
    let known: Vec<_> = together(paths)
        .iter()
        .map(|path| {
            let operator = if path.starts_with('$') {
                "jsonpath_not_equals"
            } else {
                "not_equals"
            };
            let unresolved = Operand::String(UNRESOLVED.to_owned());
            Definition::leaf(types, path, operator, Some(unresolved))
        })
        .collect();
    if known.is_empty() {
        return answer;
    }
    let known = Definition::and(known);
    // Whether the answer of the operator could be a wrong yes, and a wrong no.
    let (wrong_yes, wrong_no) = if holds {
        (doubt.invents, doubt.overlooks)
    } else {
        (doubt.overlooks, doubt.invents)
    };
    match (wrong_yes, wrong_no) {
        (false, false) => answer,
        (true, false) => Definition::and(vec![answer, known]),
        (false, true) => Definition::or(vec![answer, Definition::not(known)]),
        (true, true) => Definition::or(vec![
            Definition::and(vec![answer, known.clone()]),
            Definition::not(known),
        ]),
    }
}

/// The paths of what is compared in the elements of a list at `path`. `positive`: whether an element
/// must be found, or must not.
fn of_list(
    exists: &Exists,
    path: &str,
    positive: bool,
    doubt: &mut Doubt,
    paths: &mut Vec<String>,
) {
    if is_of_scalars(exists) {
        doubt.add(positive);
        if positive != exists.body.iter().all(|literal| literal.holds) {
            doubt.add(!positive);
        }
        // Of a list that is itself not known there is only the text.
        if !path.starts_with("$.") || path.contains('[') {
            add(paths, path.to_owned());
        }
        add(paths, format!("{path}{ELEMENTS}"));
        return;
    }
    for literal in &exists.body {
        let positive = literal.holds == positive;
        let base = format!("{path}{ELEMENTS}");
        match &literal.atom {
            Atom::Leaf(leaf) => {
                // The text of an expression is there, but has no members.
                let steps = leaf.path.len();
                let compared = if leaf.test == Test::Exists {
                    steps.saturating_sub(1)
                } else {
                    steps
                };
                for length in 1..=compared {
                    doubt.add(positive);
                    let mut path = base.clone();
                    push(&mut path, leaf.path.get(..length).unwrap_or_default());
                    add(paths, path);
                }
            }
            Atom::Exists(exists) => {
                for list in &exists.lists {
                    let mut path = base.clone();
                    push(&mut path, list);
                    of_list(exists, &path, positive, doubt, paths);
                }
            }
        }
    }
}

/// Members of the same elements are one path.
fn together(paths: Vec<String>) -> Vec<String> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for path in paths {
        let parts = path.rsplit_once(ELEMENTS);
        let member = parts.and_then(|(list, rest)| Some((list, rest.strip_prefix('.')?)));
        let Some((list, name)) = member.filter(|(_, name)| !name.contains(['.', '['])) else {
            groups.push((path, Vec::new()));
            continue;
        };
        let elements = format!("{list}{ELEMENTS}");
        let group = groups
            .iter_mut()
            .find(|(other, names)| *other == elements && !names.is_empty());
        match group {
            Some((_, names)) => names.push(name.to_owned()),
            None => groups.push((elements, vec![name.to_owned()])),
        }
    }
    let path = |(elements, names): (String, Vec<String>)| match names.as_slice() {
        [] => elements,
        [name] => format!("{elements}.{name}"),
        names => {
            let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
            format!("{elements}[{}]", names.join(","))
        }
    };
    groups.into_iter().map(path).collect()
}

fn add(paths: &mut Vec<String>, path: String) {
    if !paths.contains(&path) {
        paths.push(path);
    }
}

/// Whether the elements themselves are compared.
fn is_of_scalars(exists: &Exists) -> bool {
    let of_elements = || {
        exists.body.iter().all(|literal| match &literal.atom {
            Atom::Leaf(leaf) => leaf.path.is_empty(),
            Atom::Exists(_) => false,
        })
    };
    match exists.element {
        Shape::Bool
        | Shape::Int
        | Shape::Number
        | Shape::String
        | Shape::Quantity
        | Shape::IntOrString => true,
        Shape::Any => !exists.body.is_empty() && of_elements(),
        Shape::List | Shape::Map => false,
    }
}

fn push(to: &mut String, path: &[Step]) {
    for step in path {
        match step {
            Step::Field(name) => push_field(to, name),
            // Refused where the filter is written.
            Step::Index(_) => {}
        }
    }
}
