//! Tokens in columns, for a reader.

use wire::management::Token;

const HEADINGS: [&str; 9] =
    ["ID", "NAME", "OWNER", "ROLE", "AREAS", "EXPIRES", "LAST USED", "FROM", "USER AGENT"];
/// Between two columns.
const GAP: &str = "  ";

/// A line of headings, and one for each token.
pub fn of(tokens: &[Token]) -> String {
    let rows: Vec<_> = std::iter::once(HEADINGS.map(str::to_owned)).chain(tokens.iter().map(row)).collect();
    let mut widths = [0; HEADINGS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; HEADINGS.len()]| {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join(GAP).trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn row(token: &Token) -> [String; HEADINGS.len()] {
    let or = |text: &Option<String>, otherwise: &str| text.as_deref().unwrap_or(otherwise).to_owned();
    let moment =
        |moment: &Option<String>| moment.as_deref().map_or_else(|| "never".to_owned(), to_the_second);
    let areas: Vec<_> = token.areas.0.iter().map(|(area, level)| format!("{area}={level}")).collect();
    [
        token.id.to_string(),
        token.name.clone(),
        token.owner.clone(),
        if token.global_administrator { format!("{}, global", token.role) } else { token.role.clone() },
        if areas.is_empty() { "-".to_owned() } else { areas.join(",") },
        moment(&token.expires_at),
        moment(&token.last_used_at),
        or(&token.last_used_from, "-"),
        or(&token.last_used_by, "-"),
    ]
}

/// A moment as the API writes it, without its milliseconds.
fn to_the_second(moment: &str) -> String {
    moment.split_once('.').map_or_else(|| moment.to_owned(), |(seconds, _)| format!("{seconds}Z"))
}

#[cfg(test)]
mod tests {
    use wire::management::AreaLevels;

    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        let token = Token {
            id: 1,
            name: "Überwachung".into(),
            owner: "ann".into(),
            role: "administrator".into(),
            areas: AreaLevels::default(),
            global_administrator: true,
            expires_at: None,
            last_used_at: None,
            last_used_by: None,
            last_used_from: None,
            created_by: "bootstrap".into(),
            created_at: "2027-01-15T08:00:00.000Z".into(),
        };
        let levels = [("devices", "manage"), ("cci", "view")];
        let other = Token {
            id: 20,
            name: "a".into(),
            role: "user".into(),
            areas: AreaLevels(levels.map(|(area, level)| (area.into(), level.into())).into()),
            global_administrator: false,
            expires_at: Some("2027-02-14T08:00:00.000Z".into()),
            last_used_at: Some("2027-01-15T08:00:01.250Z".into()),
            last_used_by: Some("Acme-sync-1.0 (linux)".into()),
            last_used_from: Some("192.0.2.7".into()),
            ..token.clone()
        };
        let expected = "\
ID  NAME         OWNER  ROLE                   AREAS                    EXPIRES               LAST USED             FROM       USER AGENT
1   Überwachung  ann    administrator, global  -                        never                 never                 -          -
20  a            ann    user                   cci=view,devices=manage  2027-02-14T08:00:00Z  2027-01-15T08:00:01Z  192.0.2.7  Acme-sync-1.0 (linux)";
        assert_eq!(of(&[token, other]), expected);
    }
}
