//! Numbers: whole ones of 64 bits, exact, and doubles.

use std::cmp::Ordering;

/// A number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    /// Between the least `i64` and the greatest `u64`.
    Whole(i128),
    /// A finite double.
    Double(f64),
}

/// Below this every double without a fraction is a whole number that fits.
const EXACT: f64 = 1e37;

impl Number {
    /// The whole number, if it is one of 64 bits.
    pub(super) fn whole(value: i128) -> Option<Self> {
        (i128::from(i64::MIN)..=i128::from(u64::MAX))
            .contains(&value)
            .then_some(Self::Whole(value))
    }

    pub(super) fn double(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self::Double(value))
    }

    pub(super) fn of_json(number: &serde_json::Number) -> Option<Self> {
        if let Some(value) = number.as_i64() {
            return Some(Self::Whole(value.into()));
        }
        match number.as_u64() {
            Some(value) => Some(Self::Whole(value.into())),
            None => Self::double(number.as_f64()?),
        }
    }

    /// What a text spells in decimal.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if digits(unsigned)
            && let Some(whole) = text.parse().ok().and_then(Self::whole)
        {
            return Some(whole);
        }
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if [whole, fraction, exponent].into_iter().all(digits) {
            Self::double(text.parse().ok()?)
        } else {
            None
        }
    }

    pub(super) fn as_f64(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Double(value) => value,
        }
    }

    /// The value, if it has no fraction: `5.0` has none.
    pub(super) fn as_whole(self) -> Option<i128> {
        match self {
            Self::Whole(value) => Some(value),
            Self::Double(value) => {
                (value.fract() == 0.0 && value.abs() < EXACT).then_some(value as i128)
            }
        }
    }

    /// By value, without rounding either side.
    pub(super) fn order(self, other: Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.as_whole(), other.as_whole()) {
            return a.cmp(&b);
        }
        // One has a fraction, so that it is below 2^53 and its neighbours are exact; or it is past
        // all whole numbers.
        match (self, other) {
            (Self::Whole(a), Self::Double(b)) => whole_and_double(a, b),
            (Self::Double(a), Self::Whole(b)) => whole_and_double(b, a).reverse(),
            (a, b) => {
                let (a, b) = (a.as_f64(), b.as_f64());
                a.partial_cmp(&b).unwrap_or(Ordering::Equal)
            }
        }
    }

    /// As a message shows it.
    pub(super) fn text(self) -> String {
        match self {
            Self::Whole(value) => value.to_string(),
            Self::Double(value) if value != 0.0 && !(1e-6..1e21).contains(&value.abs()) => {
                format!("{value:e}")
            }
            Self::Double(value) => value.to_string(),
        }
    }
}

fn whole_and_double(whole: i128, double: f64) -> Ordering {
    if double.abs() >= EXACT {
        return if double < 0.0 {
            Ordering::Greater
        } else {
            Ordering::Less
        };
    }
    let floor = double.floor() as i128;
    // Equal floors: the double has a fraction on top.
    whole.cmp(&floor).then(Ordering::Less)
}

/// `+`, `-`, `*`, `/` or `%`; none where there is no such number.
pub(super) fn arithmetic(operator: &str, a: Number, b: Number) -> Option<Number> {
    if operator == "%" {
        return Number::whole(a.as_whole()?.checked_rem(b.as_whole()?)?);
    }
    if let (Number::Whole(a), Number::Whole(b)) = (a, b) {
        match operator {
            "+" => return Number::whole(a.checked_add(b)?),
            "-" => return Number::whole(a.checked_sub(b)?),
            "*" => return Number::whole(a.checked_mul(b)?),
            "/" if a.checked_rem(b)? == 0 => return Number::whole(a.checked_div(b)?),
            _ => {}
        }
    }
    let (a, b) = (a.as_f64(), b.as_f64());
    match operator {
        "+" => Number::double(a + b),
        "-" => Number::double(a - b),
        "*" => Number::double(a * b),
        "/" => Number::double(a / b),
        _ => None,
    }
}
