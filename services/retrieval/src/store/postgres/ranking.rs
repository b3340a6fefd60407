//! The keyword leg: chunks in the order of BM25, which the server computes.
//!
//! Rare words decide an order, common ones cost the time: so the rows of the rarest are scored
//! first, and those that have common ones alone only where they could still come in.

use std::collections::HashMap;

use chassis::auth::Tenant;

use crate::Error;
use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::TITLE_WEIGHT;
use crate::store::bm25::{Formula, Sought};
use crate::store::postgres::filter::Condition;
use crate::store::postgres::lexemes::{quoted, scope};
use crate::store::postgres::session::Session;
use crate::store::row::{column, small};
use crate::words::Term;

/// How many rows are scored first, about.
const FIRST_ROWS: f64 = 2000.0;
/// How many times more are scored where those were not enough.
const GROWTH: f64 = 4.0;

/// Whose rows are searched.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) collection: &'a str,
}

/// In how many chunks each of the lexemes occurs.
pub(super) async fn counts(
    link: &mut Session,
    place: Place<'_>,
    terms: &[Term],
) -> Result<HashMap<String, f64>, Error> {
    let lexemes: Vec<&str> =
        terms.iter().flat_map(|term| &term.lexemes).map(String::as_str).collect();
    let rows: Vec<(String, f64)> = link
        .rows(
            "select lexeme, chunks::float8 from retrieval.term
             where tenant = $1 and collection = $2 and lexeme = any($3) and chunks > 0",
        )
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(lexemes)
        .fetch_all(link.link())
        .await?;
    Ok(rows.into_iter().collect())
}

/// The chunks that have any of the words, of documents that the filter leaves; best first.
pub(super) async fn rank(
    link: &mut Session,
    place: Place<'_>,
    mut formula: Formula,
    filter: &Filter,
    limit: u32,
) -> Result<Vec<Hit>, Error> {
    formula.lexemes.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.number.cmp(&b.number)));
    let last = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(1);
    let (mut rows, mut taken, mut hits) = (FIRST_ROWS, 0, Vec::new());
    while taken < formula.lexemes.len() {
        taken = reach(&formula.lexemes, taken, rows);
        hits = best(link, place, &formula, taken, filter, limit).await?;
        let rest = most(&formula.lexemes[taken..]);
        if hits.get(last).is_some_and(|hit| hit.score > rest) {
            break;
        }
        rows *= GROWTH;
    }
    Ok(hits)
}

/// How many of the lexemes, whole words, and more than were taken, find so many rows.
fn reach(lexemes: &[Sought], taken: usize, rows: f64) -> usize {
    let mut sum = 0.0;
    let mut end = 0;
    for word in lexemes.chunk_by(|one, next| one.number == next.number) {
        sum += word.first().map_or(0.0, |sought| sought.chunks);
        if end > taken && sum > rows {
            break;
        }
        end += word.len();
    }
    end
}

/// The most that these words can add to a score.
fn most(lexemes: &[Sought]) -> f64 {
    let words = lexemes.chunk_by(|one, next| one.number == next.number);
    words.filter_map(|word| word.first()).map(|sought| sought.weight).sum()
}

/// The best of the rows that have any of the first lexemes, scored by all of them.
async fn best(
    link: &mut Session,
    place: Place<'_>,
    formula: &Formula,
    taken: usize,
    filter: &Filter,
    limit: u32,
) -> Result<Vec<Hit>, Error> {
    let lexemes: Vec<String> =
        formula.lexemes.iter().map(|sought| quoted(&sought.lexeme)).collect();
    let any = lexemes[..taken].join(" | ");
    let condition = Condition::of(filter, 11);
    let mut query = link
        .composed(statement(condition.as_ref()))
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(format!("{} & ({any})", quoted(&scope(place.tenant, place.collection))))
        .bind(lexemes)
        .bind(formula.lexemes.iter().map(|sought| column(sought.number)).collect::<Vec<_>>())
        .bind(formula.lexemes.iter().map(|sought| sought.weight).collect::<Vec<_>>())
        .bind(formula.base)
        .bind(formula.slope)
        .bind(TITLE_WEIGHT)
        .bind(i64::from(limit));
    if let Some(condition) = condition {
        query = query.bind(condition.values);
    }
    let rows: Vec<(String, i64, f64)> = query.fetch_all(link.link()).await?;
    let hit = |(document_id, ordinal, score)| Hit {
        key: Key { document_id, ordinal: small(ordinal) },
        score,
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// The statement for the best rows.
fn statement(condition: Option<&Condition>) -> String {
    let condition = condition.map(|condition| format!("and {}", condition.on("chunk.document_id")));
    // Unpacked once for each row, not for each word that is counted in it.
    format!(
        "with found as (
           select chunk.document_id, chunk.ordinal, chunk.length, unpacked.words
           from retrieval.chunk
           cross join lateral (select chunk.words || ''::tsvector as words offset 0) as unpacked
           where chunk.tenant = $1 and chunk.collection = $2
             and chunk.words @@ $3::text::tsquery {})
         select found.document_id, found.ordinal,
           (select sum(word.weight * word.times / (word.times + $7 + $8 * found.length))
            from (select wanted.weight,
                    sum(retrieval.times(found.words, wanted.lexeme::tsquery, $9)) as times
                  from unnest($4::text[], $5::bigint[], $6::float8[])
                    as wanted (lexeme, number, weight)
                  group by wanted.number, wanted.weight) as word
            where word.times > 0) as score
         from found
         order by score desc, document_id, ordinal limit $10",
        condition.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sought(number: usize, weight: f64, chunks: f64) -> Sought {
        Sought { lexeme: format!("w{number}"), number, weight, chunks }
    }

    #[test]
    fn rare_words_are_taken_first_and_always_one_more() {
        let words = [
            sought(1, 9.0, 5.0),
            sought(1, 9.0, 5.0),
            sought(0, 3.0, 900.0),
            sought(2, 1.0, 5000.0),
        ];
        assert_eq!(reach(&words, 0, 1000.0), 3);
        assert_eq!(reach(&words, 0, 1.0), 2);
        assert_eq!(reach(&words, 3, 1000.0), 4);
        assert_eq!((most(&words), most(&words[3..])), (13.0, 1.0));
    }
}
