use std::collections::HashMap;

use serde::Deserialize;

use crate::Tokens;

const BUILT_IN: &str = include_str!("../prices.toml");
const MILLION: f64 = 1_000_000.0;
/// The length of what providers put behind a model's name, such as `-2025-04-14`.
const DATE: usize = 11;

/// What models cost.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Prices {
    /// When the built-in prices were compared with the published ones.
    pub version: String,
    /// The prices, by the model's name.
    pub models: HashMap<String, Price>,
}

/// What a model costs, in US dollars per million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Tokens read.
    pub input: f64,
    /// Tokens read from the provider's cache; what others cost where it is absent.
    pub cached: Option<f64>,
    /// Tokens written.
    pub output: f64,
}

impl Prices {
    /// The built-in table, with these prices added or put in place of others.
    pub fn with(own: HashMap<String, Price>) -> Self {
        let mut prices: Self = toml::from_str(BUILT_IN)
            .unwrap_or_else(|_| Self { version: String::new(), models: HashMap::new() });
        prices.models.extend(own);
        prices
    }

    /// What a call cost; none where the price of the model is unknown.
    ///
    /// The model that answered counts, else the one that was asked for. A date behind its name
    /// makes no difference.
    pub fn cost(&self, answered: &str, asked: &str, tokens: Tokens) -> Option<f64> {
        let names = [answered, undated(answered), asked, undated(asked)];
        let price = names.into_iter().find_map(|name| self.models.get(name))?;
        let cached = tokens.cached.min(tokens.input);
        let cached_price = price.cached.unwrap_or(price.input);
        let input = count(tokens.input - cached) * price.input + count(cached) * cached_price;
        Some((input + count(tokens.output) * price.output) / MILLION)
    }
}

impl Price {
    /// Whether every number in it can be a price.
    pub(crate) fn is_valid(&self) -> bool {
        let prices = [self.input, self.output, self.cached.unwrap_or(0.0)];
        prices.into_iter().all(|price| price.is_finite() && price >= 0.0)
    }
}

#[allow(clippy::cast_precision_loss, reason = "nobody uses 2^53 tokens")]
fn count(tokens: u64) -> f64 {
    tokens as f64
}

fn undated(model: &str) -> &str {
    let split = model.len().checked_sub(DATE).and_then(|at| model.split_at_checked(at));
    let is_date = |date: &str| {
        date.starts_with('-') && date.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
    };
    split.filter(|(_, date)| is_date(date)).map_or(model, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: Tokens =
        Tokens { input: 1_000_000, output: 100_000, cached: 500_000, reasoning: 0 };

    #[test]
    fn cached_tokens_cost_less_and_a_date_makes_no_difference() {
        let prices = Prices::with(HashMap::new());
        assert_eq!(prices.cost("gpt-4.1-mini-2025-04-14", "", TOKENS), Some(0.41));
        assert_eq!(prices.cost("gpt-4.1-mini", "", TOKENS), Some(0.41));
    }

    #[test]
    fn an_unknown_price_is_none() {
        assert_eq!(Prices::with(HashMap::new()).cost("llama", "gpt-oss", TOKENS), None);
    }

    #[test]
    fn own_prices_come_first() {
        let own = Price { input: 1.0, cached: None, output: 2.0 };
        let prices =
            Prices::with(HashMap::from([("gpt-4.1".to_owned(), own), ("llama".to_owned(), own)]));
        assert_eq!(prices.cost("gpt-4.1", "", TOKENS), Some(1.2));
        assert_eq!(prices.cost("served-as", "llama", TOKENS), Some(1.2));
    }
}
