mod folder;
use bytes::Bytes;
use folder::*;
use futures::StreamExt;
#[tokio::test]
async fn measure() {
    let folder = Folder::new();
    let mut s = folder.settings();
    s.part_bytes = 1 << 20;
    let store = seamless_files::FileStore::open(&s).unwrap();
    let content = Bytes::from(csv(2_000_000));
    let u = upload();
    let a = announced(&content);
    let t = std::time::Instant::now();
    store.begin(u, &a, now()).await.unwrap();
    println!("begin {:?} size {}", t.elapsed(), content.len());
    let t = std::time::Instant::now();
    let c2 = content.clone();
    let chunks: Vec<Result<Bytes, ()>> =
        (0..content.len()).step_by(65536).map(move |i| Ok(c2.slice(i..(i + 65536).min(c2.len())))).collect();
    store.receive(u, 0, futures::stream::iter(chunks), now()).await.unwrap();
    println!("receive {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let f = store.finish(u).await.unwrap();
    println!("finish {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let n =
        store.read(&f.sha256, None).await.unwrap().fold(0, |n, c| async move { n + c.unwrap().len() }).await;
    println!("read {:?} {n}", t.elapsed());
}
