//! The goods items of a customs declaration, delivered as rows are.

use std::{future::Future, io::Read};

use prost::Message;
use seamless_proto::seamless::consignments::v1::{Consignment, ItemViolation};
use sha2::{Digest, Sha256};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status, Streaming};

use super::{Delivered, Delivery, Entry, FieldError, Progress, SourceFile, read_ahead};
use crate::{
    cli,
    error::Failure,
    import::declarations::{self, Declared, LONGEST, Mapping, Otherwise},
};

/// Delivers the goods items of a declaration: `make` gives the goods their subject and their request, from the digest of the
/// file and the item's path in it.
///
/// # Errors
/// The file is no declaration; those of [`Delivery::run`].
pub async fn deliver_declaration<Q, A, F>(
    rows: &cli::Rows,
    progress: Progress,
    (mapping, otherwise): (&Mapping, &Otherwise),
    make: impl Fn(&[u8], &str, Consignment) -> (String, Result<Q, Vec<FieldError>>) + Send + 'static,
    open: impl Fn(ReceiverStream<Q>) -> F,
    mut accept: impl FnMut(&Entry<Q>, A) -> Result<Vec<ItemViolation>, Failure>,
) -> Result<Delivered, Failure>
where
    Q: Message + Clone + 'static,
    F: Future<Output = Result<Response<Streaming<A>>, Status>>,
{
    let (file, source) = SourceFile::open(&rows.file)?;
    if progress == Progress::Hidden {
        file.finish();
    }
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", rows.file.display()));
    let mut bytes = Vec::new();
    // One more than there may be, so that too many are told.
    source.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(|error| fail(&error))?;
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    let items = declarations::items(&bytes, mapping, otherwise).map_err(|error| fail(&error))?;
    let entries = items.into_iter().map(move |Declared { path, read, left_out, raw }| {
        let (subject, request) = match read {
            Ok(goods) => make(&digest, &path, goods),
            Err(errors) => (String::new(), Err(errors.into_iter().map(FieldError::from).collect())),
        };
        Ok(Entry {
            place: path,
            subject,
            raw,
            request,
            remarks: left_out.into_iter().map(FieldError::from).collect(),
        })
    });
    let mut delivery = Delivery::of(file, &rows.file, rows.rejected.as_deref(), rows.patience);
    let accept = |entry: &Entry<Q>, answer| {
        let wrong = accept(entry, answer)?.into_iter();
        Ok(wrong.map(|wrong| FieldError { field: wrong.field, description: wrong.description }).collect())
    };
    delivery.run(read_ahead(entries), open, accept).await?;
    Ok(delivery.delivered())
}
