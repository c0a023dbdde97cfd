//! The syntax tree that is evaluated: small, and the same for `.tf` and `.tf.json`.

use std::sync::Arc;

use policyc_diagnostics::{SourceId, Span};

use crate::value::Value;

/// A name in a source.
pub(crate) type Name = Arc<str>;

/// A range of bytes of the file it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Range {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Range {
    pub(crate) fn of(self, source: SourceId) -> Span {
        Span::new(source, self.start, self.end)
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) range: Range,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Literal(Value),
    /// Text with something to compute in it; a single interpolation is no template.
    Template(Box<[Part]>),
    Tuple(Box<[Expr]>),
    Object(Box<[Item]>),
    Variable(Name),
    /// An expression and what is taken of its value, step by step.
    Get(Box<(Expr, Box<[Step]>)>),
    Conditional(Box<[Expr; 3]>),
    Call(Box<Call>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Box<(Operator, Expr, Expr)>),
    For(Box<For>),
}

/// A piece of a template, with what strip markers take away already gone.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Text(Arc<str>),
    Value(Expr),
    If {
        condition: Expr,
        then: Box<[Part]>,
        otherwise: Box<[Part]>,
    },
    For {
        key: Option<Name>,
        value: Name,
        over: Expr,
        body: Box<[Part]>,
    },
}

/// `key = value` of an object.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) key: Key,
    pub(crate) key_range: Range,
    pub(crate) value: Expr,
}

#[derive(Debug, Clone)]
pub(crate) enum Key {
    Name(Name),
    Computed(Expr),
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// `.name`, `.0`
    Attribute(Name),
    /// `[…]`
    Index(Expr),
    /// `.*`: the attributes that follow are taken of each element.
    AttributeSplat,
    /// `[*]`: all steps that follow are taken of each element.
    FullSplat,
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// With its namespace: `provider::kubernetes::manifest_decode`.
    pub(crate) name: Name,
    pub(crate) arguments: Box<[Expr]>,
    /// Whether the last argument is a list of arguments.
    pub(crate) spread: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone)]
pub(crate) struct For {
    pub(crate) key: Option<Name>,
    pub(crate) value: Name,
    pub(crate) over: Expr,
    /// What makes the key of an object; none for a tuple.
    pub(crate) result_key: Option<Expr>,
    pub(crate) result: Expr,
    pub(crate) condition: Option<Expr>,
    pub(crate) grouped: bool,
}

/// What stands between braces, or in a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Block>,
}

impl Body {
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| &*attribute.name == name)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub(crate) name: Name,
    pub(crate) name_range: Range,
    pub(crate) value: Expr,
    /// The file it is in, which is not the file of its block when an override file gave it.
    pub(crate) source: SourceId,
}

#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) kind: Name,
    pub(crate) labels: Vec<Name>,
    /// From the first byte of its type to the last one of its labels.
    pub(crate) header: Range,
    /// With its braces.
    pub(crate) range: Range,
    pub(crate) body: Body,
    pub(crate) source: SourceId,
}
