//! Other people's clients: the AWS SDKs call the endpoint as they call any other.

use std::path::{Path, PathBuf};

use aws_sdk_sagemakerruntime::Client;
use aws_sdk_sagemakerruntime::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sagemakerruntime::error::SdkError;
use aws_sdk_sagemakerruntime::operation::invoke_endpoint::{
    InvokeEndpointError, InvokeEndpointOutput,
};
use aws_sdk_sagemakerruntime::primitives::Blob;
use e2e::{ENDPOINT, Hosted, Hosting, Mode, Setup, hosted, id, sample};
use sagemaker_kit::Platform;
use serde_json::{Value, json};

hosted! {
    /// The Rust SDK: a job, its status, and the typed error of a bad one.
    async fn rust_sdk_invokes(hosting: Hosting) {
        let mut hosted = Hosted::start(hosting, Setup::plain()).await;
        let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
        let answer = sdk(&hosted, hosting, &body).await.unwrap();
        assert_eq!((answer.content_type(), answer.invoked_production_variant()), (Some("application/json"), Some("AllTraffic")));
        let accepted: Value = serde_json::from_slice(answer.body().unwrap().as_ref()).unwrap();
        let echo = answer.custom_attributes().unwrap();
        assert!(echo.contains(accepted["trace_id"].as_str().unwrap()), "{echo}");
        hosted.told(&id(&accepted)).await;

        let refused = sdk(&hosted, hosting, &json!({ "input": {} })).await.unwrap_err().into_service_error();
        let InvokeEndpointError::ModelError(error) = refused else { panic!("{refused:?}") };
        assert_eq!(error.original_status_code(), Some(422));
        let problem: Value = serde_json::from_str(error.original_message().unwrap()).unwrap();
        assert_eq!(problem["code"], "invalid_input", "{problem}");
        assert!(error.log_stream_arn().is_some_and(|arn| arn.ends_with("/aws/sagemaker/Endpoints/proposals")));
    }

    /// boto3: the same.
    async fn boto3_invokes(hosting: Hosting) {
        let mut hosted = Hosted::start(hosting, Setup::plain()).await;
        let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
        let told = boto3(&hosted.platform, hosting, &body).await;
        assert_eq!((&told["content_type"], &told["variant"]), (&json!("application/json"), &json!("AllTraffic")), "{told}");
        let job = id(&told["body"]);
        assert!(told["attributes"].as_str().unwrap().contains(told["body"]["trace_id"].as_str().unwrap()), "{told}");
        hosted.told(&job).await;

        let told = boto3(&hosted.platform, hosting, &json!({ "input": {} })).await;
        assert_eq!((&told["error"], &told["original_status"]), (&json!("ModelError"), &json!(422)), "{told}");
        let problem: Value = serde_json::from_str(told["original_message"].as_str().unwrap()).unwrap();
        assert_eq!(problem["code"], "invalid_input", "{problem}");
    }
}

async fn sdk(
    hosted: &Hosted,
    hosting: Hosting,
    body: &Value,
) -> Result<InvokeEndpointOutput, SdkError<InvokeEndpointError>> {
    let key = e2e::credentials();
    let config = aws_sdk_sagemakerruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new(key.access_key, key.secret_key, None, None, "test"))
        .endpoint_url(hosted.platform.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let call = Client::from_conf(config)
        .invoke_endpoint()
        .endpoint_name(ENDPOINT)
        .content_type("application/json");
    let call = call.body(Blob::new(body.to_string()));
    match hosting.mode {
        Mode::Single => call.send().await,
        Mode::Direct => call.target_container_hostname("gateway").send().await,
    }
}

async fn boto3(platform: &Platform, hosting: Hosting, body: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/sagemaker/invoke.py");
    let target = if hosting.mode == Mode::Direct { "gateway" } else { "" };
    let mut command = tokio::process::Command::new(python());
    command.arg(script).args([platform.url(), ENDPOINT, target, &body.to_string()]);
    let output = e2e::within("boto3", command.output()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A Python that knows boto3.
fn python() -> PathBuf {
    let tools = std::env::var_os("THROUGHLINE_TOOLS").map(PathBuf::from);
    let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools"));
    let python = tools.join("bin/python");
    assert!(python.exists(), "run tests/tools/fetch.sh python first, as `make test` does");
    python
}
