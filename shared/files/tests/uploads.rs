//! Files from the announcement to the content, over a real folder: cut, resumed, refused, given up.
#![allow(clippy::unwrap_used, clippy::expect_used)] // the helpers of the stories as well as the stories

mod folder;

use std::fs;
use std::time::Duration;

use bytes::Bytes;
use folder::{Folder, announced, csv, days_later, digest, now, upload};
use futures::StreamExt;
use futures::stream;
use proptest::prelude::*;
use seamless_files::{Announced, FileError, FileSettings, FileStore, Received, StoredFile, UploadId};

/// A client whose connection breaks after each of the given stretches.
async fn send_with_cuts(folder: &Folder, upload: UploadId, content: &[u8], stretches: &[(usize, usize)]) {
    for &(stretch, chunk) in stretches.iter().chain([&(usize::MAX, 64 * 1024)]) {
        // Each time it reaches another replica.
        let store = folder.open();
        let offset = usize::try_from(store.status(upload).await.unwrap()).unwrap();
        let end = offset.saturating_add(stretch).min(content.len());
        let mut items: Vec<Result<Bytes, &str>> =
            content[offset..end].chunks(chunk).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        if end < content.len() {
            items.push(Err("connection reset"));
        }
        let received = store.receive(upload, offset as u64, stream::iter(items), now()).await.unwrap();
        let cut = (end < content.len()).then_some("connection reset");
        assert_eq!(received, Received { committed: end as u64, cut });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn an_upload_that_is_cut_anywhere_gives_the_same_content(
        lines in 1_usize..30_000,
        stretches in prop::collection::vec((0_usize..200_000, 1_usize..100_000), 0..6),
        range in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let folder = Folder::new();
            let content = csv(lines);
            let upload = upload();
            let announced = announced(&content);
            folder.open().begin(upload, &announced, now()).await.unwrap();
            send_with_cuts(&folder, upload, &content, &stretches).await;
            let file = folder.open().finish(upload).await.unwrap();
            let expected =
                StoredFile { sha256: digest(&content), size: content.len() as u64, media_type: "text/csv".into() };
            assert_eq!(file, expected);
            assert_eq!(folder.read(&file.sha256, None).await.unwrap(), content);

            let (one, other) = (range.0.index(content.len() + 1), range.1.index(content.len() + 1));
            let (start, end) = (one.min(other), one.max(other));
            let part = folder.read(&file.sha256, Some(start as u64..end as u64)).await.unwrap();
            assert_eq!(part, content[start..end]);
        });
    }
}

#[tokio::test]
async fn what_is_announced_beyond_the_rules_is_refused_before_anything_is_written() {
    let folder = Folder::new();
    let good = announced(&csv(10));
    let refused = |announced: Announced| {
        let store = folder.open();
        async move { store.begin(upload(), &announced, now()).await.unwrap_err() }
    };
    let limit = folder.settings().max_bytes;
    let huge = refused(Announced { size: 10_000_000_000, ..good.clone() }).await;
    assert_eq!(huge, FileError::TooLarge { limit, got: 10_000_000_000 });
    assert_eq!(huge.to_string(), format!("at most {limit} octets are accepted, got 10000000000"));

    let field = |error: FileError| match error {
        FileError::Invalid { field, description } => (field, description),
        other => panic!("{other}"),
    };
    assert_eq!(field(refused(Announced { size: 0, ..good.clone() }).await).0, "size");
    let (name, description) =
        field(refused(Announced { media_type: "text/html".into(), ..good.clone() }).await);
    assert_eq!(name, "media_type");
    assert!(description.contains("text/csv") && description.contains("text/html"), "{description}");
    let long = "长".repeat(86);
    for file_name in
        ["../etc/passwd", "a\\b", "a\0", "a\nb", "", " ", "..", "invoice\u{202e}fdp.exe", long.as_str()]
    {
        let refusal = refused(Announced { file_name: file_name.into(), ..good.clone() }).await;
        assert_eq!(field(refusal).0, "file_name", "{file_name:?}");
    }
    assert_eq!(folder.files(), Vec::<String>::new());

    let names = Announced { file_name: "检测报告 (2026).csv".into(), ..good };
    assert_eq!(folder.open().begin(upload(), &names, now()).await, Ok(0));
}

#[tokio::test]
async fn content_that_is_not_what_was_announced_leaves_nothing_behind() {
    let folder = Folder::new();
    let store = folder.open();
    let kept = folder.store_whole(&csv(3)).await;
    let before = folder.files();

    let content = csv(100_000);
    let wrong = upload();
    let other_digest = digest(b"another");
    let announcement = Announced { sha256: other_digest, ..announced(&content) };
    store.begin(wrong, &announcement, now()).await.unwrap();
    send_with_cuts(&folder, wrong, &content, &[(70_000, 9_000), (900_000, 60_000)]).await;
    assert!(folder.files().len() > before.len() + 4, "several parts are there");
    let refusal = store.finish(wrong).await.unwrap_err();
    let expected = FileError::DigestMismatch {
        announced: hex::encode(other_digest),
        found: hex::encode(digest(&content)),
    };
    assert_eq!(refusal, expected);
    assert_eq!(folder.files(), before);

    let page = b"<!doctype html><script>alert(1)</script>";
    let disguised = upload();
    let announcement =
        Announced { media_type: "image/png".into(), file_name: "toy.png".into(), ..announced(page) };
    store.begin(disguised, &announcement, now()).await.unwrap();
    store.append(disguised, 0, Bytes::from_static(page), now()).await.unwrap();
    let refusal = store.finish(disguised).await.unwrap_err();
    let expected = FileError::TypeMismatch { announced: "image/png".into(), found: "text/html".into() };
    assert_eq!(refusal, expected);
    assert_eq!(folder.files(), before);
    assert_eq!(store.finish(disguised).await, Err(FileError::NotFound("upload")));
    assert_eq!(folder.read(&kept.sha256, None).await.unwrap(), csv(3));

    let empty = Folder::new();
    let store = empty.open();
    store.begin(wrong, &announcement_of_another(page), now()).await.unwrap();
    store.append(wrong, 0, Bytes::from_static(page), now()).await.unwrap();
    store.finish(wrong).await.unwrap_err();
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0, "not even an empty folder stays");
}

fn announcement_of_another(content: &[u8]) -> Announced {
    Announced { sha256: digest(b"another"), ..announced(content) }
}

#[tokio::test]
async fn the_same_content_is_kept_once_but_must_be_sent_by_each() {
    let folder = Folder::new();
    let content = csv(2_000);
    let first = folder.store_whole(&content).await;
    let written = fs::metadata(folder.content_files().remove(0)).unwrap().modified().unwrap();

    // Who knows the digest of a confidential file only does not get it accepted as theirs.
    let store = folder.open();
    let curious = upload();
    store.begin(curious, &announced(&content), now()).await.unwrap();
    assert_eq!(store.finish(curious).await, Err(FileError::OffsetMismatch { committed: 0 }));

    assert_eq!(folder.store_whole(&content).await, first);
    let files = folder.content_files();
    assert_eq!(files.len(), 1);
    let hex = hex::encode(first.sha256);
    assert!(files[0].ends_with(format!("content/{}/{}", &hex[..2], &hex[2..])), "{files:?}");
    assert_eq!(fs::metadata(&files[0]).unwrap().modified().unwrap(), written);
}

#[tokio::test]
async fn a_client_that_is_elsewhere_learns_where_the_upload_stands() {
    let folder = Folder::new();
    let store = folder.open();
    let (upload, content) = (upload(), Bytes::from(csv(100)));
    store.begin(upload, &announced(&content), now()).await.unwrap();
    assert_eq!(store.append(upload, 0, content.slice(..500), now()).await, Ok(500));
    for offset in [0, 499, 501, u64::MAX] {
        let refusal = store.append(upload, offset, content.slice(..1), now()).await;
        assert_eq!(refusal, Err(FileError::OffsetMismatch { committed: 500 }));
    }
    assert_eq!(store.append(upload, 500, Bytes::new(), now()).await, Ok(500));
    let size = content.len() as u64;
    let too_much = [&content[500..], b"x"].concat();
    let refusal = store.append(upload, 500, Bytes::from(too_much), now()).await;
    assert_eq!(refusal, Err(FileError::TooLarge { limit: size, got: size + 1 }));
    assert_eq!(store.status(upload).await, Ok(500));

    // To begin once more is how a client that lost the answer goes on; with other words it is a mistake.
    assert_eq!(store.begin(upload, &announced(&content), now()).await, Ok(500));
    let other = store.begin(upload, &announcement_of_another(&content), now()).await.unwrap_err();
    assert!(matches!(other, FileError::Invalid { field: "upload", .. }), "{other}");

    store.append(upload, 500, content.slice(500..), now()).await.unwrap();
    let file = store.finish(upload).await.unwrap();
    assert_eq!(store.status(upload).await, Ok(size));
    assert_eq!(store.finish(upload).await, Ok(file), "the answer may have been lost");
    let stranger = folder::upload();
    assert_eq!(store.status(stranger).await, Err(FileError::NotFound("upload")));
    assert_eq!(store.append(stranger, 0, content, now()).await, Err(FileError::NotFound("upload")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_replicas_that_append_at_the_same_place_one_wins() {
    let folder = Folder::new();
    let (upload, content) = (upload(), csv(1_000));
    folder.open().begin(upload, &announced(&content), now()).await.unwrap();
    let mut committed = 0;
    while committed < content.len() {
        let calls: Vec<_> = (1..=8_usize)
            .map(|length| {
                let (store, end) = (folder.open(), (committed + length * 700).min(content.len()));
                let chunk = Bytes::copy_from_slice(&content[committed..end]);
                tokio::spawn(async move { store.append(upload, committed as u64, chunk, now()).await })
            })
            .collect();
        let mut winners = Vec::new();
        for call in calls {
            match call.await.unwrap() {
                Ok(offset) => winners.push(offset),
                Err(FileError::OffsetMismatch { committed: told }) => assert!(told > committed as u64),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(winners, [folder.open().status(upload).await.unwrap()]);
        committed = usize::try_from(winners[0]).unwrap();
    }
    folder.open().finish(upload).await.unwrap();
    assert_eq!(folder.read(&digest(&content), None).await.unwrap(), content);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_finish_the_same_upload_at_the_same_time_agree() {
    let folder = Folder::new();
    for round in 1..=20 {
        let (upload, content) = (upload(), csv(round * 10));
        folder.open().begin(upload, &announced(&content), now()).await.unwrap();
        for (index, chunk) in content.chunks(20 * round).enumerate() {
            let offset = (index * 20 * round) as u64;
            folder.open().append(upload, offset, Bytes::copy_from_slice(chunk), now()).await.unwrap();
        }
        let calls: Vec<_> = (0..6)
            .map(|_| {
                let store = folder.open();
                tokio::spawn(async move { store.finish(upload).await })
            })
            .collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap().sha256, digest(&content));
        }
        assert_eq!(folder.content_files().len(), round);
    }
}

#[tokio::test]
async fn a_crash_before_the_parts_are_removed_does_no_harm() {
    let folder = Folder::new();
    let (upload, content) = (upload(), csv(5_000));
    folder.open().begin(upload, &announced(&content), now()).await.unwrap();
    send_with_cuts(&folder, upload, &content, &[(100_000, 10_000)]).await;
    let at_crash = folder.snapshot_of_uploads();
    let file = folder.open().finish(upload).await.unwrap();

    // The content was written and nothing else, then all of the upload but some parts was removed.
    folder.restore_uploads(&at_crash, |_| true);
    assert_eq!(folder.open().finish(upload).await, Ok(file.clone()));
    folder.restore_uploads(&at_crash, |path| !path.ends_with(&format!("{:020}", 0)));
    assert_eq!(folder.open().finish(upload).await, Ok(file));
    assert_eq!(folder.content_files().len(), 1);
}

#[tokio::test]
async fn what_came_before_the_client_hung_up_is_kept() {
    let folder = Folder::new();
    let store = folder.open();
    let (upload, content) = (upload(), Bytes::from(csv(1_000)));
    store.begin(upload, &announced(&content), now()).await.unwrap();
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, &str>>(1);
    let stream =
        stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|item| (item, receiver)) });
    let call = tokio::spawn({
        let store = store.clone();
        async move { store.receive(upload, 0, stream, now()).await }
    });
    sender.send(Ok(content.slice(..3_000))).await.unwrap();
    sender.send(Ok(content.slice(3_000..4_000))).await.unwrap();
    // The server drops the call; only then does the stream of it end.
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    drop(sender);
    let kept = async {
        while store.status(upload).await.unwrap() != 4_000 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), kept).await.unwrap();
}

#[tokio::test]
async fn uploads_that_nobody_goes_on_with_expire_and_content_stays() {
    let folder = Folder::new();
    let store = folder.open();
    assert_eq!(store.purge_expired(now()).await, Ok(0));
    let file = folder.store_whole(&csv(10)).await;
    let (abandoned, active) = (upload(), upload());
    let content = Bytes::from(csv(20));
    for upload in [abandoned, active] {
        store.begin(upload, &announced(&content), now()).await.unwrap();
        store.append(upload, 0, content.slice(..10), now()).await.unwrap();
    }
    assert_eq!(store.purge_expired(days_later(1) - jiff::SignedDuration::from_secs(1)).await, Ok(0));
    store.append(active, 10, content.slice(10..), days_later(1)).await.unwrap();
    assert_eq!(store.purge_expired(days_later(1)).await, Ok(2), "the abandoned and the finished one");
    assert_eq!(store.status(abandoned).await, Err(FileError::NotFound("upload")));
    store.finish(active).await.unwrap();

    // A part that arrived while its upload was given up belongs to nobody.
    let orphan = folder.path().join("uploads/0198c0de-0000-7000-8000-000000000001/parts");
    fs::create_dir_all(&orphan).unwrap();
    fs::write(orphan.join(format!("{:020}", 0)), "late").unwrap();
    assert_eq!(store.purge_expired(days_later(1)).await, Ok(1));
    assert_eq!(store.purge_expired(days_later(3)).await, Ok(1));
    assert!(!folder.path().join("uploads").exists());
    assert_eq!(folder.read(&file.sha256, None).await.unwrap(), csv(10));
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_gone_and_can_be_given_up_again() {
    let folder = Folder::new();
    let store = folder.open();
    let (upload, content) = (upload(), csv(2_000));
    store.begin(upload, &announced(&content), now()).await.unwrap();
    store.append(upload, 0, Bytes::from(content), now()).await.unwrap();
    store.abort(upload).await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(store.status(upload).await, Err(FileError::NotFound("upload")));
    store.abort(upload).await.unwrap();
}

#[tokio::test]
async fn content_is_read_in_small_chunks_within_its_bounds_until_it_is_erased() {
    let folder = Folder::new();
    let store = folder.open();
    let content = csv(100_000);
    let (size, sha256) = (content.len() as u64, digest(&content));
    assert_eq!(store.head(&sha256).await, Err(FileError::NotFound("content")));
    let file = folder.store_whole(&content).await;
    assert_eq!(store.head(&file.sha256).await, Ok(size));

    let chunks: Vec<_> = store.read(&sha256, None).await.unwrap().collect().await;
    assert!(chunks.iter().all(|chunk| (1..=64 * 1024).contains(&chunk.as_ref().unwrap().len())));
    assert_eq!(folder.read(&sha256, Some(size - 1..size)).await.unwrap(), &content[content.len() - 1..]);
    assert_eq!(folder.read(&sha256, Some(size..size)).await.unwrap(), b"");
    #[expect(clippy::reversed_empty_ranges)]
    for range in [0..size + 1, size + 1..size + 1, 5..4, 0..u64::MAX] {
        let refusal = store.read(&sha256, Some(range.clone())).await.err().unwrap();
        assert!(matches!(refusal, FileError::Invalid { field: "range", .. }), "{range:?}: {refusal}");
        assert!(refusal.to_string().contains(&format!("within 0..{size}")), "{refusal}");
    }

    let mut half_read = store.read(&sha256, None).await.unwrap();
    half_read.next().await.unwrap().unwrap();
    store.delete(&sha256).await.unwrap();
    store.delete(&sha256).await.unwrap();
    assert_eq!(store.head(&sha256).await, Err(FileError::NotFound("content")));
    assert!(folder.content_files().is_empty());
    let last = half_read.fold(Ok(Bytes::new()), |_, item| async { item }).await;
    assert_eq!(last, Err(FileError::NotFound("content")));
}

#[tokio::test]
async fn a_storage_that_does_not_work_is_said_to_be_unavailable() {
    let folder = Folder::new();
    let store = folder.open();
    let (upload, content) = (upload(), Bytes::from(csv(10)));
    fs::write(folder.path().join("uploads"), "in the way").unwrap();
    let refusal = store.begin(upload, &announced(&content), now()).await.unwrap_err();
    assert!(matches!(refusal, FileError::Unavailable(_)), "{refusal}");
    fs::remove_file(folder.path().join("uploads")).unwrap();
    assert_eq!(store.begin(upload, &announced(&content), now()).await, Ok(0));

    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let refusal = FileStore::open(&FileSettings::new(file.to_str().unwrap())).err().unwrap();
    assert!(matches!(refusal, FileError::Unavailable(_)), "{refusal}");
}
