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

/// Lines of `text` that say a policy or a resource was not taken, without terminal colours.
///
/// Other lines mean nothing: that ClusterPolicies are deprecated, and, even at `-v 0`, each number or list
/// in a resource that an operator could not read (whose verdict is given all the same).
pub(super) fn complaints(text: &str) -> Vec<String> {
    const SIGNS: [&str; 6] = [
        "Non-fatal parsing error",
        "skipping invalid YAML file",
        "failed to load resources",
        "policy validation error",
        "Policies Skipped",
        "Invalid Policies",
    ];
    let mut complaints = Vec::new();
    let mut following = false;
    for line in plain(text).lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with("Warning:") {
            continue;
        }
        if line.contains("variable substituted") {
            // quotes the policy, so that any of the signs may stand in it
            following = false;
            continue;
        }
        // what follows a heading or an error belongs to it: names, a marker below an expression
        following |= line.starts_with("Error:") || SIGNS.iter().any(|sign| line.contains(sign));
        if following {
            complaints.push(line.to_owned());
        }
    }
    complaints
}

/// Those complaints that are about a policy beyond doubt: they name its file, or its name in one of the
/// ways complaints do. Empty if none is.
pub(super) fn about<'a>(complaints: &'a [String], file: &str, name: Option<&str>) -> Vec<&'a str> {
    let mut signs = vec![file.to_owned()];
    if let Some(name) = name {
        signs.push(format!(r#"\"{name}\" is invalid"#));
        signs.push(format!("failed to compile policy {name} ("));
        signs.push(format!(". {name}: "));
    }
    complaints
        .iter()
        .map(String::as_str)
        .filter(|line| {
            signs.iter().any(|sign| {
                // `3. name: reason` is an entry of a list; elsewhere such words are anybody's
                line.contains(sign) && (!sign.starts_with(". ") || is_entry(line, sign))
            })
        })
        .collect()
}

/// Whether `line` begins with a number and then `sign`.
fn is_entry(line: &str, sign: &str) -> bool {
    line.trim_start_matches(|char: char| char.is_ascii_digit())
        .starts_with(sign)
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
            complaints(log),
            ["T ERR command.go:1184 > Non-fatal parsing error for single document"]
        );
        assert_eq!(
            complaints("Warning: p.yaml: ClusterPolicy is deprecated\n"),
            [""; 0]
        );
        assert_eq!(
            complaints("Policies Skipped:\n1. p: bad\n"),
            ["Policies Skipped:", "1. p: bad"]
        );
        let noise = "T ERR pattern.go:77 > Failed to parse int64 from string\n";
        assert_eq!(complaints(noise), [""; 0]);
    }

    #[test]
    fn complaints_name_policies_in_four_ways() {
        let lines = [
            "1. one: policy contains invalid variables: see 2. two: x",
            r#"T ERR > Non-fatal parsing error error="failed (ClusterPolicy.kyverno.io \"two\" is invalid: x)""#,
            "Error: failed to apply policies on resource d (failed to compile policy three ([<nil>:",
            "T -2 > skipping invalid YAML file path=/t/policy-0003.yaml",
        ]
        .map(str::to_owned);
        for (at, name) in ["one", "two", "three", "four"].into_iter().enumerate() {
            let file = format!("policy-{at:04}.yaml");
            assert_eq!(about(&lines, &file, Some(name)), [&lines[at]], "{name}");
        }
        assert!(
            about(&lines, "policy-0000.yaml", None).is_empty(),
            "a name of several policies"
        );
    }
}
