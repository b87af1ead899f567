"""The pages of the app "reviews"."""

urlpatterns: list = []
