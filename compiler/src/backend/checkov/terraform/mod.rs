//! Checks of blocks of Terraform (`checkov/terraform/graph_builder/graph_components/blocks.py`).
//!
//! A block is one vertex: no [`View`](super::place::View) is needed, and a path is the same on the
//! vertex as in the rule. What differs from manifests is how values look there:
//! - a nested block that is written once is a map, one that is written more often a list of maps,
//!   and a filter takes a map for a list of it alone ([`filter`]);
//! - the strings `true` and `false` are booleans, wherever they stand, and a number may be a string
//!   that spells it: Terraform converts them, and so each question fits every spelling
//!   ([`attribute`]);
//! - what Checkov cannot resolve (`var.region` without a value, `aws_kms_key.k.arn`) is the text of
//!   the expression, and a comparison with it has no verdict. Filters do not know of that, nor do
//!   comparisons know most other texts of expressions, and they are told ([`misread`], [`known`]).

mod attribute;
mod blocks;
mod dynamic;
mod filter;
mod known;
mod misread;
mod name;

use policyc_ir::{BlockClause, Rule};

use super::bound;
use super::document::Definition;
use super::formula::Formula;
use super::lower::{Lowering, Platform};
use super::refusal::Refusals;

/// The check of a rule about blocks of Terraform.
pub(super) fn check(
    rule: &Rule,
    matches: &[BlockClause],
    excludes: &[BlockClause],
    refusals: &mut Refusals,
) -> Definition {
    let blocks::Selected { types, skipped } =
        blocks::selected(matches, excludes, rule.origin, refusals);
    let mut lowering = Lowering::new(Platform::Terraform, refusals);
    let (undecided, body) = lowering.rule(rule);
    let nested = std::mem::take(&mut lowering.blocks);
    // What the rule skips passes.
    let formula = Formula::any([skipped, undecided, body]).gather_all();
    bound(formula.size(), rule, refusals);
    let definition = attribute::definition(&formula, &types, refusals);
    dynamic::guarded(definition, &nested, &types)
}
