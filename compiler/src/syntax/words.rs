//! The words of the language as the recovery and its messages need them.

/// Words that begin a member or statement; nothing else is named like them.
const STARTERS: [&str; 18] = [
    "cleanup",
    "const",
    "deny",
    "exception",
    "exclude",
    "fn",
    "for",
    "generate",
    "if",
    "import",
    "let",
    "match",
    "mutate",
    "param",
    "policy",
    "require",
    "rule",
    "unless",
];

/// Words that begin the next piece of a file wherever they stand.
pub(super) fn begins_piece(word: &str) -> bool {
    STARTERS.contains(&word) || matches!(word, "verify" | "when")
}

/// Words that begin an item, a member or a statement of a level, for suggestions.
pub(super) fn starters(level: Level) -> &'static [&'static str] {
    match level {
        Level::File => &["import", "policy", "param", "const", "fn"],
        Level::Policy => &["rule", "param", "const", "let", "fn"],
        Level::Rule => &[
            "match", "exclude", "when", "unless", "require", "deny", "for", "if", "let",
        ],
        Level::Block => &["require", "deny", "for", "if", "let"],
    }
}

/// What the pieces of a level are called.
pub(super) fn piece(level: Level) -> &'static str {
    match level {
        Level::File => "an item",
        Level::Policy => "a field, a rule or another member of the policy",
        Level::Rule => "a clause or a statement",
        Level::Block => "a statement",
    }
}

/// Whose braces the recovery is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    File,
    Policy,
    Rule,
    Block,
}

/// Operators that may begin a line, and words that continue a statement.
pub(super) fn continues(word: &str) -> bool {
    is_operator(word) || matches!(word, "message" | "else")
}

/// Words that stand between operands.
pub(super) fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "in"
            | "matches"
            | "starts_with"
            | "ends_with"
            | "contains"
            | "within"
    )
}

/// Words that begin a filter of a match clause.
pub(super) fn is_filter(word: &str) -> bool {
    matches!(
        word,
        "named" | "in" | "namespace" | "with" | "label" | "annotation" | "on" | "by"
    )
}

/// Words after which an operand must follow.
pub(super) fn wants_operand(word: &str) -> bool {
    is_operator(word)
        || matches!(
            word,
            "require"
                | "deny"
                | "when"
                | "unless"
                | "if"
                | "message"
                | "exists"
                | "absent"
                | "label"
                | "annotation"
        )
}

/// Words of the language that cannot name anything.
pub(super) fn is_keyword(word: &str) -> bool {
    begins_piece(word)
        || continues(word)
        || matches!(
            word,
            "all"
                | "any"
                | "none"
                | "map"
                | "filter"
                | "label"
                | "annotation"
                | "exists"
                | "absent"
                | "true"
                | "false"
                | "connected"
                | "lookup"
        )
}

/// What people of other languages write, and what it is called here.
const FOREIGN: [(&str, &str); 22] = [
    ("assert", "require"),
    ("allow", "require"),
    ("check", "require"),
    ("ensure", "require"),
    ("must", "require"),
    ("forbid", "deny"),
    ("reject", "deny"),
    ("foreach", "for"),
    ("elif", "else if"),
    ("elseif", "else if"),
    ("var", "let"),
    ("set", "let"),
    ("def", "fn"),
    ("func", "fn"),
    ("function", "fn"),
    ("parameter", "param"),
    ("constant", "const"),
    ("use", "import"),
    ("include", "import"),
    ("where", "when"),
    ("except", "exclude"),
    ("select", "match"),
];

/// The word that was probably meant, of those that may stand there.
pub(super) fn meant(written: &str, candidates: &[&'static str]) -> Option<&'static str> {
    let lower = written.to_ascii_lowercase();
    let foreign = FOREIGN
        .iter()
        .find(|(word, ours)| *word == lower && (candidates.contains(ours) || *ours == "else if"));
    if let Some((_, ours)) = foreign {
        return Some(ours);
    }
    candidates
        .iter()
        .map(|candidate| (distance(&lower, candidate), *candidate))
        .filter(|(distance, candidate)| *distance * 3 <= candidate.len().max(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed, replaced or swapped; long words are far from all.
fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 32;
    if a.len() > LONGEST || b.len() > LONGEST {
        return LONGEST;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(LONGEST);
            let mut best = (at(&row, j) + usize::from(x != y))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(LONGEST)
}
