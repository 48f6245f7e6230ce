//! Logs, traces and measures: to the terminal, and over OTLP to a collector.
//!
//! Invariant: what is exported is exported by a runtime of its own, so that neither a blocked service nor its shutdown
//! loses telemetry, and the exporter never traces itself. A collector that takes nothing holds nothing up: no call, and the
//! end of the process no longer than `telemetry.shutdown_timeout`.

mod otlp;
mod propagation;

use std::io::IsTerminal;
use std::time::Duration;

use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use thiserror::Error;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::{LogFormat, TelemetrySettings};
use otlp::Exporters;
pub(crate) use propagation::inject;
pub use propagation::{current_traceparent, link_parent};

/// Why telemetry cannot begin.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The log filter is none.
    #[error("the log filter is not valid: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The runtime of the exporters cannot be made, or the certificates of `otlp_ca` cannot be read.
    #[error("cannot start the exporters: {0}")]
    Start(#[from] std::io::Error),
    /// An exporter cannot be made.
    #[error("cannot make an exporter: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The process has a subscriber already.
    #[error("telemetry has begun already: {0}")]
    Repeated(#[from] tracing_subscriber::util::TryInitError),
}

/// Why not all telemetry reached the collector.
#[derive(Debug, Error)]
pub enum FlushError {
    /// The collector has not taken it in time.
    #[error("the collector has not taken what was left within {0:?}")]
    Late(Duration),
    /// An exporter failed.
    #[error(transparent)]
    Failed(#[from] OTelSdkError),
}

/// Keeps the exporters at work. [`TelemetryGuard::shutdown`] sends what is left.
#[must_use = "telemetry ends when the guard is dropped"]
pub struct TelemetryGuard {
    exporters: Option<Exporters>,
    shutdown_timeout: Duration,
}

impl TelemetryGuard {
    /// Sends what is left and ends the exporters. Blocks for `telemetry.shutdown_timeout` at most; may be called on any
    /// thread.
    ///
    /// # Errors
    /// If some of it could not be sent: a thing to be told, and no failure of the work that was done.
    pub fn shutdown(mut self) -> Result<(), FlushError> {
        let timeout = self.shutdown_timeout;
        self.exporters.take().map_or(Ok(()), |exporters| exporters.shutdown(timeout))
    }
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        if let Some(exporters) = self.exporters.take() {
            // Nobody is left to be told.
            let _ = exporters.shutdown(self.shutdown_timeout);
        }
    }
}

/// Sets the subscriber, the providers and the propagator of the process. Called by `main.rs`, once. `version` is that of the
/// program, `service.version` in telemetry.
///
/// # Errors
/// If the settings cannot be followed, or telemetry has begun already.
pub fn init(settings: &TelemetrySettings, version: &str) -> Result<TelemetryGuard, TelemetryError> {
    let filter = EnvFilter::try_new(&settings.log_filter)?;
    let exporters = match &settings.otlp_endpoint {
        Some(endpoint) => Some(Exporters::start(endpoint, settings, version)?),
        None => None,
    };
    let terminal: Box<dyn Layer<Registry> + Send + Sync> = match settings.log_format {
        LogFormat::Pretty => {
            let lines = fmt::layer().with_writer(std::io::stderr);
            // On a terminal the layer minds `NO_COLOR` by itself; in a file nobody sees colours.
            let is_read_later = !std::io::stderr().is_terminal();
            if is_read_later { lines.with_ansi(false).boxed() } else { lines.boxed() }
        }
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .boxed(),
    };
    let mut layers = vec![terminal.with_filter(filter).boxed()];
    if let Some(exporters) = &exporters {
        layers.extend(exporters.layers());
    }
    tracing_subscriber::registry().with(layers).try_init()?;
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    if let Some(exporters) = &exporters {
        exporters.make_global();
    }
    Ok(TelemetryGuard { exporters, shutdown_timeout: settings.shutdown_timeout })
}
