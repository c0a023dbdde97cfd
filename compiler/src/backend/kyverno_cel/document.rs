//! The document: a `policies.kyverno.io/v1` ValidatingPolicy, in the order in which its fields are
//! written.

use serde::Serialize;

use crate::backend::admission::{MatchConstraints, Metadata, Named, Validation};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ValidatingPolicy {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) metadata: Metadata,
    pub(super) spec: Spec,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    pub(super) validation_actions: Vec<&'static str>,
    pub(super) evaluation: Evaluation,
    pub(super) autogen: Autogen,
    pub(super) match_constraints: MatchConstraints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) match_conditions: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) variables: Vec<Named>,
    pub(super) validations: Vec<Validation>,
}

/// When resources are judged.
#[derive(Debug, Serialize)]
pub(super) struct Evaluation {
    pub(super) admission: Switch,
    pub(super) background: Switch,
}

#[derive(Debug, Serialize)]
pub(super) struct Switch {
    pub(super) enabled: bool,
}

/// What Kyverno makes of the policy by itself.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Autogen {
    pub(super) pod_controllers: PodControllers,
}

/// The workloads for which Kyverno rewrites the expressions.
#[derive(Debug, Serialize)]
pub(super) struct PodControllers {
    pub(super) controllers: Vec<&'static str>,
}
