//! The contracts, told to whoever passes the gate [gRPC server reflection, v1 and v1alpha].
//!
//! Invariants: both versions tell the same, and describe whatever they list; what there is not is an answer, and never the
//! end of the stream.

use std::sync::Arc;

use futures::stream::{BoxStream, StreamExt};
use prost::Message;
use prost_reflect::{DescriptorError, DescriptorPool, FileDescriptor};
use tonic::service::Routes;
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{
    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse, ListServiceResponse,
    ServerReflectionRequest, ServerReflectionResponse, ServiceResponse,
};
use tonic_reflection::pb::{v1, v1alpha};
use tonic_reflection::server::v1::{ServerReflection as AsV1, ServerReflectionServer as ServerOfV1};
use tonic_reflection::server::v1alpha::{
    ServerReflection as AsV1alpha, ServerReflectionServer as ServerOfV1alpha,
};

/// What every service serves besides its own.
const ALWAYS_SERVED: [&str; 3] = [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

/// What is told.
#[derive(Clone)]
struct Reflection {
    pool: DescriptorPool,
    /// The services that are served here; the contracts may hold those of others, whose feeds are followed.
    services: Arc<[&'static str]>,
}

/// Routes to both versions, which describe these contracts, and list these services.
pub(crate) fn add_to(
    routes: Routes,
    contracts: &[u8],
    services: &[&'static str],
) -> Result<Routes, DescriptorError> {
    let mut pool = DescriptorPool::new();
    for descriptors in [
        contracts,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        v1::FILE_DESCRIPTOR_SET,
        v1alpha::FILE_DESCRIPTOR_SET,
    ] {
        pool.decode_file_descriptor_set(descriptors)?;
    }
    let services = services.iter().copied().chain(ALWAYS_SERVED).collect();
    let reflection = Reflection { pool, services };
    Ok(routes.add_service(ServerOfV1::new(reflection.clone())).add_service(ServerOfV1alpha::new(reflection)))
}

impl Reflection {
    fn answer(&self, question: ServerReflectionRequest) -> ServerReflectionResponse {
        let answer = match &question.message_request {
            None => error(Code::InvalidArgument, "the question is missing".to_owned()),
            Some(MessageRequest::FileByFilename(name)) => {
                described(self.pool.get_file_by_name(name), || format!("the file {name}"))
            }
            Some(MessageRequest::FileContainingSymbol(name)) => {
                described(self.file_of(name), || format!("the symbol {name}"))
            }
            Some(MessageRequest::FileContainingExtension(asked)) => {
                let (of, number) = (&asked.containing_type, asked.extension_number);
                let extended = self.pool.get_message_by_name(of);
                let extension = extended.and_then(|extended| extended.get_extension(number.try_into().ok()?));
                described(extension.map(|extension| extension.parent_file()), || {
                    format!("the extension {number} of {of}")
                })
            }
            Some(MessageRequest::AllExtensionNumbersOfType(of)) => match self.pool.get_message_by_name(of) {
                None => unknown(&format!("the message {of}")),
                Some(extended) => {
                    let numbers = extended.extensions().map(|extension| extension.number());
                    MessageResponse::AllExtensionNumbersResponse(ExtensionNumberResponse {
                        base_type_name: of.clone(),
                        extension_number: numbers.filter_map(|number| number.try_into().ok()).collect(),
                    })
                }
            },
            Some(MessageRequest::ListServices(_)) => {
                let named = |name: &&str| ServiceResponse { name: (*name).to_owned() };
                let service = self.services.iter().map(named).collect();
                MessageResponse::ListServicesResponse(ListServiceResponse { service })
            }
        };
        ServerReflectionResponse {
            valid_host: question.host.clone(),
            original_request: Some(question),
            message_response: Some(answer),
        }
    }

    /// The file with a service, a message, an enumeration, an extension, or a member of one of these.
    fn file_of(&self, name: &str) -> Option<FileDescriptor> {
        let pool = &self.pool;
        let whole = || {
            let message = pool.get_message_by_name(name).map(|message| message.parent_file());
            message
                .or_else(|| pool.get_service_by_name(name).map(|service| service.parent_file()))
                .or_else(|| pool.get_enum_by_name(name).map(|found| found.parent_file()))
                .or_else(|| pool.get_extension_by_name(name).map(|extension| extension.parent_file()))
        };
        let member = || {
            let (of, member) = name.rsplit_once('.')?;
            if let Some(service) = pool.get_service_by_name(of) {
                return service
                    .methods()
                    .any(|method| method.name() == member)
                    .then(|| service.parent_file());
            }
            if let Some(found) = pool.get_enum_by_name(of) {
                return found.get_value_by_name(member).map(|_| found.parent_file());
            }
            let message = pool.get_message_by_name(of)?;
            let has = message.get_field_by_name(member).is_some()
                || message.oneofs().any(|oneof| oneof.name() == member);
            has.then(|| message.parent_file())
        };
        whole().or_else(member)
    }
}

fn described(file: Option<FileDescriptor>, what: impl FnOnce() -> String) -> MessageResponse {
    match file {
        Some(file) => MessageResponse::FileDescriptorResponse(FileDescriptorResponse {
            file_descriptor_proto: vec![file.encode_to_vec()],
        }),
        None => unknown(&what()),
    }
}

fn unknown(what: &str) -> MessageResponse {
    error(Code::NotFound, format!("{what} is not known here"))
}

fn error(code: Code, error_message: String) -> MessageResponse {
    MessageResponse::ErrorResponse(ErrorResponse { error_code: code as i32, error_message })
}

#[tonic::async_trait]
impl AsV1 for Reflection {
    type ServerReflectionInfoStream = BoxStream<'static, Result<ServerReflectionResponse, Status>>;

    async fn server_reflection_info(
        &self,
        questions: Request<Streaming<ServerReflectionRequest>>,
    ) -> Result<Response<Self::ServerReflectionInfoStream>, Status> {
        let reflection = self.clone();
        let answers = questions.into_inner().map(move |question| Ok(reflection.answer(question?)));
        Ok(Response::new(answers.boxed()))
    }
}

/// The messages of v1alpha are those of v1 by another name, octet by octet.
#[tonic::async_trait]
impl AsV1alpha for Reflection {
    type ServerReflectionInfoStream = BoxStream<'static, Result<v1alpha::ServerReflectionResponse, Status>>;

    async fn server_reflection_info(
        &self,
        questions: Request<Streaming<v1alpha::ServerReflectionRequest>>,
    ) -> Result<Response<Self::ServerReflectionInfoStream>, Status> {
        let reflection = self.clone();
        let renamed = |_| Status::internal("the versions of reflection differ");
        let answers = questions.into_inner().map(move |question| {
            let question = question?.encode_to_vec();
            let question = ServerReflectionRequest::decode(question.as_slice()).map_err(renamed)?;
            let answer = reflection.answer(question).encode_to_vec();
            v1alpha::ServerReflectionResponse::decode(answer.as_slice()).map_err(renamed)
        });
        Ok(Response::new(answers.boxed()))
    }
}
