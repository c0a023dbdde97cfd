//! The whole way: from a source to the files of every target, and back from their YAML.

use policyc_compiler::backend::{Action, Artifact, Emission, EmitOptions, emit};
use policyc_diagnostics::{Diagnostic, SourceId};
use policyc_ir::{Program, Target};
use policyc_runtime::load::{Format, values};
use serde::Deserialize;
use serde_json::Value as Json;

use super::judging;
use super::sources::{MODULE, compiled};
use super::text;
use crate::reference::Source;

/// How the files are made.
#[must_use]
pub(super) fn options() -> EmitOptions {
    EmitOptions {
        action: Action::Audit,
        kyverno_namespace: None,
        version: "0".to_owned(),
        source: "input.policy".to_owned(),
    }
}

/// What compiles is emitted, two readers of YAML read the same documents, and the evaluator and the
/// reference give the same verdicts.
pub(super) fn reads_back(bytes: &[u8]) -> Result<(), String> {
    let text = text(bytes);
    let Some(program) = compiled(&text)? else {
        return Ok(());
    };
    for artifact in artifacts(&program) {
        same_documents(&artifact)?;
    }
    let mut sources = judging::library();
    sources.push(Source {
        module: MODULE,
        text: &text,
        root: true,
    });
    judging::same_verdicts(&program, &sources, judging::samples())
}

/// The files of every policy for every target.
fn artifacts(program: &Program) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    for policy in &program.policies {
        for target in Target::ALL {
            match emit(policy, *target, &options()) {
                Emission::Files(files) => artifacts.extend(files),
                Emission::Refused(reasons) => drop(reasons),
            }
        }
    }
    artifacts
}

fn same_documents(artifact: &Artifact) -> Result<(), String> {
    let problem = |what: &str| Err(format!("{}: {what}\n{}", artifact.path, artifact.contents));
    let good = |c: char| !c.is_control() || c == '\n';
    if !artifact.contents.chars().all(good) {
        return problem("a control character");
    }
    let mut theirs = Vec::new();
    for document in serde_yaml::Deserializer::from_str(&artifact.contents) {
        match Json::deserialize(document) {
            Ok(value) => theirs.push(value),
            Err(error) => return problem(&error.to_string()),
        }
    }
    let (nodes, diagnostics) = values(artifact.contents.as_bytes(), SourceId(0), Format::Yaml);
    if let Some(error) = diagnostics.iter().find(|it: &&Diagnostic| it.is_error()) {
        return problem(&error.message);
    }
    let ours: Vec<Json> = nodes.iter().map(|node| node.value.to_json()).collect();
    if ours != theirs || ours.is_empty() {
        return problem("two readers read different documents");
    }
    let named = ours.iter().all(|document| {
        let id = document
            .pointer("/metadata/name")
            .or(document.pointer("/metadata/id"));
        id.and_then(Json::as_str).is_some_and(|id| !id.is_empty())
    });
    if !named {
        return problem("a document without a name");
    }
    Ok(())
}
