//! What is known of the kinds of Kubernetes.

use crate::schema::{KubernetesVersion, Schema};

/// Where resources of a kind live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// In a namespace; without one in `default`.
    Namespaced,
    /// In none.
    Cluster,
    /// Not known, or not the same in all API groups.
    Unknown,
}

/// Where resources of a kind live.
pub(super) fn scope(kind: &str) -> Scope {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let kinds = schema.kinds(kind);
    if kinds.is_empty() {
        Scope::Unknown
    } else if kinds.iter().all(|kind| kind.namespaced) {
        Scope::Namespaced
    } else if kinds.iter().any(|kind| kind.namespaced) {
        Scope::Unknown
    } else {
        Scope::Cluster
    }
}
