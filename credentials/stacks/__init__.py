"""How far somebody has come on the way of a stack: the rules, and what they are fed from."""
