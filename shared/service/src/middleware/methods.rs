//! The methods that the contract knows, by path.
//!
//! Invariant: only names of this table become labels of measures and spans, so a stranger cannot make up new ones.

use std::collections::HashMap;
use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry_semantic_conventions::attribute::RPC_METHOD;
use prost::Message;
use prost_types::{FileDescriptorSet, MethodDescriptorProto};

/// What every path that no contract knows is called in telemetry [OpenTelemetry semantic conventions for RPC].
const OTHER: &str = "_OTHER";

/// A method of a contract.
#[derive(Clone)]
pub(crate) struct Method(Arc<Described>);

struct Described {
    service: String,
    name: String,
    label: KeyValue,
    full_name: String,
    has_request_stream: bool,
    has_response_stream: bool,
}

impl Method {
    fn new(service: &str, method: &MethodDescriptorProto) -> Self {
        let full_name = format!("{service}/{}", method.name());
        Self(Arc::new(Described {
            service: service.to_owned(),
            name: method.name().to_owned(),
            label: KeyValue::new(RPC_METHOD, full_name.clone()),
            full_name,
            has_request_stream: method.client_streaming(),
            has_response_stream: method.server_streaming(),
        }))
    }

    /// What stands for every path that no contract knows.
    fn other() -> Self {
        Self(Arc::new(Described {
            service: OTHER.to_owned(),
            name: OTHER.to_owned(),
            label: KeyValue::new(RPC_METHOD, OTHER),
            full_name: OTHER.to_owned(),
            has_request_stream: false,
            has_response_stream: false,
        }))
    }

    /// `package.Service/Method`.
    pub(crate) fn full_name(&self) -> &str {
        &self.0.full_name
    }

    /// Whether request or response is a stream.
    pub(crate) fn is_stream(&self) -> bool {
        self.0.has_request_stream || self.0.has_response_stream
    }

    /// `package.Service`.
    pub(crate) fn service(&self) -> &str {
        &self.0.service
    }

    /// `Method`.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// `package.Service/Method`, as the attribute of measures.
    pub(crate) fn label(&self) -> KeyValue {
        self.0.label.clone()
    }

    /// Whether the caller streams its request, so that the handler may begin to answer late.
    pub(crate) fn has_request_stream(&self) -> bool {
        self.0.has_request_stream
    }
}

/// The methods of all contracts.
pub(crate) struct MethodTable {
    methods: HashMap<String, Method>,
    other: Method,
}

impl MethodTable {
    /// Reads the methods from encoded `google.protobuf.FileDescriptorSet`s.
    pub(crate) fn read(encoded: &[&[u8]]) -> Result<Self, prost::DecodeError> {
        let mut methods = HashMap::new();
        for set in encoded {
            for file in FileDescriptorSet::decode(*set)?.file {
                for service in &file.service {
                    let service_name = match file.package() {
                        "" => service.name().to_owned(),
                        package => format!("{package}.{}", service.name()),
                    };
                    for method in &service.method {
                        let method = Method::new(&service_name, method);
                        methods.insert(format!("/{}", method.full_name()), method);
                    }
                }
            }
        }
        Ok(Self { methods, other: Method::other() })
    }

    /// The method at a path, or the one that stands for all unknown ones.
    pub(crate) fn find(&self, path: &str) -> Method {
        self.methods.get(path).unwrap_or(&self.other).clone()
    }
}
