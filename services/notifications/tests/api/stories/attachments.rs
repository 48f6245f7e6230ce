//! Files on a notification: there and back byte for byte, cut and gone on with, refused without a trace.

use std::path::Path;

use jiff::SignedDuration;
use seamless_proto::seamless::notifications::v1::{self as wire, AttachmentState};
use sha2::{Digest, Sha256};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{english, kinds, request_id},
};

const KIB: usize = 1024;

/// A picture of so many octets, each picture another.
pub fn picture(seed: u8, size: usize) -> Vec<u8> {
    let mut octets = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    octets.extend((0..size - octets.len()).map(|index| (index % 251) as u8 ^ seed));
    octets
}

pub fn announcement(parent: &str, content: &[u8]) -> wire::CreateAttachmentRequest {
    let digest: [u8; 32] = Sha256::digest(content).into();
    wire::CreateAttachmentRequest {
        parent: parent.to_owned(),
        announced: Some(wire::AnnouncedFile {
            file_name: "kettle 水壶.png".to_owned(),
            media_type: "image/png".to_owned(),
            size_bytes: content.len() as i64,
            sha256: digest.iter().map(|octet| format!("{octet:02x}")).collect(),
        }),
        description: english("the melted base"),
        request_id: request_id(),
        ..wire::CreateAttachmentRequest::default()
    }
}

/// The messages of an upload that begins at `offset`, in chunks of this many octets.
fn messages(name: &str, offset: usize, octets: &[u8], chunk: usize) -> Vec<wire::UploadAttachmentRequest> {
    let head =
        wire::UploadAttachmentRequest { name: name.to_owned(), offset: offset as i64, chunk: Vec::new() };
    let rest = octets.chunks(chunk).map(|chunk| wire::UploadAttachmentRequest {
        chunk: chunk.to_vec(),
        ..wire::UploadAttachmentRequest::default()
    });
    [head].into_iter().chain(rest).collect()
}

impl Partner {
    /// Announces; again with the same request id, as the contract asks, where others were at it at the same time.
    async fn announce(&mut self, request: wire::CreateAttachmentRequest) -> Result<wire::Attachment, Status> {
        loop {
            match self.attachments.create_attachment(request.clone()).await {
                Err(status) if status.code() == Code::Aborted => {}
                answer => return answer.map(tonic::Response::into_inner),
            }
        }
    }

    async fn send(
        &mut self,
        name: &str,
        offset: usize,
        octets: &[u8],
    ) -> Result<wire::UploadAttachmentResponse, Status> {
        let stream = tokio_stream::iter(messages(name, offset, octets, 100 * KIB));
        self.attachments.upload_attachment(stream).await.map(tonic::Response::into_inner)
    }

    /// Announces and sends; gives the stored attachment.
    pub async fn attach(
        &mut self,
        request: wire::CreateAttachmentRequest,
        content: &[u8],
    ) -> wire::Attachment {
        let name = self.announce(request).await.unwrap().name;
        self.send(&name, 0, content).await.unwrap().attachment.unwrap()
    }

    async fn attachment(&mut self, name: &str) -> Result<wire::Attachment, Status> {
        let request = wire::GetAttachmentRequest { name: name.to_owned() };
        self.attachments.get_attachment(request).await.map(tonic::Response::into_inner)
    }

    async fn download(&mut self, name: &str, offset: i64, length: i64) -> Result<Vec<u8>, Status> {
        let request = wire::DownloadAttachmentRequest { name: name.to_owned(), offset, length };
        let mut chunks = self.attachments.download_attachment(request).await?.into_inner();
        let mut content = Vec::new();
        while let Some(wire::DownloadAttachmentResponse { chunk }) = chunks.message().await? {
            assert!(!chunk.is_empty() && chunk.len() <= 64 * KIB, "{}", chunk.len());
            content.extend(chunk);
        }
        Ok(content)
    }

    async fn attached_to(&mut self, parent: &str, page_size: i32, states: &[AttachmentState]) -> Vec<String> {
        let states = states.iter().map(|state| *state as i32).collect();
        let mut request = wire::ListAttachmentsRequest {
            parent: parent.to_owned(),
            page_size,
            states,
            ..Default::default()
        };
        let mut names = Vec::new();
        loop {
            let page = self.attachments.list_attachments(request.clone()).await.unwrap().into_inner();
            names.extend(page.attachments.into_iter().map(|attachment| attachment.name));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return names;
            }
        }
    }

    async fn delete(&mut self, name: &str) -> Result<wire::Attachment, Status> {
        let request = wire::DeleteAttachmentRequest {
            name: name.to_owned(),
            reason: "the wrong file".to_owned(),
            request_id: request_id(),
            ..wire::DeleteAttachmentRequest::default()
        };
        loop {
            match self.attachments.delete_attachment(request.clone()).await {
                Err(status) if status.code() == Code::Aborted => {}
                answer => return answer.map(tonic::Response::into_inner),
            }
        }
    }
}

/// Every file below a folder, from there, in order.
fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().display().to_string()),
            }
        }
    }
    found.sort();
    found
}

fn kept(running: &Running) -> Vec<String> {
    files_below(&running.credentials.files())
}

/// The contents that are kept, apart from what is remembered of uploads.
fn contents(running: &Running) -> Vec<String> {
    kept(running).into_iter().filter(|file| file.starts_with("content/")).collect()
}

fn fields(refused: &Status) -> Vec<String> {
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    let violations = refused.get_details_bad_request().unwrap().field_violations;
    violations.into_iter().map(|violation| violation.field).collect()
}

pub async fn there_and_back(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let parent = just.sent_to_gacc("1").await.name;
    let content = picture(1, 3 * 1024 * KIB + 17);
    let request = announcement(&parent, &content);

    // A checked request does nothing; a repeated one gets the first answer.
    let checked =
        wire::CreateAttachmentRequest { validate_only: true, request_id: request_id(), ..request.clone() };
    just.announce(checked).await.unwrap();
    assert!(just.attached_to(&parent, 0, &[]).await.is_empty());
    let announced = just.announce(request.clone()).await.unwrap();
    assert_eq!(just.announce(request).await.unwrap(), announced);
    assert_eq!((announced.state(), announced.upload_offset), (AttachmentState::Uploading, 0));
    assert_eq!(announced.principal, "tester@eu-just");
    assert_eq!(just.download(&announced.name, 0, 0).await.unwrap_err().code(), Code::FailedPrecondition);
    assert!(kept(&running).is_empty(), "an announcement keeps nothing");

    let sent = just.send(&announced.name, 0, &content).await.unwrap();
    let stored = sent.attachment.unwrap();
    assert_eq!((stored.state(), sent.committed_offset), (AttachmentState::Stored, content.len() as i64));
    let again = just.send(&announced.name, content.len(), &[]).await.unwrap();
    assert_eq!(again.attachment.unwrap(), stored, "who did not hear the answer asks for it again");

    assert_eq!(gacc.download(&stored.name, 0, 0).await.unwrap(), content);
    let seen = gacc.attachment(&stored.name).await.unwrap();
    assert_eq!((seen.principal.as_str(), seen.authority.as_str()), ("", "eu-just"));
    assert_eq!(wire::Attachment { principal: stored.principal.clone(), ..seen }, stored);

    let size = content.len() as i64;
    for (offset, length) in [(0, 1), (65_535, 2), (1_000_000, 1_000_000), (size - 1, 0), (size, 0), (7, 0)] {
        let end = if length == 0 { size } else { offset + length };
        let part = gacc.download(&stored.name, offset, length).await.unwrap();
        assert_eq!(part, content[offset as usize..end as usize], "{offset} {length}");
    }
    for (offset, length, field) in
        [(size + 1, 0, "offset"), (1, size, "length"), (-1, 0, "offset"), (0, -1, "length")]
    {
        assert_eq!(fields(&gacc.download(&stored.name, offset, length).await.unwrap_err()), [field]);
    }

    let deleted = just.delete(&stored.name).await.unwrap();
    assert_eq!(
        (deleted.state(), deleted.delete_reason.as_str()),
        (AttachmentState::Deleted, "the wrong file")
    );
    assert_eq!(just.delete(&stored.name).await.unwrap_err().code(), Code::FailedPrecondition);
    assert_eq!(gacc.download(&stored.name, 0, 0).await.unwrap_err().code(), Code::FailedPrecondition);
    assert!(kept(&running).is_empty(), "{:?}", kept(&running));
    for partner in [&mut just, &mut gacc] {
        let events = partner.events().await;
        let told: Vec<_> = kinds(&events).into_iter().filter(|kind| kind.starts_with("Attachment")).collect();
        assert_eq!(told, ["AttachmentStored", "AttachmentDeleted"]);
    }
    let events = gacc.events().await;
    let leaked = events.iter().any(|event| {
        let data = event.data.as_ref().unwrap().value.as_slice();
        data.windows(14).any(|window| window == b"tester@eu-just")
    });
    assert!(!leaked, "who acted for an authority is its own affair");
}

pub async fn cut(running: Running) {
    let running = running.with(&[("files.part_bytes", "65536")]).await;
    let mut just = running.partner("eu-just");
    let parent = just.sent_to_gacc("1").await.name;
    let content = picture(2, 2 * 1024 * KIB);
    let name = just.announce(announcement(&parent, &content)).await.unwrap().name;

    // A stream that ends early is kept, and its caller told how far it came.
    let sent = just.send(&name, 0, &content[..300_000]).await.unwrap();
    assert_eq!((sent.committed_offset, sent.attachment), (300_000, None));
    // A caller that hangs up in the middle: what came is kept. It sends whole parts, each of which is committed on arrival.
    let committed = 300_000 + 9 * 64 * KIB;
    let mut hanging_up = just.clone();
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let call = tokio::spawn(async move { hanging_up.attachments.upload_attachment(stream).await });
    for message in messages(&name, 300_000, &content[300_000..committed], 64 * KIB) {
        sender.send(message).await.unwrap();
    }
    let arrival = std::time::Duration::from_secs(20);
    seamless_testkit::eventually("what was sent is committed", arrival, async || {
        let offset = just.attachment(&name).await.unwrap().upload_offset;
        if offset == committed as i64 { Ok(()) } else { Err(offset) }
    })
    .await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(just.attachment(&name).await.unwrap().upload_offset, committed as i64);

    // The wrong offset is refused with the right one, on either side of it.
    for wrong in [0, committed - 1, committed + 1] {
        let refused = just.send(&name, wrong, &content[wrong..]).await.unwrap_err();
        assert_eq!(refused.code(), Code::FailedPrecondition);
        let info = refused.get_details_error_info().unwrap();
        assert_eq!(
            (info.reason.as_str(), &info.metadata["committed_offset"]),
            ("OFFSET_MISMATCH", &committed.to_string())
        );
    }
    // A restart of the service loses nothing of it.
    let running = running.restarted(|_| {}).await;
    let mut just = running.partner("eu-just");
    assert_eq!(just.attachment(&name).await.unwrap().upload_offset, committed as i64);
    let half = committed + (content.len() - committed) / 2;
    assert_eq!(
        just.send(&name, committed, &content[committed..half]).await.unwrap().committed_offset,
        half as i64
    );
    let sent = just.send(&name, half, &content[half..]).await.unwrap();
    assert_eq!(sent.attachment.unwrap().state(), AttachmentState::Stored);
    assert_eq!(running.partner("cn-gacc").download(&name, 0, 0).await.unwrap(), content);
}

pub async fn refused(running: Running) {
    let mut just = running.partner("eu-just");
    let parent = just.sent_to_gacc("1").await.name;
    let content = picture(3, 200 * KIB);
    just.attach(announcement(&parent, &content), &content).await;
    let before = kept(&running);

    let mut huge = announcement(&parent, &content);
    huge.announced.as_mut().unwrap().size_bytes = 10 * 1024 * 1024 * 1024;
    assert_eq!(fields(&just.announce(huge).await.unwrap_err()), ["announced.size_bytes"]);
    let wrong = wire::CreateAttachmentRequest {
        parent: parent.clone(),
        announced: Some(wire::AnnouncedFile {
            file_name: "../../etc/passwd".to_owned(),
            media_type: "text/html".to_owned(),
            size_bytes: 0,
            sha256: "12".to_owned(),
        }),
        transmission: "notifications/1".to_owned(),
        request_id: request_id(),
        ..wire::CreateAttachmentRequest::default()
    };
    assert_eq!(
        fields(&just.announce(wrong).await.unwrap_err()),
        [
            "announced.sha256",
            "announced.file_name",
            "announced.media_type",
            "announced.size_bytes",
            "transmission"
        ]
    );
    assert_eq!(kept(&running), before);

    // Another content of the same size; a page that calls itself a picture; more than was announced.
    let other = picture(4, 200 * KIB);
    let page = b"<!DOCTYPE html><html><script>alert(1)</script></html>".repeat(100);
    let longer = [content.clone(), vec![0; 3 * 1024 * KIB]].concat();
    for (announced, sent, field) in [
        (&content, &other, "announced.sha256"),
        (&page, &page, "announced.media_type"),
        (&other, &longer, "announced.size_bytes"),
    ] {
        let name = just.announce(announcement(&parent, announced)).await.unwrap().name;
        assert_eq!(fields(&just.send(&name, 0, sent).await.unwrap_err()), [field]);
        let rejected = just.attachment(&name).await.unwrap();
        assert_eq!(rejected.state(), AttachmentState::Rejected);
        assert_eq!(rejected.rejection.unwrap().field, field);
        assert_eq!(just.send(&name, 0, sent).await.unwrap_err().code(), Code::FailedPrecondition);
        assert_eq!(kept(&running), before, "{field}: nothing is left of it");
    }

    // What is wrong with the messages themselves.
    let name = just.announce(announcement(&parent, &other)).await.unwrap().name;
    let too_large = tokio_stream::iter(messages(&name, 0, &[0; 1024 * KIB + 1], 2 * 1024 * KIB));
    assert_eq!(fields(&just.attachments.upload_attachment(too_large).await.unwrap_err()), ["chunk"]);
    let mut twice = messages(&name, 0, &other, 100 * KIB);
    twice.extend(messages(&name, 5, &[], 1));
    let twice = just.attachments.upload_attachment(tokio_stream::iter(twice)).await.unwrap_err();
    assert_eq!(fields(&twice), ["name", "offset"]);
    let nothing = tokio_stream::iter(Vec::<wire::UploadAttachmentRequest>::new());
    assert_eq!(fields(&just.attachments.upload_attachment(nothing).await.unwrap_err()), ["name"]);
    just.delete(&name).await.unwrap();
    assert_eq!(kept(&running), before, "an upload that is taken back leaves nothing");
    assert_eq!(just.attached_to(&parent, 2, &[]).await.len(), 1);
    let ended = [AttachmentState::Rejected, AttachmentState::Deleted];
    assert_eq!(just.attached_to(&parent, 2, &ended).await.len(), 4);
    let told = just.events().await;
    assert_eq!(
        kinds(&told).iter().filter(|kind| kind.starts_with("Attachment")).count(),
        1,
        "only what was stored"
    );
}

pub async fn audiences(running: Running) {
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let parent = just.sent_to_gacc("1").await.name;
    just.transmit(&parent, &["us-cpsc"]).await.unwrap();
    let [to_gacc, to_cpsc] = ["cn-gacc", "us-cpsc"].map(|id| format!("{parent}/transmissions/{id}"));
    let content = picture(5, 70 * KIB);
    let scoped = |transmission: &str| wire::CreateAttachmentRequest {
        transmission: transmission.to_owned(),
        ..announcement(&parent, &content)
    };
    let for_all = just.attach(scoped(""), &content).await.name;
    let for_gacc = just.attach(scoped(&to_gacc), &content).await.name;
    let of_gacc = gacc.attach(scoped(&to_gacc), &content).await.name;
    let of_cpsc = cpsc.attach(scoped(&to_cpsc), &content).await.name;
    assert_eq!(contents(&running).len(), 1, "the same content is kept once");

    assert_eq!(fields(&gacc.announce(scoped("")).await.unwrap_err()), ["transmission"]);
    assert_eq!(gacc.announce(scoped(&to_cpsc)).await.unwrap_err().code(), Code::PermissionDenied);
    let mut stranger = running.partner("ca-hc");
    assert_eq!(stranger.announce(scoped("")).await.unwrap_err().code(), Code::PermissionDenied);

    for (partner, sees) in [
        (&mut just, vec![&for_all, &for_gacc, &of_gacc, &of_cpsc]),
        (&mut gacc, vec![&for_all, &for_gacc, &of_gacc]),
        (&mut cpsc, vec![&for_all, &of_cpsc]),
    ] {
        assert_eq!(partner.attached_to(&parent, 1, &[]).await.iter().collect::<Vec<_>>(), sees);
        let events = partner.events().await;
        let told: Vec<&String> = events
            .iter()
            .filter(|event| event.r#type.ends_with("AttachmentStored"))
            .map(|event| &event.subject)
            .collect();
        assert_eq!(told, sees, "who may see it is told of it, and nobody else");
    }
    let list = wire::ListAttachmentsRequest { parent: parent.clone(), ..Default::default() };
    assert_eq!(stranger.attachments.list_attachments(list).await.unwrap_err().code(), Code::PermissionDenied);
    // Who may not see it learns nothing of it, whatever it tries; who did not attach it cannot take it back.
    let invented = format!("{parent}/attachments/{}", request_id());
    let names = [&for_gacc, &of_gacc, &of_cpsc, &for_all, &invented];
    for (authority, name) in ["us-cpsc", "us-cpsc", "cn-gacc", "ca-hc", "eu-just"].into_iter().zip(names) {
        let mut partner = running.partner(authority);
        let refusals = [
            partner.attachment(name).await.unwrap_err(),
            partner.download(name, 0, 0).await.unwrap_err(),
            partner.send(name, 0, &content).await.unwrap_err(),
            partner.delete(name).await.unwrap_err(),
        ];
        for refused in refusals {
            assert_eq!(refused.code(), Code::PermissionDenied, "{refused:?}");
        }
    }
    assert_eq!(just.delete(&of_gacc).await.unwrap_err().code(), Code::PermissionDenied);

    // One that is deleted leaves the others their content.
    for name in [&for_all, &of_cpsc, &for_gacc] {
        let author = if name == &of_cpsc { &mut cpsc } else { &mut just };
        author.delete(name).await.unwrap();
        assert_eq!(gacc.download(&of_gacc, 0, 0).await.unwrap(), content);
    }
    // A withdrawn notification can be read and tidied up, and takes nothing new.
    let withdraw = wire::WithdrawNotificationRequest {
        name: parent.clone(),
        reason: "wrong".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();
    assert_eq!(just.announce(scoped("")).await.unwrap_err().code(), Code::FailedPrecondition);
    assert_eq!(just.download(&of_gacc, 0, 0).await.unwrap(), content);
    gacc.delete(&of_gacc).await.unwrap();
    assert!(kept(&running).is_empty(), "{:?}", kept(&running));
}

/// Many store and delete the same content at once: whatever is stored in the end can be read.
pub async fn racing(running: Running) {
    let mut just = running.partner("eu-just");
    let parent = just.sent_to_gacc("1").await.name;
    let content = picture(6, 90 * KIB);
    let work: Vec<_> = (0..4)
        .map(|worker| {
            let (mut just, parent, content) = (just.clone(), parent.clone(), content.clone());
            tokio::spawn(async move {
                for round in 0..6 {
                    let name = just.attach(announcement(&parent, &content), &content).await.name;
                    assert_eq!(just.download(&name, 0, 0).await.unwrap(), content, "{worker} {round}");
                    just.delete(&name).await.unwrap();
                }
                just.attach(announcement(&parent, &content), &content).await.name
            })
        })
        .collect();
    for name in futures::future::join_all(work).await {
        assert_eq!(just.download(&name.unwrap(), 0, 0).await.unwrap(), content);
    }
    assert_eq!(contents(&running).len(), 1);
}

pub async fn limits(running: Running) {
    let running = running.with(&[("attachments.per_notification", "2")]).await;
    let mut just = running.partner("eu-just");
    let parent = just.sent_to_gacc("1").await.name;
    let content = picture(7, 10 * KIB);
    // Eight at once: two are let in.
    let tries = (0..8).map(|_| {
        let (mut just, request) = (just.clone(), announcement(&parent, &content));
        async move { just.announce(request).await }
    });
    let answers = futures::future::join_all(tries).await;
    let (let_in, kept_out): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(let_in.len(), 2);
    assert!(kept_out.into_iter().all(|refused| refused.unwrap_err().code() == Code::ResourceExhausted));
    // A recipient is counted by itself, and an end makes room.
    let mut own = announcement(&parent, &content);
    own.transmission = format!("{parent}/transmissions/cn-gacc");
    running.partner("cn-gacc").announce(own).await.unwrap();
    just.delete(&let_in[0].as_ref().unwrap().name).await.unwrap();
    just.announce(announcement(&parent, &content)).await.unwrap();
}

pub async fn given_up(running: Running) {
    let mut just = running.partner("eu-just");
    let parent = just.sent_to_gacc("1").await.name;
    let content = picture(8, 400 * KIB);
    let begun = just.announce(announcement(&parent, &content)).await.unwrap().name;
    just.send(&begun, 0, &content[..100_000]).await.unwrap();
    let silent = just.announce(announcement(&parent, &content)).await.unwrap().name;
    let whole = picture(9, 10 * KIB);
    let stored = just.attach(announcement(&parent, &whole), &whole).await.name;
    let running =
        running.restarted(|credentials| credentials.clock().advance(SignedDuration::from_hours(25))).await;
    let mut just = running.partner("eu-just");
    for name in [&begun, &silent] {
        seamless_testkit::eventually("it is given up", std::time::Duration::from_secs(20), async || {
            let state = just.attachment(name).await.unwrap().state();
            if state == AttachmentState::Expired { Ok(()) } else { Err(state) }
        })
        .await;
        assert_eq!(just.send(name, 0, &content).await.unwrap_err().code(), Code::FailedPrecondition);
    }
    assert_eq!(just.download(&stored, 0, 0).await.unwrap(), whole);
    assert_eq!(kept(&running), contents(&running), "nothing is left of uploads");
    assert_eq!(contents(&running).len(), 1);
}
