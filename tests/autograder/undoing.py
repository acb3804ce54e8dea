"""An attack: what numpy's PCG64 was seeded with, computed from the increment that its state holds.

Every step of a SeedSequence with at most four words can be undone: the generated words give the pool, since its hash
is invertible word by word, and the pool gives the entropy, since each word is mixed with words that are known.
Source: numpy/random/bit_generator.pyx and src/pcg64/pcg64.h, whose constants these are.
"""

import itertools

INIT_A, MULT_A, INIT_B, MULT_B = 0x43B0D7E5, 0x931E8875, 0x8B51F9DD, 0x58F38DED
MIX_LEFT, MIX_RIGHT = 0xCA01F9DD, 0x4973F715
WORD = 2**32
WORDS = 4


def undone(increment):
    """The two candidates for the entropy's four words; the shift of the seed has lost one bit."""
    return [_entropy((increment >> 1) | lost << 127) for lost in (0, 1)]


def _entropy(sequence):
    high, low = divmod(sequence, 2**64)
    generated = [high % WORD, high // WORD, low % WORD, low // WORD]
    constants = _constants(INIT_B, MULT_B, 8)[WORDS:]  # the first four words were the state's
    pool = [_unhashed(word, *pair) for word, pair in zip(generated, constants, strict=True)]
    constants = _constants(INIT_A, MULT_A, WORDS + WORDS * (WORDS - 1))
    steps = [(source, target) for source in range(WORDS) for target in range(WORDS) if source != target]
    for (source, target), pair in reversed(list(zip(steps, constants[WORDS:], strict=True))):
        mixed = _unshifted(pool[target]) + MIX_RIGHT * _hashed(pool[source], *pair)
        pool[target] = mixed * pow(MIX_LEFT, -1, WORD) % WORD
    return [_unhashed(word, *pair) for word, pair in zip(pool, constants, strict=False)]


def _constants(start, factor, count):
    """What each hash xors with and then multiplies by."""
    steps = [start * pow(factor, power, WORD) % WORD for power in range(count + 1)]
    return list(itertools.pairwise(steps))


def _hashed(word, xor, factor):
    word = (word ^ xor) * factor % WORD
    return word ^ word >> 16


def _unhashed(word, xor, factor):
    return _unshifted(word) * pow(factor, -1, WORD) % WORD ^ xor


def _unshifted(word):
    return word ^ word >> 16
