//! What typical conditions look like in CEL, for both kinds of engines.

use policyc_ir::{CompareOp, Comparison, Condition, Literal, Message, MessagePart, TextOp, Type};

use super::{Engine, Frame, fails, holds, print, text};
use crate::backend::kyverno::tests::ir::*;

fn cel(engine: Engine, condition: &Condition) -> String {
    let cel = holds(&Frame::admission(engine), condition).expect("it can be said");
    print(&cel, engine)
}

fn both(condition: &Condition) -> String {
    let opposite = fails(&Frame::admission(Engine::ApiServer), condition).expect("it can be said");
    format!(
        "API server:\n{}\n\nnot:\n{}\n\nKyverno:\n{}",
        cel(Engine::ApiServer, condition),
        print(&opposite, Engine::ApiServer),
        cel(Engine::Kyverno, condition),
    )
}

fn list_of(ty: Type) -> Type {
    Type::List(Box::new(ty))
}

#[test]
fn numbers() {
    let replicas = || typed(p("spec.replicas"), Type::Int);
    let condition = all(vec![
        cmp(replicas(), CompareOp::Greater, Comparison::Number, n(1)),
        cmp(replicas(), CompareOp::Less, Comparison::Number, n(9)),
    ]);
    insta::assert_snapshot!("numbers", both(&condition));
}

#[test]
fn strings() {
    let name = || typed(p("metadata.labels.app~kubernetes~io/name"), Type::String);
    let condition = any(vec![
        eq(name(), Comparison::String, s("shop")),
        eq(name(), Comparison::String, s("")),
        text_condition(name(), TextOp::Glob, "shop-*"),
        text_condition(name(), TextOp::Glob, "a?c.*"),
    ]);
    insta::assert_snapshot!("strings", both(&condition));
}

fn text_condition(subject: policyc_ir::Expr, op: TextOp, pattern: &str) -> Condition {
    crate::backend::kyverno::tests::ir::text(subject, op, s(pattern))
}

#[test]
fn containers_of_all_lists() {
    let lists = ["containers", "initContainers"]
        .map(|name| typed(p(&format!("spec.{name}")), list_of(Type::Object)));
    let privileged = typed(v(1, "securityContext.privileged"), Type::Bool);
    let condition = every(
        1,
        lists.to_vec(),
        not(eq(privileged, Comparison::Bool, b(true))),
    );
    insta::assert_snapshot!("containers_of_all_lists", both(&condition));
}

#[test]
fn quantities() {
    let memory = typed(v(1, "resources.limits.memory"), Type::Quantity);
    let condition = every(
        1,
        vec![typed(p("spec.containers"), list_of(Type::Object))],
        cmp(
            memory,
            CompareOp::LessOrEqual,
            Comparison::Quantity,
            q("1Gi"),
        ),
    );
    insta::assert_snapshot!("quantities", both(&condition));
}

#[test]
fn messages() {
    let message = Message {
        parts: vec![
            MessagePart::Text("image ".to_owned()),
            MessagePart::Value(typed(p("spec.image"), Type::String)),
            MessagePart::Text(" times ".to_owned()),
            MessagePart::Value(typed(p("spec.replicas"), Type::Int)),
        ],
    };
    let cel = |engine| print(&text(&Frame::admission(engine), &message).unwrap(), engine);
    let text = format!("{}\n\n{}", cel(Engine::ApiServer), cel(Engine::Kyverno));
    insta::assert_snapshot!("messages", text);
}

#[test]
fn texts_are_escaped() {
    let condition = |text: &str| {
        eq(
            typed(p("spec.text"), Type::String),
            Comparison::String,
            s(text),
        )
    };
    let written = |engine, text| cel(engine, &condition(text));
    assert_eq!(
        written(Engine::ApiServer, "\"\n\u{202e}{{x}}"),
        r#"object.?spec.?text.orValue("") == "\"\n\u202e{{x}}""#
    );
    assert_eq!(
        written(Engine::ClusterPolicy, "{{x}} $(y)"),
        r#"object.?spec.?text.orValue("") == "{" + "{x}} $" + "(y)""#
    );
    assert_eq!(
        written(Engine::ApiServer, r"a\b"),
        r#"object.?spec.?text.orValue("") == r"a\b""#
    );
}

#[test]
fn letter_case_is_refused_only_beside_other_letters() {
    let lowered = || call(policyc_ir::Function::Lower, vec![p("spec.text")]);
    let said = |text: &str| {
        let condition = eq(lowered(), Comparison::String, s(text));
        holds(&Frame::admission(Engine::ApiServer), &condition)
    };
    assert!(said("abc").is_ok());
    let blocked = said("stra\u{df}e").unwrap_err();
    assert_eq!(blocked.construct, "letter case");
}

#[test]
fn large_integers_are_refused_where_numbers_are_doubles() {
    let condition = eq(
        p("spec.count"),
        Comparison::Number,
        lit(Literal::Int((1 << 53) + 1)),
    );
    let said = |engine| holds(&Frame::admission(engine), &condition);
    assert!(said(Engine::ApiServer).is_ok());
    assert_eq!(
        said(Engine::Kyverno).unwrap_err().construct,
        "integer beyond 2^53"
    );
}
