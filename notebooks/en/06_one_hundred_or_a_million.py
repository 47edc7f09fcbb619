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
# # A typhoon morning: will every family have the closure mail by 07:00?
#
# At 06:40 the school decides: no school today. At 06:45 it sends a letter to every family, all at once,
# from its own small mail server. In fifteen minutes the first children leave home.
#
# With 100 families that is easy. And with a million?
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 5 | The question. Collect first guesses by show of hands. | question |
# | 5 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 15 | Runs in pairs: 100, 1,000, 10,000, 100,000, 1,000,000. Each takes less than ten seconds. | 3 |
# | 5 | What surprised you? Predictions beside results. | 4 |
# | 12 | Exercises: an upper limit by hand; three proposals. | 5, 6 |
# | 8 | Exit ticket; hand in the file. | 7 |
#
# Aim (Informatics I, modelling and simulation): to check a model against a calculation by hand, and to tell where
# things *wait* from what *stops* them. The surprise: up to 10,000 letters, numbers do not matter at all; from then on it
# is not the school's server that stops them, and a faster server makes it slightly worse.
#
# Numbers of the carrier and of webmail are assumptions, since no provider publishes its limits: `mailsim explain
# mobile_carrier_like` lists them. The file `scenarios/typhoon_morning.yaml` holds the model. Without Jupyter, make the same
# lesson as one page for any browser: `mailsim sweep scenarios/typhoon_morning.yaml --grid
# letters.closure.count=100,1000,10000,100000 --out page.html`.
#
# </details>

# %%
from sim import learn

lesson = learn.start("06_one_hundred_or_a_million")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# A prediction that turns out wrong is worth as much as a right one: it shows you where your model differs.

# %%
lesson.predict(arrived_at_1000=None, arrived_at_100000=None, arrived_at_1000000=None, stopped_by=None)

# %% [markdown]
# ## 3. Run it
#
# Choose a number of letters with the slider, then run the cell below it. Do this for each number.

# %%
lesson.slider()

# %%
lesson.run()

# %% [markdown]
# ## 4. What surprised you?
#
# - From 100 to 10,000 letters: what changes, and what does not? Who are the 2 % that never get theirs?
# - At 100,000 letters: when has the school's server taken over the last letter (dashed line)? What do the letters
#   wait for after that?
# - At 10,000 letters: why has the curve a flat part?

# %%
lesson.compare()

# %% [markdown]
# ## 5. Exercise: an upper limit by hand
#
# The mobile carrier takes the first 1,000 letters from one sender at once, and then 45 letters a second. Of 100,000
# letters, 55,000 go to its customers. How many of those can it have taken by 07:00 **at most**, however fast the school is?

# %%
taken_at_most = 0

# %% tags=["solution"] jupyter={"source_hidden": true}
taken_at_most = 1000 + 45 * 15 * 60
taken_at_most, taken_at_most / 55_000

# %% [markdown]
# <details><summary>Solution, and what it means</summary>
#
# 1,000 + 45 × 900 = 41,500, which is 75 %. The simulation stays below that (73 %), and what is missing can be explained: some
# 1,300 letters passed the counter, and then their address did not exist or its owner refused them. Each of them took a place
# that another letter could have had. A limit by hand and a simulation that agree so far are a reason to trust the model.
#
# </details>

# %% [markdown]
# ## 6. Exercise: three proposals
#
# 100,000 letters. (a) The school buys a server that takes no time at all. (b) Its server comes back every minute instead of every
# five. (c) The school decides five minutes earlier. Write down which helps most, then try. Here is (a):

# %%
lesson.run("senders.school.host=instant", letters=100_000)

# %% [markdown]
# Now (b) and (c). The settings to change are `senders.school.postconf.minimal_backoff_time=60s` together with
# `senders.school.postconf.queue_run_delay=60s`, and `letters.closure.at=0 s`. A run takes several, with a comma between them.

# %%
lesson.run("senders.school.host=instant", letters=100_000)

# %% tags=["solution"] jupyter={"source_hidden": true}
sooner = ["senders.school.postconf.minimal_backoff_time=60s", "senders.school.postconf.queue_run_delay=60s"]
lesson.run(*sooner, letters=100_000)

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.run("letters.closure.at=0 s", letters=100_000)

# %% [markdown]
# <details><summary>Solution, and what it means</summary>
#
# (a) makes it slightly **worse**: the letters reach the carrier's counter even faster, more of them are told to come back
# later, and each of those has to wait for five minutes. (b) hardly changes anything: who knocks more often is mostly turned
# away more often. (c) helps most: who is limited by the receiving side needs time, not speed. At a million letters most of them
# still wait in front of the school's own server. But try (a) there: no more arrive than before. Where letters wait is not
# always what stops them.
#
# </details>

# %% [markdown]
# ## 7. Exit ticket

# %%
lesson.exit_ticket(stops="", helps="")

# %% [markdown]
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it.

# %%
lesson.hand_in()
