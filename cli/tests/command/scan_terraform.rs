//! `scan` of Terraform

use serde_json::{Value, json};

use super::folder::Folder;

const POLICY: &str = r#"policy databases {
    severity high
    rule encrypted {
        match terraform aws_db_instance
        require storage_encrypted == true message "{terraform.address} is not encrypted"
    }
}
"#;

const MODULE: &str = r#"variable "encrypted" {}

resource "aws_db_instance" "this" {
  storage_encrypted = var.encrypted
}
"#;

fn folder(main: &str) -> Folder {
    Folder::new(&[
        ("p/databases.policy", POLICY),
        ("infra/main.tf", main),
        ("infra/database/main.tf", MODULE),
        ("secret/main.tf", MODULE),
    ])
}

fn report(folder: &Folder, path: &str, code: i32) -> Value {
    let arguments = ["scan", "--policies", "p", "--format", "json", path];
    folder.run(&arguments).exits(code).json()
}

#[test]
fn a_module_is_judged_by_its_calls() {
    let folder = folder(
        r#"
module "good" {
  source    = "./database"
  encrypted = true
}

module "bad" {
  source    = "./database"
  for_each  = toset(["a", "b"])
  encrypted = each.key == "a" ? "true" : "false"
}
"#,
    );
    let report = report(&folder, "infra", 1);
    assert_eq!(report["summary"]["pass"], 2);
    assert_eq!(report["summary"]["resources"], 3);
    assert_eq!(report["summary"]["files"], 2);
    let [finding] = report["results"].as_array().unwrap().as_slice() else {
        unreachable!("{report}");
    };
    assert_eq!(
        *finding,
        json!({
            "policy": "databases", "rule": "encrypted", "severity": "high", "verdict": "fail",
            "resource": {
                "apiVersion": "", "kind": "aws_db_instance", "namespace": null,
                "name": "module.bad[\"b\"].aws_db_instance.this",
            },
            "file": "infra/database/main.tf", "line": 4, "column": 23, "path": "storage_encrypted",
            "message": "module.bad[\"b\"].aws_db_instance.this is not encrypted",
            "calledFrom": [{ "file": "infra/main.tf", "line": 7, "column": 1 }],
        })
    );
}

#[test]
fn what_nobody_knows_is_neither_pass_nor_fail() {
    let folder = folder("");
    let report = report(&folder, "infra/database/main.tf", 0);
    assert_eq!(report["summary"]["unknown"], 1);
    assert_eq!(report["summary"]["pass"], 0);
    let result = &report["results"][0];
    assert_eq!(result["verdict"], "unknown");
    assert_eq!(result["line"], 4);
    assert_eq!(
        result["message"],
        "`storage_encrypted` is not known: the variable `encrypted` has no value"
    );
}

#[test]
fn modules_that_are_not_here_are_named() {
    let folder = folder(
        r#"
module "outside" {
  source    = "../secret"
  encrypted = false
}

module "registry" {
  source = "example/database/aws"
}
"#,
    );
    let report = report(&folder, "infra", 0);
    let inputs = report["inputs"].as_array().unwrap();
    let said: Vec<(&Value, &Value)> = inputs.iter().map(|it| (&it["kind"], &it["line"])).collect();
    assert_eq!(
        said,
        [
            (&json!("not-loaded"), &json!(2)),
            (&json!("not-loaded"), &json!(7))
        ]
    );
    assert!(!report.to_string().contains("secret/main.tf"));
}

#[test]
fn a_configuration_that_cannot_be_read_is_no_clean_one() {
    let folder = folder("resource \"aws_db_instance\" {\n");
    let report = report(&folder, "infra", 2);
    assert!(
        report["summary"]["unreadable"].as_u64() >= Some(1),
        "{report}"
    );
}

#[test]
fn without_rules_about_terraform_it_is_left_alone() {
    let folder = folder("resource \"aws_db_instance\" {\n");
    let policy = "policy p { rule r { match Pod require exists spec.hostNetwork } }\n";
    std::fs::write(folder.path("p/databases.policy"), policy).unwrap();
    let report = report(&folder, "infra", 0);
    assert_eq!(report["summary"]["resources"], 0);
}
