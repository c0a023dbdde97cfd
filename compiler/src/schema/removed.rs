//! Versions of APIs that Kubernetes has removed: its Deprecated API Migration Guide
//! (kubernetes.io/docs/reference/using-api/deprecation-guide), kinds with a migration target only.

/// A version of a kind that Kubernetes no longer serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The first Kubernetes version without it is `1.` and this.
    pub in_minor: u16,
    /// The `apiVersion` to use instead, if there is one.
    pub replacement: Option<&'static str>,
}

const fn row(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    in_minor: u16,
    replacement: &'static str,
) -> Removed {
    let replacement = if replacement.is_empty() {
        None
    } else {
        Some(replacement)
    };
    Removed {
        group,
        version,
        kind,
        in_minor,
        replacement,
    }
}

impl Removed {
    /// Every row, the newest removals first.
    pub const ALL: &'static [Self] = &[
        row(
            "flowcontrol.apiserver.k8s.io",
            "v1beta3",
            "FlowSchema",
            32,
            FLOWCONTROL,
        ),
        row(
            "flowcontrol.apiserver.k8s.io",
            "v1beta3",
            "PriorityLevelConfiguration",
            32,
            FLOWCONTROL,
        ),
        row(
            "flowcontrol.apiserver.k8s.io",
            "v1beta2",
            "FlowSchema",
            29,
            FLOWCONTROL,
        ),
        row(
            "flowcontrol.apiserver.k8s.io",
            "v1beta2",
            "PriorityLevelConfiguration",
            29,
            FLOWCONTROL,
        ),
        row(
            "storage.k8s.io",
            "v1beta1",
            "CSIStorageCapacity",
            27,
            "storage.k8s.io/v1",
        ),
        row(
            "flowcontrol.apiserver.k8s.io",
            "v1beta1",
            "FlowSchema",
            26,
            FLOWCONTROL,
        ),
        row(
            "flowcontrol.apiserver.k8s.io",
            "v1beta1",
            "PriorityLevelConfiguration",
            26,
            FLOWCONTROL,
        ),
        row(
            "autoscaling",
            "v2beta2",
            "HorizontalPodAutoscaler",
            26,
            "autoscaling/v2",
        ),
        row(
            "autoscaling",
            "v2beta1",
            "HorizontalPodAutoscaler",
            25,
            "autoscaling/v2",
        ),
        row("batch", "v1beta1", "CronJob", 25, "batch/v1"),
        row(
            "discovery.k8s.io",
            "v1beta1",
            "EndpointSlice",
            25,
            "discovery.k8s.io/v1",
        ),
        row("events.k8s.io", "v1beta1", "Event", 25, "events.k8s.io/v1"),
        row(
            "node.k8s.io",
            "v1beta1",
            "RuntimeClass",
            25,
            "node.k8s.io/v1",
        ),
        row("policy", "v1beta1", "PodDisruptionBudget", 25, "policy/v1"),
        row("policy", "v1beta1", "PodSecurityPolicy", 25, ""),
        row(
            "admissionregistration.k8s.io",
            "v1beta1",
            "MutatingWebhookConfiguration",
            22,
            ADMISSION,
        ),
        row(
            "admissionregistration.k8s.io",
            "v1beta1",
            "ValidatingWebhookConfiguration",
            22,
            ADMISSION,
        ),
        row(
            "apiextensions.k8s.io",
            "v1beta1",
            "CustomResourceDefinition",
            22,
            "apiextensions.k8s.io/v1",
        ),
        row(
            "apiregistration.k8s.io",
            "v1beta1",
            "APIService",
            22,
            "apiregistration.k8s.io/v1",
        ),
        row(
            "authentication.k8s.io",
            "v1beta1",
            "TokenReview",
            22,
            "authentication.k8s.io/v1",
        ),
        row(
            "authorization.k8s.io",
            "v1beta1",
            "LocalSubjectAccessReview",
            22,
            AUTHORIZATION,
        ),
        row(
            "authorization.k8s.io",
            "v1beta1",
            "SelfSubjectAccessReview",
            22,
            AUTHORIZATION,
        ),
        row(
            "authorization.k8s.io",
            "v1beta1",
            "SelfSubjectRulesReview",
            22,
            AUTHORIZATION,
        ),
        row(
            "authorization.k8s.io",
            "v1beta1",
            "SubjectAccessReview",
            22,
            AUTHORIZATION,
        ),
        row(
            "certificates.k8s.io",
            "v1beta1",
            "CertificateSigningRequest",
            22,
            "certificates.k8s.io/v1",
        ),
        row(
            "coordination.k8s.io",
            "v1beta1",
            "Lease",
            22,
            "coordination.k8s.io/v1",
        ),
        row("extensions", "v1beta1", "Ingress", 22, NETWORKING),
        row("networking.k8s.io", "v1beta1", "Ingress", 22, NETWORKING),
        row(
            "networking.k8s.io",
            "v1beta1",
            "IngressClass",
            22,
            NETWORKING,
        ),
        row(
            "rbac.authorization.k8s.io",
            "v1beta1",
            "ClusterRole",
            22,
            RBAC,
        ),
        row(
            "rbac.authorization.k8s.io",
            "v1beta1",
            "ClusterRoleBinding",
            22,
            RBAC,
        ),
        row("rbac.authorization.k8s.io", "v1beta1", "Role", 22, RBAC),
        row(
            "rbac.authorization.k8s.io",
            "v1beta1",
            "RoleBinding",
            22,
            RBAC,
        ),
        row(
            "scheduling.k8s.io",
            "v1beta1",
            "PriorityClass",
            22,
            "scheduling.k8s.io/v1",
        ),
        row(
            "storage.k8s.io",
            "v1beta1",
            "CSIDriver",
            22,
            "storage.k8s.io/v1",
        ),
        row(
            "storage.k8s.io",
            "v1beta1",
            "CSINode",
            22,
            "storage.k8s.io/v1",
        ),
        row(
            "storage.k8s.io",
            "v1beta1",
            "StorageClass",
            22,
            "storage.k8s.io/v1",
        ),
        row(
            "storage.k8s.io",
            "v1beta1",
            "VolumeAttachment",
            22,
            "storage.k8s.io/v1",
        ),
        row("apps", "v1beta1", "Deployment", 16, "apps/v1"),
        row("apps", "v1beta1", "StatefulSet", 16, "apps/v1"),
        row("apps", "v1beta2", "DaemonSet", 16, "apps/v1"),
        row("apps", "v1beta2", "Deployment", 16, "apps/v1"),
        row("apps", "v1beta2", "ReplicaSet", 16, "apps/v1"),
        row("apps", "v1beta2", "StatefulSet", 16, "apps/v1"),
        row("extensions", "v1beta1", "DaemonSet", 16, "apps/v1"),
        row("extensions", "v1beta1", "Deployment", 16, "apps/v1"),
        row("extensions", "v1beta1", "NetworkPolicy", 16, NETWORKING),
        row(
            "extensions",
            "v1beta1",
            "PodSecurityPolicy",
            16,
            "policy/v1beta1",
        ),
        row("extensions", "v1beta1", "ReplicaSet", 16, "apps/v1"),
    ];

    /// The newest removal of a kind, in any group or version where none is given.
    #[must_use]
    pub fn find(group: Option<&str>, version: Option<&str>, kind: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|row| {
            row.kind == kind
                && group.is_none_or(|group| row.group == group)
                && version.is_none_or(|version| row.version == version)
        })
    }
}

const ADMISSION: &str = "admissionregistration.k8s.io/v1";
const AUTHORIZATION: &str = "authorization.k8s.io/v1";
const FLOWCONTROL: &str = "flowcontrol.apiserver.k8s.io/v1";
const NETWORKING: &str = "networking.k8s.io/v1";
const RBAC: &str = "rbac.authorization.k8s.io/v1";
