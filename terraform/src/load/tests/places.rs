use super::run;

#[test]
fn values_stand_where_they_are_written() {
    let run = run(&[
        (
            "main.tf",
            r#"
locals {
  ports = [80, 443]
}

resource "aws_security_group" "s" {
  name = "a${1 + 1}"
  tags = { Name = upper("x"), list = [local.ports] }
  all  = local.ports

  dynamic "ingress" {
    for_each = local.ports
    content {
      from_port = ingress.value
      nested {
        key = ingress.key
      }
    }
  }

  ingress {
    from_port = 22
  }

  provisioner "local-exec" {
    when    = destroy
    command = "true"
  }
}
"#,
        ),
        (
            "main_override.tf",
            "resource \"aws_security_group\" \"s\" {\n  name = \"over\"\n}\n",
        ),
    ]);
    assert_eq!(run.said(), [""; 0]);
    let s = "aws_security_group.s";
    let header = run.sources.slice(run.block(s).header);
    assert_eq!(header, r#"resource "aws_security_group" "s""#);
    // What an override file gives stands at the header, since it is in another file.
    assert_eq!(
        (run.show(s, "name").as_str(), run.text(s, "name")),
        (r#""over""#, header)
    );
    assert_eq!(run.text(s, "tags.Name"), r#"upper("x")"#);
    assert_eq!(run.text(s, "tags.list.0.1"), "local.ports");
    assert_eq!(run.text(s, "all.1"), "local.ports");
    assert_eq!(run.show(s, "ingress.1.from_port"), "443");
    assert_eq!(run.text(s, "ingress.1.from_port"), "ingress.value");
    assert_eq!(run.text(s, "ingress.1.nested.0.key"), "ingress.key");
    assert_eq!(run.show(s, "ingress.1.nested"), "[{key = 1}]");
    assert_eq!(run.text(s, "ingress.2.from_port"), "22");
    assert!(run.text(s, "ingress.2").starts_with("ingress {"));
    assert_eq!(
        run.show(s, "provisioner"),
        r#"[{local-exec = {when = "destroy", command = "true"}}]"#
    );
}

#[test]
fn names_in_meta_arguments_are_kept_as_they_are_written() {
    let run = run(&[(
        "main.tf",
        r#"
        provider "aws" { alias = "west" }
        variable "v" { type = map(list(string)) }
        resource "aws_instance" "i" {
          provider   = aws.west
          depends_on = [aws_instance.j]
          lifecycle {
            ignore_changes  = [tags, ami]
            prevent_destroy = true
          }
        }
        resource "aws_instance" "j" {
          lifecycle { ignore_changes = all }
        }
        module "m" {
          source    = "example/m/aws"
          providers = { aws = aws.west, aws.other = aws }
        }
        "#,
    )]);
    assert_eq!(run.said(), [""; 0]);
    assert_eq!(run.show("aws_instance.i", "provider"), r#""aws.west""#);
    assert_eq!(
        run.show("aws_instance.i", "depends_on"),
        r#"["aws_instance.j"]"#
    );
    assert_eq!(
        run.show("aws_instance.i", "lifecycle"),
        r#"[{ignore_changes = ["tags", "ami"], prevent_destroy = true}]"#
    );
    assert_eq!(
        run.show("aws_instance.j", "lifecycle.0.ignore_changes"),
        r#""all""#
    );
    assert_eq!(run.show("var.v", "type"), r#""map(list(string))""#);
    assert_eq!(
        run.show("module.m", "providers"),
        r#"{aws = "aws.west", aws.other = "aws"}"#
    );
    assert_eq!(run.block("provider.aws.west").name.as_ref(), "west");
}

#[test]
fn values_of_json_stand_at_their_strings() {
    let run = run(&[(
        "main.tf.json",
        r#"{"resource": {"aws_s3_bucket": {"b": {"bucket": "a-${1 + 1}", "tags": {"x": "${[1, 2]}"},
            "versioning": [{"enabled": true}],
            "dynamic": {"rule": {"for_each": [1, 2], "content": {"id": "${rule.value}"}}}}}}}"#,
    )]);
    assert_eq!(run.said(), [""; 0]);
    let b = "aws_s3_bucket.b";
    assert_eq!(run.show(b, "bucket"), r#""a-2""#);
    assert_eq!(run.text(b, "bucket"), r#""a-${1 + 1}""#);
    assert_eq!(run.show(b, "tags"), "{x = [1, 2]}");
    assert_eq!(run.text(b, "tags.x.1"), r#""${[1, 2]}""#);
    assert_eq!(run.show(b, "versioning"), "[{enabled = true}]");
    assert_eq!(run.show(b, "rule"), "[{id = 1}, {id = 2}]");
}

#[test]
fn dynamic_blocks_stand_inside_each_other() {
    let run = run(&[(
        "main.tf",
        r#"
        locals {
          groups = { a = [1, 2], b = [] }
        }
        resource "x" "y" {
          dynamic "group" {
            for_each = local.groups
            iterator = each_group
            content {
              name = each_group.key
              dynamic "item" {
                for_each = each_group.value
                content { id = "${each_group.key}${item.value}" }
              }
            }
          }
          dynamic "none" {
            for_each = []
            content {}
          }
          dynamic "broken" {
            for_each = 1
            content {}
          }
        }
        "#,
    )]);
    assert_eq!(
        run.show("x.y", "group"),
        r#"[{name = "a", item = [{id = "a1"}, {id = "a2"}]}, {name = "b"}]"#
    );
    assert!(run.block("x.y").body.get("none").is_none());
    assert!(
        run.show("x.y", "broken")
            .starts_with("unknown: it cannot be evaluated")
    );
    assert_eq!(run.said().len(), 1);
}

#[test]
fn conditions_are_evaluated_and_not_enforced() {
    let run = run(&[(
        "main.tf",
        r#"
        terraform {
          required_version = ">= 1.3"
          required_providers {
            aws = { source = "hashicorp/aws" }
          }
        }
        variable "port" {
          default = 80
          validation {
            condition     = var.port > 1024
            error_message = "The port ${var.port} is too low."
          }
        }
        resource "x" "y" {
          lifecycle {
            precondition {
              condition     = var.port != 80
              error_message = "no"
            }
            postcondition {
              condition     = self.id != ""
              error_message = "no"
            }
          }
        }
        moved {
          from = x.old
          to   = x.y
        }
        import {
          to = x.y
          id = "i"
        }
        check "up" {
          assert {
            condition     = true
            error_message = "down"
          }
        }
        removed { from = x.gone }
        "#,
    )]);
    assert_eq!(run.said(), [""; 0]);
    assert_eq!(run.addresses(), ["terraform", "var.port", "x.y"]);
    assert_eq!(run.show("var.port", "validation.0.condition"), "false");
    assert_eq!(
        run.show("x.y", "lifecycle.0.precondition.0.condition"),
        "false"
    );
    assert!(
        run.show("x.y", "lifecycle.0.postcondition.0.condition")
            .starts_with("unknown: `self`")
    );
    assert_eq!(run.show("terraform", "required_version"), r#"">= 1.3""#);
}
