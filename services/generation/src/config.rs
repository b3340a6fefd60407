use std::collections::HashMap;
use std::time::Duration;

use chassis::config::{self, Origin, Settings};
use chassis::http::{Retry, Target};
use chassis::secret::Secret;
use http::{HeaderValue, Uri};
use serde::Deserialize;

use crate::{Price, Prices};

/// Every setting of this crate, with its comment.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// Variables that people already have, and the settings they are for.
pub const USUAL: &[(&str, &str)] = &[
    ("OPENAI_API_KEY", "generation.openai.api_key"),
    ("OPENAI_BASE_URL", "generation.openai.base_url"),
    ("OPENAI_MODEL", "generation.openai.model"),
];

/// Which model writes, and what it costs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The longest that one call of a model may take.
    pub timeout: Duration,
    /// The provider; none where the passages must do.
    pub openai: Option<OpenAi>,
    /// What aliases mean.
    pub models: Models,
    /// What models cost.
    pub prices: Prices,
    /// How a call is repeated.
    pub retry: Retry,
}

/// A server that speaks OpenAI's chat completions.
#[derive(Clone, Debug, Deserialize)]
pub struct OpenAi {
    /// The key; empty where the server asks for none.
    pub api_key: Secret,
    /// What stands before `/chat/completions`.
    pub base_url: String,
    /// The model of every alias that names none.
    pub model: String,
    /// How the server calls the largest number of tokens to write.
    pub token_limit: TokenLimit,
}

/// How a server calls the largest number of tokens to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenLimit {
    /// As OpenAI at its own addresses, as most others elsewhere.
    Auto,
    /// As OpenAI.
    MaxCompletionTokens,
    /// As most others.
    MaxTokens,
}

/// Which models stand behind the flows' aliases; empty means the provider's default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Models {
    /// For steps where speed counts.
    pub fast: String,
    /// For steps where quality counts.
    pub strong: String,
}

impl Config {
    /// Reads the section `generation`, and refuses what no call could be made with.
    pub fn read(settings: &Settings) -> Result<Self, config::Error> {
        let config = Self {
            timeout: settings.section::<Timeout>("generation")?.timeout,
            openai: OpenAi::read(settings)?,
            models: settings.section("generation.models")?,
            prices: prices(settings)?,
            retry: Retry::read(settings, "generation.retry")?,
        };
        if config.timeout.is_zero() {
            let remedy = "set it to a duration such as \"90s\"";
            return Err(settings.refuse("generation.timeout", "leaves no time", remedy));
        }
        Ok(config)
    }
}

impl OpenAi {
    /// A key, or a base URL of one's own: some servers ask for no key.
    fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let openai: Self = settings.section("generation.openai")?;
        let is_own = *settings.origin("generation.openai.base_url") != Origin::Default;
        if openai.api_key.is_empty() && !is_own {
            return Ok(None);
        }
        let refuse = |key: &str, what, remedy| {
            Err(settings.refuse(&format!("generation.openai.{key}"), what, remedy))
        };
        if !Target::is_base(&openai.base_url) {
            let remedy = "write it as https://HOST/v1, without credentials and without a query";
            return refuse("base_url", "is no URL that /chat/completions can follow", remedy);
        }
        if openai.model.trim().is_empty() {
            return refuse("model", "is empty", "name a model that the server offers");
        }
        if HeaderValue::try_from(openai.api_key.expose()).is_err() {
            let remedy = "copy it again, without line breaks";
            return refuse("api_key", "holds characters that no key has", remedy);
        }
        Ok(Some(openai))
    }

    /// Where completions are asked for.
    pub(crate) fn url(&self) -> String {
        format!("{}/chat/completions", self.base_url.trim_end_matches('/'))
    }

    /// The name of the parameter that limits what is written.
    pub(crate) fn limit_parameter(&self) -> &'static str {
        let host = self.base_url.parse::<Uri>().ok();
        let host = host.as_ref().and_then(Uri::host).unwrap_or_default();
        let is_openai = ["openai.com", "azure.com"].iter().any(|domain| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        match self.token_limit {
            TokenLimit::MaxTokens => "max_tokens",
            TokenLimit::MaxCompletionTokens => "max_completion_tokens",
            TokenLimit::Auto if is_openai => "max_completion_tokens",
            TokenLimit::Auto => "max_tokens",
        }
    }
}

#[derive(Deserialize)]
struct Timeout {
    #[serde(with = "chassis::config::duration")]
    timeout: Duration,
}

fn prices(settings: &Settings) -> Result<Prices, config::Error> {
    let key = "generation.prices";
    let own: HashMap<String, Price> = settings.section(key)?;
    match own.iter().find(|(_, price)| !price.is_valid()) {
        Some((model, _)) => {
            let what = format!("has a price for {model:?} that is no number of dollars");
            Err(settings.refuse(key, &what, "write dollars per million tokens, 0 or more"))
        }
        None => Ok(Prices::with(own)),
    }
}
