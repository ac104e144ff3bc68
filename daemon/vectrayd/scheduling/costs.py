"""What work costs: bytes to tokens to seconds, learned from every slice that was run. Pure.

Both steps are straight lines whose two coefficients drift with the machine's load and the texts' language, so each is followed by a
Kalman filter for a random walk (R. E. Kalman, "A New Approach to Linear Filtering and Prediction Problems", 1960). Plain least squares
with forgetting would lose the slope while nothing but single queries come in.
"""

from typing import NamedTuple

_DRIFT = 0.03
"""By how much of itself a coefficient may change from slice to slice. A guess; a few dozen slices follow a machine that becomes busy."""
_NOISE = 0.3
"""By how much of itself a measurement is off. Seen on a busy desktop: slices of equal size differ by a third."""
_MOST_SURPRISE = 4.0
"""A measurement counts as at most this many times the prediction: a slice during which the system slept says nothing about the next."""


class Line:
    """y = a u + b v with a and b at least 0, learned one measurement after the other."""

    def __init__(self, *, a: float, b: float, a_spread: float, b_spread: float) -> None:
        """Begin with guesses and with how far (one standard deviation) they may be off."""
        self._a, self._b = a, b
        self._aa, self._ab, self._bb = a_spread**2, 0.0, b_spread**2
        self._most_aa, self._most_bb = self._aa, self._bb

    @property
    def coefficients(self) -> tuple[float, float]:
        """Return a and b."""
        return self._a, self._b

    def learn(self, u: float, v: float, y: float) -> None:
        """Move towards a measurement."""
        predicted = self._a * u + self._b * v
        self._aa = min(self._aa + (_DRIFT * self._a) ** 2, self._most_aa)
        self._bb = min(self._bb + (_DRIFT * self._b) ** 2, self._most_bb)
        pa, pb = self._aa * u + self._ab * v, self._ab * u + self._bb * v
        variance = pa * u + pb * v + (_NOISE * max(predicted, y)) ** 2
        if variance <= 0:
            return
        surprise = y - predicted
        self._a = max(self._a + pa / variance * surprise, 0.0)
        self._b = max(self._b + pb / variance * surprise, 0.0)
        self._aa -= pa * pa / variance
        self._ab -= pa * pb / variance
        self._bb -= pb * pb / variance


class Rates(NamedTuple):
    """What a slice is expected to cost one stream, in seconds."""

    fixed: float
    per_text: float
    per_byte: float

    def seconds(self, texts: int, size_bytes: int) -> float:
        """Return the seconds of a slice."""
        return self.fixed + self.per_text * texts + self.per_byte * size_bytes


class CostModel:
    """One model's costs on this machine."""

    def __init__(self) -> None:
        # Special tokens for each text; four bytes a token in English as in Chinese.
        self._tokens = Line(a=2.0, b=0.25, a_spread=4.0, b_spread=0.25)
        # A small model on one core of a laptop. Graphics processors are a hundred times as fast, which the spreads allow.
        self._seconds = Line(a=0.004, b=1 / 8000, a_spread=0.01, b_spread=1 / 1000)
        self.is_learned = False
        """Whether anything was measured yet."""

    def learn(self, *, texts: int, size_bytes: int, tokens: int, seconds: float) -> None:
        """Note what a slice was and took."""
        if not tokens:
            return
        if self.is_learned:
            seconds = min(seconds, _MOST_SURPRISE * self.rates().seconds(texts, size_bytes))
        self._tokens.learn(texts, size_bytes, tokens)
        self._seconds.learn(1, tokens, seconds)
        self.is_learned = True

    def tokens(self, texts: int, size_bytes: int) -> int:
        """Return the tokens that texts of `size_bytes` together come to, about."""
        per_text, per_byte = self._tokens.coefficients
        return round(per_text * texts + per_byte * size_bytes)

    def rates(self) -> Rates:
        """Return what slices cost now."""
        per_text, per_byte = self._tokens.coefficients
        fixed, per_token = self._seconds.coefficients
        return Rates(fixed, per_token * per_text, per_token * per_byte)
