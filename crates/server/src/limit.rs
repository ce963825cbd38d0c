//! The limits that protect the server, as whoever watches it counts refusals.

/// A limit that a request was refused for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Bytes of one body.
    BodyBytes,
    /// Bytes of all bodies in memory.
    BodiesHeld,
    /// How long a body may take to come.
    BodyTime,
    /// How long an answer may take.
    AnswerTime,
    /// Commands that wait for one writer.
    WriterQueue,
    /// Reads that wait for their turn because they are heavy or of the past.
    Reads,
    /// What a site, or one record of it, may hold.
    Site,
    /// How fast the requests of a token may come.
    Pace,
}

impl Limit {
    /// Each at the place of its number.
    pub(crate) const ALL: [Self; 8] = [
        Self::BodyBytes,
        Self::BodiesHeld,
        Self::BodyTime,
        Self::AnswerTime,
        Self::WriterQueue,
        Self::Reads,
        Self::Site,
        Self::Pace,
    ];

    /// As the label says it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BodyBytes => "body_bytes",
            Self::BodiesHeld => "bodies_held",
            Self::BodyTime => "body_time",
            Self::AnswerTime => "answer_time",
            Self::WriterQueue => "writer_queue",
            Self::Reads => "reads",
            Self::Site => "site",
            Self::Pace => "pace",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_at_the_place_of_its_number() {
        for (place, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, place, "{limit:?}");
        }
    }
}
