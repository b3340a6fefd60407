use chassis::config::{self, Settings};

use crate::config::OpenAi;

const KEY: &str = "retrieval.embedder";

/// What embeds new documents, and the queries for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The first that is there.
    Auto,
    /// Nothing, not even for a table that is attached.
    None,
    /// A server that speaks OpenAI's embeddings.
    OpenAi,
}

impl Choice {
    const ALL: [(&str, Self); 3] =
        [("auto", Self::Auto), ("none", Self::None), ("openai", Self::OpenAi)];

    /// Reads the setting; what is chosen by name must be able to serve.
    pub(super) fn read(
        settings: &Settings,
        openai: Option<&OpenAi>,
    ) -> Result<Self, config::Error> {
        let name: String = settings.section(KEY)?;
        let Some((_, choice)) = Self::ALL.iter().find(|(known, _)| *known == name) else {
            let names = Self::ALL.map(|(name, _)| name).join(", ");
            return Err(settings.refuse(KEY, "is not known", &format!("choose one of {names}")));
        };
        if *choice == Self::OpenAi && openai.is_none() {
            let what = "names openai, which has neither a key nor a base_url of its own";
            let remedy = "set retrieval.openai.api_key (OPENAI_API_KEY) or retrieval.openai.base_url, or choose auto";
            return Err(settings.refuse(KEY, what, remedy));
        }
        Ok(*choice)
    }
}
