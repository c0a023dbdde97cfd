//! Asking a real API server about ValidatingAdmissionPolicies.
//!
//! It fills in defaults, labels every namespace and knows who asks. So the answers carry the request as it
//! saw it, and the evaluator is asked about that one.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use policyc_diagnostics::SourceId;
use policyc_ir::Operation as IrOperation;
use policyc_runtime::eval::{Context, User as RequestUser};
use policyc_runtime::load::{Format, Resource, load};
use serde_json::Value;

use super::{Answers, Seen, Unasked, artifacts};
use crate::conformance::compare::Answer;
use crate::conformance::engine::cluster::{
    AdmissionPolicy, Asked, Cluster, Judged, Operation, Options, Request, User, Verdict, documents,
};
use crate::conformance::question::{Emitted, Question};
use crate::suite::GivenOperation;

/// Who asks where a suite says nobody.
const NOBODY: &str = "nobody-in-particular";
/// The group that the server adds to every user.
const AUTHENTICATED: &str = "system:authenticated";

type Labels = BTreeMap<String, String>;

/// One cluster serves all questions of a run.
fn cluster() -> Result<&'static Mutex<Cluster>, Unasked> {
    static CLUSTER: OnceLock<Result<Mutex<Cluster>, Unasked>> = OnceLock::new();
    let started = CLUSTER.get_or_init(|| {
        let programs = Cluster::locate().map_err(Unasked::Missing)?;
        let cluster = Cluster::start(&programs, Options::default());
        Ok(Mutex::new(cluster.map_err(Unasked::Oracle)?))
    });
    started.as_ref().map_err(Clone::clone)
}

pub(super) fn ask(question: &Question, emitted: &[Emitted]) -> Result<Option<Answers>, Unasked> {
    let operation = match question.given.operation {
        None | Some(GivenOperation::Create) => Operation::Create,
        Some(GivenOperation::Update) => Operation::Update,
        Some(GivenOperation::Delete) => Operation::Delete,
        Some(GivenOperation::Connect) => return Ok(None),
    };
    let cluster = cluster()?;
    let mut cluster = cluster.lock().unwrap_or_else(PoisonError::into_inner);
    // Names that the server knows, and the rule each is about.
    let mut rules: Vec<(String, usize, usize)> = Vec::new();
    let mut policies = Vec::new();
    for (index, artifact, rule_of) in artifacts(question, emitted) {
        let documents = documents(&artifact.contents).map_err(Unasked::Question)?;
        policies.extend(AdmissionPolicy::of_documents(&documents).map_err(Unasked::Question)?);
        for rule in &artifact.rules {
            if let Some(rule_index) = rule_of(&rule.rule) {
                let names = rule.reported.iter();
                rules.extend(names.map(|name| (name.clone(), index, rule_index)));
            }
        }
    }
    for text in question.crds.iter() {
        let crds = documents(text).map_err(Unasked::Question)?;
        cluster.install_crds(&crds).map_err(Unasked::Oracle)?;
    }
    let user = user(question);
    let namespaces = namespaces(question);
    let old = &question.context.old;
    let requests: Vec<Request> = question
        .resources
        .iter()
        .map(|(_, resource)| Request {
            operation,
            object: object(resource),
            old: old.as_ref().map(object),
            user: User {
                name: user.username.clone(),
                groups: user.groups.clone(),
            },
        })
        .collect();
    let asking = cluster
        .ask(&policies, &namespaces, &requests)
        .map_err(Unasked::Oracle)?;
    let mut answers = Answers::default();
    for (resource, asked) in asking.asked.iter().enumerate() {
        for (name, policy, rule) in &rules {
            let answer = match asked {
                // What the server does not take is in error about everything.
                _ if asking.refused.contains_key(name) => Answer::Error,
                Asked::Judged(judged) => match judged.verdicts.get(name) {
                    None => Answer::Silent,
                    Some(Verdict::Pass) => Answer::Pass,
                    Some(Verdict::Fail(_)) => Answer::Fail,
                    Some(Verdict::Error(_)) => Answer::Error,
                },
                Asked::NotServed(_) => Answer::Unserved,
                Asked::Invalid(_) => Answer::Refused,
            };
            answers.add(*policy, *rule, resource, answer);
        }
        match asked {
            Asked::Judged(judged) => {
                let seen = seen(question, judged, &user, &namespaces);
                let seen = seen.ok_or_else(|| {
                    Unasked::Question(format!("the server answered with `{}`", judged.object))
                })?;
                answers.seen.insert(resource, seen);
            }
            Asked::NotServed(why) | Asked::Invalid(why) => {
                answers.unheard.push((resource, why.clone()));
            }
        }
    }
    answers.refused.extend(asking.refused);
    Ok(Some(answers))
}

fn object(resource: &Resource) -> Value {
    resource.node.value.to_json()
}

fn resource(object: &Value) -> Option<Resource> {
    let loaded = load(object.to_string().as_bytes(), SourceId(0), Format::Json);
    loaded.resources().next().cloned()
}

/// Who the server takes for the one who asks.
fn user(question: &Question) -> RequestUser {
    let mut user = match question.context.user() {
        Some(user) => user.clone(),
        None => RequestUser {
            username: NOBODY.to_owned(),
            ..RequestUser::default()
        },
    };
    if user.groups.iter().all(|group| group != AUTHENTICATED) {
        user.groups.push(AUTHENTICATED.to_owned());
    }
    user
}

/// The namespaces that requests are about, with the labels that suites give them.
fn namespaces(question: &Question) -> BTreeMap<String, Labels> {
    let mut namespaces: BTreeMap<String, Labels> = BTreeMap::new();
    namespaces.insert("default".to_owned(), Labels::new());
    let old = question.context.old.iter();
    let resources = question.resources.iter().map(|(_, resource)| &**resource);
    for name in resources.chain(old).filter_map(Resource::namespace) {
        namespaces.entry(name.to_owned()).or_default();
    }
    for (name, namespace) in &question.given.namespaces {
        let labels = namespace.labels.iter();
        let labels = labels.map(|(key, value)| (key.clone(), value.clone()));
        namespaces.insert(name.clone(), labels.collect());
    }
    namespaces
}

/// The request as the server saw it.
fn seen(
    question: &Question,
    judged: &Judged,
    user: &RequestUser,
    namespaces: &BTreeMap<String, Labels>,
) -> Option<Seen> {
    let mut context = Context::new(question.context.operation);
    context.set_user(user.clone());
    for (name, labels) in namespaces {
        context.set_namespace_labels(name.as_str(), labels.clone());
    }
    context.old = match (context.operation, &judged.old) {
        (IrOperation::Update, Some(old)) => Some(resource(old)?),
        _ => None,
    };
    Some(Seen {
        resource: resource(&judged.object)?,
        context,
    })
}
