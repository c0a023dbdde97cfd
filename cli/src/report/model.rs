//! What a scan found, for every format.

use policyc_ir::Severity;
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the JSON report; raised when a field changes its meaning or goes away.
pub(crate) const VERSION: u32 = 1;

/// What a scan found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanReport {
    /// Version of this format.
    pub(crate) version: u32,
    /// The program that wrote it.
    pub(crate) tool: Tool,
    /// The numbers.
    pub(crate) summary: Summary,
    /// The results, ordered by file, line, policy and rule: failures and errors, and with `--all`
    /// also what passed or was skipped.
    pub(crate) results: Vec<ScanResult>,
    /// Values that their schema does not allow; no API server would admit such a resource.
    pub(crate) invalid: Vec<InvalidValue>,
    /// Files and documents that could not be read, hold no Kubernetes object, or call modules that are not
    /// here.
    pub(crate) inputs: Vec<Input>,
}

/// The program that wrote a report.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Tool {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
}

/// The numbers of a report.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Files that were read.
    pub(crate) files: usize,
    /// Kubernetes objects in them, and resources and data sources of Terraform.
    pub(crate) resources: usize,
    /// Rules that were evaluated.
    pub(crate) rules: usize,
    /// Pairs of rule and resource that pass.
    pub(crate) pass: usize,
    /// Pairs of rule and resource that fail.
    pub(crate) fail: usize,
    /// Pairs of rule and resource that a precondition leaves undecided.
    pub(crate) skip: usize,
    /// Pairs of rule and resource that could not be evaluated.
    pub(crate) error: usize,
    /// Pairs of rule and resource whose verdict depends on a value known only after apply.
    pub(crate) unknown: usize,
    /// Values that their schema does not allow.
    pub(crate) invalid: usize,
    /// Documents and files that could not be read.
    pub(crate) unreadable: usize,
}

/// One finding, or one verdict without a finding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanResult {
    /// Name of the policy.
    pub(crate) policy: String,
    /// Name of the rule.
    pub(crate) rule: String,
    /// Severity of the policy.
    #[schemars(with = "String")]
    pub(crate) severity: Severity,
    /// The verdict on the resource.
    pub(crate) verdict: ReportedVerdict,
    /// The resource.
    pub(crate) resource: ResourceId,
    /// The file.
    pub(crate) file: String,
    /// Line of the offending value, or of its nearest parent when it is absent; from 1.
    pub(crate) line: usize,
    /// Column in characters; from 1.
    pub(crate) column: usize,
    /// Path of the offending value in the resource; empty for the whole resource.
    pub(crate) path: String,
    /// What is wrong, or why there is no verdict.
    pub(crate) message: String,
    /// The calls of the Terraform modules that the block stands in, the outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) called_from: Vec<Place>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: String,
    /// Line; from 1.
    pub(crate) line: usize,
    /// Column in characters; from 1.
    pub(crate) column: usize,
}

/// A verdict as reports name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReportedVerdict {
    /// The rule accepts the resource.
    Pass,
    /// The rule refuses the resource.
    Fail,
    /// A precondition leaves it undecided.
    Skip,
    /// It could not be evaluated.
    Error,
    /// It depends on a value that is known only after apply.
    Unknown,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceId {
    /// API version, such as `apps/v1`; empty for a block of Terraform.
    pub(crate) api_version: String,
    /// Kind; type of a block of Terraform.
    pub(crate) kind: String,
    /// Namespace; `default` where a namespaced resource has none, null for cluster-scoped ones.
    pub(crate) namespace: Option<String>,
    /// Name, or generateName; address of a block of Terraform.
    pub(crate) name: String,
}

/// A value that its schema does not allow.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvalidValue {
    /// The resource.
    pub(crate) resource: ResourceId,
    /// The file.
    pub(crate) file: String,
    /// Line; from 1.
    pub(crate) line: usize,
    /// Column in characters; from 1.
    pub(crate) column: usize,
    /// Path of the value in the resource.
    pub(crate) path: String,
    /// What is wrong.
    pub(crate) message: String,
}

/// A file or document without a verdict, and why.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Input {
    /// The file.
    pub(crate) file: String,
    /// Line; from 1.
    pub(crate) line: usize,
    /// What it is.
    pub(crate) kind: InputKind,
    /// Why there is no verdict.
    pub(crate) message: String,
}

/// Why an input has no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InputKind {
    /// It could not be read, or is no YAML or JSON.
    Unreadable,
    /// It is a template that has not been rendered.
    Template,
    /// It is no Kubernetes object.
    NotKubernetes,
    /// It calls a module of Terraform that is not among the scanned files.
    NotLoaded,
}

impl Summary {
    /// Adds the numbers of a file.
    pub(crate) fn add(&mut self, file: &Self) {
        self.resources += file.resources;
        self.pass += file.pass;
        self.fail += file.fail;
        self.skip += file.skip;
        self.error += file.error;
        self.unknown += file.unknown;
        self.unreadable += file.unreadable;
    }
}
