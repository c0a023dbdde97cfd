//! The suites of the library, as tests of this workspace.

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::Arguments;
use policyc_diagnostics::to_text;
use policyc_testing::harness::{Selection, trials};
use policyc_testing::suite;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib-policies");
    let plan = match suite::folder(&root) {
        Ok((plan, _)) => plan,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    // A rule of the library without a suite is no warning here: it fails.
    if !plan.diagnostics.is_empty() {
        eprint!("{}", to_text(&plan.diagnostics, &plan.sources.map, false));
        return ExitCode::FAILURE;
    }
    let cases = Selection::default().of(&plan);
    if cases.is_empty() {
        eprintln!("the library has no suites");
        return ExitCode::FAILURE;
    }
    libtest_mimic::run(&arguments, trials(&cases, &plan.sources.map)).exit_code()
}
