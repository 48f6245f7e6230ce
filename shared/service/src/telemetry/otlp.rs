//! The exporters of traces, measures and logs, in a runtime of their own.

use std::sync::mpsc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use opentelemetry_semantic_conventions::resource::{SERVICE_INSTANCE_ID, SERVICE_VERSION};
use tokio::runtime::Runtime;
use tonic::transport::{Certificate, ClientTlsConfig};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{Layer, Registry};
use uuid::Uuid;

use super::{FlushError, TelemetryError};
use crate::config::TelemetrySettings;

/// What the exporter itself is made of: were it exported, each export would cause the next.
const OWN_TRAFFIC: [&str; 6] = ["h2", "hyper", "hyper_util", "tonic", "tower", "opentelemetry"];

/// The exporters of a process.
pub(super) struct Exporters {
    runtime: Runtime,
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    logs: SdkLoggerProvider,
}

impl Exporters {
    pub(super) fn start(
        endpoint: &str,
        settings: &TelemetrySettings,
        version: &str,
    ) -> Result<Self, TelemetryError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("telemetry")
            .enable_all()
            .build()?;
        match providers(&runtime, endpoint, settings, version) {
            Ok((traces, metrics, logs)) => Ok(Self { runtime, traces, metrics, logs }),
            Err(error) => {
                // To drop a runtime would block, which a caller in a runtime must not.
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    /// The layers that feed the exporters.
    pub(super) fn layers(&self) -> Vec<Box<dyn Layer<Registry> + Send + Sync>> {
        let filter = OWN_TRAFFIC
            .into_iter()
            .fold(Targets::new().with_default(LevelFilter::INFO), |targets, target| {
                targets.with_target(target, LevelFilter::OFF)
            });
        let tracer = self.traces.tracer("seamless");
        vec![
            tracing_opentelemetry::layer().with_tracer(tracer).with_filter(filter.clone()).boxed(),
            OpenTelemetryTracingBridge::new(&self.logs).with_filter(filter).boxed(),
        ]
    }

    pub(super) fn make_global(&self) {
        opentelemetry::global::set_tracer_provider(self.traces.clone());
        opentelemetry::global::set_meter_provider(self.metrics.clone());
    }

    /// Sends what is left, within `timeout`. On a thread of its own, because the providers wait for the export, that of
    /// metrics for as long as it takes, and a worker of tokio must not wait. A thread that is late is left behind.
    pub(super) fn shutdown(self, timeout: Duration) -> Result<(), FlushError> {
        let Self { runtime, traces, metrics, logs } = self;
        let (tell, ended) = mpsc::sync_channel(1);
        std::thread::spawn(move || {
            let ended = [
                traces.shutdown_with_timeout(timeout),
                metrics.shutdown_with_timeout(timeout),
                logs.shutdown_with_timeout(timeout),
            ];
            runtime.shutdown_background();
            // Nobody may be waiting any more.
            let _ = tell.send(ended.into_iter().collect::<Result<(), OTelSdkError>>());
        });
        match ended.recv_timeout(timeout) {
            Ok(ended) => Ok(ended?),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(FlushError::Late(timeout)),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                let panicked = "the thread of the shutdown panicked".to_owned();
                Err(FlushError::Failed(OTelSdkError::InternalFailure(panicked)))
            }
        }
    }
}

type Providers = (SdkTracerProvider, SdkMeterProvider, SdkLoggerProvider);

fn providers(
    runtime: &Runtime,
    endpoint: &str,
    settings: &TelemetrySettings,
    version: &str,
) -> Result<Providers, TelemetryError> {
    // The channels of the exporters belong to the runtime in which they are made.
    let _entered = runtime.enter();
    let tls = match &settings.otlp_ca {
        Some(path) => {
            Some(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(std::fs::read(path)?)))
        }
        None => None,
    };
    macro_rules! exporter {
        ($kind:ident) => {{
            let builder = $kind::builder().with_tonic().with_endpoint(endpoint);
            match &tls {
                Some(tls) => builder.with_tls_config(tls.clone()).build()?,
                None => builder.build()?,
            }
        }};
    }
    let instance = settings.instance_id.clone().unwrap_or_else(|| Uuid::new_v4().to_string());
    let resource = Resource::builder()
        .with_service_name(settings.service_name.clone())
        .with_attribute(KeyValue::new(SERVICE_INSTANCE_ID, instance))
        .with_attribute(KeyValue::new(SERVICE_VERSION, version.to_owned()))
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio)));
    let traces = SdkTracerProvider::builder()
        .with_batch_exporter(exporter!(SpanExporter))
        .with_sampler(sampler)
        .with_resource(resource.clone())
        .build();
    let metrics = SdkMeterProvider::builder()
        .with_periodic_exporter(exporter!(MetricExporter))
        .with_resource(resource.clone())
        .build();
    let logs = SdkLoggerProvider::builder()
        .with_batch_exporter(exporter!(LogExporter))
        .with_resource(resource)
        .build();
    Ok((traces, metrics, logs))
}
