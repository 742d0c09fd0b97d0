from django.urls import path

from portal.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/read/", views.notice_read_all, name="notice-read-all"),
]
