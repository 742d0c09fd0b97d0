from django.urls import path

from portal.exports import views

app_name = "exports"
urlpatterns = [
    path("exports/<int:pk>/", views.export_detail, name="export-detail"),
    path("exports/<int:pk>/file/", views.export_file, name="export-file"),
]
