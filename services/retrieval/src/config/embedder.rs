use chassis::config::{self, Settings};

use crate::Config;

const KEY: &str = "retrieval.embedder";

/// What embeds new documents, and the queries for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The first that is there.
    Auto,
    /// Nothing, not even for a table that is attached.
    None,
    /// The model whose files are on this machine.
    Local,
    /// A server that speaks OpenAI's embeddings.
    OpenAi,
    /// A server that speaks Cohere's embeddings.
    Cohere,
    /// A server of Text Embeddings Inference.
    Tei,
}

impl Choice {
    const ALL: [(&str, Self); 6] = [
        ("auto", Self::Auto),
        ("none", Self::None),
        ("local", Self::Local),
        ("openai", Self::OpenAi),
        ("cohere", Self::Cohere),
        ("tei", Self::Tei),
    ];

    /// The name of what is chosen, where it is one of them.
    pub(crate) fn name(self) -> Option<&'static str> {
        let is_named = self != Self::Auto && self != Self::None;
        let found = Self::ALL.iter().find(|(_, choice)| *choice == self && is_named);
        found.map(|(name, _)| *name)
    }

    pub(super) fn read(settings: &Settings) -> Result<Self, config::Error> {
        let name: String = settings.section(KEY)?;
        let Some((_, choice)) = Self::ALL.iter().find(|(known, _)| *known == name) else {
            let names = Self::ALL.map(|(name, _)| name).join(", ");
            return Err(settings.refuse(KEY, "is not known", &format!("choose one of {names}")));
        };
        Ok(*choice)
    }

    /// Refuses a choice that cannot serve as things are configured.
    pub(super) fn check(self, settings: &Settings, config: &Config) -> Result<(), config::Error> {
        let (is_there, what, remedy) = match self {
            Self::Auto | Self::None => return Ok(()),
            Self::Local if cfg!(not(feature = "local")) => {
                (false, "names local, which this program was built without", "choose another")
            }
            Self::Local => (
                config.model.is_some(),
                "names local, whose model is not on this machine",
                "run `make model`, name its folder in retrieval.model.dir, or choose auto",
            ),
            Self::OpenAi => (
                config.openai.is_some(),
                "names openai, which has neither a key nor a base_url of its own",
                "set retrieval.openai.api_key (OPENAI_API_KEY) or retrieval.openai.base_url, or choose auto",
            ),
            Self::Cohere => (
                config.cohere.is_some(),
                "names cohere, which has neither a key nor a base_url of its own",
                "set retrieval.cohere.api_key (COHERE_API_KEY), or choose auto",
            ),
            Self::Tei => (
                config.tei.is_some(),
                "names tei, which has no base_url",
                "set retrieval.tei.base_url and retrieval.tei.model, or choose auto",
            ),
        };
        if is_there { Ok(()) } else { Err(settings.refuse(KEY, what, remedy)) }
    }
}
