//! The meaning of the IR, as its documentation says it. Rules are built by hand, resources are
//! YAML; the functions here are all that the tables know of the API.

mod blocks;
mod bounds;
mod conditions;
mod expressions;
mod findings;
mod invalid;
mod recording;
mod regex;
mod scope;
mod unknown;

use policyc_diagnostics::{SourceId, Span};
use policyc_ir::{
    Binding, CompareOp, Comparison, Condition, ConditionId, ConditionKind, Expr, ExprKind,
    Function, Iterable, KindSelector, Literal, LocalId, MatchClause, Message, MessagePart,
    Metadata, Operation, Path, Policy, Program, Quantifier, Root, Rule, RuleBody, Scope, Segment,
    Statement, StatementId, StatementKind, TextOp, Type,
};

use super::{Compiled, Context, Options};
use crate::load::{Format, Resource, load};
use crate::verdict::{RuleOutcome, Verdict};

/// A place in the policy that can be told from others.
fn at(place: u32) -> Span {
    Span::new(SourceId(7), place, place + 1)
}

/// The resource in a YAML text.
fn resource(yaml: &str) -> Resource {
    let loaded = load(yaml.as_bytes(), SourceId(0), Format::Yaml);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let resource = loaded.resources().next().expect("a resource");
    resource.clone()
}

/// A Widget whose `spec` is this YAML, in one line.
fn widget(spec: &str) -> Resource {
    resource(&format!(
        "apiVersion: example.org/v1\nkind: Widget\nmetadata: {{name: w, namespace: prod}}\nspec: {spec}\n"
    ))
}

fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        ty: Type::Any,
        origin: at(0),
    }
}

fn typed(mut expr: Expr, ty: Type) -> Expr {
    expr.ty = ty;
    expr
}

fn local(number: u32) -> Root {
    Root::Local(LocalId(number))
}

fn binding(number: u32, name: &str) -> Binding {
    Binding {
        id: LocalId(number),
        name: name.to_owned(),
    }
}

/// A path such as `spec.items[0].name`; empty for the root itself.
fn rooted(root: Root, path: &str) -> Expr {
    let mut segments = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (field, indexes) = part.split_once('[').unwrap_or((part, ""));
        if !field.is_empty() {
            segments.push(Segment::Field(field.to_owned()));
        }
        for index in indexes.split(['[', ']']).filter(|index| !index.is_empty()) {
            segments.push(Segment::Index(index.parse().expect("an index")));
        }
    }
    expr(ExprKind::Path(Path { root, segments }))
}

/// A path from the object.
fn p(path: &str) -> Expr {
    rooted(Root::Object, path)
}

/// The member of a path from the object with a computed key.
fn keyed(path: &str, key: Expr) -> Expr {
    let mut expr = p(path);
    if let ExprKind::Path(path) = &mut expr.kind {
        path.segments.push(Segment::Key(Box::new(key)));
    }
    expr
}

fn lit(literal: Literal) -> Expr {
    expr(ExprKind::Literal(literal))
}

fn s(text: &str) -> Expr {
    lit(Literal::String(text.to_owned()))
}

fn n(value: i64) -> Expr {
    lit(Literal::Int(value))
}

fn f(value: f64) -> Expr {
    lit(Literal::Float(value))
}

fn b(value: bool) -> Expr {
    lit(Literal::Bool(value))
}

fn list(items: Vec<Expr>) -> Expr {
    expr(ExprKind::List(items))
}

fn call(function: Function, arguments: Vec<Expr>) -> Expr {
    expr(ExprKind::Call {
        function,
        arguments,
    })
}

fn coalesce(first: Expr, second: Expr) -> Expr {
    expr(ExprKind::Coalesce(Box::new(first), Box::new(second)))
}

fn cond(kind: ConditionKind) -> Condition {
    Condition::synthetic(kind, at(1))
}

/// A condition with a number.
fn numbered(id: u32, mut condition: Condition) -> Condition {
    condition.id = Some(ConditionId(id));
    condition.origin = at(100 + id);
    condition
}

fn not(inner: Condition) -> Condition {
    cond(ConditionKind::Not(Box::new(inner)))
}

fn all(conditions: Vec<Condition>) -> Condition {
    cond(ConditionKind::All(conditions))
}

fn any(conditions: Vec<Condition>) -> Condition {
    cond(ConditionKind::Any(conditions))
}

fn exists(expr: Expr) -> Condition {
    cond(ConditionKind::Exists(expr))
}

fn compare(left: Expr, op: CompareOp, comparison: Comparison, right: Expr) -> Condition {
    cond(ConditionKind::Compare {
        op,
        comparison,
        left,
        right,
    })
}

fn eq(left: Expr, right: Expr) -> Condition {
    compare(left, CompareOp::Equal, Comparison::Scalar, right)
}

fn text(op: TextOp, subject: Expr, pattern: Expr) -> Condition {
    cond(ConditionKind::Text {
        op,
        subject,
        pattern,
    })
}

fn glob(subject: Expr, pattern: &str) -> Condition {
    text(TextOp::Glob, subject, s(pattern))
}

fn regex(subject: Expr, pattern: &str) -> Condition {
    cond(ConditionKind::Regex {
        subject,
        pattern: pattern.to_owned(),
    })
}

fn member(element: Expr, list: Expr, comparison: Comparison) -> Condition {
    cond(ConditionKind::Member {
        element,
        list,
        comparison,
    })
}

fn quantified(quantifier: Quantifier, variable: u32, over: Iterable, body: Condition) -> Condition {
    cond(ConditionKind::Quantified {
        quantifier,
        key: None,
        value: Some(binding(variable, "x")),
        over,
        body: Box::new(body),
    })
}

fn lists(paths: &[&str]) -> Iterable {
    Iterable::Lists(paths.iter().map(|path| p(path)).collect())
}

fn require(id: u32, condition: Condition) -> Statement {
    Statement {
        id: StatementId(id),
        kind: StatementKind::Require(condition),
        message: None,
        origin: at(200 + id),
    }
}

fn for_each(id: u32, variable: u32, over: Iterable, body: Vec<Statement>) -> Statement {
    Statement {
        id: StatementId(id),
        kind: StatementKind::ForEach {
            key: None,
            value: Some(binding(variable, "x")),
            over,
            body,
        },
        message: None,
        origin: at(200 + id),
    }
}

/// The statement with a message.
fn saying(mut statement: Statement, parts: Vec<MessagePart>) -> Statement {
    statement.message = Some(Message { parts });
    statement
}

fn words(text: &str) -> MessagePart {
    MessagePart::Text(text.to_owned())
}

fn value(expr: Expr) -> MessagePart {
    MessagePart::Value(expr)
}

fn kind(kind: &str) -> KindSelector {
    KindSelector {
        group: None,
        version: None,
        kind: kind.to_owned(),
        subresource: None,
        templates: kind == "Pod",
        resources: Vec::new(),
    }
}

/// A clause with kinds and operations, as the compiler fills them in for `match`.
fn clause(kinds: &[&str]) -> MatchClause {
    MatchClause {
        kinds: kinds.iter().map(|name| kind(name)).collect(),
        names: Vec::new(),
        namespaces: Vec::new(),
        labels: Vec::new(),
        annotations: Vec::new(),
        namespace_labels: Vec::new(),
        operations: vec![Operation::Create, Operation::Update],
        users: Vec::new(),
        groups: Vec::new(),
        roles: Vec::new(),
        origin: at(2),
    }
}

fn rule(kinds: &[&str], statements: Vec<Statement>) -> Rule {
    Rule {
        name: "r".to_owned(),
        description: None,
        scope: Scope::Kubernetes {
            matches: vec![clause(kinds)],
            excludes: Vec::new(),
        },
        preconditions: Vec::new(),
        body: RuleBody::Validate(statements),
        origin: at(3),
    }
}

fn program(rules: Vec<Rule>) -> Program {
    Program {
        policies: vec![Policy {
            name: "p".to_owned(),
            metadata: Metadata::default(),
            targets: None,
            rules,
            origin: at(4),
        }],
    }
}

/// What one rule says about a resource.
fn outcome(rule: Rule, resource: &Resource, context: &Context) -> Option<RuleOutcome> {
    let compiled = Compiled::new(&program(vec![rule])).expect("compiles");
    let mut outcomes = compiled.evaluate(resource, context, Options::default());
    assert!(outcomes.len() <= 1);
    outcomes.pop()
}

/// Whether a condition holds for a resource.
fn holds_on(condition: Condition, resource: &Resource, context: &Context) -> bool {
    let rule = rule(&["*"], vec![require(0, condition)]);
    let mut everything = rule;
    let Scope::Kubernetes { matches, .. } = &mut everything.scope else {
        panic!("a rule about Kubernetes");
    };
    matches[0].operations.clear();
    match outcome(everything, resource, context)
        .expect("matches")
        .verdict
    {
        Verdict::Pass => true,
        Verdict::Fail => false,
        verdict @ (Verdict::Skip | Verdict::Error | Verdict::Unknown) => panic!("{verdict:?}"),
    }
}

/// Checks what conditions say about a Widget with this `spec`.
fn check(spec: &str, table: Vec<(Condition, bool)>) {
    let widget = widget(spec);
    for (row, (condition, expected)) in table.into_iter().enumerate() {
        let holds = holds_on(condition.clone(), &widget, &Context::default());
        assert_eq!(
            holds, expected,
            "row {row} of the table for {spec}: {condition:?}"
        );
        let negated = holds_on(not(condition), &widget, &Context::default());
        assert_eq!(negated, !expected, "row {row} negated, for {spec}");
    }
}
