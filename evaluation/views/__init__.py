"""The pages of the app "evaluation"."""
