use std::time::Duration;

/// How many characters a token has about, where the provider counts none.
const CHARS_PER_TOKEN: usize = 4;

/// What one call of a model took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Who served the call.
    pub provider: &'static str,
    /// The model that served it, as the provider names it.
    pub model: String,
    /// The tokens.
    pub tokens: Tokens,
    /// The price in US dollars; none where it is unknown.
    pub cost_usd: Option<f64>,
    /// Whether the tokens were estimated, since the provider did not count them.
    pub is_estimated: bool,
    /// From the request to the last byte.
    pub duration: Duration,
    /// The provider's own id of the request; may be empty.
    pub request_id: String,
}

/// Tokens, as providers count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read, cached ones included.
    pub input: u64,
    /// Written, reasoning ones included.
    pub output: u64,
    /// Read from the provider's cache.
    pub cached: u64,
    /// Spent on reasoning.
    pub reasoning: u64,
}

impl Tokens {
    /// About how many tokens these texts are.
    pub(crate) fn estimate<'a>(read: impl Iterator<Item = &'a str>, written: &str) -> Self {
        let input = read.map(|text| text.chars().count()).sum::<usize>();
        Self { input: tokens(input), output: tokens(written.chars().count()), ..Self::default() }
    }
}

fn tokens(chars: usize) -> u64 {
    u64::try_from(chars.div_ceil(CHARS_PER_TOKEN)).unwrap_or(u64::MAX)
}
