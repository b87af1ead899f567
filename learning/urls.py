"""The pages of the app "learning"."""

urlpatterns: list = []
