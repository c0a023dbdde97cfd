//! Conditions: they hold or they do not. There is no third value in what an author writes; where the
//! resource has values that are known only after apply, the evaluator says of a whole rule that its
//! verdict is not known.

use policyc_diagnostics::Span;

use crate::{Binding, Expr, Iterable};

/// Identifies a condition in its rule, for coverage and traces; dense from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionId(pub u32);

/// Something that holds or does not.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Its number in the rule; `None` for one that no author wrote.
    pub id: Option<ConditionId>,
    /// What it says.
    pub kind: ConditionKind,
    /// Where the author wrote it.
    pub origin: Span,
}

impl Condition {
    /// A condition that no author wrote as such: it has no number and is not counted by coverage.
    #[must_use]
    pub fn synthetic(kind: ConditionKind, origin: Span) -> Self {
        Self {
            id: None,
            kind,
            origin,
        }
    }
}

/// What a condition says.
///
/// An absent or ill-typed operand makes every leaf false: negation is a node of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionKind {
    /// Always or never.
    Constant(bool),
    /// The inner one does not hold.
    Not(Box<Condition>),
    /// All hold; so does an empty list.
    All(Vec<Condition>),
    /// One holds; none does of an empty list.
    Any(Vec<Condition>),
    /// The value is not absent (missing, under a missing parent, or null). An empty string, list
    /// or map exists.
    Exists(Expr),
    /// Both values are of the comparison's type, and are so ordered.
    Compare {
        /// The relation.
        op: CompareOp,
        /// What both sides are read as.
        comparison: Comparison,
        /// Left side.
        left: Expr,
        /// Right side.
        right: Expr,
    },
    /// The subject is a string and stands in the relation to the pattern.
    Text {
        /// The relation.
        op: TextOp,
        /// The string that is looked at.
        subject: Expr,
        /// Glob, prefix, suffix or piece.
        pattern: Expr,
    },
    /// The subject is a string and the regular expression (RE2 syntax, no look-around and no
    /// back-references) finds a match anywhere in it.
    Regex {
        /// The string that is looked at.
        subject: Expr,
        /// Checked by the compiler.
        pattern: String,
    },
    /// Some element of the list equals the value under the comparison.
    Member {
        /// The value that is looked for.
        element: Expr,
        /// A list; any other value contains nothing.
        list: Expr,
        /// What both sides are read as.
        comparison: Comparison,
    },
    /// The value is an IP address, or a CIDR block, that lies wholly in the block.
    WithinCidr {
        /// An address or a block.
        address: Expr,
        /// A block.
        block: Expr,
    },
    /// The body holds for every, or for some, element.
    Quantified {
        /// Every or some; `none` is not-some.
        quantifier: Quantifier,
        /// The key, for the entries of a map.
        key: Option<Binding>,
        /// The element, or the value of the entry.
        value: Option<Binding>,
        /// What is visited.
        over: Iterable,
        /// What is asked of each.
        body: Box<Condition>,
    },
}

/// A relation between two values of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `==`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What the sides of a comparison are read as. A value that cannot be so read makes it false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Booleans; only equality.
    Bool,
    /// Numbers, exact: an integer and a float are compared by value.
    Number,
    /// Strings, by code point.
    String,
    /// Kubernetes quantities, exact: a string in quantity syntax, or a number.
    Quantity,
    /// Go durations such as `1h30m`: a string in that syntax.
    Duration,
    /// Semantic versions, a leading `v` and missing minor or patch allowed (`1.28` is `1.28.0`);
    /// pre-releases order before the release, build metadata is ignored.
    Version,
    /// RFC 3339 dates (`2027-01-31`, midnight UTC) and times.
    Date,
    /// Two scalars of the same type, whatever it is (equality only): for fields that may be an
    /// integer or a string, and for fields without a schema. A number equals a number, a string a
    /// string, a boolean a boolean; nothing else is equal.
    Scalar,
}

/// A relation between a string and a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextOp {
    /// The glob matches the whole string: `*` any run of characters (`/` and newlines too), `?`
    /// exactly one, no escapes, case-sensitive.
    Glob,
    /// The string starts with it.
    StartsWith,
    /// The string ends with it.
    EndsWith,
    /// The string has it somewhere.
    Contains,
}

/// How many elements must satisfy the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// Every one; true of nothing.
    Every,
    /// At least one; false of nothing.
    Some,
}
