use crate::activation::gelu;

/// Rows of numbers, `stride` apart, of which the first `depth` count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) rows: usize,
    pub(crate) depth: usize,
    pub(crate) stride: usize,
}

impl<'a> Matrix<'a> {
    /// Rows that lie side by side.
    pub(crate) fn of(values: &'a [f32], depth: usize) -> Self {
        Self { values, rows: values.len() / depth, depth, stride: depth }
    }
}

/// A matrix as products read it: panels of `width` columns, in which the numbers of a row lie side by
/// side; the last one is filled up with zeros.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub(crate) values: Vec<f32>,
    pub(crate) depth: usize,
    pub(crate) columns: usize,
    width: usize,
}

impl Packed {
    /// Takes the place of what was packed before, in the same memory.
    pub(crate) fn pack(
        &mut self,
        width: usize,
        (depth, columns): (usize, usize),
        at: impl Fn(usize, usize) -> f32,
    ) {
        (self.depth, self.columns, self.width) = (depth, columns, width);
        self.values.clear();
        self.values.resize(columns.div_ceil(width) * width * depth, 0.0);
        for (panel, first) in self.values.chunks_exact_mut(width * depth).zip((0..).step_by(width))
        {
            for (row, numbers) in panel.chunks_exact_mut(width).enumerate() {
                let last = columns.min(first + width);
                numbers.iter_mut().zip(first..last).for_each(|(to, column)| *to = at(row, column));
            }
        }
    }
}

/// What is done to each sum once it is complete.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then<'a> {
    /// Nothing.
    Keep,
    /// The number of its column is added.
    Add(&'a [f32]),
    /// The number of its column is added, and the sum goes through GELU.
    Gelu(&'a [f32]),
}

/// So much of a panel stays in the nearest cache while all rows pass it.
const DEPTH: usize = 384;

/// See [`Path::product`](crate::Path::product).
#[inline(always)]
pub(crate) fn product<const FUSED: bool, const ROWS: usize, const WIDTH: usize>(
    a: Matrix<'_>,
    b: &Packed,
    to: &mut [f32],
    stride: usize,
    then: Then<'_>,
) {
    debug_assert_eq!((b.width, b.depth), (WIDTH, a.depth));
    for from in (0..a.depth).step_by(DEPTH) {
        let until = a.depth.min(from + DEPTH);
        let then = (until == a.depth).then_some(then);
        for (panel, numbers) in b.values.chunks_exact(WIDTH * b.depth).enumerate() {
            let numbers = &numbers.as_chunks::<WIDTH>().0[from..until];
            let columns = panel * WIDTH..b.columns.min((panel + 1) * WIDTH);
            for first in (0..a.rows).step_by(ROWS) {
                let rows = std::array::from_fn(|row| {
                    // Rows past the last are computed again and dropped: cheaper than a case of their own.
                    let at = (first + row).min(a.rows - 1) * a.stride;
                    &a.values[at + from..at + until]
                });
                let count = ROWS.min(a.rows - first);
                let mut sums = [[0.0; WIDTH]; ROWS];
                let place = |row: usize| {
                    let at = (first + row) * stride;
                    at + columns.start..at + columns.end
                };
                if from > 0 {
                    for (row, sums) in sums.iter_mut().enumerate().take(count) {
                        sums[..columns.len()].copy_from_slice(&to[place(row)]);
                    }
                }
                tile::<FUSED, ROWS, WIDTH>(rows, numbers, &mut sums);
                for (row, sums) in sums.iter_mut().enumerate().take(count) {
                    finish::<FUSED, WIDTH>(sums, then, columns.clone());
                    to[place(row)].copy_from_slice(&sums[..columns.len()]);
                }
            }
        }
    }
}

/// The heart: `ROWS` by `WIDTH` sums that stay in registers while the depth is walked.
#[inline(always)]
fn tile<const FUSED: bool, const ROWS: usize, const WIDTH: usize>(
    rows: [&[f32]; ROWS],
    panel: &[[f32; WIDTH]],
    sums: &mut [[f32; WIDTH]; ROWS],
) {
    let rows = rows.map(|row| &row[..panel.len()]);
    let mut held = *sums;
    for (at, numbers) in panel.iter().enumerate() {
        for (held, row) in held.iter_mut().zip(rows) {
            for (held, number) in held.iter_mut().zip(numbers) {
                *held = fused::<FUSED>(row[at], *number, *held);
            }
        }
    }
    *sums = held;
}

/// `a` times `b` plus `c`: in one instruction where there is one.
#[inline(always)]
pub(crate) fn fused<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

#[inline(always)]
fn finish<const FUSED: bool, const WIDTH: usize>(
    sums: &mut [f32; WIDTH],
    then: Option<Then<'_>>,
    columns: std::ops::Range<usize>,
) {
    match then {
        None | Some(Then::Keep) => {}
        Some(Then::Add(bias)) => {
            sums.iter_mut().zip(&bias[columns]).for_each(|(sum, bias)| *sum += bias);
        }
        Some(Then::Gelu(bias)) => {
            sums.iter_mut().zip(&bias[columns]).for_each(|(sum, bias)| *sum += bias);
            sums.iter_mut().for_each(|sum| *sum = gelu::<FUSED>(*sum));
        }
    }
}
