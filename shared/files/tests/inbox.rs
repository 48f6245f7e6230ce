//! Files of others at the top of an inbox: listed, fetched, taken away; and what is put into its folders.
#![allow(clippy::unwrap_used)] // the helpers of the stories as well as the stories

use std::fs;
use std::path::Path;

use seamless_files::{FileError, Inbox, Incoming};

fn inbox(folder: &Path) -> Inbox {
    Inbox::open(&format!("file://{}", folder.display()), None).unwrap()
}

fn named(listed: &[Incoming]) -> Vec<&str> {
    listed.iter().map(|incoming| incoming.name.as_str()).collect()
}

#[tokio::test]
async fn a_file_is_listed_fetched_and_taken_away() {
    let place = tempfile::tempdir().unwrap();
    let inbox = inbox(&place.path().join("in"));
    assert!(inbox.list().await.unwrap().is_empty());
    let large: Vec<u8> = (0..20_u32 << 20).map(|at| at.to_le_bytes()[at as usize % 3]).collect();
    fs::write(place.path().join("in/货物 #1 100%.xml"), &large).unwrap();
    fs::write(place.path().join("in/a.xml"), "<a/>").unwrap();
    fs::create_dir(place.path().join("in/done")).unwrap();
    fs::write(place.path().join("in/done/old.xml"), "<old/>").unwrap();
    let listed = inbox.list().await.unwrap();
    assert_eq!(named(&listed), ["a.xml", "货物 #1 100%.xml"], "those at its top, by name");

    let fetched = place.path().join("fetched");
    assert!(inbox.fetch(&listed[1], &fetched).await.unwrap());
    assert_eq!(fs::read(&fetched).unwrap(), large);
    inbox.put("done", &listed[1].name, &fetched).await.unwrap();
    assert!(inbox.take_away(&listed[1]).await.unwrap());
    assert_eq!(named(&inbox.list().await.unwrap()), ["a.xml"]);
    assert_eq!(
        fs::read(place.path().join("in/done/货物 #1 100%.xml")).unwrap(),
        large,
        "in parts, and whole"
    );
    assert!(inbox.has("done", &listed[1].name).await.unwrap() && !inbox.has("done", "a.xml").await.unwrap());
    // What has gone is neither fetched nor taken away.
    assert!(!inbox.fetch(&listed[1], &fetched).await.unwrap());
    assert!(!inbox.take_away(&listed[1]).await.unwrap());

    let nowhere = place.path().join("no/such/folder");
    assert!(matches!(inbox.fetch(&listed[0], &nowhere).await, Err(FileError::Invalid { field: "path", .. })));
    assert!(matches!(inbox.put("done", "..", &fetched).await, Err(FileError::Invalid { field: "name", .. })));
}

#[tokio::test]
async fn a_file_that_was_replaced_is_not_the_one_that_was_listed() {
    let place = tempfile::tempdir().unwrap();
    let inbox = inbox(place.path());
    let file = place.path().join("a.xml");
    fs::write(&file, "<a/>").unwrap();
    let listed = inbox.list().await.unwrap();
    // As senders do it: written aside, and given the name.
    fs::write(place.path().join("a.part"), "<b/>").unwrap();
    fs::rename(place.path().join("a.part"), &file).unwrap();
    let to = tempfile::NamedTempFile::new().unwrap();
    assert!(!inbox.fetch(&listed[0], to.path()).await.unwrap());
    assert!(!inbox.take_away(&listed[0]).await.unwrap());
    assert_eq!(fs::read_to_string(&file).unwrap(), "<b/>", "its turn comes");
    let listed = inbox.list().await.unwrap();
    assert!(inbox.fetch(&listed[0], to.path()).await.unwrap());
    assert_eq!(fs::read_to_string(to.path()).unwrap(), "<b/>");
}

#[test]
fn a_url_that_is_none_of_ours_is_refused() {
    for (url, said) in [("ftp://host/in", "got ftp://"), ("s3:///in", "s3://"), ("", "expected a folder")] {
        let refusal = Inbox::open(url, None).err().unwrap();
        assert!(matches!(&refusal, FileError::Invalid { field: "url", .. }), "{url}: {refusal}");
        assert!(refusal.to_string().contains(said), "{url}: {refusal}");
    }
}
