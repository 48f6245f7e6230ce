//! Certificates that were lent, forged and overdrawn: each is found out and told, once for each decision, and no other is.

use std::collections::HashMap;

use seamless_proto::seamless::consignments::v1::{
    self as wire, CertificateAgreement as Agreement, CertificatePart as Part, ReasonKind,
};

use super::{
    DAYS,
    books::{Books, Entry},
    papers::{OF_A_DAY, REUSABLE, certificate, used_in_the_end},
    port::Port,
    world::Doubt,
};

/// What was found out is what was wrong; both sides were told of it; and of no certificate more was used than it covers.
pub async fn was_found_out_and_told(books: &Books, port: &mut Port) {
    let mut covered: HashMap<&str, (usize, usize)> = HashMap::new();
    for entry in &books.entries {
        let declared = [(&entry.arrival.consignment, &entry.arrival.doubt)];
        let amended = entry.arrival.amendment.iter().map(|(goods, doubt)| (goods, doubt));
        let declared: Vec<_> = declared.into_iter().chain(amended).collect();
        for (at, screening) in entry.versions().iter().enumerate() {
            // What is amended in the evening has another description, and nothing else.
            let (goods, doubt) = declared[at.min(declared.len() - 1)];
            let found = found(screening);
            match doubt {
                Doubt::Scarce(enough_for) if at == 0 => {
                    let certificate = goods.certificates[0].certificate_id.as_str();
                    let (count, most) = covered.entry(certificate).or_default();
                    *count += usize::from(found == Doubt::None);
                    *most = *enough_for;
                    assert!(matches!(found, Doubt::None | Doubt::Overdrawn), "{screening:?}");
                }
                Doubt::Scarce(_) => assert_eq!(found, self::found(entry.first()), "{screening:?}"),
                doubt => assert_eq!(found, *doubt, "{screening:?}"),
            }
        }
    }
    assert_eq!(covered.len(), DAYS + 1, "one a day, and the one for many");
    assert!(covered.iter().all(|(_, (count, most))| count == most), "{covered:?}");

    let mut doubted = Doubted::default();
    books.entries.iter().for_each(|entry| doubted.add(entry));
    let mut own: Vec<(String, String)> = told(port, "nl-customs").await;
    let mut theirs: Vec<String> = told(port, "cn-gacc").await.into_iter().map(|(_, one)| one).collect();
    own.sort();
    theirs.sort();
    doubted.0.sort();
    assert_eq!(own, doubted.0, "each is told to customs, with the decision");
    let mut certificates: Vec<String> = doubted.0.into_iter().map(|(_, certificate)| certificate).collect();
    certificates.sort();
    assert_eq!(theirs, certificates, "and to the side that issued it");

    for certificate in (0..DAYS).flat_map(|day| (0..OF_A_DAY).map(move |number| certificate(day, number))) {
        assert_eq!(port.used_of(&certificate).await, used_in_the_end(&certificate), "{certificate}");
    }
    assert_eq!(port.used_of(REUSABLE).await, used_in_the_end(REUSABLE));
}

/// The decisions on goods whose certificates do not count, with these certificates.
#[derive(Default)]
struct Doubted(Vec<(String, String)>);

impl Doubted {
    fn add(&mut self, entry: &Entry) {
        for screening in entry.versions() {
            let doubts = screening.reasons.iter().filter(|reason| is_doubt(reason.kind()));
            self.0.extend(doubts.map(|reason| {
                let certificate = reason.subject.rsplit('/').next().unwrap();
                (screening.name.clone(), certificate.to_owned())
            }));
        }
    }
}

async fn told(port: &mut Port, authority: &str) -> Vec<(String, String)> {
    let told: Vec<wire::CertificateMisused> = port.partner(authority).told().await;
    told.into_iter().map(|one| (one.screening, one.certificate_id)).collect()
}

fn is_doubt(kind: ReasonKind) -> bool {
    use ReasonKind::{CertificateDoubtful, CertificateMismatch, CertificateOverdrawn};
    matches!(kind, CertificateDoubtful | CertificateMismatch | CertificateOverdrawn)
}

/// What a decision says is wrong with the certificate that is invoked.
fn found(screening: &wire::Screening) -> Doubt {
    let doubts: Vec<&wire::ScreeningReason> =
        screening.reasons.iter().filter(|reason| is_doubt(reason.kind())).collect();
    let reason = match doubts.as_slice() {
        [] => return Doubt::None,
        [reason] => reason,
        several => panic!("one certificate is invoked: {several:?}"),
    };
    let parts: Vec<(Part, Agreement)> =
        reason.findings.iter().map(|one| (one.part(), one.agreement())).collect();
    match (reason.kind(), parts.as_slice()) {
        (ReasonKind::CertificateMismatch, [(Part::Exporter, Agreement::Differs)]) => Doubt::OtherExporter,
        (ReasonKind::CertificateOverdrawn, [(Part::Quantity, Agreement::Exceeded)]) => Doubt::Overdrawn,
        (ReasonKind::CertificateDoubtful, []) => Doubt::Unknown,
        other => panic!("nothing else is wrong with any: {other:?}"),
    }
}
