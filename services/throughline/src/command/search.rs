use proto::json;
use proto::retrieval::{Filter, Mode, SearchRequest, SearchResponse};

use crate::cli::{Search, SearchMode};
use crate::client::Server;
use crate::exit::Exit;
use crate::print::{self, Style, styled};

/// Searches a collection and prints the passages.
pub(crate) async fn run(server: &Server, search: Search, as_json: bool) -> Result<(), Exit> {
    let request = SearchRequest {
        collection: search.collection,
        query: search.query.join(" "),
        limit: search.limit,
        filter: filter(search.filter),
        more_queries: search.more_queries,
        more_collections: search.more_collections,
        mode: mode(search.mode).into(),
        chunks_per_document: search.per_document,
        neighbours: search.neighbours,
        explain: search.explain,
        ..SearchRequest::default()
    };
    let answer = server.retrieval().search(request).await?.into_inner();
    if as_json {
        print::json(&whole(&answer));
        return Ok(());
    }
    let passages: Vec<_> = answer.passages.iter().map(json::Passage::from).collect();
    for line in &answer.explanation {
        print::line(styled(Style::Faint, line));
    }
    passages.iter().for_each(show);
    for degraded in &answer.degraded {
        print::note(styled(Style::Faint, format_args!("degraded: {degraded}")));
    }
    for warning in &answer.warnings {
        print::note(styled(Style::Faint, format_args!("warning: {warning}")));
    }
    if !answer.under_returned.is_empty() {
        print::note(styled(
            Style::Faint,
            format_args!("fewer than match: {}", answer.under_returned),
        ));
    }
    if passages.is_empty() {
        let documents = answer.collection_documents;
        print::note(format_args!("nothing matches among {documents} documents"));
    }
    Ok(())
}

/// All that was answered, as the HTTP interface writes it.
fn whole(answer: &SearchResponse) -> serde_json::Value {
    let passages: Vec<_> = answer.passages.iter().map(json::Passage::from).collect();
    serde_json::json!({
        "passages": passages,
        "dense": answer.dense,
        "collection_documents": answer.collection_documents,
        "under_returned": Some(&answer.under_returned).filter(|why| !why.is_empty()),
        "degraded": answer.degraded,
        "warnings": answer.warnings,
        "explanation": answer.explanation,
        "usage": answer.usage.as_ref().map(json::Usage::from),
    })
}

fn mode(mode: SearchMode) -> Mode {
    match mode {
        SearchMode::Hybrid => Mode::Hybrid,
        SearchMode::Keyword => Mode::Keyword,
        SearchMode::Dense => Mode::Dense,
    }
}

fn show(passage: &json::Passage) {
    let title = passage.title.as_deref().unwrap_or_default();
    let head = format!("{:.3}  {}  {title}", passage.score, passage.document_id);
    print::line(styled(Style::Strong, head));
    if let Some(beside) = &passage.before {
        print::line(styled(Style::Faint, format_args!("     < {}", shortened(beside))));
    }
    print::line(format_args!("       {}", shortened(&passage.text)));
    if let Some(beside) = &passage.after {
        print::line(styled(Style::Faint, format_args!("     > {}", shortened(beside))));
    }
    for score in &passage.scores {
        let text = format!("       {}: rank {}, score {:.4}", score.stage, score.rank, score.value);
        print::line(styled(Style::Faint, text));
    }
}

/// The first words of a text, on one line.
fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 200;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= CHARACTERS {
        return words;
    }
    words.chars().take(CHARACTERS).chain(['…']).collect()
}

/// Each of these must hold.
fn filter(wanted: Vec<json::Filter>) -> Option<Filter> {
    let all: Vec<_> = wanted.into_iter().flat_map(|one| Filter::from(one).all).collect();
    (!all.is_empty()).then_some(Filter { all })
}
