//! Where the service keeps personal data. A table or file with personal data has its line here; what is erased of a person is
//! what these lines say.

/// A place with personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Table and column, or file.
    pub place: &'static str,
    pub data: &'static str,
    pub purpose: &'static str,
    pub erased: &'static str,
}

/// All of them.
pub const HOLDINGS: [Holding; 17] = [
    Holding {
        place: "registration.document",
        data: "names, also those of before, addresses, organisations, languages, time zones, answers to forms, notes of steps",
        purpose: "to let people take part, and write to them",
        erased: "by an erasure, or when the time has come for which the activity keeps registrations",
    },
    Holding {
        place: "registration.address",
        data: "the address of the one who is written to, of a registration that goes on",
        purpose: "to register an address once",
        erased: "when the registration ends, or with its document",
    },
    Holding {
        place: "record (attendance-file)",
        data: "names, addresses and devices of those whom a platform saw",
        purpose: "to say who was there, and to merge anew when another file comes",
        erased: "of a person, and of whatever was said to be that person, by an erasure; of everybody when the time has come for which the activity keeps registrations, also where nobody registers for it",
    },
    Holding {
        place: "record (attendance)",
        data: "names and addresses of those who cannot be told, and what was answered",
        purpose: "to ask who was there, and to keep the answer",
        erased: "as that of attendance files; who was there stays, by the key of the registration",
    },
    Holding {
        place: "record (certificate)",
        data: "names as they were printed, and addresses",
        purpose: "to give a certificate again, and to find it when the person is to be erased",
        erased: "with the registration; what the certificate says besides stays, with a salted digest of the name, so that it verifies",
    },
    Holding {
        place: "record (certificate) revoke_reason",
        data: "why a certificate was revoked, in words of the organiser, which are to name nobody",
        purpose: "to tell whoever verifies it",
        erased: "not: it is told with the certificate for good",
    },
    Holding {
        place: "record (minutes), record (action-item)",
        data: "decisions and what is to be done, in words of the organiser; who does it is an authority",
        purpose: "to hold what was agreed",
        erased: "when the organiser writes them anew: they are to name nobody who does not act for an authority",
    },
    Holding {
        place: "files (certificates)",
        data: "the documents, with the names",
        purpose: "to give them again as they were issued",
        erased: "with their certificate",
    },
    Holding {
        place: "record (feedback)",
        data: "what those who took part said in words of an activity",
        purpose: "to let the organisers hear it, without whose it is",
        erased: "with the registration that it was given for; the ratings stay, which name nobody",
    },
    Holding {
        place: "activity.document",
        data: "names, affiliations and languages of those who speak, also in conflicts with other activities",
        purpose: "to announce who speaks, and to book nobody twice; events do not name them",
        erased: "by an erasure of the full name, or when the organiser takes them out",
    },
    Holding {
        place: "mail.folder",
        data: "the mails, with names and addresses, where a development setting writes them to a folder instead of sending them",
        purpose: "to look at mails while the program is developed and tried",
        erased: "not by the program: who set the folder deletes what is in it",
    },
    Holding {
        place: "request.response",
        data: "answers to the calls that made and changed registrations, certificates, and activities with those who speak",
        purpose: "to give a repeated call its first answer",
        erased: "with the registration: the answer names it alone from then on; of who speaks, with the name",
    },
    Holding {
        place: "record (erasure)",
        data: "the address or name whose erasure is scheduled",
        purpose: "to find what is to be erased",
        erased: "when the erasure is complete or cancelled",
    },
    Holding {
        place: "registration.person",
        data: "the address of the one who is written to, of a registration, also once it ended",
        purpose: "to show in a person's calendar what the person is registered for, and that it was cancelled",
        erased: "with its document",
    },
    Holding {
        place: "record (calendar-link)",
        data: "the address of the person whose calendar it is",
        purpose: "to know what the calendar shows",
        erased: "when the link is revoked, or by an erasure, which revokes it",
    },
    Holding {
        place: "mail_outbox",
        data: "addresses, and the mails to them as they were sent: names, what they are registered for, how that stands",
        purpose: "to send each once, to show what was not delivered, and to send the same again",
        erased: "with the registration, by an erasure of the address, or `mail.retention_days` after they were sent",
    },
    Holding {
        place: "record (correspondence)",
        data: "name, address, language and zone of the one who was told of a registration, and what a calendar answered",
        purpose: "to tell what changed, and to take answers",
        erased: "with the registration, or when somebody else is in the person's place",
    },
];
