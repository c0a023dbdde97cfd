//! Versions: Semantic Versioning 2.0, with what people leave out.

use std::cmp::Ordering;

/// A version such as `1.28.3`, `v1.28` or `2.0.0-rc.1+build.5`.
///
/// A missing minor or patch number is zero. Equality and order are those of precedence: a
/// pre-release comes before its release, build metadata does not count.
#[derive(Debug, Clone)]
pub struct Version {
    numbers: [u64; 3],
    pre_release: String,
}

impl Version {
    /// Reads a text; none when it is no version.
    ///
    /// A leading `v` is allowed; as in Semantic Versioning, numbers have no leading zeros.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let (core, pre_release) = match text.split_once('-') {
            Some((core, pre_release)) => (core, Some(pre_release)),
            None => (text, None),
        };
        if build.is_some_and(|build| !build.split('.').all(is_identifier)) {
            return None;
        }
        if pre_release.is_some_and(|pre_release| !pre_release.split('.').all(is_pre_release)) {
            return None;
        }
        let mut numbers = [0; 3];
        let mut parts = core.split('.');
        for (index, number) in numbers.iter_mut().enumerate() {
            match parts.next() {
                Some(part) if is_number(part) => *number = part.parse().ok()?,
                None if index > 0 => {}
                Some(_) | None => return None,
            }
        }
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            numbers,
            pre_release: pre_release.unwrap_or_default().to_owned(),
        })
    }
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_pre_release(part: &str) -> bool {
    is_identifier(part) && (!is_numeric(part) || is_number(part))
}

fn is_numeric(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_digit())
}

/// Digits without a leading zero.
fn is_number(part: &str) -> bool {
    !part.is_empty() && is_numeric(part) && (part == "0" || !part.starts_with('0'))
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.pre_release.is_empty(), other.pre_release.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => pre_release_order(&self.pre_release, &other.pre_release),
            }
        })
    }
}

fn pre_release_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let (a, b) = match (left.next(), right.next()) {
            (Some(a), Some(b)) => (a, b),
            (a, b) => return a.is_some().cmp(&b.is_some()),
        };
        let order = match (is_numeric(a), is_numeric(b)) {
            // Numbers of any length: they have no leading zeros.
            (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}
