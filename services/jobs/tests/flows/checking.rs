//! What the check does to a text and its citations.

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::running::{Run, one};

/// A text, its citations as (marker, document, quote), and the provider.
type Draft = (&'static str, &'static [(&'static str, &'static str, &'static str)], &'static str);
/// The text that remains, the markers of its citations, the confidence, and how many markers went.
type Checked = (&'static str, &'static [&'static str], f64, u64);

const PUMPS: (&str, &str, &str) = ("[1]", "pumps", "We mend pumps.");
const RAILS: (&str, &str, &str) = ("[2]", "trains", "Trains run on rails.");

async fn check(draft: Value) -> Value {
    let mut run = Run::of(&Folder::new());
    run.done.insert("draft".to_owned(), draft);
    let outcome = run.step("checked").await.unwrap();
    assert!(outcome.degraded.is_empty() && outcome.usage.calls.is_empty());
    outcome.value
}

#[tokio::test]
async fn what_does_not_hold_is_dropped() {
    let rows: &[(Draft, Checked)] = &[
        (("We do [1].", &[PUMPS], "openai"), ("We do [1].", &["[1]"], 0.9, 0)),
        (("We do [1].", &[PUMPS], "local"), ("We do [1].", &["[1]"], 0.6, 0)),
        (("Both [1][2].", &[PUMPS, RAILS], "openai"), ("Both [1][2].", &["[1]", "[2]"], 0.9, 0)),
        (("Both [1, 2].", &[PUMPS, RAILS], "openai"), ("Both [1, 2].", &["[1]", "[2]"], 0.9, 0)),
        (
            ("We do [1] and [9].", &[PUMPS, ("[9]", "", "")], "openai"),
            ("We do [1] and.", &["[1]"], 0.45, 1),
        ),
        (("We do [1, 9].", &[PUMPS, ("[9]", "", "")], "local"), ("We do [1].", &["[1]"], 0.3, 1)),
        (("We fly [9].", &[("[9]", "", "")], "openai"), ("We fly.", &[], 0.2, 1)),
        (("We fly [0].", &[("[0]", "", "")], "openai"), ("We fly.", &[], 0.2, 1)),
        (("We fly [9].", &[], "openai"), ("We fly.", &[], 0.2, 1)),
        (("We fly.", &[], "openai"), ("We fly.", &[], 0.2, 0)),
        (("We fly.", &[], "local"), ("We fly.", &[], 0.2, 0)),
        (("", &[], ""), ("", &[], 0.2, 0)),
        (("We do [1].", &[("[1]", "trains", "We mend pumps.")], "openai"), ("We do.", &[], 0.2, 1)),
        (("We do [1].", &[("[1]", "pumps", "We mend ships.")], "openai"), ("We do.", &[], 0.2, 1)),
        (
            ("We do [1].", &[("[1]", "pumps", "We\n mend  pumps.")], "openai"),
            ("We do [1].", &["[1]"], 0.9, 0),
        ),
        (("We do [1].", &[("[1]", "pumps", "mend")], "openai"), ("We do [1].", &["[1]"], 0.9, 0)),
        (
            ("We do [1].", &[("[1]", "pumps", "x"), PUMPS], "openai"),
            ("We do [1].", &["[1]"], 0.9, 0),
        ),
        (("We do.", &[PUMPS], "openai"), ("We do.", &[], 0.2, 0)),
        (
            ("We do [1] in [2024], see [1](http://a).", &[PUMPS], "openai"),
            ("We do [1] in [2024], see [1](http://a).", &["[1]"], 0.9, 0),
        ),
        (
            ("[9] First.\n[9] Then [1].", &[PUMPS, ("[9]", "", "")], "openai"),
            ("First.\nThen [1].", &["[1]"], 0.3, 2),
        ),
        (("[1][3][4][5][6][7][8][9]", &[PUMPS], "local"), ("[1]", &["[1]"], 0.2, 7)),
        (
            ("We do [x].", &[("[x]", "pumps", "We mend pumps.")], "openai"),
            ("We do [x].", &[], 0.2, 0),
        ),
    ];
    for ((text, citations, provider), (left, markers, confidence, dropped)) in rows {
        let citation = |(marker, document, quote): &(&str, &str, &str)| json!({ "marker": marker, "document_id": document, "quote": quote });
        let citations: Vec<Value> = citations.iter().map(citation).collect();
        let passages = [one("pumps", "We mend pumps."), one("trains", "Trains run on rails.")];
        let draft = json!({
            "text": text, "citations": citations, "provider": provider, "passages": passages,
        });
        let checked = check(draft).await;
        let kept: Vec<_> =
            checked["citations"].as_array().unwrap().iter().map(|c| &c["marker"]).collect();
        assert_eq!(checked["text"], *left, "{text}");
        assert_eq!(kept, *markers, "{text}");
        assert_eq!(checked["confidence"], *confidence, "{text}");
        assert_eq!(checked["dropped"], *dropped, "{text}");
        assert_eq!(checked["provider"], *provider, "{text}");
    }
}

#[tokio::test]
async fn citations_keep_nothing_but_their_three_members() {
    let citation = json!({ "marker": "[1]", "document_id": "pumps", "quote": "pumps", "more": 1 });
    let passages = [one("pumps", "We mend pumps.")];
    let checked =
        check(json!({ "text": "[1]", "citations": [citation], "passages": passages })).await;
    let expected = json!([{ "marker": "[1]", "document_id": "pumps", "quote": "pumps" }]);
    assert_eq!(checked["citations"], expected);
}

#[tokio::test]
async fn a_text_of_a_million_brackets_is_read_in_no_time() {
    let text = "[".repeat(1_000_000) + "]";
    let checked = check(json!({ "text": text, "citations": [], "passages": [] })).await;
    assert_eq!(checked["text"], text);
}
