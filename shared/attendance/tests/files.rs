//! Each platform's files, as the platform writes them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod export;

use export::{read, read_with, seen, session};
use seamless_attendance::{DateOrder, FileFault, FileQuestion, Limits, Mapping, Mappings, Session};
use seamless_testkit::sheets::{InSheet, packed, utf_16, workbook};

fn fourth_of_may() -> Vec<Session> {
    vec![session("s", "2026-05-04T07:00:00Z", "2026-05-04T09:00:00Z")]
}

const TEAMS_NOW: &str = "1. Summary\r\nMeeting title\tRecalls, step by step\r\nAttended participants\t2\r\n\
    Start time\t5/4/26, 9:00:00 AM\r\n\r\n2. Participants\r\n\
    Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\r\n\
    Anna Berg\t5/4/26, 8:58:00 AM\t5/4/26, 10:31:00 AM\t1h 3m\tAnna.Berg@example.org\t\tOrganizer\r\n\r\n\
    3. In-Meeting Activities\r\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\r\n\
    Anna Berg\t5/4/26, 8:58:00 AM\t5/4/26, 9:30:00 AM\t32m\tAnna.Berg@example.org\tOrganizer\r\n\
    Anna Berg\t5/4/26, 10:00:00 AM\t5/4/26, 10:31:00 AM\t31m\tAnna.Berg@example.org\tOrganizer\r\n\
    王 小明\t5/4/26, 9:01:10 AM\t5/4/26, 10:59:00 AM\t1h 57m\t\tAttendee\r\n";

#[test]
fn the_three_sections_of_teams_give_each_stay_once() {
    let wanted = [
        "Anna Berg <anna.berg@example.org> 2026-05-04T06:58:00Z 2026-05-04T07:30:00Z",
        "Anna Berg <anna.berg@example.org> 2026-05-04T08:00:00Z 2026-05-04T08:31:00Z",
        "王 小明 <> 2026-05-04T07:01:10Z 2026-05-04T08:59:00Z",
    ];
    for bytes in [utf_16(TEAMS_NOW, true), utf_16(TEAMS_NOW, false), TEAMS_NOW.as_bytes().to_vec()] {
        let export = read("teams", &bytes, &fourth_of_may());
        assert_eq!((seen(&export), export.refused), (wanted.map(String::from).to_vec(), vec![]));
    }
}

#[test]
fn sections_are_found_by_their_number_where_the_language_of_teams_is_not_known() {
    let finnish = "1. Yhteenveto\nAihe\tTakaisinvedot\n\n2. Osallistujat\nNimi\tEnsimmäinen\tViimeinen\tKesto\tSähköposti\tUPN\tRooli\n\
        Anna Berg\t4.5.2026 8.58.00\t4.5.2026 10.31.00\t1 t\ta@example.org\t\tX\n\n\
        3. Toiminta kokouksessa\nNimi\tLiittymisaika\tPoistumisaika\tKesto\tSähköposti\tRooli\n\
        Anna Berg\t4.5.2026 8:58:00\t4.5.2026 10:31:00\t1 t\ta@example.org\tX\n";
    let export = read("teams", &utf_16(finnish, true), &fourth_of_may());
    assert_eq!(seen(&export), ["Anna Berg <a@example.org> 2026-05-04T06:58:00Z 2026-05-04T08:31:00Z"]);
    let chinese = TEAMS_NOW
        .replace("3. In-Meeting Activities", "3. 会议中活动")
        .replace(
            "Name\tJoin Time\tLeave Time\tDuration\tEmail",
            "姓名\t加入时间\t离开时间\t持续时间\t电子邮件",
        )
        .replace("5/4/26, 9:01:10 AM", "2026/5/4 上午9:01:10");
    assert_eq!(seen(&read("teams", &utf_16(&chinese, true), &fourth_of_may())).len(), 3);
    // Without a mark as well, though 开, 一 and Ā have a zero byte on the other side.
    let named = chinese.replace("Anna Berg", "Ānna 一开");
    for text in [&chinese, &named] {
        assert_eq!(seen(&read("teams", &utf_16(text, false), &fourth_of_may())).len(), 3);
    }
}

#[test]
fn the_list_of_2021_and_the_steps_of_2020_are_read_too() {
    let list = "Meeting Summary\nTotal Number of Participants\t1\nMeeting Title\tRecalls\n\n\
        Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\n\
        Anna Berg\t5/4/2026, 9:00:00 AM\t5/4/2026, 10:00:00 AM\t1h\tanna@example.org\tPresenter\tanna@example.org\n";
    let export = read("teams", &utf_16(list, true), &fourth_of_may());
    assert_eq!(seen(&export), ["Anna Berg <anna@example.org> 2026-05-04T07:00:00Z 2026-05-04T08:00:00Z"]);

    // Two devices, of which the phone goes first; Chen has not gone when the file was made; Dora only went.
    let steps = "Full Name\tUser Action\tTimestamp\n\
        Anna Berg\tJoined before\t5/4/2026, 9:00:00 AM\nAnna Berg\tJoined\t5/4/2026, 9:10:00 AM\n\
        Anna Berg\tLeft\t5/4/2026, 9:20:00 AM\nAnna Berg\tLeft\t5/4/2026, 9:50:00 AM\n\
        Chen\tJoined\t5/4/2026, 9:30:00 AM\nDora\tLeft\t5/4/2026, 9:55:00 AM\nEve\tWaved\t5/4/2026, 9:55:00 AM\n";
    let export = read("teams", &utf_16(steps, true), &fourth_of_may());
    let mut seen = seen(&export);
    seen.sort();
    assert_eq!(
        seen,
        [
            "Anna Berg <> 2026-05-04T07:00:00Z 2026-05-04T07:50:00Z",
            "Anna Berg <> 2026-05-04T07:10:00Z 2026-05-04T07:20:00Z",
            "Chen <> 2026-05-04T07:30:00Z 2026-05-04T07:55:00Z",
        ]
    );
    let refused: Vec<String> = export.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "row 7: wants somebody who came before; got \"Dora\"",
            "row 8, User Action: wants Joined or Left; got \"Waved\"",
        ]
    );
}

#[test]
fn zoom_writes_the_meeting_first_and_webinars_in_sections() {
    let meeting = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n\
        812 3456 7890,\"Recalls, again\",05/04/2026 09:00:00 AM,05/04/2026 11:00:00 AM,host@example.org,120,2\n\n\
        Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n\
        Annie (Anna Berg),anna@example.org,05/04/2026 09:00:00 AM,05/04/2026 10:00:00 AM,60,No\n\
        Chen,,05/04/2026 09:05:00 AM,05/04/2026 10:00:00 AM,55,Yes\n";
    assert_eq!(
        seen(&read("zoom", meeting.as_bytes(), &fourth_of_may())),
        [
            "Anna Berg <anna@example.org> 2026-05-04T07:00:00Z 2026-05-04T08:00:00Z",
            "Chen <> 2026-05-04T07:05:00Z 2026-05-04T08:00:00Z",
        ]
    );
    let webinar = "\u{feff}Attendee Report\nReport Generated:,\"May 4, 2026 12:10 PM\"\nTopic,Webinar ID,Actual Start Time\n\
        Recalls,812,\"May 4, 2026 09:00 AM\"\nHost Details,\nAttended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)\n\
        Yes,Host,host@example.org,\"May 4, 2026 08:50 AM\",\"May 4, 2026 11:00 AM\",130\nPanelist Details,\n\
        Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)\n\
        Yes,Pan,pan@example.org,\"May 4, 2026 08:55 AM\",\"May 4, 2026 11:00 AM\",125\nAttendee Details,\n\
        Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest\n\
        Yes,Anna,Anna,Berg,anna@example.org,\"Apr 1, 2026 08:00 AM\",approved,\"May 4, 2026 09:00 AM\",\"May 4, 2026 10:00 AM\",60,No\n\
        No,Chen,Chen,Li,chen@example.org,\"Apr 1, 2026 08:00 AM\",approved,--,--,--,--\n";
    let export = read("zoom-webinar", webinar.as_bytes(), &fourth_of_may());
    let names: Vec<&str> = export.sightings.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((names, export.absent, export.refused), (vec!["Host", "Pan", "Anna"], 1, vec![]));
}

#[test]
fn webex_wraps_its_times_and_tencent_has_a_second_sheet() {
    let webex = "Meeting Name\tMeeting Start Time\tDisplay Name\tAttendee Email\tJoin Time\tLeave Time\tConnection Type\n\
        Recalls\t=\"2026-05-04 09:00:00\"\tAnna Berg\tanna@example.org\t=\"2026-05-04 09:00:00\"\t=\"2026-05-04 10:00:00\"\tDesktop app\n";
    let export = read("webex", &utf_16(webex, true), &fourth_of_may());
    assert_eq!(seen(&export), ["Anna Berg <anna@example.org> 2026-05-04T07:00:00Z 2026-05-04T08:00:00Z"]);
    assert_eq!(export.sightings[0].device.as_deref(), Some("Desktop app"));

    let row = |cells: &[&str]| cells.iter().map(|text| InSheet::from(*text)).collect::<Vec<_>>();
    let book = workbook(&[
        (
            "成员参会概况",
            vec![
                row(&["会议主题", "召回"]),
                row(&["用户昵称（入会昵称）", "首次入会时间", "最后退会时间", "累计参会时长"]),
                row(&["王小明", "2026-05-04 15:00:00", "2026-05-04 17:00:00", "01:50:00"]),
            ],
        ),
        (
            "成员参会明细",
            vec![
                row(&["会议主题", "召回"]),
                row(&["会议号", "812 345 678"]),
                row(&["用户昵称（入会昵称）", "入会时间", "退会时间", "参会时长", "入会方式"]),
                row(&["王小明", "2026-05-04 15:00:00", "2026-05-04 16:00:00", "01:00:00", "Windows"]),
                // Saved again by a spreadsheet: numbers.
                vec![
                    "王小明".into(),
                    InSheet::Number(46_146.673_611_111_11),
                    InSheet::Number(46_146.708_333_333_33),
                ],
            ],
        ),
    ]);
    assert_eq!(
        seen(&read("tencent", &book, &fourth_of_may())),
        [
            "王小明 <> 2026-05-04T07:00:00Z 2026-05-04T08:00:00Z",
            "王小明 <> 2026-05-04T08:10:00Z 2026-05-04T09:00:00Z",
        ]
    );
    // GB18030: 用户昵称,入会时间,退会时间 / 王小明,…
    let mut csv = b"\xd3\xc3\xbb\xa7\xea\xc7\xb3\xc6,\xc8\xeb\xbb\xe1\xca\xb1\xbc\xe4,\xcd\xcb\xbb\xe1\xca\xb1\xbc\xe4\r\n\xcd\xf5\xd0\xa1\xc3\xf7".to_vec();
    csv.extend_from_slice(b",2026-05-04 15:00:00,2026-05-04 16:00:00\r\n");
    assert_eq!(
        seen(&read("tencent", &csv, &fourth_of_may())),
        ["王小明 <> 2026-05-04T07:00:00Z 2026-05-04T08:00:00Z"]
    );
}

#[test]
fn an_unclosed_quote_costs_its_own_row_alone() {
    let csv = "name,email,join,leave\n\"Anna \"\"Ann\"\" Berg\",a@example.org,2026-05-04 09:00,2026-05-04 10:00\n\
        \"Bert,b@example.org,2026-05-04 09:00,2026-05-04 10:00\n\
        \"Chen\nLi\",c@example.org,2026-05-04 09:00,2026-05-04 10:00\nDora,d@example.org,2026-05-04 09:00\n\
        Eve,e@example.org,yesterday,2026-05-04 10:00\nFay,f@example.org,2026-05-04 10:00,2026-05-04 09:00\n";
    let export = read("plain", csv.as_bytes(), &fourth_of_may());
    let names: Vec<&str> = export.sightings.iter().map(|one| one.name.as_str()).collect();
    // Dora had not gone yet: she was there until the last time of the file.
    assert_eq!(names, ["Anna \"Ann\" Berg", "Chen\nLi", "Dora"]);
    let refused: Vec<String> = export.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "row 3: wants a separator or the line's end behind a closing quote; got \"\\\"Bert,b@example.org,2026-05-04 09:00,2026-05-04 10:00\"",
            "row 7, join: wants a date and a time; got \"yesterday\"",
            "row 8: wants a time not before 2026-05-04 10:00; got \"2026-05-04 09:00\"",
        ]
    );
}

#[test]
fn where_both_readings_of_a_date_fit_it_is_asked() {
    let csv = b"name,join,leave\nAnna,3/4/2026 9:00,3/4/2026 10:00\n";
    let march = session("march", "2026-03-04T07:00:00Z", "2026-03-04T09:00:00Z");
    let april = session("april", "2026-04-03T07:00:00Z", "2026-04-03T09:00:00Z");
    let first = |sessions: &[Session]| seen(&read("plain", csv, sessions)).first().cloned();
    assert_eq!(
        first(std::slice::from_ref(&march)).unwrap(),
        "Anna <> 2026-03-04T08:00:00Z 2026-03-04T09:00:00Z"
    );
    assert_eq!(
        first(std::slice::from_ref(&april)).unwrap(),
        "Anna <> 2026-04-03T07:00:00Z 2026-04-03T08:00:00Z"
    );
    let both = [march, april];
    let asked = read("plain", csv, &both);
    let [FileQuestion::DateOrder { example, fits_both: true, .. }] = asked.questions.as_slice() else {
        panic!("{:?}", asked.questions)
    };
    assert_eq!((example.as_str(), asked.sightings.len()), ("3/4/2026 9:00", 0));
    let answered = read_with("plain", csv, &both, |context| {
        (context.zone, context.date_order) = (Some("Europe/Brussels"), Some(DateOrder::MonthFirst));
    });
    assert_eq!(answered.unwrap().sightings.len(), 1);
    assert!(matches!(
        read("plain", csv, &fourth_of_may()).questions[..],
        [FileQuestion::DateOrder { fits_both: false, .. }]
    ));
    // Another row leaves one reading only.
    let clear = b"name,join,leave\nAnna,3/4/2026 9:00,3/4/2026 10:00\nBert,25/4/2026 9:00,25/4/2026 10:00\n";
    assert_eq!(read("plain", clear, &both).sightings[0].join, export::at("2026-04-03T07:00:00Z"));
}

#[test]
fn a_zone_that_nobody_said_is_asked_for() {
    let csv = "name,join,leave\nAnna,2026-05-04 09:00,2026-05-04 10:00\n";
    let read = |text: &str| read_with("plain", text.as_bytes(), &fourth_of_may(), |_| {}).unwrap();
    assert_eq!(read(csv).questions, [FileQuestion::Zone { example: "2026-05-04 09:00".into() }]);
    let join = |text: &str| read(text).sightings[0].join.to_string();
    assert_eq!(join(&format!("Time zone,(GMT+08:00) Beijing\n{csv}")), "2026-05-04T01:00:00Z");
    assert_eq!(join(&csv.replace("join,leave", "Join (UTC+2),Leave (UTC+2)")), "2026-05-04T07:00:00Z");
    assert_eq!(join(&csv.replace("00,", "00Z,").replace("00\n", "00Z\n")), "2026-05-04T09:00:00Z");
}

#[test]
fn what_is_no_such_file_is_refused_as_a_whole_with_a_clear_word() {
    let fault = |mapping: &str, bytes: &[u8]| {
        let read = read_with(mapping, bytes, &[], |context| context.zone = Some("UTC"));
        read.expect_err("it is refused").to_string()
    };
    assert_eq!(fault("teams", b""), "the file is empty");
    assert_eq!(fault("teams", b"\xef\xbb\xbf\r\n"), "the file is empty");
    assert_eq!(
        fault("teams", b"name\tjoin\0\nAnna"),
        "the file is no text in UTF-8, UTF-16 or GB18030: line 1 holds a NUL"
    );
    let half = utf_16(TEAMS_NOW, true);
    assert!(fault("teams", &half[..half.len() - 1]).starts_with("the file is cut: it is UTF-16"));
    assert!(
        fault("teams", &half[..half.len() - 40])
            .starts_with("the file is cut: row 14, the last, has fewer cells than the others")
    );
    let chinese = "姓名,入会时间,退会时间\n王小明".as_bytes();
    assert_eq!(
        fault("plain", &chinese[..chinese.len() - 1]),
        "the file is cut: its last character is not whole"
    );
    assert!(
        fault("plain", b"name,join,leave\nAnna,2026-05-04 09:00,\"2026-05")
            .starts_with("the file is cut: row 2, the last, ends within a quoted cell")
    );
    assert!(fault("plain", b"\xff\xfe\xff").starts_with("the file is cut"));
    assert_eq!(
        fault("webex", b"<html>not found</html>"),
        "the file is no export of Webex: wants a row of the headings Display Name | Join Time | Leave Time; \
         the first row is \"<html>not found</html>\""
    );
    assert!(
        fault("tencent", b"PK\x03\x04 and nothing more")
            .starts_with("the file is no workbook (XLSX) that can be read")
    );
    let book = workbook(&[("one", vec![vec!["姓名".into(), "入会时间".into(), "退会时间".into()]])]);
    assert!(fault("tencent", &book[..book.len() - 30]).starts_with("the file is no workbook"));
}

#[test]
fn every_limit_is_kept_at_it_and_refused_above() {
    let small = Limits { bytes: 120, unpacked: 3_000, rows: 3, columns: 4, cell: 20 };
    let read = |mapping: &str, bytes: &[u8]| {
        read_with(mapping, bytes, &[], |context| {
            context.zone = Some("UTC");
            // The limits live as long as the test.
            context.limits = Box::leak(Box::new(small));
        })
    };
    let row = "Anna,2026-05-04 09:00,2026-05-04 10:00\n";
    assert_eq!(read("plain", format!("name,join,leave\n{row}{row}").as_bytes()).unwrap().sightings.len(), 2);
    let more = format!("name,join,leave\n{}", "A,2026-05-04,9:00\n".repeat(3));
    assert_eq!(read("plain", more.as_bytes()), Err(FileFault::TooMuch { what: "rows", most: 3 }));
    assert_eq!(read("plain", &[b' '; 121]), Err(FileFault::TooMuch { what: "bytes", most: 120 }));
    let wide =
        read("plain", format!("name,join,leave\n{},,,\n{}{row}", row.trim(), "A".repeat(17)).as_bytes());
    let wide: Vec<String> = wide.unwrap().refused.iter().map(|fault| fault.wanted.clone()).collect();
    assert_eq!(wide, ["at most 4 columns", "at most 20 characters in a cell"]);
    // 100 kB of blanks pack to less than a kilobyte.
    let bomb = packed(&[("xl/workbook.xml".to_owned(), " ".repeat(100_000))]);
    let limits = Limits { bytes: 10_000, ..small };
    let fault = read_with("tencent", &bomb, &[], |context| context.limits = Box::leak(Box::new(limits)));
    assert_eq!(fault, Err(FileFault::TooMuch { what: "bytes when it is unpacked", most: 3_000 }));
}

#[test]
fn a_mapping_is_configuration_and_checked_whole() {
    let names: Vec<String> = Mappings::embedded().unwrap().names().map(str::to_owned).collect();
    assert_eq!(names, ["plain", "teams", "tencent", "webex", "zoom", "zoom-webinar"]);
    let own = "name = \"house\"\nplatform = \"House\"\nzone = \"America/Toronto\"\ndate-order = \"day-first\"\nseparator = \"|\"\npreamble-rows = 1\n\
        [[layouts]]\nname = \"only\"\n[layouts.columns]\nname = { headings = [\"Qui\"] }\njoin = { headings = [\"De\"] }\nleave = { headings = [\"À\"] }\n";
    let mapping = Mapping::parse(own).unwrap();
    let zones = seamless_calendar::Zones::bundled();
    let context = seamless_attendance::Context {
        zones: &zones,
        sessions: &[],
        zone: None,
        date_order: None,
        limits: &export::LIMITS,
    };
    let export =
        mapping.read("Qui|De|À\nQUI|DE|À\nAnna|3/4/2026 9:00|3/4/2026 10:00\n".as_bytes(), &context).unwrap();
    assert_eq!(seen(&export), ["Anna <> 2026-04-03T13:00:00Z 2026-04-03T14:00:00Z"]);
    let wrong = "name = \"My House\"\nplatform = \"\"\nzone = \"Mars\"\n[[layouts]]\nname = \"only\"\n[layouts.columns]\njoin = { headings = [], place = 0 }\n";
    assert_eq!(
        Mapping::parse(wrong).unwrap_err(),
        "name wants 1 to 40 of a-z, 0-9 and -; got \"My House\"; platform is empty; zone: no time zone \"Mars\" in the iana \
         database; layout \"only\": wants a column of names or of addresses; layout \"only\": wants either a column of times of \
         leaving, or one of actions; layout \"only\": join wants a heading; layout \"only\": join: the first place is 1; layout \
         \"only\": join: places count in a numbered section alone"
    );
    assert!(Mapping::parse("name = 3\n").unwrap_err().starts_with("line 1, column 8: "));
}
