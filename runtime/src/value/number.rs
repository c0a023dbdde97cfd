//! Numbers, compared exactly.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A number: an integer between `i64::MIN` and `u64::MAX`, kept exactly, or a finite double.
///
/// Comparing is exact too, also between integers and doubles: `9007199254740993` is not
/// `9007199254740992.0`, and `5` equals `5.0`.
#[derive(Debug, Clone, Copy)]
pub struct Number(Repr);

#[derive(Debug, Clone, Copy)]
enum Repr {
    Int(i64),
    /// Past `i64::MAX` only, so that every integer has one form.
    UInt(u64),
    /// Never NaN, never infinite.
    Float(f64),
}

impl Number {
    /// The number `value`; none when it is NaN or infinite.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(Repr::Float(value)))
    }

    /// Whether it was written as an integer; `5.0` was not.
    #[must_use]
    pub fn is_integer(self) -> bool {
        match self.0 {
            Repr::Int(_) | Repr::UInt(_) => true,
            Repr::Float(_) => false,
        }
    }

    /// The number as an `i64`, when it is exactly one; `5.0` is.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Int(value) => Some(value),
            Repr::UInt(_) => None,
            Repr::Float(value) => i64::try_from(integral(value)?).ok(),
        }
    }

    /// The number as a `u64`, when it is exactly one; `5.0` is.
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        u64::try_from(self.as_i128()?).ok()
    }

    /// The number as an integer, when it is exactly one of less than 127 bits; `5.0` is.
    #[must_use]
    pub fn as_i128(self) -> Option<i128> {
        match self.0 {
            Repr::Int(value) => Some(value.into()),
            Repr::UInt(value) => Some(value.into()),
            Repr::Float(value) => integral(value),
        }
    }

    /// The nearest double.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Int(value) => value as f64,
            Repr::UInt(value) => value as f64,
            Repr::Float(value) => value,
        }
    }
}

/// 2^126, the bound below which a double is taken for an integer.
const INTEGRAL_LIMIT: f64 = 85_070_591_730_234_615_865_843_651_857_942_052_864.0;

fn integral(value: f64) -> Option<i128> {
    (value.fract() == 0.0 && value.abs() < INTEGRAL_LIMIT).then_some(value as i128)
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Int(value))
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self(Repr::Int(value.into()))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self(i64::try_from(value).map_or(Repr::UInt(value), Repr::Int))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
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
        match (self.0, other.0) {
            (Repr::Float(a), Repr::Float(b)) => float_order(a, b),
            (Repr::Float(a), Repr::Int(_) | Repr::UInt(_)) => {
                order(other.as_i128().unwrap_or_default(), a).reverse()
            }
            (Repr::Int(_) | Repr::UInt(_), Repr::Float(b)) => {
                order(self.as_i128().unwrap_or_default(), b)
            }
            (Repr::Int(_) | Repr::UInt(_), Repr::Int(_) | Repr::UInt(_)) => {
                self.as_i128().cmp(&other.as_i128())
            }
        }
    }
}

/// Orders two finite doubles; -0.0 equals 0.0.
fn float_order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// Orders an integer of 64 bits against a finite double without rounding either.
fn order(int: i128, float: f64) -> Ordering {
    match integral(float.floor()) {
        // Equal floors: the double is greater by what it has after the point.
        Some(floor) => int
            .cmp(&floor)
            .then_with(|| float_order(0.0, float - float.floor())),
        None => float_order(0.0, float),
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.as_i128() {
            Some(value) => value.hash(state),
            None => self.as_f64().to_bits().hash(state),
        }
    }
}

/// As JSON writes it: integers in full, doubles in the shortest form that reads back the same.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Int(value) => value.fmt(f),
            Repr::UInt(value) => value.fmt(f),
            Repr::Float(value) if value == 0.0 || (1e-6..1e21).contains(&value.abs()) => {
                write!(f, "{value}")
            }
            Repr::Float(value) => write!(f, "{value:e}"),
        }
    }
}
