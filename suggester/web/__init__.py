"""The workbench in a browser: pages, their charts, and the interface behind them."""
