use std::path::PathBuf;

/// Why the files of a model make none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Files {
    /// A file cannot be read.
    #[error(
        "the model in retrieval.model.dir cannot be read: {} ({why}); check its permissions, or set retrieval.embedder to none", path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// A file is damaged, or another one than is known.
    #[error(
        "the model in retrieval.model.dir is damaged: {} {why}; delete its folder and run `make model`, or set retrieval.embedder to none", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is the matter with it.
        why: String,
    },
}
