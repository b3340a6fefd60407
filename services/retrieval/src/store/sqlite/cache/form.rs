/// In which form vectors are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// A byte a number.
    #[default]
    Bytes,
    /// A bit a number, its sign.
    Signs,
}

/// What a vector takes beside its numbers: its part, its chunk, and when it came.
const BESIDE: usize = 20;

impl Form {
    /// The most exact one in which there is room for so many vectors.
    pub(super) fn fitting(most_bytes: usize, dimension: usize, vectors: usize) -> Option<Self> {
        [Self::Bytes, Self::Signs]
            .into_iter()
            .find(|form| form.bytes(dimension).saturating_mul(vectors) <= most_bytes)
    }

    /// How many bytes one vector takes.
    pub(super) fn bytes(self, dimension: usize) -> usize {
        match self {
            Self::Bytes => dimension + BESIDE,
            Self::Signs => dimension.div_ceil(64) * 8 + BESIDE,
        }
    }

    /// How many candidates are compared again, by their whole vectors.
    pub(super) fn keeps(self, limit: usize) -> usize {
        match self {
            Self::Bytes => limit.saturating_mul(2).max(40),
            Self::Signs => limit.saturating_mul(4).max(200),
        }
    }

    /// What an explanation calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bytes => "exact scan in memory",
            Self::Signs => "scan of signs in memory",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_as_exact_as_there_is_room() {
        assert_eq!(Form::fitting(404_000, 384, 1000), Some(Form::Bytes));
        assert_eq!(Form::fitting(403_999, 384, 1000), Some(Form::Signs));
        assert_eq!(Form::fitting(67_999, 384, 1000), None);
        assert_eq!(Form::fitting(0, 384, 0), Some(Form::Bytes));
    }
}
