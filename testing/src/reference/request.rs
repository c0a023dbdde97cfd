//! What is known of a request besides the resource.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Operation {
    /// `CREATE`
    #[default]
    Create,
    /// `UPDATE`
    Update,
    /// `DELETE`
    Delete,
    /// `CONNECT`
    Connect,
}

impl Operation {
    /// As `request.operation` says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }
}

/// What is known of a request besides the resource. By default: a CREATE by nobody known.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What is being done.
    pub operation: Operation,
    /// The sub-resource, such as `exec`.
    pub subresource: Option<String>,
    /// The former state.
    pub old: Option<Json>,
    /// Who asks, if that is known.
    pub user: Option<User>,
    /// Labels of namespaces, by name.
    pub namespaces: BTreeMap<String, BTreeMap<String, String>>,
}

/// Who asks.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// The name.
    pub username: String,
    /// The identifier, if there is one.
    pub uid: Option<String>,
    /// Names of the groups.
    pub groups: Vec<String>,
    /// Whatever else is known.
    pub extra: BTreeMap<String, Vec<String>>,
    /// Names of Roles and ClusterRoles.
    pub roles: Vec<String>,
}
