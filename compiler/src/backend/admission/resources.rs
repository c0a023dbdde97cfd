//! Which resources of the API a rule is about: `matchConstraints`, and what the rules of a policy may
//! take for granted of the objects that reach them.

use policyc_diagnostics::Span;
use policyc_ir::scalar::Glob;
use policyc_ir::{
    KindSelector, MatchClause, Operation, Root, Rule, Segment, WORKLOADS, Workload, uses,
};

use super::document::ResourceRule;
use crate::backend::cel::Blocked;
use crate::backend::selected::has_templates;

/// A sub-resource whose object is the pod itself, and the only way to its ephemeral containers.
const EPHEMERAL_CONTAINERS: &str = "ephemeralcontainers";

/// Sub-resources whose object is the whole resource.
const WHOLE: &[&str] = &["status", EPHEMERAL_CONTAINERS, "resize"];

/// What the objects that a rule selects have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selected {
    /// Whether each, or none, lives in a namespace; `None` where there are both.
    pub(super) namespaced: Option<bool>,
    /// Whether one may be a Namespace.
    pub(super) namespaces: bool,
    /// Whether the rule is about the pods in workloads.
    pub(super) templates: bool,
    /// The way to the pod template, where it is the same for everything that is judged.
    pub(super) template: Option<&'static [&'static str]>,
    /// Whether it is about other kinds beside pods.
    pub(super) others: bool,
    /// Whether they are of more than one type.
    pub(super) several: bool,
    /// Whether what is submitted is no object of the kind that the rule names.
    pub(super) parts: bool,
    /// Whether deletions are judged.
    pub(super) deletions: bool,
    /// Whether anything else is.
    pub(super) changes: bool,
    /// Whether there is something without a former state.
    pub(super) creations: bool,
}

impl Selected {
    pub(super) fn of(rule: &Rule) -> Self {
        let (matches, _) = rule.scope.objects();
        let kinds = || matches.iter().flat_map(|clause| &clause.kinds);
        let known = || kinds().flat_map(|kind| &kind.resources);
        let all_known = kinds().all(|kind| !kind.resources.is_empty());
        let namespaced = if all_known && known().all(|resource| resource.namespaced) {
            Some(true)
        } else if all_known && known().all(|resource| !resource.namespaced) {
            Some(false)
        } else {
            None
        };
        let is_for = |operation: Operation| {
            let mut all = matches.iter().map(|clause| &clause.operations);
            all.any(|operations| operations.is_empty() || operations.contains(&operation))
        };
        let creations = is_for(Operation::Create) || is_for(Operation::Connect);
        Self {
            namespaced,
            namespaces: kinds().any(may_be_namespace),
            templates: has_templates(rule),
            template: None,
            others: kinds().any(|kind| !kind.templates),
            several: !all_known || known().count() > 1 || has_templates(rule),
            parts: kinds().any(|kind| {
                let subresource = kind.subresource.as_deref();
                subresource.is_some_and(|name| !WHOLE.contains(&name))
            }),
            deletions: is_for(Operation::Delete),
            changes: creations || is_for(Operation::Update),
            creations,
        }
    }
}

/// What no admission policy can say of a rule's `match` lines.
pub(super) fn check(rule: &Rule) -> Vec<Blocked> {
    let (matches, _) = rule.scope.objects();
    if !has_templates(rule) {
        return Vec::new();
    }
    let mut blocked = Vec::new();
    for clause in matches {
        for selector in clause.kinds.iter().filter(|selector| !selector.templates) {
            let glob = Glob::new(selector.kind.as_str());
            if WORKLOADS.iter().any(|workload| glob.matches(workload.kind)) {
                blocked.push(Blocked::new(
                    "controllers as they are beside their pod templates",
                    "which of the two it is depends on the order of the lines; say `exactly Pod`, or write two rules",
                    clause.origin,
                ));
            }
        }
    }
    blocked
}

/// Whether objects of the kind may be Namespaces.
pub(super) fn may_be_namespace(selector: &KindSelector) -> bool {
    let group = selector.group.as_deref();
    Glob::new(selector.kind.as_str()).matches("Namespace")
        && group.is_none_or(|group| Glob::new(group).matches(""))
}

/// Whether an object is of the kind when its resource is in the rules that [`of_clause`] gives.
pub(super) fn is_exact(selector: &KindSelector, any_version: bool) -> bool {
    let KindSelector {
        group,
        version,
        kind: _,
        subresource: _,
        templates,
        resources,
    } = selector;
    let is_glob = |text: &Option<String>| {
        text.as_deref()
            .is_some_and(|text| text != "*" && has_glob(text))
    };
    let any_group = any_version && group.is_none() || group.as_deref() == Some("*");
    *templates || (!resources.is_empty() && !any_group && !is_glob(group) && !is_glob(version))
}

fn has_glob(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether the rule asks in which version an object was submitted.
pub(super) fn reads_version(rule: &Rule) -> bool {
    let mut reads = false;
    uses::of_rule(rule, &mut |path| {
        let of_object = matches!(path.root, Root::Object | Root::Submitted | Root::Old);
        let name =
            matches!(path.segments.first(), Some(Segment::Field(name)) if name == "apiVersion");
        reads |= of_object && name;
    });
    reads
}

/// Whether the rule looks at the ephemeral containers of pods.
fn reads_ephemeral_containers(rule: &Rule) -> bool {
    let mut reads = false;
    uses::of_rule(rule, &mut |path| {
        let mut segments = path.segments.iter();
        reads |= segments.any(
            |segment| matches!(segment, Segment::Field(name) if name == "ephemeralContainers"),
        );
    });
    reads
}

/// Whether a version that is not named must not be taken for one that is: the API server converts
/// objects otherwise.
pub(super) fn names_version(matches: &[MatchClause]) -> bool {
    let mut kinds = matches.iter().flat_map(|clause| &clause.kinds);
    kinds.any(|kind| {
        let named = |text: &Option<String>| text.as_deref().is_some_and(|text| text != "*");
        !kind.templates && (named(&kind.group) || named(&kind.version))
    })
}

/// The rules that select the resources of a rule's `match` lines, and more where [`is_exact`] says so.
pub(super) fn of_rule(rule: &Rule) -> Result<Vec<ResourceRule>, Blocked> {
    let (matches, _) = rule.scope.objects();
    let any_version = reads_version(rule);
    let ephemeral = reads_ephemeral_containers(rule);
    let mut rules = Vec::new();
    for clause in matches {
        for one in of_clause(clause, any_version, ephemeral)? {
            merge(&mut rules, one);
        }
    }
    let everything = |rule: &ResourceRule| {
        [&rule.api_groups, &rule.api_versions, &rule.resources]
            .iter()
            .all(|names| names.iter().any(|name| name == "*"))
    };
    if let Some(all) = rules.iter().find(|rule| everything(rule)).cloned() {
        rules.retain(|rule| {
            let covered = rule
                .operations
                .iter()
                .all(|name| all.operations.contains(name));
            let whole = rule.resources.iter().all(|name| !name.contains('/'));
            *rule == all || !(covered && whole)
        });
    }
    Ok(rules)
}

/// The rules that select the resources of a line.
pub(super) fn of_clause(
    clause: &MatchClause,
    any_version: bool,
    ephemeral: bool,
) -> Result<Vec<ResourceRule>, Blocked> {
    let operations = operations(&clause.operations);
    let mut rules = Vec::new();
    for selector in &clause.kinds {
        for (group, version, plural) in names(selector, any_version, clause.origin)? {
            merge(
                &mut rules,
                ResourceRule {
                    api_groups: vec![group],
                    api_versions: vec![version],
                    operations: operations.clone(),
                    resources: vec![plural],
                },
            );
        }
        if selector.templates {
            let mut workloads: Vec<&Workload> = WORKLOADS.iter().collect();
            workloads.sort_by_key(|workload| workload.group);
            for workload in workloads {
                merge(&mut rules, of_workload(workload, &operations));
            }
        }
        let updates =
            clause.operations.is_empty() || clause.operations.contains(&Operation::Update);
        if selector.kind == "Pod" && selector.subresource.is_none() && ephemeral && updates {
            merge(
                &mut rules,
                ResourceRule {
                    api_groups: vec![String::new()],
                    api_versions: vec!["v1".to_owned()],
                    operations: vec![Operation::Update.as_str()],
                    resources: vec![format!("pods/{EPHEMERAL_CONTAINERS}")],
                },
            );
        }
    }
    Ok(rules)
}

fn of_workload(workload: &Workload, operations: &[&'static str]) -> ResourceRule {
    ResourceRule {
        api_groups: vec![workload.group.to_owned()],
        api_versions: vec![workload.version.to_owned()],
        operations: operations.to_vec(),
        resources: vec![workload.plural.to_owned()],
    }
}

fn operations(operations: &[Operation]) -> Vec<&'static str> {
    let all = Operation::ALL.iter().all(|one| operations.contains(one));
    if operations.is_empty() || all {
        return vec!["*"];
    }
    operations
        .iter()
        .map(|operation| operation.as_str())
        .collect()
}

/// Group, version and plural of what a kind selects.
fn names(
    selector: &KindSelector,
    any_version: bool,
    origin: Span,
) -> Result<Vec<(String, String, String)>, Blocked> {
    let KindSelector {
        group,
        version,
        kind: _,
        subresource,
        templates,
        resources,
    } = selector;
    let refused = |reason: &str| Blocked::new("sub-resource in match", reason, origin);
    let suffix = match subresource.as_deref() {
        None => String::new(),
        Some(name) if has_glob(name) => {
            return Err(refused(
                "admission rules take no globs for parts of names, and all of them is the resource too",
            ));
        }
        Some(name) => format!("/{name}"),
    };
    // What is asked for where the schema does not say, or may not say all.
    let asked = |part: &Option<String>| match part.as_deref() {
        Some(text) if !has_glob(text) => text.to_owned(),
        Some(_) | None => "*".to_owned(),
    };
    if resources.is_empty() {
        if !suffix.is_empty() {
            return Err(refused(
                "admission rules name resources by their plurals, and no schema says that of the kind",
            ));
        }
        return Ok(vec![(asked(group), asked(version), "*".to_owned())]);
    }
    let mut names: Vec<(String, String, String)> = Vec::new();
    for resource in resources {
        let group = if group.is_some() || (any_version && !templates) {
            asked(group)
        } else {
            resource.group.clone()
        };
        let version = if version.is_some() || (any_version && !templates) {
            asked(version)
        } else {
            resource.version.clone()
        };
        let name = (group, version, format!("{}{suffix}", resource.plural));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Adds a rule: to one that differs in its resources or its versions only, where there is one.
fn merge(rules: &mut Vec<ResourceRule>, rule: ResourceRule) {
    let union = |into: &mut Vec<String>, from: &[String]| {
        for name in from {
            if !into.contains(name) {
                into.push(name.clone());
            }
        }
    };
    for known in rules.iter_mut() {
        let same_group = known.api_groups == rule.api_groups && known.operations == rule.operations;
        if same_group && known.api_versions == rule.api_versions {
            union(&mut known.resources, &rule.resources);
            return;
        }
        if same_group && known.resources == rule.resources {
            union(&mut known.api_versions, &rule.api_versions);
            return;
        }
    }
    rules.push(rule);
}
