//! A container a role: each is used by its name, and the gateway's container needs none of the others.

use e2e::{ENDPOINT, Hosted, Hosting, Mode, Setup, Store, TARGET, id, sample, succeeded, until};
use sagemaker_kit::Answer;
use serde_json::{Value, json};

const DIRECT: Hosting = Hosting { mode: Mode::Direct, store: Store::Postgres };

/// Every container answers its own methods by `InvokeEndpoint`: retrieval is reused without any job.
#[tokio::test(flavor = "multi_thread")]
async fn every_container_answers_its_own_methods() {
    let hosted = Hosted::start(DIRECT, Setup::plain()).await;
    let document = json!({ "collection": "notes", "document_id": "one", "text": "A ledger for card payments." });
    called(&hosted, "retrieval", "PutDocument", document).await;
    let search = json!({ "collection": "notes", "query": "ledger" });
    let found = called(
        &hosted,
        "retrieval",
        "throughline.retrieval.v1.RetrievalService/Search",
        search.clone(),
    )
    .await;
    assert_eq!(found["passages"][0]["document_id"], "one", "{found}");
    let by_op = json!({ "op": "search", "collection": "notes", "query": "ledger" });
    assert_eq!(
        succeeded(&asked(&hosted, "retrieval", &by_op).await)["passages"][0]["document_id"],
        "one"
    );

    let passages = &found["passages"];
    let order =
        called(&hosted, "rerank", "Rerank", json!({ "query": "ledger", "passages": passages }))
            .await;
    assert_eq!(order["passages"][0]["document_id"], "one", "{order}");
    let prompt = json!({ "template": { "user": "Which ledger?" }, "passages": passages });
    let text = called(&hosted, "generation", "Generate", prompt).await;
    assert!(text["text"].as_str().unwrap().contains("[1]"), "{text}");
}

/// What a container does not serve is refused with what it does.
#[tokio::test(flavor = "multi_thread")]
async fn method_of_another_container_is_refused() {
    let hosted = Hosted::start(DIRECT, Setup::plain()).await;
    for (container, body, word) in [
        ("rerank", json!({ "method": "Search", "request": {} }), "Rerank"),
        ("generation", json!({ "method": "GenerateStream", "request": {} }), "stream"),
        ("retrieval", json!({ "op": "generate", "template": { "user": "x" } }), "search"),
        ("retrieval", sample(), "method"),
    ] {
        let answer = asked(&hosted, container, &body).await;
        let (status, problem) = answer.original();
        assert_eq!(status, 422, "{container} {body}: {answer:?}");
        assert!(
            problem["message"].as_str().unwrap().contains(word)
                || problem["errors"].to_string().contains(word),
            "{container} {body}: {problem}"
        );
    }
    let unknown = asked(&hosted, "cook", &json!({})).await;
    assert_eq!((unknown.status, unknown.error()), (400, Some("ValidationError")));
}

/// While the others are not there yet, their roles run in the gateway's container.
#[tokio::test(flavor = "multi_thread")]
async fn gateways_container_works_before_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let signal = folder.path().join("go");
    let mut hosted = Hosted::cold(DIRECT, Setup::plain(), |plan| {
        for container in
            plan.containers.iter_mut().filter(|container| container.hostname != "gateway")
        {
            container.command.splice(..0, ["sh", "-c", WAIT].map(Into::into));
            container.environment.push(("GO".to_owned(), signal.display().to_string()));
        }
    })
    .await;
    let instance = hosted.instance();
    let gateway = hosted.container(&instance, "gateway");
    gateway.when(|state| state.was_ready).await.unwrap_or_else(|| panic!("{}", hosted.logs()));
    let not_yet = hosted.invoke(&[], &sample()).await;
    assert_eq!((not_yet.status, not_yet.error()), (429, Some("ModelNotReadyException")));
    let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
    let past_the_door = reqwest::Client::builder().no_proxy().build().unwrap();
    let accepted = past_the_door
        .post(format!("{}/invocations", gateway.url()))
        .json(&body)
        .send()
        .await
        .unwrap();
    let job = id(&accepted.json().await.unwrap());
    assert_eq!(hosted.told(&job).await.body["type"], "job.succeeded");

    std::fs::write(&signal, "").unwrap();
    hosted.endpoint.in_service().await.unwrap();
    until("the roles to move to their own containers", async || {
        let moved = hosted.logs().matches("a process beside this one serves").count();
        (moved == 3).then_some(())
    })
    .await;
    let job = hosted.submit(json!({ "input": sample() })).await;
    assert_eq!(hosted.told(&job).await.body["type"], "job.succeeded");
}

/// Waits for a file before it becomes the container's own command.
const WAIT: &str = r#"while [ ! -e "$GO" ]; do sleep 0.05; done; exec "$0" "$@""#;

async fn asked(hosted: &Hosted, container: &str, body: &Value) -> Answer {
    hosted.caller.invoke(ENDPOINT, &[(TARGET, container)], body.to_string()).await.unwrap()
}

async fn called(hosted: &Hosted, container: &str, method: &str, request: Value) -> Value {
    let answer = asked(hosted, container, &json!({ "method": method, "request": request })).await;
    succeeded(&answer)
}
