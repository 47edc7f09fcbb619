# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: mailsim
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   mailsim:
#     lang: en
# ---

# %% [markdown]
# # How do we know that the model is right?
#
# In these lessons a computer has told you when letters arrive. Why believe it? A model can be held against two things:
# a **formula**, where somebody has found one, and a **recording** of the real thing. Today you do both. Then you break
# the model on purpose, and see whether the tests notice.
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 3 | The question: when do you trust a weather forecast, a map, a model? | question |
# | 5 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 9 | The counter at 50, 80 and 90 %. A run takes one or two seconds. | 3 |
# | 6 | The formula; what an interval says. Each with a seed of their own. | 4 |
# | 5 | By hand: 95 and 99 %; a second counter. | 5 |
# | 7 | A recording of a real mail server, and a model with a mistake. | 6 |
# | 7 | Which recording finds which mistake? | 7 |
# | 8 | Exit ticket; hand in the file. | 8 |
#
# Aim (Informatics I, modelling and simulation): to check a model against theory and against measurements, and to say
# what a test can show and what it cannot. The surprises: from 80 to 90 % load the wait more than doubles; two of three
# recordings agree with a model that has a mistake; and in a class of 40, about two intervals miss a formula that is
# right.
#
# The first half needs no mail: any counter with random arrivals does. The recordings were made with Postfix 3.7.11, a
# mail server in wide use, on one small machine; the seeds have not been chosen. `mailsim validate` runs all such tests
# and shows the misses, too. Lesson 05 explains the rounds past the shelf; without it, tell in one sentence that a
# server looks at its letters to be tried again only every so often.
#
# </details>

# %%
from sim import learn

lesson = learn.start("11_how_do_we_know")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# One counter, one line. Looking into a letter takes one second on average, sometimes less, sometimes more. Letters come
# at random. If on average one comes every two seconds, the counter is busy half of the time: the **load** is 50 %.
#
# A wrong prediction is worth as much as a right one: it shows you where your model differs.

# %%
lesson.predict(wait_at_50=None, wait_at_80=None, wait_at_90=None, found_by=None)

# %% [markdown]
# ## 3. Run it
#
# Choose the load with the slider, then run the cell below it. Do this for 50, 80 and 90 %.

# %%
lesson.slider()

# %%
lesson.run()

# %% [markdown]
# - At 50 %: the counter has nothing to do for half of the time. Why does anybody wait at all?
# - From 80 to 90 % there is a little more to do. What happens to the wait?

# %% [markdown]
# ## 4. The formula, and what an interval says
#
# For such a counter the mean wait is known: **wait = load ÷ (1 − load)** seconds. Nobody needs to simulate it, and just
# that makes it a good test.

# %%
lesson.compare()

# %% [markdown]
# A simulation throws dice. With other throws, the mean comes out a little different; the interval says how much. Run it
# at 80 % with your class and number as the seed (class 3, number 12: 312). Does your interval hold 4.00? Count hands in
# your class: how many do not?

# %%
lesson.run(seed=101)

# %% [markdown]
# <details><summary>What to expect</summary>
#
# A 95 % interval misses the true value about once in twenty times. In a class of 40, about two miss, sometimes none and
# sometimes five, although nothing is wrong. So one miss proves no mistake, and one hit proves no truth. If half of the
# class missed, something would be wrong.
#
# </details>

# %% [markdown]
# ## 5. Exercise: by hand, where no simulation is needed
#
# How long is the mean wait at 95 %, and at 99 %? And what does a **second** counter change at 90 %: does it halve the
# wait? Write down a guess, put the slider at 90 %, and run the cell with `workers=2`.

# %%
wait_at_95, wait_at_99 = 0, 0

# %% tags=["solution"] jupyter={"source_hidden": true}
wait_at_95, wait_at_99 = 0.95 / (1 - 0.95), 0.99 / (1 - 0.99)
round(wait_at_95), round(wait_at_99)

# %%
lesson.run("providers.office.checking.workers=2")

# %% [markdown]
# <details><summary>Solution, and what it means</summary>
#
# 19 and 99 seconds: the last few percent cost most. With a second counter each of the two is busy 45 % of the time, and
# the wait falls from 9 seconds to about a quarter of a second: not half, but less than a thirtieth. For two counters
# there is a formula, too (Erlang's, 1917), and it says 0.25.
#
# </details>

# %% [markdown]
# ## 6. A recording of the real thing
#
# Most of mail has no formula. So a real mail server was recorded: it sent letters to a counter that told each of them
# to come back after 20 seconds, and every delivery was written down. The model gets the same settings and the same
# letters. Only one thing in it is read off this recording: at which second the rounds past the shelf began.

# %%
lesson.recording("greylisting_20s")

# %% [markdown]
# Now the model gets a mistake: it forgets the rounds past the shelf. The real server looked at its shelf every five
# seconds; the model looks every second, so that a letter goes as soon as it is due.

# %%
lesson.recording("greylisting_20s", "senders.recorded.postconf.queue_run_delay=1s")

# %% [markdown]
# <details><summary>Why is it late, when it looks more often?</summary>
#
# Its letters come back sooner, and too soon: the third try is 18 seconds after the first, two seconds before the counter
# would take them. After that they lie on the shelf for as long as they are old, about 18 seconds more.
#
# </details>

# %% [markdown]
# ## 7. Which recording finds which mistake?
#
# There are two more recordings: `slow_start_ramp` (200 letters at once) and `two_waves`. First hold the model with the
# mistake against each of them. Then make another mistake: in
# `senders.recorded.postconf.initial_destination_concurrency=20` the server sends 20 vans at once, where the real one
# begins with five. Which recording notices that?

# %%
lesson.recording("slow_start_ramp", "senders.recorded.postconf.queue_run_delay=1s")

# %%
lesson.recording("two_waves", "senders.recorded.postconf.queue_run_delay=1s")

# %% tags=["solution"] jupyter={"source_hidden": true}
for name in ("greylisting_20s", "slow_start_ramp", "two_waves"):
    lesson.recording(name)
    lesson.recording(name, "senders.recorded.postconf.initial_destination_concurrency=20")

# %%
lesson.table()

# %% [markdown]
# <details><summary>What the table means</summary>
#
# Each mistake is found by one recording only, the one in which it has something to do. Where no letter is told to come
# back, the rounds do not matter, and a model without them agrees perfectly. So a test that agrees says: here, under
# these conditions, no mistake was found. It does not say that there is none. A test that misses says more: something
# **is** wrong. Many different tests, made so that each could have failed, are what trust in a model is made of.
#
# </details>

# %% [markdown]
# ## 8. Exit ticket

# %%
lesson.exit_ticket(learnt="", next_recording="")

# %% [markdown]
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it.

# %%
lesson.hand_in()
