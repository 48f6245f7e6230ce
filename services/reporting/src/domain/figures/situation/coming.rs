//! What is to come: activities, and what was agreed to be done.

use jiff::{Timestamp, tz::TimeZone};
use seamless_labels::{Label, Labelled};

use super::{NAMED, View, days_left};
use crate::domain::{
    content::{Row, Section, Table, Text, Value},
    facts::{ActionFact, ActivityFact},
    figures::words::{count, text},
    model::{ActionItemState, ActivityState},
};

/// Activities that are announced; none where none is.
pub(super) fn activities(view: &View<'_>) -> Option<Section> {
    let (now, zone) = (view.question.cut, view.question.zone);
    let announced = view.facts.training.activities.iter();
    let announced = announced.filter(|activity| activity.state == ActivityState::Published);
    let coming = announced.filter_map(|activity| Some((begins(activity, zone)?, activity)));
    let mut coming: Vec<(Timestamp, &ActivityFact)> = coming.filter(|(begin, _)| *begin >= now).collect();
    if coming.is_empty() {
        return None;
    }
    coming.sort_by_key(|(begin, activity)| (*begin, activity.name.as_str()));
    let seats = |activity: &ActivityFact| {
        let known = view.facts.training.registrations.get(&activity.name);
        known.map_or([0, 0], |known| [known.confirmed, known.waiting])
    };
    let waiting = coming.iter().filter(|(_, activity)| seats(activity)[1] > 0).count();
    let figures = vec![
        count(
            "coming",
            text("Announced and to come", "已公布待举办"),
            text(
                "Activities of this authority, or open to it, that are published and have not begun; those without a time are left out.",
                "本机构的或对其开放的、已公布且尚未开始的活动；未定时间的不计入。",
            ),
            coming.len(),
        ),
        count(
            "coming_with_waiting_list",
            text("Of these with a waiting list", "其中有候补名单"),
            text("Somebody waits for a seat.", "有人候补席位。"),
            waiting,
        ),
    ];
    let rows = coming.iter().take(NAMED).map(|(begin, activity)| {
        let Label { english, chinese } = activity.kind.label();
        let when = zone.to_datetime(*begin).strftime("%Y-%m-%d %H:%M").to_string();
        let (who, what) = (view.question.name_of(&activity.organiser), activity.called());
        let [confirmed, waiting] = seats(activity).map(Value::Count);
        Row {
            id: activity.name.clone(),
            title: Text::of(
                format!("{when}, {english}, {} – {}", who.english, what.english),
                format!("{when}，{chinese}，{} – {}", who.chinese, what.chinese),
            ),
            values: vec![days_left(*begin, now), confirmed, waiting],
        }
    });
    let table = Table {
        id: "coming_activities",
        title: text("Coming activities, the nearest first", "即将举办的活动（最近者在前）"),
        definition: text(
            "The 20 that begin first, by the clocks of this authority: kind, leading authority and title; days of 24 hours until they begin; \
             seats that are confirmed, and people who wait for one.",
            "最先开始的20项活动，时间以本机构所在地为准：类型、牵头机构和标题；距开始的天数（以24小时为一天）；已确认席位数及候补人数。",
        ),
        columns: vec![text("days to go", "距开始天数"), text("confirmed", "已确认"), text("waiting", "候补")],
        cases: coming.len() as u64,
        rows: rows.collect(),
        overlapping: true,
    };
    let title = text("Coming activities", "即将举办的活动");
    Some(Section { id: "coming", title, figures, tables: vec![table] })
}

/// When an activity begins: its first meeting, or a campaign's first day by the clocks of the reader.
fn begins(activity: &ActivityFact, zone: &TimeZone) -> Option<Timestamp> {
    activity.start.or_else(|| Some(activity.first_day?.to_zoned(zone.clone()).ok()?.timestamp()))
}

/// Who is to do it, of which activity, and the id of the item.
fn called(view: &View<'_>, one: &ActionFact) -> Text {
    let who = view.question.name_of(&one.owner);
    let (activity, id) = one.name.split_once("/actionItems/").unwrap_or((one.name.as_str(), ""));
    let activity = view.facts.training.activity(activity);
    let what = activity.map_or_else(
        || Text::same(one.name.as_str()),
        |activity| {
            let title = activity.called();
            Text::of(format!("{} ({id})", title.english), format!("{}（{id}）", title.chinese))
        },
    );
    Text::of(format!("{} – {}", who.english, what.english), format!("{} – {}", who.chinese, what.chinese))
}

/// Action items that are not done; none where there is none.
pub(super) fn actions(view: &View<'_>) -> Option<Section> {
    let now = view.question.cut;
    let items = view.facts.training.actions.iter();
    let mut open: Vec<&ActionFact> =
        items.filter(|one| !matches!(one.state, ActionItemState::Done | ActionItemState::Dropped)).collect();
    if open.is_empty() {
        return None;
    }
    open.sort_by_key(|one| (one.due, one.name.as_str()));
    let figures = vec![
        count(
            "open_actions",
            text("Action items to be done", "待办行动项"),
            text("Of minutes, neither done nor dropped.", "会议纪要中既未完成也未取消的行动项。"),
            open.len(),
        ),
        count(
            "overdue_actions",
            text("Of these overdue", "其中已逾期"),
            text("Their day is over where the one who is to do it is.", "期限日在承办方所在地已过。"),
            open.iter().filter(|one| one.due <= now).count(),
        ),
    ];
    let rows = open.iter().take(NAMED).map(|one| Row {
        id: one.name.clone(),
        title: called(view, one),
        values: vec![days_left(one.due, now)],
    });
    let table = Table {
        id: "actions_due",
        title: text("Action items, the nearest first", "行动项（最近者在前）"),
        definition: text(
            "Who is to do it, of which activity, and its id, of the 20 that are due first; days of 24 hours that are left, below zero where it is overdue.",
            "最先到期的20项行动项的承办机构、所属活动和标识；剩余天数以24小时为一天，负数表示已逾期。",
        ),
        columns: vec![text("days left", "剩余天数")],
        cases: open.len() as u64,
        rows: rows.collect(),
        overlapping: true,
    };
    let title = text("Action items", "行动项");
    Some(Section { id: "open_actions", title, figures, tables: vec![table] })
}
