//! The keyword leg: candidates by Postgres' own rank, then their order by BM25.
//!
//! Postgres' rank knows nothing of how rare a word is, which costs an eighth of its quality.

use std::collections::HashMap;

use chassis::auth::Tenant;

use crate::Error;
use crate::fuse::{Hit, Key};
use crate::metadata::Fact;
use crate::store::TITLE_WEIGHT;
use crate::store::bm25::Statistics;
use crate::store::postgres::session::Session;
use crate::store::row::{column, small};

/// The least number of candidates that are put in order.
const CANDIDATES: u32 = 200;

/// The statement for the candidates, with a further condition or without.
macro_rules! candidates {
    (FACTS) => {
        candidates!(
            "and chunk.document_id in (
               select fact.document_id from retrieval.fact
               join unnest($8::text[], $9::text[]) as wanted (field, value)
                 on fact.field = wanted.field and fact.value = wanted.value
               where fact.tenant = $1 and fact.collection = $2
               group by fact.document_id having count(*) = $10)"
        )
    };
    ($condition:literal) => {
        concat!(
            "with best as materialized (
               select chunk.document_id, chunk.ordinal, chunk.length, chunk.words
               from retrieval.chunk
               where chunk.tenant = $1 and chunk.collection = $2
                 and chunk.words @@ $3::text::tsquery ",
            $condition,
            " order by ts_rank('{0.5, 0.5, 0.5, 1}', chunk.words, $4::text::tsquery, 1) desc,
                 chunk.document_id, chunk.ordinal
               limit $7)
             select best.document_id, best.ordinal, best.length,
               array_agg(word.lexeme) as lexemes, array_agg(word.times) as times
             from best
             cross join lateral (
               select lexeme,
                 (select sum(case weight when 'A' then $6 else 1 end)
                  from unnest(weights) as weight) as times
               from unnest(best.words)
               where lexeme = any($5::text[])
             ) as word
             group by best.document_id, best.ordinal, best.length"
        )
    };
}

/// Whose rows are searched.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) collection: &'a str,
}

/// The lexeme that every chunk of a collection has. No word holds a slash.
pub(super) fn scope(tenant: &Tenant, collection: &str) -> String {
    format!("{tenant}/{collection}")
}

/// A lexeme of the query, and in how many chunks it occurs.
#[derive(sqlx::FromRow)]
struct Term {
    lexeme: String,
    chunks: i64,
}

#[derive(sqlx::FromRow)]
struct Candidate {
    document_id: String,
    ordinal: i64,
    length: i64,
    lexemes: Vec<String>,
    /// How often each of them occurs, those in the title counting more.
    times: Vec<f64>,
}

/// The chunks that have any of the words, of documents for which every fact holds; best first.
pub(super) async fn rank(
    link: &mut Session,
    place: Place<'_>,
    statistics: Statistics,
    words: &[String],
    facts: &[Fact],
    limit: u32,
) -> Result<Vec<Hit>, Error> {
    let mut terms = terms(link, place, words).await?;
    terms.retain(|term| term.chunks > 0);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let most = limit.saturating_mul(2).max(CANDIDATES);
    let candidates = candidates(link, place, &terms, facts, most).await?;
    let mut hits = score(statistics, &terms, candidates);
    hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(hits)
}

/// The order by BM25; a word that the query has in two forms counts twice, as it does in FTS5.
fn score(statistics: Statistics, terms: &[Term], candidates: Vec<Candidate>) -> Vec<Hit> {
    let mut weights: HashMap<&str, f64> = HashMap::new();
    for term in terms {
        *weights.entry(&term.lexeme).or_default() += statistics.idf(term.chunks as f64);
    }
    let mut hits: Vec<Hit> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let length = candidate.length as f64;
        let found = candidate.lexemes.iter().zip(&candidate.times);
        let add = |(lexeme, times): (&String, &f64)| {
            let idf = weights.get(lexeme.as_str()).copied().unwrap_or(0.0);
            statistics.score(idf, *times, length)
        };
        let score = found.map(add).sum();
        let key = Key { document_id: candidate.document_id, ordinal: small(candidate.ordinal) };
        hits.push(Hit { key, score });
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.key.cmp(&b.key)));
    hits
}

async fn terms(link: &mut Session, place: Place<'_>, words: &[String]) -> Result<Vec<Term>, Error> {
    let terms = link
        .rows(
            "select stem.lexeme, coalesce(term.chunks, 0) as chunks
             from unnest($3::text[]) with ordinality as word (text, number)
             cross join lateral
               unnest(tsvector_to_array(to_tsvector('retrieval.words', word.text))) as stem (lexeme)
             left join retrieval.term on term.tenant = $1 and term.collection = $2
               and term.lexeme = stem.lexeme
             order by word.number, stem.lexeme",
        )
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(words)
        .fetch_all(link.link())
        .await?;
    Ok(terms)
}

async fn candidates(
    link: &mut Session,
    place: Place<'_>,
    terms: &[Term],
    facts: &[Fact],
    most: u32,
) -> Result<Vec<Candidate>, Error> {
    let lexemes: Vec<&str> = terms.iter().map(|term| term.lexeme.as_str()).collect();
    let any = any(&lexemes);
    let sql = if facts.is_empty() { candidates!("") } else { candidates!(FACTS) };
    // Never kept: how the rows are best found depends on the words, which a kept plan forgets.
    let mut query = sqlx::query_as(sql)
        .persistent(false)
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(format!("{} & ({any})", quoted(&scope(place.tenant, place.collection))))
        .bind(any)
        .bind(lexemes)
        .bind(TITLE_WEIGHT)
        .bind(i64::from(most));
    if !facts.is_empty() {
        query = query
            .bind(facts.iter().map(|fact| fact.field.as_str()).collect::<Vec<_>>())
            .bind(facts.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>())
            .bind(column(facts.len()));
    }
    Ok(query.fetch_all(link.link()).await?)
}

fn any(lexemes: &[&str]) -> String {
    let quoted: Vec<String> = lexemes.iter().map(|lexeme| quoted(lexeme)).collect();
    quoted.join(" | ")
}

/// A lexeme in the language of `tsquery`.
fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}
