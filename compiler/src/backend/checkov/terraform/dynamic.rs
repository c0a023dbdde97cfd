//! Resources with `dynamic` blocks have no verdict.
//!
//! Checkov makes one block of a `dynamic` one whose `for_each` is empty or not known, leaves
//! `ingress.value` in it as text where the elements are no maps, and loses one of two for the same
//! type (`_process_dynamic_blocks` in `terraform/graph_builder/variable_rendering/renderer.py`). A
//! check would pass or fail what will not be there. Where there is such a block, Checkov keeps it
//! under `dynamic` as well, a map for one and a list for several.

use super::misread::no_verdict_where;
use crate::backend::checkov::document::Definition;
use crate::backend::checkov::jsonpath::push_field;
use crate::backend::checkov::lower::Blocks;

/// The definition where none of the blocks is `dynamic`, and no verdict elsewhere.
pub(super) fn guarded(definition: Definition, blocks: &Blocks, types: &[String]) -> Definition {
    let Blocks { outer, inner } = blocks;
    let mut terms = Vec::new();
    for name in outer {
        let mut block = "@".to_owned();
        push_field(&mut block, name);
        terms.push(format!("@.dynamic[?({block})].`str()` =~ '.'"));
        if *inner {
            terms.push(format!("{block}..dynamic.`str()` =~ '.'"));
        }
    }
    if terms.is_empty() {
        return definition;
    }
    let known = no_verdict_where(&format!("[?({})]", terms.join(" | ")), types);
    Definition::or(vec![
        Definition::and(vec![definition, known.clone()]),
        Definition::not(known),
    ])
}
