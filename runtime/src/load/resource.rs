//! What rules are about: objects of Kubernetes, and blocks of Terraform.

use std::sync::Arc;

use policyc_diagnostics::{SourceId, Span};

use super::block::Block;
use super::scope::is_cluster_scoped;
use crate::value::{Node, Value};

/// Why a value is no Kubernetes object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoObject {
    /// It is a list.
    List,
    /// It is a scalar.
    Scalar,
    /// It has neither `apiVersion` nor `kind`.
    NoType,
    /// It has no `apiVersion` that is a string.
    NoApiVersion,
    /// It has no `kind` that is a string.
    NoKind,
}

impl NoObject {
    /// The reason in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::List => "it is a list",
            Self::Scalar => "it is a scalar",
            Self::NoType => "it has neither `apiVersion` nor `kind`",
            Self::NoApiVersion => "it has no `apiVersion`",
            Self::NoKind => "it has no `kind`",
        }
    }
}

/// A Kubernetes object: a map whose `apiVersion` and `kind` are strings, nothing else is checked; or a
/// block of Terraform, whose node is the map of its attributes and nested blocks.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The whole object.
    pub node: Node,
    /// The text it was read from.
    pub source: SourceId,
    /// Whether it may have values that nobody knows; a manifest has none.
    pub has_unknown: bool,
    api_version: Arc<str>,
    kind: Arc<str>,
    block: Option<Arc<Block>>,
}

/// The namespace of an object that names none.
const DEFAULT_NAMESPACE: &str = "default";

impl Resource {
    /// The object that `node` is.
    ///
    /// # Errors
    /// Gives `node` back with the reason when it is none.
    pub fn new(node: Node, source: SourceId) -> Result<Self, (Node, NoObject)> {
        let text = |key: &str| match node.get(key).map(|node| &node.value) {
            Some(Value::String(text)) if !text.is_empty() => Some(Arc::clone(text)),
            Some(_) | None => None,
        };
        let reason = match &node.value {
            Value::List(_) => NoObject::List,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Unknown(_) => NoObject::Scalar,
            Value::Map(_) => match (text("apiVersion"), text("kind")) {
                (Some(api_version), Some(kind)) => {
                    return Ok(Self {
                        node,
                        source,
                        has_unknown: false,
                        api_version,
                        kind,
                        block: None,
                    });
                }
                (None, Some(_)) => NoObject::NoApiVersion,
                (Some(_), None) => NoObject::NoKind,
                (None, None) => NoObject::NoType,
            },
        };
        Err((node, reason))
    }

    /// A block of Terraform whose attributes are `node`. `has_unknown` says whether some of its values
    /// are known only after apply.
    #[must_use]
    pub fn of_block(block: Block, node: Node, source: SourceId, has_unknown: bool) -> Self {
        Self {
            node,
            source,
            has_unknown,
            api_version: Arc::from(""),
            kind: block.kind().into(),
            block: Some(Arc::new(block)),
        }
    }

    /// What Terraform calls it, if it is a block.
    #[must_use]
    pub fn block(&self) -> Option<&Block> {
        self.block.as_deref()
    }

    /// `apiVersion` as written; empty for a block of Terraform.
    #[must_use]
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// The group in `apiVersion`: `apps`, or empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The version in `apiVersion`: `v1`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or(&*self.api_version, |(_, version)| version)
    }

    /// `kind`; of a block of Terraform its type, as references name it.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `metadata`, whatever it is.
    #[must_use]
    pub fn metadata(&self) -> Option<&Node> {
        if self.block.is_some() {
            return None;
        }
        self.node.get("metadata")
    }

    /// A string of `metadata` that is not empty.
    fn metadata_text(&self, key: &str) -> Option<&str> {
        let text = self.metadata()?.get(key)?.value.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    /// `metadata.name`, if it is a string that is not empty. A name `y` or `5` without quotes is
    /// none, as for Kyverno.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.metadata_text("name")
    }

    /// `metadata.generateName`, if it is a string that is not empty.
    #[must_use]
    pub fn generate_name(&self) -> Option<&str> {
        self.metadata_text("generateName")
    }

    /// The namespace the object has in a cluster: `metadata.namespace`, else `default`; none for
    /// a kind that is cluster-scoped.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        if self.block.is_some() || self.is_cluster_scoped() {
            return None;
        }
        Some(self.metadata_text("namespace").unwrap_or(DEFAULT_NAMESPACE))
    }

    /// Whether objects of its kind stand outside of namespaces. A kind that is not known counts
    /// as namespaced.
    #[must_use]
    pub fn is_cluster_scoped(&self) -> bool {
        is_cluster_scoped(self.group(), &self.kind)
    }

    /// What messages call it: `Deployment/web`, `Job/migrate-*` when the name is generated; of a block
    /// of Terraform its address.
    #[must_use]
    pub fn id(&self) -> String {
        if let Some(block) = &self.block {
            return block.address.clone();
        }
        format!("{}/{}", self.kind, self.shown_name())
    }

    /// [`id`](Self::id) with the namespace, if it has one: `Deployment/prod/web`.
    #[must_use]
    pub fn full_id(&self) -> String {
        match self.namespace() {
            Some(namespace) => format!("{}/{namespace}/{}", self.kind, self.shown_name()),
            None => self.id(),
        }
    }

    fn shown_name(&self) -> String {
        match (self.name(), self.generate_name()) {
            (Some(name), _) => name.to_owned(),
            (None, Some(prefix)) => format!("{prefix}*"),
            (None, None) => "(no name)".to_owned(),
        }
    }

    /// Its place.
    #[must_use]
    pub fn span(&self) -> Span {
        self.node.span(self.source)
    }
}
