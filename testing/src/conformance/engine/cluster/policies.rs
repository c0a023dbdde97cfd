//! ValidatingAdmissionPolicies in effect, many at once, each so marked that one request tells what all of
//! them say.
//!
//! A policy is loaded as it was emitted, but for three things. Its binding warns instead of refusing, so that
//! every policy has its say. Its messages are numbers: the server passes over a warning with a control
//! character, and drops those after some 4,000 characters. And an audit annotation tells that the policy was
//! evaluated at all: one that is silent did not match, or one of its match conditions did not hold.
//!
//! Policies come into effect some time after they were written. The server puts policies and bindings
//! together again about once a second, from two streams of changes, each in the order of writing. So a canary
//! is written last in both: when its first binding warns, the policies before it are known; when its second
//! does, so are the bindings.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::client::Call;
use super::objects::text;
use super::{Cluster, failed};
use crate::conformance::engine::{OracleError, Silence};

const API_VERSION: &str = "admissionregistration.k8s.io/v1";
const POLICY: &str = "ValidatingAdmissionPolicy";
const BINDING: &str = "ValidatingAdmissionPolicyBinding";

/// The key of the annotation that says that a policy was evaluated.
const EVALUATED: &str = "evaluated";
/// Before the number in a message.
const NUMBER: char = '#';
/// Name of the canary, and of the ConfigMap that it is about.
pub(super) const CANARY: &str = "policyc-canary";

/// A ValidatingAdmissionPolicy with the bindings by which it is in effect.
#[derive(Clone, Debug, PartialEq)]
pub struct AdmissionPolicy {
    /// The policy, as it was emitted.
    pub policy: Value,
    /// Its bindings.
    pub bindings: Vec<Value>,
}

/// The policies that are loaded.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Which batch it is; policies of another have another mark.
    number: u64,
    policies: BTreeSet<String>,
    bindings: BTreeSet<String>,
}

impl Batch {
    pub(super) fn has(&self, policy: &str) -> bool {
        self.policies.contains(policy)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(String::as_str)
    }

    pub(super) fn mark(&self) -> String {
        mark(self.number)
    }
}

fn mark(number: u64) -> String {
    format!("batch-{number}")
}

/// The annotation in which a policy's mark stands.
pub(super) fn annotation(policy: &str) -> String {
    format!("{policy}/{EVALUATED}")
}

impl AdmissionPolicy {
    /// The policies and bindings among documents; others are left out.
    ///
    /// # Errors
    /// When a policy has no binding, or a binding no policy.
    pub fn of_documents(documents: &[Value]) -> Result<Vec<Self>, String> {
        let of_kind = |kind: &str| {
            let mut found = documents.to_vec();
            found.retain(|document| text(document, "/kind") == Some(kind));
            found
        };
        let mut policies: Vec<Self> = of_kind(POLICY)
            .into_iter()
            .map(|policy| Self {
                policy,
                bindings: Vec::new(),
            })
            .collect();
        for binding in of_kind(BINDING) {
            let name = text(&binding, "/spec/policyName").unwrap_or_default();
            let Some(policy) = policies.iter_mut().find(|policy| policy.name() == name) else {
                return Err(format!("a binding names no policy here: `{name}`"));
            };
            policy.bindings.push(binding);
        }
        match policies.iter().find(|policy| policy.bindings.is_empty()) {
            Some(policy) => Err(format!("`{}` has no binding", policy.name())),
            None => Ok(policies),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        text(&self.policy, "/metadata/name").unwrap_or_default()
    }

    /// The policy with its mark, and with numbers for messages.
    fn marked(&self, mark: &str) -> Result<Value, String> {
        let mut policy = self.policy.clone();
        let name = self.name();
        let spec = policy.get_mut("spec").and_then(Value::as_object_mut);
        let Some(spec) = spec else {
            return Err(format!("`{name}` has no spec"));
        };
        if spec.get("failurePolicy").is_some_and(|it| it != "Fail") {
            return Err(format!("`{name}` is silent about errors"));
        }
        if spec.contains_key("paramKind") {
            return Err(format!("`{name}` has parameters"));
        }
        let validations = spec.get_mut("validations").and_then(Value::as_array_mut);
        for (index, validation) in validations.into_iter().flatten().enumerate() {
            if let Some(validation) = validation.as_object_mut() {
                validation.remove("messageExpression");
                validation.insert("message".to_owned(), format!("{NUMBER}{index}").into());
            }
        }
        let annotations = spec
            .entry("auditAnnotations")
            .or_insert_with(|| Value::Array(Vec::new()));
        let Some(annotations) = annotations.as_array_mut() else {
            return Err(format!("the audit annotations of `{name}` are no list"));
        };
        annotations.push(json!({"key": EVALUATED, "valueExpression": format!("'{mark}'")}));
        Ok(policy)
    }

    /// The bindings, so that they warn.
    fn warning_bindings(&self) -> Vec<Value> {
        let mut bindings = self.bindings.clone();
        for binding in &mut bindings {
            if let Some(spec) = binding.get_mut("spec").and_then(Value::as_object_mut) {
                spec.insert("validationActions".to_owned(), json!(["Warn"]));
            }
        }
        bindings
    }
}

/// A warning, if it is one of a policy: its name, and what the warning says.
pub(super) fn parse_warning(warning: &str) -> Option<(&str, &str)> {
    let rest = warning.strip_prefix("Validation failed for ValidatingAdmissionPolicy '")?;
    let (policy, rest) = rest.split_once("' with binding '")?;
    let (_, message) = rest.split_once("': ")?;
    Some((policy, message))
}

/// Whether what a warning says is the message of a validation, rather than an error.
pub(super) fn is_message(message: &str) -> bool {
    message
        .strip_prefix(NUMBER)
        .is_some_and(|number| number.parse::<usize>().is_ok())
}

fn object(kind: &str, name: &str) -> Value {
    json!({"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}})
}

impl Cluster {
    /// Brings these policies into effect, and takes those of the last call out of it. Policies that the
    /// server does not take are given back, with its words.
    ///
    /// # Errors
    /// When a policy cannot be judged this way, or they do not come into effect.
    pub(super) fn load(
        &mut self,
        policies: &[AdmissionPolicy],
    ) -> Result<BTreeMap<String, String>, OracleError> {
        let number = self.batch.number + 1;
        let mut batch = Batch {
            number,
            policies: names(policies.iter().map(|it| &it.policy)),
            bindings: names(policies.iter().flat_map(|it| &it.bindings)),
        };
        if batch.policies.len() != policies.len() {
            let what = "two policies have one name".to_owned();
            return Err(failed(Silence::Input(what), ""));
        }
        let last = std::mem::take(&mut self.batch);
        for name in last.bindings.difference(&batch.bindings) {
            self.delete(&object(BINDING, name))?;
        }
        for name in last.policies.difference(&batch.policies) {
            self.delete(&object(POLICY, name))?;
        }
        let mark = mark(number);
        let mut marked = Vec::new();
        let mut bindings = Vec::new();
        for policy in policies {
            let policy_marked = policy.marked(&mark);
            marked.push(policy_marked.map_err(|what| failed(Silence::Input(what), ""))?);
            bindings.extend(policy.warning_bindings());
        }
        let refused = self.try_all(&marked)?;
        bindings.retain(|binding| {
            let policy = text(binding, "/spec/policyName").unwrap_or_default();
            !refused.contains_key(policy)
        });
        batch
            .policies
            .retain(|policy| !refused.contains_key(policy));
        self.apply_all(&[canary(&mark)])?;
        self.canary_binding(&mark, "policies")?;
        self.apply_all(&bindings)?;
        self.canary_binding(&mark, "bindings")?;
        self.delete(&object(BINDING, &format!("{CANARY}-{mark}-policies")))?;
        batch.bindings.insert(format!("{CANARY}-{mark}-bindings"));
        self.batch = batch;
        Ok(refused)
    }

    /// Writes objects, several at once, and says which are refused, by name.
    fn try_all(&self, objects: &[Value]) -> Result<BTreeMap<String, String>, OracleError> {
        let outcomes = self.parallel(objects, |object| self.apply(object));
        let mut refused = BTreeMap::new();
        for (object, outcome) in objects.iter().zip(outcomes) {
            if let Err(refusal) = outcome? {
                let name = text(object, "/metadata/name").unwrap_or_default();
                refused.insert(name.to_owned(), refusal.message);
            }
        }
        Ok(refused)
    }

    /// Writes objects that must be taken.
    fn apply_all(&self, objects: &[Value]) -> Result<(), OracleError> {
        let refused = self.try_all(objects)?;
        if refused.is_empty() {
            return Ok(());
        }
        let (names, said): (Vec<String>, Vec<String>) = refused.into_iter().unzip();
        Err(failed(Silence::Refused(names), &said.join("\n")))
    }

    /// Binds the canary and waits until that is in effect.
    fn canary_binding(&self, mark: &str, step: &str) -> Result<(), OracleError> {
        let name = format!("{CANARY}-{mark}-{step}");
        let mut binding = object(BINDING, &name);
        if let Some(binding) = binding.as_object_mut() {
            let spec = json!({"policyName": CANARY, "validationActions": ["Warn"]});
            binding.insert("spec".to_owned(), spec);
        }
        self.apply_all(&[binding])?;
        let expected = format!("with binding '{name}': {mark} ");
        super::until("the policies are in effect", || {
            let said = self.ask_canary("default")?;
            Ok(said.iter().any(|warning| warning.contains(&expected)))
        })
    }

    /// The warnings on the canary's ConfigMap in a namespace.
    pub(super) fn ask_canary(&self, namespace: &str) -> Result<Vec<String>, OracleError> {
        let body = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": CANARY, "namespace": namespace},
        })
        .to_string();
        let namespace = super::client::segment(namespace);
        let path = format!("/api/v1/namespaces/{namespace}/configmaps?dryRun=All");
        let call = Call {
            body: Some(&body),
            ..Call::default()
        };
        let reply = self.client.call("POST", &path, call)?;
        if reply.is_success() {
            Ok(reply.warnings)
        } else if reply.status == 403 || reply.status == 404 {
            // The namespace is not known yet.
            Ok(Vec::new())
        } else {
            let what = "the canary is refused".to_owned();
            Err(failed(Silence::Garbled(what), &reply.text))
        }
    }

    /// What the server says of a policy's expressions when it knows the kinds that they are about; empty
    /// when nothing is wrong. The controller manager writes it.
    ///
    /// # Errors
    /// When it does not.
    pub fn type_check(&self, policy: &str) -> Result<Vec<String>, OracleError> {
        let Some(served) = self.served(API_VERSION, POLICY)? else {
            let what = format!("no `{POLICY}` is served");
            return Err(failed(Silence::Unreachable(what), ""));
        };
        let path = served.object(None, policy);
        let mut warnings = Vec::new();
        super::until(&format!("`{policy}` is type checked"), || {
            let reply = self.client.get(&path)?;
            if !reply.is_success() {
                let what = format!("`{policy}` is not there");
                return Err(failed(Silence::Garbled(what), &reply.text));
            }
            let found = reply.json()?;
            let generation = found.pointer("/metadata/generation");
            if generation.is_none() || found.pointer("/status/observedGeneration") != generation {
                return Ok(false);
            }
            let Some(checked) = found.pointer("/status/typeChecking") else {
                return Ok(false);
            };
            let list = checked.get("expressionWarnings").and_then(Value::as_array);
            for warning in list.into_iter().flatten() {
                let field = text(warning, "/fieldRef").unwrap_or_default();
                let words = text(warning, "/warning").unwrap_or_default();
                warnings.push(format!("{field}: {}", words.trim()));
            }
            Ok(true)
        })?;
        Ok(warnings)
    }
}

/// A policy that warns on one ConfigMap, and tells how its namespace is known.
fn canary(mark: &str) -> Value {
    json!({
        "apiVersion": API_VERSION,
        "kind": POLICY,
        "metadata": {"name": CANARY},
        "spec": {
            "matchConstraints": {"resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                "operations": ["CREATE"], "resourceNames": [CANARY],
            }]},
            "validations": [{
                "expression": "false",
                "messageExpression": format!("'{mark} ' + namespaceObject.metadata.resourceVersion"),
            }],
        },
    })
}

fn names<'a>(objects: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    objects
        .filter_map(|object| Some(text(object, "/metadata/name")?.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_of_policies() {
        let warning =
            "Validation failed for ValidatingAdmissionPolicy 'p.q' with binding 'b': #3: x";
        assert_eq!(parse_warning(warning), Some(("p.q", "#3: x")));
        assert_eq!(parse_warning("something else"), None);
        assert!(is_message("#3") && !is_message("#3: x"));
        assert!(!is_message("expression 'x' resulted in error: no such key"));
    }

    #[test]
    fn policies_that_hide_errors_are_not_taken() {
        let policy = |spec: Value| AdmissionPolicy {
            policy: json!({"metadata": {"name": "p"}, "spec": spec}),
            bindings: Vec::new(),
        };
        assert!(
            policy(json!({"failurePolicy": "Ignore"}))
                .marked("m")
                .is_err()
        );
        assert!(policy(json!({"paramKind": {}})).marked("m").is_err());
        let marked = policy(json!({"validations": [{"expression": "true", "message": "no"}]}));
        let marked = marked.marked("m").unwrap();
        assert_eq!(text(&marked, "/spec/validations/0/message"), Some("#0"));
        assert_eq!(
            text(&marked, "/spec/auditAnnotations/0/valueExpression"),
            Some("'m'")
        );
    }
}
