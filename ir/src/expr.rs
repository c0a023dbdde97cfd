//! Expressions: they have a value, which may be absent.

use policyc_diagnostics::Span;

use crate::Condition;

/// Something with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// How the value comes about.
    pub kind: ExprKind,
    /// What the schema, or the construct, says the value is. A resource may disobey its schema:
    /// then the value is *invalid*, reported as such, and read as what it is.
    pub ty: Type,
    /// Where the author wrote it.
    pub origin: Span,
}

/// How a value comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// A value of the resource, the request, or a variable.
    Path(Path),
    /// The first value, or the second where the first is absent.
    Coalesce(Box<Expr>, Box<Expr>),
    /// The result of a function.
    Call {
        /// The function.
        function: Function,
        /// As many as the function has parameters.
        arguments: Vec<Expr>,
    },
    /// Numbers only; absent when a side is no number, on division by zero, and on overflow.
    Arithmetic {
        /// The operation.
        op: ArithmeticOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// The values in order; absent ones are left out.
    List(Vec<Expr>),
    /// The value of the body for each element in order; absent ones are left out.
    Map {
        /// The element.
        value: Binding,
        /// What is visited.
        over: Iterable,
        /// What is kept of each.
        body: Box<Expr>,
    },
    /// The elements for which the condition holds, in order.
    Filter {
        /// The element.
        value: Binding,
        /// What is visited.
        over: Iterable,
        /// What is asked of each.
        condition: Box<Condition>,
    },
}

/// A constant. Texts of typed literals are checked by the compiler, and are as the author wrote
/// them.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A string.
    String(String),
    /// A Kubernetes quantity, such as `2Gi`.
    Quantity(String),
    /// A Go duration, such as `1h30m`.
    Duration(String),
    /// A version, such as `1.28`.
    Version(String),
    /// A CIDR block, such as `10.0.0.0/8`.
    Cidr(String),
    /// An IP address.
    Ip(String),
    /// An RFC 3339 date or time.
    Date(String),
}

/// A way from a root to a value. Any step into something that has no such member gives absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Where it starts.
    pub root: Root,
    /// The steps.
    pub segments: Vec<Segment>,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Root {
    /// What the rule is about: the resource, or its pod template where the kind was selected with
    /// `templates`. A template has `metadata` and `spec` and nothing else.
    Object,
    /// The resource as it was submitted.
    Submitted,
    /// The former state of what the rule is about; absent unless the operation is update or delete.
    Old,
    /// A bound variable.
    Local(LocalId),
    /// The name of the submitted resource (string; `generateName` is no name).
    Name,
    /// The namespace of the submitted resource (string): `default` for a namespaced resource
    /// without one, absent for cluster-scoped resources.
    Namespace,
    /// The labels of the namespace (map of strings); absent when they are not known.
    NamespaceLabels,
    /// The operation (string, `CREATE`, `UPDATE`, `DELETE`, `CONNECT`).
    Operation,
    /// The user: `username`, `uid`, `groups`, `extra`; absent when not known.
    User,
    /// What Terraform calls the block (string).
    Block(BlockPart),
}

/// A part of what Terraform calls a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockPart {
    /// All of it: `module.logs.aws_s3_bucket.this["a"]`.
    Address,
    /// The module it stands in: `module.logs`; absent in the root module.
    Module,
    /// Its type: `aws_s3_bucket`; absent for blocks without one.
    Type,
    /// The name that the configuration gives it: its last label.
    Name,
}

impl BlockPart {
    /// Every part.
    pub const ALL: &'static [Self] = &[Self::Address, Self::Module, Self::Type, Self::Name];

    /// The word in sources, after `terraform.`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Module => "module",
            Self::Type => "type",
            Self::Name => "name",
        }
    }
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// The member of a map with this key.
    Field(String),
    /// The element of a list, from 0.
    Index(u32),
    /// The one block of a type that is written at most once: the first element of a list, and any
    /// other value itself. Plans of Terraform hold some such blocks as lists and some as objects.
    Single,
    /// The member of a map whose key is the value of the expression (a string; else absent).
    Key(Box<Expr>),
}

/// Identifies a variable in its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub u32);

/// A variable where it is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Its number, unique in the rule.
    pub id: LocalId,
    /// The author's name for it.
    pub name: String,
}

/// What a quantifier visits. Lists of constants never stand here: the compiler unrolls them.
#[derive(Debug, Clone, PartialEq)]
pub enum Iterable {
    /// The elements of each list, one list after the other. A value that is no list has none; null
    /// elements are not visited.
    Lists(Vec<Expr>),
    /// The entries of a map in order of the keys. A value that is no map has none; entries whose
    /// value is null are not visited.
    Entries(Box<Expr>),
}

/// An operation on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`, exact: 1 / 2 is 0.5
    Divide,
    /// `%`, of integers, with the sign of the left side
    Remainder,
}

/// A function. An argument of a wrong type, or absent, makes the result absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// Characters of a string, elements of a list (nulls too), entries of a map.
    Length,
    /// Lower case, each character on its own (Unicode simple mapping, as Go does it).
    Lower,
    /// Upper case, each character on its own (Unicode simple mapping, as Go does it).
    Upper,
    /// Without white space at both ends.
    Trim,
    /// The pieces of a string between separators: `split(text, separator)`. An empty separator
    /// gives the characters.
    Split,
    /// Every occurrence replaced: `replace(text, from, to)`.
    Replace,
    /// The elements joined: `join(list, separator)`; absent when some element is no string.
    Join,
    /// Each scalar once, in order of first occurrence.
    Distinct,
    /// Sorted: numbers by value, strings by code point; absent for a mixed list.
    Sort,
    /// The keys of a map, sorted.
    Keys,
    /// The values of a map in order of the keys.
    Values,
    /// A scalar as a string.
    ToString,
    /// A number, or a string that spells one in decimal, as a number.
    ToNumber,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Number,
    /// A string.
    String,
    /// A Kubernetes quantity: a string, or a number.
    Quantity,
    /// A Go duration.
    Duration,
    /// A version.
    Version,
    /// A CIDR block.
    Cidr,
    /// An IP address.
    Ip,
    /// An RFC 3339 date or time.
    Date,
    /// An integer or a string.
    IntOrString,
    /// A list.
    List(Box<Type>),
    /// A map with any keys.
    Map(Box<Type>),
    /// A map with known fields.
    Object,
    /// Not known: no schema says.
    Any,
}

impl Type {
    /// The type of the elements, of a list; none for any other type.
    #[must_use]
    pub fn item(&self) -> Option<&Self> {
        match self {
            Self::List(item) => Some(item),
            Self::Bool
            | Self::Int
            | Self::Number
            | Self::String
            | Self::Quantity
            | Self::Duration
            | Self::Version
            | Self::Cidr
            | Self::Ip
            | Self::Date
            | Self::IntOrString
            | Self::Map(_)
            | Self::Object
            | Self::Any => None,
        }
    }
}
