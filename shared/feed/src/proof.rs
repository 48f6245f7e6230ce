//! Whether a source has still what was applied of its feed.
//!
//! The id of an event is made once: a history that has it at its position agrees with the one that it was read in up to
//! there. So the digest over that one position proves all before it.

use seamless_proto::seamless::feed::v1::{
    GetDigestRequest, GetDigestResponse, feed_service_client::FeedServiceClient,
};
use seamless_service::error::metadata_of;
use tonic::{
    Code, Status,
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
};

use crate::{RangeDigest, lost::PRESENT_EPOCH, standing::Place};

/// What a source says of a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It goes on from there.
    Same,
    /// It is of another epoch now, and has the last event still: nothing was lost.
    NothingLost { present: String },
    /// It is another history, of this epoch.
    Lost { present: String },
}

/// Asks a source for the event of a place.
pub(crate) async fn of<C>(client: &mut FeedServiceClient<C>, place: &Place) -> Result<Proof, Status>
where
    C: GrpcService<Body>,
    C::Error: Into<StdError>,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    let Some((epoch, position)) = place.epoch.as_ref().map(|epoch| (epoch.clone(), place.position)) else {
        return of_unnamed(client, place).await;
    };
    // Before the first event there is nothing to lose; the question tells the epoch.
    let asked = position.max(1);
    let refusal = match ask(client, asked, asked, epoch.clone()).await {
        Ok(answer) => match has_event(&answer, place) {
            Some(false) => return Ok(Proof::Lost { present: answer.epoch }),
            // A right to see it may have been lost; within an epoch nothing else is.
            Some(true) | None => return Ok(Proof::Same),
        },
        Err(status) => status,
    };
    let Some(present) = metadata_of(&refusal, PRESENT_EPOCH) else { return unproven(refusal) };
    match (position == 0, present == epoch) {
        (true, true) => return Ok(Proof::Same),
        (true, false) => return Ok(Proof::NothingLost { present }),
        (false, true) => return Ok(Proof::Lost { present }),
        (false, false) => {}
    }
    match ask(client, position, position, present.clone()).await {
        Ok(answer) if has_event(&answer, place) == Some(true) => Ok(Proof::NothingLost { present }),
        Ok(_) => Ok(Proof::Lost { present }),
        Err(status) => match metadata_of(&status, PRESENT_EPOCH) {
            Some(present) => Ok(Proof::Lost { present }),
            None => unproven(status),
        },
    }
}

/// Of a place from before epochs were kept, or before the source said any.
async fn of_unnamed<C>(client: &mut FeedServiceClient<C>, place: &Place) -> Result<Proof, Status>
where
    C: GrpcService<Body>,
    C::Error: Into<StdError>,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    if place.position == 0 {
        return Ok(Proof::Same);
    }
    match ask(client, place.position, place.position, String::new()).await {
        Ok(answer) if answer.epoch.is_empty() => Ok(Proof::Same),
        Ok(answer) => Ok(match has_event(&answer, place) {
            Some(false) => Proof::Lost { present: answer.epoch },
            Some(true) | None => Proof::NothingLost { present: answer.epoch },
        }),
        Err(status) => match metadata_of(&status, PRESENT_EPOCH) {
            Some(present) => Ok(Proof::Lost { present }),
            None => unproven(status),
        },
    }
}

/// A source that gives no digests is believed; any other refusal is one.
fn unproven(refusal: Status) -> Result<Proof, Status> {
    match refusal.code() {
        Code::Unimplemented => Ok(Proof::Same),
        _ => Err(refusal),
    }
}

async fn ask<C>(
    client: &mut FeedServiceClient<C>,
    from_position: i64,
    to_position: i64,
    epoch: String,
) -> Result<GetDigestResponse, Status>
where
    C: GrpcService<Body>,
    C::Error: Into<StdError>,
    C::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <C::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    let request = GetDigestRequest { from_position, to_position, epoch, ..GetDigestRequest::default() };
    Ok(client.get_digest(request).await?.into_inner())
}

/// Whether the answer is of the event of the place; none where that cannot be said.
fn has_event(answer: &GetDigestResponse, place: &Place) -> Option<bool> {
    let event_id = place.event_id.as_ref()?;
    if answer.from_position != place.position || answer.to_position != place.position || answer.count == 0 {
        return None;
    }
    let mut own = RangeDigest::new();
    own.add(place.position, event_id);
    Some(answer.digest == own.finish())
}
