//! Rules about blocks of Terraform.

use policyc_ir::{BlockClause, BlockMode, BlockPart, BlockSelector};

use super::*;
use crate::load::Block;

/// A block whose attributes are this YAML, in one line.
fn block(mode: BlockMode, ty: Option<&str>, name: &str, body: &str) -> Resource {
    let node = widget(body).node.get("spec").expect("a spec").clone();
    let address = format!("module.m.{}.{name}", ty.unwrap_or("x"));
    let block = Block {
        mode,
        ty: ty.map(str::to_owned),
        name: name.to_owned(),
        module: Some("module.m".to_owned()),
        address,
        calls: Vec::new(),
    };
    Resource::of_block(block, node, SourceId(0), false)
}

fn bucket(body: &str) -> Resource {
    block(BlockMode::Resource, Some("aws_s3_bucket"), "logs", body)
}

fn blocks(mode: BlockMode, ty: Option<&str>) -> BlockClause {
    BlockClause {
        blocks: vec![BlockSelector {
            mode,
            ty: ty.map(str::to_owned),
        }],
        names: Vec::new(),
        operations: vec![Operation::Create, Operation::Update],
        origin: at(2),
    }
}

fn about(matches: Vec<BlockClause>, excludes: Vec<BlockClause>, condition: Condition) -> Rule {
    let mut rule = rule(&["*"], vec![require(0, condition)]);
    rule.scope = Scope::Terraform { matches, excludes };
    rule
}

fn verdict_on(rule: Rule, resource: &Resource) -> Option<Verdict> {
    outcome(rule, resource, &Context::default()).map(|outcome| outcome.verdict)
}

fn holds(condition: Condition, body: &str) -> bool {
    let rule = about(
        vec![blocks(BlockMode::Resource, Some("*"))],
        Vec::new(),
        condition,
    );
    verdict_on(rule, &bucket(body)) == Some(Verdict::Pass)
}

#[test]
fn types_modes_and_names_select() {
    let yes = || cond(ConditionKind::Constant(true));
    let matched = |clause: BlockClause, resource: &Resource| {
        verdict_on(about(vec![clause], Vec::new(), yes()), resource).is_some()
    };
    let logs = bucket("{}");
    let data = block(BlockMode::Data, Some("aws_s3_bucket"), "logs", "{}");
    let module = block(BlockMode::Module, None, "logs", "{}");
    for (mode, ty, expected) in [
        (
            BlockMode::Resource,
            Some("aws_s3_bucket"),
            [true, false, false],
        ),
        (BlockMode::Resource, Some("aws_*"), [true, false, false]),
        (BlockMode::Resource, Some("google_*"), [false, false, false]),
        (BlockMode::Data, Some("aws_s3_bucket"), [false, true, false]),
        (BlockMode::Data, Some("*"), [false, true, false]),
        (BlockMode::Module, None, [false, false, true]),
        (BlockMode::Output, None, [false, false, false]),
    ] {
        let found = [&logs, &data, &module].map(|resource| matched(blocks(mode, ty), resource));
        assert_eq!(found, expected, "{mode:?} {ty:?}");
    }
    let mut named = blocks(BlockMode::Resource, Some("*"));
    named.names = vec!["lo?s".to_owned()];
    assert!(matched(named.clone(), &logs));
    named.names = vec!["data".to_owned()];
    assert!(!matched(named, &logs));
    let mut deleted = blocks(BlockMode::Resource, Some("*"));
    deleted.operations = vec![Operation::Delete];
    assert!(!matched(deleted, &logs));
}

#[test]
fn excludes_leave_out_and_platforms_do_not_meet() {
    let yes = || cond(ConditionKind::Constant(true));
    let all = || vec![blocks(BlockMode::Resource, Some("*"))];
    let mut scratch = blocks(BlockMode::Resource, Some("aws_s3_bucket"));
    scratch.names = vec!["scratch".to_owned()];
    scratch.operations.clear();
    let resource = |name| block(BlockMode::Resource, Some("aws_s3_bucket"), name, "{}");
    let of = |name| verdict_on(about(all(), vec![scratch.clone()], yes()), &resource(name));
    assert_eq!(of("logs"), Some(Verdict::Pass));
    assert_eq!(of("scratch"), None);
    let everything = rule(&["*"], vec![require(0, yes())]);
    assert_eq!(verdict_on(everything, &resource("logs")), None);
    assert_eq!(
        verdict_on(about(all(), Vec::new(), yes()), &widget("{}")),
        None
    );
}

#[test]
fn a_block_that_is_written_once_is_a_map_however_it_is_held() {
    let status = || {
        let mut expr = p("versioning.status");
        if let ExprKind::Path(path) = &mut expr.kind {
            path.segments.insert(1, Segment::Single);
        }
        expr
    };
    for (body, expected) in [
        ("{versioning: [{status: Enabled}]}", true),
        ("{versioning: {status: Enabled}}", true),
        ("{versioning: [{status: Suspended}]}", false),
        ("{versioning: []}", false),
        ("{versioning: null}", false),
        ("{}", false),
    ] {
        assert_eq!(holds(eq(status(), s("Enabled")), body), expected, "{body}");
        assert_eq!(
            holds(exists(status()), body),
            body.contains("status"),
            "{body}"
        );
    }
    let failed = |body| {
        let condition = eq(status(), s("Enabled"));
        let rule = about(
            vec![blocks(BlockMode::Resource, Some("*"))],
            Vec::new(),
            condition,
        );
        let outcome = outcome(rule, &bucket(body), &Context::default()).expect("matches");
        outcome.findings[0].path.clone()
    };
    assert_eq!(
        failed("{versioning: [{status: x}]}"),
        "versioning[0].status"
    );
    assert_eq!(failed("{versioning: {status: x}}"), "versioning.status");
    assert_eq!(failed("{}"), "versioning.status");
}

#[test]
fn strings_numbers_and_booleans_are_what_their_type_says() {
    for (body, ty, condition, expected) in [
        ("{a: 'true'}", Type::Bool, (Comparison::Bool, b(true)), true),
        (
            "{a: 'false'}",
            Type::Bool,
            (Comparison::Bool, b(true)),
            false,
        ),
        ("{a: 'yes'}", Type::Bool, (Comparison::Bool, b(true)), false),
        ("{a: '5'}", Type::Number, (Comparison::Number, n(5)), true),
        (
            "{a: '5.5'}",
            Type::Number,
            (Comparison::Number, f(5.5)),
            true,
        ),
        ("{a: '5.5'}", Type::Int, (Comparison::Number, f(5.5)), false),
        ("{a: 5}", Type::String, (Comparison::String, s("5")), true),
        (
            "{a: true}",
            Type::String,
            (Comparison::String, s("true")),
            true,
        ),
        (
            "{a: [1]}",
            Type::String,
            (Comparison::String, s("1")),
            false,
        ),
    ] {
        let (comparison, value) = condition;
        let condition = compare(typed(p("a"), ty), CompareOp::Equal, comparison, value);
        assert_eq!(holds(condition, body), expected, "{body}");
    }
}

#[test]
fn conversions_make_no_value_invalid_and_others_do() {
    let condition = || {
        let a = typed(p("a"), Type::Bool);
        compare(a, CompareOp::Equal, Comparison::Bool, b(true))
    };
    let invalid = |body| {
        let rule = about(
            vec![blocks(BlockMode::Resource, Some("*"))],
            Vec::new(),
            condition(),
        );
        let outcome = outcome(rule, &bucket(body), &Context::default()).expect("matches");
        outcome.invalid.len()
    };
    assert_eq!(invalid("{a: 'true'}"), 0);
    assert_eq!(invalid("{a: 'maybe'}"), 1);
}

#[test]
fn what_terraform_calls_a_block() {
    for (part, expected) in [
        (BlockPart::Address, "module.m.aws_s3_bucket.logs"),
        (BlockPart::Module, "module.m"),
        (BlockPart::Type, "aws_s3_bucket"),
        (BlockPart::Name, "logs"),
    ] {
        let condition = eq(rooted(Root::Block(part), ""), s(expected));
        assert!(holds(condition, "{}"), "{part:?}");
    }
    assert!(!holds(
        exists(rooted(Root::Name, "")),
        "{metadata: {name: x}}"
    ));
}
