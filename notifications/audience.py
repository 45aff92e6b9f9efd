"""Who is told of some news: the people named in it and the holders of its posts, acting persons included, as far as they may know of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from notifications.news import News
from organisations import permissions, posts
from organisations.permissions import Permission, Scope
from organisations.posts import Holder, Post
from organisations.roles import Role
from reports.models import Report
from reports.shelf import RESTRICTED

#: No single thing is told to more people than this.
MOST = 200


def of(news: Sequence[News], day: date) -> list[tuple[News, UUID]]:
    """Each news with everybody who is told of it, in as many statements for one as for many."""
    by_post = posts.by_post(posts.holders({post for each in news for post in _posts(each)}, day))
    people = posts.people({name for each in news for name in each.people}, day)
    everybody = {role: tuple(posts.in_role(role, day, MOST)) for role in {each.role for each in news if each.role is not None}}
    return [(each, user_id) for each in news for user_id in _told(each, by_post, people, everybody)]


def _told(
    news: News, by_post: Mapping[Post, Iterable[UUID]], people: Mapping[str, Holder], everybody: Mapping[Role, Iterable[UUID]]
) -> list[UUID]:
    named = [holder for name in sorted(news.people) if (holder := people.get(name)) is not None]
    found = [holder.user_id for holder in named if _known_to(holder, news)]
    for post in sorted(_posts(news), key=lambda post: (post.role, post.body_id)):
        found += by_post.get(post, ())
    found += everybody.get(news.role, ()) if news.role else ()
    return [user_id for user_id in dict.fromkeys(found) if str(user_id) != news.entry.actor][:MOST]


def _posts(news: News) -> set[Post]:
    """The posts whose holders are told; of a report of a restricted kind nobody above."""
    below = {post for post in news.posts if _may_know(post, news.report)}
    return below | (set() if news.report is not None and news.report.report_class == RESTRICTED else news.above)


def _known_to(holder: Holder, news: News) -> bool:
    """Whether a person who is named may know of the report; a task that is about none is for whoever has it."""
    return news.report is None or any(_may_know(post, news.report) for post in holder.posts)


def _may_know(post: Post, report: Report | None) -> bool:
    """Whether who holds a post may know of the report as one of the people of its body or its receiver (see `reports.shelf.view`)."""
    if report is None:
        return True
    reads = permissions.GRANTS[post.role].get(Permission.REPORT_READ) in (Scope.OWN, Scope.BELOW)
    return reads and post.body_id in (report.body_id, report.receiver_id)
