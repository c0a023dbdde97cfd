//! Links between pages.

use std::path::{Path, PathBuf};

/// The links of a page that lead nowhere, and how many it has.
pub(crate) fn broken(page: &Path) -> (Vec<String>, usize) {
    let text = prose(&std::fs::read_to_string(page).unwrap());
    let mut broken = Vec::new();
    let mut count = 0;
    for piece in text.split("](").skip(1) {
        let link = piece.split(')').next().unwrap();
        if link.contains("://") {
            continue;
        }
        count += 1;
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = if file.is_empty() {
            page.to_owned()
        } else {
            page.parent().unwrap().join(file)
        };
        if !target.exists() || !(anchor.is_empty() || has_anchor(&target, anchor)) {
            broken.push(format!("{}: {link}", page.display()));
        }
    }
    (broken, count)
}

fn has_anchor(page: &PathBuf, anchor: &str) -> bool {
    let text = std::fs::read_to_string(page).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(slug).any(|slug| slug == anchor)
}

/// The anchor that a heading gets.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// A page without its code.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        } else if !code {
            prose.extend(line.split('`').step_by(2));
            prose.push('\n');
        }
    }
    prose
}
