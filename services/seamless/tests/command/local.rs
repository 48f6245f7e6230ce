//! A local `seamless up`, and the command beside it.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

/// A data folder, and the server on it while it runs.
pub struct Local {
    pub folder: TempDir,
    /// Of notifications, consignments, training, its calendars, and reporting.
    ports: [u16; 5],
    server: Option<Child>,
}

impl Local {
    pub async fn up() -> Self {
        let listeners = [(); 5].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = listeners.each_ref().map(|listener| listener.local_addr().unwrap().port());
        drop(listeners);
        let mut local = Self { folder: tempfile::tempdir().unwrap(), ports, server: None };
        local.start().await;
        local
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seamless"));
        command.arg("--data").arg(self.data()).current_dir(self.folder.path());
        command
    }

    /// Starts the server and waits until it greets.
    pub async fn start(&mut self) {
        self.start_with(&[]).await;
    }

    /// The same, with further options.
    pub async fn start_with(&mut self, options: &[&str]) {
        let mut server = self.command();
        let [notifications, consignments, training, calendars, reporting] =
            self.ports.map(|port| port.to_string());
        server.args(["up", "--port", &notifications, "--consignments-port", &consignments]);
        server.args(["--training-port", &training, "--calendars-port", &calendars]);
        server.args(["--reporting-port", &reporting, "--situation-port", "0"]).args(options);
        server.stdout(Stdio::piped());
        let mut server = server.spawn().unwrap();
        let mut greeting = BufReader::new(server.stdout.take().unwrap()).lines();
        let is_up = greeting.any(|line| line.is_ok_and(|line| line.contains("Ctrl-c stops it")));
        assert!(is_up, "the server greets");
        self.server = Some(server);
    }

    /// Kills the server as the machine's power would.
    pub fn kill(&mut self) {
        let mut server = self.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Asks the server to stop, as ctrl-c does, and waits until it has.
    pub fn stop(&mut self) {
        let mut server = self.server.take().unwrap();
        let process = rustix::process::Pid::from_child(&server);
        rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
        let ended = server.wait().unwrap();
        assert!(ended.success(), "{ended}");
    }

    pub fn run(&self, authority: &str, arguments: &[&str]) -> Output {
        self.command().args(["--as", authority]).args(arguments).output().unwrap()
    }

    /// What a command that must succeed prints.
    pub fn says(&self, authority: &str, arguments: &[&str]) -> String {
        let output = self.run(authority, arguments);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The JSON documents that a command prints.
    pub fn json(&self, authority: &str, arguments: &[&str]) -> Vec<serde_json::Value> {
        let printed = self.says(authority, &[&["--json"], arguments].concat());
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn fails(&self, authority: &str, arguments: &[&str]) -> (i32, String) {
        let output = self.run(authority, arguments);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.kill();
        }
    }
}
