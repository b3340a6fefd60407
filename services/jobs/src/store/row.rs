use chassis::clock::Time;
use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row as _, Type};

use crate::error::Error;

/// A row of either store.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// A number.
    pub(super) fn int(&self, column: &str) -> Result<i64, Error> {
        self.get(column)
    }

    /// A number that may be absent.
    pub(super) fn int_opt(&self, column: &str) -> Result<Option<i64>, Error> {
        self.get(column)
    }

    /// A count, never negative.
    pub(super) fn count(&self, column: &str) -> Result<u32, Error> {
        Ok(u32::try_from(self.int(column)?).unwrap_or(0))
    }

    /// A truth value, kept as 0 or 1.
    pub(super) fn flag(&self, column: &str) -> Result<bool, Error> {
        Ok(self.int(column)? != 0)
    }

    /// A moment.
    pub(super) fn time(&self, column: &str) -> Result<Time, Error> {
        self.int(column).map(Time::from_micros)
    }

    /// A moment that may be absent.
    pub(super) fn time_opt(&self, column: &str) -> Result<Option<Time>, Error> {
        Ok(self.int_opt(column)?.map(Time::from_micros))
    }

    /// A text.
    pub(super) fn text(&self, column: &str) -> Result<String, Error> {
        self.get(column)
    }

    /// A text that may be absent.
    pub(super) fn text_opt(&self, column: &str) -> Result<Option<String>, Error> {
        self.get(column)
    }

    /// Bytes.
    pub(super) fn bytes(&self, column: &str) -> Result<Vec<u8>, Error> {
        self.get(column)
    }

    /// Bytes that may be absent.
    pub(super) fn bytes_opt(&self, column: &str) -> Result<Option<Vec<u8>>, Error> {
        self.get(column)
    }

    /// What was stored as JSON, if anything.
    pub(super) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, Error> {
        let bytes = self.bytes_opt(column)?;
        bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose().map_err(Error::broken)
    }

    /// JSON text that was stored as bytes, and may be absent.
    pub(super) fn json_opt(&self, column: &str) -> Result<Option<String>, Error> {
        let bytes = self.bytes_opt(column)?;
        bytes.map(String::from_utf8).transpose().map_err(Error::broken)
    }

    fn get<T>(&self, column: &str) -> Result<T, Error>
    where
        T: for<'r> Decode<'r, sqlx::Sqlite> + Type<sqlx::Sqlite>,
        T: for<'r> Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
        for<'c> &'c str: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
        .map_err(Error::from)
    }
}
