//! Objects of the cluster: where each kind is served, and writing them.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Call, Client, Reply, segment};
use super::{Cluster, User, failed};
use crate::conformance::engine::{OracleError, Silence};

/// Where a kind is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Served {
    /// `/apis/apps/v1`
    root: String,
    /// `deployments`
    plural: String,
    namespaced: bool,
}

impl Served {
    /// The path of the objects of a kind, in a namespace if it has those.
    pub(super) fn collection(&self, namespace: Option<&str>) -> String {
        let Self {
            root,
            plural,
            namespaced,
        } = self;
        if *namespaced {
            let namespace = segment(namespace.unwrap_or("default"));
            format!("{root}/namespaces/{namespace}/{plural}")
        } else {
            format!("{root}/{plural}")
        }
    }

    pub(super) fn object(&self, namespace: Option<&str>, name: &str) -> String {
        format!("{}/{}", self.collection(namespace), segment(name))
    }
}

/// What was looked up, by API version and kind.
pub(super) type Kinds = BTreeMap<(String, String), Served>;

/// What the server says of an object that it does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status; 0 for a kind that is not served.
    pub status: u16,
    /// Its words.
    pub message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// A text of an object, by its path in JSON.
pub(super) fn text<'a>(object: &'a Value, pointer: &str) -> Option<&'a str> {
    object.pointer(pointer)?.as_str()
}

/// The documents of a YAML text.
///
/// # Errors
/// When it is no YAML.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let mut found = Vec::new();
    for document in documents {
        let value = Value::deserialize(document).map_err(|error| error.to_string())?;
        if !value.is_null() {
            found.push(value);
        }
    }
    Ok(found)
}

/// Where a kind is served, if it is.
pub(super) fn look_up(
    client: &Client,
    api_version: &str,
    kind: &str,
) -> Result<Option<Served>, OracleError> {
    let root = match api_version.split_once('/') {
        None => format!("/api/{}", segment(api_version)),
        Some((group, version)) => format!("/apis/{}/{}", segment(group), segment(version)),
    };
    let reply = client.get(&root)?;
    if reply.status == 404 {
        return Ok(None);
    }
    let list = reply.json()?;
    let resources = list.get("resources").and_then(Value::as_array);
    let found = resources.into_iter().flatten().find(|resource| {
        text(resource, "/kind") == Some(kind)
            && text(resource, "/name").is_some_and(|name| !name.contains('/'))
    });
    Ok(found.and_then(|resource| {
        Some(Served {
            root,
            plural: text(resource, "/name")?.to_owned(),
            namespaced: resource.get("namespaced")?.as_bool()?,
        })
    }))
}

/// Creates an object, or makes it what `object` says: unknown fields are errors.
pub(super) fn apply(
    client: &Client,
    served: &Served,
    object: &Value,
) -> Result<Result<Vec<String>, Refusal>, OracleError> {
    write(client, served, object, "")
}

fn write(
    client: &Client,
    served: &Served,
    object: &Value,
    more: &str,
) -> Result<Result<Vec<String>, Refusal>, OracleError> {
    let name = text(object, "/metadata/name").unwrap_or_default();
    let path = served.object(text(object, "/metadata/namespace"), name);
    let body = object.to_string();
    let call = Call {
        content_type: Some("application/apply-patch+yaml"),
        body: Some(&body),
        ..Call::default()
    };
    let query = "fieldManager=policyc&force=true&fieldValidation=Strict";
    let path = format!("{path}?{query}{more}");
    let deadline = Instant::now() + WEBHOOK;
    loop {
        let outcome = taken(client.call("PATCH", &path, call)?);
        match &outcome {
            Err(refusal) if is_unready(refusal) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(200));
            }
            Ok(_) | Err(_) => return Ok(outcome),
        }
    }
}

/// How long a webhook of Kyverno that is registered may take to listen.
const WEBHOOK: Duration = Duration::from_secs(20);

/// Whether nobody has judged the object: Kyverno registers its webhooks a moment before it serves
/// them.
fn is_unready(refusal: &Refusal) -> bool {
    refusal.status == 500 && refusal.message.contains("failed to call webhook")
}

pub(super) fn taken(reply: Reply) -> Result<Vec<String>, Refusal> {
    if reply.is_success() {
        Ok(reply.warnings)
    } else {
        Err(Refusal {
            status: reply.status,
            message: reply.message(),
        })
    }
}

impl Cluster {
    /// Where a kind is served; none if it is not.
    pub(super) fn served(
        &self,
        api_version: &str,
        kind: &str,
    ) -> Result<Option<Served>, OracleError> {
        let key = (api_version.to_owned(), kind.to_owned());
        let known = self.kinds.lock();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        if let Some(served) = known.get(&key) {
            return Ok(Some(served.clone()));
        }
        drop(known);
        let found = look_up(&self.client, api_version, kind)?;
        if let Some(served) = &found {
            let kinds = self.kinds.lock();
            let mut kinds = kinds.unwrap_or_else(PoisonError::into_inner);
            kinds.insert(key, served.clone());
        }
        Ok(found)
    }

    pub(super) fn served_object(&self, object: &Value) -> Result<Option<Served>, OracleError> {
        let api_version = text(object, "/apiVersion").unwrap_or_default();
        self.served(api_version, text(object, "/kind").unwrap_or_default())
    }

    /// Creates an object, or makes it what `object` says, and says what the server warns of. Unknown
    /// fields are errors.
    ///
    /// # Errors
    /// Outside when there is no answer; inside when the object is refused.
    pub fn apply(&self, object: &Value) -> Result<Result<Vec<String>, Refusal>, OracleError> {
        match self.served_object(object)? {
            Some(served) => apply(&self.client, &served, object),
            None => Ok(Err(not_served(object))),
        }
    }

    /// Whether the server and its webhooks would take an object, without unknown fields; nothing is
    /// written. Says what they warn of.
    ///
    /// # Errors
    /// Outside when there is no answer; inside when the object is refused.
    pub fn try_apply(&self, object: &Value) -> Result<Result<Vec<String>, Refusal>, OracleError> {
        match self.served_object(object)? {
            Some(served) => write(&self.client, &served, object, "&dryRun=All"),
            None => Ok(Err(not_served(object))),
        }
    }

    /// The object that would be stored if `user` created this one: all of admission has its say, and nothing
    /// is written. Fields that the server does not know are left out.
    ///
    /// # Errors
    /// Outside when there is no answer; inside when the object is refused.
    pub fn try_create(
        &self,
        object: &Value,
        user: &User,
    ) -> Result<Result<Value, Refusal>, OracleError> {
        let Some(served) = self.served_object(object)? else {
            return Ok(Err(not_served(object)));
        };
        let body = object.to_string();
        let path = served.collection(text(object, "/metadata/namespace"));
        let call = Call {
            user: Some(user),
            body: Some(&body),
            ..Call::default()
        };
        let path = format!("{path}?dryRun=All&fieldValidation=Ignore");
        let reply = self.client.call("POST", &path, call)?;
        let object = reply.is_success().then(|| reply.json()).transpose()?;
        Ok(match object {
            Some(object) => Ok(object),
            None => taken(reply).map(|_| Value::Null),
        })
    }

    /// Removes an object, if it is there.
    ///
    /// # Errors
    /// When the server does not do it.
    pub fn delete(&self, object: &Value) -> Result<(), OracleError> {
        let Some(served) = self.served_object(object)? else {
            return Ok(());
        };
        let name = text(object, "/metadata/name").unwrap_or_default();
        let path = served.object(text(object, "/metadata/namespace"), name);
        let reply = self.client.call(
            "DELETE",
            &format!("{path}?gracePeriodSeconds=0&propagationPolicy=Background"),
            Call::default(),
        )?;
        if reply.is_success() || reply.status == 404 {
            Ok(())
        } else {
            let what = format!("`{path}` is not deleted");
            Err(failed(Silence::Garbled(what), &reply.text))
        }
    }

    /// Serves the kinds of CustomResourceDefinitions.
    ///
    /// # Errors
    /// When one is refused or does not come into effect.
    pub fn install_crds(&self, crds: &[Value]) -> Result<(), OracleError> {
        install_crds(&self.client, crds, &|object| self.apply(object))
    }

    /// Makes sure that a namespace is there with exactly these labels, and that policies see them. Only
    /// after [`load`](Self::load), whose canary sees them.
    ///
    /// # Errors
    /// Outside when there is no answer, or not in time; inside when the server does not take such a namespace.
    pub fn namespace(
        &self,
        name: &str,
        labels: &BTreeMap<String, String>,
    ) -> Result<Result<(), Refusal>, OracleError> {
        let object = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": labels},
        });
        if let Err(refusal) = self.apply(&object)? {
            return Ok(Err(refusal));
        }
        let reply = self
            .client
            .get(&format!("/api/v1/namespaces/{}", segment(name)))?;
        let written = reply.json()?;
        let version = text(&written, "/metadata/resourceVersion").unwrap_or_default();
        let expected = format!(" {version}");
        super::until(&format!("namespace `{name}` is known"), || {
            let said = self.ask_canary(name)?;
            Ok(said.iter().any(|warning| warning.ends_with(&expected)))
        })?;
        Ok(Ok(()))
    }
}

pub(super) fn not_served(object: &Value) -> Refusal {
    let kind = text(object, "/kind").unwrap_or_default();
    let api_version = text(object, "/apiVersion").unwrap_or_default();
    Refusal {
        status: 0,
        message: format!("no kind `{kind}` of `{api_version}` is served"),
    }
}

/// A way to write an object.
pub(super) type Apply<'a> = &'a dyn Fn(&Value) -> Result<Result<Vec<String>, Refusal>, OracleError>;

pub(super) fn install_crds(
    client: &Client,
    crds: &[Value],
    apply: Apply<'_>,
) -> Result<(), OracleError> {
    for crd in crds {
        if let Err(refusal) = apply(crd)? {
            let name = text(crd, "/metadata/name").unwrap_or_default().to_owned();
            return Err(failed(Silence::Refused(vec![name]), &refusal.message));
        }
    }
    for crd in crds {
        let group = text(crd, "/spec/group").unwrap_or_default();
        let kind = text(crd, "/spec/names/kind").unwrap_or_default();
        let versions = crd.pointer("/spec/versions").and_then(Value::as_array);
        for version in versions.into_iter().flatten() {
            if version.get("served") != Some(&Value::Bool(true)) {
                continue;
            }
            let version = text(version, "/name").unwrap_or_default();
            super::until(&format!("`{kind}` is served"), || {
                Ok(look_up(client, &format!("{group}/{version}"), kind)?.is_some())
            })?;
        }
    }
    Ok(())
}
