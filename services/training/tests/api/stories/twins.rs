//! A person whom two authorities register: neither learns of the other, and the organiser finds both.

use seamless_proto::seamless::training::v1 as wire;
use tonic::{Code, Status};

use super::published;
use crate::{
    running::{Partner, Running},
    words::{fields, person, reason, registration, request_id, session, webinar},
};

async fn register(
    partner: &Partner,
    activity: &str,
    one: wire::Registration,
    validate_only: bool,
) -> Result<wire::Registration, Status> {
    let request = wire::RegisterRequest {
        parent: activity.to_owned(),
        registration: Some(one),
        request_id: request_id(),
        validate_only,
    };
    partner.registrations.clone().register(request).await.map(tonic::Response::into_inner)
}

/// Who registered those who are there twice, as the partner is shown it.
async fn twice(partner: &Partner, activity: &str) -> Vec<String> {
    let request = wire::ListRegistrationsRequest {
        parent: activity.to_owned(),
        registered_twice: true,
        ..Default::default()
    };
    let page = partner.registrations.clone().list_registrations(request).await.unwrap().into_inner();
    page.registrations.into_iter().map(|one| one.registrar).collect()
}

/// What another authority registered is told by no refusal and by no trial.
pub async fn unseen(running: Running) {
    let [just, china, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| running.partner(id));
    let mut activity = wire::Activity { visibility: wire::ActivityVisibility::Public.into(), ..webinar(20) };
    let lab = session("lab", "2027-03-16T09:00", "Europe/Brussels", 60);
    activity.sessions.push(wire::Session { capacity: Some(5), ..lab });
    let name = published(&just, activity).await.name;
    let of_lab = || wire::Registration { session: "lab".to_owned(), ..registration("Li Twin", 1) };
    let own = register(&china, &name, registration("Li Twin", 1), false).await.unwrap();

    // A trial and a call say the same, and neither that the address is known.
    let stranger = register(&canada, &name, of_lab(), true).await.unwrap_err();
    let nobody = wire::Registration { session: "lab".to_owned(), ..registration("Wu Nobody", 1) };
    let unknown = register(&canada, &name, nobody, true).await.unwrap_err();
    assert_eq!(fields(&stranger), fields(&unknown), "who is confirmed with another authority is not told");
    let trial = register(&canada, &name, registration("Li Twin", 1), true).await.unwrap();
    let made = register(&canada, &name, registration("Li Twin", 1), false).await.unwrap();
    assert_eq!((trial.state(), made.state()), (made.state(), wire::RegistrationState::Confirmed));
    for partner in [&china, &canada] {
        let refused = register(partner, &name, registration("Li Twin", 1), true).await.unwrap_err();
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::AlreadyExists, "RESOURCE_EXISTS"));
        assert!(twice(partner, &name).await.is_empty(), "each sees its own alone");
    }
    let transfer = wire::TransferRegistrationRequest {
        name: register(&canada, &name, registration("Wu Other", 1), false).await.unwrap().name,
        people: vec![person("Zhao New")],
        request_id: request_id(),
        ..Default::default()
    };
    register(&china, &name, registration("Zhao New", 1), false).await.unwrap();
    canada.registrations.clone().transfer_registration(transfer).await.unwrap();

    // Who organises sees all, and is told.
    let refused = register(&just, &name, registration("Li Twin", 1), true).await.unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists);
    let mut found = twice(&just, &name).await;
    found.sort();
    assert_eq!(found, ["ca-hc", "ca-hc", "cn-gacc", "cn-gacc"]);

    // Each has its own seat in a session; who leaves takes nothing of the other along.
    let mut seats = Vec::new();
    for partner in [&china, &canada] {
        seats.push(register(partner, &name, of_lab(), false).await.unwrap());
    }
    let request =
        wire::WithdrawRegistrationRequest { name: own.name, request_id: request_id(), ..Default::default() };
    china.registrations.clone().withdraw_registration(request).await.unwrap();
    for (partner, seat, stands) in [(&china, &seats[0], false), (&canada, &seats[1], true)] {
        let request = wire::GetRegistrationRequest { name: seat.name.clone() };
        let seat = partner.registrations.clone().get_registration(request).await.unwrap().into_inner();
        assert_eq!(seat.state() == wire::RegistrationState::Confirmed, stands, "{}", seat.registrar);
    }
}
