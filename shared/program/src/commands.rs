//! The commands that the program of every service has.

use std::sync::Arc;

use seamless_calendar::{Clock, SystemClock};
use seamless_storage::DatabaseSettings;
use tokio_util::sync::CancellationToken;

use crate::{Aside, CheckConfig, Probe, Settings, StartError, part, restored, verify_feed};

/// What every service's program does.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Command {
    /// Serve until SIGTERM or ctrl-c, then drain.
    Serve,
    /// Apply the migrations of the database, and exit.
    Migrate,
    /// Print the effective configuration with secrets hidden, look at the files that it names, and exit; a wrong one is exit
    /// code 2.
    CheckConfig(CheckConfig),
    /// Ask the server that runs by this configuration on this machine whether it serves; exit code 1 where it does not.
    Probe(Probe),
    /// Check the feed in the database against its chain of digests, and exit; what is broken is named, exit code 1.
    VerifyFeed,
    /// Say that the database was restored from a backup, and exit: its feed begins a new epoch, which all who follow it
    /// notice. To be done before anybody serves from it again.
    Restored {
        /// The position up to which nothing was lost, where somebody served from the restored database already; else it
        /// is the head. 0 if it is not known.
        #[arg(long, value_name = "POSITION")]
        agrees_up_to: Option<i64>,
    },
}

/// A service, as its program knows it: by its settings.
#[allow(async_fn_in_trait, reason = "awaited by main alone")]
pub trait Service: Settings + Sized {
    /// Its database.
    fn database(&self) -> &DatabaseSettings;

    /// Applies the migrations that the database lacks.
    ///
    /// # Errors
    /// Those of the database.
    async fn migrate(&self) -> Result<Vec<String>, StartError>;

    /// Serves until the token is cancelled, then drains.
    ///
    /// # Errors
    /// Whatever is missing or wrong, by name; that serving cannot go on.
    async fn serve(self, clock: Arc<dyn Clock>, token: CancellationToken) -> Result<(), StartError>;
}

impl Command {
    /// What of it needs the configuration alone.
    #[must_use]
    pub fn aside(&self) -> Option<Aside> {
        match self {
            Self::CheckConfig(check) => Some(Aside::CheckConfig(*check)),
            Self::Probe(probe) => Some(Aside::Probe(probe.clone())),
            Self::Serve | Self::Migrate | Self::VerifyFeed | Self::Restored { .. } => None,
        }
    }

    /// Carries it out, and gives what it has to say; what is aside was done before.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn carry_out<S: Service>(self, service: S) -> Result<String, StartError> {
        match self {
            Self::Migrate => service.migrate().await.map(|_| String::new()),
            Self::Restored { agrees_up_to } => restored(service.database(), agrees_up_to, &SystemClock).await,
            Self::VerifyFeed => {
                verify_feed(service.database()).await.map(|count| format!("{count} events, intact\n"))
            }
            Self::Serve | Self::CheckConfig(_) | Self::Probe(_) => {
                let token =
                    seamless_service::run::shutdown_signal().map_err(|error| part("signals")(&error))?;
                service.serve(Arc::new(SystemClock), token).await.map(|()| String::new())
            }
        }
    }
}

/// Makes a service of its settings, which have the sections `server`, `telemetry`, `identity`, `database`
/// and `files`: how they are read,
/// and what its program does by them. `opens` is what binds by these settings and then runs, `migrates` are the migrations
/// of its database.
#[macro_export]
macro_rules! service {
    (
        $config:ident { defaults: $defaults:expr, environment: $prefix:expr, secrets: $secrets:expr },
        opens $bound:ty, migrates $migrator:ty
    ) => {
        impl $config {
            /// Reads the configuration: defaults < file < environment < flags.
            ///
            /// # Errors
            /// Names key and value, what is allowed, and where it came from.
            pub fn load(
                file: Option<::std::path::PathBuf>,
                environment: ::std::collections::HashMap<String, String>,
                flags: Vec<(String, String)>,
            ) -> Result<::seamless_service::config::Loaded<Self>, ::seamless_service::config::ConfigError>
            {
                let (defaults, env_prefix, secrets) = ($defaults, $prefix, $secrets);
                let layers = ::seamless_service::config::Layers {
                    defaults,
                    file,
                    environment,
                    env_prefix,
                    flags,
                    secrets,
                };
                layers.load()
            }
        }

        impl $crate::Settings for $config {
            fn server(&self) -> &::seamless_service::config::ServerSettings {
                &self.server
            }

            fn telemetry(&self) -> &::seamless_service::config::TelemetrySettings {
                &self.telemetry
            }

            fn identity(&self) -> &::seamless_identity::IdentitySettings {
                &self.identity
            }
        }

        impl $crate::Service for $config {
            fn database(&self) -> &::seamless_storage::DatabaseSettings {
                &self.database
            }

            async fn migrate(&self) -> Result<Vec<String>, $crate::StartError> {
                $crate::migrate::<$migrator>(&self.database, &self.files.url).await
            }

            async fn serve(
                self,
                clock: ::std::sync::Arc<dyn ::seamless_calendar::Clock>,
                token: ::tokio_util::sync::CancellationToken,
            ) -> Result<(), $crate::StartError> {
                // Boxed, as what it awaits: see `Opened`.
                let bind = Box::pin(<$bound>::bind(self, clock));
                match token.run_until_cancelled(bind).await.transpose()? {
                    Some(bound) => Box::pin(bound.run(token)).await,
                    None => Ok(()),
                }
            }
        }
    };
}
