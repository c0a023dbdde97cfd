//! From what the evaluator takes to what the reference takes: data only.

use policyc_runtime::eval::Context;
use policyc_runtime::load::Resource;
use serde_json::Value as Json;

use super::Verdict;
use super::request::{Operation, Request, User};
use crate::suite::Given;

/// A loaded resource as JSON.
#[must_use]
pub fn json(resource: &Resource) -> Json {
    resource.node.value.to_json()
}

/// A request of the evaluator, with the labels of these namespaces.
#[must_use]
pub fn requested(context: &Context, given: &Given) -> Request {
    let mut request = request(context);
    for (name, namespace) in &given.namespaces {
        let labels = namespace.labels.iter();
        let labels = labels.map(|(key, value)| (key.clone(), value.clone()));
        request.namespaces.insert(name.clone(), labels.collect());
    }
    request
}

/// A request of the evaluator, without labels of namespaces, which it does not give away.
#[must_use]
pub fn request(context: &Context) -> Request {
    let operation = match context.operation {
        policyc_ir::Operation::Create => Operation::Create,
        policyc_ir::Operation::Update => Operation::Update,
        policyc_ir::Operation::Delete => Operation::Delete,
        policyc_ir::Operation::Connect => Operation::Connect,
    };
    let user = context.user().map(|user| User {
        username: user.username.clone(),
        uid: user.uid.clone(),
        groups: user.groups.clone(),
        extra: user.extra.clone(),
        roles: user
            .roles
            .iter()
            .chain(&user.cluster_roles)
            .cloned()
            .collect(),
    });
    Request {
        operation,
        subresource: context.subresource.clone(),
        old: context.old.as_ref().map(json),
        user,
        ..Request::default()
    }
}

/// A verdict of the evaluator; none where it gave up.
#[must_use]
pub const fn verdict(verdict: policyc_runtime::verdict::Verdict) -> Option<Verdict> {
    match verdict {
        policyc_runtime::verdict::Verdict::Pass => Some(Verdict::Pass),
        policyc_runtime::verdict::Verdict::Fail => Some(Verdict::Fail),
        policyc_runtime::verdict::Verdict::Skip => Some(Verdict::Skip),
        policyc_runtime::verdict::Verdict::Error | policyc_runtime::verdict::Verdict::Unknown => {
            None
        }
    }
}
