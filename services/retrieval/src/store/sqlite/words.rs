//! The words of one collection's chunks, in a full-text table of its own.
//!
//! A table each, since the ranking counts how many rows have a word: the documents of another
//! tenant must neither show in a score nor slow a search down. The statements are put together
//! here, from nothing but the collection's number.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Error, Row};

use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::TITLE_WEIGHT;
use crate::store::bm25::{Formula, Sought};
use crate::store::row::small;
use crate::store::sqlite::filter::Condition;
use crate::words::Term;

/// A collection's table of words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub(super) i64);

/// What to look for, and in whose rows.
pub(super) struct Lookup<'a> {
    pub(super) tenant: &'a str,
    pub(super) collection: &'a str,
    pub(super) formula: &'a Formula,
    pub(super) filter: &'a Filter,
    pub(super) limit: u32,
}

impl Words {
    /// Makes the table. It keeps no text, only which rows have which words; beside it stand two views,
    /// of where each word is and of how many rows have it.
    pub(super) async fn create(self, link: &mut SqliteConnection) -> Result<(), Error> {
        let number = self.0;
        let sql = format!(
            r#"create virtual table words_{number} using fts5 (title, text, content = '', contentless_delete = 1,
               tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'");
               create virtual table places_{number} using fts5vocab (words_{number}, instance);
               create virtual table counts_{number} using fts5vocab (words_{number}, row)"#
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(link).await.map(drop)
    }

    /// Drops the table.
    pub(super) async fn drop(self, link: &mut SqliteConnection) -> Result<(), Error> {
        let number = self.0;
        let sql = format!(
            "drop table if exists places_{number}; drop table if exists counts_{number};
             drop table words_{number}"
        );
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

    /// In how many chunks each of the lexemes occurs.
    pub(super) async fn counts(
        self,
        link: &mut SqliteConnection,
        terms: &[Term],
    ) -> Result<HashMap<String, f64>, Error> {
        let sql = format!(
            "select counts.term, cast(counts.doc as real) from json_each(?) as wanted
             cross join counts_{} as counts on counts.term = wanted.value",
            self.0
        );
        let lexemes = terms.iter().flat_map(|term| &term.lexemes).map(String::as_str);
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(Value::from_iter(lexemes).to_string());
        let rows: Vec<(String, f64)> = query.fetch_all(link).await?;
        Ok(rows.into_iter().collect())
    }

    /// The chunks that have any of the words, best first.
    pub(super) async fn search(
        self,
        link: &mut SqliteConnection,
        lookup: &Lookup<'_>,
    ) -> Result<Vec<Hit>, Error> {
        let number = self.0;
        let condition = Condition::of(lookup.filter, 7);
        let passes = condition.as_ref().map(|one| format!("and {}", one.on("chunk.document_id")));
        let sql = format!(
            "with wanted as materialized (
               select value ->> 0 as lexeme, value ->> 1 as number, value ->> 2 as weight
               from json_each(?3)),
             found as materialized (
               select place.doc as chunk, wanted.weight,
                 sum(case place.col when 'title' then {TITLE_WEIGHT:?} else 1.0 end) as times
               from wanted cross join places_{number} as place on place.term = wanted.lexeme
               group by place.doc, wanted.number)
             select chunk.document_id, chunk.ordinal,
               sum(found.weight * found.times / (found.times + ?4 + ?5 * chunk.length)) as score
             from found cross join chunk on chunk.number = found.chunk
             where chunk.tenant = ?1 and chunk.collection = ?2 {}
             group by found.chunk
             order by score desc, chunk.document_id, chunk.ordinal limit ?6",
            passes.unwrap_or_default()
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(lookup.tenant)
            .bind(lookup.collection)
            .bind(wanted(&lookup.formula.lexemes))
            .bind(lookup.formula.base)
            .bind(lookup.formula.slope)
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

fn wanted(lexemes: &[Sought]) -> String {
    let row = |sought: &Sought| serde_json::json!([sought.lexeme, sought.number, sought.weight]);
    Value::from_iter(lexemes.iter().map(row)).to_string()
}
