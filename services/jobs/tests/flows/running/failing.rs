use std::time::Duration;

use chassis::failure::{Kind, Refusal, Violation};
use tonic::{Code, Status};

use crate::fake::refusal;
use crate::folder::Folder;
use crate::running::Run;

async fn fail(status: Status) -> jobs::run::StepError {
    let run = Run::of(&Folder::new());
    run.fake.generate.answer(Err(status));
    run.step("draft").await.unwrap_err()
}

#[tokio::test]
async fn a_refusal_is_told_as_the_service_told_it() {
    let violation = Violation { path: "template".to_owned(), message: "is broken".to_owned() };
    let refused =
        Refusal::new(Kind::Invalid, "INVALID_TEMPLATE").violations(vec![violation.clone()]);
    let error = fail(refused.to_status("the template is broken")).await;
    assert_eq!((error.kind, error.hop), (Kind::Invalid, "generation"));
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("invalid_template", "the template is broken")
    );
    assert_eq!((error.violations.as_slice(), error.is_transient()), (&[violation][..], false));
}

#[tokio::test]
async fn a_service_says_how_long_to_wait() {
    let throttled = Refusal::new(Kind::Throttled, "PROVIDER_THROTTLED");
    let error = fail(throttled.retry_after(Some(Duration::from_secs(7))).to_status("wait")).await;
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    assert!(error.is_transient());
}

#[tokio::test]
async fn some_failures_pass_and_others_do_not() {
    let cases = [
        (refusal(Kind::Unavailable, "PROVIDER_UNAVAILABLE", "x"), "provider_unavailable", true),
        (refusal(Kind::Throttled, "PROVIDER_THROTTLED", "x"), "provider_throttled", true),
        (refusal(Kind::Denied, "PROVIDER_DENIED", "x"), "provider_denied", false),
        (refusal(Kind::Conflict, "SCHEMA_NOT_MET", "x"), "schema_not_met", false),
        (refusal(Kind::Internal, "INTERNAL", "x"), "internal", false),
        (refusal(Kind::Deadline, "DEADLINE", "x"), "deadline", false),
        (Status::new(Code::Unavailable, "x"), "unavailable", true),
        (Status::new(Code::Unknown, "x"), "internal", false),
        (Status::new(Code::Internal, "x"), "internal", false),
        (Status::new(Code::Unimplemented, "x"), "unsupported", false),
        (Status::new(Code::PermissionDenied, "x"), "denied", false),
    ];
    for (status, code, is_transient) in cases {
        let error = fail(status.clone()).await;
        assert_eq!((error.code.as_str(), error.is_transient()), (code, is_transient), "{status:?}");
    }
}

#[tokio::test]
async fn a_failure_without_words_gets_some() {
    let error = fail(Status::new(Code::Unavailable, "")).await;
    assert_eq!(error.message, "generation failed: unavailable");
}
