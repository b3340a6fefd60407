//! Settings that are kept in AWS: read at start, refused in words that help, and followed when they change.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use e2e::{Moto, Process, SECRET, aws_environment, command, serve, until, within};
use serde_json::{Value, json};

/// A bundle's members count like variables, references are followed, and each is told with its source, in stars.
#[tokio::test]
async fn secrets_are_found() {
    let moto = Moto::start().await;
    let bundle = json!({
        "OPENAI_API_KEY": "canary-key", "WEBHOOK_SECRET": SECRET, "SUPABASE_KEY": "canary-unused",
        "OPENAI_MODEL": "canary-model", "SURPLUS": "canary-surplus",
    });
    let arn = moto.secret("throughline/test", &bundle.to_string()).await;
    moto.secret("plain", "canary-plain").await;
    moto.parameter("/test/token", "canary-token").await;
    let mut environment = moto.environment();
    environment.push(("OPENAI_MODEL".to_owned(), "mine".to_owned()));
    let settings = [
        format!("secrets.bundle={arn}"),
        "grpc.token=ssm://test/token".to_owned(),
        "grpc.internal_token=secret://plain".to_owned(),
        "webhook.headers=X-Key=secret://throughline/test#OPENAI_API_KEY".to_owned(),
        "outbound.allow=secret://plain,10.0.0.0/8".to_owned(),
    ];
    let output = check(&environment, &settings).await;
    let (rows, notes) = (stdout(&output), stderr(&output));
    assert!(output.status.success(), "{notes}");
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap();
    let row = |key: &str| {
        let row = rows.iter().find(|row| row["key"] == key).unwrap();
        (row["value"].as_str().unwrap().to_owned(), row["source"].as_str().unwrap().to_owned())
    };
    let hidden = |source: &str| ("***".to_owned(), source.to_owned());
    assert_eq!(row("generation.openai.api_key"), hidden(&format!("secret {arn}#OPENAI_API_KEY")));
    assert_eq!(row("generation.openai.model").1, "OPENAI_MODEL");
    assert_eq!(row("grpc.token"), hidden("parameter test/token"));
    assert_eq!(row("grpc.internal_token"), hidden("secret plain"));
    assert_eq!(row("webhook.headers"), hidden("secret throughline/test#OPENAI_API_KEY"));
    assert_eq!(row("outbound.allow"), hidden("secret plain"));
    assert!(notes.contains("SURPLUS") && !notes.contains("SUPABASE_KEY"), "{notes}");
    no_canary(&output);
}

/// What cannot be had is refused before anything begins: which setting, from where, and what to do.
#[tokio::test]
async fn faults_are_named() {
    let moto = Moto::start().await;
    moto.secret("plain", "canary-plain").await;
    // A service of moto's takes its time to begin.
    moto.parameter("/test/other", "canary-other").await;
    moto.secret("odd", r#"{"number":4711,"empty":"","good":"canary-good"}"#).await;
    let faults = [
        (
            "grpc.token=secret://nowhere",
            "grpc.token (command line) names nowhere, which does not exist",
        ),
        ("grpc.token=ssm://nowhere", "names nowhere, which does not exist"),
        ("grpc.token=secret://odd#none", "names odd#none, which is not there"),
        ("grpc.token=secret://odd#number", "names odd#number, which is no text"),
        ("grpc.token=secret://odd#empty", "names odd#empty, which is empty"),
        ("grpc.token=secret://plain#field", "names plain, which is no JSON object"),
        ("grpc.token=secret://", "is no reference to a secret"),
        (
            "secrets.bundle=plain",
            "secrets.bundle (command line) names plain, which is no JSON object",
        ),
        ("secrets.bundle=odd", "names odd#number, which is no text"),
        ("secrets.bundle=secret://plain", "write the value itself"),
        ("secrets.refresh=1ms", "secrets.refresh (command line) is too short"),
        ("jobs.workers=secret://plain", "jobs.workers (command line) is not a whole number"),
        ("grpc.listen=secret://plain", "grpc.listen (secret plain) cannot be read"),
    ];
    for (setting, words) in faults {
        let output = check(&moto.environment(), &[setting.to_owned()]).await;
        assert_eq!(output.status.code(), Some(64), "{setting}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{setting}: {}", stderr(&output));
        no_canary(&output);
    }
    let without = |name: &str| {
        let all = moto.environment().into_iter();
        all.filter(|(variable, _)| variable != name).collect::<Vec<_>>()
    };
    for (missing, words) in [("AWS_REGION", "AWS_REGION"), ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")] {
        let output = check(&without(missing), &["grpc.token=secret://plain".to_owned()]).await;
        assert_eq!(output.status.code(), Some(64), "{missing}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{missing}: {}", stderr(&output));
    }
}

/// AWS that denies is told from AWS that is not there, slow, or busy for a moment.
#[tokio::test]
async fn aws_has_its_moods() {
    let denied = "User: arn:aws:sts::123456789012:assumed-role/app/i-1 is not authorized to perform: secretsmanager:GetSecretValue on resource: plain";
    let denied = json!({ "__type": "AccessDeniedException", "Message": denied });
    let url = serve(always(StatusCode::BAD_REQUEST, denied)).await;
    let output = check(&aws_environment(&url), &["grpc.token=secret://plain".to_owned()]).await;
    assert_eq!(output.status.code(), Some(64), "{}", stderr(&output));
    let words = ["assumed-role/app", "allow secretsmanager:GetSecretValue on plain", "kms:Decrypt"];
    assert!(words.iter().all(|word| stderr(&output).contains(word)), "{}", stderr(&output));

    let busy = json!({ "__type": "ThrottlingException", "message": "Rate exceeded" });
    let good = json!({ "Name": "plain", "SecretString": "canary-plain" });
    let calls = Arc::new(AtomicUsize::new(0));
    let router =
        Router::new().fallback(post(async move || match calls.fetch_add(1, Ordering::Relaxed) {
            0 => (StatusCode::BAD_REQUEST, busy.to_string()),
            _ => (StatusCode::OK, good.to_string()),
        }));
    let url = serve(router).await;
    let output = check(&aws_environment(&url), &["grpc.token=secret://plain".to_owned()]).await;
    assert!(output.status.success(), "{}", stderr(&output));

    let hanging = Router::new().fallback(post(async || std::future::pending::<()>().await));
    for url in ["http://127.0.0.1:1".to_owned(), serve(hanging).await] {
        let settings = ["grpc.token=secret://plain", "webhook.secret=secret://other"];
        let output = check(&aws_environment(&url), &settings.map(str::to_owned)).await;
        assert_eq!(output.status.code(), Some(69), "{url}: {}", stderr(&output));
        let told = stderr(&output);
        assert!(told.contains("plain") && told.contains("other"), "{url}: {told}");
    }
}

/// A password that changes in its store is the one that counts, without a restart; nothing of it is logged.
#[tokio::test]
async fn rotation_is_followed() {
    let moto = Moto::start().await;
    let bundle = |pass: &str| {
        json!({ "BASIC_AUTH_USER": "n8n", "BASIC_AUTH_PASS": pass, "WEBHOOK_SECRET": SECRET })
            .to_string()
    };
    moto.secret("bundle", &bundle("canary-first")).await;
    let folder = tempfile::tempdir().unwrap();
    let mut process = start(&moto, folder.path());
    let url = until("the suite to listen", async || listens(&process.log())).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let status = async |pass: &str| {
        let request = client.get(format!("{url}/v1/jobs")).basic_auth("n8n", Some(pass));
        Some(request.send().await.ok()?.status().as_u16())
    };
    let let_in = async |pass: &str| (status(pass).await? == 200).then_some(());
    until("the first password to count", async || let_in("canary-first").await).await;
    moto.rotate("bundle", &bundle("canary-second")).await;
    until("the second password to count", async || let_in("canary-second").await).await;
    assert_eq!(status("canary-first").await, Some(401));

    for (broken, told) in [
        (
            r#"{"BASIC_AUTH_USER":"n8n","BASIC_AUTH_PASS":"canary-second"}"#,
            "are gone from their store",
        ),
        ("canary", "cannot be read again"),
    ] {
        moto.rotate("bundle", broken).await;
        until(told, async || process.log().contains(told).then_some(())).await;
        assert_eq!(status("canary-second").await, Some(200));
    }
    moto.rotate("bundle", &bundle("canary-third")).await;
    until("the third password to count", async || let_in("canary-third").await).await;

    assert_eq!(process.stop().await, Some(0), "{}", process.log());
    let log = process.log();
    assert!(log.contains("gateway.basic.pass") && log.contains("TRACE"), "{log}");
    assert!(!log.contains("canary"), "a secret is in the log");
}

fn start(moto: &Moto, folder: &Path) -> Process {
    let state = format!("sqlite:{}", folder.join("state").display());
    let settings = [
        ("database.url", state.as_str()),
        ("gateway.listen", "127.0.0.1:0"),
        ("grpc.listen", "127.0.0.1:0"),
        ("gateway.auth", "basic"),
        ("secrets.bundle", "bundle"),
        ("secrets.refresh", "1s"),
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

fn always(status: StatusCode, body: Value) -> Router {
    Router::new().fallback(post(async move || (status, body.to_string())))
}

async fn check(environment: &[(String, String)], settings: &[String]) -> Output {
    let mut command = command(&["config", "check", "--json"]);
    command.envs(environment.iter().cloned());
    command.args(settings.iter().flat_map(|setting| ["--set", setting]));
    within("config check", command.output()).await.unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn no_canary(output: &Output) {
    let told = stdout(output) + &stderr(output);
    assert!(!told.contains("canary") && !told.contains("4711"), "{told}");
}
