//! One vector against many.
//!
//! The bodies are plain loops over blocks, which the compiler turns into the instructions of the level
//! that it compiles them for; a scan waits for memory, and nothing written by hand was quicker.

/// So many sums are kept side by side, so that none has to wait for the one before.
const LANES: usize = 16;

#[inline(always)]
pub(crate) fn scan(query: &[i16], rows: &[i8], products: &mut [i32]) {
    assert_eq!(rows.len(), query.len() * products.len(), "a row for each product");
    for (row, product) in rows.chunks_exact(query.len().max(1)).zip(products) {
        *product = product_of(query, row);
    }
}

#[inline(always)]
pub(crate) fn scan_at(query: &[i16], rows: &[i8], at: &[u32], products: &mut [i32]) {
    assert_eq!(at.len(), products.len(), "a place for each product");
    for (at, product) in at.iter().zip(products) {
        let start = *at as usize * query.len();
        *product = product_of(query, &rows[start..start + query.len()]);
    }
}

#[inline(always)]
fn product_of(query: &[i16], row: &[i8]) -> i32 {
    let (queries, query_rest) = query.as_chunks::<LANES>();
    let (rows, row_rest) = row.as_chunks::<LANES>();
    let mut sums = [0i32; LANES];
    for (query, row) in queries.iter().zip(rows) {
        for lane in 0..LANES {
            sums[lane] += i32::from(query[lane]) * i32::from(row[lane]);
        }
    }
    let rest = query_rest.iter().zip(row_rest);
    let rest = rest.map(|(query, row)| i32::from(*query) * i32::from(*row));
    sums.iter().sum::<i32>() + rest.sum::<i32>()
}

#[inline(always)]
pub(crate) fn differ(query: &[u64], rows: &[u64], distances: &mut [u32]) {
    assert_eq!(rows.len(), query.len() * distances.len(), "a row for each distance");
    for (row, distance) in rows.chunks_exact(query.len().max(1)).zip(distances) {
        *distance = query.iter().zip(row).map(|(query, row)| (query ^ row).count_ones()).sum();
    }
}

#[inline(always)]
pub(crate) fn dot<const FUSED: bool>(a: &[f32], b: &[f32]) -> f32 {
    let (a_blocks, a_rest) = a[..a.len().min(b.len())].as_chunks::<LANES>();
    let (b_blocks, b_rest) = b[..a.len().min(b.len())].as_chunks::<LANES>();
    let mut sums = [0f32; LANES];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] = match FUSED {
                true => a[lane].mul_add(b[lane], sums[lane]),
                false => sums[lane] + a[lane] * b[lane],
            };
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use crate::Path;

    /// Rows of some length that begin at any address, and a query.
    fn bytes() -> impl Strategy<Value = (Vec<i16>, Vec<i8>, usize)> {
        (1usize..200, 0usize..6, 0usize..64).prop_flat_map(|(length, rows, shift)| {
            (vec(-127i16..=127, length), vec(-127i8..=127, length * rows + shift), Just(shift))
        })
    }

    fn plain(query: &[i16], row: &[i8]) -> i32 {
        query.iter().zip(row).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    }

    proptest! {
        #[test]
        fn products_are_those_of_the_plain_loop((query, bytes, shift) in bytes()) {
            let rows = &bytes[shift..];
            let expected: Vec<i32> = rows.chunks_exact(query.len()).map(|row| plain(&query, row)).collect();
            let backwards: Vec<u32> = (0..expected.len() as u32).rev().collect();
            for path in Path::all() {
                let mut products = vec![0; expected.len()];
                path.scan(&query, rows, &mut products);
                prop_assert_eq!(&products, &expected);
                path.scan_at(&query, rows, &backwards, &mut products);
                products.reverse();
                prop_assert_eq!(&products, &expected);
            }
        }

        #[test]
        fn distances_are_those_of_the_plain_loop(query in vec(any::<u64>(), 1..20), more in vec(any::<u64>(), 0..100), shift in 0usize..8) {
            let rows = &more[shift.min(more.len())..];
            let rows = &rows[..rows.len() / query.len() * query.len()];
            let plain = |row: &[u64]| query.iter().zip(row).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
            let expected: Vec<u32> = rows.chunks_exact(query.len()).map(plain).collect();
            for path in Path::all() {
                let mut distances = vec![0; expected.len()];
                path.differ(&query, rows, &mut distances);
                prop_assert_eq!(&distances, &expected);
            }
        }

        #[test]
        fn the_product_of_floats_is_near_the_exact_one(a in vec(-1f32..1.0, 0..600), b in vec(-1f32..1.0, 0..600), shift in 0usize..16) {
            let (a, b) = (&a[shift.min(a.len())..], &b[shift.min(b.len())..]);
            let exact: f64 = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            for path in Path::all() {
                prop_assert!((f64::from(path.dot(a, b)) - exact).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn the_largest_products_fit() {
        let (query, row) = (vec![127; 65_536], vec![-127; 65_536]);
        let mut products = [0];
        Path::best().scan(&query, &row, &mut products);
        assert_eq!(products, [-127 * 127 * 65_536]);
    }

    #[test]
    fn nothing_is_nothing() {
        let path = Path::best();
        path.scan(&[], &[], &mut []);
        path.differ(&[1], &[], &mut []);
        assert_eq!(path.dot(&[], &[1.0]), 0.0);
    }
}
