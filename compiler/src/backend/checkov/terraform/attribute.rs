//! Literals about a block as leaves of a check.
//!
//! Each operator is chosen so that it gives our verdict for every spelling that Terraform converts
//! to the attribute's type: `"true"` for a boolean, `5` and `true` for a string, `"5"` and `5.0` for
//! a number. A negated operator passes on a missing attribute, as a negation of ours does.

use policyc_diagnostics::Span;
use serde_saphyr::FlowSeq;

use super::filter::{self, Configuration, lengths, spells_bool, spells_number};
use super::known;
use super::name;
use crate::backend::checkov::attribute::{dotted, length_operator, order_operator, own_name};
use crate::backend::checkov::document::{Definition, Numeral, Operand};
use crate::backend::checkov::formula::Formula;
use crate::backend::checkov::jsonpath::{self, Values};
use crate::backend::checkov::pattern::{Form, Pattern};
use crate::backend::checkov::refusal::Refusals;
use crate::backend::checkov::term::{Exists, Leaf, Order, Scalar, Shape, Step, Subject, Test};
use crate::backend::checkov::writer::Writer;
use crate::schema::terraform::{self, Mode};

/// What Terraform itself reads in a block, and Checkov does not keep as it is written.
const META: [&str; 6] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "provider",
    "provisioner",
];

/// Every block has an address.
const ALWAYS: &str = "__address__";

/// What a string may look like where the value is null.
const NULL_TEXT: &str = "None";

/// The check of a formula on blocks of some types.
pub(super) fn definition(
    formula: &Formula,
    types: &[String],
    refusals: &mut Refusals,
) -> Definition {
    Blocks { types }.formula(formula, refusals)
}

struct Blocks<'a> {
    types: &'a [String],
}

impl Writer for Blocks<'_> {
    const VALUES: &'static dyn Values = &Configuration;
    const ALWAYS: &'static str = ALWAYS;

    fn types(&self) -> &[String] {
        self.types
    }

    fn own_names(&self, path: &[Step], origin: Span, refusals: &mut Refusals) {
        own_names(path, origin, refusals);
    }

    fn guarded(&self, answer: Definition, exists: &Exists, holds: bool) -> Definition {
        known::filter(answer, exists, holds, self.types)
    }

    fn question(&self, leaf: &Leaf, holds: bool, refusals: &mut Refusals) -> Definition {
        match leaf.subject {
            Subject::Name => return self.name(leaf, holds, refusals),
            // What Checkov says of a block itself.
            Subject::Vertex => return self.answer(leaf, holds, refusals),
            Subject::Object
            | Subject::Submitted
            | Subject::ClauseName
            | Subject::Namespace
            | Subject::ClauseNamespace
            | Subject::Kind
            | Subject::ApiVersion
            | Subject::Element(_) => {}
        }
        own_names(&leaf.path, leaf.origin, refusals);
        if leaf.path.iter().any(|step| matches!(step, Step::Index(_))) {
            refusals.add(
                "index",
                "to Checkov a block that is written once is no list, and the elements of a list \
                 are sorted",
                leaf.origin,
            );
        }
        if leaf.test != Test::Exists {
            refuse_documents(leaf, self.types, refusals);
        }
        let answer = self.answer(leaf, holds, refusals);
        known::question(answer, leaf, holds, self.types)
    }
}

impl Blocks<'_> {
    /// The answer to a question about an attribute whose value Checkov has.
    fn answer(&self, leaf: &Leaf, holds: bool, refusals: &mut Refusals) -> Definition {
        let attribute = dotted(&leaf.path);
        let by = |positive: &'static str, negative: &'static str, value: Option<Operand>| {
            self.leaf(&attribute, if holds { positive } else { negative }, value)
        };
        match &leaf.test {
            // What Checkov cannot resolve is there.
            Test::Exists => by("exists", "not_exists", None),
            Test::In(members) => self.one_of(leaf, &attribute, members, holds, refusals),
            Test::Order(order, limit) => {
                if leaf.shape != Shape::Number {
                    filter::refuse_type(leaf, refusals);
                }
                let limit = Some(Operand::Int(*limit));
                if holds {
                    self.leaf(&attribute, order_operator(*order), limit)
                } else {
                    let opposite = order_operator(order.opposite());
                    self.or_missing(&attribute, self.leaf(&attribute, opposite, limit))
                }
            }
            Test::Match(pattern) => self.matches(leaf, &attribute, pattern, holds, refusals),
            Test::Length(order, limit) => {
                self.length(leaf, &attribute, (*order, *limit), holds, refusals)
            }
        }
    }

    fn name(&self, leaf: &Leaf, holds: bool, refusals: &mut Refusals) -> Definition {
        let formula = match name::asks(&leaf.test, leaf.origin) {
            Some(formula) if holds => formula,
            Some(formula) => formula.negate(),
            None => refusals.add(
                "`terraform.name`",
                "Checkov knows the name as a part of a label only",
                leaf.origin,
            ),
        };
        self.formula(&formula, refusals)
    }

    fn or_missing(&self, attribute: &str, definition: Definition) -> Definition {
        Definition::or(vec![self.leaf(attribute, "not_exists", None), definition])
    }

    /// A test that also takes a null for the string `None`.
    fn unless_null(&self, attribute: &str, definition: Definition, holds: bool) -> Definition {
        if holds {
            Definition::and(vec![self.leaf(attribute, "exists", None), definition])
        } else {
            self.or_missing(attribute, definition)
        }
    }

    fn one_of(
        &self,
        leaf: &Leaf,
        attribute: &str,
        members: &[Scalar],
        holds: bool,
        refusals: &mut Refusals,
    ) -> Definition {
        let by = |positive: &'static str, negative: &'static str, value: Operand| {
            let operator = if holds { positive } else { negative };
            self.leaf(attribute, operator, Some(value))
        };
        let mut plain: Vec<String> = Vec::new();
        let mut numbers: Vec<Numeral> = Vec::new();
        let mut parts: Vec<Definition> = Vec::new();
        for member in members {
            match (member, leaf.shape) {
                (Scalar::Bool(value), Shape::Bool) => {
                    parts.push(by("equals", "not_equals", Operand::Bool(*value)));
                }
                (Scalar::Int(value), Shape::Number) => {
                    numbers.extend([Numeral::Int(*value), Numeral::String(value.to_string())]);
                }
                (Scalar::Float(value), Shape::Number) => {
                    let spelt = format!("{value:?}");
                    numbers.extend([Numeral::Float(*value), Numeral::String(spelt)]);
                }
                // As a list has it, the type counts: the string `5` is no number, and `True` no
                // boolean. An empty operand would do without a value that is not known.
                (Scalar::String(value), Shape::Any) if !spells_bool(value) => {
                    plain.push(value.clone());
                }
                (Scalar::String(value), Shape::String)
                    if spells_bool(value) || spells_number(value) =>
                {
                    parts.push(by("equals", "not_equals", Operand::String(value.clone())));
                }
                (Scalar::String(value), Shape::String) => plain.push(value.clone()),
                _ => filter_refusal(leaf, refusals),
            }
        }
        match plain.as_slice() {
            [] => {}
            [one] if leaf.shape == Shape::String && is_ordinary(one) => {
                parts.push(by("equals", "not_equals", Operand::String(one.clone())));
            }
            _ => parts.push(by("within", "not_within", Operand::strings(plain))),
        }
        if !numbers.is_empty() {
            let numbers = Operand::Numbers(FlowSeq(numbers));
            parts.push(by("within", "not_within", numbers));
        }
        if parts.is_empty() {
            return self.leaf(ALWAYS, "exists", None);
        }
        if holds {
            Definition::or(parts)
        } else {
            Definition::and(parts)
        }
    }

    fn matches(
        &self,
        leaf: &Leaf,
        attribute: &str,
        pattern: &Pattern,
        holds: bool,
        refusals: &mut Refusals,
    ) -> Definition {
        let by = |positive: &'static str, negative: &'static str, value: String| {
            let operator = if holds { positive } else { negative };
            self.leaf(attribute, operator, Some(Operand::String(value)))
        };
        let of_bools = [("true", "True"), ("false", "False")]
            .map(|(ours, theirs)| (ours, pattern.accepts(ours), pattern.accepts(theirs)));
        let may_be_other = pattern.may_match_number() || of_bools.iter().any(|it| it.1 || it.2);
        if leaf.shape != Shape::String && may_be_other {
            filter_refusal(leaf, refusals);
        }
        match &pattern.form {
            Form::Prefix(text) if !may_be_other => {
                return by("starting_with", "not_starting_with", text.clone());
            }
            Form::Suffix(text) if !may_be_other => {
                return by("ending_with", "not_ending_with", text.clone());
            }
            Form::Prefix(_)
            | Form::Suffix(_)
            | Form::Contains(_)
            | Form::Glob(_)
            | Form::Regex(_)
            | Form::Python => {}
        }
        let mut matched = by("regex_match", "not_regex_match", pattern.matching());
        for (spelt, ours, theirs) in of_bools {
            // The boolean is `True` to the expression, and `true` to a comparison.
            let is = || by("equals", "not_equals", spelt.to_owned());
            let is_not = || by("not_equals", "equals", spelt.to_owned());
            matched = match (ours, theirs, holds) {
                (true, true, _) | (false, false, _) => matched,
                (true, false, true) => Definition::or(vec![matched, is()]),
                (true, false, false) => Definition::and(vec![matched, is()]),
                (false, true, true) => Definition::and(vec![matched, is_not()]),
                (false, true, false) => Definition::or(vec![matched, is_not()]),
            };
        }
        if pattern.matches_null {
            self.unless_null(attribute, matched, holds)
        } else {
            matched
        }
    }

    fn length(
        &self,
        leaf: &Leaf,
        attribute: &str,
        (order, limit): (Order, i64),
        holds: bool,
        refusals: &mut Refusals,
    ) -> Definition {
        let order = if holds { order } else { order.opposite() };
        match leaf.shape {
            Shape::List => {
                let plain = self.leaf(attribute, length_operator(order), Some(Operand::Int(limit)));
                let missing_passes = order == Order::NotEqual;
                if missing_passes == holds {
                    self.unless_null(attribute, plain, holds)
                } else {
                    plain
                }
            }
            Shape::String => match lengths(order, limit) {
                // Numbers have no length.
                Some(lengths) => {
                    let operand = Some(Operand::String(lengths));
                    let plain = self.leaf(attribute, "regex_match", operand);
                    self.unless_null(attribute, plain, holds)
                }
                None => {
                    refusals.add("length", "the limit is 0 or too large", leaf.origin);
                    self.leaf(ALWAYS, "exists", None)
                }
            },
            Shape::Bool
            | Shape::Int
            | Shape::Number
            | Shape::Quantity
            | Shape::IntOrString
            | Shape::Map
            | Shape::Any => {
                jsonpath::refuse_length(refusals, leaf.origin);
                self.leaf(ALWAYS, "exists", None)
            }
        }
    }
}

fn filter_refusal(leaf: &Leaf, refusals: &mut Refusals) {
    filter::refuse_type(leaf, refusals);
}

/// Whether `equals` is exact for the string: it has no other spelling, and is none of a null.
fn is_ordinary(text: &str) -> bool {
    let lower = text.to_lowercase();
    !text.is_empty() && text != NULL_TEXT && !spells_bool(&lower)
}

/// Refuses names that mean something else at the top of a vertex.
fn own_names(path: &[Step], origin: Span, refusals: &mut Refusals) {
    own_name(path, origin, refusals);
    if let Some(Step::Field(name)) = path.first()
        && (META.contains(&name.as_str()) || name == "dynamic" || name.starts_with("__"))
    {
        refusals.add(
            "field",
            format!("Checkov does not keep `{name}` as it is written"),
            origin,
        );
    }
}

/// Refuses comparisons of texts that are JSON: Checkov parses them.
fn refuse_documents(leaf: &Leaf, types: &[String], refusals: &mut Refusals) {
    let path: Vec<&str> = leaf
        .path
        .iter()
        .filter_map(|step| match step {
            Step::Field(name) => Some(name.as_str()),
            Step::Index(_) => None,
        })
        .collect();
    let is_document = types.iter().any(|ty| match ty.strip_prefix("data.") {
        Some(ty) => terraform::is_document(Mode::Data, ty, &path),
        None => terraform::is_document(Mode::Managed, ty, &path),
    });
    if is_document {
        refusals.add(
            "text of a JSON document",
            format!(
                "Checkov reads the JSON in `{}` as what it says",
                path.join(".")
            ),
            leaf.origin,
        );
    }
}
