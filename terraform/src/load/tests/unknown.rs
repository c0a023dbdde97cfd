use super::run;

#[test]
fn what_the_configuration_sets_is_known_and_the_rest_is_not() {
    let run = run(&[(
        "main.tf",
        r#"
        resource "aws_s3_bucket" "a" { bucket = "name" }
        data "aws_ami" "b" { owners = ["self"] }
        resource "x" "y" {
          known    = aws_s3_bucket.a.bucket
          unknown  = aws_s3_bucket.a.arn
          text     = "arn: ${aws_s3_bucket.a.arn}"
          data     = [data.aws_ami.b.owners[0], data.aws_ami.b.id]
          decided  = false && aws_s3_bucket.a.arn == "x"
          whole    = aws_s3_bucket.a
        }
        "#,
    )]);
    assert_eq!(run.said(), [""; 0]);
    assert_eq!(run.show("x.y", "known"), r#""name""#);
    let why = "unknown: depends on `aws_s3_bucket.a.arn`, which is known after apply";
    assert_eq!(run.show("x.y", "unknown"), why);
    assert_eq!(run.show("x.y", "text"), why);
    assert_eq!(
        run.show("x.y", "data"),
        r#"["self", unknown: depends on `data.aws_ami.b.id`, which the provider reads]"#
    );
    assert_eq!(run.show("x.y", "decided"), "false");
    assert!(
        run.show("x.y", "whole")
            .starts_with("unknown: depends on `aws_s3_bucket.a`")
    );
}

#[test]
fn variables_without_a_value_are_unknown() {
    let run = run(&[(
        "main.tf",
        r#"
        variable "v" {}
        resource "x" "y" { a = [var.v, "b"] }
        resource "x" "counted" {
          count = var.v
          name  = "n${count.index}"
          fixed = true
        }
        resource "x" "keyed" {
          for_each = var.v
          name     = each.key
        }
        resource "x" "dynamic" {
          dynamic "rule" {
            for_each = var.v
            content { port = rule.value }
          }
          other { n = 1 }
        }
        "#,
    )]);
    assert_eq!(run.said(), [""; 0]);
    let why = "unknown: the variable `v` has no value";
    assert_eq!(run.show("x.y", "a"), format!(r#"[{why}, "b"]"#));
    assert_eq!(run.show("x.counted[*]", "name"), why);
    assert_eq!(run.show("x.counted[*]", "fixed"), "true");
    assert_eq!(run.show("x.keyed[*]", "name"), why);
    assert!(run.block("x.keyed[*]").uncertain.is_some());
    assert_eq!(run.show("x.dynamic", "rule"), why);
    assert_eq!(run.show("x.dynamic", "other"), "[{n = 1}]");
    assert_eq!(run.loaded.statistics.uncertain, 2);
}

#[test]
fn faults_are_said_once_and_leave_the_rest_alone() {
    let run = run(&[(
        "main.tf",
        r#"
        locals { broken = [1]["x"] }
        resource "x" "y" {
          count = 3
          a     = local.broken
          b     = {}.zzz
          c     = upper()
          d     = nofunction(1)
          e     = "fine"
        }
        "#,
    )]);
    let said = run.said();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(
        said.iter().all(|said| said.starts_with("E0721 ")),
        "{said:?}"
    );
    assert!(
        run.show("x.y[2]", "a")
            .starts_with("unknown: it cannot be evaluated: an index")
    );
    assert!(
        run.show("x.y[2]", "d")
            .contains("there is no function `nofunction`")
    );
    assert_eq!(run.show("x.y[2]", "e"), r#""fine""#);
}

#[test]
fn what_is_not_declared_is_unknown_with_a_warning() {
    let run = run(&[(
        "main.tf",
        r#"resource "x" "y" {
          a = var.nope
          b = aws_s3_bucket.nope.id
          c = try(local.nope, "fallback")
        }"#,
    )]);
    assert_eq!(
        run.said(),
        [
            "W0728 there is no `var.nope`",
            "W0728 there is no `aws_s3_bucket.nope`"
        ]
    );
    assert!(run.show("x.y", "a").starts_with("unknown: "));
    assert_eq!(run.show("x.y", "c"), r#""fallback""#);
}

#[test]
fn functions_of_providers_and_missing_files_are_unknown() {
    let run = run(&[(
        "main.tf",
        r#"resource "x" "y" {
          provider_function = provider::kubernetes::manifest_decode("a")
          missing           = file("missing.txt")
          template          = templatefile("missing.tpl", {})
          outside           = file("../../etc/passwd")
          absolute          = file("/etc/passwd")
          present           = file("${path.module}/main.tf") != ""
        }"#,
    )]);
    assert_eq!(run.said(), [""; 0]);
    for name in [
        "provider_function",
        "missing",
        "template",
        "outside",
        "absolute",
    ] {
        assert!(run.show("x.y", name).starts_with("unknown: "), "{name}");
    }
    assert_eq!(run.show("x.y", "present"), "true");
}

#[test]
fn template_files_know_their_variables_alone() {
    let files = [
        (
            "user.tpl",
            "hello ${name}%{ for p in ports ~} :${p}%{ endfor }",
        ),
        ("nosy.tpl", "${local.secret}"),
        ("again.tpl", "${templatefile(\"again.tpl\", {})}"),
        (
            "main.tf",
            r#"
            locals { secret = 1 }
            resource "x" "y" {
              a = templatefile("${path.module}/user.tpl", { name = "you", ports = [1, 2] })
              b = templatefile("nosy.tpl", {})
              c = templatefile("again.tpl", {})
              d = templatestring(local.t, { n = 3 })
            }
            locals { t = "n=$${n}" }
            "#,
        ),
    ];
    let run = run(&files);
    assert_eq!(run.show("x.y", "a"), r#""hello you:1:2""#);
    assert!(run.show("x.y", "b").contains("there is no `local` here"));
    assert!(
        run.show("x.y", "c")
            .contains("a template file cannot use `templatefile`")
    );
    assert_eq!(run.show("x.y", "d"), r#""n=3""#);
}

/// Whether a rule may ask if something is there, though nobody knows what it is.
#[test]
fn what_may_be_null_is_told_apart() {
    let run = run(&[
        (
            "main.tf",
            r#"
            variable "given" {}
            locals { key = aws_kms_key.k.arn }
            resource "aws_kms_key" "k" {}
            module "inner" {
              source = "./inner"
              key    = local.key
              maybe  = var.given ? aws_kms_key.k.arn : null
            }
            module "elsewhere" { source = "example/kms/aws" }
            resource "x" "y" {
              attribute = aws_kms_key.k.arn
              through   = local.key
              variable  = var.given
              text      = "${module.elsewhere.arn}!"
              either    = var.given ? aws_kms_key.k.arn : "alias/aws/s3"
              maybe     = var.given ? aws_kms_key.k.arn : null
              element   = lookup(aws_kms_key.k.tags_all, "a")
              made      = upper(var.given ? "a" : null)
              elsewhere = module.elsewhere.arn
            }
            "#,
        ),
        (
            "inner/main.tf",
            r#"
            variable "key" {}
            variable "maybe" {}
            resource "x" "z" {
              key   = var.key
              maybe = var.maybe
            }
            "#,
        ),
    ]);
    let may_be_null = |address: &str, name: &str| {
        let node = run.node(address, name);
        let unknown = node.value.as_unknown();
        unknown.expect("nobody knows it").may_be_null
    };
    for (name, expected) in [
        ("attribute", false),
        ("through", false),
        ("variable", false),
        ("text", false),
        ("either", false),
        ("made", false),
        ("maybe", true),
        ("element", true),
        ("elsewhere", true),
    ] {
        assert_eq!(may_be_null("x.y", name), expected, "{name}");
    }
    assert!(!may_be_null("module.inner.x.z", "key"));
    assert!(may_be_null("module.inner.x.z", "maybe"));
}

#[test]
fn blocks_of_which_nobody_knows_how_many_may_be_none() {
    let run = run(&[(
        "main.tf",
        r#"
        variable "n" {}
        resource "x" "y" {
          dynamic "rule" {
            for_each = var.n
            content { port = rule.value }
          }
        }
        "#,
    )]);
    let node = run.node("x.y", "rule");
    let unknown = node.value.as_unknown();
    assert!(unknown.expect("nobody knows it").may_be_null);
}
