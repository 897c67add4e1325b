"""Log-linear regression of counts: Poisson, or negative binomial (NB2) where the counts vary more than Poisson's.

Hilbe 2011; the test for more variation than Poisson's is Dean & Lawless 1989. NumPy and two SciPy functions only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """ln E[y] = design · slopes + offset; variance μ + dispersion · μ². Scores are one row each observation."""

    slopes: Floats
    mean: Floats
    dispersion: float
    scores: Floats
    bread: Floats


def heads(months: int, people: npt.ArrayLike | None) -> Floats:
    """The offset of counts for each head: ln of the people of each month, nought where they are not known."""
    return np.zeros(months) if people is None else np.log(np.asarray(people, np.float64))


def fit(design: Floats, y: Floats, offset: Floats) -> Fitted:
    """The likeliest slopes; dispersion 0 (Poisson) where the residuals vary no more than their means.

    Raises ValueError where the counts are too few or too far apart for any slopes to be the likeliest.
    """
    try:
        return _fit(design, y, offset)
    except np.linalg.LinAlgError as error:
        raise ValueError("too few counts, or too far apart, for a slope to be told") from error


def _fit(design: Floats, y: Floats, offset: Floats) -> Fitted:
    slopes = _slopes(design, y, offset, 0.0)
    mean = np.exp(design @ slopes + offset)
    dispersion = 0.0
    if ((y - mean) ** 2 - y).sum() > 0:
        from scipy.optimize import minimize_scalar  # a third of a second that few figures need

        found = minimize_scalar(
            lambda log: -_profile(design, y, offset, float(np.exp(log))), bounds=(-16, 4), method="bounded"
        )
        dispersion = float(np.exp(found.x))
        slopes = _slopes(design, y, offset, dispersion)
        mean = np.exp(design @ slopes + offset)
    weight = 1 / (1 + dispersion * mean)
    scores = design * ((y - mean) * weight)[:, None]
    observed = mean * (1 + dispersion * y) * weight**2
    bread: Floats = np.linalg.inv(design.T @ (design * observed[:, None])).astype(np.float64)
    return Fitted(slopes, mean, dispersion, scores, bread)


def _slopes(design: Floats, y: Floats, offset: Floats, dispersion: float, rounds: int = 100) -> Floats:
    """Fisher scoring from the mean rate."""
    slopes = np.zeros(design.shape[1])
    slopes[0] = np.log(y.sum() / np.exp(offset).sum())
    for _ in range(rounds):
        mean = np.exp(np.clip(design @ slopes + offset, -30, 30))
        weight = 1 / (1 + dispersion * mean)
        step = np.linalg.solve(design.T @ (design * (mean * weight)[:, None]), design.T @ ((y - mean) * weight))
        slopes = slopes + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            break
    return slopes


def _profile(design: Floats, y: Floats, offset: Floats, dispersion: float) -> float:
    """Log-likelihood of the NB2 at its likeliest slopes, but for what does not depend on the dispersion."""
    mean = np.exp(design @ _slopes(design, y, offset, dispersion) + offset)
    size = 1 / dispersion
    counted = gammaln(y + size) - gammaln(size) + y * np.log(dispersion * mean)
    return float((counted - (y + size) * np.log1p(dispersion * mean)).sum())


def newey_west(fitted: Fitted, lag: int) -> Floats:
    """Covariance of the slopes of a time series, Bartlett weights up to `lag` (Newey & West 1987), times n/(n − k)."""
    scores = fitted.scores
    middle = scores.T @ scores
    for one in range(1, lag + 1):
        cross = scores[one:].T @ scores[:-one]
        middle += (1 - one / (lag + 1)) * (cross + cross.T)
    n, k = scores.shape
    covariance: Floats = fitted.bread @ middle @ fitted.bread * n / (n - k)
    return covariance


def clustered(fitted: Fitted, cluster: npt.NDArray[np.int64]) -> Floats:
    """Covariance of the slopes where observations of one cluster resemble one another, with the usual G/(G − 1)."""
    sums = np.zeros((int(cluster.max()) + 1, fitted.scores.shape[1]))
    np.add.at(sums, cluster, fitted.scores)
    n, k = fitted.scores.shape
    groups = len(sums)
    correction = groups / (groups - 1) * (n - 1) / (n - k)
    covariance: Floats = fitted.bread @ (sums.T @ sums) @ fitted.bread * correction
    return covariance


def by_person(fitted: Fitted, design: Floats, together: Floats) -> Floats:
    """Covariance of the slopes of counts that are made of persons, each of whom may ask in many months.

    `together[s, t]` is the sum over persons of how often each asked in month s times how often in month t. A sandwich
    clustered by person: whoever asks again month after month moves the whole line, which residuals of months do not
    show.
    """
    weighed = design / (1 + fitted.dispersion * fitted.mean)[:, None]
    covariance: Floats = fitted.bread @ (weighed.T @ together @ weighed) @ fitted.bread
    return covariance
