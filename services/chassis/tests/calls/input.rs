use std::convert::Infallible;

use bytes::Bytes;
use chassis::channel::MESSAGE_LIMIT;
use chassis::failure::{Kind, Problem};
use http_body_util::Full;
use proto::generation::GenerateRequest;
use proto::generation::generation_service_client::GenerationServiceClient;
use tonic::body::Body;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};
use tower::service_fn;

use crate::raw::{EMPTY, GENERATE, post};
use crate::world::{BOTH, Placement, World, of, said, soon};

fn sized(bytes: usize) -> GenerateRequest {
    GenerateRequest { variables_json: "x".repeat(bytes), ..GenerateRequest::default() }
}

#[tokio::test]
async fn large_messages_pass_both_ways() {
    for placement in BOTH {
        let world = World::new(placement).await;
        assert!(soon(world.client().generate(sized(MESSAGE_LIMIT / 2))).await.is_ok());
        let answer = soon(world.call("large")).await.unwrap();
        assert_eq!(answer.text.len(), MESSAGE_LIMIT / 2, "{placement:?}");
    }
}

#[tokio::test]
async fn oversize_request_is_too_large() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = soon(world.client().generate(sized(MESSAGE_LIMIT + 1))).await.unwrap_err();
        assert_eq!(said(&status), of(Kind::TooLarge, "TOO_LARGE"), "{placement:?}");
        assert_eq!(status.code(), Code::ResourceExhausted);
    }
}

#[tokio::test]
async fn announced_size_is_judged_before_it_is_read() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = soon(post(&world, GENERATE, &[], &[0, 0xff, 0xff, 0xff, 0xff])).await;
        assert_eq!(said(&status), of(Kind::TooLarge, "TOO_LARGE"), "{placement:?}");
        assert_eq!(status.message(), "the message is over the limit of 32 MiB: send less at once");
    }
}

#[tokio::test]
async fn oversize_answer_is_too_large() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = soon(world.call("flood")).await.unwrap_err();
        assert_eq!(said(&status), of(Kind::TooLarge, "TOO_LARGE"), "{placement:?}");
    }
}

#[tokio::test]
async fn request_that_cannot_be_decoded_is_malformed() {
    // Field 5 is text: here it is a number, then it is no UTF-8, then it breaks off.
    for body in [&[0x28, 1][..], &[0x2a, 1, 0xff], &[0x2a, 9, b'x'], &[0xff; 20]] {
        for placement in BOTH {
            let world = World::new(placement).await;
            let frame = [&[0, 0, 0, 0, body.len().try_into().unwrap()], body].concat();
            let status = soon(post(&world, GENERATE, &[], &frame)).await;
            assert_eq!(said(&status), of(Kind::Malformed, "MALFORMED"), "{placement:?} {body:?}");
        }
    }
}

#[tokio::test]
async fn undecodable_field_is_named() {
    let world = World::new(BOTH[0]).await;
    let status = soon(post(&world, GENERATE, &[], &[0, 0, 0, 0, 3, 0x2a, 1, 0xff])).await;
    assert_eq!(
        status.message(),
        "the request cannot be decoded: failed to decode Protobuf message: GenerateRequest.model: \
         invalid string value: data is not UTF-8 encoded"
    );
}

#[tokio::test]
async fn request_without_its_frame_is_malformed() {
    for body in [&[][..], &[0], &[0, 0, 0, 0, 9, 1], &[7, 0, 0, 0, 0], &[1, 0, 0, 0, 0]] {
        for placement in BOTH {
            let world = World::new(placement).await;
            let status = soon(post(&world, GENERATE, &[], body)).await;
            assert_eq!(said(&status), of(Kind::Malformed, "UNFRAMED"), "{placement:?} {body:?}");
        }
    }
}

#[tokio::test]
async fn compression_that_is_not_spoken_here_is_unsupported() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = soon(post(&world, GENERATE, &[("grpc-encoding", "gzip")], EMPTY)).await;
        assert_eq!(said(&status), of(Kind::Unsupported, "UNSUPPORTED"), "{placement:?}");
    }
}

#[tokio::test]
async fn unknown_method_is_named_so() {
    for path in [
        "/throughline.generation.v1.GenerationService/Nope",
        "/throughline.generation.v1.GenerationService/",
        "/nobody.Service/Generate",
        "/throughline.generation.v1.GenerationService",
        "/",
    ] {
        for placement in BOTH {
            let world = World::new(placement).await;
            let status = soon(post(&world, path, &[], EMPTY)).await;
            assert_eq!(
                said(&status),
                of(Kind::Unsupported, "UNKNOWN_METHOD"),
                "{placement:?} {path}"
            );
            assert_eq!(status.code(), Code::Unimplemented);
        }
    }
}

#[tokio::test]
async fn refusal_of_very_many_fields_names_the_first_of_them() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = soon(world.call("wordy")).await.unwrap_err();
        assert_eq!(said(&status), of(Kind::Invalid, "INVALID_INPUT"), "{placement:?}");
        let problem = Problem::of(&status);
        assert!((20..200).contains(&problem.errors.len()), "{}", problem.errors.len());
        assert_eq!(problem.errors[0].path, "input.field_0");
    }
}

#[tokio::test]
async fn headers_over_the_limit_are_too_large() {
    let world = World::new(Placement::Remote).await;
    let mut request = Request::new(GenerateRequest::default());
    let huge = MetadataValue::try_from("x".repeat(64 * 1024)).unwrap();
    request.metadata_mut().insert("huge", huge);
    let status = soon(world.client().generate(request)).await.unwrap_err();
    assert_eq!(said(&status), of(Kind::TooLarge, "HEADERS_TOO_LARGE"));
}

#[tokio::test]
async fn answer_that_cannot_be_decoded_is_a_bug() {
    let peer = service_fn(|_: http::Request<Body>| async {
        let nonsense = Bytes::from_static(&[0, 0, 0, 0, 2, 0x0a, 9]);
        Ok::<_, Infallible>(http::Response::new(Body::new(Full::new(nonsense))))
    });
    let status = GenerationServiceClient::new(peer).generate(GenerateRequest::default()).await;
    assert_eq!(status.unwrap_err().code(), Code::Internal);
}
