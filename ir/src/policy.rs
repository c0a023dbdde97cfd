//! Policies and rules.

use policyc_diagnostics::Span;
use serde::{Deserialize, Serialize};

use crate::{Condition, Scope, Statement};

/// Everything one compilation produced.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// The policies, ordered by source file and by place in it.
    pub policies: Vec<Policy>,
}

impl Program {
    /// Whether some rule is about blocks of Terraform.
    #[must_use]
    pub fn is_about_terraform(&self) -> bool {
        let mut rules = self.policies.iter().flat_map(|policy| &policy.rules);
        rules.any(|rule| matches!(rule.scope, Scope::Terraform { .. }))
    }
}

/// What a team enables or disables as one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Name, unique in the program: a DNS-1123 label.
    pub name: String,
    /// What people read about it.
    pub metadata: Metadata,
    /// The targets it must reach; `None` when the author named none: then it goes to every target
    /// that can express all its rules.
    pub targets: Option<Vec<Target>>,
    /// At least one rule, names unique in the policy.
    pub rules: Vec<Rule>,
    /// The whole item.
    pub origin: Span,
}

/// What people read about a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// Title; the name in words when the author gave none.
    pub title: String,
    /// The `description` field, else the item's doc comment.
    pub description: Option<String>,
    /// For example `Pod Security Standards (Baseline)`.
    pub category: Option<String>,
    /// How bad a violation is; medium when not given.
    pub severity: Severity,
    /// Identifiers of controls in benchmarks, such as `CIS-5.2.2`.
    pub controls: Vec<String>,
    /// What an owner of a violating resource does about it.
    pub remediation: Option<String>,
}

/// How bad a violation is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information.
    Info,
    /// Low.
    Low,
    /// Medium.
    #[default]
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// Every severity, the mildest first.
    pub const ALL: &'static [Self] = &[
        Self::Info,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// The word in sources and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A format that policies compile to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// `kyverno.io/v1` ClusterPolicy.
    Kyverno,
    /// `policies.kyverno.io/v1` ValidatingPolicy.
    KyvernoCel,
    /// `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicy with its binding.
    Vap,
    /// Checkov custom-check YAML.
    Checkov,
}

impl Target {
    /// Every target, in the order of reports.
    pub const ALL: &'static [Self] = &[Self::Kyverno, Self::KyvernoCel, Self::Vap, Self::Checkov];

    /// The name a user types.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kyverno => "kyverno",
            Self::KyvernoCel => "kyverno-cel",
            Self::Vap => "vap",
            Self::Checkov => "checkov",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Name, unique in its policy: a DNS-1123 label.
    pub name: String,
    /// Doc comment, if any.
    pub description: Option<String>,
    /// The resources it applies to.
    pub scope: Scope,
    /// Conditions that must all hold for the rule to be decided; otherwise its verdict is *skip*.
    pub preconditions: Vec<Condition>,
    /// What it does.
    pub body: RuleBody,
    /// The whole item.
    pub origin: Span,
}

/// The kind of a rule with its content.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleBody {
    /// All statements must hold.
    Validate(Vec<Statement>),
}
