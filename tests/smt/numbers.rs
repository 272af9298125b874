//! Numbers come through exactly, and strict is not weak.

use lavaproof::budget::Budget;
use lavaproof::smt::{Answer, Formula, LinExpr, Rational};

use super::{model, solver};

/// `2²⁰⁰ + 1` over `3¹⁵⁰`.
fn long_fraction() -> Rational {
    let power = |base: i64, exponent| (0..exponent).fold(Rational::ONE, |product, _| product * Rational::from(base));
    (power(2, 200) + Rational::ONE) / power(3, 150)
}

#[test]
fn numbers_beyond_64_bits_survive_both_ways() {
    let two_to_63 = Rational::from(1u64 << 63);
    for q in [
        long_fraction(),
        -long_fraction(),
        Rational::ONE / long_fraction(),
        two_to_63.clone(),
        -two_to_63 - Rational::ONE,
        Rational::from(u64::MAX) + Rational::ONE,
        Rational::ZERO,
        Rational::from(-1) / Rational::from(3),
    ] {
        let mut solver = solver();
        let x = solver.real_var();
        let found = model(&mut *solver, [LinExpr::from(x).equals(&q).into()]);
        assert_eq!(*found.value(x), q);
    }
}

#[test]
fn long_coefficients_are_kept_as_well() {
    let mut solver = solver();
    let (x, y) = (solver.real_var(), solver.real_var());
    let found = model(
        &mut *solver,
        [(LinExpr::term(long_fraction(), x) + LinExpr::from(y)).equals(1).into(), LinExpr::from(y).equals(3).into()],
    );
    assert_eq!(*found.value(x), Rational::from(-2) / long_fraction());
}

#[test]
fn a_number_of_thousands_of_digits_survives() {
    let long = (0..6).fold(long_fraction(), |q, _| q.clone() * q);
    assert!(long.denominator().to_string().len() > 4_000);
    let mut solver = solver();
    let x = solver.real_var();
    let found = model(&mut *solver, [LinExpr::from(x).equals(&long).into()]);
    assert_eq!(*found.value(x), long);
}

/// A gap of a single long unit is still a gap: a rounding solver would close it.
#[test]
fn strict_and_weak_bounds_are_kept_apart() {
    let q = long_fraction();
    let mut solver = solver();
    let x = LinExpr::from(solver.real_var());
    let mut expect = |satisfiable: bool, formulas: [Formula; 2]| {
        solver.push();
        formulas.into_iter().for_each(|formula| solver.assert(formula));
        let answer = solver.check(&Budget::unlimited());
        solver.pop();
        assert_eq!(matches!(answer, Answer::Sat(_)), satisfiable, "{answer:?}");
        assert_eq!(answer == Answer::Unsat, !satisfiable, "{answer:?}");
    };
    expect(true, [x.clone().le(&q).into(), x.clone().ge(&q).into()]);
    expect(false, [x.clone().lt(&q).into(), x.clone().ge(&q).into()]);
    expect(false, [x.clone().le(&q).into(), x.clone().gt(&q).into()]);
    let above = q.clone() + Rational::ONE / long_fraction() / long_fraction();
    expect(true, [x.clone().gt(&q).into(), x.lt(above).into()]);
}

#[test]
fn constraints_without_variables_are_decided() {
    for (constant, satisfiable) in [(0, true), (1, false)] {
        let mut solver = solver();
        solver.assert(LinExpr::from(constant).le(0).into());
        let answer = solver.check(&Budget::unlimited());
        assert_eq!(matches!(answer, Answer::Sat(_)), satisfiable);
        assert_eq!(answer == Answer::Unsat, !satisfiable);
    }
}
