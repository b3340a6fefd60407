//! What keeps a container from starting, and that it says so.

use e2e::{Hosted, Hosting, Mode, Setup, Store, hosted, id, sample, why_not};
use serde_json::json;

const SQLITE: Hosting = Hosting { mode: Mode::Single, store: Store::Sqlite };

hosted! {
    /// With a single safe port there is no gRPC for others, and the suite works all the same.
    async fn single_safe_port_is_enough(hosting: Hosting) {
        let mut hosted = Hosted::shaped(hosting, Setup::plain(), |plan| plan.safe_ports = 1).await;
        let job = hosted.submit(json!({ "input": sample() })).await;
        assert_eq!(hosted.told(&job).await.body["type"], "job.succeeded");
    }
}

/// An embedded store is refused where instances come and go, unless somebody accepted that.
#[tokio::test]
async fn embedded_store_is_refused_unless_it_is_accepted() {
    let setup = Setup::plain().with("database.ephemeral", "refused");
    let hosted = Hosted::cold(SQLITE, setup, |_| {}).await;
    let (error, log) = why_not(&hosted).await;
    assert!(error.to_string().contains("exit status: 64"), "{error}");
    assert!(log.contains("database.url") && log.contains("database.ephemeral"), "{log}");
}

/// Several containers share no embedded store, whatever somebody accepted.
#[tokio::test]
async fn embedded_store_is_refused_in_direct_mode() {
    let hosting = Hosting { mode: Mode::Direct, store: Store::Sqlite };
    let hosted = Hosted::cold(hosting, Setup::plain(), |_| {}).await;
    let (error, log) = why_not(&hosted).await;
    assert!(error.to_string().contains("exit status: 64"), "{error}");
    assert!(log.contains("database.url") && log.contains("Postgres"), "{log}");
}

/// A port that somebody has already is named.
#[tokio::test]
async fn port_in_use_is_named() {
    let first = Hosted::start(SQLITE, Setup::plain()).await;
    let port = first.instance().containers()[0].port();
    let folder = tempfile::tempdir().unwrap();
    let mut second = e2e::command(&["serve"]);
    second
        .env("SAGEMAKER_BIND_TO_PORT", port.to_string())
        .env("THROUGHLINE_GATEWAY__AUTH", "platform")
        .env("THROUGHLINE_DATABASE__EPHEMERAL", "accepted")
        .env("DATABASE_URL", format!("sqlite:{}", folder.path().display()));
    let output = e2e::within("the program to end", second.output()).await.unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(69), "{error}");
    assert!(error.contains(&port.to_string()), "{error}");
    let job = id(&first.ask(&sample()).await);
    first.job_when(&job, "succeeded").await;
}
