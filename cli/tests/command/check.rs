//! `check`, `explain`, `list` and `schema`, and mistakes in the arguments.

use super::folder::Folder;

#[test]
fn every_mistake_of_every_file_is_reported_at_its_place() {
    let folder = Folder::new(&[
        ("policyc.yaml", "name: a\n"),
        (
            "policies/a.policy",
            "policy a {\n  rule r {\n    match Pod\n    require spec.hostNetwrok == true\n    \
             require spec.hostPID == \"no\"\n  }\n}\n",
        ),
        (
            "policies/b.policy",
            "policy b {\n  rule r {\n    match Pdo\n    requier true\n  }\n}\n",
        ),
    ]);
    let ran = folder.run(&["check"]).exits(2);
    assert_eq!(ran.out, "");
    for part in [
        "error[E0203]",
        "did you mean `hostNetwork`?",
        "policies/a.policy:4:18",
        "error[E0101]",
    ] {
        assert!(ran.err.contains(part), "{part}\n{}", ran.err);
    }

    let ran = folder.run(&["check", "--format", "json"]).exits(2);
    assert_eq!(ran.err, "");
    let list = ran.json();
    let found: Vec<(&str, &str)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["code"].as_str().unwrap(), it["level"].as_str().unwrap()))
        .collect();
    for expected in [
        ("E0203", "error"),
        ("E0301", "error"),
        ("E0101", "error"),
        ("W0401", "warning"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
}

#[test]
fn warnings_stop_only_when_told() {
    let source = "policy a { rule r { match Deployment require spec.replicas >= 2 } }\n";
    let folder = Folder::new(&[("a.policy", source)]);
    let ran = folder.run(&["check", "a.policy"]).exits(0);
    assert!(ran.err.contains("warning[W0302]"), "{}", ran.err);
    folder
        .run(&["check", "a.policy", "--deny-warnings"])
        .exits(2);
    folder.write(
        "a.policy",
        "policy a { rule r { match Deployment deny spec.replicas < 2 } }\n",
    );
    let ran = folder
        .run(&["check", "a.policy", "--deny-warnings"])
        .exits(0);
    assert_eq!(ran.err, "1 policy with 1 rule: no mistakes\n");
}

#[test]
fn a_broken_source_is_a_diagnostic() {
    let folder = Folder::new(&[("a.policy", "policy a {")]);
    std::fs::write(folder.path("b.policy"), b"policy \xff").unwrap();
    let ran = folder.run(&["check", "."]).exits(2);
    assert!(
        ran.err.contains("E0104") && ran.err.contains("E0503"),
        "{}",
        ran.err
    );
    // Text of a source cannot steer the terminal.
    folder.write(
        "a.policy",
        "policy a { rule r { match Pod require \u{1b}[31m } }",
    );
    let ran = folder.run(&["check", "a.policy"]).exits(2);
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
}

#[test]
fn codes_are_explained() {
    let folder = Folder::new(&[]);
    let ran = folder.run(&["explain", "e0501"]).exits(0);
    assert!(
        ran.out.starts_with("# E0501: project file\n"),
        "{}",
        ran.out
    );
    let all = folder.run(&["explain"]).exits(0);
    assert_eq!(
        all.out.lines().count(),
        policyc_diagnostics::Code::ALL.len()
    );
    let ran = folder.run(&["explain", "E9999"]).exits(2);
    assert!(ran.err.contains("there is no code `E9999`"), "{}", ran.err);
}

#[test]
fn the_library_is_listed() {
    let folder = Folder::new(&[]);
    let list = folder
        .run(&["list", "--std", "--format", "json"])
        .exits(0)
        .json();
    let list = list.as_array().unwrap();
    assert!(list.len() > 20, "{}", list.len());
    let module = "std.kubernetes.pod-security-baseline.disallow-privileged-containers";
    let policy = list.iter().find(|it| it["module"] == module).unwrap();
    assert_eq!(policy["severity"], "high");
    assert_eq!(
        policy["rules"],
        serde_json::json!(["privileged-containers"])
    );
}

#[test]
fn schemas_accept_what_init_writes() {
    let folder = Folder::project();
    for (of, key) in [
        ("project", "sources"),
        ("suite", "rules"),
        ("report", "results"),
    ] {
        let schema = folder.run(&["schema", of]).exits(0).json();
        assert!(schema["properties"][key].is_object(), "{of}: {schema}");
        assert!(
            schema["$schema"]
                .as_str()
                .unwrap()
                .contains("json-schema.org")
        );
    }
}

#[test]
fn mistakes_in_arguments_say_what_to_do() {
    let folder = Folder::new(&[("empty/keep.txt", "")]);
    for (arguments, part) in [
        (vec!["check"], "create a project with `policyc init FOLDER`"),
        (vec!["check", "missing"], "`missing` does not exist"),
        (
            vec!["check", "--project", "missing.yaml"],
            "the project file `missing.yaml` does not exist",
        ),
        (vec!["test", "empty"], "there are no suites to run"),
        (vec!["scan", "empty"], "there are no policies to scan with"),
        (vec!["chekc"], "'check'"),
        (vec!["test", "--partition", "5/4"], "write it as `2/4`"),
        (vec![], "Usage: policyc"),
    ] {
        let ran = folder.run(&arguments).exits(2);
        assert!(ran.err.contains(part), "{arguments:?}: {}", ran.err);
    }
}
