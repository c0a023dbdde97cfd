//! The suites of `testing/traps` and `testing/regressions`, as tests of this workspace.

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::Arguments;
use policyc_diagnostics::{Code, to_text};
use policyc_testing::harness::{Selection, trials};
use policyc_testing::suite;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut all = Vec::new();
    for folder in ["traps", "regressions"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let plan = match suite::folder(&root) {
            Ok((plan, _)) => plan,
            Err(problem) => {
                eprintln!("{}: {problem}", root.display());
                return ExitCode::FAILURE;
            }
        };
        // What an absent value does is what many of these rules are about.
        let mut diagnostics = plan.diagnostics.clone();
        diagnostics.retain(|diagnostic| diagnostic.code != Code::W0302);
        if folder == "regressions" {
            // Rules made by chance are suspicious in every way.
            diagnostics.retain(|diagnostic| diagnostic.is_error());
        }
        if !diagnostics.is_empty() {
            eprint!("{}", to_text(&diagnostics, &plan.sources.map, false));
            return ExitCode::FAILURE;
        }
        let cases = Selection::default().of(&plan);
        if cases.is_empty() {
            eprintln!("there are no suites at {}", root.display());
            return ExitCode::FAILURE;
        }
        all.extend(trials(&cases, &plan.sources.map));
    }
    libtest_mimic::run(&arguments, all).exit_code()
}
