//! Resources around the boundaries of rules.

use policyc_compiler::schema::{Schema, Type, TypeId};
use policyc_ir::Workload;
use serde_json::{Map, Value as Json, json};

use super::conditions::Touch;
use super::focus::{Focus, OTHERS, POD, Subject, WORKLOADS};
use super::metadata::{ANNOTATIONS, LABEL_VALUES, LABELS, NAMES, NAMESPACES};
use super::place::{Segment, keys_of};
use super::random::Random;

/// Makes the resources of a batch.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    random: &'a mut Random,
    schema: &'a Schema,
    focus: &'a Focus,
    touches: &'a [Touch],
    /// Numbers what must not have one name.
    count: usize,
    /// Whether an API server is to admit most of them: few places are changed, and none to what its
    /// type does not allow.
    pub valid: bool,
}

impl<'a> Maker<'a> {
    /// A maker of resources that decide the rules that were written.
    #[must_use]
    pub(super) fn new(
        random: &'a mut Random,
        schema: &'a Schema,
        focus: &'a Focus,
        touches: &'a [Touch],
    ) -> Self {
        Self {
            random,
            schema,
            focus,
            touches,
            count: 0,
            valid: false,
        }
    }

    /// A resource.
    pub(super) fn resource(&mut self) -> Json {
        let subject = match self.random.below(100) {
            0..3 => self.random.pick(OTHERS).cloned().unwrap_or(POD),
            3..40 if self.focus.subject.is_pod() => {
                self.random.pick(WORKLOADS).cloned().unwrap_or(POD)
            }
            _ => self.focus.subject.clone(),
        };
        let mut resource = self.bare(&subject);
        let about = subject == self.focus.subject || self.focus.subject.is_pod();
        if about {
            let root = self.object_root(&subject);
            // Some resources decide one place, some all of them.
            let all = if self.valid {
                [4, 10, 25]
            } else {
                [15, 50, 90]
            };
            let likely = all.get(self.random.below(3)).copied().unwrap_or(50);
            for touch in self.touches {
                if !self.random.percent(likely) {
                    continue;
                }
                let value = self.value(touch);
                let metadata =
                    touch.place.segments.first() == Some(&Segment::Field("metadata".to_owned()));
                // Kyverno selects by labels that may be some only.
                if (self.valid || metadata)
                    && is_label(&touch.place.segments)
                    && !value.as_ref().is_none_or(may_be_label)
                {
                    continue;
                }
                if metadata && value.as_ref().is_some_and(|value| !value.is_string()) {
                    // With one label that is no string, Kyverno sees none of them; no API server
                    // admits it.
                    continue;
                }
                if value.as_ref().is_some_and(is_empty_amount) {
                    continue;
                }
                let mut segments = root.clone();
                segments.extend(touch.place.segments.iter().cloned());
                let ty = subject.ty(self.schema);
                self.put(&mut resource, &segments, ty, value, "");
            }
        }
        resource
    }

    /// What is put at a place; none removes what is there.
    fn value(&mut self, touch: &Touch) -> Option<Json> {
        let dice = self.random.below(100);
        match dice {
            0..10 => None,
            10..13 if !self.valid => Some(Json::Null),
            13..15 if !self.valid => Some(
                self.random
                    .pick(&[
                        json!(""),
                        json!([]),
                        json!({}),
                        json!(0),
                        json!(true),
                        json!("x"),
                    ])
                    .cloned()
                    .unwrap_or_default(),
            ),
            _ => match self.random.pick(&touch.near) {
                Some(near) => Some(near.clone()),
                None => Some(self.minimal(touch.place.id, 0)),
            },
        }
    }

    /// The way from a resource to what rules are written about.
    fn object_root(&self, subject: &Subject) -> Vec<Segment> {
        if !self.focus.subject.is_pod() {
            return Vec::new();
        }
        Workload::of_kind(subject.kind)
            .into_iter()
            .flat_map(|workload| workload.template.iter())
            .map(|field| Segment::Field((*field).to_owned()))
            .collect()
    }

    /// A resource that its kind's schema allows.
    fn bare(&mut self, subject: &Subject) -> Json {
        self.count += 1;
        let mut resource = self.minimal(subject.ty(self.schema), 0);
        if !resource.is_object() {
            resource = json!({"spec": {}});
        }
        let name = match self.random.below(10) {
            0..4 => self.random.word(NAMES).to_ascii_lowercase(),
            4..7 => format!("web-{}", self.count),
            7..9 => format!("prod-{}", self.count % 10),
            _ => format!("x{}b", self.count),
        };
        let mut metadata = Map::new();
        metadata.insert("name".to_owned(), json!(name));
        if subject.namespaced && self.random.percent(85) {
            let namespace = self.random.word(NAMESPACES);
            metadata.insert("namespace".to_owned(), json!(namespace));
        }
        let labels = self.some_of(LABELS, LABEL_VALUES);
        if !labels.is_empty() || self.random.percent(10) {
            metadata.insert("labels".to_owned(), Json::Object(labels));
        }
        let annotations = self.some_of(ANNOTATIONS, &["a", "ab", "x y", "", "2027-01-31", "30s"]);
        if !annotations.is_empty() {
            metadata.insert("annotations".to_owned(), Json::Object(annotations));
        }
        if let Json::Object(fields) = resource {
            let mut whole = Map::new();
            whole.insert("apiVersion".to_owned(), json!(subject.api_version));
            whole.insert("kind".to_owned(), json!(subject.kind));
            whole.insert("metadata".to_owned(), Json::Object(metadata));
            for (name, value) in fields {
                if !matches!(name.as_str(), "apiVersion" | "kind" | "metadata" | "status") {
                    whole.insert(name, value);
                }
            }
            resource = Json::Object(whole);
        }
        self.with_pod(subject, &mut resource);
        resource
    }

    /// What the schema does not require of a pod template, but the API server does.
    fn with_pod(&mut self, subject: &Subject, resource: &mut Json) {
        let containers = json!([{"name": "main", "image": "registry.k8s.io/pause:3.9"}]);
        let spec = match (subject.kind, Workload::of_kind(subject.kind)) {
            ("Pod", _) => resource
                .as_object_mut()
                .map(|fields| fields.entry("spec").or_insert_with(|| json!({}))),
            (_, Some(workload)) => {
                let mut at = Some(&mut *resource);
                for field in workload.template.iter().chain(["spec"].iter()) {
                    at = at.and_then(Json::as_object_mut).map(|fields| {
                        fields
                            .entry((*field).to_owned())
                            .or_insert_with(|| json!({}))
                    });
                }
                at
            }
            (_, None) => None,
        };
        if let Some(spec) = spec.and_then(Json::as_object_mut) {
            spec.insert("containers".to_owned(), containers);
            if matches!(subject.kind, "Job" | "CronJob") {
                spec.insert("restartPolicy".to_owned(), json!("Never"));
            }
            if self.random.percent(20) {
                let init = json!([{"name": "init", "image": "nginx:latest"}]);
                spec.insert("initContainers".to_owned(), init);
            }
        }
        if let Some(workload) = Workload::of_kind(subject.kind) {
            let labels = json!({"app": "web"});
            let path: Vec<String> = workload.template.iter().map(|f| format!("/{f}")).collect();
            let template = path.concat();
            if let Some(template) = resource
                .pointer_mut(&template)
                .and_then(Json::as_object_mut)
            {
                template.insert("metadata".to_owned(), json!({"labels": labels.clone()}));
            }
            let selects = matches!(
                subject.kind,
                "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet"
            );
            if let (true, Some(spec)) = (
                selects,
                resource.get_mut("spec").and_then(Json::as_object_mut),
            ) {
                spec.insert("selector".to_owned(), json!({"matchLabels": labels}));
            }
        }
    }

    fn some_of(&mut self, keys: &[&'static str], values: &[&'static str]) -> Map<String, Json> {
        let mut map = Map::new();
        for key in keys {
            if self.random.percent(30) {
                map.insert((*key).to_owned(), json!(self.random.word(values)));
            }
        }
        map
    }

    /// The least value of a type.
    fn minimal(&mut self, id: TypeId, depth: usize) -> Json {
        if depth > 8 {
            return Json::Null;
        }
        match self.schema.get(id) {
            Type::Object(object) => {
                let mut map = Map::new();
                for child in &object.fields {
                    if child.required {
                        let value = self.minimal(child.ty, depth + 1);
                        map.insert(child.name.to_string(), value);
                    }
                }
                if object
                    .name
                    .as_deref()
                    .is_some_and(|name| name.ends_with("Container"))
                {
                    map.insert("image".to_owned(), json!("nginx:1.27"));
                }
                if object.field("name").is_some() && (map.contains_key("name") || depth == 0) {
                    self.count += 1;
                    map.insert("name".to_owned(), json!(format!("n{}", self.count)));
                }
                Json::Object(map)
            }
            Type::Map(_) => json!({}),
            Type::List(list) => {
                let item = list.item;
                json!([self.minimal(item, depth + 1)])
            }
            Type::String(text) => match text.values.first() {
                Some(first) => json!(first),
                None => json!("a"),
            },
            Type::Integer | Type::IntOrString => json!(1),
            Type::Number => json!(1),
            Type::Boolean => json!(self.random.percent(50)),
            Type::Quantity => json!("1"),
            Type::Any => json!("a"),
        }
    }

    /// Puts a value at the end of a way, and what is missing on it.
    fn put(
        &mut self,
        at: &mut Json,
        segments: &[Segment],
        ty: TypeId,
        value: Option<Json>,
        field: &str,
    ) {
        let Some((segment, rest)) = segments.split_first() else {
            if let Some(value) = value {
                *at = value;
            }
            return;
        };
        match segment {
            Segment::Field(name) | Segment::Key(name) => {
                self.put_field(at, name, rest, ty, value);
            }
            Segment::Fields(names) => {
                let name = self.random.pick(names).cloned().unwrap_or_default();
                self.put_field(at, &name, rest, ty, value);
            }
            Segment::Items => {
                let item = self.schema.items(ty).unwrap_or(self.schema.any());
                if !at.is_array() {
                    *at = json!([]);
                }
                let Some(list) = at.as_array_mut() else {
                    return;
                };
                let grow = list.is_empty() || list.len() < 3 && self.random.percent(30);
                if grow {
                    let new = self.minimal(item, 0);
                    let first = self.random.percent(30);
                    list.insert(if first { 0 } else { list.len() }, new);
                }
                let place = if grow && self.random.percent(50) {
                    list.len().saturating_sub(1)
                } else {
                    self.random.below(list.len())
                };
                if rest.is_empty() && value.is_none() {
                    list.remove(place);
                } else if let Some(element) = list.get_mut(place) {
                    self.put(element, rest, item, value, field);
                }
            }
            Segment::Entries => {
                let item = self.schema.items(ty).unwrap_or(self.schema.any());
                if !at.is_object() {
                    *at = json!({});
                }
                let key = self.random.word(keys_of(field));
                let Some(map) = at.as_object_mut() else {
                    return;
                };
                if rest.is_empty() && value.is_none() {
                    map.remove(key);
                    return;
                }
                let entry = map.entry(key).or_insert(Json::Null);
                self.put(entry, rest, item, value, key);
            }
        }
    }

    fn put_field(
        &mut self,
        at: &mut Json,
        name: &str,
        rest: &[Segment],
        ty: TypeId,
        value: Option<Json>,
    ) {
        use policyc_compiler::schema::Step;
        let child = self
            .schema
            .follow(ty, &[Step::Member(name)])
            .map_or(self.schema.any(), |place| place.ty);
        if !at.is_object() {
            // The schema wants an object here.
            let fresh = self.minimal(ty, 0);
            *at = if fresh.is_object() { fresh } else { json!({}) };
        }
        let Some(map) = at.as_object_mut() else {
            return;
        };
        if rest.is_empty() {
            match value {
                Some(value) => map.insert(name.to_owned(), value),
                None => map.remove(name),
            };
            return;
        }
        if value.is_none() && !map.contains_key(name) {
            return;
        }
        if !map.contains_key(name) {
            let fresh = match rest.first() {
                Some(Segment::Items) => json!([]),
                Some(_) => {
                    let fresh = self.minimal(child, 0);
                    if fresh.is_object() { fresh } else { json!({}) }
                }
                None => Json::Null,
            };
            map.insert(name.to_owned(), fresh);
        }
        if let Some(next) = map.get_mut(name) {
            self.put(next, rest, child, value, name);
        }
    }
}

/// Whether a place is the value of a label, or of what selects labels.
fn is_label(segments: &[Segment]) -> bool {
    segments.iter().any(|segment| {
        matches!(segment, Segment::Field(name)
            if matches!(name.as_str(), "labels" | "matchLabels" | "nodeSelector" | "selector"))
    })
}

/// Whether it is a quantity without digits, such as `.` or `-Ki`: Kubernetes reads it as nothing, and
/// Kyverno as no quantity. It is among the gaps that the backend for ClusterPolicies names.
fn is_empty_amount(value: &Json) -> bool {
    value
        .as_str()
        .is_some_and(|text| !text.is_empty() && text.chars().all(|c| "+-.numkMGTPEi".contains(c)))
}

fn may_be_label(value: &Json) -> bool {
    value.as_str().is_some_and(|text| {
        let edge = |char: Option<char>| char.is_none_or(|char| char.is_ascii_alphanumeric());
        text.len() < 64
            && edge(text.chars().next())
            && edge(text.chars().last())
            && text
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.'))
    })
}
