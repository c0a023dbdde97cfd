//! From `match` and `exclude` to formulas about the submitted resource.

use policyc_diagnostics::Span;
use policyc_ir::{KindSelector, LabelSelector, MatchClause, Operation, TextOp, WORKLOADS};

use super::formula::Formula;
use super::lower::asks_text;
use super::pattern::{self, Pattern, Text};
use super::refusal::Refusals;
use super::term::{Leaf, Shape, Step, Subject, Test, fields};

/// Whether some clause selects the resource.
pub(super) fn selects(clauses: &[MatchClause], refusals: &mut Refusals) -> Formula {
    let parts: Vec<_> = clauses
        .iter()
        .map(|clause| selected(clause, refusals))
        .collect();
    Formula::any(parts).gather()
}

fn selected(clause: &MatchClause, refusals: &mut Refusals) -> Formula {
    let MatchClause {
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
        origin,
    } = clause;
    let origin = *origin;
    if !namespace_labels.is_empty() {
        refusals.add(
            "namespace labels",
            "Checkov does not connect a resource with its namespace",
            origin,
        );
    }
    if !users.is_empty() || !groups.is_empty() || !roles.is_empty() {
        refusals.add("user", "files have no user", origin);
    }
    if !operations.is_empty() && !operations.contains(&Operation::Create) {
        // What Checkov sees is about to be created.
        return Formula::Constant(false);
    }
    let mut parts = Vec::new();
    if !kinds.is_empty() {
        let kinds: Vec<_> = kinds
            .iter()
            .map(|selector| kind(selector, origin, refusals))
            .collect();
        parts.push(Formula::any(kinds).gather());
    }
    parts.extend(globs(names, Subject::ClauseName, Vec::new(), origin));
    parts.extend(globs(
        namespaces,
        Subject::ClauseNamespace,
        Vec::new(),
        origin,
    ));
    for (selectors, member) in [(labels, "labels"), (annotations, "annotations")] {
        for selector in selectors {
            parts.push(label(selector, member, origin));
        }
    }
    Formula::all(parts)
}

fn kind(selector: &KindSelector, origin: Span, refusals: &mut Refusals) -> Formula {
    let KindSelector {
        group,
        version,
        kind,
        subresource,
        templates,
        resources: _,
    } = selector;
    if subresource.is_some() {
        return refusals.add(
            "sub-resource",
            "a file holds resources, not requests on their sub-resources",
            origin,
        );
    }
    if *templates {
        // Group and version are those of Pod, which only the core group's v1 has; the workloads may
        // have any.
        let covers = |part: &Option<String>, value: &str| {
            part.as_ref()
                .is_none_or(|glob| pattern::glob_matches(glob, value))
        };
        let pods = covers(group, "") && covers(version, "v1");
        let workloads = WORKLOADS.iter().map(|workload| workload.kind);
        let parts = pods.then_some("Pod").into_iter().chain(workloads);
        let parts = parts.map(|kind| {
            asks_text(
                about(Subject::Kind, Vec::new(), origin),
                &pattern::glob(kind),
            )
        });
        return Formula::any(parts).gather();
    }
    let kind = asks_text(
        about(Subject::Kind, Vec::new(), origin),
        &pattern::glob(kind),
    );
    let api = |glob: &str| {
        asks_text(
            about(Subject::ApiVersion, Vec::new(), origin),
            &pattern::glob(glob),
        )
    };
    let group = group.as_deref().filter(|glob| *glob != "*");
    let version = version.as_deref().filter(|glob| *glob != "*");
    let api_version = match (group, version) {
        (None, None) => Formula::Constant(true),
        (Some(""), None) => {
            let named = Text::Pattern(Pattern::raw(r"[^/]*\Z".to_owned()));
            asks_text(about(Subject::ApiVersion, Vec::new(), origin), &named)
        }
        (Some(""), Some(version)) => api(version),
        (Some(group), version) => api(&format!("{group}/{}", version.unwrap_or("*"))),
        (None, Some(version)) => Formula::any([api(version), api(&format!("*/{version}"))]),
    };
    Formula::all([kind, api_version])
}

fn label(selector: &LabelSelector, member: &str, origin: Span) -> Formula {
    let LabelSelector { key, values } = selector;
    let mut path = fields(&["metadata", member]);
    path.push(Step::Field(key.clone()));
    match values {
        None => Formula::leaf(about(Subject::Submitted, path, origin)),
        Some(values) => {
            globs(values, Subject::Submitted, path, origin).unwrap_or(Formula::Constant(false))
        }
    }
}

/// One of the globs matches; `None` when there are none.
fn globs(globs: &[String], subject: Subject, path: Vec<Step>, origin: Span) -> Option<Formula> {
    if globs.is_empty() {
        return None;
    }
    let parts: Vec<_> = globs
        .iter()
        .map(|glob| {
            let text = pattern::text(TextOp::Glob, glob);
            asks_text(about(subject, path.clone(), origin), &text)
        })
        .collect();
    Some(Formula::any(parts).gather())
}

/// A string of the submitted resource; as it stands, it asks whether it is there.
fn about(subject: Subject, path: Vec<Step>, origin: Span) -> Leaf {
    Leaf {
        subject,
        path,
        shape: Shape::String,
        test: Test::Exists,
        origin,
    }
}
