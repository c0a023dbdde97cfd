//! `match` and `exclude` lines.

use policyc_compiler::syntax::ast;
use serde_json::Value as Json;

use super::evaluation::{Evaluation, Names};
use super::request::Operation;
use super::text::glob;
use super::value::{Data, Value};

/// The label with the name of the namespace, which every namespace has.
pub(super) const NAME_LABEL: &str = "kubernetes.io/metadata.name";

const WORKLOAD: &[&str] = &["spec", "template"];

/// Kinds with pod templates, and where they have them.
pub(super) const TEMPLATES: &[(&str, &[&str])] = &[
    ("Deployment", WORKLOAD),
    ("DaemonSet", WORKLOAD),
    ("StatefulSet", WORKLOAD),
    ("ReplicaSet", WORKLOAD),
    ("ReplicationController", WORKLOAD),
    ("Job", WORKLOAD),
    ("CronJob", &["spec", "jobTemplate", "spec", "template"]),
];

/// Sub-resources that are connected to.
const CONNECTED: &[&str] = &["exec", "attach", "portforward", "proxy"];

/// What a line selects.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selected {
    Whole,
    Template(&'static [&'static str]),
}

/// A kind as written.
struct Pattern<'p> {
    group: Option<&'p str>,
    version: Option<&'p str>,
    kind: &'p str,
    subresource: Option<&'p str>,
}

/// `Pod`, `v1/Pod`, `apps/v1/Deployment`, `apps/*/Deployment`, each with a sub-resource or without.
fn pattern(kind: &ast::Kind) -> Option<Pattern<'_>> {
    let parts: Vec<&str> = kind.parts.iter().map(|part| part.text.as_str()).collect();
    let capital = |part: &&str| part.starts_with(|c: char| c.is_ascii_uppercase());
    // A star is the kind where no part after it is one.
    let at = parts
        .iter()
        .position(capital)
        .or_else(|| parts.iter().rposition(|part| *part == "*"))
        .unwrap_or(0);
    let any = |part: &'_ str| part == "*";
    let (group, version) = match parts.get(..at)? {
        [] => (None, None),
        [only] if any(only) => (None, None),
        // `v1/Pod` is of the core group.
        [version] => (Some(""), Some(*version)),
        [group, version] => (
            Some(*group).filter(|it| !any(it)),
            Some(*version).filter(|it| !any(it)),
        ),
        _ => return None,
    };
    Some(Pattern {
        group,
        version,
        kind: parts.get(at)?,
        subresource: parts.get(at + 1).copied(),
    })
}

impl<'a> Evaluation<'a> {
    /// What a line selects of the resource: of several kinds the first that fits says it.
    pub(super) fn selected(
        &self,
        clause: &'a ast::MatchClause,
        exclude: bool,
        names: &Names<'a>,
    ) -> Result<Option<Selected>, String> {
        let mut patterns = Vec::new();
        for kind in &clause.kinds {
            patterns.push(pattern(kind).ok_or("a kind that is none")?);
        }
        let exactly = clause.exactly.is_some();
        let selected = if patterns.is_empty() {
            Some(Selected::Whole)
        } else {
            patterns.iter().find_map(|it| self.fits(it, exactly))
        };
        if selected.is_none() {
            return Ok(None);
        }
        let mut on = None;
        for filter in &clause.filters {
            if let ast::FilterKind::On(words) = &filter.kind {
                on = Some(words);
            } else if !self.filter(&filter.kind, names)? {
                return Ok(None);
            }
        }
        let operation = self.request.operation;
        let asked = match on {
            Some(words) => words
                .iter()
                .any(|word| word.text.to_uppercase() == operation.as_str()),
            None if exclude => true,
            None => {
                let connected = |pattern: &Pattern<'_>| {
                    let name = pattern.subresource;
                    name.is_some_and(|name| CONNECTED.contains(&name))
                };
                if patterns.iter().all(connected) && !patterns.is_empty() {
                    operation == Operation::Connect
                } else {
                    matches!(operation, Operation::Create | Operation::Update)
                }
            }
        };
        Ok(selected.filter(|_| asked))
    }

    fn fits(&self, pattern: &Pattern<'_>, exactly: bool) -> Option<Selected> {
        let same = match (pattern.subresource, &self.request.subresource) {
            (None, None) => true,
            (Some(wanted), Some(given)) => glob(wanted, given),
            _ => false,
        };
        if !same {
            return None;
        }
        let (group, version) = self.api();
        let fits = |wanted: Option<&str>, text: &str| wanted.is_none_or(|it| glob(it, text));
        if glob(pattern.kind, self.kind_name())
            && fits(pattern.group, group)
            && fits(pattern.version, version)
        {
            return Some(Selected::Whole);
        }
        // `match Pod` covers pod templates, unless it is a pod of another group.
        let pod = pattern.kind == "Pod" && pattern.group.is_none_or(str::is_empty);
        let covers = pod && pattern.subresource.is_none() && !exactly;
        self.template().filter(|_| covers).map(Selected::Template)
    }

    fn filter(&self, filter: &'a ast::FilterKind, names: &Names<'a>) -> Result<bool, String> {
        match filter {
            ast::FilterKind::Named(values) => {
                let name = self.metadata_text("name");
                let name = name.or_else(|| self.metadata_text("generateName"));
                self.one_of(values, name, names)
            }
            ast::FilterKind::Namespace(values) => {
                let namespace = if self.api().0.is_empty() && self.kind_name() == "Namespace" {
                    self.metadata_text("name")
                } else {
                    self.namespace()
                };
                self.one_of(values, namespace, names)
            }
            ast::FilterKind::Label(selector) => self.entry("labels", selector, names),
            ast::FilterKind::Annotation(selector) => self.entry("annotations", selector, names),
            ast::FilterKind::NamespaceLabel(selector) => {
                let key = &selector.key.value;
                let Some(namespace) = self.namespace() else {
                    return Ok(false);
                };
                let labels = self.request.namespaces.get(namespace);
                let value = if key == NAME_LABEL {
                    Some(namespace)
                } else {
                    labels
                        .and_then(|labels| labels.get(key))
                        .map(String::as_str)
                };
                match &selector.values {
                    None => Ok(value.is_some()),
                    Some(values) => self.one_of(values, value, names),
                }
            }
            ast::FilterKind::On(_) => Ok(true),
            ast::FilterKind::By(word, values) => self.asked_by(&word.text, values, names),
        }
    }

    /// A label or an annotation.
    fn entry(
        &self,
        field: &str,
        selector: &'a ast::Selector,
        names: &Names<'a>,
    ) -> Result<bool, String> {
        let entries = self.metadata(field);
        let value = entries.and_then(|entries| entries.get(&selector.key.value));
        let value = value.filter(|value| !value.is_null());
        match &selector.values {
            None => Ok(value.is_some()),
            Some(values) => self.one_of(values, value.and_then(Json::as_str), names),
        }
    }

    /// Who asks; nobody known is nobody.
    fn asked_by(
        &self,
        word: &str,
        values: &'a ast::Expr,
        names: &Names<'a>,
    ) -> Result<bool, String> {
        let Some(user) = &self.request.user else {
            return Ok(false);
        };
        match word {
            "user" | "users" => self.one_of(values, Some(&user.username), names),
            "group" | "groups" => {
                for group in &user.groups {
                    if self.one_of(values, Some(group), names)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            // Names, not globs.
            "role" | "roles" => {
                let roles = self.constants(values, names)?;
                Ok(user.roles.iter().any(|role| roles.contains(role)))
            }
            other => Err(format!("by `{other}`")),
        }
    }

    /// Whether one of the globs matches the text; none matches what is not there.
    fn one_of(
        &self,
        globs: &'a ast::Expr,
        text: Option<&str>,
        names: &Names<'a>,
    ) -> Result<bool, String> {
        let globs = self.constants(globs, names)?;
        Ok(text.is_some_and(|text| globs.iter().any(|pattern| glob(pattern, text))))
    }

    /// A constant text, or a list of them.
    fn constants(&self, expr: &'a ast::Expr, names: &Names<'a>) -> Result<Vec<String>, String> {
        let value = self.value(expr, &mut names.clone())?;
        let text = |value: &Value<'a>| value.as_text().map(str::to_owned);
        let texts = match &value.data {
            Data::List(items) => items.iter().map(text).collect(),
            Data::Absent
            | Data::Bool(_)
            | Data::Number(_)
            | Data::Text(_)
            | Data::Map(_)
            | Data::Part(_) => text(&value).map(|text| vec![text]),
        };
        texts.ok_or_else(|| "a glob that is no text".to_owned())
    }
}
