//! `match` and `exclude` lines as conditions of the IR, for what `matchConstraints` cannot say.
//!
//! They read what was submitted, the namespace and the user, as any condition may; so they become CEL
//! by the same way as the author's own.

use policyc_diagnostics::Span;
use policyc_ir::{
    Binding, CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Iterable,
    KindSelector, LabelSelector, Literal, LocalId, MatchClause, Path, Quantifier, Root, Segment,
    TextOp, Type, WORKLOADS,
};

use super::resources::may_be_namespace;
use crate::backend::cel::Blocked;

/// The label with the name of the namespace, which the API server sets on every one.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The variable for a group of the user; no author's variable has its number.
const GROUP: LocalId = LocalId(u32::MAX);

/// A part of a line, by which its condition is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Kinds,
    Operations,
    Names,
    Namespaces,
    Labels,
    Annotations,
    NamespaceLabels,
    Users,
    Groups,
}

impl Part {
    /// The word in the name of a condition.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Kinds => "kinds",
            Self::Operations => "operations",
            Self::Names => "names",
            Self::Namespaces => "namespaces",
            Self::Labels => "labels",
            Self::Annotations => "annotations",
            Self::NamespaceLabels => "namespace-labels",
            Self::Users => "users",
            Self::Groups => "groups",
        }
    }
}

/// What a line says beside the kinds and operations, part by part.
///
/// # Errors
///
/// When it names roles: a request does not say which ones a user has.
pub(super) fn parts(
    clause: &MatchClause,
    namespaces: bool,
) -> Result<Vec<(Part, Condition)>, Blocked> {
    let MatchClause {
        kinds: _,
        names,
        namespaces: in_namespaces,
        labels,
        annotations,
        namespace_labels,
        operations: _,
        users,
        groups,
        roles,
        origin,
    } = clause;
    if !roles.is_empty() {
        return Err(Blocked::new(
            "role in match",
            "an admission request does not say which roles the user has",
            *origin,
        ));
    }
    let by = Builder { origin: *origin };
    let mut parts = Vec::new();
    if !names.is_empty() {
        let generated = by.path(Root::Submitted, &["metadata", "generateName"]);
        let name = ExprKind::Coalesce(Box::new(by.path(Root::Name, &[])), Box::new(generated));
        parts.push((Part::Names, by.one_of(&by.expr(name, Type::String), names)));
    }
    if !in_namespaces.is_empty() {
        let mut ways = vec![by.one_of(&by.path(Root::Namespace, &[]), in_namespaces)];
        if namespaces {
            ways.push(by.all(vec![
                by.is_namespace(),
                by.one_of(&by.path(Root::Name, &[]), in_namespaces),
            ]));
        }
        parts.push((Part::Namespaces, by.any(ways)));
    }
    if !labels.is_empty() {
        parts.push((Part::Labels, by.selectors("labels", labels)));
    }
    if !annotations.is_empty() {
        parts.push((Part::Annotations, by.selectors("annotations", annotations)));
    }
    if !namespace_labels.is_empty() {
        let selectors = namespace_labels.iter().map(|selector| {
            if selector.key == NAME_LABEL {
                by.selected(&by.path(Root::Namespace, &[]), selector)
            } else {
                by.selected(&by.path(Root::NamespaceLabels, &[&selector.key]), selector)
            }
        });
        parts.push((Part::NamespaceLabels, by.all(selectors.collect())));
    }
    if !users.is_empty() {
        let name = by.path(Root::User, &["username"]);
        parts.push((Part::Users, by.one_of(&name, users)));
    }
    if !groups.is_empty() {
        parts.push((Part::Groups, by.groups(groups)));
    }
    Ok(parts)
}

/// That an object is of one of the kinds.
pub(super) fn kinds(kinds: &[KindSelector], origin: Span) -> Condition {
    let by = Builder { origin };
    let mut names: Vec<String> = Vec::new();
    let mut ways = Vec::new();
    for selector in kinds {
        if selector.templates {
            names.push(selector.kind.clone());
            names.extend(WORKLOADS.iter().map(|workload| workload.kind.to_owned()));
        } else if selector.group.is_none() && selector.version.is_none() {
            names.push(selector.kind.clone());
        } else {
            ways.push(by.all(vec![
                by.one_of(
                    &by.path(Root::Submitted, &["kind"]),
                    std::slice::from_ref(&selector.kind),
                ),
                by.api_version(selector),
            ]));
        }
    }
    if !names.is_empty() {
        ways.insert(0, by.one_of(&by.path(Root::Submitted, &["kind"]), &names));
    }
    by.any(ways)
}

/// That the operation is one of these.
pub(super) fn operations(clause: &MatchClause) -> Condition {
    let by = Builder {
        origin: clause.origin,
    };
    let names: Vec<String> = clause
        .operations
        .iter()
        .map(|operation| operation.as_str().to_owned())
        .collect();
    by.one_of(&by.path(Root::Operation, &[]), &names)
}

/// All of them.
pub(super) fn all(conditions: Vec<Condition>, origin: Span) -> Condition {
    Builder { origin }.all(conditions)
}

/// One of them.
pub(super) fn any(conditions: Vec<Condition>, origin: Span) -> Condition {
    Builder { origin }.any(conditions)
}

/// Whether objects of a kind of a line may be Namespaces.
pub(super) fn concerns_namespaces(clause: &MatchClause) -> bool {
    clause.kinds.is_empty() || clause.kinds.iter().any(may_be_namespace)
}

/// Makes conditions that nobody wrote, at a place that somebody did.
struct Builder {
    origin: Span,
}

impl Builder {
    fn expr(&self, kind: ExprKind, ty: Type) -> Expr {
        Expr {
            kind,
            ty,
            origin: self.origin,
        }
    }

    fn condition(&self, kind: ConditionKind) -> Condition {
        Condition::synthetic(kind, self.origin)
    }

    fn all(&self, mut conditions: Vec<Condition>) -> Condition {
        match conditions.pop() {
            Some(only) if conditions.is_empty() => only,
            last => {
                conditions.extend(last);
                self.condition(ConditionKind::All(conditions))
            }
        }
    }

    fn any(&self, mut conditions: Vec<Condition>) -> Condition {
        match conditions.pop() {
            Some(only) if conditions.is_empty() => only,
            last => {
                conditions.extend(last);
                self.condition(ConditionKind::Any(conditions))
            }
        }
    }

    /// A string at a path.
    fn path(&self, root: Root, segments: &[&str]) -> Expr {
        let field = |name: &&str| Segment::Field((*name).to_owned());
        let segments = segments.iter().map(field).collect();
        self.expr(ExprKind::Path(Path { root, segments }), Type::String)
    }

    fn text(&self, text: &str) -> Expr {
        let literal = Literal::String(text.to_owned());
        self.expr(ExprKind::Literal(literal), Type::String)
    }

    fn compared(&self, op: TextOp, subject: &Expr, pattern: &str) -> Condition {
        self.condition(ConditionKind::Text {
            op,
            subject: subject.clone(),
            pattern: self.text(pattern),
        })
    }

    fn equals(&self, value: &Expr, text: &str) -> Condition {
        self.condition(ConditionKind::Compare {
            op: CompareOp::Equal,
            comparison: Comparison::String,
            left: value.clone(),
            right: self.text(text),
        })
    }

    /// That a value matches one of the globs.
    fn one_of(&self, value: &Expr, globs: &[String]) -> Condition {
        if globs.iter().any(|glob| is_anything(glob)) {
            return self.compared(TextOp::Glob, value, "*");
        }
        let is_glob = |glob: &&String| glob.contains(['*', '?']);
        let (globs, exact): (Vec<_>, Vec<_>) = globs.iter().partition(is_glob);
        let mut ways = Vec::new();
        match exact.as_slice() {
            [] => {}
            [only] => ways.push(self.equals(value, only)),
            several => {
                let items = several.iter().map(|text| self.text(text)).collect();
                let list = Type::List(Box::new(Type::String));
                ways.push(self.condition(ConditionKind::Member {
                    element: value.clone(),
                    list: self.expr(ExprKind::List(items), list),
                    comparison: Comparison::String,
                }));
            }
        }
        ways.extend(
            globs
                .iter()
                .map(|glob| self.compared(TextOp::Glob, value, glob)),
        );
        self.any(ways)
    }

    /// That a label is there and has one of the values.
    fn selected(&self, label: &Expr, selector: &LabelSelector) -> Condition {
        match &selector.values {
            None => self.condition(ConditionKind::Exists(label.clone())),
            Some(globs) => self.one_of(label, globs),
        }
    }

    fn selectors(&self, map: &str, selectors: &[LabelSelector]) -> Condition {
        let selected = selectors.iter().map(|selector| {
            let label = self.path(Root::Submitted, &["metadata", map, &selector.key]);
            self.selected(&label, selector)
        });
        self.all(selected.collect())
    }

    /// That a group of the user is one of these.
    fn groups(&self, globs: &[String]) -> Condition {
        let strings = Type::List(Box::new(Type::String));
        let groups = Expr {
            ty: strings,
            ..self.path(Root::User, &["groups"])
        };
        if let [only] = globs
            && !only.contains(['*', '?'])
        {
            return self.condition(ConditionKind::Member {
                element: self.text(only),
                list: groups,
                comparison: Comparison::String,
            });
        }
        self.condition(ConditionKind::Quantified {
            quantifier: Quantifier::Some,
            key: None,
            value: Some(Binding {
                id: GROUP,
                name: "group".to_owned(),
            }),
            over: Iterable::Lists(vec![groups]),
            body: Box::new(self.one_of(&self.path(Root::Local(GROUP), &[]), globs)),
        })
    }

    fn is_namespace(&self) -> Condition {
        self.all(vec![
            self.equals(&self.path(Root::Submitted, &["kind"]), "Namespace"),
            self.equals(&self.path(Root::Submitted, &["apiVersion"]), "v1"),
        ])
    }

    /// That the `apiVersion` is of the group and version: `group/version`, or `version` alone for
    /// those of the core group.
    fn api_version(&self, selector: &KindSelector) -> Condition {
        let group = selector.group.as_deref().unwrap_or("*");
        let version = selector.version.as_deref().unwrap_or("*");
        let value = self.path(Root::Submitted, &["apiVersion"]);
        let in_core = || {
            let slash = self.compared(TextOp::Contains, &value, "/");
            let no_group = self.condition(ConditionKind::Not(Box::new(slash)));
            if is_anything(version) {
                no_group
            } else if version.contains(['*', '?']) {
                self.all(vec![no_group, self.one_of(&value, &[version.to_owned()])])
            } else {
                self.equals(&value, version)
            }
        };
        if is_anything(group) && is_anything(version) {
            self.all(Vec::new())
        } else if group.is_empty() {
            in_core()
        } else {
            // A group has no `/`, and nor has a version.
            let grouped = self.one_of(&value, &[format!("{group}/{version}")]);
            if is_anything(group) {
                self.any(vec![in_core(), grouped])
            } else {
                grouped
            }
        }
    }
}

/// Whether a glob matches every string.
fn is_anything(glob: &str) -> bool {
    !glob.is_empty() && glob.bytes().all(|b| b == b'*')
}
