#!/usr/bin/env python3
"""Train a policy in a Gymnasium environment by one-step tabular Q-learning (Watkins 1989), and print it.

    python3 python/examples/q_learning.py CliffWalking-v1 > policy.json

What is printed is `{"state": action}` in JSON, for each state that training was in: the action with the largest learned value, of several the first.
`lavaproof_gymnasium.py --given policy.json` takes it as the trained policy of a model. The same arguments give the same policy, since all chance
is drawn from the seed. Needs Gymnasium, and otherwise the standard library.
"""

import argparse
import json
import random
import sys


def trained(environment, *, episodes, rate, exploration, discount, steps, seed):
    """The greedy policy of the values that were learned, and how many steps that took.

    With the probability `exploration` a step is random, otherwise it is the best known one. An episode is cut after `steps` steps.
    """
    chance = random.Random(seed)
    actions = range(int(environment.action_space.n))
    values = {}
    taken = 0

    def best(state):
        known = values.setdefault(state, [0.0 for _ in actions])
        return max(actions, key=known.__getitem__)

    for episode in range(episodes):
        state, _ = environment.reset(seed=seed + episode)
        for _ in range(steps):
            action = chance.choice(actions) if chance.random() < exploration else best(state)
            following, reward, ended, cut, _ = environment.step(action)
            # What comes after a cut may still be worth something, what comes after an end is not.
            later = 0.0 if ended else discount * values.setdefault(following, [0.0 for _ in actions])[best(following)]
            known = values.setdefault(state, [0.0 for _ in actions])
            known[action] += rate * (float(reward) + later - known[action])
            state, taken = following, taken + 1
            if ended or cut:
                break
    return {int(state): best(state) for state in sorted(values)}, taken


def arguments_of(arguments):
    parser = argparse.ArgumentParser(description="Train a policy by tabular Q-learning, and print it as JSON.")
    parser.add_argument("environment", help="its identifier, such as CliffWalking-v1")
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--rate", type=float, default=0.5, help="how far a value moves towards what was seen")
    parser.add_argument("--exploration", type=float, default=0.1, help="how often a step is random")
    parser.add_argument("--discount", type=float, default=1.0)
    parser.add_argument("--steps", type=int, default=1000, help="after so many an episode is cut")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def main(arguments=None, make=None):
    chosen = vars(arguments_of(arguments))
    identifier = chosen.pop("environment")
    if make is None:
        try:
            from gymnasium import make
        except ImportError:
            print("error: Gymnasium is not installed: pip install gymnasium", file=sys.stderr)
            return 2
    policy, taken = trained(make(identifier), **chosen)
    print(f"{chosen['episodes']} episodes, {taken} steps, {len(policy)} states", file=sys.stderr)
    print(json.dumps({str(state): action for state, action in policy.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
