//! Settings: each exists once, with its comment, in the `defaults.toml` of the crate that reads it.
//!
//! A file, the names that people already use, `THROUGHLINE_*` and the command line override the
//! defaults, in this order. The default's type decides how a text is read, so that a password `0123`
//! stays a text. An empty text or list means "not set". A text such as `secret://name#field` stands for
//! what is in a secret store: the process reads that first, and loads the settings again with it.

mod chassis;
mod database;
pub mod duration;
mod environment;
mod error;
mod fetched;
mod file;
pub(crate) mod live;
mod optional;
mod schema;
mod settings;
pub mod size;
mod suggestion;
mod text;

pub use crate::config::chassis::{Chassis, Grpc, Peers};
pub use crate::config::database::{Database, Pooler};
pub use crate::config::environment::{data_home, environment};
pub use crate::config::error::{Error, Origin};
pub use crate::config::fetched::{Bundle, Fetched, Reference};
pub use crate::config::file::find;
pub use crate::config::optional::optional;
pub use crate::config::settings::{Changes, Described, Settings, Sources};

/// The settings of the chassis itself.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// What a process exits with when its configuration is refused (`EX_USAGE` of `sysexits.h`).
pub const EXIT_CODE: u8 = 64;
