//! Where an expression is evaluated: the engine, and what it calls the roots of paths.

use policyc_ir::{LocalId, Root, Type};

use super::ast::Cel;
use super::lower::Known;

/// Who evaluates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::backend) enum Engine {
    /// Kyverno, a ValidatingPolicy. It also judges manifests that no API server has seen: nulls and
    /// values of wrong types occur, and every number is a double.
    Kyverno,
    /// Kyverno, `validate.cel` of a ClusterPolicy: as before, and it replaces `{{…}}` in the text.
    ClusterPolicy,
    /// The API server, a ValidatingAdmissionPolicy: what a schema says of a value is true, and an
    /// expression must be well-typed by the schema.
    ApiServer,
}

impl Engine {
    /// Whether the engine replaces what looks like a variable in the text of an expression.
    pub(super) const fn substitutes(self) -> bool {
        match self {
            Self::ClusterPolicy => true,
            Self::Kyverno | Self::ApiServer => false,
        }
    }

    /// Whether a value is what its schema says.
    pub(super) const fn validates(self) -> bool {
        match self {
            Self::ApiServer => true,
            Self::Kyverno | Self::ClusterPolicy => false,
        }
    }
}

/// What a root is in the engine.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::backend) enum Place {
    /// A value that is always there; null counts as absent only where `nullable` says so.
    Value(Cel),
    /// An expression that may be null.
    Nullable(Cel),
    /// An optional value.
    Optional(Cel),
    /// Nothing: every path from there is absent.
    Absent,
    /// The engine does not tell: the reason.
    Unknown(&'static str),
}

/// The roots of an engine.
///
/// Strings (`name`, `namespace`, `operation`) must be strings where they are there, and the labels
/// of the namespace a map of strings.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::backend) struct Frame {
    pub(in crate::backend) engine: Engine,
    /// What the rule is about, such as `object` or `object.?spec.?template`.
    pub(in crate::backend) object: Place,
    pub(in crate::backend) submitted: Place,
    /// The former state of what the rule is about.
    pub(in crate::backend) old: Place,
    pub(in crate::backend) name: Place,
    pub(in crate::backend) namespace: Place,
    pub(in crate::backend) namespace_labels: Place,
    pub(in crate::backend) operation: Place,
    pub(in crate::backend) user: Place,
    locals: Vec<Local>,
    /// Names that variables must not have.
    taken: Vec<String>,
}

/// A bound variable.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Local {
    id: LocalId,
    /// Its name in CEL.
    pub(super) name: String,
    /// What stands for it, where that is not the name.
    pub(super) value: Option<Cel>,
    /// What the schema says.
    pub(super) ty: Type,
    /// What is known of it; it is never null.
    pub(super) known: Known,
    /// What is known of its elements, where nobody needs to ask the schema.
    pub(super) items: Option<Known>,
}

impl Frame {
    /// The roots of an admission request about a whole resource. Namespace labels are those of
    /// `namespaceObject`.
    pub(in crate::backend) fn admission(engine: Engine) -> Self {
        let request = || Cel::ident("request");
        Self {
            engine,
            object: Place::Value(Cel::ident("object")),
            submitted: Place::Value(Cel::ident("object")),
            old: Place::Nullable(Cel::ident("oldObject")),
            name: Place::Optional(Cel::ident("object").opt("metadata").opt("name")),
            namespace: Place::Optional(Cel::ident("object").opt("metadata").opt("namespace")),
            namespace_labels: Place::Optional(
                Cel::ident("namespaceObject").opt("metadata").opt("labels"),
            ),
            operation: Place::Value(request().select("operation")),
            user: Place::Value(request().select("userInfo")),
            locals: Vec::new(),
            taken: Vec::new(),
        }
    }

    /// The frame in which a variable stands for an element that is not null; gives the name it has
    /// in CEL.
    pub(in crate::backend) fn with_element(
        &self,
        id: LocalId,
        name: &str,
        ty: Type,
    ) -> (Self, String) {
        let known = self.known(&ty);
        self.with_known(id, name, ty, known)
    }

    /// As before, with what is known of the element beside that it is not null.
    pub(super) fn with_known(
        &self,
        id: LocalId,
        name: &str,
        ty: Type,
        known: Known,
    ) -> (Self, String) {
        self.with_local(id, name, ty, known.not_null())
    }

    /// The frame in which an expression stands for a list without nulls.
    pub(in crate::backend) fn with_list(
        &self,
        id: LocalId,
        name: &str,
        value: Cel,
        ty: Type,
    ) -> Self {
        let item = ty.item().map_or(Known::Nothing, |item| self.known(item));
        let mut frame = self.clone();
        frame.locals.push(Local {
            id,
            name: name.to_owned(),
            value: Some(value),
            ty,
            known: Known::List,
            items: Some(item.not_null()),
        });
        frame
    }

    /// The frame in which a variable stands for the key of an entry.
    pub(in crate::backend) fn with_key(&self, id: LocalId, name: &str) -> (Self, String) {
        self.with_local(id, name, Type::String, Known::Text)
    }

    fn with_local(&self, id: LocalId, name: &str, ty: Type, known: Known) -> (Self, String) {
        let (mut frame, name) = self.with_name(name);
        frame.locals.push(Local {
            id,
            name: name.clone(),
            value: None,
            ty,
            known,
            items: None,
        });
        (frame, name)
    }

    /// The frame in which a variable of CEL has been bound; gives its name.
    pub(in crate::backend) fn with_name(&self, name: &str) -> (Self, String) {
        let name = self.fresh(name);
        let mut frame = self.clone();
        frame.taken.push(name.clone());
        (frame, name)
    }

    /// A name for a variable that nothing else has.
    pub(super) fn fresh(&self, name: &str) -> String {
        let base = variable_name(name);
        let is_free =
            |name: &String| !self.taken.contains(name) && !RESERVED.contains(&name.as_str());
        if is_free(&base) {
            return base;
        }
        // One more than there are names taken is enough.
        (2..self.taken.len() + RESERVED.len() + 3)
            .map(|number| format!("{base}{number}"))
            .find(is_free)
            .unwrap_or(base)
    }

    pub(super) fn local(&self, id: LocalId) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.id == id)
    }

    pub(super) fn place(&self, root: Root) -> &Place {
        match root {
            Root::Object => &self.object,
            Root::Submitted => &self.submitted,
            Root::Old => &self.old,
            Root::Name => &self.name,
            Root::Namespace => &self.namespace,
            Root::NamespaceLabels => &self.namespace_labels,
            Root::Operation => &self.operation,
            Root::User => &self.user,
            Root::Local(_) | Root::Block(_) => &Place::Absent,
        }
    }
}

/// A name as a variable of CEL.
fn variable_name(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    let out = out.trim_matches('_');
    let starts_well = out.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let mut out = match (out.is_empty(), starts_well) {
        (true, _) => "value".to_owned(),
        (false, true) => out.to_owned(),
        (false, false) => format!("v{out}"),
    };
    out.truncate(40);
    out
}

/// What CEL, or an engine, means by a name.
const RESERVED: &[&str] = &[
    // Words of CEL and what it keeps for itself.
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
    // Types.
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "timestamp",
    "type",
    "uint",
    "optional_type",
    // Variables and libraries of the engines.
    "authorizer",
    "base64",
    "cel",
    "cidr",
    "exceptions",
    "generator",
    "globalContext",
    "hash",
    "http",
    "image",
    "imageData",
    "images",
    "ip",
    "json",
    "math",
    "namespaceObject",
    "net",
    "object",
    "oldObject",
    "optional",
    "params",
    "quantity",
    "random",
    "regex",
    "request",
    "resource",
    "semver",
    "sets",
    "strings",
    "time",
    "url",
    "user",
    "variables",
    "x509",
    "yaml",
    "gzip",
    "transform",
];
