//! The file of a check.

use policyc_ir::{Metadata, Policy, Rule, Scope, Severity};
use serde::Serialize;
use serde_saphyr::{FlowSeq, SerializerOptions};

use crate::backend::EmitOptions;
use crate::backend::prose::is_special;

/// The most characters that strings in brackets may take.
const MAX_WIDTH: usize = 80;

/// A node of a check's definition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Definition {
    /// All hold.
    And(Vec<Self>),
    /// One holds.
    Or(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A condition on an attribute.
    #[serde(untagged)]
    Leaf(Leaf),
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Leaf {
    cond_type: &'static str,
    resource_types: ResourceTypes,
    attribute: String,
    operator: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Operand>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum ResourceTypes {
    All(&'static str),
    These(FlowSeq<Vec<String>>),
}

/// What an attribute is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Operand {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    String(String),
    /// Strings.
    Strings(Vec<String>),
    /// Strings that fit on a line.
    FewStrings(FlowSeq<Vec<String>>),
    /// Integers.
    Ints(FlowSeq<Vec<i64>>),
    /// Numbers, each also as the string that spells it.
    Numbers(FlowSeq<Vec<Numeral>>),
}

/// A number, or a string that spells one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Numeral {
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string.
    String(String),
}

/// What no attribute is: a comparison with it only asks whether Checkov knows the value.
pub(super) const UNRESOLVED: &str = "(not resolved)";

impl Operand {
    /// Strings.
    pub(super) fn strings(strings: Vec<String>) -> Self {
        let width: usize = strings
            .iter()
            .map(|text| text.len().saturating_add(2))
            .sum();
        if width <= MAX_WIDTH {
            Self::FewStrings(FlowSeq(strings))
        } else {
            Self::Strings(strings)
        }
    }
}

impl Definition {
    /// A condition on an attribute of vertices of these types; none for all.
    pub(super) fn leaf(
        types: &[String],
        attribute: &str,
        operator: &'static str,
        value: Option<Operand>,
    ) -> Self {
        let resource_types = if types.is_empty() {
            ResourceTypes::All("all")
        } else {
            ResourceTypes::These(FlowSeq(types.to_vec()))
        };
        Self::Leaf(Leaf {
            cond_type: "attribute",
            resource_types,
            attribute: attribute.to_owned(),
            operator,
            value,
        })
    }

    /// All hold; at least one.
    pub(super) fn and(parts: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::And(inner) => inner.into_iter().for_each(|part| add(&mut flat, part)),
                Self::Or(_) | Self::Not(_) | Self::Leaf(_) => add(&mut flat, part),
            }
        }
        single(flat, Self::And)
    }

    /// It does not hold. Only where every leaf of the check is about the same types: of a vertex of
    /// another type a leaf is false.
    pub(super) fn not(part: Self) -> Self {
        Self::Not(Box::new(part))
    }

    /// One holds; at least one.
    pub(super) fn or(parts: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Or(inner) => inner.into_iter().for_each(|part| add(&mut flat, part)),
                Self::And(_) | Self::Not(_) | Self::Leaf(_) => add(&mut flat, part),
            }
        }
        single(flat, Self::Or)
    }

    fn any_attribute(&self, which: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().any(|part| part.any_attribute(which))
            }
            Self::Not(part) => part.any_attribute(which),
            Self::Leaf(leaf) => which(&leaf.attribute),
        }
    }

    fn any_value(&self, which: &dyn Fn(&Operand) -> bool) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.any_value(which)),
            Self::Not(part) => part.any_value(which),
            Self::Leaf(leaf) => leaf.value.as_ref().is_some_and(which),
        }
    }
}

fn add(parts: &mut Vec<Definition>, part: Definition) {
    if !parts.contains(&part) {
        parts.push(part);
    }
}

fn single(
    mut parts: Vec<Definition>,
    join: impl FnOnce(Vec<Definition>) -> Definition,
) -> Definition {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    join(parts)
}

#[derive(Serialize)]
struct Document<'a> {
    metadata: Head<'a>,
    definition: &'a Definition,
}

#[derive(Serialize)]
struct Head<'a> {
    id: String,
    name: String,
    category: &'static str,
    severity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    guideline: Option<&'a str>,
}

/// The identifier of a rule's check, unique in a program: policy and rule are told apart by the
/// double underscore, which no name without `--` makes.
pub(super) fn check_id(policy: &str, rule: &str) -> String {
    let spell = |name: &str| name.to_ascii_uppercase().replace('-', "_");
    let id = format!("CKV2_POLICYC_{}__{}", spell(policy), spell(rule));
    if policy.contains("--") || rule.contains("--") {
        // FNV-1a of what was spelt alike.
        let hash = format!("{policy}/{rule}")
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| {
                (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            });
        return format!("{id}__{hash:08X}");
    }
    id
}

/// The text of the file; an error of the serializer cannot occur.
pub(super) fn render(
    policy: &Policy,
    rule: &Rule,
    definition: &Definition,
    options: &EmitOptions,
) -> Result<String, serde_saphyr::ser::Error> {
    let metadata = &policy.metadata;
    let document = Document {
        metadata: Head {
            id: check_id(&policy.name, &rule.name),
            name: title(policy, rule),
            category: category(metadata, rule),
            severity: severity(metadata.severity),
            guideline: metadata
                .remediation
                .as_deref()
                .or(metadata.description.as_deref())
                .or(rule.description.as_deref()),
        },
        definition,
    };
    let mut text = header(definition, options);
    let mut style = SerializerOptions::default();
    style.prefer_block_scalars = false;
    serde_saphyr::to_fmt_writer_with_options(&mut text, &document, style)?;
    Ok(text)
}

/// Where the file comes from, and what in it needs a word.
fn header(definition: &Definition, options: &EmitOptions) -> String {
    let line = |text: &str| {
        let text = text.replace(is_special, " ");
        format!("# {text}\n")
    };
    let mut header = line(&format!(
        "Generated by policyc {} from {}; do not edit.",
        options.version, options.source
    ));
    let path = |piece: &'static str| {
        definition.any_attribute(&move |attribute: &str| {
            attribute.starts_with('$') && attribute.contains(piece)
        })
    };
    let attribute =
        |name: &'static str| definition.any_attribute(&move |attribute: &str| attribute == name);
    if path("`str()`") {
        header.push_str(&line(
            "`str()`: compared as text, so that no odd value ends the check for all resources.",
        ));
    }
    if path("`len` >= 0") {
        header.push_str(&line("`len` >= 0: it is there and not null."));
    }
    if path("`split(") {
        header.push_str(&line("`split(/, 0, -1)` =~ '': it is a string."));
    }
    if path("$.config_.") {
        header.push_str(&line(
            "config_: the resource as written; Checkov unwraps lists of one element at the top.",
        ));
    }
    if definition.any_value(&|value| *value == Operand::String(UNRESOLVED.to_owned())) {
        header.push_str(&line(&format!(
            "jsonpath_not_equals \"{UNRESOLVED}\": no verdict where Checkov has the text of an \
             expression, or no value that Terraform has; what the path leads to there looks like a \
             reference.",
        )));
    }
    if path("@.dynamic[") {
        header.push_str(&line(
            "dynamic: Checkov does not make of it what Terraform does.",
        ));
    }
    if attribute("label_") {
        header.push_str(&line("label_: `resource: TYPE.NAME`."));
    }
    if attribute("_parent_resource_id") {
        header.push_str(&line(
            "_parent_resource_id: set on pod templates that Checkov took out of a workload.",
        ));
    }
    if attribute("spec.template") {
        header.push_str(&line(
            "spec.template: gone from a workload where Checkov has made it a Pod.",
        ));
    }
    header
}

/// The policy's title, with the rule where there are several.
fn title(policy: &Policy, rule: &Rule) -> String {
    let title = &policy.metadata.title;
    if policy.rules.len() < 2 {
        return title.clone();
    }
    let description = rule
        .description
        .as_deref()
        .and_then(|text| text.lines().next())
        .map(|text| text.trim().trim_end_matches('.'))
        .filter(|text| !text.is_empty());
    format!("{title}: {}", description.unwrap_or(&rule.name))
}

fn severity(severity: Severity) -> String {
    severity.as_str().to_ascii_uppercase()
}

/// A member of Checkov's `CheckCategories` (`common/models/enums.py`).
fn category(metadata: &Metadata, rule: &Rule) -> &'static str {
    const WORDS: [(&str, &[&str]); 9] = [
        ("SUPPLY_CHAIN", &["supply chain", "image", "registr"]),
        ("SECRETS", &["secret", "credential"]),
        ("IAM", &["rbac", "iam", "access control", "identity"]),
        ("NETWORKING", &["network", "ingress"]),
        ("ENCRYPTION", &["encrypt", "tls"]),
        ("LOGGING", &["logging", "audit log"]),
        ("BACKUP_AND_RECOVERY", &["backup", "recovery"]),
        (
            "CONVENTION",
            &["convention", "label", "naming", "best practice"],
        ),
        ("API_SECURITY", &["api security"]),
    ];
    let ours = metadata
        .category
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    WORDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| ours.contains(word)))
        .map_or(
            match rule.scope {
                Scope::Kubernetes { .. } => "KUBERNETES",
                Scope::Terraform { .. } => "GENERAL_SECURITY",
            },
            |(category, _)| category,
        )
}
