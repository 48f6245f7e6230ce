//! Charts of every type from given tables: what they say, that they are XML, that nothing of them is told by colour alone, and that they
//! are the same each time.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be drawn is a failed test")]

mod tables;

use std::collections::BTreeSet;

use seamless_reporting::{
    domain::content::{Language, Measured, Table, Text, Value},
    render::charts::{Drawn, chart},
};

use tables::{bars, bodies, controls, matrix, months, table, waiting};

fn drawn(table: &Table, language: Language) -> Drawn {
    chart(table, "1.1", language).unwrap_or_else(|| panic!("{} has a chart", table.id))
}

/// All attributes of this name, in their order.
fn values<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    svg.split(begin.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The texts that are seen.
fn texts(svg: &str) -> Vec<&str> {
    let ends = svg.split("</text>").filter_map(|part| part.rsplit_once('>')).map(|(_, text)| text);
    ends.filter(|text| !text.is_empty()).collect()
}

#[test]
fn every_chart_has_title_description_and_fixed_numbers_and_is_the_same_each_time() {
    for table in [bars(), months(), waiting(), matrix(), bodies(), controls()] {
        for language in Language::ALL {
            let Drawn { svg, title, description, left_out } = drawn(&table, language);
            let svg = svg.into_string();
            assert_eq!(svg, drawn(&table, language).svg.into_string(), "{}", table.id);
            assert_eq!(left_out, None);
            assert_eq!(values(&svg, "id"), ["chart-1.1-title", "chart-1.1-description"]);
            assert_eq!(values(&svg, "aria-labelledby"), ["chart-1.1-title chart-1.1-description"]);
            assert!(title.ends_with(table.title.in_language(language)), "{title}");
            assert!(!description.is_empty());
            for name in ["x", "y", "x1", "x2", "y1", "y2", "width", "cx", "cy"] {
                for value in values(&svg, name).into_iter().filter(|value| value.contains('.')) {
                    assert_eq!(value.split('.').nth(1).map(str::len), Some(2), "{name}={value}");
                }
            }
            assert!(!svg.contains("<b>") && !svg.contains("<toasters>"), "texts are no markup");
            assert!(!svg.chars().any(char::is_control), "XML has no form for it");
        }
    }
}

#[test]
fn a_row_without_cases_has_no_bar() {
    let mut table = bars();
    let shapes = |table: &Table| drawn(table, Language::English).svg.into_string().matches("<rect ").count();
    let before = shapes(&table);
    table.rows[0].values[0] = Value::Count(0);
    assert_eq!(shapes(&table), before - 1);
}

#[test]
fn every_text_is_within_the_sheet() {
    use unicode_width::UnicodeWidthStr as _;
    for table in [bars(), months(), waiting(), matrix(), bodies(), controls()] {
        for language in Language::ALL {
            let svg = drawn(&table, language).svg.into_string();
            for part in svg.split("<text ").skip(1) {
                let element = part.split("</text>").next().unwrap();
                let (attributes, text) = element.split_once('>').unwrap();
                if attributes.contains("transform") {
                    continue;
                }
                let attributes = format!(" {attributes}");
                let x: f64 = values(&attributes, "x")[0].parse().unwrap();
                // 6.6 of 12 pixels a column: the mean of the letters of the fonts.
                let width =
                    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").width() as f64 * 6.6;
                let begin = match values(&attributes, "text-anchor").as_slice() {
                    ["end"] => x - width,
                    ["middle"] => x - width / 2.0,
                    _ => x,
                };
                assert!(begin >= -4.0 && begin + width <= 424.0, "{}: {text} from {begin}", table.id);
            }
        }
    }
}

#[test]
fn bars_have_their_counts_and_say_what_they_leave_out() {
    let svg = drawn(&bars(), Language::English).svg.into_string();
    for seen in ["412", "305", "97", "Toys"] {
        assert!(texts(&svg).contains(&seen), "{seen}");
    }
    let many = (0..20)
        .map(|index| (format!("{index}"), Text::same(format!("row {index}")), vec![Value::Count(index)]));
    let many = table("by_origin", &[Text::same("cases")], many.collect());
    let said = drawn(&many, Language::Chinese);
    assert_eq!(said.left_out.as_deref(), Some("图中仅显示前12行，共20行。"));
    let none = vec![("a".to_owned(), Text::same("a"), vec![Value::Count(0)])];
    assert!(chart(&table("by_origin", &[Text::same("cases")], none), "1.1", Language::English).is_none());
    let shares = vec![("a".to_owned(), Text::same("a"), vec![Value::NoCases])];
    assert!(chart(&table("by_origin", &[Text::same("cases")], shares), "1.1", Language::English).is_none());
}

#[test]
fn lines_over_time_differ_in_their_form_too() {
    let svg = drawn(&months(), Language::English).svg.into_string();
    let lines: Vec<&str> =
        svg.split("<path ").skip(1).filter(|path| path.contains("stroke-linejoin")).collect();
    assert_eq!(lines.len(), 2);
    assert!(!lines[0].contains("stroke-dasharray") && lines[1].contains("stroke-dasharray"));
    assert!(svg.contains("<circle ") && svg.contains("<rect "));
    // What is not known breaks the line.
    let mut gap = months();
    gap.rows[4].values[0] = Value::NoCases;
    let svg = drawn(&gap, Language::English).svg.into_string();
    assert_eq!(svg.matches("stroke-linejoin").count(), 3);
    let mut one = months();
    one.rows.truncate(1);
    assert!(
        drawn(&one, Language::English).svg.into_string().contains("<circle "),
        "a single month is a mark"
    );
}

#[test]
fn a_survival_curve_falls_in_steps_within_its_band() {
    let svg = drawn(&waiting(), Language::English).svg.into_string();
    // The curve is the last of the lines through points: it lies over the band.
    let path = svg.split("<path d=\"").filter(|path| path.contains("stroke-width=\"2.00\"")).last().unwrap();
    let points: Vec<[f64; 2]> = path.split('"').next().unwrap()[1..]
        .split(" L")
        .map(|point| {
            point.split(' ').map(|number| number.parse().unwrap()).collect::<Vec<f64>>().try_into().unwrap()
        })
        .collect();
    for pair in points.windows(2) {
        let is_level = pair[0][1] == pair[1][1] && pair[1][0] >= pair[0][0];
        let falls = pair[0][0] == pair[1][0] && pair[1][1] >= pair[0][1];
        assert!(is_level || falls, "{pair:?}");
    }
    let ticks = svg.matches("stroke-width=\"1.50\"").count();
    assert_eq!(ticks, 7 + 1, "one at each day with cases that were looked at no further, one in the legend");
    assert!(drawn(&waiting(), Language::Chinese).description.contains("23：44.8%"));
    assert!(chart(&table("waiting", &[], Vec::new()), "1.1", Language::English).is_none());
}

#[test]
fn a_heat_map_has_a_number_in_each_cell_and_a_dash_where_nothing_could_be() {
    let matrix = matrix();
    let svg = drawn(&matrix, Language::English).svg.into_string();
    let seen = texts(&svg);
    let mut dashes = 0;
    for value in matrix.rows.iter().flat_map(|row| &row.values) {
        match value {
            Value::Count(count) => assert!(seen.contains(&count.to_string().as_str()), "{count}"),
            _ => dashes += 1,
        }
    }
    assert_eq!(seen.iter().filter(|text| **text == "–").count(), dashes);
    let wide: Vec<Text> = (0..30).map(|index| Text::same(format!("authority {index}"))).collect();
    let row = ("a".to_owned(), Text::same("a"), vec![Value::Count(3); 30]);
    let said = drawn(&table("reaction_matrix", &wide, vec![row]), Language::English);
    assert_eq!(
        said.left_out.as_deref(),
        Some("The chart shows the first 1 of 1 rows and the first 8 of 30 columns.")
    );
}

#[test]
fn a_body_outside_the_funnel_stands_out_by_form_and_word() {
    let said = drawn(&bodies(), Language::English);
    // 58 of 1280 are unsafe: 37 of 320 are more than chance makes of that, 6 of 60 more than one in twenty times.
    assert!(said.description.contains("of all together 4.53 %"), "{}", said.description);
    assert!(said.description.contains("Shenzhen Testing Centre: 11.56 % (320), outside 99.8 %"));
    assert!(said.description.contains("CN-IB-0005: 10 % (60), outside 95 %"));
    assert!(said.description.contains("CN-IB-0004: 0 % (48);"));
    assert!(said.description.contains("Shanghai Product Inspection Institute: 1.72 % (640), outside 99.8 %"));
    assert!(!said.description.contains("none examined"), "who has no case has no share");
    let svg = said.svg.into_string();
    let rects: Vec<&str> = svg
        .split("<rect ")
        .skip(1)
        .filter_map(|rect| rect.split('>').next())
        .filter(|rect| rect.contains("#8a3b12"))
        .collect();
    assert_eq!(rects.len(), 3, "one body above, one below, and the legend");
    assert!(chart(&table("false_pass", &[], Vec::new()), "1.1", Language::English).is_none());
    // Where nothing is unsafe there are no limits to be outside of.
    let none = vec![("a".to_owned(), Text::same("a"), vec![Value::Count(9), Value::Count(0)])];
    let none = drawn(&table("false_pass", &[], none), Language::English);
    assert!(none.description.contains("a: 0 % (9)") && !none.description.contains("outside"));
}

#[test]
fn a_month_beyond_three_deviations_stands_out_in_a_control_chart() {
    let said = drawn(&controls(), Language::Chinese);
    let outside: BTreeSet<&str> =
        said.description.split('；').filter(|part| part.contains("超出控制限")).collect();
    assert_eq!(outside.len(), 1, "{}", said.description);
    assert!(outside.first().unwrap().starts_with("2026-11"), "{outside:?}");
}

#[test]
fn what_no_number_is_breaks_no_chart() {
    let mut odd = waiting();
    odd.rows[3].values[3] =
        Value::Share(Measured { value: f64::NAN, lower: Some(f64::INFINITY), upper: None });
    let svg = drawn(&odd, Language::English).svg.into_string();
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}
