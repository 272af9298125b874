//! `criterion`, `good` and `policies`.

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::numbers;
use crate::format::suggest;
use crate::format::tree::{Node, Value};
use crate::mdp::Rational;
use crate::problem::{Criterion, Good, PolicyClass};

/// The longest horizon that is read: an unrolled model has this many copies of each state.
pub const LONGEST_HORIZON: usize = 1_000_000;

const CRITERIA: [&str; 3] = ["discounted", "total", "horizon"];
const GOODS: [&str; 2] = ["regret", "value"];

/// Reads `criterion`.
pub(crate) fn criterion(node: &Node, problems: &mut Problems) -> Option<Criterion> {
    let fields = Fields::of(node, "`criterion`", &CRITERIA, problems)?;
    let (key, node) = fields.only(&CRITERIA, problems)?;
    match key.name.as_str() {
        "discounted" => {
            let discount = numbers::rational(node, "the discount", problems)?;
            if discount > Rational::ZERO && discount < Rational::ONE {
                return Some(Criterion::Discounted(discount));
            }
            let message = format!("the discount {discount} is not strictly between 0 and 1");
            let hint = "for undiscounted problems write {\"total\": true} or {\"horizon\": n}";
            problems.error(&node.span, message, hint);
            None
        }
        "total" => match node.value {
            Value::Bool(true) => Some(Criterion::Total),
            Value::Bool(false) => {
                let hint = "write true, or another criterion: {\"discounted\": \"9/10\"} or {\"horizon\": n}";
                problems.error(&node.span, "`total` is false: then there is no criterion", hint);
                None
            }
            _ => {
                problems.expected(node, "true for `total`", "write {\"total\": true}");
                None
            }
        },
        "horizon" => numbers::count(node, "the horizon", LONGEST_HORIZON, problems).map(Criterion::Horizon),
        _ => None,
    }
}

/// Reads `good`.
pub(crate) fn good(node: &Node, problems: &mut Problems) -> Option<Good> {
    let fields = Fields::of(node, "`good`", &GOODS, problems)?;
    let (key, node) = fields.only(&GOODS, problems)?;
    match key.name.as_str() {
        "regret" => numbers::nonnegative(node, "the tolerated regret", "no policy has negative regret", problems)
            .map(Good::Regret),
        "value" => numbers::rational(node, "the value", problems).map(Good::Value),
        _ => None,
    }
}

/// Reads `policies`.
pub(crate) fn policies(node: &Node, problems: &mut Problems) -> Option<PolicyClass> {
    let text = fields::text(node, "`policies`", problems)?;
    match text {
        "deterministic" => Some(PolicyClass::Deterministic),
        "stationary" => Some(PolicyClass::Stationary),
        _ => {
            let hint = suggest::hint(text, ["deterministic", "stationary"], "policy classes");
            problems.error(&node.span, format!("unknown policy class `{text}`"), hint);
            None
        }
    }
}
