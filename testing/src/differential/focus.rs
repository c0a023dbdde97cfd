//! What the rules of a batch are about: a kind, and some places in it. All rules of a batch share
//! them, so that a resource made for one lies near the boundary of the others too.

use policyc_compiler::schema::{Schema, TypeId};
use policyc_ir::Workload;

use super::place::{self, Place, Segment};
use super::random::Random;

/// A kind that rules are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// The kind.
    pub kind: &'static str,
    /// The version of its objects.
    pub api_version: &'static str,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

impl Subject {
    /// Whether rules are about pods and the templates of workloads.
    #[must_use]
    pub(super) fn is_pod(&self) -> bool {
        self.kind == "Pod"
    }

    /// The type of its objects.
    #[must_use]
    pub(super) fn ty(&self, schema: &Schema) -> TypeId {
        schema
            .kind(self.api_version, self.kind)
            .map_or(schema.any(), |kind| kind.ty)
    }
}

const fn subject(api_version: &'static str, kind: &'static str, namespaced: bool) -> Subject {
    Subject {
        kind,
        api_version,
        namespaced,
    }
}

/// Pods.
pub(super) const POD: Subject = subject("v1", "Pod", true);

/// Kinds with a pod template.
pub(super) const WORKLOADS: &[Subject] = &[
    subject("apps/v1", "Deployment", true),
    subject("apps/v1", "StatefulSet", true),
    subject("apps/v1", "DaemonSet", true),
    subject("apps/v1", "ReplicaSet", true),
    subject("v1", "ReplicationController", true),
    subject("batch/v1", "Job", true),
    subject("batch/v1", "CronJob", true),
];

/// Kinds without.
pub(super) const OTHERS: &[Subject] = &[
    subject("v1", "Service", true),
    subject("v1", "ConfigMap", true),
    subject("v1", "Secret", true),
    subject("v1", "ServiceAccount", true),
    subject("v1", "PersistentVolumeClaim", true),
    subject("v1", "LimitRange", true),
    subject("v1", "ResourceQuota", true),
    subject("v1", "Namespace", false),
    subject("v1", "Node", false),
    subject("networking.k8s.io/v1", "Ingress", true),
    subject("networking.k8s.io/v1", "NetworkPolicy", true),
    subject("rbac.authorization.k8s.io/v1", "Role", true),
    subject("rbac.authorization.k8s.io/v1", "ClusterRole", false),
    subject("rbac.authorization.k8s.io/v1", "RoleBinding", true),
    subject("autoscaling/v2", "HorizontalPodAutoscaler", true),
    subject("policy/v1", "PodDisruptionBudget", true),
    subject("storage.k8s.io/v1", "StorageClass", false),
    subject("scheduling.k8s.io/v1", "PriorityClass", false),
    subject("example.org/v1", "Widget", true),
];

/// The kind and the places of a batch.
#[derive(Debug, Clone)]
pub(super) struct Focus {
    /// The kind.
    pub subject: Subject,
    /// The type of its objects.
    pub ty: TypeId,
    /// The places.
    pub places: Vec<Place>,
}

impl Focus {
    /// A focus.
    #[must_use]
    pub(super) fn new(random: &mut Random, schema: &Schema) -> Self {
        let subject = match random.below(100) {
            0..45 => POD,
            45..57 => random.pick(WORKLOADS).cloned().unwrap_or(POD),
            _ => random.pick(OTHERS).cloned().unwrap_or(POD),
        };
        let ty = subject.ty(schema);
        let mut focus = Self {
            subject,
            ty,
            places: Vec::new(),
        };
        let wanted = 4 + random.below(6);
        for _ in 0..200 {
            if focus.places.len() >= wanted {
                break;
            }
            if let Some(place) = focus.place(random, schema)
                && !focus.places.contains(&place)
            {
                focus.places.push(place);
            }
        }
        focus
    }

    fn place(&self, random: &mut Random, schema: &Schema) -> Option<Place> {
        if self.ty == schema.any() {
            return Some(place::unknown(random, self.ty));
        }
        let workload = Workload::of_kind(self.subject.kind);
        let found = match workload {
            // A workload that is named itself: the way to its pods is written out.
            Some(workload) if random.percent(60) => {
                let mut segments: Vec<Segment> = workload
                    .template
                    .iter()
                    .map(|field| Segment::Field((*field).to_owned()))
                    .collect();
                let steps: Vec<policyc_compiler::schema::Step<'_>> = workload
                    .template
                    .iter()
                    .map(|field| policyc_compiler::schema::Step::Member(field))
                    .collect();
                let template = schema.follow(self.ty, &steps).ok()?;
                let mut below = place::walk(random, schema, template.ty, false)?;
                segments.append(&mut below.segments);
                below.segments = segments;
                below
            }
            Some(_) | None => place::walk(random, schema, self.ty, false)?,
        };
        Some(settled(found))
    }
}

/// Several fields are visited, never compared.
#[must_use]
pub(super) fn settled(mut place: Place) -> Place {
    if let Some(Segment::Fields(names)) = place.segments.last() {
        let first = names.first().cloned().unwrap_or_default();
        place.segments.pop();
        place.segments.push(Segment::Field(first));
    }
    place
}
