//! A private PostgreSQL server for the tests of this machine's user, started from installed binaries.
//!
//! All test processes share it. Each holds a shared lock for as long as it lives; a detached watchdog (`watchdog.sh`)
//! stops the server and removes its data some seconds after the last of them has gone, however it went. A test that wants to
//! start a server itself, or to read its log, has [`OwnPostgres`].

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use uuid::Uuid;

/// Enough for many tests with pools of their own; without regard for a crash, which no test data outlives.
const SERVER_SETTINGS: &str = "fsync=off synchronous_commit=off full_page_writes=off max_connections=400 \
                               shared_buffers=64MB max_wal_size=256MB listen_addresses=127.0.0.1";

/// The name of the log within the data.
const LOG: &str = "server.log";

/// Another process may take the port between our finding it free and the server's using it.
const START_ATTEMPTS: u32 = 3;

/// The URL of the server, with the database `postgres`; started if it does not run. The server stays at least for as
/// long as this process lives.
pub(crate) fn url() -> Result<String, String> {
    let user = User::current()?;
    let binaries =
        find_binaries().ok_or("no SEAMLESS_TEST_POSTGRES_URL, and no initdb and pg_ctl installed")?;
    find_program("flock")
        .ok_or("no SEAMLESS_TEST_POSTGRES_URL, and no flock installed to watch a private server")?;
    let folder = std::env::temp_dir().join(format!("seamless-test-postgres-{}", user.own_uid));
    make_folder(&folder, &user)?;

    let lock_of_users = open_lock(&folder.join("users"))?;
    lock_of_users.lock_shared().map_err(told("cannot lock the folder of the server"))?;
    static HELD_UNTIL_THE_PROCESS_ENDS: OnceLock<File> = OnceLock::new();
    let _ = HELD_UNTIL_THE_PROCESS_ENDS.set(lock_of_users);

    let lock_of_starters = open_lock(&folder.join("starters"))?;
    lock_of_starters.lock().map_err(told("cannot lock the folder of the server"))?;
    watch(&folder, &binaries, &user)?;
    if let Some(running) = running(&folder) {
        return Ok(running);
    }
    let mut attempt = 1;
    loop {
        match start(&folder, &binaries, &user) {
            Err(_) if attempt < START_ATTEMPTS => attempt += 1,
            result => return result,
        }
    }
}

/// Who runs the tests, and who is to run the server: PostgreSQL refuses to run as root.
struct User {
    own_uid: u32,
    /// Absent: the same user.
    server: Option<ServerUser>,
}

struct ServerUser {
    uid: u32,
    gid: u32,
    /// The words that, before a command, run it as this user.
    prefix: Vec<String>,
}

impl User {
    fn current() -> Result<Self, String> {
        let own_uid = id(&["-u"]).ok_or("the command id does not tell who runs the tests")?;
        if own_uid != 0 {
            return Ok(Self { own_uid, server: None });
        }
        let server = ["postgres", "nobody"].into_iter().find_map(ServerUser::named);
        let server =
            server.ok_or("run as root, and there is no user postgres or nobody to run a server as")?;
        Ok(Self { own_uid, server: Some(server) })
    }

    /// A command that runs `program` as the server's user.
    fn command(&self, program: &Path) -> Command {
        let mut words = self.prefix().iter().map(String::as_str);
        let mut command = match words.next() {
            None => Command::new(program),
            Some(first) => {
                let mut command = Command::new(first);
                command.args(words).arg(program);
                command
            }
        };
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    fn prefix(&self) -> &[String] {
        self.server.as_ref().map_or(&[], |server| &server.prefix)
    }
}

impl ServerUser {
    fn named(name: &str) -> Option<Self> {
        let (uid, gid) = (id(&["-u", name])?, id(&["-g", name])?);
        let prefix = if find_program("setpriv").is_some() {
            vec![
                "setpriv".to_owned(),
                format!("--reuid={uid}"),
                format!("--regid={gid}"),
                "--clear-groups".to_owned(),
            ]
        } else {
            find_program("runuser")?;
            ["runuser", "-u", name, "--"].map(str::to_owned).to_vec()
        };
        Some(Self { uid, gid, prefix })
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The folder with `initdb` and `pg_ctl`: the newest of the packages', or one on the path.
fn find_binaries() -> Option<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let newest = packaged
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, binaries)| binaries.join("initdb").is_file() && binaries.join("pg_ctl").is_file())
        .max();
    if let Some((_, binaries)) = newest {
        return Some(binaries);
    }
    let initdb = find_program("initdb")?;
    let binaries = initdb.parent()?;
    binaries.join("pg_ctl").is_file().then(|| binaries.to_owned())
}

fn find_program(name: &str) -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "the test process has no main of ours that could read it")]
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Others may pass through to the server's data, which is closed to them, and may not list or write.
fn make_folder(folder: &Path, user: &User) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;

    fs::create_dir_all(folder).map_err(told("cannot make the folder of the server"))?;
    let found = fs::symlink_metadata(folder).map_err(told("cannot look at the folder of the server"))?;
    if !found.is_dir() || found.uid() != user.own_uid {
        return Err(format!("{} belongs to somebody else", folder.display()));
    }
    fs::set_permissions(folder, Permissions::from_mode(0o711))
        .map_err(told("cannot close the folder of the server"))
}

fn open_lock(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).mode(0o600).open(path).map_err(told("cannot open a lock file"))
}

/// The URL of the server that runs, if one does and answers.
fn running(folder: &Path) -> Option<String> {
    let url = fs::read_to_string(folder.join("url")).ok()?;
    let address: SocketAddr = url.rsplit_once('@')?.1.split('/').next()?.parse().ok()?;
    TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    Some(url)
}

fn start(folder: &Path, binaries: &Path, user: &User) -> Result<String, String> {
    let data = folder.join(format!("data-{}", &Uuid::new_v4().simple().to_string()[..8]));
    let password = initialise(&data, binaries, user, &["--no-sync"])?;
    let port = free_port()?;
    launch(&data, &data.join(LOG), binaries, user, SERVER_SETTINGS, port)?;
    let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
    write_secret(&folder.join("url"), &url)?;
    Ok(url)
}

/// Makes the files of a server in a new folder, and gives the password of its user `postgres`.
fn initialise(data: &Path, binaries: &Path, user: &User, options: &[&str]) -> Result<String, String> {
    fs::create_dir(data).map_err(told("cannot make the folder of the data"))?;
    fs::set_permissions(data, Permissions::from_mode(0o700))
        .map_err(told("cannot close the folder of the data"))?;

    // The server listens on a port that everybody on this machine can reach.
    let password = Uuid::new_v4().simple().to_string();
    let password_file = data.with_extension("password");
    write_secret(&password_file, &password)?;
    if let Some(server) = &user.server {
        for path in [data, &password_file] {
            chown(path, Some(server.uid), Some(server.gid))
                .map_err(told("cannot give the data to the server's user"))?;
        }
    }
    let mut initdb = user.command(&binaries.join("initdb"));
    initdb.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]);
    initdb.args(options).arg("--pgdata").arg(data).arg("--pwfile").arg(&password_file);
    let made = run(initdb, "initdb");
    let _ = fs::remove_file(&password_file);
    made.map(|()| password)
}

/// Without a log file the server would keep the pipes of this process open.
fn launch(
    data: &Path,
    log: &Path,
    binaries: &Path,
    user: &User,
    settings: &str,
    port: u16,
) -> Result<(), String> {
    let settings: String = settings.split_whitespace().map(|setting| format!("-c {setting} ")).collect();
    let sockets = data.display();
    let mut pg_ctl = user.command(&binaries.join("pg_ctl"));
    pg_ctl.args(["start", "--wait", "--silent", "--timeout=60"]).arg("--pgdata").arg(data);
    pg_ctl.arg("--log").arg(log);
    pg_ctl.arg("--options").arg(format!("{settings}-c port={port} -c unix_socket_directories={sockets}"));
    run(pg_ctl, "pg_ctl start")
}

/// A server of one test's own, which starts it when it likes and reads its log; gone with the test.
pub struct OwnPostgres {
    data: PathBuf,
    log: PathBuf,
    settings: String,
    password: String,
    port: u16,
    binaries: PathBuf,
    user: User,
    /// Removed with it.
    own_folder: Option<PathBuf>,
}

impl OwnPostgres {
    pub(crate) fn prepare() -> Result<Self, String> {
        let user = User::current()?;
        let name = format!("seamless-test-own-{}", &Uuid::new_v4().simple().to_string()[..8]);
        let folder = std::env::temp_dir().join(name);
        make_folder(&folder, &user)?;
        let log = folder.join(LOG);
        let mut own = Self::prepare_in(&folder, &log, SERVER_SETTINGS)?;
        own.own_folder = Some(folder);
        Ok(own)
    }

    /// One in a folder of the caller's, which others may pass through, with these settings (`key=value`, with blanks
    /// between), a log-ahead in files of 1 MiB, for small disks, and its log elsewhere.
    ///
    /// # Errors
    /// If no programs are installed, or they fail.
    pub fn prepare_in(folder: &Path, log: &Path, settings: &str) -> Result<Self, String> {
        let user = User::current()?;
        let binaries = find_binaries().ok_or("no initdb and pg_ctl installed")?;
        let data = folder.join("postgres");
        let password = initialise(&data, &binaries, &user, &["--wal-segsize=1"])?;
        fs::write(log, "").map_err(told("cannot make the log"))?;
        if let Some(server) = &user.server {
            chown(log, Some(server.uid), Some(server.gid)).map_err(told("cannot give the log away"))?;
        }
        let (log, settings, port) = (log.to_owned(), settings.to_owned(), free_port()?);
        Ok(Self { data, log, settings, password, port, binaries, user, own_folder: None })
    }

    /// Where it will be, with the database `postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The same with another database.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Starts it, and waits until it answers.
    ///
    /// # Errors
    /// What its programs say.
    pub fn start(&self) -> Result<(), String> {
        launch(&self.data, &self.log, &self.binaries, &self.user, &self.settings, self.port)
    }

    /// Whether it runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        let mut pg_ctl = self.user.command(&self.binaries.join("pg_ctl"));
        pg_ctl.arg("status").arg("--pgdata").arg(&self.data);
        run(pg_ctl, "pg_ctl status").is_ok()
    }

    /// What it has written into its log.
    ///
    /// # Errors
    /// What the system says.
    pub fn log(&self) -> Result<String, String> {
        fs::read_to_string(&self.log).map_err(told("cannot read the server's log"))
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let mut pg_ctl = self.user.command(&self.binaries.join("pg_ctl"));
        pg_ctl.args(["stop", "--mode=immediate", "--silent"]).arg("--pgdata").arg(&self.data);
        // One that was never started does not stop.
        let _ = run(pg_ctl, "pg_ctl stop");
        if let Some(folder) = &self.own_folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn write_secret(path: &Path, secret: &str) -> Result<(), String> {
    let mut options = OpenOptions::new();
    let file = options.create(true).write(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(secret.as_bytes()))
        .map_err(told("cannot write in the server's folder"))
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(told("no port is free"))?;
    listener.local_addr().map(|address| address.port()).map_err(told("no port is free"))
}

/// Starts a watchdog; if there is one already, the new one ends at once.
fn watch(folder: &Path, binaries: &Path, user: &User) -> Result<(), String> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(include_str!("watchdog.sh")).arg("seamless-test-postgres-watchdog");
    command.arg(folder).arg(binaries.join("pg_ctl")).args(user.prefix());
    // Out of the terminal's process group and without its pipes, so that it outlives the run and holds nobody up.
    command
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().map(|_| ()).map_err(told("cannot start the watchdog"))
}

fn run(mut command: Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(told(what))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{what} failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn told(what: &str) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{what}: {error}")
}
