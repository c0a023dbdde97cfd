use super::run;

fn references(run: &super::Run, address: &str) -> Vec<String> {
    let references = run.block(address).references.iter();
    references
        .map(|reference| {
            let mut text = reference.address.to_string();
            if let Some(attribute) = &reference.attribute {
                text = format!("{text}.{attribute}");
            }
            for through in &reference.through {
                text = format!("{text} < {through}");
            }
            text
        })
        .collect()
}

#[test]
fn references_go_through_locals_variables_and_outputs() {
    let run = run(&[
        (
            "main.tf",
            r#"
            resource "aws_s3_bucket" "b" {
              count  = 2
              bucket = "b${count.index}"
            }
            locals {
              id  = aws_s3_bucket.b[0].id
              ids = { first = local.id }
            }
            module "m" {
              source = "./m"
              bucket = local.ids.first
              role   = "fixed"
            }
            resource "aws_s3_bucket_policy" "p" {
              count  = 2
              bucket = aws_s3_bucket.b[count.index].id
              policy = data.aws_iam_policy_document.d.json
            }
            resource "x" "through_module" { a = module.m.arn }
            resource "x" "splat" { a = [for id in aws_s3_bucket.b[*].id : id] }
            resource "x" "named_like_a_loop" { a = [for aws_s3_bucket in [] : aws_s3_bucket.b] }
            resource "x" "after" { depends_on = [aws_s3_bucket.b] }
            data "aws_iam_policy_document" "d" {}
            "#,
        ),
        (
            "m/main.tf",
            r#"
            variable "bucket" {}
            variable "role" {}
            resource "aws_s3_bucket_acl" "a" { bucket = var.bucket }
            output "arn" { value = aws_s3_bucket_acl.a.arn }
            "#,
        ),
    ]);
    assert_eq!(run.said(), [""; 0]);
    assert_eq!(
        references(&run, "aws_s3_bucket_policy.p[1]"),
        [
            "aws_s3_bucket.b[1].id",
            "data.aws_iam_policy_document.d.json"
        ]
    );
    assert_eq!(
        references(&run, "module.m.aws_s3_bucket_acl.a"),
        ["aws_s3_bucket.b[0].id < var.bucket < local.ids < local.id"]
    );
    assert_eq!(
        references(&run, "x.through_module"),
        [
            "module.m.arn",
            "module.m.aws_s3_bucket_acl.a.arn < module.m.arn"
        ]
    );
    assert_eq!(references(&run, "x.splat"), ["aws_s3_bucket.b.id"]);
    assert_eq!(references(&run, "x.named_like_a_loop"), [""; 0]);
    assert_eq!(references(&run, "x.after"), ["aws_s3_bucket.b"]);
    assert!(run.block("aws_s3_bucket_policy.p[1]").references[0].is_direct());
}
