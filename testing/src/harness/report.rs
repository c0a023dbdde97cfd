//! Results of a run for machines: JSON and JUnit.

use quick_junit::{NonSuccessKind, TestCaseStatus};
use serde::Serialize;

/// One case with its result.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseReport {
    /// `policy/rule::verdict::fixture#resource`
    pub name: String,
    /// The suite's path.
    pub suite: String,
    /// `policy/rule`
    pub rule: String,
    /// Whether what was expected came out.
    pub passed: bool,
    /// What differs, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A run.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// Version of this format.
    pub version: u32,
    /// How many cases passed.
    pub passed: usize,
    /// How many cases failed.
    pub failed: usize,
    /// The cases in order.
    pub cases: Vec<CaseReport>,
}

impl RunReport {
    /// A report of cases.
    #[must_use]
    pub fn new(cases: Vec<CaseReport>) -> Self {
        let passed = cases.iter().filter(|case| case.passed).count();
        Self {
            version: 1,
            passed,
            failed: cases.len() - passed,
            cases,
        }
    }

    /// The report as JUnit XML, one test suite for each suite.
    ///
    /// # Errors
    /// When the XML writer fails.
    pub fn to_junit(&self) -> Result<String, quick_junit::SerializeError> {
        let mut report = quick_junit::Report::new("policyc");
        for cases in self.cases.chunk_by(|a, b| a.suite == b.suite) {
            let Some(first) = cases.first() else { continue };
            let mut suite = quick_junit::TestSuite::new(first.suite.as_str());
            for case in cases {
                let status = match &case.failure {
                    None => TestCaseStatus::success(),
                    Some(failure) => {
                        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                        status.set_message(failure.lines().next().unwrap_or_default());
                        status.set_description(failure.as_str());
                        status
                    }
                };
                let mut test = quick_junit::TestCase::new(case.name.as_str(), status);
                test.set_classname(case.rule.as_str());
                suite.add_test_case(test);
            }
            report.add_test_suite(suite);
        }
        report.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junit_escapes_everything() {
        let report = RunReport::new(vec![CaseReport {
            name: "p/r::fail::a<b>&\"'".to_owned(),
            suite: "s\u{1}".to_owned(),
            rule: "p/r".to_owned(),
            passed: false,
            failure: Some("first\n]]><x>".to_owned()),
        }]);
        let xml = report.to_junit().unwrap();
        assert!(xml.contains("a&lt;b&gt;&amp;&quot;&apos;"), "{xml}");
        assert!(!xml.contains("<x>"), "{xml}");
        assert!(!xml.contains('\u{1}'), "{xml}");
    }
}
