//! What those who took part thought of an activity: given once, read without whose it is.

use std::time::Duration;

use seamless_proto::seamless::training::v1 as wire;
use seamless_testkit::eventually;
use tonic::{Code, Status};

use crate::{
    running::{Partner, Running},
    stories::{
        personal_data::{bytes_of, contains, exported, scheduled},
        published,
    },
    words::{fields, reason, registration, request_id, webinar},
};

const SOON: Duration = Duration::from_secs(20);

fn rated(usefulness: i32, clarity: i32, organisation: i32) -> wire::Feedback {
    wire::Feedback { usefulness, clarity, organisation, ..Default::default() }
}

fn said(text: &str) -> wire::Feedback {
    wire::Feedback { text: text.to_owned(), language: "en".to_owned(), ..rated(4, 4, 4) }
}

async fn give(partner: &Partner, parent: &str, feedback: wire::Feedback) -> Result<wire::Feedback, Status> {
    let request = wire::GiveFeedbackRequest {
        parent: parent.to_owned(),
        feedback: Some(feedback),
        request_id: request_id(),
        ..Default::default()
    };
    partner.feedback.clone().give_feedback(request).await.map(tonic::Response::into_inner)
}

async fn summary(partner: &Partner, activity: &str) -> Result<wire::FeedbackSummary, Status> {
    let request = wire::GetFeedbackSummaryRequest { name: format!("{activity}/feedback") };
    partner.feedback.clone().get_feedback_summary(request).await.map(tonic::Response::into_inner)
}

async fn comments(partner: &Partner, activity: &str) -> Result<Vec<String>, Status> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let parent = format!("{activity}/feedback");
        let request = wire::ListFeedbackCommentsRequest { parent, page_size: 1, page_token };
        let page = partner.feedback.clone().list_feedback_comments(request).await?.into_inner();
        all.extend(page.comments.into_iter().map(|one| one.text));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            all.sort();
            return Ok(all);
        }
    }
}

async fn held(partner: &Partner, activity: &wire::Activity) {
    let request = wire::HoldActivityRequest {
        name: activity.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.activities.clone().hold_activity(request).await.unwrap();
}

/// An activity of March 2027 with so many seats, for which China registered these people, after it was held.
async fn with_people(
    running: &Running,
    seats: i32,
    people: &[(&str, &str)],
) -> (wire::Activity, Vec<String>) {
    let (just, china) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let activity = published(&just, webinar(seats)).await;
    let mut names = Vec::new();
    for (name, country) in people {
        let one = wire::Registration { country: (*country).to_owned(), ..registration(name, 1) };
        let request = wire::RegisterRequest {
            parent: activity.name.clone(),
            registration: Some(one),
            request_id: request_id(),
            ..Default::default()
        };
        names.push(china.registrations.clone().register(request).await.unwrap().into_inner().name);
    }
    let early = give(&china, &names[0], rated(5, 5, 5)).await.unwrap_err();
    assert_eq!((early.code(), reason(&early).as_str()), (Code::FailedPrecondition, "ILLEGAL_TRANSITION"));
    running.set_clock("2027-03-16T10:00:00Z");
    held(&running.partner("eu-just"), &activity).await;
    (activity, names)
}

/// Each registration counts once; below five nothing is told but how many there are, and no row tells of fewer.
pub async fn given(running: Running) {
    let people = [
        ("Li A", "CN"),
        ("Li B", "CN"),
        ("Li C", "CN"),
        ("Li D", "CN"),
        ("Li E", "CN"),
        ("Wu A", "VN"),
        ("Li F", "CN"),
        ("Li G", "CN"),
        ("Li H", "CN"),
        ("Li I", "CN"),
        ("Li J", "CN"),
        ("Li K", "CN"),
        ("Li L", "CN"),
        ("Li M", "CN"),
        ("Li N", "CN"),
    ];
    let (activity, names) = with_people(&running, 50, &people).await;
    let [just, china, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| running.partner(id));
    for (number, name) in names[..4].iter().enumerate() {
        let words = said(&format!("word {number}"));
        let made = give(&china, name, words).await.unwrap();
        assert!(made.name == format!("{name}/feedback") && made.text.is_empty(), "{made:?}");
    }
    let few = summary(&just, &activity.name).await.unwrap();
    assert_eq!((few.answers, few.least_answers, few.together, few.by_group), (4, 5, None, Vec::new()));
    assert_eq!(comments(&just, &activity.name).await.unwrap(), Vec::<String>::new());

    give(&china, &names[4], rated(1, 2, 3)).await.unwrap();
    let steps = summary(&just, &activity.name).await.unwrap();
    let five = summary(&just, &activity.name).await.unwrap();
    let together = five.together.unwrap();
    let usefulness = together.usefulness.unwrap();
    assert_eq!((together.answers, &usefulness.counts[..]), (5, &[1, 0, 0, 4, 0][..]));
    assert!((usefulness.mean - 3.4).abs() < 1e-9);
    assert_eq!(five.by_group.len(), 2, "all are manufacturers, of China");
    assert_eq!(comments(&just, &activity.name).await.unwrap(), ["word 0", "word 1", "word 2", "word 3"]);

    // Given again it takes the place of what was given before, and one more is given: that would be told by subtraction.
    give(
        &china,
        &names[4],
        wire::Feedback { text: "anew".to_owned(), language: "en".to_owned(), ..rated(5, 5, 5) },
    )
    .await
    .unwrap();
    for (given, name) in (6..).zip(&names[5..9]) {
        give(&china, name, said(&format!("later {given}"))).await.unwrap();
        let now = summary(&just, &activity.name).await.unwrap();
        assert_eq!((now.answers, &now.together, &now.by_group), (given, &steps.together, &steps.by_group));
        let words = comments(&just, &activity.name).await.unwrap();
        assert_eq!(words, ["word 0", "word 1", "word 2", "word 3"], "nor is a text the only one that is new");
    }
    // The fifth takes the others along. Of the country with one answer nothing is told, neither itself nor by what is left: the
    // row of the other one stays.
    give(&china, &names[9], rated(2, 2, 2)).await.unwrap();
    let ten = summary(&just, &activity.name).await.unwrap();
    assert_eq!(ten.together.unwrap().usefulness.unwrap().counts, [0, 1, 0, 8, 1]);
    let groups: Vec<_> =
        ten.by_group.iter().map(|one| (one.audience(), one.country.as_str(), one.answers)).collect();
    let stays = (wire::TargetAudience::Unspecified, "CN", 5);
    assert_eq!(groups, [(wire::TargetAudience::Manufacturer, "", 10), stays]);
    assert_eq!(comments(&just, &activity.name).await.unwrap().len(), 9);

    for stranger in [&china, &canada] {
        for refused in
            [summary(stranger, &activity.name).await.err(), comments(stranger, &activity.name).await.err()]
        {
            assert_eq!(refused.unwrap().code(), Code::PermissionDenied, "the organisers read it");
        }
    }
    for other in [&just, &canada] {
        let refused = give(other, &names[0], rated(1, 1, 1)).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "who registered gives it");
    }

    // It is told once the day is over, in counts.
    assert!(running.partner("eu-just").told::<wire::FeedbackAggregated>().await.is_empty());
    running.set_clock("2027-03-17T00:00:10Z");
    for reader in ["eu-just", "cn-gacc"] {
        let told = eventually("the day is told", SOON, async || {
            let mut told = running.partner(reader).told::<wire::FeedbackAggregated>().await;
            told.pop().ok_or("nothing")
        })
        .await;
        assert_eq!(told.activity, activity.name);
        assert_eq!(told.together.unwrap().answers, 10);
    }
    assert!(running.partner("ca-hc").told::<wire::FeedbackAggregated>().await.is_empty());
    running.set_clock("2027-03-18T00:00:10Z");
    for name in &names[10..] {
        give(&running.partner("cn-gacc"), name, rated(5, 5, 5)).await.unwrap();
    }
    running.set_clock("2027-03-19T00:00:10Z");
    eventually("the next change is told", SOON, async || {
        running.partner("eu-just").told::<wire::FeedbackAggregated>().await.len() == 2
    })
    .await;
}

/// Everything that is wrong is told at once; and only a confirmed registration of the activity has feedback.
pub async fn wrong(running: Running) {
    let (_, names) = with_people(&running, 1, &[("Li A", "CN"), ("Li B", "CN")]).await;
    let china = running.partner("cn-gacc");
    let bad = wire::Feedback { text: "x".repeat(2_001), ..rated(0, 6, -1) };
    let refused = fields(&give(&china, &names[0], bad).await.unwrap_err());
    let named: Vec<&str> = refused.iter().map(|(field, _)| field.as_str()).collect();
    for field in ["usefulness", "clarity", "organisation", "text"] {
        assert!(named.contains(&format!("feedback.{field}").as_str()), "{field}: {refused:?}");
    }
    let mute = wire::Feedback { language: String::new(), ..said("good") };
    let refused = fields(&give(&china, &names[0], mute).await.unwrap_err());
    assert_eq!(refused[0], ("feedback.language".to_owned(), "is required with a text".to_owned()));
    let refused = fields(&give(&china, "activities/1", rated(1, 1, 1)).await.unwrap_err());
    assert_eq!(refused[0].0, "parent");
    let refused = give(&china, &names[1], rated(1, 1, 1)).await.unwrap_err();
    assert_eq!(reason(&refused), "ILLEGAL_TRANSITION", "it had no seat");
}

/// The words go with the person, to the last byte; the ratings stay.
pub async fn erased(running: Running) {
    const SECRET: &str = "my boss Wang slept through it";
    let people = [("Li A", "CN"), ("Li B", "CN"), ("Li C", "CN"), ("Li D", "CN"), ("Li E", "CN")];
    let (activity, names) = with_people(&running, 50, &people).await;
    let [just, china] = ["eu-just", "cn-gacc"].map(|id| running.partner(id));
    give(&china, &names[0], said(SECRET)).await.unwrap();
    for name in &names[1..] {
        give(&china, name, rated(3, 3, 3)).await.unwrap();
    }
    assert_eq!(comments(&just, &activity.name).await.unwrap(), [SECRET]);
    let address = "li.a@ningbo.example.cn";
    let own = exported(&china, address).await.feedback;
    assert_eq!((own.len(), own[0].text.as_str()), (1, SECRET));
    assert!(exported(&just, address).await.feedback.is_empty(), "the organiser does not learn whose it is");
    assert!(contains(&bytes_of(&running).await, SECRET));
    scheduled(&china, address, 0).await.unwrap();
    eventually("the words are erased", SOON, async || {
        let left = comments(&just, &activity.name).await?;
        if left.is_empty() { Ok(()) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    let all = summary(&just, &activity.name).await.unwrap();
    assert_eq!(all.together.unwrap().answers, 5, "the ratings stay");
    eventually("not a byte is left", SOON, async || !contains(&bytes_of(&running).await, SECRET)).await;
    let refused = give(&china, &names[0], rated(1, 1, 1)).await.unwrap_err();
    assert_eq!(reason(&refused), "ILLEGAL_TRANSITION", "nobody speaks for who was erased");
}
