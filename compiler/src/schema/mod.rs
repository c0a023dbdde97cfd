//! What fields resources have: the Kubernetes API in the supported versions, the Gateway API, the
//! custom resources of a project, and the resources of Terraform's largest providers.
//!
//! ```
//! use policyc_compiler::schema::{KindQuery, KubernetesVersion, Schema, Step, Type};
//!
//! let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
//! let query = KindQuery::parse("apps/v1/Deployment").expect("a kind");
//! let kind = schema.resolve(&query).expect("known")[0];
//! assert!(kind.namespaced);
//! let place = schema.follow(kind.ty, &[Step::Member("spec"), Step::Member("replicas")]);
//! assert_eq!(*schema.get(place.expect("a field").ty), Type::Integer);
//! ```
//!
//! The data come from `scripts/kubernetes-schema.py`; `data/README.md` says from where and under
//! which licence. A version is read when it is first asked for.

mod crd;
mod decode;
mod kinds;
mod nearest;
mod removed;
pub mod terraform;
#[cfg(test)]
mod tests;
mod types;
mod version;

use std::collections::VecDeque;
use std::sync::Arc;

pub use crd::{CrdError, CrdSource};
pub use kinds::{Kind, KindQuery, Origin, Subresource, UnknownKind};
pub(crate) use nearest::nearest;
pub use removed::Removed;
pub use types::{
    Astray, AstrayReason, Field, Form, Format, Held, List, Member, Object, Place, Step, Text, Type,
    TypeId,
};
pub use version::{KubernetesVersion, UnknownVersion};

/// How far [`Schema::nested`] looks.
const MAX_NESTING: usize = 5;

/// The kinds of one Kubernetes version, of the Gateway API and of a project's custom resources, and
/// their types.
#[derive(Debug, Clone)]
pub struct Schema {
    version: KubernetesVersion,
    types: Vec<Type>,
    /// Sorted by [`kinds::order`].
    kinds: Vec<Kind>,
    any: TypeId,
    object_meta: TypeId,
}

impl Schema {
    /// The schema of a Kubernetes version; read at the first call, then shared.
    #[must_use]
    pub fn kubernetes(version: KubernetesVersion) -> Arc<Self> {
        Arc::clone(version.schema())
    }

    fn new(
        version: KubernetesVersion,
        types: Vec<Type>,
        mut kinds: Vec<Kind>,
        any: TypeId,
        object_meta: TypeId,
    ) -> Self {
        kinds.sort_by(kinds::order);
        Self {
            version,
            types,
            kinds,
            any,
            object_meta,
        }
    }

    /// The Kubernetes version.
    #[must_use]
    pub const fn version(&self) -> KubernetesVersion {
        self.version
    }

    /// The type that an id names; [`Type::Any`] for an id of another schema.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &Type {
        if let Some(ty) = terraform::get(id) {
            return ty;
        }
        usize::try_from(id.0)
            .ok()
            .and_then(|at| self.types.get(at))
            .unwrap_or(&Type::Any)
    }

    /// The type of values that the schema says nothing about.
    #[must_use]
    pub const fn any(&self) -> TypeId {
        self.any
    }

    /// The type of `metadata`.
    #[must_use]
    pub const fn object_meta(&self) -> TypeId {
        self.object_meta
    }

    /// The declared fields of a type, sorted by name; none for other types than objects.
    #[must_use]
    pub fn fields(&self, of: TypeId) -> &[Field] {
        self.object(of).map_or(&[], |object| &object.fields)
    }

    /// The declared field `name` of a type.
    #[must_use]
    pub fn field(&self, of: TypeId, name: &str) -> Option<&Field> {
        self.object(of)?.field(name)
    }

    /// What `name` is in a type.
    #[must_use]
    pub fn member(&self, of: TypeId, name: &str) -> Member<'_> {
        match self.get(of) {
            Type::Object(object) => match object.field(name) {
                Some(field) => Member::Field(field),
                None if object.open => Member::Undeclared,
                None => Member::Missing,
            },
            Type::Map(value) => Member::Entry(*value),
            Type::List(list) => Member::OfList(list.item),
            Type::Any => Member::Undeclared,
            Type::String(_)
            | Type::Integer
            | Type::Number
            | Type::Boolean
            | Type::IntOrString
            | Type::Quantity => Member::OfScalar,
        }
    }

    /// The type of a list's items or a map's values.
    #[must_use]
    pub fn items(&self, of: TypeId) -> Option<TypeId> {
        match self.get(of) {
            Type::List(list) => Some(list.item),
            Type::Map(value) => Some(*value),
            Type::Any => Some(self.any),
            Type::Object(object) => object.open.then_some(self.any),
            Type::String(_)
            | Type::Integer
            | Type::Number
            | Type::Boolean
            | Type::IntOrString
            | Type::Quantity => None,
        }
    }

    /// Where a path leads from a value of type `from`.
    ///
    /// # Errors
    /// The first step that the type does not allow.
    pub fn follow(&self, from: TypeId, path: &[Step<'_>]) -> Result<Place, Astray> {
        let mut place = Place {
            ty: from,
            optional: false,
        };
        for (step, taken) in path.iter().enumerate() {
            let on = place.ty;
            let astray = |why| Astray { step, on, why };
            match taken {
                Step::Items => {
                    place.ty = self.items(on).ok_or(astray(AstrayReason::ItemsOfOther))?;
                }
                Step::Member(name) => match self.member(on, name) {
                    Member::Field(field) => {
                        place.ty = field.ty;
                        place.optional |= !field.required;
                    }
                    Member::Entry(value) => {
                        place = Place {
                            ty: value,
                            optional: true,
                        }
                    }
                    Member::Undeclared => {
                        place = Place {
                            ty: self.any,
                            optional: true,
                        }
                    }
                    Member::Missing => return Err(astray(AstrayReason::NoField)),
                    Member::OfList(_) => return Err(astray(AstrayReason::MemberOfList)),
                    Member::OfScalar => return Err(astray(AstrayReason::MemberOfScalar)),
                },
            }
        }
        Ok(place)
    }

    /// Fields of a type that a misspelt name may stand for.
    #[must_use]
    pub fn suggest(&self, of: TypeId, misspelt: &str) -> Vec<&str> {
        nearest(misspelt, self.fields(of).iter().map(|field| &*field.name))
    }

    /// Values of a type's enumeration that a misspelt one may stand for.
    #[must_use]
    pub fn suggest_value(&self, of: TypeId, misspelt: &str) -> Vec<&str> {
        let Type::String(text) = self.get(of) else {
            return Vec::new();
        };
        nearest(misspelt, text.values.iter().map(|value| &**value))
    }

    /// The shortest way to a field `name` deeper inside a type, through objects only: from a
    /// Deployment's `spec`, `containers` is at `template.spec.containers`.
    #[must_use]
    pub fn nested(&self, of: TypeId, name: &str) -> Option<Vec<&str>> {
        let mut seen = vec![of];
        let mut queue = VecDeque::from([(of, Vec::new())]);
        while let Some((ty, path)) = queue.pop_front() {
            if let Some(field) = self.field(ty, name) {
                let mut path = path;
                path.push(&*field.name);
                return Some(path);
            }
            if path.len() + 1 >= MAX_NESTING {
                continue;
            }
            for field in self.fields(ty) {
                if self.object(field.ty).is_some() && !seen.contains(&field.ty) {
                    seen.push(field.ty);
                    let mut path = path.clone();
                    path.push(&*field.name);
                    queue.push_back((field.ty, path));
                }
            }
        }
        None
    }

    fn object(&self, id: TypeId) -> Option<&Object> {
        let Type::Object(object) = self.get(id) else {
            return None;
        };
        Some(object)
    }
}
