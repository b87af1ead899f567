"""The pages of the app "desk"."""

from django.urls import path

from desk.views.components import components
from desk.views.home import demo_signins, home
from desk.views.policies import policies, policy
from desk.views.search import find

urlpatterns = [
    path("", home, name="home"),
    path("policies/", policies, name="policies"),
    path("policies/<slug:slug>/", policy, name="policy"),
    path("search/", find, name="search"),
    path("demo/", demo_signins, name="demo_signins"),
    path("components/", components, name="components"),
]
