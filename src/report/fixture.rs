//! Small models with answers filled in by hand, for the tests of the reporters.

use std::sync::Arc;

use crate::decomposition::{Answer, Examined, Half, Path, Reading, Status, Step, Witness};
use crate::mdp::{
    BuiltMdp, Distribution, MdpBuilder, Observation, Policy, Rational, Reward, StateId, StateSet, Value, parse_rational,
};
use crate::problem::{
    Board, Catastrophe, Cell, Criterion, DeploymentSet, Good, Learner, Level, Problem, ProblemParts, unroll,
};
use crate::report::{CheckReport, CheckedModel, Citation, Comparison, UnreadableFile};

/// Every model, a file that could not be read, and a citation.
pub(super) fn report() -> CheckReport {
    CheckReport {
        models: vec![lava(), tie(), gridworld(), horizon()],
        unreadable: vec![UnreadableFile {
            file: "models/broken <1>.toml".to_owned(),
            messages: vec![
                "probabilities of action `go` in state `a` sum to 19/20, not 1".to_owned(),
                "state `c` has no choice and is not listed as absorbing".to_owned(),
            ],
        }],
        citations: vec![Citation {
            decomposition: "wentworth".to_owned(),
            text: "John Wentworth, a comment on the outer and inner halves of alignment".to_owned(),
        }],
        timings: None,
    }
}

/// A report on one model.
pub(super) fn only(model: CheckedModel) -> CheckReport {
    CheckReport { models: vec![model], ..CheckReport::default() }
}

/// The one-step lava problem: training never meets `l`, where the specified reward prefers the lava.
pub(super) fn lava() -> CheckedModel {
    let problem = OneStep {
        name: "lava quibble",
        situations: &[
            ("g", &[("go", "10", "10", "end")]),
            ("l", &[("around", "10", "10", "end"), ("lava", "100", "-100", "burnt")]),
        ],
        train: &[("g", "1")],
        deploy: &[("g", "1/2"), ("l", "1/2")],
        catastrophe: Some("burnt"),
        criterion: Criterion::Discounted(number("9/10")),
    }
    .problem();
    let into_lava = witness(&problem, &[("g", "1/2"), ("l", "1/2")], "lava", ["-45", "10"], Some("1/2"));
    let at_l = witness(&problem, &[("l", "1")], "lava", ["-100", "10"], Some("1"));
    let unsafe_there = Witness { value: None, best: None, ..into_lava.clone() };
    let no_features = Some("the model declares no features");
    use Half::{Goal, Inner, Outer};
    use Reading::{Exists, Forall};
    use Status::{Fails, Holds, NotApplicable, Unknown};
    let answers = vec![
        answer("wentworth", Outer, Forall, Fails, None, Some(into_lava.clone())),
        answer("wentworth", Outer, Exists, Fails, None, Some(into_lava.clone())),
        answer(
            "wentworth",
            Inner,
            Forall,
            Fails,
            None,
            Some(witness(&problem, &[("g", "1/2"), ("l", "1/2")], "around", ["10", "55"], Some("0"))),
        ),
        answer("wentworth", Inner, Exists, Holds, None, None),
        answer("wentworth", Goal, Forall, Fails, None, Some(into_lava.clone())),
        answer("wentworth", Goal, Exists, Holds, None, None),
        answer("shah-catastrophe", Outer, Forall, Holds, None, None),
        answer("shah-catastrophe", Inner, Forall, Fails, None, Some(unsafe_there)),
        answer("shah-catastrophe", Goal, Forall, Unknown, Some("the search stopped after 10 s"), None),
        answer("quibble", Outer, Forall, Holds, None, None),
        answer("quibble", Inner, Forall, Fails, Some("training never visits `l`"), Some(at_l)),
        answer("mesa", Outer, Forall, Fails, None, Some(into_lava)),
        answer("mesa", Inner, Forall, NotApplicable, no_features, None),
        answer("mesa", Goal, Forall, NotApplicable, no_features, None),
    ];
    let expectations = vec![
        compare("shah-catastrophe.outer", Holds, Some(Holds), 40),
        compare("wentworth.outer", Fails, Some(Fails), 41),
    ];
    CheckedModel { expectations, ..checked("models/lava.toml", problem, answers) }
}

/// A tie in training, and expectations that are not met.
pub(super) fn tie() -> CheckedModel {
    let problem = OneStep {
        name: "tie",
        situations: &[("s", &[("a", "0", "1", "end"), ("b", "0", "0", "end")])],
        train: &[("s", "1")],
        deploy: &[("s", "1")],
        catastrophe: None,
        criterion: Criterion::Discounted(number("1/2")),
    }
    .problem();
    let mut shown = witness(&problem, &[("s", "1")], "b", ["0", "355/113000007"], None);
    shown.path = None;
    let none = Some("no catastrophe is declared");
    use Half::{Goal, Inner, Outer};
    use Reading::{Exists, Forall, Given};
    use Status::{Fails, Holds, NotApplicable};
    let answers = vec![
        answer("shah-behavioural", Outer, Forall, Fails, None, Some(shown.clone())),
        answer("shah-behavioural", Outer, Exists, Holds, None, None),
        answer("shah-behavioural", Inner, Given, Fails, None, Some(shown.clone())),
        answer("shah-behavioural", Goal, Given, Fails, None, Some(shown)),
        answer("quibble-safe", Inner, Given, NotApplicable, none, None),
        answer("quibble-safe", Goal, Given, NotApplicable, none, None),
    ];
    let expectations = vec![
        compare("shah-behavioural.outer", Fails, Some(Fails), 12),
        compare("shah-behavioural.outer[exists]", Fails, Some(Holds), 13),
        compare("shah-behavioral.goal", Fails, None, 14),
    ];
    CheckedModel { expectations, ..checked("models/tie.json", problem, answers) }
}

/// Two maps; the policy learnt on the first walks straight into the lava of the second.
pub(super) fn gridworld() -> CheckedModel {
    let maps: [(&str, &[&str]); 2] = [
        ("train", &["#######", "#A...G#", "#..d..#", "#######"]),
        ("lava", &["#######", "#A.~.G#", "#..~..#", "#..dd.#", "#######"]),
    ];
    let mut builder = MdpBuilder::default();
    let mut levels = Vec::new();
    let mut lava = Vec::new();
    for (name, rows) in maps {
        let cells = rows.iter().enumerate().map(|(row, line)| {
            let cell = |(column, glyph): (usize, char)| {
                let terrain = match glyph {
                    '#' => "wall",
                    '~' => "lava",
                    'G' => "goal",
                    'd' => "dirt",
                    'A' => "start",
                    _ => "floor",
                };
                let wall = glyph == '#';
                let states = if wall { Vec::new() } else { vec![builder.state(&format!("{name}_r{row}c{column}"))] };
                if matches!(glyph, '~' | 'G') {
                    states.iter().for_each(|&state| builder.absorbing(state));
                }
                if glyph == '~' {
                    lava.extend(&states);
                }
                Cell { glyph, terrain: terrain.to_owned(), wall, states }
            };
            line.chars().enumerate().map(cell).collect()
        });
        let rows = cells.collect();
        levels.push(Level { name: name.to_owned(), rows });
    }
    for cells in levels.iter().map(|level| &level.rows) {
        for (row, line) in cells.iter().enumerate() {
            for (column, cell) in line.iter().enumerate().filter(|(_, cell)| !matches!(cell.glyph, '#' | '~' | 'G')) {
                let targets = [
                    ("up", row - 1, column),
                    ("down", row + 1, column),
                    ("left", row, column - 1),
                    ("right", row, column + 1),
                ];
                for (action, row, column) in targets {
                    let target = cells[row][column].states.first().unwrap_or(&cell.states[0]);
                    builder.choice(cell.states[0], action, [(*target, Rational::ONE)]);
                }
            }
        }
    }
    let BuiltMdp { mdp, .. } = builder.build().expect("a valid model");
    let rewards = vec![Rational::ZERO; mdp.choices()];
    let start = |name: &str| mdp.state_named(name).expect("a start");
    let (here, there) = (start("train_r1c1"), start("lava_r1c1"));
    let problem = Problem::new(ProblemParts {
        name: "lava walk".to_owned(),
        criterion: Criterion::Discounted(number("19/20")),
        specified: rewards.clone(),
        intended: rewards,
        labels: Vec::new(),
        situations: vec![here, there],
        train: Distribution::point(here),
        deploy: DeploymentSet::Over(vec![here, there]),
        observations: None,
        catastrophe: Some(Catastrophe {
            label: "lava".to_owned(),
            states: lava.iter().copied().collect(),
            tolerance: Rational::ZERO,
        }),
        good: Good::Regret(Rational::ZERO),
        learner: Learner { epsilon: Rational::ZERO, given: None },
        policies: None,
        features: Vec::new(),
        mdp,
    })
    .expect("a valid problem");
    let follow = |turns: &[(&str, &str)]| {
        let mdp = &problem.mdp;
        let choice = |state: StateId| {
            let turn = turns.iter().find(|(name, _)| mdp.state_name(state) == *name).map_or("right", |turn| turn.1);
            mdp.choice_named(state, turn)
        };
        Policy::new((0..mdp.states()).map(choice).collect())
    };
    let somewhere = Distribution::point(here).mixed_with(&Distribution::point(there));
    let straight = Witness {
        distribution: Some(somewhere),
        reach: Some(number("1/2")),
        ..walk(&problem, there, &follow(&[]), [number("-100"), number("857375") / number("1000000")])
    };
    let turns = [("lava_r1c2", "down"), ("lava_r2c2", "down"), ("lava_r3c4", "up"), ("lava_r2c4", "up")];
    let around = walk(&problem, there, &follow(&turns), [number("1e60") / number("3"), number("1e60") / number("7")]);
    use Half::{Goal, Inner, Outer};
    use Reading::{Exists, Forall};
    use Status::{Fails, Holds};
    let answers = vec![
        answer("wentworth", Outer, Forall, Holds, None, None),
        answer("wentworth", Inner, Forall, Fails, None, Some(straight.clone())),
        answer("wentworth", Goal, Forall, Fails, None, Some(straight.clone())),
        answer("quibble-safe", Outer, Forall, Holds, None, None),
        answer("quibble-safe", Inner, Forall, Fails, None, Some(straight.clone())),
        answer("quibble-safe", Inner, Exists, Holds, None, Some(around)),
        answer("quibble-safe", Goal, Forall, Fails, None, Some(straight)),
    ];
    let board = Some(Board { levels });
    let source = Some("a gridworld in the manner of AI Safety Gridworlds".to_owned());
    let description = Some("training has no lava, so walking straight is optimal there".to_owned());
    CheckedModel { board, source, description, ..checked("models/walk.toml", problem, answers) }
}

/// Two steps, what is seen aliased: witnesses speak of the unrolled problem.
pub(super) fn horizon() -> CheckedModel {
    let file = OneStep {
        name: "two steps",
        situations: &[
            ("x", &[("safe", "0", "1", "y"), ("risk", "1", "0", "y")]),
            ("y", &[("safe", "0", "1", "x"), ("risk", "1", "0", "x")]),
        ],
        train: &[("x", "1")],
        deploy: &[("x", "1/3"), ("y", "2/3")],
        catastrophe: None,
        criterion: Criterion::Horizon(2),
    }
    .problem();
    let mut parts = file.into_parts();
    let seen: Vec<_> = ["x", "y"].map(|_| Some("fog".to_owned())).to_vec();
    parts.observations = Some(Observation::new(&parts.mdp, &seen).expect("they offer the same"));
    let file = Problem::new(parts).expect("a valid problem");
    let unrolled = unroll(&file).expect("a finite horizon");
    let shown = witness(&unrolled.problem, &[("x@0", "1/3"), ("y@0", "2/3")], "risk", ["0", "2"], None);
    let answers = vec![answer("wentworth", Half::Outer, Reading::Forall, Status::Fails, None, Some(shown))];
    let checked = checked("models/two-steps.toml", unrolled.problem, answers);
    CheckedModel {
        problem: Arc::new(file),
        examined: Examined { origin: Some(unrolled.origin), ..checked.examined },
        ..checked
    }
}

/// Names that are longer than most terminals are wide.
pub(super) fn long_names() -> CheckedModel {
    let mut model = tie();
    let long = "a-definition-of-our-own-with-a-name-that-nobody-would-want-to-type-more-than-once-in-a-lifetime";
    let mut parts = Problem::clone(&model.problem).into_parts();
    parts.name = format!("{long} <&> \"quoted\" | piped");
    model.problem = Arc::new(Problem::new(parts).expect("still valid"));
    model.file = format!("models/{}.toml", long.replace('-', "/"));
    for answer in &mut model.examined.answers {
        answer.decomposition = format!("{long}-{}", answer.decomposition);
    }
    model
}

/// States with choices `(action, specified reward, intended reward, successor)`.
type Offers<'a> = &'a [(&'a str, &'a [(&'a str, &'a str, &'a str, &'a str)])];

struct OneStep<'a> {
    name: &'a str,
    situations: Offers<'a>,
    train: &'a [(&'a str, &'a str)],
    deploy: &'a [(&'a str, &'a str)],
    catastrophe: Option<&'a str>,
    criterion: Criterion,
}

impl OneStep<'_> {
    fn problem(self) -> Problem {
        let mut builder = MdpBuilder::default();
        let situations: Vec<_> = self.situations.iter().map(|(name, _)| builder.state(name)).collect();
        let (mut specified, mut intended) = (Reward::new(), Reward::new());
        for (&state, (_, offers)) in situations.iter().zip(self.situations) {
            for (action, wanted, meant, successor) in *offers {
                let target = builder.state_named(successor).unwrap_or_else(|| builder.state(successor));
                if !situations.contains(&target) {
                    builder.absorbing(target);
                }
                builder.choice(state, action, [(target, Rational::ONE)]);
                specified.push(number(wanted));
                intended.push(number(meant));
            }
        }
        let BuiltMdp { mdp, .. } = builder.build().expect("a valid model");
        let catastrophe = self.catastrophe.map(|name| Catastrophe {
            label: name.to_owned(),
            states: mdp.state_named(name).into_iter().collect::<StateSet>(),
            tolerance: Rational::ZERO,
        });
        Problem::new(ProblemParts {
            name: self.name.to_owned(),
            criterion: self.criterion,
            specified,
            intended,
            labels: Vec::new(),
            situations,
            train: distribution(&mdp, self.train),
            deploy: DeploymentSet::Point(distribution(&mdp, self.deploy)),
            observations: None,
            catastrophe,
            good: Good::Regret(Rational::ZERO),
            learner: Learner { epsilon: Rational::ZERO, given: None },
            policies: None,
            features: Vec::new(),
            mdp,
        })
        .expect("a valid problem")
    }
}

fn checked(file: &str, problem: Problem, answers: Vec<Answer>) -> CheckedModel {
    let class = problem.policy_class();
    let problem = Arc::new(problem);
    let examined = Examined { problem: Arc::clone(&problem), origin: None, class, answers };
    CheckedModel {
        file: file.to_owned(),
        problem,
        source: None,
        description: None,
        examined,
        board: None,
        expectations: Vec::new(),
    }
}

fn answer(
    decomposition: &str,
    half: Half,
    reading: Reading,
    status: Status,
    reason: Option<&str>,
    witness: Option<Witness>,
) -> Answer {
    let reason = reason.map(ToOwned::to_owned);
    Answer { decomposition: decomposition.to_owned(), half, reading, status, reason, witness }
}

fn compare(key: &str, expected: Status, found: Option<Status>, line: usize) -> Comparison {
    Comparison { key: key.to_owned(), expected, found, line: Some(line) }
}

/// A policy that takes `action` wherever there is one, from the last state of the distribution.
fn witness(
    problem: &Problem,
    at: &[(&str, &str)],
    action: &str,
    [value, best]: [&str; 2],
    reach: Option<&str>,
) -> Witness {
    let mdp = &problem.mdp;
    let act = |state: StateId| mdp.choice_named(state, action).or_else(|| mdp.choices_of(state).next());
    let policy = Policy::new((0..mdp.states()).map(act).collect());
    let last = at.last().and_then(|(name, _)| mdp.state_named(name)).expect("a state");
    let found = walk(problem, last, &policy, [number(value), number(best)]);
    Witness { distribution: Some(distribution(mdp, at)), reach: reach.map(number), ..found }
}

/// What a policy does from one state, where every step is sure.
fn walk(problem: &Problem, start: StateId, policy: &Policy, [value, best]: [Rational; 2]) -> Witness {
    let mut steps = Vec::new();
    let mut state = start;
    while let Some(choice) = policy.choice(state) {
        steps.push(Step { state, choice });
        state = problem.mdp.successors(choice).next().expect("a successor");
    }
    let catastrophic = problem.catastrophe.as_ref().is_some_and(|catastrophe| catastrophe.states.contains(state));
    Witness {
        distribution: Some(Distribution::point(start)),
        policy: Some(policy.into()),
        value: Some(Value::Finite(value)),
        best: Some(Value::Finite(best)),
        reach: Some(if catastrophic { Rational::ONE } else { Rational::ZERO }),
        path: Some(Path { steps, end: state, probability: Rational::ONE, catastrophic }),
    }
}

fn distribution(mdp: &crate::mdp::Mdp, masses: &[(&str, &str)]) -> Distribution {
    let entries = masses.iter().map(|(name, mass)| (mdp.state_named(name).expect("a state"), number(mass)));
    Distribution::new(entries.collect()).expect("a distribution")
}

fn number(text: &str) -> Rational {
    parse_rational(text).expect("a number")
}
