//! Which resources a rule applies to.

use policyc_diagnostics::Span;
use serde::{Deserialize, Serialize};

/// The resources a rule applies to, by platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Kubernetes objects: those that some `matches` clause selects and no `excludes` clause does.
    Kubernetes {
        /// At least one clause, each with at least one kind.
        matches: Vec<MatchClause>,
        /// Clauses of what is left out; one without kinds concerns every kind.
        excludes: Vec<MatchClause>,
    },
    /// Blocks of Terraform's configuration, or of a plan: those that some `matches` clause selects
    /// and no `excludes` clause does.
    Terraform {
        /// At least one clause, each with at least one type.
        matches: Vec<BlockClause>,
        /// Clauses of what is left out; one without types concerns every block.
        excludes: Vec<BlockClause>,
    },
}

impl Scope {
    /// The clauses about objects of Kubernetes, of what is selected and of what is left out; none of
    /// a rule about Terraform.
    #[must_use]
    pub fn objects(&self) -> (&[MatchClause], &[MatchClause]) {
        match self {
            Self::Kubernetes { matches, excludes } => (matches, excludes),
            Self::Terraform { .. } => (&[], &[]),
        }
    }

    /// The clauses about blocks of Terraform, likewise.
    #[must_use]
    pub fn blocks(&self) -> (&[BlockClause], &[BlockClause]) {
        match self {
            Self::Kubernetes { .. } => (&[], &[]),
            Self::Terraform { matches, excludes } => (matches, excludes),
        }
    }
}

/// One `match terraform` or `exclude terraform` line. All parts must hold; in each list one element
/// is enough, and an empty list sets no condition. Strings are globs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockClause {
    /// The types of blocks.
    pub blocks: Vec<BlockSelector>,
    /// The names that the configuration gives them: the last label.
    pub names: Vec<String>,
    /// What a plan does to them; of a configuration it is always a creation. Create and update when
    /// the author named none.
    pub operations: Vec<Operation>,
    /// The whole line.
    pub origin: Span,
}

/// A type of a `match terraform` line: `aws_s3_bucket`, `data.aws_iam_policy_document`, `module`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockSelector {
    /// What kind of block.
    pub mode: BlockMode,
    /// Type of the resource or data source, name of the provider; a glob. Blocks of other modes
    /// have none.
    pub ty: Option<String>,
}

/// A kind of block in Terraform's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockMode {
    /// `resource "aws_s3_bucket" "logs" { … }`
    Resource,
    /// `data "aws_iam_policy_document" "assume" { … }`
    Data,
    /// `module "network" { … }`, the call of a module.
    Module,
    /// `provider "aws" { … }`
    Provider,
    /// `variable "region" { … }`
    Variable,
    /// `output "endpoint" { … }`
    Output,
}

impl BlockMode {
    /// Every mode.
    pub const ALL: &'static [Self] = &[
        Self::Resource,
        Self::Data,
        Self::Module,
        Self::Provider,
        Self::Variable,
        Self::Output,
    ];

    /// The word that begins such a block.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Data => "data",
            Self::Module => "module",
            Self::Provider => "provider",
            Self::Variable => "variable",
            Self::Output => "output",
        }
    }

    /// Whether blocks of this mode have a type: `aws_s3_bucket` of a resource, `aws` of a provider.
    #[must_use]
    pub const fn is_typed(self) -> bool {
        match self {
            Self::Resource | Self::Data | Self::Provider => true,
            Self::Module | Self::Variable | Self::Output => false,
        }
    }
}

/// One `match` or `exclude` line. All parts must hold; in each list one element is enough, and an
/// empty list sets no condition.
///
/// Names, namespaces, labels and annotations are always those of the submitted resource, also when
/// the rule is about its pod template. Strings are globs (`*` any run of characters, `?` exactly
/// one), except where said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchClause {
    /// The kinds.
    pub kinds: Vec<KindSelector>,
    /// `metadata.name`, or `metadata.generateName` where there is no name.
    pub names: Vec<String>,
    /// The namespace; a namespaced resource without one is in `default`, a Namespace object is in
    /// the namespace of its own name, any other cluster-scoped resource is in none: no glob matches.
    pub namespaces: Vec<String>,
    /// Labels; all selectors must hold.
    pub labels: Vec<LabelSelector>,
    /// Annotations; all selectors must hold.
    pub annotations: Vec<LabelSelector>,
    /// Labels of the namespace; all selectors must hold.
    pub namespace_labels: Vec<LabelSelector>,
    /// Operations; create and update when the author named none (filled in by the compiler for
    /// `match`; empty, meaning any, for `exclude`).
    pub operations: Vec<Operation>,
    /// User names.
    pub users: Vec<String>,
    /// Group names.
    pub groups: Vec<String>,
    /// Role and ClusterRole names, exact.
    pub roles: Vec<String>,
    /// The whole line.
    pub origin: Span,
}

/// A kind of a `match` or `exclude` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindSelector {
    /// API group, a glob; `None` any group; empty for the core group.
    pub group: Option<String>,
    /// API version, a glob; `None` any version.
    pub version: Option<String>,
    /// Kind, a glob such as `Deployment` or `*`.
    pub kind: String,
    /// Sub-resource, a glob such as `exec`; `None` the resource itself.
    pub subresource: Option<String>,
    /// Whether it also selects the pod templates of [`WORKLOADS`]. Only set for the kind `Pod`. For those resources the
    /// root `Object` is then the template, for all others the resource.
    pub templates: bool,
    /// What the selector is known to select, in every group and version, each once, the preferred
    /// first; of a sub-resource the resource that has it. Empty for a glob, and for a kind that no
    /// schema has.
    pub resources: Vec<ApiResource>,
}

/// A resource of the API, as its paths and admission rules name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiResource {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version, such as `v1`.
    pub version: String,
    /// The plural name, such as `deployments`.
    pub plural: String,
    /// Whether it lives in a namespace.
    pub namespaced: bool,
}

/// The way to the pod template of most workloads.
pub const TEMPLATE: &[&str] = &["spec", "template"];

/// The way to the pod template of a CronJob.
pub const JOB_TEMPLATE: &[&str] = &["spec", "jobTemplate", "spec", "template"];

/// A kind with a pod template, which `match Pod` covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// The kind, such as `Deployment`.
    pub kind: &'static str,
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The version that serves it.
    pub version: &'static str,
    /// The plural name, such as `deployments`.
    pub plural: &'static str,
    /// The way from the object to its pod template, which has `metadata` and `spec`.
    pub template: &'static [&'static str],
}

impl Workload {
    /// The workload of a kind.
    #[must_use]
    pub fn of_kind(kind: &str) -> Option<&'static Self> {
        WORKLOADS.iter().find(|workload| workload.kind == kind)
    }
}

const fn workload(kind: &'static str, group: &'static str, plural: &'static str) -> Workload {
    Workload {
        kind,
        group,
        version: "v1",
        plural,
        template: TEMPLATE,
    }
}

/// The kinds with pod templates, sorted by name.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        template: JOB_TEMPLATE,
        ..workload("CronJob", "batch", "cronjobs")
    },
    workload("DaemonSet", "apps", "daemonsets"),
    workload("Deployment", "apps", "deployments"),
    workload("Job", "batch", "jobs"),
    workload("ReplicaSet", "apps", "replicasets"),
    workload("ReplicationController", "", "replicationcontrollers"),
    workload("StatefulSet", "apps", "statefulsets"),
];

/// A condition on one label or annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSelector {
    /// The key, exact.
    pub key: String,
    /// Globs of which one must match the value; `None` when it is enough that the key is there.
    pub values: Option<Vec<String>>,
}

/// What is being done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Operation {
    /// CREATE.
    Create,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// CONNECT.
    Connect,
}

impl Operation {
    /// Every operation.
    pub const ALL: &'static [Self] = &[Self::Create, Self::Update, Self::Delete, Self::Connect];

    /// As admission requests spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }
}
