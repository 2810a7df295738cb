"""Work spread over the processes of this computer, or over a Dask cluster, through joblib."""

from suggester.parallel.engines import DASK, ENGINES, LOCAL, using
from suggester.parallel.spread import spread, stays_here

__all__ = ["DASK", "ENGINES", "LOCAL", "spread", "stays_here", "using"]
