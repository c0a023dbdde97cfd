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
//! | `l ID`, `l ID MOST` | a list of, with at most so many items |
//! | `m ID` | a map to |
//! | `o NAME OPEN FIELD…` | an object; OPEN is `+` or empty, a FIELD is `name:ID`, or `name!:ID` where required |
//!
//! and each line from the first `k` on is a resource:
//! `k GROUP VERSION KIND PLURAL SCOPE ID SUBRESOURCE…`, SCOPE being `n` or `c` and a SUBRESOURCE
//! `name:ID`.
//!
//! The Gateway API's file is added to each version's. It has another first line, and two types of the
//! version before its own: the id 0 is `ObjectMeta` there, 1 is anything.

use std::io::Read;

use flate2::read::GzDecoder;

use super::kinds::{Kind, Origin, Subresource};
use super::types::{Field, Form, Format, List, Object, Text, Type, TypeId};
use super::{KubernetesVersion, Schema};

const FORMAT: &str = "policyc-schema 1";
const FORMAT_OF_CRDS: &str = "policyc-schema-crds 1";
const GATEWAY_API: &[u8] = include_bytes!("data/gateway-api.txt.gz");

/// The embedded schema of `version`; `None` if the data are not well-formed.
pub(super) fn decode(version: KubernetesVersion) -> Option<Schema> {
    let text = unpacked(version.data())?;
    let own = text
        .strip_prefix(FORMAT)?
        .strip_prefix("\nv\t")?
        .strip_prefix(version.as_str())?
        .strip_prefix('\n')?;
    let gateway_api = unpacked(GATEWAY_API)?;
    let (_, gateway_api) = gateway_api
        .strip_prefix(FORMAT_OF_CRDS)?
        .strip_prefix("\nv\t")?
        .split_once('\n')?;

    let mut read = Reader {
        types: Vec::with_capacity(text.len() / 50),
        kinds: Vec::new(),
        before: Vec::new(),
        start: 0,
        origin: Origin::Kubernetes,
    };
    read.lines(own)?;
    let meta = read.position(
        |ty| matches!(ty, Type::Object(object) if object.name.as_deref() == Some("ObjectMeta")),
    )?;
    let any = read.position(|ty| *ty == Type::Any)?;
    read.before = vec![meta, any];
    read.start = u32::try_from(read.types.len()).ok()?;
    read.origin = Origin::GatewayApi;
    read.lines(gateway_api)?;
    read.is_well_formed()
        .then(|| Schema::new(version, read.types, read.kinds, any, meta))
}

fn unpacked(data: &[u8]) -> Option<String> {
    let mut text = String::new();
    GzDecoder::new(data).read_to_string(&mut text).ok()?;
    Some(text)
}

/// What has been read, and where the ids of the file at hand begin.
struct Reader {
    types: Vec<Type>,
    kinds: Vec<Kind>,
    /// The types that the file's first ids name.
    before: Vec<TypeId>,
    /// The position of the file's first own type.
    start: u32,
    origin: Origin,
}

impl Reader {
    fn lines(&mut self, text: &str) -> Option<()> {
        for line in text.lines() {
            match line.strip_prefix("k\t") {
                Some(cells) => self.kinds.push(self.kind(cells)?),
                None => self.types.push(self.ty(line)?),
            }
        }
        Some(())
    }

    fn position(&self, is: impl Fn(&Type) -> bool) -> Option<TypeId> {
        let at = self.types.iter().position(is)?;
        u32::try_from(at).ok().map(TypeId)
    }

    /// Whether every id names a type.
    fn is_well_formed(&self) -> bool {
        let known = |id: &TypeId| usize::try_from(id.0).is_ok_and(|id| id < self.types.len());
        self.types.iter().all(|ty| match ty {
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
        }) && self
            .kinds
            .iter()
            .all(|kind| known(&kind.ty) && kind.subresources.iter().all(|sub| known(&sub.ty)))
    }

    fn id(&self, cell: &str) -> Option<TypeId> {
        let id: u32 = cell.parse().ok()?;
        if let Some(before) = self.before.get(usize::try_from(id).ok()?) {
            return Some(*before);
        }
        let own = id.checked_sub(u32::try_from(self.before.len()).ok()?)?;
        self.start.checked_add(own).map(TypeId)
    }

    fn ty(&self, line: &str) -> Option<Type> {
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
                item: self.id(cells.next()?)?,
                max_items: match cells.next() {
                    Some(most) => Some(most.parse().ok()?),
                    None => None,
                },
                unordered: false,
            }),
            "m" => Type::Map(self.id(cells.next()?)?),
            "o" => {
                let name = cells.next()?;
                Type::Object(Object {
                    name: (!name.is_empty()).then(|| name.into()),
                    open: cells.next()? == "+",
                    fields: cells.map(|cell| self.field(cell)).collect::<Option<_>>()?,
                })
            }
            _ => return None,
        })
    }

    fn field(&self, cell: &str) -> Option<Field> {
        let (name, ty) = cell.rsplit_once(':')?;
        let required = name.strip_suffix('!');
        Some(Field {
            name: required.unwrap_or(name).into(),
            ty: self.id(ty)?,
            required: required.is_some(),
            nullable: false,
            form: Form::Value,
        })
    }

    fn kind(&self, cells: &str) -> Option<Kind> {
        let mut cells = cells.split('\t');
        Some(Kind {
            group: cells.next()?.into(),
            version: cells.next()?.into(),
            name: cells.next()?.into(),
            plural: cells.next()?.into(),
            namespaced: cells.next()? == "n",
            ty: self.id(cells.next()?)?,
            subresources: cells
                .map(|cell| {
                    let (name, ty) = cell.split_once(':')?;
                    Some(Subresource {
                        name: name.into(),
                        ty: self.id(ty)?,
                    })
                })
                .collect::<Option<_>>()?,
            origin: self.origin,
        })
    }
}
