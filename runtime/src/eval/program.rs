//! Rules in the form they are evaluated in: patterns built, literals read, variables numbered.

use policyc_diagnostics::Span;
use policyc_ir::scalar::{Cidr, Date, Duration, Glob, Ip, Quantity, Version};
use policyc_ir::{
    ArithmeticOp, CompareOp, Comparison, ConditionId, Function, Quantifier, Root, StatementId,
    TextOp, Type,
};
use regex::Regex;

use super::scope::Scope;
use crate::value::Number;

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) policy: usize,
    pub(super) rule: usize,
    pub(super) origin: Span,
    pub(super) scope: Scope,
    pub(super) preconditions: Vec<Condition>,
    pub(super) statements: Vec<Statement>,
    /// The author's names for its variables, which are numbered from 0.
    pub(super) locals: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Statement {
    pub(super) id: StatementId,
    pub(super) kind: StatementKind,
    pub(super) message: Option<Vec<Part>>,
    pub(super) origin: Span,
}

#[derive(Debug)]
pub(super) enum StatementKind {
    Require(Condition),
    ForEach {
        bindings: Bindings,
        over: Iterable,
        body: Vec<Statement>,
    },
    If {
        condition: Condition,
        then: Vec<Statement>,
        otherwise: Vec<Statement>,
    },
}

/// A piece of a message.
#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Value(Expr),
}

#[derive(Debug)]
pub(super) struct Condition {
    pub(super) id: Option<ConditionId>,
    pub(super) kind: ConditionKind,
    pub(super) origin: Span,
}

#[derive(Debug)]
pub(super) enum ConditionKind {
    Constant(bool),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Exists(Expr),
    Compare {
        op: CompareOp,
        comparison: Comparison,
        left: Expr,
        right: Expr,
    },
    Text {
        op: TextOp,
        subject: Expr,
        pattern: Expr,
        /// The pattern, when it is a constant and a glob.
        glob: Option<Glob>,
    },
    Regex {
        subject: Expr,
        pattern: String,
        regex: Regex,
    },
    Member {
        element: Expr,
        list: Expr,
        comparison: Comparison,
    },
    WithinCidr {
        address: Expr,
        block: Expr,
    },
    Quantified {
        quantifier: Quantifier,
        bindings: Bindings,
        over: Iterable,
        body: Box<Condition>,
    },
}

/// The numbers of the variables that take an element.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bindings {
    pub(super) key: Option<usize>,
    pub(super) value: Option<usize>,
}

#[derive(Debug)]
pub(super) enum Iterable {
    Lists(Vec<Expr>),
    Entries(Box<Expr>),
}

#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) ty: Type,
    pub(super) origin: Span,
}

#[derive(Debug)]
pub(super) enum ExprKind {
    Constant(Constant),
    Path(Path),
    Coalesce(Box<Expr>, Box<Expr>),
    Call {
        function: Function,
        arguments: Vec<Expr>,
    },
    Arithmetic {
        op: ArithmeticOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    List(Vec<Expr>),
    Map {
        value: usize,
        over: Iterable,
        body: Box<Expr>,
    },
    Filter {
        value: usize,
        over: Iterable,
        condition: Box<Condition>,
    },
}

#[derive(Debug)]
pub(super) enum Constant {
    Bool(bool),
    Number(Number),
    Text {
        text: String,
        /// What the text was read as beforehand, where it is compared as that.
        typed: Option<Typed>,
    },
}

#[derive(Debug)]
pub(super) enum Typed {
    Quantity(Quantity),
    Duration(Duration),
    Version(Version),
    Date(Date),
    Ip(Ip),
    Cidr(Cidr),
}

#[derive(Debug)]
pub(super) struct Path {
    /// The number of a variable is the one it has here.
    pub(super) root: Root,
    pub(super) segments: Vec<Segment>,
}

#[derive(Debug)]
pub(super) enum Segment {
    Field(String),
    Index(usize),
    Single,
    Key(Box<Expr>),
}
