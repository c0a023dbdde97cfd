//! Facts about well-known resources, from the providers' documentation.

use super::*;
use crate::schema::{AstrayReason, Format, Held, Step};

/// A type in one line, such as `list<object>`.
fn show(schema: &Schema, id: TypeId) -> String {
    match schema.get(id) {
        Type::Object(object) => object.name.as_deref().unwrap_or("object").to_owned(),
        Type::Map(value) => format!("map<{}>", show(schema, *value)),
        Type::List(list) if list.unordered => format!("set<{}>", show(schema, list.item)),
        Type::List(list) => format!("list<{}>", show(schema, list.item)),
        Type::String(text) => match &text.format {
            Format::Plain => "string".to_owned(),
            Format::Json => "json".to_owned(),
            other @ (Format::DateTime
            | Format::Date
            | Format::Duration
            | Format::Byte
            | Format::Other(_)) => panic!("no format of Terraform: {other:?}"),
        },
        Type::Number => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Any => "any".to_owned(),
        other @ (Type::Integer | Type::IntOrString | Type::Quantity) => {
            panic!("no type of Terraform: {other:?}")
        }
    }
}

/// What the path from a resource leads to: whether it has to be set, its form and its type.
fn at(schema: &Schema, root: TypeId, path: &str) -> String {
    let mut steps = Vec::new();
    for part in path.split('.') {
        steps.push(Step::Member(part.trim_end_matches("[]")));
        steps.extend(part.ends_with("[]").then_some(Step::Items));
    }
    let (last, before) = steps.split_last().expect("a path has parts");
    let follow = |steps: &[Step<'_>]| schema.follow(root, steps);
    match (follow(before), follow(&steps), last) {
        (Ok(owner), Ok(place), Step::Member(name)) => {
            let words = match schema.field(owner.ty, name) {
                None => "",
                Some(field) => match (field.required, field.form) {
                    (true, Form::Value) => "required ",
                    (false, Form::Value) => "optional ",
                    (false, Form::Computed) => "computed ",
                    (true, Form::Blocks) => "required blocks ",
                    (false, Form::Blocks) => "optional blocks ",
                    (true, Form::Block(Held::List)) => "required block in a list ",
                    (false, Form::Block(Held::List)) => "optional block in a list ",
                    (true, Form::Block(Held::Object)) => "required block ",
                    (false, Form::Block(Held::Object)) => "optional block ",
                    (true, Form::Computed) => "impossible ",
                },
            };
            format!("{words}{}", show(schema, place.ty))
        }
        (_, Ok(place), _) => show(schema, place.ty),
        (_, Err(astray), _) => match (astray.why, steps.get(astray.step)) {
            (AstrayReason::NoField, Some(Step::Member(name))) => {
                format!("no; {}", schema.suggest(astray.on, name).join(", "))
            }
            (why, _) => format!("{why:?}"),
        },
    }
}

fn check(mode: Mode, facts: &[(&str, &str, &str)]) {
    let schema = schema();
    for (name, path, expected) in facts {
        let root = find(mode, name).unwrap_or_else(|| panic!("{name} is unknown"));
        assert_eq!(at(&schema, root, path), *expected, "{name} {path}");
    }
}

#[test]
fn resources_of_aws() {
    check(
        Mode::Managed,
        &[
            ("aws_s3_bucket", "arn", "computed string"),
            ("aws_s3_bucket", "bucket", "optional string"),
            ("aws_s3_bucket", "force_destroy", "optional boolean"),
            ("aws_s3_bucket", "tags", "optional map<string>"),
            ("aws_s3_bucket", "tags.owner", "string"),
            ("aws_s3_bucket", "policy", "optional json"),
            ("aws_s3_bucket", "bukcet", "no; bucket"),
            ("aws_s3_bucket", "count", "no; "),
            (
                "aws_s3_bucket_versioning",
                "versioning_configuration",
                "required block in a list object",
            ),
            (
                "aws_s3_bucket_versioning",
                "versioning_configuration.status",
                "required string",
            ),
            (
                "aws_s3_bucket_versioning",
                "versioning_configuration.statuss",
                "no; status",
            ),
            (
                "aws_s3_bucket_server_side_encryption_configuration",
                "rule[].apply_server_side_encryption_by_default.sse_algorithm",
                "required string",
            ),
            (
                "aws_s3_bucket_server_side_encryption_configuration",
                "rule",
                "required blocks set<object>",
            ),
            (
                "aws_s3_bucket_public_access_block",
                "block_public_acls",
                "optional boolean",
            ),
            // An attribute that takes blocks too.
            ("aws_security_group", "ingress", "optional set<object>"),
            (
                "aws_security_group",
                "ingress[].cidr_blocks",
                "optional list<string>",
            ),
            (
                "aws_security_group",
                "ingress[].from_port",
                "optional number",
            ),
            ("aws_security_group", "ingress.from_port", "MemberOfList"),
            ("aws_security_group", "timeouts", "optional block object"),
            (
                "aws_instance",
                "metadata_options.http_tokens",
                "optional string",
            ),
            (
                "aws_instance",
                "ebs_block_device",
                "optional blocks set<object>",
            ),
            (
                "aws_instance",
                "ebs_block_device[].encrypted",
                "optional boolean",
            ),
            (
                "aws_instance",
                "ebs_block_device[].volume_id",
                "computed string",
            ),
            (
                "aws_instance",
                "vpc_security_group_ids",
                "optional set<string>",
            ),
            ("aws_iam_policy", "policy", "required json"),
            ("aws_iam_role", "assume_role_policy", "required json"),
            ("aws_iam_role", "inline_policy[].policy", "optional json"),
            ("aws_iot_policy_attachment", "policy", "required string"),
            (
                "aws_ecs_task_definition",
                "container_definitions",
                "required json",
            ),
            ("aws_db_instance", "storage_encrypted", "optional boolean"),
            (
                "aws_lb_listener",
                "default_action[].type",
                "required string",
            ),
            ("aws_wafv2_web_acl", "rule[].priority", "required number"),
            ("aws_wafv2_web_acl", "rule[].statement", "optional any"),
            // Framed by the plugin framework: a nested attribute.
            (
                "aws_s3tables_table_bucket",
                "encryption_configuration",
                "optional object",
            ),
            (
                "aws_accessanalyzer_analyzer",
                "configuration.unused_access.analysis_rule.exclusion[].resource_tags",
                "optional list<map<string>>",
            ),
        ],
    );
}

#[test]
fn resources_of_azure_and_google() {
    check(
        Mode::Managed,
        &[
            (
                "azurerm_storage_account",
                "min_tls_version",
                "optional string",
            ),
            (
                "azurerm_storage_account",
                "account_replication_type",
                "required string",
            ),
            (
                "azurerm_storage_account",
                "network_rules.default_action",
                "required string",
            ),
            (
                "azurerm_storage_account",
                "blob_properties.delete_retention_policy.days",
                "optional number",
            ),
            (
                "azurerm_storage_account",
                "primary_access_key",
                "computed string",
            ),
            (
                "azurerm_network_security_group",
                "security_rule",
                "optional set<object>",
            ),
            (
                "azurerm_kubernetes_cluster",
                "default_node_pool",
                "required block in a list object",
            ),
            ("azurerm_policy_definition", "policy_rule", "optional json"),
            (
                "google_storage_bucket",
                "uniform_bucket_level_access",
                "optional boolean",
            ),
            (
                "google_storage_bucket",
                "versioning.enabled",
                "required boolean",
            ),
            (
                "google_storage_bucket",
                "lifecycle_rule",
                "optional blocks list<object>",
            ),
            ("google_storage_bucket", "labels", "optional map<string>"),
            (
                "google_compute_firewall",
                "allow[].ports",
                "optional list<string>",
            ),
            (
                "google_compute_instance",
                "shielded_instance_config.enable_secure_boot",
                "optional boolean",
            ),
            (
                "google_container_cluster",
                "node_config.workload_metadata_config.mode",
                "required string",
            ),
            ("google_project_iam_policy", "policy_data", "required json"),
        ],
    );
}

#[test]
fn data_sources() {
    check(
        Mode::Data,
        &[
            ("aws_caller_identity", "account_id", "computed string"),
            ("aws_ami", "most_recent", "optional boolean"),
            ("aws_ami", "filter", "optional blocks set<object>"),
            ("aws_ami", "filter[].values", "required set<string>"),
            (
                "aws_iam_policy_document",
                "statement[].actions",
                "optional set<string>",
            ),
            ("aws_iam_policy_document", "json", "computed string"),
            // A single block of the resource is a list in what a data source answers.
            ("aws_eks_cluster", "vpc_config", "computed list<object>"),
            ("google_project", "number", "computed string"),
            (
                "azurerm_client_config",
                "subscription_id",
                "computed string",
            ),
        ],
    );
    assert_eq!(find(Mode::Managed, "aws_caller_identity"), None);
    assert_eq!(find(Mode::Data, "aws_iam_role_policy_attachment"), None);
}

#[test]
fn meta_arguments_have_types() {
    let schema = schema();
    for (mode, path, expected) in [
        (Mode::Managed, "count", "optional number"),
        (Mode::Managed, "depends_on", "optional list<any>"),
        (
            Mode::Managed,
            "lifecycle.prevent_destroy",
            "optional boolean",
        ),
        (
            Mode::Managed,
            "lifecycle.precondition[].condition",
            "required boolean",
        ),
        (Mode::Managed, "provisioner", "optional blocks list<any>"),
        (Mode::Managed, "conection", "no; connection"),
        (Mode::Data, "lifecycle.prevent_destroy", "no; "),
        (Mode::Data, "connection", "no; "),
        (Mode::Data, "for_each", "optional any"),
    ] {
        let found = at(&schema, meta_arguments(mode), path);
        assert_eq!(found, expected, "{mode:?} {path}");
    }
}

#[test]
fn documents() {
    let cases = [
        (Mode::Managed, "aws_iam_policy", "policy", true),
        (Mode::Managed, "aws_iam_role", "assume_role_policy", true),
        (Mode::Managed, "aws_iam_role", "inline_policy.policy", true),
        (Mode::Managed, "aws_sqs_queue", "policy", true),
        (Mode::Managed, "aws_lb_listener", "ssl_policy", false),
        (
            Mode::Managed,
            "google_container_cluster",
            "network_policy",
            false,
        ),
        (Mode::Managed, "aws_iam_policy", "name", false),
        (Mode::Managed, "aws_iam_policy", "nothing", false),
        (Mode::Managed, "aws_iam_policy", "name.first", false),
        (Mode::Data, "aws_iam_policy", "policy", false),
        (Mode::Managed, "ibm_iam_policy", "policy", false),
    ];
    for (mode, name, path, expected) in cases {
        let path: Vec<&str> = path.split('.').collect();
        assert_eq!(is_document(mode, name, &path), expected, "{name} {path:?}");
    }
}
