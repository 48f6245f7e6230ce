//! A database for one test, gone after it.

use std::io::Write;
use std::sync::OnceLock;

use sea_orm::{ConnectionTrait, DbErr};
use seamless_storage::{Database, DatabaseSettings};
use tempfile::TempDir;
use uuid::Uuid;

use crate::cluster::{self, OwnPostgres};

/// A connected, empty database of its own.
pub struct TestDatabase {
    /// The connected database.
    pub database: Database,
    /// Its URL, to connect to it once more.
    pub url: String,
    remains: Remains,
}

/// What is to be removed with the test.
enum Remains {
    Folder { _removed_on_drop: TempDir },
    Database { name: String, server: &'static Server },
}

impl TestDatabase {
    /// A SQLite file in a temporary folder.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::connected(url, Remains::Folder { _removed_on_drop: folder }).await
    }

    /// A PostgreSQL database: on the server of `SEAMLESS_TEST_POSTGRES_URL`, or else on a private one, started from
    /// installed binaries and shared by all tests. Without either it says so loudly and gives nothing.
    ///
    /// # Panics
    /// Instead of giving nothing, if `SEAMLESS_TEST_POSTGRES` is `required`.
    pub async fn postgres() -> Option<Self> {
        let server = server()?;
        let name = format!("test_{}", Uuid::new_v4().simple());
        server.administer(&format!("CREATE DATABASE {name}")).await.expect("a database can be created");
        Some(Self::connected(server.url(&name), Remains::Database { name, server }).await)
    }

    /// A copy of what it holds now, as a backup that is restored elsewhere. On PostgreSQL its connections are ended for it,
    /// so nothing may be under way.
    pub async fn copied(&self) -> Self {
        match &self.remains {
            Remains::Folder { .. } => {
                let folder = tempfile::tempdir().expect("a temporary folder can be made");
                let file = folder.path().join("copy.db");
                let copy = format!("VACUUM INTO '{}'", file.display());
                // A connection of its own: those of the database refuse to write elsewhere.
                let connection =
                    sea_orm::Database::connect(self.url.clone()).await.expect("the file can be opened");
                connection.execute_unprepared(&copy).await.expect("the file can be copied");
                connection.close().await.expect("the file can be closed");
                let url = format!("sqlite://{}", file.display());
                Self::connected(url, Remains::Folder { _removed_on_drop: folder }).await
            }
            Remains::Database { name, server } => {
                let copy = format!("test_{}", Uuid::new_v4().simple());
                let end = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                );
                crate::eventually("nobody is connected", std::time::Duration::from_secs(20), async || {
                    server.administer(&end).await?;
                    server.administer(&format!("CREATE DATABASE {copy} TEMPLATE {name}")).await
                })
                .await;
                Self::connected(server.url(&copy), Remains::Database { name: copy, server }).await
            }
        }
    }

    async fn connected(url: String, remains: Remains) -> Self {
        let database = Database::connect(&DatabaseSettings::new(url.clone()))
            .await
            .expect("a new database can be opened");
        Self { database, url, remains }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Remains::Database { name, server } = &self.remains else { return };
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // The test's own runtime is busy with the test, or ending.
        let dropped = std::thread::scope(|scope| {
            let drop_database = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
                runtime.block_on(server.administer(&statement)).ok()
            };
            scope.spawn(drop_database).join().ok().flatten()
        });
        if dropped.is_none() {
            say(&format!("the test database {name} was not dropped"));
        }
    }
}

/// The PostgreSQL server's URL without a database, such as `postgres://user:password@127.0.0.1:5432`, or nothing if
/// there is no server.
///
/// # Panics
/// Instead of giving nothing, if `SEAMLESS_TEST_POSTGRES` is `required`.
pub fn postgres_url_base() -> Option<String> {
    server().map(|server| server.base.clone())
}

/// A PostgreSQL server of the test's own, which does not run yet. Where its programs are not installed it says so loudly and
/// gives nothing.
///
/// # Panics
/// Instead of giving nothing, if `SEAMLESS_TEST_POSTGRES` is `required` and no server elsewhere is named.
pub fn own_postgres() -> Option<OwnPostgres> {
    let own = OwnPostgres::prepare().map_err(|why| say(&format!("NOT TESTED ON POSTGRESQL: {why}"))).ok();
    let is_elsewhere = environment("SEAMLESS_TEST_POSTGRES_URL").is_some();
    assert!(own.is_some() || is_elsewhere || !is_required(), "SEAMLESS_TEST_POSTGRES is \"required\"");
    own
}

/// A PostgreSQL server on which databases may be created.
struct Server {
    base: String,
    /// The database to connect to in order to create others.
    administration: String,
    /// `?key=value…`, or empty.
    parameters: String,
}

impl Server {
    fn from_url(url: &str) -> Self {
        let (address, parameters) =
            url.split_once('?').map_or((url, String::new()), |(a, p)| (a, format!("?{p}")));
        let host_start = address.find("://").map_or(0, |at| at + 3);
        let (base, database) = match address[host_start..].find('/') {
            Some(slash) => (&address[..host_start + slash], &address[host_start + slash + 1..]),
            None => (address, ""),
        };
        let administration = if database.is_empty() { "postgres" } else { database };
        Self { base: base.to_owned(), administration: administration.to_owned(), parameters }
    }

    fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.base, self.parameters)
    }

    async fn administer(&self, statement: &str) -> Result<(), DbErr> {
        let mut options = sea_orm::ConnectOptions::new(self.url(&self.administration));
        options.max_connections(1).sqlx_logging(false);
        let connection = sea_orm::Database::connect(options).await?;
        let done = connection.execute_unprepared(statement).await;
        connection.close().await?;
        done.map(|_| ())
    }
}

/// The server of this process's tests, looked for once.
fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let url = match environment("SEAMLESS_TEST_POSTGRES_URL") {
            Some(url) => Ok(url),
            None => cluster::url(),
        };
        url.map(|url| Server::from_url(&url))
            .map_err(|why| say(&format!("NOT TESTED ON POSTGRESQL: {why}")))
            .ok()
    });
    assert!(
        server.is_some() || !is_required(),
        "SEAMLESS_TEST_POSTGRES is \"required\", but there is no server"
    );
    server.as_ref()
}

fn is_required() -> bool {
    environment("SEAMLESS_TEST_POSTGRES").is_some_and(|value| value == "required")
}

#[allow(clippy::disallowed_methods, reason = "tests have no main.rs that could read it for them")]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Straight to stderr: the test harness would hide what a passing test prints.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "\n*** {text} ***\n");
}

/// Makes two tests of each case, `sqlite::case` and `postgres::case`; a case is an `async fn(TestDatabase)`. The calling
/// crate has tokio.
#[macro_export]
macro_rules! on_each_database {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    super::$case($crate::TestDatabase::sqlite().await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    if let Some(test) = $crate::TestDatabase::postgres().await {
                        super::$case(test).await;
                    }
                }
            )+
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_the_url_of_a_server_says() {
        let server = Server::from_url("postgres://clerk:secret@db:5433/ci?sslmode=disable");
        assert_eq!(server.url("test"), "postgres://clerk:secret@db:5433/test?sslmode=disable");
        assert_eq!(server.administration, "ci");
        assert_eq!(Server::from_url("postgres://db").url("test"), "postgres://db/test");
        assert_eq!(Server::from_url("postgres://db/").administration, "postgres");
    }
}
