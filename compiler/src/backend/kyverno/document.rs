//! The document: a `kyverno.io/v1` ClusterPolicy, in the order in which its fields are written.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use serde_saphyr::{Commented, LitString};

use crate::backend::EmitOptions;
use crate::backend::admission::{Named, Validation};
use crate::backend::prose::{self, Prose, WIDTH};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterPolicy {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) metadata: Metadata,
    pub(super) spec: Spec,
}

#[derive(Debug, Serialize)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) annotations: IndexMap<&'static str, Prose>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    pub(super) background: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) emit_warning: Option<bool>,
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Rule {
    pub(super) name: String,
    #[serde(rename = "match")]
    pub(super) matches: Filters,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exclude: Option<Filters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) preconditions: Option<Conditions>,
    #[serde(rename = "celPreconditions", skip_serializing_if = "Vec::is_empty")]
    pub(super) cel_preconditions: Vec<Named>,
    pub(super) validate: Validate,
}

/// Blocks of which one must select the resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Filters {
    pub(super) any: Vec<Filter>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filter {
    #[serde(skip_serializing_if = "Resources::is_empty")]
    pub(super) resources: Resources,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) subjects: Vec<Subject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) roles: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) cluster_roles: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resources {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) kinds: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) names: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) namespaces: Vec<String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) annotations: IndexMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) selector: Option<Selector>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) namespace_selector: Option<Selector>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) operations: Vec<&'static str>,
}

impl Resources {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Subject {
    pub(super) kind: &'static str,
    pub(super) name: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Selector {
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) match_labels: IndexMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) match_expressions: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Requirement {
    pub(super) key: String,
    pub(super) operator: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Conditions {
    Any(Vec<Condition>),
    All(Vec<Condition>),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Condition {
    pub(super) key: Key,
    pub(super) operator: &'static str,
    pub(super) value: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Text>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Validate {
    pub(super) failure_action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allow_existing_violations: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Text>,
    #[serde(flatten)]
    pub(super) body: Body,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Body {
    Pattern(Json),
    Deny(Deny),
    Foreach(Vec<Foreach>),
    Cel(CelBody),
}

/// What JMESPath cannot say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct CelBody {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) variables: Vec<Named>,
    pub(super) expressions: Vec<Validation>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Deny {
    pub(super) conditions: Conditions,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Foreach {
    pub(super) list: Commented<Code>,
    #[serde(flatten)]
    pub(super) body: Body,
}

/// The key of a condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Key {
    Variable(Code),
    Constant(bool),
}

/// A text for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Text(pub(super) String);

/// JMESPath, with or without its braces; on several lines when it is long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code(pub(super) String);

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.chars().count() <= WIDTH || self.0.contains(prose::is_special) {
            return serializer.serialize_str(&self.0);
        }
        // A literal block, so that the lines stay: JMESPath takes a line break for a space.
        LitString(broken(&self.0)).serialize(serializer)
    }
}

/// The code on several lines: broken before operators, else after commas, and nowhere in strings.
fn broken(code: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(code) {
        let width = line.chars().count() + piece.chars().count();
        if width > WIDTH && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            line.push_str("  ");
            line.push_str(piece.trim_start());
        } else {
            line.push_str(piece);
        }
    }
    lines.push(line);
    let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n")
}

/// The code, cut where a line may end.
fn pieces(code: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut quote = None;
    let mut escaped = false;
    let mut previous = ' ';
    for (at, c) in code.char_indices() {
        if escaped {
            escaped = false;
        } else if let Some(end) = quote {
            match c {
                '\\' => escaped = true,
                c if c == end => quote = None,
                _ => {}
            }
        } else if matches!(c, '\'' | '"' | '`') {
            quote = Some(c);
        } else if c == ' ' {
            let rest = code.get(at..).unwrap_or_default();
            let operator = [" && ", " || ", " | "]
                .iter()
                .any(|operator| rest.starts_with(operator));
            if operator || previous == ',' {
                cuts.push(at);
            }
        }
        previous = c;
    }
    cuts.push(code.len());
    let bounds = cuts.iter().zip(cuts.iter().skip(1));
    bounds
        .filter_map(|(from, to)| code.get(*from..*to))
        .collect()
}

impl ClusterPolicy {
    /// The file.
    ///
    /// # Errors
    ///
    /// When a text cannot be written as YAML.
    pub(super) fn to_yaml(&self, options: &EmitOptions) -> Result<String, String> {
        Ok(prose::file(options, None, &[prose::yaml(self)?]))
    }
}
