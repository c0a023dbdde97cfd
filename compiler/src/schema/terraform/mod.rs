//! What resources and data sources of Terraform's largest providers have: AWS, Azure (azurerm) and
//! Google.
//!
//! Their types are read like those of Kubernetes, with any [`Schema`]:
//!
//! ```
//! use policyc_compiler::schema::terraform::{self, Mode, Provider};
//! use policyc_compiler::schema::{Form, Held, KubernetesVersion, Schema, Step, Type};
//!
//! let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
//! let versioning = terraform::find(Mode::Managed, "aws_s3_bucket_versioning").expect("known");
//! let block = schema.field(versioning, "versioning_configuration").expect("a field");
//! assert_eq!(block.form, Form::Block(Held::List));
//! assert!(block.required);
//! let status = schema.field(block.ty, "status").expect("a field");
//! assert!(matches!(schema.get(status.ty), Type::String(_)));
//! assert_eq!(schema.suggest(block.ty, "statuss"), ["status"]);
//!
//! assert_eq!(Provider::of("random_id"), None);
//! assert_eq!(terraform::similar(Mode::Managed, "aws_s3_buckett"), ["aws_s3_bucket"]);
//! ```
//!
//! A provider's data are unpacked when one of its types is first asked for, and each type is read
//! when it is. They come from `scripts/terraform-schema.py`; `data/README.md` says from where, under
//! which licence, and what they cannot tell.

mod decode;
mod meta;
mod provider;
#[cfg(test)]
mod tests;

pub use provider::Provider;

use decode::Tables;

use super::nearest::nearest;
use super::types::{Format, Type, TypeId};
#[cfg(doc)]
use super::{Form, Schema};

/// How many low bits of a [`TypeId`] say where the type is in its tables. The bits above them say
/// which tables; they are 0 in the ids of a [`Schema`]'s own types, of which there are far fewer.
const POSITION_BITS: u32 = 28;

/// Which of a provider's two kinds of types, as plans and states call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// `resource "aws_vpc" "main" { … }`.
    Managed,
    /// `data "aws_vpc" "main" { … }`.
    Data,
}

impl Mode {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Managed, Self::Data];
}

/// A resource type or a data source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its name, such as `aws_s3_bucket`.
    pub name: &'static str,
    /// The object of its attributes and blocks. What Terraform itself reads is not among them:
    /// [`meta_arguments`].
    pub ty: TypeId,
}

/// The object that a resource type or data source is; `None` where its provider has no such type,
/// or is itself unknown ([`Provider::of`]).
#[must_use]
pub fn find(mode: Mode, name: &str) -> Option<TypeId> {
    Provider::of(name)?.find(mode, name).map(|entry| entry.ty)
}

/// The object of what Terraform itself reads in every resource or data source: `count`,
/// `lifecycle`, ….
#[must_use]
pub fn meta_arguments(mode: Mode) -> TypeId {
    meta::arguments(mode)
}

/// Names of types that a misspelt one may stand for. A name of no known provider is compared only
/// where its provider may be a misspelt one that has the type, such as `asw_s3_bucket`.
#[must_use]
pub fn similar(mode: Mode, misspelt: &str) -> Vec<&'static str> {
    if let Some(provider) = Provider::of(misspelt) {
        return nearest(misspelt, provider.entries(mode).map(|entry| entry.name));
    }
    let Some((prefix, rest)) = misspelt.split_once('_') else {
        return Vec::new();
    };
    let providers = Provider::ALL.iter().map(|provider| provider.as_str());
    nearest(prefix, providers)
        .into_iter()
        .filter_map(|provider| {
            let name = format!("{provider}_{rest}");
            Some(Provider::of(&name)?.find(mode, &name)?.name)
        })
        .collect()
}

/// The version of the provider that was the last to have a type, where the known version has it no
/// more: `3.116.0` for `azurerm_sql_server`. With a path, the same of a field: `enable_auto_scaling`
/// in `default_node_pool` of `azurerm_kubernetes_cluster`. Their types are not known.
#[must_use]
pub fn removed(mode: Mode, name: &str, path: &[&str]) -> Option<&'static str> {
    let provider = Provider::of(name)?;
    let had = provider.tables().had(mode, name, path);
    had.then(|| provider.previous_version())
}

/// Whether the attribute at the path in a resource or data source is a string that is a JSON
/// document, such as `policy` of `aws_iam_policy`. Of lists and maps the path names nothing.
#[must_use]
pub fn is_document(mode: Mode, name: &str, path: &[&str]) -> bool {
    let Some(mut ty) = find(mode, name).and_then(get) else {
        return false;
    };
    for part in path {
        while let Type::List(list) = ty {
            let Some(item) = get(list.item) else {
                return false;
            };
            ty = item;
        }
        let Type::Object(object) = ty else {
            return false;
        };
        match object.field(part).and_then(|field| get(field.ty)) {
            Some(next) => ty = next,
            None => return false,
        }
    }
    matches!(ty, Type::String(text) if text.format == Format::Json)
}

/// The type that an id of this module names; `None` for ids of a [`Schema`]'s own types.
pub(super) fn get(id: TypeId) -> Option<&'static Type> {
    let tables = id.0 >> POSITION_BITS;
    if tables == 0 {
        return None;
    }
    let tables = if tables == meta::TABLES {
        meta::tables()
    } else {
        let mut all = Provider::ALL.iter();
        all.find(|provider| provider.number() == tables)?.tables()
    };
    tables.get(id)
}
