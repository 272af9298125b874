//! On small random problems the answers are those of brute force, at every stage of an
//! incremental use.

use lavaproof::budget::Budget;
use lavaproof::smt::{Answer, BoolVar, Formula, LinConstraint, LinExpr, Literal, Rational, RealVar, Relation, Solver};
use proptest::prelude::*;

use super::brute_force::satisfiable;
use super::solver;

const BOOLEANS: usize = 4;
const REALS: usize = 2;

/// The variables of any solver, in the order in which it makes them.
fn variables(solver: &mut dyn Solver) -> (Vec<BoolVar>, Vec<RealVar>) {
    let booleans = (0..BOOLEANS).map(|_| solver.bool_var()).collect();
    let reals = (0..REALS).map(|_| solver.real_var()).collect();
    (booleans, reals)
}

fn literals(size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Literal>> {
    let (booleans, _) = variables(&mut *solver());
    let literal =
        (0..BOOLEANS, any::<bool>()).prop_map(move |(index, positive)| Literal { variable: booleans[index], positive });
    prop::collection::vec(literal, size)
}

fn constraint() -> impl Strategy<Value = LinConstraint> {
    let (_, reals) = variables(&mut *solver());
    let number = (-3..4_i64, 1..4_i64).prop_map(|(n, d)| Rational::from(n) / Rational::from(d));
    let relation = prop::sample::select(vec![Relation::Le, Relation::Lt, Relation::Ge, Relation::Gt, Relation::Eq]);
    let coefficients = prop::collection::vec(number.clone(), REALS);
    (coefficients, number, relation).prop_map(move |(coefficients, right, relation)| {
        let terms = coefficients.into_iter().zip(&reals);
        let left: LinExpr = terms.map(|(c, x)| LinExpr::term(c, *x)).sum();
        left.compare(relation, right)
    })
}

fn formula() -> impl Strategy<Value = Formula> {
    let clause = literals(0..4).prop_map(Formula::clause);
    let guarded = (literals(1..2), constraint()).prop_map(|(guard, c)| Formula::implied(guard[0], c));
    let leaf = prop_oneof![
        8 => clause.boxed(),
        8 => guarded.boxed(),
        4 => constraint().prop_map(Formula::Linear).boxed(),
        2 => literals(0..4).prop_map(Formula::AtMostOne).boxed(),
        2 => literals(1..4).prop_map(Formula::ExactlyOne).boxed(),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let parts = prop::collection::vec(inner, 1..3);
        prop_oneof![parts.clone().prop_map(Formula::All), parts.prop_map(Formula::Any)]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn answers_are_those_of_brute_force(
        base in prop::collection::vec(formula(), 0..5),
        more in prop::collection::vec(formula(), 0..3),
        assumed in literals(0..3),
    ) {
        let mut solver = solver();
        let (booleans, reals) = variables(&mut *solver);
        let expect = |solver: &mut dyn Solver, formulas: &[Formula], assumed: &[Literal]| {
            let with: Vec<Formula> = assumed.iter().map(|l| Formula::Literal(*l)).collect();
            let all = [formulas, &with].concat();
            match solver.check_assuming(assumed, &Budget::unlimited()) {
                Answer::Sat(model) => {
                    prop_assert!(all.iter().all(|formula| formula.holds(&model)));
                    prop_assert!(satisfiable(&booleans, &reals, &all));
                }
                Answer::Unsat => prop_assert!(!satisfiable(&booleans, &reals, &all)),
                Answer::Unknown(reason) => prop_assert!(false, "{}", reason),
            }
            Ok(())
        };
        let both = [&base[..], &more].concat();
        base.iter().for_each(|formula| solver.assert(formula.clone()));
        expect(&mut *solver, &base, &[])?;
        solver.push();
        more.iter().for_each(|formula| solver.assert(formula.clone()));
        expect(&mut *solver, &both, &[])?;
        expect(&mut *solver, &both, &assumed)?;
        solver.pop();
        expect(&mut *solver, &base, &assumed)?;
        expect(&mut *solver, &base, &[])?;
    }
}

/// The loop of a counterexample-guided search: every choice is found once, and then no more.
#[test]
fn ruling_out_each_model_enumerates_them_all() {
    let mut solver = solver();
    let literals: Vec<Literal> = (0..5).map(|_| solver.bool_var().into()).collect();
    solver.assert(Formula::ExactlyOne(literals.clone()));
    let mut seen = Vec::new();
    while let Answer::Sat(model) = solver.check(&Budget::unlimited()) {
        let chosen = literals.iter().copied().filter(|l| model.is_true(*l));
        seen.extend(chosen.clone());
        solver.assert(Formula::not_all(chosen));
    }
    seen.sort();
    assert_eq!(seen, literals);
    assert_eq!(solver.check(&Budget::unlimited()), Answer::Unsat);
}
