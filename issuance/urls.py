"""The pages of the app "issuance"."""

urlpatterns: list = []
