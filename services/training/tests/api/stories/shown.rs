//! What is said to who registers, of what will come of it later.

use seamless_proto::seamless::training::v1::{
    self as wire, certificate_service_client::CertificateServiceClient,
};
use tonic::Code;

use super::published;
use crate::{
    running::Running,
    words::{fields, person, reason, registration, request_id, webinar},
};

/// A name that no certificate can be printed with is told at once, and keeps nobody out; so is the language of mails.
pub async fn warned(running: Running) {
    let [just, china] = ["eu-just", "cn-gacc"].map(|id| running.partner(id));
    let mut activity = webinar(20);
    activity.registration.as_mut().unwrap().largest_group = 3;
    let name = published(&just, activity).await.name;
    let reads = |name: &str, language: &str| wire::Person { language: language.to_owned(), ..person(name) };
    let people =
        vec![reads("Li One", "fr"), reads("Li \u{210C1}\u{10FFFF}", "zh-Hant"), reads("𠮷野 Łódź", "")];
    let request = wire::RegisterRequest {
        parent: name,
        registration: Some(wire::Registration { people, ..registration("Li One", 3) }),
        request_id: request_id(),
        ..Default::default()
    };
    let made = china.registrations.clone().register(request).await.unwrap().into_inner();
    assert_eq!(made.state(), wire::RegistrationState::Confirmed, "nobody is kept out for a character");
    let languages: Vec<_> =
        made.people.iter().map(|one| (one.language.as_str(), one.mail_language.as_str())).collect();
    assert_eq!(languages, [("fr", "en"), ("zh-Hant", "zh-Hans"), ("", "en")]);
    let [warning] = made.warnings.as_slice() else { panic!("{:?}", made.warnings) };
    assert_eq!(warning.field, "people[1].full_name");
    assert!(warning.description.contains("U+10FFFF: no certificate can be printed"), "{warning:?}");
    assert!(!warning.description.contains("Li"), "the name is not repeated");
    let request = wire::GetRegistrationRequest { name: made.name.clone() };
    let shown = just.registrations.clone().get_registration(request).await.unwrap().into_inner();
    assert_eq!(shown.warnings, made.warnings, "who organises sees it as well");

    let request = wire::TransferRegistrationRequest {
        name: made.name,
        people: vec![person("Li Right")],
        request_id: request_id(),
        ..Default::default()
    };
    let right = china.registrations.clone().transfer_registration(request).await.unwrap().into_inner();
    assert!(right.warnings.is_empty(), "{:?}", right.warnings);
}

/// A request id or a page size that is wrong hides nothing else that is; and who may not call learns of neither.
pub async fn all_at_once(running: Running) {
    let [just, china, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| running.partner(id));
    let name = published(&just, webinar(20)).await.name;
    let named = |refused: &tonic::Status| -> Vec<String> {
        fields(refused).into_iter().map(|(field, _)| field).collect()
    };
    let request = wire::RegisterRequest {
        parent: "activities/none".to_owned(),
        registration: Some(wire::Registration { country: "ZZZ".to_owned(), ..registration("Li One", 1) }),
        request_id: "once".to_owned(),
        ..Default::default()
    };
    let refused = china.registrations.clone().register(request.clone()).await.unwrap_err();
    assert_eq!(named(&refused), ["request_id", "parent", "registration.country"]);
    // What the use case finds, too.
    let one = wire::Registration { session: "none".to_owned(), ..registration("Li One", 1) };
    let mut request = wire::RegisterRequest { parent: name.clone(), registration: Some(one), ..request };
    let refused = china.registrations.clone().register(request.clone()).await.unwrap_err();
    assert_eq!(named(&refused), ["request_id", "registration.session"]);
    let denied = canada.registrations.clone().register(request.clone()).await.unwrap_err();
    assert_eq!((denied.code(), named(&denied).len()), (Code::PermissionDenied, 0), "{denied:?}");
    // Nothing else is wrong, and nothing is done.
    request.registration = Some(registration("Li One", 1));
    let refused = china.registrations.clone().register(request).await.unwrap_err();
    assert_eq!(
        (named(&refused), reason(&refused).as_str()),
        (vec!["request_id".to_owned()], "INVALID_FIELDS")
    );

    let list = wire::ListRegistrationsRequest {
        parent: name,
        states: vec![99],
        page_size: -1,
        ..Default::default()
    };
    let refused = china.registrations.clone().list_registrations(list.clone()).await.unwrap_err();
    assert_eq!(named(&refused), ["page_size", "states[0]"]);
    let unpaged = wire::ListRegistrationsRequest { page_token: "none".to_owned(), ..list.clone() };
    let refused = china.registrations.clone().list_registrations(unpaged.clone()).await.unwrap_err();
    assert_eq!(named(&refused), ["page_size", "page_token", "states[0]"]);
    assert_eq!(reason(&refused), "INVALID_FIELDS");
    let unpaged = wire::ListRegistrationsRequest { page_size: 0, states: Vec::new(), ..unpaged };
    let refused = china.registrations.clone().list_registrations(unpaged).await.unwrap_err();
    assert_eq!(
        (named(&refused), reason(&refused).as_str()),
        (vec!["page_token".to_owned()], "PAGE_TOKEN_INVALID")
    );
    let list = wire::ListRegistrationsRequest { states: Vec::new(), ..list };
    let refused = china.registrations.clone().list_registrations(list.clone()).await.unwrap_err();
    assert_eq!(fields(&refused), [("page_size".to_owned(), "wants 0 or more; got -1".to_owned())]);
    let list = wire::ListRegistrationsRequest { page_size: 0, ..list };
    let listed = china.registrations.clone().list_registrations(list).await.unwrap().into_inner();
    assert!(listed.registrations.is_empty(), "nothing was done");
}

/// Who calls without a credential is limited, also on a connection on which somebody has shown one.
pub async fn limited(running: Running) {
    let channel = running.channel(None);
    let mut client = CertificateServiceClient::new(channel);
    let token = running.credentials.token("cn-gacc", &seamless_training::api::authorization::SCOPES);
    let bearer = format!("Bearer {token}");
    let code = seamless_training::domain::model::CertificateCode::draw().grouped();
    let ask = wire::VerifyCertificateRequest { code, ..Default::default() };
    let list = wire::ListCertificatesRequest { parent: "activities/none".to_owned(), ..Default::default() };
    client.list_certificates(with_credential(list, &bearer)).await.unwrap_err();
    let mut asked = 0;
    let refused = loop {
        let refused = client.verify_certificate(ask.clone()).await.unwrap_err();
        if refused.code() != Code::NotFound {
            break refused;
        }
        asked += 1;
        assert!(asked < 60, "the credential of an earlier call is no credential of this one");
    };
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::ResourceExhausted, "QUOTA_EXCEEDED"));
    for _ in 0..5 {
        let known = client.verify_certificate(with_credential(ask.clone(), &bearer)).await.unwrap_err();
        assert_eq!(known.code(), Code::NotFound, "who shows one pays by its own quota");
    }
}

fn with_credential<M>(request: M, bearer: &str) -> tonic::Request<M> {
    let mut request = tonic::Request::new(request);
    request.metadata_mut().insert("authorization", bearer.parse().unwrap());
    request
}
