//! Calls must be signed; whether by the right one is checked where the platform knows the secret.

use super::*;
use http::Request;

#[tokio::test]
async fn unsigned_call_is_refused() {
    let stage = Stage::start(single()).await;
    for (header, kind) in [
        (None, "MissingAuthenticationTokenException"),
        (Some("Bearer x"), "IncompleteSignatureException"),
        (Some("AWS4-HMAC-SHA256 Credential=a/b"), "IncompleteSignatureException"),
        (Some(&*authorization("execute-api")), "InvalidSignatureException"),
    ] {
        let mut request =
            Request::post(format!("{}/endpoints/shop/invocations", stage.platform.url()));
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let answer = stage.caller.send(request.body("{}".into()).unwrap()).await.unwrap();
        assert_eq!((answer.status, answer.error()), (403, Some(kind)), "{answer:?}");
    }
}

#[tokio::test]
async fn signature_is_verified_where_the_secret_is_known() {
    let platform = Platform::verifying("127.0.0.1:0", credentials()).await.unwrap();
    platform.deploy(single()).unwrap().in_service().await.unwrap();
    let caller = |secret: &str, key: &str| {
        let credentials = Credentials { access_key: key.into(), secret_key: secret.into() };
        Caller::new(platform.url(), credentials, "us-east-1")
    };
    let attributes = [("x-amzn-sagemaker-custom-attributes", "a=1;  b=2")];
    for (secret, key, status, kind) in [
        ("secret", "AKIDEXAMPLE", 200, None),
        ("wrong", "AKIDEXAMPLE", 403, Some("InvalidSignatureException")),
        ("secret", "AKIDOTHER", 403, Some("UnrecognizedClientException")),
    ] {
        let answer = caller(secret, key).invoke("shop", &attributes, "{}").await.unwrap();
        assert_eq!((answer.status, answer.error()), (status, kind), "{answer:?}");
    }
}

/// Other people's signatures are verified too: curl makes its own.
#[tokio::test]
async fn curl_signs_as_we_verify() {
    let platform = Platform::verifying("127.0.0.1:0", credentials()).await.unwrap();
    platform.deploy(single()).unwrap().in_service().await.unwrap();
    let url = format!("{}/endpoints/shop/invocations", platform.url());
    let arguments = [
        "-s",
        "--aws-sigv4",
        "aws:amz:us-east-1:sagemaker",
        "--user",
        "AKIDEXAMPLE:secret",
        "-d",
        "{}",
        &url,
    ];
    let output = tokio::process::Command::new("curl").args(arguments).output().await.unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["path"], "/invocations", "{answer}");
}

fn authorization(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature={}",
        "0".repeat(64)
    )
}
