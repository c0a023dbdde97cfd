//! Points in time with their offset from UTC, and durations, as Go reads them.

use std::fmt;

const SECOND: i128 = 1_000_000_000;

/// A point in time, as a clock at an offset shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    /// Seconds since 1970 in UTC.
    seconds: i64,
    /// Below a second.
    nanoseconds: i64,
    /// Minutes east of UTC.
    offset: i64,
}

impl Time {
    /// Reads `2006-01-02T15:04:05.999+07:00`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| format!("{text:?} is not a valid RFC 3339 timestamp"))
    }

    fn read(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(19)?;
        let (year, date) = digits(date, 4, 0..=9999)?;
        let (month, date) = digits(date.strip_prefix('-')?, 2, 1..=12)?;
        let (day, date) = digits(date.strip_prefix('-')?, 2, 1..=days_in(month, year))?;
        let (hour, date) = digits(date.strip_prefix('T')?, 2, 0..=23)?;
        let (minute, date) = digits(date.strip_prefix(':')?, 2, 0..=59)?;
        let (second, _) = digits(date.strip_prefix(':')?, 2, 0..=59)?;
        let (nanoseconds, zone) = fraction(rest)?;
        let offset = if zone == "Z" {
            0
        } else {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let (hours, zone) = digits(zone.strip_prefix(['+', '-'])?, 2, 0..=23)?;
            let (minutes, zone) = digits(zone.strip_prefix(':')?, 2, 0..=59)?;
            if !zone.is_empty() {
                return None;
            }
            sign * (hours * 60 + minutes)
        };
        let local = ((days_before(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
        Some(Self {
            seconds: local - offset * 60,
            nanoseconds,
            offset,
        })
    }

    /// Reads the timestamps of YAML, as far as Go does: `2006-1-2`, `2006-1-2T15:4:5Z`,
    /// `2006-1-2 15:4:5`.
    pub(super) fn parse_loosely(text: &str) -> Option<Self> {
        let (year, rest) = digits(text, 4, 0..=9999)?;
        let (month, rest) = short(rest.strip_prefix('-')?, 1..=12)?;
        let (day, rest) = short(rest.strip_prefix('-')?, 1..=days_in(month, year))?;
        let Some(clock) = rest.strip_prefix(['T', 't', ' ']) else {
            let midnight = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
            return Self::read(&midnight).filter(|_| rest.is_empty());
        };
        let (hour, clock) = short(clock, 0..=23)?;
        let (minute, clock) = short(clock.strip_prefix(':')?, 0..=59)?;
        let (second, clock) = short(clock.strip_prefix(':')?, 0..=59)?;
        let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
        let (fraction, zone) = clock.split_at_checked(end)?;
        let fraction = fraction.replace(',', ".");
        // With a space there is no zone, else there is one.
        let zone = match (rest.starts_with(' '), zone) {
            (true, "") => "Z",
            (false, zone) if !zone.is_empty() => zone,
            _ => return None,
        };
        Self::read(&format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"
        ))
    }

    /// The time after a duration in nanoseconds.
    pub(super) fn plus(&self, duration: i64) -> Self {
        let sum = self.nanoseconds() + i128::from(duration);
        Self {
            seconds: i64::try_from(sum.div_euclid(SECOND)).unwrap_or(i64::MAX),
            nanoseconds: i64::try_from(sum.rem_euclid(SECOND)).unwrap_or(0),
            offset: self.offset,
        }
    }

    /// Since 1970.
    pub(super) fn nanoseconds(&self) -> i128 {
        i128::from(self.seconds) * SECOND + i128::from(self.nanoseconds)
    }

    fn local(&self) -> i64 {
        self.seconds.saturating_add(self.offset * 60)
    }

    fn date(&self) -> (i64, i64, i64) {
        date_of(self.local().div_euclid(86_400))
    }

    pub(super) fn year(&self) -> i64 {
        self.date().0
    }

    pub(super) fn month(&self) -> i64 {
        self.date().1
    }

    pub(super) fn day(&self) -> i64 {
        self.date().2
    }

    /// From 0 for Sunday.
    pub(super) fn weekday(&self) -> i64 {
        // 1970 began on a Thursday.
        (self.local().div_euclid(86_400) + 4).rem_euclid(7)
    }

    pub(super) fn hour(&self) -> i64 {
        self.local().rem_euclid(86_400) / 3_600
    }

    pub(super) fn minute(&self) -> i64 {
        self.local().rem_euclid(3_600) / 60
    }

    pub(super) fn second(&self) -> i64 {
        self.local().rem_euclid(60)
    }

    /// The offset with a separator, or what stands for none.
    pub(super) fn zone(&self, utc: &str, separator: &str) -> String {
        if self.offset == 0 {
            return utc.to_owned();
        }
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }
}

/// As RFC 3339 without fractions of seconds.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let sign = if year < 0 { "-" } else { "" };
        write!(
            f,
            "{sign}{:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{}",
            year.abs(),
            self.hour(),
            self.minute(),
            self.second(),
            self.zone("Z", ":")
        )
    }
}

/// The number that as many digits are, if it is in range, and what follows.
fn digits(text: &str, length: usize, range: std::ops::RangeInclusive<i64>) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(length)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse().ok().filter(|value| range.contains(value))?;
    Some((value, rest))
}

/// A number of one digit or two.
fn short(text: &str, range: std::ops::RangeInclusive<i64>) -> Option<(i64, &str)> {
    digits(text, 2, range.clone()).or_else(|| digits(text, 1, range))
}

/// The nanoseconds of `.123`, of which digits past the ninth count for nothing, and what follows.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = digits.split_at_checked(end)?;
    if digits.is_empty() {
        return None;
    }
    let padded = digits.chars().chain(std::iter::repeat('0')).take(9);
    Some((padded.collect::<String>().parse().ok()?, rest))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to a date, by Howard Hinnant's algorithms for the Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The year, month and day that is as many days after 1970.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The nanoseconds of `1h30m`, `-1.5s`, `0`; none when it is no duration, or one of more than 292
/// years.
pub(super) fn duration(text: &str) -> Option<i64> {
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (whole, after) = rest.split_at_checked(end)?;
        let (decimals, after) = match after.strip_prefix('.') {
            None => ("", after),
            Some(after) => after.split_at_checked(after.find(|c: char| !c.is_ascii_digit())?)?,
        };
        if whole.is_empty() && decimals.is_empty() {
            return None;
        }
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        let unit = unit_in_nanoseconds(unit)?;
        if !whole.is_empty() {
            sum = sum.checked_add(whole.parse::<i128>().ok()?.checked_mul(unit)?)?;
        }
        sum += part(decimals, unit);
        rest = after;
    }
    i64::try_from(if negative { -sum } else { sum }).ok()
}

/// The part of a unit after the point; digits that no nanosecond has count for nothing.
fn part(decimals: &str, unit: i128) -> i128 {
    let (mut value, mut scale) = (0_i128, 1_i128);
    for digit in decimals.chars().take(18).filter_map(|c| c.to_digit(10)) {
        value = value * 10 + i128::from(digit);
        scale *= 10;
    }
    value * unit / scale
}

fn unit_in_nanoseconds(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3_600 * SECOND,
        _ => return None,
    })
}
