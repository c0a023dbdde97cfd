//! What is emitted, in a real cluster with Kyverno's admission controller: everything is taken, and what is
//! enforced is refused exactly when the evaluator says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use policyc_compiler::backend::{Action, Artifact, Emission, EmitOptions, emit};
use policyc_diagnostics::SourceId;
use policyc_ir::{Policy, Target};
use policyc_project::FILE_NAME;
use policyc_runtime::eval::{Context, Options as EvalOptions, User as RequestUser};
use policyc_runtime::load::{Format, load};
use policyc_runtime::verdict::Verdict;
use policyc_testing::conformance::engine::cluster::{Cluster, Options, Refusal, User, documents};
use policyc_testing::suite::{Plan, Unit, folder};
use serde_json::Value;

use super::located;

/// How many policies are enforced, of each family.
const ENFORCED: usize = 6;
/// How many fixtures each is asked about.
const FIXTURES: usize = 12;
/// For a policy to be in effect.
const EFFECT: Duration = Duration::from_secs(60);

fn started() -> Option<Cluster> {
    let programs = located(Cluster::locate())?;
    let options = Options {
        kyverno: true,
        reports: false,
    };
    Some(Cluster::start(&programs, options).unwrap())
}

fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().unwrap()
}

fn emitted(policy: &Policy, target: Target, action: Action) -> Vec<Artifact> {
    let options = EmitOptions {
        action,
        kyverno_namespace: None,
        version: "0.0.0".to_owned(),
        source: "test".to_owned(),
    };
    match emit(policy, target, &options) {
        Emission::Files(files) => files,
        Emission::Refused(_) => Vec::new(),
    }
}

#[test]
fn everything_that_is_emitted_is_taken() {
    let Some(cluster) = started() else {
        return;
    };
    let mut roots = vec![workspace().join("stdlib-policies")];
    for entry in std::fs::read_dir(workspace().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.join(FILE_NAME).is_file() {
            roots.push(path);
        }
    }
    let mut problems = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for root in roots {
        let (plan, settings) = folder(&root).unwrap();
        for (_, text) in settings.crds {
            cluster.install_crds(&documents(&text).unwrap()).unwrap();
        }
        let unit = plan.main.unwrap();
        for policy in &unit.program.policies {
            for target in [Target::Kyverno, Target::KyvernoCel, Target::Vap] {
                for artifact in emitted(policy, target, Action::Enforce) {
                    for document in documents(&artifact.contents).unwrap() {
                        *counts.entry(target.as_str()).or_default() += 1;
                        let outcome = taken(&cluster, target, &document);
                        problems.extend(outcome.map(|what| format!("{}: {what}", artifact.path)));
                    }
                }
            }
        }
    }
    // Where the controller knows the schema of the CustomResourceDefinition already, the type check
    // reads a string of the format `duration` as a duration; when a resource is judged it is a
    // string, and the rule says what it should.
    problems.retain(|problem| !problem.starts_with("database-sizes.retention.yaml: "));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for target in [Target::Kyverno, Target::KyvernoCel, Target::Vap] {
        assert!(counts[target.as_str()] > 50, "{counts:?}");
    }
}

/// What is wrong with a document.
fn taken(cluster: &Cluster, target: Target, document: &Value) -> Option<String> {
    if document["kind"] != "ValidatingAdmissionPolicy" {
        let outcome = cluster.try_apply(document).unwrap();
        return outcome.err().map(|refusal| refusal.to_string());
    }
    assert_eq!(target, Target::Vap);
    // Only a stored policy is type checked; without a binding it has no say.
    if let Err(refusal) = cluster.apply(document).unwrap() {
        return Some(refusal.to_string());
    }
    let name = document["metadata"]["name"].as_str().unwrap();
    let warnings = cluster.type_check(name).unwrap();
    cluster.delete(document).unwrap();
    (!warnings.is_empty()).then(|| warnings.join("\n"))
}

/// A fixture as the server stores it, and whether the policy refuses it.
struct Fixture {
    given: Value,
    refused: bool,
}

#[test]
fn enforced_policies_refuse_what_the_evaluator_refuses() {
    let Some(cluster) = started() else {
        return;
    };
    let (plan, _) = folder(&workspace().join("stdlib-policies")).unwrap();
    let unit = plan.main.clone().unwrap();
    for target in [Target::Kyverno, Target::KyvernoCel] {
        let mut enforced = 0;
        let policies = &unit.program.policies;
        // Spread over the library, whose folders are by topic.
        let step = (policies.len() / (ENFORCED * 2)).max(1);
        let spread = (0..step).flat_map(|first| (first..policies.len()).step_by(step));
        for index in spread {
            if enforced == ENFORCED {
                break;
            }
            let policy = &policies[index];
            let artifacts = emitted(policy, target, Action::Enforce);
            let fixtures = fixtures(&cluster, &plan, &unit, index);
            let refused = fixtures.iter().any(|fixture| fixture.refused);
            if artifacts.is_empty() || !refused {
                continue;
            }
            if enforce(&cluster, policy, target, &artifacts, &fixtures) {
                enforced += 1;
            }
        }
        assert!(enforced == ENFORCED, "only {enforced} policies enforced");
    }
}

fn asker() -> User {
    User {
        name: "alice".to_owned(),
        groups: vec!["builders".to_owned()],
    }
}

/// The workloads among a policy's fixtures that the server takes, and whether the policy refuses each.
fn fixtures(cluster: &Cluster, plan: &Plan, unit: &Unit, policy: usize) -> Vec<Fixture> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for case in &plan.cases {
        let resource = &case.fixture.resource;
        let given = resource.node.value.to_json();
        let is_workload =
            ["Pod", "Deployment", "StatefulSet", "CronJob"].contains(&resource.kind());
        let others = resource.namespace().is_some_and(|name| name != "default");
        if case.policy != policy
            || !case.given.is_empty()
            || !is_workload
            || others
            || seen.contains(&given)
            || found.len() == FIXTURES
        {
            continue;
        }
        seen.push(given.clone());
        // No policy is in effect yet, so that only the server itself may refuse it.
        let Ok(stored) = cluster.try_create(&given, &asker()).unwrap() else {
            continue;
        };
        let refused = verdicts(unit, policy, &stored).contains(&Verdict::Fail);
        found.push(Fixture { given, refused });
    }
    found
}

fn verdicts(unit: &Unit, policy: usize, object: &Value) -> Vec<Verdict> {
    let mut context = Context::default();
    let User { name, mut groups } = asker();
    groups.push("system:authenticated".to_owned());
    context.set_user(RequestUser {
        username: name,
        groups,
        ..RequestUser::default()
    });
    context.set_namespace_labels("default", []);
    let loaded = load(object.to_string().as_bytes(), SourceId(0), Format::Json);
    let resource = loaded.resources().next().unwrap();
    let outcomes = unit
        .compiled
        .evaluate(resource, &context, EvalOptions::default());
    let outcomes = outcomes.iter().filter(|outcome| outcome.policy == policy);
    outcomes.map(|outcome| outcome.verdict).collect()
}

/// Brings a policy into effect, asks about all fixtures and takes it out again. False for one that is not
/// taken, which is the other test's to say.
fn enforce(
    cluster: &Cluster,
    policy: &Policy,
    target: Target,
    artifacts: &[Artifact],
    fixtures: &[Fixture],
) -> bool {
    let documents: Vec<Value> = artifacts
        .iter()
        .flat_map(|artifact| documents(&artifact.contents).unwrap())
        .collect();
    let names: Vec<&str> = documents
        .iter()
        .filter_map(|document| document["metadata"]["name"].as_str())
        .collect();
    for document in &documents {
        if cluster.try_apply(document).unwrap().is_err() {
            return false;
        }
    }
    for document in &documents {
        cluster.apply(document).unwrap().unwrap();
    }
    let ask = |fixture: &Fixture| -> Result<Value, Refusal> {
        cluster.try_create(&fixture.given, &asker()).unwrap()
    };
    let what = format!("{} for {}", policy.name, target.as_str());
    // Several objects of one policy come into effect one after the other: wait for the last.
    let wait = |what: &str, is_so: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < EFFECT, "{what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let all_refused = || {
        let mut refused = fixtures.iter().filter(|fixture| fixture.refused);
        refused.all(|fixture| ask(fixture).is_err())
    };
    wait(
        &format!("{what} does not refuse all that it should"),
        &all_refused,
    );
    for fixture in fixtures {
        match ask(fixture) {
            Ok(_) => assert!(!fixture.refused, "{what} admits {}", fixture.given),
            Err(refusal) => {
                assert!(fixture.refused, "{what}: {refusal} on {}", fixture.given);
                let named = names.iter().any(|name| refusal.message.contains(name));
                assert!(named, "{what}: another policy refuses: {refusal}");
            }
        }
    }
    for document in &documents {
        cluster.delete(document).unwrap();
    }
    let all_admitted = || fixtures.iter().all(|fixture| ask(fixture).is_ok());
    wait(&format!("{what} stays in effect"), &all_admitted);
    true
}
