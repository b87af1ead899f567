"""The pages of the app "outreach"."""

urlpatterns: list = []
