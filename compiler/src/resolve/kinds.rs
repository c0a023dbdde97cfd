//! Kinds of `match` and `exclude` lines, and what a rule about them can read.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::scalar::Glob;
use policyc_ir::{ApiResource, KindSelector, WORKLOADS};

use super::Resolver;
use super::reports::{did_you_mean, quoted, suggest};
use super::scope::{Platform, Subject};
use super::types::Ty;
use crate::schema::{Kind, KindQuery, Removed, TypeId, UnknownKind};
use crate::syntax::ast;

/// Sub-resources that are connected to, not created or updated.
const CONNECTED: &[&str] = &["exec", "attach", "portforward", "proxy"];

/// A kind of a clause, with what the schema says.
#[derive(Debug)]
pub(super) struct MatchedKind {
    pub(super) selector: KindSelector,
    pub(super) span: Span,
    /// Types of its objects, one for each group and version.
    types: Vec<TypeId>,
    /// Whether it stands for every kind, or for one without a schema.
    open: bool,
}

impl MatchedKind {
    /// Whether requests for it only connect.
    pub(super) fn is_connected(&self) -> bool {
        let subresource = self.selector.subresource.as_deref();
        subresource.is_some_and(|name| CONNECTED.contains(&name))
    }
}

impl Resolver<'_> {
    /// A kind as written.
    pub(super) fn kind(&mut self, kind: &ast::Kind, exactly: bool) -> Option<MatchedKind> {
        let parts: Vec<&str> = kind.parts.iter().map(|part| part.text.as_str()).collect();
        let text = parts.join("/");
        let Some(query) = KindQuery::parse(&text) else {
            let message = format!("`{text}` does not name a kind");
            let mut diagnostic = Diagnostic::new(Code::E0407, kind.span, message).note(
                "kinds are written `Pod`, `v1/Pod`, `apps/v1/Deployment`, `apps/*/Deployment`, \
                 with a sub-resource `Pod/exec`",
            );
            if let [group, name] = parts.as_slice() {
                diagnostic = diagnostic.help(format!("any version: `{group}/*/{name}`"));
            }
            self.report(diagnostic);
            return None;
        };
        let templates = !exactly
            && query.kind == "Pod"
            && query.subresource.is_none()
            && query.group.is_none_or(str::is_empty);
        let (types, open) = self.types_of(&query, kind.span);
        let selector = KindSelector {
            group: query.group.map(str::to_owned),
            version: query.version.map(str::to_owned),
            kind: query.kind.to_owned(),
            subresource: query.subresource.map(str::to_owned),
            templates,
            resources: self.resources_of(&query),
        };
        Some(MatchedKind {
            selector,
            span: kind.span,
            types,
            open,
        })
    }

    fn resources_of(&self, query: &KindQuery<'_>) -> Vec<ApiResource> {
        if query.kind.contains(['*', '?']) || query.subresource == Some("*") {
            return Vec::new();
        }
        let kinds = self.schema.resolve(query).unwrap_or_default();
        let resource = |kind: &Kind| ApiResource {
            group: kind.group.to_string(),
            version: kind.version.to_string(),
            plural: kind.plural.to_string(),
            namespaced: kind.namespaced,
        };
        kinds.into_iter().map(resource).collect()
    }

    fn types_of(&mut self, query: &KindQuery<'_>, span: Span) -> (Vec<TypeId>, bool) {
        let schema = self.schema;
        if query.kind == "*" || query.subresource == Some("*") {
            return (Vec::new(), true);
        }
        let of = |kind: &Kind| match query.subresource {
            Some(name) => kind.subresource(name).map(|sub| sub.ty),
            None => Some(kind.ty),
        };
        if query.kind.contains(['*', '?']) {
            let glob = Glob::new(query.kind);
            let found = schema
                .all_kinds()
                .filter(|kind| glob.matches(&kind.name))
                .filter_map(of);
            return (unique(found), true);
        }
        match schema.resolve(query) {
            Ok(kinds) => (unique(kinds.into_iter().filter_map(of)), false),
            Err(unknown) => {
                if !is_gone_on_purpose(query, &unknown) {
                    self.unknown_kind(query, span, unknown);
                }
                (Vec::new(), true)
            }
        }
    }

    fn unknown_kind(&mut self, query: &KindQuery<'_>, span: Span, unknown: UnknownKind) {
        let version = self.schema.version();
        let mut diagnostic;
        match unknown {
            UnknownKind::NoKind { similar, removed } => {
                let message = format!("Kubernetes {version} has no kind `{}`", query.kind);
                diagnostic = with_removed(Diagnostic::new(Code::W0401, span, message), removed);
                if let Some(removed) = removed {
                    let full = format!("{}/{}/{}", removed.group, removed.version, removed.kind);
                    diagnostic = diagnostic.help(format!(
                        "to match manifests that still have it, write `{full}`"
                    ));
                } else if similar.is_empty() {
                    diagnostic = diagnostic.help(
                        "name the file of its CustomResourceDefinition under `crds` of the \
                         project file, so that its fields are checked",
                    );
                } else if query.group.is_none() && query.subresource.is_none() {
                    diagnostic = suggest(diagnostic, span, &similar);
                } else if let Some(help) = did_you_mean(&similar) {
                    diagnostic = diagnostic.help(help);
                }
            }
            UnknownKind::NoVersion { served, removed } => {
                let message = format!("Kubernetes {version} has no `{query}`");
                diagnostic = with_removed(Diagnostic::new(Code::W0401, span, message), removed);
                if removed.is_none_or(|removed| removed.replacement.is_none()) {
                    diagnostic = diagnostic.help(format!("it has {}", quoted(&served)));
                }
            }
            UnknownKind::NoSubresource { similar, known } => {
                let name = query.subresource.unwrap_or_default();
                let message = format!("`{}` has no sub-resource `{name}`", query.kind);
                diagnostic = Diagnostic::new(Code::W0401, span, message);
                diagnostic = match did_you_mean(&similar) {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic.note(format!("it has {}", quoted(&known))),
                };
            }
        }
        self.report(diagnostic.note("fields of an unknown kind are not checked"));
    }

    /// Reports a workload that is matched beside its own pod template.
    pub(super) fn check_templates(&mut self, kinds: &[MatchedKind]) {
        let Some(pod) = kinds.iter().find(|kind| kind.selector.templates) else {
            return;
        };
        for kind in kinds {
            if kind.selector.templates || kind.selector.subresource.is_some() {
                continue;
            }
            let name = Glob::new(kind.selector.kind.as_str());
            let group = kind.selector.group.as_deref().map(Glob::new);
            let covered = WORKLOADS.iter().find(|workload| {
                let of_group = |group: &Glob| group.matches(workload.group);
                name.matches(workload.kind) && group.as_ref().is_none_or(of_group)
            });
            let Some(workload) = covered.map(|workload| workload.kind) else {
                continue;
            };
            let text = self.text(kind.span).to_owned();
            let message =
                format!("`{workload}` is matched twice: as itself and by its pod template");
            self.report(
                Diagnostic::new(Code::E0406, kind.span, message)
                    .also(
                        pod.span,
                        "`Pod` also stands for the pod templates of workloads",
                    )
                    .help(format!("leave `{text}` out: `match Pod` covers it"))
                    .help("or write `match exactly Pod`, and a rule of its own for the workloads"),
            );
        }
    }

    /// What a rule about these kinds can read.
    pub(super) fn subject(&self, kinds: &[MatchedKind]) -> Subject {
        let templates = kinds.iter().any(|kind| kind.selector.templates);
        let open = kinds.is_empty() || kinds.iter().any(|kind| kind.open);
        let all = unique(kinds.iter().flat_map(|kind| kind.types.iter().copied()));
        let without = kinds.iter().filter(|kind| !kind.selector.templates);
        let own = unique(without.flat_map(|kind| kind.types.iter().copied()));
        let mut submitted = all.clone();
        if templates {
            for workload in WORKLOADS {
                let kinds = self.schema.kinds(workload.kind);
                let types = kinds
                    .iter()
                    .filter(|kind| *kind.group == *workload.group)
                    .map(|kind| kind.ty);
                submitted.extend(types);
            }
        }
        let mut names: Vec<&str> = Vec::new();
        for kind in kinds {
            if !names.contains(&kind.selector.kind.as_str()) {
                names.push(&kind.selector.kind);
            }
        }
        let or_any = |types: Vec<TypeId>| {
            if open {
                Ty::Any
            } else {
                Ty::Object(unique(types.into_iter()))
            }
        };
        Subject {
            platform: Platform::Kubernetes,
            kinds: quoted(&names),
            object: Ty::Object(all),
            own: Ty::Object(own),
            submitted: or_any(submitted),
            open,
            templates,
        }
    }
}

fn unique(types: impl Iterator<Item = TypeId>) -> Vec<TypeId> {
    let mut list = Vec::new();
    for ty in types {
        if !list.contains(&ty) {
            list.push(ty);
        }
    }
    list
}

/// Whether a kind that Kubernetes no longer has in any version is named with the group that it had:
/// only a rule about old manifests does so.
fn is_gone_on_purpose(query: &KindQuery<'_>, unknown: &UnknownKind) -> bool {
    match unknown {
        UnknownKind::NoKind { removed, .. } => removed.is_some() && query.group.is_some(),
        UnknownKind::NoVersion { .. } | UnknownKind::NoSubresource { .. } => false,
    }
}

fn with_removed(diagnostic: Diagnostic, removed: Option<&'static Removed>) -> Diagnostic {
    let Some(removed) = removed else {
        return diagnostic;
    };
    let kind = removed.kind;
    let note = format!("Kubernetes 1.{} removed it", removed.in_minor);
    match removed.replacement {
        Some(version) => diagnostic
            .note(note)
            .help(format!("write `{version}/{kind}`")),
        None => diagnostic.note(note),
    }
}
