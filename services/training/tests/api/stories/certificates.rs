//! Certificates: issued to who was there, verified by everybody, taken back, and true after the person was erased.

use std::cell::Cell;

use futures::TryStreamExt;
use seamless_proto::seamless::training::v1::{
    self as wire, CertificateState, ErasureState, NameMatch,
    certificate_service_client::CertificateServiceClient,
};
use seamless_testkit::eventually;
use sha2::{Digest, Sha256};
use tonic::{Code, Status};

use super::{
    attendance::{head, imported, registered},
    obligations::held,
    personal_data::{SOON, bytes_of, contains, exported, scheduled},
    published,
};
use crate::{
    running::{Partner, Running},
    words::{fields, reason, request_id, webinar},
};

const WANG: &str = "堃远 Wangyuan";
const LODZ: &str = "Łucja Żółć";

/// A webinar that was held: three were there for all of it, one for a third.
async fn attended(running: &Running, eu: &Partner, gacc: &Partner) -> wire::Activity {
    running.set_clock("2027-01-10T09:00:00Z");
    let activity = published(eu, webinar(20)).await;
    for (name, email) in [
        (WANG, "wang@example.cn"),
        (LODZ, "lucja@example.pl"),
        ("𠮷野 Late", "late@example.cn"),
        ("Nobody \u{10FFFF}", "nobody@example.cn"),
    ] {
        registered(gacc, &activity, name, email).await;
    }
    running.set_clock("2027-03-16T12:00:00Z");
    let there = "name,email,join,leave\n\
        Wangyuan,wang@example.cn,2027-03-15 09:00,2027-03-15 10:30\n\
        Lucja,lucja@example.pl,2027-03-15 09:00,2027-03-15 10:30\n\
        Late,late@example.cn,2027-03-15 10:00,2027-03-15 10:30\n\
        Nobody,nobody@example.cn,2027-03-15 09:00,2027-03-15 10:30\n";
    let early = issued(eu, &activity, 80).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "it was not held: {early:?}");
    held(eu, &activity.name).await;
    let without = issued(eu, &activity, 80).await.unwrap_err();
    assert!(without.message().contains("import the attendance"), "{without:?}");
    imported(eu, head(&activity, "plain", "Europe/Brussels"), there.as_bytes()).await.unwrap();
    activity
}

pub(super) fn issue(activity: &wire::Activity, minimum_percent: i32) -> wire::IssueCertificatesRequest {
    let (parent, request_id) = (activity.name.clone(), request_id());
    wire::IssueCertificatesRequest { parent, minimum_percent, request_id, ..Default::default() }
}

pub(super) async fn issued(
    partner: &Partner,
    activity: &wire::Activity,
    minimum_percent: i32,
) -> Result<wire::IssueCertificatesResponse, Status> {
    let request = issue(activity, minimum_percent);
    partner.certificates.clone().issue_certificates(request).await.map(tonic::Response::into_inner)
}

async fn document(partner: &Partner, name: &str, language: &str) -> Result<Vec<u8>, Status> {
    let (name, language) = (name.to_owned(), language.to_owned());
    let request = wire::DownloadCertificateRequest { name, language };
    let content = partner.certificates.clone().download_certificate(request).await?.into_inner();
    let chunks: Vec<_> = content.try_collect().await?;
    Ok(chunks.into_iter().flat_map(|part| part.chunk).collect())
}

async fn revoked(partner: &Partner, name: &str, reason: &str) -> Result<wire::Certificate, Status> {
    let (name, reason, request_id) = (name.to_owned(), reason.to_owned(), request_id());
    let request = wire::RevokeCertificateRequest { name, reason, request_id, ..Default::default() };
    partner.certificates.clone().revoke_certificate(request).await.map(tonic::Response::into_inner)
}

/// Asks as somebody without any credential.
pub(super) async fn verified(
    running: &Running,
    code: &str,
    full_name: &str,
) -> Result<wire::VerifyCertificateResponse, Status> {
    let mut stranger = CertificateServiceClient::new(running.channel(None));
    let (code, full_name) = (code.to_owned(), full_name.to_owned());
    let request = wire::VerifyCertificateRequest { code, full_name };
    stranger.verify_certificate(request).await.map(tonic::Response::into_inner)
}

/// The text of a PDF, without spaces.
fn text_of(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    assert_eq!(pages.len(), 1, "one page");
    document.extract_text(&pages).unwrap().chars().filter(|one| !one.is_whitespace()).collect()
}

/// From the meeting to a certificate in two languages, a second one that is taken back, and an erasure.
pub async fn life(running: Running) {
    let running = running.with(&[("certificates.verify_at", "https://verify.example.eu")]).await;
    let (eu, gacc, canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let activity = attended(&running, &eu, &gacc).await;

    let trial = wire::IssueCertificatesRequest { validate_only: true, ..issue(&activity, 80) };
    let trial = eu.certificates.clone().issue_certificates(trial).await.unwrap().into_inner();
    assert_eq!(trial.certificates.len(), 2);
    let call = issue(&activity, 80);
    let made = eu.certificates.clone().issue_certificates(call.clone()).await.unwrap().into_inner();
    assert_eq!((made.certificates.len(), made.below_minimum, made.already_issued), (2, 1, 0), "{made:?}");
    let [refused] = made.refused.as_slice() else { panic!("{:?}", made.refused) };
    assert!(refused.reason.contains("U+10FFFF") && !refused.reason.contains("Nobody"), "{refused:?}");
    let again = eu.certificates.clone().issue_certificates(call).await.unwrap().into_inner();
    assert_eq!(again, made, "the same call gets the same answer");
    let second = issued(&eu, &activity, 80).await.unwrap();
    assert_eq!((second.certificates.len(), second.already_issued), (0, 2), "nobody gets two");

    let of = |name: &str| made.certificates.iter().find(|one| one.printed_name == name).unwrap();
    let (wang, lodz) = (of(WANG), of(LODZ));
    for (language, words) in [
        ("en", ["Certificate of attendance", "Electrical safety of kettles", "1 h 30 min", "15 March 2027"]),
        ("zh-Hans", ["出席证书", "电热水壶的电气安全", "1小时30分钟", "2027年3月15日"]),
    ] {
        for certificate in [wang, lodz] {
            let pdf = document(&gacc, &certificate.name, language).await.unwrap();
            let told = certificate.documents.iter().find(|one| one.language == language).unwrap();
            assert_eq!(hex::encode(Sha256::digest(&pdf)), told.sha256);
            let text = text_of(&pdf);
            let name = certificate.printed_name.as_str();
            for word in words.iter().copied().chain([name, &certificate.code, "https://verify.example.eu"]) {
                let word: String = word.chars().filter(|one| !one.is_whitespace()).collect();
                assert!(text.contains(&word), "{word} is not in {text}");
            }
        }
    }
    assert_eq!(document(&canada, &wang.name, "en").await.unwrap_err().code(), Code::PermissionDenied);
    let list = wire::ListCertificatesRequest { parent: activity.name.clone(), ..Default::default() };
    for (partner, seen) in [(&eu, 2), (&gacc, 2)] {
        let listed = partner.certificates.clone().list_certificates(list.clone()).await.unwrap().into_inner();
        assert_eq!(listed.certificates.len(), seen);
        let names: Vec<_> = listed.certificates.iter().map(|one| one.printed_name.as_str()).collect();
        assert_eq!(names, [WANG, LODZ], "those of one call in the order of their registrations");
    }

    // Everybody may ask, as people type; the name is compared, and not told.
    let typed = wang.code.to_lowercase().replace('-', " ");
    let answer = verified(&running, &typed, "wangyuan 堃远").await.unwrap();
    assert_eq!((answer.state(), answer.name_match()), (CertificateState::Issued, NameMatch::Same));
    let facts = answer.facts.clone().unwrap();
    assert_eq!((facts.minutes, facts.issuer.as_str()), (90, "eu-just"));
    assert!(facts.issuer_name.clone().unwrap().versions.len() > 1, "in each language that it has: {facts:?}");
    assert!(!format!("{answer:?}").contains("Wangyuan"));
    let other = verified(&running, &wang.code, LODZ).await.unwrap();
    assert_eq!(other.name_match(), NameMatch::Other);
    let mut wrong = wang.code.clone();
    let last = if wrong.ends_with('0') { '1' } else { '0' };
    wrong.pop();
    wrong.push(last);
    let wrong = verified(&running, &wrong, "").await.unwrap_err();
    assert!(fields(&wrong)[0].1.starts_with("wants a code whose last two characters, the check digits, fit"));
    assert_eq!(fields(&wrong)[0].1.matches("got").count(), 1, "{wrong:?}");
    let unknown = seamless_training::domain::model::CertificateCode::draw().grouped();
    let unknown = verified(&running, &unknown, "").await.unwrap_err();
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::NotFound, "RESOURCE_NOT_FOUND"));
    assert!(unknown.message().contains("no certificate has this code"), "{unknown:?}");
    let keys = CertificateServiceClient::new(running.channel(None));
    let keys = keys.clone().get_certificate_keys(wire::GetCertificateKeysRequest {}).await.unwrap();
    let jwks = keys.into_inner().jwks;
    let signed = |signature: &str| {
        seamless_receipts::verify_as::<serde_json::Value>("seamless-certificate+jwt", signature, &jwks)
    };
    assert_eq!(signed(&answer.signature).unwrap().claims["sub"], wang.name.as_str());

    let denied = revoked(&gacc, &lodz.name, "a mistake").await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied, "who issued it takes it back");
    revoked(&eu, &lodz.name, "The name was wrong.").await.unwrap();
    assert_eq!(revoked(&eu, &lodz.name, "again").await.unwrap_err().code(), Code::FailedPrecondition);
    let answer = verified(&running, &lodz.code, LODZ).await.unwrap();
    assert_eq!(
        (answer.state(), answer.revoke_reason.as_str()),
        (CertificateState::Revoked, "The name was wrong.")
    );
    assert!(answer.revoke_time.is_some() && answer.name_match() == NameMatch::Same);
    let anew = issued(&eu, &activity, 80).await.unwrap();
    assert_eq!(anew.certificates.len(), 1, "another one in its place");

    // Transferred to somebody else, the paper keeps the name that it was printed with; erased, it verifies all the same.
    let known = exported(&eu, "wang@example.cn").await;
    assert_eq!(known.certificates.iter().map(|one| &one.name).collect::<Vec<_>>(), [&wang.name]);
    let before = bytes_of(&running).await;
    let files = running.credentials.files();
    assert!(contains(&before, "Wangyuan"));
    assert_eq!(kept_of(&files, wang).len(), 2);
    let erasure = scheduled(&eu, "wang@example.cn", 0).await.unwrap();
    let get = wire::GetErasureRequest { name: erasure.name };
    eventually("the person is erased", SOON, async || {
        let now = eu.personal_data.clone().get_erasure(get.clone()).await?.into_inner();
        if now.state() == ErasureState::Done { Ok(()) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    eventually("no byte is left", SOON, async || match contains(&bytes_of(&running).await, "Wangyuan") {
        false => Ok(()),
        true => Err("it is there"),
    })
    .await;
    assert_eq!(kept_of(&files, wang), [""; 0]);
    let answer = verified(&running, &wang.code, WANG).await.unwrap();
    assert_eq!((answer.state(), answer.name_match()), (CertificateState::Issued, NameMatch::Same));
    assert_eq!(answer.facts.unwrap(), facts);
    let erased = document(&eu, &wang.name, "en").await.unwrap_err();
    assert!(erased.message().contains("erased"), "{erased:?}");

    let counted: Vec<wire::CertificatesCounted> = gacc.clone().told().await;
    let last = counted.last().unwrap();
    assert_eq!((last.counts[0].issued, last.counts[0].revoked), (2, 1), "{last:?}");
}

fn names_in(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => names.extend(names_in(&entry.path())),
            false => names.push(entry.path().display().to_string()),
        }
    }
    names
}

/// The files that are kept of a certificate, by their contents.
fn kept_of(folder: &std::path::Path, certificate: &wire::Certificate) -> Vec<String> {
    let digest = |path: &String| hex::encode(Sha256::digest(std::fs::read(path).unwrap_or_default()));
    let is_one = |path: &String| certificate.documents.iter().any(|one| one.sha256 == digest(path));
    names_in(folder).into_iter().filter(is_one).collect()
}

/// Every wrong field is named, and strangers to the activity learn nothing.
pub async fn wrong(running: Running) {
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = attended(&running, &eu, &gacc).await;
    let person = wire::RegisteredPerson { registration: "nobody".to_owned(), person: -1 };
    let request = wire::IssueCertificatesRequest {
        minimum_percent: 0,
        people: vec![person],
        parent: "activities/none".to_owned(),
        ..issue(&activity, 1)
    };
    let refused = eu.certificates.clone().issue_certificates(request).await.unwrap_err();
    let named: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    for wanted in ["parent", "minimum_percent", "people[0].registration", "people[0].person"] {
        assert!(named.iter().any(|field| field == wanted), "{wanted} is not in {named:?}");
    }
    assert_eq!(issued(&gacc, &activity, 80).await.unwrap_err().code(), Code::PermissionDenied);
    let absent = wire::RegisteredPerson {
        registration: format!("{}/registrations/{}", activity.name, uuid::Uuid::new_v4()),
        person: 0,
    };
    let request = wire::IssueCertificatesRequest { people: vec![absent], ..issue(&activity, 80) };
    let refused = eu.certificates.clone().issue_certificates(request).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "people[0]");
    let made = issued(&eu, &activity, 80).await.unwrap();
    let refused = revoked(&eu, &made.certificates[0].name, " ").await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "reason");
    let refused = document(&eu, &made.certificates[0].name, "fr").await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "language");
    for (code, wants) in [("", "required"), ("K7QF", "18 characters"), ("K7QF-ÄÄ", "another character")] {
        let refused = verified(&running, code, "").await.unwrap_err();
        assert!(fields(&refused)[0].1.contains(wants), "{code}: {refused:?}");
    }
}

/// Two replicas' worth of calls at the same moment: each person has one that counts.
pub async fn at_once(running: Running) {
    let running = running.with(&[("certificates.at_once", "1")]).await;
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = attended(&running, &eu, &gacc).await;
    let calls = (0..4).map(|_| issued(&eu, &activity, 20));
    let made = futures::future::join_all(calls).await;
    let made: Vec<_> = made.into_iter().map(Result::unwrap).collect();
    let remaining = made.iter().map(|one| one.remaining).max().unwrap();
    assert!(remaining > 0, "one at a time");
    while issued(&eu, &activity, 20).await.unwrap().remaining > 0 {}
    let list = wire::ListCertificatesRequest { parent: activity.name.clone(), ..Default::default() };
    let listed = eu.certificates.clone().list_certificates(list).await.unwrap().into_inner().certificates;
    let mut people: Vec<_> = listed.iter().map(|one| one.person.clone().unwrap().registration).collect();
    people.sort();
    people.dedup();
    assert_eq!((listed.len(), people.len()), (3, 3));
}

/// A document that is printed again while the person is erased is not left among the files, whichever of the two is faster.
pub async fn printed_while_erased(running: Running) {
    let running = running.with(&[("certificates.at_once", "1")]).await;
    let (eu, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = attended(&running, &eu, &gacc).await;
    let made = issued(&eu, &activity, 80).await.unwrap();
    let wang = made.certificates.iter().find(|one| one.printed_name == WANG).unwrap();
    let folder = running.credentials.files();
    assert_eq!(kept_of(&folder, wang).len(), 2);
    // Printed again and again, one after the other: some have been asked for before the person is erased, and are printed afterwards.
    let is_refused = Cell::new(false);
    let languages = wang.documents.iter().cycle().take(12);
    let printed = languages.map(|one| async {
        while !is_refused.get() {
            kept_of(&folder, wang).iter().for_each(|path| drop(std::fs::remove_file(path)));
            match document(&eu, &wang.name, &one.language).await {
                Ok(pdf) => assert_eq!(hex::encode(Sha256::digest(&pdf)), one.sha256),
                Err(refused) if refused.code() == Code::FailedPrecondition => is_refused.set(true),
                // Taken away by another loop before it was read, or while it was.
                Err(lost) => {
                    assert!(matches!(lost.code(), Code::PermissionDenied | Code::Unavailable), "{lost:?}");
                }
            }
        }
    });
    let erased = async {
        let erasure = scheduled(&eu, "wang@example.cn", 0).await.unwrap();
        let get = wire::GetErasureRequest { name: erasure.name };
        eventually("the person is erased", SOON, async || {
            let now = eu.personal_data.clone().get_erasure(get.clone()).await?.into_inner();
            if now.state() == ErasureState::Done { Ok(()) } else { Err(Status::unavailable("not yet")) }
        })
        .await;
    };
    futures::future::join(futures::future::join_all(printed), erased).await;
    assert_eq!(kept_of(&folder, wang), [""; 0]);
}
