/// A setting of a collection that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} {rule}")]
pub struct Unfit {
    /// Which setting.
    pub path: String,
    /// What it must be.
    pub rule: String,
}
