//! `docs/reference/portability.md`: what the backends answer to a sample of each construct.

use policyc_compiler::backend::{Action, Emission, EmitOptions, emit};
use policyc_ir::{Policy, Target};

use super::Page;
use super::markdown::{NOTE, cell, code};
use super::probes::{GROUPS, Probe};
use crate::source::compiled;

pub(super) fn page() -> Result<Page, String> {
    let mut text = format!(
        "{NOTE}# Portability\n\nEach row is a sample that was compiled and given to the backends \
         just now. `yes` means that the target says it exactly; anything else is the reason of the \
         refusal. A policy goes to the targets that can say all its rules; `policyc build` prints \
         the same reasons for your own.\n"
    );
    for group in GROUPS {
        text.push_str(&format!("\n## {}\n\n{}", group.title, header()));
        for probe in group.probes {
            let policy = policy_of(probe)?;
            text.push_str(&format!(
                "| {} | {} |",
                cell(probe.construct),
                code(probe.sample())
            ));
            for target in Target::ALL {
                text.push_str(&format!(" {} |", cell(&answer(&policy, *target))));
            }
            text.push('\n');
        }
    }
    Ok(Page::new("docs/reference/portability.md", text))
}

fn header() -> String {
    let names: Vec<&str> = Target::ALL.iter().map(|target| target.as_str()).collect();
    let lines = "---|".repeat(names.len());
    format!(
        "| construct | sample | {} |\n|---|---|{lines}\n",
        names.join(" | ")
    )
}

/// `yes`, or the reasons why not.
pub(super) fn answer(policy: &Policy, target: Target) -> String {
    let options = EmitOptions {
        action: Action::Audit,
        kyverno_namespace: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        source: "sample.policy".to_owned(),
    };
    match emit(policy, target, &options) {
        Emission::Files(_) => "yes".to_owned(),
        Emission::Refused(refused) => {
            let mut reasons: Vec<String> = refused.into_iter().map(|it| it.reason).collect();
            reasons.dedup();
            format!("no: {}", reasons.join("; "))
        }
    }
}

/// The policy of a sample.
fn policy_of(probe: &Probe) -> Result<Policy, String> {
    let program = compiled("sample", &probe.source())?;
    let policy = program.policies.into_iter().next();
    policy.ok_or_else(|| format!("`{}` is no policy", probe.source()))
}

#[cfg(test)]
mod tests {
    use policyc_compiler::{FUNCTIONS, OPERATORS};

    use super::*;

    #[test]
    fn every_operator_and_function_has_a_sample() {
        let samples: Vec<&Probe> = GROUPS.iter().flat_map(|group| group.probes).collect();
        let shown = |text: &str| samples.iter().any(|probe| probe.says.contains(text));
        for operator in OPERATORS {
            assert!(shown(&format!(" {} ", operator.text)), "{}", operator.text);
        }
        for function in FUNCTIONS {
            assert!(shown(&format!("{}(", function.name)), "{}", function.name);
        }
    }

    #[test]
    fn some_target_says_most_samples_and_refusals_have_reasons() {
        let mut yes = 0;
        for probe in GROUPS.iter().flat_map(|group| group.probes) {
            let policy = policy_of(probe).unwrap();
            for target in Target::ALL {
                let answer = answer(&policy, *target);
                assert!(answer == "yes" || answer.len() > 10, "{answer}");
                yes += usize::from(answer == "yes");
            }
        }
        assert!(yes > 60, "{yes}");
    }
}
