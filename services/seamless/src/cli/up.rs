//! The arguments of `up`.

use clap::Args;

#[derive(Debug, Args)]
pub struct Up {
    /// Load no samples
    #[arg(long)]
    pub empty: bool,
    /// Run with the real clock, which nobody can move: no sandbox
    #[arg(long)]
    pub no_sandbox: bool,
    /// Begin with new databases beside the keys and files of earlier ones, which are lost
    #[arg(long)]
    pub begin_anew: bool,
    /// The port of the notifications service; 0 takes a free one
    #[arg(long, default_value_t = 7401)]
    pub port: u16,
    /// The port of the consignments service [default: the next one; a free one where --port is 0]
    #[arg(long)]
    pub consignments_port: Option<u16>,
    /// The port of the training service [default: the one after the next; a free one where --port is 0]
    #[arg(long)]
    pub training_port: Option<u16>,
    /// The port of the reporting service [default: three after --port; a free one where --port is 0]
    #[arg(long)]
    pub reporting_port: Option<u16>,
    /// The port of the calendars that people subscribe to [default: ten after that of the training service]
    #[arg(long)]
    pub calendars_port: Option<u16>,
    /// The port of the page that says how things stand [default: ten after that of the reporting service]
    #[arg(long)]
    pub situation_port: Option<u16>,
    /// Hand mails to the mail server at this port of this machine, without TLS, instead of writing them into DATA/mails
    #[arg(long, value_name = "PORT")]
    pub mail_port: Option<u16>,
    /// How much to log: error, warn, info, debug, or target=level
    #[arg(long, default_value = "warn", env = "SEAMLESS_LOG")]
    pub log: String,
    /// Send traces, metrics and logs to this OpenTelemetry collector (OTLP over gRPC)
    #[arg(long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otlp: Option<String>,
}
