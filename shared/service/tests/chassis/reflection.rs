//! The contract, told to those who pass the gate.

use seamless_service::client::ClientChannel;
use tonic::{Code, Status};
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::desk::SERVICE;
use crate::stack::Stack;

/// Asks for the names of all services.
async fn services(channel: ClientChannel) -> Result<Vec<String>, Status> {
    let question = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let questions = tokio_stream::once(question);
    let mut answers =
        ServerReflectionClient::new(channel).server_reflection_info(questions).await?.into_inner();
    match answers.message().await? {
        Some(ServerReflectionResponse {
            message_response: Some(MessageResponse::ListServicesResponse(list)),
            ..
        }) => Ok(list.service.into_iter().map(|service| service.name).collect()),
        other => panic!("not an answer: {other:?}"),
    }
}

#[tokio::test]
async fn the_contract_is_told_to_authorities_only_and_only_if_the_settings_want_it() {
    let open = Stack::with(|settings| settings.reflection = true).await;
    let told = services(open.client().0).await.unwrap();
    let mut told = told;
    told.sort_unstable();
    let served = [SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"];
    assert_eq!(told, served, "what is served here, whatever else the contracts hold");
    let stranger = open.channel_settings().connect_lazy().unwrap();
    assert_eq!(services(stranger).await.unwrap_err().code(), Code::Unauthenticated);

    let silent = Stack::start().await;
    assert_eq!(services(silent.client().0).await.unwrap_err().code(), Code::Unimplemented);
}
