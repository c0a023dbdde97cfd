//! Scanning files, each on its own, on all cores.

use indicatif::{ParallelProgressIterator as _, ProgressBar, ProgressDrawTarget, ProgressStyle};
use policyc_diagnostics::{Diagnostic, Position, SourceId, SourceMap, Span};
use policyc_ir::Program;
use policyc_runtime::eval::{Compiled, Context, Options};
use policyc_runtime::load::{Document, DocumentKind, Resource, load};
use policyc_runtime::verdict::{RuleOutcome, Verdict};
use rayon::prelude::*;

use super::files::Source;
use crate::report::model::{
    Input, InputKind, InvalidValue, Place, ReportedVerdict, ResourceId, ScanResult, Summary,
};

/// Everything that scanning a file needs.
pub(crate) struct Scanner<'a> {
    /// The policies.
    pub(crate) program: &'a Program,
    /// The policies, ready for evaluation.
    pub(crate) compiled: &'a Compiled,
    /// What is known besides the resources.
    pub(crate) context: Context,
    /// Whether some policy is about Terraform.
    pub(crate) concerns_terraform: bool,
    /// Whether what passes or is skipped is reported.
    pub(crate) all: bool,
}

/// What a file gave, or the files of a module of Terraform.
#[derive(Debug, Default)]
pub(crate) struct FileResult {
    /// How many files it is about.
    pub(crate) files: usize,
    /// Its numbers; those that are of the whole run are zero.
    pub(crate) counts: Summary,
    /// Its results, ordered by place.
    pub(crate) results: Vec<ScanResult>,
    /// Its invalid values.
    pub(crate) invalid: Vec<InvalidValue>,
    /// What of it could not be read.
    pub(crate) inputs: Vec<Input>,
}

impl FileResult {
    /// Puts the results in the order of their places.
    pub(super) fn sort(&mut self) {
        self.results.sort_by(|one, other| {
            (&one.file, one.line, one.column).cmp(&(&other.file, other.line, other.column))
        });
    }
}

impl Scanner<'_> {
    /// Scans every source; the results are in the order of the sources.
    pub(crate) fn scan(&self, sources: &[Source]) -> Vec<FileResult> {
        let progress = ProgressBar::with_draw_target(
            Some(sources.len() as u64),
            // Draws nothing unless standard error is a terminal.
            ProgressDrawTarget::stderr_with_hz(10),
        );
        if let Ok(style) = ProgressStyle::with_template("scanning {pos}/{len} files {wide_bar}") {
            progress.set_style(style);
        }
        let results = sources
            .par_iter()
            .progress_with(progress.clone())
            .flat_map_iter(|source| match source {
                Source::File(_) | Source::Stdin(_) => vec![self.file(source)],
                Source::Modules(modules) if self.concerns_terraform => self.modules(modules),
                Source::Modules(_) => Vec::new(),
            })
            .collect();
        progress.finish_and_clear();
        results
    }

    fn file(&self, source: &Source) -> FileResult {
        let name = source.name();
        let mut result = FileResult {
            files: 1,
            ..FileResult::default()
        };
        let bytes = match source.read() {
            Ok(bytes) => bytes,
            Err(message) => {
                result.counts.unreadable = 1;
                let kind = InputKind::Unreadable;
                result.inputs.push(Input {
                    file: name,
                    line: 1,
                    kind,
                    message,
                });
                return result;
            }
        };
        let loaded = load(&bytes, SourceId(0), source.format());
        let mut places = Places::of_file(&name, &bytes);
        for diagnostic in loaded
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
        {
            result.counts.unreadable += 1;
            let input = places.input(diagnostic, InputKind::Unreadable);
            result.inputs.push(input);
        }
        for document in &loaded.documents {
            self.document(document, &mut places, &mut result);
        }
        result.sort();
        result
    }

    fn document(&self, document: &Document, places: &mut Places<'_>, result: &mut FileResult) {
        let kind = match &document.kind {
            DocumentKind::Object(resource) => {
                result.counts.resources += 1;
                self.resource(resource, places, result);
                return;
            }
            DocumentKind::Template => InputKind::Template,
            DocumentKind::NotKubernetes { .. } => InputKind::NotKubernetes,
        };
        if let Some(warning) = document.warning() {
            result.inputs.push(places.input(&warning, kind));
        }
    }

    pub(super) fn resource(
        &self,
        resource: &Resource,
        places: &mut Places<'_>,
        result: &mut FileResult,
    ) {
        let outcomes = self
            .compiled
            .evaluate(resource, &self.context, Options::default());
        for outcome in &outcomes {
            let (count, reported) = match outcome.verdict {
                Verdict::Pass => (&mut result.counts.pass, self.all),
                Verdict::Fail => (&mut result.counts.fail, true),
                Verdict::Skip => (&mut result.counts.skip, self.all),
                Verdict::Error => (&mut result.counts.error, true),
                Verdict::Unknown => (&mut result.counts.unknown, true),
            };
            *count += 1;
            if reported {
                self.outcome(resource, outcome, places, result);
            }
            for value in &outcome.invalid {
                let Place { file, line, column } = places.place(value.span);
                let invalid = InvalidValue {
                    resource: resource_id(resource),
                    file,
                    line,
                    column,
                    path: value.path.clone(),
                    message: value.to_string(),
                };
                // Several rules may have read the same value.
                let known = |other: &InvalidValue| {
                    (&other.file, other.line, other.column, &other.path)
                        == (&invalid.file, line, column, &invalid.path)
                };
                if !result.invalid.iter().any(known) {
                    result.invalid.push(invalid);
                }
            }
        }
    }

    fn outcome(
        &self,
        resource: &Resource,
        outcome: &RuleOutcome,
        places: &mut Places<'_>,
        result: &mut FileResult,
    ) {
        let Some(policy) = self.program.policies.get(outcome.policy) else {
            return;
        };
        let Some(rule) = policy.rules.get(outcome.rule) else {
            return;
        };
        let calls = resource.block().map_or(&[][..], |block| &block.calls);
        let called_from: Vec<Place> = calls.iter().map(|call| places.place(*call)).collect();
        let mut add = |span: Span, path: &str, message: String| {
            let Place { file, line, column } = places.place(span);
            result.results.push(ScanResult {
                policy: policy.name.clone(),
                rule: rule.name.clone(),
                severity: policy.metadata.severity,
                verdict: match outcome.verdict {
                    Verdict::Pass => ReportedVerdict::Pass,
                    Verdict::Fail => ReportedVerdict::Fail,
                    Verdict::Skip => ReportedVerdict::Skip,
                    Verdict::Error => ReportedVerdict::Error,
                    Verdict::Unknown => ReportedVerdict::Unknown,
                },
                resource: resource_id(resource),
                file,
                line,
                column,
                path: path.to_owned(),
                message,
                called_from: called_from.clone(),
            });
        };
        for finding in &outcome.findings {
            add(finding.span, &finding.path, finding.message.clone());
        }
        if outcome.more_findings > 0 {
            let message = format!("and {} more findings of this rule", outcome.more_findings);
            add(resource.span(), "", message);
        }
        if outcome.findings.is_empty() {
            let reason = outcome.reason.as_ref();
            let span = reason.and_then(|reason| reason.value);
            let text = reason.map(|reason| reason.text.clone());
            add(
                span.unwrap_or_else(|| resource.span()),
                "",
                text.unwrap_or_default(),
            );
        }
    }
}

fn resource_id(resource: &Resource) -> ResourceId {
    ResourceId {
        api_version: resource.api_version().to_owned(),
        kind: resource.kind().to_owned(),
        namespace: resource.namespace().map(str::to_owned),
        name: resource
            .block()
            .map(|block| block.address.as_str())
            .or(resource.name())
            .or(resource.generate_name())
            .unwrap_or("")
            .to_owned(),
    }
}

/// Where a text begins.
const START: Position = Position { line: 1, column: 1 };

/// Files, lines and columns of places; those of a single file are worked out only when something is
/// to be reported.
pub(super) enum Places<'a> {
    File {
        name: &'a str,
        bytes: &'a [u8],
        map: Option<SourceMap>,
    },
    Sources(&'a SourceMap),
}

impl<'a> Places<'a> {
    pub(super) fn of_file(name: &'a str, bytes: &'a [u8]) -> Self {
        let map = None;
        Self::File { name, bytes, map }
    }

    fn map(&mut self) -> &SourceMap {
        match self {
            Self::File { name, bytes, map } => map.get_or_insert_with(|| {
                let mut map = SourceMap::new();
                map.add(*name, String::from_utf8_lossy(bytes).as_ref());
                map
            }),
            Self::Sources(map) => map,
        }
    }

    fn place(&mut self, span: Span) -> Place {
        let (name, at) = self.map().locate(span).unwrap_or(("", START));
        Place {
            file: name.to_owned(),
            line: at.line,
            column: at.column,
        }
    }

    /// What is said of an input, at a place in it.
    pub(super) fn note(&mut self, span: Span, kind: InputKind, message: String) -> Input {
        let Place { file, line, .. } = self.place(span);
        Input {
            file,
            line,
            kind,
            message,
        }
    }

    /// A diagnostic as what is said of an input; one without a place is about the first text.
    pub(super) fn input(&mut self, diagnostic: &Diagnostic, kind: InputKind) -> Input {
        let span = diagnostic.span().unwrap_or(Span::new(SourceId(0), 0, 0));
        self.note(span, kind, diagnostic.message.clone())
    }
}
