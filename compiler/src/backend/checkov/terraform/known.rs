//! Which values an answer depends on, and how a misread one would turn it.

use super::misread::{Doubts, Misread, Place};
use crate::backend::checkov::document::Definition;
use crate::backend::checkov::term::{Atom, Exists, Leaf, Literal, Shape, Test};

/// The answer to a question about one value, where Checkov has it.
pub(super) fn question(
    answer: Definition,
    leaf: &Leaf,
    holds: bool,
    types: &[String],
) -> Definition {
    let mut doubts = Doubts::default();
    of_leaf(leaf, &Place::default(), holds, &mut doubts);
    doubts.guard(answer, types)
}

/// The answer of a filter, where Checkov has all that it looks at.
pub(super) fn filter(
    answer: Definition,
    exists: &Exists,
    holds: bool,
    types: &[String],
) -> Definition {
    let mut doubts = Doubts::default();
    of_exists(exists, &Place::default(), holds, &mut doubts);
    doubts.guard(answer, types)
}

/// `holds`: whether a yes to the question is one to the whole, or a no.
fn of_leaf(leaf: &Leaf, of: &Place, holds: bool, doubts: &mut Doubts) {
    for length in 1..leaf.path.len() {
        let parent = leaf.path.get(..length).unwrap_or_default();
        doubts.add(!holds, &of.member(parent), Misread::Parent);
    }
    let place = of.member(&leaf.path);
    let text = match leaf.shape {
        // A block that is written once is a map, and so is the list of it.
        Shape::List | Shape::Map => Misread::Parent,
        Shape::Bool
        | Shape::Int
        | Shape::Number
        | Shape::String
        | Shape::Quantity
        | Shape::IntOrString
        | Shape::Any => Misread::Text(leaf.shape),
    };
    match &leaf.test {
        Test::Exists => doubts.add(holds, &place, Misread::Present),
        // A text equals no constant.
        Test::In(_) => doubts.add(!holds, &place, text),
        Test::Order(..) | Test::Match(_) => {
            doubts.add(!holds, &place, text);
            doubts.add(holds, &place, text);
        }
        Test::Length(..) => {
            doubts.add(!holds, &place, text);
            doubts.add(holds, &place, text);
            if leaf.shape == Shape::List {
                doubts.add(holds, &place, Misread::Empty);
                doubts.add(!holds, &place, Misread::Empty);
            }
        }
    }
    if leaf.shape == Shape::Bool {
        doubts.add(!holds, &place, Misread::Null);
    }
}

/// `holds`: whether an element that is found makes a yes of the whole, or a no.
fn of_exists(exists: &Exists, of: &Place, holds: bool, doubts: &mut Doubts) {
    for list in &exists.lists {
        let place = of.member(list);
        doubts.add(!holds, &place, Misread::Empty);
        if is_of_scalars(exists) {
            let list = Misread::List(exists.element);
            doubts.add(!holds, &place, list);
            let may_be_found = exists.body.iter().any(|literal| !never_found(literal));
            if may_be_found {
                doubts.add(holds, &place, list);
            }
            continue;
        }
        doubts.add(!holds, &place, Misread::Parent);
        let elements = place.elements();
        for literal in &exists.body {
            let holds = literal.holds == holds;
            match &literal.atom {
                Atom::Leaf(leaf) => of_leaf(leaf, &elements, holds, doubts),
                Atom::Exists(exists) => of_exists(exists, &elements, holds, doubts),
            }
        }
    }
}

/// Whether a text that stands for an element never satisfies the literal.
fn never_found(literal: &Literal) -> bool {
    literal.holds
        && match &literal.atom {
            Atom::Leaf(leaf) => match leaf.test {
                Test::In(_) => true,
                Test::Exists | Test::Order(..) | Test::Match(_) | Test::Length(..) => false,
            },
            Atom::Exists(_) => false,
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
