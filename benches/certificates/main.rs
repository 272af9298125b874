//! How large certificates are, and how long checking them takes beside finding them:
//! `cargo bench --bench certificates [-- 20 50 100 200 300 decided=100000 random=1000000]`.
//!
//! A number is a slippery lava grid with so many cells on a side, decided by one decomposition (`LAVAPROOF_BENCH_ONLY`, default
//! `hubinger-train`). `decided=N` is a random model of N states, decided by the same. `random=N` is such a model of which an upper bound
//! of all values is found, 10⁻⁶ apart from a lower one. *Solve* is the time until the verdicts and their certificates are there, without
//! the checker's share; *check* is a fresh checker that reads the explicit model and checks every certificate. *Bytes* are those of the model and of the certificates, for each transition.

#[path = "../check/grids.rs"]
mod grids;
#[path = "../bounds/models.rs"]
#[allow(dead_code, reason = "the grids of that bench are not needed here")]
mod models;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lavaproof::budget::Budget;
use lavaproof::certify::explicit_model;
use lavaproof::decide::examine;
use lavaproof::decomposition::{Proof, built_in_definitions};
use lavaproof::format;
use lavaproof::mdp::{Distribution, Mdp, Rational, RewardStructure};
use lavaproof::problem::{Catastrophe, Criterion, DeploymentSet, Good, Learner, Problem, ProblemParts};
use lavaproof::solve::{DiscountedBounds, Engine, Sense, discounted_bounds};
use lavaproof_checker::{Model, check};

/// What was measured.
struct Row {
    name: String,
    states: usize,
    transitions: usize,
    verdicts: usize,
    model_bytes: usize,
    certificate_bytes: usize,
    total: Duration,
    read: Duration,
    check: Duration,
}

impl Row {
    fn print(&self) {
        let solve = self.total.saturating_sub(self.read + self.check).as_secs_f64();
        let check = (self.read + self.check).as_secs_f64();
        println!(
            "| {} | {} | {} | {} | {} | {} | {solve:.3} | {:.3} | {:.3} | {:.3} |",
            self.name,
            self.states,
            self.transitions,
            self.verdicts,
            tenths(self.model_bytes, self.transitions),
            tenths(self.certificate_bytes, self.transitions * self.verdicts.max(1)),
            self.read.as_secs_f64(),
            self.check.as_secs_f64(),
            check / solve,
        );
    }
}

/// A ratio with one digit behind the point.
fn tenths(over: usize, under: usize) -> String {
    let tenths = 10 * over / under;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Checks everything anew.
fn rechecked(name: String, problem: &Problem, explicit: &str, certificates: &[Proof], total: Duration) -> Row {
    let started = Instant::now();
    let model = Model::read(explicit.as_bytes()).expect("our own model");
    let read = started.elapsed();
    let started = Instant::now();
    for proof in certificates {
        check(&model, proof.certificate.as_bytes()).expect("our own certificate");
    }
    Row {
        name,
        states: problem.mdp.states(),
        transitions: problem.mdp.transitions(),
        verdicts: certificates.len(),
        model_bytes: explicit.len(),
        certificate_bytes: certificates.iter().map(|proof| proof.certificate.len()).sum(),
        total,
        read,
        check: started.elapsed(),
    }
}

fn grid(size: usize) -> Row {
    let problem = format::read("grid.toml", &grids::slippery(size, "1/10")).expect("a model").problem;
    decided(format!("slippery grid {size}×{size}"), &problem)
}

/// A random model whose intended reward is that of other choices; every thousandth state is a catastrophe.
fn random_decided(states: usize) -> Row {
    let (mdp, reward) = models::random(states);
    let mut parts = random_parts(mdp, &reward);
    parts.intended.reverse();
    parts.deploy = DeploymentSet::Over(vec![0, states / 2]);
    parts.situations = vec![0, states / 2];
    let burnt = (0..states).filter(|state| state % 1000 == 999).collect();
    let tolerance = Rational::ONE / Rational::from(2);
    parts.catastrophe = Some(Catastrophe { label: "burnt".to_owned(), states: burnt, tolerance });
    decided("random, decided".to_owned(), &Problem::new(parts).expect("a problem"))
}

/// The verdicts of one decomposition, or of all.
fn decided(name: String, problem: &Problem) -> Row {
    let only = std::env::var("LAVAPROOF_BENCH_ONLY").unwrap_or_else(|_| "hubinger-train".to_owned());
    let mut definitions = built_in_definitions().expect("the shipped definitions");
    definitions.retain(|definition| only == "all" || definition.id == only);
    let started = Instant::now();
    let examined = examine(problem, &definitions, &Budget::unlimited(), Engine::default()).expect("defined values");
    let total = started.elapsed();
    let proofs: Vec<Proof> = examined.answers.iter().filter_map(|answer| answer.proof().cloned()).collect();
    if proofs.len() < examined.answers.len() {
        println!("{name}: {} verdicts without a certificate", examined.answers.len() - proofs.len());
    }
    rechecked(name, &examined.problem, &examined.explicit, &proofs, total)
}

/// One situation, in which training takes place too, and one reward for both.
fn random_parts(mdp: Mdp, reward: &RewardStructure) -> ProblemParts {
    let numbers: Vec<Rational> =
        reward.indices().iter().map(|&index| reward.distinct()[index as usize].clone()).collect();
    ProblemParts {
        name: "random".to_owned(),
        mdp,
        criterion: Criterion::Discounted(Rational::from(9) / Rational::from(10)),
        specified: numbers.clone(),
        intended: numbers,
        labels: Vec::new(),
        train: Distribution::point(0),
        deploy: DeploymentSet::Over(vec![0]),
        situations: vec![0],
        observations: None,
        catastrophe: None,
        good: Good::Regret(Rational::ZERO),
        learner: Learner { epsilon: Rational::ZERO, given: None },
        policies: None,
        features: Vec::new(),
    }
}

/// That no policy has as much as a proved upper bound: the bound is found by [`discounted_bounds`], and its certificate is written here,
/// one integer for each state, with the bits behind the point that the bound has.
fn random(states: usize) -> Row {
    let (mdp, reward) = models::random(states);
    let discount = Rational::from(9) / Rational::from(10);
    let precision = Rational::ONE / Rational::from(1_000_000);
    let started = Instant::now();
    let bounds = discounted_bounds(&mdp, (&reward, &discount), Sense::Max, &precision, &Budget::unlimited());
    let bounds = bounds.expect("no limit").expect("numbers that fit");
    let solve = started.elapsed();
    let problem = Problem::new(random_parts(mdp, &reward)).expect("a problem");
    let explicit = explicit_model(&problem);
    let model = Model::read(explicit.as_bytes()).expect("our own model");
    let started = Instant::now();
    let certificate = bound_certificate(&model, &bounds, states, &precision);
    let write = started.elapsed();
    let theorem = check(&model, certificate.as_bytes()).expect("our own certificate");
    let proof = Proof { theorem: theorem.into(), certificate: certificate.into(), about: None };
    drop(model);
    let mut row = rechecked("random".to_owned(), &problem, &explicit, &[proof], solve + write);
    row.total += row.read + row.check;
    row
}

/// The certificate that no policy has more than an upper bound at state 0, and a little: integers, and one shift for all of them.
fn bound_certificate(model: &Model, bounds: &DiscountedBounds, states: usize, more: &Rational) -> String {
    let bits = bounds.fraction_bits();
    let centre = Rational::from(bounds.scaled(0)) / Rational::from(1_u64 << bits);
    let mut text = format!(
        "lavaproof-certificate 1\nmodel {}\nclaim own.bound exists fails\nquestions 1\n\
         each all some policies 1 value specified {} fails\ncombine 1 0\nvectors 1\ndyadic {bits} {states}",
        model.digest(),
        bounds.upper(0) + more,
    );
    for state in 0..states {
        // Writing to a string cannot fail.
        let _ = write!(text, " {}", bounds.scaled(state));
    }
    let shift = bounds.upper(0) - centre;
    let proof = format!("at 1 0 1 refutation free constraints 1 meet 0 1 0 1 bound close 1 d 0 0 {shift} -");
    text + "\npolicies 0\noptimal 0\nproofs\n" + &proof + "\nend\n"
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let usual = ["20", "50", "100", "200", "300", "decided=10000", "decided=100000", "random=100000", "random=1000000"];
    let usual = usual.map(str::to_owned).to_vec();
    println!(
        "| model | states | transitions | verdicts | model bytes | certificate bytes | solve s | read s | check s | check / solve |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for argument in if arguments.is_empty() { usual } else { arguments } {
        let (kind, size) = argument.split_once('=').unwrap_or(("grid", &argument));
        let size = size.parse().expect("a size, or a number of states");
        let row = match kind {
            "grid" => grid(size),
            "decided" => random_decided(size),
            "random" => random(size),
            _ => panic!("there is no `{kind}`, but numbers, `decided=` and `random=`"),
        };
        row.print();
    }
}
