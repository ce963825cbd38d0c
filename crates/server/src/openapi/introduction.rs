//! What the documents say before their operations.

use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths, ServerBuilder};

const NETSKOPE_V2: &str = include_str!("netskope-v2.md");
const NETSKOPE_V1: &str = include_str!("netskope-v1.md");
const ALLOYSCAN: &str = include_str!("alloyscan.md");
const FLEETMARK: &str = include_str!("fleetmark.md");

/// The Netskope v2 paths.
pub(super) fn netskope_v2() -> OpenApi {
    introduced("Fleetmark: Netskope v2", NETSKOPE_V2)
        .tags(Some([
            tag("classifications", "Labels that rules give to devices, from the strongest on."),
            tag("rules", "What must hold of a device for it to get a classification."),
            tag("device tags", "Marks that people and integrations put on devices."),
            tag("client status", "What is known of each device, and how it is classified."),
            tag("neighbours", "Calls beside these that integrations make."),
        ]))
        .build()
}

/// Netskope's REST API v1.
pub(super) fn netskope_v1() -> OpenApi {
    introduced("Fleetmark: Netskope REST API v1", NETSKOPE_V1)
        .tags(Some([
            tag("clients", "Machines with their users."),
            tag("events", "What people, integrations and devices did."),
        ]))
        .build()
}

/// The AlloyScan paths.
pub(super) fn alloyscan() -> OpenApi {
    introduced("Fleetmark: AlloyScan", ALLOYSCAN)
        .tags(Some([
            tag("tags", "The tag catalogue of the site."),
            tag("devices", "What is known of each device, now and in the past, and the tags on it."),
            tag(
                "segments",
                "Parts of the network, and the tags that devices get which are discovered on them.",
            ),
            tag("change log", "Who changed what, and what it was before; as a list and as it happens."),
        ]))
        .build()
}

/// Our own paths.
pub(super) fn fleetmark() -> OpenApi {
    introduced("Fleetmark", FLEETMARK)
        .tags(Some([
            tag("check-ins", "Devices report what they are."),
            tag("devices", "Why a device is what it is, and tags on many at once."),
            tag("tags", "One tag of two."),
            tag("rules", "What is wrong with rules, and what a change of them would do."),
            tag("segments", "Tags for the devices that are on a segment already."),
            tag("sites", "Sites and their settings."),
            tag("tokens", "Who may call."),
            tag(
                "app registrations",
                "Programs that fetch access tokens for themselves (OAuth 2.0, client credentials).",
            ),
            tag("health", "For whoever watches the process. No token is asked for."),
        ]))
        .build()
}

fn introduced(title: &str, description: &str) -> OpenApiBuilder {
    let mut licence = LicenseBuilder::new().name("Apache-2.0").build();
    licence.identifier = Some("Apache-2.0".to_owned());
    let info = InfoBuilder::new()
        .title(title)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(description.trim_end()))
        .license(Some(licence))
        .build();
    let server =
        ServerBuilder::new().url("/").description(Some("The server that serves this document.")).build();
    OpenApiBuilder::new().info(info).servers(Some([server])).paths(Paths::new())
}

fn tag(name: &str, description: &str) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}
