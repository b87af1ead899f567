"""The pages of the app "credentials"."""

urlpatterns: list = []
