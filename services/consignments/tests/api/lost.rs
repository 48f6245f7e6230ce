//! A database that was lost is not begun anew without a word from the operator, and one that was restored is told of: the
//! program as the operator runs it.

use std::process::{Command, Output};

use seamless_testkit::{TestCredentials, TestDatabase, on_each_database};

on_each_database!(a_lost_database_is_not_begun_anew_without_a_word, a_restored_database_begins_an_epoch);

/// What the program does with this database, when it runs a command with further options.
fn run(credentials: &TestCredentials, url: &str, command: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_seamless-consignments"));
    program.args(command);
    for (key, value) in credentials.service_flags(url) {
        program.args(["--set", &format!("{key}={value}")]);
    }
    program.output().unwrap()
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn a_lost_database_is_not_begun_anew_without_a_word(test: TestDatabase) {
    let credentials = TestCredentials::new();
    // Keys are there, and nothing else: a first start, even one that was cut off before.
    succeeds(&run(&credentials, &test.url, &["migrate"]));
    succeeds(&run(&credentials, &test.url, &["migrate"]));
    std::fs::create_dir_all(credentials.files().join("content/0a")).unwrap();
    std::fs::write(credentials.files().join("content/0a/document"), "a certificate").unwrap();
    succeeds(&run(&credentials, &test.url, &["migrate"]));

    // Another, empty database beside the files of the first.
    let lost = match test.url.strip_prefix("sqlite://") {
        Some(file) => {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{file}{end}"));
            }
            test
        }
        None => TestDatabase::postgres().await.unwrap(),
    };
    for command in ["migrate", "serve"] {
        let refused = complaint(&run(&credentials, &lost.url, &[command]));
        assert!(refused.contains("it looks as if the database was lost"), "{refused}");
        assert!(refused.contains("database.begin_anew=true"), "{refused}");
        assert!(refused.contains("content/0a/document"), "{refused}");
    }
    if let Some(file) = lost.url.strip_prefix("sqlite://") {
        assert!(!std::path::Path::new(file).exists(), "nothing is made");
        // The mark alone says it as well.
        std::fs::remove_dir_all(credentials.files()).unwrap();
        let refused = complaint(&run(&credentials, &lost.url, &["migrate"]));
        assert!(refused.contains(&format!("{file} is missing")) && refused.contains(".served"), "{refused}");
    }
    succeeds(&run(&credentials, &lost.url, &["migrate", "--set", "database.begin_anew=true"]));
    succeeds(&run(&credentials, &lost.url, &["migrate"]));
}

async fn a_restored_database_begins_an_epoch(test: TestDatabase) {
    let credentials = TestCredentials::new();
    succeeds(&run(&credentials, &test.url, &["migrate"]));
    let head = async || seamless_feed::epoch::head(test.database.read()).await.unwrap();
    let first = head().await;
    let said = succeeds(&run(&credentials, &test.url, &["restored"]));
    let second = head().await;
    assert_eq!((first.epoch.number, second.epoch.number), (1, 2));
    assert!(said.contains(&second.epoch.id.to_string()), "{said}");
    succeeds(&run(&credentials, &test.url, &["migrate"]));
    assert_eq!(head().await, second, "a start changes nothing of it");
    let refused = complaint(&run(&credentials, &test.url, &["restored", "--agrees-up-to", "7"]));
    assert!(refused.contains("position 7 is not in the feed"), "{refused}");
}
