//! Reads the embedded schemas, which `scripts/terraform-schema.py` writes.
//!
//! A file is gzipped text; its lines' cells are separated by tabs. The first line names the format,
//! the second the provider, its version and the last of the previous major version
//! (`v hashicorp/aws 6.25.0 5.99.1`). Then each line is a type, whose id is its position:
//!
//! | line | type |
//! |---|---|
//! | `s`, `s FORMAT` | a string |
//! | `n`, `b`, `a` | number, boolean, anything |
//! | `l ID`, `t ID`, `m ID` | a list of, a set of, a map to |
//! | `o FIELD…` | an object |
//! | `d NAME FIELD…` | the object that a data source is |
//! | `r NAME FIELD…` | the object that a resource is |
//!
//! The data sources stand after all types without a name, the resources after them, each sorted by
//! name. A FIELD is `name`, then who sets it (`!` the configuration, always; `?` the configuration,
//! perhaps; `=` the provider), then its form if it is a block (`*` one for each item of the list,
//! `-` one that is held as a list, `.` one that is held as an object), then its type's ID.
//!
//! The lines after them say what only the previous major version had: `x MODE NAME` a type (MODE is
//! `d` or `r`), `x MODE NAME PATH…` fields of a type, such as `default_node_pool.node_taints`.

use std::ops::Range;
use std::sync::OnceLock;

use super::{Entry, Mode, POSITION_BITS};
use crate::schema::types::{Field, Form, Format, Held, List, Object, Text, Type, TypeId};

const FORMAT: &str = "policyc-terraform 1";

/// The types of one provider.
#[derive(Debug)]
pub(super) struct Tables {
    /// The high bits of its types' ids.
    number: u32,
    lines: Box<[Line]>,
    resources: Range<usize>,
    data_sources: Range<usize>,
    /// The lines of what only the previous major version had, without their first cell.
    removed: Box<[&'static str]>,
}

/// A type: as it is written, and as it is read when it is first asked for.
#[derive(Debug)]
struct Line {
    text: &'static str,
    ty: OnceLock<Type>,
}

impl Line {
    /// The name of a resource or data source.
    fn name(&self) -> &'static str {
        self.text.split('\t').nth(1).unwrap_or_default()
    }
}

impl Tables {
    /// The tables of a text; `None` if it is not of this provider and these versions.
    pub(super) fn new(number: u32, text: &'static str, head: &[&str]) -> Option<Self> {
        let text = text.strip_prefix(FORMAT)?.strip_prefix("\nv\t")?;
        let text = text.strip_prefix(&head.join("\t"))?.strip_prefix('\n')?;
        let removed = text.lines().filter_map(|line| line.strip_prefix("x\t"));
        let removed = removed.collect();
        let lines: Box<[Line]> = text
            .lines()
            .take_while(|line| !line.starts_with("x\t"))
            .map(|text| Line {
                text,
                ty: OnceLock::new(),
            })
            .collect();
        let resources = lines.partition_point(|line| !line.text.starts_with("r\t"));
        let data_sources = lines.partition_point(|line| !line.text.starts_with(['d', 'r']));
        Some(Self {
            number,
            resources: resources..lines.len(),
            data_sources: data_sources..resources,
            lines,
            removed,
        })
    }

    /// The resource types or data sources.
    pub(super) fn entries(&self, mode: Mode) -> impl ExactSizeIterator<Item = Entry> + Clone {
        let range = self.range(mode);
        let lines = self.lines.get(range.clone()).unwrap_or_default();
        range.zip(lines).map(|(at, line)| Entry {
            name: line.name(),
            ty: self.id_at(at),
        })
    }

    /// The resource type or data source `name`.
    pub(super) fn find(&self, mode: Mode, name: &str) -> Option<Entry> {
        let range = self.range(mode);
        let lines = self.lines.get(range.clone())?;
        let at = lines.binary_search_by(|line| line.name().cmp(name)).ok()?;
        Some(Entry {
            name: lines.get(at)?.name(),
            ty: self.id_at(range.start + at),
        })
    }

    /// The type that an id names.
    #[expect(
        clippy::expect_used,
        reason = "the data are embedded and a test reads every type"
    )]
    pub(super) fn get(&self, id: TypeId) -> Option<&Type> {
        let at = id.0.checked_sub(self.number << POSITION_BITS)?;
        let line = self.lines.get(usize::try_from(at).ok()?)?;
        let read = || {
            let ty = self.ty(line.text);
            ty.expect("the embedded schema is well-formed")
        };
        Some(line.ty.get_or_init(read))
    }

    /// Whether only the previous major version had the type, or the field at this path of it.
    pub(super) fn had(&self, mode: Mode, name: &str, path: &[&str]) -> bool {
        let mode = match mode {
            Mode::Managed => "r",
            Mode::Data => "d",
        };
        let paths = self.removed.iter().find_map(|line| {
            let rest = line.strip_prefix(mode)?.strip_prefix('\t')?;
            let paths = rest.strip_prefix(name)?;
            (paths.is_empty() || paths.starts_with('\t')).then_some(paths)
        });
        // All of a type that is gone, and all that was in a block that is gone.
        paths.is_some_and(|paths| {
            paths.is_empty()
                || paths.split('\t').skip(1).any(|gone| {
                    let steps = path.get(..gone.split('.').count());
                    steps.is_some_and(|steps| steps.join(".") == gone)
                })
        })
    }

    /// The ids of all types.
    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = TypeId> {
        (0..self.lines.len()).map(|at| self.id_at(at))
    }

    fn range(&self, mode: Mode) -> Range<usize> {
        match mode {
            Mode::Managed => self.resources.clone(),
            Mode::Data => self.data_sources.clone(),
        }
    }

    fn id_at(&self, at: usize) -> TypeId {
        let at = u32::try_from(at).unwrap_or(u32::MAX >> (u32::BITS - POSITION_BITS));
        TypeId(self.number << POSITION_BITS | at)
    }

    fn id(&self, cell: &str) -> Option<TypeId> {
        let at: usize = cell.parse().ok()?;
        (at < self.lines.len()).then(|| self.id_at(at))
    }

    fn ty(&self, line: &str) -> Option<Type> {
        let mut cells = line.split('\t');
        Some(match cells.next()? {
            "s" => Type::String(Text {
                format: Format::named(cells.next().unwrap_or_default()),
                values: Box::default(),
            }),
            "n" => Type::Number,
            "b" => Type::Boolean,
            "a" => Type::Any,
            kind @ ("l" | "t") => Type::List(List {
                item: self.id(cells.next()?)?,
                max_items: None,
                unordered: kind == "t",
            }),
            "m" => Type::Map(self.id(cells.next()?)?),
            kind @ ("o" | "d" | "r") => Type::Object(Object {
                name: match kind {
                    "o" => None,
                    _ => Some(cells.next()?.into()),
                },
                fields: cells.map(|cell| self.field(cell)).collect::<Option<_>>()?,
                open: false,
            }),
            _ => return None,
        })
    }

    fn field(&self, cell: &str) -> Option<Field> {
        let (name, rest) = cell.split_at_checked(cell.find(['!', '?', '='])?)?;
        let (set_by, rest) = rest.split_at_checked(1)?;
        let (form, id) = if let Some(id) = rest.strip_prefix('*') {
            (Form::Blocks, id)
        } else if let Some(id) = rest.strip_prefix('-') {
            (Form::Block(Held::List), id)
        } else if let Some(id) = rest.strip_prefix('.') {
            (Form::Block(Held::Object), id)
        } else if set_by == "=" {
            (Form::Computed, rest)
        } else {
            (Form::Value, rest)
        };
        Some(Field {
            name: name.into(),
            ty: self.id(id)?,
            required: set_by == "!",
            nullable: false,
            form,
        })
    }
}
