use crate::product::fused;

/// How many numbers are looked at side by side; every width of rows is a multiple of it.
pub(crate) const LANES: usize = 8;

/// The natural exponential of a number that is not above 0; below -87 it stays at that of -87.
#[inline(always)]
fn exp<const FUSED: bool>(x: f32) -> f32 {
    /// Added to a number, it leaves the nearest whole number in the last bits.
    const ROUND: f32 = 12_582_912.0;
    /// The logarithm of two, in two parts of which the first has few digits.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// One over the factorials, from the seventh down.
    const TAYLOR: [f32; 7] =
        [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = fused::<FUSED>(x, std::f32::consts::LOG2_E, ROUND);
    let whole = shifted - ROUND;
    let rest = fused::<FUSED>(-whole, LN_2[1], fused::<FUSED>(-whole, LN_2[0], x));
    let mut sum = TAYLOR[0];
    for term in &TAYLOR[1..] {
        sum = fused::<FUSED>(sum, rest, *term);
    }
    let sum = fused::<FUSED>(sum, rest, 1.0);
    sum * f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()))
}

/// The error function's approximation 7.1.26 of Abramowitz and Stegun, wrong by 1.5e-7 at most.
#[inline(always)]
fn erf<const FUSED: bool>(x: f32) -> f32 {
    const TERMS: [f32; 4] = [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6];
    let size = x.abs();
    let t = 1.0 / fused::<FUSED>(size, 0.327_591_1, 1.0);
    let mut sum = 1.061_405_4;
    for term in TERMS {
        sum = fused::<FUSED>(sum, t, term);
    }
    fused::<FUSED>(-sum * t, exp::<FUSED>(-size * size), 1.0).copysign(x)
}

/// The Gaussian error linear unit, in its exact form.
#[inline(always)]
pub(crate) fn gelu<const FUSED: bool>(x: f32) -> f32 {
    let half = 0.5 * x;
    fused::<FUSED>(half, erf::<FUSED>(x * std::f32::consts::FRAC_1_SQRT_2), half)
}

/// See [`Path::soften`](crate::Path::soften).
#[inline(always)]
pub(crate) fn soften<const FUSED: bool>(rows: &mut [f32], width: usize) {
    for row in rows.chunks_exact_mut(width) {
        let row = row.as_chunks_mut::<LANES>().0;
        let mut most = [f32::MIN; LANES];
        for numbers in row.iter() {
            for (most, number) in most.iter_mut().zip(numbers) {
                *most = if *number > *most { *number } else { *most };
            }
        }
        let most = most.into_iter().fold(f32::MIN, f32::max);
        let mut sums = [0.0; LANES];
        for numbers in row.iter_mut() {
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *number = exp::<FUSED>(*number - most);
                *sum += *number;
            }
        }
        let scale = 1.0 / sums.iter().sum::<f32>();
        row.as_flattened_mut().iter_mut().for_each(|number| *number *= scale);
    }
}

#[cfg(test)]
mod tests {
    use super::{erf, exp, soften};

    #[test]
    fn the_exponential_is_right_to_the_last_digits() {
        for step in 0..8700 {
            let x = -(step as f32) / 100.0;
            let (is, should) = (f64::from(exp::<true>(x)), f64::from(x).exp());

            assert!((is / should - 1.0).abs() < 3e-7, "exp({x}) = {is}, not {should}");
        }
    }

    #[test]
    fn the_error_function_is_right_at_known_places() {
        for (x, should) in
            [(0.0, 0.0), (0.5, 0.520_499_9), (1.0, 0.842_700_8), (-2.0, -0.995_322_3), (9.0, 1.0)]
        {
            assert!((erf::<true>(x) - should).abs() < 5e-7, "erf({x})");
        }
    }

    #[test]
    fn what_lies_far_below_the_largest_counts_for_nothing() {
        let mut row = [f32::MIN; 16];
        (row[3], row[9]) = (80.0, 80.0);

        soften::<true>(&mut row, 16);

        assert!((row[3] - 0.5).abs() < 1e-6 && (row[9] - 0.5).abs() < 1e-6 && row[0] < 1e-30);
    }
}
