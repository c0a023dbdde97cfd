//! Target `kyverno-cel`: `policies.kyverno.io/v1` ValidatingPolicy, the successor of ClusterPolicy.

use policyc_ir::Policy;

use super::{Emission, EmitOptions, Unportable};

/// Emits a policy.
#[must_use]
pub fn emit(policy: &Policy, _options: &EmitOptions) -> Emission {
    let refused = |rule: &policyc_ir::Rule| Unportable {
        rule: rule.name.clone(),
        construct: "rule",
        reason: "this target is not there yet".to_owned(),
        origin: rule.origin,
    };
    Emission::Refused(policy.rules.iter().map(refused).collect())
}
