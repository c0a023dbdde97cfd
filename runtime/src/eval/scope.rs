//! Which resources a rule applies to.

use policyc_ir::scalar::Glob;
use policyc_ir::{BlockMode, Operation, WORKLOADS, Workload};

use super::context::{Context, NAME_LABEL};
use crate::load::{Block, Resource};
use crate::value::Node;

/// [`policyc_ir::Scope`], ready to match.
#[derive(Debug)]
pub(super) enum Scope {
    Kubernetes {
        matches: Vec<Clause>,
        excludes: Vec<Clause>,
    },
    Terraform {
        matches: Vec<Blocks>,
        excludes: Vec<Blocks>,
    },
}

/// [`policyc_ir::MatchClause`], ready to match.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) kinds: Vec<Kind>,
    pub(super) names: Vec<Glob>,
    pub(super) namespaces: Vec<Glob>,
    pub(super) labels: Vec<Selector>,
    pub(super) annotations: Vec<Selector>,
    pub(super) namespace_labels: Vec<Selector>,
    pub(super) operations: Vec<Operation>,
    pub(super) users: Vec<Glob>,
    pub(super) groups: Vec<Glob>,
    pub(super) roles: Vec<String>,
}

/// [`policyc_ir::KindSelector`], ready to match.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) group: Option<Glob>,
    pub(super) version: Option<Glob>,
    pub(super) kind: Glob,
    pub(super) subresource: Option<Glob>,
    pub(super) templates: bool,
}

/// [`policyc_ir::LabelSelector`], ready to match.
#[derive(Debug)]
pub(super) struct Selector {
    pub(super) key: String,
    pub(super) values: Option<Vec<Glob>>,
}

/// What a rule that matched is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    /// The resource.
    Whole,
    /// Its pod template, which stands at this path.
    Template(&'static [&'static str]),
}

impl Scope {
    /// Builds the patterns.
    pub(super) fn new(scope: &policyc_ir::Scope) -> Self {
        match scope {
            policyc_ir::Scope::Kubernetes { matches, excludes } => Self::Kubernetes {
                matches: matches.iter().map(Clause::new).collect(),
                excludes: excludes.iter().map(Clause::new).collect(),
            },
            policyc_ir::Scope::Terraform { matches, excludes } => Self::Terraform {
                matches: matches.iter().map(Blocks::new).collect(),
                excludes: excludes.iter().map(Blocks::new).collect(),
            },
        }
    }

    /// What the rule is about; none when it does not apply. The first kind that matches, in the
    /// author's order, says what it is.
    pub(super) fn focus(&self, resource: &Resource, context: &Context) -> Option<Focus> {
        match (self, resource.block()) {
            (Self::Kubernetes { matches, excludes }, None) => {
                let focus = matches
                    .iter()
                    .find_map(|clause| clause.focus(resource, context))?;
                let excluded = excludes
                    .iter()
                    .any(|clause| clause.focus(resource, context).is_some());
                (!excluded).then_some(focus)
            }
            (Self::Terraform { matches, excludes }, Some(block)) => {
                let selected = |clauses: &[Blocks]| {
                    let mut clauses = clauses.iter();
                    clauses.any(|clause| clause.selects(block, context.operation))
                };
                (selected(matches) && !selected(excludes)).then_some(Focus::Whole)
            }
            (Self::Kubernetes { .. }, Some(_)) | (Self::Terraform { .. }, None) => None,
        }
    }

    /// The kinds that it may match by their names; none when it may match any.
    pub(super) fn kinds(&self) -> Option<Vec<String>> {
        match self {
            Self::Kubernetes { matches, .. } => {
                let mut named = Vec::new();
                for clause in matches {
                    if clause.kinds.is_empty() {
                        return None;
                    }
                    for kind in &clause.kinds {
                        named.push(kind.kind.literal()?.to_owned());
                        if kind.templates {
                            named.extend(WORKLOADS.iter().map(|it| it.kind.to_owned()));
                        }
                    }
                }
                Some(named)
            }
            Self::Terraform { matches, .. } => {
                let mut named = Vec::new();
                for clause in matches {
                    if clause.blocks.is_empty() {
                        return None;
                    }
                    for (mode, ty) in &clause.blocks {
                        named.push(match ty {
                            None => mode.as_str().to_owned(),
                            Some(ty) if *mode == BlockMode::Resource => ty.literal()?.to_owned(),
                            Some(ty) => format!("{}.{}", mode.as_str(), ty.literal()?),
                        });
                    }
                }
                Some(named)
            }
        }
    }
}

/// [`policyc_ir::BlockClause`], ready to match.
#[derive(Debug)]
pub(super) struct Blocks {
    blocks: Vec<(BlockMode, Option<Glob>)>,
    names: Vec<Glob>,
    operations: Vec<Operation>,
}

impl Blocks {
    fn new(clause: &policyc_ir::BlockClause) -> Self {
        let policyc_ir::BlockClause {
            blocks,
            names,
            operations,
            origin: _,
        } = clause;
        let block = |policyc_ir::BlockSelector { mode, ty }: &policyc_ir::BlockSelector| {
            (*mode, ty.as_deref().map(Glob::new))
        };
        Self {
            blocks: blocks.iter().map(block).collect(),
            names: globs(names),
            operations: operations.clone(),
        }
    }

    fn selects(&self, block: &Block, operation: Operation) -> bool {
        let is_of = |(mode, ty): &(BlockMode, Option<Glob>)| {
            let of_type = |glob: &Glob| block.ty.as_deref().is_some_and(|ty| glob.matches(ty));
            *mode == block.mode && ty.as_ref().is_none_or(of_type)
        };
        (self.blocks.is_empty() || self.blocks.iter().any(is_of))
            && is_one_of(&self.names, || Some(&block.name))
            && (self.operations.is_empty() || self.operations.contains(&operation))
    }
}

impl Clause {
    fn new(clause: &policyc_ir::MatchClause) -> Self {
        let policyc_ir::MatchClause {
            kinds,
            names,
            namespaces,
            labels,
            annotations,
            namespace_labels,
            operations,
            users,
            groups,
            roles,
            origin: _,
        } = clause;
        Self {
            kinds: kinds.iter().map(Kind::new).collect(),
            names: globs(names),
            namespaces: globs(namespaces),
            labels: labels.iter().map(Selector::new).collect(),
            annotations: annotations.iter().map(Selector::new).collect(),
            namespace_labels: namespace_labels.iter().map(Selector::new).collect(),
            operations: operations.clone(),
            users: globs(users),
            groups: globs(groups),
            roles: roles.clone(),
        }
    }

    fn focus(&self, resource: &Resource, context: &Context) -> Option<Focus> {
        let focus = if self.kinds.is_empty() {
            Focus::Whole
        } else {
            self.kinds
                .iter()
                .find_map(|kind| kind.focus(resource, context))?
        };
        self.others_hold(resource, context).then_some(focus)
    }

    fn others_hold(&self, resource: &Resource, context: &Context) -> bool {
        let metadata = |key| resource.metadata().and_then(|metadata| metadata.get(key));
        let name = || resource.name().or_else(|| resource.generate_name());
        let operation = self.operations.is_empty() || self.operations.contains(&context.operation);
        operation
            && is_one_of(&self.names, name)
            && is_one_of(&self.namespaces, || matched_namespace(resource))
            && all_hold(&self.labels, || metadata("labels"))
            && all_hold(&self.annotations, || metadata("annotations"))
            && self.namespace_labels_hold(resource, context)
            && self.user_holds(context)
    }

    /// Labels of a namespace that nobody knows satisfy no selector, except for the one that every
    /// namespace has. A Namespace object and other cluster-scoped resources have no namespace.
    fn namespace_labels_hold(&self, resource: &Resource, context: &Context) -> bool {
        if self.namespace_labels.is_empty() {
            return true;
        }
        let Some(namespace) = resource.namespace() else {
            return false;
        };
        let labels = context.labels_of_namespace(namespace);
        self.namespace_labels.iter().all(|selector| {
            if selector.key == NAME_LABEL {
                selector.admits(Some(namespace))
            } else {
                selector.holds(labels)
            }
        })
    }

    /// An unknown user is nobody: a clause that names users, groups or roles does not concern it.
    fn user_holds(&self, context: &Context) -> bool {
        if self.users.is_empty() && self.groups.is_empty() && self.roles.is_empty() {
            return true;
        }
        let Some(user) = context.user() else {
            return false;
        };
        let group = |glob: &Glob| user.groups.iter().any(|group| glob.matches(group));
        let role = |role: &String| user.roles.contains(role) || user.cluster_roles.contains(role);
        is_one_of(&self.users, || Some(user.username.as_str()))
            && (self.groups.is_empty() || self.groups.iter().any(group))
            && (self.roles.is_empty() || self.roles.iter().any(role))
    }
}

/// The namespace for `match … in namespace`: a Namespace object is in that of its own name.
fn matched_namespace(resource: &Resource) -> Option<&str> {
    if resource.group().is_empty() && resource.kind() == "Namespace" {
        return resource.name();
    }
    resource.namespace()
}

fn is_one_of<'t>(globs: &[Glob], text: impl FnOnce() -> Option<&'t str>) -> bool {
    globs.is_empty() || text().is_some_and(|text| globs.iter().any(|glob| glob.matches(text)))
}

fn all_hold<'t>(selectors: &[Selector], map: impl FnOnce() -> Option<&'t Node>) -> bool {
    if selectors.is_empty() {
        return true;
    }
    let map = map();
    selectors.iter().all(|selector| selector.holds(map))
}

impl Selector {
    fn new(selector: &policyc_ir::LabelSelector) -> Self {
        let policyc_ir::LabelSelector { key, values } = selector;
        Self {
            key: key.clone(),
            values: values.as_deref().map(globs),
        }
    }

    fn holds(&self, map: Option<&Node>) -> bool {
        match map.and_then(|map| map.get(&self.key)) {
            Some(node) if !node.value.is_null() => self.admits(node.value.as_str()),
            Some(_) | None => false,
        }
    }

    /// Whether a value that is there is right; `None` stands for one that is no string.
    fn admits(&self, text: Option<&str>) -> bool {
        match &self.values {
            None => true,
            Some(globs) => text.is_some_and(|text| globs.iter().any(|glob| glob.matches(text))),
        }
    }
}

impl Kind {
    fn new(selector: &policyc_ir::KindSelector) -> Self {
        let policyc_ir::KindSelector {
            group,
            version,
            kind,
            subresource,
            templates,
            resources: _,
        } = selector;
        let glob = |text: &Option<String>| text.as_deref().map(Glob::new);
        Self {
            group: glob(group),
            version: glob(version),
            kind: Glob::new(kind.as_str()),
            subresource: glob(subresource),
            templates: *templates,
        }
    }

    fn focus(&self, resource: &Resource, context: &Context) -> Option<Focus> {
        let subresource = match (&self.subresource, &context.subresource) {
            (None, None) => true,
            (Some(glob), Some(name)) => glob.matches(name),
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !subresource {
            return None;
        }
        let fits = |glob: &Option<Glob>, text| glob.as_ref().is_none_or(|glob| glob.matches(text));
        if self.kind.matches(resource.kind())
            && fits(&self.group, resource.group())
            && fits(&self.version, resource.version())
        {
            return Some(Focus::Whole);
        }
        if !self.templates {
            return None;
        }
        // Group and version are those of Pod; the controllers may have any.
        Workload::of_kind(resource.kind()).map(|workload| Focus::Template(workload.template))
    }
}

fn globs(texts: &[String]) -> Vec<Glob> {
    texts.iter().map(|text| Glob::new(text.as_str())).collect()
}
