//! Strings that Kubernetes reads as something else: quantities, durations, versions, dates,
//! addresses.

use std::cmp::Ordering;
use std::net::IpAddr;

/// An amount: `digits` times ten to the `exponent`.
#[derive(Debug, Clone)]
pub(super) struct Amount {
    negative: bool,
    /// The most significant first, without leading zeros: none at all for zero.
    digits: Vec<u8>,
    exponent: i64,
}

/// Nothing is finer than a nano.
const NANO: i64 = -9;

/// The greatest amount with a binary suffix.
const BINARY_LIMIT: &str = "9223372036854775807";

impl Amount {
    /// Reads a Kubernetes quantity: a decimal number and a suffix.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let end = unsigned
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at_checked(end)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if text.is_empty() || fraction.contains('.') {
            return None;
        }
        let (exponent, binary) = suffix_of(suffix)?;
        if whole.is_empty() && fraction.is_empty() {
            // Kubernetes takes `m` and `-` for zero, but refuses `Pi` and `Ei`, or `e-10`.
            return (exponent >= NANO && binary <= 4).then(Self::zero);
        }
        let digits = whole.bytes().chain(fraction.bytes());
        let mut amount = Self {
            negative: text.starts_with('-'),
            digits: digits.map(|digit| digit - b'0').collect(),
            exponent: exponent - i64::try_from(fraction.len()).ok()?,
        };
        for _ in 0..binary {
            amount.times_1024();
        }
        amount.trim();
        amount.round_up();
        if binary > 0
            && let Some(mut limit) = Self::parse(BINARY_LIMIT)
            && amount.magnitude(&limit) == Ordering::Greater
        {
            limit.negative = amount.negative;
            return Some(limit);
        }
        Some(amount)
    }

    fn zero() -> Self {
        Self {
            negative: false,
            digits: Vec::new(),
            exponent: 0,
        }
    }

    fn trim(&mut self) {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
    }

    fn times_1024(&mut self) {
        let mut carry = 0_u32;
        for digit in self.digits.iter_mut().rev() {
            let product = u32::from(*digit) * 1024 + carry;
            *digit = u8::try_from(product % 10).unwrap_or_default();
            carry = product / 10;
        }
        while carry > 0 {
            let digit = u8::try_from(carry % 10).unwrap_or_default();
            self.digits.insert(0, digit);
            carry /= 10;
        }
    }

    /// What is finer than a nano is rounded away from zero.
    fn round_up(&mut self) {
        let Ok(finer) = usize::try_from(NANO - self.exponent) else {
            return;
        };
        if finer == 0 || self.digits.is_empty() {
            return;
        }
        let kept = self.digits.len().saturating_sub(finer);
        let rest = self.digits.split_off(kept);
        self.exponent = NANO;
        if rest.iter().all(|digit| *digit == 0) {
            return;
        }
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
    }

    /// Without the sign.
    fn magnitude(&self, other: &Self) -> Ordering {
        let size = |it: &Self| match it.digits.len() {
            0 => i64::MIN,
            length => i64::try_from(length).unwrap_or(i64::MAX) + it.exponent,
        };
        let significant = |it: &Self| {
            let zeros = it.digits.iter().rev().take_while(|digit| **digit == 0);
            let kept = it.digits.len() - zeros.count();
            it.digits.iter().copied().take(kept).collect::<Vec<u8>>()
        };
        size(self)
            .cmp(&size(other))
            .then_with(|| significant(self).cmp(&significant(other)))
    }

    pub(super) fn order(&self, other: &Self) -> Ordering {
        let sign = |it: &Self| match (it.digits.is_empty(), it.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude = self.magnitude(other);
        sign(self).cmp(&sign(other)).then(if self.negative {
            magnitude.reverse()
        } else {
            magnitude
        })
    }
}

/// What a suffix multiplies with: a power of ten, and a power of 1024.
fn suffix_of(suffix: &str) -> Option<(i64, u32)> {
    let decimal = [
        ("n", -9),
        ("u", -6),
        ("m", -3),
        ("", 0),
        ("k", 3),
        ("M", 6),
        ("G", 9),
        ("T", 12),
        ("P", 15),
        ("E", 18),
    ];
    if let Some((_, exponent)) = decimal.iter().find(|(known, _)| *known == suffix) {
        return Some((*exponent, 0));
    }
    let binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    if let Some(index) = binary.iter().position(|known| *known == suffix) {
        return Some((0, u32::try_from(index).ok()? + 1));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let written = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let exponent: i32 = exponent.parse().ok()?;
    written.then_some((exponent.into(), 0))
}

/// Reads a duration as Go writes it: `1h30m`, in nanoseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return Some(0);
    }
    let mut rest = unsigned;
    let mut total = 0_i128;
    while !rest.is_empty() || unsigned.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at_checked(end)?;
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        rest = after;
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if fraction.contains('.') || whole.len() + fraction.len() == 0 {
            return None;
        }
        if !whole.is_empty() {
            let whole: i128 = whole.parse().ok()?;
            total += whole.checked_mul(unit)?;
        }
        // Twenty digits of an hour are far below the nanosecond, which nothing is finer than.
        let fraction: String = fraction.chars().take(20).collect();
        if !fraction.is_empty() {
            let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            total += fraction.parse::<i128>().ok()?.checked_mul(unit)? / scale;
        }
        if total > 1 << 63 {
            return None;
        }
    }
    i64::try_from(if text.starts_with('-') { -total } else { total }).ok()
}

/// Reads a version: its three numbers, and its pre-release.
pub(super) fn version(text: &str) -> Option<([u64; 3], Vec<&str>)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = text.split_once('+').unwrap_or((text, "0"));
    let (core, pre) = match text.split_once('-') {
        Some((core, pre)) => (core, pre.split('.').collect()),
        None => (text, Vec::new()),
    };
    let identifier = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = |part: &str| numeric(part) && part.len() > 1 && part.starts_with('0');
    let good_pre = pre
        .iter()
        .all(|part| identifier(part) && !leading_zero(part));
    if !good_pre || !build.split('.').all(identifier) {
        return None;
    }
    let parts: Vec<&str> = core.split('.').collect();
    if parts.len() > 3
        || parts
            .iter()
            .any(|part| !numeric(part) || leading_zero(part))
    {
        return None;
    }
    let mut numbers = [0; 3];
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = part.parse().ok()?;
    }
    Some((numbers, pre))
}

/// The order of Semantic Versioning.
pub(super) fn version_order(a: &([u64; 3], Vec<&str>), b: &([u64; 3], Vec<&str>)) -> Ordering {
    let core = a.0.cmp(&b.0);
    // A release comes after its pre-releases.
    let released = a.1.is_empty().cmp(&b.1.is_empty());
    core.then(released).then_with(|| {
        let pairs = a.1.iter().zip(&b.1);
        let parts = pairs.map(|(a, b)| pre_release_order(a, b));
        parts
            .fold(Ordering::Equal, Ordering::then)
            .then(a.1.len().cmp(&b.1.len()))
    })
}

fn pre_release_order(a: &str, b: &str) -> Ordering {
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    match (number(a), number(b)) {
        // Without leading zeros the longer one is greater.
        (true, true) => a.len().cmp(&b.len()).then(a.cmp(b)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}

/// Reads a date, or an RFC 3339 time: nanoseconds since the year 0.
pub(super) fn date(text: &str) -> Option<i128> {
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let field = |text: Option<&str>, width: usize, range: std::ops::RangeInclusive<i128>| {
        let text = text.filter(|it| it.len() == width && it.bytes().all(|b| b.is_ascii_digit()))?;
        text.parse().ok().filter(|value| range.contains(value))
    };
    let mut parts = day.split('-');
    let year = field(parts.next(), 4, 0..=9999)?;
    let month = field(parts.next(), 2, 1..=12)?;
    let leap = |year: i128| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = |month: i128| match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day = field(parts.next(), 2, 1..=length(month))?;
    if parts.next().is_some() {
        return None;
    }
    let leap_days = (0..year).filter(|year| leap(*year)).count();
    let months: i128 = (1..month).map(length).sum();
    let days = year * 365 + i128::try_from(leap_days).ok()? + months + day - 1;
    let midnight = days * 86_400;
    let Some(time) = time else {
        return Some(midnight * 1_000_000_000);
    };
    let at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(at)?;
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = clock.split(':');
    let hour = field(parts.next(), 2, 0..=23)?;
    let minute = field(parts.next(), 2, 0..=59)?;
    let second = field(parts.next(), 2, 0..=59)?;
    if parts.next().is_some() {
        return None;
    }
    let nanos = match fraction {
        None => 0,
        Some(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            let nine: String = text.chars().chain("000000000".chars()).take(9).collect();
            nine.parse::<i128>().ok()?
        }
        Some(_) => return None,
    };
    let offset = if zone == "Z" {
        0
    } else {
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        let offset = field(Some(hours), 2, 0..=23)? * 3600 + field(Some(minutes), 2, 0..=59)? * 60;
        if zone.starts_with('-') {
            -offset
        } else {
            offset
        }
    };
    let seconds = midnight + hour * 3600 + minute * 60 + second - offset;
    Some(seconds * 1_000_000_000 + nanos)
}

/// Whether an address, or the whole of a block, lies in a block.
pub(super) fn within(address: &str, block: &str) -> bool {
    let Some((outer, length)) = network(block) else {
        return false;
    };
    let inner = match address.parse::<IpAddr>() {
        Ok(ip) => Some((bits(ip), u32::MAX)),
        Err(_) => network(address),
    };
    inner.is_some_and(|(inner, inner_length)| {
        inner.len() == outer.len()
            && inner_length >= length
            && inner
                .iter()
                .zip(&outer)
                .take(length as usize)
                .all(|(a, b)| a == b)
    })
}

/// The bits of an address, and how many of them count.
fn network(text: &str) -> Option<(Vec<bool>, u32)> {
    let (address, length) = text.split_once('/')?;
    let bits = bits(address.parse().ok()?);
    if length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let length: u32 = length.parse().ok()?;
    (length as usize <= bits.len()).then_some((bits, length))
}

fn bits(address: IpAddr) -> Vec<bool> {
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let bits = |byte: u8| (0..8).map(move |bit| byte & (0x80 >> bit) != 0);
    bytes.into_iter().flat_map(bits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let equal = [
            ("1Gi", "1024Mi"),
            ("1", "1000m"),
            ("0.1n", "1n"),
            ("-0.1n", "-1n"),
            ("8Ei", "9223372036854775807"),
            ("1e3", "1k"),
            ("0", "-0"),
            ("m", "0"),
            ("99999999.9999999999", "100M"),
        ];
        for (a, b) in equal {
            let (a, b) = (Amount::parse(a).unwrap(), Amount::parse(b).unwrap());
            assert_eq!(a.order(&b), Ordering::Equal, "{a:?} {b:?}");
        }
        for (a, b) in [
            ("-2", "-1"),
            ("-1", "0"),
            ("0", "1n"),
            ("9", "10"),
            ("1Ki", "1.1k"),
        ] {
            let (a, b) = (Amount::parse(a).unwrap(), Amount::parse(b).unwrap());
            assert_eq!(a.order(&b), Ordering::Less, "{a:?} {b:?}");
        }
        for text in ["", "1.2.3", "1K", "1e", "1e1.5", "Pi", "1 "] {
            assert!(Amount::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn durations() {
        let table = [
            ("1h30m", Some(5_400_000_000_000)),
            ("-1.5s", Some(-1_500_000_000)),
            ("0", Some(0)),
            (".5ms", Some(500_000)),
            ("1.23456789012s", Some(1_234_567_890)),
            ("1", None),
            ("", None),
            ("1d", None),
            ("s", None),
            ("2562048h", None),
        ];
        for (text, nanos) in table {
            assert_eq!(duration(text), nanos, "{text}");
        }
    }

    #[test]
    fn dates() {
        let second = |text| date(text).unwrap() / 1_000_000_000;
        assert_eq!(second("1970-01-02") - second("1970-01-01"), 86_400);
        assert_eq!(second("2000-03-01") - second("2000-02-01"), 29 * 86_400);
        assert_eq!(second("2027-01-31T02:00:00+02:00"), second("2027-01-31"));
        for text in [
            "2027-02-29",
            "2027-1-31",
            "2027-01-31T00:00",
            "2027-01-31T00:00:60Z",
        ] {
            assert!(date(text).is_none(), "{text}");
        }
    }

    #[test]
    fn blocks() {
        assert!(within("10.1.2.3", "10.0.0.0/8"));
        assert!(within("10.1.0.0/16", "10.0.0.0/8"));
        assert!(!within("10.0.0.0/7", "10.0.0.0/8"));
        assert!(!within("::ffff:10.0.0.1", "10.0.0.0/8"));
        assert!(within("2001:db8::1", "2001:db8::/32"));
    }
}
