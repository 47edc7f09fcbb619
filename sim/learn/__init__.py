"""What lessons are made of: a prediction, runs of at most a few seconds, an exit ticket, one file to hand in.

    from sim import learn

    lesson = learn.start("06_one_hundred_or_a_million")
    lesson.predict(...)
    lesson.run()
    lesson.hand_in()

A lesson speaks the language of its notebook. Each step gives back something that a notebook shows and that
plain Python prints; where ipywidgets is there, answers are given in boxes, otherwise between the brackets.
"""

from sim.learn.lesson import Lesson
from sim.learn.lessons import start as start

__all__ = ["Lesson", "start"]
