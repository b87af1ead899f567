"""The pages of the app "proposals"."""

urlpatterns: list = []
