//! Numbers: integers of 64 bits as such, everything else as a decimal.
//!
//! Terraform computes with binary floats of 512 bits and writes them in decimal. Decimals of
//! [`DIGITS`] digits give the same text wherever a person would write the number down: `0.1 + 0.2`
//! is `0.3`, `10 / 3 * 3` is `10`, text of a hundred digits is kept. The last digits of a fraction
//! such as `1 / 3` differ from Terraform's.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, Zero};

/// How many digits the result of an operation keeps, about what 512 bits hold.
const DIGITS: u64 = 150;

/// How many digits a quotient has, more than [`DIGITS`].
const QUOTIENT_DIGITS: u64 = 160;

/// The largest power of ten, and the smallest: a number is written in full, so that `1e999999999`
/// must not be one.
const MAX_EXPONENT: i64 = 1_000;

/// A number.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    Int(i64),
    /// Never an integer that an `i64` holds, so that every number has one form; normalized.
    Decimal(Arc<BigDecimal>),
}

/// Why there is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// The text is no number.
    Malformed,
    /// It is too large or too small.
    Range,
    /// Division by zero.
    Division,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "no number",
            Self::Range => "number that is too large or too small",
            Self::Division => "division by zero",
        })
    }
}

impl Number {
    fn new(decimal: BigDecimal) -> Result<Self, NumberError> {
        let (_, scale) = decimal.as_bigint_and_exponent();
        let digits = i64::try_from(decimal.digits()).unwrap_or(i64::MAX);
        // The power of ten of the first digit, and of the last.
        if digits.saturating_sub(scale) > MAX_EXPONENT || scale > MAX_EXPONENT.saturating_mul(2) {
            return Err(NumberError::Range);
        }
        if decimal.is_integer()
            && let Ok(value) = i64::from_str(&decimal.with_scale(0).to_plain_string())
        {
            return Ok(Self(Repr::Int(value)));
        }
        Ok(Self(Repr::Decimal(Arc::new(decimal.normalized()))))
    }

    fn rounded(decimal: BigDecimal) -> Result<Self, NumberError> {
        if decimal.digits() > DIGITS {
            Self::new(decimal.with_prec(DIGITS))
        } else {
            Self::new(decimal)
        }
    }

    /// The number a decimal text is, as `tonumber` reads it: `-12`, `1.50`, `1e3`; no spaces, no
    /// hexadecimal.
    ///
    /// # Errors
    ///
    /// When the text is no number, or one out of range.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
            || !digits.bytes().all(|byte| {
                byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')
            })
        {
            return Err(NumberError::Malformed);
        }
        if let Ok(value) = text.parse::<i64>() {
            return Ok(Self(Repr::Int(value)));
        }
        if text.len() > 2_000 {
            return Err(NumberError::Range);
        }
        let decimal = BigDecimal::from_str(text).map_err(|_| NumberError::Malformed)?;
        Self::rounded(decimal)
    }

    /// The number nearest to a double, as its shortest decimal text has it.
    ///
    /// # Errors
    ///
    /// When it is infinite or no number.
    pub fn from_f64(value: f64) -> Result<Self, NumberError> {
        if value.is_finite() {
            Self::parse(&format!("{value:e}"))
        } else {
            Err(NumberError::Range)
        }
    }

    fn decimal(&self) -> BigDecimal {
        match &self.0 {
            Repr::Int(value) => BigDecimal::from(*value),
            Repr::Decimal(value) => BigDecimal::clone(value),
        }
    }

    /// The number as an `i64`, when it is exactly one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(value) => Some(value),
            Repr::Decimal(_) => None,
        }
    }

    /// The nearest double.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(value) => *value as f64,
            Repr::Decimal(value) => value.to_scientific_notation().parse().unwrap_or(0.0),
        }
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Int(_) => true,
            Repr::Decimal(value) => value.is_integer(),
        }
    }

    /// Whether it is less than zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        *self < Self::from(0_i64)
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// When the result is out of range; so for the other operations.
    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        match self.small(other).and_then(|(a, b)| a.checked_add(b)) {
            Some(sum) => Ok(sum.into()),
            None => Self::rounded(self.decimal() + other.decimal()),
        }
    }

    /// The difference.
    ///
    /// # Errors
    ///
    /// When the result is out of range.
    pub fn subtract(&self, other: &Self) -> Result<Self, NumberError> {
        match self.small(other).and_then(|(a, b)| a.checked_sub(b)) {
            Some(difference) => Ok(difference.into()),
            None => Self::rounded(self.decimal() - other.decimal()),
        }
    }

    /// The product.
    ///
    /// # Errors
    ///
    /// When the result is out of range.
    pub fn multiply(&self, other: &Self) -> Result<Self, NumberError> {
        match self.small(other).and_then(|(a, b)| a.checked_mul(b)) {
            Some(product) => Ok(product.into()),
            None => Self::rounded(self.decimal() * other.decimal()),
        }
    }

    /// The quotient.
    ///
    /// # Errors
    ///
    /// On a division by zero (Terraform has an infinity here, which no attribute can take), or
    /// when the result is out of range.
    pub fn divide(&self, other: &Self) -> Result<Self, NumberError> {
        if let Some((a, b)) = self.small(other)
            && let Some(0) = a.checked_rem(b)
            && let Some(quotient) = a.checked_div(b)
        {
            return Ok(quotient.into());
        }
        let divisor = other.decimal();
        if divisor.is_zero() {
            return Err(NumberError::Division);
        }
        let dividend = self.decimal();
        // The crate's own division stops at a hundred digits.
        let wanted = QUOTIENT_DIGITS.saturating_add(divisor.digits());
        let shift = wanted.saturating_sub(dividend.digits());
        let (dividend, dividend_scale) = dividend.into_bigint_and_exponent();
        let (divisor, divisor_scale) = divisor.into_bigint_and_exponent();
        let power = BigInt::from(10_u8).pow(u32::try_from(shift).unwrap_or(0));
        let scale = dividend_scale
            .saturating_sub(divisor_scale)
            .saturating_add(i64::try_from(shift).unwrap_or(0));
        // Not rounded: the digits past those of other results make `10 / 3 * 3` be `10`.
        Self::new(BigDecimal::new(dividend * power / divisor, scale))
    }

    /// The remainder with the sign of the dividend; the dividend itself when the divisor is zero,
    /// as Terraform has it.
    ///
    /// # Errors
    ///
    /// When the result is out of range.
    pub fn remainder(&self, other: &Self) -> Result<Self, NumberError> {
        if let Some((a, b)) = self.small(other) {
            return Ok(if b == 0 {
                a
            } else {
                a.checked_rem(b).unwrap_or(0)
            }
            .into());
        }
        let divisor = other.decimal();
        if divisor.is_zero() {
            return Ok(self.clone());
        }
        Self::rounded(self.decimal() % divisor)
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(&self) -> Self {
        if let Repr::Int(value) = self.0
            && let Some(value) = value.checked_neg()
        {
            return value.into();
        }
        Self::new(-self.decimal()).unwrap_or_else(|_| self.clone())
    }

    /// The number without its sign.
    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_negative() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// The greatest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.whole(RoundingMode::Floor)
    }

    /// The least whole number that is not below it.
    #[must_use]
    pub fn ceiling(&self) -> Self {
        self.whole(RoundingMode::Ceiling)
    }

    /// The whole number next to it in the direction of zero.
    #[must_use]
    pub fn truncate(&self) -> Self {
        self.whole(RoundingMode::Down)
    }

    fn whole(&self, mode: RoundingMode) -> Self {
        match &self.0 {
            Repr::Int(_) => self.clone(),
            Repr::Decimal(value) => {
                Self::new(value.with_scale_round(0, mode)).unwrap_or_else(|_| self.clone())
            }
        }
    }

    fn small(&self, other: &Self) -> Option<(i64, i64)> {
        Some((self.as_i64()?, other.as_i64()?))
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Int(value))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        match i64::try_from(value) {
            Ok(value) => value.into(),
            Err(_) => Self(Repr::Decimal(Arc::new(
                BigDecimal::from(value).normalized(),
            ))),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(b),
            (Repr::Decimal(a), Repr::Decimal(b)) => a.cmp(b),
            (Repr::Int(_), Repr::Decimal(_)) | (Repr::Decimal(_), Repr::Int(_)) => {
                self.decimal().cmp(&other.decimal())
            }
        }
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Int(value) => value.hash(state),
            Repr::Decimal(value) => value.hash(state),
        }
    }
}

/// As Terraform writes it in text: in full, without exponent and trailing zeros.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(value) => value.fmt(f),
            Repr::Decimal(value) => f.write_str(&value.to_plain_string()),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
