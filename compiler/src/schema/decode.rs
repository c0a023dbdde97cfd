//! Reads the embedded schemas, which `scripts/kubernetes-schema.py` writes.
//!
//! A file is gzipped text; its lines' cells are separated by tabs. The first line names the
//! format, the second the version (`v 1.36`). Then each line is a type, whose id is its position:
//!
//! | line | type |
//! |---|---|
//! | `s`, `s FORMAT` | a string |
//! | `e VALUE…` | a string that is one of the values |
//! | `i`, `n`, `b`, `x`, `q`, `a` | integer, number, boolean, int-or-string, quantity, anything |
//! | `l ID` | a list of |
//! | `m ID` | a map to |
//! | `o NAME OPEN FIELD…` | an object; OPEN is `+` or empty, a FIELD is `name:ID`, or `name!:ID` where required |
//!
//! and each line from the first `k` on is a resource:
//! `k GROUP VERSION KIND PLURAL SCOPE ID SUBRESOURCE…`, SCOPE being `n` or `c` and a SUBRESOURCE
//! `name:ID`.

use std::io::Read;

use flate2::read::GzDecoder;

use super::kinds::{Kind, Origin, Subresource};
use super::types::{Field, Format, List, Object, Text, Type, TypeId};
use super::{KubernetesVersion, Schema};

const FORMAT: &str = "policyc-schema 1";

/// The embedded schema of `version`; `None` if the data are not well-formed.
pub(super) fn decode(version: KubernetesVersion) -> Option<Schema> {
    let mut text = String::new();
    GzDecoder::new(version.data())
        .read_to_string(&mut text)
        .ok()?;
    parse(version, &text)
}

fn parse(version: KubernetesVersion, text: &str) -> Option<Schema> {
    let mut lines = text.lines();
    if lines.next()? != FORMAT || lines.next()?.strip_prefix("v\t")? != version.as_str() {
        return None;
    }
    let mut types = Vec::with_capacity(text.len() / 50);
    let mut kinds = Vec::new();
    for line in lines {
        match line.strip_prefix("k\t") {
            Some(cells) => kinds.push(kind(cells)?),
            None => types.push(ty(line)?),
        }
    }
    let count = u32::try_from(types.len()).ok()?;
    let known = |id: &TypeId| id.0 < count;
    let well_formed = types.iter().all(|ty| match ty {
        Type::Object(object) => object.fields.iter().all(|field| known(&field.ty)),
        Type::Map(id) => known(id),
        Type::List(list) => known(&list.item),
        Type::String(_)
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::IntOrString
        | Type::Quantity
        | Type::Any => true,
    }) && kinds
        .iter()
        .all(|kind| known(&kind.ty) && kind.subresources.iter().all(|sub| known(&sub.ty)));
    let meta = types.iter().position(|ty| {
        let Type::Object(object) = ty else {
            return false;
        };
        object.name.as_deref() == Some("ObjectMeta")
    })?;
    let any = types.iter().position(|ty| *ty == Type::Any)?;
    well_formed.then(|| Schema::new(version, types, kinds, id_at(any), id_at(meta)))
}

fn id_at(position: usize) -> TypeId {
    TypeId(u32::try_from(position).unwrap_or(u32::MAX))
}

fn id(cell: &str) -> Option<TypeId> {
    cell.parse().ok().map(TypeId)
}

fn ty(line: &str) -> Option<Type> {
    let mut cells = line.split('\t');
    Some(match cells.next()? {
        "s" => Type::String(Text {
            format: Format::named(cells.next().unwrap_or_default()),
            values: Box::default(),
        }),
        "e" => Type::String(Text {
            format: Format::Plain,
            values: cells.map(Into::into).collect(),
        }),
        "i" => Type::Integer,
        "n" => Type::Number,
        "b" => Type::Boolean,
        "x" => Type::IntOrString,
        "q" => Type::Quantity,
        "a" => Type::Any,
        "l" => Type::List(List {
            item: id(cells.next()?)?,
            max_items: None,
        }),
        "m" => Type::Map(id(cells.next()?)?),
        "o" => {
            let name = cells.next()?;
            Type::Object(Object {
                name: (!name.is_empty()).then(|| name.into()),
                open: cells.next()? == "+",
                fields: cells.map(field).collect::<Option<_>>()?,
            })
        }
        _ => return None,
    })
}

fn field(cell: &str) -> Option<Field> {
    let (name, ty) = cell.rsplit_once(':')?;
    let required = name.strip_suffix('!');
    Some(Field {
        name: required.unwrap_or(name).into(),
        ty: id(ty)?,
        required: required.is_some(),
        nullable: false,
    })
}

fn kind(cells: &str) -> Option<Kind> {
    let mut cells = cells.split('\t');
    Some(Kind {
        group: cells.next()?.into(),
        version: cells.next()?.into(),
        name: cells.next()?.into(),
        plural: cells.next()?.into(),
        namespaced: cells.next()? == "n",
        ty: id(cells.next()?)?,
        subresources: cells
            .map(|cell| {
                let (name, ty) = cell.split_once(':')?;
                Some(Subresource {
                    name: name.into(),
                    ty: id(ty)?,
                })
            })
            .collect::<Option<_>>()?,
        origin: Origin::Kubernetes,
    })
}
