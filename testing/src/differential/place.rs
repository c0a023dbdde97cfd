//! Places in resources: chosen along the schema, so that rules about them compile.

use policyc_compiler::schema::{Format, Schema, Type, TypeId};

use super::random::Random;

/// A step to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// A field.
    Field(String),
    /// One of several fields of the same type.
    Fields(Vec<String>),
    /// A key of a map.
    Key(String),
    /// The elements of a list.
    Items,
    /// The values of a map.
    Entries,
}

/// What is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ty {
    /// `true` or `false`
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// A string.
    Text,
    /// One of some strings.
    Enum(Vec<String>),
    /// A quantity.
    Quantity,
    /// A whole number or a string.
    IntOrText,
    /// A date or time.
    Date,
    /// A duration.
    Duration,
    /// The schema does not say.
    Any,
    /// A list of scalars.
    Scalars(Box<Ty>),
    /// A list of something else.
    List,
    /// A map with any keys.
    Map,
    /// A map with known keys.
    Object,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The way to it.
    pub segments: Vec<Segment>,
    /// The type in the schema.
    pub id: TypeId,
    /// What is there.
    pub ty: Ty,
}

/// Fields that rules are mostly about, taken more often than others.
const WANTED: &[(&str, usize)] = &[
    ("spec", 30),
    ("containers", 30),
    ("securityContext", 12),
    ("resources", 10),
    ("limits", 6),
    ("requests", 6),
    ("image", 6),
    ("ports", 8),
    ("volumes", 8),
    ("env", 5),
    ("capabilities", 5),
    ("volumeMounts", 5),
    ("rules", 20),
    ("data", 20),
    ("metadata", 4),
    ("labels", 6),
    ("annotations", 6),
    ("tolerations", 3),
    ("strategy", 3),
    ("selector", 3),
    ("ingress", 5),
    ("egress", 5),
];

/// Fields that rules have no business with, or that no manifest has.
const SHUNNED: &[&str] = &[
    "status",
    "managedFields",
    "ownerReferences",
    "apiVersion",
    "kind",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "resourceVersion",
    "uid",
    "selfLink",
    "generation",
    "finalizers",
    "name",
    "namespace",
    "generateName",
    "template",
    "volumeClaimTemplates",
    "jobTemplate",
];

const LABEL_KEYS: &[&str] = &["app", "tier", "app.kubernetes.io/name", "example.org/x"];
const DATA_KEYS: &[&str] = &["mode", "a.b", "KEY", "config.yaml", "x-y", "size"];
const RESOURCE_KEYS: &[&str] = &[
    "cpu",
    "memory",
    "storage",
    "ephemeral-storage",
    "nvidia.com/gpu",
];

/// Keys that a map has.
#[must_use]
pub(super) fn keys_of(map: &str) -> &'static [&'static str] {
    match map {
        "limits" | "requests" | "capacity" | "hard" | "default" | "overhead" => RESOURCE_KEYS,
        "data" | "stringData" | "binaryData" => DATA_KEYS,
        _ => LABEL_KEYS,
    }
}

/// A place below a type; none where the walk leads nowhere.
pub(super) fn walk(
    random: &mut Random,
    schema: &Schema,
    start: TypeId,
    shun_metadata: bool,
) -> Option<Place> {
    let mut segments = Vec::new();
    let mut id = start;
    for depth in 0..10 {
        let stop = depth > 1 && random.percent(8);
        match schema.get(id) {
            Type::Object(object) if !stop => {
                let mut weighted: Vec<(&str, TypeId, usize)> = Vec::new();
                for field in &object.fields {
                    let name = &*field.name;
                    let named = SHUNNED.contains(&name);
                    // Names are given to resources as identity; below lists they are data.
                    let element = depth > 1 && matches!(name, "name" | "namespace" | "kind");
                    if named && !element || depth == 0 && shun_metadata && name == "metadata" {
                        continue;
                    }
                    let wanted = WANTED.iter().find(|(wanted, _)| *wanted == name);
                    weighted.push((name, field.ty, wanted.map_or(2, |(_, weight)| *weight)));
                }
                let total = weighted.iter().map(|(.., weight)| weight).sum();
                let mut at = random.below(total);
                let (name, ty, _) = weighted.iter().find(|(.., weight)| {
                    let found = at < *weight;
                    at = at.saturating_sub(*weight);
                    found
                })?;
                let containers = *name == "containers" && object.field("initContainers").is_some();
                segments.push(if containers && random.percent(50) {
                    let mut names = vec!["containers".to_owned(), "initContainers".to_owned()];
                    if object.field("ephemeralContainers").is_some() && random.percent(60) {
                        names.push("ephemeralContainers".to_owned());
                    }
                    Segment::Fields(names)
                } else {
                    Segment::Field((*name).to_owned())
                });
                id = *ty;
            }
            Type::List(list) if !stop => {
                let scalars = is_scalar(schema, list.item);
                if scalars && random.percent(50) {
                    break;
                }
                segments.push(Segment::Items);
                id = list.item;
            }
            Type::Map(value) if !stop => {
                if random.percent(25) {
                    segments.push(Segment::Entries);
                } else {
                    let name = match segments.last() {
                        Some(Segment::Field(name)) => name.clone(),
                        Some(
                            Segment::Fields(_)
                            | Segment::Key(_)
                            | Segment::Items
                            | Segment::Entries,
                        )
                        | None => String::new(),
                    };
                    segments.push(Segment::Key(random.word(keys_of(&name)).to_owned()));
                }
                id = *value;
            }
            Type::Object(_)
            | Type::List(_)
            | Type::Map(_)
            | Type::String(_)
            | Type::Integer
            | Type::Number
            | Type::Boolean
            | Type::IntOrString
            | Type::Quantity
            | Type::Any => break,
        }
    }
    (!segments.is_empty()).then(|| Place {
        segments,
        id,
        ty: ty_of(schema, id),
    })
}

fn is_scalar(schema: &Schema, id: TypeId) -> bool {
    !matches!(
        schema.get(id),
        Type::Object(_) | Type::Map(_) | Type::List(_) | Type::Any
    )
}

/// What a type of the schema is for rules.
#[must_use]
pub(super) fn ty_of(schema: &Schema, id: TypeId) -> Ty {
    match schema.get(id) {
        Type::Object(_) => Ty::Object,
        Type::Map(_) => Ty::Map,
        Type::List(list) if is_scalar(schema, list.item) => {
            Ty::Scalars(Box::new(ty_of(schema, list.item)))
        }
        Type::List(_) => Ty::List,
        Type::String(text) => match text.format {
            Format::DateTime | Format::Date => Ty::Date,
            Format::Duration => Ty::Duration,
            Format::Plain | Format::Byte | Format::Json | Format::Other(_)
                if text.values.is_empty() =>
            {
                Ty::Text
            }
            Format::Plain | Format::Byte | Format::Json | Format::Other(_) => Ty::Enum(
                text.values
                    .iter()
                    .map(|value| (**value).to_owned())
                    .collect(),
            ),
        },
        Type::Integer => Ty::Int,
        Type::Number => Ty::Number,
        Type::Boolean => Ty::Bool,
        Type::IntOrString => Ty::IntOrText,
        Type::Quantity => Ty::Quantity,
        Type::Any => Ty::Any,
    }
}

/// Places of a kind that no schema knows.
pub(super) fn unknown(random: &mut Random, any: TypeId) -> Place {
    let field = |name: &str| Segment::Field(name.to_owned());
    let mut segments = vec![field("spec")];
    match random.below(9) {
        0 => segments.push(field("size")),
        1 => segments.push(field("text")),
        2 => segments.push(field("count")),
        3 => segments.extend([field("words"), Segment::Items]),
        4 => segments.extend([field("parts"), Segment::Items, field("name")]),
        5 => segments.extend([
            field("parts"),
            Segment::Items,
            field("tags"),
            Segment::Items,
        ]),
        6 => segments.extend([field("map"), Segment::Entries]),
        7 => segments.extend([field("map"), Segment::Key("a.b".to_owned())]),
        _ => segments.extend([field("deep"), field("flag")]),
    }
    Place {
        segments,
        id: any,
        ty: Ty::Any,
    }
}
