//! The forms of this dialect's bodies.

use wire::netskope_v2::{
    Bulk, GetTags, NewClassification, NewDeviceTag, NewRule, PatchClassification, PatchDeviceTag, PatchRule,
    PutClassification,
};

use crate::shape::{Shape, Shaped, optional, required};

const NAMED_DEVICE: Shape = Shape::Object(&[
    required("nsdeviceuid", Shape::Text),
    optional("userkey", Shape::Text),
    optional("hostname", Shape::Text),
]);

impl Shaped for NewClassification<'_> {
    const SHAPE: Shape =
        Shape::Object(&[required("name", Shape::Text), optional("description", Shape::Text)]);
}

impl Shaped for PutClassification<'_> {
    const SHAPE: Shape =
        Shape::Object(&[required("name", Shape::Text), required("description", Shape::OrNull(&Shape::Text))]);
}

impl Shaped for PatchClassification<'_> {
    const SHAPE: Shape = Shape::Object(&[
        optional("name", Shape::Text),
        optional("description", Shape::Text),
        optional("priority", Shape::Number),
    ]);
}

impl Shaped for NewRule<'_> {
    const SHAPE: Shape = Shape::Object(&[
        required("name", Shape::Text),
        required("label", Shape::Text),
        required("os", Shape::Text),
        required("conditions", Shape::Any),
    ]);
}

impl Shaped for PatchRule<'_> {
    const SHAPE: Shape = Shape::Object(&[
        optional("name", Shape::Text),
        optional("label", Shape::Text),
        optional("os", Shape::Text),
        optional("conditions", Shape::Any),
    ]);
}

impl Shaped for NewDeviceTag<'_> {
    const SHAPE: Shape =
        Shape::Object(&[required("name", Shape::Text), optional("description", Shape::Text)]);
}

impl Shaped for PatchDeviceTag<'_> {
    const SHAPE: Shape =
        Shape::Object(&[optional("name", Shape::Text), optional("description", Shape::Text)]);
}

impl Shaped for GetTags<'_> {
    const SHAPE: Shape = Shape::Object(&[
        optional("id", Shape::Number),
        optional("name", Shape::Text),
        optional("devices", Shape::List(&NAMED_DEVICE)),
        optional("device_id", Shape::Text),
        optional("offset", Shape::Number),
        optional("limit", Shape::Number),
    ]);
}

impl Shaped for Bulk<'_> {
    const SHAPE: Shape = Shape::Object(&[
        required("tags", Shape::List(&Shape::Number)),
        required("devices", Shape::List(&NAMED_DEVICE)),
        optional("device_classifications", Shape::List(&Shape::Number)),
    ]);
}
