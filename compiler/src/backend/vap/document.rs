//! The documents: an `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicy and its binding, in
//! the order in which their fields are written.

use serde::Serialize;

use crate::backend::admission::{MatchConstraints, Metadata, Named, Validation};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<S> {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) metadata: Metadata,
    pub(super) spec: S,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy {
    pub(super) failure_policy: &'static str,
    pub(super) match_constraints: MatchConstraints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) match_conditions: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) variables: Vec<Named>,
    pub(super) validations: Vec<Validation>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Binding {
    pub(super) policy_name: String,
    pub(super) validation_actions: Vec<&'static str>,
}
