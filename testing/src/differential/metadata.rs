//! Names, namespaces, labels and annotations.

use serde_json::json;

use super::comparing::{EQUAL, test};
use super::conditions::Writer;
use super::place::{Place, Segment, Ty};
use super::rule::{Condition, Step, Value};

/// Names that resources have.
pub(super) const NAMES: &[&str] = &["web", "web-1", "prod-a", "db", "Web", "a.b"];
/// Globs of names.
pub(super) const NAME_GLOBS: &[&str] = &["web*", "*-1", "prod-?", "*b*", "web", "?*", "*"];
/// Namespaces that resources are in.
pub(super) const NAMESPACES: &[&str] = &["default", "prod", "prod-eu", "kube-system", "shop"];
/// Globs of namespaces.
pub(super) const NAMESPACE_GLOBS: &[&str] =
    &["prod", "prod*", "kube-*", "default", "*", "sho?", "*-eu"];
/// Keys of labels.
pub(super) const LABELS: &[&str] = &["app", "tier", "app.kubernetes.io/name", "example.org/x"];
/// Values of labels.
pub(super) const LABEL_VALUES: &[&str] =
    &["web", "front", "back", "", "x", "true", "1", "1.2", "A"];
/// Keys of annotations.
pub(super) const ANNOTATIONS: &[&str] = &["owner", "example.org/x", "example.org/expires"];

impl Writer<'_> {
    /// A test of the name, the namespace, a label or an annotation.
    pub(super) fn about_metadata(&mut self) -> Condition {
        let glob = |random: &mut super::random::Random, globs: &[&'static str]| {
            Value::Text(random.word(globs).to_owned())
        };
        let path = |head: &str| Value::Path {
            head: head.to_owned(),
            steps: Vec::new(),
        };
        match self.random.below(if self.with_namespaces { 7 } else { 6 }) {
            6 => {
                let key = self.random.word(LABELS).to_owned();
                let value = Value::Path {
                    head: "namespace".to_owned(),
                    steps: vec![Step::Key("labels".to_owned()), Step::Key(key)],
                };
                let right = glob(self.random, LABEL_VALUES);
                test(self.random.word(EQUAL), value, right)
            }
            0 => {
                let right = glob(self.random, NAME_GLOBS);
                test(
                    self.random.word(&["matches", "not matches"]),
                    path("name"),
                    right,
                )
            }
            1 => {
                let right = glob(self.random, NAMESPACES);
                test(
                    self.random.word(&["==", "!=", "starts_with"]),
                    path("namespace"),
                    right,
                )
            }
            2 => {
                let value = Value::Metadata("annotation", self.random.word(ANNOTATIONS).to_owned());
                match self.random.below(3) {
                    0 => Condition::Exists(value),
                    1 => Condition::Absent(value),
                    _ => {
                        let place = self.metadata_place(&value);
                        self.of_text(value, &place)
                    }
                }
            }
            3 if self.focus.subject.is_pod() => {
                let value = Value::Path {
                    head: "resource".to_owned(),
                    steps: vec![Step::Key("kind".to_owned())],
                };
                let right = self
                    .random
                    .word(&["Pod", "*Set", "*Job", "Dep*"])
                    .to_owned();
                test(
                    self.random.word(&["matches", "not matches"]),
                    value,
                    Value::Text(right),
                )
            }
            _ => {
                let value = Value::Metadata("label", self.random.word(LABELS).to_owned());
                match self.random.below(3) {
                    0 => Condition::Exists(value),
                    1 => {
                        let place = self.metadata_place(&value);
                        self.of_text(value, &place)
                    }
                    _ => {
                        let right = glob(self.random, LABEL_VALUES);
                        let place = self.metadata_place(&value);
                        let near = LABEL_VALUES.iter().map(|value| json!(value)).collect();
                        self.touch(&place, near);
                        test(self.random.word(EQUAL), value, right)
                    }
                }
            }
        }
    }

    fn metadata_place(&self, value: &Value) -> Place {
        let (map, key) = match value {
            Value::Metadata("annotation", key) => ("annotations", key.clone()),
            Value::Metadata(_, key) => ("labels", key.clone()),
            Value::Path { .. }
            | Value::Text(_)
            | Value::Literal(_)
            | Value::List(_)
            | Value::Call(..)
            | Value::Binary { .. }
            | Value::Filter { .. }
            | Value::Map { .. } => ("labels", String::new()),
        };
        Place {
            segments: vec![
                Segment::Field("metadata".to_owned()),
                Segment::Field(map.to_owned()),
                Segment::Key(key),
            ],
            id: self.schema.any(),
            ty: Ty::Text,
        }
    }
}
