//! Custom resources.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::*;

const WIDGETS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: { name: passed-over }
data: { spec: not a definition }
---
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  names: { kind: Widget, plural: widgets, listKind: WidgetList }
  scope: Namespaced
  versions:
  - name: v1beta1
    served: true
    storage: false
    schema:
      openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true }
  - name: v1alpha1
    served: false
    storage: false
  - name: v1
    served: true
    storage: true
    subresources: { status: {}, scale: { specReplicasPath: .spec.replicas } }
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          apiVersion: { type: string }
          metadata: { type: object }
          spec:
            type: object
            required: [size, owner]
            properties:
              size: { type: string, enum: [small, large] }
              owner: { type: string, nullable: true }
              count: { type: integer, format: int32, minimum: 1 }
              ratio: { type: number }
              enabled: { type: boolean }
              since: { type: string, format: date-time }
              day: { type: string, format: date }
              timeout: { type: string, format: duration }
              address: { type: string, format: ipv4 }
              secret: { type: string, format: byte }
              port: { x-kubernetes-int-or-string: true }
              memory:
                anyOf: [{ type: integer }, { type: string }]
                pattern: ^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$
                x-kubernetes-int-or-string: true
              parts:
                type: array
                maxItems: 8
                items: { type: object, properties: { name: { type: string } } }
              tags: { type: object, additionalProperties: { type: string } }
              anything: { x-kubernetes-preserve-unknown-fields: true }
              free: { type: object, additionalProperties: true }
              partly:
                type: object
                x-kubernetes-preserve-unknown-fields: true
                properties: { known: { type: string } }
              template: { type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true }
              nothing: { type: object }
              loose: { properties: { a: { type: string } } }
"#;

fn with(text: &str) -> Result<Schema, Vec<String>> {
    Schema::kubernetes(KubernetesVersion::DEFAULT)
        .with_crds(&[CrdSource {
            name: "crds.yaml",
            text,
        }])
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

#[test]
fn definitions_have_types() {
    let schema = with(WIDGETS).expect("valid");
    for (path, expected) in [
        ("", "Widget!"),
        ("apiVersion", "example.com/v1!"),
        ("kind", "Widget!"),
        ("metadata.labels.app", "string"),
        ("spec", "object!"),
        ("spec.size", "small|large!"),
        ("spec.owner", "string!"),
        ("spec.count", "integer"),
        ("spec.ratio", "number"),
        ("spec.enabled", "boolean"),
        ("spec.since", "date-time"),
        ("spec.day", "date"),
        ("spec.timeout", "duration"),
        ("spec.address", "string(ipv4)"),
        ("spec.secret", "byte"),
        ("spec.port", "int-or-string"),
        ("spec.memory", "quantity"),
        ("spec.parts", "list<object; 8>"),
        ("spec.parts[].name", "string"),
        ("spec.tags.a", "string"),
        ("spec.anything.a.b", "any"),
        ("spec.free", "map<any>"),
        ("spec.partly.known", "string"),
        ("spec.partly.other", "any"),
        ("spec.template.metadata.name", "string"),
        ("spec.template.spec.x", "any"),
        ("spec.loose.a", "string"),
        ("spec.nothing.a", "NoField `a` of object ()"),
        ("spec.conut", "NoField `conut` of object (count)"),
        (
            "spec.parts.name",
            "MemberOfList `name` of list<object; 8> ()",
        ),
    ] {
        assert_eq!(
            at(&schema, "example.com/v1/Widget", path),
            expected,
            "{path}"
        );
    }
    assert_eq!(
        at(&schema, "example.com/v1beta1/Widget", "spec.whatever"),
        "any"
    );
    assert_eq!(at(&schema, "Widget/scale", "spec.replicas"), "integer");
    assert_eq!(at(&schema, "Widget/status", "kind"), "Widget!");
    let spec = schema
        .field(schema.kinds("Widget")[0].ty, "spec")
        .unwrap()
        .ty;
    assert!(schema.field(spec, "owner").unwrap().nullable);

    let found: Vec<String> = schema
        .kinds("Widget")
        .iter()
        .map(|kind| {
            format!(
                "{kind} {} {} {:?}",
                kind.plural, kind.namespaced, kind.origin
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "example.com/v1/Widget widgets true Crd",
            "example.com/v1beta1/Widget widgets true Crd"
        ]
    );
    let unknown = |name| {
        schema
            .resolve(&KindQuery::parse(name).unwrap())
            .unwrap_err()
    };
    let similar = vec!["Widget".to_owned()];
    assert_eq!(
        unknown("Wigdet"),
        UnknownKind::NoKind {
            similar,
            removed: None
        }
    );
    assert!(matches!(
        unknown("example.com/v1alpha1/Widget"),
        UnknownKind::NoVersion { .. }
    ));
}

#[test]
fn ids_of_the_base_stay_valid() {
    let base = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let extended = with(WIDGETS).expect("valid");
    for kind in base.all_kinds() {
        let same = extended
            .kind(&kind.api_version(), &kind.name)
            .expect("kept");
        assert_eq!((same, extended.get(kind.ty)), (kind, base.get(kind.ty)));
    }
    assert!(base.kinds("Widget").is_empty());
}

#[test]
fn kubernetes_kinds_come_first() {
    let text = replaced("Widget, plural: widgets", "Service, plural: services");
    let schema = with(&text).expect("valid");
    let found: Vec<String> = schema
        .kinds("Service")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, ["v1/Service", "example.com/v1/Service"]);
}

#[test]
fn lists_and_json_are_read() {
    let definition = |kind: &str, plural: &str| {
        format!(
            r#"{{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
              "spec": {{"group": "example.com", "scope": "Cluster",
                "names": {{"kind": "{kind}", "plural": "{plural}"}},
                "versions": [{{"name": "v1", "served": true}}]}}}}"#
        )
    };
    let text = format!(
        r#"{{"apiVersion": "v1", "kind": "List", "items": [{}, {}]}}"#,
        definition("Left", "lefts"),
        definition("Right", "rights"),
    );
    let schema = with(&text).expect("valid");
    for kind in ["Left", "Right"] {
        assert!(!schema.kinds(kind)[0].namespaced);
        assert_eq!(at(&schema, kind, "spec.anything"), "any");
    }
}

/// A definition of the kind Widget with one line of it replaced.
fn replaced(line: &str, by: &str) -> String {
    const TEXT: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  names: { kind: Widget, plural: widgets }
  scope: Cluster
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema: { type: object }
";
    assert!(TEXT.contains(line), "{line}");
    TEXT.replace(line, by)
}

#[test]
fn mistakes_are_named() {
    let schema = |schema: &str| {
        replaced(
            "{ type: object }",
            &format!("{{ type: object, properties: {{ a: {schema} }} }}"),
        )
    };
    let in_a = |message: &str| {
        format!("spec.versions[0].schema.openAPIV3Schema.properties.a.{message}")
            .replacen(' ', "` ", 1)
    };
    for (text, expected) in [
        (
            replaced("io/v1\n", "io/v1beta1\n"),
            "apiVersion` has to be `apiextensions.k8s.io/v1`, not `apiextensions.k8s.io/v1beta1`"
                .to_owned(),
        ),
        (
            replaced("  group: example.com\n", ""),
            "spec.group` is missing; it has to be a DNS name".to_owned(),
        ),
        (
            replaced("group: example.com", "group: 7"),
            "spec.group` has to be a DNS name".to_owned(),
        ),
        (
            replaced("kind: Widget,", "kind: widget,"),
            "spec.names.kind` has to be a name that begins with a capital letter".to_owned(),
        ),
        (
            replaced("scope: Cluster", "scope: cluster"),
            "spec.scope` has to be `Namespaced` or `Cluster`".to_owned(),
        ),
        (
            replaced("served: true", "served: 1"),
            "spec.versions[0].served` has to be `true` or `false`".to_owned(),
        ),
        (
            replaced("- name: v1", "- name: v1\n    served: false\n  - name: 5"),
            "spec.versions[1].name` has to be a name in small letters".to_owned(),
        ),
        (
            replaced(
                "example.com\n  names: { kind: Widget",
                "apps\n  names: { kind: Deployment",
            ),
            "spec.versions[0]` defines `apps/v1/Deployment`, which Kubernetes has itself"
                .to_owned(),
        ),
        (
            replaced("{ type: object }", "[]"),
            "spec.versions[0].schema.openAPIV3Schema` has to be a mapping".to_owned(),
        ),
        (
            schema("{ type: strnig }"),
            in_a(
                "type is `strnig`; it has to be object, array, string, integer, number or boolean",
            ),
        ),
        (
            schema("{ type: array, items: [] }"),
            in_a("items has to be a mapping"),
        ),
        (
            schema("{ type: array, items: { type: array, items: 3 } }"),
            in_a("items.items has to be a mapping"),
        ),
        (
            schema("{ type: array, maxItems: -1 }"),
            in_a("maxItems has to be a whole number"),
        ),
        (
            schema("{ type: object, additionalProperties: { type: 1 } }"),
            in_a("additionalProperties.type has to be a string"),
        ),
        (
            schema("{ type: object, additionalProperties: 1 }"),
            in_a("additionalProperties has to be a mapping, `true` or `false`"),
        ),
        (
            schema("{ type: string, nullable: maybe }"),
            in_a("nullable has to be `true` or `false`"),
        ),
    ] {
        let errors = with(&text).expect_err(&text);
        assert_eq!(
            errors,
            [format!("crds.yaml: `widgets.example.com`: `{expected}")],
            "{text}"
        );
    }
    let twice = format!(
        "{}---\n{}",
        replaced("v1\n", "v1\n"),
        replaced("v1\n", "v1\n")
    );
    for (text, expected) in [
        (
            twice.as_str(),
            "crds.yaml: `widgets.example.com`: `spec.versions[0]` defines `example.com/v1/Widget` a second time",
        ),
        ("", "crds.yaml: has no CustomResourceDefinition"),
        ("kind: Pod\n", "crds.yaml: has no CustomResourceDefinition"),
        ("[1, 2]", "crds.yaml: has no CustomResourceDefinition"),
        (
            "kind: List\nitems: 3\n",
            "crds.yaml: has a `List` whose `items` are no list",
        ),
    ] {
        assert_eq!(with(text).expect_err(text), [expected], "{text}");
    }
    let error = &with("a: 1\nb: [").expect_err("no YAML")[0];
    assert!(
        error.starts_with("crds.yaml:2: is no valid YAML: "),
        "{error}"
    );
}

#[test]
fn every_source_is_reported() {
    let base = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let text = replaced("scope: Cluster", "scope: None");
    let sources = [
        CrdSource {
            name: "a",
            text: "",
        },
        CrdSource {
            name: "b",
            text: WIDGETS,
        },
        CrdSource {
            name: "c",
            text: &text,
        },
    ];
    let errors = base.with_crds(&sources).expect_err("two mistakes");
    assert_eq!(
        errors
            .iter()
            .map(|error| &*error.source)
            .collect::<Vec<_>>(),
        ["a", "c"]
    );
}

#[test]
fn hostile_definitions_end() {
    let nested = |levels: usize| {
        let mut schema = "{type: string}".to_owned();
        for _ in 0..levels {
            schema = format!("{{type: object, properties: {{a: {schema}}}}}");
        }
        replaced("{ type: object }", &schema)
    };
    let schema = with(&nested(28)).expect("deep, but not too deep");
    assert_eq!(at(&schema, "Widget", &["a"; 28].join(".")), "string");
    for levels in [30, 10_000] {
        let error = &with(&nested(levels)).expect_err("too deep")[0];
        assert!(
            error.starts_with("crds.yaml:12: is no valid YAML: "),
            "{error}"
        );
    }

    // Each level repeats the level below ten times.
    let mut bomb = "a0: &a0 {type: string}\n".to_owned();
    for level in 1..=12 {
        let items: Vec<String> = (0..10)
            .map(|key| format!("k{key}: *a{}", level - 1))
            .collect();
        writeln!(bomb, "a{level}: &a{level} {{{}}}", items.join(", ")).unwrap();
    }
    let error = &with(&bomb).expect_err("a bomb")[0];
    assert!(
        error.starts_with("crds.yaml:6: is no valid YAML: "),
        "{error}"
    );

    let error = &with(&"# \n".repeat(6 << 20)).expect_err("large")[0];
    assert_eq!(error, "crds.yaml: is larger than 16 MiB");
}

/// The folder of real definitions; a line on the terminal says where it is not.
fn corpus() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace");
    let corpora = std::env::var_os("POLICYC_CORPORA")
        .map_or_else(|| workspace.join("../shared/corpora"), PathBuf::from);
    let folder = corpora.join("crds");
    if folder.is_dir() {
        return Some(folder);
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "no {}",
        folder.display()
    );
    // Not `eprintln!`, which the harness captures.
    let line = format!(
        "NOT TESTED: no {} (set POLICYC_CORPORA)\n",
        folder.display()
    );
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn real_definitions_are_read() {
    let Some(folder) = corpus() else { return };
    let mut files = Vec::new();
    yaml_files(&folder, &mut files);
    assert!(files.len() >= 20, "{files:?}");
    let texts: Vec<(String, String)> = files
        .iter()
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    let sources: Vec<CrdSource<'_>> = texts
        .iter()
        .map(|(name, text)| CrdSource { name, text })
        .collect();
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT)
        .with_crds(&sources)
        .unwrap_or_else(|errors| panic!("{errors:#?}"));
    let rule = "spec.rules[]";
    for (kind, path, expected) in [
        ("kyverno.io/v1/ClusterPolicy", "metadata.name", "string"),
        ("kyverno.io/v1/ClusterPolicy", rule, "object"),
        (
            "kyverno.io/v1/ClusterPolicy",
            &format!("{rule}.name"),
            "string",
        ),
        (
            "kyverno.io/v1/ClusterPolicy",
            &format!("{rule}.match.any[].resources.kinds"),
            "list<string>",
        ),
        (
            "kyverno.io/v1/ClusterPolicy",
            &format!("{rule}.validate.pattern.spec"),
            "any",
        ),
        (
            "kyverno.io/v1/ClusterPolicy",
            &format!("{rule}.skipBackgroundRequest"),
            "NoField `skipBackgroundRequest` of object (skipBackgroundRequests)",
        ),
        (
            "PolicyReport",
            "results[].result",
            "pass|fail|warn|error|skip",
        ),
        ("PolicyReport", "summary.fail", "integer"),
        (
            "policies.kyverno.io/v1/ValidatingPolicy",
            "spec.validations[].expression",
            "string",
        ),
    ] {
        assert_eq!(at(&schema, kind, path), expected, "{kind} {path}");
    }
    for kind in schema.all_kinds().filter(|kind| kind.origin == Origin::Crd) {
        assert!(schema.fields(kind.ty).len() > 2, "{kind}");
    }
}
