//! The service behind the chassis: `File` answers one alert, `Follow` streams, `Take` counts a stream of them.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::stream::{self, BoxStream, StreamExt};
use prost::Message;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto,
    ServiceDescriptorProto, field_descriptor_proto,
};
use seamless_proto::{Servable, seamless::error::v1::ErrorReason};
use seamless_service::{ApiError, CallDeadline, ConnectionInfo, RequestId, StreamShutdown};
use tokio::sync::Notify;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::server::{ClientStreamingService, Grpc, NamedService, ServerStreamingService, UnaryService};
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;
use tower::Service;

use crate::stack::Caller;

pub const SERVICE: &str = "desk.v1.DeskService";
pub const MESSAGE_LIMIT: usize = 2048;

#[derive(Clone, PartialEq, Message)]
pub struct Alert {
    #[prost(string, tag = "1")]
    pub text: String,
}

/// The same on the wire, but not bound to be UTF-8.
#[derive(Clone, PartialEq, Message)]
pub struct RawAlert {
    #[prost(bytes = "vec", tag = "1")]
    pub text: Vec<u8>,
}

#[derive(Clone, Default)]
pub struct Desk {
    /// Told when a call with the text `wait` has arrived, and awaited before it is answered.
    pub arrived: Arc<Notify>,
    pub go_on: Arc<Notify>,
    /// The most bytes of a message, once it is mounted.
    most: usize,
}

impl NamedService for Desk {
    const NAME: &'static str = SERVICE;
}

impl Servable for Desk {
    fn limited_to(self, most: usize) -> Self {
        Self { most, ..self }
    }
}

impl Desk {
    async fn file(self, request: Request<Alert>) -> Result<Response<Alert>, Status> {
        let extensions = request.extensions();
        let answer = match request.get_ref().text.as_str() {
            "panic" => panic!("swordfish is the password"),
            "bare fault" => return Err(Status::internal("swordfish is the password")),
            "never" => std::future::pending().await,
            "large" => "x".repeat(MESSAGE_LIMIT * 2),
            "wait" => {
                self.arrived.notify_one();
                self.go_on.notified().await;
                "waited".to_owned()
            }
            "caller" => extensions.get::<Caller>().map(|caller| caller.0.clone()).unwrap_or_default(),
            "certificate" => {
                let connection = extensions.get::<ConnectionInfo>().unwrap();
                connection.peer_certificates.as_ref().map_or(0, |chain| chain.len()).to_string()
            }
            "request id" => extensions.get::<RequestId>().unwrap().as_str().to_owned(),
            "deadline" => extensions.get::<CallDeadline>().unwrap().remaining().as_millis().to_string(),
            other => other.to_owned(),
        };
        Ok(Response::new(Alert { text: answer }))
    }

    /// Looks at nothing before it may go on.
    async fn take(self, request: Request<Streaming<Alert>>) -> Result<Response<Alert>, Status> {
        self.go_on.notified().await;
        let mut alerts = request.into_inner();
        let mut count = 0_usize;
        while alerts.message().await?.is_some() {
            count += 1;
        }
        Ok(Response::new(Alert { text: count.to_string() }))
    }

    fn follow(request: Request<Alert>) -> BoxStream<'static, Result<Alert, Status>> {
        let first = stream::iter([Ok(Alert { text: "first".to_owned() })]);
        let StreamShutdown(shutdown) = request.extensions().get::<StreamShutdown>().unwrap().clone();
        match request.get_ref().text.as_str() {
            "panic" => stream::once(async { panic!("swordfish is the password") }).boxed(),
            "polite" => first
                .chain(stream::once(async move {
                    shutdown.cancelled().await;
                    let text = "the server is stopping";
                    Err(ApiError::reason(Code::Unavailable, ErrorReason::NotServing, text).into())
                }))
                .boxed(),
            _ => first.chain(stream::pending()).boxed(),
        }
    }
}

struct File(Desk);

impl UnaryService<Alert> for File {
    type Response = Alert;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Alert>, Status>> + Send>>;

    fn call(&mut self, request: Request<Alert>) -> Self::Future {
        Box::pin(self.0.clone().file(request))
    }
}

struct Take(Desk);

impl ClientStreamingService<Alert> for Take {
    type Response = Alert;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Alert>, Status>> + Send>>;

    fn call(&mut self, request: Request<Streaming<Alert>>) -> Self::Future {
        Box::pin(self.0.clone().take(request))
    }
}

struct Follow;

impl ServerStreamingService<Alert> for Follow {
    type Response = Alert;
    type ResponseStream = BoxStream<'static, Result<Alert, Status>>;
    type Future = std::future::Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<Alert>) -> Self::Future {
        std::future::ready(Ok(Response::new(Desk::follow(request))))
    }
}

impl Service<http::Request<Body>> for Desk {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let desk = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<Alert, Alert>::new())
                .max_decoding_message_size(desk.most)
                .max_encoding_message_size(desk.most);
            Ok(match request.uri().path() {
                "/desk.v1.DeskService/File" => grpc.unary(File(desk), request).await,
                "/desk.v1.DeskService/Take" => grpc.client_streaming(Take(desk), request).await,
                "/desk.v1.DeskService/Follow" => grpc.server_streaming(Follow, request).await,
                _ => Status::unimplemented("").into_http(),
            })
        })
    }
}

/// The contract of the desk.
pub fn descriptors() -> &'static [u8] {
    let method = |name: &str, is_taken, is_given| MethodDescriptorProto {
        name: Some(name.to_owned()),
        input_type: Some(".desk.v1.Alert".to_owned()),
        output_type: Some(".desk.v1.Alert".to_owned()),
        client_streaming: Some(is_taken),
        server_streaming: Some(is_given),
        ..Default::default()
    };
    let service = ServiceDescriptorProto {
        name: Some("DeskService".to_owned()),
        method: vec![
            method("File", false, false),
            method("Follow", false, true),
            method("Take", true, false),
        ],
        ..Default::default()
    };
    let file = FileDescriptorProto {
        name: Some("desk/v1/desk.proto".to_owned()),
        package: Some("desk.v1".to_owned()),
        message_type: vec![DescriptorProto {
            name: Some("Alert".to_owned()),
            field: vec![FieldDescriptorProto {
                name: Some("text".to_owned()),
                number: Some(1),
                label: Some(field_descriptor_proto::Label::Optional.into()),
                r#type: Some(field_descriptor_proto::Type::String.into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        service: vec![service],
        syntax: Some("proto3".to_owned()),
        ..Default::default()
    };
    FileDescriptorSet { file: vec![file] }.encode_to_vec().leak()
}

/// A long time, in which nothing that works is still waiting.
pub const PATIENCE: Duration = Duration::from_secs(20);
