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
use policyc_runtime::eval::{Compiled, Context};
use policyc_runtime::load::{Format, load};
use policyc_testing::reference::{self, Both, Reference, Request, Source, beside};
use policyc_testing::source;
use policyc_testing::suite::{Plan, folder};

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
                    format!("{}.{key}", policy_of(&plan, &suite.policy))
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
    // The second interpreter reads objects of Kubernetes.
    let cases: Vec<_> = plan
        .cases
        .iter()
        .filter(|case| case.fixture.resource.block().is_none())
        .collect();
    for case in &cases {
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
        let by_the_book = references.get(case.suite).unwrap();
        let request = reference::requested(&case.context, &case.given);
        let both = beside(
            (&case.unit.program, &case.unit.compiled),
            by_the_book,
            &case.fixture.resource,
            &case.context,
            &request,
            &|_| true,
        );
        let both = both.unwrap();
        pairs += both.len();
        differences.extend(differing(both, &case.name));
    }
    assert!(pairs >= cases.len(), "{pairs} pairs");
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

fn differing(both: Vec<Both>, about: &str) -> Vec<String> {
    let differ = both.into_iter().filter(|both| !both.agree());
    differ.map(|both| format!("{about}: {both:?}")).collect()
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
    let by_the_book = Reference::new(&[source], &BTreeMap::new(), schema).unwrap();
    let yaml = include_str!("reference/corners.yaml");
    let loaded = load(yaml.as_bytes(), SourceId(0), Format::Yaml);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let mut differences = Vec::new();
    for resource in loaded.resources() {
        let both = beside(
            (&program, &compiled),
            &by_the_book,
            resource,
            &Context::default(),
            &Request::default(),
            &|_| true,
        );
        differences.extend(differing(both.unwrap(), &resource.id().to_string()));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
