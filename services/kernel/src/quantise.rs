//! Smaller forms of a vector.

/// Writes a vector as bytes, each a number of so many parts; answers how large a part is.
///
/// # Panics
///
/// Where `bytes` is shorter than the vector.
pub fn quantise(vector: &[f32], bytes: &mut [i8]) -> f32 {
    let largest = vector.iter().fold(0.0f32, |largest, number| largest.max(number.abs()));
    let part = largest / 127.0;
    let parts = if part > 0.0 { 1.0 / part } else { 0.0 };
    for (byte, number) in bytes[..vector.len()].iter_mut().zip(vector) {
        *byte = (number * parts).round() as i8;
    }
    part
}

/// Bytes as wider numbers, as [`Path::scan`](crate::Path::scan) wants its query.
pub fn widen(bytes: &[i8]) -> Vec<i16> {
    bytes.iter().map(|byte| i16::from(*byte)).collect()
}

/// The signs of a vector's numbers, 64 to a word; a bit is set where the number is not negative.
/// Words are filled up with zeros.
pub fn signs(vector: &[f32]) -> Vec<u64> {
    let word = |numbers: &[f32]| {
        let bits = numbers.iter().enumerate();
        bits.fold(0, |word, (at, number)| word | (u64::from(*number >= 0.0) << at))
    };
    vector.chunks(64).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_the_numbers_in_parts() {
        let mut bytes = [0; 4];
        let part = quantise(&[0.5, -1.27, 0.004, 0.0], &mut bytes);
        assert_eq!(bytes, [50, -127, 0, 0]);
        assert!((part - 0.01).abs() < 1e-6);
        assert_eq!((quantise(&[0.0, 0.0], &mut bytes), &bytes[..2]), (0.0, &[0, 0][..]));
    }

    #[test]
    fn signs_are_bits() {
        let mut vector = vec![-1.0; 65];
        (vector[0], vector[63], vector[64]) = (1.0, 0.0, 2.0);
        assert_eq!(signs(&vector), [1 | 1 << 63, 1]);
        assert_eq!(signs(&[]), Vec::<u64>::new());
    }
}
