//! How fast each part of the road is: loading, compiling, evaluating, emitting.
//!
//! `scripts/compare.py` measures whole commands against the peers.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot be set up should stop"
)]

use divan::{Bencher, black_box};
use policyc_compiler::backend::{Action, EmitOptions, emit};
use policyc_diagnostics::{SourceId, SourceMap};
use policyc_ir::{Program, Target};
use policyc_project::{Settings, Sources, compile};
use policyc_runtime::eval::{Compiled, Context, Options};
use policyc_runtime::load::{Format, Resource, load};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DEPLOYMENT: &str = include_str!("deployment.yaml");

fn main() {
    divan::main();
}

fn library() -> Program {
    let sources = Sources::of_library(SourceMap::new());
    let (program, diagnostics) = compile(&sources, &Settings::default());
    assert!(
        !diagnostics
            .iter()
            .any(policyc_diagnostics::Diagnostic::is_error)
    );
    program
}

fn deployment() -> Resource {
    let loaded = load(DEPLOYMENT.as_bytes(), SourceId(0), Format::Yaml);
    loaded
        .resources()
        .next()
        .cloned()
        .expect("the file holds a Deployment")
}

/// One Deployment from YAML.
#[divan::bench]
fn load_deployment(bencher: Bencher<'_, '_>) {
    bencher
        .counter(divan::counter::BytesCount::of_str(DEPLOYMENT))
        .bench(|| load(black_box(DEPLOYMENT.as_bytes()), SourceId(0), Format::Yaml));
}

/// The library from source to IR.
#[divan::bench]
fn compile_library(bencher: Bencher<'_, '_>) {
    let sources = Sources::of_library(SourceMap::new());
    let settings = Settings::default();
    bencher.bench(|| compile(black_box(&sources), &settings));
}

/// The library from IR to what is evaluated.
#[divan::bench]
fn prepare_library(bencher: Bencher<'_, '_>) {
    let program = library();
    bencher.bench(|| Compiled::new(black_box(&program)));
}

/// Every rule of the library on one Deployment.
#[divan::bench]
fn evaluate_library(bencher: Bencher<'_, '_>) {
    let program = library();
    let compiled = Compiled::new(&program).expect("the library can be evaluated");
    let resource = deployment();
    let context = Context::default();
    bencher.bench(|| compiled.evaluate(black_box(&resource), &context, Options::default()));
}

/// The library from IR to the files of a target.
#[divan::bench(args = ["kyverno", "checkov"])]
fn emit_library(bencher: Bencher<'_, '_>, name: &str) {
    let target = Target::ALL
        .iter()
        .copied()
        .find(|target| target.as_str() == name);
    let target = target.expect("a target");
    let program = library();
    let options = EmitOptions {
        action: Action::Audit,
        kyverno_namespace: None,
        version: "0.0.0".to_owned(),
        source: "bench".to_owned(),
    };
    bencher.bench(|| {
        program
            .policies
            .iter()
            .map(|policy| emit(policy, target, &options))
            .collect::<Vec<_>>()
    });
}
