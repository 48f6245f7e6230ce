//! Files whose rows are messages of one kind of our contracts: a table with a header, or one JSON document a line. Which
//! of them it is, the first character tells. What is neither is refused by what it seems to be.
//!
//! Invariant: as for all of `import`: memory stays flat, no bytes make it panic, every record comes out as one [`Line`].

use std::{io::BufRead, marker::PhantomData};

use prost::{Message, Name};
use prost_reflect::MessageDescriptor;

use super::columns::Columns;
pub use super::columns::Header;
use super::proto_json;
use crate::import::records::bounded::raw_text;
use crate::import::records::csv_records::{CsvRecords, Record};
use crate::import::records::json_lines::JsonLines;
use crate::import::records::seems::{self, Kind};
use crate::import::{ReadError, RowError};

/// A record of the file.
#[derive(Debug)]
pub struct Line<M> {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The message, or everything that is wrong with it.
    pub read: Result<M, Vec<RowError>>,
    /// What is wrong with the fields that were left out of the message.
    pub left_out: Vec<RowError>,
    /// The record as text, at most 64 KiB.
    pub raw: String,
}

/// The records of a file.
pub struct Sheet<M> {
    form: Form,
    message: MessageDescriptor,
    needed: Option<&'static [&'static str]>,
    kind: PhantomData<fn() -> M>,
}

enum Form {
    Table { records: CsvRecords, columns: Columns },
    Lines(JsonLines),
}

/// Opens a file. In a table, lines before the header that begin with # are passed over, and `header` says how its columns
/// are called.
///
/// # Errors
/// What can be seen from the beginning of the file: no text, no header, columns that there are not, twice or missing.
pub fn open<M: Message + Name + Default>(
    mut reader: Box<dyn BufRead + Send>,
    header: Header,
) -> Result<Sheet<M>, ReadError> {
    let message = proto_json::descriptor(&M::full_name())?;
    let wanted = "a table of text, or one JSON document a line";
    seems::expect(&mut reader, &[Kind::Text, Kind::JsonObject], wanted)?;
    // The beginning was looked at, and is still there.
    let is_lines = reader.fill_buf().is_ok_and(|head| Kind::of(head) == Kind::JsonObject);
    let form = if is_lines {
        Form::Lines(JsonLines::new(reader))
    } else {
        let (titles, records) = CsvRecords::open(reader)?;
        let columns = Columns::of_header(&message, &titles, header)?;
        Form::Table { records, columns }
    };
    Ok(Sheet { form, message, needed: header.needed, kind: PhantomData })
}

impl<M> Sheet<M> {
    /// What the file calls each field, for what is told of its rows later.
    pub fn titles(&self) -> Titles {
        Titles(match &self.form {
            Form::Table { columns, .. } => Some(columns.clone()),
            Form::Lines(_) => None,
        })
    }
}

/// The fields of a file as it calls them.
pub struct Titles(Option<Columns>);

impl Titles {
    /// The field's column in a table; elsewhere, and where it has none, the name of the contract.
    pub fn of(&self, field: String) -> String {
        self.0.as_ref().and_then(|columns| columns.title_of(&field)).unwrap_or(field)
    }
}

impl<M: Message + Default> Sheet<M> {
    /// The message of an object of which this is wrong already, and what was left out of it.
    fn message(
        &self,
        object: serde_json::Value,
        mut wrong: Vec<RowError>,
    ) -> Result<(M, Vec<RowError>), Vec<RowError>> {
        let read = match self.needed {
            None if wrong.is_empty() => proto_json::read(&self.message, &object)?,
            None => return Err(wrong),
            Some(needed) => {
                let (read, misfits) = proto_json::read_what_fits(&self.message, object)?;
                wrong.extend(misfits);
                if wrong.iter().any(|one| needed.contains(&one.field.as_str())) {
                    return Err(wrong);
                }
                read
            }
        };
        let read = read.transcode_to().map_err(|error| vec![RowError::new("line", error.to_string())])?;
        Ok((read, wrong))
    }
}

impl<M: Message + Default> Iterator for Sheet<M> {
    type Item = Result<Line<M>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, object, raw) = match &mut self.form {
            Form::Lines(lines) => {
                let line = match lines.next()? {
                    Ok(line) => line,
                    Err(error) => return Some(Err(error)),
                };
                let object = line.text.map_err(|error| vec![error]);
                let object = object.and_then(|text| proto_json::object(&text));
                (line.line, object.map(|object| (object, Vec::new())), line.raw)
            }
            Form::Table { records, columns } => {
                let place = format!("line {}", records.line());
                match records.next() {
                    Err(source) => return Some(Err(ReadError::Io { place, source })),
                    Ok(None) => return None,
                    Ok(Some(Record::Refused { line, raw, why })) => {
                        (line, Err(vec![RowError::new("line", why)]), raw_text(&raw))
                    }
                    Ok(Some(Record::Fields { line, fields, raw })) => {
                        (line, Ok(columns.object(&fields)), raw_text(&raw))
                    }
                }
            }
        };
        let read = object.and_then(|(object, wrong)| self.message(object, wrong));
        let (read, left_out) = match read {
            Ok((message, left_out)) => (Ok(message), left_out),
            Err(wrong) => (Err(wrong), Vec::new()),
        };
        Some(Ok(Line { line, read, left_out, raw }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use seamless_identifiers::visible;
    use seamless_proto::seamless::consignments::v1 as wire;

    use super::*;

    fn goods(file: &str) -> Vec<(u64, Result<wire::Consignment, Vec<RowError>>)> {
        let header = Header { aliases: &[("mrn", "movement_reference_number")], ..Header::default() };
        let sheet = open::<wire::Consignment>(Box::new(std::io::Cursor::new(file.to_owned())), header);
        sheet.unwrap().map(|line| line.unwrap()).map(|line| (line.line, line.read)).collect()
    }

    #[test]
    fn a_table_and_its_lines_of_json_say_the_same() {
        let table = "# of a story\nentry_point,arrival_time,mrn,containers,certificates,exporter.name,quantity,\
                     transport_mode,features.declarant,#note\n\
                     NLRTM,2026-11-21T10:00:00Z,26NL000396123456J3,CSQU3054383; TGHU1234567,\
                     cn-ciq-shanghai/C-1/2,\"Toys, Ltd\",12,air,broker 7,read by nobody\n";
        let lines = r#"{"entryPoint": "NLRTM", "arrivalTime": "2026-11-21T10:00:00Z",
            "movementReferenceNumber": "26NL000396123456J3", "containers": ["CSQU3054383", "TGHU1234567"],
            "certificates": [{"inspectionBody": "cn-ciq-shanghai", "certificateId": "C-1", "version": 2}],
            "exporter": {"name": "Toys, Ltd"}, "quantity": 12, "transportMode": "TRANSPORT_MODE_AIR",
            "features": {"declarant": "broker 7"}}"#;
        let (table, lines) = (goods(table), goods(&lines.replace('\n', " ")));
        assert_eq!((table.len(), table[0].0, lines[0].0), (1, 3, 1));
        assert_eq!(table[0].1.as_ref().unwrap(), lines[0].1.as_ref().unwrap());
    }

    #[test]
    fn what_does_not_fit_is_told_by_line_and_column_and_the_rest_goes_on() {
        let file = "entry_point,arrival_time,quantity,transport_mode\nNLRTM,tomorrow,,\nNLRTM,,many,\nNLRTM,,,boat\n\
                    NLRTM,,3,\nNLRTM,2\n";
        let told: Vec<(u64, String)> = goods(file)
            .into_iter()
            .map(|(line, read)| {
                (line, read.map_or_else(|wrong| wrong[0].field.clone(), |_| "right".to_owned()))
            })
            .collect();
        let told: Vec<(u64, &str)> = told.iter().map(|(line, field)| (*line, field.as_str())).collect();
        assert_eq!(
            told,
            [(2, "arrival_time"), (3, "quantity"), (4, "transport_mode"), (5, "right"), (6, "line")]
        );
        let unknown =
            open::<wire::Consignment>(Box::new(&b"entry_point,colour,exporter.hat\n"[..]), Header::default());
        let error = unknown.err().unwrap().to_string();
        assert!(error.contains("colour: there is no such column\n  exporter.hat: there"), "{error}");
    }

    #[test]
    fn barcodes_of_goods_are_read_whatever_stands_between_them_and_none_is_lost() {
        let (one, two) = ("06932173550102".to_owned(), "06932173550119".to_owned());
        let file = "entry_point;gtins\nNLRTM;6932173550102 and 693217355011-9\nNLRTM;\"6932173550102;6932173550119\"\n\
                    NLRTM;\u{202d}6932173550102\u{202c}\nNLRTM;N/A\nNLRTM;6932173550103\n";
        let read: Vec<_> = goods(file).into_iter().map(|(_, read)| read.map(|goods| goods.gtins)).collect();
        assert_eq!(
            read[..4],
            [Ok(vec![one.clone(), two.clone()]), Ok(vec![one.clone(), two]), Ok(vec![one]), Ok(vec![])]
        );
        assert_eq!(read[4].as_ref().unwrap_err()[0].field, "gtins");
    }

    #[test]
    fn goods_at_a_border_are_read_without_what_cannot_be_read_but_not_without_what_is_needed() {
        let header = Header { needed: Some(&["entry_point", "arrival_time"]), ..Header::default() };
        let read = |file: &str| {
            let file = Box::new(std::io::Cursor::new(file.to_owned()));
            let line = open::<wire::Consignment>(file, header).unwrap().next().unwrap().unwrap();
            let left_out: Vec<String> = line.left_out.into_iter().map(|one| one.field).collect();
            (line.read.map_err(|wrong| wrong.into_iter().map(|one| one.field).collect::<Vec<_>>()), left_out)
        };
        let arrives = wire::Consignment {
            entry_point: "NLRTM".to_owned(),
            gtins: vec!["06932173550102".to_owned()],
            exporter: Some(wire::Party { name: "Toys".to_owned(), ..Default::default() }),
            certificates: vec![wire::CertificateReference {
                inspection_body: "b".to_owned(),
                certificate_id: "C".to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let table = "entry_point,gtins,quantity,transport_mode,exporter.name,certificates\n\
                     NLRTM,6932173550102 6932173550103,many,boat,Toys,b/C\n";
        assert_eq!(
            read(table),
            (Ok(arrives.clone()), ["gtins", "transport_mode", "quantity"].map(str::to_owned).to_vec())
        );
        let line = r#"{"entryPoint": "NLRTM", "gtins": ["06932173550102"], "colour": "red", "quantity": "many",
            "exporter": {"name": "Toys", "eori": 7}, "certificates": [
            {"inspectionBody": "b", "certificateId": "C", "version": "x"}, "D"]}"#;
        let (goods, mut left_out) = read(&line.replace('\n', " "));
        left_out.sort_unstable();
        assert_eq!(goods, Ok(arrives));
        let wanted = ["certificates[0].version", "certificates[1]", "colour", "exporter.eori", "quantity"];
        assert_eq!(left_out, wanted);
        assert_eq!(
            read("entry_point,arrival_time,quantity\nNLRTM,tomorrow,many\n").0,
            Err(vec!["arrival_time".to_owned(), "quantity".to_owned()])
        );
    }

    #[test]
    fn what_is_no_table_is_refused_by_what_it_seems_to_be() {
        for (file, wanted) in [
            ("<html><body>Service unavailable</body></html>", "a web page"),
            ("", "an empty file"),
            ("[{\"entryPoint\": \"NLRTM\"}]", "a JSON array"),
            ("PK\u{3}\u{4}", "a workbook"),
            ("entry_point,arrival_time\nNLRTM,\0\u{1}\u{2}\n", "a binary file"),
        ] {
            let opened =
                open::<wire::Consignment>(Box::new(std::io::Cursor::new(file.to_owned())), Header::default());
            let error = opened.err().unwrap().to_string();
            assert!(error.contains(wanted), "{file}: {error}");
        }
    }

    #[test]
    fn a_header_that_lacks_a_column_or_gives_one_twice_is_refused_with_all_that_is_wrong() {
        const HEADER: Header = Header {
            aliases: &[("hs", "commodity_code")],
            required: &[&["entry_point"], &["arrival_time"], &["exporter.name", "parcel_id"]],
            needed: None,
        };
        let refused = |file: &str| {
            let opened = open::<wire::Consignment>(Box::new(std::io::Cursor::new(file.to_owned())), HEADER);
            opened.err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(
            refused(
                "entry_point,arrival_time,exporter.name,exporter.country_code,features.a,features.b,#hs,hs\n"
            ),
            ""
        );
        assert_eq!(refused("entry_point,arrival_time,parcel_id\n"), "");
        let said = refused("entry_point,hs,quantity,commodity_code,quantity,colour\nNLRTM,1,2,3,4,red\n");
        for wrong in [
            "commodity_code: wants one column for commodity_code; got hs (column 2) and commodity_code (column 4)",
            "quantity: wants one column; got it as columns 3 and 5",
            "colour: there is no such column",
            "arrival_time: is required\n",
            "exporter.name: is required (or parcel_id)",
            "the header names: entry_point, hs, quantity, commodity_code, quantity, colour",
        ] {
            assert!(said.contains(wrong), "{wrong}: {said}");
        }
        let whole = refused("entry_point,arrival_time,parcel_id,certificates,certificates.inspection_body\n");
        assert!(
            whole.contains("got certificates (column 4) and certificates.inspection_body (column 5)"),
            "{whole}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_are_read_or_refused_without_panic(
            head in prop_oneof![
                Just("entry_point,arrival_time,quantity,certificates,features.x\n"),
                Just("{\"entryPoint\":\"NLRTM\"}\n"),
                Just(""),
            ],
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..300),
                "[{}\\[\\]\"',:;#a-c0-9\n\r /]{0,200}".prop_map(String::into_bytes),
            ],
        ) {
            let file = [head.as_bytes(), &bytes].concat();
            let lines = file.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
            if let Ok(sheet) = open::<wire::Consignment>(Box::new(std::io::Cursor::new(file)), Header::default()) {
                let told: Vec<u64> = sheet.map(|line| line.unwrap().line).collect();
                prop_assert!(told.is_sorted() && told.last().is_none_or(|last| *last <= lines), "{told:?}");
            }
        }

        #[test]
        fn what_a_spreadsheet_quotes_is_what_was_meant(
            rows in prop::collection::vec(("[^\\p{C}]{0,20}", 0_u32..1_000_000, "[^\\p{C};]{0,10}"), 1..8),
            ends in prop_oneof![Just("\n"), Just("\r\n")],
            mark in prop_oneof![Just(""), Just("\u{feff}")],
        ) {
            let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let mut file = format!("{mark}description,quantity,models{ends}");
            for (description, quantity, model) in &rows {
                let models = cell(&format!("{model}; second"));
                file.push_str(&format!("{},{quantity},{models}{ends}", cell(description)));
            }
            let read = goods(&file);
            prop_assert_eq!(read.len(), rows.len());
            for ((_, read), (description, quantity, model)) in read.into_iter().zip(rows) {
                let (model, description) = (visible(&model), visible(&description));
                let models = [model.trim(), "second"].into_iter().filter(|model| !model.is_empty());
                let meant = wire::Consignment {
                    description: description.trim().to_owned(),
                    quantity: Some(f64::from(quantity)),
                    models: models.map(str::to_owned).collect(),
                    ..wire::Consignment::default()
                };
                prop_assert_eq!(read.unwrap(), meant);
            }
        }
    }
}
