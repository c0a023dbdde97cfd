//! `test`

use std::path::Path;

use super::folder::{Folder, run_in};

const SUITE: &str = "policies/trusted-registries/trusted-registries.test.yaml";

#[test]
fn failures_exit_with_1_and_say_what_came_out() {
    let folder = Folder::project();
    let text = folder
        .read(SUITE)
        .replace("fail/workloads.yaml#Pod/web", "pass/workloads.yaml#Pod/web");
    folder.write(
        SUITE,
        &text.replace(
            "- pass/workloads.yaml\n",
            "- fail/workloads.yaml#Pod/web\n      - pass/workloads.yaml#CronJob/report\n",
        ),
    );
    let ran = folder.run(&["test"]).exits(1);
    for part in [
        "expected pass, found fail",
        "expected fail, found pass",
        "test result: FAILED. 2 passed; 2 failed",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }

    let report = folder.run(&["test", "--format", "json"]).exits(1).json();
    assert_eq!(
        (&report["passed"], &report["failed"]),
        (&2.into(), &2.into())
    );
    let failed = report["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["passed"] == false)
        .unwrap();
    assert!(
        failed["failure"]
            .as_str()
            .unwrap()
            .contains("expected pass, found fail"),
        "{failed}"
    );

    let ran = folder.run(&["test", "--format", "junit"]).exits(1);
    assert!(ran.out.starts_with("<?xml"), "{}", ran.out);
    assert!(
        ran.out.contains("tests=\"4\"") && ran.out.contains("failures=\"2\""),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("<failure message=\"expected pass, found fail\""),
        "{}",
        ran.out
    );
}

#[test]
fn junit_of_a_clean_run_has_no_failures() {
    let folder = Folder::project();
    let ran = folder.run(&["test", "--format", "junit"]).exits(0);
    assert!(
        ran.out.contains("tests=\"4\"") && ran.out.contains("failures=\"0\""),
        "{}",
        ran.out
    );
    assert_eq!(ran.err, "");
}

#[test]
fn cases_can_be_listed_filtered_and_shared() {
    let folder = Folder::project();
    let all = folder.run(&["test", "--list"]).exits(0).out;
    assert_eq!(all.lines().count(), 4, "{all}");
    let some = folder
        .run(&["test", "--list", "--filter", "::fail::"])
        .exits(0)
        .out;
    assert_eq!(some.lines().count(), 2, "{some}");
    let mut parts = String::new();
    for part in ["1/3", "2/3", "3/3"] {
        parts.push_str(
            &folder
                .run(&["test", "--list", "--partition", part])
                .exits(0)
                .out,
        );
    }
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&parts), sorted(&all));
    let ran = folder.run(&["test", "--filter", "nothing"]).exits(2);
    assert!(
        ran.err.contains("no case has `nothing` in its name"),
        "{}",
        ran.err
    );
}

#[test]
fn a_suite_that_checks_nothing_does_not_pass() {
    let base = Folder::project().read(SUITE);
    for (from, to, code) in [
        // A misspelt rule, a fixture that does not exist, a resource that does not.
        ("  images:", "  image:", "E0802"),
        ("pass/workloads.yaml", "pass/workload.yaml", "E0802"),
        (
            "fail/workloads.yaml#Pod/web",
            "fail/workloads.yaml#Pod/wbe",
            "E0802",
        ),
        // A misspelt key, a fixture that leaves the project.
        ("    pass:", "    passes:", "E0801"),
        ("pass/workloads.yaml", "../../../x.yaml", "E0802"),
        // A resource that nothing names.
        ("      - fail/workloads.yaml#Pod/web\n", "", "E0804"),
        (
            "policy: trusted-registries.policy",
            "policy: other.policy",
            "E080",
        ),
    ] {
        assert!(base.contains(from), "{from}");
        let folder = Folder::project();
        folder.write(SUITE, &base.replacen(from, to, 1));
        let ran = folder.run(&["test"]).exits(2);
        assert!(
            ran.err.contains(&format!("error[{code}")),
            "{to}: {}",
            ran.err
        );
    }
    let folder = Folder::project();
    folder.write(SUITE, "policy: trusted-registries.policy\nrules: {}\n");
    let ran = folder.run(&["test"]).exits(2);
    assert!(ran.err.contains("error[E0805]"), "{}", ran.err);
    std::fs::remove_file(folder.path(SUITE)).unwrap();
    folder.run(&["test"]).exits(2);
}

#[test]
fn fixtures_that_do_not_match_or_are_invalid_fail() {
    let folder = Folder::new(&[
        (
            "p.policy",
            "policy p { rule r { match Service deny spec.type == \"NodePort\" } }\n",
        ),
        (
            "p.test.yaml",
            "policy: p.policy\nrules:\n  r:\n    pass: [a.yaml]\n    fail: [b.yaml]\n",
        ),
        (
            "a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n",
        ),
        (
            "b.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: { name: b }\nspec: { type: [NodePort] }\n",
        ),
    ]);
    let ran = folder.run(&["test", "."]).exits(1);
    assert!(ran.out.contains("0 passed; 2 failed"), "{}", ran.out);
    assert!(
        ran.out.contains("expected pass, found unmatched"),
        "{}",
        ran.out
    );
}

#[test]
fn a_suite_with_parameters_leaves_those_of_other_policies_alone() {
    let policy = |name: &str| {
        format!(
            "policy {name} {{ param denied = \"NodePort\" rule r {{ match Service deny spec.type == denied }} }}\n"
        )
    };
    let suite = |name: &str, params: &str| {
        format!("policy: {name}.policy\n{params}rules:\n  r:\n    fail: [\"{name}.yaml\"]\n")
    };
    let service = |kind: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{ name: s }}\nspec: {{ type: {kind} }}\n"
        )
    };
    let folder = Folder::new(&[
        (
            "policyc.yaml",
            "name: p\nparams:\n  a.denied: LoadBalancer\n  b.denied: ClusterIP\n  \
             std.kubernetes.system_namespaces: [x]\n",
        ),
        ("policies/a.policy", &policy("a")),
        ("policies/a.test.yaml", &suite("a", "")),
        ("policies/a.yaml", &service("LoadBalancer")),
        (
            "policies/b.policy",
            &format!(
                "import std.kubernetes.{{system_namespaces}}\n{}",
                policy("b").replace(
                    "match Service",
                    "match Service exclude namespace in system_namespaces"
                )
            ),
        ),
        (
            "policies/b.test.yaml",
            &suite("b", "params: { denied: ExternalName }\n"),
        ),
        ("policies/b.yaml", &service("ExternalName")),
    ]);
    let ran = folder.run(&["test", "--deny-warnings"]).exits(0);
    assert!(ran.out.contains("2 passed"), "{}", ran.out);
}

#[test]
fn coverage_names_what_no_fixture_decided() {
    let folder = Folder::project();
    let report = folder
        .run(&["test", "--coverage", "--format", "json"])
        .exits(0)
        .json();
    let rules = report["coverage"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 1, "{report}");
    assert_eq!(
        rules[0]["statements"]["covered"],
        rules[0]["statements"]["of"]
    );
    assert_eq!(rules[0]["gaps"], serde_json::json!([]));
    let only = ["test", "--coverage", "--filter", "::pass::"];
    let ran = folder.run(&only).exits(0);
    assert!(
        ran.out
            .contains("always holds: require any registry in registries"),
        "{}",
        ran.out
    );
}

#[test]
fn examples_pass_in_every_environment() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut runs = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(project) = std::fs::read_to_string(folder.join("policyc.yaml")) else {
            continue;
        };
        let project: policyc_project::ProjectFile = serde_yaml::from_str(&project).unwrap();
        run_in(&folder, &["check", "--deny-warnings"], "").exits(0);
        run_in(&folder, &["test", "--deny-warnings"], "").exits(0);
        for name in project.environments.keys() {
            run_in(&folder, &["test", "--deny-warnings", "--env", name], "").exits(0);
            runs += 1;
        }
    }
    assert!(runs >= 2, "{runs}");
}
