//! From suites to cases: what is evaluated, and what must come out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};
use policyc_ir::{Operation, Program, Rule};
use policyc_project::{Settings, Sources, compile};
use policyc_runtime::eval::{Compiled, Context, User};

use super::fixture::{Fixture, Fixtures, long_id};
use super::format::{Detailed, Expectation, Expected, Given, GivenOperation};
use super::unnamed::{Named, named};
use super::{Suite, discover, terraform};

/// A compiled program of a run. Suites that set parameters have one of their own.
#[derive(Debug)]
pub struct Unit {
    /// The policies.
    pub program: Program,
    /// The policies, ready for evaluation.
    pub compiled: Compiled,
}

/// One expectation for one resource.
#[derive(Debug, Clone)]
pub struct Case {
    /// `policy/rule::verdict::fixture#resource`
    pub name: String,
    /// Index of the suite.
    pub suite: usize,
    /// The program.
    pub unit: Arc<Unit>,
    /// Index of the policy in the program.
    pub policy: usize,
    /// Index of the rule in the policy.
    pub rule: usize,
    /// What must come out.
    pub expected: Expected,
    /// What else must come out.
    pub details: Option<Detailed>,
    /// The resource.
    pub fixture: Fixture,
    /// What is known besides.
    pub context: Arc<Context>,
    /// What is known besides, as the suite says it.
    pub given: Given,
}

/// Everything a run of suites is about.
#[derive(Debug, Default)]
pub struct Plan {
    /// The policies and the texts of suites and fixtures.
    pub sources: Sources,
    /// The suites, ordered by path.
    pub suites: Vec<Suite>,
    /// The program without the parameters of suites.
    pub main: Option<Arc<Unit>>,
    /// The cases, in the order of the suites.
    pub cases: Vec<Case>,
    /// What is wrong with policies, suites and fixtures.
    pub diagnostics: Vec<Diagnostic>,
}

impl Plan {
    /// Whether something is wrong that no verdict can make good.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Plans the suites at `paths` for the policies of `sources`. What a suite
/// names must lie in its root of `roots`.
#[must_use]
pub fn plan(roots: &[PathBuf], paths: &[PathBuf], sources: Sources, settings: &Settings) -> Plan {
    let mut plan = Plan {
        sources,
        ..Plan::default()
    };
    plan.diagnostics.append(&mut plan.sources.diagnostics);
    let (program, mut diagnostics) = compile(&plan.sources, settings);
    plan.diagnostics.append(&mut diagnostics);
    if plan.has_errors() {
        return plan;
    }
    let Some(main) = unit(program, &mut plan.diagnostics) else {
        return plan;
    };
    plan.main = Some(Arc::clone(&main));
    plan.suites = discover(roots, paths, &mut plan.sources.map, &mut plan.diagnostics);
    let mut planner = Planner {
        settings,
        main,
        fixtures: Fixtures::default(),
        named: BTreeSet::new(),
        owed: BTreeSet::new(),
        tested: BTreeSet::new(),
        incomplete: false,
        plan,
    };
    for index in 0..planner.plan.suites.len() {
        planner.suite(index);
    }
    planner.finish()
}

fn unit(program: Program, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<Unit>> {
    match Compiled::new(&program) {
        Ok(compiled) => Some(Arc::new(Unit { program, compiled })),
        Err(error) => {
            diagnostics.push(Diagnostic::global(Code::E0801, error.to_string()));
            None
        }
    }
}

impl Given {
    /// The request as the evaluator wants it, without the former state, which stands in a file.
    #[must_use]
    pub fn context(&self) -> Context {
        let mut context = Context::default();
        if let Some(operation) = self.operation {
            context.operation = match operation {
                GivenOperation::Create => Operation::Create,
                GivenOperation::Update => Operation::Update,
                GivenOperation::Delete => Operation::Delete,
                GivenOperation::Connect => Operation::Connect,
            };
        }
        if let Some(user) = &self.user {
            context.set_user(User {
                username: user.username.clone(),
                groups: user.groups.clone(),
                roles: user.roles.clone(),
                cluster_roles: user.cluster_roles.clone(),
                ..User::default()
            });
        }
        for (name, namespace) in &self.namespaces {
            let labels = namespace
                .labels
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()));
            context.set_namespace_labels(name.as_str(), labels);
        }
        context
    }
}

pub(super) struct Planner<'a> {
    pub(super) settings: &'a Settings,
    pub(super) main: Arc<Unit>,
    pub(super) fixtures: Fixtures,
    /// Resources that some expectation names: file, place in it, and what it is called.
    pub(super) named: BTreeSet<Named>,
    /// Blocks of Terraform that some expectation should name: those that a rule is about which is
    /// tested with their module.
    pub(super) owed: BTreeSet<Named>,
    /// Rules that some expectation is about: origin of the rule.
    pub(super) tested: BTreeSet<Span>,
    /// Whether the expectations of some suite were not read.
    pub(super) incomplete: bool,
    pub(super) plan: Plan,
}

impl Planner<'_> {
    fn suite(&mut self, index: usize) {
        let Some(suite) = self.plan.suites.get(index).cloned() else {
            return;
        };
        let Some(unit) = self.unit_of(&suite) else {
            return;
        };
        let rules = self.rules_of(&suite, &unit.program);
        if suite
            .file
            .rules
            .values()
            .all(|rule| rule.iter().next().is_none())
        {
            let message = "this suite has no expectation";
            let help = "list resources under `pass` and `fail` of each rule";
            let span = suite.place_of(&self.plan.sources.map, "rules");
            self.plan
                .diagnostics
                .push(Diagnostic::new(Code::E0805, span, message).help(help));
            return;
        }
        for (name, expectations) in &suite.file.rules {
            let Some(&(policy, rule)) = self.rule_named(&suite, &rules, name) else {
                continue;
            };
            if expectations.iter().next().is_none() {
                let span = suite.place_of(&self.plan.sources.map, name);
                let message = format!("the rule `{name}` has no expectation");
                self.plan
                    .diagnostics
                    .push(Diagnostic::new(Code::E0805, span, message));
                continue;
            }
            for (expected, expectation) in expectations.iter() {
                let target = Target {
                    suite: index,
                    unit: &unit,
                    policy,
                    rule,
                };
                self.expectation(&suite, &target, expected, expectation);
            }
        }
    }

    fn expectation(
        &mut self,
        suite: &Suite,
        target: &Target<'_>,
        expected: Expected,
        expectation: &Expectation,
    ) {
        let details = expectation.details();
        if let Some(details) = details
            && (details.message.is_some() || details.at.is_some())
            && expected != Expected::Fail
        {
            let span = suite.place_of(&self.plan.sources.map, expectation.resource());
            let message = format!("`{}` has no finding to compare with", expected.as_str());
            let help = "`message` and `at` can only stand under `fail`";
            self.plan
                .diagnostics
                .push(Diagnostic::new(Code::E0801, span, message).help(help));
            return;
        }
        let given = details
            .and_then(|details| details.given.as_ref())
            .unwrap_or(&suite.file.given);
        let Some(context) = self.context(suite, given) else {
            return;
        };
        let Some(policy) = target.unit.program.policies.get(target.policy) else {
            return;
        };
        let Some(rule) = policy.rules.get(target.rule) else {
            return;
        };
        self.tested.insert(rule.origin);
        for fixture in self.fixtures_of(suite, rule, expected, expectation.resource()) {
            let file = expectation.resource().split('#').next().unwrap_or("");
            let name = format!(
                "{}/{}::{}::{file}#{}",
                policy.name,
                rule.name,
                expected.as_str(),
                long_id(&fixture.resource)
            );
            self.plan.cases.push(Case {
                name,
                suite: target.suite,
                unit: Arc::clone(target.unit),
                policy: target.policy,
                rule: target.rule,
                expected,
                details: details.cloned(),
                fixture,
                context: Arc::clone(&context),
                given: given.clone(),
            });
        }
    }

    fn resolve(&mut self, suite: &Suite, reference: &str) -> Vec<Fixture> {
        let Plan {
            sources,
            diagnostics,
            ..
        } = &mut self.plan;
        let found = self
            .fixtures
            .resolve(suite, reference, &mut sources.map, diagnostics);
        self.named.extend(found.iter().map(named));
        found
    }

    /// The resources that an expectation of a rule is about: of a module of Terraform that is named as
    /// a whole, the blocks of the types that the rule is about.
    fn fixtures_of(
        &mut self,
        suite: &Suite,
        rule: &Rule,
        expected: Expected,
        reference: &str,
    ) -> Vec<Fixture> {
        let found = self.resolve(suite, reference);
        if !found
            .iter()
            .any(|fixture| fixture.resource.block().is_some())
        {
            return found;
        }
        let is_of_rule = |fixture: &Fixture| terraform::is_of_type(&rule.scope, &fixture.resource);
        if let Some(path) = found.first().map(|fixture| fixture.path.clone()) {
            let all = self.fixtures.of(&path);
            let owed = all.iter().filter(|fixture| is_of_rule(fixture)).map(named);
            self.owed.extend(owed);
        }
        if reference.contains('#') {
            return found;
        }
        let about: Vec<Fixture> = found
            .into_iter()
            .filter(|fixture| match expected {
                Expected::Unmatched => terraform::is_managed(&fixture.resource),
                Expected::Pass | Expected::Fail | Expected::Skip | Expected::Unknown => {
                    is_of_rule(fixture)
                }
            })
            .collect();
        if about.is_empty() {
            let span = suite.place_of(&self.plan.sources.map, reference);
            let message = format!("`{reference}` holds no block that the rule is about");
            self.plan
                .diagnostics
                .push(Diagnostic::new(Code::E0802, span, message));
        }
        about
    }

    fn context(&mut self, suite: &Suite, given: &Given) -> Option<Arc<Context>> {
        let mut context = given.context();
        if let Some(old) = &given.old {
            let found = self.resolve(suite, old);
            let [only] = found.as_slice() else {
                if !found.is_empty() {
                    let span = suite.place_of(&self.plan.sources.map, old);
                    let message = format!("`{old}` holds more than one resource");
                    let help = "name one of them: `file.yaml#Kind/name`";
                    let problem = Diagnostic::new(Code::E0802, span, message).help(help);
                    self.plan.diagnostics.push(problem);
                }
                return None;
            };
            context.old = Some(only.resource.as_ref().clone());
        }
        Some(Arc::new(context))
    }

    /// The program for a suite: the common one, or one with the suite's parameters.
    fn unit_of(&mut self, suite: &Suite) -> Option<Arc<Unit>> {
        if suite.file.params.is_empty() {
            return Some(Arc::clone(&self.main));
        }
        let names: Vec<String> = self
            .rules_of(suite, &self.main.program)
            .values()
            .flatten()
            .filter_map(|(policy, _)| self.main.program.policies.get(*policy))
            .map(|policy| policy.name.clone())
            .collect();
        let mut settings = self.settings.clone();
        for (key, value) in &suite.file.params {
            let full = match (key.contains('.'), names.first()) {
                (false, Some(policy)) => format!("{policy}.{key}"),
                (true, _) | (false, None) => key.clone(),
            };
            settings.params.insert(full, value.clone());
        }
        // Everything is compiled again, since the project's other parameters belong to other
        // policies; only those of the suite are kept.
        let (mut program, diagnostics) = compile(&self.plan.sources, &settings);
        let source = self.source_of(suite);
        program
            .policies
            .retain(|policy| Some(policy.origin.source) == source);
        let failed = diagnostics.iter().any(Diagnostic::is_error);
        // Warnings were shown for the common program.
        self.plan
            .diagnostics
            .extend(diagnostics.into_iter().filter(Diagnostic::is_error));
        if failed {
            self.incomplete = true;
            None
        } else {
            unit(program, &mut self.plan.diagnostics)
        }
    }

    /// The text of the suite's policy source.
    fn source_of(&self, suite: &Suite) -> Option<SourceId> {
        let modules = &self.plan.sources.modules;
        let module = modules
            .iter()
            .find(|module| module.path.as_deref() == Some(&suite.policy));
        module.map(|module| module.source)
    }

    /// The rules of the suite's policy source by name and by `policy/name`.
    fn rules_of(&self, suite: &Suite, program: &Program) -> Rules {
        let source = self.source_of(suite);
        let mut rules = Rules::new();
        for (index, policy) in program.policies.iter().enumerate() {
            if Some(policy.origin.source) != source {
                continue;
            }
            for (rule_index, rule) in policy.rules.iter().enumerate() {
                let place = (index, rule_index);
                rules.entry(rule.name.clone()).or_default().push(place);
                rules
                    .entry(format!("{}/{}", policy.name, rule.name))
                    .or_default()
                    .push(place);
            }
        }
        rules
    }

    fn rule_named<'r>(
        &mut self,
        suite: &Suite,
        rules: &'r Rules,
        name: &str,
    ) -> Option<&'r (usize, usize)> {
        let (message, help) = match rules.get(name).map(Vec::as_slice) {
            Some([only]) => return Some(only),
            Some(_) => (
                format!(
                    "more than one policy of `{}` has a rule `{name}`",
                    suite.file.policy
                ),
                "name it with its policy: `policy/rule`".to_owned(),
            ),
            None => {
                let known: Vec<String> = rules
                    .keys()
                    .filter(|key| !key.contains('/'))
                    .map(|k| format!("`{k}`"))
                    .collect();
                let help = format!("it has {}", known.join(", "));
                (
                    format!("`{}` has no rule `{name}`", suite.file.policy),
                    help,
                )
            }
        };
        let span = suite.place_of(&self.plan.sources.map, name);
        self.plan
            .diagnostics
            .push(Diagnostic::new(Code::E0802, span, message).help(help));
        None
    }
}

/// Rules by name: index of the policy, index of the rule.
type Rules = BTreeMap<String, Vec<(usize, usize)>>;

/// The rule that an expectation is about.
struct Target<'a> {
    suite: usize,
    unit: &'a Arc<Unit>,
    policy: usize,
    rule: usize,
}
