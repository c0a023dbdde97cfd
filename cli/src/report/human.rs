//! The report for people: findings by file, then the numbers.

use std::fmt::Write as _;

use policyc_diagnostics::printable;
use policyc_ir::Severity;

use crate::report::model::{InputKind, ReportedVerdict, ResourceId, ScanReport, ScanResult};
use crate::terminal::counted;

/// The report as text; `color` adds ANSI colours.
pub(crate) fn render(report: &ScanReport, color: bool) -> String {
    let style = Style { color };
    let mut out = String::new();
    let mut file = None;
    for result in &report.results {
        if file != Some(result.file.as_str()) {
            if file.is_some() {
                out.push('\n');
            }
            file = Some(result.file.as_str());
            let _ = writeln!(out, "{}", style.bold(&printable(&result.file)));
        }
        one(&mut out, result, style);
    }
    if file.is_some() {
        out.push('\n');
    }
    for value in &report.invalid {
        let _ = writeln!(
            out,
            "{} {}:{}:{}: {}: {}",
            style.yellow("invalid"),
            printable(&value.file),
            value.line,
            value.column,
            named(&value.resource),
            printable(&value.message),
        );
    }
    for input in &report.inputs {
        let word = match input.kind {
            InputKind::Unreadable => style.red("unreadable"),
            InputKind::Template => style.yellow("not rendered"),
            InputKind::NotLoaded => style.yellow("not judged"),
            InputKind::NotKubernetes => continue,
        };
        let _ = writeln!(
            out,
            "{word} {}:{}: {}",
            printable(&input.file),
            input.line,
            printable(&input.message)
        );
    }
    summary(&mut out, report, style);
    out
}

fn one(out: &mut String, result: &ScanResult, style: Style) {
    let verdict = match result.verdict {
        ReportedVerdict::Pass => style.green("pass"),
        ReportedVerdict::Fail => style.red("fail"),
        ReportedVerdict::Skip => style.yellow("skip"),
        ReportedVerdict::Error => style.red("error"),
        ReportedVerdict::Unknown => style.yellow("unknown"),
    };
    let severity = match result.severity {
        Severity::High | Severity::Critical => style.red(result.severity.as_str()),
        Severity::Medium => style.yellow(result.severity.as_str()),
        Severity::Info | Severity::Low => result.severity.as_str().to_owned(),
    };
    let _ = writeln!(
        out,
        "  {}:{} {verdict} {severity} {}/{} {}",
        result.line,
        result.column,
        result.policy,
        result.rule,
        named(&result.resource),
    );
    if !result.message.is_empty() {
        let _ = writeln!(
            out,
            "      {}",
            printable(&result.message).replace('\n', "\n      ")
        );
    }
    if !result.path.is_empty() {
        let _ = writeln!(out, "      at {}", style.dim(&printable(&result.path)));
    }
    for call in &result.called_from {
        let place = format!("{}:{}:{}", printable(&call.file), call.line, call.column);
        let _ = writeln!(out, "      called from {}", style.dim(&place));
    }
}

fn summary(out: &mut String, report: &ScanReport, style: Style) {
    let numbers = &report.summary;
    let text = format!(
        "{} in {}, {}: {} failed, {} passed, {} skipped",
        counted(numbers.resources, "resource"),
        counted(numbers.files, "file"),
        counted(numbers.rules, "rule"),
        numbers.fail,
        numbers.pass,
        numbers.skip,
    );
    let _ = write!(out, "{}", style.bold(&text));
    if numbers.error > 0 {
        let _ = write!(out, ", {} not evaluated", numbers.error);
    }
    if numbers.unknown > 0 {
        let _ = write!(out, ", {} unknown", numbers.unknown);
    }
    if numbers.invalid > 0 {
        let _ = write!(out, ", {}", counted(numbers.invalid, "invalid value"));
    }
    if numbers.unreadable > 0 {
        let _ = write!(out, ", {}", counted(numbers.unreadable, "unreadable input"));
    }
    out.push('\n');
}

fn named(resource: &ResourceId) -> String {
    if resource.api_version.is_empty() {
        // An address has the type in it.
        return printable(&resource.name).replace('\n', " ");
    }
    let namespace = resource
        .namespace
        .as_ref()
        .map(|name| format!("{name}/"))
        .unwrap_or_default();
    printable(&format!("{} {namespace}{}", resource.kind, resource.name)).replace('\n', " ")
}

#[derive(Clone, Copy)]
struct Style {
    color: bool,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }
}
