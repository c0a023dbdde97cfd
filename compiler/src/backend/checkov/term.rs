//! Statements about one value, or about the elements of a list.

use policyc_diagnostics::Span;
use policyc_ir::LocalId;

use super::pattern::Pattern;

/// What a literal speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// What the rule is about: the resource, or its pod template.
    Object,
    /// The submitted resource.
    Submitted,
    /// Its name; `generateName` is none.
    Name,
    /// Its name as `match` sees it: `generateName` where there is no name.
    ClauseName,
    /// Its namespace.
    Namespace,
    /// Its namespace as `match` sees it: a Namespace is in itself.
    ClauseNamespace,
    /// Its kind.
    Kind,
    /// Its API group and version, as `apiVersion` spells them.
    ApiVersion,
    /// The vertex of Checkov's graph; only after placing.
    Vertex,
    /// An element of a list.
    Element(LocalId),
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Member of a map.
    Field(String),
    /// Element of a list.
    Index(u32),
}

/// What the schema says a value is, as far as Checkov's operators tell values apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A boolean.
    Bool,
    /// An integer.
    Int,
    /// An integer or a float.
    Number,
    /// A string.
    String,
    /// A string in a syntax of its own, or a number: a quantity.
    Quantity,
    /// An integer or a string.
    IntOrString,
    /// A list.
    List,
    /// A map.
    Map,
    /// Not known.
    Any,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    /// A boolean.
    Bool(bool),
    /// An integer that a float holds exactly.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string.
    String(String),
}

/// An order of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `==`, of lengths only
    Equal,
    /// `!=`, of lengths only
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Order {
    /// The one that holds of two numbers exactly when this one does not.
    pub(super) const fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// How JSONPath spells it.
    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether it holds.
    pub(super) fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

/// What is asked of a value; false of an absent one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// It is not absent.
    Exists,
    /// It is this constant; at least one, all of one type.
    In(Vec<Scalar>),
    /// It is a number in this relation to the constant.
    Order(Order, i64),
    /// It is a string that the pattern matches.
    Match(Pattern),
    /// Its length is in this relation to the constant.
    Length(Order, i64),
}

/// A question about one value. Two are equal when they ask the same, wherever it is written.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// Where the path starts.
    pub(super) subject: Subject,
    /// The way to the value.
    pub(super) path: Vec<Step>,
    /// What the value is.
    pub(super) shape: Shape,
    /// The question.
    pub(super) test: Test,
    /// Where the author wrote it.
    pub(super) origin: Span,
}

impl PartialEq for Leaf {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            subject,
            path,
            shape,
            test,
            origin: _,
        } = self;
        (subject, path, shape, test) == (&other.subject, &other.path, &other.shape, &other.test)
    }
}

/// Some element of some of the lists satisfies all of the body. Two are equal when they ask the
/// same, wherever it is written.
#[derive(Debug, Clone)]
pub(super) struct Exists {
    /// Where the paths start.
    pub(super) subject: Subject,
    /// The lists; at least one.
    pub(super) lists: Vec<Vec<Step>>,
    /// What an element is.
    pub(super) element: Shape,
    /// What must hold of it; literals about it alone. Empty: it is there.
    pub(super) body: Vec<Literal>,
    /// Where the author wrote it.
    pub(super) origin: Span,
}

impl PartialEq for Exists {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            subject,
            lists,
            element,
            body,
            origin: _,
        } = self;
        (subject, lists, element, body)
            == (&other.subject, &other.lists, &other.element, &other.body)
    }
}

/// A statement without parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Atom {
    /// A question about a value.
    Leaf(Leaf),
    /// A question about the elements of lists.
    Exists(Exists),
}

/// A statement or its negation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Literal {
    /// Whether it must hold, or must not.
    pub(super) holds: bool,
    /// The statement.
    pub(super) atom: Atom,
}

impl Literal {
    /// What it speaks about.
    pub(super) const fn subject(&self) -> Subject {
        match &self.atom {
            Atom::Leaf(leaf) => leaf.subject,
            Atom::Exists(exists) => exists.subject,
        }
    }

    /// Says that what it speaks about is known under another name.
    pub(super) fn set_subject(&mut self, from: Subject, to: Subject) {
        let subject = match &mut self.atom {
            Atom::Leaf(leaf) => &mut leaf.subject,
            Atom::Exists(exists) => &mut exists.subject,
        };
        if *subject == from {
            *subject = to;
        }
    }
}

/// Where the path starts with this prefix, the rest.
pub(super) fn strip<'a>(path: &'a [Step], prefix: &[&str]) -> Option<&'a [Step]> {
    let mut rest = path;
    for name in prefix {
        match rest.split_first() {
            Some((Step::Field(field), tail)) if field == name => rest = tail,
            Some(_) | None => return None,
        }
    }
    Some(rest)
}

/// Fields as a path.
pub(super) fn fields(names: &[&str]) -> Vec<Step> {
    names
        .iter()
        .map(|name| Step::Field((*name).to_owned()))
        .collect()
}

impl Exists {
    /// The same of each list alone.
    pub(super) fn of_each_list(&self) -> impl Iterator<Item = Self> {
        self.lists.iter().map(|list| Self {
            lists: vec![list.clone()],
            ..self.clone()
        })
    }
}
