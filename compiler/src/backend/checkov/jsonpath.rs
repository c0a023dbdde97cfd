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
use super::term::{Atom, Exists, Leaf, Literal, Scalar, Shape, Step};

/// A predicate on an element.
pub(super) enum Predicate {
    /// A comparison.
    Term(String),
    /// Comparisons of which one must hold.
    AnyOf(Vec<String>),
    /// Comparisons that must all hold.
    AllOf(Vec<String>),
    /// A comparison that must hold, and one that must not.
    But(String, String),
}

impl Predicate {
    /// Equality with one of some constants, which `equal` asks for each. Where that takes several
    /// comparisons at once they stand alone; `mixed` says why they would be needed.
    pub(super) fn one_of(
        members: &[Scalar],
        leaf: &Leaf,
        mixed: &'static str,
        refusals: &mut Refusals,
        equal: impl Fn(&Scalar, &mut Refusals) -> Self,
    ) -> Self {
        let mut terms = Vec::new();
        for member in members {
            match equal(member, refusals) {
                Self::Term(term) => terms.push(term),
                Self::AnyOf(any) => terms.extend(any),
                Self::AllOf(all) if members.len() == 1 => return Self::AllOf(all),
                Self::AllOf(_) | Self::But(..) => {
                    refusals.add("list of constants", mixed, leaf.origin);
                }
            }
        }
        match terms.len() {
            1 => Self::Term(terms.concat()),
            _ => Self::AnyOf(terms),
        }
    }
}

/// How values look on the vertices of a framework, and so what is asked of them.
pub(super) trait Values {
    /// What stands between `$` and a list of scalars at the top of a vertex.
    fn top(&self) -> &'static str;

    /// The value at the path, which starts at `@`, is not absent.
    fn there(&self, path: &str, shape: Shape) -> Predicate;

    /// The answer to the question is yes.
    fn predicate(&self, path: &str, leaf: &Leaf, refusals: &mut Refusals) -> Predicate;

    /// What is true of an element, no map and not null, exactly where the leaf is not.
    fn opposite(&self, leaf: &Leaf) -> Option<Vec<String>>;
}

/// The elements of some lists that satisfy the body, as a path; `root` is `$` or `@`.
///
/// Several lists must have a common parent. `may_be_null`: whether a null among the elements may be
/// visited too.
pub(super) fn elements(
    values: &dyn Values,
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
                path.push_str(values.top());
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
        path.push_str(&scalar_filter(
            values,
            *element,
            body,
            may_be_null,
            refusals,
        ));
    } else {
        path.push_str(&map_filters(values, body, *element, refusals));
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
pub(super) fn on_parent(
    values: &dyn Values,
    leaf: &Leaf,
    holds: bool,
    refusals: &mut Refusals,
) -> Option<String> {
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
    path.push_str(&map_filters(values, &[literal], Shape::Map, refusals));
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

fn map_filters(
    values: &dyn Values,
    body: &[Literal],
    element: Shape,
    refusals: &mut Refusals,
) -> String {
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
                let path = member(leaf, refusals);
                let predicate = values.predicate(&path, leaf, refusals);
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
                    let path = elements(values, "@", exists, false, refusals);
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
                    for one in exists.of_each_list() {
                        let path = elements(values, "@", &one, false, refusals);
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
    values: &dyn Values,
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
            match values.predicate("@", leaf, refusals) {
                Predicate::Term(term) => terms.push(term),
                Predicate::AnyOf(any) => terms.push(format!("({})", any.join(" | "))),
                Predicate::AllOf(all) => terms.extend(all),
                Predicate::But(..) => refuse_negation(refusals, leaf.origin),
            }
        } else {
            match values.opposite(leaf) {
                Some(opposites) => terms.extend(opposites),
                None => refuse_negation(refusals, leaf.origin),
            }
        }
    }
    if !not_null {
        match values.there("@", element) {
            Predicate::Term(term) => terms.push(term),
            Predicate::AnyOf(any) => terms.push(format!("({})", any.join(" | "))),
            Predicate::AllOf(all) => terms.extend(all),
            Predicate::But(..) => {}
        }
    }
    format!("[?({})]", terms.join(" & "))
}

/// The path of what a leaf asks about, from `@`.
fn member(leaf: &Leaf, refusals: &mut Refusals) -> String {
    let mut path = "@".to_owned();
    for step in &leaf.path {
        match step {
            Step::Field(name) => push_field(&mut path, name),
            Step::Index(_) => {
                refuse_index(refusals, leaf.origin);
            }
        }
    }
    path
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
pub(super) fn push_field(to: &mut String, name: &str) {
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
pub(super) fn quote(text: &str) -> String {
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
