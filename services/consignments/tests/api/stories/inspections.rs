//! What the exporting side inspected, as it is shared, corrected, taken back, and read by the other side.

use futures::{StreamExt, stream};
use seamless_proto::seamless::{consignments::v1 as wire, disclosure::v1 as disclosure};
use sha2::{Digest, Sha256};
use tonic::Code;

use crate::{
    running::{Partner, Running},
    words::{at, ducks, request_id, wrong_fields},
};

fn create(inspection: wire::Inspection) -> wire::CreateInspectionRequest {
    wire::CreateInspectionRequest {
        inspection: Some(inspection),
        request_id: request_id(),
        validate_only: false,
    }
}

async fn get(partner: &mut Partner, name: &str) -> Result<wire::Inspection, tonic::Status> {
    let request = wire::GetInspectionRequest { name: name.to_owned() };
    partner.inspections.get_inspection(request).await.map(tonic::Response::into_inner)
}

pub async fn life(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let mut customs = running.partner("nl-customs");
    let request = create(ducks("SH-1"));
    let made = gacc.inspections.create_inspection(request.clone()).await.unwrap().into_inner();
    let again = gacc.inspections.create_inspection(request).await.unwrap().into_inner();
    assert_eq!(made, again, "the same request gets the same answer");
    assert_eq!((made.version, made.state()), (1, wire::InspectionState::Active));

    let seen = get(&mut customs, &made.name).await.unwrap();
    assert_eq!(seen.items, made.items);
    assert_eq!((seen.inspector.as_str(), seen.internal_note.as_str()), ("", ""), "the originator's own");
    let by_certificate = "inspectionBodies/cn-ciq-shanghai/certificates/SH%2D1";
    assert_eq!(get(&mut customs, by_certificate).await.unwrap().name, made.name);

    let mut corrected = ducks("SH-1");
    corrected.items[0].quantity = Some(11_000.0);
    corrected.disclosures.push(disclosure::FieldDisclosure {
        path: "exporter".to_owned(),
        audience: disclosure::Audience::Originator.into(),
        reason: "under investigation".to_owned(),
    });
    let amend = wire::AmendInspectionRequest {
        name: made.name.clone(),
        inspection: Some(corrected),
        etag: made.etag.clone(),
        request_id: request_id(),
        validate_only: false,
    };
    let second = gacc.inspections.amend_inspection(amend.clone()).await.unwrap().into_inner();
    assert_eq!(second.version, 2);
    let mut late = amend;
    late.request_id = request_id();
    assert_eq!(
        gacc.inspections.amend_inspection(late).await.unwrap_err().code(),
        Code::Aborted,
        "stale etag"
    );
    let present = get(&mut customs, &made.name).await.unwrap();
    assert_eq!(present.items[0].quantity, Some(11_000.0));
    assert_eq!(present.exporter, None, "made less public for this record");
    let former = get(&mut customs, &format!("{}/versions/1", made.name)).await.unwrap();
    assert_eq!(former.items[0].quantity, Some(12_000.0));

    let revoke = wire::RevokeInspectionRequest {
        name: made.name.clone(),
        reason: "the sample was swapped".to_owned(),
        request_id: request_id(),
        ..wire::RevokeInspectionRequest::default()
    };
    let revoked = gacc.inspections.revoke_inspection(revoke).await.unwrap().into_inner();
    assert_eq!((revoked.version, revoked.state()), (3, wire::InspectionState::Revoked));
    let filter = wire::InspectionFilter { container: "CSQU3054383".to_owned(), ..Default::default() };
    let list = wire::ListInspectionsRequest { filter: Some(filter), ..Default::default() };
    let found = customs.inspections.list_inspections(list).await.unwrap().into_inner();
    assert_eq!(found.inspections, [], "what was revoked is found by its container no more");

    let told = customs.events().await;
    assert_eq!(told.len(), 3, "shared, corrected, revoked");
    assert!(told.iter().all(|event| event.r#type == "seamless.consignments.v1.InspectionChanged"));
    let last = told.last().unwrap().data.as_ref().unwrap();
    let last: wire::InspectionChanged = prost::Message::decode(last.value.as_slice()).unwrap();
    let last = last.inspection.unwrap();
    assert_eq!((last.version, last.inspector.as_str(), last.exporter), (3, "", None));
}

pub async fn wrong(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let mut wrong = ducks("SH-2");
    wrong.containers[0].number = "CSQU3054384".to_owned();
    wrong.items[0].commodity_code = "95030".to_owned();
    wrong.items[0].quantity = Some(-1.0);
    wrong.items[0].gtins = vec!["6291041500214".to_owned()];
    wrong.outcome = wire::InspectionOutcome::Conditional.into();
    wrong.port_of_loading = "SHANGHAI".to_owned();
    let refused = gacc.inspections.create_inspection(create(wrong)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(
        wrong_fields(&refused),
        [
            "inspection.conditions",
            "inspection.containers[0].number",
            "inspection.items[0].commodity_code",
            "inspection.items[0].gtins[0]",
            "inspection.items[0].quantity",
            "inspection.port_of_loading",
        ]
    );
    let mut wrong = ducks("SH-2");
    wrong.inspect_time = at("2099-01-01T00:00:00Z");
    wrong.inspection_body = "cn-ciq-elsewhere".to_owned();
    wrong.arrangement = "eu-us".to_owned();
    let refused = gacc.inspections.create_inspection(create(wrong)).await.unwrap_err();
    assert_eq!(
        wrong_fields(&refused),
        ["inspection.arrangement", "inspection.inspect_time", "inspection.inspection_body"]
    );
    let mut other = running.partner("eu-just");
    let refused = other.inspections.create_inspection(create(ducks("SH-2"))).await.unwrap_err();
    assert_eq!(wrong_fields(&refused), ["inspection.inspection_body"], "the body of another authority");
    let mut checked = create(ducks("SH-2"));
    checked.validate_only = true;
    gacc.inspections.create_inspection(checked).await.unwrap();
    let list = gacc.inspections.list_inspections(wire::ListInspectionsRequest::default()).await.unwrap();
    assert_eq!(list.into_inner().inspections, [], "nothing was left behind");
    assert_eq!(gacc.events().await, []);
}

pub async fn strangers(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let made = gacc.inspections.create_inspection(create(ducks("SH-3"))).await.unwrap().into_inner();
    for stranger in ["us-cpsc", "ca-hc"] {
        let mut stranger = running.partner(stranger);
        assert_eq!(get(&mut stranger, &made.name).await.unwrap_err().code(), Code::PermissionDenied);
        let list = stranger.inspections.list_inspections(wire::ListInspectionsRequest::default()).await;
        assert_eq!(list.unwrap().into_inner().inspections, []);
        assert_eq!(stranger.events().await, []);
    }
    let mut customs = running.partner("nl-customs");
    let amend = wire::AmendInspectionRequest {
        name: made.name.clone(),
        inspection: Some(ducks("SH-3")),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = customs.inspections.amend_inspection(amend).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "who reads does not write");
    assert_eq!(get(&mut customs, "inspections/nonsense").await.unwrap_err().code(), Code::InvalidArgument);
}

pub async fn streamed(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let mut wrong = ducks("SH-11");
    wrong.containers[0].number = "CSQU3054384".to_owned();
    let mut corrected = ducks("SH-10");
    corrected.reusable = true;
    let items = [ducks("SH-10"), wrong, corrected.clone(), corrected, ducks("SH-12")];
    let send = |items: Vec<wire::Inspection>| {
        let items = items.into_iter().map(|inspection| wire::SubmitInspectionsRequest {
            inspection: Some(inspection),
            validate_only: false,
        });
        stream::iter(items.collect::<Vec<_>>())
    };
    let answers = gacc.inspections.submit_inspections(send(items.to_vec())).await.unwrap().into_inner();
    let answers: Vec<wire::SubmitInspectionsResponse> = answers.map(|answer| answer.unwrap()).collect().await;
    use wire::SubmitResult::{Amended, Created, Refused, Unchanged};
    let results: Vec<wire::SubmitResult> = answers.iter().map(|answer| answer.result()).collect();
    assert_eq!(results, [Created, Refused, Amended, Unchanged, Created]);
    assert_eq!(answers.iter().map(|answer| answer.index).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!(answers[1].violations[0].field, "containers[0].number");
    assert_eq!(answers[2].name, answers[0].name);

    let again = gacc.inspections.submit_inspections(send(vec![ducks("SH-12")])).await.unwrap().into_inner();
    let again: Vec<_> = again.map(|answer| answer.unwrap().result()).collect().await;
    assert_eq!(again, [Unchanged], "a stream that was cut is sent again");
    assert_eq!(gacc.events().await.len(), 3);
}

pub async fn documents(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let content = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n".repeat(2_000);
    let digest = hex::encode(Sha256::digest(&content));
    let mut inspection = ducks("SH-20");
    inspection.documents = vec![wire::InspectionDocument {
        title: "certificate".to_owned(),
        sha256: digest.clone(),
        ..Default::default()
    }];
    let made = gacc.inspections.create_inspection(create(inspection)).await.unwrap().into_inner();
    let upload = |size: usize, content: Vec<u8>| {
        use wire::upload_document_request::Part;
        let head = wire::DocumentHead {
            inspection: made.name.clone(),
            sha256: digest.clone(),
            size_bytes: i64::try_from(size).unwrap(),
            media_type: "application/pdf".to_owned(),
        };
        let mut parts = vec![Part::Head(head)];
        parts.extend(content.chunks(10_000).map(|chunk| Part::Chunk(chunk.to_vec())));
        stream::iter(parts.into_iter().map(|part| wire::UploadDocumentRequest { part: Some(part) }))
    };
    let huge = gacc.inspections.upload_document(upload(10_000_000_000, Vec::new())).await.unwrap_err();
    assert_eq!(wrong_fields(&huge), ["head.size_bytes"]);
    let mut swapped = content.clone();
    *swapped.last_mut().unwrap() = b'!';
    let wrong = gacc.inspections.upload_document(upload(swapped.len(), swapped)).await.unwrap_err();
    assert_eq!(wrong_fields(&wrong), ["head.sha256"]);

    let stored = gacc.inspections.upload_document(upload(content.len(), content.clone())).await.unwrap();
    let stored = stored.into_inner();
    assert_eq!((stored.version, stored.documents[0].media_type.as_str()), (2, "application/pdf"));
    let again = gacc.inspections.upload_document(upload(content.len(), content.clone())).await.unwrap();
    assert_eq!(again.into_inner().version, 2, "uploaded before: nothing changes");

    let request = wire::DownloadDocumentRequest { inspection: made.name.clone(), sha256: digest.clone() };
    let mut customs = running.partner("nl-customs");
    let mut chunks = customs.inspections.download_document(request.clone()).await.unwrap().into_inner();
    let mut read = Vec::new();
    while let Some(chunk) = chunks.message().await.unwrap() {
        read.extend(chunk.chunk);
    }
    assert_eq!(read, content, "byte for byte");
    let mut stranger = running.partner("us-cpsc");
    let refused = stranger.inspections.download_document(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}
