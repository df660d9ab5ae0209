"""The tree of average link (Sokal and Michener 1958), and two ways to cut it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class AverageLink:
    """The tree over things whose similarities are given, shape (things, things), symmetric; at least two things."""

    def __init__(self, similar: NDArray[np.float64]) -> None:
        from scipy.cluster.hierarchy import linkage  # type: ignore[import-untyped]
        from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

        distance = np.maximum(0.0, 1.0 - (similar + similar.T) / 2)
        np.fill_diagonal(distance, 0.0)
        self._tree: NDArray[np.float64] = linkage(squareform(distance, checks=False), "average")

    def groups(self, least: float) -> NDArray[np.intp]:
        """Number of each thing's group, where groups are joined while their average similarity is ``least`` or more."""
        from scipy.cluster.hierarchy import fcluster

        return np.asarray(fcluster(self._tree, 1.0 - least, "distance"), dtype=np.intp)

    def halves(self) -> NDArray[np.bool_]:
        """The two groups that are joined last: True for the one without the first thing."""
        from scipy.cluster.hierarchy import fcluster

        groups = np.asarray(fcluster(self._tree, 2, "maxclust"), dtype=np.intp)
        second: NDArray[np.bool_] = groups != groups[0]
        return second
