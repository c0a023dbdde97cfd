//! What the engines are asked: policies, resources, and the request around them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policyc_compiler::backend::{Action, Artifact, Emission, EmitOptions, Unportable, emit};
use policyc_diagnostics::SourceId;
use policyc_ir::{Rule, Scope, Target};
use policyc_runtime::eval::{Context, Options};
use policyc_runtime::load::{DocumentKind, Format, Resource, load};
use policyc_runtime::verdict::Verdict;

use super::engine;
use crate::suite::{Given, Plan, Unit};

/// Policies and resources, each policy asked about each resource.
#[derive(Debug)]
pub struct Question {
    /// Where it comes from, for people.
    pub name: String,
    /// The modules of Terraform that the resources are the blocks of; none of objects of Kubernetes.
    pub modules: Vec<Module>,
    /// Whether the resources are found ones: the engine may leave some out.
    pub is_corpus: bool,
    /// The policies.
    pub unit: Arc<Unit>,
    /// Only these of them, by index; all when none is here.
    pub only: BTreeSet<usize>,
    /// The resources, each with where it comes from.
    pub resources: Vec<(String, Arc<Resource>)>,
    /// The request, as suites say it.
    pub given: Given,
    /// The request, as the evaluator wants it.
    pub context: Arc<Context>,
    /// Texts with CustomResourceDefinitions of the resources' kinds.
    pub crds: Arc<[String]>,
    /// By policy, the folders of the fixtures that its suites name; of the resources of a policy that
    /// is not here none is nearer to it than the others.
    pub homes: BTreeMap<usize, BTreeSet<String>>,
}

/// A root module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// A folder, or the one file of it.
    pub path: PathBuf,
    /// Which of the resources are its blocks.
    pub resources: Range<usize>,
}

/// A policy for one target.
#[derive(Debug)]
pub struct Emitted {
    /// Index of the policy in the program.
    pub policy: usize,
    /// Its files; or why the target cannot say it.
    pub result: Result<Vec<Artifact>, Vec<Unportable>>,
}

/// What the evaluator says about one resource: by policy and rule, the verdict, and whether the rule
/// read a value that its schema does not allow.
pub type Verdicts = BTreeMap<(usize, usize), (Verdict, bool)>;

impl Question {
    /// Nothing asked yet of the policies of a unit, in a plain request.
    #[must_use]
    pub fn about(name: impl Into<String>, unit: &Arc<Unit>) -> Self {
        Self {
            name: name.into(),
            modules: Vec::new(),
            is_corpus: false,
            unit: Arc::clone(unit),
            only: BTreeSet::new(),
            resources: Vec::new(),
            given: Given::default(),
            context: Arc::new(Context::default()),
            crds: Arc::default(),
            homes: BTreeMap::new(),
        }
    }

    /// The policies for a target.
    #[must_use]
    pub fn emit(&self, target: Target) -> Vec<Emitted> {
        let options = EmitOptions {
            action: Action::Audit,
            kyverno_namespace: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            source: "conformance".to_owned(),
        };
        let emitted = |(policy, contents)| Emitted {
            policy,
            result: match emit(contents, target, &options) {
                Emission::Files(artifacts) => Ok(artifacts),
                Emission::Refused(reasons) => Err(reasons),
            },
        };
        self.unit
            .program
            .policies
            .iter()
            .enumerate()
            .filter(|(index, _)| self.only.is_empty() || self.only.contains(index))
            .map(emitted)
            .collect()
    }

    /// Whether the engine of a target can be asked: only Checkov reads Terraform.
    #[must_use]
    pub fn is_for(&self, target: Target) -> bool {
        match target {
            Target::Kyverno | Target::KyvernoCel | Target::Vap => self.modules.is_empty(),
            Target::Checkov => true,
        }
    }

    /// Whether a rule is about such resources.
    #[must_use]
    pub fn is_about(&self, rule: &Rule) -> bool {
        match rule.scope {
            Scope::Kubernetes { .. } => self.modules.is_empty(),
            Scope::Terraform { .. } => !self.modules.is_empty(),
        }
    }

    /// Whether a resource is among those that the suites of a policy are about.
    #[must_use]
    pub fn is_at_home(&self, policy: usize, resource: usize) -> bool {
        match (self.homes.get(&policy), self.resources.get(resource)) {
            (Some(folders), Some((origin, _))) => folders.contains(folder(origin)),
            (None, _) | (_, None) => true,
        }
    }

    /// What the evaluator says, for each resource.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdicts> {
        self.resources
            .iter()
            .map(|(_, resource)| self.verdicts_on(resource))
            .collect()
    }

    /// What the evaluator says about one resource.
    #[must_use]
    pub fn verdicts_on(&self, resource: &Resource) -> Verdicts {
        self.verdicts_in(resource, &self.context)
    }

    /// What the evaluator says about one resource in another request.
    #[must_use]
    pub fn verdicts_in(&self, resource: &Resource, context: &Context) -> Verdicts {
        self.unit
            .compiled
            .evaluate(resource, context, Options::default())
            .into_iter()
            .map(|outcome| {
                let invalid = !outcome.invalid.is_empty();
                ((outcome.policy, outcome.rule), (outcome.verdict, invalid))
            })
            .collect()
    }

    /// The resources as engines get them.
    ///
    /// Kyverno's command line takes no two resources of one kind, namespace and name in one run, and
    /// starting it is what takes time: a second one gets another name, unless some rule then says
    /// something else about it.
    ///
    /// # Errors
    /// Says which resource cannot be given to an engine.
    pub fn engine_resources(&self) -> Result<Vec<engine::Resource>, String> {
        let mut taken = BTreeSet::new();
        let mut asked = Vec::new();
        for (index, (origin, resource)) in self.resources.iter().enumerate() {
            let mut json = resource.node.value.to_json();
            let id = |name: &str| {
                (
                    resource.kind().to_owned(),
                    resource.namespace().map(str::to_owned),
                    name.to_owned(),
                )
            };
            let name = resource.name().unwrap_or_default().to_owned();
            if !taken.insert(id(&name))
                && let Some(field) = json.pointer_mut("/metadata/name")
            {
                let stem: String = name.chars().take(50).collect();
                let other = format!("{}-{index}", stem.trim_end_matches(['-', '.']));
                *field = other.clone().into();
                if taken.insert(id(&other)) && self.says_the_same(resource, &json) {
                    // It keeps the new name.
                } else if let Some(field) = json.pointer_mut("/metadata/name") {
                    *field = name.into();
                }
            }
            let resource = engine::Resource::from_json(readable(&json.to_string()));
            asked.push(resource.map_err(|error| format!("{origin}: {error}"))?);
        }
        Ok(asked)
    }

    fn says_the_same(&self, resource: &Resource, renamed: &serde_json::Value) -> bool {
        let text = renamed.to_string();
        let loaded = load(text.as_bytes(), SourceId(0), Format::Json);
        let mut resources = loaded.resources();
        resources
            .next()
            .is_some_and(|renamed| self.verdicts_on(renamed) == self.verdicts_on(resource))
    }
}

/// JSON that YAML readers take too: they refuse some characters, or read them as line ends.
fn readable(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for char in json.chars() {
        // Such a character stands in a string only.
        if matches!(
            char,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
        ) {
            text.push_str(&format!("\\u{:04x}", u32::from(char)));
        } else {
            text.push(char);
        }
    }
    text
}

/// The questions of a plan: every policy about every fixture; and, for cases with parameters of
/// their own or a request that is no plain CREATE, the policies and fixtures of those.
#[must_use]
pub fn of_plan(name: &str, plan: &Plan) -> Vec<Question> {
    let Some(main) = &plan.main else {
        return Vec::new();
    };
    let mut all = Question::about(name, main);
    let mut seen = BTreeSet::new();
    let mut special: Vec<(Question, BTreeSet<String>)> = Vec::new();
    for case in &plan.cases {
        // Blocks are asked about with all of their module.
        if case.fixture.resource.block().is_some() {
            continue;
        }
        let place = case.fixture.resource.span();
        let path = policyc_project::shown(&case.fixture.path);
        let origin = format!("{path}@{}", place.start);
        all.homes
            .entry(case.policy)
            .or_default()
            .insert(folder(&origin).to_owned());
        if seen.insert(origin.clone()) {
            all.resources
                .push((origin.clone(), Arc::clone(&case.fixture.resource)));
        }
        if case.given.is_empty() && Arc::ptr_eq(&case.unit, main) {
            continue;
        }
        let same = |question: &Question| {
            question.given == case.given && Arc::ptr_eq(&question.unit, &case.unit)
        };
        let index = special.iter().position(|(question, _)| same(question));
        let index = index.unwrap_or_else(|| {
            let suite = plan.suites.get(case.suite);
            let suite = suite.map(|suite| policyc_project::shown(&suite.path));
            let question = Question {
                given: case.given.clone(),
                context: Arc::clone(&case.context),
                ..Question::about(suite.unwrap_or_default(), &case.unit)
            };
            special.push((question, BTreeSet::new()));
            special.len() - 1
        });
        if let Some((question, seen)) = special.get_mut(index) {
            question.only.insert(case.policy);
            if seen.insert(origin.clone()) {
                question
                    .resources
                    .push((origin, Arc::clone(&case.fixture.resource)));
            }
        }
    }
    let blocks = of_modules(name, plan, main);
    let mut questions: Vec<Question> = Vec::new();
    questions.extend((!all.resources.is_empty()).then_some(all));
    questions.extend(blocks);
    questions.extend(special.into_iter().map(|(question, _)| question));
    questions
}

/// Every rule about Terraform about every block of the fixtures; none where there are none.
fn of_modules(name: &str, plan: &Plan, main: &Arc<Unit>) -> Option<Question> {
    let fixtures = plan.cases.iter().map(|case| &case.fixture);
    let modules = fixtures.filter(|fixture| fixture.resource.block().is_some());
    let paths: BTreeSet<&PathBuf> = modules.map(|fixture| &fixture.path).collect();
    let mut modules = Vec::new();
    let mut resources = Vec::new();
    for path in paths {
        // What cannot be read is no fixture of a case.
        let blocks = crate::suite::blocks(path).unwrap_or_default();
        let before = resources.len();
        for block in blocks {
            let address = block.block().map(|block| block.address.clone());
            let origin = format!(
                "{}#{}",
                policyc_project::shown(path),
                address.unwrap_or_default()
            );
            resources.push((origin, block));
        }
        modules.push(Module {
            path: path.clone(),
            resources: before..resources.len(),
        });
    }
    if resources.is_empty() {
        return None;
    }
    Some(Question {
        modules,
        resources,
        ..Question::about(format!("{name} (Terraform)"), main)
    })
}

/// The folder of the file that a resource comes from.
fn folder(origin: &str) -> &str {
    origin.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The policies of a unit about every object in the manifests of a corpus.
#[must_use]
pub fn of_corpus(name: &str, unit: &Arc<Unit>, folder: &Path) -> Question {
    let mut resources = Vec::new();
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walk.flatten() {
        let path = entry.path();
        let is_manifest = path
            .extension()
            .is_some_and(|ext| ext == "yaml" || ext == "yml" || ext == "json");
        if !is_manifest || !path.is_file() {
            continue;
        }
        let Ok(bytes) = std::fs::read(path) else {
            continue;
        };
        let relative = path
            .strip_prefix(folder)
            .unwrap_or(path)
            .display()
            .to_string();
        for document in load(&bytes, SourceId(0), Format::Auto).documents {
            let DocumentKind::Object(resource) = document.kind else {
                continue;
            };
            if !can_be_asked(&resource) {
                continue;
            }
            let origin = format!("{relative}@{}", resource.span().start);
            resources.push((origin, Arc::new(resource)));
        }
    }
    Question {
        is_corpus: true,
        resources,
        ..Question::about(name, unit)
    }
}

/// Whether both engines can be asked about a resource of a corpus. Kyverno's command line stops at
/// an object of its own groups that does not fit its Go type; Checkov gives no verdict on one that
/// has only a `generateName`.
fn can_be_asked(resource: &Resource) -> bool {
    let group = resource.group();
    let of_kyverno = group == "kyverno.io" || group.ends_with(".kyverno.io");
    resource.name().is_some_and(|name| !name.is_empty()) && !of_kyverno
}
