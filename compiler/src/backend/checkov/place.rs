//! What a rule's formula is on the vertices of Checkov's graph.
//!
//! Checkov does not keep resources whole. From a Deployment, DeploymentConfig, DaemonSet, Job,
//! ReplicaSet, ReplicationController or StatefulSet whose pod template has labels or a name it cuts
//! the template (kubernetes/graph_builder/local_graph.py, `_extract_nested_resources_recursive`):
//! `spec.template` is gone from the workload, and a `Pod` vertex appears, with
//! `_parent_resource_id` (`Deployment.prod.web`) and `_parent_resource` (`web`), with the
//! workload's namespace where it has none, and with the workload's annotations where it has none
//! (then `metadata._parent_resource_id` is there too). A template without labels and name stays,
//! and so does that of a CronJob. A resource fails when one of its vertices does.

use policyc_diagnostics::Span;
use policyc_ir::{JOB_TEMPLATE, TEMPLATE};

use super::formula::Formula;
use super::kinds::{self, Scope};
use super::pattern::{self, Pattern, Text};
use super::refusal::Refusals;
use super::term::{Atom, Exists, Leaf, Literal, Scalar, Shape, Step, Subject, Test, fields, strip};

/// Kinds whose templates Checkov cuts (kubernetes/kubernetes_utils.py,
/// `SUPPORTED_POD_CONTAINERS_TYPES`).
pub(super) const CUT_KINDS: [&str; 7] = [
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",
    "Job",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

const PARENT_ID: &str = "_parent_resource_id";
const PARENT: &str = "_parent_resource";

/// What a vertex is to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View<'a> {
    /// The submitted resource, of this kind; the rule is about all of it.
    Whole(&'a str),
    /// A submitted resource of any kind; the rule is about all of it.
    Anything,
    /// The submitted resource, of this kind, with the pod template inside.
    Inside(&'a str),
    /// A pod, or the template of a workload; the rule is about either.
    PodOrTemplate,
    /// A template; the rule is about the whole workload it was cut from.
    CutFrom,
}

/// The formula on the vertices seen so.
pub(super) fn place(formula: Formula, view: View<'_>, refusals: &mut Refusals) -> Formula {
    formula.replace(&mut |Literal { holds, atom }| {
        let placed = match atom {
            Atom::Leaf(leaf) => place_leaf(leaf, view, refusals),
            Atom::Exists(exists) => place_exists(exists, view, refusals),
        };
        if holds { placed } else { placed.negate() }
    })
}

/// The vertex is a template that was cut from a workload.
pub(super) fn is_cut(origin: Span) -> Formula {
    Formula::leaf(vertex_leaf(PARENT_ID, Test::Exists, origin))
}

/// The vertex is a template that was cut from a workload of one of the kinds.
pub(super) fn is_cut_from(kinds: &[&str], origin: Span) -> Formula {
    let kinds: Vec<&str> = CUT_KINDS
        .into_iter()
        .filter(|kind| kinds.contains(kind))
        .collect();
    if kinds.is_empty() {
        return Formula::Constant(false);
    }
    if kinds.len() == CUT_KINDS.len() {
        return is_cut(origin);
    }
    if let [kind] = kinds.as_slice()
        && let Text::Pattern(pattern) = pattern::glob(&format!("{kind}.*"))
    {
        return Formula::leaf(vertex_leaf(PARENT_ID, Test::Match(pattern), origin));
    }
    let core = format!(r"(?:{})\.", kinds.join("|"));
    Formula::leaf(vertex_leaf(
        PARENT_ID,
        Test::Match(Pattern::raw(core)),
        origin,
    ))
}

/// The template of a workload is no longer inside.
pub(super) fn template_is_gone(origin: Span) -> Formula {
    let mut leaf = vertex_leaf("spec", Test::Exists, origin);
    leaf.path = fields(TEMPLATE);
    leaf.shape = Shape::Map;
    Formula::leaf(leaf).negate()
}

/// Whether the literal is about what Checkov cuts out of a workload.
pub(super) fn is_about_template(literal: &Literal) -> bool {
    let (subject, paths) = match &literal.atom {
        Atom::Leaf(leaf) => (leaf.subject, std::slice::from_ref(&leaf.path)),
        Atom::Exists(exists) => (exists.subject, exists.lists.as_slice()),
    };
    subject == Subject::Submitted && paths.iter().any(|path| strip(path, TEMPLATE).is_some())
}

fn vertex_leaf(field: &str, test: Test, origin: Span) -> Leaf {
    Leaf {
        subject: Subject::Vertex,
        path: fields(&[field]),
        shape: Shape::String,
        test,
        origin,
    }
}

fn place_leaf(leaf: Leaf, view: View<'_>, refusals: &mut Refusals) -> Formula {
    match leaf.subject {
        Subject::Object | Subject::Submitted => {
            let (subject, path, origin) = (leaf.subject, leaf.path.clone(), leaf.origin);
            match resolve(subject, &path, view, origin, refusals) {
                Resolved::Absent => Formula::Constant(false),
                // A vertex is there.
                Resolved::Path { guard, path } if path.is_empty() => {
                    let there = Formula::Constant(leaf.test == Test::Exists);
                    Formula::all([guard, there])
                }
                Resolved::Path { guard, path } => Formula::all([
                    guard,
                    Formula::leaf(Leaf {
                        subject: Subject::Vertex,
                        path,
                        ..leaf
                    }),
                ]),
            }
        }
        Subject::Kind => match view {
            View::Whole(kind) | View::Inside(kind) => Formula::Constant(accepts(&leaf.test, kind)),
            View::Anything => at(leaf, &["kind"]),
            View::PodOrTemplate | View::CutFrom => {
                let (accepted, rejected): (Vec<&str>, Vec<&str>) = CUT_KINDS
                    .into_iter()
                    .partition(|kind| accepts(&leaf.test, kind));
                // Of a pod that was not cut, neither is true.
                if view == View::PodOrTemplate && accepts(&leaf.test, "Pod") {
                    is_cut_from(&rejected, leaf.origin).negate()
                } else {
                    is_cut_from(&accepted, leaf.origin)
                }
            }
        },
        Subject::ApiVersion => match view {
            View::Whole(_) | View::Inside(_) | View::Anything => at(leaf, &["apiVersion"]),
            // Only selectors of an exact kind ask, and Checkov copies the workload's.
            View::PodOrTemplate | View::CutFrom => at(leaf, &["apiVersion"]),
        },
        Subject::Name | Subject::ClauseName => place_name(leaf, view),
        Subject::Namespace | Subject::ClauseNamespace => place_namespace(leaf, view, refusals),
        Subject::Vertex | Subject::Element(_) => Formula::leaf(leaf),
    }
}

fn place_exists(exists: Exists, view: View<'_>, refusals: &mut Refusals) -> Formula {
    match exists.subject {
        Subject::Object | Subject::Submitted => {}
        Subject::Name
        | Subject::ClauseName
        | Subject::Namespace
        | Subject::ClauseNamespace
        | Subject::Kind
        | Subject::ApiVersion => return Formula::Constant(false),
        Subject::Vertex | Subject::Element(_) => return Formula::holds(Atom::Exists(exists)),
    }
    let mut together: Vec<(Formula, Vec<Vec<Step>>)> = Vec::new();
    for path in &exists.lists {
        match resolve(exists.subject, path, view, exists.origin, refusals) {
            Resolved::Absent => {}
            // A resource is no list.
            Resolved::Path { path, .. } if path.is_empty() => {}
            Resolved::Path { guard, path } => {
                match together.iter_mut().find(|(other, _)| *other == guard) {
                    Some((_, paths)) => paths.push(path),
                    None => together.push((guard, vec![path])),
                }
            }
        }
    }
    let parts = together.into_iter().map(|(guard, lists)| {
        Formula::all([
            guard,
            Formula::holds(Atom::Exists(Exists {
                subject: Subject::Vertex,
                lists,
                ..exists.clone()
            })),
        ])
    });
    Formula::any(parts)
}

/// Where a path of the resource is on a vertex.
enum Resolved {
    /// Nowhere: it is absent.
    Absent,
    /// There, where the guard holds; elsewhere it is absent.
    Path { guard: Formula, path: Vec<Step> },
}

fn resolve(
    subject: Subject,
    path: &[Step],
    view: View<'_>,
    origin: Span,
    refusals: &mut Refusals,
) -> Resolved {
    let plain = |path: Vec<Step>| Resolved::Path {
        guard: Formula::Constant(true),
        path,
    };
    match (view, subject) {
        (View::Anything, _) if strip(path, TEMPLATE).is_some() => {
            refusals.add(
                "pod templates of any kind",
                "Checkov moves the pod template of some workloads into a vertex of its own; name \
                 the kinds, or match `Pod`",
                origin,
            );
            Resolved::Absent
        }
        (View::Whole(_) | View::Anything, _) | (View::Inside(_), Subject::Submitted) => {
            plain(path.to_vec())
        }
        (View::Inside(kind), _) => {
            if !in_template(path) {
                return Resolved::Absent;
            }
            let prefix: &[&str] = if kind == "CronJob" {
                JOB_TEMPLATE
            } else {
                TEMPLATE
            };
            let mut full = fields(prefix);
            full.extend_from_slice(path);
            plain(full)
        }
        (View::PodOrTemplate, Subject::Submitted) => {
            refusals.add(
                "submitted resource",
                "Checkov moves the pod template of a workload into a vertex of its own, which \
                 does not know the labels and fields of the workload",
                origin,
            );
            Resolved::Absent
        }
        (View::PodOrTemplate, _) => {
            if !in_template(path) {
                return Resolved::Path {
                    guard: is_cut(origin).negate(),
                    path: path.to_vec(),
                };
            }
            template_path(path, view, origin, refusals)
        }
        (View::CutFrom, _) => match strip(path, TEMPLATE) {
            Some(rest) if in_template(rest) => template_path(rest, view, origin, refusals),
            Some(_) => Resolved::Absent,
            None => {
                refusals.add(
                    "workload and its pod template in one condition",
                    "Checkov moves the pod template of a workload into a vertex of its own; no \
                     check sees both",
                    origin,
                );
                Resolved::Absent
            }
        },
    }
}

/// A template has `metadata` and `spec` alone.
fn in_template(path: &[Step]) -> bool {
    match path.first() {
        None => true,
        Some(Step::Field(name)) => name == "metadata" || name == "spec",
        Some(Step::Index(_)) => false,
    }
}

/// A path of a template, on the vertex that Checkov made of it.
fn template_path(path: &[Step], view: View<'_>, origin: Span, refusals: &mut Refusals) -> Resolved {
    let mut guard = Formula::Constant(true);
    if strip(path, &["metadata", "annotations"]).is_some() {
        let mut inherited = vertex_leaf("metadata", Test::Exists, origin);
        inherited.path = fields(&["metadata", PARENT_ID]);
        guard = Formula::leaf(inherited).negate();
    }
    if strip(path, &["metadata", "namespace"]).is_some() && view == View::PodOrTemplate {
        refusals.add(
            "`metadata.namespace` of a pod template",
            "Checkov writes the workload's namespace into it; use `namespace`",
            origin,
        );
    }
    Resolved::Path {
        guard,
        path: path.to_vec(),
    }
}

fn at(leaf: Leaf, path: &[&str]) -> Formula {
    Formula::leaf(Leaf {
        subject: Subject::Vertex,
        path: fields(path),
        ..leaf
    })
}

fn place_name(leaf: Leaf, view: View<'_>) -> Formula {
    let origin = leaf.origin;
    let own = at(leaf.clone(), &["metadata", "name"]);
    // Of what has no name, only pods become vertices.
    let pod = if leaf.subject == Subject::ClauseName {
        let mut named = vertex_leaf("metadata", Test::Exists, origin);
        named.path = fields(&["metadata", "name"]);
        let generated = at(leaf.clone(), &["metadata", "generateName"]);
        Formula::any([
            own.clone(),
            Formula::all([Formula::leaf(named).negate(), generated]),
        ])
    } else {
        own.clone()
    };
    match view {
        View::Whole("Pod") => pod,
        View::Whole(_) | View::Inside(_) | View::Anything => own,
        View::PodOrTemplate | View::CutFrom => {
            // `_parent_resource` is missing on a pod, where everything asked of it is false.
            let cut = at(leaf, &[PARENT]);
            match view {
                View::CutFrom => cut,
                View::PodOrTemplate | View::Whole(_) | View::Anything | View::Inside(_) => {
                    Formula::any([Formula::all([is_cut(origin).negate(), pod]), cut])
                }
            }
        }
    }
}

fn place_namespace(leaf: Leaf, view: View<'_>, refusals: &mut Refusals) -> Formula {
    let origin = leaf.origin;
    let own = |leaf: Leaf| at(leaf, &["metadata", "namespace"]);
    let is_default = accepts(&leaf.test, "default");
    let namespaced = |leaf: Leaf| {
        let missing = Formula::leaf(Leaf {
            subject: Subject::Vertex,
            path: fields(&["metadata", "namespace"]),
            shape: Shape::String,
            test: Test::Exists,
            origin,
        })
        .negate();
        let default = Formula::all([missing, Formula::Constant(is_default)]);
        Formula::any([own(leaf), default])
    };
    match view {
        View::Whole("Namespace") if leaf.subject == Subject::ClauseNamespace => {
            at(leaf, &["metadata", "name"])
        }
        View::Whole(kind) | View::Inside(kind) => match kinds::scope(kind) {
            Scope::Namespaced => namespaced(leaf),
            Scope::Cluster => Formula::Constant(false),
            Scope::Unknown if is_default => refusals.add(
                "namespace of an unknown kind",
                format!("without a namespace, a `{kind}` is in `default` or in none"),
                origin,
            ),
            Scope::Unknown => own(leaf),
        },
        View::Anything => {
            if is_default {
                return refusals.add(
                    "namespace of any kind",
                    "without a namespace, a resource is in `default` or in none",
                    origin,
                );
            }
            let itself = if leaf.subject == Subject::ClauseNamespace {
                let mut kind = vertex_leaf("kind", Test::Exists, origin);
                kind.test = Test::In(vec![Scalar::String("Namespace".to_owned())]);
                let name = at(leaf.clone(), &["metadata", "name"]);
                Formula::all([Formula::leaf(kind), name])
            } else {
                Formula::Constant(false)
            };
            Formula::any([own(leaf), itself])
        }
        View::PodOrTemplate | View::CutFrom => {
            let Some(label) = as_label(&leaf.test) else {
                return refusals.add(
                    "regular expression",
                    "on a pod template, Checkov knows the namespace of the workload only as a \
                     part of the workload's id",
                    origin,
                );
            };
            let cut = match label {
                None => is_cut(origin),
                Some(pattern) => {
                    Formula::leaf(vertex_leaf(PARENT_ID, Test::Match(pattern), origin))
                }
            };
            match view {
                View::CutFrom => cut,
                View::PodOrTemplate | View::Whole(_) | View::Anything | View::Inside(_) => {
                    let pod = namespaced(leaf);
                    Formula::any([Formula::all([is_cut(origin).negate(), pod]), cut])
                }
            }
        }
    }
}

/// The test of a namespace as a pattern on `Kind.namespace.name`: `Some(None)` when every
/// namespace passes, `None` when it cannot be said.
fn as_label(test: &Test) -> Option<Option<Pattern>> {
    let before = r"[^.]+\.";
    match test {
        Test::Exists => Some(None),
        Test::In(members) => {
            let names: Vec<_> = members
                .iter()
                .filter_map(|member| match member {
                    Scalar::String(name) => Some(pattern::escape(name)),
                    Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_) => None,
                })
                .collect();
            let names = match names.as_slice() {
                [one] => one.clone(),
                several => format!("(?:{})", several.join("|")),
            };
            Some(Some(Pattern::raw(format!(r"{before}{names}\."))))
        }
        Test::Match(pattern) => pattern.label(before).map(Some),
        Test::Order(..) | Test::Length(..) => None,
    }
}

/// Whether the test accepts this string.
fn accepts(test: &Test, text: &str) -> bool {
    match test {
        Test::Exists => true,
        Test::In(members) => members
            .iter()
            .any(|member| matches!(member, Scalar::String(string) if string == text)),
        Test::Match(pattern) => pattern.accepts(text),
        Test::Order(..) => false,
        Test::Length(order, limit) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            order.holds(&length, limit)
        }
    }
}
