//! What is planted in settings, jobs and documents comes out in no log, no span, and secrets in no answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use e2e::{Answer, Collector, Provider, SECRET, Setup, Suite, killable};
use serde_json::{Value, json};

/// What nobody but the two ends of a call may see.
const SECRETS: [&str; 11] = [
    "canary-basic-pass",
    "canary-callback-pass",
    "canary-gateway-pass",
    "canary-header",
    "canary-openai-key",
    "canary-cohere-key",
    "canary-grpc-token",
    "canary-internal-token",
    "canary-secrets-key",
    "canary-signature",
    "canary-user-info",
];

/// What callers entrust to us, and what was written for them.
const CONTENT: [&str; 9] = [
    "canary-title",
    "canary-description",
    "canary-document",
    "canary-heading",
    "canary-metadata",
    "canary-correlation",
    "canary-query",
    "canary-said",
    // What the model behind the tests answers.
    "out of thin air",
];

killable! {
    /// Jobs that succeed, fail, are refused and cannot be delivered leave nothing in logs and spans, at `debug`.
    async fn nothing_planted_comes_out(world: World) {
        let (collector, provider) = (Collector::start().await, Provider::start().await);
        let mut suite = Suite::start(world, planted(&collector, &provider)).await;
        let mut answers = Answers { suite: &mut suite, texts: Vec::new() };
        answers.documents().await;
        answers.succeeds().await;
        answers.fails(&provider).await;
        answers.refused().await;
        answers.dead_letter().await;
        answers.look_around().await;
        let texts = std::mem::take(&mut answers.texts);
        suite.stop().await;

        let (logs, spans) = (suite.logs(), collector.spans());
        assert!(logs.contains("DEBUG") && !spans.is_empty(), "nothing was logged or exported");
        for line in logs.lines() {
            nothing_in(line, secrets().chain(content()));
        }
        for span in spans {
            nothing_in(&span.text, secrets().chain(content()));
        }
        for text in texts {
            nothing_in(&text, secrets());
        }
    }
}

/// What is configured wrongly is named, and what is configured is listed, without the secrets in it.
#[tokio::test]
async fn settings_are_shown_without_secrets() {
    let settings = secret_settings().map(|(key, value)| format!("{key}={value}"));
    let faulty = [
        "jobs.workers=many",
        "webhook.url=http://ann:canary-user-info@",
        "database.url=postgres://ann:canary-user-info@127.0.0.1:1/x",
    ];
    for fault in faulty.into_iter().map(Some).chain([None]) {
        for command in [["config", "check"].as_slice(), &["serve"]] {
            if fault.is_none() && command == ["serve"] {
                continue;
            }
            let mut arguments = command.to_vec();
            settings
                .iter()
                .map(String::as_str)
                .chain(fault)
                .for_each(|setting| arguments.extend(["--set", setting]));
            let output =
                e2e::within("the program to end", e2e::command(&arguments).output()).await.unwrap();
            nothing_in(&String::from_utf8_lossy(&output.stdout), secrets());
            nothing_in(&String::from_utf8_lossy(&output.stderr), secrets());
        }
    }
}

fn planted(collector: &Collector, provider: &Provider) -> Setup {
    let setup = Setup::plain()
        .with("log.level", "debug")
        .with("gateway.auth", "basic")
        .with("webhook.url", "http://127.0.0.1:1/hook?signature=canary-signature")
        .with("generation.openai.base_url", &provider.url)
        .with("rerank.cohere.base_url", "http://127.0.0.1:1");
    let setup =
        secret_settings().into_iter().fold(setup, |setup, (key, value)| setup.with(key, value));
    setup.exporting(collector, "http/protobuf")
}

fn secret_settings() -> [(&'static str, &'static str); 11] {
    [
        ("webhook.secret", SECRET),
        ("webhook.basic.user", "ann"),
        ("webhook.basic.pass", "canary-basic-pass"),
        ("webhook.headers", "x-key=canary-header"),
        ("secrets.key", "canary-secrets-key"),
        ("gateway.basic.user", "ann"),
        ("gateway.basic.pass", "canary-gateway-pass"),
        ("generation.openai.api_key", "canary-openai-key"),
        ("rerank.cohere.api_key", "canary-cohere-key"),
        ("grpc.token", "canary-grpc-token"),
        ("grpc.internal_token", "canary-internal-token"),
    ]
}

/// What the gateway answered, whatever it was.
struct Answers<'a> {
    suite: &'a mut Suite,
    texts: Vec<String>,
}

impl Answers<'_> {
    async fn ask(&mut self, method: &str, path: &str, body: String) -> (u16, String) {
        let answer = self.suite.request(method, path).body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = format!("{:?} {}", answer.headers().clone(), answer.text().await.unwrap());
        self.texts.push(text.clone());
        (status, text)
    }

    async fn documents(&mut self) {
        let document = json!({
            "text": "A Rust ledger of card payments. canary-document", "title": "canary-heading",
            "metadata": { "note": "canary-metadata" },
        });
        let path = "/v1/collections/portfolio/documents/ledger";
        assert_eq!(self.ask("PUT", path, document.to_string()).await.0 / 100, 2);
        let search = json!({ "collection": "portfolio", "query": "ledger canary-query", "filter": { "note": "canary-metadata" } });
        assert_eq!(self.ask("POST", "/v1/search", search.to_string()).await.0, 200);
    }

    /// Submits a job that reports to the receiver of the suite, under a secret URL.
    async fn submit(&mut self, mut body: Value) -> String {
        let url = format!("{}?signature=canary-signature", self.suite.receiver.url);
        let auth = json!({ "basic": { "user": "bob", "pass": "canary-callback-pass" } });
        body["callback"] = json!({ "url": url, "auth": auth });
        body["correlation"] = json!({ "row": "canary-correlation" });
        let (status, text) = self.ask("POST", "/invocations", body.to_string()).await;
        assert_eq!(status, 202, "{text}");
        let (_, id) = text.split_once("\"job_id\":\"").unwrap();
        id.split('"').next().unwrap().to_owned()
    }

    async fn succeeds(&mut self) {
        let id = self.submit(json!({ "input": input() })).await;
        assert_eq!(self.suite.told(&id).await.body["type"], "job.succeeded");
        self.show(&id).await;
    }

    /// The model refuses, and a collection is missing.
    async fn fails(&mut self, provider: &Provider) {
        provider.answer_with(400);
        let id = self.submit(json!({ "input": input() })).await;
        assert_eq!(self.suite.told(&id).await.body["type"], "job.failed");
        self.show(&id).await;
        provider.answer_with(200);
        let mut missing = input();
        missing["collection"] = json!("nowhere");
        let id = self.submit(json!({ "input": missing })).await;
        assert_eq!(self.suite.told(&id).await.body["type"], "job.failed");
        self.show(&id).await;
    }

    async fn refused(&mut self) {
        let mut wrong = input();
        wrong["description"] = json!(["canary-description"]);
        let callback =
            |url: &str| json!({ "input": input(), "callback": { "url": url } }).to_string();
        let url = self.suite.receiver.url.clone();
        let auth = |auth: Value| {
            json!({ "input": input(), "callback": { "url": url, "auth": auth } }).to_string()
        };
        for body in [
            json!({ "input": wrong, "correlation": "canary-correlation" }).to_string(),
            json!({ "flow": "nowhere", "input": input() }).to_string(),
            json!({ "input": { "title": "canary-title\u{0}", "description": "canary-description" } }).to_string(),
            auth(json!({ "header": { "name": "x-key", "value": "canary-callback-pass\r\n" } })),
            auth(json!({ "header": { "name": "webhook-id", "value": "canary-callback-pass" } })),
            auth(json!({ "basic": { "user": "bob:", "pass": "canary-callback-pass" } })),
            auth(json!({ "basic": { "user": "bob", "pass": ["canary-callback-pass"] } })),
            callback("http://10.0.0.1/x?signature=canary-signature"),
            callback("http://ann:canary-user-info@127.0.0.1:1/x?signature=canary-signature"),
            callback("ftp://127.0.0.1/x?signature=canary-signature"),
            "{\"title\": \"canary-title".to_owned(),
            "{\"title\": \"canary-title\", \"title\": \"canary-title\"}".to_owned(),
        ] {
            let (status, text) = self.ask("POST", "/invocations", body).await;
            assert_eq!(status / 100, 4, "{text}");
        }
    }

    /// One receiver refuses for good, another cannot be reached.
    async fn dead_letter(&mut self) {
        self.suite.receiver.answer([Answer::Status(401, "canary-said")]);
        let id = self.submit(json!({ "input": input() })).await;
        self.suite.told(&id).await;
        self.delivery_when(&id, "\"dead\"").await;
        self.show(&id).await;
        let (status, text) =
            self.ask("POST", "/v1/jobs", json!({ "input": input() }).to_string()).await;
        assert_eq!(status, 202, "{text}");
        let id = text.split_once("\"job_id\":\"").unwrap().1.split('"').next().unwrap().to_owned();
        self.delivery_when(&id, "127.0.0.1").await;
        self.delivery_when(&id, "\"error\":\"").await;
        self.show(&id).await;
    }

    async fn delivery_when(&mut self, id: &str, holds: &str) {
        let path = format!("/v1/jobs/{id}/deliveries");
        e2e::until(&format!("the delivery of {id} to have {holds}"), async || {
            let answer = self.suite.request("GET", &path).send().await.unwrap();
            answer.text().await.unwrap().contains(holds).then_some(())
        })
        .await;
    }

    async fn show(&mut self, id: &str) {
        for path in ["", "/timeline", "/deliveries", "/events"] {
            self.ask("GET", &format!("/v1/jobs/{id}{path}"), String::new()).await;
        }
    }

    async fn look_around(&mut self) {
        for path in [
            "/ping",
            "/health",
            "/openapi.json",
            "/v1/jobs",
            "/v1/flows",
            "/v1/flows/proposal",
            "/v1/collections",
        ] {
            let (status, text) = self.ask("GET", path, String::new()).await;
            assert_eq!(status, 200, "{path}: {text}");
        }
        self.ask("GET", "/v1/collections/portfolio/documents/ledger", String::new()).await;
        self.ask(
            "GET",
            "/v1/collections/portfolio/documents?secret=canary-signature",
            String::new(),
        )
        .await;
        self.ask("GET", "/nowhere?secret=canary-query", String::new()).await;
    }
}

fn input() -> Value {
    json!({
        "title": "Ledger for card payments canary-title",
        "description": "We need a ledger in Rust. canary-description",
        "skills": ["rust"],
    })
}

/// The secrets, as they are and as they travel.
fn secrets() -> impl Iterator<Item = String> {
    let bare = SECRET.trim_start_matches("whsec_");
    let decoded = String::from_utf8(STANDARD.decode(bare).unwrap()).unwrap();
    let basic = ["ann:canary-basic-pass", "ann:canary-gateway-pass", "bob:canary-callback-pass"]
        .map(|pair| STANDARD.encode(pair));
    let all = SECRETS.map(str::to_owned).into_iter();
    all.chain([bare.to_owned(), decoded]).chain(basic)
}

fn content() -> impl Iterator<Item = String> {
    CONTENT.into_iter().map(str::to_owned)
}

fn nothing_in(text: &str, canaries: impl Iterator<Item = String>) {
    for canary in canaries {
        assert!(!text.contains(&canary), "{canary} came out: {text}");
    }
}
