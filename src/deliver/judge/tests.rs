use super::*;

const HOLD: Policy = Policy { on_uncertain: OnUncertain::Hold, drops_copies_for: None, can_look_back: false };
const RESEND: Policy = Policy { on_uncertain: OnUncertain::Resend, drops_copies_for: None, can_look_back: false };
const SAME_KEY: Policy = Policy { drops_copies_for: Some(Duration::from_secs(120)), ..HOLD };
const LOOKS_BACK: Policy = Policy { can_look_back: true, ..SAME_KEY };
const FRESH: History = History { attempts: 0, doubt: None, age: Duration::ZERO, plainer: None };

fn transient() -> SendError {
    SendError::Transient { why: "500".into() }
}

fn refused() -> SendError {
    SendError::Refused { why: "bad entity".into() }
}

fn unwelcome() -> SendError {
    SendError::Unwelcome { why: "no photos here".into() }
}

fn no_answer() -> SendError {
    SendError::Unknown { why: "reset".into() }
}

/// A verdict in one line.
fn told(verdict: Verdict) -> String {
    match verdict {
        Verdict::Again(again) => format!(
            "again in {:?}{}{}{}",
            again.after,
            if again.counted { ", counted" } else { "" },
            if again.quiet { ", chat quiet" } else { "" },
            match again.doubt {
                Doubt::None => "",
                Doubt::SameKey => ", same key",
                Doubt::MayDouble => ", may double",
            }
        ),
        Verdict::Pause { wait, .. } => format!("bot pauses {wait:?}"),
        Verdict::Silence { .. } => "bot is silent".to_owned(),
        Verdict::Hold { .. } => "hold".to_owned(),
        Verdict::End { ending, .. } => format!("end: {ending:?}"),
        Verdict::StepDown { to, .. } => format!("step down: {to:?}"),
        Verdict::Move { to } => format!("move to {to}"),
    }
}

#[test]
fn each_error_has_its_verdict() {
    let seconds = Duration::from_secs;
    let limited = |scope| SendError::RateLimited { retry_after: seconds(7), scope };
    let later = |attempts| History { attempts, ..FRESH };
    let doubted = |doubt| History { doubt: Some(seconds(doubt)), attempts: 1, ..FRESH };
    let table = [
        (limited(Scope::Chat), FRESH, HOLD, "again in 7s, chat quiet"),
        (limited(Scope::Bot), FRESH, HOLD, "bot pauses 7s"),
        (transient(), FRESH, HOLD, "again in 2s, counted"),
        (transient(), later(3), HOLD, "again in 16s, counted"),
        (transient(), later(28), HOLD, "again in 900s, counted"),
        (transient(), later(29), HOLD, "end: Exhausted"),
        (transient(), History { attempts: 29, ..doubted(5) }, HOLD, "hold"),
        (no_answer(), FRESH, HOLD, "hold"),
        (no_answer(), FRESH, RESEND, "again in 2s, counted, may double"),
        (no_answer(), doubted(3), RESEND, "hold"),
        (no_answer(), FRESH, SAME_KEY, "again in 2s, counted, same key"),
        (no_answer(), doubted(100), SAME_KEY, "again in 4s, counted, same key"),
        (no_answer(), doubted(117), SAME_KEY, "hold"),
        (no_answer(), History { age: seconds(119), ..FRESH }, SAME_KEY, "hold"),
        (no_answer(), doubted(500), LOOKS_BACK, "again in 4s, counted, same key"),
        (no_answer(), History { attempts: 29, ..doubted(500) }, LOOKS_BACK, "hold"),
        (SendError::Gone { reason: "blocked".into() }, FRESH, HOLD, "end: Gone"),
        (SendError::Suspended { reason: "no rights".into() }, FRESH, HOLD, "end: Suspended"),
        (refused(), FRESH, HOLD, "end: Refused"),
        (refused(), History { plainer: Some(StepDown::Plainer(1)), ..FRESH }, HOLD, "step down: Plainer(1)"),
        (unwelcome(), FRESH, HOLD, "end: Suspended"),
        (unwelcome(), History { plainer: Some(StepDown::Plainer(1)), ..FRESH }, HOLD, "step down: Plainer(1)"),
        (SendError::Moved { to: ChatId("-100".into()) }, FRESH, HOLD, "move to -100"),
        (SendError::Fatal { why: "401".into() }, FRESH, HOLD, "bot is silent"),
    ];
    for (error, history, policy, expected) in table {
        assert_eq!(told(judge(&error, &history, &policy, 0.5)), expected, "{error} after {history:?}");
    }
}

#[test]
fn jitter_spreads_a_wait_by_a_fifth_either_way() {
    assert_eq!(wait(0, 0.0), FIRST_WAIT.mul_f64(0.8));
    assert!(wait(0, 0.999) < FIRST_WAIT.mul_f64(1.2));
    assert_eq!(wait(4_000_000_000, 0.5), LONGEST_WAIT);
}

#[test]
fn a_key_that_the_platform_has_forgotten_is_not_tried_again() {
    let doubted = |seconds| History { doubt: Some(Duration::from_secs(seconds)), ..FRESH };
    assert!(too_late(&doubted(120), &SAME_KEY));
    assert!(!too_late(&doubted(119), &SAME_KEY));
    // Where copies are not dropped, a second try is the operator's own wish.
    assert!(!too_late(&doubted(120), &RESEND));
}

#[test]
fn a_few_odd_chats_do_not_quarantine_what_others_take() {
    assert!(!is_unfit(Reception { refused: 2, served: 0 }));
    assert!(is_unfit(Reception { refused: 3, served: 0 }));
    assert!(is_unfit(Reception { refused: 3, served: 59 }));
    assert!(!is_unfit(Reception { refused: 3, served: 60 }));
}
