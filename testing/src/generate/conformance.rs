//! `docs/reference/conformance.md`: what the real engines answered, and what was found by asking.

use std::collections::BTreeMap;
use std::path::Path;

use policyc_ir::Target;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Page;
use super::markdown::{NOTE, cell};
use crate::conformance::Tally;

/// Where runs write their numbers, below the folder of the repository.
const RESULTS: &str = "testing/results";

/// Disagreements that were found, each with its smallest rule and resource.
const REGRESSIONS: &str = "testing/regressions";

/// The page, from the numbers of the last full runs and from the regression data.
pub(super) fn page(root: &Path) -> Result<Page, String> {
    let mut text = format!(
        "{NOTE}# Conformance\n\nThe evaluator behind `policyc test` and `policyc scan` is trusted \
         because the engines that people run agree with it. Every pair of a rule and a resource is \
         asked of both, on the files that `policyc build` writes. [Contributing]\
         (../../CONTRIBUTING.md#the-real-engines) says how to run it.\n\n"
    );
    text.push_str(
        "*decided* are pairs on which the rule has a verdict; on the others it does not apply, and \
         the engine must leave them alone. *not compared* are pairs that cannot be: a value that \
         no API server admits, a resource that the engine leaves out or does not serve, a request \
         that it cannot be given.\n",
    );
    text.push_str(
        "\n## Written cases\n\nThe rules of the library on its fixtures and on the manifests of 40 \
         public projects, the [traps](../../testing/traps/README.md), the examples, and the \
         regressions below. Kyverno's command line compiles a ValidatingPolicy anew for every \
         resource: it is not asked about the public projects, of the fixtures of other policies about \
         one in four, and of the resources whose kind no rule of a policy names about one in 16.\n\n",
    );
    let written: BTreeMap<String, Tally> = read(root, "conformance.json")?;
    text.push_str(&table(&written));
    text.push_str(
        "\n## Generated cases\n\nRandom well-typed rules, and resources around what they decide. \
         `reference` is a second interpreter of [the language](../language.md), which shares no \
         code with the first.\n\n",
    );
    let generated: BTreeMap<String, Generated> = read(root, "differential.json")?;
    let pairs = generated.iter().map(|(name, it)| (name.clone(), it.pairs));
    text.push_str(&table(&pairs.collect()));
    text.push_str(&forms(&generated));
    text.push_str(
        "\n## Found and mended\n\nEach was a disagreement once, found by generated cases or by \
         reading engines' sources, and is a case of every run since.\n\n| case | what it was |\n|---|---|\n",
    );
    text.push_str(&regressions(root)?);
    Ok(Page::new("docs/reference/conformance.md", text))
}

/// What a run of `differential` writes for each that it asked.
#[derive(Deserialize)]
struct Generated {
    pairs: Tally,
    /// Pairs that were compared, by the form of the emitted rule.
    forms: BTreeMap<String, usize>,
    /// Rules that the target refuses, by the construct in the way.
    refused: BTreeMap<String, usize>,
}

fn read<T: DeserializeOwned>(root: &Path, name: &str) -> Result<T, String> {
    let path = root.join(RESULTS).join(name);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("`{}`: {error}", path.display()))
}

/// In which form rules were asked about, and what was refused.
fn forms(generated: &BTreeMap<String, Generated>) -> String {
    let mut text = String::new();
    for target in Target::ALL {
        let Some(asked) = generated.get(target.as_str()) else {
            continue;
        };
        let counted = |counts: &BTreeMap<String, usize>| {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let parts = counts
                .into_iter()
                .map(|(name, count)| format!("{} {}", cell(name), grouped(*count)));
            parts.collect::<Vec<_>>().join(", ")
        };
        text.push_str(&format!("\n- `{}`", target.as_str()));
        if asked.forms.len() > 1 {
            text.push_str(&format!(": pairs by form: {}", counted(&asked.forms)));
        }
        if !asked.refused.is_empty() {
            text.push_str(&format!(
                "{} rules refused, by construct: {}",
                if asked.forms.len() > 1 { ";" } else { ":" },
                counted(&asked.refused)
            ));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn table(tallies: &BTreeMap<String, Tally>) -> String {
    let mut text =
        "| against | pairs that agree | decided | disagree | not compared | rules refused |\n\
                    |---|---:|---:|---:|---:|---:|\n"
            .to_owned();
    let known = Target::ALL.iter().map(|target| target.as_str());
    for name in std::iter::once("reference").chain(known) {
        let Some(tally) = tallies.get(name) else {
            continue;
        };
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} of {} |\n",
            cell(name),
            grouped(tally.agree),
            grouped(tally.decided),
            grouped(tally.disagree),
            grouped(tally.not_compared()),
            grouped(tally.unportable),
            grouped(tally.unportable + tally.rules),
        ));
    }
    text
}

/// A number with commas between the thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The rows of the table in the folder's own page.
fn regressions(root: &Path) -> Result<String, String> {
    let path = root.join(REGRESSIONS).join("README.md");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    Ok(rows.map(|row| format!("{row}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
