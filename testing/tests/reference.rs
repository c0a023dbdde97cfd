//! The reference interpreter and the evaluator agree on every case of the library's suites and of the
//! traps, and on every other rule of theirs about the same resource.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails panics, in functions beside the tests too"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use policyc_compiler::schema::{CrdSource, KubernetesVersion, Schema};
use policyc_diagnostics::SourceId;
use policyc_project::Settings;
use policyc_runtime::eval::{Compiled, Context, Options};
use policyc_runtime::load::{Format, load};
use policyc_testing::reference::{self, Reference, Request, Source, Verdict};
use policyc_testing::source;
use policyc_testing::suite::{Case, Plan, folder};

/// What the evaluator, and the reference, say of a pair.
type Verdicts = (Option<Verdict>, Option<Verdict>);

#[test]
fn library() {
    agree_in("../stdlib-policies");
}

#[test]
fn traps() {
    agree_in("traps");
}

fn agree_in(name: &str) {
    let (plan, settings) = folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    agree(&plan, &settings);
}

fn agree(plan: &Plan, settings: &Settings) {
    assert!(!plan.has_errors() && !plan.cases.is_empty());
    let crds: Vec<CrdSource<'_>> = settings
        .crds
        .iter()
        .map(|(name, text)| CrdSource { name, text })
        .collect();
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let schema = std::sync::Arc::new(schema.with_crds(&crds).unwrap());
    let sources: Vec<Source<'_>> = plan
        .sources
        .modules
        .iter()
        .map(|module| Source {
            module: &module.name,
            text: plan.sources.map.get(module.source).unwrap().text(),
            root: module.root,
        })
        .collect();
    let references: Vec<Reference> = plan
        .suites
        .iter()
        .map(|suite| {
            let params = suite.file.params.iter();
            let params = params.map(|(key, value)| {
                let name = if key.contains('.') {
                    key.clone()
                } else {
                    format!("{}.{key}", policy_of(plan, &suite.policy))
                };
                (name, serde_json::to_value(value).unwrap())
            });
            let params: BTreeMap<_, _> = params.collect();
            Reference::new(&sources, &params, schema.clone()).unwrap()
        })
        .collect();
    let mut differences = Vec::new();
    let mut pairs = 0;
    let mut seen = BTreeSet::new();
    for case in &plan.cases {
        // Every rule of the program is asked, so that another case of the same question says nothing new.
        let unit = std::sync::Arc::as_ptr(&case.unit) as usize;
        let question = (
            unit,
            case.fixture.resource.span(),
            format!("{:?}", case.given),
        );
        if !seen.insert(question) {
            continue;
        }
        let reference = references.get(case.suite).unwrap();
        for (rule, (evaluator, by_reference)) in compared(case, reference) {
            pairs += 1;
            if evaluator != by_reference {
                differences.push(format!(
                    "{rule} of {}: the evaluator says {evaluator:?}, the reference {by_reference:?}",
                    case.name,
                ));
            }
        }
    }
    assert!(pairs >= plan.cases.len(), "{pairs} pairs");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The first policy of a source.
fn policy_of(plan: &Plan, path: &Path) -> String {
    let module = plan
        .sources
        .modules
        .iter()
        .find(|it| it.path.as_deref() == Some(path));
    let source = module.unwrap().source;
    let main = plan.main.as_ref().unwrap();
    let policy = main
        .program
        .policies
        .iter()
        .find(|it| it.origin.source == source);
    policy.unwrap().name.clone()
}

/// What both say of the rules of the case's program about its resource; without the pairs whose values
/// no API server would admit.
fn compared(case: &Case, reference: &Reference) -> Vec<(String, Verdicts)> {
    let request = reference::requested(&case.context, &case.given);
    let resource = reference::json(&case.fixture.resource);
    let outcomes =
        case.unit
            .compiled
            .evaluate(&case.fixture.resource, &case.context, Options::default());
    let mut compared = Vec::new();
    for (policy_index, policy) in case.unit.program.policies.iter().enumerate() {
        for (rule_index, rule) in policy.rules.iter().enumerate() {
            let outcome = outcomes
                .iter()
                .find(|it| (it.policy, it.rule) == (policy_index, rule_index));
            if outcome.is_some_and(|outcome| !outcome.invalid.is_empty()) {
                continue;
            }
            let evaluator = outcome.map(|outcome| reference::verdict(outcome.verdict).unwrap());
            let by_reference = reference.verdict(&policy.name, &rule.name, &resource, &request);
            let name = format!("{}/{}", policy.name, rule.name);
            compared.push((name, (evaluator, by_reference.unwrap())));
        }
    }
    compared
}

/// Rules about the corners of the language, each asked about every resource.
#[test]
fn corners() {
    let text = include_str!("reference/corners.policy");
    let program = source::compiled("corners", text).unwrap_or_else(|said| panic!("{said}"));
    let compiled = Compiled::new(&program).unwrap();
    let source = Source {
        module: "corners",
        text,
        root: true,
    };
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let reference = Reference::new(&[source], &BTreeMap::new(), schema).unwrap();
    let yaml = include_str!("reference/corners.yaml");
    let loaded = load(yaml.as_bytes(), SourceId(0), Format::Yaml);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let mut differences = Vec::new();
    for resource in loaded.resources() {
        let outcomes = compiled.evaluate(resource, &Context::default(), Options::default());
        let json = reference::json(resource);
        let answers = reference.verdicts(&json, &Request::default()).unwrap();
        let mut answers = answers.iter();
        for (policy_index, policy) in program.policies.iter().enumerate() {
            for rule_index in 0..policy.rules.len() {
                let answer = answers.next().unwrap();
                let place = (policy_index, rule_index);
                let outcome = outcomes.iter().find(|it| (it.policy, it.rule) == place);
                let invalid = outcome.is_some_and(|outcome| !outcome.invalid.is_empty());
                let evaluator = outcome.map(|it| reference::verdict(it.verdict).unwrap());
                if !invalid && evaluator != answer.verdict {
                    differences.push(format!(
                        "{}/{} of {}: the evaluator says {evaluator:?}, the reference {:?}",
                        answer.policy,
                        answer.rule,
                        resource.id(),
                        answer.verdict,
                    ));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
