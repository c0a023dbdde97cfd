//! Kinds of resources, and how a policy names them.

use std::cmp::Ordering;
use std::fmt;

use super::Schema;
use super::nearest::nearest;
use super::removed::Removed;
use super::types::TypeId;

/// A kind of resource in one version of its API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The API group; empty for the core group.
    pub group: Box<str>,
    /// The version, such as `v1`.
    pub version: Box<str>,
    /// The kind, such as `Deployment`.
    pub name: Box<str>,
    /// The resource's name in the API's paths and in RBAC rules, such as `deployments`.
    pub plural: Box<str>,
    /// Whether it lives in a namespace.
    pub namespaced: bool,
    /// The type of the whole object.
    pub ty: TypeId,
    /// The sub-resources that admission requests may name, sorted by name.
    pub subresources: Box<[Subresource]>,
    /// Where it is defined.
    pub origin: Origin,
}

impl Kind {
    /// The `apiVersion` of its objects, such as `v1` or `apps/v1`.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// The sub-resource `name`.
    #[must_use]
    pub fn subresource(&self, name: &str) -> Option<&Subresource> {
        self.subresources.iter().find(|sub| *sub.name == *name)
    }
}

impl fmt::Display for Kind {
    /// Writes the full name, such as `apps/v1/Deployment`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.api_version(), self.name)
    }
}

/// A sub-resource, such as `exec` of `Pod`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subresource {
    /// Its name.
    pub name: Box<str>,
    /// The type of the object that an admission request on it carries: the resource itself
    /// (`status`) or an object of its own (`Eviction`, `Scale`, `PodExecOptions`).
    pub ty: TypeId,
}

/// Where a kind is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Kubernetes has it.
    Kubernetes,
    /// The Gateway API (gateway-api.sigs.k8s.io), whose definitions most clusters have. A project's
    /// own definition of such a kind takes its place.
    GatewayApi,
    /// A CustomResourceDefinition of the project.
    Crd,
}

/// How a policy names kinds: `Pod`, `v1/Pod`, `apps/v1/Deployment`, `apps/*/Deployment`, each with
/// a sub-resource (`Pod/exec`) or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindQuery<'a> {
    /// The group; `None` for any.
    pub group: Option<&'a str>,
    /// The version; `None` for any.
    pub version: Option<&'a str>,
    /// The kind, or `*` for every kind.
    pub kind: &'a str,
    /// The sub-resource.
    pub subresource: Option<&'a str>,
}

impl<'a> KindQuery<'a> {
    /// Any version of a kind.
    #[must_use]
    pub const fn bare(kind: &'a str) -> Self {
        Self {
            group: None,
            version: None,
            kind,
            subresource: None,
        }
    }

    /// Reads a name. A kind begins with a capital letter or is `*`; `v1/Pod` is of the core group,
    /// `apps/Deployment` is none of the forms. `None` if the text has none of the forms.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let any = |part: &'a str| (part != "*").then_some(part);
        let is_kind = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
        let parts: Vec<&str> = text.splitn(5, '/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        // A `*` is a kind where no part after it can be one.
        let at = parts
            .iter()
            .position(|part| is_kind(part))
            .or_else(|| parts.iter().rposition(|part| *part == "*"));
        let (group, version, kind, rest) = match (at, parts.as_slice()) {
            (Some(0), [kind, rest @ ..]) => (None, None, kind, rest),
            (Some(1), ["*", kind, rest @ ..]) => (None, None, kind, rest),
            (Some(1), [version, kind, rest @ ..]) if is_version(version) => {
                (Some(""), Some(*version), kind, rest)
            }
            (Some(2), [group, version, kind, rest @ ..]) => (any(group), any(version), kind, rest),
            // A kind in lower case, which is then unknown and draws a suggestion.
            (None, [kind]) => (None, None, kind, [].as_slice()),
            (None, [version, kind]) if is_version(version) => {
                (Some(""), Some(*version), kind, [].as_slice())
            }
            (None, [group, version, kind]) if is_version(version) => {
                (Some(*group), Some(*version), kind, [].as_slice())
            }
            (None, [kind, sub]) => (None, None, kind, std::slice::from_ref(sub)),
            _ => return None,
        };
        match rest {
            [] => Some(Self {
                group,
                version,
                kind,
                subresource: None,
            }),
            [sub] => Some(Self {
                group,
                version,
                kind,
                subresource: Some(sub),
            }),
            _ => None,
        }
    }

    fn admits(&self, kind: &Kind) -> bool {
        self.group.is_none_or(|group| *kind.group == *group)
            && self.version.is_none_or(|version| *kind.version == *version)
    }
}

impl fmt::Display for KindQuery<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.group, self.version) {
            (None, None) => {}
            (Some(""), Some(version)) => write!(out, "{version}/")?,
            (group, version) => {
                write!(out, "{}/{}/", group.unwrap_or("*"), version.unwrap_or("*"))?;
            }
        }
        out.write_str(self.kind)?;
        self.subresource.map_or(Ok(()), |sub| write!(out, "/{sub}"))
    }
}

/// Why a name stands for no kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownKind {
    /// No group has the kind.
    NoKind {
        /// Kinds it may stand for.
        similar: Vec<String>,
        /// The Kubernetes version that dropped it.
        removed: Option<&'static Removed>,
    },
    /// The kind exists, but not in this group and version.
    NoVersion {
        /// Its full names, such as `apps/v1/Deployment`, the preferred one first.
        served: Vec<String>,
        /// The Kubernetes version that dropped this one.
        removed: Option<&'static Removed>,
    },
    /// The kind has no such sub-resource.
    NoSubresource {
        /// Sub-resources it may stand for.
        similar: Vec<String>,
        /// All that there are.
        known: Vec<String>,
    },
}

impl Schema {
    /// Every kind in every version, sorted by name and then as [`kinds`](Self::kinds) does.
    pub fn all_kinds(&self) -> impl ExactSizeIterator<Item = &Kind> {
        self.kinds.iter()
    }

    /// The groups and versions of the kind `name`, the preferred first: the core group, then other
    /// groups by name; in a group stable versions, then beta, then alpha, each newest first.
    #[must_use]
    pub fn kinds(&self, name: &str) -> &[Kind] {
        let start = self.kinds.partition_point(|kind| *kind.name < *name);
        let rest = self.kinds.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|kind| *kind.name == *name).count();
        rest.get(..length).unwrap_or_default()
    }

    /// The kind with this `apiVersion` and `kind`.
    #[must_use]
    pub fn kind(&self, api_version: &str, name: &str) -> Option<&Kind> {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        self.kinds(name)
            .iter()
            .find(|kind| *kind.group == *group && *kind.version == *version)
    }

    /// The kinds that a name stands for, the preferred first; never none. A bare name stands for
    /// every version of it, a `*` for every kind.
    ///
    /// # Errors
    /// Says what there is instead, when a name stands for none.
    pub fn resolve(&self, query: &KindQuery<'_>) -> Result<Vec<&Kind>, UnknownKind> {
        let candidates = if query.kind == "*" {
            &*self.kinds
        } else {
            self.kinds(query.kind)
        };
        let found: Vec<&Kind> = candidates
            .iter()
            .filter(|kind| query.admits(kind))
            .collect();
        if found.is_empty() {
            return Err(self.unknown(query, candidates));
        }
        let Some(sub) = query.subresource.filter(|sub| *sub != "*") else {
            return Ok(found);
        };
        let having: Vec<&Kind> = found
            .iter()
            .copied()
            .filter(|kind| kind.subresource(sub).is_some())
            .collect();
        if having.is_empty() {
            let mut known: Vec<&str> = found
                .iter()
                .flat_map(|kind| &kind.subresources)
                .map(|sub| &*sub.name)
                .collect();
            known.sort_unstable();
            known.dedup();
            return Err(UnknownKind::NoSubresource {
                similar: owned(nearest(sub, known.iter().copied())),
                known: owned(known),
            });
        }
        Ok(having)
    }

    fn unknown(&self, query: &KindQuery<'_>, candidates: &[Kind]) -> UnknownKind {
        let removed = Removed::find(query.group, query.version, query.kind)
            .filter(|removed| removed.in_minor <= self.version.minor());
        if candidates.is_empty() {
            UnknownKind::NoKind {
                similar: self.similar_kinds(query.kind),
                removed,
            }
        } else if query.kind == "*" {
            let mut served: Vec<String> = candidates.iter().map(Kind::api_version).collect();
            served.sort_unstable();
            served.dedup();
            UnknownKind::NoVersion { served, removed }
        } else {
            UnknownKind::NoVersion {
                served: candidates.iter().map(ToString::to_string).collect(),
                removed,
            }
        }
    }

    /// Kinds that a misspelt name may stand for; plurals count as their kind.
    fn similar_kinds(&self, name: &str) -> Vec<String> {
        if let Some(kind) = self
            .kinds
            .iter()
            .find(|kind| kind.plural.eq_ignore_ascii_case(name))
        {
            return vec![kind.name.to_string()];
        }
        owned(nearest(name, self.kinds.iter().map(|kind| &*kind.name)))
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// The order of [`Schema::all_kinds`].
pub(super) fn order(a: &Kind, b: &Kind) -> Ordering {
    let groups = |kind: &Kind| (kind.origin == Origin::Crd, kind.group.clone());
    a.name
        .cmp(&b.name)
        .then_with(|| groups(a).cmp(&groups(b)))
        .then_with(|| priority(&b.version).cmp(&priority(&a.version)))
        .then_with(|| a.version.cmp(&b.version))
}

/// How much a version is preferred: the API server's order of versions (k8s.io/apimachinery,
/// `pkg/version/helpers.go`, `CompareKubeAwareVersionStrings`).
fn priority(version: &str) -> (u8, u64, u64) {
    split_version(version).unwrap_or_default()
}

/// `v2beta3` is `(2, 2, 3)`: stability, major and minor.
fn split_version(version: &str) -> Option<(u8, u64, u64)> {
    let text = version.strip_prefix('v')?;
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (major, rest) = text.split_at_checked(digits)?;
    let major = major.parse().ok()?;
    if rest.is_empty() {
        return Some((3, major, 0));
    }
    let (stability, minor) = match rest.strip_prefix("beta") {
        Some(minor) => (2, minor),
        None => (1, rest.strip_prefix("alpha")?),
    };
    Some((stability, major, minor.parse().ok()?))
}

/// Whether a text has the form of an API version.
fn is_version(text: &str) -> bool {
    split_version(text).is_some()
}
