//! Tests of the schema: tables of what is asked and what the answer is.

mod built_in;
mod custom;
mod gateway_api;

use super::*;

/// A type in one line, such as `list<Container>`.
fn show(schema: &Schema, id: TypeId) -> String {
    match schema.get(id) {
        Type::Object(object) => {
            let open = if object.open { "+" } else { "" };
            format!("{}{open}", object.name.as_deref().unwrap_or("object"))
        }
        Type::Map(value) => format!("map<{}>", show(schema, *value)),
        Type::List(list) => {
            let most = list
                .max_items
                .map(|most| format!("; {most}"))
                .unwrap_or_default();
            format!("list<{}{most}>", show(schema, list.item))
        }
        Type::String(text) if !text.values.is_empty() => text.values.join("|"),
        Type::String(text) => match &text.format {
            Format::Plain => "string".to_owned(),
            Format::DateTime => "date-time".to_owned(),
            Format::Date => "date".to_owned(),
            Format::Duration => "duration".to_owned(),
            Format::Byte => "byte".to_owned(),
            Format::Json => "json".to_owned(),
            Format::Other(name) => format!("string({name})"),
        },
        Type::Integer => "integer".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::IntOrString => "int-or-string".to_owned(),
        Type::Quantity => "quantity".to_owned(),
        Type::Any => "any".to_owned(),
    }
}

/// Where a path such as `spec.containers[].image` of a kind leads; `!` where it is always there.
fn at(schema: &Schema, kind: &str, path: &str) -> String {
    let query = KindQuery::parse(kind).unwrap_or_else(|| panic!("{kind} is no kind"));
    let found = schema
        .resolve(&query)
        .unwrap_or_else(|error| panic!("{kind}: {error:?}"))[0];
    let root = query
        .subresource
        .map_or(found.ty, |sub| found.subresource(sub).expect("resolved").ty);
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let name = part.trim_end_matches("[]");
        steps.push(Step::Member(name));
        steps.extend((0..part.matches("[]").count()).map(|_| Step::Items));
    }
    match schema.follow(root, &steps) {
        Ok(place) => {
            format!(
                "{}{}",
                show(schema, place.ty),
                if place.optional { "" } else { "!" }
            )
        }
        Err(astray) => {
            let Some(Step::Member(name)) = steps.get(astray.step) else {
                return format!("{:?}", astray.why);
            };
            let suggestions = schema.suggest(astray.on, name).join(", ");
            format!(
                "{:?} `{name}` of {} ({suggestions})",
                astray.why,
                show(schema, astray.on)
            )
        }
    }
}
