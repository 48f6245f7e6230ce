//! What import control found: the exporting side reads it, without what is the importing side's own.

use prost::Message;
use seamless_calendar::Clock;
use seamless_disclosure::Audience;
use seamless_proto::seamless::consignments::v1::Control;

use super::{
    super::{
        filled::mark,
        is_denied, leaks,
        seen::{allowed, difference, shown},
        steps::part,
    },
    as_declared, learnt,
    probe::Names,
    steps::{Trader, inspection},
};
use crate::{assert_none, running::Running};

const CONTROL: &str = "seamless.consignments.v1.Control";

#[tokio::test(flavor = "multi_thread")]
async fn the_exporting_side_sees_of_a_control_what_the_contract_lets_it_see_and_nothing_else() {
    let running = Running::consignments().await;
    let [mut gacc, mut customs, mut just, mut canada] =
        ["cn-gacc", "nl-customs", "eu-just", "ca-hc"].map(|id| Trader::of(&running, id));
    let inspection = gacc.share(inspection("SH-1", as_declared())).await;
    customs.draw_all(running.credentials.clock().now()).await;
    let screening = customs.screen("SH-1").await;
    let own = customs.record(&screening, &inspection).await;
    let of_owner = shown(&own);
    // What comes of a control later is not set yet: of what is set, each reader sees what the contract says.
    let of_parties = allowed(CONTROL, Audience::Parties).intersection(&of_owner).cloned().collect();
    let secrets = ["internal_note", "follow_up_reference", "consignment.exporter.name"].map(mark);
    assert_eq!(leaks("its own copy", &own.encode_to_vec(), &secrets).len(), secrets.len());
    let known = ["lane_without_lot", "plan_date", "screened"];
    for own in ["screening", "selection", "selection_probability", "notification"].into_iter().chain(known) {
        assert!(of_owner.contains(own), "{own} is not set: nobody could see it");
    }

    for (reader, wanted, withheld) in [
        (&mut just, &of_owner, &secrets[..0]),
        (&mut customs, &of_owner, &secrets[..0]),
        (&mut gacc, &of_parties, &secrets),
    ] {
        let mut sights = vec![("GetControl".to_owned(), reader.get_control(&own.name).await.unwrap())];
        sights.extend(reader.list_controls().await.into_iter().map(|one| ("ListControls".to_owned(), one)));
        let told = reader.events().await;
        let told = told.iter().filter(|event| event.r#type.ends_with(".ControlChanged"));
        sights.extend(told.map(|event| (event.r#type.clone(), part::<Control>(event, "control").unwrap())));
        assert_eq!(sights.len(), 3, "asked for, listed, told of");
        let mut findings = Vec::new();
        for (place, seen) in sights {
            let differs = difference(&shown(&seen), wanted).into_iter();
            findings.extend(differs.map(|path| format!("{place}: {path}")));
            findings.extend(leaks(&place, &seen.encode_to_vec(), withheld));
        }
        assert_none("a reader of the control", &findings);
    }

    let names = Names { inspection, screening, control: own.name.clone(), ..Names::of_nothing() };
    assert_none("what a stranger to the control learns", &learnt(&canada, &names).await);
    assert_eq!((canada.list_controls().await, canada.events().await), (Vec::new(), Vec::new()));
    let refused = gacc.get_screening(&names.screening).await.unwrap_err();
    assert!(is_denied(&refused), "a decision of import control is its own affair: {refused:?}");
}
