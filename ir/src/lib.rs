//! The contract between the compiler, the runtime and the backends: data only, no decisions.
//!
//! What absence means and whether a list means *all* or *any* stand here as nodes; a backend never
//! decides either. Every enum is closed: evaluator and backends match it without a wildcard, so a
//! new construct does not compile until each of them has an answer.
//!
//! Constants, parameters, `let` and functions are gone at this level: the compiler has put their
//! values in place. `deny C` is `require not C`, `unless C` is `when not C`, `!=` is `not ==`.

mod condition;
mod expr;
mod policy;
pub mod scalar;
mod scope;
mod statement;
pub mod uses;

pub use condition::{
    CompareOp, Comparison, Condition, ConditionId, ConditionKind, Quantifier, TextOp,
};
pub use expr::{
    ArithmeticOp, Binding, BlockPart, Expr, ExprKind, Function, Iterable, Literal, LocalId, Path,
    Root, Segment, Type,
};
pub use policy::{Metadata, Policy, Program, Rule, RuleBody, Severity, Target};
pub use scope::{
    ApiResource, BlockClause, BlockMode, BlockSelector, JOB_TEMPLATE, KindSelector, LabelSelector,
    MatchClause, Operation, Scope, TEMPLATE, WORKLOADS, Workload,
};
pub use statement::{Message, MessagePart, Statement, StatementId, StatementKind};
