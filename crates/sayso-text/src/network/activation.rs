//! Activation functions from additions, multiplications and one division, so that they are the same everywhere.

/// Numerator and denominator of the hyperbolic tangent, by the continued fraction's rational form of degree 7/6; the
/// error of the quotient stays below 3e-4. The denominator is between 1e5 and 1e7.
#[inline(always)]
#[must_use]
pub fn tanh_parts(x: f32) -> (f32, f32) {
    // Beyond 4.97 the quotient passes one.
    let x = x.clamp(-4.97, 4.97);
    let s = x * x;
    let p = x * (135_135.0 + s * (17_325.0 + s * (378.0 + s)));
    let q = 135_135.0 + s * (62_370.0 + s * (3_150.0 + s * 28.0));
    (p, q)
}

/// Numerator and denominator of the logistic function.
#[inline(always)]
#[must_use]
pub fn sigmoid_parts(x: f32) -> (f32, f32) {
    let (p, q) = tanh_parts(0.5 * x);
    (q + p, q + q)
}

/// Hyperbolic tangent.
#[inline(always)]
#[must_use]
pub fn tanh(x: f32) -> f32 {
    let (p, q) = tanh_parts(x);
    p / q
}

/// Logistic function.
#[inline(always)]
#[must_use]
pub fn sigmoid(x: f32) -> f32 {
    let (p, q) = sigmoid_parts(x);
    p / q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_the_real_ones() {
        for i in -2000..2000 {
            let x = i as f32 * 0.01;
            assert!((tanh(x) - x.tanh()).abs() < 3e-4, "{x}");
            assert!((sigmoid(x) - 1.0 / (1.0 + (-x).exp())).abs() < 3e-4, "{x}");
        }
    }
}
