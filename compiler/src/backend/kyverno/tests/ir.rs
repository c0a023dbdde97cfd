//! Short constructors of IR.
#![expect(dead_code, reason = "a complete set")]

use policyc_diagnostics::{SourceId, Span};
use policyc_ir::{
    Binding, CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Function, Iterable,
    KindSelector, Literal, LocalId, MatchClause, Message, MessagePart, Metadata, Operation, Path,
    Policy, Quantifier, Root, Rule, RuleBody, Scope, Segment, Severity, Statement, StatementId,
    StatementKind, TextOp, Type,
};

pub(crate) fn span() -> Span {
    Span::new(SourceId(0), 0, 0)
}

pub(crate) fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        ty: Type::Any,
        origin: span(),
    }
}

/// `a.b[0].c`
fn segments(path: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (name, index) = part.split_once('[').map_or((part, None), |(name, index)| {
            (
                name,
                index.strip_suffix(']').and_then(|index| index.parse().ok()),
            )
        });
        if !name.is_empty() {
            // `~` stands for a dot in a name.
            segments.push(Segment::Field(name.replace('~', ".")));
        }
        segments.extend(index.map(Segment::Index));
    }
    segments
}

pub(crate) fn at(root: Root, path: &str) -> Expr {
    let segments = segments(path);
    expr(ExprKind::Path(Path { root, segments }))
}

/// Of the object.
pub(crate) fn p(path: &str) -> Expr {
    at(Root::Object, path)
}

/// With what the schema says it is.
pub(crate) fn typed(expr: Expr, ty: Type) -> Expr {
    Expr { ty, ..expr }
}

/// Of a variable.
pub(crate) fn v(id: u32, path: &str) -> Expr {
    at(Root::Local(LocalId(id)), path)
}

pub(crate) fn lit(literal: Literal) -> Expr {
    expr(ExprKind::Literal(literal))
}

pub(crate) fn s(text: &str) -> Expr {
    lit(Literal::String(text.to_owned()))
}

pub(crate) fn n(value: i64) -> Expr {
    lit(Literal::Int(value))
}

pub(crate) fn b(value: bool) -> Expr {
    lit(Literal::Bool(value))
}

pub(crate) fn q(text: &str) -> Expr {
    lit(Literal::Quantity(text.to_owned()))
}

pub(crate) fn call(function: Function, arguments: Vec<Expr>) -> Expr {
    expr(ExprKind::Call {
        function,
        arguments,
    })
}

/// `base[key]`
pub(crate) fn keyed(base: Expr, key: Expr) -> Expr {
    let ExprKind::Path(mut path) = base.kind else {
        panic!("no path");
    };
    path.segments.push(Segment::Key(Box::new(key)));
    expr(ExprKind::Path(path))
}

pub(crate) fn coalesce(first: Expr, second: Expr) -> Expr {
    expr(ExprKind::Coalesce(Box::new(first), Box::new(second)))
}

pub(crate) fn list(items: Vec<Expr>) -> Expr {
    expr(ExprKind::List(items))
}

pub(crate) fn cond(kind: ConditionKind) -> Condition {
    Condition::synthetic(kind, span())
}

pub(crate) fn not(inner: Condition) -> Condition {
    cond(ConditionKind::Not(Box::new(inner)))
}

pub(crate) fn all(inner: Vec<Condition>) -> Condition {
    cond(ConditionKind::All(inner))
}

pub(crate) fn any(inner: Vec<Condition>) -> Condition {
    cond(ConditionKind::Any(inner))
}

pub(crate) fn exists(expr: Expr) -> Condition {
    cond(ConditionKind::Exists(expr))
}

pub(crate) fn cmp(left: Expr, op: CompareOp, comparison: Comparison, right: Expr) -> Condition {
    cond(ConditionKind::Compare {
        op,
        comparison,
        left,
        right,
    })
}

/// Equality.
pub(crate) fn eq(left: Expr, comparison: Comparison, right: Expr) -> Condition {
    cmp(left, CompareOp::Equal, comparison, right)
}

pub(crate) fn text(subject: Expr, op: TextOp, pattern: Expr) -> Condition {
    cond(ConditionKind::Text {
        op,
        subject,
        pattern,
    })
}

pub(crate) fn member(element: Expr, comparison: Comparison, list: Expr) -> Condition {
    cond(ConditionKind::Member {
        element,
        list,
        comparison,
    })
}

pub(crate) fn binding(id: u32, name: &str) -> Binding {
    Binding {
        id: LocalId(id),
        name: name.to_owned(),
    }
}

pub(crate) fn quantified(
    quantifier: Quantifier,
    id: u32,
    lists: Vec<Expr>,
    body: Condition,
) -> Condition {
    cond(ConditionKind::Quantified {
        quantifier,
        key: None,
        value: Some(binding(id, "x")),
        over: Iterable::Lists(lists),
        body: Box::new(body),
    })
}

pub(crate) fn some(id: u32, lists: Vec<Expr>, body: Condition) -> Condition {
    quantified(Quantifier::Some, id, lists, body)
}

pub(crate) fn every(id: u32, lists: Vec<Expr>, body: Condition) -> Condition {
    quantified(Quantifier::Every, id, lists, body)
}

/// For the entries of a map.
pub(crate) fn entries(
    quantifier: Quantifier,
    key: u32,
    value: u32,
    map: Expr,
    body: Condition,
) -> Condition {
    cond(ConditionKind::Quantified {
        quantifier,
        key: Some(binding(key, "k")),
        value: Some(binding(value, "v")),
        over: Iterable::Entries(Box::new(map)),
        body: Box::new(body),
    })
}

fn statement(kind: StatementKind) -> Statement {
    Statement {
        id: StatementId(0),
        kind,
        message: None,
        origin: span(),
    }
}

pub(crate) fn require(condition: Condition) -> Statement {
    statement(StatementKind::Require(condition))
}

pub(crate) fn deny(condition: Condition) -> Statement {
    require(not(condition))
}

pub(crate) fn for_each(id: u32, lists: Vec<Expr>, body: Vec<Statement>) -> Statement {
    statement(StatementKind::ForEach {
        key: None,
        value: Some(binding(id, "x")),
        over: Iterable::Lists(lists),
        body,
    })
}

pub(crate) fn for_entries(key: u32, value: u32, map: Expr, body: Vec<Statement>) -> Statement {
    statement(StatementKind::ForEach {
        key: Some(binding(key, "k")),
        value: Some(binding(value, "v")),
        over: Iterable::Entries(Box::new(map)),
        body,
    })
}

pub(crate) fn given(
    condition: Condition,
    then: Vec<Statement>,
    otherwise: Vec<Statement>,
) -> Statement {
    statement(StatementKind::If {
        condition,
        then,
        otherwise,
    })
}

impl Says for Statement {
    fn says(mut self, parts: Vec<MessagePart>) -> Self {
        self.message = Some(Message { parts });
        self
    }
}

pub(crate) trait Says {
    fn says(self, parts: Vec<MessagePart>) -> Self;
}

pub(crate) fn words(text: &str) -> MessagePart {
    MessagePart::Text(text.to_owned())
}

pub(crate) fn kind(name: &str) -> KindSelector {
    KindSelector {
        group: None,
        version: None,
        kind: name.to_owned(),
        subresource: None,
        templates: name == "Pod",
        resources: Vec::new(),
    }
}

pub(crate) fn clause(kinds: Vec<KindSelector>) -> MatchClause {
    MatchClause {
        kinds,
        names: Vec::new(),
        namespaces: Vec::new(),
        labels: Vec::new(),
        annotations: Vec::new(),
        namespace_labels: Vec::new(),
        operations: vec![Operation::Create, Operation::Update],
        users: Vec::new(),
        groups: Vec::new(),
        roles: Vec::new(),
        origin: span(),
    }
}

pub(crate) fn rule(name: &str, kinds: &[&str], statements: Vec<Statement>) -> Rule {
    Rule {
        name: name.to_owned(),
        description: None,
        scope: Scope::Kubernetes {
            matches: vec![clause(kinds.iter().map(|name| kind(name)).collect())],
            excludes: Vec::new(),
        },
        preconditions: Vec::new(),
        body: RuleBody::Validate(statements),
        origin: span(),
    }
}

pub(crate) fn policy(name: &str, rules: Vec<Rule>) -> Policy {
    Policy {
        name: name.to_owned(),
        metadata: Metadata {
            title: name.replace('-', " "),
            severity: Severity::Medium,
            ..Metadata::default()
        },
        targets: None,
        rules,
        origin: span(),
    }
}

/// `spec.{containers, initContainers, ephemeralContainers}`
pub(crate) fn containers() -> Vec<Expr> {
    ["containers", "initContainers", "ephemeralContainers"]
        .map(|name| Expr {
            ty: Type::List(Box::new(Type::Object)),
            ..p(&format!("spec.{name}"))
        })
        .into()
}
