//! Fields and elements: `spec.containers[0].image`, `metadata.labels["app"]`.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::BlockPart;

use super::Resolver;
use super::constants::Constant;
use super::exprs::constant_expr;
use super::hir::{Expr, ExprKind, Path, Root, Segment};
use super::modules::{Definition, Item, ModuleId};
use super::names::{Found, path_expr};
use super::reports::{quoted, suggest};
use super::scope::{Platform, Term};
use super::types::{FieldOf, Ty};
use crate::schema::nearest;
use crate::syntax::ast;

/// Longest path.
const MAX_SEGMENTS: usize = 100;

/// Parts of `request`.
const REQUEST: &[&str] = &["operation", "old", "user", "namespace"];

/// Parts of `request` in a rule about Terraform.
const CHANGE: &[&str] = &["operation", "old"];

/// Fields of `request.user`.
const USER: &[&str] = &["username", "uid", "groups", "extra"];

fn user_field(name: &str) -> Option<Ty> {
    let texts = || Ty::List(Box::new(Ty::String));
    match name {
        "username" | "uid" => Some(Ty::String),
        "groups" => Some(texts()),
        "extra" => Some(Ty::Map(Box::new(texts()))),
        _ => None,
    }
}

impl<'a> Resolver<'a> {
    /// A field or an element of something.
    pub(super) fn path(&mut self, expr: &'a ast::Expr) -> Option<Term> {
        if let Some(found) = self.qualified(expr) {
            return found;
        }
        if let ast::ExprKind::Field(base, field) = &expr.kind {
            let base = self.value(base)?;
            return self.field(base, field, expr.span).map(Term::Value);
        }
        if let ast::ExprKind::Index(base, index) = &expr.kind {
            let base = self.value(base);
            let index = self.value(index);
            return self.index(base?, index?, expr.span).map(Term::Value);
        }
        None
    }

    /// What is no field of a value: `module.name`, `request.user`, `namespace.labels`. The outer
    /// `None` says that the expression is none of these.
    fn qualified(&mut self, expr: &'a ast::Expr) -> Option<Option<Term>> {
        let ast::ExprKind::Field(base, field) = &expr.kind else {
            return None;
        };
        if let ast::ExprKind::Name(name) = &base.kind {
            let shadowed = self.lookup_definition(name);
            return match (shadowed, name.text.as_str(), field.text.as_str()) {
                (Some(Found::Module(module)), ..) => {
                    Some(self.module_value(module, field, expr.span))
                }
                (Some(_), ..) => None,
                (None, "request", _) => Some(self.request(field, expr.span)),
                (None, "terraform", _) if self.is_about_terraform() => {
                    Some(self.block_part(field, expr.span))
                }
                (None, "namespace", "labels") => Some(self.namespace_labels(expr.span)),
                (None, ..) => None,
            };
        }
        // `request.namespace.labels` is another spelling of `namespace.labels`.
        if let ast::ExprKind::Field(inner, middle) = &base.kind
            && let ast::ExprKind::Name(name) = &inner.kind
            && [&*name.text, &*middle.text, &*field.text] == ["request", "namespace", "labels"]
            && self.lookup_definition(name).is_none()
        {
            return Some(self.namespace_labels(expr.span));
        }
        None
    }

    /// An item of an imported module.
    pub(super) fn item_of(
        &mut self,
        module: ModuleId,
        field: &ast::Ident,
    ) -> Option<Definition<'a>> {
        if let Some(definition) = self.modules.item(module, &field.text) {
            return Some(definition);
        }
        let name = self.modules.name(module);
        let message = format!("module `{name}` defines no `{}`", field.text);
        let names = self.modules.items(module).map(|it| &*it.item.name().text);
        let near = nearest(&field.text, names);
        let diagnostic = Diagnostic::new(Code::E0205, field.span, message);
        self.report(suggest(diagnostic, field.span, &near));
        None
    }

    fn module_value(&mut self, module: ModuleId, field: &ast::Ident, span: Span) -> Option<Term> {
        let definition = self.item_of(module, field)?;
        match definition.item {
            Item::Param(_) | Item::Const(_) => {
                let (constant, ty) = self.value_of(definition)?;
                if !self.step(constant.size(), span) {
                    return None;
                }
                let mut value = constant_expr(constant, span, true);
                value.ty = ty;
                Some(Term::Value(value))
            }
            Item::Let(item) => self.put_in_place(definition, &item.value, span),
            Item::Function(_) => {
                let message = format!("`{}` is a function", field.text);
                let help = format!("call it: `{}(…)`", self.text(span));
                self.report(Diagnostic::new(Code::E0304, span, message).help(help));
                None
            }
        }
    }

    fn request(&mut self, field: &ast::Ident, span: Span) -> Option<Term> {
        let Some(subject) = self.cx.subject.clone() else {
            if self.cx.constant {
                self.not_constant(span);
            }
            return None;
        };
        let known: &[&str] = match subject.platform {
            Platform::Kubernetes => REQUEST,
            Platform::Terraform => CHANGE,
        };
        let word = known.iter().find(|known| **known == field.text);
        let (root, ty, optional) = match word.copied().unwrap_or_default() {
            "operation" => (Root::Operation, Ty::String, false),
            "user" => (Root::User, Ty::Map(Box::new(Ty::Any)), true),
            "old" => (Root::Old, subject.object.clone(), true),
            "namespace" => (Root::Namespace, Ty::String, true),
            _ => {
                let message = format!("`{}` is no part of the request", field.text);
                let near = nearest(&field.text, known.iter().copied());
                let mut diagnostic = Diagnostic::new(Code::E0203, field.span, message);
                if near.is_empty() {
                    diagnostic = diagnostic.help(format!("parts are {}", quoted(known)));
                }
                self.report(suggest(diagnostic, field.span, &near));
                return None;
            }
        };
        let path = Path {
            root,
            segments: Vec::new(),
            read_from: None,
        };
        Some(Term::Value(path_expr(path, ty, span, optional)))
    }

    pub(super) fn is_about_terraform(&self) -> bool {
        let subject = self.cx.subject.as_ref();
        subject.is_some_and(|subject| subject.platform == Platform::Terraform)
    }

    /// `terraform.address`
    fn block_part(&mut self, field: &ast::Ident, span: Span) -> Option<Term> {
        let part = BlockPart::ALL
            .iter()
            .find(|part| part.as_str() == field.text);
        let Some(part) = part else {
            let names: Vec<&str> = BlockPart::ALL.iter().map(|part| part.as_str()).collect();
            let message = format!(
                "`{}` is no part of what Terraform calls a block",
                field.text
            );
            let near = nearest(&field.text, names.iter().copied());
            let diagnostic = Diagnostic::new(Code::E0203, field.span, message)
                .note(format!("parts are {}", quoted(&names)));
            self.report(suggest(diagnostic, field.span, &near));
            return None;
        };
        let path = Path {
            root: Root::Block(*part),
            segments: Vec::new(),
            read_from: None,
        };
        let optional = match part {
            BlockPart::Address | BlockPart::Name => false,
            BlockPart::Module | BlockPart::Type => true,
        };
        Some(Term::Value(path_expr(path, Ty::String, span, optional)))
    }

    fn namespace_labels(&mut self, span: Span) -> Option<Term> {
        if self.cx.subject.is_none() {
            if self.cx.constant {
                self.not_constant(span);
            }
            return None;
        }
        let path = Path {
            root: Root::NamespaceLabels,
            segments: Vec::new(),
            read_from: None,
        };
        let ty = Ty::Map(Box::new(Ty::String));
        Some(Term::Value(path_expr(path, ty, span, true)))
    }

    /// `label "k"`: the entry of `metadata.labels`.
    pub(super) fn metadata_entry(
        &mut self,
        word: &ast::Ident,
        key: &ast::Text,
        span: Span,
    ) -> Option<Term> {
        let field = match word.text.as_str() {
            "label" => "labels",
            "annotation" => "annotations",
            other => {
                let near = nearest(other, ["label", "annotation"]);
                let message = format!("unknown word `{other}`");
                let diagnostic = Diagnostic::new(Code::E0201, word.span, message);
                self.report(suggest(diagnostic, word.span, &near));
                return None;
            }
        };
        if self.cx.subject.is_none() {
            if self.cx.constant {
                self.not_constant(span);
            }
            return None;
        }
        if self.is_about_terraform() {
            let message = format!("blocks of Terraform have no {field}");
            let help = format!(
                "tags of AWS and Azure are an attribute: `tags[\"{}\"]`",
                key.value
            );
            self.report(Diagnostic::new(Code::E0411, span, message).help(help));
            return None;
        }
        let segments = ["metadata", field, &key.value];
        let path = Path {
            root: Root::Object,
            segments: segments
                .map(|name| Segment::Field(name.to_owned()))
                .to_vec(),
            read_from: None,
        };
        Some(Term::Value(path_expr(path, Ty::String, span, true)))
    }

    /// `base.name`
    pub(super) fn field(&mut self, base: Expr, field: &ast::Ident, span: Span) -> Option<Expr> {
        self.member_of_path(base, &field.text, field.span, span)
    }

    /// The member `name` of a value; `at` is the place of the name.
    fn member_of_path(&mut self, base: Expr, name: &str, at: Span, span: Span) -> Option<Expr> {
        if let Some(constant) = base.constant() {
            return self.member_of_constant(&base, &constant, name, at, span);
        }
        let ExprKind::Path(path) = &base.kind else {
            self.not_a_path(&base);
            return None;
        };
        let (ty, optional, single) = if path.root == Root::User && path.segments.is_empty() {
            let Some(ty) = user_field(name) else {
                let near = nearest(name, USER.iter().copied());
                let message = format!("`{name}` is no field of the user");
                let mut diagnostic = Diagnostic::new(Code::E0203, at, message);
                if near.is_empty() {
                    diagnostic = diagnostic.help(format!("fields are {}", quoted(USER)));
                }
                self.report(suggest(diagnostic, at, &near));
                return None;
            };
            (ty, true, false)
        } else {
            if path.root == Root::Old
                && path.segments.is_empty()
                && !matches!(name, "metadata" | "spec")
                && self.cx.subject.as_ref().is_some_and(|it| it.templates)
            {
                self.no_field_of_template(name, at);
                return None;
            }
            match base.ty.field(self.schema, name) {
                FieldOf::Value {
                    ty,
                    optional,
                    single,
                } => (ty, optional, single),
                FieldOf::Missing => {
                    self.unknown_field(&base, name, at);
                    return None;
                }
                FieldOf::OfList => {
                    self.member_of_list(&base, span);
                    return None;
                }
                FieldOf::OfScalar => {
                    let text = self.text(base.span).to_owned();
                    let what = base.ty.describe();
                    let message = format!("`{text}` is {what} and has no field `{name}`");
                    self.report(Diagnostic::new(Code::E0203, at, message));
                    return None;
                }
            }
        };
        let field = Segment::Field(name.to_owned());
        if single {
            let block = self.extend(base, field, ty.clone(), optional, span)?;
            return self.extend(block, Segment::Single, ty, optional, span);
        }
        self.extend(base, field, ty, optional, span)
    }

    fn extend(
        &mut self,
        base: Expr,
        segment: Segment,
        ty: Ty,
        optional: bool,
        span: Span,
    ) -> Option<Expr> {
        let optional = optional || base.optional;
        let ExprKind::Path(mut path) = base.kind else {
            return None;
        };
        if path.segments.len() >= MAX_SEGMENTS {
            self.too_large(span, "this path has too many steps");
            return None;
        }
        path.segments.push(segment);
        Some(path_expr(path, ty, span, optional))
    }

    fn member_of_constant(
        &mut self,
        base: &Expr,
        constant: &Constant,
        name: &str,
        at: Span,
        span: Span,
    ) -> Option<Expr> {
        match constant {
            Constant::Absent | Constant::Map(_) => {
                let mut value = constant_expr(constant.entry(name), span, true);
                // A map whose declared type knows more than an empty entry does.
                if let Ty::Map(of) = &base.ty
                    && value.ty == Ty::Any
                {
                    value.ty = (**of).clone();
                }
                Some(value)
            }
            Constant::List(_) => {
                self.member_of_list(base, span);
                None
            }
            Constant::Bool(_)
            | Constant::Int(_)
            | Constant::Float(_)
            | Constant::String(_)
            | Constant::Quantity(_)
            | Constant::Duration(_)
            | Constant::Version(_)
            | Constant::Cidr(_)
            | Constant::Ip(_)
            | Constant::Date(_) => {
                let text = self.text(base.span).to_owned();
                let what = base.ty.describe();
                let message = format!("`{text}` is {what} and has no field `{name}`");
                self.report(Diagnostic::new(Code::E0203, at, message));
                None
            }
        }
    }

    /// `base[index]`
    fn index(&mut self, base: Expr, index: Expr, span: Span) -> Option<Expr> {
        if let Some(Constant::Absent) = index.constant() {
            return Some(constant_expr(Constant::Absent, span, true));
        }
        if let Some(Constant::String(key)) = index.constant() {
            if let Ty::List(_) = base.ty {
                let text = self.text(base.span).to_owned();
                let message = format!("`{text}` is a list and has no key `{key}`");
                self.report(
                    Diagnostic::new(Code::E0311, index.span, message)
                        .help(format!("visit it: `any x in {text}: …`")),
                );
                return None;
            }
            return self.member_of_path(base, &key, index.span, span);
        }
        if let Some(Constant::Int(at)) = index.constant() {
            return self.element(base, at, index.span, span);
        }
        if index.constant().is_some() || !index.ty.is_text() {
            let text = self.text(index.span).to_owned();
            let message = format!("`{text}` is {}, not a key", index.ty.describe());
            self.report(
                Diagnostic::new(Code::E0311, index.span, message)
                    .note("keys are strings, positions are whole numbers that are written out"),
            );
            return None;
        }
        if base.constant().is_some() {
            let message = "the key must be known while compiling, as the map is";
            let text = self.text(base.span).to_owned();
            self.report(
                Diagnostic::new(Code::E0309, index.span, message)
                    .help(format!("visit the map: `any key, value in {text}: …`")),
            );
            return None;
        }
        if base.path().is_none() {
            self.not_a_path(&base);
            return None;
        }
        let ty = if let Ty::Map(value) = &base.ty {
            (**value).clone()
        } else if let Ty::Object(_) | Ty::Any = base.ty {
            Ty::Any
        } else {
            let text = self.text(base.span).to_owned();
            let message = format!("`{text}` is {} and has no keys", base.ty.describe());
            self.report(Diagnostic::new(Code::E0311, base.span, message));
            return None;
        };
        self.extend(base, Segment::Key(Box::new(index)), ty, true, span)
    }

    fn element(&mut self, base: Expr, at: i64, place: Span, span: Span) -> Option<Expr> {
        if let Some(Constant::List(items)) = base.constant() {
            let item = usize::try_from(at).ok().and_then(|at| items.get(at));
            let item = item.cloned().unwrap_or(Constant::Absent);
            return Some(constant_expr(item, span, base.named));
        }
        let Ok(position) = u32::try_from(at) else {
            let message = format!("`{at}` is no position: they count from 0");
            self.report(Diagnostic::new(Code::E0311, place, message));
            return None;
        };
        if base.path().is_none() {
            self.not_a_path(&base);
            return None;
        }
        let ty = if let Ty::List(item) = &base.ty {
            (**item).clone()
        } else if base.ty == Ty::Any {
            Ty::Any
        } else {
            let text = self.text(base.span).to_owned();
            let message = format!("`{text}` is {} and has no positions", base.ty.describe());
            let mut diagnostic = Diagnostic::new(Code::E0311, base.span, message);
            if let Ty::Map(_) = base.ty {
                diagnostic = diagnostic
                    .help(format!("keys are strings: `{text}[\"{at}\"]`"))
                    .fix(place, format!("\"{at}\""));
            }
            self.report(diagnostic);
            return None;
        };
        self.extend(base, Segment::Index(position), ty, true, span)
    }
}
