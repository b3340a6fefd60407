//! Credentials that change in their store while the suite runs reach whoever uses them.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use e2e::{Moto, Process, database, sample, serve, until, vecs_table};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// What must be told as in force.
const FOLLOWED: [&str; 9] = [
    "database.direct_url",
    "database.url",
    "rerank.cohere.api_key",
    "retrieval.supabase.url",
    "secrets.key",
    "webhook.basic.pass",
    "webhook.basic.user",
    "webhook.headers",
    "webhook.secret",
];

/// Passwords of databases, keys, and what webhooks are signed and sent with; what the old key sealed is still opened.
#[tokio::test(flavor = "multi_thread")]
async fn credentials_in_use_are_followed() {
    let (moto, outside) = (Moto::start().await, Outside::default());
    let url = serve(outside.router()).await;
    let (own, table) = (Account::of(database().await).await, Account::of(vecs_table().await).await);
    let bundle = |pass: &str| bundle(&url, &own, &table, pass).to_string();
    moto.secret("bundle", &bundle("first")).await;
    let folder = tempfile::tempdir().unwrap();
    let mut process = start(&moto, folder.path(), &url);
    let http = until("the suite to listen", async || listens(&process.log())).await;
    submit(&http, json!({ "input": sample() })).await;
    outside.saw("/hook", "first").await;
    let auth = json!({ "header": { "name": "X-Api-Key", "value": "canary-mine" } });
    let callback = json!({ "url": format!("{url}/later"), "auth": auth });
    submit(&http, json!({ "input": sample(), "callback": callback })).await;
    until("the callback to be tried", async || outside.calls("/later").pop()).await;

    own.change("second").await;
    table.change("second").await;
    moto.rotate("bundle", &bundle("second")).await;
    until("the change to be told", async || {
        let log = process.log();
        let line = log.lines().find(|line| line.contains("are in force"))?;
        FOLLOWED.iter().all(|name| line.contains(name)).then_some(())
    })
    .await;
    own.throw_out().await;
    table.throw_out().await;
    let job = submit(&http, json!({ "input": sample() })).await;
    outside.saw("/hook", "second").await;
    assert_eq!(outside.last("/v2/rerank")["authorization"], "Bearer canary-cohere-second");
    outside.is_open.store(true, Ordering::SeqCst);
    let late = until("the callback to be told", async || {
        outside.calls("/later").into_iter().find(|call| call.accepted)
    })
    .await;
    assert_eq!(late.headers["x-api-key"], "canary-mine");

    let job = ask(&http, &format!("v1/jobs/{job}")).await.unwrap();
    assert_eq!(job["result"]["citations"][0]["document_id"], "node-ledger", "{job}");
    assert_eq!(process.stop().await, Some(0), "{}", process.log());
    assert!(!process.log().contains("canary"), "a secret is in the log");
}

/// A role of the server's that has to say its password, and the database that it uses.
struct Account {
    server: String,
    role: String,
}

impl Account {
    /// The owner of a database from now on.
    async fn of(server: String) -> Self {
        let (_, database) = server.rsplit_once('/').unwrap();
        let role = format!("{database}_user");
        let account = Self { role: role.clone(), server: server.clone() };
        account.run("do $$ begin create role with_password; exception when duplicate_object or unique_violation then null; end $$").await;
        let sql = format!(
            "create role {role} login in role with_password password 'canary-first'; \
             alter database {database} owner to {role}; \
             do $$ begin if to_regnamespace('vecs') is not null then \
               grant usage on schema vecs to {role}; grant select on all tables in schema vecs to {role}; \
             end if; end $$"
        );
        account.run(&sql).await;
        let wrong = account.url("wrong");
        assert!(PgConnection::connect(&wrong).await.is_err(), "the server asks for no password");
        account
    }

    fn url(&self, pass: &str) -> String {
        let (_, rest) = self.server.split_once('@').unwrap();
        format!("postgres://{}:canary-{pass}@{rest}", self.role)
    }

    async fn change(&self, pass: &str) {
        self.run(&format!("alter role {} password 'canary-{pass}'", self.role)).await;
    }

    /// Ends every connection, so that each has to be made anew.
    async fn throw_out(&self) {
        let sql = "select pg_terminate_backend(pid) from pg_stat_activity where usename = ";
        self.run(&format!("{sql}'{}'", self.role)).await;
    }

    async fn run(&self, sql: &str) {
        let mut connection = PgConnection::connect(&self.server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }
}

fn bundle(url: &str, own: &Account, table: &Account, pass: &str) -> Value {
    json!({
        "DATABASE_URL": own.url(pass), "DATABASE_DIRECT_URL": own.url(pass),
        "SUPABASE_URL": table.url(pass), "COHERE_API_KEY": format!("canary-cohere-{pass}"),
        "SECRETS_KEY": format!("canary-a-long-key-for-secrets-{pass}"),
        "WEBHOOK_URL": format!("{url}/hook"), "WEBHOOK_SECRET": format!("canary-signature-{pass}"),
        "BASIC_AUTH_USER": format!("user-{pass}"), "BASIC_AUTH_PASS": format!("canary-{pass}"),
    })
}

/// The webhook, a callback that is closed at first, and Cohere.
#[derive(Clone, Default)]
struct Outside {
    calls: Arc<Mutex<Vec<Call>>>,
    is_open: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Call {
    path: &'static str,
    headers: HeaderMap,
    body: Bytes,
    accepted: bool,
}

impl Outside {
    fn router(&self) -> Router {
        let hook = post(async |State(outside): State<Self>, headers: HeaderMap, body: Bytes| {
            outside.note("/hook", headers, body, true);
            StatusCode::NO_CONTENT
        });
        let later = post(async |State(outside): State<Self>, headers: HeaderMap, body: Bytes| {
            let is_open = outside.is_open.load(Ordering::SeqCst);
            outside.note("/later", headers, body, is_open);
            if is_open { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE }
        });
        let rank = post(async |State(outside): State<Self>, headers: HeaderMap, body: Bytes| {
            outside.note("/v2/rerank", headers, body, true);
            r#"{"id":"r","results":[{"index":0,"relevance_score":0.9}]}"#
        });
        let router = Router::new().route("/hook", hook).route("/later", later);
        router.route("/v2/rerank", rank).with_state(self.clone())
    }

    fn note(&self, path: &'static str, headers: HeaderMap, body: Bytes, accepted: bool) {
        self.calls.lock().unwrap().push(Call { path, headers, body, accepted });
    }

    fn calls(&self, path: &str) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|call| call.path == path).cloned().collect()
    }

    fn last(&self, path: &str) -> HeaderMap {
        self.calls(path).pop().unwrap().headers
    }

    /// Waits for the one webhook call of a success that is signed with this secret.
    async fn saw(&self, path: &str, pass: &str) {
        let user = format!("user-{pass}:canary-{pass}");
        let secret = format!("canary-signature-{pass}");
        let webhook = standardwebhooks::Webhook::from_bytes(secret.into_bytes()).unwrap();
        let call = until(pass, async || {
            let mut calls = self.calls(path).into_iter();
            calls.find(|call| webhook.verify(&call.body, &call.headers).is_ok())
        })
        .await;
        let body: Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(body["type"], "job.succeeded", "{body}");
        let sent = call.headers["authorization"].to_str().unwrap().strip_prefix("Basic ").unwrap();
        let sent = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, sent);
        assert_eq!(sent.unwrap(), user.as_bytes());
        assert_eq!(call.headers["x-key"], format!("canary-cohere-{pass}"));
    }
}

fn start(moto: &Moto, folder: &Path, outside: &str) -> Process {
    let settings = [
        ("gateway.listen", "127.0.0.1:0"),
        ("grpc.listen", "127.0.0.1:0"),
        ("secrets.bundle", "bundle"),
        ("secrets.refresh", "1s"),
        ("rerank.cohere.base_url", outside),
        ("webhook.headers", "X-Key=secret://bundle#COHERE_API_KEY"),
        ("webhook.first_retry", "200ms"),
        ("webhook.max_retry_wait", "1s"),
        ("log.level", "trace"),
    ];
    let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Process::start(&settings, &moto.environment(), &folder.join("log"))
}

/// The gateway's URL, once the log tells it.
fn listens(log: &str) -> Option<String> {
    let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let line = lines.find(|line| line["message"] == "the suite listens")?;
    Some(format!("http://{}", line["http"].as_str()?))
}

async fn submit(http: &str, body: Value) -> String {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{http}/invocations");
    until("a job to be accepted", async || {
        let answer = client.post(&url).json(&body).send().await.ok()?;
        let answer: Value = answer.json().await.ok()?;
        answer["job_id"].as_str().map(str::to_owned)
    })
    .await
}

async fn ask(http: &str, path: &str) -> Option<Value> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("{http}/{path}")).send().await.ok()?.json().await.ok()
}
