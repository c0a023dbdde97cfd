//! What a bare name stands for.
//!
//! Looked for in this order: local names, the policy, the module, its imports, then the fields of
//! what the rule is about, and the words for the submitted resource and the request.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::BlockPart;

use super::Resolver;
use super::hir::{Expr, ExprKind, Path, Root, Segment};
use super::modules::{Definition, Imported, ModuleId};
use super::reports::suggest;
use super::scope::{Platform, Subject, Term};
use super::types::{FieldOf, Ty};
use crate::schema::nearest;
use crate::schema::terraform::{Mode, meta_arguments};
use crate::syntax::ast;

/// Fields that nearly every kind has; in a rule about a kind without a schema they are taken for
/// granted, and a definition must not hide them unseen.
const COMMON_FIELDS: &[&str] = &["apiVersion", "kind", "metadata", "spec", "data", "status"];

/// Words for what is no field of the rule's subject.
const WORDS: &[&str] = &["name", "namespace", "resource", "request"];

/// The same in a rule about Terraform.
const TERRAFORM_WORDS: &[&str] = &["terraform", "resource", "request"];

/// What a name stands for.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A local name; nothing when a mistake in it was reported.
    Local(Option<Term>),
    Item(Definition<'a>),
    Module(ModuleId),
    /// A value of the resource or the request.
    Value(Expr),
    /// `request`, which is no value itself.
    Request,
    /// Nothing; reported, or not known here.
    Nothing,
}

impl<'a> Resolver<'a> {
    pub(super) fn lookup(&mut self, name: &ast::Ident) -> Found<'a> {
        if let Some(found) = self.lookup_definition(name) {
            return found;
        }
        self.lookup_head(name)
    }

    /// Local names and definitions.
    pub(super) fn lookup_definition(&mut self, name: &ast::Ident) -> Option<Found<'a>> {
        let locals = self.cx.locals.iter_mut().rev();
        if let Some(local) = locals.into_iter().find(|local| local.name == name.text) {
            local.used = true;
            return Some(Found::Local(local.term.clone()));
        }
        let site = self.cx.site?;
        let in_policy = site
            .policy
            .and_then(|policy| self.modules.policy_item(policy, &name.text));
        if let Some(definition) = in_policy.or_else(|| self.modules.item(site.module, &name.text)) {
            return Some(Found::Item(definition));
        }
        let imported = self.modules.imported(site.module, &name.text)?;
        Some(match imported {
            Imported::Module(id) => Found::Module(id),
            Imported::Item(definition) => Found::Item(definition),
            Imported::Unknown => Found::Nothing,
        })
    }

    /// Fields of what the rule is about, and the words for the rest.
    fn lookup_head(&mut self, name: &ast::Ident) -> Found<'a> {
        let Some(subject) = self.cx.subject.clone() else {
            if !self.may_be_head(&name.text) {
                self.unknown_name(name);
            } else if self.cx.constant {
                self.not_constant(name.span);
            }
            return Found::Nothing;
        };
        let root = |root, ty, optional| {
            let path = Path {
                root,
                segments: Vec::new(),
                read_from: None,
            };
            Found::Value(path_expr(path, ty, name.span, optional))
        };
        if subject.platform == Platform::Terraform {
            return self.lookup_attribute(name, &subject);
        }
        match name.text.as_str() {
            "name" => return root(Root::Name, Ty::String, false),
            "namespace" => return root(Root::Namespace, Ty::String, true),
            "resource" => return root(Root::Submitted, subject.submitted.clone(), false),
            "request" => return Found::Request,
            _ => {}
        }
        let field = |ty| {
            let path = Path {
                root: Root::Object,
                segments: vec![Segment::Field(name.text.clone())],
                read_from: None,
            };
            Found::Value(path_expr(path, ty, name.span, false))
        };
        let of_template = matches!(name.text.as_str(), "metadata" | "spec");
        if subject.open {
            let known = matches!(
                subject.object.field(self.schema, &name.text),
                FieldOf::Value { .. }
            );
            return match name.text.as_str() {
                "metadata" => field(Ty::Object(vec![self.schema.object_meta()])),
                "kind" | "apiVersion" if !subject.templates => field(Ty::String),
                other if known || COMMON_FIELDS.contains(&other) => field(Ty::Any),
                _ => {
                    self.unknown_name(name);
                    Found::Nothing
                }
            };
        }
        let object = if subject.templates && !of_template {
            &subject.own
        } else {
            &subject.object
        };
        if let FieldOf::Value { ty, .. } = object.field(self.schema, &name.text) {
            // What is submitted has its top-level fields, or they make no difference.
            return field(ty);
        }
        if let FieldOf::Value { .. } = subject.submitted.field(self.schema, &name.text) {
            self.no_field_of_template(&name.text, name.span);
        } else {
            self.unknown_name(name);
        }
        Found::Nothing
    }

    /// An attribute or a nested block of a Terraform block, or a word for something else.
    fn lookup_attribute(&mut self, name: &ast::Ident, subject: &Subject) -> Found<'a> {
        let path = |root, segments| Path {
            root,
            segments,
            read_from: None,
        };
        match name.text.as_str() {
            "resource" => {
                let ty = subject.submitted.clone();
                return Found::Value(path_expr(
                    path(Root::Submitted, Vec::new()),
                    ty,
                    name.span,
                    false,
                ));
            }
            "request" => return Found::Request,
            _ => {}
        }
        let meta = Ty::Object(vec![meta_arguments(Mode::Managed)]);
        let mut found = subject.object.field(self.schema, &name.text);
        if found == FieldOf::Missing {
            found = meta.field(self.schema, &name.text);
        }
        let FieldOf::Value {
            ty,
            optional,
            single,
        } = found
        else {
            self.unknown_name(name);
            return Found::Nothing;
        };
        let mut segments = vec![Segment::Field(name.text.clone())];
        segments.extend(single.then_some(Segment::Single));
        let path = path(Root::Object, segments);
        Found::Value(path_expr(path, ty, name.span, optional))
    }

    /// Says that a pod template has no such field.
    pub(super) fn no_field_of_template(&mut self, name: &str, span: Span) {
        let message = format!("`{name}` is no field of a pod template");
        self.report(
            Diagnostic::new(Code::E0210, span, message)
                .note(
                    "`match Pod` is also about the pod templates of workloads, which have \
                     `metadata` and `spec` only",
                )
                .help(format!("the submitted resource has it: `resource.{name}`"))
                .help("`match exactly Pod` leaves the templates out"),
        );
    }

    /// Whether a name may be a field of some resource: outside a rule nobody knows.
    fn may_be_head(&self, name: &str) -> bool {
        // Which attributes types of Terraform have, is not known without the type.
        WORDS.contains(&name)
            || COMMON_FIELDS.contains(&name)
            || self
                .schema
                .all_kinds()
                .any(|kind| self.schema.field(kind.ty, name).is_some())
    }

    fn unknown_name(&mut self, name: &ast::Ident) {
        let terraform = self.is_about_terraform();
        let words = if terraform { TERRAFORM_WORDS } else { WORDS };
        let mut known = self.visible_names();
        known.extend(words.iter().map(|word| (*word).to_owned()));
        let mut diagnostic = Diagnostic::new(
            Code::E0201,
            name.span,
            format!("unknown name `{}`", name.text),
        );
        let request = ["operation", "old", "user"].contains(&name.text.as_str());
        let part = BlockPart::ALL
            .iter()
            .find(|part| part.as_str() == name.text);
        let mut near: Vec<String> = Vec::new();
        if let (true, Some(part)) = (terraform, part) {
            near.push(format!("terraform.{}", part.as_str()));
        } else if request {
            near.push(format!("request.{}", name.text));
        } else {
            let nearby = nearest(&name.text, known.iter().map(String::as_str));
            near.extend(nearby.into_iter().map(str::to_owned));
        }
        if near.is_empty()
            && let Some(subject) = &self.cx.subject
        {
            if let Some(path) = self.nested_field(&subject.object, &name.text) {
                near.push(path);
            } else {
                diagnostic = diagnostic.note(format!(
                    "names here are variables, parameters and constants, and the fields of {}",
                    subject.kinds
                ));
            }
        }
        self.report(suggest(diagnostic, name.span, &near));
    }

    /// The shortest path to a field with this name.
    fn nested_field(&self, ty: &Ty, name: &str) -> Option<String> {
        let Ty::Object(ids) = ty else {
            return None;
        };
        ids.iter()
            .find_map(|id| self.schema.nested(*id, name))
            .map(|path| path.join("."))
    }

    /// Every name that means something here, except words.
    fn visible_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .cx
            .locals
            .iter()
            .map(|local| local.name.clone())
            .collect();
        if let Some(site) = self.cx.site {
            if let Some(policy) = site.policy {
                let items = self.modules.policy_items(policy);
                names.extend(items.iter().map(|it| it.item.name().text.clone()));
            }
            let module = self.modules.names(site.module);
            names.extend(module.into_iter().map(str::to_owned));
        }
        if let Some(subject) = &self.cx.subject
            && let Ty::Object(ids) = &subject.object
        {
            for id in ids {
                let fields = self.schema.fields(*id);
                names.extend(fields.iter().map(|field| field.name.to_string()));
            }
        }
        names
    }

    /// Says that a definition or variable hides what the resource has under its name.
    pub(super) fn warn_if_hiding(&mut self, name: &str, span: Span) {
        let hidden = if WORDS.contains(&name) || COMMON_FIELDS.contains(&name) {
            true
        } else {
            self.cx.subject.as_ref().is_some_and(|subject| {
                let Ty::Object(ids) = &subject.object else {
                    return false;
                };
                ids.iter().any(|id| self.schema.field(*id, name).is_some())
            })
        };
        if hidden {
            let message = format!("`{name}` hides what the resource has under that name");
            self.report(Diagnostic::new(Code::W0203, span, message).help("choose another name"));
        }
    }
}

/// A value of the resource or the request.
pub(super) fn path_expr(path: Path, ty: Ty, span: Span, optional: bool) -> Expr {
    Expr {
        kind: ExprKind::Path(path),
        ty,
        span,
        optional,
        named: false,
    }
}
