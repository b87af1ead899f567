"""The pages of the app "desk"."""

urlpatterns: list = []
