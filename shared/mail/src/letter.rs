//! A mail as it is written (RFC 5322, RFC 2045): a text, and calendar objects beside it.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};

/// A mail to one person. `Debug` shows neither addresses nor texts.
pub struct Letter<'a> {
    /// The name and address that it is from.
    pub from: (&'a str, &'a str),
    /// Where answers go.
    pub reply_to: &'a str,
    /// The name and address that it goes to.
    pub to: (&'a str, &'a str),
    /// Its subject.
    pub subject: &'a str,
    /// Its text, lines ended by LF.
    pub text: &'a str,
    /// The language of the text, BCP 47.
    pub language: &'a str,
    /// A calendar object with the word of its METHOD, which the content type repeats (RFC 6047, 2.4). One, since a calendar
    /// program acts on no second.
    pub calendar: Option<(&'static str, String)>,
    /// Without brackets.
    pub message_id: &'a str,
    /// When it is written.
    pub date: Timestamp,
}

/// Why a mail is not written. It repeats no value: values name people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// An address that no server takes.
    #[error("an address has not the form local@domain")]
    Address,
    /// Something else does not fit into a mail.
    #[error("the parts make no mail")]
    Parts,
}

impl fmt::Debug for Letter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter(with a calendar object: {})", self.calendar.is_some())
    }
}

impl Letter<'_> {
    /// The bytes as they are stored and handed over: ASCII with lines that end with CR LF.
    ///
    /// # Errors
    /// [`LetterError`].
    pub fn bytes(&self) -> Result<Vec<u8>, LetterError> {
        let mailbox = |name: &str, address: &str| {
            let address = address.parse().map_err(|_| LetterError::Address)?;
            let name = printable(name);
            Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
        };
        let since = Duration::from_secs(u64::try_from(self.date.as_second()).unwrap_or_default());
        let builder = Message::builder()
            .from(mailbox(self.from.0, self.from.1)?)
            .reply_to(mailbox("", self.reply_to)?)
            .to(mailbox(self.to.0, self.to.1)?)
            .subject(printable(self.subject))
            .message_id(Some(format!("<{}>", self.message_id)))
            .date(SystemTime::UNIX_EPOCH + since)
            // Programs that answer by themselves do not answer this (RFC 3834).
            .header(AutoSubmitted)
            .header(ContentLanguage(self.language.to_owned()));
        let text = SinglePart::plain(self.text.replace('\n', "\r\n"));
        let message = match &self.calendar {
            None => builder.singlepart(text),
            Some((method, object)) => {
                let invitation = SinglePart::builder()
                    .header(calendar_type(method)?)
                    .header(ContentTransferEncoding::Base64)
                    .body(object.clone());
                let attached = Attachment::new("meeting.ics".to_owned());
                let whole = MultiPart::mixed()
                    .multipart(MultiPart::alternative().singlepart(text).singlepart(invitation))
                    .singlepart(attached.body(object.clone(), calendar_type(method)?));
                builder.multipart(whole)
            }
        };
        Ok(message.map_err(|_| LetterError::Parts)?.formatted())
    }
}

fn calendar_type(method: &str) -> Result<ContentType, LetterError> {
    ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}"))
        .map_err(|_| LetterError::Parts)
}

/// In one line.
fn printable(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect::<String>().trim().to_owned()
}

#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[derive(Clone)]
struct ContentLanguage(String);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};

    use super::*;

    #[test]
    fn a_mail_reads_back_as_it_was_meant() {
        let subject = "Confirmed: 电热水壶的电气安全 in a subject that is longer than one line of a mail may be, and more";
        let letter = Letter {
            from: ("Safety Gate, training", "training@example.org"),
            reply_to: "training+abc@example.org",
            to: ("Twin, \"Dana\"\r\nBcc: x@example.org", "dana@b.example"),
            subject,
            text: "Dear Dana,\n.\n您好\n",
            language: "en",
            calendar: Some(("REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n".to_owned())),
            message_id: "one@example.org",
            date: "2027-03-01T09:00:00Z".parse().unwrap(),
        };
        let bytes = letter.bytes().unwrap();
        assert!(bytes.is_ascii() && bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999));
        let read = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(read.subject(), Some(subject));
        assert_eq!(read.message_id(), Some("one@example.org"));
        assert_eq!(read.to().unwrap().first().unwrap().address(), Some("dana@b.example"));
        assert!(read.bcc().is_none(), "a name begins no header");
        assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), "Dear Dana,\n.\n您好\n");
        let calendars: Vec<_> = read
            .parts
            .iter()
            .filter(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")))
            .collect();
        assert_eq!(calendars.len(), 2, "to act on, and to keep");
        for part in calendars {
            assert_eq!(part.content_type().unwrap().attribute("method"), Some("REQUEST"));
            assert!(part.text_contents().unwrap().contains("METHOD:REQUEST"));
        }
    }
}
