use std::fmt::{self, Write};

/// What the two stores say differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// One file; the process's clock is the database's.
    Sqlite,
    /// A schema on a server, with the server's clock.
    Postgres,
}

impl Dialect {
    /// What stands before a table's name.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "jobs.",
        }
    }

    /// Takes only rows that nobody else holds. On SQLite a writer is alone.
    pub(super) fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "for update skip locked",
        }
    }

    /// Takes rows, waiting for whoever holds them.
    pub(super) fn lock(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "for update",
        }
    }

    /// Sixteen random hexadecimal digits, never all zero.
    pub(super) fn random_span(self) -> &'static str {
        match self {
            Self::Sqlite => "lower(hex(randomblob(8)))",
            Self::Postgres => "left(replace(gen_random_uuid()::text, '-', ''), 16)",
        }
    }

    /// The time in microseconds, one and the same within a statement. The value bound at `place` is
    /// the whole time on SQLite, and what the tests' clock adds on Postgres.
    pub(super) fn write_now(self, text: &mut String, place: usize) -> fmt::Result {
        match self {
            Self::Sqlite => write!(text, "${place}"),
            // `now()` is when the transaction began, and `clock_timestamp()` changes from row to row
            // and keeps the planner from using an index.
            Self::Postgres => write!(
                text,
                "((extract(epoch from statement_timestamp()) * 1000000)::bigint + ${place})"
            ),
        }
    }

    /// A test for membership in the JSON list bound at `place`.
    pub(super) fn write_membership(self, text: &mut String, place: &str) -> fmt::Result {
        match self {
            Self::Sqlite => write!(text, "in (select value from json_each(${place}))"),
            Self::Postgres => {
                write!(text, "= any(array(select jsonb_array_elements_text(${place}::jsonb)))")
            }
        }
    }
}
