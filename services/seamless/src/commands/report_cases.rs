//! `seamless report cases`: the records behind a figure of a report.

use seamless_proto::seamless::reporting::v1 as wire;

use super::{
    pages,
    report_figures::{title, value},
};
use crate::{
    cli::{CasesOf, Language},
    connection::Connection,
    error::Failure,
    output,
};

/// Lists the records behind a figure; without one, the figures and tables that may be asked about.
pub async fn cases(connection: &Connection, name: String, of: CasesOf, json: bool) -> Result<(), Failure> {
    let CasesOf { of, row, column, limit } = of;
    let Some(of) = of else {
        let request = wire::GetReportContentRequest { name };
        let content = connection.reports().get_report_content(request).await?.into_inner();
        places(&content, connection.language());
        return Ok(());
    };
    let wanted = || Failure::usage(format!("--of wants a section and a figure: received/total; got {of}"));
    let (section, figure) = of.split_once('/').ok_or_else(wanted)?;
    let asked = wire::ListFigureCasesRequest {
        name,
        section: section.to_owned(),
        figure: figure.to_owned(),
        row,
        column,
        ..wire::ListFigureCasesRequest::default()
    };
    let (mut told, mut counted) = (None, 0);
    let cases = pages(limit, async |page_size, page_token| {
        let request = wire::ListFigureCasesRequest { page_size, page_token, ..asked.clone() };
        let page = connection.reports().list_figure_cases(request).await?.into_inner();
        (told, counted) = (page.told, page.counted);
        Ok((page.cases, page.next_page_token))
    })
    .await?;
    if json {
        return cases.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["record", "counts"]);
    for case in &cases {
        table.add_row([case.name.clone(), case.count.to_string()]);
    }
    output::line(table);
    let shown: i64 = cases.iter().map(|case| case.count).sum();
    let told = value(told.as_ref(), connection.language());
    output::line(format!("{shown} of {counted} counted now shown; the report tells {told}"));
    Ok(())
}

/// What `--of` and `--row` take, with what each is called.
fn places(content: &wire::ReportContent, language: Language) {
    let mut table = output::table(&["--of", "--row", "figure or row", "value"]);
    for section in &content.sections {
        let of = |id: &str| format!("{}/{id}", section.id);
        for figure in &section.figures {
            let (called, value) =
                (title(figure.title.as_ref(), language), value(figure.value.as_ref(), language));
            table.add_row([of(&figure.id), String::new(), called, value]);
        }
        for one in &section.tables {
            let called = title(one.title.as_ref(), language);
            table.add_row([of(&one.id), String::new(), called, one.cases.to_string()]);
            for row in &one.rows {
                let (called, first) =
                    (title(row.title.as_ref(), language), value(row.values.first(), language));
                table.add_row([of(&one.id), format!("{:?}", row.id), called, first]);
            }
        }
    }
    output::line(table);
}
