//! Materials: in editions by language, with files, seen by those whom they are for.

use std::time::Duration;

use seamless_proto::seamless::{
    training::v1::{self as wire, upload_edition_request::Part},
    r#type::v1::{CivilDate, TranslationState},
};
use seamless_testkit::eventually;
use sha2::{Digest, Sha256};
use tonic::{Code, Status};

use crate::{
    running::{Partner, Running},
    words::{both, fields, request_id},
};

const SLIDES: &[u8] = b"Kettles: what EN 60335-2-15 wants.\n";

fn head(material: &str, language: &str, content: &[u8]) -> wire::EditionHead {
    wire::EditionHead {
        material: material.to_owned(),
        language: language.to_owned(),
        file_name: "kettles.txt".to_owned(),
        sha256: hex::encode(Sha256::digest(content)),
        size_bytes: i64::try_from(content.len()).unwrap(),
        media_type: "text/plain".to_owned(),
        ..Default::default()
    }
}

async fn uploaded(
    partner: &Partner,
    head: wire::EditionHead,
    content: &[u8],
) -> Result<wire::Material, Status> {
    let mut parts = vec![wire::UploadEditionRequest { part: Some(Part::Head(head)) }];
    let chunks = content.chunks(10).map(|chunk| Part::Chunk(chunk.to_vec()));
    parts.extend(chunks.map(|chunk| wire::UploadEditionRequest { part: Some(chunk) }));
    let answer = partner.materials.clone().upload_edition(futures::stream::iter(parts)).await;
    answer.map(tonic::Response::into_inner)
}

async fn downloaded(partner: &Partner, name: &str, language: &str, number: i32) -> Result<Vec<u8>, Status> {
    let request =
        wire::DownloadEditionRequest { name: name.to_owned(), language: language.to_owned(), number };
    let mut stream = partner.materials.clone().download_edition(request).await?.into_inner();
    let mut content = Vec::new();
    while let Some(part) = stream.message().await? {
        content.extend(part.chunk);
    }
    Ok(content)
}

async fn seen(partner: &Partner, name: &str) -> Result<wire::Material, Status> {
    let request = wire::GetMaterialRequest { name: name.to_owned() };
    partner.materials.clone().get_material(request).await.map(tonic::Response::into_inner)
}

async fn listed(partner: &Partner, text: &str) -> Vec<wire::Material> {
    let request = wire::ListMaterialsRequest { text: text.to_owned(), ..Default::default() };
    partner.materials.clone().list_materials(request).await.unwrap().into_inner().materials
}

fn standing(material: &wire::Material) -> Vec<(&str, TranslationState, i32)> {
    let all = material.languages.iter();
    all.map(|one| (one.language.as_str(), one.state(), one.number)).collect()
}

/// A new edition of the original makes its translation stale; what was taken back is gone for others, also from old events.
pub async fn life(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let (mut eu, mut gacc, mut canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let material = wire::Material {
        arrangement: "eu-cn".to_owned(),
        title: both("Kettles", "电热水壶"),
        hazards: vec!["electric shock".to_owned()],
        product_areas: vec!["electrical-appliances".to_owned()],
        original_language: "en".to_owned(),
        wanted_languages: vec!["zh-Hans".to_owned(), "fr".to_owned()],
        internal_note: "check page 7".to_owned(),
        ..Default::default()
    };
    let create = |material: wire::Material| wire::CreateMaterialRequest {
        material: Some(material),
        request_id: request_id(),
        ..Default::default()
    };
    let wrong = wire::Material { arrangement: String::new(), ..material.clone() };
    let refused = eu.materials.create_material(create(wrong)).await.unwrap_err();
    assert_eq!(fields(&refused)[0].0, "material.arrangement");
    let name = eu.materials.create_material(create(material)).await.unwrap().into_inner().name;
    let publish = || wire::PublishMaterialRequest {
        name: name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let early = eu.materials.publish_material(publish()).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "there is no original");
    let early = uploaded(&eu, head(&name, "zh-Hans", SLIDES), SLIDES).await.unwrap_err();
    assert_eq!(fields(&early)[0].0, "head.language", "{early}");

    let wrong = wire::EditionHead { sha256: "00".repeat(32), ..head(&name, "en", SLIDES) };
    assert!(uploaded(&eu, wrong, SLIDES).await.is_err(), "these are not the announced bytes");
    let first = uploaded(&eu, head(&name, "en", SLIDES), SLIDES).await.unwrap();
    let again = uploaded(&eu, head(&name, "en", SLIDES), SLIDES).await.unwrap();
    assert_eq!(first.editions, again.editions, "the same content again is no other edition");
    eu.materials.publish_material(publish()).await.unwrap();
    let link = wire::LinkEditionRequest {
        name: name.clone(),
        language: "zh-Hans".to_owned(),
        link: "https://video.example.cn/kettles".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let both_languages = eu.materials.link_edition(link).await.unwrap().into_inner();
    use TranslationState::{Missing, Original, Stale, Translated};
    let states = [("en", Original, 1), ("zh-Hans", Translated, 1), ("fr", Missing, 0)];
    assert_eq!(standing(&both_languages), states);
    let second = [SLIDES, b"And what is new."].concat();
    uploaded(&eu, head(&name, "en", &second), &second).await.unwrap();
    let now = seen(&gacc, &name).await.unwrap();
    assert_eq!(standing(&now), [("en", Original, 2), ("zh-Hans", Stale, 1), ("fr", Missing, 0)]);
    assert_eq!(now.internal_note, "", "its own side's");

    assert_eq!(downloaded(&gacc, &name, "en", 0).await.unwrap(), second);
    assert_eq!(downloaded(&gacc, &name, "en", 1).await.unwrap(), SLIDES);
    assert_eq!(downloaded(&eu, &name, "en", 1).await.unwrap(), SLIDES);
    let film = downloaded(&gacc, &name, "zh-Hans", 0).await.unwrap_err();
    assert_eq!(film.code(), Code::InvalidArgument, "it lies elsewhere");
    let counted = seen(&eu, &name).await.unwrap().downloads;
    let counted: Vec<_> = counted.iter().map(|one| (one.number, one.count)).collect();
    assert_eq!(counted, [(2, 1), (1, 2)]);
    for (partner, found) in [(&eu, 1), (&gacc, 1), (&canada, 0)] {
        assert_eq!(listed(partner, "水壶 ELECTRIC").await.len(), found);
    }
    let hidden =
        [seen(&canada, &name).await.unwrap_err(), downloaded(&canada, &name, "en", 0).await.unwrap_err()];
    assert!(hidden.iter().all(|status| status.code() == Code::PermissionDenied));

    // The day is told once it is over, to its own side.
    assert_eq!(eu.told::<wire::MaterialDownloadsAggregated>().await, []);
    running.set_clock("2027-03-02T00:00:05Z");
    (eu, gacc, canada) = (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    downloaded(&eu, &name, "en", 1).await.unwrap();
    let given = |number, count| wire::Downloads { language: "en".to_owned(), number, count };
    let of_day = wire::MaterialDownloadsAggregated {
        material: name.clone(),
        day: Some(CivilDate { year: 2027, month: 3, day: 1 }),
        downloads: vec![given(2, 1), given(1, 2)],
    };
    eventually("the day is told", Duration::from_secs(20), async || {
        let told: Vec<wire::MaterialDownloadsAggregated> = eu.clone().told().await;
        if told == [of_day.clone()] { Ok(()) } else { Err(format!("{told:?}")) }
    })
    .await;
    assert_eq!(gacc.told::<wire::MaterialDownloadsAggregated>().await, []);

    let withdraw =
        wire::WithdrawMaterialRequest { name: name.clone(), request_id: request_id(), ..Default::default() };
    let denied = gacc.materials.withdraw_material(withdraw.clone()).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    eu.materials.withdraw_material(withdraw).await.unwrap();
    assert_eq!(seen(&gacc, &name).await.unwrap_err().code(), Code::PermissionDenied);
    let told: Vec<wire::MaterialPublished> = gacc.told().await;
    assert_eq!(told.len(), 4, "published, translated, a new original, taken back");
    assert!(
        told.iter().all(|one| one.material.as_ref().unwrap().title.is_none()),
        "old events show it no more"
    );
    assert!(canada.told::<wire::MaterialPublished>().await.is_empty());
}
