from django.urls import path

from portal.review import comment_views, quality_views, together_views, views

app_name = "review"

urlpatterns = [
    path("platform/reviews/", views.review_list, name="review-list"),
    path("platform/reviews/quality/", quality_views.review_quality, name="review-quality"),
    path(
        "platform/reviews/<slug:code>/together/<int:pk>/",
        together_views.review_together,
        name="review-together",
    ),
    path("platform/reviews/<slug:code>/<int:pk>/", views.review_detail, name="review-detail"),
    path("platform/reviews/<slug:code>/<int:pk>/claim/", views.review_claim, name="review-claim"),
    path(
        "platform/reviews/<slug:code>/<int:pk>/comment/",
        comment_views.comment_ask,
        name="comment-ask",
    ),
    path(
        "reviews/<slug:code>/<int:pk>/comment/", comment_views.comment_answer, name="comment-answer"
    ),
    path(
        "platform/reviews/<slug:code>/<int:pk>/release/",
        views.review_release,
        name="review-release",
    ),
]
