//! `NotificationService`.

use seamless_api::{Handlers, ResourceName, Violations, changing, refusal, violations::excerpt};
use seamless_proto::seamless::notifications::v1::{
    self as wire, notification_service_server::NotificationService,
};
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use super::{
    context::{Api, statuses_of_list},
    imports::{self, ImportStream},
    similarity::answers_in,
};
use crate::{
    contract::{
        Known, NotificationName, content_in, content_out, finding_out, findings_in,
        redact::{notification_for, transmission_for},
        status_in, update_mask,
    },
    domain::{
        Caller, DomainError,
        model::{Content, Notification},
        notification_id::ids_beginning,
        ports::{NotificationQuery, NotificationReader, SeenNotification},
        relation::Relation,
        search::words,
        use_cases::{
            CreateNotification, NotificationAccess, SubmitNotification, TransmitNotification,
            UpdateNotification, ValidateNotification, ValidationDecision, WithdrawNotification,
        },
    },
};

#[tonic::async_trait]
impl NotificationService for Api {
    async fn create_notification(
        &self,
        request: Request<wire::CreateNotificationRequest>,
    ) -> Result<Response<wire::Notification>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        if request.notification.is_none() {
            found.add("notification", "is required");
        }
        let notification = request.notification.unwrap_or_default();
        let status = status_in(&mut found, "notification.status", notification.status);
        let content = content_in(&mut found, self.rules.audiences.as_ref(), "notification", notification);
        let content = found.finish(content).map_err(refusal)?;
        let id = Uuid::now_v7();
        let create =
            CreateNotification { rules: &self.rules, notifications: &self.store, transmissions: &self.store };
        let decide = |now| create.execute(&caller, id, content.clone(), status, now);
        self.mutate(call, decide, |created| self.own(&created)).await
    }

    async fn get_notification(
        &self,
        request: Request<wire::GetNotificationRequest>,
    ) -> Result<Response<wire::Notification>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = NotificationName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access =
            NotificationAccess { rules: &self.rules, notifications: &self.store, transmissions: &self.store };
        let (notification, relation) = access.execute(&caller, name.0).await.map_err(refusal)?;
        self.note_opened(&caller, &notification, &relation).await;
        let known = self.known(&caller, std::iter::once(&notification.content)).await.map_err(refusal)?;
        Ok(Response::new(notification_for(&self.rules, &notification, &relation, &known)))
    }

    async fn list_notifications(
        &self,
        request: Request<wire::ListNotificationsRequest>,
    ) -> Result<Response<wire::ListNotificationsResponse>, Status> {
        let (caller, request, page) = self.paged(request)?;
        let mut found = Violations::new();
        let query = query_in(&mut found, &caller, request.filter.unwrap_or_default());
        let mut query = found.finish(query).map_err(refusal)?;
        query.before = page.cursor;
        query.limit = page.limit();
        let seen = self.store.notification_list(&query).await.map_err(refusal)?;
        let contents = seen.iter().map(|seen| &seen.notification.content);
        let known = self.known(&caller, contents).await.map_err(refusal)?;
        let (notifications, next_page_token) =
            page.fill(seen, |last| last.notification.id, |seen| self.seen(&caller, seen, &known));
        Ok(Response::new(wire::ListNotificationsResponse { notifications, next_page_token }))
    }

    async fn search_notifications(
        &self,
        request: Request<wire::SearchNotificationsRequest>,
    ) -> Result<Response<wire::SearchNotificationsResponse>, Status> {
        Ok(Response::new(self.search(request).await?))
    }

    async fn update_notification(
        &self,
        request: Request<wire::UpdateNotificationRequest>,
    ) -> Result<Response<wire::Notification>, Status> {
        let (caller, call, request) = changing(request)?;
        let changed = request.notification.unwrap_or_default();
        let mut found = Violations::new();
        let name = found.name::<NotificationName>("notification.name", &changed.name);
        let revision = found.etag("notification.etag", &changed.etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let change = |present: &Notification| -> Result<Content, DomainError> {
            let merged =
                update_mask::apply(&content_out(&present.content), &changed, request.update_mask.as_ref())?;
            let mut found = Violations::new();
            let content = content_in(&mut found, self.rules.audiences.as_ref(), "notification", merged);
            Ok(found.finish(content)?)
        };
        let update = UpdateNotification {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            clocks: &self.store,
            records: &self.store,
        };
        let decide = |now| update.execute(&caller, name.0, revision, &change, now);
        self.mutate(call, decide, |updated| self.own(&updated)).await
    }

    async fn submit_notification(
        &self,
        request: Request<wire::SubmitNotificationRequest>,
    ) -> Result<Response<wire::Notification>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<NotificationName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let mut found = Violations::new();
        let answers = answers_in(&mut found, request.similarity_answers.clone());
        let answers = found.finish(answers).map_err(refusal)?;
        let submit = SubmitNotification {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
            similar: &self.similar,
        };
        let decide = |now| submit.execute(&caller, name.0, revision, &answers, now);
        self.mutate(call, decide, |submitted| self.own(&submitted)).await
    }

    async fn validate_notification(
        &self,
        request: Request<wire::ValidateNotificationRequest>,
    ) -> Result<Response<wire::ValidateNotificationResponse>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<NotificationName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let decision = self.decision_in(&request)?;
        let validate = ValidateNotification {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
        };
        let decide = |now| validate.execute(&caller, name.0, revision, &decision, now);
        self.mutate(call, decide, |validated| wire::ValidateNotificationResponse {
            notification: Some(self.own(&validated.notification)),
            transmissions: validated.transmissions.iter().map(transmission_for).collect(),
            findings: validated.findings.iter().map(finding_out).collect(),
        })
        .await
    }

    async fn transmit_notification(
        &self,
        request: Request<wire::TransmitNotificationRequest>,
    ) -> Result<Response<wire::TransmitNotificationResponse>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<NotificationName>("name", &request.name);
        if request.recipients.is_empty() {
            found.add("recipients", "is required: the ids of 1 to 50 authorities");
        }
        found.count("recipients", request.recipients.len(), 50);
        let recipients = request.recipients.iter().enumerate().filter_map(|(index, recipient)| {
            let wrong = |_| {
                found.add(
                    format!("recipients[{index}]"),
                    format!("wants the id of an authority; got {}", excerpt(recipient)),
                )
            };
            recipient.parse().map_err(wrong).ok()
        });
        let recipients: Vec<_> = recipients.collect();
        let name = found.finish_some(name).map_err(refusal)?;
        let arrangement = Some(request.arrangement.as_str()).filter(|named| !named.is_empty());
        let transmit = TransmitNotification {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            clocks: &self.store,
            records: &self.store,
        };
        let decide = |now| transmit.execute(&caller, name.0, &recipients, arrangement, now);
        self.mutate(call, decide, |transmitted| wire::TransmitNotificationResponse {
            notification: Some(self.own(&transmitted.notification)),
            transmissions: transmitted.transmissions.iter().map(transmission_for).collect(),
        })
        .await
    }

    async fn withdraw_notification(
        &self,
        request: Request<wire::WithdrawNotificationRequest>,
    ) -> Result<Response<wire::Notification>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<NotificationName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let reason = found.required_text("reason", request.reason.clone(), 2_000);
        let name = found.finish_some(name).map_err(refusal)?;
        let withdraw = WithdrawNotification {
            rules: &self.rules,
            notifications: &self.store,
            transmissions: &self.store,
            clocks: &self.store,
        };
        let decide = |now| withdraw.execute(&caller, name.0, revision, &reason, now);
        self.mutate(call, decide, |withdrawn| self.own(&withdrawn)).await
    }

    type ImportNotificationsStream = ImportStream;

    async fn import_notifications(
        &self,
        request: Request<Streaming<wire::ImportNotificationsRequest>>,
    ) -> Result<Response<Self::ImportNotificationsStream>, Status> {
        let caller = seamless_api::caller(&request)?;
        let turns = request.extensions().get().cloned();
        Ok(Response::new(imports::run(self.clone(), caller, turns, request.into_inner())))
    }
}

impl Api {
    /// The notification as its own side sees it: only that side changes it.
    fn own(&self, notification: &Notification) -> wire::Notification {
        notification_for(&self.rules, notification, &Relation::Originator, &Known::default())
    }

    /// An item of a list as its viewer sees it.
    pub(super) fn seen(&self, caller: &Caller, seen: &SeenNotification, known: &Known) -> wire::Notification {
        let notification = &seen.notification;
        let side = Relation::of_side(&self.rules.cooperation, &notification.originator, &caller.authority);
        let relation = side.or_else(|| seen.arrangement.clone().map(Relation::Recipient));
        match relation {
            Some(relation) => notification_for(&self.rules, notification, &relation, known),
            // A former contact point: of what it once examined it keeps the name alone.
            None => wire::Notification { name: notification.name(), ..wire::Notification::default() },
        }
    }

    fn decision_in(&self, request: &wire::ValidateNotificationRequest) -> Result<ValidationDecision, Status> {
        let mut found = Violations::new();
        let findings = findings_in(&mut found, self.rules.audiences.as_ref(), request.findings.clone());
        let decision = match request.decision() {
            wire::ValidationDecision::Accept if !findings.is_empty() => {
                found.add("findings", "must be empty with ACCEPT");
                ValidationDecision::Accept
            }
            wire::ValidationDecision::Accept => ValidationDecision::Accept,
            wire::ValidationDecision::Return => {
                if findings.is_empty() {
                    found.add("findings", "is required with RETURN: say what is to be mended");
                }
                ValidationDecision::Return(findings)
            }
            wire::ValidationDecision::Unspecified => {
                found.add("decision", "is required: ACCEPT or RETURN");
                ValidationDecision::Accept
            }
        };
        found.finish(decision).map_err(refusal)
    }
}

/// The filter of a request.
pub(super) fn query_in(
    found: &mut Violations,
    caller: &Caller,
    filter: wire::NotificationFilter,
) -> NotificationQuery {
    let optional_id = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let text = found.text("filter.text", filter.text, 200);
    let originator = optional_id(&filter.notifying_authority).and_then(|id| {
        id.parse()
            .map_err(|_| {
                found.add(
                    "filter.notifying_authority",
                    format!("wants the id of an authority; got {}", excerpt(&id)),
                )
            })
            .ok()
    });
    let arrangement = optional_id(&filter.arrangement).and_then(|id| {
        id.parse()
            .map_err(|_| {
                found.add(
                    "filter.arrangement",
                    format!("wants the id of an arrangement; got {}", excerpt(&id)),
                )
            })
            .ok()
    });
    let ids = optional_id(&filter.id_prefix).and_then(|prefix| {
        let ids = ids_beginning(&prefix);
        if ids.is_none() {
            let wants = "wants 4 to 32 hexadecimal digits, with or without hyphens";
            found.add("filter.id_prefix", format!("{wants}; got {}", excerpt(&prefix)));
        }
        ids
    });
    NotificationQuery {
        viewer: caller.authority.clone(),
        statuses: statuses_of_list(found.vocabularies("filter.statuses", &filter.statuses, 10), None),
        states: found.vocabularies("filter.states", &filter.states, 10),
        categories: found.vocabularies("filter.categories", &filter.categories, 50),
        risk_types: found.vocabularies("filter.risk_types", &filter.risk_types, 50),
        countries_of_origin: found
            .countries("filter.countries_of_origin", &filter.countries_of_origin, 50)
            .iter()
            .map(ToString::to_string)
            .collect(),
        originator,
        arrangement,
        sold_online: filter.sold_online,
        updated_from: found.timestamp("filter.update_time_start", filter.update_time_start),
        updated_before: found.timestamp("filter.update_time_end", filter.update_time_end),
        words: words::fold(&text).split_whitespace().map(str::to_owned).collect(),
        ids,
        before: None,
        limit: 0,
    }
}
