//! The parameters of clientstatus, with the aliases that shipped clients send (netskope-v2 §9).

use domain::Error;
use site::queries::client_status::{Field, Order, Page, STATUS_KEYS_MAX, STATUS_ROWS_MAX, Window};
use site::queries::language::{Field as _, Query};

use crate::failure::Failure;
use crate::params::Params;

/// What a call asks for.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) window: Window,
    pub(super) query: Option<Query<Field>>,
    pub(super) page: Page,
    /// Empty: newest first.
    pub(super) orders: Vec<Order>,
    pub(super) shown: Shown,
}

/// What a row looks like.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The full record.
    Record,
    /// These fields, under the names by which they were asked for.
    Fields(Vec<(String, Field)>),
    /// A count for each combination of values. Groups come largest first, whatever order is asked for.
    Groups(Vec<Field>),
}

impl Search {
    /// Reads the parameters. `timeout` is ignored.
    ///
    /// # Errors
    /// Names the parameter or field that cannot be understood, after `syntax error: ` (netskope-v2 §3).
    pub(super) fn of(params: &Params) -> Result<Self, Failure> {
        Self::read(params).map_err(|failure| match failure {
            Failure::Refused(Error::Invalid(mut violations)) => {
                for violation in &mut violations {
                    violation.message.insert_str(0, "syntax error: ");
                }
                Error::Invalid(violations).into()
            }
            other => other,
        })
    }

    fn read(params: &Params) -> Result<Self, Failure> {
        let everything = Window::default();
        let window = Window {
            start_seconds: params.number("starttime")?.unwrap_or(everything.start_seconds),
            end_seconds: params.number("endtime")?.unwrap_or(everything.end_seconds),
        };
        let query = params.text("query").map(read_query).transpose()?;
        let limit = params.count("limit")?.unwrap_or(STATUS_ROWS_MAX).min(STATUS_ROWS_MAX);
        let page = Page { offset: params.count("offset")?.unwrap_or(0), limit };
        let orders = match (params.text("orderbys"), params.text("sortby")) {
            (Some(orders), _) => read_orders("orderbys", orders, None)?,
            (None, Some(orders)) => read_orders("sortby", orders, params.text("sortorder"))?,
            (None, None) => Vec::new(),
        };
        let groups = params.text("groupbys").map(|fields| ("groupbys", fields));
        let groups = groups.or_else(|| params.text("groupby").map(|fields| ("groupby", fields)));
        let shown = match (groups, params.text("fields")) {
            (Some((name, fields)), _) => {
                let mut groups = Vec::new();
                for (_, field) in read_fields(name, fields)? {
                    // Under another name it is the same field.
                    if !groups.contains(&field) {
                        groups.push(field);
                    }
                }
                within(name, groups.len())?;
                Shown::Groups(groups)
            }
            (None, Some(fields)) => Shown::Fields(read_fields("fields", fields)?),
            (None, None) => Shown::Record,
        };
        Ok(Self { window, query, page, orders, shown })
    }

    /// Whether the order is the one that needs no sorting by value.
    pub(super) fn newest_first(&self) -> bool {
        matches!(self.orders[..], [] | [Order { field: Field::Timestamp, descending: true }])
    }
}

fn read_query(text: &str) -> Result<Query<Field>, Failure> {
    Query::parse(text).map_err(|error| Error::invalid("query", "syntax", format!("query: {error}")).into())
}

fn read_fields(parameter: &str, text: &str) -> Result<Vec<(String, Field)>, Failure> {
    let mut fields: Vec<(String, Field)> = Vec::new();
    for name in items(text) {
        let field = read_field(parameter, name)?;
        if !fields.iter().any(|(known, _)| known == name) {
            fields.push((name.to_owned(), field));
        }
    }
    Ok(fields)
}

/// `field`, `field asc` or `field desc`, several with commas; `direction` is for those without one. A field named
/// again cannot change the order.
fn read_orders(parameter: &str, text: &str, direction: Option<&str>) -> Result<Vec<Order>, Failure> {
    let mut orders: Vec<Order> = Vec::new();
    for item in items(text) {
        let order = read_order(parameter, item, direction)?;
        if !orders.iter().any(|known| known.field == order.field) {
            orders.push(order);
        }
    }
    within(parameter, orders.len())?;
    Ok(orders)
}

/// By so many fields rows are ordered or grouped.
fn within(parameter: &str, fields: usize) -> Result<(), Failure> {
    if fields <= STATUS_KEYS_MAX {
        return Ok(());
    }
    let message = format!("{parameter}: has {fields} fields and may have {STATUS_KEYS_MAX}");
    Err(Error::invalid(parameter, "too_many_fields", message).into())
}

fn read_order(parameter: &str, item: &str, direction: Option<&str>) -> Result<Order, Failure> {
    let (name, own) =
        item.split_once(char::is_whitespace).map_or((item, None), |(name, own)| (name, Some(own)));
    let direction = own.map(str::trim).or(direction).unwrap_or("asc");
    let descending = match direction.to_ascii_lowercase().as_str() {
        "asc" => false,
        "desc" => true,
        _ => {
            let message = format!("{parameter}: {direction} must be asc or desc");
            return Err(Error::invalid(parameter, "direction", message).into());
        }
    };
    Ok(Order { field: read_field(parameter, name)?, descending })
}

fn read_field(parameter: &str, name: &str) -> Result<Field, Failure> {
    Field::named(name).ok_or_else(|| {
        let names = Field::ALL.iter().map(|field| field.full_name()).collect::<Vec<_>>().join(", ");
        let message = format!("{parameter}: {name} is no field; the fields are {names}");
        Error::invalid(parameter, "unknown_field", message).into()
    })
}

/// The items between commas, without the quotes that some clients put around a value.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.trim_matches('"').split(',').map(str::trim).filter(|item| !item.is_empty())
}
