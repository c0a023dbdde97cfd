//! Kyverno's command line as an oracle: `kyverno apply` on policies and resources.
//!
//! The tool is made for people and says little: a policy with an unknown field is dropped with exit code 0, a
//! resource given twice is a panic, an unmatched resource, an excluded one and a dropped policy look the same.
//! What is done about it here was measured on 1.19.1:
//!
//! * each policy and each resource in a file of its own: one bad document drops its whole file;
//! * a load check first, in which dropped policies show in the log (`-v 3`);
//! * no two resources of one kind, namespace and name in one run, whatever their API group: several runs;
//! * verdicts are read from the reports on standard output, wherever in the text they stand;
//! * an exit code that does not fit the verdicts, a complaint on standard error, a rule nobody wrote: no
//!   verdicts (not every word there: operators log what they could not read, and judge all the same);
//! * a policy without one row is an error, unless its [`Policy::expects_rows`] says otherwise. Give each policy
//!   a resource that must draw a row (a canary), and ask [`Run::spoke`] for each rule.

mod plan;
mod report;
mod rows;
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Engine, Missing, OracleError, Resource, ResourceId};

/// One policy of any of Kyverno's kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// As reports name it: `metadata.name`, or `namespace/name` for a namespaced policy.
    pub name: String,
    /// The document, as it was emitted.
    pub text: String,
    /// Names of its rules. Rows of the CEL kinds (`ValidatingPolicy` and the like) name no rule: leave empty.
    pub rules: Vec<String>,
    /// Whether a run in which it draws no row at all is an error. False only if no resource is meant to match.
    pub expects_rows: bool,
}

/// What one question to Kyverno consists of: every policy is applied to every resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// The policies, each name once.
    pub policies: Vec<Policy>,
    /// The resources to judge. Two of one kind, namespace and name are judged in separate runs.
    pub resources: Vec<Resource>,
    /// Objects that API calls of policies may find; they draw no rows.
    pub companions: Vec<Resource>,
    /// `PolicyException` documents.
    pub exceptions: Vec<String>,
    /// The request around the resources.
    pub given: Given,
}

/// The request, as far as the command line lets it be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// CREATE if none is set. On UPDATE the old object is the new one, so an Enforce rule that tolerates
    /// existing violations (the default) answers skip, not fail.
    pub operation: Option<Operation>,
    /// Labels by namespace. Namespaces among the resources do not count, and
    /// `kubernetes.io/metadata.name` must be set like any other.
    pub namespace_labels: BTreeMap<String, BTreeMap<String, String>>,
    /// Who asks. Without it, users and roles in match and exclude are ignored.
    pub user: Option<User>,
    /// Values of context variables, such as those of config maps.
    pub variables: Vec<Variable>,
}

/// Operation of an admission request. CONNECT cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The object is new.
    Create,
    /// It replaces an equal one.
    Update,
    /// It goes.
    Delete,
}

/// The user of an admission request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// `userInfo.username`
    pub name: String,
    /// `userInfo.groups`
    pub groups: Vec<String>,
    /// Roles, as `namespace:name`.
    pub roles: Vec<String>,
    /// Cluster roles.
    pub cluster_roles: Vec<String>,
}

/// A context variable of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The policy's name.
    pub policy: String,
    /// The rule's name.
    pub rule: String,
    /// The variable, with dots: `settings.data.registries`.
    pub name: String,
    /// Its value, as JSON text.
    pub json: String,
}

/// One verdict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The policy's name.
    pub policy: String,
    /// The rule as it was written, empty for the CEL kinds.
    pub rule: String,
    /// How Kyverno came from the rule to this kind of resource.
    pub origin: Origin,
    /// Index into the job's resources.
    pub index: usize,
    /// The resource there.
    pub resource: ResourceId,
    /// The verdict.
    pub result: RuleResult,
    /// The message, empty if none.
    pub message: String,
    /// For the CEL kinds, which of the policy's validations failed.
    pub validation: Option<usize>,
}

/// Which form of a rule gave a verdict: Kyverno derives rules for Pod controllers from those for Pods. The
/// CEL kinds do not tell, and count as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The rule itself.
    Written,
    /// `autogen-…`, for controllers with a Pod template in `spec.template`.
    Autogen,
    /// `autogen-cronjob-…`
    AutogenCronJob,
}

/// Kyverno's five answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleResult {
    /// The resource complies.
    Pass,
    /// It does not.
    Fail,
    /// A violation of a policy that is not scored.
    Warn,
    /// The rule could not be evaluated.
    Error,
    /// A precondition, an anchor or an exception left the resource out.
    Skip,
}

/// Verdicts of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// In the order of policy, rule, origin and resource.
    pub rows: Vec<Row>,
    spoke: BTreeSet<(String, String)>,
}

impl Run {
    /// Whether a rule drew a row for any resource. One that did not may have been dropped, match nothing or
    /// exclude everything: these look the same, and prove nothing.
    #[must_use]
    pub fn spoke(&self, policy: &str, rule: &str) -> bool {
        self.spoke.contains(&(policy.to_owned(), rule.to_owned()))
    }

    /// The rules of `job` that drew no row, as policy and rule.
    #[must_use]
    pub fn silent_rules<'job>(&self, job: &'job Job) -> Vec<(&'job str, &'job str)> {
        job.policies
            .iter()
            .flat_map(|policy| policy.rule_names().map(|rule| (policy.name.as_str(), rule)))
            .filter(|(policy, rule)| !self.spoke(policy, rule))
            .collect()
    }

    /// Rows of one rule for one resource: none if it did not match, several if several forms of it did.
    pub fn of<'run>(
        &'run self,
        policy: &str,
        rule: &str,
        index: usize,
    ) -> impl Iterator<Item = &'run Row> {
        let (policy, rule) = (policy.to_owned(), rule.to_owned());
        self.rows
            .iter()
            .filter(move |row| row.index == index && row.policy == policy && row.rule == rule)
    }
}

impl Policy {
    /// What rows may name; the one empty name for the CEL kinds.
    fn rule_names(&self) -> impl Iterator<Item = &str> {
        let unnamed = self.rules.is_empty().then_some("");
        self.rules.iter().map(String::as_str).chain(unnamed)
    }
}

/// A policy that Kyverno does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Index into the policies asked about.
    pub index: usize,
    /// Its name.
    pub policy: String,
    /// Kyverno's words.
    pub said: String,
}

/// Kyverno's command line.
#[derive(Clone, Debug)]
pub struct Kyverno {
    program: PathBuf,
}

impl Kyverno {
    /// The program at a path, version 1.19.1.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
        }
    }

    /// The program where [`Engine::locate`] finds it.
    ///
    /// # Errors
    /// If it does not.
    pub fn locate() -> Result<Self, Missing> {
        Engine::Kyverno.locate().map(Self::new)
    }

    /// Which policies Kyverno does not take: an unknown field, a wrong type, an undefined variable, CEL that
    /// does not compile in a `ValidatingPolicy`. Such a policy is never evaluated.
    ///
    /// # Errors
    /// If Kyverno cannot be asked.
    pub fn refusals(&self, policies: &[Policy]) -> Result<Vec<Refusal>, OracleError> {
        run::refusals(&self.program, policies)
    }

    /// Verdicts of one job.
    ///
    /// # Errors
    /// Whenever the rows could be anything but Kyverno's complete answer.
    pub fn run(&self, job: &Job) -> Result<Run, OracleError> {
        run::alone(&self.program, job)
    }

    /// Verdicts of many jobs, in their order. Small jobs that cannot disturb each other share a process,
    /// whose start is what takes time; two processes run at once.
    pub fn run_all(&self, jobs: &[Job]) -> Vec<Result<Run, OracleError>> {
        run::all(&self.program, jobs)
    }
}
