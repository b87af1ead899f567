"""The pages of the app "accounts"."""

from django.urls import path

from accounts.views import addresses, own_data, people, places, profile, roles, uploads

CAMPUS = "campus/<slug:slug>"

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/designee/<uuid:pk>/", profile.designee_name, name="designee_name"),
    path("profile/designee/<uuid:pk>/end/", profile.designee_end, name="designee_end"),
    path("profile/data/", own_data.own_data, name="own_data"),
    path("profile/data/my-data.json", own_data.own_data_file, name="own_data_file"),
    path("profile/data/erase/", own_data.own_data_ask, name="own_data_ask"),
    path("profile/data/erase/<str:token>/", own_data.own_data_erase, name="own_data_erase"),
    path("profile/addresses/", addresses.addresses, name="addresses"),
    path("profile/addresses/main/", addresses.make_main, name="address_main"),
    path("profile/addresses/remove/", addresses.remove, name="address_remove"),
    path("profile/addresses/prove/<str:token>/", addresses.prove, name="address_prove"),
    path("lists/<uuid:key>/", uploads.show, name="uploaded_list"),
    path("lists/<uuid:key>/progress/", uploads.progress, name="list_progress"),
    path("lists/<uuid:key>/columns/", uploads.columns, name="list_columns"),
    path("lists/<uuid:key>/again/", uploads.again, name="list_again"),
    path("lists/<uuid:key>/file/", uploads.file, name="list_file"),
    path("lists/<uuid:key>/delete/", uploads.discard, name="list_discard"),
    path("lists/<uuid:key>/lines.csv", uploads.lines_file, name="list_lines"),
    path("people/", people.home, name="people_home"),
    path(f"{CAMPUS}/people/", people.listing, name="people"),
    path(f"{CAMPUS}/people/invite/", people.invite, name="person_invite"),
    path(f"{CAMPUS}/people/import/", people.import_upload, name="people_import"),
    path(f"{CAMPUS}/people/import/<uuid:pk>/", people.import_check, name="people_import_check"),
    path(f"{CAMPUS}/people/<uuid:pk>/", people.person, name="person"),
    path(f"{CAMPUS}/people/<uuid:pk>/invite/", people.invite_again, name="person_invite_again"),
    path(f"{CAMPUS}/people/<uuid:pk>/leave/", people.leave, name="person_leave"),
    path(f"{CAMPUS}/people/<uuid:pk>/role/", roles.role_give, name="role_give"),
    path(f"{CAMPUS}/people/<uuid:pk>/training/", roles.training_give, name="training_give"),
    path(f"{CAMPUS}/roles/<uuid:pk>/end/", roles.role_end, name="role_end"),
    path(f"{CAMPUS}/roles/<uuid:pk>/designee/", roles.delegation_give, name="delegation_give"),
    path(f"{CAMPUS}/designations/<uuid:pk>/end/", roles.delegation_end, name="delegation_end"),
    path(f"{CAMPUS}/trainings/<uuid:pk>/withdraw/", roles.training_withdraw, name="training_withdraw"),
    path(f"{CAMPUS}/seats/", roles.seats, name="seats"),
    path(f"{CAMPUS}/seats/<uuid:pk>/end/", roles.seat_end, name="seat_end"),
    path(f"{CAMPUS}/seats/<slug:body>/<slug:seat>/", roles.seat_give, name="seat_give"),
    path(f"{CAMPUS}/units/", places.units, name="units"),
    path(f"{CAMPUS}/units/add/", places.unit_add, name="unit_add"),
    path(f"{CAMPUS}/units/<uuid:pk>/review/", places.unit_review, name="unit_review"),
    path(f"{CAMPUS}/calendar/", places.calendar, name="calendar"),
    path(f"{CAMPUS}/calendar/<int:year>/", places.calendar_year, name="calendar_year"),
]
