//! Valid files.

use crate::format::read;
use crate::mdp::Rational;

pub(crate) const LAVA: &str = r#"{ "format": "lavaproof-model/1",
  "name": "lava quibble",
  "criterion": { "discounted": "9/10" },
  "states": ["g", "l", "end", "burnt"],
  "absorbing": ["end", "burnt"],
  "choices": [
    { "state": "g", "action": "go",     "to": { "end": "1" },   "rewards": { "specified": "10",  "intended": "10" } },
    { "state": "l", "action": "around", "to": { "end": "1" },   "rewards": { "specified": "10",  "intended": "10" } },
    { "state": "l", "action": "lava",   "to": { "burnt": "1" }, "rewards": { "specified": "100", "intended": "-100" } } ],
  "labels": { "lava": ["burnt"] },
  "situations": ["g", "l"],
  "train":  { "g": "1" },
  "deploy": { "point": { "g": "1/2", "l": "1/2" } },
  "catastrophe": { "label": "lava", "tolerance": "0" },
  "good": { "regret": "0" },
  "learner": { "epsilon": "0" },
  "expect": { "shah-behavioural.outer": "holds", "wentworth.outer": "fails" } }
"#;

#[test]
fn the_lava_quibble_is_read() {
    let file = read("lava.json", LAVA).unwrap_or_else(|report| panic!("{}", report.plain()));
    assert_eq!(file.problem.name, "lava quibble");
    assert_eq!((file.problem.mdp.states(), file.problem.mdp.choices()), (4, 3));
    assert_eq!(file.problem.intended[2], Rational::from(-100));
    assert_eq!(file.expect.len(), 2);
}
