//! Rules of the IR, built by hand.

use policyc_diagnostics::{SourceId, Span};
use policyc_ir::{
    CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Function, Iterable,
    KindSelector, Literal, LocalId, MatchClause, Metadata, Operation, Path, Policy, Quantifier,
    Root, Rule, RuleBody, Scope, Segment, Severity, Statement, StatementId, StatementKind, TextOp,
    Type,
};

pub(crate) fn span() -> Span {
    Span::new(SourceId(0), 0, 0)
}

/// `spec.containers`, `labels['app/name']`, `rules[0].x`; an empty text is the root itself.
pub(crate) fn path(root: Root, text: &str, ty: Type) -> Expr {
    let mut segments = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("['") {
            let (key, after) = after.split_once("']").expect("a closed key");
            segments.push(Segment::Field(key.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = after.split_once(']').expect("a closed index");
            segments.push(Segment::Index(index.parse().expect("an index")));
            rest = after;
        } else {
            let text = rest.strip_prefix('.').unwrap_or(rest);
            let end = text.find(['.', '[']).unwrap_or(text.len());
            let (name, after) = text.split_at(end);
            segments.push(Segment::Field(name.to_owned()));
            rest = after;
        }
    }
    expr(ExprKind::Path(Path { root, segments }), ty)
}

pub(crate) fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr {
        kind,
        ty,
        origin: span(),
    }
}

/// A path of what the rule is about.
pub(crate) fn object(text: &str, ty: Type) -> Expr {
    path(Root::Object, text, ty)
}

/// A path of a variable.
pub(crate) fn local(id: u32, text: &str, ty: Type) -> Expr {
    path(Root::Local(LocalId(id)), text, ty)
}

pub(crate) fn list(of: Type) -> Type {
    Type::List(Box::new(of))
}

pub(crate) fn map(of: Type) -> Type {
    Type::Map(Box::new(of))
}

pub(crate) fn text(value: &str) -> Expr {
    expr(
        ExprKind::Literal(Literal::String(value.to_owned())),
        Type::String,
    )
}

pub(crate) fn int(value: i64) -> Expr {
    expr(ExprKind::Literal(Literal::Int(value)), Type::Int)
}

pub(crate) fn boolean(value: bool) -> Expr {
    expr(ExprKind::Literal(Literal::Bool(value)), Type::Bool)
}

pub(crate) fn texts(values: &[&str]) -> Expr {
    let members = values.iter().map(|value| text(value)).collect();
    expr(ExprKind::List(members), list(Type::String))
}

pub(crate) fn coalesce(first: Expr, second: Expr) -> Expr {
    let ty = first.ty.clone();
    expr(ExprKind::Coalesce(Box::new(first), Box::new(second)), ty)
}

pub(crate) fn length(of: Expr) -> Expr {
    let call = ExprKind::Call {
        function: Function::Length,
        arguments: vec![of],
    };
    expr(call, Type::Int)
}

pub(crate) fn condition(kind: ConditionKind) -> Condition {
    Condition::synthetic(kind, span())
}

pub(crate) fn compare(op: CompareOp, comparison: Comparison, left: Expr, right: Expr) -> Condition {
    condition(ConditionKind::Compare {
        op,
        comparison,
        left,
        right,
    })
}

/// `==`, read as the type of the constant.
pub(crate) fn is(left: Expr, right: Expr) -> Condition {
    let comparison = match right.ty {
        Type::Bool => Comparison::Bool,
        Type::Int | Type::Number => Comparison::Number,
        Type::String => Comparison::String,
        Type::Quantity
        | Type::Duration
        | Type::Version
        | Type::Cidr
        | Type::Ip
        | Type::Date
        | Type::IntOrString
        | Type::List(_)
        | Type::Map(_)
        | Type::Object
        | Type::Any => Comparison::Scalar,
    };
    compare(CompareOp::Equal, comparison, left, right)
}

pub(crate) fn number(left: Expr, op: CompareOp, right: i64) -> Condition {
    compare(op, Comparison::Number, left, int(right))
}

pub(crate) fn exists(of: Expr) -> Condition {
    condition(ConditionKind::Exists(of))
}

pub(crate) fn not(inner: Condition) -> Condition {
    condition(ConditionKind::Not(Box::new(inner)))
}

pub(crate) fn all(parts: Vec<Condition>) -> Condition {
    condition(ConditionKind::All(parts))
}

pub(crate) fn any(parts: Vec<Condition>) -> Condition {
    condition(ConditionKind::Any(parts))
}

pub(crate) fn matches(subject: Expr, op: TextOp, pattern: &str) -> Condition {
    condition(ConditionKind::Text {
        op,
        subject,
        pattern: text(pattern),
    })
}

pub(crate) fn regex(subject: Expr, pattern: &str) -> Condition {
    condition(ConditionKind::Regex {
        subject,
        pattern: pattern.to_owned(),
    })
}

pub(crate) fn member(element: Expr, of: Expr) -> Condition {
    condition(ConditionKind::Member {
        element,
        list: of,
        comparison: Comparison::String,
    })
}

fn quantified(quantifier: Quantifier, id: u32, over: Vec<Expr>, body: Condition) -> Condition {
    condition(ConditionKind::Quantified {
        quantifier,
        key: None,
        value: Some(policyc_ir::Binding {
            id: LocalId(id),
            name: format!("v{id}"),
        }),
        over: Iterable::Lists(over),
        body: Box::new(body),
    })
}

pub(crate) fn every(id: u32, over: Vec<Expr>, body: Condition) -> Condition {
    quantified(Quantifier::Every, id, over, body)
}

pub(crate) fn some(id: u32, over: Vec<Expr>, body: Condition) -> Condition {
    quantified(Quantifier::Some, id, over, body)
}

/// The containers of a pod, of all three sorts.
pub(crate) fn containers() -> Vec<Expr> {
    ["containers", "initContainers", "ephemeralContainers"]
        .map(|sort| object(&format!("spec.{sort}"), list(Type::Object)))
        .to_vec()
}

pub(crate) fn kind(name: &str) -> KindSelector {
    KindSelector {
        group: None,
        version: None,
        kind: name.to_owned(),
        subresource: None,
        templates: false,
        resources: Vec::new(),
    }
}

/// `Pod`, with the pod templates.
pub(crate) fn pods() -> KindSelector {
    KindSelector {
        templates: true,
        resources: Vec::new(),
        ..kind("Pod")
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

pub(crate) fn in_namespaces(mut clause: MatchClause, namespaces: &[&str]) -> MatchClause {
    clause.namespaces = namespaces.iter().map(|&name| name.to_owned()).collect();
    clause
}

pub(crate) fn rule(matches: Vec<MatchClause>, requirements: Vec<Condition>) -> Rule {
    let statements = requirements
        .into_iter()
        .zip(0..)
        .map(|(requirement, id)| Statement {
            id: StatementId(id),
            kind: StatementKind::Require(requirement),
            message: None,
            origin: span(),
        })
        .collect();
    Rule {
        name: "only".to_owned(),
        description: None,
        scope: Scope::Kubernetes {
            matches,
            excludes: Vec::new(),
        },
        preconditions: Vec::new(),
        body: RuleBody::Validate(statements),
        origin: span(),
    }
}

pub(crate) fn excluding(mut rule: Rule, clauses: Vec<MatchClause>) -> Rule {
    let Scope::Kubernetes { excludes, .. } = &mut rule.scope else {
        panic!("a rule about Kubernetes");
    };
    *excludes = clauses;
    rule
}

pub(crate) fn policy(name: &str, rule: Rule) -> Policy {
    Policy {
        name: name.to_owned(),
        metadata: Metadata {
            title: "A title".to_owned(),
            severity: Severity::High,
            remediation: Some("Do the right thing.".to_owned()),
            ..Metadata::default()
        },
        targets: None,
        rules: vec![rule],
        origin: span(),
    }
}
