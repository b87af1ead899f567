"""The pages of the app "policies"."""

urlpatterns: list = []
