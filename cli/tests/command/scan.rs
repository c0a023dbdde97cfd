//! `scan`

use serde_json::{Value, json};

use super::folder::Folder;

const POLICY: &str = r#"policy host-network {
    severity high
    rule pods {
        match Pod
        unless label "approved" == "true"
        deny spec.hostNetwork == true message "{name} shares the network of its host"
    }
}
"#;

fn pod(name: &str, host_network: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels: {{ approved: \"{}\" }}\nspec:\n  \
         hostNetwork: {host_network}\n  containers: [{{ name: c, image: i }}]\n",
        name == "approved"
    )
}

fn folder() -> Folder {
    Folder::new(&[
        ("p/host-network.policy", POLICY),
        ("m/good.yaml", &pod("good", "false")),
        (
            "m/two.yaml",
            &format!("{}---\n{}", pod("bad", "true"), pod("approved", "true")),
        ),
    ])
}

/// A report of `scan` on paths.
fn report(folder: &Folder, paths: &[&str], code: i32) -> Value {
    let mut arguments = vec!["scan", "--policies", "p", "--format", "json"];
    arguments.extend(paths);
    folder.run(&arguments).exits(code).json()
}

#[test]
fn findings_have_their_place() {
    let folder = folder();
    let report = report(&folder, &["m"], 1);
    assert_eq!(report["version"], 1);
    let summary = &report["summary"];
    for (key, count) in [
        ("files", 2),
        ("resources", 3),
        ("pass", 1),
        ("fail", 1),
        ("skip", 1),
    ] {
        assert_eq!(summary[key], count, "{key}: {summary}");
    }
    let [finding] = report["results"].as_array().unwrap().as_slice() else {
        unreachable!("{report}");
    };
    assert_eq!(
        *finding,
        json!({
            "policy": "host-network", "rule": "pods", "severity": "high", "verdict": "fail",
            "resource": finding["resource"],
            "file": "m/two.yaml", "line": 7, "column": 16, "path": "spec.hostNetwork",
            "message": "bad shares the network of its host",
        })
    );
    assert_eq!(finding["resource"]["name"], "bad");
}

#[test]
fn clean_manifests_exit_with_0_and_all_shows_what_passed() {
    let folder = folder();
    let ran = folder.run(&["scan", "-p", "p", "m/good.yaml"]).exits(0);
    assert!(
        ran.out
            .ends_with("1 resource in 1 file, 1 rule: 0 failed, 1 passed, 0 skipped\n"),
        "{}",
        ran.out
    );
    let ran = folder.run(&["scan", "-p", "p", "m", "--all"]).exits(1);
    for verdict in ["pass high host-network/pods", "skip high", "fail high"] {
        assert!(ran.out.contains(verdict), "{verdict}: {}", ran.out);
    }
}

#[test]
fn standard_input_is_scanned() {
    let folder = folder();
    let ran = folder
        .feed(&["scan", "-p", "p", "-"], &pod("bad", "true"))
        .exits(1);
    assert!(ran.out.starts_with("<stdin>\n  7:16 fail"), "{}", ran.out);
    folder
        .feed(&["scan", "-p", "p", "-"], &pod("good", "false"))
        .exits(0);
    folder.feed(&["scan", "-p", "p", "-"], "a: [").exits(2);
}

#[test]
fn the_library_scans_without_a_project() {
    let folder = Folder::new(&[("bad.yaml", &pod("bad", "true")), ("good.yaml", "a: b\n")]);
    let ran = folder.run(&["scan", "--std", "bad.yaml"]).exits(1);
    assert!(ran.out.contains("disallow-host-namespaces/"), "{}", ran.out);
    folder.run(&["scan", "--std", "good.yaml"]).exits(0);
}

#[test]
fn what_cannot_be_judged_is_said() {
    let folder = folder();
    folder.write(
        "t/chart.yaml",
        "kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n",
    );
    folder.write("t/values.yaml", "replicas: 2\n");
    let templates = report(&folder, &["t"], 0);
    let kinds: Vec<(&str, &str)> = templates["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["file"].as_str().unwrap(), it["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("t/chart.yaml", "template"),
            ("t/values.yaml", "not-kubernetes")
        ]
    );
    let ran = folder.run(&["scan", "-p", "p", "t"]).exits(0);
    assert!(
        ran.out.contains("not rendered t/chart.yaml:"),
        "{}",
        ran.out
    );

    // A broken document stops neither the others of its file, nor other files.
    folder.write(
        "b/broken.yaml",
        &format!("a: [\n---\n{}", pod("bad", "true")),
    );
    folder.write("b/broken.json", "{\"kind\": \"Pod\",, }");
    let broken = report(&folder, &["b", "m/good.yaml"], 2);
    assert_eq!(broken["summary"]["unreadable"], 2, "{broken}");
    assert_eq!(broken["summary"]["fail"], 1, "{broken}");
    assert_eq!(broken["summary"]["pass"], 1, "{broken}");
}

#[test]
fn values_that_no_api_server_admits_are_invalid() {
    let folder = folder();
    folder.write("i/pod.yaml", &pod("odd", "\"true\""));
    let report = report(&folder, &["i"], 1);
    assert_eq!(report["summary"]["invalid"], 1, "{report}");
    let invalid = &report["invalid"][0];
    assert_eq!(
        (&invalid["path"], &invalid["line"]),
        (&"spec.hostNetwork".into(), &7.into())
    );
}

#[test]
fn hostile_manifests_do_no_harm() {
    let folder = folder();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    folder.write("h/deep.json", &deep);
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        bomb.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            vec![alias; 9].join(", ")
        ));
    }
    folder.write("h/bomb.yaml", &bomb);
    folder.write("h/escape.yaml", &pod("\"\\e[31mred\"", "true"));
    let ran = folder.run(&["scan", "-p", "p", "h"]).exits(2);
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
    assert!(ran.out.contains("unreadable h/bomb.yaml"), "{}", ran.out);
    assert!(ran.out.contains("unreadable h/deep.json"), "{}", ran.out);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let folder = folder();
    let mut child = Command::new(env!("CARGO_BIN_EXE_policyc"))
        .args(["scan", "-p", "p", "m", "--all"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
