use futures_util::stream;
use prost::Message;
use prost_types::FileDescriptorProto;
use tonic_reflection::pb::v1;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1alpha;
use tonic_reflection::pb::v1alpha::server_reflection_client::ServerReflectionClient as AlphaClient;

use crate::world::{BOTH, PUPPET, World, soon};

const SERVED: [&str; 4] = [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    PUPPET,
];

async fn ask(world: &World, question: MessageRequest) -> MessageResponse {
    let question =
        v1::ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let mut client = ServerReflectionClient::new(world.channel.clone());
    let answers = client.server_reflection_info(stream::iter([question])).await;
    let answer = soon(answers.unwrap().into_inner().message()).await.unwrap();
    answer.unwrap().message_response.unwrap()
}

async fn file(world: &World, question: MessageRequest) -> FileDescriptorProto {
    let MessageResponse::FileDescriptorResponse(files) = ask(world, question).await else {
        panic!("no file")
    };
    FileDescriptorProto::decode(files.file_descriptor_proto[0].as_slice()).unwrap()
}

#[tokio::test]
async fn every_service_here_is_listed_and_no_other() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let MessageResponse::ListServicesResponse(listed) =
            ask(&world, MessageRequest::ListServices(String::new())).await
        else {
            panic!("no list")
        };
        let mut names: Vec<_> = listed.service.into_iter().map(|service| service.name).collect();
        names.sort();
        assert_eq!(names, SERVED, "{placement:?}");
    }
}

#[tokio::test]
async fn imports_resolve_down_to_the_last_file() {
    let world = World::new(BOTH[0]).await;
    for service in SERVED {
        let question = MessageRequest::FileContainingSymbol(service.to_owned());
        let mut wanted = file(&world, question).await.dependency;
        while let Some(name) = wanted.pop() {
            wanted.extend(file(&world, MessageRequest::FileByFilename(name)).await.dependency);
        }
    }
}

#[tokio::test]
async fn older_tools_ask_by_the_older_name() {
    let world = World::new(BOTH[1]).await;
    let question = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1alpha::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
    };
    let mut client = AlphaClient::new(world.channel.clone());
    let answers = client.server_reflection_info(stream::iter([question])).await;
    assert!(soon(answers.unwrap().into_inner().message()).await.unwrap().is_some());
}
