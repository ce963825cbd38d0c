//! The forms of this dialect's bodies.

use serde::Deserialize;
use serde_json::value::RawValue;
use wire::alloyscan::tags::NamedTag;
use wire::app_registrations::{NewAppRegistration, PatchAppRegistration};
use wire::bulk_tags::{BulkTags, MergeTag};
use wire::management::{NewToken, PatchToken};
use wire::preview::Drafts;
use wire::sites::{NewSite, PatchMaintenance, PatchSite};

use crate::shape::{Member, Shape, Shaped, optional, required};

/// Check-ins whose items are not read yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnreadCheckIns<'a> {
    #[serde(borrow)]
    pub(super) checkins: Vec<&'a RawValue>,
}

const CHECK_INS: Shape = Shape::Object(&[required("checkins", Shape::List(&Shape::Any))]);

impl Shaped for UnreadCheckIns<'_> {
    const SHAPE: Shape = CHECK_INS;
}

impl Shaped for NewToken {
    const SHAPE: Shape = Shape::Object(&[
        required("name", Shape::Text),
        optional("owner", Shape::Text),
        required("role", Shape::Text),
        optional("areas", Shape::Any),
        optional("globalAdministrator", Shape::Truth),
        optional("expiresAt", Shape::Text),
        optional("expiresIn", Shape::Text),
    ]);
}

impl Shaped for PatchToken {
    const SHAPE: Shape = Shape::Object(&[
        optional("name", Shape::Text),
        optional("owner", Shape::Text),
        optional("role", Shape::Text),
        optional("areas", Shape::Any),
        optional("globalAdministrator", Shape::Truth),
        optional("expiresAt", Shape::Text),
        optional("expiresIn", Shape::Text),
    ]);
}

impl Shaped for NewAppRegistration {
    const SHAPE: Shape = Shape::Object(&[
        required("name", Shape::Text),
        optional("owner", Shape::Text),
        optional("role", Shape::Text),
        optional("areas", Shape::Any),
        optional("expiresAt", Shape::Text),
        optional("expiresIn", Shape::Text),
        optional("enabled", Shape::Truth),
    ]);
}

impl Shaped for PatchAppRegistration {
    const SHAPE: Shape = Shape::Object(&[
        optional("name", Shape::Text),
        optional("owner", Shape::Text),
        optional("role", Shape::Text),
        optional("areas", Shape::Any),
        optional("expiresAt", Shape::Text),
        optional("expiresIn", Shape::Text),
        optional("enabled", Shape::Truth),
    ]);
}

impl Shaped for NewSite {
    const SHAPE: Shape = Shape::Object(&[required("name", Shape::Text)]);
}

impl Shaped for PatchMaintenance {
    const SHAPE: Shape = Shape::Object(&[
        optional("on", Shape::Truth),
        optional("message", Shape::Text),
        optional("retryAfter", Shape::Number),
    ]);
}

const PACE: Shape = Shape::Object(&[
    optional("atOnce", Shape::Number),
    optional("waiting", Shape::Number),
    optional("seconds", Shape::Number),
]);

impl Shaped for PatchSite {
    const SHAPE: Shape = Shape::Object(&[optional(
        "settings",
        Shape::Object(&[
            optional("retention", Shape::Text),
            optional("factMaxAge", Shape::Text),
            optional("auditAgents", Shape::Object(&[optional("autoTagId", Shape::Text)])),
            optional("requireUserAgent", Shape::Truth),
            optional("movedTo", Shape::Text),
            optional("maintenance", PatchMaintenance::SHAPE),
            optional(
                "limits",
                Shape::Object(&[
                    optional("tags", Shape::Number),
                    optional(
                        "tagsPerDevice",
                        Shape::Object(&[
                            optional("netskope", Shape::Number),
                            optional("alloyscan", Shape::Number),
                        ]),
                    ),
                    optional("classifications", Shape::Number),
                    optional("rules", Shape::Number),
                ]),
            ),
            optional(
                "pacing",
                Shape::Object(&[
                    optional("netskopeV1", PACE),
                    optional("netskopeV2", PACE),
                    optional("alloyscan", PACE),
                ]),
            ),
        ]),
    )]);
}

const NAMED_TAG: Shape = NamedTag::SHAPE;

const FILTER: [Member; 10] = [
    optional("q", Shape::Text),
    optional("type", Shape::Text),
    optional("os", Shape::Text),
    optional("tag", Shape::Text),
    optional("tags", Shape::Text),
    optional("classification", Shape::Text),
    optional("status", Shape::Text),
    optional("segment", Shape::Text),
    optional("seenAfter", Shape::Text),
    optional("seenBefore", Shape::Text),
];

impl Shaped for BulkTags {
    const SHAPE: Shape = Shape::Object(&[
        optional("add", Shape::List(&NAMED_TAG)),
        optional("remove", Shape::List(&NAMED_TAG)),
        optional(
            "devices",
            Shape::List(&Shape::Object(&[
                optional("id", Shape::Text),
                optional("nsdeviceuid", Shape::Text),
                optional("userkey", Shape::Text),
            ])),
        ),
        optional("filter", Shape::Object(&FILTER)),
        optional("source", Shape::Text),
        optional("expiresAt", Shape::Text),
        optional("expiresIn", Shape::Text),
    ]);
}

impl Shaped for MergeTag {
    const SHAPE: Shape = Shape::Object(&[required("into", Shape::Text)]);
}

const DRAFT: Shape = Shape::Object(&[
    optional("id", Shape::Number),
    optional("delete", Shape::Number),
    optional("priority", Shape::Object(&[required("id", Shape::Number), required("to", Shape::Number)])),
    optional("name", Shape::Text),
    optional("label", Shape::Text),
    optional("os", Shape::Text),
    optional("conditions", Shape::Any),
]);

impl Shaped for Drafts<'_> {
    const SHAPE: Shape = Shape::OneOrList(&DRAFT);
}
