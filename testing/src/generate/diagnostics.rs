//! `docs/reference/diagnostics.md`

use policyc_diagnostics::{Code, Level};

use super::Page;
use super::markdown::{NOTE, cell};

/// The ranges of codes.
const RANGES: &[(&str, &str)] = &[
    ("01", "Syntax"),
    ("02", "Names and modules"),
    ("03", "Types and conditions"),
    ("04", "Rules and match clauses"),
    ("05", "Project file and parameters"),
    ("06", "Targets"),
    ("07", "Resources"),
    ("08", "Suites"),
];

pub(super) fn page() -> Page {
    let mut text = format!(
        "{NOTE}# Diagnostics\n\nEvery mistake has a code that does not change. Codes with `E` are \
         errors, codes with `W` warnings; `policyc explain E0203` prints the same text as this \
         page.\n\n"
    );
    for (_, codes) in ranges() {
        for code in codes {
            let anchor = anchor(code);
            text.push_str(&format!("- [{code}](#{anchor}): {}\n", cell(code.name())));
        }
    }
    for (title, codes) in ranges() {
        text.push_str(&format!("\n## {title}\n"));
        for code in codes {
            let level = match code.level() {
                Level::Error => "error",
                Level::Warning => "warning",
            };
            let explanation = code.explanation();
            let body = explanation
                .split_once('\n')
                .map_or("", |(_, body)| body)
                .trim();
            text.push_str(&format!(
                "\n### {code}: {}\n\n*{level}*\n\n{body}\n",
                code.name()
            ));
        }
    }
    Page::new("docs/reference/diagnostics.md", text)
}

/// The codes by range, those of one range in the order of their numbers.
fn ranges() -> impl Iterator<Item = (&'static str, Vec<Code>)> {
    RANGES.iter().map(|(range, title)| {
        let of_range = |code: &&Code| code.as_str().get(1..3) == Some(range);
        (*title, Code::ALL.iter().filter(of_range).copied().collect())
    })
}

/// The anchor that the heading of a code gets.
fn anchor(code: Code) -> String {
    format!("{code}-{}", code.name())
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_a_range() {
        let shown: usize = ranges().map(|(_, codes)| codes.len()).sum();
        assert_eq!(shown, Code::ALL.len());
    }
}
