//! `docs/reference/conformance.md`: what the real engines answered, and what was found by asking.

use std::collections::BTreeMap;
use std::path::Path;

use policyc_ir::Target;

use super::Page;
use super::markdown::{NOTE, cell, code};
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
         regressions below.\n\n",
    );
    text.push_str(&table(&read(root, "conformance.json")?));
    text.push_str(
        "\n## Generated cases\n\nRandom well-typed rules, and resources around what they decide. \
         `reference` is a second interpreter of [the language](../language.md), which shares no \
         code with the first.\n\n",
    );
    text.push_str(&table(&read(root, "differential.json")?));
    text.push_str(
        "\n## Found and mended\n\nEach was a disagreement once, found by generated cases or by \
         reading engines' sources, and is a case of every run since.\n\n| case | what it was |\n|---|---|\n",
    );
    for (name, what) in regressions(root)? {
        text.push_str(&format!("| {} | {} |\n", code(&name), cell(&what)));
    }
    Ok(Page::new("docs/reference/conformance.md", text))
}

fn read(root: &Path, name: &str) -> Result<BTreeMap<String, Tally>, String> {
    let path = root.join(RESULTS).join(name);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("`{}`: {error}", path.display()))
}

fn table(tallies: &BTreeMap<String, Tally>) -> String {
    let mut text = "| against | pairs that agree | decided | disagree | not compared | rules refused |\n\
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

/// The cases by name, each with what its source says of it.
fn regressions(root: &Path) -> Result<Vec<(String, String)>, String> {
    let folder = root.join(REGRESSIONS);
    let failed = |error: std::io::Error| format!("cannot read `{}`: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path().join("rule.policy");
        let Ok(source) = std::fs::read_to_string(&path) else {
            continue;
        };
        let comment = source.lines().map_while(|line| line.strip_prefix("//!"));
        let what = comment.map(str::trim).collect::<Vec<_>>().join(" ");
        if what.is_empty() {
            return Err(format!(
                "`{}` does not begin with a `//!` comment that says what it was",
                path.display()
            ));
        }
        let name = path.parent().and_then(Path::file_name);
        let name = name.map(|name| name.to_string_lossy().into_owned());
        found.push((name.unwrap_or_default(), what));
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
