//! The format of suite files, `*.test.yaml`.

use indexmap::IndexMap;
use policyc_project::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Ending of the names of suite files.
pub const SUFFIX: &str = ".test.yaml";

/// A suite: what rules of one policy source say about fixtures.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SuiteFile {
    /// The policy source, relative to the suite.
    pub policy: String,

    /// The expectations by rule: `rule`, or `policy/rule` where a name is used twice in the source.
    #[serde(default)]
    pub rules: IndexMap<String, Expectations>,

    /// What else is known besides the resource, for every expectation of the suite.
    #[serde(default, skip_serializing_if = "Given::is_empty")]
    pub given: Given,

    /// Values of parameters for this suite, by name, or as `policy.name` where the source has
    /// several policies.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub params: IndexMap<String, Value>,
}

/// What a rule says about fixtures.
///
/// A fixture is a path relative to the suite: then all its resources are meant; or a path, `#`, and
/// `Kind/name` or `Kind/namespace/name` of one of them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Expectations {
    /// Resources that the rule accepts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pass: Vec<Expectation>,
    /// Resources that the rule refuses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fail: Vec<Expectation>,
    /// Resources that match, but a precondition leaves undecided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<Expectation>,
    /// Resources that the rule cannot decide: the verdict depends on a value that is known only
    /// after apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Expectation>,
    /// Resources that the rule does not apply to: they do not match, or are excluded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched: Vec<Expectation>,
}

impl Expectations {
    /// Every expectation with the verdict it stands under.
    pub fn iter(&self) -> impl Iterator<Item = (Expected, &Expectation)> {
        [
            (Expected::Pass, &self.pass),
            (Expected::Fail, &self.fail),
            (Expected::Skip, &self.skip),
            (Expected::Unknown, &self.unknown),
            (Expected::Unmatched, &self.unmatched),
        ]
        .into_iter()
        .flat_map(|(expected, list)| list.iter().map(move |expectation| (expected, expectation)))
    }
}

/// The verdict a suite expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// The rule accepts the resource.
    Pass,
    /// The rule refuses the resource.
    Fail,
    /// The rule matches, but a precondition leaves it undecided.
    Skip,
    /// The verdict depends on a value that is known only after apply.
    Unknown,
    /// The rule does not apply to the resource.
    Unmatched,
}

impl Expected {
    /// The key in a suite.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Unknown => "unknown",
            Self::Unmatched => "unmatched",
        }
    }
}

/// A fixture, alone or with more that is expected of it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Expectation {
    /// The fixture.
    Fixture(String),
    /// The fixture with details.
    Detailed(Box<Detailed>),
}

/// A fixture with more that is expected of it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Detailed {
    /// The fixture.
    pub resource: String,
    /// The message of one of the findings; only under `fail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The path of one of the findings, such as
    /// `spec.containers[0].securityContext.privileged`; only under `fail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What is known besides the resource, instead of what the suite says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
}

impl Expectation {
    /// The fixture it names.
    #[must_use]
    pub fn resource(&self) -> &str {
        match self {
            Self::Fixture(resource) => resource,
            Self::Detailed(detailed) => &detailed.resource,
        }
    }

    /// What else it expects.
    #[must_use]
    pub fn details(&self) -> Option<&Detailed> {
        match self {
            Self::Fixture(_) => None,
            Self::Detailed(detailed) => Some(detailed),
        }
    }
}

/// What is known besides the resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Given {
    /// The operation; `CREATE` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<GivenOperation>,
    /// The fixture that is the former state of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<GivenUser>,
    /// Namespaces by name, with their labels.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub namespaces: IndexMap<String, GivenNamespace>,
}

impl Given {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An operation of an admission request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum GivenOperation {
    /// CREATE
    Create,
    /// UPDATE
    Update,
    /// DELETE
    Delete,
    /// CONNECT
    Connect,
}

/// The user of an admission request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GivenUser {
    /// The user name.
    pub username: String,
    /// The groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Roles that are bound to the user, as `namespace:name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// ClusterRoles that are bound to the user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cluster_roles: Vec<String>,
}

/// A namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GivenNamespace {
    /// Its labels.
    #[serde(default)]
    pub labels: IndexMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_expectation() {
        let suite: SuiteFile = serde_yaml::from_str(
            "policy: p.policy\nrules:\n  r:\n    pass: [a.yaml]\n    fail:\n    - resource: b.yaml#Pod/x\n      at: spec.x\n",
        )
        .unwrap();
        let rule = suite.rules.get("r").unwrap();
        let all: Vec<_> = rule
            .iter()
            .map(|(e, x)| (e, x.resource().to_owned()))
            .collect();
        assert_eq!(
            all,
            [
                (Expected::Pass, "a.yaml".to_owned()),
                (Expected::Fail, "b.yaml#Pod/x".to_owned())
            ]
        );
    }

    #[test]
    fn unknown_keys_are_errors() {
        for text in [
            "policy: p\nrule: {}\n",
            "policy: p\nrules: {r: {passes: [a]}}\n",
            "policy: p\ngiven: {op: CREATE}\n",
            "policy: p\nrules: {r: {fail: [{resource: a, mesage: b}]}}\n",
        ] {
            assert!(serde_yaml::from_str::<SuiteFile>(text).is_err(), "{text}");
        }
    }
}
