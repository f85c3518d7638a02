"""How good is it: metrics against labels, evaluation and replay of recorded poses."""
