//! `match` and `exclude`.

use indexmap::IndexMap;
use policyc_diagnostics::Span;
use policyc_ir::scalar::Glob;
use policyc_ir::{KindSelector, LabelSelector, MatchClause, Operation, WORKLOADS, Workload};

use super::document::{Filter, Filters, Requirement, Resources, Selector, Subject};
use super::lower::Blocked;
use crate::backend::label;

/// How many blocks one line may become.
const BLOCKS: usize = 64;

/// Which resources a Kyverno rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Those of the kinds that the author named, as they are.
    Named,
    /// The workloads that have their pod templates at this path.
    Workloads(&'static [&'static str]),
}

impl Family {
    /// The kinds of a `match` line that belong to the family.
    fn matched(self, kinds: &[KindSelector]) -> Result<Vec<String>, &'static str> {
        match self {
            Self::Named => {
                let mut templates = false;
                let mut named = Vec::new();
                for selector in kinds {
                    templates |= selector.templates;
                    // After Pod the template is what the rule is about.
                    if !(templates && Workload::of_kind(&selector.kind).is_some()) {
                        named.push(kind(selector)?);
                    }
                }
                Ok(named)
            }
            Self::Workloads(template) => {
                let any = kinds.iter().any(|kind| kind.templates);
                Ok(if any {
                    workloads(template).collect()
                } else {
                    Vec::new()
                })
            }
        }
    }

    /// The kinds of an `exclude` line that concern the family.
    fn excluded(self, kinds: &[KindSelector]) -> Result<Vec<String>, &'static str> {
        match self {
            Self::Named => kinds.iter().map(kind).collect(),
            Self::Workloads(template) => {
                let mut excluded = Vec::new();
                for selector in kinds {
                    if selector.templates {
                        excluded.extend(workloads(template));
                    } else {
                        excluded.push(kind(selector)?);
                    }
                }
                Ok(excluded)
            }
        }
    }
}

/// The kinds with pod templates at a path.
fn workloads(template: &[&str]) -> impl Iterator<Item = String> {
    let at = WORKLOADS
        .iter()
        .filter(move |workload| workload.template == template);
    at.map(|workload| workload.kind.to_owned())
}

/// Refuses a rule that is about the pod templates of controllers, and about some of them as they
/// are: which of the two it is for a resource depends on the order of the lines.
pub(super) fn check_focus(clauses: &[MatchClause]) -> Result<(), Blocked> {
    let about_templates = clauses
        .iter()
        .flat_map(|clause| &clause.kinds)
        .any(|kind| kind.templates);
    for clause in clauses {
        let mut templates = false;
        for selector in &clause.kinds {
            templates |= selector.templates;
            let glob = Glob::new(&selector.kind);
            let mut names = WORKLOADS.iter().map(|workload| workload.kind);
            let shadowed = templates && Workload::of_kind(&selector.kind).is_some();
            if about_templates && !shadowed && names.any(|name| glob.matches(name)) {
                return Err(refused(
                    "controllers as they are beside their pod templates",
                    "Kyverno would judge them twice; say `exactly Pod`, or write two rules",
                    clause.origin,
                ));
            }
        }
    }
    Ok(())
}

/// `match`, for a family; `None` when no line names a kind of it.
pub(super) fn matches(clauses: &[MatchClause], family: Family) -> Result<Option<Filters>, Blocked> {
    let mut blocks = Vec::new();
    for clause in clauses {
        let kinds = family
            .matched(&clause.kinds)
            .map_err(|reason| refused("kind in match", reason, clause.origin))?;
        if !kinds.is_empty() {
            blocks.extend(filters(clause, kinds)?);
        }
    }
    Ok((!blocks.is_empty()).then_some(Filters { any: blocks }))
}

/// `exclude`, for a family.
pub(super) fn excludes(
    clauses: &[MatchClause],
    family: Family,
) -> Result<Option<Filters>, Blocked> {
    let mut blocks = Vec::new();
    for clause in clauses {
        let kinds = family
            .excluded(&clause.kinds)
            .map_err(|reason| refused("kind in exclude", reason, clause.origin))?;
        blocks.extend(filters(clause, kinds)?);
    }
    Ok((!blocks.is_empty()).then_some(Filters { any: blocks }))
}

fn refused(construct: &'static str, reason: impl Into<String>, origin: Span) -> Blocked {
    Blocked {
        construct,
        reason: reason.into(),
        origin,
        outer: false,
    }
}

/// `group/version/Kind/subresource`, as `ParseKindSelector` reads it
/// (`pkg/utils/kube/kind.go`).
fn kind(selector: &KindSelector) -> Result<String, &'static str> {
    let KindSelector {
        group,
        version,
        kind,
        subresource,
        templates,
        resources: _,
    } = selector;
    if *templates {
        return Ok("Pod".to_owned());
    }
    let is_part = |text: &str| !text.is_empty() && !text.contains(['/', ' ', ',']);
    if !is_part(kind) || kind.contains('.') {
        return Err("no kind is written so");
    }
    let mut text = match (group.as_deref(), version.as_deref()) {
        (None, None) => kind.clone(),
        (None, Some(version)) if is_version(version) => format!("{version}/{kind}"),
        // The first of three parts is taken for a version when it is `*`.
        (None, Some(version)) => format!("**/{version}/{kind}"),
        (Some("*"), version) => format!("**/{}/{kind}", version.unwrap_or("*")),
        (Some(group), version) => format!("{group}/{}/{kind}", version.unwrap_or("*")),
    };
    if let Some(subresource) = subresource {
        if !is_part(subresource) {
            return Err("no sub-resource is written so");
        }
        if group.is_none() && version.is_none() && subresource.to_lowercase() == *subresource {
            text = format!("{text}/{subresource}");
        } else if group.is_none() && version.is_none() {
            text = format!("*/{text}/{subresource}");
        } else {
            text = format!("{text}/{subresource}");
        }
    }
    Ok(text)
}

/// What Kyverno takes for a version.
fn is_version(text: &str) -> bool {
    let stage = |rest: &str| {
        rest.is_empty()
            || ["alpha", "beta"].iter().any(|stage| {
                let digits = rest.strip_prefix(stage);
                digits
                    .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
            })
    };
    let mut chars = text.chars();
    text == "*"
        || (chars.next() == Some('v')
            && chars.next().is_some_and(|c| c.is_ascii_digit())
            && stage(chars.as_str()))
}

/// A line as blocks of which one must select the resource.
fn filters(clause: &MatchClause, kinds: Vec<String>) -> Result<Vec<Filter>, Blocked> {
    let MatchClause {
        kinds: _,
        names,
        namespaces,
        labels,
        annotations,
        namespace_labels,
        operations,
        users,
        groups,
        roles,
        origin,
    } = clause;
    let base = Resources {
        kinds,
        names: names.clone(),
        namespaces: namespaces.iter().map(|glob| inhabited(glob)).collect(),
        operations: operations.iter().map(|op| Operation::as_str(*op)).collect(),
        ..Resources::default()
    };
    let selectors = selectors("label in match", labels, *origin)?;
    let namespace_selectors =
        self::selectors("namespace label in match", namespace_labels, *origin)?;
    let annotations = annotation_maps(annotations, *origin)?;
    let count = selectors.len() * namespace_selectors.len() * annotations.len();
    if count > BLOCKS {
        return Err(refused(
            "label globs in match",
            format!("{count} combinations of values need as many blocks"),
            *origin,
        ));
    }
    let mut blocks = Vec::new();
    for selector in &selectors {
        for namespace_selector in &namespace_selectors {
            for annotations in &annotations {
                let resources = Resources {
                    annotations: annotations.clone(),
                    selector: selector.clone(),
                    namespace_selector: namespace_selector.clone(),
                    ..base.clone()
                };
                blocks.extend(with_users(resources, users, groups, roles, *origin)?);
            }
        }
    }
    Ok(blocks)
}

/// A glob that an empty namespace does not match: Kyverno takes a cluster-scoped resource for one
/// in the namespace of no name.
fn inhabited(glob: &str) -> String {
    if !glob.is_empty() && glob.bytes().all(|b| b == b'*') {
        "?*".to_owned()
    } else {
        glob.to_owned()
    }
}

fn with_users(
    resources: Resources,
    users: &[String],
    groups: &[String],
    roles: &[String],
    origin: Span,
) -> Result<Vec<Filter>, Blocked> {
    if !users.is_empty() && !groups.is_empty() {
        return Err(refused(
            "users and groups in one line",
            "in a block of Kyverno one subject of all is enough",
            origin,
        ));
    }
    let subject = |kind| {
        move |name: &String| Subject {
            kind,
            name: name.clone(),
        }
    };
    let subjects = users.iter().map(subject("User"));
    let block = Filter {
        resources,
        subjects: subjects
            .chain(groups.iter().map(subject("Group")))
            .collect(),
        ..Filter::default()
    };
    if roles.is_empty() {
        return Ok(vec![block]);
    }
    let mut blocks = vec![Filter {
        cluster_roles: roles.to_vec(),
        ..block.clone()
    }];
    // A Role stands with its namespace, `namespace:name`.
    let namespaced: Vec<_> = roles
        .iter()
        .filter(|role| role.contains(':'))
        .cloned()
        .collect();
    if !namespaced.is_empty() {
        blocks.push(Filter {
            roles: namespaced,
            ..block
        });
    }
    Ok(blocks)
}

/// Label selectors as selectors of Kyverno, of which one must hold.
fn selectors(
    construct: &'static str,
    labels: &[LabelSelector],
    origin: Span,
) -> Result<Vec<Option<Selector>>, Blocked> {
    let mut alternatives = vec![Selector::default()];
    for label in labels {
        if label.key.contains(['*', '?']) {
            return Err(refused(
                construct,
                "Kyverno takes the key for a glob",
                origin,
            ));
        }
        let mut longer = Vec::new();
        for selector in &alternatives {
            for requirement in requirements(construct, label, origin)? {
                let mut selector = selector.clone();
                match requirement {
                    OneOf::Expression(requirement) => selector.match_expressions.push(requirement),
                    OneOf::Label(value) => {
                        if selector
                            .match_labels
                            .insert(label.key.clone(), value)
                            .is_some()
                        {
                            return Err(refused(
                                construct,
                                format!("two globs for `{}` do not stand side by side", label.key),
                                origin,
                            ));
                        }
                    }
                }
                longer.push(selector);
            }
        }
        if longer.len() > BLOCKS {
            return Err(refused(
                construct,
                "too many combinations of values",
                origin,
            ));
        }
        alternatives = longer;
    }
    let some = |selector: Selector| (selector != Selector::default()).then_some(selector);
    Ok(alternatives.into_iter().map(some).collect())
}

enum OneOf {
    Expression(Requirement),
    Label(String),
}

/// A label selector as requirements of which one must hold.
fn requirements(
    construct: &'static str,
    label: &LabelSelector,
    origin: Span,
) -> Result<Vec<OneOf>, Blocked> {
    let expression = |operator, values| {
        OneOf::Expression(Requirement {
            key: label.key.clone(),
            operator,
            values,
        })
    };
    let Some(values) = &label.values else {
        return Ok(vec![expression("Exists", Vec::new())]);
    };
    if values
        .iter()
        .any(|glob| !glob.is_empty() && glob.bytes().all(|b| b == b'*'))
    {
        return Ok(vec![expression("Exists", Vec::new())]);
    }
    for value in values {
        // So does Kyverno with what no label matches.
        if !label::is_value(&value.replace(['*', '?'], "0")) {
            return Err(refused(
                construct,
                format!("no label has the value `{value}`, so Kyverno refuses the selector"),
                origin,
            ));
        }
    }
    let is_glob = |value: &&String| value.contains(['*', '?']);
    let (globs, exact): (Vec<_>, Vec<_>) = values.iter().partition(is_glob);
    let mut requirements = Vec::new();
    match exact.as_slice() {
        [] => {}
        [only] if globs.is_empty() => requirements.push(OneOf::Label((*only).clone())),
        several => {
            let values = several.iter().map(|value| (*value).clone()).collect();
            requirements.push(expression("In", values));
        }
    }
    requirements.extend(globs.into_iter().cloned().map(OneOf::Label));
    Ok(requirements)
}

/// Annotation selectors as maps of which one must hold.
fn annotation_maps(
    annotations: &[LabelSelector],
    origin: Span,
) -> Result<Vec<IndexMap<String, String>>, Blocked> {
    let construct = "annotation in match";
    let mut alternatives = vec![IndexMap::new()];
    for annotation in annotations {
        if annotation.key.contains(['*', '?']) {
            return Err(refused(
                construct,
                "Kyverno takes the key for a glob",
                origin,
            ));
        }
        let any = vec!["*".to_owned()];
        let values = annotation.values.as_ref().unwrap_or(&any);
        let mut longer = Vec::new();
        for map in &alternatives {
            for value in values {
                let mut map = map.clone();
                if map.insert(annotation.key.clone(), value.clone()).is_some() {
                    return Err(refused(
                        construct,
                        format!("`{}` can stand there once only", annotation.key),
                        origin,
                    ));
                }
                longer.push(map);
            }
        }
        if longer.len() > BLOCKS {
            return Err(refused(
                construct,
                "too many combinations of values",
                origin,
            ));
        }
        alternatives = longer;
    }
    Ok(alternatives)
}
