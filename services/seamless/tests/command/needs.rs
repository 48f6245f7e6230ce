//! Where training is needed, as an operator sees it: topics from the alerts of each authority, and a comparison.

use std::time::Duration;

use seamless_testkit::eventually;

use crate::local::Local;

#[tokio::test]
async fn topics_come_from_the_alerts_of_each_authority_and_an_activity_is_compared() {
    let local = Local::up().await;
    let long = ["needs", "--days", "900"];
    let of = |authority: &str, more: &[&str]| local.json(authority, &[&long[..], more].concat());
    eventually("the alerts of the sample are known", Duration::from_secs(20), async || {
        let output = local.run("eu-just", &["--json", "needs", "--days", "900"]);
        let topics = String::from_utf8_lossy(&output.stdout).lines().count();
        if topics == 16 {
            Ok(())
        } else {
            Err((topics, String::from_utf8_lossy(&output.stderr).into_owned()))
        }
    })
    .await;
    let shock = of("eu-just", &["--hazard", "electric-shock"]).remove(0);
    assert_eq!((&shock["productArea"], &shock["alerts"]), (&"electrical-appliances".into(), &"1".into()));
    let toys = of("eu-just", &["--area", "toys", "--hazard", "choking", "--origin", "CN"]).remove(0);
    assert_eq!(toys["coveredBy"].as_array().unwrap().len(), 1, "the evenings of the sample: {toys}");
    let shown = local.says("eu-just", &long);
    assert!(shown.contains("electric shock") && shown.contains("alerts of eu-just as of"), "{shown}");
    let (exit, complaint) = local.fails("eu-just", &["needs", "--days", "2000"]);
    assert!(exit == 4 && complaint.contains("wants 1 to 1830; got 2000"), "{exit}: {complaint}");
    assert!(local.says("ca-hc", &["needs", "--areas"]).contains("lighting equipment"));

    // Nothing was transmitted yet; what is, is known to the recipient alone.
    for other in ["cn-gacc", "ca-hc"] {
        eventually("its feed was reached", Duration::from_secs(20), async || {
            let output = local.run(other, &["needs"]);
            if output.status.success() {
                Ok(())
            } else {
                Err(String::from_utf8_lossy(&output.stderr).into_owned())
            }
        })
        .await;
    }
    assert!(of("cn-gacc", &[]).is_empty(), "no alert is China's yet");
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    eventually("what was transmitted is known", Duration::from_secs(20), async || {
        let topics = of("cn-gacc", &[]);
        let is_of_china = topics.iter().all(|topic| topic["countryOfOrigin"] == "CN");
        if topics.len() == 9 && is_of_china { Ok(()) } else { Err(topics) }
    })
    .await;
    assert!(of("ca-hc", &[]).is_empty(), "nothing is Canada's");

    let found = local.json("cn-gacc", &["activities", "list", "网售电器", "--kind", "workshop"]);
    let name = found[0]["name"].as_str().unwrap();
    let effect = local.says("cn-gacc", &["effect", name, "--days", "1000"]);
    assert!(effect.contains("not causal") && effect.contains("not complete"), "{effect}");
    let effect = local.json("cn-gacc", &["effect", name, "--days", "1000"]).remove(0);
    assert_eq!(effect["together"]["alertsBefore"], "1", "{effect}");
    assert!(effect["statement"]["versions"][1]["text"].as_str().unwrap().contains("并非因果关系"));
    let campaign = local.json("eu-just", &["activities", "list", "--kind", "joint-surveillance"]);
    let (exit, complaint) = local.fails("eu-just", &["effect", campaign[0]["name"].as_str().unwrap()]);
    assert!(exit == 4 && complaint.contains("name at least one hazard"), "{exit}: {complaint}");
}
