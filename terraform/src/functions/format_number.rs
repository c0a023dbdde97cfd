//! Numbers as Go's `fmt` writes those of `math/big`.

use bigdecimal::num_bigint::{BigInt, Sign};

use crate::value::Number;

use super::format::Verb;

/// The precision of Terraform's numbers, in bits.
const PRECISION: u64 = 512;

/// `%d` and its like; none when the number is not whole.
pub(super) fn integer(verb: &Verb, letter: char, number: &Number) -> Option<String> {
    if !number.is_integer() {
        return None;
    }
    let magnitude: BigInt = number.absolute().to_string().parse().ok()?;
    let (radix, prefix) = match letter {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let prefix = if verb.sharp { prefix } else { "" };
    let mut digits = magnitude.to_str_radix(radix);
    if letter == 'X' {
        digits.make_ascii_uppercase();
    }
    let sign = sign(verb, number.is_negative());
    if digits == "0" && verb.precision == Some(0) {
        return Some(String::new());
    }
    let mut zeros = verb.precision.unwrap_or(0).saturating_sub(digits.len());
    let length = sign.len() + prefix.len() + zeros + digits.len();
    let missing = verb.width.saturating_sub(length);
    let (mut left, mut right) = (0, 0);
    if verb.minus {
        right = missing;
    } else if verb.zero && verb.precision.is_none() {
        zeros = missing;
    } else {
        left = missing;
    }
    let (left, right) = (" ".repeat(left), " ".repeat(right));
    let zeros = "0".repeat(zeros);
    Some(format!("{left}{sign}{prefix}{zeros}{digits}{right}"))
}

fn sign(verb: &Verb, negative: bool) -> &'static str {
    match (negative, verb.plus, verb.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

/// `%f` and its like.
pub(super) fn floating(verb: &Verb, letter: char, number: &Number) -> String {
    let mut decimal = Decimal::of(number);
    let written = match letter {
        'e' | 'E' => {
            let precision = verb.precision.unwrap_or(6);
            decimal.round(1 + precision as i64);
            decimal.scientific(precision, letter)
        }
        'f' => {
            let precision = verb.precision.unwrap_or(6);
            decimal.round(decimal.exponent + precision as i64);
            decimal.plain(precision)
        }
        letter => general(&mut decimal, verb.precision, letter),
    };
    let sign = sign(verb, number.is_negative());
    let missing = verb.width.saturating_sub(sign.len() + written.len());
    if verb.zero && !verb.minus {
        let zeros = "0".repeat(missing);
        format!("{sign}{zeros}{written}")
    } else if verb.minus {
        format!("{sign}{written}{}", " ".repeat(missing))
    } else {
        format!("{}{sign}{written}", " ".repeat(missing))
    }
}

fn general(decimal: &mut Decimal, precision: Option<usize>, letter: char) -> String {
    let mut most = match precision {
        // The shortest that reads back the same has all digits.
        None => decimal.digits.len(),
        Some(precision) => {
            let precision = precision.max(1);
            decimal.round(precision as i64);
            precision
        }
    };
    let length = decimal.digits.len();
    let limit = match precision {
        None => 6,
        Some(_) if most > length && length as i64 >= decimal.exponent => length,
        Some(_) => most,
    };
    let exponent = decimal.exponent - 1;
    if exponent < -4 || exponent >= limit as i64 {
        most = most.min(length);
        let letter = if letter == 'G' { 'E' } else { 'e' };
        return decimal.scientific(most.saturating_sub(1), letter);
    }
    if most as i64 > decimal.exponent {
        most = length;
    }
    let places = usize::try_from(most as i64 - decimal.exponent).unwrap_or(0);
    decimal.plain(places)
}

/// `0.d₁d₂…` times ten to the power of `exponent`, without its sign.
struct Decimal {
    /// Without zeros at either end; empty for zero.
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of(number: &Number) -> Self {
        let text = number.absolute().to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(part.bytes()).collect();
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        let mut decimal = Self {
            exponent: whole.len() as i64 - leading as i64,
            digits,
        };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.exponent = 0;
        }
    }

    /// Keeps as many digits.
    fn round(&mut self, keep: i64) {
        let Ok(keep) = usize::try_from(keep) else {
            *self = Self {
                digits: Vec::new(),
                exponent: 0,
            };
            return;
        };
        if keep >= self.digits.len() {
            return;
        }
        let up = self.rounds_up(keep);
        self.digits.truncate(keep);
        if up {
            while self.digits.last() == Some(&b'9') {
                self.digits.pop();
            }
            match self.digits.last_mut() {
                Some(digit) => *digit += 1,
                None => {
                    self.digits.push(b'1');
                    self.exponent += 1;
                }
            }
        }
        self.trim();
    }

    fn rounds_up(&self, keep: usize) -> bool {
        let next = self.digits.get(keep).copied().unwrap_or(b'0');
        if next != b'5' || keep + 1 < self.digits.len() {
            return next >= b'5';
        }
        // Just between both, but Terraform's binary number may not be.
        match self.binary_is_above() {
            Some(above) => above,
            None => {
                let before = keep.checked_sub(1).and_then(|last| self.digits.get(last));
                before.is_some_and(|digit| digit % 2 == 1)
            }
        }
    }

    /// Whether the binary number next to this one is greater; none when it is the same.
    fn binary_is_above(&self) -> Option<bool> {
        let places = self.digits.len() as i64 - self.exponent;
        let places = u32::try_from(places).ok()?;
        let digits = BigInt::parse_bytes(&self.digits, 10)?;
        let divisor = BigInt::from(10_u8).pow(places);
        let (bits, divisor_bits) = (digits.bits(), divisor.bits());
        // So that the quotient has the bits of a number, or one more.
        let shift = (PRECISION + divisor_bits + 1).saturating_sub(bits);
        let quotient = (&digits << shift) / &divisor;
        let extra = quotient.bits().saturating_sub(PRECISION);
        let divisor = divisor << extra;
        let rest = (&digits << shift) % &divisor;
        if rest.sign() == Sign::NoSign {
            return None;
        }
        Some(rest * 2_u8 > divisor)
    }

    fn digit(&self, index: i64) -> char {
        let digit = usize::try_from(index)
            .ok()
            .and_then(|index| self.digits.get(index));
        char::from(digit.copied().unwrap_or(b'0'))
    }

    fn plain(&self, places: usize) -> String {
        let mut text = String::new();
        if self.exponent > 0 {
            text.extend((0..self.exponent).map(|index| self.digit(index)));
        } else {
            text.push('0');
        }
        if places > 0 {
            text.push('.');
            let places = self.exponent..self.exponent + places as i64;
            text.extend(places.map(|index| self.digit(index)));
        }
        text
    }

    fn scientific(&self, places: usize, letter: char) -> String {
        let mut text = String::from(self.digit(0));
        if places > 0 {
            text.push('.');
            text.extend((1..=places as i64).map(|index| self.digit(index)));
        }
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.exponent - 1
        };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}{letter}{sign}{:02}", exponent.abs())
    }
}
