//! JSONPath, as bc-jsonpath-ng 1.6 reads it (`bc_jsonpath_ng/ext/filter.py` and `parser.py`).
//!
//! A filter must never raise: Checkov swallows the exception and with it the verdicts of *every*
//! resource, so one odd manifest would silence a check. Therefore, and unlike the idioms of the
//! manuals:
//! - a member is compared as `` `str()` `` where the operator could raise on a null, a list or a
//!   string (`=~`, the orders, and the literals `true`, `false` and integers, which make it call
//!   `int()`); equality with a string, or with a literal like `80.0`, compares as it is;
//! - `[*]` and `[0]` do not occur: `len()` of a number raises. A filter visits lists only;
//! - "it is there and not null" is `` `len` >= 0 `` of strings, lists and maps, and
//!   `` `str()` != 'None' `` of numbers and booleans;
//! - `!` reaches to the end of its filter, and what stands behind `|` is one list of alternatives,
//!   whatever the `&` in it: so a filter is `positive & positive & !(a | b)`, and everything else
//!   is a filter of its own behind it;
//! - `!` is never true of an element that is no map, so nulls in lists are not visited.

use super::refusal::Refusals;
use super::term::{Atom, Exists, Leaf, Literal, Order, Scalar, Shape, Step, Test};

/// A predicate on an element.
enum Predicate {
    /// A comparison.
    Term(String),
    /// Comparisons of which one must hold.
    AnyOf(Vec<String>),
    /// Comparisons that must all hold.
    AllOf(Vec<String>),
    /// A comparison that must hold, and one that must not.
    But(String, String),
}

/// The elements of some lists that satisfy the body, as a path; `root` is `$` or `@`.
///
/// Several lists must have a common parent. `may_be_null`: whether a null among the elements may be
/// visited too.
pub(super) fn elements(
    root: &str,
    exists: &Exists,
    may_be_null: bool,
    refusals: &mut Refusals,
) -> String {
    let Exists {
        subject: _,
        lists,
        element,
        body,
        origin,
    } = exists;
    let mut path = root.to_owned();
    match lists.as_slice() {
        [list] => {
            if let [Step::Field(top)] = list.as_slice()
                && root == "$"
                && is_scalar(*element, body)
            {
                // A list of one element at the top is replaced by the element; not so in `config_`.
                path.push_str(".config_");
                push_field(&mut path, top);
            } else {
                push_path(&mut path, list, exists, refusals);
            }
        }
        several => {
            if let Some((_, parent)) = several.first().and_then(|list| list.split_last()) {
                push_path(&mut path, parent, exists, refusals);
            }
            let names: Vec<_> = several
                .iter()
                .filter_map(|list| match list.last() {
                    Some(Step::Field(name)) => Some(quote(name)),
                    Some(Step::Index(_)) | None => None,
                })
                .collect();
            path.push_str(&format!("[{}]", names.join(",")));
        }
    }
    if *element == Shape::List {
        refusals.add(
            "list of lists",
            "a filter of Checkov looks at the members of maps",
            *origin,
        );
        return path;
    }
    if is_scalar(*element, body) {
        path.push_str(&scalar_filter(*element, body, may_be_null, refusals));
    } else {
        path.push_str(&map_filters(body, *element, refusals));
    }
    path
}

/// Whether the lists can be visited by one path: one list, or members of the same map.
pub(super) fn visited_together(lists: &[Vec<Step>]) -> bool {
    let parent = |list: &Vec<Step>| list.split_last().map(|(_, parent)| parent.to_vec());
    let named = |list: &Vec<Step>| matches!(list.last(), Some(Step::Field(_)));
    match lists {
        [_] => true,
        [first, rest @ ..] => {
            named(first)
                && rest
                    .iter()
                    .all(|list| named(list) && parent(list) == parent(first))
        }
        [] => false,
    }
}

/// A filter on the parent of a value, for what attributes cannot express; `None` when the value has
/// no parent but the vertex itself.
pub(super) fn on_parent(leaf: &Leaf, holds: bool, refusals: &mut Refusals) -> Option<String> {
    let (last, parent) = leaf.path.split_last()?;
    if parent.is_empty() {
        return None;
    }
    let mut path = "$".to_owned();
    for step in parent {
        match step {
            Step::Field(name) => push_field(&mut path, name),
            Step::Index(_) => return None,
        }
    }
    let literal = Literal {
        holds,
        atom: Atom::Leaf(Leaf {
            path: vec![last.clone()],
            ..leaf.clone()
        }),
    };
    path.push_str(&map_filters(&[literal], Shape::Map, refusals));
    Some(path)
}

/// Whether the elements are no maps.
fn is_scalar(element: Shape, body: &[Literal]) -> bool {
    match element {
        Shape::Bool
        | Shape::Int
        | Shape::Number
        | Shape::String
        | Shape::Quantity
        | Shape::IntOrString => true,
        Shape::List | Shape::Map => false,
        // What is asked tells.
        Shape::Any => {
            !body.is_empty()
                && body.iter().all(|literal| match &literal.atom {
                    Atom::Leaf(leaf) => leaf.path.is_empty(),
                    Atom::Exists(_) => false,
                })
        }
    }
}

/// Whether what holds on no element but a map is asked.
fn is_of_maps(literal: &Literal) -> bool {
    let of_member = match &literal.atom {
        Atom::Leaf(leaf) => !leaf.path.is_empty(),
        Atom::Exists(exists) => exists.lists.iter().all(|list| !list.is_empty()),
    };
    literal.holds && of_member
}

fn map_filters(body: &[Literal], element: Shape, refusals: &mut Refusals) -> String {
    let mut positive = Vec::new();
    let mut negative = Vec::new();
    let mut own = Vec::new();
    if element == Shape::Any
        && !body.iter().any(is_of_maps)
        && let Some(literal) = body.first()
    {
        refusals.add(
            "member of an element of any type",
            "a filter of Checkov passes over elements that are no maps",
            match &literal.atom {
                Atom::Leaf(leaf) => leaf.origin,
                Atom::Exists(exists) => exists.origin,
            },
        );
    }
    for literal in body {
        match &literal.atom {
            Atom::Leaf(leaf) => {
                let predicate = predicate(leaf, refusals);
                match (predicate, literal.holds) {
                    (Predicate::Term(term), true) => positive.push(term),
                    (Predicate::Term(term), false) => negative.push(term),
                    (Predicate::AnyOf(terms), true) => {
                        positive.push(format!("({})", terms.join(" | ")));
                    }
                    (Predicate::AnyOf(terms), false) => negative.extend(terms),
                    (Predicate::AllOf(terms), true) => positive.extend(terms),
                    (Predicate::AllOf(terms), false) => {
                        own.push(format!("[?(!({}))]", terms.join(" & ")));
                    }
                    (Predicate::But(term, not), true) => {
                        positive.push(term);
                        negative.push(not);
                    }
                    (Predicate::But(term, not), false) => {
                        own.push(format!("[?(!({term} & !({not})))]"));
                    }
                }
            }
            Atom::Exists(exists) => {
                if visited_together(&exists.lists) {
                    let path = elements("@", exists, false, refusals);
                    own.push(if literal.holds {
                        format!("[?({path})]")
                    } else {
                        format!("[?(!({path}))]")
                    });
                } else if literal.holds {
                    refusals.add(
                        "quantifier over lists of several maps",
                        "a filter of Checkov has no alternatives of paths",
                        exists.origin,
                    );
                } else {
                    for list in &exists.lists {
                        let one = Exists {
                            lists: vec![list.clone()],
                            ..exists.clone()
                        };
                        let path = elements("@", &one, false, refusals);
                        own.push(format!("[?(!({path}))]"));
                    }
                }
            }
        }
    }
    if !negative.is_empty() {
        positive.push(format!("!({})", negative.join(" | ")));
    }
    if positive.is_empty() && own.is_empty() {
        positive.push(match element {
            Shape::Any => "@.`len` >= 0 | @.`str()` != 'None'".to_owned(),
            Shape::Bool
            | Shape::Int
            | Shape::Number
            | Shape::String
            | Shape::Quantity
            | Shape::IntOrString
            | Shape::List
            | Shape::Map => "@.`len` >= 0".to_owned(),
        });
    }
    let first = if positive.is_empty() {
        String::new()
    } else {
        format!("[?({})]", positive.join(" & "))
    };
    format!("{first}{}", own.concat())
}

/// A filter on elements that are no maps. There `!` never holds, so negations are turned inside.
fn scalar_filter(
    element: Shape,
    body: &[Literal],
    may_be_null: bool,
    refusals: &mut Refusals,
) -> String {
    let mut terms = Vec::new();
    let mut not_null = may_be_null && !body.is_empty();
    for literal in body {
        let Atom::Leaf(leaf) = &literal.atom else {
            refusals.add(
                "quantifier",
                "the elements of the list are no lists themselves",
                match &literal.atom {
                    Atom::Leaf(leaf) => leaf.origin,
                    Atom::Exists(exists) => exists.origin,
                },
            );
            continue;
        };
        if !leaf.path.is_empty() {
            refusals.add(
                "member of a scalar",
                "the elements of the list are no maps",
                leaf.origin,
            );
            continue;
        }
        if literal.holds {
            not_null = true;
            match predicate(leaf, refusals) {
                Predicate::Term(term) => terms.push(term),
                Predicate::AnyOf(any) => terms.push(format!("({})", any.join(" | "))),
                Predicate::AllOf(all) => terms.extend(all),
                Predicate::But(..) => refuse_negation(refusals, leaf.origin),
            }
        } else {
            match opposite(leaf) {
                Some(opposites) => terms.extend(opposites),
                None => refuse_negation(refusals, leaf.origin),
            }
        }
    }
    if !not_null {
        match there("@", element) {
            Predicate::Term(term) => terms.push(term),
            Predicate::AnyOf(any) => terms.push(format!("({})", any.join(" | "))),
            Predicate::AllOf(all) => terms.extend(all),
            Predicate::But(..) => {}
        }
    }
    format!("[?({})]", terms.join(" & "))
}

/// What is true of an element, no map and not null, exactly where the leaf is not.
fn opposite(leaf: &Leaf) -> Option<Vec<String>> {
    let text = "@.`str()`";
    match &leaf.test {
        Test::Exists | Test::Order(Order::Equal | Order::NotEqual, _) => None,
        Test::In(members) => members
            .iter()
            .map(|member| match (member, leaf.shape) {
                (Scalar::String(value), _) => Some(format!("@ != {}", quote(value))),
                (Scalar::Bool(value), Shape::Bool) => {
                    Some(format!("{text} != '{}'", python_bool(*value)))
                }
                (
                    Scalar::Int(value),
                    Shape::Int | Shape::Number | Shape::Quantity | Shape::IntOrString,
                ) => Some(format!("@ != {value}.0")),
                (Scalar::Float(value), Shape::Number | Shape::Quantity) => {
                    Some(format!("@ != {value:?}"))
                }
                (
                    Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_),
                    Shape::Bool
                    | Shape::Int
                    | Shape::Number
                    | Shape::String
                    | Shape::Quantity
                    | Shape::IntOrString
                    | Shape::List
                    | Shape::Map
                    | Shape::Any,
                ) => None,
            })
            .collect(),
        Test::Order(order, limit) => (leaf.shape == Shape::Int)
            .then(|| vec![format!("{text} {} {limit}", order.opposite().symbol())]),
        Test::Match(pattern) => (leaf.shape == Shape::String)
            .then(|| vec![format!("{text} =~ {}", quote(&pattern.no_match()))]),
        Test::Length(order, limit) => (leaf.shape == Shape::String)
            .then(|| vec![format!("@.`len` {} {limit}", order.opposite().symbol())]),
    }
}

/// The value at the path is not absent.
fn there(path: &str, shape: Shape) -> Predicate {
    let length = format!("{path}.`len` >= 0");
    let text = format!("{path}.`str()` != 'None'");
    match shape {
        Shape::String | Shape::List | Shape::Map => Predicate::Term(length),
        // No quantity is spelt `None`.
        Shape::Bool | Shape::Int | Shape::Number | Shape::Quantity => Predicate::Term(text),
        Shape::IntOrString | Shape::Any => Predicate::AnyOf(vec![length, text]),
    }
}

fn predicate(leaf: &Leaf, refusals: &mut Refusals) -> Predicate {
    let mut path = "@".to_owned();
    for step in &leaf.path {
        match step {
            Step::Field(name) => push_field(&mut path, name),
            Step::Index(_) => {
                refuse_index(refusals, leaf.origin);
            }
        }
    }
    let text = format!("{path}.`str()`");
    let length = format!("{path}.`len`");
    match &leaf.test {
        Test::Exists => there(&path, leaf.shape),
        Test::In(members) => {
            let mut terms = Vec::new();
            for member in members {
                match equal(&path, leaf.shape, member) {
                    Predicate::Term(term) => terms.push(term),
                    Predicate::AnyOf(any) => terms.extend(any),
                    Predicate::AllOf(all) if members.len() == 1 => return Predicate::AllOf(all),
                    Predicate::AllOf(_) | Predicate::But(..) => {
                        refusals.add(
                            "list of constants",
                            "the field has no schema, and Checkov takes `true` for 1",
                            leaf.origin,
                        );
                    }
                }
            }
            match terms.len() {
                1 => Predicate::Term(terms.concat()),
                _ => Predicate::AnyOf(terms),
            }
        }
        Test::Order(order, limit) => {
            let ordered = format!("{text} {} {limit}", order.symbol());
            match leaf.shape {
                // To `int()`, the string `5` is 5.
                Shape::IntOrString => Predicate::But(ordered, format!("{length} >= 0")),
                Shape::Bool
                | Shape::Int
                | Shape::Number
                | Shape::String
                | Shape::Quantity
                | Shape::List
                | Shape::Map
                | Shape::Any => Predicate::Term(ordered),
            }
        }
        Test::Match(pattern) => {
            let found = format!("{text} =~ {}", quote(&pattern.search()));
            match leaf.shape {
                Shape::String if !pattern.matches_null => Predicate::Term(found),
                // Of these, only strings have a length.
                Shape::String | Shape::Quantity | Shape::IntOrString => {
                    Predicate::AllOf(vec![format!("{length} >= 0"), found])
                }
                // Of anything else, only strings can be split.
                Shape::Bool
                | Shape::Int
                | Shape::Number
                | Shape::List
                | Shape::Map
                | Shape::Any => {
                    Predicate::AllOf(vec![format!("{path}.`split(/, 0, -1)` =~ ''"), found])
                }
            }
        }
        Test::Length(order, limit) => {
            if matches!(leaf.shape, Shape::Any | Shape::Map) {
                refuse_length(refusals, leaf.origin);
            }
            Predicate::Term(format!("{length} {} {limit}", order.symbol()))
        }
    }
}

fn equal(path: &str, shape: Shape, value: &Scalar) -> Predicate {
    let text = format!("{path}.`str()`");
    match value {
        Scalar::String(value) => Predicate::Term(format!("{path} == {}", quote(value))),
        Scalar::Bool(value) => {
            let spelt = format!("{text} == '{}'", python_bool(*value));
            match shape {
                Shape::Bool => Predicate::Term(spelt),
                // Not the string of that spelling: to Python, `true` is 1.
                Shape::Int
                | Shape::Number
                | Shape::String
                | Shape::Quantity
                | Shape::IntOrString
                | Shape::List
                | Shape::Map
                | Shape::Any => {
                    let number = if *value { "1.0" } else { "0.0" };
                    Predicate::AllOf(vec![format!("{path} == {number}"), spelt])
                }
            }
        }
        Scalar::Int(value) => {
            let same = format!("{path} == {value}.0");
            match (shape, value) {
                (Shape::Any, 0 | 1) => Predicate::AllOf(vec![
                    same,
                    format!("{text} != '{}'", python_bool(*value == 1)),
                ]),
                _ => Predicate::Term(same),
            }
        }
        Scalar::Float(value) => Predicate::Term(format!("{path} == {value:?}")),
    }
}

const fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// Refuses a length of something of which Checkov knows no length.
pub(super) fn refuse_length(refusals: &mut Refusals, origin: policyc_diagnostics::Span) {
    refusals.add(
        "length",
        "to Checkov every map has the length 1; it is exact on lists and strings only",
        origin,
    );
}

fn refuse_negation(refusals: &mut Refusals, origin: policyc_diagnostics::Span) {
    refusals.add(
        "negation on an element",
        "a filter of Checkov has no negation of this on elements that are no maps; a schema that \
         says what they are may help",
        origin,
    );
}

fn refuse_index(refusals: &mut Refusals, origin: policyc_diagnostics::Span) {
    refusals.add(
        "index",
        "an index in a JSONPath of Checkov drops the verdict of every resource when one has \
         something else than a list there",
        origin,
    );
}

fn push_path(to: &mut String, path: &[Step], exists: &Exists, refusals: &mut Refusals) {
    for step in path {
        match step {
            Step::Field(name) => push_field(to, name),
            Step::Index(_) => refuse_index(refusals, exists.origin),
        }
    }
}

/// Appends a member: bare where the lexer reads it as one identifier.
fn push_field(to: &mut String, name: &str) {
    let mut chars = name.chars();
    let identifier = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    // The lexer takes the start of `trueish` for a boolean.
    let word = name.starts_with("true")
        || name.starts_with("false")
        || name == "where"
        || name == "contains";
    if identifier && !word {
        to.push('.');
        to.push_str(name);
    } else {
        to.push('[');
        to.push_str(&quote(name));
        to.push(']');
    }
}

/// A string literal.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('\'');
    for c in text.chars() {
        if c == '\'' || c == '\\' {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('\'');
    quoted
}
