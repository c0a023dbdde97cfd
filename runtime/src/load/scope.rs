//! Which kinds stand outside of namespaces.
//!
//! The built-in ones are those with `namespaced: false` in the discovery documents of Kubernetes
//! 1.37 (and of releases before it); the others are custom resources with `scope: Cluster` that
//! manifests often have.

/// Groups with their cluster-scoped kinds.
const CLUSTER_SCOPED: &[(&str, &[&str])] = &[
    (
        "",
        &["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
    ),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    (
        "apiextensions.crossplane.io",
        &["CompositeResourceDefinition", "Composition"],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    (
        "argoproj.io",
        &["ClusterAnalysisTemplate", "ClusterWorkflowTemplate"],
    ),
    (
        "authentication.k8s.io",
        &["SelfSubjectReview", "TokenReview"],
    ),
    (
        "authorization.k8s.io",
        &[
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ],
    ),
    ("cert-manager.io", &["ClusterIssuer"]),
    (
        "certificates.k8s.io",
        &["CertificateSigningRequest", "ClusterTrustBundle"],
    ),
    (
        "cilium.io",
        &[
            "CiliumClusterwideNetworkPolicy",
            "CiliumIdentity",
            "CiliumNode",
        ],
    ),
    (
        "crd.projectcalico.org",
        &[
            "GlobalNetworkPolicy",
            "GlobalNetworkSet",
            "HostEndpoint",
            "IPPool",
        ],
    ),
    ("eventing.keda.sh", &["ClusterCloudEventSource"]),
    ("expansion.gatekeeper.sh", &["ExpansionTemplate"]),
    (
        "external-secrets.io",
        &["ClusterExternalSecret", "ClusterSecretStore"],
    ),
    ("externaldata.gatekeeper.sh", &["Provider"]),
    (
        "flowcontrol.apiserver.k8s.io",
        &["FlowSchema", "PriorityLevelConfiguration"],
    ),
    ("gateway.networking.k8s.io", &["GatewayClass"]),
    ("internal.apiserver.k8s.io", &["StorageVersion"]),
    ("karpenter.k8s.aws", &["EC2NodeClass"]),
    ("karpenter.sh", &["NodeClaim", "NodePool"]),
    ("keda.sh", &["ClusterTriggerAuthentication"]),
    (
        "kueue.x-k8s.io",
        &[
            "AdmissionCheck",
            "ClusterQueue",
            "ResourceFlavor",
            "WorkloadPriorityClass",
        ],
    ),
    (
        "kyverno.io",
        &[
            "ClusterCleanupPolicy",
            "ClusterPolicy",
            "GlobalContextEntry",
        ],
    ),
    ("metrics.k8s.io", &["NodeMetrics"]),
    (
        "mutations.gatekeeper.sh",
        &["Assign", "AssignImage", "AssignMetadata", "ModifySet"],
    ),
    (
        "networking.k8s.io",
        &["IPAddress", "IngressClass", "ServiceCIDR"],
    ),
    ("node.k8s.io", &["RuntimeClass"]),
    ("openreports.io", &["ClusterReport"]),
    (
        "pkg.crossplane.io",
        &["Configuration", "Function", "Provider"],
    ),
    (
        "policies.kyverno.io",
        &[
            "DeletingPolicy",
            "GeneratingPolicy",
            "ImageValidatingPolicy",
            "MutatingPolicy",
            "ValidatingPolicy",
        ],
    ),
    ("policy", &["PodSecurityPolicy"]),
    (
        "policy.networking.k8s.io",
        &[
            "AdminNetworkPolicy",
            "BaselineAdminNetworkPolicy",
            "ClusterNetworkPolicy",
        ],
    ),
    (
        "rbac.authorization.k8s.io",
        &["ClusterRole", "ClusterRoleBinding"],
    ),
    (
        "resource.k8s.io",
        &["DeviceClass", "DeviceTaintRule", "ResourceSlice"],
    ),
    ("scheduling.k8s.io", &["PriorityClass"]),
    (
        "snapshot.storage.k8s.io",
        &["VolumeSnapshotClass", "VolumeSnapshotContent"],
    ),
    (
        "storage.k8s.io",
        &[
            "CSIDriver",
            "CSINode",
            "StorageClass",
            "VolumeAttachment",
            "VolumeAttributesClass",
        ],
    ),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
    ("syncset.gatekeeper.sh", &["SyncSet"]),
    ("tekton.dev", &["ClusterTask"]),
    ("templates.gatekeeper.sh", &["ConstraintTemplate"]),
    (
        "triggers.tekton.dev",
        &["ClusterInterceptor", "ClusterTriggerBinding"],
    ),
    ("trust.cert-manager.io", &["Bundle"]),
    ("wgpolicyk8s.io", &["ClusterPolicyReport"]),
];

/// Groups all of whose kinds are cluster-scoped: a constraint of Gatekeeper has a kind of the
/// author's own.
const CLUSTER_SCOPED_GROUPS: &[&str] = &["constraints.gatekeeper.sh"];

/// Whether objects of this group and kind stand outside of namespaces; an unknown kind counts as
/// namespaced.
#[must_use]
pub fn is_cluster_scoped(group: &str, kind: &str) -> bool {
    let kinds = CLUSTER_SCOPED
        .binary_search_by_key(&group, |(group, _)| group)
        .ok()
        .and_then(|place| CLUSTER_SCOPED.get(place));
    kinds.is_some_and(|(_, kinds)| kinds.contains(&kind)) || CLUSTER_SCOPED_GROUPS.contains(&group)
}

#[cfg(test)]
mod tests {
    use super::{CLUSTER_SCOPED, is_cluster_scoped};

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(CLUSTER_SCOPED.is_sorted_by(|a, b| a.0 < b.0));
        for (_, kinds) in CLUSTER_SCOPED {
            assert!(kinds.is_sorted_by(|a, b| a < b), "{kinds:?}");
        }
    }

    #[test]
    fn group_and_kind_decide() {
        let table = [
            ("", "Namespace", true),
            ("", "Pod", false),
            ("apps", "Namespace", false),
            ("rbac.authorization.k8s.io", "ClusterRole", true),
            ("rbac.authorization.k8s.io", "Role", false),
            ("kyverno.io", "ClusterPolicy", true),
            ("kyverno.io", "Policy", false),
            ("constraints.gatekeeper.sh", "K8sRequiredLabels", true),
            ("example.org", "Widget", false),
        ];
        for (group, kind, expected) in table {
            assert_eq!(is_cluster_scoped(group, kind), expected, "{group}/{kind}");
        }
    }
}
