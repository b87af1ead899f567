"""The pages of the app "desk"."""

from django.urls import path

from desk.views.campus_policy import campus_policy, campus_policy_in_force
from desk.views.components import components
from desk.views.crawlers import robots, sitemap, sitemap_part
from desk.views.home import demo_signins, home
from desk.views.pipeline import pipeline_csv
from desk.views.policies import compare, policies, policy, revision
from desk.views.search import find
from desk.views.waiting import waiting

urlpatterns = [
    path("", home, name="home"),
    path("policies/", policies, name="policies"),
    path("policies/<slug:slug>/", policy, name="policy"),
    path("policies/<slug:slug>/compare/<str:old>/<str:new>/", compare, name="policy_compare"),
    path("policies/<slug:slug>/<str:revision>/", revision, name="policy_revision"),
    path("campus/<slug:slug>/policy/", campus_policy, name="campus_policy"),
    path("campus/<slug:slug>/policy/in-force/", campus_policy_in_force, name="campus_policy_in_force"),
    path("admin/pipeline/<slug:what>.csv", pipeline_csv, name="pipeline_csv"),
    path("search/", find, name="search"),
    path("waiting/<slug:what>/", waiting, name="waiting"),
    path("demo/", demo_signins, name="demo_signins"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap_part, name="sitemap_part"),
    path("components/", components, name="components"),
]
