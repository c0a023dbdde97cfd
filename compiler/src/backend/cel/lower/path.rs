//! Paths.

use policyc_diagnostics::Span;
use policyc_ir::{Expr, Path, Root, Segment, Type};

use super::{Bound, Known, Value};
use crate::backend::cel::ast::Cel;
use crate::backend::cel::frame::{Frame, Place};
use crate::backend::cel::{Blocked, Lowered};

/// Lists that the API server itself writes as null when they are empty: fields of `Role`,
/// `ClusterRole` and `EndpointSlice` whose Go types have no `omitempty`.
fn is_nulled(path: &Path) -> bool {
    matches!(path.segments.as_slice(), [Segment::Field(name)] if name == "rules" || name == "endpoints")
}

impl Frame {
    /// The value of a path with the type that the schema says.
    pub(super) fn path(&self, path: &Path, ty: &Type, origin: Span) -> Lowered<Value> {
        let Some(mut value) = self.root(path.root, origin)? else {
            return Ok(Value::absent());
        };
        if path.segments.is_empty() {
            return Ok(value);
        }
        if let [Segment::Field(name)] = path.segments.as_slice()
            && self.is_object(path.root)
            && matches!(name.as_str(), "kind" | "apiVersion")
        {
            // Every object has them.
            return Ok(Value::sure(value.cel.select(name), Known::Text, name));
        }
        // Where no schema describes the path, a list may stand on it: a step into one is an error.
        let unsure = *ty == Type::Any && !is_described(path);
        let from_local = matches!(path.root, Root::Local(_));
        for (index, segment) in path.segments.iter().enumerate() {
            if let Segment::Field(name) = segment {
                value.name.clone_from(name);
            }
            let guarded = unsure && (index > 0 || from_local) && value.known != Known::Map;
            value = self.step(&value, segment, guarded)?;
        }
        value.known = if is_of_request(path.root) {
            Known::of(ty)
        } else if self.is_object(path.root) && is_nulled(path) {
            Known::Nothing
        } else {
            self.known(ty)
        };
        value.ty = ty.clone();
        Ok(value)
    }

    /// Whether what stands at a root is a whole object of the API.
    fn is_object(&self, root: Root) -> bool {
        let whole = match root {
            Root::Submitted => true,
            Root::Object => self.object == self.submitted,
            Root::Old
            | Root::Local(_)
            | Root::Name
            | Root::Namespace
            | Root::NamespaceLabels
            | Root::Operation
            | Root::User
            | Root::Block(_) => false,
        };
        whole && matches!(self.place(root), Place::Value(_))
    }

    /// The value at a root; none when there is none.
    fn root(&self, root: Root, origin: Span) -> Lowered<Option<Value>> {
        if let Root::Local(id) = root {
            let Some(local) = self.local(id) else {
                return Err(Blocked::new("variable", "it is bound nowhere", origin));
            };
            return Ok(Some(Value {
                ty: local.ty.clone(),
                ..Value::sure(
                    local
                        .value
                        .clone()
                        .unwrap_or_else(|| Cel::ident(&local.name)),
                    local.known,
                    &local.name,
                )
            }));
        }
        let (known, name) = match root {
            Root::Object | Root::Submitted => (Known::Map, "resource"),
            Root::Old => (Known::Map, "old"),
            Root::NamespaceLabels => (Known::Map, "labels"),
            Root::User => (Known::Map, "user"),
            Root::Name => (Known::Text, "name"),
            Root::Namespace => (Known::Text, "namespace"),
            Root::Operation => (Known::Text, "operation"),
            Root::Local(_) => (Known::Nothing, "value"),
            Root::Block(part) => (Known::Text, part.as_str()),
        };
        Ok(Some(match self.place(root) {
            Place::Value(cel) => Value::sure(cel.clone(), known, name),
            Place::Nullable(cel) => Value::sure(cel.clone(), Known::Nothing, name),
            Place::Optional(cel) => Value::maybe(cel.clone(), self.optional_known(known), name),
            Place::Absent => return Ok(None),
            Place::Unknown(reason) => {
                return Err(Blocked::new(root_construct(root), *reason, origin));
            }
        }))
    }

    /// What stands in the resource may be null before an API server has seen it.
    fn optional_known(&self, known: Known) -> Known {
        if self.engine.validates() {
            known
        } else {
            Known::Nothing
        }
    }

    /// The member of a value. `guarded`: the value may be a list.
    fn step(&self, value: &Value, segment: &Segment, guarded: bool) -> Lowered<Value> {
        let member = |base: Cel, frame: &Self| match segment {
            Segment::Field(name) => Ok(base.opt(name.clone())),
            Segment::Index(index) => Ok(base.opt_index(Cel::Int(i64::from(*index)))),
            Segment::Single => Ok(base.opt_index(Cel::Int(0))),
            Segment::Key(key) => frame.keyed(base, key),
        };
        let name = match segment {
            Segment::Field(name) => name.as_str(),
            Segment::Index(_) | Segment::Single | Segment::Key(_) => value.name.as_str(),
        };
        let guarded = guarded && !matches!(segment, Segment::Index(_) | Segment::Single);
        if !guarded {
            return Ok(Value::maybe(
                member(value.cel.clone(), self)?,
                Known::Nothing,
                name,
            ));
        }
        let (frame, variable) = self.with_name(&value.name);
        let is_plain = !value.optional && value.is_simple();
        let at = if is_plain {
            value.cel.clone()
        } else {
            Cel::ident(&variable)
        };
        let there = Bound {
            cel: at.clone(),
            known: Known::Nothing,
            constant: None,
            ty: Type::Any,
        };
        let inner = Cel::Ternary(
            Box::new(there.is_map()),
            Box::new(member(at, &frame)?),
            Box::new(Cel::none()),
        );
        let cel = if is_plain {
            inner
        } else {
            value.as_optional().opt_flat_map(&variable, inner)
        };
        Ok(Value::maybe(cel, Known::Nothing, name))
    }

    /// `base[?key]`, where the key is a string.
    fn keyed(&self, base: Cel, key: &Expr) -> Lowered<Cel> {
        let key = self.value(key)?;
        if let Some(literal) = &key.constant {
            return Ok(match literal {
                policyc_ir::Literal::Bool(_)
                | policyc_ir::Literal::Int(_)
                | policyc_ir::Literal::Float(_) => Cel::none(),
                policyc_ir::Literal::String(text)
                | policyc_ir::Literal::Quantity(text)
                | policyc_ir::Literal::Duration(text)
                | policyc_ir::Literal::Version(text)
                | policyc_ir::Literal::Cidr(text)
                | policyc_ir::Literal::Ip(text)
                | policyc_ir::Literal::Date(text) => base.opt(text.clone()),
            });
        }
        if !key.optional && key.known == Known::Text {
            return Ok(base.opt_index(key.cel));
        }
        let (_, name) = self.with_name("key");
        let bound = Bound {
            cel: Cel::ident(&name),
            known: key.known,
            constant: None,
            ty: Type::Any,
        };
        let member = base.opt_index(Cel::ident(&name));
        let guard = bound.is_text();
        if guard == Cel::Bool(false) {
            return Ok(Cel::none());
        }
        let body = if guard == Cel::Bool(true) {
            member
        } else {
            Cel::Ternary(Box::new(guard), Box::new(member), Box::new(Cel::none()))
        };
        Ok(key.as_optional().opt_flat_map(&name, body))
    }
}

/// Whether every resource has the parents of the path as maps, whatever its kind.
fn is_described(path: &Path) -> bool {
    matches!(path.root, Root::NamespaceLabels | Root::User)
        || matches!(path.segments.first(), Some(Segment::Field(name)) if name == "metadata")
}

fn root_construct(root: Root) -> &'static str {
    match root {
        Root::Object | Root::Submitted => "resource",
        Root::Old => "old",
        Root::Local(_) => "variable",
        Root::Name => "name",
        Root::Namespace => "namespace",
        Root::NamespaceLabels => "namespace labels in a condition",
        Root::Operation => "operation",
        Root::User => "user",
        Root::Block(part) => part.as_str(),
    }
}

/// Whether a path starts at the request: to every engine what stands there has the types that the API
/// of admission says.
pub(super) const fn is_of_request(root: Root) -> bool {
    match root {
        Root::User | Root::Operation | Root::NamespaceLabels => true,
        Root::Object
        | Root::Submitted
        | Root::Old
        | Root::Local(_)
        | Root::Name
        | Root::Namespace
        | Root::Block(_) => false,
    }
}
