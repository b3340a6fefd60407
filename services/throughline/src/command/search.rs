use prost_types::value::Kind;
use proto::json;
use proto::retrieval::{Condition, Filter, Mode, SearchRequest, condition::Test};

use crate::cli::Search;
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
        mode: Mode::Unspecified.into(),
        explain: search.explain,
        ..SearchRequest::default()
    };
    let answer = server.retrieval().search(request).await?.into_inner();
    let passages: Vec<_> = answer.passages.iter().map(json::Passage::from).collect();
    if as_json {
        print::json(&passages);
        return Ok(());
    }
    passages.iter().for_each(show);
    for degraded in &answer.degraded {
        print::note(styled(Style::Faint, format_args!("degraded: {degraded}")));
    }
    if passages.is_empty() {
        let documents = answer.collection_documents;
        print::note(format_args!("nothing matches among {documents} documents"));
    }
    Ok(())
}

fn show(passage: &json::Passage) {
    let title = passage.title.as_deref().unwrap_or_default();
    let head = format!("{:.3}  {}  {title}", passage.score, passage.document_id);
    print::line(styled(Style::Strong, head));
    print::line(format_args!("       {}", shortened(&passage.text)));
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

fn filter(equal: Vec<(String, String)>) -> Option<Filter> {
    let condition = |(field, value): (String, String)| Condition {
        field,
        test: Some(Test::Equals(prost_types::Value { kind: Some(scalar(value)) })),
    };
    (!equal.is_empty()).then(|| Filter { all: equal.into_iter().map(condition).collect() })
}

/// Reads a value as JSON would, and as text where it is none.
fn scalar(text: String) -> Kind {
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(serde_json::Value::Bool(value)) => Kind::BoolValue(value),
        Ok(serde_json::Value::Number(number)) => {
            number.as_f64().map_or(Kind::StringValue(text), Kind::NumberValue)
        }
        _ => Kind::StringValue(text),
    }
}
