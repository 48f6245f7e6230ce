//! What each side is shown of flags, of offers on the web, of assessments, of removals and of ledgers.

use seamless_proto::seamless::notifications::v1::{
    self as wire, ConversationKind, ConversationState, EvidenceKind, ListingStatus, RemovalReason,
};
use sha2::{Digest, Sha256};

use crate::{
    history::{Act, DISCUSSION, Kind, Proof, REPORTED, name, originator, url},
    told::{Teller, time},
};

/// What each flag is.
pub const KINDS: [ConversationKind; DISCUSSION + 1] = [
    ConversationKind::MoreInformation,
    ConversationKind::StillOnSale,
    ConversationKind::Urgent,
    ConversationKind::Discussion,
];

impl Teller<'_> {
    /// Tells of what one side did of a sending, beside its follow-up.
    pub fn exchange(&mut self, act: &Act) {
        match act.kind {
            Kind::Flag(flag) => self.raise(act, flag),
            Kind::FlagStep(flag, state) => self.step_flag(act, flag, state),
            Kind::Report => self.report(act),
            Kind::Look(offer, found) => {
                if self.reader == act.to || self.reader == originator(act.alert) {
                    self.tell_look(act, offer, check(act.to, act.at, found));
                }
            }
            Kind::Assess(level) => self.assess(act, level),
            Kind::Confirm => self.confirm(act),
            Kind::Prove(proof) => self.prove(act, proof),
            _ => unreachable!("it is told elsewhere"),
        }
    }

    fn raise(&mut self, act: &Act, flag: usize) {
        let (alert, to) = (act.alert, act.to);
        let raised_by = if flag.is_multiple_of(2) { to } else { originator(alert) };
        let conversation = wire::Conversation {
            name: format!("{}/conversations/{to}-{flag}-{}", name(alert), act.at),
            transmission: format!("{}/transmissions/{to}", name(alert)),
            kind: KINDS[flag].into(),
            state: ConversationState::Open.into(),
            raised_by: raised_by.to_owned(),
            requested_fields: if flag == 0 { vec!["product.gtins".to_owned()] } else { Vec::new() },
            create_time: time(act.at),
            update_time: time(act.at),
            ..Default::default()
        };
        self.exchange.flags.insert((alert, to, flag), conversation.clone());
        let conversation = Some(conversation);
        self.tell_party(act, &wire::ConversationOpened { conversation, ..Default::default() });
    }

    fn step_flag(&mut self, act: &Act, flag: usize, state: ConversationState) {
        let conversation = self.exchange.flags.get_mut(&(act.alert, act.to, flag)).unwrap();
        conversation.state = state.into();
        conversation.update_time = time(act.at);
        let conversation = Some(conversation.clone());
        self.tell_party(act, &wire::ConversationChanged { conversation, ..Default::default() });
    }

    fn report(&mut self, act: &Act) {
        self.exchange.reports.insert((act.alert, act.to), act.at);
        self.exchange.reported.insert((act.alert, act.to));
        let mut listing = self.listing(act.alert, REPORTED);
        listing.last_check = Some(check(act.to, act.at, ListingStatus::Live));
        self.tell_party(act, &wire::ListingReported { listing: Some(listing) });
    }

    /// The originator looked at an offer: its side is told, and each recipient that sees the offer.
    pub fn own_look(&mut self, act: &Act, offer: usize, found: ListingStatus) {
        let (alert, narrowed) = (act.alert, self.history.shown_at(act.alert, act.at).0);
        let is_seen = |to: &'static str| match offer {
            REPORTED => self.exchange.reported.contains(&(alert, to)),
            _ => !narrowed.listings,
        };
        let mut sent = self.sendings.iter().filter(|((of, _), sending)| *of == alert && sending.is_sent);
        let is_told =
            originator(alert) == self.reader || sent.any(|((_, to), _)| *to == self.reader && is_seen(to));
        if is_told {
            self.tell_look(act, offer, check(originator(alert), act.at, found));
        }
    }

    /// What was found at an offer; nothing of one that is kept from the reader by now.
    fn tell_look(&mut self, act: &Act, offer: usize, check: wire::ListingCheck) {
        let narrowed = self.history.shown_at(act.alert, act.at).0;
        if offer == REPORTED || self.shows_offers(act.alert, narrowed) {
            let listing = Some(self.listing(act.alert, offer));
            self.tell(act, &wire::ListingChecked { listing, check: Some(check) });
        } else {
            self.position += 1;
        }
    }

    /// An offer as the reader sees it: a recipient its own report alone.
    fn listing(&self, alert: u32, offer: usize) -> wire::TrackedListing {
        let is_seen = |to: &str| originator(alert) == self.reader || to == self.reader;
        let of_offer = self.exchange.reports.iter().filter(|((of, _), _)| *of == alert && offer == REPORTED);
        let reports = of_offer.filter(|((_, to), _)| is_seen(to)).map(|((_, to), at)| wire::ListingReport {
            reporter: (*to).to_owned(),
            report_time: time(*at),
            ..Default::default()
        });
        wire::TrackedListing {
            name: format!("{}/listings/{}", name(alert), &hex::encode(Sha256::digest(url(offer)))[..32]),
            in_content: offer != REPORTED,
            reports: reports.collect(),
            ..Default::default()
        }
    }

    fn assess(&mut self, act: &Act, level: Option<i32>) {
        let known = self.exchange.assessed.entry((act.alert, act.to)).or_insert((act.at, 0));
        known.1 = level.unwrap_or(known.1);
        let (created, said) = *known;
        let assessment = Some(wire::Assessment {
            name: format!("{}/assessments/{}", name(act.alert), act.to),
            authority: act.to.to_owned(),
            level: said,
            create_time: time(created),
            withdraw_time: level.is_none().then(|| time(act.at)).flatten(),
            ..Default::default()
        });
        match level {
            Some(_) => self.tell_party(act, &wire::AssessmentChanged { assessment }),
            None => self.tell_party(act, &wire::AssessmentWithdrawn { assessment }),
        }
    }

    fn prove(&mut self, act: &Act, proof: Proof) {
        let (kind, reason) = match proof {
            Proof::Delivered => (EvidenceKind::Delivered, 0),
            Proof::Opened => (EvidenceKind::Opened, 0),
            Proof::Unreadable(reason) => (EvidenceKind::Unreadable, reason),
        };
        let evidence = wire::EvidenceEntry {
            transmission: format!("{}/transmissions/{}", name(act.alert), act.to),
            kind: kind.into(),
            event_time: time(act.at),
            version: 1,
            unreadable_reason: reason,
            ..Default::default()
        };
        self.tell_party(act, &wire::EvidenceRecorded { evidence: Some(evidence) });
    }

    /// Orders a recipient to remove something.
    pub fn order(&mut self, act: &Act, to: &'static str, reason: RemovalReason) {
        let alert = act.alert;
        let removal = wire::Removal {
            name: format!("removals/{alert}-{to}-{}", act.at),
            notification: name(alert),
            authority: to.to_owned(),
            originator: originator(alert).to_owned(),
            reason: reason.into(),
            order_time: time(act.at),
            ..Default::default()
        };
        self.exchange.removals.entry((alert, to)).or_default().push(removal.clone());
        if self.reader == to || self.reader == originator(alert) {
            self.tell(act, &wire::RemovalOrdered { removal: Some(removal) });
        }
    }

    /// Orders each that has the alert.
    pub fn order_of_all(&mut self, act: &Act, reason: RemovalReason) {
        let sent = self.sendings.iter().filter(|((of, _), sending)| *of == act.alert && sending.is_sent);
        let recipients: Vec<&'static str> = sent.map(|((_, to), _)| *to).collect();
        recipients.into_iter().for_each(|to| self.order(act, to, reason));
    }

    fn confirm(&mut self, act: &Act) {
        let mut removal = self.exchange.removals.get_mut(&(act.alert, act.to)).unwrap().remove(0);
        removal.confirmation =
            Some(wire::RemovalConfirmation { confirm_time: time(act.at), ..Default::default() });
        self.tell_party(act, &wire::RemovalConfirmed { removal: Some(removal) });
    }
}

/// A look.
fn check(by: &str, at: i64, found: ListingStatus) -> wire::ListingCheck {
    wire::ListingCheck {
        checker: by.to_owned(),
        check_time: time(at),
        found: found.into(),
        ..Default::default()
    }
}
