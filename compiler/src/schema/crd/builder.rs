//! Turns definitions into kinds and types.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::checked::{
    Checked, Problem, dns_name, flag, kind_name, mapping, optional, required, string,
};
use super::{CrdError, CrdSource};
use crate::schema::Schema;
use crate::schema::kinds::{Kind, Origin, Subresource};
use crate::schema::types::{Field, Form, Format, List, Object, Text, Type, TypeId};

/// How many schemas of fields the definitions of a project may have together.
const MAX_NODES: usize = 500_000;

/// How controller-gen marks a quantity.
const QUANTITY_PATTERN: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

const DEFINITION: &str = "CustomResourceDefinition";
const API_VERSION: &str = "apiextensions.k8s.io/v1";

/// A schema that grows by custom resources.
pub(super) struct Builder<'s> {
    base: &'s Schema,
    types: Vec<Type>,
    /// The ids of types that have been added; equal types are one.
    ids: HashMap<Type, TypeId>,
    kinds: Vec<Kind>,
    nodes: usize,
}

impl<'s> Builder<'s> {
    pub(super) fn new(base: &'s Schema) -> Self {
        Self {
            base,
            types: base.types.clone(),
            ids: HashMap::new(),
            kinds: Vec::new(),
            nodes: 0,
        }
    }

    pub(super) fn finish(mut self) -> Schema {
        let defined: HashSet<(Box<str>, Box<str>)> = self
            .kinds
            .iter()
            .map(|kind| (kind.group.clone(), kind.name.clone()))
            .collect();
        let kept = self.base.kinds.iter().filter(|kind| match kind.origin {
            Origin::GatewayApi => !defined.contains(&(kind.group.clone(), kind.name.clone())),
            Origin::Kubernetes | Origin::Crd => true,
        });
        self.kinds.extend(kept.cloned());
        Schema::new(
            self.base.version,
            self.types,
            self.kinds,
            self.base.any,
            self.base.object_meta,
        )
    }

    pub(super) fn source(&mut self, source: &CrdSource<'_>, documents: &[Value]) -> Vec<CrdError> {
        let mut errors = Vec::new();
        let mut definitions = 0_usize;
        for document in documents {
            if document.get("kind").and_then(Value::as_str) != Some(DEFINITION) {
                continue;
            }
            definitions += 1;
            if let Err(problem) = self.definition(document) {
                let name = document
                    .get("metadata")
                    .and_then(|metadata| metadata.get("name"));
                errors.push(CrdError {
                    source: source.name.to_owned(),
                    line: None,
                    definition: name.and_then(Value::as_str).map(str::to_owned),
                    path: problem.path,
                    message: problem.message,
                });
            }
        }
        if definitions == 0 {
            errors.push(CrdError {
                source: source.name.to_owned(),
                line: None,
                definition: None,
                path: String::new(),
                message: format!("has no {DEFINITION}"),
            });
        }
        errors
    }

    fn definition(&mut self, document: &Value) -> Checked<()> {
        let document = mapping(document)?;
        let api_version = string(document, "apiVersion")?.unwrap_or_default();
        if api_version != API_VERSION {
            let message = format!("has to be `{API_VERSION}`, not `{api_version}`");
            return Err(Problem::new(message).within("apiVersion"));
        }
        let spec = required(document, "spec", "a mapping", Value::as_object)?;
        self.spec(spec).map_err(|problem| problem.within("spec"))
    }

    fn spec(&mut self, spec: &Map<String, Value>) -> Checked<()> {
        let group = required(spec, "group", "a DNS name", dns_name)?;
        let names = required(spec, "names", "a mapping", Value::as_object)?;
        let kind = required(
            names,
            "kind",
            "a name that begins with a capital letter",
            kind_name,
        )
        .map_err(|problem| problem.within("names"))?;
        let plural = required(names, "plural", "a name in small letters", dns_name)
            .map_err(|problem| problem.within("names"))?;
        let namespaced = required(
            spec,
            "scope",
            "`Namespaced` or `Cluster`",
            |value| match value.as_str()? {
                "Namespaced" => Some(true),
                "Cluster" => Some(false),
                _ => None,
            },
        )?;
        let versions = required(spec, "versions", "a list", Value::as_array)?;
        for (position, version) in versions.iter().enumerate() {
            let head = Head {
                group,
                kind,
                plural,
                namespaced,
            };
            self.version(&head, version)
                .map_err(|problem| problem.within(&format!("versions[{position}]")))?;
        }
        Ok(())
    }

    fn version(&mut self, head: &Head<'_>, version: &Value) -> Checked<()> {
        let map = mapping(version)?;
        let name = required(map, "name", "a name in small letters", dns_name)?;
        if !required(map, "served", "`true` or `false`", Value::as_bool)? {
            return Ok(());
        }
        let same = |kind: &&Kind| {
            *kind.group == *head.group && *kind.version == *name && *kind.name == *head.kind
        };
        if let Some(kind) = self.kinds.iter().chain(&self.base.kinds).find(same) {
            match kind.origin {
                Origin::Kubernetes => {
                    let message = format!("defines `{kind}`, which Kubernetes has itself");
                    return Err(Problem::new(message));
                }
                Origin::Crd => {
                    return Err(Problem::new(format!("defines `{kind}` a second time")));
                }
                Origin::GatewayApi => {}
            }
        }
        let api_version = format!("{}/{name}", head.group);
        let schema = optional(map, "schema", "a mapping", Value::as_object)?;
        let root = match schema {
            Some(schema) => optional(schema, "openAPIV3Schema", "a mapping", Value::as_object)
                .map_err(|problem| problem.within("schema"))?,
            None => None,
        };
        let ty = self
            .root(root, &api_version, head.kind)
            .map_err(|problem| problem.within("schema.openAPIV3Schema"))?;
        let subresources = self.subresources(map, ty)?;
        self.kinds.push(Kind {
            group: head.group.into(),
            version: name.into(),
            name: head.kind.into(),
            plural: head.plural.into(),
            namespaced: head.namespaced,
            ty,
            subresources,
            origin: Origin::Crd,
        });
        Ok(())
    }

    fn subresources(&self, map: &Map<String, Value>, own: TypeId) -> Checked<Box<[Subresource]>> {
        let Some(known) = optional(map, "subresources", "a mapping", Value::as_object)? else {
            return Ok(Box::default());
        };
        let scale = self
            .base
            .kind("apps/v1", "Deployment")
            .and_then(|deployment| deployment.subresource("scale"))
            .map_or(self.base.any, |scale| scale.ty);
        Ok([("scale", scale), ("status", own)]
            .into_iter()
            .filter(|(name, _)| known.contains_key(*name))
            .map(|(name, ty)| Subresource {
                name: name.into(),
                ty,
            })
            .collect())
    }

    /// The type of a whole custom resource.
    fn root(
        &mut self,
        schema: Option<&Map<String, Value>>,
        api_version: &str,
        kind: &str,
    ) -> Checked<TypeId> {
        let mut object = match schema {
            Some(schema) => self.object(schema)?,
            None => Object {
                name: None,
                fields: Box::default(),
                open: true,
            },
        };
        object.name = Some(kind.into());
        let only = |value: &str| {
            Type::String(Text {
                format: Format::Plain,
                values: Box::new([value.into()]),
            })
        };
        let own = [
            ("apiVersion", self.intern(only(api_version))?),
            ("kind", self.intern(only(kind))?),
            ("metadata", self.base.object_meta),
        ];
        object.fields = with_fields(object.fields, &own, true);
        self.intern(Type::Object(object))
    }

    fn intern(&mut self, ty: Type) -> Checked<TypeId> {
        if let Some(id) = self.ids.get(&ty) {
            return Ok(*id);
        }
        let id = u32::try_from(self.types.len()).map_err(|_| Problem::new("has too many types"))?;
        self.types.push(ty.clone());
        self.ids.insert(ty, TypeId(id));
        Ok(TypeId(id))
    }

    /// The type that a schema describes.
    fn ty(&mut self, schema: &Map<String, Value>) -> Checked<TypeId> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Problem::new(format!(
                "is one of more than {MAX_NODES} schemas"
            )));
        }
        let pattern = string(schema, "pattern")?;
        let format = string(schema, "format")?.unwrap_or_default();
        let int_or_string = flag(schema, "x-kubernetes-int-or-string")?;
        if pattern == Some(QUANTITY_PATTERN) || format == "quantity" {
            return self.intern(Type::Quantity);
        }
        if int_or_string || format == "int-or-string" {
            return self.intern(Type::IntOrString);
        }
        let ty = match string(schema, "type")? {
            Some("object") => self.mapping(schema)?,
            Some("array") => {
                let item = match optional(schema, "items", "a mapping", Value::as_object)? {
                    Some(items) => self.ty(items).map_err(|problem| problem.within("items"))?,
                    None => self.base.any,
                };
                let max_items = optional(schema, "maxItems", "a whole number", Value::as_u64)?;
                Type::List(List {
                    item,
                    max_items,
                    unordered: false,
                })
            }
            Some("string") => {
                let values = optional(schema, "enum", "a list", Value::as_array)?;
                let values = values.into_iter().flatten().filter_map(Value::as_str);
                let values = values.map(Into::into).collect();
                Type::String(Text {
                    format: Format::named(format),
                    values,
                })
            }
            Some("integer") => Type::Integer,
            Some("number") => Type::Number,
            Some("boolean") => Type::Boolean,
            Some(other) => {
                let message = format!(
                    "is `{other}`; it has to be object, array, string, integer, number or boolean"
                );
                return Err(Problem::new(message).within("type"));
            }
            None if schema.contains_key("properties") => self.mapping(schema)?,
            None => return Ok(self.base.any),
        };
        self.intern(ty)
    }

    /// The type of a schema with `type: object`: a map where its keys are not known.
    fn mapping(&mut self, schema: &Map<String, Value>) -> Checked<Type> {
        if !schema.contains_key("properties") {
            match schema.get("additionalProperties") {
                Some(Value::Bool(true)) => return Ok(Type::Map(self.base.any)),
                Some(Value::Object(values)) => {
                    return self
                        .ty(values)
                        .map(Type::Map)
                        .map_err(|problem| problem.within("additionalProperties"));
                }
                None | Some(Value::Null | Value::Bool(false)) => {}
                Some(Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                    let problem = Problem::new("has to be a mapping, `true` or `false`");
                    return Err(problem.within("additionalProperties"));
                }
            }
        }
        self.object(schema).map(Type::Object)
    }

    fn object(&mut self, schema: &Map<String, Value>) -> Checked<Object> {
        let names = optional(schema, "required", "a list", Value::as_array)?;
        let names: Vec<&str> = names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut fields = Vec::new();
        for (name, property) in optional(schema, "properties", "a mapping", Value::as_object)?
            .into_iter()
            .flatten()
        {
            let (ty, nullable) = mapping(property)
                .and_then(|map| Ok((self.ty(map)?, flag(map, "nullable")?)))
                .map_err(|problem| problem.within(&format!("properties.{name}")))?;
            let required = names.contains(&name.as_str());
            fields.push(Field {
                name: name.as_str().into(),
                ty,
                required,
                nullable,
                form: Form::Value,
            });
        }
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let mut fields = fields.into_boxed_slice();
        if flag(schema, "x-kubernetes-embedded-resource")? {
            let text = self.intern(Type::String(Text {
                format: Format::Plain,
                values: Box::default(),
            }))?;
            let own = [
                ("apiVersion", text),
                ("kind", text),
                ("metadata", self.base.object_meta),
            ];
            fields = with_fields(fields, &own, false);
        }
        let extra = schema.get("additionalProperties");
        let open = flag(schema, "x-kubernetes-preserve-unknown-fields")?
            || extra.is_some_and(|extra| !extra.is_null() && *extra != Value::Bool(false));
        Ok(Object {
            name: None,
            fields,
            open,
        })
    }
}

/// What the versions of a definition have in common.
struct Head<'a> {
    group: &'a str,
    kind: &'a str,
    plural: &'a str,
    namespaced: bool,
}

/// Adds fields in place of those with the same names, as `required` says.
fn with_fields(fields: Box<[Field]>, own: &[(&str, TypeId)], required: bool) -> Box<[Field]> {
    let mut fields = fields.into_vec();
    fields.retain(|field| own.iter().all(|(name, _)| *field.name != **name));
    fields.extend(own.iter().map(|(name, ty)| Field {
        name: (*name).into(),
        ty: *ty,
        required,
        nullable: false,
        form: Form::Value,
    }));
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    fields.into_boxed_slice()
}
