//! Which known names a misspelt one may stand for.

/// Longer names are no misspelling of a field or a kind; the work stays bounded.
const MAX_LENGTH: usize = 128;
/// How many names are worth showing.
const MAX_ANSWERS: usize = 3;

/// The names of `known` that `wrong` may stand for: those that differ only in case, else those with
/// the least edit distance, which is at most a third of the length.
pub(crate) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong: Vec<char> = wrong
        .chars()
        .take(MAX_LENGTH + 1)
        .flat_map(char::to_lowercase)
        .collect();
    if wrong.is_empty() || wrong.len() > MAX_LENGTH {
        return Vec::new();
    }
    let limit = (wrong.len() / 3).max(1);
    let mut ranked: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|name| {
            let letters: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
            if letters.len().abs_diff(wrong.len()) > limit || letters.len() > MAX_LENGTH {
                return None;
            }
            let distance = distance(&wrong, &letters);
            // Distance 1 turns any name of one letter into any other.
            (distance <= limit && distance < wrong.len()).then_some((distance, name))
        })
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    let best = ranked.first().map_or(0, |(distance, _)| *distance);
    let nearest = ranked
        .into_iter()
        .take_while(|(distance, _)| *distance == best);
    nearest.take(MAX_ANSWERS).map(|(_, name)| name).collect()
}

/// The number of letters to insert, remove, change or swap with their neighbour (optimal string
/// alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (i, &letter_a) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        let mut previous_b = None;
        for (j, &letter_b) in b.iter().enumerate() {
            let change = at(&last, j) + usize::from(letter_a != letter_b);
            let mut best = change.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if j > 0 && previous_a == Some(letter_b) && previous_b == Some(letter_a) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
            previous_b = Some(letter_b);
        }
        before = std::mem::replace(&mut last, row);
        previous_a = Some(letter_a);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_names() {
        let known = [
            "containers",
            "initContainers",
            "hostPID",
            "hostIPC",
            "volumes",
            "a",
            "b",
        ];
        for (wrong, expected) in [
            ("container", vec!["containers"]),
            ("initcontainers", vec!["initContainers"]),
            ("hostpid", vec!["hostPID"]),
            ("hsotPID", vec!["hostPID"]),
            ("volumess", vec!["volumes"]),
            ("hostXXX", vec![]),
            ("hostID", vec!["hostPID"]),
            ("zebra", vec![]),
            ("c", vec![]),
            ("", vec![]),
            (&"x".repeat(5000), vec![]),
        ] {
            assert_eq!(nearest(wrong, known), expected, "{wrong}");
        }
    }

    #[test]
    fn counts_edits() {
        let count = |a: &str, b: &str| {
            distance(
                &a.chars().collect::<Vec<_>>(),
                &b.chars().collect::<Vec<_>>(),
            )
        };
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("ab", "ba", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(count(a, b), expected, "{a} {b}");
        }
    }
}
