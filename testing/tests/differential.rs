//! The generator of rules and resources: what it makes compiles, is the same each time, and leaves
//! no operator and no function out.

use policyc_compiler::{FUNCTIONS, OPERATORS};
use policyc_runtime::verdict::Verdict;
use policyc_testing::differential::{Against, Batch, Case, Finding, policy, shrink_by};

const BATCHES: u64 = 60;
const RULES: usize = 12;

#[test]
fn every_rule_compiles() {
    for number in 0..BATCHES {
        let batch = Batch::new(7, number, RULES, 0);
        if let Err(malformed) = batch.question("rules") {
            panic!("batch {number}\n{}", malformed.said);
        }
    }
}

#[test]
fn a_seed_makes_the_same_batch() {
    let (one, other) = (Batch::new(7, 3, 8, 8), Batch::new(7, 3, 8, 8));
    assert_eq!(one.rules, other.rules);
    assert_eq!(one.resources, other.resources);
    assert_ne!(one.resources, Batch::new(8, 3, 8, 8).resources);
}

#[test]
fn every_operator_and_function_is_written() {
    let mut text = String::new();
    for number in 0..4 * BATCHES {
        for rule in Batch::new(7, number, RULES, 0).rules {
            text.push_str(&policy("p", &rule));
        }
    }
    for operator in OPERATORS {
        assert!(
            text.contains(&format!(" {} ", operator.text)),
            "`{}` is in no rule",
            operator.text
        );
    }
    for function in FUNCTIONS {
        // Addresses have no comparison: a block is what they are compared with.
        let written = text.contains(&format!("{}(", function.name)) || function.name == "ip";
        assert!(written, "`{}` is in no rule", function.name);
    }
    for words in [
        "all ",
        "any ",
        "none ",
        "filter ",
        "map ",
        "for ",
        "if ",
        "} else {",
        "let ",
        "when ",
        "unless ",
        "exclude ",
        "exactly ",
        "named ",
        "in namespace ",
        " label ",
        " annotation ",
        " on create",
        "exists ",
        "absent ",
        "not ",
        " message ",
        ".{containers, ",
    ] {
        assert!(text.contains(words), "`{words}` is in no rule");
    }
}

/// A rule that says the same of everything tests nothing.
#[test]
fn resources_lie_on_both_sides() {
    let (mut divided, mut one_sided) = (0, 0);
    for number in 0..BATCHES / 3 {
        let question = Batch::new(7, number, RULES, 40).question("sides").unwrap();
        let verdicts = question.verdicts();
        for rule in 0..RULES {
            let has = |wanted: Verdict| {
                verdicts.iter().any(|of_resource| {
                    of_resource
                        .get(&(rule, 0))
                        .is_some_and(|(verdict, invalid)| *verdict == wanted && !invalid)
                })
            };
            if has(Verdict::Pass) && has(Verdict::Fail) {
                divided += 1;
            } else {
                one_sided += 1;
            }
        }
    }
    assert!(divided > one_sided, "{divided} against {one_sided}");
}

/// What differs here is whatever says `contains` of a resource with volumes.
#[test]
fn a_case_is_made_as_small_as_it_goes() {
    let differs = |batch: &Batch| {
        let mut found = Vec::new();
        for (rule, written) in batch.rules.iter().enumerate() {
            for (resource, text) in batch.resources.iter().enumerate() {
                if policy("p", written).contains(" contains ") && text.contains("\"volumes\"") {
                    found.push(Finding {
                        against: Against::Reference,
                        rule,
                        resource: Some(resource),
                        expected: "pass".to_owned(),
                        found: "fail".to_owned(),
                    });
                }
            }
        }
        found
    };
    let mut tried = 0;
    for number in 0..4 * BATCHES {
        let batch = Batch::new(7, number, RULES, 10);
        let Some(finding) = differs(&batch).pop() else {
            continue;
        };
        let case = Case {
            rule: batch.rules[finding.rule].clone(),
            resource: batch.resources[finding.resource.unwrap()].clone(),
            given: batch.given.clone(),
            finding,
        };
        let small = shrink_by(case, &differs);
        let text = policy("p", &small.rule);
        // A clause, perhaps a loop or two, and the test.
        assert!(text.lines().count() <= 8, "{text}");
        assert!(
            small.rule.excludes.is_empty() && small.rule.matches.len() == 1,
            "{text}"
        );
        assert!(small.rule.matches[0].parts.is_empty(), "{text}");
        assert!(small.resource.len() < 160, "{}", small.resource);
        tried += 1;
        if tried == 3 {
            return;
        }
    }
    panic!("only {tried} rules say `contains` where a resource has volumes");
}
