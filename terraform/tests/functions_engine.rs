//! Asks the real Terraform for the results that the test `functions` expects.
//!
//! `POLICYC_FUNCTIONS=update cargo test -p policyc-terraform --test functions_engine` writes them
//! down: to add a case, add a line with its expression to a file in `tests/functions` first.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test that fails may panic, and so may what it is made of"
)]

#[path = "functions/engine.rs"]
mod engine;
#[path = "functions/golden.rs"]
mod golden;

use std::path::Path;
use std::sync::Mutex;
use std::{fs, thread};

use golden::Expected;

/// How many files are asked about at once.
const PROCESSES: usize = 4;

#[test]
fn terraform_says_what_is_written_down() {
    let Some(terraform) = engine::Terraform::find() else {
        let missing = format!("Terraform {} is not installed", engine::VERSION);
        let required = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        assert!(!required, "{missing}");
        println!("left out: {missing}");
        return;
    };
    let update = std::env::var("POLICYC_FUNCTIONS").is_ok_and(|value| value == "update");
    let paths = Mutex::new(golden::paths());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..PROCESSES {
            scope.spawn(|| {
                loop {
                    let next = paths.lock().expect("no test fails").pop();
                    let Some(path) = next else {
                        return;
                    };
                    let found = compare(&terraform, &path, update);
                    wrong.lock().expect("no test fails").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no test fails");
    assert!(
        update || wrong.is_empty(),
        "Terraform says otherwise:\n{}",
        wrong.join("\n")
    );
}

/// The cases of a file in which Terraform says something else.
fn compare(terraform: &engine::Terraform, path: &Path, update: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut cases = golden::read(path);
    let expressions: Vec<&str> = cases.iter().map(|case| case.expression.as_str()).collect();
    let results = if golden::is_unknown(path) {
        terraform.plan(&expressions)
    } else {
        terraform.apply(&expressions)
    };
    for (case, result) in cases.iter_mut().zip(results) {
        let same = match (&case.expected, &result) {
            // Messages may change; that there is one may not.
            (Expected::Error(_), Expected::Error(_)) => true,
            (expected, result) => expected == result,
        };
        if !same {
            wrong.push(format!("{}: {result:?}", case.expression));
            case.expected = result;
        }
    }
    if update {
        fs::write(path, golden::write(&cases)).expect("the file can be written");
    }
    wrong
}
