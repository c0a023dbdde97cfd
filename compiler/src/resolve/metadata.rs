//! Metadata fields of a policy.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::{Metadata, Severity, Target};

use super::Resolver;
use super::reports::{quoted, suggest};
use crate::schema::nearest;
use crate::syntax::ast;

/// Every field, with an example of its value.
const FIELDS: &[(&str, &str)] = &[
    ("title", "\"Disallow privileged containers\""),
    ("description", "\"Privileged containers share the kernel.\""),
    ("category", "\"Pod Security\""),
    ("severity", "high"),
    ("controls", "[\"CIS-5.2.2\"]"),
    ("remediation", "\"Remove the field.\""),
    ("targets", "[kyverno-cel, vap]"),
];

/// Longest name: a DNS-1123 label.
const MAX_NAME: usize = 63;

impl<'a> Resolver<'a> {
    /// The metadata and the targets of a policy.
    pub(super) fn metadata(
        &mut self,
        policy: &'a ast::Policy,
    ) -> Option<(Metadata, Option<Vec<Target>>)> {
        let mut metadata = Metadata::default();
        let mut targets = None;
        let mut seen: Vec<&ast::Ident> = Vec::new();
        let mut complete = true;
        for member in &policy.members {
            let ast::PolicyMember::Field(field) = member else {
                continue;
            };
            let name = field.name.text.as_str();
            if !FIELDS.iter().any(|(known, _)| *known == name) {
                self.unknown_metadata(&field.name);
                complete = false;
                continue;
            }
            if let Some(before) = seen.iter().find(|before| before.text == name) {
                let message = format!("`{name}` is given twice");
                let before = before.span;
                self.report(
                    Diagnostic::new(Code::E0403, field.name.span, message)
                        .also(before, "first here"),
                );
                complete = false;
                continue;
            }
            seen.push(&field.name);
            complete &= self
                .metadata_field(field, &mut metadata, &mut targets)
                .is_some();
        }
        if metadata.title.is_empty() {
            metadata.title = in_words(&policy.name.text);
        }
        if metadata.description.is_none() {
            metadata.description = policy.doc.as_ref().map(|doc| doc.text.trim().to_owned());
        }
        complete.then_some((metadata, targets))
    }

    fn unknown_metadata(&mut self, name: &ast::Ident) {
        let names: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
        let near = nearest(&name.text, names.iter().copied());
        let message = format!("a policy has no field `{}`", name.text);
        let mut diagnostic = Diagnostic::new(Code::E0401, name.span, message);
        if near.is_empty() {
            diagnostic = diagnostic.note(format!("its fields are {}", quoted(&names)));
        }
        self.report(suggest(diagnostic, name.span, &near));
    }

    fn metadata_field(
        &mut self,
        field: &ast::Field,
        metadata: &mut Metadata,
        targets: &mut Option<Vec<Target>>,
    ) -> Option<()> {
        match field.name.text.as_str() {
            "title" => metadata.title = self.field_text(field)?,
            "description" => metadata.description = Some(self.field_text(field)?),
            "category" => metadata.category = Some(self.field_text(field)?),
            "remediation" => metadata.remediation = Some(self.field_text(field)?),
            "controls" => metadata.controls = self.field_texts(field)?,
            "severity" => {
                let names: Vec<&str> = Severity::ALL.iter().map(|it| it.as_str()).collect();
                let word = self.field_word(field, &field.value, &names)?;
                let severity = Severity::ALL.iter().find(|it| it.as_str() == word);
                metadata.severity = severity.copied().unwrap_or_default();
            }
            "targets" => *targets = Some(self.field_targets(field)?),
            _ => return None,
        }
        Some(())
    }

    fn field_text(&mut self, field: &ast::Field) -> Option<String> {
        if let ast::ExprKind::Literal(ast::Literal::String(text)) = &field.value.kind
            && !text.trim().is_empty()
        {
            return Some(text.clone());
        }
        self.wrong_field(field, field.value.span, "takes a text");
        None
    }

    fn field_texts(&mut self, field: &ast::Field) -> Option<Vec<String>> {
        let items = items(&field.value);
        let mut texts = Vec::new();
        for item in items {
            let ast::ExprKind::Literal(ast::Literal::String(text)) = &item.kind else {
                self.wrong_field(field, item.span, "takes a list of texts");
                return None;
            };
            texts.push(text.clone());
        }
        Some(texts)
    }

    fn field_targets(&mut self, field: &ast::Field) -> Option<Vec<Target>> {
        let items = items(&field.value);
        let names: Vec<&str> = Target::ALL.iter().map(|it| it.as_str()).collect();
        let mut targets = Vec::new();
        for item in items {
            let word = self.field_word(field, item, &names)?;
            let target = Target::ALL.iter().find(|it| it.as_str() == word);
            if let Some(target) = target
                && !targets.contains(target)
            {
                targets.push(*target);
            }
        }
        if targets.is_empty() {
            self.wrong_field(field, field.value.span, "takes at least one target");
            return None;
        }
        Some(targets)
    }

    /// One of a few words, bare.
    fn field_word(
        &mut self,
        field: &ast::Field,
        value: &ast::Expr,
        words: &[&str],
    ) -> Option<String> {
        let name = &field.name.text;
        if let Some(word) = bare_word(value) {
            if words.contains(&word.as_str()) {
                return Some(word);
            }
            let message = format!("`{word}` is no value of `{name}`");
            let near = nearest(&word, words.iter().copied());
            let mut diagnostic = Diagnostic::new(Code::E0402, value.span, message);
            if near.is_empty() {
                diagnostic = diagnostic.help(format!("write one of {}", quoted(words)));
            }
            self.report(suggest(diagnostic, value.span, &near));
        } else if let ast::ExprKind::Literal(ast::Literal::String(text)) = &value.kind {
            let message = format!("a value of `{name}` is a word, not a text");
            let near = nearest(text, words.iter().copied());
            let mut diagnostic = Diagnostic::new(Code::E0402, value.span, message);
            diagnostic = if let [only] = near.as_slice() {
                diagnostic
                    .help(format!("write `{only}` without quotes"))
                    .fix(value.span, *only)
            } else {
                diagnostic.help(format!("write one of {}", quoted(words)))
            };
            self.report(diagnostic);
        } else {
            let takes = format!("takes {}", quoted(words));
            self.wrong_field(field, value.span, &takes);
        }
        None
    }

    fn wrong_field(&mut self, field: &ast::Field, at: Span, takes: &str) {
        let name = field.name.text.as_str();
        let message = format!("`{name}` {takes}");
        let mut diagnostic = Diagnostic::new(Code::E0402, at, message);
        if let Some((_, example)) = FIELDS.iter().find(|(known, _)| *known == name) {
            diagnostic = diagnostic.help(format!("for example `{name} {example}`"));
        }
        self.report(diagnostic);
    }

    /// Checks the name of a policy or a rule.
    pub(super) fn check_label(&mut self, what: &str, name: &ast::Ident) -> bool {
        let text = name.text.as_str();
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !text.is_empty()
            && text.len() <= MAX_NAME
            && text.chars().all(good)
            && !text.starts_with('-')
            && !text.ends_with('-')
        {
            return true;
        }
        let mut diagnostic;
        if text.len() > MAX_NAME {
            let message = format!("the name of this {what} is longer than {MAX_NAME} characters");
            diagnostic = Diagnostic::new(Code::E0211, name.span, message);
        } else {
            let message = format!("`{text}` cannot be the name of a {what}");
            diagnostic = Diagnostic::new(Code::E0211, name.span, message)
                .note("names are DNS labels: lower-case letters, digits and `-` between them");
            let corrected = as_label(text);
            if !corrected.is_empty() {
                diagnostic = diagnostic
                    .help(format!("write `{corrected}`"))
                    .fix(name.span, corrected);
            }
        }
        self.report(diagnostic);
        false
    }
}

/// The items of a list; one value is a list of one.
fn items(value: &ast::Expr) -> &[ast::Expr] {
    if let ast::ExprKind::List(items) = &value.kind {
        items
    } else {
        std::slice::from_ref(value)
    }
}

/// A word, which may have hyphens: the grammar reads `kyverno-cel` as a difference.
fn bare_word(value: &ast::Expr) -> Option<String> {
    if let ast::ExprKind::Name(word) = &value.kind {
        return Some(word.text.clone());
    }
    if let ast::ExprKind::Binary(left, operator, right) = &value.kind
        && operator.text == "-"
        && left.span.end + 1 == right.span.start
    {
        return Some(format!("{}-{}", bare_word(left)?, bare_word(right)?));
    }
    None
}

/// `runAsNonRoot` as `run-as-non-root`.
fn as_label(text: &str) -> String {
    let mut label = String::new();
    for c in text.chars() {
        if c.is_ascii_uppercase() && !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
        if c.is_ascii_alphanumeric() {
            label.push(c.to_ascii_lowercase());
        } else if !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    label.trim_matches('-').to_owned()
}

/// `disallow-privileged` as `Disallow privileged`.
fn in_words(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
