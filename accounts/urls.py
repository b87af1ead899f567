"""The pages of the app "accounts"."""

urlpatterns: list = []
