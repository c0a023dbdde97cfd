use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use policyc_testing::conformance::engine::checkov::{Check, Checkov, Job, Run, Verdict};
use policyc_testing::conformance::engine::{Engine, Resource, Silence};

use super::{located, pods, resource};

fn check(id: &str, definition: &str) -> Check {
    let text = format!(
        "metadata: {{id: {id}, name: {id}, category: GENERAL_SECURITY}}\ndefinition: {definition}\n"
    );
    Check {
        id: id.to_owned(),
        text,
    }
}

fn checks() -> Vec<Check> {
    vec![
        check(
            "CKV2_EACH",
            r#"{cond_type: attribute, resource_types: [Pod], operator: jsonpath_not_exists,
                attribute: "$.spec.containers[?(@.securityContext.privileged == true)]"}"#,
        ),
        check(
            "CKV2_CRON",
            r#"{cond_type: attribute, resource_types: [CronJob], operator: jsonpath_not_exists,
                attribute: "$.spec.jobTemplate.spec.template.spec.containers[?(@.securityContext.privileged == true)]"}"#,
        ),
        check(
            "CKV2_BOTH",
            r#"{cond_type: attribute, resource_types: [Deployment, Pod], operator: not_exists,
                attribute: spec.containers}"#,
        ),
        check(
            "CKV2_WILD",
            r#"{not: {cond_type: attribute, resource_types: [Pod], operator: equals,
                attribute: spec.containers.*.securityContext.privileged, value: true}}"#,
        ),
        // raises for a number: the one resource loses its verdict
        check(
            "CKV2_RAISES",
            "{cond_type: attribute, resource_types: [ConfigMap], operator: contains, attribute: data.k, value: x}",
        ),
        // raises in a block: the check loses all verdicts
        check(
            "CKV2_BLOCK",
            "{and: [{cond_type: attribute, resource_types: [ConfigMap], operator: contains, attribute: data.k, value: x}]}",
        ),
        check(
            "CKV2_EDGE",
            "{cond_type: connection, resource_types: [Service], connected_resource_types: [Pod], operator: exists}",
        ),
    ]
}

fn resources() -> Vec<Resource> {
    let config = |name: &str, value: &str| {
        resource(&format!(
            r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}"}},"data":{{"k":{value}}}}}"#
        ))
    };
    vec![
        pods("v1", "Pod", "good", &[None, Some(false)]),
        pods("v1", "Pod", "bad", &[None, Some(true)]),
        pods("apps/v1", "Deployment", "bad", &[Some(true)]),
        pods("batch/v1", "CronJob", "bad", &[Some(true)]),
        config("text", "\"xyz\""),
        config("number", "5"),
        resource(
            r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"selector":{"app":"bad"}}}"#,
        ),
        resource(
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"skips","annotations":{"checkov.io/skip1":"CKV2_EACH=known"}},"spec":{"containers":[]}}"#,
        ),
    ]
}

fn verdicts(run: &Run, check: &str) -> Vec<Verdict> {
    run.rows
        .iter()
        .filter(|row| row.check == check)
        .map(|row| row.verdict)
        .collect()
}

#[test]
fn verdicts_by_resource() {
    use Verdict::{Failed as F, None as N, Passed as P, Skipped as S};
    let Some(checkov) = located(Checkov::locate()) else {
        return;
    };
    let job = Job {
        checks: checks(),
        resources: resources(),
    };
    let run = checkov.run(&job).unwrap();
    let expected = [
        ("CKV2_EACH", [P, F, F, N, N, N, N, S]),
        ("CKV2_CRON", [N, N, N, F, N, N, N, N]),
        ("CKV2_BOTH", [F, F, F, N, N, N, N, F]),
        ("CKV2_WILD", [P, F, F, N, N, N, N, P]),
        ("CKV2_RAISES", [N, N, N, N, P, N, N, N]),
        ("CKV2_BLOCK", [N, N, N, N, N, N, N, N]),
        ("CKV2_EDGE", [F, F, P, N, N, N, P, F]),
    ];
    for (check, expected) in expected {
        assert_eq!(verdicts(&run, check), expected, "{check}");
    }
    let cut_out = run.of("CKV2_BOTH", 2).unwrap();
    let vertices: Vec<(&str, Verdict)> = cut_out
        .vertices
        .iter()
        .map(|row| (row.vertex.as_str(), row.verdict))
        .collect();
    assert_eq!(
        vertices,
        [
            ("Deployment.default.bad", P),
            ("Pod.default.bad.app-bad", F)
        ]
    );

    let raised = run.of("CKV2_RAISES", 5).unwrap();
    assert!(raised.exceptions[0].contains("TypeError"), "{raised:?}");
    assert!(run.of("CKV2_RAISES", 4).unwrap().exceptions.is_empty());
    assert!(!run.of("CKV2_BLOCK", 4).unwrap().exceptions.is_empty());
    assert!(run.spoke("CKV2_CRON") && !run.spoke("CKV2_BLOCK"));
}

#[test]
fn dropped_checks_and_unseen_resources_are_errors() {
    let Some(checkov) = located(Checkov::locate()) else {
        return;
    };
    let good = check(
        "CKV2_GOOD",
        "{cond_type: attribute, resource_types: [Pod], operator: exists, attribute: spec}",
    );
    let unknown = check(
        "CKV2_NOPE",
        "{cond_type: attribute, resource_types: [Pod], operator: nope, attribute: spec}",
    );
    let nameless = Check {
        id: "CKV2_NAMELESS".to_owned(),
        text: "metadata: {id: CKV2_NAMELESS}\n".to_owned(),
    };
    let not_yaml = Check {
        id: "CKV2_NO".to_owned(),
        text: "a: [".to_owned(),
    };
    let pod = pods("v1", "Pod", "p", &[None]);
    let mut generated = pod.clone();
    generated.text = generated
        .text
        .replace("\"name\":\"p\"", "\"generateName\":\"p\"")
        .replace("\"kind\":\"Pod\"", "\"kind\":\"Job\"");
    let job = |checks: &[&Check], resource: &Resource| Job {
        checks: checks.iter().map(|check| (*check).clone()).collect(),
        resources: vec![resource.clone()],
    };
    let jobs = [
        job(&[&good], &pod),
        job(&[&good, &unknown, &nameless], &pod),
        job(&[&good, &good], &pod),
        job(&[&good], &generated),
        job(&[&not_yaml], &pod),
        job(&[&good], &pod),
    ];
    let mut answers = checkov.run_all(&jobs).into_iter();
    let mut silence = || answers.next().unwrap().map_err(|error| error.silence);
    assert_eq!(
        verdicts(&silence().unwrap(), "CKV2_GOOD"),
        [Verdict::Passed]
    );
    assert_eq!(
        silence(),
        Err(Silence::Refused(vec![
            "CKV2_NAMELESS".to_owned(),
            "CKV2_NOPE".to_owned()
        ]))
    );
    assert!(matches!(silence(), Err(Silence::Input(_))));
    assert_eq!(silence(), Err(Silence::Unseen(vec![pod.id.clone()])));
    assert_eq!(silence(), Err(Silence::Crashed(None)));
    assert_eq!(
        verdicts(&silence().unwrap(), "CKV2_GOOD"),
        [Verdict::Passed],
        "jobs do not mix"
    );
}

/// The command itself, on one check: (resource, verdict), as its report has them.
fn command(checkov: &Path, folder: &Path, id: &str) -> BTreeSet<(String, Verdict)> {
    let output = Command::new(checkov)
        .args([
            "--framework",
            "kubernetes",
            "--skip-download",
            "--compact",
            "-o",
            "json",
            "-c",
            id,
            "-d",
        ])
        .arg(folder.join("resources"))
        .arg("--external-checks-dir")
        .arg(folder.join("checks"))
        .current_dir(folder)
        .env("HOME", folder)
        .env("PYTHONHASHSEED", "0")
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut found = BTreeSet::new();
    // without any record the report has another form, which has no results
    for (list, verdict) in [
        ("passed_checks", Verdict::Passed),
        ("failed_checks", Verdict::Failed),
        ("skipped_checks", Verdict::Skipped),
    ] {
        for record in report["results"][list].as_array().into_iter().flatten() {
            assert_eq!(record["check_id"], id);
            found.insert((record["resource"].as_str().unwrap().to_owned(), verdict));
        }
    }
    found
}

#[test]
fn the_driver_says_what_the_command_says() {
    let Some(checkov) = located(Checkov::locate()) else {
        return;
    };
    let program = Engine::Checkov.locate().unwrap();
    let job = Job {
        checks: checks(),
        resources: resources(),
    };
    let run = checkov.run(&job).unwrap();
    let folder = tempfile::Builder::new()
        .prefix("policyc-")
        .tempdir()
        .unwrap();
    for (name, texts) in [
        (
            "resources",
            job.resources
                .iter()
                .map(|resource| &resource.text)
                .collect::<Vec<_>>(),
        ),
        (
            "checks",
            job.checks.iter().map(|check| &check.text).collect(),
        ),
    ] {
        fs::create_dir(folder.path().join(name)).unwrap();
        for (index, text) in texts.iter().enumerate() {
            fs::write(folder.path().join(name).join(format!("{index}.yaml")), text).unwrap();
        }
    }
    // a sample: each takes seconds
    for check in job
        .checks
        .iter()
        .filter(|check| check.id != "CKV2_CRON" && check.id != "CKV2_WILD")
    {
        let driver: BTreeSet<(String, Verdict)> = run
            .rows
            .iter()
            .filter(|row| row.check == check.id)
            .flat_map(|row| {
                row.vertices
                    .iter()
                    .map(|vertex| (vertex.vertex.clone(), vertex.verdict))
            })
            .collect();
        assert_eq!(
            driver,
            command(&program, folder.path(), &check.id),
            "{}",
            check.id
        );
    }
}
