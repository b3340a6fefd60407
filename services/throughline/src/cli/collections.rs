use clap::{Args, Subcommand, ValueEnum};

/// What to do with collections.
#[derive(Debug, Subcommand)]
pub(crate) enum Collections {
    /// List collections, in the order of their names
    List,
    /// Show one: its statistics, its space and its settings
    Show {
        /// The collection
        collection: String,
    },
    /// Make an empty one
    Create {
        /// Its name
        collection: String,
        #[command(flatten)]
        said: Said,
    },
    /// Change what one is for, or how it is treated; what is not named stays as it is
    Update {
        /// The collection
        collection: String,
        #[command(flatten)]
        said: Said,
        /// Leave a setting to the server's configuration again, such as chunking; can be repeated
        #[arg(long, value_name = "SETTING")]
        reset: Vec<String>,
    },
    /// Delete one with everything in it
    Delete {
        /// The collection
        collection: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// What can be said of a collection.
#[derive(Debug, Args)]
pub(crate) struct Said {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// The most tokens of a chunk
    #[arg(long, value_name = "N")]
    pub(crate) chunk_tokens: Option<u32>,
    /// The most tokens that a chunk repeats of the one before
    #[arg(long, value_name = "N")]
    pub(crate) chunk_overlap: Option<u32>,
    /// Where documents are cut
    #[arg(long, value_enum)]
    pub(crate) chunk_by: Option<By>,
}

/// Where documents are cut.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum By {
    /// By Markdown sections where a text has headings, else by sentences
    Auto,
    /// Between sentences, rather where a paragraph ends
    Sentence,
    /// By Markdown sections
    Markdown,
}
