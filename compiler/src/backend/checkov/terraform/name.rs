//! Names of blocks.
//!
//! `__address__` and `block_name_` begin with the type, `aws_…`, which Checkov takes for a reference
//! that it could not resolve; `label_` does not: it is `resource: aws_s3_bucket.logs`, or
//! `data: aws_ami.base`, with the key of an instance behind it
//! (`common/graph/graph_builder/graph_components/blocks.py`, `Block.__str__`).

use policyc_diagnostics::Span;

use crate::backend::checkov::formula::Formula;
use crate::backend::checkov::pattern::{self, Form, Pattern, Text};
use crate::backend::checkov::term::{Leaf, Scalar, Shape, Subject, Test, fields};

/// Any type.
const ANY_TYPE: &str = r"[^.]+\.";

/// Blocks of these types, or of any, with a name that one of the globs matches, or any.
pub(super) fn selects(types: Option<&[String]>, globs: &[String], origin: Span) -> Formula {
    let before = match types {
        None => ANY_TYPE.to_owned(),
        Some(types) => {
            let labels = types.iter().map(|ty| match ty.strip_prefix("data.") {
                Some(ty) => format!("data: {}", pattern::escape(ty)),
                None => format!("resource: {}", pattern::escape(ty)),
            });
            format!(r"{}\.", alternatives(labels.collect()))
        }
    };
    let names: Vec<_> = globs.iter().map(|glob| of_glob(glob)).collect();
    match (types, names.is_empty()) {
        (None, true) => Formula::Constant(true),
        (Some(_), true) => labelled(before, origin),
        (_, false) => labelled(format!(r"{before}{}(?:\[|\Z)", alternatives(names)), origin),
    }
}

/// What is asked of a name, where that can be said of a label.
pub(super) fn asks(test: &Test, origin: Span) -> Option<Formula> {
    let core = match test {
        Test::Exists => return Some(Formula::Constant(true)),
        Test::In(members) => {
            let names = members.iter().filter_map(|member| match member {
                Scalar::String(name) => Some(pattern::escape(name)),
                Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_) => None,
            });
            alternatives(names.collect())
        }
        Test::Match(pattern) => of_pattern(pattern)?,
        Test::Order(..) | Test::Length(..) => return None,
    };
    Some(labelled(format!(r"{ANY_TYPE}{core}(?:\[|\Z)"), origin))
}

fn labelled(core: String, origin: Span) -> Formula {
    Formula::leaf(Leaf {
        subject: Subject::Vertex,
        path: fields(&["label_"]),
        shape: Shape::String,
        test: Test::Match(Pattern::raw(core)),
        origin,
    })
}

fn alternatives(mut cores: Vec<String>) -> String {
    if cores.len() == 1
        && let Some(only) = cores.pop()
    {
        return only;
    }
    format!("(?:{})", cores.join("|"))
}

/// A name has no `[`: there the key of the instance begins.
fn of_glob(glob: &str) -> String {
    match pattern::glob(glob) {
        Text::Everything => r"[^\[]*".to_owned(),
        Text::Exactly(name) => pattern::escape(&name),
        Text::Pattern(pattern) => of_pattern(&pattern).unwrap_or_else(|| pattern::escape(glob)),
    }
}

fn of_pattern(pattern: &Pattern) -> Option<String> {
    let run = r"[^\[]*";
    Some(match &pattern.form {
        Form::Prefix(text) => format!("{}{run}", pattern::escape(text)),
        Form::Suffix(text) => format!("{run}{}", pattern::escape(text)),
        Form::Contains(text) => format!("{run}{}{run}", pattern::escape(text)),
        Form::Glob(glob) => pattern::glob_within(glob, run, r"[^\[]"),
        Form::Regex(_) | Form::Python => return None,
    })
}
