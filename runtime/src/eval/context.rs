//! What is known about a request beside the resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use policyc_ir::Operation;

use crate::load::Resource;
use crate::value::{Entry, Map, Node, Value};

/// What is known about a request beside the resource. By default: a CREATE of the resource itself
/// by nobody known, into a namespace with labels nobody knows.
#[derive(Debug, Clone)]
pub struct Context {
    /// What is being done.
    pub operation: Operation,
    /// The sub-resource that is addressed, such as `exec`; a file never is one.
    pub subresource: Option<String>,
    /// The former state, for updates. For a deletion without one it is the resource itself; for
    /// other operations it is not looked at.
    pub old: Option<Resource>,
    user: Option<(User, Node)>,
    namespace_labels: BTreeMap<String, Node>,
}

impl Default for Context {
    fn default() -> Self {
        Self::new(Operation::Create)
    }
}

impl Context {
    /// A request with this operation, of which nothing else is known.
    #[must_use]
    pub fn new(operation: Operation) -> Self {
        Self {
            operation,
            subresource: None,
            old: None,
            user: None,
            namespace_labels: BTreeMap::new(),
        }
    }

    /// Says who makes the request.
    pub fn set_user(&mut self, user: User) {
        let node = user.to_node();
        self.user = Some((user, node));
    }

    /// Says what labels a namespace has. `kubernetes.io/metadata.name` is added: the API server
    /// sets it on every namespace.
    pub fn set_namespace_labels(
        &mut self,
        namespace: impl Into<String>,
        labels: impl IntoIterator<Item = (String, String)>,
    ) {
        let namespace = namespace.into();
        let mut map = Map::new();
        for (key, value) in labels {
            map.insert(entry(&key, Value::string(value)));
        }
        map.insert(entry(NAME_LABEL, Value::string(&*namespace)));
        self.namespace_labels
            .insert(namespace, unplaced(Value::Map(map)));
    }

    /// Who makes the request, if that is known.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref().map(|(user, _)| user)
    }

    /// The user as the value that `user` has in policies.
    pub(super) fn user_node(&self) -> Option<&Node> {
        self.user.as_ref().map(|(_, node)| node)
    }

    /// The labels of a namespace, a map of strings, if they are known.
    pub(super) fn labels_of_namespace(&self, namespace: &str) -> Option<&Node> {
        self.namespace_labels.get(namespace)
    }
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct User {
    /// Name.
    pub username: String,
    /// Identifier, if any.
    pub uid: Option<String>,
    /// Names of the groups.
    pub groups: Vec<String>,
    /// Whatever else the authenticator said.
    pub extra: BTreeMap<String, Vec<String>>,
    /// Names of the Roles bound to the user, with their namespaces: `prod:editor`.
    pub roles: Vec<String>,
    /// Names of the ClusterRoles bound to the user.
    pub cluster_roles: Vec<String>,
}

/// The label with the name of the namespace, which the API server sets on every one.
pub(super) const NAME_LABEL: &str = "kubernetes.io/metadata.name";

impl User {
    fn to_node(&self) -> Node {
        let Self {
            username,
            uid,
            groups,
            extra,
            // A request does not carry them.
            roles: _,
            cluster_roles: _,
        } = self;
        let strings = |texts: &[String]| {
            let items = texts.iter().map(|text| unplaced(Value::string(&**text)));
            Value::List(items.collect())
        };
        let mut map = Map::new();
        map.insert(entry("username", Value::string(&**username)));
        if let Some(uid) = uid {
            map.insert(entry("uid", Value::string(&**uid)));
        }
        map.insert(entry("groups", strings(groups)));
        let mut extras = Map::new();
        for (key, texts) in extra {
            extras.insert(entry(key, strings(texts)));
        }
        map.insert(entry("extra", Value::Map(extras)));
        unplaced(Value::Map(map))
    }
}

/// A value that stands in no text.
fn unplaced(value: Value) -> Node {
    Node::new(value, 0, 0)
}

fn entry(key: &str, value: Value) -> Entry {
    Entry {
        key: Arc::from(key),
        key_start: 0,
        key_end: 0,
        node: unplaced(value),
    }
}
