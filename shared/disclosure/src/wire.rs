//! The same redaction on the bytes of a message, without decoding it: what a reader may not see is left out, the rest is
//! copied.
//!
//! Invariant: redacting the bytes and then decoding gives what decoding and then redacting gives. A field that this contract
//! does not know is left out, for nobody knows who may see it.

use crate::{Audience, Path, View, redaction::Visibility};

/// What of a message its redaction depends on. Generated for every message that leaves a service.
#[derive(Debug)]
pub struct Shape {
    /// Whether it is a record, at which overrides and groups begin.
    pub is_record: bool,
    /// Its fields, in order of their numbers.
    pub fields: &'static [Field],
}

/// A field of a message.
#[derive(Debug)]
pub struct Field {
    /// Its number.
    pub number: u32,
    /// Its name, snake_case.
    pub name: &'static str,
    /// Who may see it, as declared.
    pub declared: Audience,
    /// The message of ours that it holds, for a map as value; none for plain values and those of `google.protobuf`.
    pub holds: Option<&'static Shape>,
    /// Whether it is a map.
    pub is_map: bool,
}

/// A message whose shape was generated.
pub trait Shaped {
    /// The shape.
    fn shape() -> &'static Shape;
}

/// The bytes are no message in the wire format of protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no protobuf message")]
pub struct Malformed;

/// The message as the view shows it.
///
/// # Errors
/// If the bytes are no message.
pub fn redacted<M: Shaped>(bytes: &[u8], view: &View<'_>) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::with_capacity(bytes.len());
    message(&mut Path::default(), M::shape(), bytes, view, &mut out)?;
    Ok(out)
}

/// The message with the one that its field `number` holds redacted by each of these views, one after the other; all else that
/// the contract knows of it stays.
///
/// # Errors
/// If the bytes are no message.
pub fn redacted_within<M: Shaped>(
    bytes: &[u8],
    number: u32,
    views: &[View<'_>],
) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::with_capacity(bytes.len());
    let everything = View::declared(Audience::Originator);
    let mut rest = bytes;
    while !rest.is_empty() {
        let part = Part::next(&mut rest)?;
        let Some(field) = M::shape().field(part.number) else { continue };
        let Some(held) = field.holds else {
            out.extend_from_slice(part.whole);
            continue;
        };
        let views = if part.number == number { views } else { std::slice::from_ref(&everything) };
        let mut content = std::borrow::Cow::Borrowed(part.held()?);
        for view in views {
            let mut shown = Vec::with_capacity(content.len());
            message(&mut Path::default(), held, &content, view, &mut shown)?;
            content = shown.into();
        }
        put(&mut out, part.key(), &content);
    }
    Ok(out)
}

impl Shape {
    fn field(&self, number: u32) -> Option<&Field> {
        // Most contracts number their fields without gaps.
        let near = self.fields.get(number.saturating_sub(1) as usize).filter(|field| field.number == number);
        near.or_else(|| {
            let at = self.fields.binary_search_by_key(&number, |field| field.number).ok()?;
            self.fields.get(at)
        })
    }
}

fn message(
    path: &mut Path,
    shape: &Shape,
    bytes: &[u8],
    view: &View<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    if shape.is_record {
        path.record(|path| fields(path, shape, bytes, view, out))
    } else {
        fields(path, shape, bytes, view, out)
    }
}

fn fields(
    path: &mut Path,
    shape: &Shape,
    mut bytes: &[u8],
    view: &View<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    while !bytes.is_empty() {
        let part = Part::next(&mut bytes)?;
        let Some(field) = shape.field(part.number) else { continue };
        match field.holds {
            None if path.shows(view, field.name, field.declared) => out.extend_from_slice(part.whole),
            None => {}
            Some(held) => path.within(view, field.name, field.declared, |path, visibility| {
                // The keys are data of the map itself: where it is hidden, a released part has no key to stand under.
                let is_hidden = visibility == Visibility::Hidden
                    || (field.is_map && visibility == Visibility::ReleasedParts);
                if is_hidden {
                    return Ok(());
                }
                let mut content = Vec::with_capacity(part.held()?.len());
                match field.is_map {
                    true => entry(path, held, part.held()?, view, &mut content)?,
                    false => message(path, held, part.held()?, view, &mut content)?,
                }
                if !content.is_empty() || visibility == Visibility::Shown {
                    put(out, part.key(), &content);
                }
                Ok(())
            })?,
        }
    }
    Ok(())
}

/// An entry of a map: the key as it is, and the value redacted. A value without content is left out, as an encoder does
/// with the entries of a map.
fn entry(
    path: &mut Path,
    value: &Shape,
    mut bytes: &[u8],
    view: &View<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    while !bytes.is_empty() {
        let part = Part::next(&mut bytes)?;
        if part.number == 2 {
            let mut content = Vec::with_capacity(part.held()?.len());
            message(path, value, part.held()?, view, &mut content)?;
            if !content.is_empty() {
                put(out, part.key(), &content);
            }
        } else {
            out.extend_from_slice(part.whole);
        }
    }
    Ok(())
}

/// Puts a field with a length before its content.
fn put(out: &mut Vec<u8>, key: &[u8], content: &[u8]) {
    out.extend_from_slice(key);
    let mut length = content.len();
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(content);
}

/// A field with its value, as it stands in the bytes.
struct Part<'b> {
    number: u32,
    whole: &'b [u8],
    /// Where the key ends.
    key_end: usize,
    /// Where the content begins, if a length stands before it.
    content: Option<usize>,
}

impl<'b> Part<'b> {
    fn next(rest: &mut &'b [u8]) -> Result<Self, Malformed> {
        let all = *rest;
        let (key, key_end) = varint(all)?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0).ok_or(Malformed)?;
        let after = all.get(key_end..).ok_or(Malformed)?;
        let (length, content) = match key & 7 {
            0 => (varint(after)?.1, None),
            1 => (8, None),
            2 => {
                let (length, length_end) = varint(after)?;
                let length = usize::try_from(length).map_err(|_| Malformed)?;
                (length_end.checked_add(length).ok_or(Malformed)?, Some(key_end + length_end))
            }
            5 => (4, None),
            _ => return Err(Malformed),
        };
        let end = key_end.checked_add(length).ok_or(Malformed)?;
        let (whole, behind) = all.split_at_checked(end).ok_or(Malformed)?;
        *rest = behind;
        Ok(Self { number, whole, key_end, content })
    }

    fn key(&self) -> &'b [u8] {
        self.whole.get(..self.key_end).unwrap_or_default()
    }

    /// What it holds, if it is one with a length.
    fn held(&self) -> Result<&'b [u8], Malformed> {
        self.content.and_then(|begin| self.whole.get(begin..)).ok_or(Malformed)
    }
}

/// A number of up to 64 bits, and how many bytes it takes.
fn varint(bytes: &[u8]) -> Result<(u64, usize), Malformed> {
    let mut number = 0;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Ok((number, at + 1));
        }
    }
    Err(Malformed)
}
