//! The measurements as a table, and what they come to.

use std::fmt;
use std::time::Duration;

use crate::measure::Measured;

/// One query.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub ours: Option<Measured>,
    pub exact: Option<Measured>,
    pub float: Option<Measured>,
    pub expected: Option<String>,
}

impl Row {
    pub fn heading() -> String {
        format!(
            "{:<45} {:>7} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7} {:>6} {:>6} {:>6}  value",
            "query", "states", "load ms", "ours ms", "exact ms", "float ms", "exact/", "/float", "MB", "exact", "float"
        )
    }

    /// `=` as expected, `!` another one, `-` none, `?` nothing to compare with.
    fn verdict(&self) -> char {
        match (&self.ours, &self.expected) {
            (None, _) => '-',
            (Some(ours), Some(expected)) if ours.value == *expected => '=',
            (Some(ours), None) if self.exact.as_ref().is_some_and(|exact| exact.value == ours.value) => '=',
            (Some(_), Some(_)) => '!',
            (Some(_), None) => '?',
        }
    }

    fn states(&self) -> u64 {
        self.ours.as_ref().map_or(0, |ours| ours.states)
    }

    /// The time of the peer over ours, or the other way round.
    fn ratio(over: Option<&Measured>, under: Option<&Measured>) -> Option<f64> {
        Some(over?.solve.as_secs_f64() / under?.solve.as_secs_f64().max(1e-9))
    }

    fn speedup(&self) -> Option<f64> {
        Self::ratio(self.exact.as_ref(), self.ours.as_ref())
    }

    fn against_float(&self) -> Option<f64> {
        Self::ratio(self.ours.as_ref(), self.float.as_ref())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |duration: Duration| format!("{:.2}", duration.as_secs_f64() * 1e3);
        let solve = |found: &Option<Measured>| found.as_ref().map_or("-".into(), |found| milliseconds(found.solve));
        let memory =
            |found: &Option<Measured>| found.as_ref().map_or("-".into(), |found| (found.memory / 1024).to_string());
        let ratio = |ratio: Option<f64>| ratio.map_or("-".into(), |ratio| format!("{ratio:.2}"));
        write!(
            formatter,
            "{:<45} {:>7} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7} {:>6} {:>6} {:>6}  {}",
            self.name,
            self.states(),
            self.ours.as_ref().map_or("-".into(), |found| milliseconds(found.load)),
            solve(&self.ours),
            solve(&self.exact),
            solve(&self.float),
            ratio(self.speedup()),
            ratio(self.against_float()),
            memory(&self.ours),
            memory(&self.exact),
            memory(&self.float),
            self.verdict()
        )
    }
}

/// The figures that a note quotes: values, the geometric mean of speedups, the median against floating point, memory.
pub fn summary(rows: &[Row]) -> String {
    let count = |verdict: char| rows.iter().filter(|row| row.verdict() == verdict).count();
    let mut text = format!(
        "\n{} queries: {} values equal, {} different, {} without an answer, {} with nothing to compare with\n",
        rows.len(),
        count('='),
        count('!'),
        count('-'),
        count('?')
    );
    let large: Vec<&Row> = rows.iter().filter(|row| row.states() >= 1000).collect();
    let speedups: Vec<f64> = large.iter().filter_map(|row| row.speedup()).collect();
    if !speedups.is_empty() {
        let mean = speedups.iter().map(|ratio| ratio.ln()).sum::<f64>()
            / f64::from(u32::try_from(speedups.len()).unwrap_or(1));
        text += &format!("from 1000 states: {:.1} times the speed of exact (geometric mean)\n", mean.exp());
        for row in large.iter().filter(|row| row.speedup().is_some_and(|ratio| ratio < 1.0)) {
            text += &format!("  slower than exact: {}\n", row.name);
        }
    }
    let mut ratios: Vec<f64> =
        rows.iter().filter(|row| row.states() >= 10_000).filter_map(Row::against_float).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    if let Some(median) = ratios.get(ratios.len() / 2) {
        text += &format!("from 10 000 states: {median:.2} times the time of sound floating point (median)\n");
    }
    for row in rows {
        if let (Some(ours), Some(exact)) = (&row.ours, &row.exact)
            && ours.memory > exact.memory
        {
            text += &format!("  more memory than exact: {}\n", row.name);
        }
    }
    text
}
