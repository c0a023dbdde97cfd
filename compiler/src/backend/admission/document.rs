//! The parts of a specification that ValidatingPolicies of Kyverno and ValidatingAdmissionPolicies
//! of the API server have in common, in the order in which their fields are written.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_saphyr::LitString;

use crate::backend::prose::{Prose, WIDTH};

/// Name and annotations of an object.
#[derive(Debug, Serialize)]
pub(in crate::backend) struct Metadata {
    pub(in crate::backend) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::backend) namespace: Option<String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(in crate::backend) annotations: IndexMap<&'static str, Prose>,
}

/// What an object must be for the policy to look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) struct MatchConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::backend) match_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::backend) namespace_selector: Option<Selector>,
    pub(in crate::backend) resource_rules: Vec<ResourceRule>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::backend) exclude_resource_rules: Vec<ResourceRule>,
}

/// Resources of the API, of which each is named by each group, version and plural.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) struct ResourceRule {
    pub(in crate::backend) api_groups: Vec<String>,
    pub(in crate::backend) api_versions: Vec<String>,
    pub(in crate::backend) operations: Vec<&'static str>,
    pub(in crate::backend) resources: Vec<String>,
}

/// A selector of labels; all must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) struct Selector {
    pub(in crate::backend) match_expressions: Vec<Requirement>,
}

/// What a label must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::backend) struct Requirement {
    pub(in crate::backend) key: String,
    pub(in crate::backend) operator: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::backend) values: Vec<String>,
}

/// An expression with a name: a match condition, or a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::backend) struct Named {
    pub(in crate::backend) name: String,
    pub(in crate::backend) expression: Code,
}

/// A demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) struct Validation {
    pub(in crate::backend) expression: Code,
    pub(in crate::backend) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::backend) message_expression: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::backend) reason: Option<&'static str>,
}

/// CEL; a block of its own when it has several lines, or would need quotes around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::backend) struct Code(pub(in crate::backend) String);

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = &self.0;
        if text.contains('\n') || text.chars().count() > WIDTH || !is_plain(text) {
            LitString(text.clone()).serialize(serializer)
        } else {
            serializer.serialize_str(text)
        }
    }
}

/// Whether YAML takes the text for a string without quotes.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !matches!(text, "true" | "false" | "null")
        && !text.contains(": ")
        && !text.contains(" #")
}
