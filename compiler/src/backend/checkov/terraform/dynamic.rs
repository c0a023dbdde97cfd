//! Resources with `dynamic` blocks have no verdict, nor do those that give blocks as an attribute
//! (`ingress = var.rules`) whose value is not known.
//!
//! Checkov makes one block of a `dynamic` one whose `for_each` is empty or not known, leaves
//! `ingress.value` in it as text where the elements are no maps, and loses one of two for the same
//! type (`_process_dynamic_blocks` in `terraform/graph_builder/variable_rendering/renderer.py`). A
//! check would pass or fail what will not be there. Where there is such a block, Checkov keeps it
//! under `dynamic` as well, a map for one and a list for several.
//!
//! An operator that compares has no verdict where the attribute looks like a reference that Checkov
//! could not resolve (`TF_PROVIDER_PREFIXES` in `common/util/var_utils.py`), and the id of every
//! resource of the providers there does: `aws_s3_bucket.logs`.

use policyc_diagnostics::Span;

use crate::backend::checkov::document::{Definition, Operand, UNRESOLVED};
use crate::backend::checkov::jsonpath::push_field;
use crate::backend::checkov::lower::Blocks;
use crate::backend::checkov::refusal::Refusals;

/// What ids of resources begin with that look like references.
const PREFIXES: [&str; 11] = [
    "aws_",
    "azurerm_",
    "azuread_",
    "digitalocean_",
    "google_",
    "github_",
    "kubernetes_",
    "linode_",
    "oci_",
    "openstack_",
    "yandex_",
];

/// The definition where none of the blocks is `dynamic`, and no verdict elsewhere.
pub(super) fn guarded(
    definition: Definition,
    blocks: &Blocks,
    types: &[String],
    origin: Span,
    refusals: &mut Refusals,
) -> Definition {
    let Blocks { outer, inner } = blocks;
    let mut paths = Vec::new();
    for name in outer.keys() {
        let mut block = "@".to_owned();
        push_field(&mut block, name);
        paths.push(format!("$.dynamic[?({block})]"));
        if *inner {
            let mut path = "$".to_owned();
            push_field(&mut path, name);
            paths.push(format!("{path}..dynamic"));
        }
    }
    if paths.is_empty() {
        return definition;
    }
    let is_reference = |ty: &String| {
        let ty = ty.strip_prefix("data.").unwrap_or(ty);
        PREFIXES.iter().any(|prefix| ty.starts_with(prefix))
    };
    if !types.iter().all(is_reference) {
        refusals.add(
            "nested block",
            "Checkov makes other blocks of `dynamic` ones than Terraform does, and of this provider \
             there is no way to have no verdict then",
            origin,
        );
    }
    let each = |operator: &'static str| {
        let leaves = paths
            .iter()
            .map(|path| Definition::leaf(types, path, operator, None));
        leaves.collect::<Vec<_>>()
    };
    let is_known = |attribute: &str| {
        let unresolved = Some(Operand::String(UNRESOLVED.to_owned()));
        Definition::leaf(types, attribute, "not_equals", unresolved)
    };
    let lists = outer.iter().filter(|(_, is_visited)| **is_visited);
    let known: Vec<_> = lists.map(|(name, _)| is_known(name)).collect();
    let mut expected = vec![definition];
    expected.extend(each("jsonpath_not_exists"));
    expected.extend(known.iter().cloned());
    let mut cases = vec![
        Definition::and(expected),
        Definition::and(vec![
            Definition::or(each("jsonpath_exists")),
            is_known("id_"),
        ]),
    ];
    if !known.is_empty() {
        cases.push(Definition::not(Definition::and(known)));
    }
    Definition::or(cases)
}
