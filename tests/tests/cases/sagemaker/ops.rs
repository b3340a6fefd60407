//! What is no job goes through `InvokeEndpoint` too: the services are used without one.

use e2e::{Hosted, Setup, hosted};
use serde_json::json;

hosted! {
    /// Search, rerank and generate answer by themselves, each from what the one before found.
    async fn services_answer_by_op(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        hosted.put("notes", "one", "A ledger for card payments in Rust.").await;
        hosted.put("notes", "two", "A garden gate, painted green, beside the ledger of the church.").await;

        let found = hosted.ask(&json!({ "op": "search", "collection": "notes", "query": "ledger payments" })).await;
        assert_eq!(found["passages"][0]["document_id"], "one", "{found}");
        let passages = found["passages"].as_array().unwrap();
        let bare: Vec<_> = passages.iter().map(|passage| json!({ "document_id": passage["document_id"], "text": passage["text"] })).collect();

        let boost = json!([{ "keyword_boost": { "keywords": [{ "term": "green" }], "weight": 5 } }]);
        let order = hosted.ask(&json!({ "op": "rerank", "query": "gate", "passages": bare, "stages": boost, "keep": 1 })).await;
        assert_eq!(order["passages"][0]["document_id"], "two", "{order}");

        let prompt = json!({ "user": "Which gate?" });
        let text = hosted.ask(&json!({ "op": "generate", "template": prompt, "passages": order["passages"] })).await;
        assert!(text["text"].as_str().unwrap().contains("[1]"), "{text}");
    }
}
