//! A server whose database goes back to a backup, and one whose database is lost.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use serde_json::Value;

use crate::{alerts, local::Local};

const PATIENCE: Duration = Duration::from_secs(60);

/// The lines that come from a pipe.
fn lines(pipe: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Puts the database of the notifications service from one folder to another.
fn copy_database(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm"] {
        let name = format!("notifications.db{end}");
        let _ = fs::remove_file(to.join(&name));
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

fn position(event: &Value) -> i64 {
    event["position"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn who_follows_a_restored_service_is_told_and_goes_on() {
    let mut local = Local::up().await;
    let backup = tempfile::tempdir().unwrap();
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let mut follower = local.command();
    follower.args(["--as", "cn-gacc", "--json", "feed", "--follow"]);
    let mut follower = follower.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (printed, told) = (lines(follower.stdout.take().unwrap()), lines(follower.stderr.take().unwrap()));
    let next = || -> Value { serde_json::from_str(&printed.recv_timeout(PATIENCE).unwrap()).unwrap() };
    let kept = local.json("cn-gacc", &["feed"]);
    let first: Vec<Value> = kept.iter().map(|_| next()).collect();
    assert_eq!(first, kept);

    local.kill();
    copy_database(&local.data(), backup.path());
    local.start().await;
    let file = alerts(local.folder.path(), 5, false);
    local.says("eu-just", &["import", "jsonl", file.to_str().unwrap()]);
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let all = local.json("cn-gacc", &["feed"]);
    let lost: Vec<Value> = all[kept.len()..].iter().map(|_| next()).collect();
    assert!(!lost.is_empty());

    local.kill();
    copy_database(backup.path(), &local.data());
    local.start().await;
    let common = position(kept.last().unwrap());
    let words = format!("agrees with it up to position {common}, and what was printed behind that is lost");
    while !told.recv_timeout(PATIENCE).unwrap().contains(&words) {}
    let (last, epoch) = (position(lost.last().unwrap()).to_string(), lost[0]["epoch"].as_str().unwrap());
    let (exit, complaint) = local.fails("cn-gacc", &["feed", "--after", &last, "--epoch", epoch]);
    assert!(exit == 7 && complaint.contains("restored from a backup"), "{exit}: {complaint}");

    local.says("eu-just", &["import", "jsonl", file.to_str().unwrap()]);
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let again = next();
    let all = local.json("cn-gacc", &["feed"]);
    assert_eq!(again, all[kept.len()], "it goes on behind what both have, and prints nothing twice");
    assert_ne!(again["epoch"], lost[0]["epoch"]);
    follower.kill().unwrap();
    follower.wait().unwrap();
}

#[tokio::test]
async fn a_lost_database_is_begun_anew_only_when_the_operator_says_so() {
    let mut local = Local::up().await;
    local.kill();
    // A start that is killed before it has a database asks nothing later: the keys alone tell of no loss.
    let remove = |names: &[&str]| {
        for name in names {
            let _ = fs::remove_file(local.data().join(name));
        }
    };
    remove(&["notifications.db", "notifications.db-wal", "notifications.db-shm"]);
    let up = || local.command().args(["up", "--port", "0"]).output().unwrap();
    let refused = up();
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{complaint}");
    assert!(
        complaint.contains("notifications.db is missing") && complaint.contains("--begin-anew"),
        "{complaint}"
    );
    // Without the file that says where it listened, the mark of what was served is left.
    remove(&["endpoints.json"]);
    let refused = up();
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && complaint.contains("notifications.db.served"), "{complaint}");
    assert!(!local.data().join("notifications.db").exists());
    local.start_with(&["--begin-anew"]).await;
    local.kill();
    local.start().await;
}
