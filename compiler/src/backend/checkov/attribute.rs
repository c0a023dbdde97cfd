//! Literals about a vertex as leaves of a check (`checkov/common/checks_infra/solvers`).
//!
//! Every negated operator of Checkov passes on a missing attribute, as a negation of ours does, so
//! no `not` is needed: it would be true of vertices outside of its children's `resource_types`.
//! Wildcards (`spec.containers.*.image`) do not occur: they mean *any*, also where negated, and
//! they iterate over what other checks may be writing to.

use policyc_diagnostics::Span;
use serde_saphyr::FlowSeq;

use super::document::{Definition, Operand};
use super::formula::Formula;
use super::jsonpath::{self, Values};
use super::pattern::{Form, Pattern};
use super::refusal::Refusals;
use super::term::{Exists, Leaf, Order, Scalar, Shape, Step, Test, strip};
use super::values::Manifest;
use super::writer::{Writer, finds};

/// Names at the top of a vertex that are Checkov's own
/// (`common/graph/graph_builder/graph_components/attribute_names.py`).
const OWN_NAMES: [&str; 8] = [
    "hash",
    "self",
    "resource_type",
    "resource_id",
    "connected_node",
    "virtual_resources",
    "changed_attributes",
    "encryption",
];

/// What a string may look like where the value is null.
const NULL_TEXT: &str = "None";

/// The check of a formula on vertices of some types; none for all.
pub(super) fn definition(
    formula: &Formula,
    types: &[String],
    refusals: &mut Refusals,
) -> Definition {
    Manifests { types }.formula(formula, refusals)
}

struct Manifests<'a> {
    types: &'a [String],
}

impl Writer for Manifests<'_> {
    const VALUES: &'static dyn Values = &Manifest;
    // Every vertex has a kind.
    const ALWAYS: &'static str = "kind";

    fn types(&self) -> &[String] {
        self.types
    }

    fn own_names(&self, path: &[Step], origin: Span, refusals: &mut Refusals) {
        own_name(path, origin, refusals);
    }

    fn guarded(&self, answer: Definition, _: &Exists, _: bool) -> Definition {
        answer
    }

    fn question(&self, leaf: &Leaf, holds: bool, refusals: &mut Refusals) -> Definition {
        own_name(&leaf.path, leaf.origin, refusals);
        if strip(&leaf.path, &["metadata", "annotations"]).is_some_and(|rest| !rest.is_empty()) {
            // Checkov puts the annotations of what it read into a list while it looks for skips
            // (kubernetes/kubernetes_utils.py, `get_skipped_checks`), so no dotted path fits both
            // these and those of a template. A filter takes a map for a list of it alone.
            return self.filtered(leaf, holds, refusals);
        }
        let attribute = dotted(&leaf.path);
        let or_missing = |definition: Definition| {
            Definition::or(vec![self.leaf(&attribute, "not_exists", None), definition])
        };
        let and_there = |definition: Definition| {
            Definition::and(vec![self.leaf(&attribute, "exists", None), definition])
        };
        let by = |positive: &'static str, negative: &'static str, value: Option<Operand>| {
            self.leaf(&attribute, if holds { positive } else { negative }, value)
        };
        match &leaf.test {
            Test::Exists => by("exists", "not_exists", None),
            Test::In(members) => {
                let strings: Vec<_> = members.iter().filter_map(as_string).collect();
                let integers: Vec<_> = members.iter().filter_map(as_integer).collect();
                match (leaf.shape, members.as_slice()) {
                    (Shape::String, [Scalar::String(value)]) => {
                        let plain =
                            by("equals", "not_equals", Some(Operand::String(value.clone())));
                        match (value == NULL_TEXT, holds) {
                            (false, _) => plain,
                            (true, true) => and_there(plain),
                            (true, false) => or_missing(plain),
                        }
                    }
                    (Shape::Bool, [Scalar::Bool(value)]) => {
                        by("equals", "not_equals", Some(Operand::Bool(*value)))
                    }
                    (Shape::Int, [Scalar::Int(value)]) => {
                        by("equals", "not_equals", Some(Operand::Int(*value)))
                    }
                    (Shape::String, _) if strings.len() == members.len() => {
                        by("within", "not_within", Some(Operand::strings(strings)))
                    }
                    (Shape::Int, _) if integers.len() == members.len() => by(
                        "within",
                        "not_within",
                        Some(Operand::Ints(FlowSeq(integers))),
                    ),
                    _ => self.filtered(leaf, holds, refusals),
                }
            }
            Test::Order(order, limit) => {
                if leaf.shape != Shape::Int {
                    return self.filtered(leaf, holds, refusals);
                }
                let limit = Some(Operand::Int(*limit));
                if holds {
                    self.leaf(&attribute, order_operator(*order), limit)
                } else {
                    or_missing(self.leaf(&attribute, order_operator(order.opposite()), limit))
                }
            }
            Test::Match(pattern) => {
                if leaf.shape != Shape::String {
                    return self.filtered(leaf, holds, refusals);
                }
                let (positive, negative, value, sees_null) = text_operators(pattern);
                let plain = by(positive, negative, Some(Operand::String(value)));
                match (sees_null, holds) {
                    (false, _) => plain,
                    (true, true) => and_there(plain),
                    (true, false) => or_missing(plain),
                }
            }
            Test::Length(order, limit) => {
                if !matches!(leaf.shape, Shape::String | Shape::List) {
                    return self.filtered(leaf, holds, refusals);
                }
                let limit = Some(Operand::Int(*limit));
                let missing_passes = |order: Order| order == Order::NotEqual;
                let order = if holds { *order } else { order.opposite() };
                let plain = self.leaf(&attribute, length_operator(order), limit);
                match (missing_passes(order), holds) {
                    (true, false) | (false, true) => plain,
                    (true, true) => and_there(plain),
                    (false, false) => or_missing(plain),
                }
            }
        }
    }
}

impl Manifests<'_> {
    /// By a filter on the map that the value is in.
    fn filtered(&self, leaf: &Leaf, holds: bool, refusals: &mut Refusals) -> Definition {
        let Some(path) = jsonpath::on_parent(&Manifest, leaf, true, refusals) else {
            refusals.add(
                "value of several types",
                "Checkov's operators on attributes compare values as strings, and this one has no \
                 map around it to filter",
                leaf.origin,
            );
            return self.leaf(Self::ALWAYS, "exists", None);
        };
        self.leaf(&path, finds(holds), None)
    }
}

/// Operator, its negation, operand, and whether it takes a null for the string `None`.
fn text_operators(pattern: &Pattern) -> (&'static str, &'static str, String, bool) {
    match &pattern.form {
        Form::Prefix(text) => ("starting_with", "not_starting_with", text.clone(), false),
        Form::Suffix(text) => ("ending_with", "not_ending_with", text.clone(), false),
        Form::Contains(_) | Form::Glob(_) | Form::Regex(_) | Form::Python => (
            "regex_match",
            "not_regex_match",
            pattern.matching(),
            pattern.matches_null,
        ),
    }
}

/// The operator of an order.
pub(super) const fn order_operator(order: Order) -> &'static str {
    match order {
        Order::Equal => "equals",
        Order::NotEqual => "not_equals",
        Order::Less => "less_than",
        Order::LessOrEqual => "less_than_or_equal",
        Order::Greater => "greater_than",
        Order::GreaterOrEqual => "greater_than_or_equal",
    }
}

/// The operator of an order of lengths.
pub(super) const fn length_operator(order: Order) -> &'static str {
    match order {
        Order::Equal => "length_equals",
        Order::NotEqual => "length_not_equals",
        Order::Less => "length_less_than",
        Order::LessOrEqual => "length_less_than_or_equal",
        Order::Greater => "length_greater_than",
        Order::GreaterOrEqual => "length_greater_than_or_equal",
    }
}

fn as_string(scalar: &Scalar) -> Option<String> {
    match scalar {
        Scalar::String(value) => Some(value.clone()),
        Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_) => None,
    }
}

fn as_integer(scalar: &Scalar) -> Option<i64> {
    match scalar {
        Scalar::Int(value) => Some(*value),
        Scalar::Bool(_) | Scalar::String(_) | Scalar::Float(_) => None,
    }
}

/// Refuses what is one of Checkov's own names at the top of a vertex.
pub(super) fn own_name(path: &[Step], origin: Span, refusals: &mut Refusals) {
    if let Some(Step::Field(name)) = path.first()
        && (OWN_NAMES.contains(&name.as_str()) || name.ends_with('_'))
    {
        refusals.add(
            "field",
            format!("`{name}` at the top of a resource is a name of Checkov's own"),
            origin,
        );
    }
}

/// The key under which Checkov flattens the value.
pub(super) fn dotted(path: &[Step]) -> String {
    let parts: Vec<_> = path
        .iter()
        .map(|step| match step {
            Step::Field(name) => name.clone(),
            Step::Index(at) => at.to_string(),
        })
        .collect();
    parts.join(".")
}
