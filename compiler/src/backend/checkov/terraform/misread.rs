//! What Checkov has for a value that it did not evaluate, or not as Terraform does.
//!
//! It leaves expressions that it cannot evaluate as texts: `!var.private`, `lower(var.engine)`,
//! `each.key` in a list. A comparison (`jsonpath_` or not) has no verdict only where the text begins
//! like a reference (`is_terraform_variable_dependent` in `common/util/var_utils.py`); of all others
//! a check would pass or fail. It makes null of comparisons (`var.env == "prod"`), an empty list of
//! a variable of type `list(…)` without a value, and takes the list from `each.value` that is a list
//! of one (`terraform/graph_builder/variable_rendering/renderer.py` and `evaluate_terraform.py`, and
//! `terraform/modules/module_utils.py`). What it rendered so stands in `rendering_breadcrumbs_`, and
//! what `for_each` and `count` gave in `foreach_attrs_`.
//!
//! So a condition that is true of every block stands beside an answer that such a value would
//! turn, and has no verdict where one is there: its path leads to what looks like a reference.

use crate::backend::checkov::document::{Definition, Operand, UNRESOLVED};
use crate::backend::checkov::jsonpath::{push_field, quote};
use crate::backend::checkov::term::{Shape, Step};

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

/// What is no boolean, to `` `str()` ``.
const NO_BOOL: &str = "^(?!None$|True$|False$)";
/// What is no number.
const NO_NUMBER: &str = "^(?!None$|[-+.0-9eE]+$)";
/// How an expression begins, or a document.
const EXPRESSION: &str = "([!([{]|(var|local|module|data|each|count|path|terraform)[.]\
                          |[a-z0-9_]+[(]|[a-z][a-z0-9]*_[a-z0-9_]+[.][a-z_])";
/// What stands in a template.
const INTERPOLATION: &str = "[$%][{]";
/// What is no list.
const NO_LIST: &str = r"^(?!None$|\[)|\]\[";
/// How a string in a list begins.
const QUOTE: &str = "['\"]";
/// What has neither members nor elements; `['a'][*]` has none.
const NO_PARENT: &str = r"^(?!None$|[{[])|\]\[";
/// What may turn out to be null.
const MAYBE_NULL: &str = "^([!(]|(var|local|module|data|each)[.]|[a-z0-9_]+[(])";

/// Something that Checkov may have instead of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misread {
    /// A text instead of a value of the type, which has neither members nor elements.
    Text(Shape),
    /// A text instead of a list, or of one of its elements, which are of the type.
    List(Shape),
    /// A text instead of something with members or elements.
    Parent,
    /// A text that may turn out to be null.
    Present,
    /// Null instead of a boolean.
    Null,
    /// An empty list instead of one that nobody knows.
    Empty,
}

impl Misread {
    /// What is true of such a value at the path, in a filter.
    fn term(self, path: &str) -> String {
        let is_like = |pattern: &str| format!("{path}.`str()` =~ {}", quote(pattern));
        let is = |text: &str| format!("{path}.`str()` == {}", quote(text));
        match self {
            Self::Text(Shape::Bool) => is_like(NO_BOOL),
            Self::Text(Shape::Int | Shape::Number) => is_like(NO_NUMBER),
            Self::Text(
                Shape::String
                | Shape::Quantity
                | Shape::IntOrString
                | Shape::List
                | Shape::Map
                | Shape::Any,
            ) => is_like(&format!("^{EXPRESSION}|{INTERPOLATION}")),
            Self::Parent => is_like(NO_PARENT),
            Self::List(Shape::Bool) => is_like(&format!("{NO_LIST}|{QUOTE}")),
            Self::List(Shape::Int | Shape::Number) => {
                is_like(&format!("{NO_LIST}|{QUOTE}[^-+.0-9'\"]"))
            }
            Self::List(
                Shape::String
                | Shape::Quantity
                | Shape::IntOrString
                | Shape::List
                | Shape::Map
                | Shape::Any,
            ) => is_like(&format!("{NO_LIST}|{QUOTE}{EXPRESSION}|{INTERPOLATION}")),
            Self::Present => is_like(MAYBE_NULL),
            Self::Null => is("None"),
            Self::Empty => is("[]"),
        }
    }

    /// Whether it can be a value as it is written, and is none only where it was rendered.
    const fn is_rendered(self) -> bool {
        match self {
            Self::Null | Self::Empty => true,
            Self::Text(_) | Self::List(_) | Self::Parent | Self::Present => false,
        }
    }
}

/// A place in a block: members of it, or of the elements of lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The lists on the way, each from the element of the one before.
    lists: Vec<Vec<Step>>,
    /// The members of the last element, or of the block.
    members: Vec<Step>,
}

impl Place {
    /// Members of the place.
    pub(super) fn member(&self, path: &[Step]) -> Self {
        let mut place = self.clone();
        place.members.extend_from_slice(path);
        place
    }

    /// The elements of the list at the place.
    pub(super) fn elements(mut self) -> Self {
        self.lists.push(std::mem::take(&mut self.members));
        self
    }

    /// How Checkov names the place in what it says of rendering, as a pattern.
    fn rendered(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for path in self.lists.iter().chain([&self.members]) {
            for step in path {
                if let Step::Field(name) = step {
                    parts.push(name);
                }
            }
        }
        let parts: Vec<String> = parts
            .into_iter()
            .map(crate::backend::checkov::pattern::escape)
            .collect();
        format!("'{}[.0-9]*'", parts.join("[.0-9]*[.]"))
    }
}

fn path(root: &str, steps: &[Step]) -> String {
    let mut path = root.to_owned();
    for step in steps {
        match step {
            Step::Field(name) => push_field(&mut path, name),
            // Refused where the question is written.
            Step::Index(_) => {}
        }
    }
    path
}

/// Misread values that would turn an answer: from no to yes, and from yes to no.
#[derive(Debug, Clone, Default)]
pub(super) struct Doubts {
    yes: Vec<(Place, Misread)>,
    no: Vec<(Place, Misread)>,
}

impl Doubts {
    /// The value may make the answer a wrong yes, or else a wrong no.
    pub(super) fn add(&mut self, is_yes: bool, place: &Place, misread: Misread) {
        let doubts = if is_yes { &mut self.yes } else { &mut self.no };
        let doubt = (place.clone(), misread);
        if !doubts.contains(&doubt) {
            doubts.push(doubt);
        }
    }

    /// The answer, and no verdict where it is in doubt.
    ///
    /// An empty list is a list more often than not: where it makes the answer no, it stays no.
    pub(super) fn guard(self, answer: Definition, types: &[String]) -> Definition {
        let Self { yes, mut no } = self;
        no.retain(|(_, misread)| *misread != Misread::Empty);
        let mut answer = vec![answer];
        answer.extend(known(&yes, types));
        let answer = Definition::and(answer);
        let no = known(&no, types);
        if no.is_empty() {
            return answer;
        }
        Definition::or(vec![answer, Definition::not(Definition::and(no))])
    }
}

/// True where none of the values is misread, and without a verdict elsewhere.
fn known(doubts: &[(Place, Misread)], types: &[String]) -> Vec<Definition> {
    let (rendered, texts): (Vec<_>, Vec<_>) = doubts
        .iter()
        .partition(|(_, misread)| misread.is_rendered());
    let mut filters: Vec<String> = Vec::new();
    if !texts.is_empty() {
        filters.push(format!("[?({})]", terms(&texts)));
    }
    for doubt in rendered {
        let rendered = quote(&doubt.0.rendered());
        filters.push(format!(
            "[?({})][?(@['rendering_breadcrumbs_','foreach_attrs_'].`str()` =~ {rendered})]",
            terms(&[doubt])
        ));
    }
    let known = filters.iter().map(|filter| no_verdict_where(filter, types));
    known.collect()
}

/// What is in doubt in the elements of the same lists.
struct InElements<'a> {
    lists: &'a [Vec<Step>],
    /// Members that may be misread alike.
    members: Vec<(Misread, Vec<&'a [Step]>)>,
}

/// What a filter on a block asks: whether there is one of the misread values.
fn terms(doubts: &[&(Place, Misread)]) -> String {
    let mut all: Vec<InElements<'_>> = Vec::new();
    for (place, misread) in doubts {
        let at = all.iter().position(|it| it.lists == place.lists);
        let at = at.unwrap_or_else(|| {
            all.push(InElements {
                lists: &place.lists,
                members: Vec::new(),
            });
            all.len().saturating_sub(1)
        });
        let Some(InElements { members, .. }) = all.get_mut(at) else {
            continue;
        };
        match members.iter_mut().find(|(other, _)| other == misread) {
            Some((_, alike)) => alike.push(&place.members),
            None => members.push((*misread, vec![&place.members])),
        }
    }
    let terms = all.into_iter().map(|InElements { lists, members }| {
        let inner = members
            .into_iter()
            .flat_map(|(misread, alike)| together(alike).map(move |at| misread.term(&at)));
        let inner: Vec<String> = inner.collect();
        let mut term = inner.join(" | ");
        for list in lists.iter().rev() {
            term = format!("{}[?({term})].`str()` =~ '.'", path("@", list));
        }
        term
    });
    let terms: Vec<String> = terms.collect();
    terms.join(" | ")
}

/// Members of the same map as one path.
fn together(members: Vec<&[Step]>) -> impl Iterator<Item = String> {
    let mut names: Vec<String> = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    for member in members {
        match member {
            [Step::Field(name)] => names.push(name.clone()),
            deep => paths.push(path("@", deep)),
        }
    }
    match names.as_slice() {
        [] => {}
        [name] => paths.push(path("@", &[Step::Field(name.clone())])),
        several => {
            let several: Vec<String> = several.iter().map(|name| quote(name)).collect();
            paths.push(format!("@[{}]", several.join(",")));
        }
    }
    paths.into_iter()
}

/// True of every block of which the filters are not true, and without a verdict on others.
pub(super) fn no_verdict_where(filters: &str, types: &[String]) -> Definition {
    let is_reference = |ty: &String| {
        let ty = ty.strip_prefix("data.").unwrap_or(ty);
        PREFIXES.iter().any(|prefix| ty.starts_with(prefix))
    };
    let reference = if types.iter().all(is_reference) {
        "id_"
    } else {
        // The ids of other providers do not look like references.
        "label_.`sub(/^/, var.)`"
    };
    let unresolved = Some(Operand::String(UNRESOLVED.to_owned()));
    let path = format!("${filters}.{reference}");
    Definition::leaf(types, &path, "jsonpath_not_equals", unresolved)
}
