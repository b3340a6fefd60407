//! The words of one collection's chunks, in a full-text table of its own.
//!
//! A table each, since the ranking counts how many rows have a word: the documents of another
//! tenant must neither show in a score nor slow a search down. The statements are put together
//! here, from nothing but the collection's number.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Error, Row};

use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::TITLE_WEIGHT;
use crate::store::row::small;
use crate::store::sqlite::filter::Condition;

/// A collection's table of words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub(super) i64);

/// What to look for, and in whose rows.
pub(super) struct Lookup<'a> {
    pub(super) tenant: &'a str,
    pub(super) collection: &'a str,
    pub(super) words: &'a [String],
    pub(super) filter: &'a Filter,
    pub(super) limit: u32,
}

impl Words {
    /// Makes the table. It keeps no text, only which rows have which words.
    pub(super) async fn create(self, link: &mut SqliteConnection) -> Result<(), Error> {
        let sql = format!(
            r#"create virtual table words_{} using fts5 (title, text, content = '', contentless_delete = 1,
               tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* M* Co'")"#,
            self.0
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(link).await.map(drop)
    }

    /// Drops the table.
    pub(super) async fn drop(self, link: &mut SqliteConnection) -> Result<(), Error> {
        let sql = format!("drop table words_{}", self.0);
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(link).await.map(drop)
    }

    /// Adds the words of a chunk.
    pub(super) async fn add(
        self,
        link: &mut SqliteConnection,
        chunk: i64,
        title: &str,
        text: &str,
    ) -> Result<(), Error> {
        let sql = format!("insert into words_{} (rowid, title, text) values (?, ?, ?)", self.0);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(chunk).bind(title).bind(text);
        query.execute(link).await.map(drop)
    }

    /// Takes away the words of documents' chunks; the documents are a JSON list of their ids.
    pub(super) async fn remove(
        self,
        link: &mut SqliteConnection,
        tenant: &str,
        collection: &str,
        document_ids: &str,
    ) -> Result<(), Error> {
        let sql = format!(
            "delete from words_{} where rowid in (
               select number from chunk where tenant = ? and collection = ?
               and document_id in (select value from json_each(?)))",
            self.0
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant).bind(collection);
        query.bind(document_ids).execute(link).await.map(drop)
    }

    /// The chunks that have any of the words, best first.
    pub(super) async fn search(
        self,
        link: &mut SqliteConnection,
        lookup: &Lookup<'_>,
    ) -> Result<Vec<Hit>, Error> {
        let table = format!("words_{}", self.0);
        let condition = Condition::of(lookup.filter, 5);
        let passes = condition.as_ref().map(|one| format!("and {}", one.on("chunk.document_id")));
        let sql = format!(
            "select chunk.document_id, chunk.ordinal, -bm25({table}, {TITLE_WEIGHT:?}, 1.0) as score
             from {table} cross join chunk on chunk.number = {table}.rowid
             where chunk.tenant = ?1 and chunk.collection = ?2 and {table} match ?3 {}
             order by score desc, chunk.document_id, chunk.ordinal limit ?4",
            passes.unwrap_or_default()
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(lookup.tenant)
            .bind(lookup.collection)
            .bind(any(lookup.words))
            .bind(lookup.limit);
        if let Some(condition) = condition {
            query = query.bind(condition.values);
        }
        let rows = query.fetch_all(link).await?;
        rows.iter()
            .map(|row| {
                let key = Key { document_id: row.try_get(0)?, ordinal: small(row.try_get(1)?) };
                Ok(Hit { key, score: row.try_get(2)? })
            })
            .collect()
    }
}

/// A search for any of the words. They are letters and digits; quoted, they are no operators.
fn any(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    quoted.join(" OR ")
}
