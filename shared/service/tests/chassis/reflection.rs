//! The contract, told to those who pass the gate.

use prost::Message;
use prost_types::FileDescriptorProto;
use seamless_service::client::ClientChannel;
use tonic::{Code, Status};
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ExtensionRequest, ServerReflectionRequest, ServerReflectionResponse};
use tonic_reflection::pb::v1alpha;
use tonic_reflection::pb::v1alpha::server_reflection_client::ServerReflectionClient as ClientOfV1alpha;

use crate::desk::SERVICE;
use crate::stack::Stack;

fn question(asked: MessageRequest) -> ServerReflectionRequest {
    ServerReflectionRequest { host: String::new(), message_request: Some(asked) }
}

/// The answers to questions that are asked on one stream.
async fn answers(channel: ClientChannel, asked: &[MessageRequest]) -> Result<Vec<MessageResponse>, Status> {
    let questions: Vec<_> = asked.iter().cloned().map(question).collect();
    let questions = tokio_stream::iter(questions);
    let mut told = ServerReflectionClient::new(channel).server_reflection_info(questions).await?.into_inner();
    let mut answers = Vec::new();
    while let Some(answer) = told.message().await? {
        answers.push(answer.message_response.expect("an answer"));
    }
    Ok(answers)
}

/// The same of v1alpha.
async fn older_answers(
    channel: ClientChannel,
    asked: &[MessageRequest],
) -> Result<Vec<MessageResponse>, Status> {
    let older = |asked: &MessageRequest| {
        v1alpha::ServerReflectionRequest::decode(question(asked.clone()).encode_to_vec().as_slice()).unwrap()
    };
    let questions = tokio_stream::iter(asked.iter().map(older).collect::<Vec<_>>());
    let mut told = ClientOfV1alpha::new(channel).server_reflection_info(questions).await?.into_inner();
    let mut answers = Vec::new();
    while let Some(answer) = told.message().await? {
        let answer = ServerReflectionResponse::decode(answer.encode_to_vec().as_slice()).unwrap();
        answers.push(answer.message_response.expect("an answer"));
    }
    Ok(answers)
}

fn listed(answer: &MessageResponse) -> Vec<String> {
    match answer {
        MessageResponse::ListServicesResponse(list) => {
            let mut names: Vec<String> = list.service.iter().map(|service| service.name.clone()).collect();
            names.sort_unstable();
            names
        }
        other => panic!("not a list: {other:?}"),
    }
}

fn file(answer: &MessageResponse) -> String {
    match answer {
        MessageResponse::FileDescriptorResponse(files) => {
            let file = FileDescriptorProto::decode(files.file_descriptor_proto[0].as_slice()).unwrap();
            file.name().to_owned()
        }
        other => panic!("not a description: {other:?}"),
    }
}

fn error_code(answer: &MessageResponse) -> i32 {
    match answer {
        MessageResponse::ErrorResponse(error) => error.error_code,
        other => panic!("not an error: {other:?}"),
    }
}

#[tokio::test]
async fn the_contract_is_told_to_authorities_only_and_only_if_the_settings_want_it() {
    let list = [MessageRequest::ListServices(String::new())];
    let open = Stack::with(|settings| settings.reflection = true).await;
    let served = [
        SERVICE,
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ];
    let told = listed(&answers(open.client().0, &list).await.unwrap()[0]);
    assert_eq!(told, served, "what is served here, whatever else the contracts hold");
    let stranger = open.channel_settings().connect_lazy().unwrap();
    assert_eq!(answers(stranger, &list).await.unwrap_err().code(), Code::Unauthenticated);

    let silent = Stack::start().await;
    assert_eq!(answers(silent.client().0, &list).await.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn both_versions_describe_what_they_list_and_go_on_after_what_there_is_not() {
    let stack = Stack::with(|settings| settings.reflection = true).await;
    let symbol = |name: &str| MessageRequest::FileContainingSymbol(name.to_owned());
    let asked = [
        symbol("nope"),
        symbol(SERVICE),
        symbol("grpc.health.v1.Health"),
        symbol("grpc.reflection.v1.ServerReflection"),
        symbol("grpc.reflection.v1alpha.ServerReflection"),
        symbol("desk.v1.DeskService.File"),
        symbol("desk.v1.Alert.text"),
        symbol("desk.v1.Alert.nope"),
        MessageRequest::FileByFilename("desk/v1/desk.proto".to_owned()),
        MessageRequest::FileByFilename("nope.proto".to_owned()),
        MessageRequest::FileContainingExtension(ExtensionRequest {
            containing_type: "desk.v1.Alert".to_owned(),
            extension_number: 100,
        }),
        MessageRequest::AllExtensionNumbersOfType("desk.v1.Alert".to_owned()),
        MessageRequest::AllExtensionNumbersOfType("nope".to_owned()),
        MessageRequest::ListServices(String::new()),
    ];
    let told = answers(stack.client().0, &asked).await.unwrap();
    assert_eq!(told, older_answers(stack.client().0, &asked).await.unwrap());
    for unknown in [0, 7, 9, 10, 12] {
        assert_eq!(error_code(&told[unknown]), Code::NotFound as i32, "{:?}", asked[unknown]);
    }
    for own in [1, 5, 6, 8] {
        assert_eq!(file(&told[own]), "desk/v1/desk.proto", "{:?}", asked[own]);
    }
    let described: Vec<String> = told[2..5].iter().map(file).collect();
    assert_eq!(described.len(), 3, "{described:?}");
    let MessageResponse::AllExtensionNumbersResponse(numbers) = &told[11] else { panic!("{:?}", told[11]) };
    assert_eq!(numbers.base_type_name, "desk.v1.Alert");
    assert_eq!(listed(&told[13]).len(), 4, "the stream goes on to its end");
}
