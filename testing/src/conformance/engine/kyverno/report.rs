//! Reading reports out of what `kyverno apply` prints.

use serde::Deserialize;

use super::RuleResult;

/// One entry of a report's `results`.
#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    pub(super) policy: String,
    #[serde(default)]
    pub(super) rule: String,
    pub(super) result: RuleResult,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) resources: Vec<About>,
    #[serde(default)]
    pub(super) properties: Properties,
}

/// The resource an entry is about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    #[serde(default)]
    pub(super) api_version: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) namespace: String,
    #[serde(default)]
    pub(super) name: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Properties {
    #[serde(rename = "cel.validationIndex", default)]
    pub(super) validation: Option<String>,
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    results: Vec<Entry>,
}

/// All entries of all reports in `stdout`, and the text around the reports.
///
/// A report begins anywhere, also behind other words on its line. Its start cannot be mistaken: inside the
/// JSON of another report the quotes would be escaped.
///
/// # Errors
/// If a report breaks off or has an unknown form.
pub(super) fn read(stdout: &str) -> Result<(Vec<Entry>, String), String> {
    const STARTS: [&str; 2] = [r#"{"kind":"ClusterReport""#, r#"{"kind":"PolicyReport""#];
    let mut entries = Vec::new();
    let mut around = String::new();
    let mut rest = stdout;
    while let Some(at) = STARTS.iter().filter_map(|start| rest.find(start)).min() {
        let (before, report) = rest.split_at(at);
        around.push_str(before);
        let mut reports = serde_json::Deserializer::from_str(report).into_iter::<Report>();
        match reports.next() {
            Some(Ok(report)) => entries.extend(report.results),
            Some(Err(error)) => {
                return Err(format!("a report of another form than expected: {error}"));
            }
            None => return Err("a report without an end".to_owned()),
        }
        rest = report.get(reports.byte_offset()..).unwrap_or_default();
    }
    around.push_str(rest);
    Ok((entries, around))
}

/// Lines of `text` that say a policy or a resource was not taken, without terminal colours; `strict` also
/// counts every other line, as fits standard error at `-v 0`.
pub(super) fn complaints(text: &str, strict: bool) -> Vec<String> {
    const SIGNS: [&str; 7] = [
        "Non-fatal parsing error",
        "skipping invalid YAML file",
        "failed to load",
        "policy validation error",
        "Policies Skipped",
        "Invalid Policies",
        "failed to compile",
    ];
    let mut complaints = Vec::new();
    let mut following = false;
    for line in plain(text).lines().filter(|line| !line.trim().is_empty()) {
        if !strict && line.contains("variable substituted") {
            // quotes the policy, so that any of the signs may stand in it
            following = false;
            continue;
        }
        // what follows a heading or an error belongs to it: names of policies, a marker below an expression
        following |=
            strict || line.starts_with("Error:") || SIGNS.iter().any(|sign| line.contains(sign));
        if following {
            complaints.push(line.to_owned());
        }
    }
    complaints
}

/// `text` without escape sequences of colours.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char == '\u{1b}' {
            // ESC [ parameters letter
            chars.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(char);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_found_anywhere() {
        let text = concat!(
            "Warning: old\n1 mutated successfully.",
            r#"{"kind":"ClusterReport","results":[{"policy":"p","rule":"r","result":"fail","message":"{\"kind\":\"ClusterReport\"","resources":[{"kind":"Pod","name":"a","apiVersion":"v1"}]}]}"#,
            "\n---\n",
            r#"{"kind":"PolicyReport","results":[{"policy":"ns/p","result":"pass"}]}"#,
            "\ntail\n"
        );
        let (entries, around) = read(text).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].result, RuleResult::Fail);
        assert_eq!(entries[1].policy, "ns/p");
        assert_eq!(
            around,
            "Warning: old\n1 mutated successfully.\n---\n\ntail\n"
        );
    }

    #[test]
    fn a_report_that_breaks_off_is_no_report() {
        assert!(read(r#"{"kind":"ClusterReport","results":[{"policy":"p""#).is_err());
        assert!(
            read(r#"{"kind":"ClusterReport","results":[{"policy":"p","result":"maybe"}]}"#)
                .is_err()
        );
    }

    #[test]
    fn complaints_are_found_between_the_lines_of_a_log() {
        let log = "\u{1b}[90mT\u{1b}[0m -2 vars.go:359 > variable substituted value=x\n\
                   \u{1b}[90mT\u{1b}[0m ERR command.go:1184 > \u{1b}[1mNon-fatal parsing error for single document\n";
        assert_eq!(
            complaints(log, false),
            ["T ERR command.go:1184 > Non-fatal parsing error for single document"]
        );
        assert_eq!(
            complaints("Warning: p.yaml: ClusterPolicy is deprecated\n", false),
            [""; 0]
        );
        assert_eq!(
            complaints("Policies Skipped:\n1. p: bad\n", false),
            ["Policies Skipped:", "1. p: bad"]
        );
        assert_eq!(complaints("anything\n", true), ["anything"]);
    }
}
