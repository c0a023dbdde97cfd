//! Formulas as checks: what the writers for manifests and for blocks of Terraform share.

use policyc_diagnostics::Span;

use super::document::{Definition, Operand};
use super::formula::Formula;
use super::jsonpath::{self, Values};
use super::refusal::Refusals;
use super::term::{Atom, Exists, Leaf, Literal, Step};

/// Writes a formula about the vertices of a framework.
pub(super) trait Writer {
    /// How values look there.
    const VALUES: &'static dyn Values;
    /// An attribute that every vertex has.
    const ALWAYS: &'static str;

    /// The types of the vertices; none for all.
    fn types(&self) -> &[String];

    /// The answer to a question about an attribute.
    fn question(&self, leaf: &Leaf, holds: bool, refusals: &mut Refusals) -> Definition;

    /// Refuses names that mean something else at the top of a vertex.
    fn own_names(&self, path: &[Step], origin: Span, refusals: &mut Refusals);

    /// The answer of a filter, where it can be relied on.
    fn guarded(&self, answer: Definition, exists: &Exists, holds: bool) -> Definition;

    /// The check of a formula.
    fn formula(&self, formula: &Formula, refusals: &mut Refusals) -> Definition {
        match formula {
            Formula::Constant(true) => self.leaf(Self::ALWAYS, "exists", None),
            Formula::Constant(false) => self.leaf(Self::ALWAYS, "not_exists", None),
            Formula::Literal(Literal { holds, atom }) => match atom {
                Atom::Leaf(leaf) => self.question(leaf, *holds, refusals),
                Atom::Exists(exists) => self.exists(exists, *holds, refusals),
            },
            Formula::All(parts) => Definition::and(self.parts(parts, refusals)),
            Formula::Any(parts) => Definition::or(self.parts(parts, refusals)),
        }
    }

    /// The checks of some formulas.
    fn parts(&self, parts: &[Formula], refusals: &mut Refusals) -> Vec<Definition> {
        let parts = parts.iter().map(|part| self.formula(part, refusals));
        parts.collect()
    }

    /// One condition of a check.
    fn leaf(&self, attribute: &str, operator: &'static str, value: Option<Operand>) -> Definition {
        Definition::leaf(self.types(), attribute, operator, value)
    }

    /// Whether some element satisfies the body.
    fn exists(&self, exists: &Exists, holds: bool, refusals: &mut Refusals) -> Definition {
        if !jsonpath::visited_together(&exists.lists) {
            let parts = exists.of_each_list();
            let parts = parts
                .map(|one| self.exists(&one, holds, refusals))
                .collect();
            return if holds {
                Definition::or(parts)
            } else {
                Definition::and(parts)
            };
        }
        for list in &exists.lists {
            self.own_names(list, exists.origin, refusals);
        }
        // `jsonpath_not_exists` does not count a null that the path finds.
        let path = jsonpath::elements(Self::VALUES, "$", exists, !holds, refusals);
        let answer = self.leaf(&path, finds(holds), None);
        self.guarded(answer, exists, holds)
    }
}

/// The operator that asks whether a path finds something.
pub(super) const fn finds(holds: bool) -> &'static str {
    if holds {
        "jsonpath_exists"
    } else {
        "jsonpath_not_exists"
    }
}
