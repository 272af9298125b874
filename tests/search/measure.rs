use super::arena;
use super::satisfiability::{Formula, optimal, trained_and_unsafe};
use lavaproof::search::LemmaSearch;
#[test]
#[ignore]
fn measure() {
    for n in [20usize, 50, 100, 150] {
        for seed in 0..3 {
            for (kind, problem) in [("unsat", Formula::random(seed, n, n * 6).problem()), ("sat", Formula::random(seed, n, n * 43 / 10).planted(seed).problem())] {
                let start = std::time::Instant::now();
                let arena = arena(&problem);
                let requirements = trained_and_unsafe(&arena, optimal(&arena));
                let t0 = start.elapsed();
                let mut search = LemmaSearch::new(&arena, &requirements).unwrap();
                let outcome = search.advance(&arena.budget.limited_to(std::time::Duration::from_secs(60))).unwrap();
                let lemmas = search.lemmas();
                let base = lemmas.iter().filter(|l| l.follows.is_none()).count();
                println!("{kind} {n} seed {seed}: {} conflicts {} lemmas {} base {base}: {:?} (setup {t0:?})", format!("{outcome:?}").chars().take(8).collect::<String>(), search.conflicts(), lemmas.len(), start.elapsed());
            }
        }
    }
}
