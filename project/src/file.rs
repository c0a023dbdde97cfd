//! The format of the project file.

use indexmap::IndexMap;
use policyc_ir::Target;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name of the project file.
pub const FILE_NAME: &str = "policyc.yaml";

/// The project file `policyc.yaml`: what is built, from which sources, for which targets.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ProjectFile {
    /// Name of the project.
    pub name: String,

    /// Files and folders with policy sources (`*.policy`), relative to the project file.
    #[serde(default = "default_sources")]
    pub sources: Vec<String>,

    /// Policies of the embedded library to build with the project's own, as globs of module names
    /// such as `std.kubernetes.pod-security.*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub library: Vec<String>,

    /// What `policyc build` emits.
    #[serde(default = "default_targets")]
    #[schemars(with = "Vec<TargetName>")]
    pub targets: Vec<Target>,

    /// Version of the Kubernetes API that field paths are checked against, such as `1.36`; the
    /// newest that policyc carries when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<String>,

    /// Files with CustomResourceDefinitions whose kinds the policies name, as globs relative to
    /// the project file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crds: Vec<String>,

    /// Values of parameters, by `policy.parameter` or `module.parameter`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub params: IndexMap<String, Value>,

    /// How Kyverno ValidatingPolicies are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kyverno_cel: Option<KyvernoCel>,

    /// Folder that `policyc build` writes to, relative to the project file.
    #[serde(default = "default_output")]
    pub output: String,

    /// Environments by name, chosen with `--env`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub environments: IndexMap<String, Environment>,
}

/// What differs in an environment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Environment {
    /// Whether admission refuses violations, warns of them or only reports them.
    #[serde(default)]
    pub action: FailureAction,

    /// How Kyverno ValidatingPolicies are written, where it differs from the project's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kyverno_cel: Option<KyvernoCel>,

    /// Values of parameters that differ from the project's.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub params: IndexMap<String, Value>,
}

/// What a violation leads to at admission.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailureAction {
    /// It is reported.
    #[default]
    Audit,
    /// It is reported, and the client is warned.
    Warn,
    /// It is refused.
    Enforce,
}

/// How Kyverno ValidatingPolicies are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct KyvernoCel {
    /// The namespace that the policies are for: they become NamespacedValidatingPolicies in it, and
    /// judge no other. Without it they are ValidatingPolicies, for the whole cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "Option<String>",
        regex(pattern = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
    )]
    pub namespace: Option<Namespace>,
}

/// The name of a namespace: a DNS-1123 label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Namespace(String);

impl Namespace {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Namespace {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let inner = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let is_label = (1..=63).contains(&name.len())
            && name.bytes().all(inner)
            && !name.starts_with('-')
            && !name.ends_with('-');
        if is_label {
            Ok(Self(name))
        } else {
            Err(format!(
                "`{name}` is no namespace: its name has lower-case letters, digits and `-` inside, \
                 and at most 63 of them"
            ))
        }
    }
}

impl From<Namespace> for String {
    fn from(namespace: Namespace) -> Self {
        namespace.0
    }
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A string; quantities, durations, versions, dates and addresses are written as strings.
    String(String),
    /// A list.
    List(Vec<Self>),
    /// A map.
    Map(IndexMap<String, Self>),
}

/// The names of targets, for the JSON Schema.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(
    dead_code,
    reason = "only its schema is used: the IR does not depend on schemars"
)]
enum TargetName {
    /// Kyverno ClusterPolicy.
    Kyverno,
    /// Kyverno ValidatingPolicy, in CEL.
    KyvernoCel,
    /// Kubernetes ValidatingAdmissionPolicy, in CEL.
    Vap,
    /// Checkov custom-check YAML.
    Checkov,
}

fn default_sources() -> Vec<String> {
    vec!["policies".to_owned()]
}

fn default_targets() -> Vec<Target> {
    Target::ALL.to_vec()
}

fn default_output() -> String {
    "dist".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_in_the_schema() {
        let schema = schemars::schema_for!(TargetName).to_value().to_string();
        for target in Target::ALL {
            assert!(
                schema.contains(&format!("\"{}\"", target.as_str())),
                "{schema}"
            );
        }
    }

    #[test]
    fn unknown_keys_are_errors() {
        let error = serde_yaml::from_str::<ProjectFile>("name: x\nsource: [a]\n").unwrap_err();
        assert!(error.to_string().contains("source"), "{error}");
    }

    #[test]
    fn a_namespace_is_a_dns_label() {
        let read = |name: &str| {
            let text = format!("name: x\nkyvernoCel: {{ namespace: {name} }}\n");
            serde_yaml::from_str::<ProjectFile>(&text)
        };
        let project = read("team-a").unwrap();
        let namespace = project.kyverno_cel.and_then(|settings| settings.namespace);
        assert_eq!(namespace.as_ref().map(Namespace::as_str), Some("team-a"));
        for name in ["Team", "a.b", "-a", "a-", "''", &"a".repeat(64)] {
            let error = read(name).unwrap_err().to_string();
            assert!(error.contains("is no namespace"), "{name}: {error}");
        }
    }

    #[test]
    fn the_least_project_has_defaults() {
        let project: ProjectFile = serde_yaml::from_str("name: x\n").unwrap();
        assert_eq!(project.sources, ["policies"]);
        assert_eq!(project.targets, Target::ALL);
        assert_eq!(project.output, "dist");
    }
}
