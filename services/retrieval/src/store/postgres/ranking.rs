//! The keyword leg: candidates by Postgres' own rank, then their order by BM25.
//!
//! Postgres' rank knows nothing of how rare a word is, which costs an eighth of its quality.

use std::collections::HashMap;

use chassis::auth::Tenant;

use crate::Error;
use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::TITLE_WEIGHT;
use crate::store::bm25::Statistics;
use crate::store::postgres::filter::Condition;
use crate::store::postgres::session::Session;
use crate::store::row::small;

/// The least number of candidates that are put in order.
const CANDIDATES: u32 = 200;

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

/// The chunks that have any of the words, of documents that the filter leaves; best first.
pub(super) async fn rank(
    link: &mut Session,
    place: Place<'_>,
    statistics: Statistics,
    words: &[String],
    filter: &Filter,
    limit: u32,
) -> Result<Vec<Hit>, Error> {
    let mut terms = terms(link, place, words).await?;
    terms.retain(|term| term.chunks > 0);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let most = limit.saturating_mul(2).max(CANDIDATES);
    let candidates = candidates(link, place, &terms, filter, most).await?;
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
    filter: &Filter,
    most: u32,
) -> Result<Vec<Candidate>, Error> {
    let lexemes: Vec<&str> = terms.iter().map(|term| term.lexeme.as_str()).collect();
    let any = any(&lexemes);
    let condition = Condition::of(filter, 8);
    let mut query = link
        .composed(statement(condition.as_ref()))
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(format!("{} & ({any})", quoted(&scope(place.tenant, place.collection))))
        .bind(any)
        .bind(lexemes)
        .bind(TITLE_WEIGHT)
        .bind(i64::from(most));
    if let Some(condition) = condition {
        query = query.bind(condition.values);
    }
    Ok(query.fetch_all(link.link()).await?)
}

/// The statement for the candidates.
fn statement(condition: Option<&Condition>) -> String {
    let condition = condition.map(|condition| format!("and {}", condition.on("chunk.document_id")));
    format!(
        "with best as materialized (
           select chunk.document_id, chunk.ordinal, chunk.length, chunk.words
           from retrieval.chunk
           where chunk.tenant = $1 and chunk.collection = $2
             and chunk.words @@ $3::text::tsquery {}
           order by ts_rank('{{0.5, 0.5, 0.5, 1}}', chunk.words, $4::text::tsquery, 1) desc,
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
         group by best.document_id, best.ordinal, best.length",
        condition.unwrap_or_default()
    )
}

fn any(lexemes: &[&str]) -> String {
    let quoted: Vec<String> = lexemes.iter().map(|lexeme| quoted(lexeme)).collect();
    quoted.join(" | ")
}

/// A lexeme in the language of `tsquery`.
fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}
