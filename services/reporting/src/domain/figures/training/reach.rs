//! Whom activities reached: seats, people who came, certificates; counts, as the feed gives them.

use std::collections::BTreeMap;

use seamless_labels::{Label, Labelled};

use super::TrainingFacts;
use crate::domain::{
    content::{Row, Section, Table, Text, Value},
    facts::{ActivityFact, GroupCount},
    figures::words::{country_text, sum, text},
};

/// Seats, people who came, certificates.
const SEATS: usize = 0;
const PRESENT: usize = 1;
const CERTIFICATES: usize = 2;

/// The section.
pub(super) fn section(facts: &TrainingFacts, held: &[&ActivityFact]) -> Section {
    let total = |of: &dyn Fn(&ActivityFact) -> u64| held.iter().map(|activity| of(activity)).sum::<u64>();
    let seats = |activity: &ActivityFact| facts.registrations.get(&activity.name);
    let present = |activity: &ActivityFact| facts.attendance.get(&activity.name);
    let certificates = |activity: &ActivityFact| facts.certificates.get(&activity.name);
    let all = |groups: &[GroupCount]| groups.iter().map(|group| group.count).sum::<u64>();
    let figures = vec![
        sum(
            "participants",
            text("Took part, as organisers count", "参加人数（组织方统计）"),
            text(
                "Over the activities that were held. Who came to two activities counts twice; where it is not shown, nothing is added.",
                "已举办活动合计。参加两项活动的计两次；不可见的不计入。",
            ),
            total(&|activity| activity.participants.unwrap_or_default()),
        ),
        sum(
            "capacity",
            text("Seats that there were", "席位总数"),
            text(
                "Over the activities that were held and where people register.",
                "已举办且须报名的活动合计。",
            ),
            total(&|activity| activity.capacity.unwrap_or_default()),
        ),
        sum(
            "confirmed",
            text("Seats that were confirmed", "已确认席位"),
            text(
                "Over the activities that were held, as counted last; seats of single sessions are of the same people and are left out.",
                "已举办活动合计，以最后统计为准；单场席位属同一人员，不重复计入。",
            ),
            total(&|activity| seats(activity).map_or(0, |one| one.confirmed)),
        ),
        sum(
            "waiting",
            text("Seats that were waited for", "候补席位"),
            text("As counted last.", "以最后统计为准。"),
            total(&|activity| seats(activity).map_or(0, |one| one.waiting)),
        ),
        sum(
            "present",
            text("Registered people who were there", "到场的报名人员"),
            text(
                "At one session at least, as the lists of platforms were merged last; each once for an activity.",
                "至少出席一场者，以最后合并的平台名单为准；每项活动每人计一次。",
            ),
            total(&|activity| present(activity).map_or(0, |one| all(&one.groups))),
        ),
        sum(
            "unregistered",
            text("There without registration", "未报名而到场"),
            text("As merged last; in no other figure.", "以最后合并为准；不计入其他数字。"),
            total(&|activity| present(activity).map_or(0, |one| one.unregistered)),
        ),
        sum(
            "open_questions",
            text("Not told apart yet", "尚未核实"),
            text("By name and address; in no other figure.", "因姓名或地址存疑；不计入其他数字。"),
            total(&|activity| present(activity).map_or(0, |one| one.open_questions)),
        ),
        sum(
            "certificates",
            text("Certificates that count", "有效证书"),
            text(
                "Issued for these activities and not taken back, as counted last.",
                "为上述活动颁发且未撤销，以最后统计为准。",
            ),
            total(&|activity| certificates(activity).map_or(0, |one| all(&one.issued))),
        ),
        sum(
            "revoked",
            text("Certificates that were taken back", "已撤销证书"),
            text("As counted last.", "以最后统计为准。"),
            total(&|activity| certificates(activity).map_or(0, |one| one.revoked)),
        ),
    ];
    let mut groups: Vec<(usize, &GroupCount)> = Vec::new();
    for activity in held {
        groups.extend(of(SEATS, seats(activity).map(|one| one.groups.as_slice())));
        groups.extend(of(PRESENT, present(activity).map(|one| one.groups.as_slice())));
        groups.extend(of(CERTIFICATES, certificates(activity).map(|one| one.issued.as_slice())));
    }
    let by_country = table("by_country", text("By country", "按国家或地区"), &groups, |group| {
        let country = group.country?;
        Some((0, country.to_string(), country_text(country)))
    });
    let by_audience = table("by_audience", text("By audience", "按对象"), &groups, |group| {
        let audience = group.audience?;
        let (Label { english, chinese }, id): (_, &str) = (audience.label(), audience.into());
        Some((audience as u8, id.to_owned(), text(english, chinese)))
    });
    Section {
        id: "reach",
        title: text("Whom it reached", "覆盖情况"),
        figures,
        tables: vec![by_country, by_audience],
    }
}

/// Groups, each with which counts they are.
fn of(counts: usize, groups: Option<&[GroupCount]>) -> impl Iterator<Item = (usize, &GroupCount)> {
    groups.unwrap_or_default().iter().map(move |group| (counts, group))
}

fn table(
    id: &'static str,
    title: Text,
    groups: &[(usize, &GroupCount)],
    row: impl Fn(&GroupCount) -> Option<(u8, String, Text)>,
) -> Table {
    let mut rows: BTreeMap<(u8, String), (Text, [u64; 3])> = BTreeMap::new();
    for (counts, group) in groups {
        let unknown = || (u8::MAX, String::new(), text("not said", "未说明"));
        let (order, id, title) = row(group).unwrap_or_else(unknown);
        rows.entry((order, id)).or_insert((title, [0; 3])).1[*counts] += group.count;
    }
    let cases = rows.values().map(|(_, counts)| counts[SEATS]).sum();
    let rows = rows.into_iter().map(|((_, id), (title, counts))| Row {
        id,
        title,
        values: counts.map(Value::Count).to_vec(),
    });
    Table {
        id,
        title,
        definition: text(
            "Over the activities that were held, as counted last. The three columns come from different lists: more may have been there than \
             had a seat. Counts are as the feed gives them to the owner of the report; small ones are not hidden, so mind to whom it is \
             published.",
            "已举办活动合计，以最后统计为准。三列来自不同名单，到场数可能多于席位数。计数以数据源向报告所有者提供者为准，\
             小数目未作隐去，公布时请注意对象。",
        ),
        columns: vec![
            text("confirmed seats", "已确认席位"),
            text("were there", "到场"),
            text("certificates", "有效证书"),
        ],
        rows: rows.collect(),
        cases,
        overlapping: false,
    }
}
