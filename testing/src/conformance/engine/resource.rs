//! Resources as engines get them: text, and who it is.

use std::fmt;

use serde::Deserialize;

/// Which resource a row of verdicts is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// `apps/v1`
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// As written in the resource; none if it is not.
    pub namespace: Option<String>,
    /// As written in the resource; empty if it has none (`generateName`).
    pub name: String,
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(
                f,
                "{} {}/{} of {}",
                self.kind, namespace, self.name, self.api_version
            ),
            None => write!(f, "{} {} of {}", self.kind, self.name, self.api_version),
        }
    }
}

/// One resource, as one document of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Who it is.
    pub id: ResourceId,
    /// The document. JSON is best: in YAML, each engine reads scalars its own way.
    pub text: String,
}

impl Resource {
    /// A resource from its JSON; its identity is read from there.
    ///
    /// # Errors
    /// Says what is wrong with a text that is not one JSON object with `apiVersion` and `kind`.
    pub fn from_json(text: impl Into<String>) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Head {
            api_version: String,
            kind: String,
            #[serde(default)]
            metadata: Option<Metadata>,
        }
        #[derive(Default, Deserialize)]
        struct Metadata {
            #[serde(default)]
            name: Option<String>,
            #[serde(default)]
            namespace: Option<String>,
        }
        let text = text.into();
        let head: Head =
            serde_json::from_str(&text).map_err(|error| format!("not a resource: {error}"))?;
        let metadata = head.metadata.unwrap_or_default();
        let id = ResourceId {
            api_version: head.api_version,
            kind: head.kind,
            namespace: metadata.namespace,
            name: metadata.name.unwrap_or_default(),
        };
        Ok(Self { id, text })
    }
}
