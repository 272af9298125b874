"""Certificates made by hand, what becomes of them when they are corrupted, and the fixtures of `certificates`."""
import contextlib
import hashlib
import io
import pathlib
import random
import re
import tempfile
import unittest

import checker

FIXTURES = pathlib.Path(__file__).parent / "certificates"


def judge(model, *certificates):
    """Exit status and output of the checker, for the bytes of the files."""
    with tempfile.TemporaryDirectory() as directory:
        paths = []
        for number, data in enumerate((model, *certificates)):
            paths.append(f"{directory}/{number}")
            with open(paths[-1], "wb") as file:
                file.write(data)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            status = checker.main(paths)
        return status, output.getvalue()


def model(states, criterion="discounted 9/10", observations="full", policies="stationary", situations="2 0 1", train="1 0 1",
          deploy="point 2 0 1/2 1 1/2", catastrophe="0 1 3", good="regret 0", epsilon="0", given="none"):
    return (f"lavaproof-model 1 criterion {criterion} states {states} observations {observations} class {policies} situations {situations} "
            f"train {train} deploy {deploy} catastrophe {catastrophe} good {good} epsilon {epsilon} given {given} end\n").encode()


def certificate(of, claim, questions, proofs, vectors="0", policies="0", optimal="0", combine="1 0"):
    return (f"lavaproof-certificate 1\nmodel {hashlib.sha256(of).hexdigest()}\nclaim {claim}\nquestions {questions}\ncombine {combine}\n"
            f"vectors {vectors}\npolicies {policies}\noptimal {optimal}\nproofs\n{proofs}\nend\n").encode()


# CE1: state 0 goes on; in state 1 choice 1 goes around the lava and choice 2 into it (state 3).
LAVA_STATES = """4 state ground 1 choice 0 10 10 1 2 1   state lava 2 choice 0 10 10 1 2 1 choice 1 100 -100 1 3 1   state end 0 state burnt 0"""
LAVA = model(LAVA_STATES)
LAVA_VECTORS = """9  rational 4 10 100 0 0   rational 4 10 10 0 0   dyadic 1 4 20 -200 0 0   rational 4 - 1 - 1   rational 4 - 1 - 0
    rational 4 0 0 0 -   rational 4 -10 - 0 -   rational 4 10 - 0 -   rational 4 -10 100 0 0"""
INTO, AROUND = "policy 1 0 1 1 2 1 - - - 2 0 - 3 0 4 -", "policy 1 0 1 1 1 1 - - 1 0 - - - 5 0 -"
LAVA_POLICIES = f"2 {INTO} {AROUND}"
LAVA_OPTIMAL = "1 specified 0 0 - 0 0 -"
WENTWORTH_OUTER = "1 each deploy every optimal specified 1 good"

# As CE1, with training in state 1 too and other sets of distributions.
LAVA_TV = model(LAVA_STATES, deploy="tv 1/10 1 0 1 2 0 1")
LAVA_RATIO = model(LAVA_STATES, deploy="ratio 2 2 0 9/10 1 1/10 2 0 1")
LAVA_GIVEN = model(LAVA_STATES, given="1 0 1 1 2 1")
SAME_REWARD = model(LAVA_STATES.replace("100 -100", "-100 -100"), deploy="tv 1/2 1 0 1 2 0 1")

# CE6: states 0 and 1 look alike; R wants choice `a` (action 0) in 0 and `b` in 1, T likewise but three times as much in 1.
ALIASED_STATES = """3 state x 2 choice 0 1 1 1 2 1 choice 1 0 0 1 2 1   state y 2 choice 0 0 0 1 2 1 choice 1 1 3 1 2 1   state end 0"""
ALIASED = model(ALIASED_STATES, observations="partial 0 0 1", policies="deterministic", train="2 0 1/2 1 1/2",
                deploy="polytope 2 0 1 1 >= 3/4 1 0 1", catastrophe="none")
ALIASED_OVER = model(ALIASED_STATES, observations="partial 0 0 1", policies="deterministic", train="2 0 1/2 1 1/2",
                     deploy="over 2 0 1", catastrophe="none")

# Two optimal ways from state 0, to 1 or 2; there one choice is optimal and the other one is the catastrophe (state 4).
WAYS = model("""5 state 0 2 choice 0 0 0 1 1 1 choice 1 0 0 1 2 1   state 1 2 choice 0 1 0 1 3 1 choice 1 0 0 1 4 1
    state 2 2 choice 0 1 0 1 3 1 choice 1 0 0 1 4 1   state end 0 state burnt 0""", situations="3 0 1 2",
             deploy="point 2 1 1/2 2 1/2", catastrophe="1/2 1 4")
WAYS_VECTORS = "4  rational 5 9/10 1 1 0 0   rational 5 - 0 1 0 1   rational 5 - 1 0 0 1   rational 5 2 1 1 0 0"
WAYS_OPTIMAL = "1 specified 0 0 - 0 0 -"
WAYS_QUESTION = "1 policy every optimal specified 1 deploy safe holds"

# Undiscounted: slow (value -2), fast (-3) and never; T = 2 R, and the slacks have the same ratio.
STEPS_STATES = "2 state 0 3 choice 0 -1 -2 2 0 1/2 1 1/2 choice 1 -3 -6 1 1 1 choice 2 -1 -2 1 0 1   state end 0"
STEPS = model(STEPS_STATES, criterion="total", situations="1 0", deploy="point 1 0 1", catastrophe="none", good="regret 2", epsilon="1")
STEPS_STRICT = model(STEPS_STATES, criterion="total", situations="1 0", deploy="point 1 0 1", catastrophe="none")
STEPS_ARRIVE = model(STEPS_STATES, criterion="total", situations="1 0", deploy="point 1 0 1", catastrophe="0 1 1")
STOPS = model(STEPS_STATES.replace("0 3", "0 2").replace(" choice 2 -1 -2 1 0 1", ""), criterion="total", situations="1 0",
              deploy="point 1 0 1", catastrophe="none")
STEPS_VECTORS = "6  rational 2 -4 0   rational 2 1 0   rational 2 -2 0   rational 2 0 0   rational 2 3 0   rational 2 -3 0"
SLOW, FAST = "policy 1 0 1 2 0 1 - 0 0 1 - - -", "policy 1 1 1 - 5 0 - - - - -"

# Two ways to throw for the catastrophe (state 1): at once with chance 1/3, or again and again with chance 1/2; state 3 leads there. Each throw costs 1.
THROWS = model("""4 state start 2 choice 0 -1 0 2 1 1/3 2 2/3 choice 1 -1 0 3 0 1/2 1 1/4 2 1/4   state hit 0   state end 0
    state before 1 choice 0 -1 0 1 0 1""", criterion="total", situations="2 0 3", deploy="point 1 0 1", catastrophe="0 1 1")
THROWS_VECTORS = "6  rational 4 1/2 1 0 1/2   rational 4 1 0 0 2   rational 4 1/3 1 0 1/3   rational 4 -1 0 0 -2   rational 4 2 0 0 3   rational 4 -2 0 0 -3"
ONCE, AGAIN = "policy 1 0 1 1 2 1 3 0 1 - - - - 2 0 -", "policy 1 1 1 1 2 1 - 5 0 - - - 0 0 1 -"
THROWS_POLICIES, ALL_OF_4 = f"2 {ONCE} {AGAIN}", "7 0 1 and 2 and 3 and"
EVERY, EXAMPLE = "pieces refutation free constraints 1 break close 1 d 0", "pieces refute refutation free constraints 1 break close 1 d 0"

# Each: what it is about, the model, the certificate, and corruptions (old, new, exit status 5 unless given).
BY_HAND = [
    ("optimal and yet bad, by pins and bounds", LAVA,
     certificate(LAVA, "wentworth.outer forall fails", WENTWORTH_OUTER + " fails", "at 2 0 1/2 1 1/2 0 pins - 0 policy 1",
                 LAVA_VECTORS, LAVA_POLICIES, LAVA_OPTIMAL),
     [("wentworth.outer", "wentworth.inner"), ("wentworth.outer", "wentworth.other"), ("forall", "exists"), ("forall", "given"),
      ("outer forall fails", "outer forall holds"), ("2 0 1/2 1 1/2 0 pins", "2 0 1/3 1 2/3 0 pins"), ("2 0 1/2 1 1/2 0 pins", "1 0 1 0 pins"),
      ("0 pins - 0 policy 1", "1 pins - 0 policy 1"), ("0 pins - 0 policy 1", "0 nothing 0 policy 1"), ("0 policy 1", "0 policy 0"), ("0 policy 1", "0 bound", 2), ("0 policy 1", "1 policy 1", 2),
      ("rational 4 10 100 0 0", "rational 4 10 99 0 0"), ("rational 4 10 100 0 0", "rational 4 10 101 0 0"),
      ("rational 4 10 100 0 0", "rational 4 10 100 0 -"), ("dyadic 1 4 20 -200", "dyadic 1 4 20 -201"), ("dyadic 1", "dyadic 4097", 2),
      ("dyadic 1 4 20 -200", "dyadic 1 4 -20 -200"), ("rational 4 10 10 0 0", "rational 4 10 11 0 0"),
      ("optimal 1 specified", "optimal 1 intended"), ("policy 1 0 1 1 2 1", "policy 1 0 1 2 1 1/2 2 1/2"),
      ("policy 1 0 1 1 2 1", "policy 1 0 1 1 2 1/2", 2), ("policy 1 0 1 1 2 1", "policy 1 0 1 1 0 1", 2), ("policy 1 0 1 1 2 1", "policy - 1 2 1"),
      ("end\n", "end end\n", 2), ("certificate 1", "certificate 2", 2), ("\nend\n", "\n", 2)]),
    ("a catastrophe that is reached, by a rank", LAVA,
     certificate(LAVA, "shah-catastrophe.inner forall fails", "1 policy every optimal specified 1 deploy safe fails",
                 "0 pins - 0 at 2 0 1/2 1 1/2 bound", LAVA_VECTORS.replace("4 - 1 - 1", "4 0 1 - 1"), LAVA_POLICIES, LAVA_OPTIMAL),
     [("3 0 4", "3 0 -"), ("3 0 4", "3 0 5"), ("3 0 4", "3 1/2 4"), ("rational 4 0 1 - 1", "rational 4 0 1 - 2"), ("rational 4 0 1 - 1", "rational 4 1 1 - 1"),
      ("rational 4 0 1 - 1", "rational 4 - 1 - 1"), ("rational 4 - 1 - 0", "rational 4 - 1 - 1"), ("rational 4 - 1 - 0", "rational 4 - - - 0"),
      ("0 pins - 0", "1 pins - 0"), ("bound\nend", "policy 1\nend", 2), ("inner forall", "goal forall")]),
    ("a policy that is safe everywhere, situation by situation", LAVA,
     certificate(LAVA, "quibble-safe.goal exists holds", "1 policy some optimal specified 1 situations safe holds",
                 "1 pins - pieces refute refutation free constraints 1 break close 1 d 0\n"
                 "refute refutation free constraints 1 break close 1 d 0", LAVA_VECTORS, LAVA_POLICIES, LAVA_OPTIMAL),
     [("1 pins", "0 pins"), ("close 1 d 0\nrefute", "close 0 d 0\nrefute"), ("close 1 d 0\nrefute", "close -1 d 0\nrefute"), ("pieces", "mixed", 2),
      ("rational 4 0 0 0 -", "rational 4 0 0 - -"), ("rational 4 0 0 0 -", "rational 4 0 -1 0 -"), ("rational 4 0 0 0 -", "rational 4 0 - 0 -"),
      ("rational 4 0 0 0 -", "rational 4 0 1 0 -"), ("rational 4 0 0 0 -", "rational 4 0 0 0 0"), ("break close 1 d 0\nend", "member rival close 1 d 0\nend"),
      ("free constraints 1 break close 1 d 0\nend", "visited specified - constraints 1 break close 1 d 0\nend"),
      ("5 0 -", "5 1/2 -"), ("break close 1 d 0\nend", "break split subject 1 close 1 d 0\nend")]),
    ("the same, all situations at once", LAVA,
     certificate(LAVA, "quibble-safe.goal exists holds", "1 policy some optimal specified 1 situations safe holds",
                 "1 pins - mixed refute refutation free constraints 1 break close 1 d 1 0", LAVA_VECTORS, LAVA_POLICIES, LAVA_OPTIMAL),
     [("d 1 0", "d 1 1"), ("d 1 0", "d 0", 2), ("d 1 0", "d 1 -1"), ("mixed", "pieces", 2)]),
    ("one choice in training, by values of subject and rival", LAVA,
     certificate(LAVA, "shah-behavioural.outer forall holds", "1 policy every optimal specified 1 train good holds",
                 "pieces refutation free constraints 1 break close 2 d 0 6 -10 - 7 10 -", LAVA_VECTORS),
     [("close 2", "close 0"), ("close 2", "close 1"), ("-10 -", "-11 -"), ("7 10 -", "7 9 -"), ("6 -10 - 7 10 -", "7 10 - 6 -10 -"),
      ("4 -10 - 0 -", "4 -10 -1 0 -"), ("4 -10 - 0 -", "4 - - 0 -"), ("4 -10 - 0 -", "4 -10 - - -"), ("holds", "fails"),
      ("break close", "member value close"), ("free", "everywhere specified -")]),
    ("the same by choices that are certain", LAVA,
     certificate(LAVA, "shah-behavioural.outer forall holds", "1 policy every optimal specified 1 train good holds",
                 "pieces refutation visited specified - constraints 1 break certain -", LAVA_VECTORS.replace("-10 - 0 -", "10 10 0 0"),
                 optimal="2 specified 0 0 - 0 0 - intended 6 0 - 6 0 -"),
     [("break certain", "member rival certain"), ("optimal 2 specified", "optimal 2 intended"), ("certain -", "x"),
      ("1 train good holds", "1 deploy good holds"), ("visited", "everywhere"), ("visited specified", "visited intended")]),
    ("a ball of total variation, mixed with training", LAVA_TV,
     certificate(LAVA_TV, "hand.tv forall holds", "1 each encountered every optimal specified 1 value intended 9/2 holds",
                 "pieces refutation everywhere specified - constraints 1 break close 1 d 4 5 0 55 55 8 0 -", LAVA_VECTORS, optimal=LAVA_OPTIMAL),
     [("intended 9/2", "intended 5"), ("d 4 5 0 55 55", "d 4 5 0 54 55"), ("d 4 5 0 55 55", "d 4 5 0 55 54"), ("d 4 5 0 55 55", "d 4 6 0 55 55"),
      ("d 4 5 0 55 55", "d 4 5 -1 55 55"), ("d 4 5 0 55 55", "d 3 5 0 55", 2), ("-10 100 0 0", "-10 99 0 0"), ("-10 100 0 0", "-11 100 0 0"), ("encountered every", "deploy every")]),
    ("a bounded likelihood ratio", LAVA_RATIO,
     certificate(LAVA_RATIO, "hand.ratio forall holds", "1 each deploy every optimal specified 1 value intended -12 holds",
                 "pieces refutation everywhere specified - constraints 1 break close 1 d 3 10 0 110 8 0 -", LAVA_VECTORS, optimal=LAVA_OPTIMAL),
     [("intended -12", "intended -11"), ("d 3 10 0 110", "d 3 10 0 109"), ("d 3 10 0 110", "d 3 11 0 110"), ("d 3 10 0 110", "d 3 9 0 110"),
      ("everywhere specified", "everywhere intended"), ("hand.ratio", "quibble.ratio"), ("8 0 -\nend", "8 0\nend", 2)]),
    ("half of the encountered, pinned everywhere", SAME_REWARD,
     certificate(SAME_REWARD, "hubinger-encountered.outer forall holds", "1 each encountered every optimal specified 1 good holds",
                 "pieces refutation everywhere specified - constraints 1 break certain -", "1 rational 4 10 10 0 0",
                 optimal="2 specified 0 0 - 0 0 - intended 0 0 - 0 0 -"),
     [("everywhere specified -", "free"), ("everywhere specified -", "everywhere intended -"), ("10 10 0 0", "10 - 0 0"), ("10 10 0 0", "10 9 0 0"),
      ("hubinger-encountered", "hubinger-all"), ("break certain", "member rival certain")]),
    ("a given policy that breaks a demand", LAVA_GIVEN,
     certificate(LAVA_GIVEN, "shah-behavioural.goal given fails", "1 policy every given 1 deploy good fails",
                 "0 at 2 0 1/2 1 1/2 policy 1", LAVA_VECTORS, f"2 given - - - 2 0 - - - {AROUND}"),
     [("goal given", "goal forall"), ("policy 1\nend", "policy 0\nend"), ("2 given", "2 policy 1 0 1 1 2 1", 2), ("every given", "some given"),
      ("every given", "every optimal specified"), ("at 2", "pins - at 2", 2)]),
    ("a split under aliasing, over a polytope", ALIASED,
     certificate(ALIASED, "wentworth.outer forall holds", WENTWORTH_OUTER + " holds",
                 "pieces refutation free constraints 2 member policy 0 break\nsplit subject 0\nsplit rival 1\n"
                 "close 0 1 d 2 0 0 1 0 - 2 0 -\nclose 0 1 d 2 -3 4 1 0 - 3 0 -\nclose 1 0 d 2 -1 2 4 0 -",
                 "5  rational 3 1 0 0   rational 3 -1 0 0   rational 3 1 0 0   rational 3 0 3 0   rational 3 0 1 0",
                 "1 policy 1 0 1 1 2 1 0 0 - - - - - -"),
     [("d 2 -3 4", "d 2 -3 3"), ("d 2 -3 4", "d 2 -4 4"), ("close 1 0 d 2 -1 2", "close 1 0 d 2 -1 1"), ("3 0 3 0", "3 0 2 0"),
      ("split rival 1\n", ""), ("split subject 0\n", ""), ("split subject 0", "split rival 0"), ("split rival 1", "split rival 2"), ("close 1 0", "close 1 1", 2),
      ("split rival 1", "split rival 9", 2), ("policy 1 0 1 1 2 1", "policy 1 0 1 1 3 1"), ("policy 1 0 1 1 2 1", "policy 2 0 1/2 1 1/2 2 2 1/2 3 1/2"),
      ("member policy 0", "member value"), ("member policy 0", "member policy 1", 2), ("3 1 0 0   rational 3 -1", "3 1 1 0   rational 3 -1")]),
    ("a cover: another policy on each part", ALIASED_OVER,
     certificate(ALIASED_OVER, "hand.cover exists holds", "1 each deploy some policies 1 good holds",
                 "pieces cut 3/4 1 0 1\npart 0 nothing refute refutation free constraints 1 break split rival 0 close 1 d 2 0 0 0 0 - close 1 d 2 -3 4 1 0 -\n"
                 "part 1 nothing refute refutation free constraints 1 break split rival 0 close 1 d 2 3 4 0 0 - close 1 d 2 0 0 1 0 -",
                 "2  rational 3 1 0 0   rational 3 0 3 0", "2 policy 1 0 1 1 2 1 - - 0 0 - - - - policy 1 1 1 1 3 1 - - 1 0 - - - -"),
     [("cut 3/4", "cut 2/3"), ("cut 3/4", "cut 4/5"), ("cut 3/4 1 0 1", "cut 3/4 1 1 1"), ("part 0 nothing refute", "part 0 refute"), ("part 0 nothing", "part 0 pins -"), ("nothing refute", "nothing nothing"), ("part 0", "part 1"), ("part 1", "part 0"),
      ("d 2 3 4", "d 2 2 4"), ("d 2 3 4", "d 2 3 -4"), ("d 2 3 4", "d 1 3", 2), ("hand.cover exists holds", "hand.cover exists fails")]),
    ("two optimal ways in training, by a split", WAYS,
     certificate(WAYS, "shah-catastrophe.inner forall holds", WAYS_QUESTION,
                 "pieces refutation visited specified - constraints 1 break\nsplit subject 0 close 1 d 0 1 0 - close 1 d 0 2 0 -", WAYS_VECTORS,
                 optimal=WAYS_OPTIMAL),
     [("close 1 d 0 1 0", "close 1 d 0 2 0"), ("split subject 0 close 1 d 0 1 0 -", ""), ("visited specified -", "free"), ("visited specified", "everywhere specified"),
      ("split subject 0", "split rival 0"), ("9/10 1 1 0 0", "9/10 1 0 0 0"), ("5 - 0 1 0 1", "5 - 0 1/2 0 1"), ("5 - 0 1 0 1", "5 - 0 1 0 1/2"),
      ("specified 0 0 - 0 0 -", "specified 0 0 - 3 0 -"), ("close 1 d 0 2 0 -", "x"), ("close 1 d 0 2 0 -", "certain -")]),
    ("the same, with a case that training excludes", WAYS,
     certificate(WAYS, "shah-catastrophe.inner forall holds", WAYS_QUESTION,
                 "pieces refutation visited specified - constraints 1 break\nsplit subject 1 close 1 d 0 1 0 -\nsplit subject 0 x close 1 d 0 2 0 -",
                 WAYS_VECTORS, optimal=WAYS_OPTIMAL),
     [("split subject 0 x", "split subject 2 x"), ("split subject 1 close 1 d 0 1 0 -", "split subject 1 x"), ("split subject 0 x", "split subject 3 x")]),
    ("the same, by lemmas about what is visited", WAYS,
     certificate(WAYS, "shah-catastrophe.inner forall holds", WAYS_QUESTION,
                 "pieces refutation visited specified - constraints 1 break\nlearn 1 visit 1 close 1 d 0 1 0 - learn 1 visit 2 close 1 d 0 2 0 -\n"
                 "learn 2 take 0 avoid 2 use 1 0 x use 1 0 use 1 1 x", WAYS_VECTORS, optimal=WAYS_OPTIMAL),
     [("visit 1 close", "visit 2 close"), ("visit 1 close", "avoid 1 close"), ("use 1 0 x", "x"), ("use 1 0 x", "use 1 1 x"), ("use 1 0 x", "use 1 2 x", 2), ("use 1 1 x", "x"),
      ("use 1 0 use", "use 1 2 use"), ("visited specified -", "free"), ("d 0 2 0", "d 0 1 0"), ("1 visit 1", "2 visit 1", 2), ("take 0", "take 9", 2), ("visit 1", "visit 9", 2)]),
    ("the same, by a lemma about a choice", WAYS,
     certificate(WAYS, "shah-catastrophe.inner forall holds", WAYS_QUESTION,
                 "pieces refutation visited specified - constraints 1 break\nlearn 1 take 0 close 1 d 0 1 0 - use 1 0 close 1 d 0 2 0 -", WAYS_VECTORS, optimal=WAYS_OPTIMAL),
     [("take 0", "never 0"), ("use 1 0 ", ""), ("d 0 1 0 - use", "d 0 2 0 - use")]),
    ("rewards that agree, undiscounted", STEPS,
     certificate(STEPS, "wentworth.outer forall holds", WENTWORTH_OUTER + " holds",
                 "pieces refutation free constraints 2 member rival break close 2 1 d 0 3 0 - 3 0 -", STEPS_VECTORS),
     [("close 2 1", "close 1 1"), ("close 2 1", "close 2 2"), ("close 2 1", "close 0 1"), ("member rival", "member value"),
      ("rational 2 0 0", "rational 2 -1 0"), ("rational 2 0 0", "rational 2 0 -1"), ("rational 2 0 0", "rational 2 1 0"), ("rational 2 0 0", "rational 2 0 -")]),
    ("membership by a listed policy, undiscounted", STEPS_STRICT,
     certificate(STEPS_STRICT, "hand.total forall holds", "1 each deploy every optimal specified 1 value intended -4 holds",
                 "pieces refutation free constraints 2 member policy 0 break close 2 1 d 0 3 0 -", STEPS_VECTORS,
                 "1 policy 1 0 1 2 0 1 - - - - -"),
     [("2 0 1 -", "2 0 - -"), ("2 0 1 -", "2 0 3 -"), ("2 0 1 -", "2 1 1 -"), ("intended -4", "intended -3"), ("close 2 1", "close 0 1"), ("close 2 1", "close 1 1"),
      ("policy 1 0 1", "policy 1 2 1"), ("rational 2 1 0", "rational 2 0 0"), ("rational 2 1 0", "rational 2 - 0"), ("rational 2 1 0", "rational 2 1 -")]),
    ("all policies stop, by a rank", STOPS,
     certificate(STOPS, "hand.rank forall holds", "1 each train every policies 1 value specified -3 holds",
                 "pieces refutation free constraints 1 break close 1 d 0 4 0 1", STEPS_VECTORS),
     [("4 0 1\nend", "4 0 -\nend"), ("4 0 1\nend", "4 0 3\nend"), ("4 0 1\nend", "4 1 1\nend"), ("specified -3", "specified -2"), ("rational 2 3 0", "rational 2 2 0")]),
    ("some policy, since there is one and every one is", STEPS,
     certificate(STEPS, "wentworth.outer exists holds", WENTWORTH_OUTER.replace("every", "some") + " holds",
                 "by-every pieces refutation free constraints 2 member rival break close 2 1 d 0 3 0 - 3 0 -", STEPS_VECTORS,
                 optimal="1 specified 2 0 - 2 0 1"),
     [("by-every ", "", 2), ("optimal 1 specified 2 0 - 2 0 1", "optimal 0"), ("specified 2 0 - 2 0 1", "specified 3 0 - 2 0 3"), ("some optimal", "every optimal"),
      ("close 2 1", "close 2 2")]),
    ("a combination of two questions", STOPS,
     certificate(STOPS, "hand.both forall holds", "2 policy every policies 1 train value specified -2 fails policy some policies 1 train value intended -4 holds",
                 f"1 nothing 0 at 1 0 1 bound\n0 nothing pieces refute refutation free constraints 1 break close 1 d 0", STEPS_VECTORS,
                 f"2 policy 1 0 1 - - 0 0 1 - - - policy 1 1 1 - 5 0 - - - - -", combine="4 0 not 1 and"),
     [("4 0 not 1 and", "3 0 1 and"), ("4 0 not 1 and", "1 0"), ("4 0 not 1 and", "2 1 not"), ("4 0 not 1 and", "4 0 not 2 and", 2),
      ("4 0 not 1 and", "1 and"), ("4 0 not 1 and", "2 0 1"), ("0 0 1 - - -", "0 0 - - - -"), ("0 0 1 - - -", "0 1 1 - - -"), ("intended -4", "intended -3"),
      ("specified -2", "specified -3"), ("holds\ncombine", "open\ncombine")]),
]

# A state with two choices: R and T are (1, 2) and (0, 0).
TWO = "2 state 0 2 choice 0 1 2 1 1 1 choice 1 0 0 1 1 1   state end 0"
HALF = model(TWO, situations="1 0", deploy="point 1 0 1", catastrophe="none", good="value 1")
OPPOSED = model("2 state 0 2 choice 0 1 0 1 1 1 choice 1 0 1 1 1 1   state end 0", situations="1 0", deploy="point 1 0 1", catastrophe="none")
UNBOUNDED = model("2 state 0 2 choice 0 1 1 1 0 1 choice 1 0 0 1 1 1   state end 0", criterion="total", situations="1 0", deploy="point 1 0 1",
                  catastrophe="none")
EMPTY = model(TWO, situations="1 0", deploy="point 1 0 1", catastrophe="0 1 1", good="value 3")
LOOK_ALIKE = model("3 state x 2 choice 0 1 1 1 2 1 choice 1 0 0 1 2 1   state y 2 choice 0 0 0 1 2 1 choice 1 1 1 1 2 1   state end 0",
                   observations="partial 0 0 1", train="2 0 1/2 1 1/2", catastrophe="none", good="value 3/5")
# From state 0 no policy stops, so all are optimal at the even mixture, whatever they do in state 1.
ENDLESS = model("3 state 0 1 choice 0 -1 0 1 0 1   state 1 2 choice 0 1 1 1 2 1 choice 1 0 -5 1 2 1   state end 0", criterion="total",
                train="2 0 1/2 1 1/2", deploy="point 1 1 1", catastrophe="none", good="value 0")
BY_HAND += [
    ("the largest probability, at two situations", THROWS,
     certificate(THROWS, "hand.largest forall holds", "4 policy every policies 1 situation 0 reach 1/2 holds policy some policies 1 situation 0 arrive 1/2 holds "
                 "each situation 3 every policies 1 reach 1/2 holds each situation 3 some policies 1 arrive 1/2 holds",
                 f"{EVERY} 0 0 - 1 nothing {EXAMPLE} {EVERY} 0 0 -\npieces part 1 nothing refute{EXAMPLE.split('refute', 1)[1]}",
                 THROWS_VECTORS, THROWS_POLICIES, combine=ALL_OF_4),
     [("0 reach 1/2", "0 reach 1/3"), ("0 arrive 1/2", "0 arrive 2/3"), ("situation 3 every", "situation 1 every"), ("situation 3 some policies 1 arrive 1/2", "situation 3 some policies 1 arrive 1"),
      ("1/2 1 0 1/2", "1/3 1 0 1/3"), ("1/2 1 0 1/2", "1/2 1 0 1/3"), ("1 nothing", "0 nothing"), ("0 0 1 -", "0 0 - -"), ("0 0 1 -", "0 0 2 -"), ("situation 0 reach", "situation reach", 2)]),
    ("the least probability", THROWS,
     certificate(THROWS, "hand.least forall holds", "2 policy every policies 1 situation 0 arrive 1/3 holds policy some policies 1 situation 0 reach 1/3 holds",
                 f"{EVERY} 2 0 1 0 nothing {EXAMPLE}", THROWS_VECTORS, THROWS_POLICIES, combine="3 0 1 and"),
     [("arrive 1/3", "arrive 1/2"), ("reach 1/3", "reach 1/4"), ("2 0 1 0 nothing", "2 0 - 0 nothing"), ("2 0 1 0 nothing", "0 0 1 0 nothing"), ("0 nothing", "1 nothing")]),
    ("the largest and the least total", THROWS,
     certificate(THROWS, "hand.totals forall holds", "4 policy every policies 1 situation 0 most specified -1 holds policy some policies 1 situation 0 value specified -1 holds "
                 "policy every policies 1 situation 0 value specified -2 holds policy some policies 1 situation 0 most specified -2 holds",
                 f"{EVERY} 3 0 - 0 nothing {EXAMPLE}\n{EVERY} 4 0 1 1 nothing {EXAMPLE}", THROWS_VECTORS, THROWS_POLICIES, combine=ALL_OF_4),
     [("most specified -1", "most specified -3/2"), ("value specified -1", "value specified 0"), ("value specified -2", "value specified -3/2"), ("most specified -2", "most specified -3"),
      ("3 0 - 0 nothing", "5 0 - 0 nothing"), ("4 0 1 1 nothing", "4 0 - 1 nothing"), ("1 nothing", "0 nothing"), ("most specified -2", "most intended -2")]),
    ("no policy has so much or so little", THROWS,
     certificate(THROWS, "hand.beyond forall holds", "4 policy some policies 1 situation 0 most specified -3 fails policy every policies 1 situation 0 most specified -3/2 fails "
                 "policy some policies 1 situation 0 arrive 2/3 fails policy every policies 1 situation 0 arrive 1/2 fails",
                 "refutation free constraints 1 meet 0 1 0 1 bound close 1 d 0 4 0 1\n0 nothing 0 at 1 0 1 bound\n"
                 "refutation free constraints 1 meet 0 1 0 1 bound close 1 d 0 0 0 -\n0 nothing 0 at 1 0 1 bound",
                 THROWS_VECTORS, THROWS_POLICIES, combine="11 0 not 1 not and 2 not and 3 not and"),
     [("most specified -3 ", "most specified -2 "), ("4 0 1\n", "4 0 -\n"), ("most specified -3/2", "most specified -1"), ("arrive 2/3", "arrive 1/2"), ("arrive 1/2 fails", "arrive 1/3 fails"),
      ("at 1 0 1", "at 1 3 1"), ("meet 0 1 0 1", "meet 0 1 3 1")]),
    ("who never stops has no more than anything", STEPS,
     certificate(STEPS, "hand.never forall holds", "2 policy every policies 1 train most specified -2 holds policy some policies 1 train most specified -100 holds",
                 f"{EVERY} 2 0 - 0 nothing {EXAMPLE}", "3 rational 2 1 0 rational 2 -100 0 rational 2 -2 0", "1 policy 1 2 1 - 1 0 - - - - -", combine="3 0 1 and"),
     [("most specified -2", "most specified -5/2"), ("most specified -100", "most specified -101"), ("1 2 1", "1 0 1"), ("2 -2 0", "2 -3 0")]),
]

# Each: why the claim is false, although each step looks right; the model and the certificate.
FALSE = [
    ("a mixture of the two choices is good and not optimal", HALF,
     certificate(HALF, "wentworth-literal.outer forall holds", "1 each deploy every good 1 optimal specified holds",
                 "pieces refutation free constraints 1 member value split subject 0 certain - close 1 d 0 1 0 -", "2 rational 2 1 0 rational 2 0 0",
                 optimal="1 specified 0 0 - 0 0 -")),
    ("the same, with `break` among the constraints", HALF,
     certificate(HALF, "wentworth-literal.outer forall holds", "1 each deploy every good 1 optimal specified holds",
                 "pieces refutation free constraints 2 member value break split subject 0 certain - close 1 0 d 0 1 0 -",
                 "2 rational 2 1 0 rational 2 0 0", optimal="1 specified 0 0 - 0 0 -")),
    ("where no policy is finite all are optimal", ENDLESS,
     certificate(ENDLESS, "wentworth.goal forall holds", "1 policy every optimal specified 1 deploy good holds",
                 "pieces refutation visited specified - constraints 1 break close 1 d 0 1 0 -", "3 rational 3 - 1 0 rational 3 - -1 0 rational 3 - 1 0",
                 optimal="1 specified 0 0 - 2 0 2")),
    ("under aliasing randomised policies are not cases", LOOK_ALIKE,
     certificate(LOOK_ALIKE, "hand.alike exists fails", "1 policy some policies 1 situations value specified 1/2 fails",
                 "refutation free constraints 2 meet 0 1 0 1 bound meet 0 1 1 1 bound split subject 0 close 0 1 d 0 0 0 - close 1 0 d 0 1 0 -",
                 "2 rational 3 1 0 0 rational 3 0 1 0")),
    ("no policy is optimal, since staying longer is better", UNBOUNDED,
     certificate(UNBOUNDED, "hand.none exists holds", "1 each train some optimal specified 1 value intended 0 holds",
                 "by-every pieces refutation free constraints 2 member policy 0 break close 1 1 d 0 0 0 -", "2 rational 2 0 0 rational 2 1 0",
                 "1 policy 1 1 1 0 0 1 - - - - -")),
    ("no policy is good", EMPTY,
     certificate(EMPTY, "hand.none exists holds", "1 each train some good 1 reach 0 holds",
                 "by-every pieces refutation free constraints 1 member value close 1 d 0 0 0 -", "1 rational 2 2 0")),
    ("who never stops has little", STEPS,
     certificate(STEPS, "hand.little exists fails", "1 policy some policies 1 train most specified -100 fails",
                 "refutation free constraints 1 meet 0 1 0 1 bound close 1 d 0 0 0 1", "2 rational 2 3 0 rational 2 1 0")),
    ("going round is not arriving", STEPS_ARRIVE,
     certificate(STEPS_ARRIVE, "hand.arrives forall holds", "1 policy every policies 1 train arrive 1 holds",
                 f"{EVERY} 0 0 1", "2 rational 2 1 1 rational 2 1 0")),
    ("a mixture has enough of both rewards, which lemmas do not see", OPPOSED,
     certificate(OPPOSED, "hand.both exists fails", "1 policy some policies 2 train value specified 1/2 train value intended 1/2 fails",
                 "refutation free constraints 2 meet 0 1 0 1 bound meet 1 1 0 1 bound learn 1 take 0 close 0 1 d 0 0 0 - use 1 0 close 1 0 d 0 0 0 -", "1 rational 2 0 0")),
    ("a mixture has enough of both rewards", OPPOSED,
     certificate(OPPOSED, "hand.both exists fails", "1 policy some policies 2 train value specified 1/2 train value intended 1/2 fails",
                 "refutation free constraints 2 meet 0 1 0 1 bound meet 1 1 0 1 bound split subject 0 close 0 1 d 0 0 0 - close 1 0 d 0 0 0 -",
                 "1 rational 2 0 0")),
]


class MadeByHand(unittest.TestCase):
    def test_they_are_accepted(self):
        for name, of, proof, _ in BY_HAND:
            with self.subTest(name):
                status, output = judge(of, proof)
                self.assertEqual((status, output.splitlines()[-1]), (0, "accepted"))

    def test_their_corruptions_are_not(self):
        for name, of, proof, corruptions in BY_HAND:
            for old, new, *expected in corruptions:
                with self.subTest(name, old=old, new=new):
                    self.assertIn(old, proof.decode())
                    status, output = judge(of, proof.replace(old.encode(), new.encode(), 1))
                    self.assertEqual(status, *expected or [5], output)

    def test_false_claims_are_rejected(self):
        for name, of, proof in FALSE:
            with self.subTest(name):
                self.assertEqual(judge(of, proof)[0], 5)

    def test_the_model_is_the_one_that_was_proved(self):
        for _, of, proof, _ in BY_HAND:
            status, output = judge(of + b"# another file", proof)
            self.assertEqual(status, 5)
            self.assertIn("of another model", output)

    def test_the_worst_of_several_is_the_status(self):
        _, of, proof, corruptions = BY_HAND[0]
        wrong = proof.replace(b"-200", b"-201")
        self.assertEqual([judge(of, proof, wrong)[0], judge(of, wrong, b"", proof)[0], judge(b"", proof)[0], judge(of)[0]], [5, 2, 2, 2])

    def test_the_statement_says_what_is_proved(self):
        _, output = judge(LAVA_TV, BY_HAND[6][2])
        for part in ("hand.tv [forall] holds", "each even mixture", "every policy optimal for the specified reward", "at least 9/2 of the intended",
                     "4 states, 3 choices, discounted 9/10", "training: 1 at 0", "probability at most 0", "slack: 0"):
            self.assertIn(part, output)


class AnyInput(unittest.TestCase):
    def test_depth_is_no_limit(self):
        deep = 20_000
        _, of, proof, _ = BY_HAND[4]
        self.assertEqual(judge(of, proof.replace(b"close", b"split subject 0 " * deep + b"close"))[0], 0)
        name, of, proof, _ = BY_HAND[11]
        self.assertIn("cover", name)
        before, first, last = re.match("(.*)(cut.*)(part 1.*)", proof.decode(), re.DOTALL).groups()
        cuts = "".join(first.replace("d 2 0 0", f"d {2 + i} 0 0" + " 0" * i).replace("d 2 -3", f"d {2 + i} -3" + " 0" * i) for i in range(200))
        last = last.replace("d 2 3 4", "d 201 3 4" + " 0" * 199).replace("d 2 0 0", "d 201 0 0" + " 0" * 199)
        self.assertEqual(judge(of, (before + cuts + last).encode())[0], 0)

    def test_no_bytes_make_it_crash(self):
        chance = random.Random(20201)
        for _, of, proof, _ in BY_HAND:
            for data, status in ((proof, lambda bytes: judge(of, bytes)), (of, lambda bytes: judge(bytes, proof))):
                words = data.split()
                for _ in range(60):
                    i, j = chance.randrange(len(words)), chance.randrange(len(words))
                    other = chance.choice([words[j], b"", b"-", b"0", b"-1", b"9" * 30, b"1/0", b"1/", b"/", b"x", b"\xff", b"#", b"4294967295"])
                    self.assertIn(status(b" ".join([*words[:i], other, *words[i + 1:]]))[0], (0, 2, 5))
                self.assertEqual(status(data[:len(data) // 2])[0], 2)

    def test_models_that_break_a_condition_are_unreadable(self):
        for old, new in (("9/10", "1"), ("9/10", "0"), ("1 2 1 ", "1 2 2 "), ("1 2 1 ", "1 9 1 "), ("1 2 1 ", "2 2 1/2 2 1/2 "), ("train 1 0 1", "train 1 3 1"),
                         ("situations 2 0 1", "situations 2 0 0"), ("point 2 0 1/2 1 1/2", "over 0"), ("regret 0", "regret -1"), ("epsilon 0", "epsilon -1/2"), ("choice 1 100", "choice 0 100"),
                         ("1 3 1", "1 3 1/1 1"), ("full", "partial 0 0 1 1"), ("0 1/2 1 1/2", "1 1/2 0 1/2"), ("catastrophe 0 1 3", "catastrophe 0 2 3 2"),
                         ("given none", "given 1 0 1 1 0 1"), ("end\n", "end end\n")):
            with self.subTest(old=old, new=new):
                self.assertIn(old, LAVA.decode())
                broken = LAVA.replace(old.encode(), new.encode(), 1)
                _, _, proof, _ = BY_HAND[0]
                self.assertEqual(judge(broken, proof)[0], 2)


class Fixtures(unittest.TestCase):
    """`certificates/accepted` and `certificates/rejected`: NAME.model and NAME--*.cert."""

    def test_the_folders_are_right(self):
        for folder in ("accepted", "rejected"):
            for path in sorted((FIXTURES / folder).glob("*.cert")):
                with self.subTest(path.name):
                    proof = path.read_bytes()
                    first = proof.split(b"\n", 1)[0]
                    expected = 0 if folder == "accepted" else 2 if first.startswith(b"#") and b"2" in first.split() else 5
                    status, output = judge(path.with_name(path.name.split("--")[0] + ".model").read_bytes(), proof)
                    self.assertEqual(status, expected, output)


if __name__ == "__main__":
    unittest.main()
