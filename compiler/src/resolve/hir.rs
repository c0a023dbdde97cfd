//! What the author said, with every name looked up, every type known and every constant valued.
//!
//! `deny`, `none`, `absent` and `for` still stand here as the author wrote them; functions, `let`,
//! constants and loops over constants are gone. A tree holds no mistake: what has one is not built,
//! so that lowering cannot fail.

use policyc_diagnostics::Span;
use policyc_ir::{
    ArithmeticOp, BlockPart, CompareOp, Comparison, Function, Metadata, Scope, Target, TextOp,
};

use super::constants::Constant;
use super::types::Ty;

/// All policies of the root modules.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Program {
    pub(crate) policies: Vec<Policy>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) metadata: Metadata,
    pub(crate) targets: Option<Vec<Target>>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) scope: Scope,
    pub(crate) preconditions: Vec<Precondition>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) span: Span,
}

/// `when C`, or `unless C`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Precondition {
    pub(crate) unless: bool,
    pub(crate) condition: Condition,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) kind: StatementKind,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StatementKind {
    /// `require C` or `deny C`. The message is its own, or that of the nearest statement around it
    /// that has one.
    Demand {
        deny: bool,
        condition: Condition,
        message: Option<Message>,
    },
    For {
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

/// The variables of a quantifier; `_` binds none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bindings {
    pub(crate) key: Option<Binding>,
    pub(crate) value: Option<Binding>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) id: LocalId,
    pub(crate) name: String,
}

/// Identifies a place in the source where a variable is bound; copies of the place share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LocalId(pub(crate) u32);

/// What a quantifier visits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Iterable {
    Lists(Vec<Expr>),
    Entries(Box<Expr>),
}

/// The pieces of a message, constants folded into the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) parts: Vec<MessagePart>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MessagePart {
    Text(String),
    Value(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) kind: ConditionKind,
    pub(crate) span: Span,
    /// Whether the author wrote it as a condition of its own. The `==` inside a `!=`, and the tests
    /// of each element of `in [a, b]`, are not.
    pub(crate) written: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ConditionKind {
    Constant {
        holds: bool,
        /// Whether a parameter, a constant or a loop over constants has a part in it.
        named: bool,
    },
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    /// `x in [a, b]`: the test of each element.
    OneOf(Vec<Condition>),
    Exists(Expr),
    Absent(Expr),
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
    },
    Regex {
        subject: Expr,
        pattern: String,
    },
    Member {
        element: Expr,
        list: Expr,
        comparison: Comparison,
    },
    Within {
        address: Expr,
        block: Expr,
    },
    Quantified {
        word: Quantifier,
        bindings: Bindings,
        over: Iterable,
        body: Box<Condition>,
    },
}

/// The word before a quantified condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    All,
    Any,
    None,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) ty: Ty,
    pub(crate) span: Span,
    /// Whether a valid resource may have nothing there.
    pub(crate) optional: bool,
    /// Whether a parameter, a constant or a loop over constants has a part in it.
    pub(crate) named: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExprKind {
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
        value: Option<Binding>,
        over: Iterable,
        body: Box<Expr>,
    },
    Filter {
        value: Option<Binding>,
        over: Iterable,
        condition: Box<Condition>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(crate) segments: Vec<Segment>,
    /// What the schema says is there, where the policy reads it as another type.
    pub(crate) read_from: Option<Ty>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// What the rule is about: the resource or its pod template.
    Object,
    /// `resource`
    Submitted,
    /// `request.old`
    Old,
    Local(LocalId),
    Name,
    Namespace,
    NamespaceLabels,
    Operation,
    User,
    /// `terraform.address`
    Block(BlockPart),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Segment {
    Field(String),
    Index(u32),
    /// The one block of a type that is written at most once.
    Single,
    Key(Box<Expr>),
}

impl Condition {
    /// A condition that the author wrote.
    pub(crate) fn new(kind: ConditionKind, span: Span) -> Self {
        Self {
            kind,
            span,
            written: true,
        }
    }

    /// A condition that is part of another that the author wrote.
    pub(crate) fn part(kind: ConditionKind, span: Span) -> Self {
        Self {
            kind,
            span,
            written: false,
        }
    }

    /// Always or never.
    pub(crate) fn constant(holds: bool, named: bool, span: Span) -> Self {
        Self::new(ConditionKind::Constant { holds, named }, span)
    }

    /// Whether it always or never holds, if that is known.
    pub(crate) fn known(&self) -> Option<bool> {
        if let ConditionKind::Constant { holds, named: _ } = self.kind {
            Some(holds)
        } else {
            None
        }
    }

    /// The opposite; `span` is of the whole.
    pub(crate) fn negated(mut self, span: Span) -> Self {
        if let ConditionKind::Constant { holds, named } = self.kind {
            return Self::constant(!holds, named, span);
        }
        self.written = false;
        Self::new(ConditionKind::Not(Box::new(self)), span)
    }
}

impl Expr {
    /// The constant that the expression is, if it is one.
    pub(crate) fn constant(&self) -> Option<Constant> {
        match &self.kind {
            ExprKind::Constant(constant) => Some(constant.clone()),
            ExprKind::List(items) => items
                .iter()
                .map(Self::constant)
                .filter(|item| item != &Some(Constant::Absent))
                .collect::<Option<Vec<_>>>()
                .map(Constant::List),
            ExprKind::Path(_)
            | ExprKind::Coalesce(..)
            | ExprKind::Call { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::Map { .. }
            | ExprKind::Filter { .. } => None,
        }
    }

    /// The path that the expression is, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        if let ExprKind::Path(path) = &self.kind {
            Some(path)
        } else {
            None
        }
    }
}
