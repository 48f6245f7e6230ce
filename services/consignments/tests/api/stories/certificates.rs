//! Certificates are lent, forged, drawn on twice and used again: it is found out, and both sides are told. Honest goods
//! stay green.

use futures::future::join_all;
use jiff::SignedDuration;
use prost_types::Timestamp;
use seamless_calendar::{Clock, Zones};
use seamless_identifiers::MovementReference;
use seamless_proto::seamless::{
    consignments::v1::{
        self as wire, CertificateAgreement as Agreement, CertificateDoubt as Doubt, CertificatePart as Part,
        ReasonKind,
    },
    disclosure::v1::{Audience, FieldDisclosure},
    feed::v1::EventStatus,
};

use crate::{
    days::Set,
    running::{Partner, Running},
    words::{ducks, goods, party, request_id, shared_ducks, wrong_fields},
};

/// A day at Rotterdam on which nobody is examined, so that lanes say what papers are worth.
struct Port {
    customs: Partner,
    gacc: Partner,
    arrival: Option<Timestamp>,
}

impl Port {
    async fn of(running: &Running) -> Self {
        let mut customs = running.partner("nl-customs");
        let arrival = running.credentials.clock().now() + SignedDuration::from_hours(24);
        let date = arrival.to_zoned(Zones::bundled().get("Europe/Amsterdam").unwrap()).date();
        Set::default().on(&mut customs, date).await;
        let arrival = Some(Timestamp { seconds: arrival.as_second(), nanos: 0 });
        Self { customs, gacc: running.partner("cn-gacc"), arrival }
    }

    /// The ducks that a certificate is for, under a declaration.
    fn honest(&self, certificate: &str, declaration: u32) -> wire::Consignment {
        wire::Consignment {
            arrival_time: self.arrival,
            movement_reference_number: numbered(declaration),
            unique_consignment_reference: format!("6CN{certificate}"),
            containers: vec!["CSQU3054383".to_owned()],
            certificates: vec![reference(certificate, 0)],
            ..goods()
        }
    }

    async fn screen(&mut self, goods: &wire::Consignment) -> wire::Screening {
        let request = asked(goods);
        self.customs.screenings.screen_consignment(request).await.unwrap().into_inner()
    }

    /// What both sides are told of misuse, theirs first.
    async fn told(&mut self) -> (Vec<wire::CertificateMisused>, Vec<wire::CertificateMisused>) {
        (self.gacc.told().await, self.customs.told().await)
    }

    /// How far a pre-inspection was used, as the side that shared it sees it.
    async fn balance(&mut self, inspection: &wire::Inspection) -> wire::CertificateBalance {
        let request = wire::GetInspectionRequest { name: inspection.name.clone() };
        let shown = self.gacc.inspections.get_inspection(request).await.unwrap().into_inner();
        shown.balance.unwrap()
    }

    async fn share(&mut self, inspection: wire::Inspection) -> wire::Inspection {
        let request = wire::CreateInspectionRequest {
            inspection: Some(inspection),
            request_id: request_id(),
            validate_only: false,
        };
        self.gacc.inspections.create_inspection(request).await.unwrap().into_inner()
    }
}

/// The movement reference number of a declaration.
fn numbered(declaration: u32) -> String {
    MovementReference::of_body(&format!("26NL{declaration:013}")).unwrap().into()
}

fn reference(certificate: &str, version: i32) -> wire::CertificateReference {
    wire::CertificateReference {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: certificate.to_owned(),
        version,
    }
}

fn asked(goods: &wire::Consignment) -> wire::ScreenConsignmentRequest {
    wire::ScreenConsignmentRequest {
        consignment: Some(goods.clone()),
        request_id: request_id(),
        ..Default::default()
    }
}

/// The reason of this kind; what disagreed according to it.
fn findings(screening: &wire::Screening, kind: ReasonKind) -> Vec<(Part, Agreement, String, String)> {
    let reason = screening.reasons.iter().find(|reason| reason.kind() == kind);
    let reason = reason.unwrap_or_else(|| panic!("no {kind:?} in {:?}", screening.reasons));
    let findings = reason.findings.iter();
    findings.map(|one| (one.part(), one.agreement(), one.wants.clone(), one.got.clone())).collect()
}

fn differs(part: Part, wants: &str, got: &str) -> (Part, Agreement, String, String) {
    (part, Agreement::Differs, wants.to_owned(), got.to_owned())
}

/// Quantities: used, and left.
fn quantities(balance: &wire::CertificateBalance) -> Vec<(f64, f64)> {
    balance.quantities.iter().map(|one| (one.used, one.remaining)).collect()
}

pub async fn lent(running: Running) {
    let mut port = Port::of(&running).await;
    let shared = shared_ducks(&running, "SH-1").await;
    let honest = port.honest("SH-1", 1);

    // Whoever lends it to another exporter, another consignment, another container.
    let mut lent = port.honest("SH-1", 2);
    lent.exporter = party("Yiwu Example Trading");
    let seen = port.screen(&lent).await;
    let by_exporter = differs(Part::Exporter, "Ningbo Example Toys Export", "Yiwu Example Trading");
    assert_eq!(findings(&seen, ReasonKind::CertificateMismatch), [by_exporter]);
    assert_eq!((seen.lane(), seen.matched_inspections[0].counted), (wire::Lane::Yellow, false));
    assert!(seen.reasons.iter().any(|reason| reason.kind() == ReasonKind::NotChecked), "it is no pass");
    let mut moved = port.honest("SH-1", 3);
    moved.containers = vec!["MSKU0000011".to_owned()];
    moved.unique_consignment_reference = "6CNOTHER".to_owned();
    let seen = port.screen(&moved).await;
    let by_consignment = [
        differs(Part::ConsignmentReference, "6CNSH-1", "6CNOTHER"),
        differs(Part::Container, "CSQU3054383", "MSKU0000011"),
    ];
    assert_eq!(findings(&seen, ReasonKind::CertificateMismatch), by_consignment);
    assert_eq!(seen.lane(), wire::Lane::Yellow);
    // Whoever says nothing of where the goods travel.
    let mut bare = port.honest("SH-1", 4);
    (bare.containers, bare.unique_consignment_reference) = (Vec::new(), String::new());
    let seen = port.screen(&bare).await;
    let none = |part, wants: &str| (part, Agreement::NotStated, wants.to_owned(), String::new());
    let not_stated = [none(Part::ConsignmentReference, "6CNSH-1"), none(Part::Container, "CSQU3054383")];
    assert_eq!(findings(&seen, ReasonKind::CertificateMismatch), not_stated);
    // Whoever invents a certificate, or a version of one.
    let mut forged = port.honest("SH-1", 5);
    forged.certificates = vec![reference("SH-999", 0), reference("SH-1", 7)];
    let seen = port.screen(&forged).await;
    let doubtful = seen.reasons.iter().filter(|reason| reason.kind() == ReasonKind::CertificateDoubtful);
    assert_eq!((doubtful.count(), seen.lane()), (2, wire::Lane::Yellow));

    // None of it was taken from the honest one, whose name is written in another way.
    assert_eq!(quantities(&port.balance(&shared).await), [(0.0, 12_000.0)]);
    let mut honest = honest;
    honest.exporter = party("NINGBO EXAMPLE TOYS EXPORT CO., LTD.");
    let passed = port.screen(&honest).await;
    assert_eq!(passed.lane(), wire::Lane::Green, "{:?}", passed.reasons);
    let matched = &passed.matched_inspections[0];
    assert!(matched.counted && matched.findings.is_empty());
    let left = matched.balance.as_ref().unwrap();
    assert_eq!((left.left, left.used, left.unit.as_str()), (12_000.0, 12_000.0, "pieces"));
    let balance = port.balance(&shared).await;
    assert_eq!((balance.times_used, balance.consignments), (1, 1));
    assert_eq!(quantities(&balance), [(12_000.0, 0.0)]);

    // Both sides know, and the exporting one no more than it needs.
    let (theirs, own) = port.told().await;
    let doubts: Vec<_> = theirs.iter().map(wire::CertificateMisused::doubt).collect();
    let wanted = [
        Doubt::OtherExporter,
        Doubt::OtherConsignment,
        Doubt::OtherConsignment,
        Doubt::Unknown,
        Doubt::OtherVersion,
    ];
    assert_eq!(doubts, wanted);
    assert_eq!((theirs[0].inspection.as_str(), theirs[0].version), (shared.name.as_str(), 1));
    assert_eq!((theirs[0].authority.as_str(), theirs[0].certificate_id.as_str()), ("nl-customs", "SH-1"));
    let part = &theirs[0].parts[0];
    assert_eq!((part.part(), part.wants.as_str()), (Part::Exporter, "Ningbo Example Toys Export"));
    assert_eq!((theirs[3].inspection.as_str(), theirs[3].certificate_id.as_str()), ("", "SH-999"));
    assert_eq!((theirs[4].version, theirs[4].invoked_version), (1, 7));
    for (theirs, own) in theirs.iter().zip(&own) {
        assert_eq!((theirs.screening.as_str(), theirs.entry_point.as_str()), ("", ""));
        assert!(theirs.parts.iter().all(|part| part.got.is_empty()), "declarations are the importing side's");
        assert!(own.screening.starts_with("screenings/") && own.entry_point == "NLRTM");
    }
    assert_eq!(own[0].parts[0].got, "Yiwu Example Trading");
    let mut outsider = running.partner("ca-hc");
    assert_eq!(outsider.told::<wire::CertificateMisused>().await, []);

    for screening in [seen, passed] {
        let request = wire::ReplayScreeningRequest { name: screening.name };
        let replayed = port.customs.screenings.replay_screening(request).await.unwrap().into_inner();
        assert!(replayed.identical, "{replayed:?}");
    }
}

pub async fn overdrawn(running: Running) {
    let mut port = Port::of(&running).await;
    let shared = shared_ducks(&running, "SH-1").await;
    let of = |quantity, declaration, port: &Port| {
        let mut goods = port.honest("SH-1", declaration);
        goods.quantity = Some(quantity);
        goods
    };
    let exceeded =
        |wants: &str, got: &str| [(Part::Quantity, Agreement::Exceeded, wants.to_owned(), got.to_owned())];
    // Ten thousand times as many; in a unit that says nothing; and each is no more than asked for.
    let many = port.screen(&of(120_000_000.0, 1, &port)).await;
    assert_eq!(
        findings(&many, ReasonKind::CertificateOverdrawn),
        exceeded("at most 12000 pieces", "120000000 pieces")
    );
    assert_eq!((many.lane(), many.matched_inspections[0].counted), (wire::Lane::Yellow, false));

    // Split into many small ones, at two replicas at once: as many as were inspected pass, whoever is asked.
    let token = running.credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES);
    let replica = running.replica().await;
    let other = Partner::on(running.credentials.channel(&replica, Some(token)));
    let parts: Vec<_> = (0..30).map(|number| of(500.0, 100 + number, &port)).collect();
    let calls = parts.iter().enumerate().map(|(number, goods)| {
        let mut partner = if number % 2 == 0 { port.customs.clone() } else { other.clone() };
        let request = asked(goods);
        async move { partner.screenings.screen_consignment(request).await.unwrap().into_inner() }
    });
    let seen = join_all(calls).await;
    let passed = seen.iter().filter(|one| one.matched_inspections[0].counted);
    assert_eq!(passed.clone().count(), 24, "12,000 were inspected");
    assert!(passed.clone().all(|one| one.lane() == wire::Lane::Green));
    let refused = seen.iter().filter(|one| !one.matched_inspections[0].counted);
    for one in refused {
        let found = findings(one, ReasonKind::CertificateOverdrawn);
        assert_eq!(
            (found, one.lane()),
            (exceeded("at most 0 pieces", "500 pieces").to_vec(), wire::Lane::Yellow)
        );
    }
    let balance = port.balance(&shared).await;
    assert_eq!((balance.times_used, balance.consignments), (24, 24));
    assert_eq!(quantities(&balance), [(12_000.0, 0.0)]);
    let (theirs, own) = port.told().await;
    assert!(theirs.iter().all(|one| one.doubt() == Doubt::Overdrawn));
    assert_eq!((theirs.len(), own.len()), (7, 7));

    // The same declaration is the same goods: it has its part, asked about once more, and no more than that.
    let again = of(
        500.0,
        seen.iter().position(|one| one.matched_inspections[0].counted).unwrap() as u32 + 100,
        &port,
    );
    let again = port.screen(&again).await;
    assert_eq!((again.lane(), again.matched_inspections[0].counted), (wire::Lane::Green, true));
    assert_eq!(port.balance(&shared).await, balance);

    // Two certificates together cover what neither covers alone.
    let (one, two) = (shared_ducks(&running, "SH-2").await, ducks("SH-3"));
    let two =
        wire::Inspection { unique_consignment_reference: one.unique_consignment_reference.clone(), ..two };
    let two = port.share(two).await;
    let mut both = port.honest("SH-2", 500);
    both.certificates.push(reference("SH-3", 0));
    both.quantity = Some(20_000.0);
    assert_eq!(port.screen(&both).await.lane(), wire::Lane::Green);
    let mut left = [quantities(&port.balance(&one).await)[0], quantities(&port.balance(&two).await)[0]];
    left.sort_by(|one, two| one.1.total_cmp(&two.1));
    assert_eq!(left, [(12_000.0, 0.0), (8_000.0, 4_000.0)]);
}

pub async fn once(running: Running) {
    let mut port = Port::of(&running).await;
    let shared = shared_ducks(&running, "SH-1").await;

    // Drills, tests and questions use nothing.
    let honest = port.honest("SH-1", 1);
    let dry = wire::ScreenConsignmentRequest { validate_only: true, ..asked(&honest) };
    let drill = wire::ScreenConsignmentRequest { status: EventStatus::Exercise.into(), ..asked(&honest) };
    for request in [dry, drill] {
        port.customs.screenings.screen_consignment(request).await.unwrap();
    }
    assert_eq!(port.balance(&shared).await.times_used, 0);
    // The same request, at once and later, writes off once.
    let request = asked(&honest);
    let calls = (0..6).map(|_| {
        let (mut partner, request) = (port.customs.clone(), request.clone());
        async move { partner.screenings.screen_consignment(request).await.unwrap().into_inner() }
    });
    let answers = join_all(calls).await;
    assert!(answers.iter().all(|one| *one == answers[0] && one.lane() == wire::Lane::Green));
    assert_eq!(port.customs.screenings.screen_consignment(request).await.unwrap().into_inner(), answers[0]);
    let balance = port.balance(&shared).await;
    assert_eq!((balance.times_used, quantities(&balance)), (1, vec![(12_000.0, 0.0)]));
    let (theirs, _) = port.told().await;
    let drills = theirs.iter().filter(|one| one.doubt() == Doubt::Unknown).count();
    assert_eq!((theirs.len(), drills), (1, 1), "to the drill, the certificate of actual goods is unknown");

    // Without a quantity one consignment has it all, with all of its goods items.
    let mut unmeasured = ducks("SH-2");
    unmeasured.items[0].quantity = None;
    let unmeasured = port.share(unmeasured).await;
    for item in [1, 2] {
        let goods = wire::Consignment { goods_item_number: item, ..port.honest("SH-2", 2) };
        assert_eq!(port.screen(&goods).await.lane(), wire::Lane::Green, "item {item}");
    }
    let reused = port.screen(&port.honest("SH-2", 3)).await;
    let found = findings(&reused, ReasonKind::CertificateOverdrawn);
    assert_eq!(
        (found[0].0, found[0].1, reused.lane()),
        (Part::Arrival, Agreement::Exceeded, wire::Lane::Yellow)
    );
    let balance = port.balance(&unmeasured).await;
    assert_eq!((balance.times_used, balance.consignments, balance.used_as_a_whole), (2, 1, true));
    // Goods that an entry summary announced are the same goods when they are declared for import, and when that is amended; so
    // are goods that only their transport document tells apart.
    let announced = port.share(ducks("SH-6")).await;
    let summary = port.honest("SH-6", 61);
    let import = wire::Consignment {
        previous_document: Some(wire::PreviousDocument {
            reference: summary.movement_reference_number.clone(),
            goods_item_number: summary.goods_item_number,
        }),
        ..port.honest("SH-6", 62)
    };
    let amended = wire::Consignment { gross_mass_kg: Some(901.0), ..import.clone() };
    for goods in [&summary, &import, &amended] {
        assert_eq!(port.screen(goods).await.lane(), wire::Lane::Green, "{goods:?}");
    }
    let balance = port.balance(&announced).await;
    assert_eq!((balance.times_used, quantities(&balance)), (1, vec![(12_000.0, 0.0)]));
    let shipped = port.share(ducks("SH-7")).await;
    let by_document = wire::Consignment {
        movement_reference_number: String::new(),
        transport_documents: vec!["MAEU123456789".to_owned()],
        ..port.honest("SH-7", 0)
    };
    let amended = wire::Consignment { gross_mass_kg: Some(901.0), ..by_document.clone() };
    for goods in [&by_document, &amended] {
        assert_eq!(port.screen(goods).await.lane(), wire::Lane::Green, "{goods:?}");
    }
    assert_eq!(port.balance(&shipped).await.times_used, 1);

    // Whoever says nothing of the exporter or of how much there is, or says it so that it cannot be compared, is not covered where
    // the certificate says it; and takes nothing from the honest one who comes behind.
    let left_out = port.share(ducks("SH-4")).await;
    let a_million = |unit: &str, port: &Port| wire::Consignment {
        quantity: Some(1_000_000.0),
        quantity_unit: unit.to_owned(),
        ..port.honest("SH-4", 4)
    };
    for (goods, part, agreement) in [
        (
            wire::Consignment { exporter: None, ..port.honest("SH-4", 4) },
            Part::Exporter,
            Agreement::NotStated,
        ),
        (
            wire::Consignment { quantity: None, ..port.honest("SH-4", 4) },
            Part::Quantity,
            Agreement::NotStated,
        ),
        (
            wire::Consignment { quantity: Some(0.0), ..port.honest("SH-4", 4) },
            Part::Quantity,
            Agreement::NotComparable,
        ),
        (a_million("bales", &port), Part::Quantity, Agreement::NotComparable),
        (a_million("KGM", &port), Part::Quantity, Agreement::NotComparable),
    ] {
        let seen = port.screen(&goods).await;
        let found = findings(&seen, ReasonKind::CertificateMismatch);
        assert_eq!((found[0].0, found[0].1, seen.lane()), (part, agreement, wire::Lane::Yellow), "{goods:?}");
        assert!(!seen.matched_inspections[0].counted);
    }
    let honest = port.screen(&port.honest("SH-4", 5)).await;
    assert_eq!(honest.lane(), wire::Lane::Green, "{:?}", honest.reasons);
    let beside = wire::Consignment { goods_item_number: 2, ..a_million("bales", &port) };
    let beside = wire::Consignment { movement_reference_number: numbered(5), ..beside };
    assert_eq!(port.screen(&beside).await.lane(), wire::Lane::Yellow, "a further item of the declaration");
    let balance = port.balance(&left_out).await;
    assert_eq!((balance.times_used, quantities(&balance)), (1, vec![(12_000.0, 0.0)]));

    // What its originator does not show is not to be learnt from what is left of it.
    let withheld = FieldDisclosure {
        path: "items.quantity".to_owned(),
        audience: Audience::Originator.into(),
        reason: "of no concern".to_owned(),
    };
    let secret = port.share(wire::Inspection { disclosures: vec![withheld], ..ducks("SH-5") }).await;
    let many = wire::Consignment { quantity: Some(12_001.0), ..port.honest("SH-5", 6) };
    let seen = port.screen(&many).await;
    let found = findings(&seen, ReasonKind::CertificateOverdrawn);
    assert_eq!((found[0].2.as_str(), found[0].3.as_str()), ("not shown", "12001 pieces"));
    assert_eq!(seen.matched_inspections[0].balance, None);
    let request = wire::GetInspectionRequest { name: secret.name.clone() };
    let shown = port.customs.inspections.get_inspection(request).await.unwrap().into_inner();
    assert_eq!(shown.balance.unwrap().quantities, []);
    assert_eq!(quantities(&port.balance(&secret).await), [(0.0, 12_000.0)]);

    // What was lent says nothing of the body: it is examined as goods that nobody checked.
    let control = crate::words::control_of(&reused.name, wire::ControlOutcome::Unsafe);
    let now = running.credentials.clock().now();
    let control =
        wire::Control { examine_time: Some(Timestamp { seconds: now.as_second(), nanos: 0 }), ..control };
    let request = crate::words::record(control);
    let recorded = port.customs.controls.record_control(request).await.unwrap().into_inner();
    assert_eq!((recorded.inspection.as_str(), recorded.inspection_passed), ("", false));
}

pub async fn reusable(running: Running) {
    let mut port = Port::of(&running).await;
    let terms = wire::ReuseTerms {
        exporters: party("Yiwu Example Trading").into_iter().collect(),
        quantity_per_consignment: Some(600.0),
        total_quantity: Some(1_000.0),
        ..wire::ReuseTerms::default()
    };
    let reusable = wire::Inspection { reusable: true, reuse: Some(terms.clone()), ..ducks("SH-1") };
    let shared = port.share(reusable).await;
    let of = |exporter: &str, quantity: f64, declaration: u32, port: &Port| wire::Consignment {
        exporter: party(exporter),
        quantity: Some(quantity),
        unique_consignment_reference: String::new(),
        containers: vec!["MSKU0000011".to_owned()],
        gtins: vec!["6291041500213".to_owned()],
        ..port.honest("SH-1", declaration)
    };
    let mut lanes = Vec::new();
    for (exporter, quantity, declaration) in [
        ("Ningbo Example Toys Export", 600.0, 1),
        ("Yiwu Example Trading", 601.0, 2),
        ("Yiwu Example Trading", 300.0, 3),
        ("Hangzhou Example Gifts", 50.0, 4),
        ("Yiwu Example Trading", 200.0, 5),
        ("Yiwu Example Trading", 100.0, 6),
    ] {
        lanes.push(port.screen(&of(exporter, quantity, declaration, &port)).await.lane());
    }
    let (green, yellow) = (wire::Lane::Green, wire::Lane::Yellow);
    assert_eq!(
        lanes,
        [green, yellow, green, yellow, yellow, green],
        "600, too many, 300, a stranger, too many, 100"
    );
    let mut other = of("Yiwu Example Trading", 1.0, 7, &port);
    other.gtins = vec!["4006381333931".to_owned()];
    assert_eq!(port.screen(&other).await.lane(), yellow, "another product");
    other = wire::Consignment { gtins: Vec::new(), ..of("Yiwu Example Trading", 1.0, 8, &port) };
    assert_eq!(port.screen(&other).await.lane(), yellow, "it could be any product of the heading");
    let balance = port.balance(&shared).await;
    assert_eq!((balance.times_used, quantities(&balance)), (3, vec![(1_000.0, 0.0)]));
    let (theirs, _) = port.told().await;
    let doubts: Vec<_> = theirs.iter().map(wire::CertificateMisused::doubt).collect();
    let of_others = [Doubt::OtherGoods, Doubt::OtherGoods];
    assert_eq!(
        doubts,
        [&[Doubt::Overdrawn, Doubt::OtherExporter, Doubt::Overdrawn][..], &of_others].concat()
    );

    // Limits so small that they are counted as none, terms that nobody could compare, and terms of a certificate for one
    // consignment, are refused.
    let tiny = wire::ReuseTerms {
        total_quantity: Some(0.000_4),
        quantity_per_consignment: Some(0.4),
        quantity_unit: "MLT".to_owned(),
        ..wire::ReuseTerms::default()
    };
    let request = wire::CreateInspectionRequest {
        inspection: Some(wire::Inspection { reusable: true, reuse: Some(tiny), ..ducks("SH-2") }),
        request_id: request_id(),
        validate_only: false,
    };
    let refused = port.gacc.inspections.create_inspection(request).await.unwrap_err();
    let limits =
        ["quantity_per_consignment", "total_quantity"].map(|name| format!("inspection.reuse.{name}"));
    assert_eq!(wrong_fields(&refused), limits);
    let wrong = wire::ReuseTerms {
        total_quantity: Some(0.0),
        quantity_unit: "bales".to_owned(),
        exporters: vec![wire::Party::default()],
        ..terms
    };
    let request = wire::CreateInspectionRequest {
        inspection: Some(wire::Inspection { reuse: Some(wrong), ..ducks("SH-2") }),
        request_id: request_id(),
        validate_only: false,
    };
    let refused = port.gacc.inspections.create_inspection(request).await.unwrap_err();
    let at = |field: &str| format!("inspection.reuse{field}");
    let wanted = ["", ".exporters[0].name", ".quantity_unit", ".total_quantity"].map(at);
    assert_eq!(wrong_fields(&refused), wanted);
}
