from django.urls import path

from portal.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.job_list, name="job-list"),
    path("jobs/<int:pk>/", views.job_progress, name="job-progress"),
    path("jobs/<int:pk>/try/", views.job_try, name="job-try"),
    path("jobs/<int:pk>/give-up/", views.job_give_up, name="job-give-up"),
]
