//! RFC 3339 dates and times.

/// An instant, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i128);

impl Date {
    /// Reads a date (`2027-01-31`, midnight UTC) or a time (`2027-01-31T12:00:00.5+02:00`); none
    /// when the text is neither.
    ///
    /// As Go reads RFC 3339: `T` and `Z` are capital, there are no leap seconds, and what is finer
    /// than a nanosecond is cut off.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader(text.as_bytes());
        let year = reader.number(4, 0..=9999)?;
        reader.byte(b'-')?;
        let month = reader.number(2, 1..=12)?;
        reader.byte(b'-')?;
        let day = reader.number(2, 1..=days_of_month(year, month))?;
        let midnight = days_since_epoch(year, month, day) * 86_400;
        if reader.0.is_empty() {
            return Some(Self::new(midnight, 0));
        }
        reader.byte(b'T')?;
        let hour = reader.number(2, 0..=23)?;
        reader.byte(b':')?;
        let minute = reader.number(2, 0..=59)?;
        reader.byte(b':')?;
        let second = reader.number(2, 0..=59)?;
        let nanos = match reader.byte(b'.') {
            Some(()) => reader.fraction()?,
            None => 0,
        };
        let offset = reader.offset()?;
        if !reader.0.is_empty() {
            return None;
        }
        let seconds = midnight + hour * 3_600 + minute * 60 + second - offset;
        Some(Self::new(seconds, nanos))
    }

    fn new(seconds: i64, nanos: i64) -> Self {
        Self(i128::from(seconds) * 1_000_000_000 + i128::from(nanos))
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_unix_nanos(self) -> i128 {
        self.0
    }
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self, expected: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == expected).then(|| self.0 = rest)
    }

    fn number(&mut self, digits: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let mut number = 0;
        for byte in head {
            if !byte.is_ascii_digit() {
                return None;
            }
            number = number * 10 + i64::from(byte & 15);
        }
        self.0 = rest;
        range.contains(&number).then_some(number)
    }

    fn fraction(&mut self) -> Option<i64> {
        let mut nanos = 0;
        let mut digits = 0_u32;
        while let Some((byte, rest)) = self.0.split_first()
            && byte.is_ascii_digit()
        {
            if digits < 9 {
                nanos = nanos * 10 + i64::from(byte & 15);
                digits += 1;
            }
            self.0 = rest;
        }
        (digits > 0).then(|| nanos * 10_i64.pow(9 - digits))
    }

    /// The distance to UTC in seconds.
    fn offset(&mut self) -> Option<i64> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        let sign = match first {
            b'Z' => return Some(0),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.number(2, 0..=23)?;
        self.byte(b':')?;
        let minutes = self.number(2, 0..=59)?;
        Some(sign * (hours * 3_600 + minutes * 60))
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01, by the proleptic Gregorian calendar; years are not negative.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years that start in March put the leap day last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
