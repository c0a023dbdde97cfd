//! Target `kyverno`: `kyverno.io/v1` ClusterPolicy.

use policyc_ir::Policy;

use crate::backend::{Emission, EmitOptions, Unportable};

/// Emits a policy.
#[must_use]
pub fn emit(policy: &Policy, _options: &EmitOptions) -> Emission {
    let refuse = |rule: &policyc_ir::Rule| Unportable {
        rule: rule.name.clone(),
        construct: "rule",
        reason: "the backend is not written yet".to_owned(),
        origin: rule.origin,
    };
    Emission::Refused(policy.rules.iter().map(refuse).collect())
}
