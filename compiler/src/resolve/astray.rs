//! What is said of a path that leads nowhere.

use policyc_diagnostics::{Code, Diagnostic, Span};

use super::Resolver;
use super::hir::Expr;
use super::reports::{quoted, suggest};
use super::types::{FieldOf, Ty};
use crate::schema::Type;

/// How many names of fields are listed.
const MAX_SHOWN: usize = 12;

impl Resolver<'_> {
    /// Says that a value has no fields or elements that could be named.
    pub(super) fn not_a_path(&mut self, base: &Expr) {
        let text = self.text(base.span).to_owned();
        let message = format!("`{text}` is computed, and has no fields or elements to name");
        self.report(
            Diagnostic::new(Code::E0311, base.span, message)
                .note("fields and elements are of the resource, the request and of variables")
                .help("visit it: `any x in …: …`, or give the field itself a default: `a.b ?? c`"),
        );
    }

    /// Says that an object has no such field, and which it may stand for.
    pub(super) fn unknown_field(&mut self, base: &Expr, name: &str, at: Span) {
        let Ty::Object(ids) = &base.ty else {
            return;
        };
        let names: Vec<String> = ids
            .iter()
            .filter_map(|id| {
                let Type::Object(object) = self.schema.get(*id) else {
                    return None;
                };
                object.name.as_deref()
            })
            .map(str::to_owned)
            .collect();
        let text = self.text(base.span).to_owned();
        let owner = match names.as_slice() {
            [] => format!("`{text}`"),
            names => format!("`{text}` ({})", names.join(", ")),
        };
        let message = format!("{owner} has no field `{name}`");
        let mut near: Vec<&str> = ids
            .iter()
            .flat_map(|id| self.schema.suggest(*id, name))
            .collect();
        near.sort_unstable();
        near.dedup();
        let mut diagnostic = Diagnostic::new(Code::E0203, at, message);
        if near.is_empty() {
            let nested = ids.iter().find_map(|id| self.schema.nested(*id, name));
            if let Some(path) = nested {
                let path = path.join(".");
                diagnostic = diagnostic
                    .help(format!("it is deeper: `{text}.{path}`"))
                    .fix(at, path);
            } else {
                let mut fields: Vec<&str> = ids
                    .iter()
                    .flat_map(|id| self.schema.fields(*id))
                    .map(|field| &*field.name)
                    .collect();
                fields.sort_unstable();
                fields.dedup();
                let more = if fields.len() > MAX_SHOWN {
                    ", …"
                } else {
                    ""
                };
                fields.truncate(MAX_SHOWN);
                diagnostic = diagnostic.note(format!("its fields are {}{more}", quoted(&fields)));
            }
        }
        self.report(suggest(diagnostic, at, &near));
    }

    /// A field of a list: its elements have it.
    pub(super) fn member_of_list(&mut self, base: &Expr, span: Span) {
        let list = self.text(base.span).to_owned();
        let message = format!("`{list}` is a list, and only its elements have fields");
        let variable = self.variable_for(&list);
        // The test around it, with the element in place of the list.
        let whole = self.cx.tests.last().copied().unwrap_or(span);
        let before = Span {
            end: base.span.start,
            ..whole
        };
        let after = Span {
            start: base.span.end,
            ..whole
        };
        let inside = whole.start <= base.span.start && base.span.end <= whole.end;
        let body = if inside {
            format!("{}{variable}{}", self.text(before), self.text(after))
        } else {
            format!("{variable}.…")
        };
        self.report(
            Diagnostic::new(Code::E0302, base.span, message)
                .help(format!("say how many: `all {variable} in {list}: {body}`"))
                .help("or `any` where one is enough, `none` where there must be none"),
        );
    }

    /// A name for an element: the first letter of the list's.
    pub(super) fn variable_for(&self, list: &str) -> String {
        let last = list.rsplit('.').next().unwrap_or_default();
        let first = last.chars().find(char::is_ascii_lowercase).unwrap_or('x');
        let taken = self
            .cx
            .locals
            .iter()
            .any(|local| local.name == first.to_string());
        if taken {
            format!("{first}2")
        } else {
            first.to_string()
        }
    }

    /// A scalar of an element: the element itself, or the field that names an object.
    pub(super) fn scalar_of(&self, variable: &str, item: &Ty) -> String {
        let Ty::Object(_) = item else {
            return variable.to_owned();
        };
        match item.field(self.schema, "name") {
            FieldOf::Value { .. } => format!("{variable}.name"),
            FieldOf::Missing | FieldOf::OfList | FieldOf::OfScalar => format!("{variable}.…"),
        }
    }
}
