//! A difference as a case of `testing/regressions`.

use std::io;
use std::path::Path;

use serde_json::json;

use super::print::policy;
use super::shrink::Case;

/// The files of a case: the policy, the resource, and a suite with the evaluator's verdict.
///
/// # Errors
/// When a file cannot be written.
pub fn write(case: &Case, name: &str, folder: &Path) -> io::Result<()> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    let finding = &case.finding;
    let what = format!(
        "//! The evaluator said {}, {} said {}.\n\n",
        finding.expected,
        finding.against.as_str(),
        finding.found.lines().next().unwrap_or_default()
    );
    std::fs::write(folder.join("rule.policy"), what + &policy(name, &case.rule))?;
    let resource: serde_json::Value = serde_json::from_str(&case.resource)?;
    let text = serde_yaml::to_string(&resource).map_err(io::Error::other)?;
    std::fs::write(folder.join("resource.yaml"), text)?;
    let expected = finding.expected.as_str();
    if matches!(expected, "pass" | "fail" | "skip" | "unmatched") {
        let mut suite = json!({
            "policy": "rule.policy",
            "rules": {"rule": {expected: ["resource.yaml"]}},
        });
        if let (false, Some(suite)) = (case.given.is_empty(), suite.as_object_mut()) {
            suite.insert("given".to_owned(), serde_json::to_value(&case.given)?);
        }
        let text = serde_yaml::to_string(&suite).map_err(io::Error::other)?;
        std::fs::write(folder.join("rule.test.yaml"), text)?;
    }
    Ok(())
}
