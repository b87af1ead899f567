"""The pages of the app "journal"."""

from django.urls import path

from journal import choices, views

urlpatterns = [
    path("files/<uuid:pk>/", views.file, name="file"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("mail/", views.mail_page, name="mail_page"),
    path("mail/choices/", choices.mail_choices, name="mail_choices"),
    path("mail/stop/<str:token>/", choices.mail_stop, name="mail_stop"),
    path("mail/<uuid:pk>/", views.mail_message, name="mail_message"),
    path("mail/<uuid:pk>/retry/", views.mail_retry, name="mail_retry"),
]
