"""The pages of the app "evaluation"."""

urlpatterns: list = []
