//! `test` with modules of Terraform as fixtures

use super::folder::{Folder, Ran};

const POLICY: &str = r#"policy buckets {
    rule versioning {
        match terraform aws_s3_bucket_versioning
        require versioning_configuration.status == "Enabled"
    }
}
"#;

const FIXTURE: &str = r#"resource "aws_s3_bucket" "b" {
  bucket = "b"
}

resource "aws_s3_bucket_versioning" "on" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "off" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = "Suspended"
  }
}
"#;

/// What `test` says about a suite with these expectations.
fn run(expectations: &str) -> Ran {
    let suite = format!("policy: p.policy\nrules:\n  versioning:\n{expectations}");
    let folder = Folder::new(&[
        ("p.policy", POLICY),
        ("p.test.yaml", &suite),
        ("fixtures/main.tf", FIXTURE),
        (
            "fixtures/module/main.tf",
            "module \"m\" {\n  source = \"./inner\"\n}\n",
        ),
        (
            "fixtures/module/inner/main.tf",
            "resource \"aws_s3_bucket_versioning\" \"x\" {}\n",
        ),
    ]);
    folder.run(&["test", "."])
}

#[test]
fn blocks_are_named_by_their_addresses() {
    let ran = run(
        "    pass: [fixtures/main.tf#aws_s3_bucket_versioning.on]\n    \
         fail: [fixtures/main.tf#aws_s3_bucket_versioning.off, fixtures/module]\n    \
         unmatched: [fixtures/main.tf#aws_s3_bucket.b]\n",
    )
    .exits(0);
    assert!(ran.out.contains("4 passed; 0 failed"), "{}", ran.out);
    let inner = "versioning::fail::fixtures/module#module.m.aws_s3_bucket_versioning.x";
    assert!(ran.out.contains(inner), "{}", ran.out);
}

#[test]
fn a_whole_module_means_the_blocks_that_the_rule_is_about() {
    let ran = run("    fail: [fixtures/main.tf, fixtures/module]\n").exits(1);
    assert!(ran.out.contains("2 passed; 1 failed"), "{}", ran.out);
    assert!(!ran.out.contains("aws_s3_bucket.b"), "{}", ran.out);
}

#[test]
fn a_block_that_no_expectation_names_is_an_error() {
    let ran = run(
        "    pass: [fixtures/main.tf#aws_s3_bucket_versioning.on]\n    fail: [fixtures/module]\n",
    )
    .exits(2);
    let said = "no expectation names `aws_s3_bucket_versioning.off`";
    assert!(ran.err.contains(said), "{}", ran.err);
    assert!(!ran.err.contains("aws_s3_bucket.b"), "{}", ran.err);
}

#[test]
fn what_is_not_there_is_an_error() {
    for (reference, said) in [
        (
            "fixtures/main.tf#aws_s3_bucket.none",
            "holds no resource `aws_s3_bucket.none`",
        ),
        (
            "fixtures/none.tf",
            "the fixture `fixtures/none.tf` cannot be read",
        ),
        ("../main.tf", "the fixture `../main.tf` is refused"),
    ] {
        let ran = run(&format!("    pass: [\"{reference}\"]\n")).exits(2);
        assert!(ran.err.contains(said), "{reference}: {}", ran.err);
    }
}
