//! Credentials that are taken back before their time.

use std::{fs, path::PathBuf, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use seamless_notifications::api::authorization::SCOPES;
use seamless_proto::seamless::{feed::v1::FollowEventsRequest, notifications::v1::ListInboxRequest};
use seamless_testkit::eventually;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::running::{Partner, Running};

const GACC: &str = "urn:seamless:authority:cn-gacc:backend";
const PATIENCE: Duration = Duration::from_secs(20);

async fn calls(partner: &mut Partner) -> Result<(), Status> {
    partner.transmissions.list_inbox(ListInboxRequest::default()).await.map(drop)
}

fn is_revoked(status: &Status) -> bool {
    let reason = status.get_details_error_info().map(|info| info.reason);
    status.code() == Code::Unauthenticated && reason.as_deref() == Some("CREDENTIAL_REVOKED")
}

/// The claim `jti` of a token.
fn token_id(token: &str) -> String {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    claims["jti"].as_str().unwrap().to_owned()
}

/// A key has leaked, and a token: both are taken back without a restart. Their open connections are refused at the next
/// call, their running streams end; another credential of the same authority goes on.
pub async fn taken_back(running: Running) {
    let list: PathBuf = running.credentials.issuer().ca_certificate().with_file_name("revoked.toml");
    fs::write(&list, "").unwrap();
    let settings = [("identity.revoked", list.to_str().unwrap()), ("identity.revoked_interval", "50ms")];
    let running = running.with(&settings).await;

    let leaked = running.credentials.token("eu-just", &SCOPES);
    let mut officer = running.partner_with(&leaked);
    let mut colleague = running.partner("eu-just");
    let mut system = running.partner_by_certificate(GACC);
    let mut streams = Vec::new();
    for partner in [&mut officer, &mut colleague, &mut system] {
        calls(partner).await.unwrap();
        let follow = FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() };
        streams.push(partner.feed.follow_events(follow).await.unwrap().into_inner());
    }

    let revoked = format!("certificate_uris = [\"{GACC}\"]\ntoken_ids = [\"{}\"]\n", token_id(&leaked));
    fs::write(&list, revoked).unwrap();
    for at in [2, 0] {
        let ended = tokio::time::timeout(PATIENCE, streams[at].message()).await.expect("the stream ends");
        let status = ended.expect_err("nothing has happened that it could tell");
        assert!(is_revoked(&status), "{status:?}");
    }
    for partner in [&mut officer, &mut system] {
        let refused = calls(partner).await.unwrap_err();
        assert!(is_revoked(&refused), "{refused:?}");
    }
    calls(&mut colleague).await.unwrap();

    // A list that is wrong changes nothing, and nobody is let in by a slip of the pen.
    fs::write(&list, "certificate_uris = [\n").unwrap();
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert!(is_revoked(&calls(&mut system).await.unwrap_err()));
    }

    // What was taken back by mistake is given back; the colleague's stream has run all the while.
    fs::write(&list, format!("token_ids = [\"{}\"]\n", token_id(&leaked))).unwrap();
    eventually("the certificate counts again", PATIENCE, async || calls(&mut system).await).await;
    assert!(is_revoked(&calls(&mut officer).await.unwrap_err()));
    let pending = tokio::time::timeout(Duration::from_millis(200), streams[1].message()).await;
    assert!(pending.is_err(), "the colleague's stream has ended: {pending:?}");
    running.stop().await;
}
