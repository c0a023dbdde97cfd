//! A rule and a resource: the verdict.

use policyc_compiler::schema::{Kind, Schema, TypeId};
use policyc_compiler::syntax::ast;
use serde_json::Value as Json;

use super::definitions::{Module, Site};
use super::request::{Operation, Request};
use super::select::{Selected, TEMPLATES};
use super::value::{Data, Known, Value};
use super::{Reference, Verdict};

/// A rule that is asked about a resource.
#[derive(Debug)]
pub(super) struct Evaluation<'a> {
    pub(super) reference: &'a Reference,
    pub(super) schema: &'a Schema,
    pub(super) resource: &'a Json,
    pub(super) request: &'a Request,
    /// What `spec` and `metadata` are fields of; none where values must be constant.
    pub(super) subject: Option<Subject>,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    /// The way to the pod template, if it is one.
    template: &'static [&'static str],
    /// The type of the resource or template; none where a kind is a glob or not known.
    pub(super) ty: Option<TypeId>,
    /// The type of the whole resource.
    pub(super) whole: Option<TypeId>,
}

/// The names of a place, the last first looked at.
#[derive(Debug, Clone)]
pub(super) struct Names<'a> {
    pub(super) site: Site<'a>,
    pub(super) locals: Vec<(&'a str, Term<'a>)>,
}

/// What an expression is: a value, or a condition.
#[derive(Debug, Clone)]
pub(super) enum Term<'a> {
    Value(Value<'a>),
    Holds(bool),
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(reference: &'a Reference, resource: &'a Json, request: &'a Request) -> Self {
        Self {
            reference,
            schema: &reference.schema,
            resource,
            request,
            subject: None,
        }
    }

    pub(super) fn verdict(
        mut self,
        module: &'a Module,
        policy: &'a ast::Policy,
        rule: &'a ast::Rule,
    ) -> Result<Option<Verdict>, String> {
        let site = Site {
            module,
            policy: Some(policy),
        };
        let mut names = Names {
            site,
            locals: Vec::new(),
        };
        let mut selected = None;
        let mut kinds = Vec::new();
        for member in &rule.members {
            match member {
                ast::RuleMember::Match(clause) => {
                    kinds.extend(&clause.kinds);
                    if selected.is_none() {
                        selected = self.selected(clause, false, &names)?;
                    }
                }
                ast::RuleMember::Exclude(clause) => {
                    if self.selected(clause, true, &names)?.is_some() {
                        return Ok(None);
                    }
                }
                ast::RuleMember::When(_)
                | ast::RuleMember::Unless(_)
                | ast::RuleMember::Statement(_)
                | ast::RuleMember::Reserved(_) => {}
            }
        }
        let Some(selected) = selected else {
            return Ok(None);
        };
        self.subject = Some(self.subject_of(selected, &kinds));
        let mut holds = true;
        for member in &rule.members {
            match member {
                ast::RuleMember::When(it) => {
                    if !self.condition(&it.condition, &mut names)? {
                        return Ok(Some(Verdict::Skip));
                    }
                }
                ast::RuleMember::Unless(it) => {
                    if self.condition(&it.condition, &mut names)? {
                        return Ok(Some(Verdict::Skip));
                    }
                }
                ast::RuleMember::Statement(statement) => {
                    holds &= self.statement(statement, &mut names)?;
                }
                ast::RuleMember::Match(_)
                | ast::RuleMember::Exclude(_)
                | ast::RuleMember::Reserved(_) => {}
            }
        }
        Ok(Some(if holds { Verdict::Pass } else { Verdict::Fail }))
    }

    /// The statements of a block; what it names is known in it only.
    fn block(
        &self,
        statements: &'a [ast::Statement],
        names: &mut Names<'a>,
    ) -> Result<bool, String> {
        let before = names.locals.len();
        let mut holds = true;
        for statement in statements {
            holds &= self.statement(statement, names)?;
        }
        names.locals.truncate(before);
        Ok(holds)
    }

    fn statement(
        &self,
        statement: &'a ast::Statement,
        names: &mut Names<'a>,
    ) -> Result<bool, String> {
        match &statement.kind {
            ast::StatementKind::Require(condition) => self.condition(condition, names),
            ast::StatementKind::Deny(condition) => Ok(!self.condition(condition, names)?),
            ast::StatementKind::For {
                bindings,
                over,
                body,
            } => {
                let mut holds = true;
                for element in self.visited(bindings, over, names)? {
                    let before = names.locals.len();
                    names.locals.extend(element);
                    holds &= self.block(body, names)?;
                    names.locals.truncate(before);
                }
                Ok(holds)
            }
            ast::StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                if self.condition(condition, names)? {
                    self.block(then, names)
                } else {
                    self.block(otherwise, names)
                }
            }
            ast::StatementKind::Let(it) => {
                let term = self.term(&it.value, names)?;
                names.locals.push((&it.name.text, term));
                Ok(true)
            }
        }
    }

    fn subject_of(&self, selected: Selected, kinds: &[&ast::Kind]) -> Subject {
        // Where a kind is a glob or not known, so are the types of the fields.
        let open = kinds.iter().any(|kind| {
            let named = kind.parts.iter().any(|part| {
                let starts = part.text.starts_with(|c: char| c.is_ascii_uppercase());
                starts && !self.schema.kinds(&part.text).is_empty()
            });
            !named
        });
        let (template, kind) = match selected {
            Selected::Whole => (&[][..], self.kind()),
            Selected::Template(path) => (path, self.schema.kinds("Pod").first()),
        };
        let type_of = |kind: Option<&Kind>| kind.filter(|_| !open).map(|kind| kind.ty);
        Subject {
            template,
            ty: type_of(kind),
            whole: type_of(self.kind()),
        }
    }

    /// What the schema says of the kind of the resource: in its own version, or in another one.
    fn kind(&self) -> Option<&'a Kind> {
        let (version, name) = (self.field_text("apiVersion"), self.field_text("kind"));
        let known = self.schema.kind(version, name);
        known.or_else(|| self.schema.kinds(name).first())
    }

    fn field_text(&self, name: &str) -> &'a str {
        let field = self.resource.get(name).and_then(Json::as_str);
        field.unwrap_or_default()
    }

    pub(super) fn kind_name(&self) -> &'a str {
        self.field_text("kind")
    }

    /// Group and version.
    pub(super) fn api(&self) -> (&'a str, &'a str) {
        let text = self.field_text("apiVersion");
        text.split_once('/').unwrap_or(("", text))
    }

    pub(super) fn metadata(&self, name: &str) -> Option<&'a Json> {
        let value = self.resource.get("metadata")?.get(name)?;
        (!value.is_null()).then_some(value)
    }

    /// A name in the metadata that is no empty text.
    pub(super) fn metadata_text(&self, name: &str) -> Option<&'a str> {
        let text = self.metadata(name)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    /// The namespace of the submitted resource: `default` where it names none.
    pub(super) fn namespace(&self) -> Option<&'a str> {
        let group = self.api().0;
        let kinds = self.schema.kinds(self.kind_name());
        let known = kinds.iter().find(|kind| *kind.group == *group);
        if known.is_some_and(|kind| !kind.namespaced) {
            return None;
        }
        Some(self.metadata_text("namespace").unwrap_or("default"))
    }

    /// What the rule is about, in this state of the resource: itself, or its pod template.
    fn focused(&self, whole: Option<&'a Json>, subject: Subject) -> Value<'a> {
        let part = whole.and_then(|whole| {
            let mut way = subject.template.iter();
            way.try_fold(whole, |json, key| json.get(*key))
        });
        Value::of_json(part, subject.ty.map_or(Known::Nothing, Known::Field))
    }

    /// What a name stands for that is defined nowhere: a field, or a word for the request.
    pub(super) fn head(&self, name: &str) -> Result<Value<'a>, String> {
        let Some(subject) = self.subject else {
            return Err(format!("`{name}` is not constant"));
        };
        let typed = |ty: Option<TypeId>| ty.map_or(Known::Nothing, Known::Field);
        Ok(match name {
            "name" => self
                .metadata_text("name")
                .map_or(Value::ABSENT, Value::text),
            "namespace" => self.namespace().map_or(Value::ABSENT, Value::text),
            "resource" => Value::of_json(Some(self.resource), typed(subject.whole)),
            "request" => self.request(subject),
            _ => {
                let mut object = self.focused(Some(self.resource), subject);
                if name == "metadata" && subject.ty.is_none() {
                    // Of every kind the same.
                    let value = object.member(name, self.schema);
                    object = Value {
                        ty: Known::Field(self.schema.object_meta()),
                        ..value
                    };
                    return Ok(object);
                }
                object.member(name, self.schema)
            }
        })
    }

    fn request(&self, subject: Subject) -> Value<'a> {
        let old = match self.request.operation {
            Operation::Update => self.request.old.as_ref(),
            // What is deleted has no other state.
            Operation::Delete => Some(self.request.old.as_ref().unwrap_or(self.resource)),
            Operation::Create | Operation::Connect => None,
        };
        let user = self.request.user.as_ref().map(|user| {
            let texts = |texts: &'a [String]| {
                let items = texts.iter().map(|text| Value::text(text.as_str()));
                Value::new(Data::List(items.collect()))
            };
            let extra = user.extra.iter();
            let extra = extra.map(|(key, values)| (key.clone(), texts(values)));
            let uid = user.uid.as_deref();
            map([
                ("username", Value::text(user.username.as_str())),
                ("uid", uid.map_or(Value::ABSENT, Value::text)),
                ("groups", texts(&user.groups)),
                ("extra", Value::new(Data::Map(extra.collect()))),
            ])
        });
        let namespace = self.namespace().map_or(Value::ABSENT, Value::text);
        map([
            ("operation", Value::text(self.request.operation.as_str())),
            ("old", self.focused(old, subject)),
            ("user", user.unwrap_or(Value::ABSENT)),
            ("namespace", namespace),
        ])
    }

    /// `namespace.labels`
    pub(super) fn namespace_labels(&self) -> Value<'a> {
        let Some(name) = self.namespace() else {
            return Value::ABSENT;
        };
        let Some(labels) = self.request.namespaces.get(name) else {
            return Value::ABSENT;
        };
        let mut entries: Vec<(String, Value<'a>)> = labels
            .iter()
            .filter(|(key, _)| *key != super::select::NAME_LABEL)
            .map(|(key, value)| (key.clone(), Value::text(value.as_str())))
            .collect();
        entries.push((super::select::NAME_LABEL.to_owned(), Value::text(name)));
        Value::new(Data::Map(entries))
    }

    /// The way to the pod template of the resource, if it is a workload.
    pub(super) fn template(&self) -> Option<&'static [&'static str]> {
        let kind = self.kind_name();
        let found = TEMPLATES.iter().find(|(name, _)| *name == kind);
        found.map(|(_, path)| *path)
    }
}

fn map<'a, const N: usize>(entries: [(&str, Value<'a>); N]) -> Value<'a> {
    let entries = entries.map(|(key, value)| (key.to_owned(), value));
    Value::new(Data::Map(entries.into()))
}
