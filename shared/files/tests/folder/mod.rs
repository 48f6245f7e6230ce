//! A store in a folder of its own, and what the stories put into it.
#![allow(dead_code)] // each story file uses its share

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use seamless_files::{Announced, FileError, FileSettings, FileStore, StoredFile, UploadId};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use uuid::Uuid;

pub fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

pub fn days_later(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

pub fn upload() -> UploadId {
    UploadId(Uuid::new_v4())
}

pub fn digest(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

/// A table of so many toys, no two lines alike.
pub fn csv(lines: usize) -> Vec<u8> {
    (0..lines).map(|line| format!("{line},玩具,choking\n")).collect::<String>().into_bytes()
}

pub fn announced(content: &[u8]) -> Announced {
    Announced {
        file_name: "toys.csv".into(),
        media_type: "text/csv".into(),
        size: content.len() as u64,
        sha256: digest(content),
    }
}

pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn settings(&self) -> FileSettings {
        FileSettings { part_bytes: 64 * 1024, ..FileSettings::new(self.path().to_str().unwrap()) }
    }

    /// The store as a server that has just started, or another replica, sees it.
    pub fn open(&self) -> FileStore {
        FileStore::open(&self.settings()).unwrap()
    }

    pub async fn store_whole(&self, content: &[u8]) -> StoredFile {
        let (store, upload) = (self.open(), upload());
        store.begin(upload, &announced(content), now()).await.unwrap();
        store.append(upload, 0, Bytes::copy_from_slice(content), now()).await.unwrap();
        store.finish(upload).await.unwrap()
    }

    pub async fn read(
        &self,
        sha256: &[u8; 32],
        range: Option<std::ops::Range<u64>>,
    ) -> Result<Vec<u8>, FileError> {
        let chunks: Vec<Bytes> = self.open().read(sha256, range).await?.try_collect().await?;
        Ok(chunks.concat())
    }

    /// All files, by their paths below the folder.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(self.path(), &mut found);
        let mut names: Vec<_> = found
            .iter()
            .map(|path| path.strip_prefix(self.path()).unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }

    pub fn content_files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.path().join("content"), &mut found);
        found
    }

    pub fn snapshot_of_uploads(&self) -> BTreeMap<String, Vec<u8>> {
        let names = self.files().into_iter().filter(|name| name.starts_with("uploads/"));
        names.map(|name| (name.clone(), fs::read(self.path().join(name)).unwrap())).collect()
    }

    /// Puts the uploads back as they were, but for those files that `stays` denies. What came since and is not in the
    /// snapshot, such as the mark of a finished upload, goes when everything stays.
    pub fn restore_uploads(&self, snapshot: &BTreeMap<String, Vec<u8>>, stays: impl Fn(&str) -> bool) {
        if snapshot.keys().all(|name| stays(name)) {
            fs::remove_dir_all(self.path().join("uploads")).unwrap();
        }
        for (name, octets) in snapshot.iter().filter(|(name, _)| stays(name)) {
            let path = self.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, octets).unwrap();
        }
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}
