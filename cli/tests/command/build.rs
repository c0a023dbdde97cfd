//! `init` and `build`.

use super::folder::Folder;

const POLICY: &str = "policies/trusted-registries/trusted-registries.policy";

#[test]
fn a_new_project_tests_and_builds() {
    let folder = Folder::new(&[]);
    let ran = folder
        .run(&["init", "guardrails", "--name", "acme"])
        .exits(0);
    assert!(
        ran.err
            .contains("Next: cd guardrails && policyc test && policyc build"),
        "{}",
        ran.err
    );
    assert!(
        folder
            .read("guardrails/policyc.yaml")
            .contains("name: acme")
    );
    let project = ["--project", "guardrails/policyc.yaml"];
    folder
        .run(&["check", project[0], project[1], "--deny-warnings"])
        .exits(0);
    folder
        .run(&["test", project[0], project[1], "--deny-warnings"])
        .exits(0);
    folder.run(&["build", project[0], project[1]]).exits(0);
    assert_eq!(
        folder.files("guardrails/dist"),
        [
            ".policyc-manifest.json",
            "checkov/disallow-privileged-containers.privileged-containers.yaml",
            "checkov/trusted-registries.images.yaml",
            "kyverno/disallow-privileged-containers.yaml",
            "kyverno/trusted-registries.yaml",
        ]
    );
    let kyverno = folder.read("guardrails/dist/kyverno/trusted-registries.yaml");
    assert!(kyverno.contains("kind: ClusterPolicy"), "{kyverno}");
    assert!(kyverno.contains(&format!("from {POLICY}")), "{kyverno}");
    let checkov = folder.read("guardrails/dist/checkov/trusted-registries.images.yaml");
    assert!(
        checkov.contains("CKV2_POLICYC_TRUSTED_REGISTRIES__IMAGES"),
        "{checkov}"
    );
}

#[test]
fn init_overwrites_nothing() {
    let folder = Folder::new(&[("policyc.yaml", "name: mine\n")]);
    let ran = folder.run(&["init"]).exits(2);
    assert!(
        ran.err.contains("exists already; nothing was written"),
        "{}",
        ran.err
    );
    assert_eq!(folder.files(""), ["policyc.yaml"]);
    let ran = folder.run(&["init", "new", "--name", "a b"]).exits(2);
    assert!(
        ran.err.contains("`a b` is no name for a project"),
        "{}",
        ran.err
    );
}

#[test]
fn a_build_writes_what_changed_and_removes_what_is_gone() {
    let folder = Folder::project();
    let build = ["build", "--format", "json"];
    let first = folder.run(&build).exits(0).json();
    assert_eq!(first["written"].as_array().unwrap().len(), 4, "{first}");
    let again = folder.run(&build).exits(0).json();
    assert_eq!(again["unchanged"], 4, "{again}");
    assert_eq!(again["written"].as_array().unwrap().len(), 0, "{again}");
    folder.run(&["build", "--check"]).exits(0);

    folder.write("dist/kyverno/by-hand.yaml", "# mine\n");
    let text = folder
        .read(POLICY)
        .replace("policy trusted-registries", "policy registries");
    folder.write(POLICY, &text);
    let project = folder
        .read("policyc.yaml")
        .replace("trusted-registries.reg", "registries.reg");
    folder.write("policyc.yaml", &project);
    let before = folder.files("dist");
    let ran = folder.run(&["build", "--check"]).exits(1);
    assert!(
        ran.err
            .contains("`dist` is out of date; run `policyc build`"),
        "{}",
        ran.err
    );
    assert_eq!(folder.files("dist"), before);

    let renamed = folder.run(&build).exits(0).json();
    assert_eq!(
        renamed["written"],
        serde_json::json!(["checkov/registries.images.yaml", "kyverno/registries.yaml"])
    );
    assert_eq!(
        renamed["removed"],
        serde_json::json!([
            "checkov/trusted-registries.images.yaml",
            "kyverno/trusted-registries.yaml"
        ])
    );
    assert_eq!(folder.read("dist/kyverno/by-hand.yaml"), "# mine\n");
    folder.run(&["build", "--check"]).exits(0);
}

#[test]
fn a_file_in_the_way_is_kept() {
    let folder = Folder::project();
    folder.write("dist/kyverno/trusted-registries.yaml", "# by hand\n");
    let ran = folder.run(&["build"]).exits(2);
    assert!(
        ran.err.contains("is in the way: policyc did not write it"),
        "{}",
        ran.err
    );
    assert_eq!(folder.files("dist"), ["kyverno/trusted-registries.yaml"]);
}

#[test]
fn environments_choose_the_action_and_parameters() {
    let folder = Folder::project();
    folder.write(
        "policyc.yaml",
        "name: p\nenvironments:\n  prod:\n    action: enforce\n    params:\n      \
         trusted-registries.registries: [\"prod.example.org/*\"]\n",
    );
    let built = |arguments: &[&str]| {
        folder.run(arguments).exits(0);
        folder.read("dist/kyverno/trusted-registries.yaml")
    };
    let plain = built(&["build"]);
    assert!(
        plain.contains("failureAction: Audit") && plain.contains("registry.k8s.io"),
        "{plain}"
    );
    let prod = built(&["build", "--env", "prod"]);
    assert!(prod.contains("failureAction: Enforce"), "{prod}");
    assert!(
        prod.contains("prod.example.org") && !prod.contains("registry.k8s.io"),
        "{prod}"
    );
    let ran = folder.run(&["build", "--env", "pord"]).exits(2);
    assert!(ran.err.contains("it has `prod`"), "{}", ran.err);
}

#[test]
fn a_target_that_cannot_say_a_policy_is_named_with_its_reason() {
    let source = |targets: &str| {
        format!("policy p {{\n{targets}\nrule r {{ match ConfigMap\n deny data.a == data.b }} }}\n")
    };
    let folder = Folder::new(&[("p.policy", &source(""))]);
    let ran = folder
        .run(&["build", ".", "--format", "json"])
        .exits(0)
        .json();
    let targets = &ran["policies"][0]["targets"];
    assert_eq!(targets[0]["target"], "kyverno");
    assert_eq!(targets[0]["files"], serde_json::json!(["kyverno/p.yaml"]));
    assert_eq!(
        targets[1]["files"],
        serde_json::json!(["kyverno-cel/p.r.yaml"])
    );
    assert_eq!(targets[2]["files"], serde_json::json!(["vap/p.r.yaml"]));
    assert_eq!(targets[3]["target"], "checkov");
    assert_eq!(targets[3]["files"], serde_json::json!([]));
    let refused = &targets[3]["refused"][0];
    assert_eq!(refused["rule"], "r");
    assert_eq!(
        (&refused["file"], &refused["line"]),
        (&"p.policy".into(), &4.into())
    );
    assert!(refused["reason"].as_str().unwrap().len() > 10, "{refused}");

    folder.write("p.policy", &source("targets [kyverno, checkov]"));
    let ran = folder.run(&["build", "."]).exits(2);
    assert!(ran.err.contains("error[E0601]"), "{}", ran.err);

    folder.write("p.policy", &source("targets [kyverno]"));
    let ran = folder.run(&["build", "."]).exits(0);
    assert!(
        ran.out
            .contains("p       yes       -            -         -"),
        "{}",
        ran.out
    );
    assert_eq!(
        folder.files("dist"),
        [".policyc-manifest.json", "kyverno/p.yaml"]
    );

    let ran = folder.run(&["build", ".", "--target", "helm"]).exits(2);
    assert!(
        ran.err
            .contains("the targets are kyverno, kyverno-cel, vap and checkov"),
        "{}",
        ran.err
    );
}

#[test]
fn paths_of_a_hostile_project_stay_inside() {
    for (project, code) in [
        ("name: a\noutput: ../out\n", "E0502"),
        ("name: a\noutput: /tmp/policyc-out\n", "E0502"),
        ("name: a\noutput: .\n", "E0502"),
        ("name: a\nsources: [../other]\n", "E0502"),
        ("name: a\nsources: [/etc]\n", "E0502"),
        ("name: a\ncrds: [\"../*.yaml\"]\n", "E0502"),
        ("name: a\nlibrary: [\"std.nothing.*\"]\n", "E0502"),
        ("name: a\nkubernetes: \"1.2\"\n", "E0501"),
        ("name: a\nnames: b\n", "E0501"),
        ("name: [\n", "E0501"),
    ] {
        let folder = Folder::new(&[
            ("project/policyc.yaml", project),
            (
                "project/policies/p.policy",
                "policy p { rule r { match Pod deny exists spec.hostPID } }",
            ),
            (
                "other/q.policy",
                "policy q { rule r { match Pod deny exists spec.hostPID } }",
            ),
        ]);
        let before = folder.files("");
        for command in ["check", "build"] {
            let ran = folder
                .run(&[command, "--project", "project/policyc.yaml"])
                .exits(2);
            assert!(
                ran.err.contains(&format!("error[{code}]")),
                "{project}: {}",
                ran.err
            );
        }
        assert_eq!(folder.files(""), before, "{project}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_does_not_lead_the_output_outside() {
    let folder = Folder::new(&[
        ("project/policyc.yaml", "name: a\n"),
        (
            "project/policies/p.policy",
            "policy p { rule r { match Pod deny exists spec.hostPID } }",
        ),
        ("outside/keep", ""),
    ]);
    std::os::unix::fs::symlink(folder.path("outside"), folder.path("project/dist")).unwrap();
    folder
        .run(&["build", "--project", "project/policyc.yaml"])
        .exits(2);
    assert_eq!(folder.files("outside"), ["keep"]);
}

#[test]
fn a_rule_that_an_engine_may_stop_is_a_warning() {
    let source = |loops: &str| {
        format!("policy p {{ rule r {{ match Pod\n for c in spec.containers {{ {loops} }} }} }}\n")
    };
    let folder = Folder::new(&[(
        "p.policy",
        &source(
            "for m in c.volumeMounts { require any v in spec.volumes: \
             any s in v.projected.sources: s.secret.name == m.name }",
        ),
    )]);
    let ran = folder.run(&["build", ".", "--target", "vap"]).exits(0);
    assert!(ran.err.contains("warning[W0602]"), "{}", ran.err);

    folder.write("p.policy", &source("deny c.stdin == true"));
    let ran = folder.run(&["build", ".", "--target", "vap"]).exits(0);
    assert!(!ran.err.contains("W0602"), "{}", ran.err);
}
