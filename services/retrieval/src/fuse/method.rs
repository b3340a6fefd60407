/// How a place in a ranking is valued, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    /// By the place alone: scores of different legs need not be comparable.
    ReciprocalRank {
        /// How slowly a place loses worth.
        k: f64,
    },
    /// By the score, as a share of the ranking's best.
    WeightedSum,
}

/// The usual constant, and no value in its neighbourhood is better.
const USUAL_K: f64 = 60.0;

impl Default for Method {
    fn default() -> Self {
        Self::ReciprocalRank { k: USUAL_K }
    }
}

impl Method {
    /// What a hit is worth that has this place and score in a ranking with this best score.
    pub(super) fn worth(self, rank: u32, score: f64, best: f64) -> f64 {
        match self {
            Self::ReciprocalRank { k } => (k + 1.0) / (k + f64::from(rank)),
            // Distances told as negative scores have no share of a best one: their places count.
            Self::WeightedSum if best <= 0.0 => Self::default().worth(rank, score, best),
            Self::WeightedSum => (score / best).clamp(0.0, 1.0),
        }
    }
}
