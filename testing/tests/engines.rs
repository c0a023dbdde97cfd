//! The drivers against the real engines. Where an engine is missing, a line says so; with `CI=true` that is a
//! failure.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics, in functions beside the tests too"
)]

#[path = "engines/admission.rs"]
mod admission;
#[path = "engines/checkov.rs"]
mod checkov;
#[path = "engines/cluster.rs"]
mod cluster;
#[path = "engines/documents.rs"]
mod documents;
#[path = "engines/kyverno.rs"]
mod kyverno;
#[path = "engines/spellings.rs"]
mod spellings;

use policyc_testing::conformance::engine::{Missing, Resource};

/// The engine, or none after a visible line.
fn located<T>(engine: Result<T, Missing>) -> Option<T> {
    match engine {
        Ok(engine) => Some(engine),
        Err(missing) if Missing::is_failure() => panic!("{missing}"),
        Err(missing) => {
            eprintln!("left out: {missing}");
            None
        }
    }
}

fn resource(json: &str) -> Resource {
    Resource::from_json(json).unwrap()
}

/// A workload or Pod whose containers have these values of `privileged`, none for no security context.
fn pods(api_version: &str, kind: &str, name: &str, privileged: &[Option<bool>]) -> Resource {
    let containers: Vec<String> = privileged
        .iter()
        .enumerate()
        .map(|(at, value)| match value {
            Some(value) => {
                format!(r#"{{"name":"c{at}","image":"nginx","securityContext":{{"privileged":{value}}}}}"#)
            }
            None => format!(r#"{{"name":"c{at}","image":"nginx"}}"#),
        })
        .collect();
    let spec = format!(r#"{{"containers":[{}]}}"#, containers.join(","));
    let template = format!(r#"{{"metadata":{{"labels":{{"app":"{name}"}}}},"spec":{spec}}}"#);
    let spec = match kind {
        "Pod" => spec,
        "CronJob" => format!(
            r#"{{"schedule":"0 0 * * *","jobTemplate":{{"spec":{{"template":{template}}}}}}}"#
        ),
        _ => {
            format!(r#"{{"selector":{{"matchLabels":{{"app":"{name}"}}}},"template":{template}}}"#)
        }
    };
    resource(&format!(
        r#"{{"apiVersion":"{api_version}","kind":"{kind}","metadata":{{"name":"{name}"}},"spec":{spec}}}"#
    ))
}
