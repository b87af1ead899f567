"""The pages of the app "journal"."""

urlpatterns: list = []
