//! Six ways in which the rule about privileged containers is written for Checkov by hand, beside the one
//! that is emitted. `testing/traps/README.md` shows the table.

use std::fs;
use std::path::Path;

use policyc_compiler::backend::{Action, Emission, EmitOptions, emit};
use policyc_diagnostics::{SourceId, SourceMap};
use policyc_ir::Target;
use policyc_project::{Settings, Sources, compile};
use policyc_runtime::load::{Format, load};
use policyc_testing::conformance::engine::Resource;
use policyc_testing::conformance::engine::checkov::{Check, Checkov, Job, Run, Verdict};

use super::located;

/// `privileged` of the containers of each Deployment of the fixtures, and whether it complies.
const DEPLOYMENTS: [(&str, bool); 6] = [
    ("privileged-good", true),
    ("privileged-unset", true),
    ("privileged-only", false),
    ("privileged-second", false),
    ("privileged-first", false),
    ("privileged-beside-unset", false),
];

/// What Checkov lets pass of the four Deployments that do not comply.
const LET_PASS: [(&str, &[&str]); 6] = [
    (
        "CKV2_TRAP_1",
        &[
            "privileged-only",
            "privileged-second",
            "privileged-first",
            "privileged-beside-unset",
        ],
    ),
    (
        "CKV2_TRAP_2",
        &[
            "privileged-only",
            "privileged-second",
            "privileged-first",
            "privileged-beside-unset",
        ],
    ),
    ("CKV2_TRAP_3", &["privileged-second", "privileged-first"]),
    ("CKV2_TRAP_4", &["privileged-second", "privileged-first"]),
    (
        "CKV2_TRAP_5",
        &[
            "privileged-only",
            "privileged-second",
            "privileged-first",
            "privileged-beside-unset",
        ],
    ),
    (
        "CKV2_TRAP_6",
        &["privileged-second", "privileged-beside-unset"],
    ),
];

fn folder() -> std::path::PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("traps/privileged");
    root.canonicalize().unwrap()
}

fn spellings() -> Vec<Check> {
    let mut checks: Vec<Check> = fs::read_dir(folder().join("spellings"))
        .unwrap()
        .map(|entry| {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let id = text.lines().find_map(|line| line.strip_prefix("  id: "));
            Check {
                id: id.unwrap().to_owned(),
                text,
            }
        })
        .collect();
    checks.sort_by(|a, b| a.id.cmp(&b.id));
    checks
}

fn emitted() -> Check {
    let paths = [folder().join("privileged.policy")];
    let sources = Sources::of_paths(&[folder()], &paths, &[], SourceMap::new());
    let (program, diagnostics) = compile(&sources, &Settings::default());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let options = EmitOptions {
        action: Action::Enforce,
        kyverno_namespace: None,
        version: "0".to_owned(),
        source: "test".to_owned(),
    };
    let Emission::Files(files) = emit(&program.policies[0], Target::Checkov, &options) else {
        panic!("Checkov can say this rule");
    };
    let [file] = files.as_slice() else {
        panic!("one rule is one check");
    };
    Check {
        id: file.rules[0].reported[0].clone(),
        text: file.contents.clone(),
    }
}

fn deployments() -> Vec<Resource> {
    let text = fs::read(folder().join("fixtures/deployments.yaml")).unwrap();
    let loaded = load(&text, SourceId(0), Format::Yaml);
    loaded
        .resources()
        .map(|resource| Resource::from_json(resource.node.value.to_json().to_string()).unwrap())
        .collect()
}

/// The Deployments that a check lets pass although they do not comply, or refuses although they do.
fn wrong(run: &Run, check: &str) -> Vec<&'static str> {
    let mut wrong = Vec::new();
    for (index, (name, complies)) in DEPLOYMENTS.into_iter().enumerate() {
        let row = run.of(check, index).unwrap();
        assert_eq!(row.resource.name, name);
        assert!(row.exceptions.is_empty(), "{row:?}");
        match row.verdict {
            Verdict::Passed if complies => {}
            Verdict::Failed if !complies => {}
            Verdict::Passed | Verdict::Failed => wrong.push(name),
            Verdict::Skipped | Verdict::Unknown | Verdict::None => panic!("{row:?}"),
        }
    }
    wrong
}

#[test]
fn by_hand_every_spelling_lets_a_privileged_deployment_pass() {
    let Some(checkov) = located(Checkov::locate()) else {
        return;
    };
    let ours = emitted();
    let mut job = Job {
        checks: spellings(),
        resources: deployments(),
    };
    let ids: Vec<String> = job.checks.iter().map(|check| check.id.clone()).collect();
    assert_eq!(ids, LET_PASS.map(|(id, _)| id));
    assert_eq!(job.resources.len(), DEPLOYMENTS.len());
    let our_id = ours.id.clone();
    job.checks.push(ours);
    let run = checkov.run(&job).unwrap();
    for (id, expected) in LET_PASS {
        assert_eq!(wrong(&run, id), expected, "{id}");
    }
    assert_eq!(wrong(&run, &our_id), Vec::<&str>::new());
}
