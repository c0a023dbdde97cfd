//! Rules about blocks of Terraform, from their sources.

use policyc_diagnostics::SourceId;

use super::{Emission, emitted};
use crate::schema::{KubernetesVersion, Schema};
use crate::{CompileOptions, SourceInput, compile};

fn of(body: &str) -> Emission {
    let source = format!("policy example {{ rule only {{\n{body}\n}} }}");
    let inputs = [SourceInput {
        module: "example".to_owned(),
        source: SourceId(0),
        text: &source,
        root: true,
    }];
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let options = CompileOptions {
        schema: &schema,
        params: indexmap::IndexMap::new(),
    };
    let mut diagnostics = Vec::new();
    let program = compile(&inputs, &options, &mut diagnostics);
    let errors: Vec<_> = diagnostics.iter().filter(|it| it.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    emitted(&program.policies[0])
}

fn check(name: &str, body: &str) {
    let text = match of(body) {
        Emission::Files(files) => files[0].contents.clone(),
        Emission::Refused(why) => panic!("{name} is refused: {why:?}"),
    };
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(format!("terraform-{name}"), text);
    });
}

#[test]
fn an_attribute_is_a_leaf() {
    check(
        "attribute",
        "match terraform aws_db_instance, aws_rds_cluster
         unless tags[\"environment\"] == \"test\"
         require storage_encrypted == true
         require exists kms_key_id
         require backup_retention_period in [7, 30]",
    );
}

#[test]
fn a_block_that_is_written_once_is_a_map() {
    check(
        "single",
        "match terraform aws_s3_bucket_versioning
         require versioning_configuration.status == \"Enabled\"",
    );
}

#[test]
fn blocks_are_visited_by_a_filter() {
    check(
        "blocks",
        "match terraform aws_security_group
         require none i in ingress: i.from_port <= 22 and \"0.0.0.0/0\" in i.cidr_blocks",
    );
}

#[test]
fn what_is_demanded_of_every_block_may_be_not_known() {
    check(
        "every",
        "match terraform aws_instance
         require all d in ebs_block_device: d.encrypted == true or d.volume_type == \"5\"",
    );
}

#[test]
fn lists_of_strings() {
    check(
        "list",
        "match terraform aws_instance
         require \"sg-1\" in security_groups
         require length(security_groups) <= 5",
    );
}

#[test]
fn spellings_of_strings() {
    check(
        "strings",
        "match terraform aws_db_instance
         require engine in [\"postgres\", \"true\", \"5\", \"\"]
         require tags[\"backup\"] =~ r\"^(true|yes)$\"
         require identifier starts_with \"db-\"
         require length(db_name) <= 63",
    );
}

#[test]
fn names_are_in_labels() {
    check(
        "names",
        "match terraform aws_s3_bucket named [\"logs\", \"audit-*\"]
         match terraform aws_s3_bucket_acl
         exclude terraform named \"scratch?\"
         require exists bucket",
    );
}

#[test]
fn what_cannot_be_said_is_refused() {
    for (construct, body) in [
        (
            "comparison of two attributes",
            "match terraform aws_db_instance\nrequire engine == identifier",
        ),
        (
            "map quantifier",
            "match terraform aws_db_instance\nrequire all k, v in tags: v != k",
        ),
        (
            "count",
            "match terraform aws_instance
             require length(filter d in ebs_block_device: d.encrypted == true) == 2",
        ),
        (
            "length",
            "match terraform aws_db_instance\nrequire length(tags) < 50",
        ),
        (
            "index",
            "match terraform aws_instance\nrequire security_groups[0] == \"sg-1\"",
        ),
        (
            "text of a JSON document",
            "match terraform aws_s3_bucket_policy\nrequire resource.policy contains \"*\"",
        ),
        (
            "pattern",
            "match terraform aws_instance
             require all d in ebs_block_device: d.volume_type =~ r\"^(true|gp3)$\"",
        ),
        (
            "field",
            "match terraform aws_instance\nrequire exists depends_on",
        ),
        (
            "address",
            "match terraform aws_instance\nrequire terraform.address starts_with \"module.\"",
        ),
        ("wildcard", "match terraform aws_*\nrequire exists tags"),
        (
            "variable or output block",
            "match terraform variable\nrequire exists resource.description",
        ),
        (
            "module or provider block",
            "match terraform module\nrequire exists resource.version",
        ),
        (
            "match",
            "match terraform aws_instance on delete\nrequire exists ami",
        ),
        (
            "value of any type",
            "match terraform hcloud_server\nrequire resource.backups == true",
        ),
        (
            "order of numbers",
            "match terraform aws_db_instance\nrequire backup_retention_period > 6.5",
        ),
        (
            "`operation`",
            "match terraform aws_db_instance\nrequire request.operation == \"CREATE\"",
        ),
    ] {
        match of(body) {
            Emission::Files(files) => panic!("not refused: {body}\n{}", files[0].contents),
            Emission::Refused(why) => {
                let constructs: Vec<_> = why.iter().map(|why| why.construct).collect();
                assert_eq!(constructs, [construct], "{body}");
            }
        }
    }
}
