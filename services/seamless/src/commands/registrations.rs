//! `seamless register` and `seamless registrations`: who takes part, and who waits.

use seamless_proto::seamless::training::v1 as wire;

use super::{activities::name_of, number, pages, request_id, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// Registers somebody.
pub async fn register(connection: &Connection, given: cli::Register, json: bool) -> Result<(), Failure> {
    let people = given.people.iter().enumerate().map(|(index, name)| wire::Person {
        full_name: name.clone(),
        email: if index == 0 { given.email.clone() } else { String::new() },
        organisation: given.organisation.clone(),
        language: given.lang.clone(),
        zone: given.zone.clone(),
        ..Default::default()
    });
    let answers = given.answer.iter().map(|answer| match answer.split_once('=') {
        Some((question, value)) => {
            Ok(wire::FormAnswer { question: question.to_owned(), value: value.to_owned() })
        }
        None => Err(Failure::usage(format!("--answer wants QUESTION=ANSWER; got {answer}"))),
    });
    let registration = wire::Registration {
        session: given.session.clone(),
        people: people.collect(),
        seats: given.seats,
        audience: number(&given.audience, "TARGET_AUDIENCE_", wire::TargetAudience::from_str_name)?,
        country: given.country.clone(),
        answers: answers.collect::<Result<_, _>>()?,
        ..Default::default()
    };
    let request = wire::RegisterRequest {
        parent: name_of(connection, &given.activity.name).await?,
        registration: Some(registration),
        request_id: request_id(),
        ..Default::default()
    };
    show(&connection.registrations().register(request).await?.into_inner(), json)
}

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Registrations, json: bool) -> Result<(), Failure> {
    let mut client = connection.registrations();
    let made = match step {
        cli::Registrations::List { activity, state, twice, limit } => {
            return list(connection, &activity.name, (state.as_slice(), twice), limit, json).await;
        }
        cli::Registrations::Approve(name) => {
            let request = wire::ApproveRegistrationRequest {
                name: name.name,
                request_id: request_id(),
                ..Default::default()
            };
            client.approve_registration(request).await?
        }
        cli::Registrations::Reject(with) => {
            let request = wire::RejectRegistrationRequest {
                name: with.name.name,
                reason: with.reason,
                request_id: request_id(),
                ..Default::default()
            };
            client.reject_registration(request).await?
        }
        cli::Registrations::Confirm(name) => {
            let request = wire::ConfirmRegistrationRequest {
                name: name.name,
                request_id: request_id(),
                ..Default::default()
            };
            client.confirm_registration(request).await?
        }
        cli::Registrations::Decline(name) => {
            let request = wire::DeclineRegistrationRequest {
                name: name.name,
                request_id: request_id(),
                ..Default::default()
            };
            client.decline_registration(request).await?
        }
        cli::Registrations::Withdraw { name, reason } => {
            let request = wire::WithdrawRegistrationRequest {
                name: name.name,
                reason,
                request_id: request_id(),
                ..Default::default()
            };
            client.withdraw_registration(request).await?
        }
        cli::Registrations::Promote(with) => {
            let request = wire::PromoteRegistrationRequest {
                name: with.name.name,
                reason: with.reason,
                request_id: request_id(),
                ..Default::default()
            };
            client.promote_registration(request).await?
        }
    };
    show(&made.into_inner(), json)
}

async fn list(
    connection: &Connection,
    activity: &str,
    (state, registered_twice): (&[String], bool),
    limit: usize,
    json: bool,
) -> Result<(), Failure> {
    let parent = name_of(connection, activity).await?;
    let states = states(state, "REGISTRATION_STATE_", |name| {
        wire::RegistrationState::from_str_name(name).map(Into::into)
    })?;
    let registrations = pages(limit, async |page_size, page_token| {
        let request = wire::ListRegistrationsRequest {
            parent: parent.clone(),
            states: states.clone(),
            registered_twice,
            page_size,
            page_token,
            ..Default::default()
        };
        let page = connection.registrations().list_registrations(request).await?.into_inner();
        Ok((page.registrations, page.next_page_token))
    })
    .await?;
    if json {
        return registrations.iter().try_for_each(output::json);
    }
    let mut table =
        output::table(&["place", "state", "name", "seats", "country", "registrar", "registration"]);
    for one in &registrations {
        table.add_row([
            one.position.to_string(),
            output::word(one.state().as_str_name(), "REGISTRATION_STATE_"),
            one.people.first().map(|first| first.full_name.clone()).unwrap_or_default(),
            one.seats.to_string(),
            one.country.clone(),
            one.registrar.clone(),
            one.name.clone(),
        ]);
    }
    output::line(table);
    Ok(())
}

fn show(registration: &wire::Registration, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(registration);
    }
    let state = output::word(registration.state().as_str_name(), "REGISTRATION_STATE_");
    output::line(format!("{}: {state}", registration.name));
    if let Some(until) = &registration.offer_expire_time {
        output::line(format!("the seat is held until {} UTC", output::time(Some(until))));
    }
    for warning in &registration.warnings {
        output::line(format!("{}: {}", warning.field, warning.description));
    }
    Ok(())
}
