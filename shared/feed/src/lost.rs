//! What a reader is told that follows another history than the one of now.

use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use tonic::Code;
use uuid::Uuid;

use crate::{
    Redactor,
    epoch::{self, Head},
    failure,
    reader::Reader,
};

/// The metadata keys of the answer.
pub(crate) const PRESENT_EPOCH: &str = "present_epoch";
pub(crate) const HEAD_POSITION: &str = "head_position";
pub(crate) const LAST_COMMON_POSITION: &str = "last_common_position";

/// The fields with the first and the last position of a range to be digested.
pub(crate) const DIGESTED_FROM: &str = "from_position";
pub(crate) const DIGESTED: &str = "to_position";

/// The epoch that a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// A caller that keeps none.
    Unnamed,
    Named(Uuid),
}

impl Followed {
    /// The epoch of a request; an error says what the field wants.
    pub(crate) fn parse(epoch: &str) -> Result<Self, &'static str> {
        match epoch {
            "" => Ok(Self::Unnamed),
            named => {
                named.parse().map(Self::Named).map_err(|_| "a UUID, as events and pages of the feed say it")
            }
        }
    }
}

/// Checks an epoch and a position of it against the head, and gives the head. `field` is where the position stands.
pub(crate) async fn check<R: Redactor>(
    reader: &Reader<R>,
    followed: Followed,
    field: &'static str,
    position: i64,
) -> Result<Head, ApiError> {
    let head = reader.head().await?;
    match followed {
        Followed::Named(epoch) if epoch != head.epoch.id => Err(changed(reader, followed, position).await?),
        Followed::Named(_) if position > head.position => {
            // Who asks for a digest wants to find out how far it is; who goes on from there was served so far.
            if ![DIGESTED_FROM, DIGESTED].contains(&field) {
                warn(&head, position, reader);
            }
            Err(beyond(&head, position))
        }
        // To wait for such a position would silently pass over what comes until then.
        Followed::Unnamed if position > head.position => {
            let text = format!(
                "at most {}, the head of the feed; if it was read here, the service was restored from a backup since, \
                 and its feed is of the epoch {}",
                head.position, head.epoch.id
            );
            let common = common(reader, followed, position).await?;
            Err(with_metadata(ApiError::invalid_field(field, text), &head, common))
        }
        _ => Ok(head),
    }
}

/// The answer to one who follows another epoch, and has a position of it.
pub(crate) async fn changed<R: Redactor>(
    reader: &Reader<R>,
    followed: Followed,
    position: i64,
) -> Result<ApiError, ApiError> {
    let head = reader.head().await?;
    let common = common(reader, followed, position).await?;
    let text = format!(
        "the service was restored from a backup: its feed is of the epoch {} now, with the head {}; up to position \
         {common} it surely agrees with what was served before",
        head.epoch.id, head.position
    );
    Ok(refusal(&head, common, text))
}

/// Tells of one who follows the epoch of now, from a position that it does not have.
fn warn<R>(head: &Head, position: i64, reader: &Reader<R>) {
    tracing::error!(
        authority = %reader.authority,
        position,
        head = head.position,
        "a reader has a position of this epoch behind the head: if the database was put back, `restored` says so to all"
    );
    let meter = opentelemetry::global::meter("seamless-feed");
    meter.u64_counter("feed.positions_beyond_head").with_unit("{call}").build().add(1, &[]);
}

fn beyond(head: &Head, position: i64) -> ApiError {
    let text = format!(
        "position {position} lies beyond the head {} of this epoch: the service may have been restored from a backup \
         without noticing it; how far what you have agrees, digests tell",
        head.position
    );
    refusal(head, 0, text)
}

fn refusal(head: &Head, common: i64, text: String) -> ApiError {
    let error = ApiError::reason(Code::FailedPrecondition, ErrorReason::FeedEpochChanged, text.clone());
    with_metadata(error.precondition("EPOCH", "feed", text), head, common)
}

fn with_metadata(error: ApiError, head: &Head, common: i64) -> ApiError {
    error
        .metadata(PRESENT_EPOCH, head.epoch.id.to_string())
        .metadata(HEAD_POSITION, head.position.to_string())
        .metadata(LAST_COMMON_POSITION, common.to_string())
}

/// The last position, not behind the caller's, up to which the histories surely agree. Who names none may follow the first.
async fn common<R: Redactor>(reader: &Reader<R>, followed: Followed, position: i64) -> Result<i64, ApiError> {
    let connection = reader.database.read();
    let common = match followed {
        Followed::Named(epoch) => epoch::common_position(connection, epoch).await,
        Followed::Unnamed => epoch::counts_up_to(connection, 1).await.map(Option::unwrap_or_default),
    };
    Ok(common.map_err(failure::of_storage)?.min(position))
}
