//! The filters of lists of devices (alloyscan, Devices), as parameters and as a member of a body: one vocabulary.

mod tags;

use domain::{ClassificationId, Os, SegmentId, Status, Timestamp, Violation};
use site::Site;
use site::queries::device_filter::DeviceFilter;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use wire::alloyscan::devices::FilteredDevices;

use crate::failure::Failure;
use crate::openapi::parameters::text;
use crate::params::{Params, no_moment, read_moment};
use crate::uuid_text::parsed_uuid;
use crate::violations::Violations;

/// Most values of one list.
const VALUES_MAX: usize = 256;
/// What asks for the devices that have nothing of a kind.
const NONE: &str = "none";

/// The filters as parameters of a list.
pub(super) enum Filters {}

impl IntoParams for Filters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            text(
                "q",
                "A part of the hostname, `nsdeviceuid`, user, serial number, hardware address or IP address.",
            ),
            text("type", "The type as the list shows it, in any case; of several with commas between, any."),
            text("os", "The operating system as check-ins say it; of several with commas between, any."),
            text("tag", "The id or the name of a tag that the devices carry."),
            text(
                "tags",
                "`any:`, `all:` or `none:` and then ids or names of tags with commas between; several such with `|` between.",
            ),
            text(
                "classification",
                "The name or the id of a classification, or `none`; of several with commas between, any.",
            ),
            text(
                "status",
                "`Managed`, `Unmanaged`, `Not Configured` or `Unknown`, in any case; of several with commas between, any.",
            ),
            text("segment", "The id or the name of the segment that the devices are on, or `none`."),
            text("seenAfter", "The devices checked in later than this: RFC 3339 or Unix seconds."),
            text(
                "seenBefore",
                "The devices have not checked in since before this, or never: RFC 3339 or Unix seconds.",
            ),
        ]
    }
}

/// As the parameters of a list say it, of what there is in `site`.
///
/// # Errors
/// Names the parameters that cannot be understood or name what does not exist.
pub(super) fn of_params(params: &Params, site: &Site) -> Result<DeviceFilter, Failure> {
    let of = |name| params.text(name).map(str::to_owned);
    let said = FilteredDevices {
        q: of("q"),
        kind: of("type"),
        os: of("os"),
        tag: of("tag"),
        tags: of("tags"),
        classification: of("classification"),
        status: of("status"),
        segment: of("segment"),
        seen_after: of("seenAfter"),
        seen_before: of("seenBefore"),
    };
    let mut wrong = Violations::default();
    let filter = read(&said, "", site, &mut wrong);
    wrong.finish()?;
    Ok(filter)
}

/// As a body says it; `path` is that of the object, with a point behind it. An empty text asks for nothing, as an absent
/// one.
pub(in crate::dialects) fn read(
    said: &FilteredDevices,
    path: &str,
    site: &Site,
    wrong: &mut Violations,
) -> DeviceFilter {
    let mut reader = Reader { path, site, wrong };
    let search = some(&said.q).map(str::to_owned);
    let (kinds, systems) = (reader.systems("type", &said.kind), reader.systems("os", &said.os));
    let systems = match (kinds, systems) {
        (Some(kinds), Some(systems)) => Some(kinds.into_iter().filter(|os| systems.contains(os)).collect()),
        (kinds, systems) => kinds.or(systems),
    };
    DeviceFilter {
        search,
        systems,
        statuses: reader.statuses(&said.status),
        classifications: reader.classifications(&said.classification),
        tags: tags::read(&mut reader, said),
        segment: reader.segment(&said.segment),
        seen_after: reader.moment("seenAfter", &said.seen_after),
        seen_before: reader.moment("seenBefore", &said.seen_before),
    }
}

/// Reads what is said against what there is.
struct Reader<'r> {
    path: &'r str,
    site: &'r Site,
    wrong: &'r mut Violations,
}

impl Reader<'_> {
    fn refuse(&mut self, name: &str, code: &'static str, must: &str) {
        let field = format!("{}{name}", self.path);
        let message = format!("{field} must {must}");
        self.wrong.push(Violation::new(field, code, message));
    }

    /// What each part of a list is read as; `refused` are the code and the words of a refusal.
    fn list<T>(
        &mut self,
        name: &str,
        said: &Option<String>,
        refused: (&'static str, &str),
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let said = some(said)?;
        if said.split(',').count() > VALUES_MAX {
            self.refuse(name, "too_many", &format!("list at most {VALUES_MAX} values"));
            return None;
        }
        let parts = said.split(',').map(str::trim).map(|part| read(part).ok_or(part));
        match parts.collect::<Result<Vec<_>, _>>() {
            Ok(values) => Some(values),
            Err(part) => {
                let (code, must) = refused;
                self.refuse(name, code, &format!("{must}, not {part:?}"));
                None
            }
        }
    }

    fn systems(&mut self, name: &str, said: &Option<String>) -> Option<Vec<Os>> {
        let named = |part: &str| {
            let is =
                |os: &Os| [os.name(), os.display_name()].iter().any(|name| name.eq_ignore_ascii_case(part));
            Os::ALL.into_iter().find(is)
        };
        let must = format!(
            "be one of {}",
            Os::ALL.map(if name == "os" { Os::name } else { Os::display_name }).join(", ")
        );
        self.list(name, said, ("unknown_os", &must), named)
    }

    fn statuses(&mut self, said: &Option<String>) -> Option<Vec<Status>> {
        let named =
            |part: &str| Status::ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(part));
        let must = format!("be one of {}", Status::ALL.map(Status::name).join(", "));
        self.list("status", said, ("unknown_status", &must), named)
    }

    fn classifications(&mut self, said: &Option<String>) -> Option<Vec<Option<ClassificationId>>> {
        let known = &self.site.catalogue.classifications;
        let named = |part: &str| {
            let by_id = || known.get(ClassificationId(part.parse().ok()?)).map(|(_, found)| found);
            let found = known.named(part).or_else(by_id).map(|found| found.id);
            found.map(Some).or_else(|| part.eq_ignore_ascii_case(NONE).then_some(None))
        };
        let must = "be names or ids of classifications, or none";
        self.list("classification", said, ("unknown_classification", must), named)
    }

    fn segment(&mut self, said: &Option<String>) -> Option<Option<SegmentId>> {
        let (said, site) = (some(said)?, self.site);
        let by_id = parsed_uuid(said).and_then(|id| site.segment(id));
        let found = by_id.or_else(|| site.catalogue.segments.named(said)).map(|found| found.id);
        if found.is_none() && !said.eq_ignore_ascii_case(NONE) {
            let must = format!("be the id or the name of a segment of this site, or none, not {said:?}");
            self.refuse("segment", "unknown_segment", &must);
            return None;
        }
        Some(found)
    }

    fn moment(&mut self, name: &str, said: &Option<String>) -> Option<Timestamp> {
        let moment = read_moment(some(said)?);
        if moment.is_none() {
            self.wrong.push(no_moment(&format!("{}{name}", self.path)));
        }
        moment
    }
}

/// What is said, unless it is nothing.
fn some(said: &Option<String>) -> Option<&str> {
    said.as_deref().map(str::trim).filter(|said| !said.is_empty())
}
