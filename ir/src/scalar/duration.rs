//! Go durations, read as `time.ParseDuration` reads them.

/// A span of time such as `1h30m`, `-1.5s` or `250ms`, in whole nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// 2^63, the magnitude of the longest negative duration.
const LIMIT: u64 = 1 << 63;

impl Duration {
    /// Reads a text; none when it is no duration, or one of more than 292 years.
    ///
    /// A number needs a unit, except that `0` is a duration. Fractions are cut to nanoseconds with
    /// the floating-point arithmetic of Go.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "0" {
            return Some(Self(0));
        }
        if rest.is_empty() {
            return None;
        }
        let mut total = 0_u64;
        while !rest.is_empty() {
            let (part, after) = part(rest)?;
            total = total.checked_add(part).filter(|sum| *sum <= LIMIT)?;
            rest = after;
        }
        if negative {
            return Some(Self(0_i64.checked_sub_unsigned(total)?));
        }
        i64::try_from(total).ok().map(Self)
    }

    /// The nanoseconds.
    #[must_use]
    pub fn as_nanos(self) -> i64 {
        self.0
    }
}

/// One number with its unit, in nanoseconds, and the rest of the text.
fn part(text: &str) -> Option<(u64, &str)> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let end = rest
        .find(|c: char| c == '.' || c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(end);
    let unit: u64 = match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let whole = if whole.is_empty() {
        0
    } else {
        whole.parse::<u64>().ok()?
    };
    let whole = whole.checked_mul(unit).filter(|nanos| *nanos <= LIMIT)?;
    let (fraction, scale) = leading_fraction(fraction);
    if fraction == 0 {
        return Some((whole, rest));
    }
    // In this order, so that the rounding is Go's.
    let nanos = (fraction as f64 * (unit as f64 / scale)) as u64;
    let sum = whole.checked_add(nanos).filter(|nanos| *nanos <= LIMIT)?;
    Some((sum, rest))
}

/// As many digits of a fraction as 63 bits hold, and the power of ten they are divided by.
fn leading_fraction(digits: &str) -> (u64, f64) {
    let mut number = 0_u64;
    let mut scale = 1.0;
    for digit in digits.bytes() {
        if number > (LIMIT - 1) / 10 {
            break;
        }
        let next = number * 10 + u64::from(digit & 15);
        if next > LIMIT {
            break;
        }
        number = next;
        scale *= 10.0;
    }
    (number, scale)
}

/// The digits at the start, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}
