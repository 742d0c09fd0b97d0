from django.urls import path

from portal.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/<int:pk>/", views.job_progress, name="job-progress"),
]
