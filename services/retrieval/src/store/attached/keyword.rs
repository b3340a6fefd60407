//! The keyword leg: rows that have any of the words, in the order of BM25.
//!
//! No index serves it, and cutting every text into words takes most of a second for a thousand
//! rows. So a pattern of the words' stems ranks the rows first, ten times as quickly, and only the
//! best are cut into words.

use std::collections::HashMap;

use sqlx::{Error as Sql, FromRow};

use crate::Error;
use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::attached::failure;
use crate::store::attached::filter::Condition;
use crate::store::attached::node::RAW_TEXT;
use crate::store::attached::session::{Session, rows};
use crate::store::bm25::Statistics;
use crate::store::{Query, Ranked};

/// The least number of candidates that are put in order.
const CANDIDATES: u32 = 200;
/// The most words of a query that are searched for.
const MOST_LEXEMES: usize = 64;
/// The most characters of a text that are searched; what a `tsvector` holds is bounded, too.
const SEARCHED: i32 = 100_000;
const HOW: &str = "every row is looked at: the table has no index for words";
const HOW_RAW: &str = "texts as they stand in the JSON: the node of a row cannot be read";

#[derive(FromRow)]
struct Candidate {
    id: String,
    length: i64,
    lexemes: Vec<String>,
    times: Vec<i32>,
    /// In how many rows the stem of each of the query's words occurs, in their order.
    frequencies: Vec<i64>,
    /// How many rows there are.
    total: i64,
}

/// The rows that have any of the words, best first.
pub(super) async fn rank(
    session: &mut Session,
    query: Query<'_>,
    filter: &Filter,
    limit: u32,
) -> Result<Ranked, Error> {
    let lexemes = lexemes(session, query).await?;
    if lexemes.is_empty() {
        return Ok(Ranked::default());
    }
    let most = limit.saturating_mul(2).max(CANDIDATES);
    let (found, how) =
        match candidates(session, session.layout.text(), &lexemes, filter, most).await {
            Err(error) if failure::is_unreadable(&error) => {
                session.undo().await;
                (candidates(session, RAW_TEXT, &lexemes, filter, most).await, HOW_RAW)
            }
            found => (found, HOW),
        };
    let found = found.map_err(|error| session.failed(&error))?;
    let mut hits = score(&lexemes, &found);
    hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Ranked { hits, how: how.to_owned(), ..Ranked::default() })
}

/// The query's words as Postgres keeps them: as they were written, and without their accents.
async fn lexemes(session: &mut Session, query: Query<'_>) -> Result<Vec<String>, Error> {
    let text = format!("{} {}", query.text, query.words.join(" "));
    let found: Result<(Vec<String>,), _> =
        sqlx::query_as("select tsvector_to_array(to_tsvector('pg_catalog.english', $1))")
            .persistent(false)
            .bind(text)
            .fetch_one(&mut **session.link())
            .await;
    let (mut lexemes,) = found.map_err(|error| session.failed(&error))?;
    lexemes.truncate(MOST_LEXEMES);
    Ok(lexemes)
}

async fn candidates(
    session: &mut Session,
    text: &str,
    lexemes: &[String],
    filter: &Filter,
    most: u32,
) -> Result<Vec<Candidate>, Sql> {
    let condition = Condition::of(filter, 6);
    let passes = condition.as_ref().map_or("true", |condition| &condition.sql);
    let sql = statement(&session.layout.source, text, passes);
    let stems: Vec<String> = lexemes.iter().map(|lexeme| stem(lexeme)).collect();
    let mut query = rows(sql)
        .bind(pattern(&stems))
        .bind(lexemes)
        .bind(stems)
        .bind(i64::from(most))
        .bind(SEARCHED);
    if let Some(condition) = condition {
        query = query.bind(condition.values);
    }
    query.fetch_all(&mut **session.link()).await
}

/// Ranks by how often each stem begins a word, a rare one counting more; then cuts the best.
fn statement(source: &str, text: &str, condition: &str) -> String {
    format!(
        "with found as materialized (
           select candidate.id, lower(hit[1]) as stem, count(*) as times
           from (select id::text as id, left({text}, $5) as text from {source} where {condition})
             as candidate
           cross join lateral regexp_matches(candidate.text, $1, 'gi') as hit
           group by 1, 2),
         frequency as materialized (select stem, count(*) as rows from found group by stem),
         total as materialized (select count(*) as rows from {source} where {condition}),
         best as materialized (
           select found.id from found join frequency using (stem) cross join total
           group by found.id
           order by sum(ln(1 + total.rows::float8 / frequency.rows) * times / (times + 1.2)) desc,
             found.id
           limit $4)
         select best.id, words.length, words.lexemes, words.times, total.rows as total,
           (select array_agg(coalesce(frequency.rows, 0) order by number)
            from unnest($3::text[]) with ordinality as wanted (stem, number)
            left join frequency using (stem)) as frequencies
         from best cross join total
         join {source} on source.id::text = best.id
         cross join lateral (
           select sum(cardinality(positions))::bigint as length,
             array_agg(lexeme) filter (where lexeme = any($2::text[])) as lexemes,
             array_agg(cardinality(positions)) filter (where lexeme = any($2::text[])) as times
           from unnest(to_tsvector('pg_catalog.english', left({text}, $5)))) as words
         where words.lexemes is not null"
    )
}

/// The order by BM25. The average length is that of the candidates.
fn score(lexemes: &[String], candidates: &[Candidate]) -> Vec<Hit> {
    let Some(first) = candidates.first() else { return Vec::new() };
    let sum: f64 = candidates.iter().map(|candidate| candidate.length as f64).sum();
    let rows = first.total as f64;
    let statistics = Statistics { chunks: rows, words: rows * sum / candidates.len() as f64 };
    let weights = lexemes.iter().zip(&first.frequencies);
    let weights: HashMap<&str, f64> =
        weights.map(|(lexeme, rows)| (lexeme.as_str(), statistics.idf(*rows as f64))).collect();
    let value = |candidate: &Candidate| {
        let found = candidate.lexemes.iter().zip(&candidate.times);
        let add = |(lexeme, times): (&String, &i32)| {
            let idf = weights.get(lexeme.as_str()).copied().unwrap_or(0.0);
            statistics.score(idf, f64::from(*times), candidate.length as f64)
        };
        found.map(add).sum()
    };
    let hit = |candidate: &Candidate| Hit {
        score: value(candidate),
        key: Key { document_id: candidate.id.clone(), ordinal: 0 },
    };
    let mut hits: Vec<Hit> = candidates.iter().map(hit).collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.key.cmp(&b.key)));
    hits
}

/// What every word begins with that has this stem: some endings change its last letter.
fn stem(lexeme: &str) -> String {
    let length = lexeme.chars().count();
    let kept = if length > 3 { length - 1 } else { length };
    lexeme.chars().take(kept).collect()
}

/// A pattern that finds the stems where words begin.
fn pattern(stems: &[String]) -> String {
    let one = |stem: &String| {
        let mut pattern = String::new();
        if stem.starts_with(char::is_alphanumeric) {
            pattern.push_str("\\m");
        }
        for character in stem.chars() {
            if !character.is_alphanumeric() {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern
    };
    format!("({})", stems.iter().map(one).collect::<Vec<_>>().join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_what_begins_like_a_stem_and_nothing_in_it_is_special() {
        let stems = ["compani", "c.d*", "'x\\", "é"].map(stem);
        assert_eq!(pattern(&stems), r"(\mcompan|\mc\.d|\'x\\|\mé)");
    }

    #[test]
    fn a_rare_word_says_more() {
        let candidate = |id: &str, lexeme: &str| Candidate {
            id: id.to_owned(),
            length: 10,
            lexemes: vec![lexeme.to_owned()],
            times: vec![1],
            frequencies: vec![40, 1],
            total: 100,
        };
        let lexemes = ["common".to_owned(), "rare".to_owned()];
        let hits = score(&lexemes, &[candidate("a", "common"), candidate("b", "rare")]);
        let ids: Vec<&str> = hits.iter().map(|hit| hit.key.document_id.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
    }
}
