"""The composition root's parts: one window and everything behind it, connected.

`Bench` is the models and the window; each other module connects one piece of it (`connect_...(desk)`) and knows both
its models and its views, which nobody else does; `Desk` is all of it connected. A new piece is a module here and a line
in `desk.PARTS`. What is not needed for the window's first picture is imported where it is first used (`late`).
"""

from visualiser.desk.desk import Desk
from visualiser.desk.tidying import settle_down

__all__ = ["Desk", "settle_down"]
