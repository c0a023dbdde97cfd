//! Kubernetes quantities, read as `k8s.io/apimachinery/pkg/api/resource.ParseQuantity` reads them.

use std::cmp::Ordering;

/// An amount such as `2Gi`, `500m` or `1.5e3`, exact to the nano.
///
/// As in Kubernetes, what is finer than a nano is rounded up (away from zero), and amounts with a
/// binary suffix stop at 2^63-1; others have no bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity(Amount);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Amount {
    /// Nanos. Whatever fits is in this form.
    Small(i128),
    /// `digits` times ten to the `exponent`, in nanos; no zero at either end of `digits`.
    Large {
        negative: bool,
        digits: Vec<u8>,
        exponent: i64,
    },
}

/// Digits that surely fit `u128`.
const FITTING_DIGITS: usize = 38;

/// The greatest amount with a binary suffix, in nanos.
const BINARY_LIMIT: i128 = i64::MAX as i128 * 1_000_000_000;

impl Quantity {
    /// Reads a text; none when it is no quantity.
    ///
    /// Two oddities of Kubernetes are kept: a text without any digit (`m`, `-`, `.`) is zero as
    /// long as its suffix is small, and a lone `E` is *exa* while `E3` is an exponent. An exponent
    /// that does not fit 32 bits is refused; Kubernetes lets it wrap around.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, rest) = leading_digits(unsigned);
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), leading_digits);
        let suffix = Suffix::parse(suffix)?;
        if whole.is_empty() && fraction.is_empty() {
            // The reader's fast path takes no digits for a zero, its slow path refuses them.
            let fast = match suffix {
                Suffix::Decimal(exponent) => exponent >= -9,
                Suffix::Binary(exponent) => exponent <= 40,
            };
            return fast.then_some(Self(Amount::Small(0)));
        }
        let magnitude = match suffix {
            Suffix::Decimal(exponent) => nanos(whole, fraction, 1, exponent),
            Suffix::Binary(exponent) => {
                nanos(whole, fraction, 1 << exponent, 0).at_most(BINARY_LIMIT)
            }
        };
        Some(Self(if negative {
            magnitude.negated()
        } else {
            magnitude
        }))
    }

    /// A whole number.
    #[must_use]
    pub fn from_integer(value: i64) -> Self {
        Self(Amount::Small(i128::from(value) * 1_000_000_000))
    }

    /// A number, in its shortest decimal form; none when it is not finite.
    #[must_use]
    pub fn from_float(value: f64) -> Option<Self> {
        Self::parse(&format!("{value:e}"))
    }

    /// The amount, when it is a whole number of less than 97 bits.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        match self.0 {
            Amount::Small(nanos) => (nanos % 1_000_000_000 == 0).then_some(nanos / 1_000_000_000),
            Amount::Large { .. } => None,
        }
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Amount::Small(a), Amount::Small(b)) => a.cmp(b),
            (Amount::Small(_), Amount::Large { negative, .. }) => sign_order(*negative).reverse(),
            (Amount::Large { negative, .. }, Amount::Small(_)) => sign_order(*negative),
            (
                Amount::Large {
                    negative: a_negative,
                    digits: a_digits,
                    exponent: a_exponent,
                },
                Amount::Large {
                    negative: b_negative,
                    digits: b_digits,
                    exponent: b_exponent,
                },
            ) => {
                let places = |digits: &[u8], exponent: i64| {
                    i64::try_from(digits.len()).map_or(i64::MAX, |n| n.saturating_add(exponent))
                };
                let magnitude = places(a_digits, *a_exponent)
                    .cmp(&places(b_digits, *b_exponent))
                    .then_with(|| a_digits.cmp(b_digits));
                match (a_negative, b_negative) {
                    (false, false) => magnitude,
                    (true, true) => magnitude.reverse(),
                    (false, true) | (true, false) => sign_order(*a_negative),
                }
            }
        }
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How something huge of this sign stands to everything else.
fn sign_order(negative: bool) -> Ordering {
    if negative {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

impl Amount {
    fn negated(self) -> Self {
        match self {
            Self::Small(nanos) => Self::Small(-nanos),
            Self::Large {
                negative,
                digits,
                exponent,
            } => Self::Large {
                negative: !negative,
                digits,
                exponent,
            },
        }
    }

    fn at_most(self, limit: i128) -> Self {
        match self {
            Self::Small(nanos) => Self::Small(nanos.min(limit)),
            Self::Large { .. } => Self::Small(limit),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Suffix {
    /// Ten to this.
    Decimal(i32),
    /// Two to this.
    Binary(u32),
}

impl Suffix {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "n" => Self::Decimal(-9),
            "u" => Self::Decimal(-6),
            "m" => Self::Decimal(-3),
            "" => Self::Decimal(0),
            "k" => Self::Decimal(3),
            "M" => Self::Decimal(6),
            "G" => Self::Decimal(9),
            "T" => Self::Decimal(12),
            "P" => Self::Decimal(15),
            "E" => Self::Decimal(18),
            "Ki" => Self::Binary(10),
            "Mi" => Self::Binary(20),
            "Gi" => Self::Binary(30),
            "Ti" => Self::Binary(40),
            "Pi" => Self::Binary(50),
            "Ei" => Self::Binary(60),
            other => Self::Decimal(other.strip_prefix(['e', 'E'])?.parse().ok()?),
        })
    }
}

/// The digits at the start, and the rest.
fn leading_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

/// `whole.fraction` times `factor` times ten to the `exponent`, in nanos, rounded up.
fn nanos(whole: &str, fraction: &str, factor: u128, exponent: i32) -> Amount {
    let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let shift = (i64::from(exponent) + 9).saturating_sub(places);
    let digits = whole.bytes().chain(fraction.bytes()).map(|byte| byte & 15);
    if whole.len() + fraction.len() <= FITTING_DIGITS {
        let mantissa = digits.clone().fold(0, push_digit);
        if let Some(product) = mantissa.checked_mul(factor)
            && let Some(nanos) = shifted(product, shift)
        {
            return Amount::Small(nanos);
        }
    }
    shifted_digits(product(digits, factor), shift)
}

fn push_digit(number: u128, digit: u8) -> u128 {
    number * 10 + u128::from(digit)
}

/// `number` times ten to the `shift`, rounded up; none when it is too large.
fn shifted(number: u128, shift: i64) -> Option<i128> {
    if number == 0 {
        return Some(0);
    }
    let power = u32::try_from(shift.unsigned_abs())
        .ok()
        .and_then(|places| 10_u128.checked_pow(places));
    let result = match (shift >= 0, power) {
        (true, Some(power)) => number.checked_mul(power)?,
        (true, None) => return None,
        (false, Some(power)) => number.div_ceil(power),
        (false, None) => 1,
    };
    i128::try_from(result).ok()
}

/// The digits of a number times `factor`, the lowest first.
fn product(digits: impl DoubleEndedIterator<Item = u8>, factor: u128) -> Vec<u8> {
    let mut out = Vec::new();
    let mut carry = 0_u128;
    for digit in digits.rev() {
        carry += u128::from(digit) * factor;
        out.push((carry % 10) as u8);
        carry /= 10;
    }
    while carry > 0 {
        out.push((carry % 10) as u8);
        carry /= 10;
    }
    out
}

/// The number of these digits (the lowest first) times ten to the `shift`, rounded up.
fn shifted_digits(mut digits: Vec<u8>, shift: i64) -> Amount {
    while digits.last() == Some(&0) {
        digits.pop();
    }
    if digits.is_empty() {
        return Amount::Small(0);
    }
    if shift < 0 {
        let dropped = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
        let round = digits.iter().take(dropped).any(|digit| *digit != 0);
        digits.drain(..dropped.min(digits.len()));
        if round {
            increment(&mut digits);
        }
    }
    let mut exponent = shift.max(0);
    if digits.len() <= FITTING_DIGITS {
        let number = digits.iter().rev().copied().fold(0, push_digit);
        if let Some(nanos) = shifted(number, exponent) {
            return Amount::Small(nanos);
        }
    }
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.drain(..zeros);
    digits.reverse();
    exponent = exponent.saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX));
    Amount::Large {
        negative: false,
        digits,
        exponent,
    }
}

/// Adds one to the number of these digits, the lowest first.
fn increment(digits: &mut Vec<u8>) {
    for digit in &mut *digits {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    digits.push(1);
}
