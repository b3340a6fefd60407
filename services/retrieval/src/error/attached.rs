use std::time::Duration;

use chassis::failure::Kind;

/// Why the table that is attached cannot be used, each with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database is away: paused, restarting, or behind a network that is.
    #[error(
        "the attached database cannot be reached ({why}); resume the project if it is paused, or check {place}.url"
    )]
    Unreachable {
        /// The section of the settings that names it.
        place: String,
        /// What happened.
        why: String,
    },
    /// The database speaks no TLS, and it is not on this machine.
    #[error(
        "the attached database cannot be spoken to over TLS ({why}); add ?sslmode=disable to {place}.url where the network in between is trusted"
    )]
    NoTls {
        /// The section of the settings that names it.
        place: String,
        /// What happened.
        why: String,
    },
    /// The database turns this program away.
    #[error(
        "the attached database does not let this program in; check user, password and database in {place}.url"
    )]
    NotAdmitted {
        /// The section of the settings that names it.
        place: String,
    },
    /// The user may not read the table.
    #[error(
        "the user in {place}.url may not read {table}; run: grant usage on schema {schema} to USER; grant select on {table} to USER"
    )]
    Denied {
        /// The table.
        table: String,
        /// Its schema.
        schema: String,
        /// The section of the settings that names the database.
        place: String,
    },
    /// There is no table to attach.
    #[error(
        "the attached database has no table of vectors; make one with vecs, LlamaIndex, LangChain or n8n, or check {place}.url"
    )]
    NoTable {
        /// The section of the settings that names the database.
        place: String,
    },
    /// There are several, and none is named.
    #[error(
        "the attached database has several tables of vectors: {}; name one in {setting}.table", there.join(", ")
    )]
    SeveralTables {
        /// Those that are there.
        there: Vec<String>,
        /// Where one can be named.
        setting: String,
    },
    /// The table that is named is not there.
    #[error("the attached database has no table {table} of vectors; name one of those it has in {setting}.table: {}", there.join(", "))]
    Missing {
        /// The one that is named.
        table: String,
        /// Those that are there.
        there: Vec<String>,
        /// Where it is named.
        setting: String,
    },
    /// It is not a table as any library makes it.
    #[error(
        "{table} cannot be read as a table of vectors: {why}; name another in {setting}.table, its layout in {setting}.layout, or what its columns hold in {setting}.columns"
    )]
    Shape {
        /// The table.
        table: String,
        /// What is the matter with it.
        why: String,
        /// Where it is named.
        setting: String,
    },
    /// The table holds several collections of its own, or not the one that is named.
    #[error(
        "{table} holds these collections of its own: {}; name one in {setting}.collection_name, or \"*\" for all", there.join(", ")
    )]
    Collections {
        /// The table.
        table: String,
        /// Its own collections.
        there: Vec<String>,
        /// Where one can be named.
        setting: String,
    },
    /// There is no database of that name to attach tables from.
    #[error(
        "there is no database {name:?} to attach tables from; name one that the settings name: {}", there.join(", ")
    )]
    NoDatabase {
        /// The name.
        name: String,
        /// Those that there are.
        there: Vec<String>,
    },
    /// The settings do not let this caller attach tables.
    #[error("this caller may not attach tables; retrieval.attach says whose callers may")]
    NotAllowed,
    /// The settings attach the table, so no caller can take it away.
    #[error("the settings attach it; take it out of {setting}")]
    BySettings {
        /// The section.
        setting: String,
    },
    /// The model makes vectors of another length than the table holds.
    #[error(
        "{model} makes vectors of {makes} numbers, and those of {table} have {holds}; set retrieval.openai.model to the model that made them, or retrieval.openai.dimensions to {holds} where the model can make that many"
    )]
    Dimension {
        /// The model.
        model: String,
        /// How long its vectors are.
        makes: u32,
        /// The table.
        table: String,
        /// How long the table's are.
        holds: u32,
    },
    /// The table went away, or changed, under a call.
    #[error("{table} was dropped or changed meanwhile; try again when it is there")]
    Changed {
        /// The table.
        table: String,
    },
    /// A statement took too long.
    #[error(
        "a statement on {table} took longer than retrieval.supabase.timeout, or than the caller waits"
    )]
    Slow {
        /// The table.
        table: String,
    },
    /// A statement failed for another reason.
    #[error("a statement on {table} failed with database error {code}")]
    Failed {
        /// The table.
        table: String,
        /// What the database says.
        code: String,
    },
}

/// How long callers wait for a database that is away: a job's tries then outlast half a minute.
const AWAY: Duration = Duration::from_secs(12);

impl Fault {
    /// Whether only other settings, or another table, can help.
    pub(crate) fn is_configured(&self) -> bool {
        match self {
            Self::NoTls { .. }
            | Self::NotAdmitted { .. }
            | Self::Denied { .. }
            | Self::NoTable { .. }
            | Self::SeveralTables { .. }
            | Self::Missing { .. }
            | Self::Shape { .. }
            | Self::Collections { .. }
            | Self::NoDatabase { .. }
            | Self::NotAllowed
            | Self::BySettings { .. }
            | Self::Dimension { .. } => true,
            Self::Unreachable { .. }
            | Self::Changed { .. }
            | Self::Slow { .. }
            | Self::Failed { .. } => false,
        }
    }

    /// Everything that somebody can put right while a job waits is worth another try.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Unreachable { .. }
            | Self::NoTls { .. }
            | Self::NotAdmitted { .. }
            | Self::Denied { .. }
            | Self::NoTable { .. }
            | Self::SeveralTables { .. }
            | Self::Missing { .. }
            | Self::Shape { .. }
            | Self::Collections { .. }
            | Self::Changed { .. }
            | Self::Slow { .. } => Kind::Unavailable,
            Self::NotAllowed => Kind::Denied,
            Self::NoDatabase { .. } | Self::BySettings { .. } => Kind::Conflict,
            Self::Dimension { .. } | Self::Failed { .. } => Kind::Internal,
        }
    }

    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "ATTACHED_UNREACHABLE",
            Self::NoTls { .. } => "ATTACHED_WITHOUT_TLS",
            Self::NotAdmitted { .. } => "ATTACHED_NOT_ADMITTED",
            Self::Denied { .. } => "ATTACHED_DENIED",
            Self::NoTable { .. } => "ATTACHED_NO_TABLE",
            Self::SeveralTables { .. } => "ATTACHED_SEVERAL_TABLES",
            Self::Missing { .. } => "ATTACHED_MISSING",
            Self::Shape { .. } => "ATTACHED_SHAPE",
            Self::Collections { .. } => "ATTACHED_COLLECTIONS",
            Self::NoDatabase { .. } => "ATTACHED_NO_DATABASE",
            Self::NotAllowed => "ATTACH_DENIED",
            Self::BySettings { .. } => "ATTACHED_BY_SETTINGS",
            Self::Dimension { .. } => "ATTACHED_DIMENSION",
            Self::Changed { .. } => "ATTACHED_CHANGED",
            Self::Slow { .. } => "ATTACHED_SLOW",
            Self::Failed { .. } => "ATTACHED_FAILED",
        }
    }

    /// The same for whoever would attach it just now: a retry alone does not help.
    pub(super) fn kind_of_attaching(&self) -> Kind {
        match (self.is_configured(), self.kind()) {
            (true, Kind::Unavailable | Kind::Internal) => Kind::Conflict,
            (_, kind) => kind,
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        (self.kind() == Kind::Unavailable).then_some(AWAY)
    }
}
