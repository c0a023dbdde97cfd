//! A batch: some rules about one focus, and resources around their boundaries.

use std::sync::Arc;

use policyc_compiler::schema::{KubernetesVersion, Schema};
use policyc_diagnostics::SourceId;
use policyc_runtime::eval::Compiled;
use policyc_runtime::load::{Format, Resource, load};

use super::conditions::Writer;
use super::focus::Focus;
use super::metadata::{LABEL_VALUES, LABELS, NAMESPACES};
use super::print::policy;
use super::random::Random;
use super::resources::Maker;
use super::rule::Rule;
use crate::conformance::Question;
use crate::source::compiled;
use crate::suite::{Given, GivenNamespace, GivenOperation, Unit};

/// Rules and resources.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The rules; the policy of each is `p` and its index.
    pub rules: Vec<Rule>,
    /// The resources, as JSON texts.
    pub resources: Vec<String>,
    /// The request around the resources.
    pub given: Given,
}

/// Rules that do not compile: a mistake of the generator.
#[derive(Debug)]
pub struct Malformed {
    /// The source.
    pub source: String,
    /// What the compiler says.
    pub said: String,
}

impl Batch {
    /// The batch that a seed and its number name.
    #[must_use]
    pub fn new(seed: u64, number: u64, rules: usize, resources: usize) -> Self {
        Self::made(seed, number, rules, resources, false)
    }

    /// The same with resources that an API server mostly admits.
    #[must_use]
    pub fn valid(seed: u64, number: u64, rules: usize, resources: usize) -> Self {
        Self::made(seed, number, rules, resources, true)
    }

    fn made(seed: u64, number: u64, rules: usize, resources: usize, valid: bool) -> Self {
        let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
        let mut random = Random::new(seed, number);
        let focus = Focus::new(&mut random, &schema);
        let given = given(&mut random);
        let mut writer = Writer::new(&mut random, &schema, &focus);
        writer.with_namespaces = !given.namespaces.is_empty();
        let rules = (0..rules).map(|_| writer.rule()).collect();
        let touches = writer.touches;
        let mut maker = Maker::new(&mut random, &schema, &focus, &touches);
        maker.valid = valid;
        let resources = (0..resources)
            .map(|_| maker.resource().to_string())
            .collect();
        Self {
            rules,
            resources,
            given,
        }
    }

    /// The source of the rules.
    #[must_use]
    pub fn source(&self) -> String {
        source(&self.rules)
    }

    /// The question that the batch is.
    ///
    /// # Errors
    /// When a rule does not compile.
    pub fn question(&self, name: &str) -> Result<Question, Malformed> {
        let unit = unit(&self.rules)?;
        let resources = self
            .resources
            .iter()
            .enumerate()
            .filter_map(|(index, text)| {
                let resource = resource(text)?;
                Some((format!("resource {index}"), resource))
            })
            .collect();
        Ok(Question {
            // Checkov leaves out what looks like a template, as it does with found ones.
            is_corpus: true,
            resources,
            given: self.given.clone(),
            context: Arc::new(self.given.context()),
            ..Question::about(name, &unit)
        })
    }
}

/// A request: mostly a plain one, as Checkov is asked about no other.
fn given(random: &mut Random) -> Given {
    let mut given = Given::default();
    match random.below(10) {
        0 => given.operation = Some(GivenOperation::Update),
        1 if random.percent(50) => given.operation = Some(GivenOperation::Delete),
        2 => {
            for name in NAMESPACES {
                let mut labels = indexmap::IndexMap::new();
                for key in LABELS {
                    if random.percent(50) {
                        labels.insert((*key).to_owned(), random.word(LABEL_VALUES).to_owned());
                    }
                }
                given
                    .namespaces
                    .insert((*name).to_owned(), GivenNamespace { labels });
            }
        }
        _ => {}
    }
    given
}

fn source(rules: &[Rule]) -> String {
    let texts: Vec<String> = rules
        .iter()
        .enumerate()
        .map(|(index, rule)| policy(&format!("p{index}"), rule))
        .collect();
    texts.join("\n")
}

/// A resource from its JSON.
fn resource(text: &str) -> Option<Arc<Resource>> {
    let loaded = load(text.as_bytes(), SourceId(0), Format::Json);
    loaded.resources().next().cloned().map(Arc::new)
}

/// Rules, compiled.
///
/// # Errors
/// When one of them does not compile.
pub(super) fn unit(rules: &[Rule]) -> Result<Arc<Unit>, Malformed> {
    let source = source(rules);
    let program = compiled("differential", &source).map_err(|said| Malformed {
        source: source.clone(),
        said,
    })?;
    let compiled = Compiled::new(&program).map_err(|error| Malformed {
        source: source.clone(),
        said: error.to_string(),
    })?;
    Ok(Arc::new(Unit { program, compiled }))
}
