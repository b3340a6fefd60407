//! What a vector must be before it is compared with others.

use crate::Error;
use crate::embed::Vector;
use crate::error::Refused;

/// The vectors of so many texts, of length one.
///
/// # Errors
///
/// Too few or too many, several lengths or another than was expected, numbers that are not finite
/// and zeros are refused.
pub(super) fn checked(
    made: Vec<Vec<f32>>,
    texts: usize,
    expected: Option<u32>,
) -> Result<Vec<Vector>, Error> {
    if made.len() != texts {
        let what = format!("it made {} vectors of {texts} texts", made.len());
        return Err(Error::unusable(what));
    }
    let vectors: Vec<Vector> = made.into_iter().map(one).collect::<Result<_, _>>()?;
    if vectors.windows(2).any(|pair| pair[0].len() != pair[1].len()) {
        return Err(Error::unusable("it made vectors of several lengths"));
    }
    let makes = vectors.first().map(|vector| vector.len() as u64);
    if let (Some(makes), Some(expected)) = (makes, expected)
        && makes != u64::from(expected)
    {
        let why = format!(
            "it makes vectors of {makes} numbers, and {expected} were expected; check its model and dimensions in the settings"
        );
        return Err(Refused::Denied(why).into());
    }
    Ok(vectors)
}

/// A vector of length one, where the numbers make one.
fn one(numbers: Vec<f32>) -> Result<Vector, Error> {
    if numbers.is_empty() {
        return Err(Error::unusable("it made a vector without numbers"));
    }
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(Error::unusable("it made a vector that is not finite"));
    }
    if numbers.iter().all(|number| *number == 0.0) {
        return Err(Error::unusable("it made a vector of zeros"));
    }
    let squares = numbers.iter().map(|number| f64::from(*number) * f64::from(*number));
    let length = squares.sum::<f64>().sqrt();
    Ok(numbers.into_iter().map(|number| (f64::from(number) / length) as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_get_the_length_of_one() {
        let made = checked(vec![vec![3.0, 4.0], vec![-1e-30, 0.0]], 2, Some(2)).unwrap();
        assert_eq!(made, [Vector::from([0.6, 0.8]), Vector::from([-1.0, 0.0])]);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        for (made, texts, expected, said) in [
            (vec![vec![1.0]], 2, None, "1 vectors of 2 texts"),
            (vec![vec![1.0], vec![1.0]], 1, None, "2 vectors of 1 texts"),
            (vec![vec![]], 1, None, "without numbers"),
            (vec![vec![0.0, -0.0]], 1, None, "of zeros"),
            (vec![vec![f32::INFINITY]], 1, None, "not finite"),
            (vec![vec![f32::NAN, 1.0]], 1, None, "not finite"),
            (vec![vec![1.0], vec![1.0, 2.0]], 2, None, "of several lengths"),
            (vec![vec![1.0, 2.0]], 1, Some(3), "makes vectors of 2 numbers, and 3 were expected"),
        ] {
            let error = checked(made, texts, expected).unwrap_err().to_string();
            assert!(error.contains(said), "{said}: {error}");
        }
    }
}
