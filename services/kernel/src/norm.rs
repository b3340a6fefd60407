use crate::activation::LANES;

/// What rows are scaled by and moved to once their mean is 0 and their variance 1.
#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

/// Keeps a row of equal numbers from being divided by nothing.
const EPSILON: f32 = 1e-12;

/// See [`Path::norm`](crate::Path::norm).
#[inline(always)]
pub(crate) fn add_and_norm(rows: &mut [f32], add: &[f32], norm: &Norm) {
    let width = norm.weight.len();
    for (row, add) in rows.chunks_exact_mut(width).zip(add.chunks_exact(width)) {
        row.iter_mut().zip(add).for_each(|(number, add)| *number += add);
        let mean = sum(row, |number| number) / width as f32;
        let variance = sum(row, |number| (number - mean) * (number - mean)) / width as f32;
        let scale = 1.0 / (variance + EPSILON).sqrt();
        for ((number, weight), bias) in row.iter_mut().zip(&norm.weight).zip(&norm.bias) {
            *number = (*number - mean) * scale * weight + bias;
        }
    }
}

#[inline(always)]
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    for numbers in row.as_chunks::<LANES>().0 {
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum += of(*number);
        }
    }
    sums.iter().sum()
}
