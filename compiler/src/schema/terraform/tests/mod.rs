//! What is found by which name, and that all data can be read.

mod facts;

use std::sync::Arc;

use super::*;
use crate::schema::{Form, KubernetesVersion, Schema};

fn schema() -> Arc<Schema> {
    Schema::kubernetes(KubernetesVersion::DEFAULT)
}

#[test]
fn names_are_found() {
    for (name, expected) in [
        ("aws_vpc", Some(Provider::Aws)),
        ("aws_", Some(Provider::Aws)),
        ("google_project", Some(Provider::Google)),
        ("azurerm_subnet", Some(Provider::Azurerm)),
        ("aws", None),
        ("awscc_s3_bucket", None),
        ("random_id", None),
        ("AWS_vpc", None),
        ("", None),
    ] {
        assert_eq!(Provider::of(name), expected, "{name}");
    }
    for (mode, name, expected) in [
        (Mode::Managed, "aws_s3_buckett", vec!["aws_s3_bucket"]),
        (Mode::Managed, "AWS_S3_bucket", vec![]),
        (Mode::Managed, "asw_s3_bucket", vec!["aws_s3_bucket"]),
        (Mode::Managed, "gogle_project", vec!["google_project"]),
        (Mode::Managed, "asw_s3_buckett", vec![]),
        (Mode::Managed, "random_id", vec![]),
        (Mode::Managed, "azuread_group", vec![]),
        (
            Mode::Data,
            "aws_caller_identty",
            vec!["aws_caller_identity"],
        ),
        (Mode::Managed, "aws", vec![]),
    ] {
        assert_eq!(similar(mode, name), expected, "{name}");
    }
    let names = |prefix| {
        Provider::Aws
            .starting_with(Mode::Managed, prefix)
            .map(|entry| entry.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("aws_sqs_"),
        [
            "aws_sqs_queue",
            "aws_sqs_queue_policy",
            "aws_sqs_queue_redrive_allow_policy",
            "aws_sqs_queue_redrive_policy",
        ]
    );
    assert_eq!(names("aws_zzz"), [""; 0]);
    assert_eq!(names("aws_").len(), 1581);
}

#[test]
fn providers_have_so_many_types() {
    let counts: Vec<_> = Provider::ALL
        .iter()
        .map(|provider| {
            let [managed, data] = [Mode::Managed, Mode::Data].map(|it| provider.entries(it).len());
            (provider.as_str(), provider.version(), managed, data)
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("aws", "6.25.0", 1581, 630),
            ("azurerm", "4.55.0", 1127, 399),
            ("google", "6.50.0", 1096, 373),
        ]
    );
}

#[test]
fn what_is_gone_is_known() {
    for (mode, name, path, expected) in [
        (Mode::Managed, "azurerm_sql_server", "", Some("3.116.0")),
        (Mode::Managed, "azurerm_sql_server", "name", Some("3.116.0")),
        (Mode::Managed, "aws_opsworks_stack", "", Some("5.99.1")),
        (Mode::Managed, "google_datastore_index", "", Some("5.43.1")),
        (Mode::Managed, "azurerm_storage_account", "", None),
        (
            Mode::Managed,
            "azurerm_storage_account",
            "enable_https_traffic_only",
            Some("3.116.0"),
        ),
        (
            Mode::Data,
            "azurerm_storage_account",
            "enable_https_traffic_only",
            Some("3.116.0"),
        ),
        (
            Mode::Managed,
            "azurerm_storage_account",
            "https_traffic_only_enabled",
            None,
        ),
        (
            Mode::Managed,
            "azurerm_kubernetes_cluster",
            "default_node_pool.enable_auto_scaling",
            Some("3.116.0"),
        ),
        (
            Mode::Managed,
            "azurerm_kubernetes_cluster",
            "default_node_pool",
            None,
        ),
        (
            Mode::Managed,
            "azurerm_managed_disk",
            "encryption_settings.enabled",
            Some("3.116.0"),
        ),
        (Mode::Managed, "aws_s3_bucket", "bucket", None),
        (Mode::Managed, "aws_nothing", "", None),
        (Mode::Managed, "random_id", "", None),
    ] {
        let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
        assert_eq!(removed(mode, name, &steps), expected, "{name} {path}");
    }
    // No type that is there is called gone.
    for provider in Provider::ALL {
        for (mode, entry) in Mode::ALL
            .iter()
            .flat_map(|mode| provider.entries(*mode).map(|entry| (*mode, entry)))
        {
            assert_eq!(removed(mode, entry.name, &[]), None, "{}", entry.name);
        }
    }
}

#[test]
fn every_type_is_read() {
    let schema = schema();
    let all = Provider::ALL.iter().map(|provider| provider.tables());
    for tables in all.chain([meta::tables()]) {
        for id in tables.ids() {
            // Types name only types before them, so that none contains itself.
            let earlier =
                |other: &TypeId| other.0 >> POSITION_BITS == id.0 >> POSITION_BITS && *other < id;
            match get(id).expect("it is in the tables") {
                Type::Object(object) => {
                    assert!(object.fields.is_sorted_by(|a, b| a.name < b.name));
                    assert!(!object.open);
                    for field in &object.fields {
                        assert!(earlier(&field.ty), "{}", field.name);
                        assert!(!(field.required && field.form == Form::Computed));
                        let ty = schema.get(field.ty);
                        match field.form {
                            Form::Blocks => assert!(matches!(ty, Type::List(_))),
                            Form::Block(_) => assert!(matches!(ty, Type::Object(_) | Type::Any)),
                            Form::Value | Form::Computed => {}
                        }
                    }
                }
                Type::Map(value) => assert!(earlier(value)),
                Type::List(list) => assert!(earlier(&list.item)),
                Type::String(_) | Type::Number | Type::Boolean | Type::Any => {}
                other @ (Type::Integer | Type::IntOrString | Type::Quantity) => {
                    panic!("no type of Terraform: {other:?}")
                }
            }
        }
        for mode in Mode::ALL {
            assert!(tables.entries(*mode).is_sorted_by(|a, b| a.name < b.name));
            for entry in tables.entries(*mode) {
                let Some(Type::Object(object)) = get(entry.ty) else {
                    panic!("{} is no object", entry.name);
                };
                assert_eq!(object.name.as_deref(), Some(entry.name));
                assert_eq!(tables.find(*mode, entry.name), Some(entry));
            }
        }
    }
}

#[test]
fn ids_are_told_apart() {
    let kubernetes = schema();
    let pod = kubernetes.kinds("Pod")[0].ty;
    assert_eq!(get(pod), None);
    let bucket = find(Mode::Managed, "aws_s3_bucket").expect("known");
    let instance = find(Mode::Managed, "google_compute_instance").expect("known");
    assert_ne!(bucket, instance);
    assert!(kubernetes.field(pod, "spec").is_some());
    assert!(kubernetes.field(bucket, "spec").is_none());
    assert!(kubernetes.field(bucket, "bucket").is_some());
    assert!(kubernetes.field(instance, "bucket").is_none());
    for out_of_range in [0xFFF_FFFF, 0x1FFF_FFFF, 0x4000_0000, u32::MAX] {
        assert_eq!(get(TypeId(out_of_range)), None);
        assert_eq!(*kubernetes.get(TypeId(out_of_range)), Type::Any);
    }
}

#[test]
fn texts_of_other_forms_are_refused() {
    let read = |text| Tables::new(1, text, &["hashicorp/x", "1"]).is_some();
    assert!(read("policyc-terraform 1\nv\thashicorp/x\t1\ns\n"));
    for wrong in [
        "",
        "policyc-terraform 2\nv\thashicorp/x\t1\ns\n",
        "policyc-terraform 1\nv\thashicorp/y\t1\ns\n",
        "policyc-terraform 1\nv\thashicorp/x\t1.2\ns\n",
    ] {
        assert!(!read(wrong), "{wrong}");
    }
}

#[test]
fn data_are_small() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema/terraform/data");
    let total: u64 = Provider::ALL
        .iter()
        .map(|provider| data.join(format!("{provider}.txt.gz")))
        .map(|file| file.metadata().expect("the file is there").len())
        .sum();
    assert!(total < 450 * 1024, "{total} bytes");
}
