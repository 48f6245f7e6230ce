//! The same of the consignments service: a pre-inspection is read by the other side of its arrangement in a record, its
//! former versions, a list, the feed; and there is nothing to be learnt by trying every call.

mod controls;
mod own;
mod probe;
mod steps;

use prost::Message;
use seamless_disclosure::Audience;
use seamless_proto::seamless::disclosure::v1::{Audience as Circle, FieldDisclosure};
use tonic::Code;

use super::{
    disclosure,
    filled::mark,
    is_denied, leaks,
    seen::{Paths, allowed, difference, shown},
    without,
};
use crate::{assert_none, running::Running};
use probe::{Names, try_everything, unprobed};
use steps::{Trader, inspection};

const INSPECTION: &str = "seamless.consignments.v1.Inspection";

/// A decision that changes nothing, so that the field is set.
fn as_declared() -> Vec<FieldDisclosure> {
    vec![disclosure("port_of_loading", Circle::Parties)]
}

/// What the originator of every pre-inspection alone may read.
fn secrets() -> Vec<String> {
    ["inspector", "internal_note", "disclosures.reason"].map(mark).to_vec()
}

/// Everything that is wrong with what a reader sees of a pre-inspection.
async fn wrong(reader: &mut Trader, name: &str, wanted: &Paths, secrets: &[String]) -> Vec<String> {
    let mut findings = Vec::new();
    for (place, seen) in reader.sights(name).await {
        let differs = difference(&shown(&seen), wanted).into_iter();
        findings.extend(differs.map(|path| format!("{place}: {path}")));
        findings.extend(leaks(&place, &seen.encode_to_vec(), secrets));
    }
    findings
}

/// What a stranger to these records learns by trying every call, compared with records that do not exist.
async fn learnt(stranger: &Trader, names: &Names) -> Vec<String> {
    let real = try_everything(&stranger.channel, names).await;
    let unknown = try_everything(&stranger.channel, &Names::of_nothing()).await;
    let mut findings = Vec::new();
    for (real, unknown) in real.iter().zip(&unknown) {
        let (told, otherwise) = (real.told(), unknown.told());
        if told != otherwise {
            findings.push(format!("{}: {told:?}, but {otherwise:?} for an unknown one", real.path));
        }
        if !real.answer.as_ref().is_err_and(is_denied) {
            findings.push(format!("{} is not denied: {told:?}", real.path));
        }
    }
    findings
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_side_sees_of_an_inspection_what_the_contract_lets_it_see_and_nothing_else() {
    let running = Running::consignments().await;
    let [mut gacc, mut just, mut customs] =
        ["cn-gacc", "eu-just", "nl-customs"].map(|id| Trader::of(&running, id));
    let name = gacc.share(inspection("SH-1", as_declared())).await;
    // Every field is set now but the reason of a revocation: what is not shown is withheld, not missing.
    let complete = without(allowed(INSPECTION, Audience::Originator), &["revoke_reason", "balance"]);
    assert_none("its originator", &wrong(&mut gacc, &name, &complete, &[]).await);
    let of_parties = without(allowed(INSPECTION, Audience::Parties), &["revoke_reason", "balance"]);
    assert!(
        of_parties.is_subset(&complete) && of_parties != complete,
        "the contract keeps nothing from the other side"
    );
    for reader in [&mut just, &mut customs] {
        assert_none("the other side", &wrong(reader, &name, &of_parties, &secrets()).await);
    }
    let places: Vec<String> = customs.sights(&name).await.into_iter().map(|(place, _)| place).collect();
    let shared = [
        "GetInspection",
        "GetInspection by its certificate",
        "GetInspection of version 1",
        "ListInspections",
        "ReadEvents: InspectionChanged",
        "FollowEvents: InspectionChanged",
    ];
    assert_eq!(places, shared, "where customs sees the pre-inspection");

    gacc.revoke(&name, "the sample was swapped").await;
    let revoked = without(allowed(INSPECTION, Audience::Parties), &["balance"]);
    let seen = customs.get(&name).await.unwrap();
    assert_none("revoked", &difference(&shown(&seen), &revoked));
    let told = customs.told(&name).await;
    assert_eq!(told.len(), 2, "shared, revoked");
    assert_none("told of it", &difference(&shown(&told[1]), &revoked));
    assert_none("told of it", &leaks("the event", &told[1].encode_to_vec(), &secrets()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_originator_narrows_and_widens_the_circle_of_a_field_of_an_inspection() {
    let running = Running::consignments().await;
    let [mut gacc, mut customs] = ["cn-gacc", "nl-customs"].map(|id| Trader::of(&running, id));
    let name = gacc.share(inspection("SH-1", as_declared())).await;
    let decided =
        vec![disclosure("exporter", Circle::Originator), disclosure("internal_note", Circle::Parties)];
    gacc.amend(&name, inspection("SH-1", decided)).await;
    let mut wanted =
        without(allowed(INSPECTION, Audience::Parties), &["revoke_reason", "exporter", "balance"]);
    wanted.insert("internal_note".to_owned());
    let exporter = mark("exporter.name");
    let withheld = [mark("inspector"), mark("disclosures.reason"), exporter.clone()];

    let mut findings = Vec::new();
    for (place, seen) in customs.sights_of_present(&name).await {
        let differs = difference(&shown(&seen), &wanted).into_iter();
        findings.extend(differs.map(|path| format!("{place}: {path}")));
        findings.extend(leaks(&place, &seen.encode_to_vec(), &withheld));
    }
    assert_none("the present version", &findings);
    let own = gacc.get(&name).await.unwrap().encode_to_vec();
    assert_eq!(leaks("its originator's copy", &own, &withheld).len(), withheld.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withheld_now_is_gone_from_former_versions_and_old_events_too() {
    let running = Running::consignments().await;
    let [mut gacc, mut customs] = ["cn-gacc", "nl-customs"].map(|id| Trader::of(&running, id));
    let name = gacc.share(inspection("SH-1", as_declared())).await;
    gacc.amend(&name, inspection("SH-1", vec![disclosure("exporter", Circle::Originator)])).await;
    let withheld = [mark("exporter.name")];
    let mut findings = Vec::new();
    for (place, seen) in customs.sights(&name).await {
        findings.extend(leaks(&place, &seen.encode_to_vec(), &withheld));
    }
    assert_none("what the originator has withdrawn from the other side", &findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_part_in_an_inspection_cannot_tell_it_from_one_that_does_not_exist() {
    let running = Running::consignments().await;
    let [mut gacc, mut canada] = ["cn-gacc", "ca-hc"].map(|id| Trader::of(&running, id));
    let name = gacc.share(inspection("SH-1", as_declared())).await;
    let names = Names { inspection: name, ..Names::of_nothing() };
    assert_none("what a stranger to the pre-inspection learns", &learnt(&canada, &names).await);
    assert_eq!((canada.list().await, canada.events().await), (Vec::new(), Vec::new()));
    let by_certificate = canada.get("inspectionBodies/cn-ciq-shanghai/certificates/SH-1").await.unwrap_err();
    let by_no_certificate =
        canada.get("inspectionBodies/cn-ciq-shanghai/certificates/SH-2").await.unwrap_err();
    assert!(is_denied(&by_certificate), "{by_certificate:?}");
    assert_eq!(
        (by_certificate.message(), by_certificate.details()),
        (by_no_certificate.message(), by_no_certificate.details())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_of_the_other_side_gives_away_what_is_withheld() {
    let running = Running::consignments().await;
    let [mut gacc, customs] = ["cn-gacc", "nl-customs"].map(|id| Trader::of(&running, id));
    let name = gacc.share(inspection("SH-1", vec![disclosure("exporter", Circle::Originator)])).await;
    let mut withheld = secrets();
    withheld.push(mark("exporter.name"));
    let own = gacc.get(&name).await.unwrap().encode_to_vec();
    assert_eq!(
        leaks("its originator's copy", &own, &withheld).len(),
        withheld.len(),
        "they are there to be withheld"
    );
    let (mut findings, mut answered, mut refused) = (Vec::new(), 0, 0);
    let names = Names { inspection: name, ..Names::of_nothing() };
    for outcome in try_everything(&customs.channel, &names).await {
        let (code, message, bytes) = outcome.told();
        findings.extend(leaks(&outcome.path, bytes, &withheld));
        findings.extend(leaks(&outcome.path, message.as_bytes(), &withheld));
        match code {
            Code::Ok => answered += 1,
            Code::PermissionDenied | Code::FailedPrecondition => refused += 1,
            _ => findings.push(format!("{}: {code:?} {message}", outcome.path)),
        }
    }
    assert_none("what the other side learns by trying every call", &findings);
    assert!(answered > 0 && refused > 2, "{answered} answered, {refused} refused: look at this test");
}

#[test]
fn every_call_that_names_a_record_is_tried_by_whoever_should_learn_nothing() {
    assert_none("say in probe.rs what these calls name, and tell who sees their records", &unprobed());
}
