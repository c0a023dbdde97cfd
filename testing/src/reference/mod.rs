//! A second interpreter of the language, to compare the compiler and the evaluator with.
//!
//! It follows `docs/language.md` word by word on the syntax tree, with neither the resolver nor the
//! IR nor the evaluator, and with its own reading of quantities, dates and the like. Where clarity
//! and speed differ, it takes clarity: every constant is worked out anew wherever it is used. Of the
//! rest of the workspace it uses the parser, the translation of RE2 to the crate `regex`, and the
//! schema, which it asks two things only: what type a field has, and whether a kind has namespaces.
//!
//! ```
//! use policyc_compiler::schema::{KubernetesVersion, Schema};
//! use policyc_testing::reference::{Reference, Request, Source, Verdict};
//!
//! let text = "policy p { rule r { match Pod deny spec.hostNetwork == true } }";
//! let source = Source { module: "p", text, root: true };
//! let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
//! let reference = Reference::new(&[source], &Default::default(), schema)?;
//! let pod = serde_json::json!({
//!     "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostNetwork": true},
//! });
//! let verdicts = reference.verdicts(&pod, &Request::default())?;
//! let [only] = verdicts.as_slice() else { return Err("one rule, one verdict".into()) };
//! assert_eq!((only.policy, only.rule, only.verdict), ("p", "r", Some(Verdict::Fail)));
//! # Ok::<(), String>(())
//! ```
//!
//! What it does not say: which values break their schema (the evaluator marks those pairs, and a
//! comparison leaves them out), findings, messages, and mistakes in policies: it is only asked about
//! policies that the compiler accepts.

mod beside;
mod bridge;
mod definitions;
mod evaluation;
mod expression;
mod functions;
mod number;
mod request;
mod scalar;
mod select;
mod text;
mod value;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use policyc_compiler::schema::Schema;
use policyc_compiler::syntax::{ast, parse};
use policyc_diagnostics::{Diagnostic, SourceId};
use regex::Regex;
use serde_json::Value as Json;

pub use beside::{Both, beside};
pub use bridge::{json, request, requested, verdict};
pub use request::{Operation, Request, User};

use definitions::Module;
use evaluation::Evaluation;

/// One module.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// What an `import` calls it.
    pub module: &'a str,
    /// The text.
    pub text: &'a str,
    /// Whether its policies are asked about; of others only what is imported is used.
    pub root: bool,
}

/// What a rule answers about a resource that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The rule applies, and all its statements hold.
    Pass,
    /// The rule applies, and a statement of it does not hold.
    Fail,
    /// The rule matches, but a `when` does not hold or an `unless` does.
    Skip,
}

/// What one rule answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'r> {
    /// The name of the policy.
    pub policy: &'r str,
    /// The name of the rule.
    pub rule: &'r str,
    /// The verdict; none where the rule does not select the resource.
    pub verdict: Option<Verdict>,
}

/// Policies, ready to be asked.
#[derive(Debug)]
pub struct Reference {
    modules: Vec<Module>,
    schema: Arc<Schema>,
    /// Values of parameters, by `policy.parameter` or `module.parameter`.
    params: BTreeMap<String, Json>,
    regexes: Mutex<BTreeMap<String, Regex>>,
}

impl Reference {
    /// Parses modules. `params` are what a project sets: `policy.parameter` or `module.parameter`.
    ///
    /// # Errors
    /// The first mistake of syntax.
    pub fn new(
        sources: &[Source<'_>],
        params: &BTreeMap<String, Json>,
        schema: Arc<Schema>,
    ) -> Result<Self, String> {
        let mut modules = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            let id = SourceId(u32::try_from(index).map_err(|error| error.to_string())?);
            let parsed = parse(source.text, id);
            if let Some(error) = parsed.diagnostics.iter().find(|it| it.is_error()) {
                let Diagnostic { code, message, .. } = error;
                return Err(format!("{}: {code:?}: {message}", source.module));
            }
            modules.push(Module {
                name: source.module.to_owned(),
                root: source.root,
                file: parsed.file,
            });
        }
        Ok(Self {
            modules,
            schema,
            params: params.clone(),
            regexes: Mutex::default(),
        })
    }

    /// What every rule answers about a resource, in the order of the sources.
    ///
    /// # Errors
    /// When a rule says what the compiler would not have accepted.
    pub fn verdicts<'r>(
        &'r self,
        resource: &Json,
        request: &Request,
    ) -> Result<Vec<Answer<'r>>, String> {
        let mut answers = Vec::new();
        for (module, policy, rule) in self.rules() {
            let verdict = Evaluation::new(self, resource, request)
                .verdict(module, policy, rule)
                .map_err(|error| format!("{}/{}: {error}", policy.name.text, rule.name.text))?;
            answers.push(Answer {
                policy: &policy.name.text,
                rule: &rule.name.text,
                verdict,
            });
        }
        Ok(answers)
    }

    /// What one rule answers about a resource.
    ///
    /// # Errors
    /// When there is no such rule, or it says what the compiler would not have accepted.
    pub fn verdict(
        &self,
        policy: &str,
        rule: &str,
        resource: &Json,
        request: &Request,
    ) -> Result<Option<Verdict>, String> {
        let mut rules = self.rules();
        let found = rules.find(|(_, of, it)| of.name.text == policy && it.name.text == rule);
        let (module, policy, rule) = found.ok_or_else(|| format!("no rule {policy}/{rule}"))?;
        Evaluation::new(self, resource, request).verdict(module, policy, rule)
    }

    /// The rules of the roots, each with its module and policy.
    fn rules(&self) -> impl Iterator<Item = (&Module, &ast::Policy, &ast::Rule)> {
        let roots = self.modules.iter().filter(|module| module.root);
        let policies = roots.flat_map(|module| module.policies().map(move |it| (module, it)));
        policies.flat_map(|(module, policy)| {
            let members = policy.members.iter();
            members.filter_map(move |member| match member {
                ast::PolicyMember::Rule(rule) => Some((module, policy, rule)),
                ast::PolicyMember::Field(_)
                | ast::PolicyMember::Param(_)
                | ast::PolicyMember::Const(_)
                | ast::PolicyMember::Let(_)
                | ast::PolicyMember::Function(_) => None,
            })
        })
    }

    /// The regular expression that a text is, made once.
    fn regex(&self, pattern: &str) -> Result<Regex, String> {
        let mut known = self.regexes.lock().map_err(|error| error.to_string())?;
        if let Some(regex) = known.get(pattern) {
            return Ok(regex.clone());
        }
        let translated = policyc_ir::scalar::re2_to_regex(pattern)?;
        let regex = Regex::new(&translated).map_err(|error| error.to_string())?;
        known.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }
}
