//! Logarithm and power as Go's `math` package computes them.
//!
//! The functions of the standard library are those of the platform, and differ in the last digit
//! from platform to platform and from Go. A result such as `log(1000, 10)`, 2.9999999999999996, is
//! rounded to an index in configurations, so that the last digit matters.
//!
//! The logarithm is that of FreeBSD's `e_log.c`, the exponential that of Naoki Shibata's "Efficient
//! evaluation methods of elementary functions suitable for SIMD computation" as Go has it on
//! processors with fused multiplication; the power multiplies squares.

/// The natural logarithm.
pub(super) fn log(x: f64) -> f64 {
    const LN2_HI: f64 = 6.931_471_803_691_238e-1;
    const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;
    const L1: f64 = 6.666_666_666_666_735e-1;
    const L2: f64 = 3.999_999_999_940_942e-1;
    const L3: f64 = 2.857_142_874_366_239e-1;
    const L4: f64 = 2.222_219_843_214_978_4e-1;
    const L5: f64 = 1.818_357_216_161_805e-1;
    const L6: f64 = 1.531_383_769_920_937_3e-1;
    const L7: f64 = 1.479_819_860_511_658_6e-1;

    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut fraction, mut exponent) = frexp(x);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let f = fraction - 1.0;
    let k = f64::from(exponent);
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let t1 = s2 * (L1 + s4 * (L3 + s4 * (L5 + s4 * L7)));
    let t2 = s4 * (L2 + s4 * (L4 + s4 * L6));
    let r = t1 + t2;
    let half_square = 0.5 * f * f;
    k * LN2_HI - ((half_square - (s * (half_square + r) + k * LN2_LO)) - f)
}

/// The exponential, of an argument that is neither infinite nor large.
fn exp(x: f64) -> f64 {
    const LN2_HI: f64 = 0.693_147_180_559_663;
    const LN2_LO: f64 = 2.823_529_056_303_157_7e-13;
    const TAYLOR: [f64; 8] = [
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
    ];
    let exponent = (x * std::f64::consts::LOG2_E).round_ties_even();
    let x = (-exponent).mul_add(LN2_HI, x);
    let x = (-exponent).mul_add(LN2_LO, x) * 0.0625;
    let series = TAYLOR
        .iter()
        .fold(0.0_f64, |sum, term| sum.mul_add(x, *term));
    // exp(x) - 1 of a sixteenth; doubling the argument squares the exponential.
    let mut less_one = x * series;
    for _ in 0..3 {
        less_one *= less_one + 2.0;
    }
    let result = (less_one + 2.0).mul_add(less_one, 1.0);
    ldexp(result, exponent as i64)
}

/// `x` to the power of `y`.
pub(super) fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 {
        return power_of_zero(x, y);
    }
    if x.is_infinite() || y.is_infinite() {
        return x.powf(y);
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let whole = y.abs().trunc();
    let mut fraction = y.abs() - whole;
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9_223_372_036_854_775_808.0 {
        // So large a power is 0, 1 or infinite.
        return if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        };
    }
    power_of_finite(x, y, whole, &mut fraction)
}

fn power_of_zero(x: f64, y: f64) -> f64 {
    let odd = y.abs() < 9_007_199_254_740_992.0 && y % 2.0 != 0.0 && y.trunc() == y;
    match (y < 0.0, odd) {
        (true, true) => f64::INFINITY.copysign(x),
        (true, false) => f64::INFINITY,
        (false, true) => x,
        (false, false) => 0.0,
    }
}

fn power_of_finite(x: f64, y: f64, whole: f64, fraction: &mut f64) -> f64 {
    let mut whole = whole;
    // The result is `mantissa` times two to the power of `exponent`.
    let mut mantissa = 1.0_f64;
    let mut exponent = 0_i64;
    if *fraction != 0.0 {
        if *fraction > 0.5 {
            *fraction -= 1.0;
            whole += 1.0;
        }
        mantissa = exp(*fraction * log(x));
    }
    let (mut square, square_exponent) = frexp(x);
    let mut square_exponent = i64::from(square_exponent);
    let mut bits = whole as i64;
    while bits != 0 {
        if square_exponent.abs() > 1 << 12 {
            // Overflows or underflows.
            exponent += square_exponent;
            break;
        }
        if bits & 1 == 1 {
            mantissa *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        mantissa = 1.0 / mantissa;
        exponent = -exponent;
    }
    ldexp(mantissa, exponent)
}

/// `x` as a fraction in [0.5, 1) times a power of two.
fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (x, shift) = if x.abs() < f64::MIN_POSITIVE {
        (x * 4_503_599_627_370_496.0, -52)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1_022;
    let fraction = f64::from_bits((bits & !(0x7ff << 52)) | (1_022 << 52));
    (fraction, exponent + shift)
}

/// `fraction` times two to the power of `exponent`.
fn ldexp(fraction: f64, exponent: i64) -> f64 {
    if fraction == 0.0 || !fraction.is_finite() {
        return fraction;
    }
    let (fraction, own) = frexp(fraction);
    let exponent = exponent.saturating_add(i64::from(own));
    if exponent > 1_024 {
        return f64::INFINITY.copysign(fraction);
    }
    if exponent < -1_075 {
        return 0.0_f64.copysign(fraction);
    }
    // In two steps: either power of two is a double.
    let half = i32::try_from(exponent / 2).unwrap_or(0);
    let rest = i32::try_from(exponent).unwrap_or(0) - half;
    fraction * 2.0_f64.powi(half) * 2.0_f64.powi(rest)
}
