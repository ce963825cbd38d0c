use axum::body::to_bytes;
use http_body_util::BodyExt;
use node::Turns;

use super::*;

/// Rows of one number each, some at a time; fails after `fails_at`.
struct Numbers {
    next: u32,
    end: u32,
    fails_at: u32,
}

impl Rows for Numbers {
    async fn write(&mut self, csv: &mut Csv) -> Result<bool, Failure> {
        for _ in 0..1000 {
            if self.next == self.fails_at {
                return Err(Failure::Internal);
            }
            if self.next == self.end {
                return Ok(false);
            }
            csv.row([self.next.to_string()]);
            self.next += 1;
        }
        Ok(true)
    }
}

async fn answered(turns: &Turns, end: u32, fails_at: u32) -> Result<Response, Failure> {
    answer("numbers.csv", &["number"], Numbers { next: 0, end, fails_at }, turns.take().await?).await
}

#[tokio::test]
async fn all_rows_come_in_order() {
    let turns = Turns::new(1, 0);
    for end in [0, 1, 999, 1000, 1001, 300_000] {
        let response = answered(&turns, end, u32::MAX).await.unwrap();
        assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
        let text =
            String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().into()).unwrap();
        let mut lines = text.split_terminator("\r\n");
        assert_eq!(lines.next(), Some("number"));
        assert!(lines.eq((0..end).map(|number| number.to_string())), "{end}");
    }
}

#[tokio::test]
async fn what_fails_at_once_is_the_answer_and_what_fails_later_breaks_off() {
    let turns = Turns::new(1, 0);
    assert!(answered(&turns, 300_000, 0).await.is_err());
    let response = answered(&turns, 300_000, 200_000).await.unwrap();
    assert!(to_bytes(response.into_body(), usize::MAX).await.is_err());
}

#[tokio::test]
async fn a_turn_lasts_until_the_answer_was_sent_or_its_client_has_left() {
    let turns = Turns::new(1, 0);
    let mut response = answered(&turns, 300_000, u32::MAX).await.unwrap();
    assert!(turns.take().await.is_err(), "the first still goes on");
    response.body_mut().frame().await.unwrap().unwrap();
    drop(response);
    while turns.take().await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_takes_too_long_is_cut_off() {
    let turns = Turns::new(1, 0);
    let response = answered(&turns, 300_000, u32::MAX).await.unwrap();
    tokio::time::sleep(2 * ANSWER_MAX).await;
    assert!(to_bytes(response.into_body(), usize::MAX).await.is_err());
}
